"""Walks: sparse seconds from one set of points to another, and all that can be walked by way of others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hechang.engines.travel.loading import loaded
from hechang.terms.errors import InputError

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Edges:
    """Seconds from points to others: those of `n` stand at start[n]:start[n + 1] in `to` (ascending) and `seconds`."""

    start: Ints
    to: Ints
    seconds: Ints
    targets: int

    @property
    def origins(self) -> int:
        """How many points there are to start from."""
        return len(self.start) - 1

    @property
    def origin(self) -> Ints:
        """Starting point of each edge."""
        return np.repeat(np.arange(self.origins), np.diff(self.start))


def edges(origin: Ints, to: Ints, seconds: Ints, *, origins: int, targets: int) -> Edges:
    """Sort edges by their start; of several between the same two points the shortest stays.

    Parameters
    ----------
    origin, to
        Numbers from 0 of the two ends.
    seconds
        How long each takes [s], not below 0.
    origins, targets
        How many points there are on either side.

    Raises
    ------
    InputError
        where a time is negative, or an end is no point.

    Examples
    --------
    >>> edges(np.array([1, 0, 1]), np.array([0, 0, 0]), np.array([30, 60, 20]), origins=2, targets=1).seconds.tolist()
    [60, 20]
    """
    origin, to, seconds = (np.asarray(part, dtype=np.int64) for part in (origin, to, seconds))
    wrong = (seconds < 0) | (origin < 0) | (origin >= origins) | (to < 0) | (to >= targets)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"Walk number {at} takes {seconds[at]} s from {origin[at]} to {to[at]}: no walk between known points",
            f"第 {at} 条步行联系从 {origin[at]} 到 {to[at]} 用时 {seconds[at]} 秒: 端点未知或用时为负",
        )
    order = np.lexsort((seconds, to, origin))
    origin, to, seconds = origin[order], to[order], seconds[order]
    kept = np.ones(len(order), dtype=bool)
    kept[1:] = (origin[1:] != origin[:-1]) | (to[1:] != to[:-1])
    start = np.searchsorted(origin[kept], np.arange(origins + 1))
    return Edges(start, to[kept], seconds[kept], targets)


def turned(given: Edges) -> Edges:
    """The same edges from their other end.

    Examples
    --------
    >>> turned(edges(np.array([0]), np.array([2]), np.array([60]), origins=1, targets=3)).origin.tolist()
    [2]
    """
    return edges(given.to, given.origin, given.seconds, origins=given.targets, targets=given.origins)


def closed(given: Edges, *, longest: int, change: Ints | int = 0) -> Edges:
    """All walks by way of other points, of at most `longest` [s], and of each point to itself the time to change there.

    Parameters
    ----------
    given
        Walks between stops, each way by itself.
    longest
        Longest walk that is kept [s].
    change
        Least time between two trips at one stop [s], one for all or by stop; a walk holds its own.

    Examples
    --------
    >>> chain = edges(np.array([0, 1]), np.array([1, 2]), np.array([60, 60]), origins=3, targets=3)
    >>> [list(pair) for pair in zip(closed(chain, longest=120).origin.tolist(), closed(chain, longest=120).to.tolist())]
    [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]]
    """
    count = given.origins
    origin, to, seconds = loaded("graphs").shortest(given.start, given.to, given.seconds, longest)
    itself = np.arange(count)
    own = np.broadcast_to(np.asarray(change, dtype=np.int64), count)
    ends = np.concatenate([origin, itself]), np.concatenate([to, itself])
    return edges(*ends, np.concatenate([seconds, own]), origins=count, targets=count)


def declared(given: Edges, origin: Ints, to: Ints, seconds: Ints) -> Edges:
    """Walks as given, but between some points as declared; one of less than 0 seconds is not possible and goes.

    Parameters
    ----------
    given
        All walks.
    origin, to, seconds
        What is declared: the two ends, each pair once, and the time [s].

    Examples
    --------
    >>> given = edges(np.array([0, 0]), np.array([0, 1]), np.array([10, 60]), origins=2, targets=2)
    >>> declared(given, np.array([0, 0]), np.array([1, 0]), np.array([90, -1])).seconds.tolist()
    [90]
    """
    pair, said = given.origin * given.targets + given.to, origin * given.targets + to
    stays, goes = ~np.isin(pair, said), seconds >= 0
    begin, end, times = (
        np.concatenate([old[stays], new[goes]])
        for old, new in ((given.origin, origin), (given.to, to), (given.seconds, seconds))
    )
    return edges(begin, end, times, origins=given.origins, targets=given.targets)
