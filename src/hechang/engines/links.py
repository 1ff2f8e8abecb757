"""Shortest times over plain links between places: Floyd and Warshall, with the links of each way on demand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shortest:
    """Shortest times [node, node], inf where unreachable, and the last node but one of each way (-1 for none)."""

    minutes: Floats
    before: Ints


def shortest(origin: Ints, dest: Ints, minutes: Floats, *, nodes: int) -> Shortest:
    """Shortest times between all nodes over directed links; of several links between two nodes the shortest counts.

    Parameters
    ----------
    origin, dest
        Node numbers from 0 of each link.
    minutes
        Time of each link [min], not negative.
    nodes
        How many nodes there are; time grows with its cube (1,000 nodes: about 2 s).

    Examples
    --------
    >>> found = shortest(np.array([0, 1]), np.array([1, 2]), np.array([40.0, 55.0]), nodes=3)
    >>> float(found.minutes[0, 2]), way(found, 0, 2), bool(np.isinf(found.minutes[2, 0]))
    (95.0, [0, 1, 2], True)
    """
    times = np.full((nodes, nodes), np.inf)
    np.minimum.at(times, (origin, dest), np.asarray(minutes, dtype=float))
    np.fill_diagonal(times, 0.0)
    before = np.where(np.isfinite(times), np.arange(nodes)[:, None], -1)
    np.fill_diagonal(before, -1)
    for middle in range(nodes):
        through = times[:, middle, None] + times[middle]
        shorter = through < times
        times = np.where(shorter, through, times)
        before = np.where(shorter, before[middle], before)
    return Shortest(times.round(9), before)  # 0.1 + 0.2 must not miss a limit of 0.3


def way(found: Shortest, origin: int, dest: int) -> list[int]:
    """Nodes of the shortest way from `origin` to `dest`, both ends included; empty where there is none.

    Examples
    --------
    >>> way(shortest(np.array([0]), np.array([1]), np.array([5.0]), nodes=2), 1, 0)
    []
    """
    if not np.isfinite(found.minutes[origin, dest]):
        return []
    nodes = [dest]
    while nodes[-1] != origin:
        nodes.append(int(found.before[origin, nodes[-1]]))
    return nodes[::-1]
