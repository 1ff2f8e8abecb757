"""Tables out of the register: xlsx and csv for people, parquet, geojson and gpkg for programs; all come back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from hechang.intake.sheets.csv_text import csv_text
from hechang.intake.sheets.faults import file_fault
from hechang.intake.sheets.showing import harmless, show
from hechang.intake.sheets.workbook import Cell, write_workbook
from hechang.region.region import Region
from hechang.terms.errors import InputError
from hechang.terms.specs import Field, Table, table

FORMATS = (".xlsx", ".csv", ".parquet", ".geojson", ".gpkg")
KEPT = ("owner", "synthetic")  # common columns that go out beside the table's own
EXCEL_ROWS = 1_048_575


def export_table(
    region: Region, table_name: str, path: Path | str, *, where: Mapping[str, Any] | None = None, lang: str = "zh"
) -> Path:
    """Write a table as it is in force on the day of the region; the suffix of `path` says in which format.

    Parameters
    ----------
    region
        Its day and revision.
    table_name
        Table of the specification.
    path
        A file .xlsx, .csv, .parquet, .geojson or .gpkg.
    where
        Values that columns must have, as in `Region.table`.
    lang
        Language of titles and code words in xlsx and csv.

    Raises
    ------
    InputError
        for a format that does not exist, or a map format for a table without shapes.
    """
    spec, target = table(table_name), Path(path)
    writers = {".xlsx": _xlsx, ".csv": _csv, ".parquet": _parquet, ".geojson": _layer, ".gpkg": _layer}
    write = writers.get(target.suffix.lower())
    if write is None:
        raise InputError(
            f"'{target.suffix}' is no format of export. Choose one of {', '.join(FORMATS)}",
            f"不支持导出为“{target.suffix}”。可选: {'、'.join(FORMATS)}",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    write(region, spec, target, (region.table(table_name, where=where), lang))
    return target


def _fields(spec: Table, *, shapes: bool) -> list[Field]:
    own = [f for f in spec.fields if shapes or f.kind != "geometry"]
    return [*own, *(spec.field(name) for name in KEPT if name not in [f.name for f in spec.fields])]


def _texts(region: Region, spec: Table, content: tuple[pd.DataFrame, str], *, shapes: bool) -> pd.DataFrame:
    """All cells as texts, id first; index = id."""
    frame, lang = content
    named = {"编号(勿改)" if lang == "zh" else "Id (do not change)": pd.Series(frame.index, index=frame.index)}
    shown = {_title(f, lang): show(region, f, frame[f.name], lang) for f in _fields(spec, shapes=shapes)}
    return pd.DataFrame(named | shown).astype(object)


def _title(field: Field, lang: str) -> str:
    """Title of a field; the owner of a row has one of its own, since 责任单位 is also a field of projects."""
    return ("归口单位" if lang == "zh" else "Owner") if field.name == "owner" else field.title(lang)


def _xlsx(region: Region, spec: Table, target: Path, content: tuple[pd.DataFrame, str]) -> None:
    frame, lang = content
    if len(frame) > EXCEL_ROWS:
        raise file_fault("file-rows", file=target.name, count=len(frame), limit=EXCEL_ROWS)
    texts = _texts(region, spec, content, shapes=False)
    fields = [spec.field("id"), *_fields(spec, shapes=False)]
    cells = [
        Cell(str(title), field, field.required and field.name != "id")
        for title, field in zip(texts, fields, strict=True)
    ]
    write_workbook(region, spec, target, cells, texts, lang=lang)


def _csv(region: Region, spec: Table, target: Path, content: tuple[pd.DataFrame, str]) -> None:
    texts = _texts(region, spec, content, shapes=True)
    target.write_bytes(csv_text(texts.apply(harmless)))


def _machine(spec: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Columns by field name, money with its unit 分 in the title."""
    fields = _fields(spec, shapes=True)
    money = {f.name: f"{f.name}(分)" for f in fields if f.kind == "money"}
    return frame[[f.name for f in fields]].rename(columns=money).reset_index()


def _parquet(_: Region, spec: Table, target: Path, content: tuple[pd.DataFrame, str]) -> None:
    frame = content[0]
    if any(f.kind == "geometry" for f in spec.fields):
        _geo(spec, frame).to_parquet(target)
    else:
        _machine(spec, frame).to_parquet(target)


def _geo(spec: Table, frame: pd.DataFrame) -> gpd.GeoDataFrame:
    made = _machine(spec, frame)
    wkb = made["geometry"].astype(object).where(made["geometry"].notna(), None)
    return gpd.GeoDataFrame(made.drop(columns="geometry"), geometry=gpd.GeoSeries.from_wkb(wkb), crs="EPSG:4326")


def _layer(_: Region, spec: Table, target: Path, content: tuple[pd.DataFrame, str]) -> None:
    if not any(f.kind == "geometry" for f in spec.fields):
        raise file_fault("no-geometry-column", table=spec.name, table_zh=spec.zh, file=target.name)
    made = _geo(spec, content[0])
    own = [c for c in made.columns if c != "geometry"]
    plain = made.assign(**{c: made[c].astype(object).where(made[c].notna(), None) for c in own})
    plain.to_file(target, driver="GeoJSON" if target.suffix.lower() == ".geojson" else "GPKG", layer=spec.name)
