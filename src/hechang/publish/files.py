"""Tables as files for others: CSV that no spreadsheet runs, JSON rows, descriptions of columns."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pandas as pd

from hechang.publish.rows import records
from hechang.region.answers import money, rows_of
from hechang.terms.money import amount
from hechang.terms.numbers import parse_number
from hechang.terms.specs import Field, Table

RUNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # a spreadsheet takes these for a formula
LEFT_OUT = ("geometry", "branch", "op")  # shapes go to GeoJSON; branch and operation say nothing in a copy of one view


def safe_cell(value: Any) -> str:
    """Return a cell as text that no spreadsheet runs; numbers, negative ones too, stay as they are.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("-3.5"), safe_cell("－SUM(A1)"), safe_cell(None)
    ("'=1+1", '-3.5', "'－SUM(A1)", '')
    >>> safe_cell(-1e-06), safe_cell(Decimal("-1E+4")), safe_cell(True)
    ('-0.000001', '-10000', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return _figure(value)
    text = str(value)
    risky = text.lstrip(" \u3000\ufeff\u200b").startswith(RUNS) or text.startswith("\n")
    return f"'{text}" if risky and parse_number(text) is None else text


def _figure(value: float | Decimal) -> str:
    """Write a number in full: no exponent, whatever its size."""
    text = str(value)
    return f"{Decimal(text):f}" if "e" in text.lower() else text


def csv_text(frame: pd.DataFrame, table: Table) -> str:
    """Return rows of a table as CSV with the names of the specification; money stands in the unit of its column."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    names = [name for name in table.columns if name not in LEFT_OUT]
    writer.writerow(names)
    fields = [table.field(name) for name in names]
    writer.writerows([_csv_cell(row.get(f.name), f) for f in fields] for row in records(frame[_kept(frame, names)]))
    return out.getvalue()


def _kept(frame: pd.DataFrame, names: list[str]) -> list[str]:
    return [name for name in names if name in frame.columns]


def _csv_cell(value: Any, field: Field) -> str:
    if value is not None and field.kind == "money":
        return safe_cell(amount(int(value), field.unit or "万元"))
    return safe_cell(value)


def json_rows(frame: pd.DataFrame, table: Table) -> list[dict[str, Any]]:
    """Return rows as plain JSON; money is `{"value": …, "unit": "万元"}`, shapes are left to the map layers."""
    rows = rows_of(frame.drop(columns="geometry", errors="ignore"))
    monies = [field for field in table.fields if field.kind == "money"]
    return [row | {f.name: money(row.get(f.name), f.unit or "万元") for f in monies} for row in rows]


def json_bytes(value: Any) -> bytes:
    """Return compact JSON in UTF-8; NaN is an error, not a value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
