"""Tables of a web page that hold a list, told from tables that only lay the page out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hechang.intake.grids import Cell, Writer, header_row, role_of

WIDEST = 100  # columns a cell may stretch over
Lines = tuple[int, int]  # numbers of the first line of a cell and of the line after its last one


@dataclass
class _Spot:
    """A cell: its lines, and over how many columns and rows it stretches."""

    first: int
    last: int = -1
    wide: int = 1
    high: int = 1


@dataclass
class _Table:
    rows: list[list[_Spot]] = field(default_factory=list)
    lays_out: bool = False  # holds another table


@dataclass
class Tables:
    """Follows the tags of tables; `lines` is the number of lines of the page so far."""

    open: list[_Table] = field(default_factory=list)
    done: list[_Table] = field(default_factory=list)

    def opened(self, tag: str, has: dict[str, str], lines: int) -> None:
        """A tag of a table begins."""
        if tag == "table":
            for one in self.open:
                one.lays_out = True
            self.open.append(_Table())
        elif self.open and tag == "tr":
            self._cell_ends(lines)
            self.open[-1].rows.append([])
        elif self.open and tag in ("td", "th") and self.open[-1].rows:
            self._cell_ends(lines)
            self.open[-1].rows[-1].append(_Spot(lines, -1, _count(has, "colspan"), _count(has, "rowspan")))

    def closed(self, tag: str, lines: int) -> None:
        """A tag of a table ends."""
        if self.open and tag in ("td", "th", "tr"):
            self._cell_ends(lines)
        elif self.open and tag == "table":
            self._cell_ends(lines)
            table = self.open.pop()
            if not table.lays_out:
                self.done.append(table)

    def _cell_ends(self, lines: int) -> None:
        row = self.open[-1].rows[-1] if self.open[-1].rows else []
        if row and row[-1].last < 0:
            row[-1].last = lines

    def write(self, writer: Writer, spans: Sequence[tuple[int, int] | None], text: str) -> None:
        """Add rows and cells of the lists among the tables; `spans` are those of the lines, None: left out."""
        for number, table in enumerate(self.done, 1):
            rows = _grid(table, spans, text)
            if _is_list(rows):
                writer.grid(rows, str(number))


def _count(has: dict[str, str], name: str) -> int:
    said = has.get(name, "1").strip()
    return max(1, min(int(said), WIDEST)) if said.isascii() and said.isdigit() and len(said) < 5 else 1


def _grid(table: _Table, spans: Sequence[tuple[int, int] | None], text: str) -> list[list[Cell | None]]:
    below: dict[tuple[int, int], Cell] = {}
    rows: list[list[Cell | None]] = []
    for number, spots in enumerate(table.rows):
        row: list[Cell | None] = []
        for spot in spots:
            while (number, len(row)) in below:
                row.append(below.pop((number, len(row))))
            cell = _cell(spot, spans, text)
            if cell:
                again = Cell(cell.text, cell.start, cell.end, repeats=True)
                below |= {(number + down, len(row)): again for down in range(1, spot.high)}
            row += [cell, *[None] * (spot.wide - 1)]
        while (number, len(row)) in below:
            row.append(below.pop((number, len(row))))
        rows.append(row)
    return rows


def _cell(spot: _Spot, spans: Sequence[tuple[int, int] | None], text: str) -> Cell | None:
    kept = [span for span in spans[spot.first : max(spot.last, spot.first)] if span]
    return Cell(text[kept[0][0] : kept[-1][1]], kept[0][0], kept[-1][1]) if kept else None


def _is_list(rows: Sequence[Sequence[Cell | None]]) -> bool:
    at = header_row(rows)
    heads = [cell.text for cell in rows[at] if cell] if at >= 0 else []
    return len(heads) > 1 and len(rows) > at + 1 and any(role_of(head) for head in heads)
