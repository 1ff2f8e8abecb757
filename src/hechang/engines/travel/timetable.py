"""A timetable as rides from one call of a trip to its next, and what can be made of one.

Times are seconds after midnight; 26:30 is 95400.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hechang.terms.errors import InputError

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
DAY = 86_400


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
    board: Flags  # whether one may get on where a ride begins, and off where it ends
    alight: Flags


def timetable(
    trip: Ints,
    stop: Ints,
    arrive: Ints,
    depart: Ints,
    *,
    stops: int,
    board: Flags | None = None,
    alight: Flags | None = None,
) -> Timetable:
    """Make a timetable of calls that stand in their order within each trip.

    Parameters
    ----------
    trip, stop
        Numbers from 0 of the trip and stop of each call; calls of a trip stand together.
    arrive, depart
        Times of each call [s].
    stops
        How many stops there are.
    board, alight
        Whether one may get on and off at each call; everywhere when left out.

    Raises
    ------
    InputError
        where a trip runs backwards in time; the message names the trip's number.

    Examples
    --------
    >>> day = timetable(np.array([0, 0]), np.array([0, 1]), np.array([60, 120]), np.array([60, 120]), stops=2)
    >>> day.depart.tolist(), day.arrive.tolist(), day.follow.tolist()
    ([60], [120], [-1])
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
    may = [
        np.ones(len(trip), dtype=bool) if flags is None else np.asarray(flags, dtype=bool) for flags in (board, alight)
    ]
    return Timetable(
        stop[order], stop[after], depart[order], arrive[after], trip[order], place[after], stops,
        may[0][order], may[1][after],
    )  # fmt: skip


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


def around_midnight(day: Timetable, runs: Flags | None = None) -> Timetable:
    """Timetable of a day of service as one meets it from midnight on: last evening's late rides and the next day too.

    Parameters
    ----------
    day
        Rides of all trips.
    runs
        Whether each trip runs on the day before, the day itself and the day after [3, trip]; daily when left out.

    Examples
    --------
    >>> late = timetable(np.zeros(2), np.array([0, 1]), np.array([90000, 90060]), np.array([90000, 90060]), stops=2)
    >>> around_midnight(late).depart.tolist()
    [3600, 90000, 176400]
    """
    trips, rides = int(day.trip.max(initial=-1)) + 1, len(day.trip)
    shift = np.repeat(np.array([-DAY, 0, DAY]), rides)
    number = np.repeat(np.arange(3), rides)
    thrice = np.tile(np.arange(rides), 3)
    follow = day.follow[thrice]
    whole = replace(
        _some(day, thrice),
        depart=day.depart[thrice] + shift,
        arrive=day.arrive[thrice] + shift,
        trip=day.trip[thrice] + number * trips,
        follow=np.where(follow < 0, -1, follow + number * rides),
    )
    kept = whole.depart >= 0
    return ordered(whole, kept if runs is None else kept & runs[number, day.trip[thrice]])


def turned(day: Timetable, top: int) -> Timetable:
    """The same rides seen from their end: from stop to stop the other way, at `top` less the time [s].

    Examples
    --------
    >>> day = timetable(np.zeros(2), np.array([0, 1]), np.array([60, 120]), np.array([60, 120]), stops=2)
    >>> back = turned(day, 200)
    >>> back.origin.tolist(), back.depart.tolist(), back.arrive.tolist()
    ([1], [80], [140])
    """
    rides = len(day.trip)
    led = np.full(rides, -1, dtype=np.int64)
    here = np.flatnonzero(day.follow >= 0)
    led[day.follow[here]] = here
    back = np.where(led < 0, -1, rides - 1 - led)[::-1]
    last_first = np.arange(rides)[::-1]
    swapped = replace(
        _some(day, last_first),
        origin=day.dest[last_first],
        dest=day.origin[last_first],
        depart=top - day.arrive[last_first],
        arrive=top - day.depart[last_first],
        follow=back,
        board=day.alight[last_first],
        alight=day.board[last_first],
    )
    return ordered(swapped, np.ones(rides, dtype=bool))


def ordered(day: Timetable, kept: Flags) -> Timetable:
    """Rides that are kept, by departure; those of one moment stay in their order.

    Examples
    --------
    >>> day = timetable(np.zeros(3), np.arange(3), np.array([0, 60, 90]), np.array([0, 60, 90]), stops=3)
    >>> ordered(day, np.array([False, True])).depart.tolist()
    [60]
    """
    order = np.flatnonzero(kept)
    order = order[np.argsort(day.depart[order], kind="stable")]
    place = np.full(len(day.trip) + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    return replace(_some(day, order), follow=place[day.follow[order]])


def _some(day: Timetable, rides: Ints) -> Timetable:
    """Some rides in another order; `follow` still holds the old numbers."""
    return Timetable(
        day.origin[rides], day.dest[rides], day.depart[rides], day.arrive[rides], day.trip[rides], day.follow[rides],
        day.stops, day.board[rides], day.alight[rides],
    )  # fmt: skip
