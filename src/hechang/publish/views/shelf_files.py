"""A selection of projects as a file: CSV, XLSX, Parquet, JSON; what was chosen, day and revision go with it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pandas as pd
import xlsxwriter

from hechang.intake.sheets.workbook import HEAD as TITLES
from hechang.intake.sheets.workbook import SAFE
from hechang.publish.files import safe_cell
from hechang.publish.results import Results
from hechang.publish.rows import simple
from hechang.publish.selections import where
from hechang.publish.views.frame import place_names
from hechang.publish.views.shelf import DATES, HEAD, Shelf, lists_of, names_of
from hechang.register.choosing import Ints
from hechang.terms.errors import InputError, UsageError, not_known
from hechang.terms.money import amount
from hechang.terms.specs import codes, table
from hechang.terms.words import word

MONEY = ("invest_total", "plan", "done", "invested")
NAMED = {
    "city": "city",
    "owner": "owner",
    "stage": "stage",
    "next": "stage",
    "light": "light",
    "theme": "theme",
    "kind": "kind",
}
COLUMNS = (*(name for name in HEAD if name != "source"), "light", "lists", *DATES, "source")
CELLS = 1_000_000  # of one workbook: some twenty seconds
WIDE = {"name": 32, "company": 24, "owner": 22, "lists": 30}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}


@dataclass(frozen=True)
class Taken:
    """A selection on its way into a file: the view, its shelf, the rows, the language, what was asked for."""

    results: Results
    shelf: Shelf
    at: Ints
    lang: str
    asked: Mapping[str, Any]
    columns: tuple[str, ...] = COLUMNS

    def stamp(self) -> dict[str, Any]:
        """Return day, branch, revision, the number of rows and what was asked for."""
        return {"total": len(self.at), "asked": dict(self.asked), **where(self.results.region)}


def write(taken: Taken, form: str) -> bytes:
    """Return the file; money stands in 万元 in CSV and XLSX, in whole 分 in Parquet and JSON.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.publish.views.shelf import shelf
    >>> import numpy as np
    >>> results = Results(tiny())
    >>> text = write(Taken(results, shelf(results), np.array([2]), "zh", {}), "csv").decode("utf-8-sig")
    >>> text.splitlines()[1].split(",")[:2]
    ['p3', '滞后项目']
    """
    return WRITERS[form](taken)


def columns_of(text: str) -> tuple[str, ...]:
    """Read the columns wanted; all of them where none is named. Raises UsageError for an unknown one.

    Examples
    --------
    >>> columns_of("name, stage"), len(columns_of("")) > 40
    (('id', 'name', 'stage'), True)
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in COLUMNS:
            fault = not_known("column of a project", "项目列", name[:60], COLUMNS)
            raise UsageError(fault.en, fault.zh)
    return tuple(dict.fromkeys(["id", *names])) if names else COLUMNS


def title(name: str, lang: str) -> str:
    """Return what stands above a column, with its unit.

    Examples
    --------
    >>> title("plan", "zh"), title("signed_actual", "en"), title("place", "zh")
    ('本年计划 (万元)', 'Signed: actual', '所在地')
    """
    stage, _, kind = name.rpartition("_")
    if name in DATES:
        return f"{codes('stages')[stage].title(lang)}{'' if lang == 'zh' else ': '}{word('projects_' + kind, lang)}"
    own = name in {f.name for f in table("projects").fields} and name not in MONEY
    told = table("projects").field(name).title(lang) if own else word(f"projects_{name}", lang)
    unit = "万元" if name in MONEY else "%" if name == "share" else ""
    return f"{told} ({unit})" if unit and unit not in told else told


def plain(taken: Taken) -> pd.DataFrame:
    """Return the rows by column name, as they are kept: codes, ids, money in 分."""
    frame = taken.shelf.rows.iloc[taken.at]
    lists = [", ".join(on) for on in lists_of(taken.shelf, taken.at)]
    return frame.assign(lists=pd.Series(lists, index=frame.index, dtype="string"))[list(taken.columns)]


