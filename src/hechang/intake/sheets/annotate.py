"""Faults back into the user's own workbook: red cells with comments, and what is wrong in a column 错误."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import xlsxwriter
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from hechang.intake.sheets.header import find_header
from hechang.intake.sheets.limits import kind_of
from hechang.intake.sheets.read_sheet import Book, Sheet, read_book
from hechang.intake.sheets.titles import ERRORS
from hechang.intake.sheets.workbook import SAFE
from hechang.terms.findings import Finding
from hechang.terms.specs import tables

RED, YELLOW = "FFFFC7CE", "FFFFEB9C"
AUTHOR = "hechang"
THEIRS = "\n—— 原批注 ——\n"  # before the comment the user had written into the cell
_CELL = re.compile(r"([A-Z]{1,3})(\d+)(?::[A-Z]{1,3}\d+)?")
MOST = 900  # characters of a comment


def findings_book(path: Path | str, findings: Sequence[Finding], out: Path | str, *, book: Book | None = None) -> Path:
    """Write a copy of the user's file with every finding at its cell; a CSV comes back as a workbook.

    Parameters
    ----------
    path
        File that was imported.
    findings
        Findings of its preview; errors become red, warnings yellow, those without a cell stand in the sheet 检查结果.
    out
        Where the xlsx goes; the user's file is not touched.
    book
        What `read_book` made of the file, where it was read already.

    Raises
    ------
    FileFault
        where the file itself cannot be read.
    """
    source, target = Path(path), Path(out)
    book = book or read_book(source)
    if kind_of(source) == "xlsx":
        try:
            _annotate(source, findings, target, book)
            return target
        except Exception:  # a workbook this library cannot keep as it is comes back with its values
            target.unlink(missing_ok=True)
    _plain_copy(book, findings, target)
    return target


def _by_cell(findings: Iterable[Finding], sheet: str) -> dict[tuple[str, int], list[Finding]]:
    found: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        place = _CELL.fullmatch(finding.cell)
        if finding.sheet == sheet and place:
            found.setdefault((place.group(1), int(place.group(2))), []).append(finding)
    return found


def _elsewhere(findings: Iterable[Finding], sheets: Iterable[str]) -> list[Finding]:
    known = set(sheets)
    return [f for f in findings if f.sheet not in known or not _CELL.fullmatch(f.cell)]


def _words(findings: Sequence[Finding]) -> str:
    said = [f"{f.zh}。{f.mend_zh}\n{f.en}. {f.mend_en}" for f in findings]
    return "\n".join(said)[:MOST]


def _row_words(found: dict[tuple[str, int], list[Finding]]) -> dict[int, str]:
    """Errors of each row in one text, by row."""
    made: dict[int, list[str]] = {}
    for (letter, row), findings in found.items():
        made.setdefault(row, []).extend(
            f"{letter}{row}: {f.zh} ({f.mend_zh})" for f in findings if f.severity == "error"
        )
    return {row: "; ".join(texts) for row, texts in made.items() if texts}


def _header_row(book: Book, name: str, findings: Sequence[Finding]) -> int:
    named = [f.table for f in findings if f.table in tables()]
    sheet = next(s for s in book.sheets if s.name == name)
    header = find_header(tables()[named[0]], book, sheet) if named and len(sheet.cells) else None
    return header.last if header else 1


def _annotate(source: Path, findings: Sequence[Finding], target: Path, book: Book) -> None:
    workbook = openpyxl.load_workbook(source, keep_links=False)
    for sheet in workbook.worksheets:
        _clear(sheet)
        found = _by_cell(findings, sheet.title)
        if found:
            _mark(sheet, found, _header_row(book, sheet.title, findings))
    rest = _elsewhere(findings, workbook.sheetnames)
    if rest:
        _list_sheet(workbook, rest)
    workbook.save(target)


def _clear(sheet: Worksheet) -> None:
    """Take away the marks of an earlier round."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None and cell.comment.author == AUTHOR:
                theirs = cell.comment.text.partition(THEIRS)[2]
                cell.comment = Comment(theirs, "") if theirs else None
                if not isinstance(cell, MergedCell):
                    cell.fill = PatternFill()


def _mark(sheet: Worksheet, found: dict[tuple[str, int], list[Finding]], header: int) -> None:
    anchors = {at: area.coord.split(":")[0] for area in sheet.merged_cells.ranges for at in _inside(area)}
    for (letter, row), findings in found.items():
        address = anchors.get(f"{letter}{row}", f"{letter}{row}")
        cell = sheet[address]
        colour = RED if any(f.severity == "error" for f in findings) else YELLOW
        cell.fill = PatternFill("solid", start_color=colour, end_color=colour)
        theirs = THEIRS + cell.comment.text if cell.comment is not None else ""
        cell.comment = Comment(_words(findings) + theirs, AUTHOR, height=120, width=320)
    _error_column(sheet, _row_words(found), header)


