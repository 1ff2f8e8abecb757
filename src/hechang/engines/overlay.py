"""Exact overlay of two sets of polygons: which pairs share an area, how much, the piece itself, and what is left over.

Most pairs need no intersection: one polygon lies within the other, or the two only touch. Prepared geometries tell that
by exact predicates; what is truly cut is cut by GEOS, in threads and in blocks that bound memory. A border or corner
that two polygons share is no area.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely

from hechang.engines.polygons import POLYGON, Areas, Indices, Shapes, fit, in_blocks, kept

MIXED = 7  # number of a collection in GEOS: a piece with a common border or corner beside it


class Overlay(NamedTuple):
    """Pairs that share an area: positions in both sets, the area, and the piece (None where it was not asked for)."""

    left: Indices
    right: Indices
    area: Areas
    piece: Shapes | None


class Outside(NamedTuple):
    """What each left polygon has outside all right ones: the area, and the piece, None where there is nothing."""

    area: Areas
    piece: Shapes


def overlay(
    left: Sequence[Any] | Shapes, right: Sequence[Any] | Shapes, *, pieces: bool = False, threads: int | None = None
) -> Overlay:
    """Find all pairs of a left and a right polygon that share an area, and that area.

    Parameters
    ----------
    left, right
        Polygons and multipolygons in one projection; those of one set may overlap each other.
    pieces
        Whether the shared pieces are wanted too. One that is a whole polygon of the input is that polygon itself.
    threads
        How many threads work; all processors where it is left out. The answer is the same for any number.

    Returns
    -------
    Overlay
        In order of `left`, then `right`; areas in the units of the coordinates squared.

    Raises
    ------
    InputError
        Where something is no valid polygon; `polygons.unfit` lists all of those.

    Examples
    --------
    >>> found = overlay(shapely.box([0, 1, 2], 0, [1, 2, 3], 1), shapely.box([0, 1.5], 0, [1.5, 2], 1))
    >>> found.left.tolist(), found.right.tolist(), found.area.tolist()
    ([0, 1, 1], [0, 0, 1], [1.0, 0.5, 0.5])
    """
    one = fit(left, "polygons of the left set", "左侧图形", threads=threads)
    other = fit(right, "polygons of the right set", "右侧图形", threads=threads)
    first, second = _candidates(one, other)
    larger = _extent(one)[first] > _extent(other)[second]
    both, second = np.concatenate([one, other]), second + len(one)
    outer, inner = np.where(larger, first, second), np.where(larger, second, first)
    order = np.argsort(outer, kind="stable")  # so a block meets few outer polygons, and prepares each once
    outer, inner = outer[order], inner[order]
    found = in_blocks(lambda span: _shared(both, outer[span], inner[span], pieces), len(order), threads)
    area = np.concatenate([np.zeros(0), *(some for some, _ in found)])
    piece = np.concatenate([both[:0], *(some for _, some in found)]) if pieces else None
    return _in_order(first[order], second[order] - len(one), area, piece)


def outside(
    left: Sequence[Any] | Shapes, right: Sequence[Any] | Shapes, found: Overlay, *, threads: int | None = None
) -> Outside:
    """Measure what each left polygon has outside all right ones.

    Parameters
    ----------
    left, right, found
        The polygons and what `overlay` answered for them; those of one set may overlap each other.
    threads
        As for `overlay`.

    Returns
    -------
    Outside
        One area and piece for each left polygon; areas in the units of the coordinates squared.

    Examples
    --------
    >>> parcels, zones = shapely.box([0, 2, 4], 0, [2, 4, 6], 1), shapely.box([0, 1], 0, [2.5, 3], 1)
    >>> outside(parcels, zones, overlay(parcels, zones)).area.tolist()
    [0.0, 1.0, 2.0]
    """
    one, other = np.asarray(left, dtype=object), np.asarray(right, dtype=object)
    whole = found.area == shapely.area(one)[found.left]
    rest = one.copy()
    rest[found.left[whole]] = None  # one right polygon has all of it
    cut = ~np.isin(found.left, found.left[whole])
    for some, partners in _partners(found.left[cut], found.right[cut]):
        rest[some] = _without(one[some], other, partners, threads)
    area = np.nan_to_num(shapely.area(rest))
    return Outside(area, kept(rest, area > 0))


def points_inside(
    x: Sequence[float] | Areas, y: Sequence[float] | Areas, polygons: Sequence[Any] | Shapes
) -> tuple[Indices, Indices]:
    """Pairs of a point and a polygon it lies in or on the border of, in order of the points, then of the polygons.

    A point without coordinates (NaN) lies in none.

    Raises
    ------
    InputError
        Where something is no valid polygon.

    Examples
    --------
    >>> points_inside([0.5, 1, 9], [0.5, 0.5, 9], shapely.box([0, 1], 0, [1, 2], 1))
    (array([0, 1, 1]), array([0, 0, 1]))
    """
    shapes = fit(polygons, "polygons", "图形")
    at = np.column_stack([x, y]).astype("float64")
    there = np.flatnonzero(np.isfinite(at).all(axis=1))
    polygon, point = shapely.STRtree(shapely.points(at[there])).query(shapes, predicate="covers")
    order = np.lexsort((polygon, point))
    return there[point[order]], polygon[order]


# --- pairs ------------------------------------------------------------------------------------------------------------
def _candidates(one: Shapes, other: Shapes) -> tuple[Indices, Indices]:
    """Pairs whose boxes meet; the tree is made of the smaller set."""
    if len(one) < len(other):
        second, first = shapely.STRtree(one).query(other)
    else:
        first, second = shapely.STRtree(other).query(one)
    return first, second


def _extent(shapes: Shapes) -> Areas:
    west, south, east, north = shapely.bounds(shapes).T
    extent: Areas = (east - west) * (north - south)
    return extent


def _shared(shapes: Shapes, outer: Indices, inner: Indices, pieces: bool) -> tuple[Areas, Shapes]:
    """Area and piece that each pair shares: 0 where it shares none; only what is truly cut is intersected."""
    some, at = np.unique(outer, return_inverse=True)
    prepared = shapely.force_2d(shapes[some])  # copies: two threads may not prepare one and the same
    shapely.prepare(prepared)
    holds, held = prepared[at], shapes[inner]
    within = shapely.contains_properly(holds, held)
    rest = np.flatnonzero(~within)
    rest = rest[shapely.intersects(holds[rest], held[rest])]
    within[rest] = shapely.covers(holds[rest], held[rest])
    rest = rest[~within[rest]]
    rest = rest[~shapely.touches(holds[rest], held[rest])]
    cut = shapely.intersection(holds[rest], held[rest])
    area = np.where(within, shapely.area(held), 0.0)
    area[rest] = shapely.area(cut)
    piece = kept(held, within & pieces)
    if pieces:
        piece[rest] = _areal(cut)
    return area, piece


def _areal(cut: Shapes) -> Shapes:
    """Pieces without the lines and points that lie beside the polygons of some."""
    made = cut.copy()
    mixed = np.flatnonzero(shapely.get_type_id(cut) == MIXED)
    parts, of = shapely.get_parts(cut[mixed], return_index=True)
    areas = shapely.get_type_id(parts) == POLYGON
    held = np.unique(of[areas])
    made[mixed[held]] = shapely.multipolygons(parts[areas], indices=np.searchsorted(held, of[areas]))
    return made


def _in_order(left: Indices, right: Indices, area: Areas, piece: Shapes | None) -> Overlay:
    there = np.flatnonzero(area > 0)
    order = there[np.lexsort((right[there], left[there]))]
    return Overlay(left[order], right[order], area[order], None if piece is None else piece[order])


# --- what is left over ------------------------------------------------------------------------------------------------
def _partners(left: Indices, right: Indices) -> Iterator[tuple[Indices, Indices]]:
    """Left polygons that have the same number of partners, and a row of partners for each; `left` is sorted."""
    names, start, count = np.unique(left, return_index=True, return_counts=True)
    for many in np.unique(count).tolist():
        some = count == many
        yield names[some], right[start[some][:, None] + np.arange(many)]


def _without(shapes: Shapes, other: Shapes, partners: Indices, threads: int | None) -> Shapes:
    """Shapes less the union of their partners; partners that several shapes have in common are joined once."""
    sets, of = np.unique(partners, axis=0, return_inverse=True)
    joined = other[sets[:, 0]] if sets.shape[1] == 1 else shapely.union_all(other[sets], axis=1)
    less = in_blocks(lambda span: shapely.difference(shapes[span], joined[of[span]]), len(shapes), threads)
    return np.concatenate(less)
