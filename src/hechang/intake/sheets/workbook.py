"""Our own workbooks: one sheet with a header that explains itself, drop-downs, and a very hidden sheet about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pandas as pd
import xlsxwriter

from hechang.intake.sheets.meta import meta_rows
from hechang.intake.sheets.read_sheet import META
from hechang.intake.sheets.showing import NUMERIC
from hechang.region.region import Region
from hechang.terms.specs import Field, Table, codes

CODES = "_codes"
SPARE = 2_000  # empty rows below the last one that have drop-downs too
HEAD = {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"}
NEEDED = HEAD | {"bg_color": "#FCE4D6"}
WARNED = {
    "error_type": "warning",
    "error_title": "请核对 / Please check",
    "error_message": "请从列表选择或填写规定格式 / choose from the list or keep the form",
}
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": False}


@dataclass(frozen=True)
class Cell:
    """One column of a workbook of ours: its title, the field behind it, and a note for those who fill it in."""

    title: str
    field: Field
    required: bool = False
    note: str = ""

    @property
    def head(self) -> str:
        """Title as written; a star marks what is needed."""
        return self.title + ("*" if self.required else "")


def write_workbook(
    region: Region, spec: Table, path: Path, cells: Sequence[Cell], texts: pd.DataFrame, *, lang: str = "zh"
) -> None:
    """Write texts (index = id of the row, one column a cell, in order) as a workbook that can be imported again.

    Numbers become numbers, everything else text: nothing in it is ever a formula.
    """
    made = BytesIO()  # so that a full disk leaves no half workbook
    with xlsxwriter.Workbook(made, SAFE) as book:
        sheet = book.add_worksheet(spec.title(lang)[:31])
        _head(book, sheet, cells)
        for at, cell in enumerate(cells):
            sheet.write_column(1, at, typed(cell.field, texts.iloc[:, at]))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(1, len(texts)), len(cells) - 1)
        words = {at: choices(cell.field, lang) for at, cell in enumerate(cells)}
        add_choices(book, sheet, words, (1, len(texts) + SPARE))
        add_meta(book, meta_rows(region, spec.name, sheet.get_name(), texts, {}))
    path.write_bytes(made.getvalue())


def typed(field: Field, texts: pd.Series) -> list[float | str | None]:
    """Cells as a workbook keeps them: figures as numbers, all else as text, None where empty."""
    if field.kind not in NUMERIC:
        return [text or None for text in texts]
    return [float(text) if text and "e" not in text else (text or None) for text in texts]


def _head(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, cells: Sequence[Cell]) -> None:
    plain, needed = book.add_format(HEAD), book.add_format(NEEDED)
    as_text = book.add_format({"num_format": "@"})
    sheet.set_row(0, 32)
    for at, cell in enumerate(cells):
        width = max(10, min(28, 2 * len(cell.head)))
        sheet.set_column(at, at, width, None if cell.field.kind in NUMERIC else as_text)
        sheet.write_string(0, at, cell.head, needed if cell.required else plain)
        if cell.note:
            sheet.write_comment(0, at, cell.note, {"author": "hechang", "x_scale": 2})


def add_choices(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    words: Mapping[int, Sequence[str]],
    rows: tuple[int, int],
) -> None:
    """Drop-downs by column (from 0) in some rows; a validation holds 255 letters, so the words stand in a sheet."""
    lists = book.add_worksheet(CODES)
    lists.very_hidden()
    for at, told in ((at, told) for at, told in words.items() if told):
        lists.write_column(0, at, list(told))
        letter = xlsxwriter.utility.xl_col_to_name(at)
        source = f"={CODES}!${letter}$1:${letter}${len(told)}"
        sheet.data_validation(rows[0], at, rows[1], at, {"validate": "list", "source": source, **WARNED})


def choices(field: Field, lang: str) -> list[str]:
    """Words a cell may hold; empty where any text may stand."""
    if field.kind == "code":
        return [code.title(lang) for code in codes(field.target).values()]
    if field.kind == "bool":
        return ["yes", "no"] if lang == "en" else ["是", "否"]
    return []


def add_meta(book: xlsxwriter.Workbook, rows: pd.Series) -> None:
    """Write the very hidden sheet about the workbook."""
    sheet = book.add_worksheet(META)
    sheet.very_hidden()
    sheet.write_column(0, 0, rows.index.tolist())
    sheet.write_column(0, 1, rows.tolist())
