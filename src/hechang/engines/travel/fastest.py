"""Shortest journeys within a window, waiting at the start not counted, and the very trips of a journey."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hechang.engines.travel.job import FULL, LANES, lanes_of
from hechang.engines.travel.loading import loaded
from hechang.engines.travel.plan import Asked, Network, Numbers, Plan, plan
from hechang.engines.travel.questions import WHOLE_MACHINE, Doors, Effort
from hechang.engines.travel.timetable import Ints
from hechang.engines.travel.walks import Edges

RIDES = 1_024  # room for the number of rides below the seconds
NONE = np.zeros(0, dtype=np.int64)


class Fastest(NamedTuple):
    """[origin, destination]: seconds from leaving to arriving (inf where unreachable), rides, when one leaves [s]."""

    seconds: NDArray[np.float64]
    rides: Ints
    depart: Ints


class Leg(NamedTuple):
    """One trip from boarding to alighting: numbers of trip and stops, seconds after midnight."""

    trip: int
    origin: int
    dest: int
    depart: int
    arrive: int


def fastest(net: Network, doors: Doors, window: tuple[int, int], *, effort: Effort = WHOLE_MACHINE) -> Fastest:
    """Shortest journeys from every origin to every destination over every second of a window.

    Of equally short journeys the one with fewest rides counts, then the earliest. Walking directly takes no ride, and
    leaves at the start of the window.

    Parameters
    ----------
    net, doors
        Timetable and walks, doors into and out of it.
    window
        First moment to leave and first moment too late [s after midnight]; rides after it still count for arriving.

    Examples
    --------
    >>> from hechang.engines.travel.timetable import timetable
    >>> from hechang.engines.travel.walks import closed, edges
    >>> calls = [np.array(c) for c in ([0, 0, 1, 1], [0, 1, 1, 2], [0, 600, 900, 1500], [0, 600, 900, 1500])]
    >>> none, own = (edges(n, n, [0] * len(n), origins=3, targets=3) for n in ([], [0, 1, 2]))
    >>> net = Network(timetable(*calls, stops=3), closed(none, longest=0, change=300))
    >>> fastest(net, Doors(own, own), (0, 3600)).seconds[0].tolist()
    [inf, 600.0, 1500.0]
    """
    access = doors.access
    near = np.zeros(net.day.stops, dtype=bool)
    near[access.to] = True
    made = plan(net, Asked(NONE, NONE, near), base=window[0], threads=effort.threads)
    asked = _departures(made, access, window)
    shape = (access.origins, -(-doors.egress.targets // LANES) * LANES)
    found, when = np.full(shape, FULL, dtype=np.uint32), np.full(shape, 0, dtype=np.int64)
    _each(made, doors.egress, asked, (found, when), effort)
    found, when = found[:, : doors.egress.targets], when[:, : doors.egress.targets]
    seconds = np.where(found < FULL, found // RIDES, np.inf)
    return _walked(
        doors, window, Fastest(seconds, np.where(found < FULL, found % RIDES, 0).astype(int), when + made.base)
    )


def _departures(made: Plan, access: Edges, window: tuple[int, int]) -> tuple[Ints, Numbers, Ints]:
    """Departures of each origin: where they start, their rows, when one leaves for them [s from base]."""
    start, times, row = made.events
    low, high = (
        np.where(
            (at := loaded("event_kernels").at_stops(access.to, access.seconds + bound, start, times)) < 0,
            start[access.to + 1],
            at,
        )
        for bound in (0, window[1] - window[0])
    )
    count = high - low + (high < start[access.to + 1])  # whoever leaves last waits for the next departure
    place = np.repeat(low - np.cumsum(count) + count, count) + np.arange(count.sum())
    leave = np.minimum(times[place] - np.repeat(access.seconds, count), window[1] - window[0] - 1)
    edge = np.repeat(np.arange(len(count)), count)
    kept = row[place] >= 0
    begins = np.searchsorted(edge[kept], access.start)
    return begins, row[place][kept], leave[kept]


def _each(
    made: Plan, egress: Edges, asked: tuple[Ints, Numbers, Ints], into: tuple[Numbers, Numbers], effort: Effort
) -> None:
    room = (made.rows + made.slots + 1) * LANES * 4
    blocks = range(0, into[0].shape[1], LANES)
    threads = max(1, min(effort.threads, effort.megabytes * 1_000_000 // room, len(blocks)))

    def some(first: int) -> None:
        rows, slots = (np.empty((1, max(1, count), LANES), dtype=np.uint32) for count in (made.rows, made.slots))
        code = (RIDES, np.uint32(1), np.uint32(FULL), False)
        for low in blocks[first::threads]:
            loaded("sweep_kernels").sweep(made.rides, lanes_of(egress, low), made.moments, code, rows, slots)
            found, when = (part[:, low : low + LANES] for part in into)
            loaded("answer_kernels").shortest((0, len(found)), asked, RIDES, code[2], rows[0], found, when)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(some, range(threads)))


def _walked(doors: Doors, window: tuple[int, int], found: Fastest) -> Fastest:
    """Put in what is walked directly, where that is not slower."""
    if doors.direct is None:
        return found
    at = (doors.direct.origin, doors.direct.to)
    on_foot = doors.direct.seconds <= found.seconds[at]
    at = (at[0][on_foot], at[1][on_foot])
    found.seconds[at], found.rides[at], found.depart[at] = doors.direct.seconds[on_foot], 0, window[0]
    return found


@dataclass(frozen=True)
class _Told:
    """One destination's values aboard each ride and from each departure on, to walk along."""

    net: Network
    made: Plan
    egress: Ints
    aboard: Ints
    rows: Ints


