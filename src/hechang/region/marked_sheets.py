"""Cells of a workbook that hold what may not be kept, by sheet and cell, straight from the parts of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hechang.region.marked_rows import doubtful
from hechang.terms.marks import CARD, MOBILE, Mark, marks_in
from hechang.terms.markup import plain_markup, unescaped, up_to_last

HEAD = 30  # rows in which the title of a column may stand
LONGEST = 9  # digits of the number of a shared text
HEADERS = "header"
_TAGS = re.compile(r"<[^<>]*>")
# A pattern that looks for the end of an element is only used on text up to the last such end, see `up_to_last`
_ITEMS = re.compile(r"<(?:\w+:)?si\b[^<>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_ITEM_ENDS = re.compile(r"</(?:\w+:)?si>")  # empty items behind the last one hold no text
_PHONETIC = re.compile(r"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.DOTALL)
_PHONETIC_ENDS = re.compile(r"</(?:\w+:)?rPh>")
_CELLS = re.compile(r"<(?:\w+:)?c\b([^<>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_CELL_ENDS = re.compile(r"</(?:\w+:)?c>")
_VALUE = re.compile(r"<(?:\w+:)?v\b[^<>]*>([^<]*)</(?:\w+:)?v>")
_AT = re.compile(r"\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_SORT = re.compile(r"\bt\s*=\s*[\"'](\w+)[\"']")
_INLINE = re.compile(r"<(?:\w+:)?is\b")
_TEXTS = re.compile(r"<(?:\w+:)?is\b|\bt\s*=\s*[\"'](?!s[\"'])")  # cells that hold their own text
_NUMBER = re.compile(r"<(?:\w+:)?v>(?:1[3-9][0-9]{9}(?:\.0*)?|1\.[3-9][0-9]{0,9}[Ee]\+?10|[1-8][0-9]{14}(?:\.0*)?)<")
_HEADERS = re.compile(r"<(?:\w+:)?((?:odd|even|first)(?:Header|Footer))>([^<]*)</")
_CODES = re.compile(r'&(?:"[^"]*"|[0-9]{1,3}|K[0-9A-Fa-f]{6}|[A-Z])')
_SHEETS = re.compile(r"<(?:\w+:)?sheet\b([^<>]*)/?>")
_RELATED = re.compile(r"<(?:\w+:)?Relationship\b([^<>]*)/?>")
_NAMED = re.compile(r"(?<!\w)(\w+(?::\w+)?)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def _attributes(said: str) -> dict[str, str]:
    return {name: double or single for name, double, single in _NAMED.findall(said)}


class Cell(NamedTuple):
    """One cell of a sheet: column, row, what it is, what it says."""

    column: str
    row: int
    sort: str
    text: str


class Workbook:
    """Parts of a workbook by their names; `amounts` finds titles of columns that hold amounts or codes."""

    def __init__(self, parts: Mapping[str, bytes], amounts: re.Pattern[str]) -> None:
        self.parts = parts
        self.amounts = amounts

    @cached_property
    def texts(self) -> list[str]:
        """The texts that the cells share."""
        shared = up_to_last(self.part("xl/sharedStrings.xml"), _ITEM_ENDS)
        return [_text(found.group(1) or "") for found in _ITEMS.finditer(shared)]

    @cached_property
    def marked(self) -> dict[int, list[Mark]]:
        """Those of them with marks."""
        return {at: marks for at, text in enumerate(self.texts) if (marks := marks_in(text))}

    def part(self, name: str) -> str:
        """Text of a part, empty where it is not there."""
        data = self.parts.get(name, b"")
        return plain_markup(
            data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "replace")
        )

    def sheets(self) -> dict[str, str]:
        """Name of the sheet of each part that is one."""
        said = [_attributes(one) for one in _RELATED.findall(self.part("xl/_rels/workbook.xml.rels"))]
        paths = {one.get("Id", ""): one.get("Target", "").removeprefix("/xl/").removeprefix("/") for one in said}
        named = [_attributes(one) for one in _SHEETS.findall(self.part("xl/workbook.xml"))]
        found = {f"xl/{paths.get(one.get('r:id', ''), '')}": unescaped(one.get("name", "")) for one in named}
        return found | {p: p for p in self.parts if p.startswith("xl/worksheets/") and p not in found}

    def cells(self, part: str) -> Iterator[Cell]:
        """Cells of a sheet that say anything."""
        for found in _CELLS.finditer(up_to_last(self.part(part), _CELL_ENDS)):
            place, sort = _AT.search(found.group(1)), _SORT.search(found.group(1))
            kind, inner = sort.group(1) if sort else "n", found.group(2) or ""
            if inner:
                where = (place.group(1), int(place.group(2))) if place else ("", 0)
                yield Cell(*where, kind, self._said(kind, inner))

    def _said(self, kind: str, inner: str) -> str:
        value = _VALUE.search(inner)
        if kind == "s" and value and value.group(1).isdecimal() and len(value.group(1)) <= LONGEST:
            at = int(value.group(1))
            return self.texts[at] if at < len(self.texts) else ""
        return (
            _text(inner) if kind == "inlineStr" or _INLINE.search(inner) else unescaped(value.group(1)) if value else ""
        )


def in_workbook(parts: Mapping[str, bytes], amounts: re.Pattern[str]) -> Iterator[tuple[Mark, str, str]]:
    """Give each mark in the cells, headers and footers of a workbook with its sheet and cell."""
    book = Workbook(parts, amounts)
    if book.marked:
        yield from _unused(book)
    for part, sheet in book.sheets().items():
        text = book.part(part)
        name = "" if marks_in(sheet) else sheet
        yield from ((mark, "", "sheet name") for mark in marks_in(sheet))
        for _, said in _HEADERS.findall(text):
            yield from ((mark, name, HEADERS) for mark in marks_in(_CODES.sub("\n", unescaped(said))))
        if book.marked or _NUMBER.search(text) or _tells(text):
            yield from ((mark, name, cell) for mark, cell in _in_cells(book, part))


def _tells(text: str) -> bool:
    """Tell whether the cells of a sheet that hold their own text may hold a mark."""
    if not _TEXTS.search(text):
        return False
    cells = pc.replace_substring_regex(pa.array([text], pa.large_string()), r"</(\w+:)?c>", "\n")
    return "&" in text or bool(doubtful(pc.replace_substring_regex(cells, r"<[^<>]*>", "")))


def _unused(book: Workbook) -> Iterator[tuple[Mark, str, str]]:
    """Marked texts that no cell shows: they are in the file all the same."""
    used = {cell.text for part in book.sheets() for cell in book.cells(part) if cell.sort == "s"}
    lost = (marks for at, marks in book.marked.items() if book.texts[at] not in used)
    yield from ((mark, "xl/sharedStrings.xml", "") for marks in lost for mark in marks)


def _in_cells(book: Workbook, part: str) -> Iterator[tuple[Mark, str]]:
    amounts: set[str] = set()  # columns
    for cell in book.cells(part):
        if cell.sort != "n":
            amounts |= {cell.column} if cell.row <= HEAD and book.amounts.search(cell.text) else set()
            yield from ((mark, f"{cell.column}{cell.row or ''}") for mark in marks_in(cell.text))
        elif cell.column not in amounts and (kind := _of_number(cell.text)):
            yield Mark(kind, 0, 0), f"{cell.column}{cell.row or ''}"


def _of_number(text: str) -> str:
    """Kind of mark a number in a cell is; empty where it is none."""
    if not text[:1].isdigit() or len(text) < len("1.3E10"):
        return ""
    try:
        digits = f"{float(text):.0f}"
    except (ValueError, OverflowError):
        return ""
    return next((mark.kind for mark in marks_in(digits) if mark.kind in (CARD, MOBILE)), "")


def _text(inner: str) -> str:
    spoken = up_to_last(inner, _PHONETIC_ENDS)
    return unescaped(_TAGS.sub("", _PHONETIC.sub("", spoken) + inner[len(spoken) :]))
