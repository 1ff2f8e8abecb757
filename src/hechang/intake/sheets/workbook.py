"""Our own workbooks: one sheet with a header that explains itself, drop-downs, and a very hidden sheet about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pandas as pd
import xlsxwriter

from hechang.intake.sheets.meta import VERSION, row_hashes
from hechang.intake.sheets.read_sheet import META
from hechang.intake.sheets.showing import NUMERIC
from hechang.region.region import Region
from hechang.terms.specs import Field, Table, codes

CODES = "_codes"
SPARE = 2_000  # empty rows below the last one that have drop-downs too
HEAD = {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"}
NEEDED = HEAD | {"bg_color": "#FCE4D6"}
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
            sheet.write_column(1, at, _typed(cell, texts.iloc[:, at]))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(1, len(texts)), len(cells) - 1)
        _choices(book, sheet, cells, (len(texts) + SPARE, lang))
        _meta(book, region, spec, (sheet.get_name(), texts))
    path.write_bytes(made.getvalue())


def _typed(cell: Cell, texts: pd.Series) -> list[object]:
    if cell.field.kind not in NUMERIC:
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


def _choices(
    book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, cells: Sequence[Cell], size: tuple[int, str]
) -> None:
    """Drop-downs from code lists; the lists stand in a hidden sheet, since a validation holds 255 characters only."""
    rows, lang = size
    lists = book.add_worksheet(CODES)
    lists.very_hidden()
    for at, cell in enumerate(cells):
        words = choices(cell.field, lang)
        if words:
            lists.write_column(0, at, words)
            letter = xlsxwriter.utility.xl_col_to_name(at)
            source = f"={CODES}!${letter}$1:${letter}${len(words)}"
            sheet.data_validation(1, at, rows, at, {"validate": "list", "source": source, "error_type": "warning",
                                                    "error_title": cell.title[:32], "error_message": "请从列表选择 / choose from the list"})  # fmt: skip  # noqa: E501


def choices(field: Field, lang: str) -> list[str]:
    """Words a cell may hold; empty where any text may stand."""
    if field.kind == "code":
        return [code.title(lang) for code in codes(field.target).values()]
    if field.kind == "bool":
        return ["yes", "no"] if lang == "en" else ["是", "否"]
    return []


def _meta(book: xlsxwriter.Workbook, region: Region, spec: Table, content: tuple[str, pd.DataFrame]) -> None:
    name, texts = content
    sheet = book.add_worksheet(META)
    sheet.very_hidden()
    head = {"table": spec.name, "version": VERSION, "revision": region.revision_name, "sheet": name, "day": region.day}
    hashes = row_hashes(texts)
    sheet.write_column(0, 0, [*head, *("row:" + hashes.index.astype(str))])
    sheet.write_column(0, 1, [*head.values(), *hashes])