def journeys(net: Network, doors: Doors, asked: Sequence[tuple[int, int, int]]) -> list[list[Leg]]:
    """Tell the very trips of the earliest arrivals: for each (origin, destination, moment of leaving) its trips.

    Of equally early arrivals the one with fewest rides is told; nothing where there is none, or walking is no slower.

    Examples
    --------
    >>> from hechang.engines.travel.timetable import timetable
    >>> from hechang.engines.travel.walks import closed, edges
    >>> day = timetable(np.array([7, 7]), np.array([0, 1]), np.array([60, 120]), np.array([60, 120]), stops=2)
    >>> none, own = (edges(n, n, [0] * len(n), origins=2, targets=2) for n in ([], [0, 1]))
    >>> journeys(Network(day, closed(none, longest=0)), Doors(own, own), [(0, 1, 30)])
    [[Leg(trip=7, origin=0, dest=1, depart=60, arrive=120)]]
    """
    if not asked:
        return []
    everywhere = np.ones(net.day.stops, dtype=bool)
    made = plan(net, Asked(NONE, NONE, everywhere), base=min(leave for _, _, leave in asked))
    told = {dest: _told(net, made, doors, dest) for dest in {dest for _, dest, _ in asked}}
    return [_legs(told[dest], doors, origin, dest, leave) for origin, dest, leave in asked]


def _told(net: Network, made: Plan, doors: Doors, dest: int) -> _Told:
    egress = np.full(net.day.stops, -1, dtype=np.int64)
    into = doors.egress.to == dest
    egress[doors.egress.origin[into]] = doors.egress.seconds[into]
    rows, aboard = np.full(made.rows + 1, FULL, dtype=np.int64), np.empty(len(made.rides[0]), dtype=np.int64)
    loaded("sweep_kernels").aboard(made.rides, made.moments, egress, (RIDES, FULL), rows, aboard)
    return _Told(net, made, egress, aboard, rows)


def _legs(told: _Told, doors: Doors, origin: int, dest: int, leave: int) -> list[Leg]:
    start, end = doors.access.start[origin : origin + 2]
    at = leave - told.made.base
    stop, when, value = _boarding(told, doors.access.to[start:end], at + doors.access.seconds[start:end])
    if value >= min(FULL, _direct(doors, origin, dest, at)):
        return []
    made, day, base = told.made, told.net.day, told.made.base
    legs: list[Leg] = []
    while True:
        first = _ride(told, stop, when, value - 1)
        last = _last(told, first)
        trip, off, arrive = day.trip[made.low + first], made.rides[0][last], made.rides[1][last]
        leg = Leg(int(trip), stop, int(off), int(day.depart[made.low + first]), int(arrive) + base)
        legs.append(leg)
        if _arrives(told, last):
            return legs
        low, high = told.net.walks.start[leg.dest : leg.dest + 2]
        feet = told.net.walks.seconds[low:high] + leg.arrive - base
        stop, when, value = _boarding(told, told.net.walks.to[low:high], feet)


def _direct(doors: Doors, origin: int, dest: int, at: int) -> int:
    if doors.direct is None:
        return FULL
    low, high = doors.direct.start[origin : origin + 2]
    here = doors.direct.to[low:high] == dest
    return int(((doors.direct.seconds[low:high][here] + at) * RIDES).min(initial=FULL))


def _boarding(told: _Told, stops: Ints, times: Ints) -> tuple[int, int, int]:
    """Of several stops and the moments one is there the one from which one arrives first: stop, moment, value."""
    start, when, row = told.made.events
    place = loaded("event_kernels").at_stops(stops, times, start, when)
    values = np.where(place >= 0, told.rows[row[place]] if len(row) else FULL, FULL)
    if not len(values) or values.min() >= FULL:
        return -1, -1, FULL
    best = np.lexsort((times, values))[0]
    return int(stops[best]), int(times[best]), int(values[best])


def _ride(told: _Told, stop: int, when: int, value: int) -> int:
    """First ride from a stop that brings one to the destination with a value."""
    made, day = told.made, told.net.day
    rides = slice(made.low, made.low + len(told.aboard))
    fits = (day.origin[rides] == stop) & (day.depart[rides] >= when + made.base) & (told.aboard == value)
    return int(np.flatnonzero(fits & day.board[rides])[0])


def _last(told: _Told, ride: int) -> int:
    """Last ride of the same trip before one gets off: at the destination, or where staying aboard is worse."""
    follow = told.made.rides[2]
    while not _arrives(told, ride) and follow[ride] >= 0 and told.aboard[follow[ride]] == told.aboard[ride]:
        ride = int(follow[ride])
    return ride


def _arrives(told: _Told, ride: int) -> bool:
    dest, arrive, alight = told.made.rides[0][ride], told.made.rides[1][ride], told.made.rides[8][ride]
    walk = told.egress[dest]
    return bool(alight and walk >= 0 and (int(arrive) + int(walk)) * RIDES == told.aboard[ride])
