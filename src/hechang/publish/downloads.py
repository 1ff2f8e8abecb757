"""Rows of a table as a file: JSON, CSV, XLSX, Parquet, GeoJSON; what was chosen, day and revision go with it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import pandas as pd
import shapely
import xlsxwriter

from hechang.atlas.relations import has_shapes, shapes_of
from hechang.intake.sheets.meta import meta_rows
from hechang.intake.sheets.showing import NUMERIC, show
from hechang.intake.sheets.workbook import HEAD, SAFE, add_choices, add_meta, choices, typed
from hechang.publish.files import safe_cell
from hechang.publish.selections import Selection, by_column, described, page, rows, values
from hechang.region.region import Region
from hechang.terms.errors import InputError
from hechang.terms.money import amount
from hechang.terms.specs import Field, Table
from hechang.terms.words import word

EXCEL_ROWS = 1_048_000
TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
}
TOP = 3  # row of the header from 0: title, what was chosen, an empty row
WIDEST, NARROWEST = 32, 9  # of a column, in characters
TEXTUAL = ("text", "code", "place", "ref", "date", "moment", "blob", "json")


@dataclass(frozen=True)
class Download:
    """A selection on its way into a file: the region, which rows, the language, what was asked for in words."""

    region: Region
    selection: Selection
    lang: str
    asked: Mapping[str, str]

    @property
    def table(self) -> Table:
        """The table."""
        return self.selection.table

    def stamp(self) -> dict[str, Any]:
        """Day, branch, revision and what was asked for."""
        region = self.region
        said = {"on": region.day, "branch": region.branch_name, "revision": region.revision_name}
        return {"table": self.table.name, "title": self.table.title(self.lang), **said, "asked": dict(self.asked)}


def write(download: Download, form: str) -> bytes:
    """Return the file.

    Parameters
    ----------
    download
        What goes into it.
    form
        One of `TYPES`.

    Raises
    ------
    InputError
        for shapes of a table that has none, more rows than a workbook takes.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.terms.specs import table
    >>> made = write(Download(tiny(), Selection(table("projects"), ("id", "invest_total")), "zh", {}), "csv")
    >>> made.decode("utf-8-sig").splitlines()[:2]
    ['id,invest_total(万元)', 'p1,10000']
    """
    return WRITERS[form](download)


def _json(download: Download) -> bytes:
    frame = page(download.region, download.selection)
    fields = download.selection.fields
    made = download.stamp() | {"total": len(frame), "columns": [described(f) for f in fields]}
    return orjson.dumps(made | {"rows": rows(by_column(frame), fields)})


def _csv(download: Download) -> bytes:
    frame = page(download.region, download.selection)
    fields = download.selection.fields
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([f"{f.name}({unit_of(f)})" if unit_of(f) else f.name for f in fields])
    writer.writerows(zip(*(_csv_cells(frame[f.name], f) for f in fields), strict=True))
    return out.getvalue().encode("utf-8-sig")


def unit_of(field: Field) -> str:
    """Unit a figure stands in where people read it; empty where it has none.

    Examples
    --------
    >>> from hechang.terms.specs import table
    >>> unit_of(table("projects").field("invest_total"))
    '万元'
    """
    return (field.unit or "万元") if field.kind == "money" else field.unit


def _csv_cells(column: pd.Series, field: Field) -> list[str]:
    """Texts of a column; every distinct value is written once."""
    distinct = {value: _csv_cell(value, field) for value in column.dropna().unique().tolist()}
    return [distinct.get(value, "") for value in column.astype(object).where(column.notna(), None).tolist()]


def _csv_cell(value: Any, field: Field) -> str:
    if field.kind == "money":
        return safe_cell(amount(int(value), unit_of(field)))
    return safe_cell(value)


# --- workbook ------------------------------------------------------------------------------------------------------
def _xlsx(download: Download) -> bytes:
    frame = page(download.region, download.selection).set_index("id", drop=False)
    if len(frame) > EXCEL_ROWS:
        raise InputError(
            f"A workbook takes {EXCEL_ROWS:,} rows, these are {len(frame):,}. Choose fewer, or take .csv or .parquet",
            f"工作簿最多 {EXCEL_ROWS:,} 行, 所选为 {len(frame):,} 行。请缩小范围, 或改用 .csv、.parquet",
        )
    texts = _texts(download, frame)
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, SAFE) as book:
        sheet = book.add_worksheet(download.table.title(download.lang)[:31])
        _above(book, sheet, download, len(frame))
        _columns(book, sheet, download, texts)
        _for_print(sheet, len(texts.columns), len(texts))
        words = {at: choices(f, download.lang) for at, f in enumerate(sheet_fields(download.selection))}
        add_choices(book, sheet, words, (TOP + 1, TOP + len(texts) + 1))
        add_meta(book, meta_rows(download.region, download.table.name, sheet.get_name(), texts, {}))
    return made.getvalue()


def sheet_fields(selection: Selection) -> tuple[Field, ...]:
    """Fields a workbook shows: the table's own, its owner and whether a row was made up; it can be imported again."""
    own = {"id", "owner", "synthetic", *(f.name for f in selection.table.fields)}
    return tuple(f for f in selection.fields if f.name in own)


