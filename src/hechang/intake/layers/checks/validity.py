"""Shapes that cross or touch themselves."""

from __future__ import annotations

import numpy as np
import shapely

from hechang.intake.layers.gate import Gate
from hechang.terms.findings import Finding

SHORT = "Too few points"  # what GEOS says of a ring whose points are fewer than three different ones


def check(gate: Gate) -> list[Finding]:
    """Find shapes that are not valid, with the reason and its place in the figures of the file."""
    rows = np.flatnonzero(gate.sound & ~gate.valid)
    why = shapely.is_valid_reason(gate.raw[rows])
    short = np.array([SHORT in reason for reason in why], dtype=bool)
    return [
        *gate.tell("ring-short", rows[short]),
        *gate.tell("shape-invalid", rows[~short], why=why[~short].tolist()),
    ]
