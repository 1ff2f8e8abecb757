"""A CSV as a layer: a column of WKT, or two columns of coordinates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from hechang.intake.layers.declared import settle
from hechang.intake.layers.layer import NOTHING, Asked, Layer
from hechang.intake.layers.read_layer import read_layer
from hechang.intake.layers.write_layer import SHAPE, own_names
from hechang.intake.sheets import limits
from hechang.intake.sheets.csv_text import read_csv
from hechang.intake.sheets.faults import Where, fault, file_fault
from hechang.intake.sheets.opened import file_hash

WKT = tuple(title.lower() for title in SHAPE)
EAST = ("lon", "lng", "long", "longitude", "经度", "x", "east", "easting", "东坐标", "横坐标")
NORTH = ("lat", "latitude", "纬度", "y", "north", "northing", "北坐标", "纵坐标")


def layer_of(path: Path, asked: Asked = NOTHING) -> Layer:
    """Read a map layer, or a CSV whose columns hold shapes or coordinates.

    Raises
    ------
    FileFault
        for a file that cannot be read, or holds no shapes.
    """
    made = _of_csv(path, asked) if limits.kind_of(path) == "csv" else read_layer(path, asked)
    if made.wkb is None:
        raise file_fault("layer-no-shapes", file=path.name)
    return made


def _of_csv(path: Path, asked: Asked) -> Layer:
    cells, told = read_csv(path)
    stood = [str(title).strip() for title in cells.iloc[0]]
    titles = tuple(own_names(stood, ""))
    twice = [fault("field-twice", Where(path.name), title=(old, old), value=new)
             for old, new in zip(stood, titles, strict=True) if old != new]  # fmt: skip
    body = cells.iloc[1:].astype(object)
    wkb, used = _shapes(body, titles)
    if wkb is None:
        raise file_fault("layer-no-shapes", file=path.name)
    kept = [at for at in range(len(titles)) if at not in used]
    datum, asks = settle(Where(path.name), "", declared=asked.datum)
    fields = body.iloc[:, kept].astype("category")
    return Layer(
        path.name, "csv", path.stem, file_hash(path), tuple(titles[at] for at in kept), fields, wkb, datum,
        (*told, *twice, *asks),
    )  # fmt: skip


def _shapes(body: pd.DataFrame, titles: tuple[str, ...]) -> tuple[pd.Series | None, list[int]]:
    """Hexadecimal WKB of the rows and the columns it came from; text that is no shape stays as it is."""
    plain = [title.lower().split("(")[0].split("(")[0].strip() for title in titles]
    wkt = next((at for at, title in enumerate(plain) if title in WKT), None)
    if wkt is not None:
        texts = body.iloc[:, wkt].astype(str).str.strip()
        made = shapely.to_wkb(shapely.from_wkt(texts.where(texts != "", None).tolist(), on_invalid="ignore"), hex=True)
        return pd.Series(made, index=body.index, dtype=object).fillna(texts), [wkt]
    pair = [next((at for at, title in enumerate(plain) if title in names), None) for names in (EAST, NORTH)]
    if pair[0] is None or pair[1] is None:
        return None, []
    figures = [pd.to_numeric(body.iloc[:, at], errors="coerce") for at in pair if at is not None]
    known = figures[0].notna() & figures[1].notna()
    made = np.full(len(body), "", dtype=object)
    made[known.to_numpy()] = shapely.to_wkb(shapely.points(figures[0][known], figures[1][known]), hex=True)
    return pd.Series(made, index=body.index, dtype=object), [at for at in pair if at is not None]
