"""Exact check of polygons that should tile an area: edges that do not match, overlaps, gaps.

Nearly every edge of a good coverage is met by one neighbour's edge between the same two corners, from the other side.
Such edges are found by sorting hashes of their ends; the ends themselves are then compared, so no collision can hide
an edge. A polygon all of whose edges are met so is right; only the others and their neighbours need geometry, and they
get that of GEOS. The answers are therefore those of `shapely.coverage_invalid_edges` on all polygons.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely

from hechang.engines.overlay import Overlay, overlay
from hechang.engines.polygons import POLYGON, Areas, Flags, Indices, Shapes, fit
from hechang.terms.errors import InputError

Corners = np.ndarray[Any, np.dtype[np.complex128]]
Keys = np.ndarray[Any, np.dtype[np.uint64]]

ROUNDING = 8 * float(np.finfo(np.float64).eps)


class Invalid(NamedTuple):
    """Polygons with invalid edges: their positions, and those edges as a line or lines."""

    polygon: Indices
    edges: Shapes


class Gaps(NamedTuple):
    """Holes in what the polygons cover together: the shape and its area in the units of the coordinates squared."""

    shape: Shapes
    area: Areas


class Rings(NamedTuple):
    """Corners of rings one after another as x + iy, where each ring starts, its polygon, and whether it is a hole."""

    corners: Corners
    start: Indices
    polygon: Indices
    hole: Flags


def invalid_edges(polygons: Sequence[Any] | Shapes, *, gap_width: float = 0.0, threads: int | None = None) -> Invalid:
    """Find the polygons whose edges cross, lie within or run along others without matching them corner by corner.

    An edge is right that is met by one edge between the same two corners from the other side, or that meets nothing:
    the outer border and the border of a wide gap.

    Parameters
    ----------
    polygons
        Polygons and multipolygons in one projection.
    gap_width
        Edges beside a gap up to this width are invalid too [units of the coordinates]; at 0 gaps are not looked for.
    threads
        How many threads see to it that each polygon is valid; all processors where it is left out.

    Returns
    -------
    Invalid
        In order of the polygons; empty where the coverage is valid. Of two polygons one of which lies in the other,
        only those are named that have an edge at fault.

    Raises
    ------
    InputError
        Where something is no valid polygon, or the width is no number from 0.

    Examples
    --------
    >>> invalid_edges(shapely.box([0, 1], 0, [1, 2], 1)).polygon.tolist()
    []
    >>> found = invalid_edges(shapely.box([0, 0.5, 3], 0, [1, 2, 4], 1))
    >>> found.polygon.tolist(), shapely.length(found.edges).tolist()
    ([0, 1], [3.0, 4.0])
    """
    if not 0 <= gap_width < np.inf:
        raise InputError(
            f"gap_width={gap_width!r} is no width. Give a number from 0, in the units of the coordinates",
            f"gap_width={gap_width!r} 不是宽度。请给出不小于 0 的数, 单位与坐标相同",
        )
    shapes = fit(polygons, "polygons", "图形", threads=threads)
    loose = unmet(shapes)
    near = _near(shapes, loose, gap_width)
    edges = shapely.coverage_invalid_edges(shapes[near], gap_width)[np.searchsorted(near, loose)]
    there = ~shapely.is_empty(edges)
    return Invalid(loose[there], edges[there])


def overlaps(polygons: Sequence[Any] | Shapes, *, threads: int | None = None) -> Overlay:
    """Find all pairs of polygons that share an area, and that area; `left` is the smaller position.

    Where polygons lie one over another, that ends at an edge that nothing meets. So the search begins with polygons
    that have such edges and goes on from what they overlap: on a good coverage it ends at the outer border.

    Raises
    ------
    InputError
        Where something is no valid polygon.

    Examples
    --------
    >>> found = overlaps(shapely.box([0, 0.5, 3], 0, [1, 2, 4], 1))
    >>> found.left.tolist(), found.right.tolist(), found.area.tolist()
    ([0], [1], [0.5])
    """
    shapes = fit(polygons, "polygons", "图形", threads=threads)
    tree = shapely.STRtree(shapes)
    fresh, seen, found = unmet(shapes), np.zeros(len(shapes), dtype=np.bool_), []
    while len(fresh):
        seen[fresh] = True
        near = np.unique(tree.query(shapes[fresh])[1])
        pairs = overlay(shapes[fresh], shapes[near], threads=threads)
        left, right = fresh[pairs.left], near[pairs.right]
        apart = left != right
        found.append(Overlay(left[apart], right[apart], pairs.area[apart], None))
        fresh = np.unique(right[~seen[right]])
    return _each_once(found)


def gaps(polygons: Sequence[Any] | Shapes, *, narrower: float | None = None, threads: int | None = None) -> Gaps:
    """Find the holes in what polygons cover together; bays that open to the outside are none.

    Parameters
    ----------
    polygons
        Polygons and multipolygons in one projection.
    narrower
        Only holes into which no circle of this diameter fits [units of the coordinates]; all where it is left out.
    threads
        As for `invalid_edges`.

    Returns
    -------
    Gaps
        In order from west to east by the western edge, then from south to north.

    Raises
    ------
    InputError
        Where something is no valid polygon.

    Examples
    --------
    >>> frame = [shapely.box(0, 0, 9, 1), shapely.box(0, 1, 4, 9), shapely.box(5, 1, 9, 9), shapely.box(4, 8, 5, 9)]
    >>> gaps(frame).area.tolist(), gaps(frame, narrower=0.5).area.tolist()
    ([7.0], [])
    """
    shapes = fit(polygons, "polygons", "图形", threads=threads)
    union = shapely.get_parts(shapely.union_all(shapes[unmet(shapes)]))
    holes = shapely.polygons(shapely.get_rings(union, return_index=False)[_is_hole(union)])
    inner = shapely.point_on_surface(holes)  # polygons all of whose edges are met may fill a hole of the others
    filled, _ = shapely.STRtree(shapes).query(inner, predicate="intersects")
    holes = np.delete(holes, filled)
    if narrower is not None:
        holes = holes[shapely.is_empty(shapely.buffer(holes, -narrower / 2))]
    west, south, _, _ = shapely.bounds(holes).T
    holes = holes[np.lexsort((south, west))]
    return Gaps(holes, shapely.area(holes))


def unmet(shapes: Shapes) -> Indices:
    """Positions of polygons with an edge that is not met by exactly one edge, from the other side.

    That is so on the outer border, at gaps, at overlaps and where corners do not match.

    Examples
    --------
    >>> unmet(shapely.box([0, 1, 1, 2, 1, 1], [1, 0, 1, 1, 2, 1], [1, 2, 2, 3, 2, 2], [2, 1, 2, 2, 3, 2])).tolist()
    [0, 1, 2, 3, 4, 5]
    >>> unmet(shapely.box([0, 1, 1, 2, 1], [1, 0, 1, 1, 2], [1, 2, 2, 3, 2], [2, 1, 2, 2, 3])).tolist()
    [0, 1, 3, 4]
    """
    rings = _rings(shapes)
    at, ring = _edges(rings)
    order, same = _equal(rings.corners, at)
    twice = same.copy()  # two edges between the same ends, and no third
    twice[1:] &= ~same[:-1]
    twice[:-1] &= ~same[1:]
    first = np.flatnonzero(twice)
    one, other = order[first], order[first + 1]
    forth = rings.corners[at[one]] == rings.corners[at[other]]
    side = _is_clockwise(rings) ^ rings.hole  # on which side of its rings a polygon lies
    apart = forth != (side[ring[one]] == side[ring[other]])
    met = np.zeros(len(at), dtype=np.bool_)
    met[one[apart]] = met[other[apart]] = True
    return np.unique(rings.polygon[ring[~met]])


def _near(shapes: Shapes, some: Indices, width: float) -> Indices:
    """Positions of some polygons and of all whose box comes within a width of theirs."""
    west, south, east, north = shapely.bounds(shapes[some]).T
    boxes = shapely.box(west - width, south - width, east + width, north + width)
    return np.unique(shapely.STRtree(shapes).query(boxes)[1])


def _each_once(found: Sequence[Overlay]) -> Overlay:
    """Pairs with the smaller position left, each once, in order."""
    if not found:
        return Overlay(np.arange(0), np.arange(0), np.zeros(0), None)
    left, right, area = (np.concatenate([getattr(some, name) for some in found]) for name in ("left", "right", "area"))
    pairs, at = np.unique(np.sort(np.column_stack([left, right])), axis=0, return_index=True)
    return Overlay(pairs[:, 0], pairs[:, 1], area[at], None)


# --- edges ------------------------------------------------------------------------------------------------------------
def _rings(shapes: Shapes) -> Rings:
    """Rings of polygons; of those without holes, nearly all, no ring need be made to read it."""
    simple = (shapely.get_type_id(shapes) == POLYGON) & (shapely.get_num_interior_rings(shapes) == 0)
    plain, other = np.flatnonzero(simple), np.flatnonzero(~simple)
    parts, of = shapely.get_parts(shapes[other], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    both = np.concatenate([shapes[plain], rings])
    start = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(both))])
    hole = np.concatenate([np.zeros(len(plain), dtype=np.bool_), _is_hole(parts)])
    corners = shapely.get_coordinates(both)
    corners += 0.0  # -0.0 is equal to 0.0, but has other bits
    return Rings(corners.view(np.complex128).ravel(), start, np.concatenate([plain, other[of[part]]]), hole)


def _is_hole(polygons: Shapes) -> Flags:
    """Tell for each ring of polygons whether it is a hole: all but the first of each."""
    rings = 1 + shapely.get_num_interior_rings(polygons)
    hole = np.ones(rings.sum(), dtype=np.bool_)
    hole[np.cumsum(rings) - rings] = False
    return hole


def _edges(rings: Rings) -> tuple[Indices, Indices]:
    """Where each edge begins among the corners, and its ring; a corner that repeats the one before makes no edge."""
    begins = np.append(rings.corners[1:] != rings.corners[:-1], False)
    begins[rings.start[1:] - 1] = False
    at = np.flatnonzero(begins)
    ring = np.repeat(np.arange(len(rings.polygon)), np.diff(rings.start))
    return at, ring[at]


def _is_clockwise(rings: Rings) -> Flags:
    """Tell for each ring whether it runs clockwise: by its area, or exactly where rounding could turn that over."""
    sizes = np.diff(rings.start)
    away = rings.corners - np.repeat(rings.corners[rings.start[:-1]], sizes)
    double = np.append((away[:-1].conj() * away[1:]).imag, 0.0)  # no area where one ring ends and the next begins
    area = np.add.reduceat(double, rings.start[:-1])
    wide = [np.maximum.reduceat(np.abs(part), rings.start[:-1]) for part in (away.real, away.imag)]
    clockwise: Flags = area < 0
    for at in np.flatnonzero(np.abs(area) <= ROUNDING * sizes**2.0 * wide[0] * wide[1]).tolist():
        corners = rings.corners[rings.start[at] : rings.start[at + 1]]
        clockwise[at] = not shapely.is_ccw(shapely.LinearRing(corners.view(np.float64).reshape(-1, 2)))
    return clockwise


def _equal(corners: Corners, at: Indices) -> tuple[Indices, Flags]:
    """Order of edges in which those between the same ends stand together; which are the same as the next.

    Hashes are sorted with the number of the edge in their lower bits: that is six times as fast as to sort by them.
    """
    bits = np.uint64(len(at).bit_length())
    keys = _hashes(corners)
    sums = keys[at] + keys[at + 1]  # the same in both directions
    sums <<= bits
    sums |= np.arange(len(at), dtype=np.uint64)
    sums.sort()
    order = (sums & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    sums >>= bits
    alike = np.append(sums[1:] == sums[:-1], False)
    same = _same(corners, at, order, alike)
    if not np.array_equal(same, alike):
        order = _apart(corners, at, order, alike & ~same, sums)
        same = _same(corners, at, order, alike)
    return order, same


def _hashes(corners: Corners) -> Keys:
    """Return a 64-bit hash of each corner."""
    x, y = corners.view(np.uint64).reshape(-1, 2).T
    keys = x * np.uint64(0x9E3779B97F4A7C15)
    keys ^= keys >> np.uint64(32)
    keys += y
    keys *= np.uint64(0xC2B2AE3D27D4EB4F)
    keys ^= keys >> np.uint64(29)
    keys *= np.uint64(0x9E3779B97F4A7C15)
    keys ^= keys >> np.uint64(32)
    return keys


def _same(corners: Corners, at: Indices, order: Indices, alike: Flags) -> Flags:
    """Of edges whose hash is that of the next, which lie between the same ends as the next."""
    some = np.flatnonzero(alike)
    one, other = at[order[some]], at[order[some + 1]]
    a, b, c, d = corners[one], corners[one + 1], corners[other], corners[other + 1]
    same = alike.copy()
    same[some] = ((a == c) & (b == d)) | ((a == d) & (b == c))
    return same


def _apart(corners: Corners, at: Indices, order: Indices, collided: Flags, sums: Keys) -> Indices:
    """Sort the runs in which different edges have one hash by the ends of the edges."""
    some = np.flatnonzero(np.isin(sums, sums[collided]))
    edge = order[some]
    ends = np.sort(np.column_stack([corners[at[edge]], corners[at[edge] + 1]]), axis=1)
    made = order.copy()
    made[some] = edge[np.lexsort((*(part for end in ends.T[::-1] for part in (end.imag, end.real)), sums[some]))]
    return made
