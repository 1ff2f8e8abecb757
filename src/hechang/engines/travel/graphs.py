"""What the travel engine asks of graphs: walks by way of others, and which places share stops."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

Ints = NDArray[np.int64]
MOST = 8_000_000  # seconds from points to all others held at once


def shortest(start: Ints, to: Ints, seconds: Ints, longest: int) -> tuple[Ints, Ints, Ints]:
    """Ends and seconds of the shortest walks between different points, of at most `longest` [s].

    Examples
    --------
    >>> [part.tolist() for part in shortest(np.array([0, 1, 2, 2]), np.array([1, 2]), np.array([60, 60]), 120)]
    [[0, 0, 1], [1, 2, 2], [60, 120, 60]]
    """
    count = len(start) - 1
    graph = csr_array((seconds.astype(float), to, start), shape=(count, count))
    parts = np.array_split(np.arange(count), count * count // MOST + 1)
    reached = [_reached(graph, part, longest) for part in parts]
    origin, ends, took = (np.concatenate([part[at] for part in reached]) for at in range(3))
    return origin, ends, took


def _reached(graph: csr_array, origins: Ints, longest: int) -> tuple[Ints, Ints, Ints]:
    found = dijkstra(graph, indices=origins, limit=float(longest))
    origin, to = np.nonzero(np.isfinite(found))
    away = origins[origin] != to
    return origins[origin[away]], to[away], found[origin[away], to[away]].astype(np.int64)


def groups(start: Ints, to: Ints, targets: int) -> Ints:
    """Number of the group of each point: those that share an end, by way of others too, are in one.

    Examples
    --------
    >>> groups(np.array([0, 1, 2, 3]), np.array([5, 5, 0]), 6).tolist()
    [0, 0, 1]
    """
    graph = csr_array((np.ones(len(to)), to, start), shape=(len(start) - 1, targets))
    found: Ints = connected_components(graph @ graph.T, directed=False)[1]
    return found