def _texts(download: Download, frame: pd.DataFrame) -> pd.DataFrame:
    """Cells as people read them, columns by their titles; index = id."""
    fields, lang = sheet_fields(download.selection), download.lang
    made = {_title(f, lang): show(download.region, f, frame[f.name], lang) for f in fields}
    return pd.DataFrame(made, index=frame.index).astype(object)


def _title(field: Field, lang: str) -> str:
    special = {"id": ("编号(勿改)", "Id (do not change)"), "owner": ("归口单位", "Owner")}.get(field.name)
    return (special[0] if lang == "zh" else special[1]) if special else field.title(lang)


def _above(book: Any, sheet: Any, download: Download, count: int) -> None:
    """Title, and in one line what was chosen, how many rows, day and revision."""
    stamp = download.stamp()
    asked = [f"{word('tables_asked_' + name, download.lang)}: {value}" for name, value in download.asked.items()]
    parts = [*asked, word("tables_rows", download.lang).format(n=f"{count:,}"), stamp["on"], stamp["branch"]]
    sheet.write_string(0, 0, stamp["title"], book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, " · ".join([*parts, stamp["revision"]]), book.add_format({"font_color": "#555555"}))


def _columns(book: Any, sheet: Any, download: Download, texts: pd.DataFrame) -> None:
    head, as_text, figure = (book.add_format(f) for f in (HEAD, {"num_format": "@"}, {"num_format": "#,##0.##"}))
    sheet.set_row(TOP, 32)
    for at, (title, field) in enumerate(zip(texts, sheet_fields(download.selection), strict=True)):
        number = field.kind in NUMERIC
        sheet.set_column(at, at, _width(texts.iloc[:200, at], str(title)), figure if number else as_text)
        sheet.write_string(TOP, at, str(title), head)
        sheet.write_column(TOP + 1, at, typed(field, texts.iloc[:, at]))


def _width(texts: pd.Series, title: str) -> float:
    longest = max((len(str(text).encode("gb18030", "replace")) for text in texts), default=0)
    return min(WIDEST, max(NARROWEST, longest + 2, len(title.encode("gb18030", "replace")) / 2 + 2))


def _for_print(sheet: Any, columns: int, count: int) -> None:
    sheet.freeze_panes(TOP + 1, 2)
    sheet.autofilter(TOP, 0, TOP + max(count, 1), columns - 1)
    sheet.repeat_rows(TOP)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")


# --- for programs --------------------------------------------------------------------------------------------------
def _parquet(download: Download) -> bytes:
    """Columns by field name, money in whole 分 with the unit in its name; GeoParquet where the rows lie somewhere."""
    frame = page(download.region, download.selection)
    out = io.BytesIO()
    made = frame.rename(columns={f.name: f"{f.name}(分)" for f in download.selection.fields if f.kind == "money"})
    if has_shapes(download.table.name):
        import geopandas as gpd

        made = gpd.GeoDataFrame(made, geometry=_shapes(download, frame), crs="EPSG:4326")
    made.attrs = {"hechang": json.dumps(download.stamp(), ensure_ascii=False)}
    made.to_parquet(out, index=False)
    return out.getvalue()


def _shapes(download: Download, frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    return shapes_of(download.region, download.table.name).of(pd.Index(frame["id"].astype(object)))


def _geojson(download: Download) -> bytes:
    """Rows with their shapes, a project without one at the point of its place; geometry is null where there is none."""
    table = download.table
    if not has_shapes(table.name):
        raise InputError(
            f"Table '{table.name}' has no shapes. Take .csv, .xlsx, .parquet or .json",
            f"表 {table.zh} 没有图形。请用 .csv、.xlsx、.parquet 或 .json",
        )
    frame = page(download.region, download.selection)
    made = {"type": "FeatureCollection", **download.stamp()}
    return orjson.dumps(made | {"features": features(frame, download.selection.fields, _shapes(download, frame))})


def features(frame: pd.DataFrame, fields: tuple[Field, ...], shapes: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    """Return rows as GeoJSON features in longitude and latitude; `id` stands outside the properties."""
    drawn = shapely.to_geojson(shapes)
    geometries = [None if text is None else orjson.Fragment(text) for text in drawn]
    ids = values(frame["id"].tolist(), next(f for f in fields if f.name == "id"))
    properties = rows(by_column(frame), [f for f in fields if f.name != "id"]) or [{}] * len(frame)
    return [
        {"type": "Feature", "id": id, "geometry": geometry, "properties": row}
        for id, geometry, row in zip(ids, geometries, properties, strict=True)
    ]


WRITERS: Mapping[str, Callable[[Download], bytes]] = {
    "json": _json,
    "csv": _csv,
    "xlsx": _xlsx,
    "parquet": _parquet,
    "geojson": _geojson,
}
