"""Vertices that stand twice in a row."""

from __future__ import annotations

import numpy as np
import shapely

from hechang.intake.layers.gate import Gate
from hechang.intake.layers.layer import only
from hechang.terms.findings import Finding


def check(gate: Gate) -> list[Finding]:
    """Find valid shapes with repeated vertices; they hurt nobody, so it is a warning."""
    lines = only(gate.raw, gate.valid & (shapely.get_dimensions(gate.raw) > 0))
    extra = shapely.get_num_coordinates(lines) - shapely.get_num_coordinates(shapely.remove_repeated_points(lines))
    rows = np.flatnonzero(extra > 0)
    return gate.tell("vertices-twice", rows, value=[str(extra[at]) for at in rows])