def _inside(area: object) -> list[str]:
    cells = getattr(area, "cells", ())
    return [f"{get_column_letter(column)}{row}" for row, column in cells]


def _error_column(sheet: Worksheet, words: dict[int, str], header: int) -> None:
    titles = {sheet.cell(header, at).value: at for at in range(1, sheet.max_column + 1)}
    column = titles.get(ERRORS) or sheet.max_column + 1
    for row in range(header, sheet.max_row + 1):
        if not isinstance(sheet.cell(row, column), MergedCell):
            sheet.cell(row, column).value = None
    title = sheet.cell(header, column)
    title.value = ERRORS
    title.font = Font(bold=True)
    sheet.column_dimensions[get_column_letter(column)].width = 60
    for row, text in words.items():
        cell = sheet.cell(row, column)
        if row > header and not isinstance(cell, MergedCell):
            cell.value = text
            cell.data_type = "s"  # never a formula, whatever the text begins with


def _list_sheet(workbook: openpyxl.Workbook, findings: Sequence[Finding]) -> None:
    title = "检查结果"
    if title in workbook.sheetnames:
        del workbook[title]
    sheet = workbook.create_sheet(title)
    for finding in findings:
        sheet.append([finding.sheet, finding.cell, finding.zh, finding.mend_zh, finding.en, finding.mend_en])
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s" if cell.value is not None else cell.data_type


def _plain_copy(book: Book, findings: Sequence[Finding], target: Path) -> None:
    """Write the values of the file as a new workbook with the marks."""
    made_in = BytesIO()  # so that a full disk leaves no half workbook
    with xlsxwriter.Workbook(made_in, SAFE) as workbook:
        formats = {c: workbook.add_format({"bg_color": "#" + c[2:]}) for c in (RED, YELLOW)}
        for sheet in (s for s in book.sheets if not s.name.startswith("_")):
            made = workbook.add_worksheet(re.sub(r"[\[\]:*?/\\]", "_", sheet.name)[:31])
            found = _by_cell(findings, sheet.name)
            _write_values(made, sheet)
            for (letter, row), told in found.items():
                at = (row - 1, openpyxl.utils.column_index_from_string(letter) - 1)
                colour = RED if any(f.severity == "error" for f in told) else YELLOW
                made.write_string(*at, _text_at(sheet, *at), formats[colour])
                made.write_comment(*at, _words(told), {"author": AUTHOR, "x_scale": 2})
            _plain_errors(made, book, sheet, (found, findings))
        rest = _elsewhere(findings, [s.name for s in book.sheets])
        if rest:
            _plain_list(workbook.add_worksheet("检查结果"), rest)
    target.write_bytes(made_in.getvalue())


def _write_values(made: xlsxwriter.worksheet.Worksheet, sheet: Sheet) -> None:
    for at, name in enumerate(sheet.cells.columns):
        texts = sheet.cells[name].astype(object).where(sheet.cells[name].notna(), None)
        made.write_column(int(sheet.cells.index[0]) - 1 if len(texts) else 0, at, [text or None for text in texts])


def _text_at(sheet: Sheet, row: int, column: int) -> str:
    if row + 1 not in sheet.cells.index or column not in sheet.cells.columns:
        return ""
    value: object = sheet.cells.loc[row + 1, column]
    return value if isinstance(value, str) else ""


def _plain_errors(
    made: xlsxwriter.worksheet.Worksheet,
    book: Book,
    sheet: Sheet,
    told: tuple[dict[tuple[str, int], list[Finding]], Sequence[Finding]],
) -> None:
    found, findings = told
    words = _row_words(found)
    if words:
        column = len(sheet.cells.columns)
        made.write_string(_header_row(book, sheet.name, findings) - 1, column, ERRORS)
        made.set_column(column, column, 60)
        for row, text in words.items():
            made.write_string(row - 1, column, text)


def _plain_list(made: xlsxwriter.worksheet.Worksheet, findings: Sequence[Finding]) -> None:
    rows = pd.DataFrame([[f.sheet, f.cell, f.zh, f.mend_zh, f.en, f.mend_en] for f in findings])
    for at in rows.columns:
        made.write_column(0, at, rows[at].tolist())
