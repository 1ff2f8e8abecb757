"""Rows of a measure or a list as a file one can print, hand round or compute with: xlsx, csv, parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Any

import pandas as pd
from xlsxwriter import Workbook

from hechang.publish.columns import Column, Names, columns_of, written
from hechang.publish.files import safe_cell
from hechang.terms.words import word, words

MARKS = ("city", "change", "times", "first_on")  # said of every row besides the list's own columns
LEFT_OUT = ("rows", "missing", "changes", "columns")  # of what a document says of itself
NAMELESS: Names = MappingProxyType({})
TYPES = MappingProxyType({
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
})  # fmt: skip
_TITLE = {"bold": True, "font_size": 14}
_HEAD = {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"}
_BODY = {"border": 1, "text_wrap": True, "valign": "top"}


def plain(value: Any) -> Any:
    """Value for one cell: the figure of an amount, a list or an object as text.

    Examples
    --------
    >>> plain({"value": 5, "unit": "万元"}), plain(3), plain(["a", None, "b"])
    (5, 3, 'a → - → b')
    """
    if isinstance(value, Mapping):
        return value.get("value") if "unit" in value else _object(value)
    if isinstance(value, list):
        return " → ".join(_object(v) if isinstance(v, Mapping) else "-" if v is None else str(v) for v in value)
    return value


def _object(value: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {part}" for name, part in value.items() if part is not None)


def as_csv(document: Mapping[str, Any]) -> bytes:
    """Return the rows as CSV with the mark office programs need to see UTF-8; no cell runs as a formula.

    Examples
    --------
    >>> as_csv({"rows": [{"id": "a", "name": "=1+1"}]}).decode("utf-8-sig").splitlines()
    ['id,name', "a,'=1+1"]
    """
    names, out = _columns(document), io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(names)
    rows.writerows([safe_cell(plain(row.get(name))) for name in names] for row in document["rows"])
    return out.getvalue().encode("utf-8-sig")


def as_parquet(document: Mapping[str, Any]) -> bytes:
    """Return the rows as Parquet, amounts in their unit; what they are, day and revision stand in the schema.

    Examples
    --------
    >>> pd.read_parquet(BytesIO(as_parquet({"rows": [{"id": "a", "days": 3}]})))["days"].tolist()
    [3]
    """
    names = _columns(document)
    frame = pd.DataFrame({name: [plain(row.get(name)) for row in document["rows"]] for name in names})
    frame.attrs = {key: value for key, value in document.items() if key not in LEFT_OUT}
    return frame.convert_dtypes(dtype_backend="pyarrow").to_parquet(index=False)


def as_xlsx(document: Mapping[str, Any], lang: str, names: Names = NAMELESS) -> bytes:
    """Return a sheet one can print and hand round: heading, rows with titles and units, and what it rests on.

    Parameters
    ----------
    document
        The answer of a card: card, rows, rule and what else stands on the second sheet.
    names
        Names of what the rows point to, see `publish.columns.names_of`.
    """
    columns = columns_of(document["card"]["id"], _filled(document))
    made = BytesIO()
    with Workbook(made, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        sheet, about = book.add_worksheet(document["card"]["id"][:31]), book.add_worksheet("about")
        sheet.write_string(0, 0, document["card"].get(lang) or document["card"]["id"], book.add_format(_TITLE))
        sheet.write_string(1, 0, _under(document, lang), book.add_format({"font_color": "#595959"}))
        head, body = book.add_format(_HEAD), book.add_format(_BODY)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
            sheet.write_string(3, at, _heading(column, lang), head)
            sheet.write_column(4, at, [_value(column, row, lang, names) for row in document["rows"]], body)
        _for_print(sheet, len(columns), len(document["rows"]))
        about.set_column(0, 0, 16)
        about.set_column(1, 1, 100)
        for line, pair in enumerate(_about(document)):
            about.write_row(line, 0, pair)
    return made.getvalue()


def _columns(document: Mapping[str, Any]) -> list[str]:
    """Columns the document names; of one that names none those of its rows."""
    return list(document.get("columns") or dict.fromkeys(name for row in document["rows"] for name in row))


def names_in(frame: pd.DataFrame) -> list[str]:
    """Return the columns a list has in a file, with rows or without.

    Examples
    --------
    >>> names_in(pd.DataFrame(columns=["name", "rule"]))
    ['id', 'name', 'city', 'change', 'times', 'first_on']
    """
    return ["id", *(str(name) for name in frame.columns if name not in ("rule", *MARKS)), *MARKS]


def _filled(document: Mapping[str, Any]) -> list[str]:
    """Columns that say something in some row; all of them where there are no rows."""
    names, rows = _columns(document), document["rows"]
    return [name for name in names if any(row.get(name) is not None for row in rows)] if rows else names


def _about(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    kept = {name: value for name, value in document.items() if name not in LEFT_OUT}
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in kept.items()
    ]


def _heading(column: Column, lang: str) -> str:
    return f"{column.title(lang)} ({word('money_unit', lang)})" if column.kind == "money" else column.title(lang)


def _value(column: Column, row: Mapping[str, Any], lang: str, names: Names) -> Any:
    """Figures stay figures; codes, ids and yes or no are put into words."""
    value = plain(row.get(column.name))
    if value is None or isinstance(value, bool) or not isinstance(value, int | float):
        return written(column, {**row, column.name: value}, lang, names)
    return round(value, 2) if isinstance(value, float) else value


def _under(document: Mapping[str, Any], lang: str) -> str:
    """Day, revision and rule in one line, and whether the rule is our own assumption."""
    rule = document.get("rule") or {}
    parts = [document["on"], f"{word('revision', lang)} {document['revision']}"]
    if rule and (rule.get(lang) or rule.get("value") is not None):
        mark = f" ({word('assumption', lang)})" if rule.get("assumption") else ""
        unit = words(lang).get("unit_" + str(rule.get("unit")).replace(" ", "_"), str(rule.get("unit") or ""))
        said = words(lang).get(f"rule_{rule.get('value')}", rule.get("value"))
        value = "" if said is None else f": {said} {unit}".rstrip()
        parts.append(f"{rule.get(lang) or rule['id']}{value}{mark}")
    if any(row.get("synthetic") for row in document["rows"]):
        parts.append(word("synthetic_banner", lang))
    return " · ".join(parts)


def _for_print(sheet: Any, columns: int, rows: int) -> None:
    sheet.freeze_panes(4, 1)
    sheet.autofilter(3, 0, 3 + max(rows, 1), columns - 1)
    sheet.repeat_rows(3)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")
