"""The compiled inner loops of the travel engine: numbering of events, the backward sweep, what is read from it.

Only `hechang.engines.travel` calls these, and imports them on first use: numba takes a third of a second to load. All
release the interpreter lock, so that blocks run side by side in threads. Times are whole seconds since the start of a
plan; a value is a time, or a time and a number of rides in one integer. `never` is what nothing reaches.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

LANES = 64  # destinations, or origins, that one sweep carries side by side: two cache lines of half words
AT_HAND = 16  # stops whose arrivals are kept while destinations near them are worked out
NONE = np.uint32(0xFFFFFFFF)
NO_ROW, KEPT = -1, -2  # no row before this one; the row was opened already


@njit(nogil=True, cache=True)
def first_at(times: Any, low: int, high: int, least: int) -> int:
    """Return the first place in times[low:high], ascending, that is at least `least`; `high` where none is."""
    while low < high:
        middle = (low + high) >> 1
        if times[middle] < least:
            low = middle + 1
        else:
            high = middle
    return low


@njit(nogil=True, cache=True)
def by_stop(origin: Any, depart: Any, board: Any, stops: int) -> Any:
    """Departures sorted by stop and time: start of each stop, times, place of each ride (-1: not for boarding)."""
    start = np.zeros(stops + 1, np.int64)
    for ride in range(len(origin)):
        if board[ride]:
            start[origin[ride] + 1] += 1
    for stop in range(stops):
        start[stop + 1] += start[stop]
    at = start[:-1].copy()
    place = np.full(len(origin), -1, np.int32)
    times = np.empty(start[stops], np.int64)
    for ride in range(len(origin)):
        if board[ride]:
            stop = origin[ride]
            place[ride] = at[stop]
            times[at[stop]] = depart[ride]
            at[stop] += 1
    return start, times, place


@njit(nogil=True, cache=True)
def look_up(
    low: int, high: int, dest: Any, arrive: Any, alight: Any, walks: Any, start: Any, times: Any, wanted: Any
) -> Any:
    """Departures that each of the rides low..high can be changed to: ends per ride, places; marks them as wanted."""
    walk_start, walk_to, walk_seconds = walks
    total = 0
    for ride in range(low, high):
        if alight[ride]:
            total += walk_start[dest[ride] + 1] - walk_start[dest[ride]]
    ends = np.empty(high - low, np.int64)
    look = np.empty(total, np.int32)
    found = 0
    for ride in range(low, high):
        if alight[ride]:
            for walk in range(walk_start[dest[ride]], walk_start[dest[ride] + 1]):
                stop = walk_to[walk]
                place = first_at(times, start[stop], start[stop + 1], arrive[ride] + walk_seconds[walk])
                if place < start[stop + 1]:
                    look[found] = place
                    wanted[place] = True
                    found += 1
        ends[ride - low] = found
    return ends, look[:found]


@njit(nogil=True, cache=True)
def number_rows(origin: Any, place: Any, follow: Any, start: Any, wanted: Any) -> Any:
    """Give rows to wanted departures, in the order the sweep opens them, and registers to trips under way.

    A departure nobody asks for shares the row of the wanted one before it: whoever asks for that takes both.

    Returns row of each place, row each ride writes, row before it, register of each ride, count of rows and registers.
    """
    rides, places, stops = len(origin), len(wanted), len(start) - 1
    group = np.full(places, -1, np.int32)
    for stop in range(stops):
        last = -1
        for at in range(start[stop], start[stop + 1]):
            if wanted[at]:
                last = at
            group[at] = last
    row = np.full(places, -1, np.int32)
    latest = np.full(stops, NO_ROW, np.int32)
    write = np.full(rides, -1, np.int32)
    before = np.full(rides, KEPT, np.int32)
    slot = np.full(rides, -1, np.int32)
    led = np.zeros(rides, np.bool_)
    for ride in range(rides):
        if follow[ride] >= 0:
            led[follow[ride]] = True
    free = np.empty(rides, np.int32)
    idle = rows = slots = 0
    for ride in range(rides - 1, -1, -1):
        at = group[place[ride]] if place[ride] >= 0 else -1
        if at >= 0:
            if row[at] < 0:
                row[at] = rows
                rows += 1
                before[ride] = latest[origin[ride]]
                latest[origin[ride]] = row[at]
            write[ride] = row[at]
        if follow[ride] >= 0:
            slot[ride] = slot[follow[ride]]
        elif idle > 0:
            idle -= 1
            slot[ride] = free[idle]
        else:
            slot[ride] = slots
            slots += 1
        if not led[ride]:
            free[idle] = slot[ride]
            idle += 1
    return row, write, before, slot, rows, slots


@njit(nogil=True, cache=True)
def loops(depart: Any, ends: Any, look: Any, times: Any) -> Any:
    """Rides that begin a moment at which something departing then can be changed to: [start, end) of each moment."""
    starts = np.empty(len(depart), np.int64)
    stops = np.empty(len(depart), np.int64)
    found, low, rides = 0, 0, len(depart)
    while low < rides:
        high, at_once = low, False
        while high < rides and depart[high] == depart[low]:
            for at in range(ends[high - 1] if high else 0, ends[high]):
                at_once = at_once or times[look[at]] == depart[low]
            high += 1
        if at_once:
            starts[found], stops[found] = low, high
            found += 1
        low = high
    return starts[:found].copy(), stops[:found].copy()


@njit(nogil=True, cache=True)
def sweep(rides: Any, egress: Any, moments: Any, code: Any, rows: Any, slots: Any) -> None:
    """Scan all rides, last departure first, and fill `rows`: the best value from each wanted departure on.

    rides: (dest, arrive, follow, slot, write, before, ends, look, alight); egress: (start, lane, seconds) by stop;
    moments: starts and ends of what `loops` found; code: (scale, board, never, limited); rows [layer, row, lane] where
    layer is rides allowed less one, or the only one; slots [layer, register, lane].
    """
    starts, stops = moments
    moment = len(starts) - 1
    ride = len(rides[0]) - 1
    while ride >= 0:
        if moment >= 0 and stops[moment] == ride + 1:
            _settle(starts[moment], ride + 1, rides, egress, code, rows, slots)
            ride = starts[moment] - 1
            moment -= 1
        else:
            _take(ride, rides, egress, code, rows, slots)
            ride -= 1


@njit(nogil=True, cache=True, inline="always")
def _take(ride: int, rides: Any, egress: Any, code: Any, rows: Any, slots: Any) -> None:
    dest, arrive, follow, slot, write, before, ends, look, alight = rides
    start, lanes, seconds = egress
    scale, board, never, limited = code
    mine, stop = slot[ride], dest[ride]
    low = ends[ride - 1] if ride > 0 else 0
    for layer in range(len(rows)):
        if follow[ride] < 0:
            for lane in range(rows.shape[2]):
                slots[layer, mine, lane] = never
        if alight[ride]:
            for at in range(start[stop], start[stop + 1]):
                value = rows.dtype.type((arrive[ride] + seconds[at]) * scale)
                slots[layer, mine, lanes[at]] = min(slots[layer, mine, lanes[at]], value)
        source = layer - 1 if limited else layer
        if source >= 0:
            for at in range(low, ends[ride]):
                other = look[at]
                for lane in range(rows.shape[2]):
                    here, there = slots[layer, mine, lane], rows[source, other, lane]
                    slots[layer, mine, lane] = here if here < there else there
        own = write[ride]
        if own >= 0:
            previous = own if before[ride] == KEPT else before[ride]
            if previous == NO_ROW:
                for lane in range(rows.shape[2]):
                    rows[layer, own, lane] = slots[layer, mine, lane] + board
            else:
                for lane in range(rows.shape[2]):
                    here, there = rows.dtype.type(slots[layer, mine, lane] + board), rows[layer, previous, lane]
                    rows[layer, own, lane] = here if here < there else there


@njit(nogil=True, cache=True)
def _settle(first: int, last: int, rides: Any, egress: Any, code: Any, rows: Any, slots: Any) -> None:
    """Take rides of one moment that lead to each other at that moment: again and again until nothing new opens."""
    _, _, follow, slot, write, before, _, _, _ = rides
    never = code[2]
    aboard = np.empty((last - first, len(rows), rows.shape[2]), rows.dtype)
    for ride in range(first, last):
        for layer in range(len(rows)):
            for lane in range(rows.shape[2]):
                if before[ride] == NO_ROW:
                    rows[layer, write[ride], lane] = never
                elif before[ride] != KEPT:
                    rows[layer, write[ride], lane] = rows[layer, before[ride], lane]
    news = True
    while news:
        news = False
        for ride in range(last - 1, first - 1, -1):
            for layer in range(len(rows)):
                for lane in range(rows.shape[2]):
                    value = never
                    if follow[ride] >= 0:
                        value = slots[layer, slot[ride], lane]
                        if follow[ride] < last:
                            value = aboard[follow[ride] - first, layer, lane]
                    aboard[ride - first, layer, lane] = value
                news = _once_more(ride, layer, aboard[ride - first, layer], rides, egress, code, rows) or news
    for ride in range(last - 1, first - 1, -1):
        for layer in range(len(rows)):
            for lane in range(rows.shape[2]):
                slots[layer, slot[ride], lane] = aboard[ride - first, layer, lane]


@njit(nogil=True, cache=True)
def _once_more(ride: int, layer: int, mine: Any, rides: Any, egress: Any, code: Any, rows: Any) -> bool:
    """Take one ride of a moment into account, with all rows of the moment open; tell whether its row got better."""
    dest, arrive, _, _, write, _, ends, look, alight = rides
    start, lanes, seconds = egress
    scale, board, _, limited = code
    if alight[ride]:
        for at in range(start[dest[ride]], start[dest[ride] + 1]):
            mine[lanes[at]] = min(mine[lanes[at]], rows.dtype.type((arrive[ride] + seconds[at]) * scale))
    source = layer - 1 if limited else layer
    for at in range(ends[ride - 1] if ride > 0 and source >= 0 else 0, ends[ride] if source >= 0 else 0):
        for lane in range(rows.shape[2]):
            mine[lane] = min(mine[lane], rows[source, look[at], lane])
    news, own = False, write[ride]
    if own >= 0:
        for lane in range(rows.shape[2]):
            value = rows.dtype.type(mine[lane] + board)
            if value < rows[layer, own, lane]:
                rows[layer, own, lane] = value
                news = True
    return news


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
            _select(values, ranks[rank], never, low, test, count)
            for lane in range(LANES):
                found[rank, origin, lane] = low[lane]


@njit(nogil=True, cache=True)
def _select(values: Any, rank: int, never: int, low: Any, test: Any, count: Any) -> None:
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
            _select(values, ranks[rank], never, low, test, count)
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


@njit(nogil=True, cache=True)
def at_stops(stop: Any, time: Any, start: Any, times: Any) -> Any:
    """First departure from each stop at or after each time: its place, or -1."""
    found = np.empty(len(stop), np.int64)
    for at in range(len(stop)):
        place = first_at(times, start[stop[at]], start[stop[at] + 1], time[at])
        found[at] = place if place < start[stop[at] + 1] else -1
    return found


@njit(nogil=True, cache=True)
def aboard(rides: Any, moments: Any, egress: Any, code: Any, rows: Any, values: Any) -> None:
    """Scan as `sweep` for one destination, keeping the best value aboard each ride: values [ride], rows [row].

    egress: seconds from each stop, or -1; code: (scale, never).
    """
    starts, stops = moments
    before, never = rides[5], code[1]
    moment, high = len(starts) - 1, len(values)
    while high > 0:
        low = high - 1
        if moment >= 0 and stops[moment] == high:
            low = starts[moment]
            moment -= 1
        for ride in range(low, high):
            values[ride] = never
            if before[ride] != KEPT:
                rows[rides[4][ride]] = never if before[ride] == NO_ROW else rows[before[ride]]
        news = True
        while news:
            news = False
            for ride in range(high - 1, low - 1, -1):
                news = _aboard_once(ride, rides, egress, code, rows, values) or news
            news = news and high > low + 1
        high = low


@njit(nogil=True, cache=True)
def _aboard_once(ride: int, rides: Any, egress: Any, code: Any, rows: Any, values: Any) -> bool:
    dest, arrive, follow, _, write, _, ends, look, alight = rides
    value = values[follow[ride]] if follow[ride] >= 0 else code[1]
    if alight[ride] and egress[dest[ride]] >= 0:
        value = min(value, (arrive[ride] + egress[dest[ride]]) * code[0])
    for at in range(ends[ride - 1] if ride > 0 else 0, ends[ride]):
        value = min(value, rows[look[at]])
    values[ride] = value
    if write[ride] >= 0 and value < code[1] and value + 1 < rows[write[ride]]:
        rows[write[ride]] = value + 1
        return True
    return False
