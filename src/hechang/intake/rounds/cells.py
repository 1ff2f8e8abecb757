"""Cells of a collection round: what one answer is about, how it is named, what the register holds there now.

A cell is (table, project, of, field); `of` is the stage, year or period of a row beside a project, '' for the project
itself. Values travel as JSON text, so that money, dates and figures compare in one column.
"""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np
import pandas as pd

from hechang.region.region import Region
from hechang.terms.cells import plain
from hechang.terms.errors import InputError
from hechang.terms.money import show_money
from hechang.terms.specs import codes, table

KEY = ["table", "project", "of", "field"]
OF = {"projects": "", "project_events": "stage", "project_years": "year", "returns": "period"}
NOTHING = "null"


class Cell(NamedTuple):
    """What one answer is about."""

    table: str
    project: str
    of: str
    field: str

    @property
    def path(self) -> str:
        """Table, stage or time, and field as one text: `returns.2022-08.invest_done`, `projects.company`."""
        return ".".join(part for part in (self.table, self.of, self.field) if part)


def cell_at(project: str, path: str) -> Cell:
    """Read a path back.

    Examples
    --------
    >>> cell_at("p3", "project_events.started.actual")
    Cell(table='project_events', project='p3', of='started', field='actual')
    """
    name, _, rest = path.partition(".")
    of, _, field = rest.rpartition(".")
    if name not in OF:
        raise InputError(f"'{path}' names no cell of a round", f"“{path}”不是填报单元格")
    return Cell(name, project, of, field)


def as_json(value: object) -> str:
    """Write a value as JSON text; everything missing is null.

    Examples
    --------
    >>> as_json(pd.NA), as_json("在建"), as_json(12.5)
    ('null', '"在建"', '12.5')
    """
    return json.dumps(plain(value), ensure_ascii=False)


def title(cell: Cell, lang: str = "zh") -> str:
    """Name a cell as a form would.

    Examples
    --------
    >>> title(Cell("project_events", "p", "started", "actual")), title(Cell("returns", "p", "2022-08", "invest_done"))
    ('开工 · 实际日期', '2022-08 · 本年累计完成投资')
    """
    field = table(cell.table).field(cell.field)
    name = field.zh if lang == "zh" else field.en
    stages = codes("stages")
    head = stages[cell.of].title(lang) if cell.of in stages else cell.of
    return f"{head} · {name}" if head else name


def shown(cell: Cell, value: str, lang: str = "zh") -> str:
    """Write the value of a cell, given as JSON text, for people.

    Examples
    --------
    >>> done = Cell("returns", "p", "2022-08", "invest_done")
    >>> shown(done, "500000000"), shown(done, "null")
    ('500 万元', '(空)')
    """
    plain, field = json.loads(value), table(cell.table).field(cell.field)
    if plain is None:
        return "(空)" if lang == "zh" else "(empty)"
    if field.kind == "money":
        return show_money(plain, lang)
    if field.kind == "code" and plain in codes(field.target):
        return codes(field.target)[plain].title(lang)
    return f"{plain:g} {field.unit}".strip() if isinstance(plain, float) else str(plain)


def rows_now(region: Region, name: str, cells: pd.DataFrame) -> pd.DataFrame:
    """Rows of the register that the cells of one table stand in.

    Returns
    -------
    DataFrame
        Indexed by (project, of): id, source and the fields the cells name.
    """
    fields = sorted(cells["field"].unique())
    of = OF[name]
    project, also = ("id", "") if not of else ("project", f', CAST("{of}" AS VARCHAR) AS "of"')
    picked = "".join(f', "{field}"' for field in fields)
    sql = (
        f'SELECT id, source, {project} AS project{also}{picked} FROM "{name}" WHERE {project} IN (SELECT unnest($ids))'
    )
    rows = region.query(sql, ids=cells["project"].unique().tolist())
    rows = rows if of else rows.assign(of="")
    return rows.drop_duplicates(["project", "of"]).set_index(["project", "of"])


def values_now(region: Region, cells: pd.DataFrame) -> pd.DataFrame:
    """What the register holds in some cells (columns of `KEY`).

    Returns
    -------
    DataFrame
        Indexed by `KEY`: value [JSON text], source (of its row; empty where there is no row).
    """
    parts = [_of_table(rows_now(region, str(name), part), part) for name, part in cells.groupby("table")]
    empty = pd.DataFrame(
        {"value": [], "source": []}, index=pd.MultiIndex.from_arrays([[]] * 4, names=KEY), dtype=object
    )
    return pd.concat(parts) if parts else empty


def _of_table(rows: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    at = pd.MultiIndex.from_frame(cells[["project", "of"]])
    found = rows.reindex(at)
    value = np.full(len(cells), NOTHING, dtype=object)
    for field in cells["field"].unique():
        mine = (cells["field"] == field).to_numpy()
        value[mine] = [as_json(one) for one in found[field].to_numpy(dtype=object)[mine]]
    source = found["source"].astype(object).where(found["source"].notna(), "")
    index = pd.MultiIndex.from_frame(cells[KEY])
    return pd.DataFrame({"value": value, "source": source.to_numpy()}, index=index)
