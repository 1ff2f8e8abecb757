"""Rows below the header: which are data, which are totals, remarks, headings and empty lines; merged cells filled."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hechang.intake.letters import letters
from hechang.intake.sheets.distinct import filled, flags, mapped
from hechang.intake.sheets.faults import Where, fault
from hechang.intake.sheets.header import Header
from hechang.intake.sheets.read_sheet import Book, Sheet
from hechang.terms.findings import Finding

_TOTAL = re.compile(r"(.{0,8}?)(合计|总计|小计|共计|累计|total|subtotal|sum|grandtotal)(:|\(.*\))?(\d+[个项])?")
_NOTE = re.compile(
    r"(注|备注|说明|填表说明|填报人|填表人|制表人?|审核人?|负责人|联系人|联系电话|填报单位|填报日期|填报时间|note|remark)s?\d*[:：.、].*",
    re.DOTALL,
)
_SECTION = re.compile(r"([一二三四五六七八九十]{1,3}[、.]|[(（][一二三四五六七八九十]{1,3}[)）]).*", re.DOTALL)
AMOUNTS = ("money", "int", "number")


@dataclass(frozen=True)
class Body:
    """Data rows of one sheet: texts by column, index = row of the sheet, and what was left out or filled.

    `totals` are the words of rows of totals by row, `breaks` all rows of totals and headings.
    """

    cells: pd.DataFrame
    findings: tuple[Finding, ...]
    wrong: frozenset[int]
    totals: pd.Series
    breaks: tuple[int, ...]


def body_of(book: Book, sheet: Sheet, header: Header) -> Body:
    """Take the rows below the header; everything left out or filled in is told.

    Examples
    --------
    >>> frame = pd.DataFrame([["项目名称", "总投资"], ["甲", "5"], ["合计", "5"]], index=[1, 2, 3], dtype="category")
    >>> from hechang.intake.sheets.header import find_header
    >>> from hechang.terms.specs import table
    >>> book = Book("a.csv", "csv", "", 0, (Sheet("a", frame),))
    >>> body_of(book, book.sheets[0], find_header(table("projects"), book, book.sheets[0])).cells.index.tolist()
    [2]
    """
    below = sheet.cells.loc[header.last + 1 :]
    held = below[filled(below).any(axis=1)]
    told = [*_hidden(book, sheet, header, held), *_hidden_columns(book, sheet, header), *_sheet_hidden(book, sheet)]
    first = _first_texts(held)
    kinds = _kinds(sheet, header, held, first)
    kept, left = _without_extras(book, sheet, held, (kinds, first))
    cells, merged, wrong = _fill_merged(book, sheet, header, kept)
    breaks = kinds.index[kinds.isin(["total-row", "section-row"])]
    return Body(cells, (*told, *left, *merged), frozenset(wrong), first[kinds.eq("total-row")], tuple(map(int, breaks)))


def _hidden(book: Book, sheet: Sheet, header: Header, cells: pd.DataFrame) -> list[Finding]:
    names = {c.field: c.letters for c in reversed(header.columns)}
    letter = names.get("code") or names.get("name") or header.columns[0].letters
    return [
        fault("hidden-row", Where(book.file, sheet.name, f"{letter}{row}"), value=str(row))
        for row in cells.index.intersection(sorted(sheet.hidden))[:200]
    ]


def _hidden_columns(book: Book, sheet: Sheet, header: Header) -> list[Finding]:
    return [
        fault(
            "hidden-column", Where(book.file, sheet.name, f"{c.letters}{header.last}", c.table, c.field), value=c.title
        )
        for c in header.columns
        if c.position in sheet.hidden_columns and c.field != "id"
    ]


def _sheet_hidden(book: Book, sheet: Sheet) -> list[Finding]:
    return [] if sheet.visible else [fault("hidden-sheet", Where(book.file, sheet.name))]


def _without_extras(
    book: Book, sheet: Sheet, cells: pd.DataFrame, said: tuple[pd.Series, pd.Series]
) -> tuple[pd.DataFrame, list[Finding]]:
    """Leave out totals, remarks, headings between rows and repeated headers; each leaves a finding."""
    kinds, first = said
    out = kinds[kinds != ""]
    at = filled(cells.loc[out.index]).idxmax(axis=1) if len(out) else out
    told = [
        fault(kind, Where(book.file, sheet.name, f"{letters(int(column))}{row}"), value=text)
        for row, kind, column, text in zip(out.index, out, at, first[out.index], strict=True)
    ]
    return cells.drop(index=out.index), told


def _kinds(sheet: Sheet, header: Header, cells: pd.DataFrame, first: pd.Series) -> pd.Series:
    """Say of each row why it is no data; '' for data."""
    if cells.empty:
        return pd.Series([], index=cells.index, dtype=object)
    kinds = first.map({text: _extra(text) for text in first.unique()})
    alone = filled(cells).sum(axis=1).eq(1)
    coded = _has_code(header, cells)
    spread = cells.index.isin([r0 for r0, c0, _, c1 in sheet.merged if c1 - c0 >= 2])
    kinds = kinds.mask(coded, "").mask(kinds.eq("section-row") & ~alone, "")
    kinds = kinds.mask(kinds.eq("") & alone & spread, "section-row")
    return kinds.mask(_repeats(header, cells), "repeated-header")


def _first_texts(cells: pd.DataFrame) -> pd.Series:
    """First text of each row that is no running number."""
    texts = np.full(len(cells), "", dtype=object)
    for name in cells.columns[:8]:
        found = mapped(cells[name], _word)
        texts = np.where(texts == "", found, texts)
    return pd.Series(texts, index=cells.index, dtype=object)


def _word(text: str) -> str:
    """Text without blanks; '' for a number."""
    plain = _fold(text)
    return "" if plain.replace(".", "").isdigit() else plain


def _fold(text: str) -> str:
    if text.isascii():
        return "".join(text.split()).lower()
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def _extra(text: str) -> str:
    if _TOTAL.fullmatch(text):
        return "total-row"
    if _NOTE.fullmatch(text):
        return "note-row"
    return "section-row" if _SECTION.fullmatch(text) else ""


def _has_code(header: Header, cells: pd.DataFrame) -> pd.Series:
    """Tell of each row whether a column that names rows is filled: then it is a row whatever its words."""
    named = [c.position for c in header.columns if c.field in ("code", "id") and c.position in cells.columns]
    held = filled(cells[named])
    return held.any(axis=1) if named else pd.Series(False, index=cells.index)


def _repeats(header: Header, cells: pd.DataFrame) -> pd.Series:
    """Tell of each row whether at least two of its cells repeat the title over them."""
    hits = np.zeros(len(cells), dtype=int)
    for column in header.columns:
        title = _fold(column.title)
        hits += flags(cells[column.position], lambda text, title=title: _fold(text) == title)  # type: ignore[misc]
    return pd.Series(hits >= 2, index=cells.index)


def _fill_merged(
    book: Book, sheet: Sheet, header: Header, cells: pd.DataFrame
) -> tuple[pd.DataFrame, list[Finding], set[int]]:
    """Give the text of a merged area to all its rows; a figure for several rows is a fault."""
    told: list[Finding] = []
    wrong: set[int] = set()
    made = cells.copy(deep=False)
    for column in header.columns:
        spans = [(r0, r1) for r0, c0, r1, _ in sheet.merged if c0 == column.position and r1 > r0 > header.last]
        if not spans:
            continue
        shown = ", ".join(f"{column.letters}{r0}:{column.letters}{r1}" for r0, r1 in spans)
        over = f"{column.letters}{spans[0][0]}:{column.letters}{spans[-1][1]}"
        amount = column.spec.kind in AMOUNTS
        where = Where(book.file, sheet.name, over, column.table, column.field)
        told.append(fault("merged-amount" if amount else "merged-filled", where, value=shown))
        for r0, r1 in spans:
            rows = cells.index[(cells.index >= r0) & (cells.index <= r1)]
            wrong.update(map(int, rows) if amount else ())
            if not amount:
                made[column.position] = _spread(made[column.position], rows, str(sheet.cells.loc[r0, column.position]))
    return made, told, wrong


def _spread(column: pd.Series, rows: pd.Index, text: str) -> pd.Series:
    known = column if text in column.cat.categories else column.cat.add_categories([text])
    return known.where(~known.index.isin(rows), text)
