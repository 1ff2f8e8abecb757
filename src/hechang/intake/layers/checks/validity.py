"""Shapes that cross or touch themselves."""

from __future__ import annotations

import numpy as np
import shapely

from hechang.intake.layers.gate import Gate
from hechang.terms.findings import Finding


def check(gate: Gate) -> list[Finding]:
    """Find shapes that are not valid, with the reason and its place in the figures of the file."""
    rows = np.flatnonzero(gate.sound & ~shapely.is_valid(gate.raw))
    return gate.tell("shape-invalid", rows, why=[shapely.is_valid_reason(gate.raw[at]) for at in rows[:500]])
