"""Which services run on which days, and which day of a timetable is the typical one.

Days are counted as in the proleptic Gregorian calendar from 1 on (`date.toordinal`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
WEEK, WORKING = 7, 5


@dataclass(frozen=True)
class Pattern:
    """Services by number: weekdays [service, Monday to Sunday], first and last day; exceptions as three columns.

    Of each exception: `service`, `day`, and whether the service is `added` on that day or taken away.
    """

    weekdays: Flags
    first: Ints
    last: Ints
    service: Ints
    day: Ints
    added: Flags


def running(pattern: Pattern, days: Ints) -> Flags:
    """Tell which services run on some days.

    Parameters
    ----------
    pattern
        The services.
    days
        Ascending days, each once.

    Returns
    -------
    array of bool
        [day, service].

    Examples
    --------
    >>> weekdays = np.array([[1, 1, 1, 1, 1, 0, 0]], dtype=bool)
    >>> none = np.zeros(0, dtype=np.int64)
    >>> weekly = Pattern(weekdays, np.array([1]), np.array([14]), none, none, none.astype(bool))
    >>> running(weekly, np.arange(5, 9))[:, 0].tolist()  # Friday to Monday
    [True, False, False, True]
    """
    spans = (days[:, None] >= pattern.first) & (days[:, None] <= pattern.last)
    runs: Flags = pattern.weekdays.T[(days - 1) % WEEK] & spans
    at = np.searchsorted(days, pattern.day)
    known = (at < len(days)) & (days[np.minimum(at, len(days) - 1)] == pattern.day) if len(days) else at < 0
    runs[at[known], pattern.service[known]] = pattern.added[known]
    return runs


def typical_day(days: Ints, runs: Flags, trips: Ints) -> int:
    """Number of the typical day: the set of services that runs on most working days, on its earliest day.

    Of sets that run equally often the one with most trips counts, then the one seen first. Where nothing runs from
    Monday to Friday all days are looked at; -1 where nothing runs at all.

    Parameters
    ----------
    days, runs
        Days, and what runs on them, as `running` tells it.
    trips
        Trips of each service.

    Examples
    --------
    >>> runs = np.array([[1, 0], [1, 1], [1, 0], [1, 1]], dtype=bool)
    >>> typical_day(np.arange(1, 5), runs, np.array([10, 2]))  # two sets, twice each: more trips
    1
    """
    busy = (runs & (trips > 0)).any(axis=1)
    working = busy & ((days - 1) % WEEK < WORKING)
    kept = np.flatnonzero(working if working.any() else busy)
    if not len(kept):
        return -1
    sets, first, which = np.unique(runs[kept], axis=0, return_index=True, return_inverse=True)
    often, load = np.bincount(which.ravel()), sets @ trips
    best = np.lexsort((first, -load, -often))[0]
    return int(kept[first[best]])
