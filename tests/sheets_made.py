"""Workbooks with the faults offices make, written by the tests themselves."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import xlsxwriter

HEAD = [
    "项目名称",
    "项目代码",
    "所在地",
    "总投资(万元)",
    "签约日期",
    "开工日期",
    "竣工日期",
    "截至2022年8月完成投资(万元)",
]


def row(name: str = "甲项目", code: str = "N-1", **cells: Any) -> list[Any]:
    """One sound row; keywords replace cells by their title."""
    sound = dict(zip(HEAD, [name, code, "甲县", 1000, "2021-03-01", "2021-06-01", None, 100], strict=True))
    return list((sound | cells).values())


def book(path: Path, rows: list[list[Any]], *, titles: list[str] | None = None, start: int = 0) -> Path:
    """Write rows under a header at row `start` (from 0) of one sheet 表."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as made:
        sheet = made.add_worksheet("表")
        for at, cells in enumerate([titles or HEAD, *rows], start):
            sheet.write_row(at, 0, cells)
    return path


def repack(source: Path, target: Path, changes: dict[str, bytes]) -> Path:
    """Copy a zip with some parts replaced or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part not in changes:
                new.writestr(part, old.read(part))
        for name, data in changes.items():
            new.writestr(name, data)
    return target
