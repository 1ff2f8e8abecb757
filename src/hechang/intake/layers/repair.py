"""A repaired copy of a layer, with a list of all that was changed; the file itself is never touched.

In this order: open rings are closed, vertices nearer than a centimetre are brought together, repeated vertices dropped,
shapes made valid, rows that repeat another one wholly dropped. What cannot be repaired stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from hechang.engines.flat import flat
from hechang.engines.snapping import snapped
from hechang.intake.layers.gate import Gate, not_numbers
from hechang.intake.layers.layer import Asked, Shapes, only
from hechang.intake.layers.moving import shapes_in, shapes_out
from hechang.intake.layers.write_layer import write_layer
from hechang.intake.sheets.csv_text import csv_text
from hechang.intake.sheets.faults import file_fault
from hechang.terms.datums import datums

SNAP = 0.01  # m
WORDS = {
    "ring-closed": ("an open ring was closed", "已闭合边界环"),
    "snapped": ("vertices brought to those of a neighbour, nearer than 1 cm", "已将相距 1 cm 内的顶点并到一处"),
    "vertices-dropped": ("repeated vertices dropped", "已删除连续重复的顶点"),
    "made-valid": ("the shape was made valid", "已修复为有效图形"),
    "row-dropped": ("the row repeats another one wholly and was dropped", "与另一行完全相同, 已删除"),
}


@dataclass(frozen=True)
class Repaired:
    """Shapes in degrees and the rows kept; `changes` has row, change, en, zh, before, after (vertices or m²)."""

    shapes: Shapes
    kept: np.ndarray
    changes: pd.DataFrame


def repaired(gate: Gate) -> Repaired:
    """Repair what can be repaired without knowing what was meant.

    Parameters
    ----------
    gate
        A layer whose datum is known.

    Raises
    ------
    FileFault
        where nobody knows the datum: centimetres cannot be told then.

    Examples
    --------
    >>> from hechang.intake.layers.layer import Layer
    >>> bow = shapely.Polygon([(120, 31), (122, 33), (122, 31), (120, 33)]).wkb_hex
    >>> rows, wkb = pd.DataFrame({0: ["a"]}, index=[1]), pd.Series([bow], index=[1])
    >>> made = repaired(Gate(Layer("a.gpkg", "gpkg", "a", "", ("name",), rows, wkb, datums()["wgs84"])))
    >>> made.changes[["row", "change"]].to_numpy().tolist()
    [[1, 'made-valid']]
    """
    if gate.layer.datum is None:
        raise file_fault("datum-asked", file=gate.layer.file)
    shapes = _closed(gate)
    told = [_told(gate, "ring-closed", shapely.is_missing(gate.raw) & ~shapely.is_missing(shapes), shapes, shapes)]
    steps: tuple[tuple[str, Callable[[Shapes], Shapes]], ...] = (
        ("snapped", lambda some: snapped(some, SNAP)), ("vertices-dropped", _without_repeats), ("made-valid", valid),
    )  # fmt: skip
    for name, step in steps:
        made = step(shapes)
        changed = ~shapely.is_missing(shapes) & ~shapely.equals_exact(shapes, made, 0)
        told.append(_told(gate, name, changed, shapes, made))
        shapes = made
    same = _same_rows(gate, shapes)
    told.append(_told(gate, "row-dropped", same, shapes, shapes))
    return Repaired(shapes, ~same, pd.concat(told, ignore_index=True))


def _closed(gate: Gate) -> Shapes:
    """Shapes in degrees with open rings closed; what is no shape of numbers is missing."""
    built = shapely.force_2d(np.where(shapely.is_missing(gate.raw), gate.layer.mended_shapes(), gate.raw))
    sound = only(built, ~not_numbers(built) & ~shapely.is_empty(built))
    return shapes_in(sound, gate.layer.datum) if gate.layer.datum else sound


def _without_repeats(shapes: Shapes) -> Shapes:
    """Shapes without repeated vertices; what is not valid waits for the next step, which drops them too."""
    made = shapes.copy()
    sound = shapely.is_valid(shapes)
    made[sound] = shapely.remove_repeated_points(shapes[sound])
    return made


def valid(shapes: Shapes) -> Shapes:
    """Shapes made valid; of what an area falls into only areas are kept, and one without any area stays as it is.

    Examples
    --------
    >>> bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> valid(np.array([bow]))[0].geom_type
    'MultiPolygon'
    """
    bad = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_valid(shapes))
    mended = np.array([_largest_kind(one) for one in shapely.make_valid(shapes[bad])], dtype=object)
    same = shapely.get_dimensions(mended) == shapely.get_dimensions(shapes[bad])
    made = shapes.copy()
    made[bad[same]] = mended[same]
    return made


def _largest_kind(collection: shapely.Geometry) -> shapely.Geometry:
    if collection.geom_type != "GeometryCollection":
        return collection
    parts = shapely.get_parts(shapely.get_parts(collection))
    kinds = shapely.get_dimensions(parts)
    return shapely.union_all(parts[kinds == kinds.max()])


def _same_rows(gate: Gate, shapes: Shapes) -> np.ndarray:
    frame = (
        gate.layer.fields.astype(object).reset_index(drop=True).assign(shape=shapely.to_wkb(shapely.normalize(shapes)))
    )
    same: np.ndarray = (frame.duplicated() & frame["shape"].notna()).to_numpy()
    return same


def _told(gate: Gate, change: str, rows: np.ndarray, before: Shapes, after: Shapes) -> pd.DataFrame:
    at = np.flatnonzero(rows)
    size = _areas if change == "made-valid" else shapely.get_num_coordinates
    en, zh = WORDS[change]
    return pd.DataFrame({
        "row": gate.layer.fields.index[at], "change": change, "en": en, "zh": zh,
        "before": size(before[at]), "after": size(after[at]),
    })  # fmt: skip


def _areas(shapes: Shapes) -> np.ndarray:
    made: np.ndarray = shapely.area(flat(shapes)).round(2) if len(shapes) else np.zeros(0)
    return made


def write_repaired(gate: Gate, made: Repaired, *, target: Path) -> tuple[Path, Path]:
    """Write the repaired layer in the datum of the file, and beside it the list of changes.

    Raises
    ------
    InputError
        for the file itself as target, or a format that does not exist.

    Returns
    -------
    tuple
        Path of the layer and path of the list, `NAME.changes.csv`.
    """
    layer = gate.layer
    if layer.datum is None:
        raise file_fault("datum-asked", file=layer.file)
    frame = layer.frame()[made.kept]
    shapes = shapes_out(made.shapes[made.kept], layer.datum)
    write_layer(frame, shapes, target=target, asked=Asked(layer.name, datum=layer.datum))
    listed = target.with_name(f"{target.stem}.changes.csv")
    listed.write_bytes(csv_text(made.changes))
    return target, listed


def still_wrong(gate: Gate, made: Repaired) -> Gate:
    """The repaired layer at the gate again, in degrees."""
    kept = datums()[gate.layer.datum.kept] if gate.layer.datum else None
    wkb = pd.Series(shapely.to_wkb(made.shapes, hex=True), index=gate.layer.fields.index, dtype=object).fillna("")
    layer = replace(gate.layer, wkb=wkb[made.kept], fields=gate.layer.fields[made.kept], findings=(), datum=kept)
    return replace(gate, layer=layer)
