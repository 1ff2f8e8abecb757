"""Fastest journeys of a timetable, exact and to many destinations at once: a backward profile connection scan.

Method: Dibbelt, Pajor, Strasser, Wagner, Connection Scan Algorithm, arXiv 1703.05997, with the destinations as lanes
of one array. Times are seconds after midnight; 26:30 is 95400. An arrival and its number of rides share one integer,
so that of equally early arrivals the one with fewest changes wins.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hechang.terms.errors import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
DAY = 86_400
RIDES = 1_024  # room for the number of rides below the seconds
NEVER = np.iinfo(np.int64).max // 4


@dataclass(frozen=True)
class Timetable:
    """Rides from one call of a trip to its next, by departure; `follow` is the next ride of the same trip or -1."""

    origin: Ints
    dest: Ints
    depart: Ints
    arrive: Ints
    trip: Ints
    follow: Ints
    stops: int


class Leg(NamedTuple):
    """One trip from boarding to alighting; numbers of trip and stops, seconds."""

    trip: int
    origin: int
    dest: int
    depart: int
    arrive: int


@dataclass(frozen=True)
class Fastest:
    """Result of `fastest`: [stop, destination] arrays, and what `legs` needs to tell the trips.

    seconds: shortest time from a departure to the arrival, inf where unreachable; depart: when that journey begins;
    rides: how many trips it takes; values: best arrival on each ride.
    """

    timetable: Timetable
    dests: Ints
    change: int
    seconds: Floats
    depart: Ints
    rides: Ints
    values: Ints


def timetable(trip: Ints, stop: Ints, arrive: Ints, depart: Ints, *, stops: int) -> Timetable:
    """Make a timetable of calls that stand in their order within each trip.

    Parameters
    ----------
    trip, stop
        Numbers from 0 of the trip and stop of each call; calls of a trip stand together.
    arrive, depart
        Times of each call [s].
    stops
        How many stops there are.

    Raises
    ------
    InputError
        where a trip runs backwards in time; the message names the trip's number.

    Examples
    --------
    >>> day = timetable(np.array([0, 0]), np.array([0, 1]), np.array([60, 120]), np.array([60, 120]), stops=2)
    >>> float(fastest(day, np.array([1])).seconds[0, 0])
    60.0
    """
    trip, stop, arrive, depart = (np.asarray(column, dtype=np.int64) for column in (trip, stop, arrive, depart))
    wrong = first_backward(trip, arrive, depart)
    if wrong >= 0:
        raise InputError(
            f"Trip number {trip[wrong]} runs backwards in time. Mend its stop times",
            f"第 {trip[wrong]} 号车次的时刻倒退, 请改正其停站时刻",
        )
    here = np.flatnonzero(trip[:-1] == trip[1:])
    order = here[np.argsort(depart[here], kind="stable")]  # stable: rides of no duration keep the order of their trip
    place = np.full(len(trip), -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    after = order + 1
    return Timetable(stop[order], stop[after], depart[order], arrive[after], trip[order], place[after], stops)


def first_backward(trip: Ints, arrive: Ints, depart: Ints) -> int:
    """Number of the first call that leaves before it arrives, or comes before the call in front has left; -1 if none.

    Examples
    --------
    >>> first_backward(np.array([0, 0]), np.array([60, 30]), np.array([60, 30]))
    1
    """
    wrong = depart < arrive
    wrong[1:] |= (trip[1:] == trip[:-1]) & (arrive[1:] < depart[:-1])
    return int(np.flatnonzero(wrong)[0]) if wrong.any() else -1


def around_midnight(day: Timetable) -> Timetable:
    """Timetable of a daily service as one meets it from midnight on: last evening's late rides and the next day too.

    Examples
    --------
    >>> late = timetable(np.zeros(2), np.array([0, 1]), np.array([90000, 90060]), np.array([90000, 90060]), stops=2)
    >>> around_midnight(late).depart.tolist()
    [3600, 90000, 176400]
    """
    shifts, trips = (-DAY, 0, DAY), int(day.trip.max(initial=-1)) + 1
    parts = [
        np.stack([day.origin, day.dest, day.depart + shift, day.arrive + shift, day.trip + n * trips])
        for n, shift in enumerate(shifts)
    ]
    follow = np.concatenate([np.where(day.follow < 0, -1, day.follow + n * len(day.trip)) for n in range(len(shifts))])
    rides = np.concatenate(parts, axis=1)
    order = np.argsort(rides[2], kind="stable")
    order = order[rides[2][order] >= 0]
    place = np.full(rides.shape[1] + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    origin, dest, depart, arrive, trip = rides[:, order]
    return Timetable(origin, dest, depart, arrive, trip, place[follow[order]], day.stops)


class _Scan:
    """State of one backward scan: what is reached aboard each ride, and from each stop at each departure."""

    def __init__(self, day: Timetable, dests: Ints, change: int) -> None:
        self.day, self.change = day, change
        self.lane = np.full(day.stops, -1, dtype=np.int64)
        self.lane[dests] = np.arange(len(dests))
        self.times: list[list[int]] = [[] for _ in range(day.stops)]  # minus the departures, so ascending
        self.rows: list[list[Ints]] = [[] for _ in range(day.stops)]
        # best arrival aboard each ride; one row more, for the ride that does not follow (-1)
        self.values = np.full((len(day.trip) + 1, len(dests)), NEVER, dtype=np.int64)

    def ride(self, i: int, origin: int, dest: int, depart: int, arrive: int) -> bool:
        """Take ride `i` into account; tell whether it opened anything new."""
        best = self.values[self.day.follow[i]].copy()
        lane = self.lane[dest]
        if lane >= 0 and arrive * RIDES < best[lane]:
            best[lane] = arrive * RIDES
        at = bisect_right(self.times[dest], -(arrive + self.change)) - 1
        if at >= 0:
            np.minimum(best, self.rows[dest][at], out=best)
        self.values[i] = best
        return self.board(origin, depart, best + 1)

    def board(self, stop: int, depart: int, value: Ints) -> bool:
        """Enter a departure; several at one moment share a row."""
        times, rows = self.times[stop], self.rows[stop]
        if times and times[-1] == -depart:
            news = bool((value < rows[-1]).any())
            np.minimum(rows[-1], value, out=rows[-1])
            return news
        times.append(-depart)
        rows.append(np.minimum(rows[-1], value) if rows else value)
        return True

    def run(self) -> None:
        """Scan all rides, last departure first."""
        day = self.day
        columns = (day.origin.tolist(), day.dest.tolist(), day.depart.tolist(), day.arrive.tolist())
        bounds = [0, *(np.flatnonzero(np.diff(day.depart)) + 1).tolist(), len(day.trip)]
        instant = np.logical_or.reduceat(day.arrive == day.depart, bounds[:-1]) if len(day.trip) else np.array([])
        for group in range(len(bounds) - 2, -1, -1) if len(day.trip) else ():
            rides = range(bounds[group + 1] - 1, bounds[group] - 1, -1)
            news = [self.ride(i, *(column[i] for column in columns)) for i in rides]
            # rides of no duration can lead to each other in any order: repeat until nothing new opens
            while self.change == 0 and instant[group] and any(news):
                news = [self.ride(i, *(column[i] for column in columns)) for i in rides]


def fastest(day: Timetable, dests: Ints, *, change: int = 0, window: tuple[int, int] = (0, DAY)) -> Fastest:
    """Shortest journeys from every stop to `dests` over all departures within `window`.

    Parameters
    ----------
    day
        The timetable; rides after the window still count for arriving.
    dests
        Numbers of the stops to reach, each once.
    change
        Least time between alighting and boarding the next trip [s]; exactly so much is enough.
    window
        First departure and first moment after the last departure [s].

    Returns
    -------
    Fastest
        Arrays [stop, destination]; a stop reaches itself in no time and with no ride.

    Examples
    --------
    >>> calls = [np.array(c) for c in ([0, 0, 1, 1], [0, 1, 1, 2], [0, 600, 900, 1500], [0, 600, 900, 1500])]
    >>> found = fastest(timetable(*calls, stops=3), np.array([2]), change=300)
    >>> float(found.seconds[0, 0]), [leg.trip for leg in legs(found, 0, 0)]
    (1500.0, [0, 1])
    """
    dests = np.asarray(dests, dtype=np.int64)
    scan = _Scan(day, dests, change)
    scan.run()
    total = np.full((day.stops, len(dests)), NEVER, dtype=np.int64)
    depart = np.full(total.shape, -1, dtype=np.int64)
    inside = (day.depart >= window[0]) & (day.depart < window[1])
    for stop in np.unique(day.origin[inside]):
        rides = np.flatnonzero(inside & (day.origin == stop))
        total[stop], depart[stop] = _best_departure(scan.values[rides] + 1, day.depart[rides])
    total[dests, np.arange(len(dests))] = 0
    seconds = np.where(total < NEVER // 2, total // RIDES, np.inf)
    return Fastest(
        day, dests, change, seconds, depart, np.where(np.isfinite(seconds), total % RIDES, 0), scan.values[:-1]
    )


def _best_departure(reached: Ints, depart: Ints) -> tuple[Ints, Ints]:
    lasting = reached - depart[:, None] * RIDES
    first = lasting.argmin(axis=0)
    return np.take_along_axis(lasting, first[None], axis=0)[0], depart[first]


def legs(found: Fastest, origin: int, lane: int) -> list[Leg]:
    """Tell the very trips of the shortest journey from `origin` to `found.dests[lane]`; empty where there is none.

    Examples
    --------
    >>> day = timetable(np.array([7, 7]), np.array([0, 1]), np.array([60, 120]), np.array([60, 120]), stops=2)
    >>> legs(fastest(day, np.array([1])), 0, 0)
    [Leg(trip=7, origin=0, dest=1, depart=60, arrive=120)]
    """
    day, seconds = found.timetable, found.seconds[origin, lane]
    if not np.isfinite(seconds) or origin == found.dests[lane]:
        return []
    start = found.depart[origin, lane]
    goal = (start + int(seconds)) * RIDES + found.rides[origin, lane]
    told: list[Leg] = []
    while origin != found.dests[lane] or not told:
        first = _boarding(found, origin, int(start), int(goal) - 1, lane)
        last = _alighting(found, first, lane)
        told.append(Leg(*(int(a[i]) for a, i in _leg_cells(day, first, last))))
        origin, start, goal = told[-1].dest, told[-1].arrive + found.change, goal - 1
    return told


def _leg_cells(day: Timetable, first: int, last: int) -> list[tuple[Ints, int]]:
    return [(day.trip, first), (day.origin, first), (day.dest, last), (day.depart, first), (day.arrive, last)]


def _boarding(found: Fastest, stop: int, earliest: int, value: int, lane: int) -> int:
    day = found.timetable
    fits = (day.origin == stop) & (day.depart >= earliest) & (found.values[:, lane] == value)
    return int(np.flatnonzero(fits)[0])


def _alighting(found: Fastest, ride: int, lane: int) -> int:
    day, value = found.timetable, found.values[ride, lane]
    while not (day.dest[ride] == found.dests[lane] and day.arrive[ride] * RIDES == value):
        after = day.follow[ride]
        if after < 0 or found.values[after, lane] != value:
            return ride  # what is reached from here is reached by changing
        ride = int(after)
    return ride
