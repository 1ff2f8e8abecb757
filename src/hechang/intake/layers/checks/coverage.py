"""Areas that should cover a region once: the same area twice, overlaps, gaps."""

from __future__ import annotations

import numpy as np
import shapely

from hechang.engines.flat import flat
from hechang.engines.snapping import snapped
from hechang.intake.layers.gate import Gate, Rows, at_text
from hechang.intake.layers.layer import Shapes
from hechang.terms.findings import Finding

GAP = 1.0  # m; wider gaps are holes somebody may mean
SAME = 0.001  # m; what is nearer is rounding, not a gap
LEAST = 0.01  # m²; less than that is rounding


def check(gate: Gate) -> list[Finding]:
    """Find areas of a coverage that do not fit together; a pair is told once, at the later feature."""
    if gate.profile is None or not gate.profile.coverage or not gate.located:
        return []
    known = np.flatnonzero(gate.sound & shapely.is_valid(gate.shapes) & (shapely.get_dimensions(gate.shapes) == 2))
    if len(known) < 2:
        return []
    areas = flat(snapped(gate.shapes[known], SAME))
    later, earlier, shared = _overlaps(areas)
    same = shapely.equals(areas[later], areas[earlier])
    edges = faulty_edges(areas)
    hurt = np.unique([*later, *earlier])
    open_ = np.setdiff1d(np.flatnonzero(~shapely.is_empty(edges)), hurt)
    places = shapely.get_coordinates(shapely.point_on_surface(edges[open_]))
    scale = _scale(gate.shapes[known], areas)
    return [
        *gate.tell("shape-same", known[later[same]], near=_names(gate, known[earlier[same]])),
        *gate.tell(
            "shape-overlap", known[later[~same]], near=_names(gate, known[earlier[~same]]),
            value=[f"{area:,.2f}" for area in shared[~same]],
        ),
        *gate.tell("shape-gap", known[open_], value=[at_text(at / scale) for at in places], limit=f"{GAP:g}"),
    ]  # fmt: skip


def _names(gate: Gate, rows: Rows) -> list[str]:
    return [gate.name(at) for at in rows]


def _scale(shapes: Shapes, areas: Shapes) -> np.ndarray:
    """Metres a degree, as `flat` took them."""
    degrees, metres = shapely.get_coordinates(shapes[0])[0], shapely.get_coordinates(areas[0])[0]
    made: np.ndarray = metres / degrees
    return made


def _overlaps(areas: Shapes) -> tuple[Rows, Rows, np.ndarray]:
    """Pairs of areas that share more than their borders, and the area shared [m²]."""
    first, second = shapely.STRtree(areas).query(areas, predicate="intersects")
    later, earlier = first[first > second], second[first > second]
    inside = ~shapely.touches(areas[later], areas[earlier])
    later, earlier = later[inside], earlier[inside]
    shared = shapely.area(shapely.intersection(areas[later], areas[earlier]))
    much = shared > LEAST
    return later[much], earlier[much], shared[much]


def faulty_edges(areas: Shapes) -> Shapes:
    """Edges of each area that do not match the edges of its neighbours, gaps up to `GAP` included; empty where all do.

    Examples
    --------
    >>> boxes = np.array([shapely.box(0, 0, 10, 10), shapely.box(10.5, 0, 20, 10), shapely.box(20, 0, 30, 10)])
    >>> shapely.is_empty(faulty_edges(boxes)).tolist()
    [False, False, True]
    """
    made: Shapes = shapely.coverage_invalid_edges(areas, gap_width=GAP)
    return made
