"""A layer from one file, datum and format to another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from hechang.intake.layers.checks import readable
from hechang.intake.layers.csv_layer import layer_of
from hechang.intake.layers.gate import Gate
from hechang.intake.layers.layer import Asked, Layer
from hechang.intake.layers.moving import shapes_out
from hechang.intake.layers.write_layer import own_names, write_layer
from hechang.intake.sheets.faults import Where, fault
from hechang.terms.datums import datums
from hechang.terms.findings import Finding, refuse

LET_PASS = ("layer-no-shape", "shape-empty")  # a row without a shape is a row all the same


def convert(path: Path, target: Path, *, came: Asked, wanted: Asked) -> tuple[Layer, list[Finding]]:
    """Write a layer in another datum and format.

    Parameters
    ----------
    path, target
        The file and the new one, whose suffix says its format.
    came
        Layer, encoding and datum of the file as the user declares them.
    wanted
        Datum of the new file (WGS 84 when None) and encoding of a shapefile.

    Returns
    -------
    tuple
        What was read, and what there is to tell of it.

    Raises
    ------
    Refused
        where nobody knows the datum, or a shape cannot be read: nothing is written then.
    FileFault, InputError
        for a file that cannot be read, or a format that cannot hold it.
    """
    layer = layer_of(path, came)
    gate = Gate(layer)
    told = [*layer.findings, *(one for one in readable.check(gate) if one.kind not in LET_PASS), *_nowhere(gate)]
    refuse(told, "Nothing was written", "未写出任何文件")
    shapes = shapes_out(gate.shapes, wanted.datum or datums()["wgs84"])
    out = Asked(layer.name, wanted.encoding, wanted.datum)
    write_layer(layer.frame(), shapes, target=target, asked=out)
    return layer, [*told, *_renamed(layer, target)]


def _renamed(layer: Layer, target: Path) -> list[Finding]:
    """Tell which fields have another name in the new file."""
    pairs = zip(layer.titles, own_names(list(layer.titles), target.suffix.lower()), strict=True)
    return [
        fault("field-renamed", Where(layer.file, layer.name), title=(old, old), value=new)
        for old, new in pairs
        if old != new
    ]


def _nowhere(gate: Gate) -> list[Finding]:
    """Find shapes whose figures the declared datum has no place for."""
    bounds = shapely.bounds(gate.shapes)
    rows = np.flatnonzero(gate.sound & ~np.isfinite(bounds).all(axis=1))
    corners = shapely.bounds(gate.raw[rows])
    return gate.tell("shape-outside", rows, value=[f"{west:.2f} {south:.2f}" for west, south in corners[:, :2]])
