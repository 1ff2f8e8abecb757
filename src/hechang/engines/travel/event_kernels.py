"""Compiled loops that make a plan: departures by stop, what each ride leads to, rows and registers of the sweep.

`hechang.engines.travel` loads these and its other kernels on first use: numba takes a third of a second. All release
the interpreter lock, so that blocks run side by side in threads. Times are whole seconds since the start of a plan.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

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
def at_stops(stop: Any, time: Any, start: Any, times: Any) -> Any:
    """First departure from each stop at or after each time: its place, or -1."""
    found = np.empty(len(stop), np.int64)
    for at in range(len(stop)):
        place = first_at(times, start[stop[at]], start[stop[at] + 1], time[at])
        found[at] = place if place < start[stop[at] + 1] else -1
    return found
