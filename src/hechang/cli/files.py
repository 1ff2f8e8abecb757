"""Rows of an answer into a file for others: xlsx, csv or json."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hechang.cli.speech import cell
from hechang.terms.errors import UsageError


def plain(value: Any) -> Any:
    """Value for one cell: the figure of an amount, a list as text.

    Examples
    --------
    >>> plain({"value": 5, "unit": "万元"}), plain(3)
    (5, 3)
    """
    if isinstance(value, Mapping):
        return value.get("value")
    return cell(value) if isinstance(value, list) else value


def write_rows(path: Path, document: Mapping[str, Any]) -> None:
    """Write the rows of a measure or list; what they are, their day and revision stand beside them.

    Raises
    ------
    UsageError
        for an ending that is none of .xlsx, .csv, .json.
    """
    writers = {".xlsx": _xlsx, ".csv": _csv, ".json": _json}
    if path.suffix.lower() not in writers:
        raise UsageError(
            f"{path}: '{path.suffix}' is not a format of --out. Use .xlsx, .csv or .json",
            f"{path}: --out 不支持“{path.suffix}”。请用 .xlsx、.csv 或 .json",
        )
    writers[path.suffix.lower()](path, document)


def _columns(document: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(name for row in document["rows"] for name in row))


def _about(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    kept = {name: value for name, value in document.items() if name not in ("rows", "missing", "changes")}
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in kept.items()
    ]


def _json(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


def _csv(path: Path, document: Mapping[str, Any]) -> None:
    from hechang.publish.files import safe_cell

    names = _columns(document)
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # office programs need the mark to see UTF-8
        rows = csv.writer(file)
        rows.writerow(names)
        rows.writerows([safe_cell(plain(row.get(name))) for name in names] for row in document["rows"])


def _xlsx(path: Path, document: Mapping[str, Any]) -> None:
    from xlsxwriter import Workbook

    names = _columns(document)
    with Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, about = book.add_worksheet("rows"), book.add_worksheet("about")
        sheet.write_row(0, 0, names, book.add_format({"bold": True}))
        for line, row in enumerate(document["rows"], start=1):
            sheet.write_row(line, 0, [plain(row.get(name)) for name in names])
        for line, pair in enumerate(_about(document)):
            about.write_row(line, 0, pair)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
