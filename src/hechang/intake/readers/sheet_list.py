"""Lists kept as workbooks (.xlsx) or as CSV: each row with its cells under their headings."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from python_calamine import CalamineError

from hechang.intake.decode import decode
from hechang.intake.extract import Extract, File, looks_like_html
from hechang.intake.grids import LONGEST, Cell, Writer, role_of
from hechang.intake.limited.packed import Packed
from hechang.intake.sheets.child import Fault as SheetFault
from hechang.intake.sheets.child import read_workbook
from hechang.intake.unreadable import remark, unreadable
from hechang.terms.catalogue import reader
from hechang.terms.damaged import DAMAGED
from hechang.terms.errors import FileFault
from hechang.terms.findings import Finding

CELLS = 1_000_000  # that are read of one file
LINES = 50  # of a text by which it is judged whether it is a list
SAMPLE = 200_000  # characters that hold them
_DELIMITERS = ",\t;|，"
_SENTENCE = re.compile(r"[。!！?？]")
_BOOK = "xl/workbook.xml"
_TEXT_ENDS = (".txt", ".md", ".html", ".htm")


@reader("sheet-list", zh="表格清单", en="List in a spreadsheet", source="ECMA-376, RFC 4180; calamine, own reader")
def sheet_list(file: File) -> Extract | None:
    r"""Take the rows out of a workbook or a CSV; None where the bytes are something else.

    Parameters
    ----------
    file
        Bytes and name of a file; its name says whether a list without known headings is a CSV.

    Returns
    -------
    Extract
        Blocks of kind `row`, each with the spans of its cells by heading, and of kind `cell`. The text of a workbook
        has a line for each cell; that of a CSV is the file as it is.

    Raises
    ------
    FileFault
        for a file that is cut off, encrypted, packed to swell, or too large.

    Examples
    --------
    >>> made = sheet_list(File("任务,牵头单位\n建设快线,甲局\n改造车站,乙局\n".encode(), "a.csv"))
    >>> start, end = made.blocks[3].fields["牵头单位"]
    >>> made.blocks[3].kind, made.text[start:end], made.where(start).say("zh")
    ('row', '甲局', 'B2')
    """
    if file.data.startswith(b"PK"):
        return _book(file.data)
    try:
        decoded = decode(file.data)
    except FileFault:
        return None
    mark = "" if looks_like_html(decoded.text) else delimiter(decoded.text, file.name)
    return _csv(decoded.text, decoded.encoding, mark) if mark else None


def _book(data: bytes) -> Extract | None:
    packed = Packed(data)
    if _BOOK not in packed.parts:
        return None
    risky = next((part for part in packed.parts if part.lower().endswith("vbaproject.bin")), "")
    if risky:
        raise unreadable("active", what=risky)
    _refuse_large(packed)
    try:
        made = read_workbook(io.BytesIO(data))
    except SheetFault as fault:
        raise unreadable("sheet", what=str(fault)) from None
    except (*DAMAGED, KeyError, SyntaxError, CalamineError):
        raise unreadable("cut") from None
    writer = Writer()
    findings = [one for sheet in made["sheets"] for one in _sheet(writer, sheet)]
    if not writer.blocks:
        raise unreadable("no-text")
    return Extract(
        writer.text, "utf-8", True, format="sheet-list", blocks=tuple(writer.blocks), places=tuple(writer.places),
        findings=tuple(findings),
    )  # fmt: skip


def _refuse_large(packed: Packed) -> None:
    for part in packed.parts:
        if part.endswith(".xml"):
            head = packed.read(part)[:4_000]
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise unreadable("entities", at=part)


def _sheet(writer: Writer, sheet: dict[str, Any]) -> Iterator[Finding]:
    """Write a sheet; merged cells are repeated below and beside, so that each row knows what it belongs to."""
    if not sheet["visible"]:
        yield remark(
            f"The hidden sheet '{sheet['name']}' was read too",
            f"隐藏的工作表“{sheet['name']}”也已读取",
            ("delete it if it is out of date", "如已作废请删除"),
            "hidden-sheet",
            sheet["name"],
        )
    columns = [[column["values"][code] for code in column["codes"]] for column in sheet["columns"]]
    if sheet["rows"] * len(columns) > CELLS:
        raise unreadable("rows", at=sheet["name"], count=sheet["rows"] * len(columns), limit=CELLS)
    merged = {
        (row, column): (top, left)
        for top, left, bottom, right in sheet["merged"][:CELLS]
        for row in range(top, min(bottom, sheet["rows"]) + 1)
        for column in range(left, min(right, len(columns) - 1) + 1)
        if (row, column) != (top, left)
    }
    rows: list[list[Cell | None]] = []
    for number in range(sheet["rows"]):
        row: list[Cell | None] = []
        rows.append(row)
        for column, texts in enumerate(columns):
            above = merged.get((number + 1, column))
            row.append(_repeated(rows, above) if above else _cell(writer, texts[number]))
    writer.grid(rows, sheet["name"])


def _repeated(rows: Sequence[Sequence[Cell | None]], above: tuple[int, int]) -> Cell | None:
    one = rows[above[0] - 1][above[1]]
    return Cell(one.text, one.start, one.end, repeats=True) if one else None


def _cell(writer: Writer, text: str) -> Cell | None:
    shown = text.strip()
    return Cell(shown, *writer.write(shown)) if shown else None


# --- CSV -------------------------------------------------------------------------------------------------------------
def delimiter(text: str, name: str = "") -> str:
    r"""Tell what stands between the cells of a list kept as text; empty where the text is no list.

    A list has as many cells in each of its lines, short headings on top and, where its name does not say so, headings
    that are known.

    Examples
    --------
    >>> delimiter("任务;牵头单位\n建设快线;甲局\n"), delimiter("要加快建设,要协同。\n要开放,要共享。\n")
    (';', '')
    """
    lines = [line for line in text[:SAMPLE].splitlines() if line.strip()][: LINES + 1]
    named = name.lower().endswith((".csv", ".tsv"))
    if len(lines) < 2 or (name.lower().endswith(_TEXT_ENDS) and not _known_head(lines[0])):
        return ""
    for mark in _DELIMITERS:
        rows = list(records(text[:SAMPLE], mark))[:LINES]
        widths = [len(row) for row in rows if any(row)]
        heads = [_inner(text, cell) for cell in rows[0]] if rows else []
        if len(heads) < 2 or any(len(head) > LONGEST or _SENTENCE.search(head) for head in heads):
            continue
        even = sum(1 for width in widths if width == len(heads)) * 10 >= len(widths) * 8
        if even and (named or _known(heads)):
            return mark
    return ""


def _known_head(line: str) -> bool:
    return _known(re.split(f"[{_DELIMITERS}]", line))


def _known(heads: Sequence[str]) -> bool:
    """Two headings are known, and one tells more than that paragraphs are counted (序号, 内容)."""
    roles = [role for role in map(role_of, heads) if role]
    return len(roles) >= 2 and not set(roles) <= {"number", "task"}


def records(text: str, mark: str) -> Iterator[list[tuple[int, int]]]:
    """Give the spans of the cells of each record; a cell in quotes may hold line ends."""
    cell = re.compile(rf'[ \t]*"((?:[^"]|"")*)"[^{re.escape(mark)}\r\n]*|([^{re.escape(mark)}\r\n]*)')
    row: list[tuple[int, int]] = []
    at = 0
    while at <= len(text):
        found = cell.match(text, at)
        if found is None:
            return
        row.append(found.span(1) if found.group(1) is not None else found.span(2))
        at = found.end()
        if text[at : at + 1] == mark:
            at += 1
            continue
        if at >= len(text):
            break
        yield row
        row = []
        at += 2 if text.startswith("\r\n", at) else 1
    if len(row) > 1 or any(start < end for start, end in row):
        yield row


def _inner(text: str, span: tuple[int, int]) -> str:
    return text[span[0] : span[1]].strip()


def _csv(text: str, encoding: str, mark: str) -> Extract:
    rows: list[list[Cell | None]] = []
    count = 0
    for spans in records(text, mark):
        rows.append([_trimmed(text, start, end) for start, end in spans])
        count += len(spans)
        if count > CELLS:
            raise unreadable("rows", count=count, limit=CELLS)
    writer = Writer()
    writer.grid(rows, "")
    return Extract(text, encoding, format="sheet-list", blocks=tuple(writer.blocks), places=tuple(writer.places))


def _trimmed(text: str, start: int, end: int) -> Cell | None:
    said = text[start:end]
    start += len(said) - len(said.lstrip())
    shown = said.strip()
    return Cell(shown, start, start + len(shown)) if shown else None
