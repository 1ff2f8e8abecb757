"""Compiled loops that read answers from what a sweep left: values by rank, least durations, arrivals by mark."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

LANES = 64  # destinations, or origins, that one sweep carries side by side: two cache lines of half words
AT_HAND = 16  # stops whose arrivals are kept while destinations near them are worked out
NONE = np.uint32(0xFFFFFFFF)


@njit(nogil=True, cache=True)
def ranked(origins: Any, asked: Any, marks: Any, direct: Any, code: Any, rows: Any, found: Any) -> None:
    """Values at given ranks among all departure marks, for origins low..high and every lane.

    origins: (low, high); asked: (start of each origin's access, row of each access and mark or -1); marks: time of each
    mark; direct: (start, lane, seconds) walks without any ride, by origin; code: (never, ranks); found [rank, origin,
    lane] seconds.
    """
    start, asked_row = asked
    walk_start, walk_lane, walk_seconds = direct
    never, ranks = code
    values = np.empty((len(marks), LANES), rows.dtype)
    count = np.empty(LANES, rows.dtype)
    low, test = np.empty(LANES, rows.dtype), np.empty(LANES, rows.dtype)
    for origin in range(origins[0], origins[1]):
        for mark in range(len(marks)):
            for lane in range(LANES):
                values[mark, lane] = never
            for access in range(start[origin], start[origin + 1]):
                row = asked_row[access, mark]
                if row >= 0:
                    for lane in range(LANES):
                        here, there = values[mark, lane], rows[row, lane]
                        values[mark, lane] = here if here < there else there
            time = rows.dtype.type(marks[mark])
            for lane in range(LANES):
                value = values[mark, lane]
                values[mark, lane] = value - time if value < never else never
            for at in range(walk_start[origin], walk_start[origin + 1]):
                lane = walk_lane[at]
                values[mark, lane] = min(values[mark, lane], rows.dtype.type(walk_seconds[at]))
        for rank in range(len(ranks)):
            select(values, ranks[rank], never, low, test, count)
            for lane in range(LANES):
                found[rank, origin, lane] = low[lane]


@njit(nogil=True, cache=True)
def select(values: Any, rank: int, never: int, low: Any, test: Any, count: Any) -> None:
    """Find the value of a rank (from 0) in each lane, bit by bit: the least that more than `rank` do not pass."""
    most = 0
    for lane in range(LANES):
        low[lane] = 0
    for mark in range(len(values)):
        for lane in range(LANES):
            if values[mark, lane] < never and values[mark, lane] > most:
                most = values[mark, lane]
    bits = 0
    while (1 << bits) <= most:
        bits += 1
    for bit in range(bits - 1, -1, -1):
        for lane in range(LANES):
            test[lane] = low[lane] + ((1 << bit) - 1)
            count[lane] = 0
        for mark in range(len(values)):
            for lane in range(LANES):
                count[lane] += values[mark, lane] <= test[lane]
        for lane in range(LANES):
            if count[lane] <= rank:
                low[lane] = test[lane] + 1
    for lane in range(LANES):
        count[lane] = 0
    for mark in range(len(values)):
        for lane in range(LANES):
            count[lane] += values[mark, lane] < never
    for lane in range(LANES):
        if count[lane] <= rank:
            low[lane] = never


@njit(nogil=True, cache=True)
def shortest(origins: Any, asked: Any, scale: int, never: int, rows: Any, found: Any, when: Any) -> None:
    """Best value less its departure over single departures of each origin: found and when [origin, lane].

    asked: (start of each origin's departures, row, time).
    """
    start, asked_row, times = asked
    for origin in range(origins[0], origins[1]):
        for at in range(start[origin], start[origin + 1]):
            leave = rows.dtype.type(times[at] * scale)
            for lane in range(LANES):
                value = rows[asked_row[at], lane]
                if value < never and value - leave < found[origin, lane]:
                    found[origin, lane] = value - leave
                    when[origin, lane] = times[at]


@njit(nogil=True, cache=True)
def inverse(order: Any, asked: Any, marks: Any, direct: Any, code: Any, rows: Any, found: Any) -> None:
    """Values at given ranks among all departure marks for each destination, where the lanes are origins.

    The rows come from a sweep over the turned timetable: for each arrival at a stop they hold how far back from `top`
    one leaves the origin at the latest. Destinations that share stops stand together in `order`, so that the last
    stops worked out are at hand.

    asked: (start of each destination's egress, its stop, seconds, events: start of stops, times turned, row); marks
    ascending; direct as in `ranked`, by destination; code: (never, ranks, top); found [rank, destination, lane].
    """
    passed = np.searchsorted(marks, np.arange(marks[0], marks[-1] + 1), side="right").astype(np.uint32)
    never, ranks, top = code
    values = np.empty((len(marks), LANES), rows.dtype)
    at_hand = np.full(AT_HAND, -1, np.int64)
    arrivals = np.empty((AT_HAND, len(marks) + 1, LANES), rows.dtype)
    count = np.empty(LANES, rows.dtype)
    low, test = np.empty(LANES, rows.dtype), np.empty(LANES, rows.dtype)
    for dest in order:
        _to_dest(dest, asked, marks, passed, direct, (never, top), rows, at_hand, arrivals, values)
        for rank in range(len(ranks)):
            select(values, ranks[rank], never, low, test, count)
            for lane in range(LANES):
                found[rank, dest, lane] = low[lane]


@njit(nogil=True, cache=True)
def _to_dest(
    dest: int,
    asked: Any,
    marks: Any,
    passed: Any,
    direct: Any,
    code: Any,
    rows: Any,
    at_hand: Any,
    arrivals: Any,
    values: Any,
) -> None:
    """Seconds from each mark to the arrival at one destination: values [mark, lane]."""
    start, stop_of, egress_seconds, events = asked
    walk_start, walk_lane, walk_seconds = direct
    never, top = code
    values[:] = never
    for egress in range(start[dest], start[dest + 1]):
        stop = stop_of[egress]
        kept = stop % AT_HAND
        if at_hand[kept] != stop:
            _arrivals(stop, events, marks, passed, top, never, rows, arrivals[kept])
            at_hand[kept] = stop
        more = rows.dtype.type(egress_seconds[egress])
        most = rows.dtype.type(never - more)
        for mark in range(len(marks)):
            for lane in range(LANES):
                here, there = values[mark, lane], arrivals[kept, mark, lane]
                there = there if there < most else most
                there = rows.dtype.type(there + more)
                values[mark, lane] = here if here < there else there
    for at in range(walk_start[dest], walk_start[dest + 1]):
        lane = walk_lane[at]
        for mark in range(len(marks)):
            values[mark, lane] = min(values[mark, lane], rows.dtype.type(walk_seconds[at]))


@njit(nogil=True, cache=True)
def every_inverse(
    order: Any, asked: Any, marks: Any, direct: Any, code: Any, rows: Any, lanes: Any, found: Any
) -> None:
    """Earliest arrival from each origin in `lanes` at each destination of `order`: found [origin, mark, destination].

    As `inverse`; arrivals are seconds from `base`; code: (never, top, base).
    """
    passed = np.searchsorted(marks, np.arange(marks[0], marks[-1] + 1), side="right").astype(np.uint32)
    never, top, base = code
    values = np.empty((len(marks), LANES), rows.dtype)
    at_hand = np.full(AT_HAND, -1, np.int64)
    arrivals = np.empty((AT_HAND, len(marks) + 1, LANES), rows.dtype)
    for dest in order:
        _to_dest(dest, asked, marks, passed, direct, (never, top), rows, at_hand, arrivals, values)
        for mark in range(len(marks)):
            for lane in range(len(lanes)):
                value = values[mark, lane]
                there = found.dtype.type(value + (marks[mark] - base))
                found[lanes[lane], mark, dest] = there if value < never else found.dtype.type(-1)


@njit(nogil=True, cache=True)
def _arrivals(stop: int, events: Any, marks: Any, passed: Any, top: int, never: Any, rows: Any, found: Any) -> None:
    """Seconds from each mark to the earliest arrival at a stop, [mark, lane]; one row more is room for what is beyond.

    passed: how many marks lie at or before each second after the first.
    """
    start, times, row_of = events
    count, first = len(marks), marks[0]
    covered = np.zeros(LANES, np.uint32)  # marks from which one is here by the last event
    late = np.uint32(len(passed) - 1)
    found[:] = 0
    for place in range(start[stop + 1] - 1, start[stop] - 1, -1):
        row = row_of[place]
        if row >= 0:
            when, least, line = top - times[place], late, rows[row]
            soonest = np.int32(top - first)
            for lane in range(LANES):
                found[covered[lane], lane] = when
                early = soonest - np.int32(line[lane]) if line[lane] < never else np.int32(-1)
                left = np.uint32(early) if early >= 0 else NONE
                covered[lane] = passed[min(left, late)] if left != NONE else 0
                least = min(least, covered[lane])
            if least == count:
                break
    for lane in range(LANES):
        found[covered[lane], lane] = never
    for mark in range(1, count):
        for lane in range(LANES):  # arrivals ascend, so the greatest so far is the latest entered
            here, there = found[mark, lane], found[mark - 1, lane]
            found[mark, lane] = here if here > there else there
    for mark in range(count):
        for lane in range(LANES):
            here = found[mark, lane]
            found[mark, lane] = here - marks[mark] if here < never else never
