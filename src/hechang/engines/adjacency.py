"""Which areas lie side by side, how long their common border is, and which hang together."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]


class Borders(NamedTuple):
    """Pairs of areas side by side by their positions, the lower one first, and their common border [unit of shapes]."""

    a: Ints
    b: Ints
    length: Floats


def borders(shapes: Shapes, *, tolerance: float = 0.0, least: float = 0.0) -> Borders:
    """Find the areas that share a border; a corner in common is none.

    Parameters
    ----------
    shapes
        Areas in a plane, in metres; None where an area has no outline: it has no neighbours then.
    tolerance
        Gap that still counts as touching, for outlines drawn apart [unit of shapes]; 0 takes shared edges only.
    least
        Border from which on two areas are neighbours [unit of shapes]. Beyond a tolerance a corner in common gives a
        border of up to four times the tolerance, so that much is asked for at least.

    Returns
    -------
    Borders
        Ordered by positions; with a tolerance the length is the mean of what both outlines have near the other, and up
        to four times the tolerance too long.

    Examples
    --------
    >>> found = borders(np.array([shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2), shapely.box(4, 2, 5, 5)]))
    >>> found.a.tolist(), found.b.tolist(), found.length.tolist()
    ([0], [1], [2.0])
    """
    tree = shapely.STRtree(shapes)
    found = tree.query(shapes, predicate="dwithin", distance=tolerance)
    one, two = found[:, found[0] < found[1]].astype(np.int64)
    length = _common(shapes, one, two, tolerance)
    kept = np.lexsort((two, one))
    kept = kept[length[kept] > max(least, 4 * tolerance)]
    return Borders(one[kept], two[kept], length[kept])


def _common(shapes: Shapes, one: Ints, two: Ints, tolerance: float) -> Floats:
    lines = shapely.boundary(shapes)
    if not tolerance:
        found: Floats = shapely.length(shapely.intersection(lines[one], lines[two]))
        return found
    near = shapely.buffer(lines, tolerance, cap_style="flat")
    sides = [shapely.length(shapely.intersection(lines[x], near[y])) for x, y in ((one, two), (two, one))]
    mean: Floats = np.mean(sides, axis=0)
    return mean


def components(a: Ints, b: Ints, *, nodes: int) -> Ints:
    """Number the parts that hang together: every node takes the least position it can reach.

    Examples
    --------
    >>> components(np.array([0, 3]), np.array([2, 1]), nodes=5).tolist()
    [0, 1, 0, 1, 4]
    """
    least: NDArray[Any] = np.arange(nodes)
    while True:
        near = least.copy()
        np.minimum.at(near, a, least[b])
        np.minimum.at(near, b, least[a])
        near = near[near]
        if (near == least).all():
            return least
        least = near
