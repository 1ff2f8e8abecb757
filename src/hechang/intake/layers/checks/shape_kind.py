"""Shapes of another kind than the layer is made of."""

from __future__ import annotations

import numpy as np
import shapely

from hechang.intake.layers.gate import Gate
from hechang.terms.findings import Finding

KINDS = {"point": 0, "line": 1, "polygon": 2}
WORDS = [("point", "点"), ("line", "线"), ("polygon", "面")]


def check(gate: Gate) -> list[Finding]:
    """Find shapes whose kind the profile does not name."""
    if gate.profile is None:
        return []
    wanted = KINDS[gate.profile.shapes]
    kinds = shapely.get_dimensions(gate.raw)
    rows = np.flatnonzero(gate.sound & (kinds != wanted))
    return gate.tell("shape-kind", rows, value=[WORDS[kinds[at]] for at in rows], expect=WORDS[wanted])
