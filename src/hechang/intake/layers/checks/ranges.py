"""Shapes that lie where none can be: no degrees, latitude first, at 0, 0, outside the region."""

from __future__ import annotations

import numpy as np
import shapely

from hechang.intake.layers.gate import Gate, at_text
from hechang.terms.findings import Finding

ORIGIN = 1e-6  # degrees


def check(gate: Gate) -> list[Finding]:
    """Find shapes out of place, each in one way only."""
    if not gate.located:
        return []
    west, south, east, north = shapely.bounds(gate.shapes).T
    swapped = (west >= 3) & (east <= 54) & (south >= 73) & (north <= 136)  # latitudes and longitudes of China
    outside = gate.sound & ~swapped & ~((west >= -180) & (east <= 180) & (south >= -90) & (north <= 90))
    origin = (np.abs([west, south, east, north]) < ORIGIN).all(axis=0)
    beyond = gate.sound & ~swapped & ~outside & ~origin & _beyond(gate, (west, south, east, north))
    said = [at_text(np.array(corner)) for corner in zip(west, south, strict=True)]
    return [
        *_told(gate, "shape-swapped", swapped, said),
        *_told(gate, "shape-outside", outside, said),
        *gate.tell("shape-origin", np.flatnonzero(origin)),
        *_told(gate, "shape-beyond", beyond, said),
    ]


def _beyond(gate: Gate, bounds: tuple[np.ndarray, ...]) -> np.ndarray:
    if not gate.extent:
        return np.zeros(len(gate.shapes), dtype=bool)
    west, south, east, north = gate.extent
    return (bounds[2] < west) | (bounds[0] > east) | (bounds[3] < south) | (bounds[1] > north)


def _told(gate: Gate, kind: str, hits: np.ndarray, said: list[str]) -> list[Finding]:
    rows = np.flatnonzero(hits)
    expect = at_text(np.array(gate.extent)) if gate.extent else "-180 -90 180 90"
    return gate.tell(kind, rows, value=[said[at] for at in rows], expect=expect)
