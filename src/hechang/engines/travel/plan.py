"""What a sweep over a timetable needs to know beforehand: which departures are asked for, and where their rows stand.

Method: profile connection scan (Dibbelt, Pajor, Strasser, Wagner, arXiv 1703.05997) over a timetable expanded in time,
with destinations as lanes of each row (k trees in one sweep, as in Delling et al. 2011, PHAST). A departure that no
transfer and no question asks for gets no row of its own.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hechang.engines.travel.loading import loaded
from hechang.engines.travel.timetable import Flags, Ints, Timetable
from hechang.engines.travel.walks import Edges

Numbers = NDArray[Any]
SIZE = np.int32  # of numbers of rides, rows and stops


@dataclass(frozen=True)
class Network:
    """A timetable and the walks between its stops: closed, each stop with the time to change there (`edges.closed`)."""

    day: Timetable
    walks: Edges


@dataclass(frozen=True)
class Asked:
    """Departures asked for: the first from a stop at or after a time [s after midnight], and all of `whole` stops."""

    stop: Ints
    time: Ints
    whole: Flags | None = None


class Events(NamedTuple):
    """Departures by stop: start of each stop, time of each departure in order [s from base], its row or -1."""

    start: Ints
    times: Ints
    row: Numbers


@dataclass(frozen=True)
class Plan:
    """A network made ready: `rides` as the kernels take them, moments of rides in no time, counts of rows and slots.

    Times run from `base` [s after midnight]; `trip` is that of each ride, `low` the first
    ride of the timetable that counts; `last` the latest
    arrival [s from base]; `asked` the row of each departure asked for, or -1.
    """

    base: int
    trip: Ints
    low: int
    last: int
    rides: tuple[Numbers, ...]
    moments: tuple[Ints, Ints]
    events: Events
    asked: Numbers
    rows: int
    slots: int


def without(given: Plan, trips: Ints) -> Plan:
    """The plan as if some trips did not run: their rides lead nowhere, all numbers stay.

    Examples
    --------
    >>> from hechang.engines.travel.timetable import timetable
    >>> from hechang.engines.travel.walks import closed, edges
    >>> day = timetable(np.array([0, 0]), np.array([0, 1]), np.array([60, 120]), np.array([60, 120]), stops=2)
    >>> net = Network(day, closed(edges([], [], [], origins=2, targets=2), longest=0))
    >>> without(plan(net, Asked(np.array([0]), np.array([60])), base=0), np.array([0])).rides[8].tolist()
    [False]
    """
    dest, arrive, follow, slot, write, before, ends, look, alight = given.rides
    gone = np.isin(given.trip, trips)
    count = np.diff(ends, prepend=0)
    kept = look[np.repeat(~gone, count)]
    rides = (dest, arrive, follow, slot, write, before, np.cumsum(np.where(gone, 0, count)), kept, alight & ~gone)
    return replace(given, rides=rides)


def plan(net: Network, asked: Asked, *, base: int, until: int | None = None, threads: int = 1) -> Plan:
    """Make a network ready to be swept for some questions.

    Parameters
    ----------
    net
        Timetable and walks.
    asked
        Departures whose rows are wanted.
    base, until
        Rides that leave before or after do not count [s after midnight].
    threads
        How many parts are looked up side by side.

    Examples
    --------
    >>> from hechang.engines.travel.walks import closed, edges
    >>> from hechang.engines.travel.timetable import timetable
    >>> day = timetable(np.array([0, 0]), np.array([0, 1]), np.array([60, 120]), np.array([60, 120]), stops=2)
    >>> none = edges([], [], [], origins=2, targets=2)
    >>> made = plan(Network(day, closed(none, longest=0)), Asked(np.array([0]), np.array([60])), base=0)
    >>> made.rows, made.asked.tolist()
    (1, [0])
    """
    work = loaded("event_kernels")
    rides = _rides(net.day, base, until)
    origin, dest, depart, arrive, follow, board, alight = rides
    start, times, place = work.by_stop(origin, depart, board, net.day.stops)
    wanted = np.zeros(len(times), dtype=bool)
    if asked.whole is not None:
        wanted |= np.repeat(asked.whole, np.diff(start)) & _first(start, times)
    found = work.at_stops(asked.stop, asked.time - base, start, times)
    wanted[found[found >= 0]] = True
    ends, look = _looks(net.walks, (dest, arrive, alight), (start, times, wanted), threads)
    row, write, before, slot, rows, slots = work.number_rows(origin, place, follow, start, wanted)
    moments = work.loops(depart, ends, look, times)
    ready = (dest, arrive, follow, slot, write, before, ends, row[look], alight)
    told = np.where(found >= 0, row[np.maximum(found, 0)] if len(row) else -1, -1)
    low = int(np.searchsorted(net.day.depart, base))
    trip = net.day.trip[low : low + len(dest)]
    return Plan(
        base, trip, low, int(arrive.max(initial=0)), ready, moments, Events(start, times, row), told, rows, slots
    )


def _rides(day: Timetable, base: int, until: int | None) -> tuple[Numbers, ...]:
    """Rides that count, with times from `base`."""
    low = int(np.searchsorted(day.depart, base))
    high = len(day.depart) if until is None else int(np.searchsorted(day.depart, until, side="right"))
    follow = day.follow[low:high] - low
    follow = np.where((follow >= 0) & (follow < high - low), follow, -1).astype(SIZE)
    ends = (part[low:high].astype(SIZE) for part in (day.origin, day.dest))
    times = ((part[low:high] - base).astype(SIZE) for part in (day.depart, day.arrive))
    return (*ends, *times, follow, day.board[low:high], day.alight[low:high])


def _first(start: Ints, times: Ints) -> Flags:
    """Of departures from one stop at one moment the first."""
    first = np.ones(len(times), dtype=bool)
    first[1:] = times[1:] != times[:-1]
    first[start[:-1][start[:-1] < len(times)]] = True
    return first


def _looks(
    walks: Edges, rides: tuple[Numbers, ...], events: tuple[Numbers, ...], threads: int
) -> tuple[Numbers, Numbers]:
    """Departures each ride can be changed to: ends by ride, places."""
    feet = (walks.start, walks.to.astype(SIZE), walks.seconds.astype(SIZE))
    bounds = np.linspace(0, len(rides[0]), threads + 1).astype(np.int64)

    def part(at: int) -> tuple[Numbers, Numbers]:
        found: tuple[Numbers, Numbers] = loaded("event_kernels").look_up(
            bounds[at], bounds[at + 1], *rides, feet, *events
        )
        return found

    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(part, range(threads)))
    shift = np.cumsum([0, *(len(look) for _, look in parts)])
    ends = np.concatenate([ends + more for (ends, _), more in zip(parts, shift, strict=False)])
    return ends, np.concatenate([look for _, look in parts])
