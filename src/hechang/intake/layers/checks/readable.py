"""Shapes that are missing, empty, not closed, too short, or not of numbers."""

from __future__ import annotations

import numpy as np
import shapely

from hechang.intake.layers.gate import Gate, not_numbers
from hechang.terms.findings import Finding

OPEN, SHORT = "closed linestring", "number of points"  # what GEOS says of such rings


def check(gate: Gate) -> list[Finding]:
    """Find shapes that cannot be used at all."""
    texts = np.array(gate.layer.wkb, dtype=object)
    nothing = texts == ""
    broken = np.flatnonzero(shapely.is_missing(gate.raw) & ~nothing)
    why = np.array([_why(str(texts[at])) for at in broken], dtype=object)
    kinds = {kind: broken[why == kind] for kind in ("ring-open", "ring-short")}
    other = broken[~np.isin(why, list(kinds))]
    return [
        *gate.tell("layer-no-shape", np.flatnonzero(nothing)),
        *(finding for kind, rows in kinds.items() for finding in gate.tell(kind, rows)),
        *gate.tell("not-shape", other, value=[str(texts[at])[:40] for at in other], why="WKT / WKB"),
        *gate.tell("shape-empty", np.flatnonzero(shapely.is_empty(gate.raw) & ~not_numbers(gate.raw))),
        *gate.tell("shape-nan", np.flatnonzero(not_numbers(gate.raw))),
    ]


def _why(text: str) -> str:
    """Say what keeps one shape from being built."""
    try:
        shapely.from_wkb(text)
    except (shapely.errors.GEOSException, ValueError) as error:
        said = str(error)
        return "ring-open" if OPEN in said else "ring-short" if SHORT in said else ""
    return ""
