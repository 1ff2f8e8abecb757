"""Calls of trips before they become a timetable: times that are missing put in, and trips repeated by frequency."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Times = NDArray[np.float64]
Flags = NDArray[np.bool_]


def filled(trip: Ints, arrive: Times, depart: Times) -> tuple[Ints, Ints, Flags]:
    """Put in missing times: one of two takes the other, calls between timed ones stand evenly between them.

    Parameters
    ----------
    trip
        Number of the trip of each call; calls of a trip stand together, in their order.
    arrive, depart
        Times of each call [s], nan where missing.

    Returns
    -------
    tuple
        arrive, depart [s], and which calls have a time: those before the first or after the last timed call have none.

    Examples
    --------
    >>> times = np.array([0, np.nan, np.nan, 90])
    >>> arrive, depart, timed = filled(np.zeros(4), times, times)
    >>> arrive.tolist(), timed.tolist()
    ([0, 30, 60, 90], [True, True, True, True])
    """
    arrive, depart = np.where(np.isnan(arrive), depart, arrive), np.where(np.isnan(depart), arrive, depart)
    known = ~np.isnan(arrive)
    if not known.all():
        at = np.arange(len(trip))
        before = np.maximum.accumulate(np.where(known, at, 0))
        after = np.minimum.accumulate(np.where(known, at, len(trip) - 1)[::-1])[::-1]
        inside = ~known & known[before] & known[after] & (trip[before] == trip) & (trip[after] == trip)
        here, left, right = at[inside], before[inside], after[inside]
        share = (here - left) / (right - left)
        arrive[here] = depart[here] = np.floor(depart[left] + share * (arrive[right] - depart[left]))
        known |= inside
    return np.where(known, arrive, 0).astype(np.int64), np.where(known, depart, 0).astype(np.int64), known


def departures(start: Ints, end: Ints, headway: Ints) -> tuple[Ints, Ints]:
    """Departures within windows: the first at the start, then one every headway, the last one before the end.

    Parameters
    ----------
    start, end, headway
        Of each window [s]; headways above 0.

    Returns
    -------
    tuple
        Number of the window and time [s] of each departure.

    Examples
    --------
    >>> window, time = departures(np.array([0, 100]), np.array([90, 101]), np.array([30, 30]))
    >>> window.tolist(), time.tolist()
    ([0, 0, 0, 1], [0, 30, 60, 100])
    """
    count = np.maximum(-(-(end - start) // headway), 0)
    window = np.repeat(np.arange(len(start)), count)
    nth = np.arange(len(window)) - np.repeat(np.cumsum(count) - count, count)
    return window, start[window] + nth * headway[window]


def repeated(first: Ints, count: Ints, which: Ints) -> tuple[Ints, Ints]:
    """Calls of some trips once more: number of the copy and of the call that is copied.

    Parameters
    ----------
    first, count
        First call and number of calls of each trip.
    which
        Trip of each copy.

    Examples
    --------
    >>> copy, call = repeated(np.array([0, 2]), np.array([2, 1]), np.array([0, 1, 0]))
    >>> copy.tolist(), call.tolist()
    ([0, 0, 1, 2, 2], [0, 1, 2, 0, 1])
    """
    lengths = count[which]
    copy = np.repeat(np.arange(len(which)), lengths)
    nth = np.arange(len(copy)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return copy, first[which][copy] + nth
