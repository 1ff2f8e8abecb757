"""What a user says of columns nobody knows: `{"表!K3": "总投资"}`, or `""` for one that is to be left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from openpyxl.utils import column_index_from_string

from hechang.intake.sheets.propose import titles_for
from hechang.intake.sheets.read_sheet import Book, Sheet
from hechang.intake.sheets.titles import fold, read_title
from hechang.terms.errors import InputError, not_known

_PLACE = re.compile(r"(.+)!([A-Z]{1,3})([1-9]\d{0,5})", re.DOTALL)
_UNIT = re.compile(r"\s*[(（][^()（）]*[)）]$")
MOST = 200  # columns one may speak of


def mapped(book: Book, mapping: Mapping[str, str], table: str, day: str) -> Book:
    """Put titles of ours over columns of a book, each at its cell; a unit the user's title names stays.

    Raises
    ------
    NotKnown
        for a title the table does not have.
    InputError
        for a cell that is not in the book.
    """
    if len(mapping) > MOST:
        raise InputError(f"At most {MOST} columns can be mapped", f"最多可指定 {MOST} 列")
    known = {fold(title): title for lang in ("zh", "en") for title in titles_for(table, day, lang)}
    sheets = {sheet.name: sheet for sheet in book.sheets}
    for place, title in mapping.items():
        name, column, row = _place(place, sheets)
        chosen = _title(title, known)
        sheets[name] = _with(sheets[name], (row, column), chosen)
    return replace(book, sheets=tuple(sheets.values()))


def title_at(book: Book, place: str) -> str:
    """What stands in the cell of a mapping in the user's own file."""
    sheets = {sheet.name: sheet for sheet in book.sheets}
    name, column, row = _place(place, sheets)
    return str(sheets[name].cells.at[row, column])


def _place(place: str, sheets: Mapping[str, Sheet]) -> tuple[str, int, int]:
    found = _PLACE.fullmatch(place)
    if found and found[1] in sheets:
        column, row = column_index_from_string(found[2]) - 1, int(found[3])
        if column in sheets[found[1]].cells.columns and row in sheets[found[1]].cells.index:
            return found[1], column, row
    raise InputError(
        f"There is no cell '{place[:80]}' in this file. Write it as SHEET!K3",
        f"文件中没有单元格“{place[:80]}”。请写成 工作表!K3",
    )


def _title(title: str, known: Mapping[str, str]) -> str:
    if title and fold(title) not in known:
        raise not_known("title of the template", "模板列名", title[:80], known.values())
    return known[fold(title)] if title else ""


def _with(sheet: Sheet, at: tuple[int, int], title: str) -> Sheet:
    row, column = at
    texts = sheet.cells[column].astype(object).copy()
    texts[texts.index == row] = _in_unit(title, str(texts[row]))
    cells = sheet.cells.copy(deep=False)
    cells[column] = texts.astype("category")
    return replace(sheet, cells=cells)


def _in_unit(title: str, theirs: str) -> str:
    """Our title with the unit the user wrote: 总投资 (万元) over figures in 亿元 would be wrong by 10,000."""
    if not title or not read_title(title).unit:
        return title
    unit = read_title(theirs).unit
    return _UNIT.sub("", title) + (f"({unit})" if unit else "")
