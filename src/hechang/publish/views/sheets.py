"""Cells of a kept workbook, or lines of a kept CSV file, around the ones that prove a row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape
from python_calamine import CalamineError, CalamineWorkbook

from hechang.intake.decode import decode
from hechang.intake.letters import letters
from hechang.publish.results import Results
from hechang.terms.errors import HechangError

ROWS = 2  # rows shown above and below
COLUMNS = 12  # columns shown at most
LIMIT = 5_000_000  # bytes; larger workbooks are named, not opened, for a page
HIT = ("<td>%s</td>", '<td class="hit">%s</td>')  # made here, not in the template: two hundred cells a page, twice
_RANGE = re.compile(r"[A-Z]{1,3}[0-9]{1,7}(:[A-Z]{1,3}[0-9]{1,7})?")
_LINE = re.compile(r"([0-9]{1,7}):\1")


def cells_around(results: Results, proof: Mapping[str, Any]) -> dict[str, Any]:
    """Return letters and lines of the sheet around the proving cells; empty where there is no such workbook."""
    cell = proof.get("cell") or ""
    if proof["kind"] != "import" or not proof.get("sha256") or not (_RANGE.fullmatch(cell) or _LINE.fullmatch(cell)):
        return {}
    read = _sheet if _RANGE.fullmatch(cell) else _lines
    rows = results.once(("sheet", proof["sha256"], proof["sheet"]), lambda: read(results, proof))
    line = cell.partition(":")[0]
    return _window(rows, cell if read is _sheet else f"A{line}:{letters(COLUMNS - 1)}{line}") if rows else {}


def _sheet(results: Results, proof: Mapping[str, Any]) -> list[list[Any]]:
    """Rows of a sheet; the file passed the limits of the import before any row could name it."""
    try:
        data = results.region.blob(proof["sha256"])
        if len(data) > LIMIT or not data.startswith(b"PK"):
            return []
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return book.get_sheet_by_name(proof["sheet"]).to_python(skip_empty_area=False)
    except (HechangError, CalamineError, ValueError):
        return []


def _lines(results: Results, proof: Mapping[str, Any]) -> list[list[Any]]:
    """Rows of a CSV file; none for any other text."""
    try:
        data = results.region.blob(proof["sha256"])
        if len(data) > LIMIT or data.lstrip()[:1] in (b"{", b"["):
            return []
        return list(csv.reader(io.StringIO(decode(data).text)))
    except (HechangError, csv.Error):
        return []


def _window(rows: list[list[Any]], cell: str) -> dict[str, Any]:
    """Cut the window around `cell`.

    Examples
    --------
    >>> _window([["a", "b"], ["c", "d"]], "B2")["lines"][1]["cells"]
    Markup('<td>c</td><td class="hit">d</td>')
    """
    from openpyxl.utils import range_boundaries  # here, for all of openpyxl comes with it

    left, top, right, bottom = (int(edge or 1) for edge in range_boundaries(cell))
    first = max(1, left - 1 if right - left + 2 <= COLUMNS else left)
    numbers = [n for n in (1, *range(top - ROWS, bottom + ROWS + 1)) if 1 <= n <= len(rows)]
    columns = range(first, min(first + COLUMNS, max((len(rows[n - 1]) for n in numbers), default=0) + 1))
    lines = [
        {
            "number": n,
            "cells": Markup(
                "".join(HIT[top <= n <= bottom and left <= c <= right] % escape(_text(rows[n - 1], c)) for c in columns)
            ),
        }
        for n in sorted(set(numbers))
    ]
    return {"letters": [letters(c - 1) for c in columns], "lines": lines}


def _text(row: list[Any], column: int) -> str:
    value = row[column - 1] if column <= len(row) else ""
    plain = int(value) if isinstance(value, float) and value.is_integer() else value
    return str(plain)[:200]