def worded(taken: Taken) -> pd.DataFrame:
    """Return the rows as people read them: words for codes and ids, 万元, nothing where nothing is known."""
    frame = plain(taken)
    made = {title(name, taken.lang): _worded(taken, name, frame[name]) for name in taken.columns}
    return pd.DataFrame(made, index=frame.index, dtype=object)


def _worded(taken: Taken, name: str, column: pd.Series) -> list[Any]:
    distinct = {value: _word(taken, name, value) for value in column.dropna().unique().tolist()}
    return [distinct.get(value) for value in column.astype(object).where(column.notna(), None).tolist()]


def _word(taken: Taken, name: str, value: Any) -> Any:
    if name in MONEY:
        return amount(int(value))  # 万元
    if isinstance(value, bool):
        return word("projects_yes" if value else "projects_no", taken.lang)
    if name == "lists":
        known = [names_of(taken.results, "list", one)[taken.lang] for one in value.split(", ") if one]
        return ("、" if taken.lang == "zh" else ", ").join(known)
    if name in NAMED:
        return names_of(taken.results, NAMED[name], value)[taken.lang]
    if name == "place":
        told = place_names(taken.results).get(value, {})
        return (taken.lang == "en" and told.get("name_en")) or told.get("name") or value
    return simple(value)


def _csv(taken: Taken) -> bytes:
    frame = worded(taken)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(frame.columns)
    writer.writerows([safe_cell(value) for value in row] for row in frame.itertuples(index=False, name=None))
    return out.getvalue().encode("utf-8-sig")


def _xlsx(taken: Taken) -> bytes:
    if len(taken.at) * len(taken.columns) > CELLS:
        raise InputError(
            f"A workbook takes {CELLS:,} cells here. Choose fewer rows or columns, or take .csv or .parquet",
            f"此处工作簿最多 {CELLS:,} 个单元格。请减少行或列, 或改用 .csv、.parquet",
        )
    frame, made = worded(taken), io.BytesIO()
    with xlsxwriter.Workbook(made, SAFE) as book:
        sheet = book.add_worksheet(table("projects").title(taken.lang))
        stamp = taken.stamp()
        said = [f"{name}: {value}" for name, value in stamp["asked"].items()]
        sheet.write_string(0, 0, table("projects").title(taken.lang), book.add_format({"bold": True, "font_size": 14}))
        sheet.write_string(
            1, 0, " · ".join([*said, str(stamp["total"]), stamp["on"], stamp["branch"], stamp["revision"]])
        )
        figure, head = book.add_format({"num_format": "#,##0.##"}), book.add_format(TITLES)
        for at, (name, told) in enumerate(zip(taken.columns, frame.columns, strict=True)):
            sheet.set_column(at, at, WIDE.get(name, 14), figure if name in (*MONEY, "share") else None)
            sheet.write_string(3, at, told, head)
            _column(sheet, at, frame[told].tolist())
        sheet.freeze_panes(4, 2)
        sheet.autofilter(3, 0, 3 + max(len(frame), 1), len(frame.columns) - 1)
    return made.getvalue()


def _column(sheet: Any, at: int, cells: Sequence[Any]) -> None:
    """Write one column below the header; texts as texts, so that none is taken for a formula."""
    for row, value in enumerate(cells, start=4):
        if isinstance(value, str):
            sheet.write_string(row, at, value)
        elif value is not None:
            sheet.write_number(row, at, value)


def _parquet(taken: Taken) -> bytes:
    frame, out = plain(taken).reset_index(drop=True), io.BytesIO()
    frame.attrs = {"hechang": json.dumps(taken.stamp(), ensure_ascii=False)}
    frame.to_parquet(out, index=False)
    return out.getvalue()


def _json(taken: Taken) -> bytes:
    frame = plain(taken)
    columns = [[simple(value) for value in frame[name].tolist()] for name in taken.columns]
    rows = [dict(zip(taken.columns, cells, strict=True)) for cells in zip(*columns, strict=True)]
    return orjson.dumps({**taken.stamp(), "money": "分", "rows": rows})


WRITERS: Mapping[str, Callable[[Taken], bytes]] = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet, "json": _json}
