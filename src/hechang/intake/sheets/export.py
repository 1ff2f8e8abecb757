"""Tables out of the register: xlsx and csv for people, parquet and map layers for programs; all come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from hechang.intake.layers.layer import NOTHING, Asked
from hechang.intake.layers.moving import points_out, shapes_out
from hechang.intake.layers.write_layer import write_layer
from hechang.intake.sheets.csv_text import csv_text
from hechang.intake.sheets.faults import file_fault
from hechang.intake.sheets.read_sheet import PLAIN
from hechang.intake.sheets.showing import harmless, show
from hechang.intake.sheets.workbook import Cell, write_workbook
from hechang.region.region import Region
from hechang.terms.datums import Datum
from hechang.terms.errors import InputError
from hechang.terms.specs import Field, Table, table

MAPS = (".geojson", ".geojsonl", ".gpkg", ".zip", ".dxf", ".kml", ".fgb")
FORMATS = (".xlsx", ".csv", ".parquet", *MAPS)
KEPT = ("owner", "synthetic")  # common columns that go out beside the table's own
EXCEL_ROWS = 1_048_575


def export_table(
    region: Region,
    table_name: str,
    path: Path | str,
    *,
    where: Mapping[str, Any] | None = None,
    lang: str = "zh",
    asked: Asked = NOTHING,
) -> Path:
    """Write a table as it is in force on the day of the region; the suffix of `path` says in which format.

    Parameters
    ----------
    region
        Its day and revision.
    table_name
        Table of the specification.
    path
        A file of a suffix of `FORMATS`; .zip is a shapefile.
    where
        Values that columns must have, as in `Region.table`.
    lang
        Language of titles and code words in xlsx and csv.
    asked
        Datum of the shapes, and of longitudes and latitudes where it is shifted; encoding of a shapefile.

    Raises
    ------
    InputError
        for a format that does not exist, a map format for a table without shapes, a datum the format cannot hold.
    """
    spec, target = table(table_name), Path(path)
    write = {".xlsx": _xlsx, ".csv": _csv, ".parquet": _parquet, **dict.fromkeys(MAPS, _layer)}.get(
        target.suffix.lower()
    )
    if write is None:
        raise InputError(
            f"'{target.suffix}' is no format of export. Choose one of {', '.join(FORMATS)}",
            f"不支持导出为“{target.suffix}”。可选: {'、'.join(FORMATS)}",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    frame = _in_datum(region.table(table_name, where=where), asked.datum or PLAIN)
    write(region, spec, target, _Content(frame, lang, asked))
    return target


class _Content(NamedTuple):
    """Rows of a table in the datum asked for, and the language of their words."""

    frame: pd.DataFrame
    lang: str
    asked: Asked


def _in_datum(frame: pd.DataFrame, datum: Datum) -> pd.DataFrame:
    """Rows with their shapes in a datum; longitudes and latitudes stay degrees, shifted where the datum is."""
    made = {}
    if datum.moves and "geometry" in frame.columns:
        raw = frame["geometry"].astype(object)
        shapes = shapes_out(np.asarray(shapely.from_wkb(raw.where(raw.notna(), None)), dtype=object), datum)
        made["geometry"] = pd.Series(shapely.to_wkb(shapes), index=frame.index, dtype=object)
    if datum.kind == "shifted" and {"lon", "lat"} <= set(frame.columns):
        degrees = [frame[field].to_numpy(dtype=np.float64, na_value=np.nan) for field in ("lon", "lat")]
        lon, lat = points_out(degrees[0], degrees[1], datum=datum)
        made |= {"lon": pd.Series(lon, frame.index), "lat": pd.Series(lat, frame.index)}
    return frame.assign(**made)


def _fields(spec: Table, *, shapes: bool) -> list[Field]:
    own = [f for f in spec.fields if shapes or f.kind != "geometry"]
    return [*own, *(spec.field(name) for name in KEPT if name not in [f.name for f in spec.fields])]


def _texts(region: Region, spec: Table, content: _Content, *, shapes: bool) -> pd.DataFrame:
    """All cells as texts, id first; index = id."""
    frame, lang = content.frame, content.lang
    named = {"编号(勿改)" if lang == "zh" else "Id (do not change)": pd.Series(frame.index, index=frame.index)}
    shown = {_title(f, lang): show(region, f, frame[f.name], lang) for f in _fields(spec, shapes=shapes)}
    return pd.DataFrame(named | shown).astype(object)


def _title(field: Field, lang: str) -> str:
    """Title of a field; the owner of a row has one of its own, since 责任单位 is also a field of projects."""
    return ("归口单位" if lang == "zh" else "Owner") if field.name == "owner" else field.title(lang)


def _xlsx(region: Region, spec: Table, target: Path, content: _Content) -> None:
    frame, lang = content.frame, content.lang
    if len(frame) > EXCEL_ROWS:
        raise file_fault("file-rows", file=target.name, count=len(frame), limit=EXCEL_ROWS)
    texts = _texts(region, spec, content, shapes=False)
    fields = [spec.field("id"), *_fields(spec, shapes=False)]
    cells = [
        Cell(str(title), field, field.required and field.name != "id")
        for title, field in zip(texts, fields, strict=True)
    ]
    write_workbook(region, spec, target, cells, texts, lang=lang)


def _csv(region: Region, spec: Table, target: Path, content: _Content) -> None:
    texts = _texts(region, spec, content, shapes=True)
    target.write_bytes(csv_text(texts.apply(harmless)))


def _machine(spec: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Columns by field name, money with its unit 分 in the title."""
    fields = _fields(spec, shapes=True)
    money = {f.name: f"{f.name}(分)" for f in fields if f.kind == "money"}
    return frame[[f.name for f in fields]].rename(columns=money).reset_index()


def _parquet(region: Region, spec: Table, target: Path, content: _Content) -> None:
    if any(f.kind == "geometry" for f in spec.fields):
        _layer(region, spec, target, content)
    else:
        _machine(spec, content.frame).to_parquet(target)


def _layer(_: Region, spec: Table, target: Path, content: _Content) -> None:
    if not any(f.kind == "geometry" for f in spec.fields):
        raise file_fault("no-geometry-column", table=spec.name, table_zh=spec.zh, file=target.name)
    made = _machine(spec, content.frame)
    wkb = made["geometry"].astype(object).where(made["geometry"].notna(), None)
    shapes = np.asarray(shapely.from_wkb(wkb), dtype=object)
    write_layer(made.drop(columns="geometry"), shapes, target=target, asked=replace(content.asked, layer=spec.name))
