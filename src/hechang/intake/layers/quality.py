"""The gate of quality 质量控制: all checks of a layer, all findings at once."""

from __future__ import annotations

from pathlib import Path

from hechang.intake.layers.checks import (
    area_codes,
    attributes,
    coverage,
    datum_fit,
    ranges,
    readable,
    shape_kind,
    validity,
    vertices,
)
from hechang.intake.layers.csv_layer import layer_of
from hechang.intake.layers.gate import Gate
from hechang.intake.layers.known_lines import extent, known_lines
from hechang.intake.layers.layer import NOTHING, Asked
from hechang.region.region import Region
from hechang.terms.findings import Finding
from hechang.terms.layer_profiles import profile as profile_of

CHECKS = (
    readable.check, validity.check, vertices.check, shape_kind.check, ranges.check, coverage.check, attributes.check,
    area_codes.check, datum_fit.check,
)  # fmt: skip


def findings_of(gate: Gate) -> list[Finding]:
    """Everything that is wrong with a layer: what reading told, then each check in its order.

    Examples
    --------
    >>> import pandas as pd
    >>> from hechang.intake.layers.layer import Layer
    >>> from hechang.terms.datums import datum
    >>> rows = pd.DataFrame({0: ["站"]}, index=[1])
    >>> wkb = pd.Series(["POINT"], index=[1])
    >>> findings_of(Gate(Layer("a.csv", "csv", "a", "", ("name",), rows, wkb, datum("wgs84"))))[0].say("en")[:30]
    "a.csv a!#1: 'POINT' is no shap"
    """
    return [*gate.layer.findings, *(finding for check in CHECKS for finding in check(gate))]


def gate_of(path: Path, asked: Asked = NOTHING, *, profile: str = "", region: Region | None = None) -> Gate:
    """Bring a file to the gate.

    Parameters
    ----------
    path
        A map layer, or a CSV with shapes or coordinates.
    asked
        Layer, encoding and datum the user names.
    profile
        What the layer must hold, see `terms/layer_profiles.csv`; nothing in particular when empty.
    region
        Whose railways and borders the layer is held against, where it is given.

    Raises
    ------
    FileFault
        for a file that cannot be read.
    NotKnown
        for a profile that does not exist.
    """
    wanted = profile_of(profile) if profile else None
    layer = layer_of(path, asked)
    if region is None:
        return Gate(layer, wanted)
    return Gate(layer, wanted, known_lines(region), extent(region))
