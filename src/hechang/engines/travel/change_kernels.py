"""The compiled inner loops that work out what a change of a timetable does; called by `changes` only.

Arrivals are seconds from the base of a plan, [origin, mark, destination]; `never` is what nothing reaches.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from hechang.engines.travel.answer_kernels import LANES, select


@njit(nogil=True, cache=True)
def every(origins: Any, asked: Any, marks: Any, direct: Any, never: Any, rows: Any, found: Any) -> None:
    """Earliest arrival of each mark, for origins low..high and every lane: found [origin, mark, lane]."""
    start, asked_row = asked
    walk_start, walk_lane, walk_seconds = direct
    wide = found.shape[2]
    for origin in range(origins[0], origins[1]):
        for mark in range(len(marks)):
            for lane in range(wide):
                found[origin, mark, lane] = never
            for access in range(start[origin], start[origin + 1]):
                row = asked_row[access, mark]
                if row >= 0:
                    for lane in range(wide):
                        here, there = found[origin, mark, lane], rows[row, lane]
                        found[origin, mark, lane] = here if here < there else there
            for at in range(walk_start[origin], walk_start[origin + 1]):
                if walk_lane[at] < wide:
                    walked = rows.dtype.type(marks[mark] + walk_seconds[at])
                    found[origin, mark, walk_lane[at]] = min(found[origin, mark, walk_lane[at]], walked)


@njit(nogil=True, cache=True)
def from_points(dests: Any, asked: Any, points: Any, direct: Any, code: Any, rows: Any, found: Any) -> None:
    """Earliest arrival at each destination from points in time: found [point, destination], times from `base`.

    The lanes of `rows` (of a turned sweep) are stops where one gets off; points: (start of each lane's, their times,
    ascending); direct: walks from lanes to destinations by destination; code: (never, top less base).
    """
    start, stop_of, egress_seconds, events = asked
    stop_start, times, row_of = events
    point_start, leave = points
    walk_start, walk_lane, walk_seconds = direct
    never, top = code
    lanes = len(point_start) - 1
    following = np.empty(lanes, np.int64)
    for dest in range(dests[0], dests[1]):
        for at in range(walk_start[dest], walk_start[dest + 1]):
            for point in range(point_start[walk_lane[at]], point_start[walk_lane[at] + 1]):
                walked = found.dtype.type(leave[point] + walk_seconds[at])
                found[point, dest] = min(found[point, dest], walked)
        for egress in range(start[dest], start[dest + 1]):
            stop = stop_of[egress]
            for lane in range(lanes):
                following[lane] = point_start[lane]
            for place in range(stop_start[stop + 1] - 1, stop_start[stop] - 1, -1):
                row = row_of[place]
                if row < 0:
                    continue
                arrive = found.dtype.type(top - times[place] + egress_seconds[egress])
                done = True
                for lane in range(lanes):
                    value, point = rows[row, lane], following[lane]
                    if value < never:
                        while point < point_start[lane + 1] and leave[point] <= top - value:
                            found[point, dest] = min(found[point, dest], arrive)
                            point += 1
                        following[lane] = point
                    done = done and point == point_start[lane + 1]
                if done:
                    break


@njit(nogil=True, cache=True)
def along(rides: Any, by_lane: Any, onward: Any, walks: Any, values: Any, again: Any, aboard: Any) -> None:
    """Best arrival aboard each ride of some trips: from where it ends, or farther along, or by another of them.

    rides: (dest, depart, arrive, follow, alight) in order of departure; by_lane: (lane of each stop or -1, start of
    each lane's departures, their times, ascending, place of each ride among them or -1); onward: row of each ride's
    point in `values` or -1; walks closed; values [point, destination] without these trips; again [point, lane]: when
    one can board there after other trips; aboard [ride, destination].
    """
    dest, _, arrive, follow, alight = rides
    lane_of, lane_start, when, place = by_lane
    walk_start, walk_to, walk_seconds = walks
    best = np.empty((len(when), aboard.shape[1]), aboard.dtype)  # aboard what leaves there, then or later
    best[:] = aboard.dtype.type(-1)
    news = True
    while news:
        news = False
        for ride in range(len(dest) - 1, -1, -1):
            if follow[ride] >= 0:
                news = _lower(aboard[ride], aboard[follow[ride]]) or news
            if alight[ride]:
                if onward[ride] >= 0:
                    _lower(aboard[ride], values[onward[ride]])
                    for lane in range(len(lane_start) - 1):
                        _lower_from(aboard[ride], lane_start, when, lane, again[onward[ride], lane], best)
                for walk in range(walk_start[dest[ride]], walk_start[dest[ride] + 1]):
                    lane = lane_of[walk_to[walk]]
                    if lane >= 0:
                        _lower_from(aboard[ride], lane_start, when, lane, arrive[ride] + walk_seconds[walk], best)
            at = place[ride]
            if at >= 0:
                news = _lower(best[at], aboard[ride]) or news
                if at + 1 < len(when) and not _is_start(lane_start, at + 1):
                    news = _lower(best[at], best[at + 1]) or news


@njit(nogil=True, cache=True)
def _lower_from(mine: Any, lane_start: Any, when: Any, lane: int, time: Any, best: Any) -> None:
    """Take in what is best from the first departure of a lane at a time or later."""
    low, high = lane_start[lane], lane_start[lane + 1]
    at = low + np.searchsorted(when[low:high], time)
    if at < high:
        _lower(mine, best[at])


@njit(nogil=True, cache=True)
def _is_start(lane_start: Any, at: int) -> bool:
    return bool(lane_start[np.searchsorted(lane_start, at)] == at)


@njit(nogil=True, cache=True)
def _lower(mine: Any, other: Any) -> bool:
    news = False
    for at in range(len(mine)):
        if other[at] < mine[at]:
            mine[at] = other[at]
            news = True
    return news


@njit(nogil=True, cache=True)
def joined(origins: Any, reach: Any, boarding: Any, aboard: Any, code: Any, arrivals: Any, found: Any) -> None:
    """Values at given ranks after some trips were added, for origins low..high: found [rank, origin, destination].

    reach [origin, mark, lane]: when one can board at each of the lanes' stops; boarding: (start of each lane's
    departures, their times, ascending, their rides); aboard [ride, destination]; code: (never, ranks, marks). What
    nothing changes is left as it is.
    """
    never, ranks, marks = code
    wide = arrivals.shape[2]
    best = np.empty((len(marks) + 1, wide), arrivals.dtype)  # by the trips alone, as it was when it last got better
    which = np.empty(len(marks), np.int64)
    news = np.empty(wide, arrivals.dtype)
    following = np.empty(len(boarding[0]) - 1, np.int64)
    for origin in range(origins[0], origins[1]):
        best[0] = never
        news[:] = 0
        following[:] = boarding[0][1:] - 1
        at = 0
        for mark in range(len(marks) - 1, -1, -1):
            at = _caught(reach[origin, mark], boarding, aboard, following, best, at)
            which[mark] = at
            if at:
                for dest in range(wide):
                    news[dest] |= best[at, dest] < arrivals[origin, mark, dest]
        _rank_some(np.flatnonzero(news), origin, which, best, (never, ranks, marks), arrivals, found)


@njit(nogil=True, cache=True)
def _caught(reach: Any, boarding: Any, aboard: Any, following: Any, best: Any, at: int) -> int:
    """Take in departures that can be caught now; what is best with them stands in the row returned."""
    lane_start, when, ride_of = boarding
    news = False
    for lane in range(len(following)):
        place = following[lane]
        while place >= lane_start[lane] and when[place] >= reach[lane]:
            if not news:
                best[at + 1] = best[at]
                news = True
            _lower(best[at + 1], aboard[ride_of[place]])
            place -= 1
        following[lane] = place
    return at + 1 if news else at


@njit(nogil=True, cache=True)
def _rank_some(dests: Any, origin: int, which: Any, best: Any, code: Any, arrivals: Any, found: Any) -> None:
    """Values at given ranks from one origin to some destinations, by the timetable or by the trips alone."""
    never, ranks, marks = code
    block = np.empty((len(marks), LANES), arrivals.dtype)
    count = np.empty(LANES, arrivals.dtype)
    low, test = np.empty(LANES, arrivals.dtype), np.empty(LANES, arrivals.dtype)
    for first in range(0, len(dests), LANES):
        some = dests[first : first + LANES]
        for mark in range(len(marks)):
            block[mark] = never
            for lane in range(len(some)):
                value = min(arrivals[origin, mark, some[lane]], best[which[mark], some[lane]])
                if value < never:
                    block[mark, lane] = value - marks[mark]
        for rank in range(len(ranks)):
            select(block, ranks[rank], never, low, test, count)
            for lane in range(len(some)):
                found[rank, origin, some[lane]] = low[lane]


@njit(nogil=True, cache=True)
def touched(origins: Any, reach: Any, boarding: Any, aboard: Any, never: Any, arrivals: Any, found: Any) -> None:
    """Pairs of which some mark arrives no earlier than it could by one of the trips: found [origin, destination]."""
    best = np.empty((arrivals.shape[1] + 1, arrivals.shape[2]), arrivals.dtype)
    following = np.empty(len(boarding[0]) - 1, np.int64)
    hit = np.empty(arrivals.shape[2], arrivals.dtype)
    for origin in range(origins[0], origins[1]):
        best[0] = never
        following[:] = boarding[0][1:] - 1
        hit[:] = 0
        at = 0
        for mark in range(arrivals.shape[1] - 1, -1, -1):
            at = _caught(reach[origin, mark], boarding, aboard, following, best, at)
            if at:
                for dest in range(arrivals.shape[2]):
                    hit[dest] |= (best[at, dest] < never) & (best[at, dest] <= arrivals[origin, mark, dest])
        for dest in range(arrivals.shape[2]):
            found[origin, dest] = hit[dest] > 0


@njit(nogil=True, cache=True)
def ranks_of(origins: Any, arrivals: Any, code: Any, found: Any) -> None:
    """Values at given ranks of all marks, for some origins: found [rank, origin, destination]."""
    never, ranks, marks = code
    block = np.empty((len(marks), LANES), arrivals.dtype)
    count = np.empty(LANES, arrivals.dtype)
    low, test = np.empty(LANES, arrivals.dtype), np.empty(LANES, arrivals.dtype)
    for origin in origins:
        for first in range(0, arrivals.shape[2], LANES):
            for mark in range(len(marks)):
                time = arrivals.dtype.type(marks[mark])
                for lane in range(LANES):
                    value = arrivals[origin, mark, first + lane]
                    block[mark, lane] = value - time if value < never else never
            for rank in range(len(ranks)):
                select(block, ranks[rank], never, low, test, count)
                for lane in range(LANES):
                    found[rank, origin, first + lane] = low[lane]
