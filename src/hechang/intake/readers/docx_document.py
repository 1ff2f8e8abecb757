"""Documents of word processors (.docx): paragraphs, headings, tables, headers and footers; nothing in them is run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from hechang.intake.extract import Block, Extract, File, Place
from hechang.intake.grids import Cell, Writer
from hechang.intake.limited.packed import Packed
from hechang.intake.limited.walking import walk
from hechang.intake.unreadable import unreadable
from hechang.terms.catalogue import reader

_BODY = "word/document.xml"
_FURNITURE = re.compile(r"word/(header|footer)\d*\.xml")
_LEFT_OUT = frozenset(["Fallback", "del", "moveFrom", "rubyPr", "rt"])  # said a second time, taken out, or its sound
_AS_TEXT = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_HEADING = re.compile(r"(heading|标题)\s*\d|(sub)?title|标题", re.IGNORECASE)
WIDEST = 500  # columns of a table


@dataclass
class _Paragraph:
    """A paragraph while it is read."""

    parts: list[str] = field(default_factory=list)
    heading: bool = False


@dataclass
class _Table:
    """A table while it is read: rows of cells, and the cells that go on below."""

    number: int
    rows: list[list[Cell | None]] = field(default_factory=list)
    first: int = 0  # where the present cell begins in the text
    wide: int = 1
    below: bool = False
    spoken: list[str] = field(default_factory=list)


class _Body:
    """Writes the text of one part while it is walked through."""

    def __init__(self, writer: Writer, kind: str, headings: frozenset[str]) -> None:
        self.writer, self.kind, self.headings = writer, kind, headings
        self.open: list[_Paragraph] = []
        self.tables: list[_Table] = []
        self.count = 0
        self.skipped = 0
        self.in_text = False

    def opened(self, tag: str, has: Mapping[str, str]) -> None:
        if self.skipped or tag in _LEFT_OUT:
            self.skipped += 1
        elif tag == "t":
            self.in_text = True
        elif tag in _AS_TEXT and self.open:
            self.open[-1].parts.append(_AS_TEXT[tag])
        elif tag == "p":
            self.open.append(_Paragraph())
        elif tag in ("pStyle", "outlineLvl") and self.open:
            self._style(tag, has.get("val", ""))
        else:
            self._table_opened(tag, has)

    def _style(self, tag: str, value: str) -> None:
        heading = value.isdigit() and int(value) < 9 if tag == "outlineLvl" else value in self.headings
        self.open[-1].heading = self.open[-1].heading or heading

    def _table_opened(self, tag: str, has: Mapping[str, str]) -> None:
        if tag == "tbl":
            self.count += 1
            self.tables.append(_Table(self.count))
        elif not self.tables:
            return
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag == "tc":
            table = self.tables[-1]
            table.first, table.wide, table.below, table.spoken = self.writer.at, 1, False, []
        elif tag == "gridSpan":
            self.tables[-1].wide = min(int(has["val"]) if has.get("val", "").isdigit() else 1, WIDEST)
        elif tag == "vMerge":
            self.tables[-1].below = has.get("val", "continue") == "continue"

    def said(self, text: str) -> None:
        if self.in_text and self.open and not self.skipped:
            self.open[-1].parts.append(text)

    def closed(self, tag: str) -> None:
        if self.skipped:
            self.skipped -= 1
        elif tag == "t":
            self.in_text = False
        elif tag == "p" and self.open:
            self._paragraph(self.open.pop())
        elif tag == "tc" and self.tables and self.tables[-1].rows:
            self._cell(self.tables[-1])
        elif tag == "tbl" and self.tables:
            table = self.tables.pop()
            self.writer.grid(table.rows, str(table.number))

    def _paragraph(self, made: _Paragraph) -> None:
        text = "".join(made.parts).strip("\n")
        if not text.strip():
            return
        start, end = self.writer.write(text)
        if self.tables:
            self.tables[-1].spoken.append(text)
        else:
            self.writer.blocks.append(Block("heading" if made.heading else self.kind, start, end))
            self.writer.places.append(Place(start))

    def _cell(self, table: _Table) -> None:
        row, column = table.rows[-1], len(table.rows[-1])
        above = table.rows[-2] if len(table.rows) > 1 else []
        if table.below and column < len(above) and (one := above[column]):
            cell: Cell | None = Cell(one.text, one.start, one.end, repeats=True)
        else:
            end = self.writer.at - 1 if table.spoken else table.first
            cell = Cell("\n".join(table.spoken), table.first, end) if table.spoken else None
        row.append(cell)
        row.extend([None] * min(table.wide - 1, WIDEST - len(row)))


@reader("docx-document", zh="Word 文档", en="Word document", source="ECMA-376; own reader on expat")
def docx_document(file: File) -> Extract | None:
    """Take the text out of a .docx; None where the bytes are something else.

    Parameters
    ----------
    file
        Bytes and name of a file; its content decides.

    Returns
    -------
    Extract
        Headers first, then paragraphs and tables in their order (each cell a line), footers last. What a reviewer took
        out is left out. `sheet` of a cell is the number of its table, `cell` its address there (B2).

    Raises
    ------
    FileFault
        for a file that is cut off, encrypted, packed to swell, or holds macros.

    Examples
    --------
    >>> docx_document(File("要加快建设。".encode(), "a.docx")) is None
    True
    """
    if not file.data.startswith(b"PK"):
        return None
    packed = Packed(file.data)
    if _BODY not in packed.parts:
        return None
    risky = next(
        (part for part in packed.parts if part.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js"))), ""
    )
    if risky:
        raise unreadable("active", what=risky)
    writer, headings = Writer(), _headings(packed)
    sides = sorted(part for part in packed.parts if _FURNITURE.fullmatch(part))
    for part in [*(p for p in sides if "header" in p), _BODY, *(p for p in sides if "footer" in p)]:
        kind = _FURNITURE.fullmatch(part)
        walk(packed.read(part), part, _Body(writer, kind.group(1) if kind else "paragraph", headings))
    if not any(block.kind in ("paragraph", "heading", "row") for block in writer.blocks):
        raise unreadable("no-text")
    return Extract(
        writer.text, "utf-8", True, format="docx-document", title=_title(packed),
        blocks=tuple(sorted(writer.blocks, key=lambda one: (one.start, -one.end))),
        places=tuple(sorted(writer.places, key=lambda one: one.start)),
    )  # fmt: skip


class _Styles:
    """Ids of the styles that are headings by their name: an id is only a number in Chinese documents."""

    def __init__(self) -> None:
        self.id = ""
        self.found: set[str] = set()

    def opened(self, tag: str, has: Mapping[str, str]) -> None:
        if tag == "style":
            self.id = has.get("styleId", "")
        elif tag == "name" and _HEADING.fullmatch(has.get("val", "")):
            self.found.add(self.id)

    def closed(self, tag: str) -> None:
        """Nothing hangs on the end of an element."""

    def said(self, text: str) -> None:
        """Styles hold no text."""


def _headings(packed: Packed) -> frozenset[str]:
    made = _Styles()
    if "word/styles.xml" in packed.parts:
        walk(packed.read("word/styles.xml"), "word/styles.xml", made)
    return frozenset(made.found)


class _Title:
    """The title among the properties of a document."""

    def __init__(self) -> None:
        self.inside = False
        self.text = ""

    def opened(self, tag: str, _: Mapping[str, str]) -> None:
        self.inside = tag == "title"

    def closed(self, tag: str) -> None:
        self.inside = self.inside and tag != "title"

    def said(self, text: str) -> None:
        self.text += text if self.inside else ""


def _title(packed: Packed) -> str:
    made = _Title()
    if "docProps/core.xml" in packed.parts:
        walk(packed.read("docProps/core.xml"), "docProps/core.xml", made)
    return made.text.strip()
