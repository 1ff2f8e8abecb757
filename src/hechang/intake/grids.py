"""Tables in documents: a grid of cells becomes rows, each cell under the heading of its column."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from hechang.intake.extract import Block, Place
from hechang.intake.letters import letters
from hechang.intake.unreadable import WORDS

LOOKED = 10  # rows from the top among which the headings are looked for
LONGEST = 24  # characters of a heading
_NUMBER = re.compile(r"[\d.,%\-/年月日 ]+")
_SENTENCE = re.compile(r"[。;；!！?？]")
_GAPS = re.compile(r"\s+")


@dataclass(frozen=True)
class Cell:
    """A cell: its text, where it stands in the text of the document, and whether it only repeats a merged one."""

    text: str
    start: int
    end: int
    repeats: bool = False


@dataclass
class Writer:
    """Collects the text of a document piece by piece, one line each, with its blocks and places."""

    parts: list[str] = field(default_factory=list)
    at: int = 0
    blocks: list[Block] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def write(self, text: str) -> tuple[int, int]:
        """Add a line; returns its span without the line end."""
        start = self.at
        self.parts += (text, "\n")
        self.at += len(text) + 1
        return start, start + len(text)

    @property
    def text(self) -> str:
        """All that was written."""
        return "".join(self.parts)

    def grid(self, rows: Sequence[Sequence[Cell | None]], sheet: str, page: int = 0, first: int = 1) -> None:
        """Add the blocks of a table whose cells are written already; `first` is the number of its first row."""
        at = header_row(rows)
        heads = headings(rows[at]) if at >= 0 else {}
        for number, cells in enumerate(rows):
            own = [cell for cell in cells if cell and not cell.repeats and cell.end > cell.start]
            if not own:
                continue
            named = fields(cells, heads) if 0 <= at < number else {}
            start, end = own[0].start, own[-1].end
            self.blocks.append(Block("row", start, end, page, sheet, first + number, fields=named))
            for column, cell in enumerate(cells):
                if cell in own and cell:
                    name = f"{letters(column)}{first + number}"
                    self.blocks.append(Block("cell", cell.start, cell.end, page, sheet, first + number, name))
                    self.places.append(Place(cell.start, page, sheet, name))


def header_row(rows: Sequence[Sequence[Cell | None]]) -> int:
    """Number of the row that holds the headings; -1 where there is none.

    The first of the top rows with a known heading, else the first full one of short texts with another row below it.
    """
    top = [_texts(row) for row in rows[:LOOKED]]
    for number, texts in enumerate(top):
        if len(texts) > 1 and _short(texts) and sum(1 for text in texts if role_of(text)) * 3 >= len(texts):
            return number
    most = max((len(texts) for texts in top), default=0)
    for number, texts in enumerate(top[:3]):
        if len(texts) == most > 1 and _short(texts) and number + 1 < len(rows):
            return number
    return -1


def _texts(row: Sequence[Cell | None]) -> list[str]:
    return [cell.text.strip() for cell in row if cell and not cell.repeats and cell.text.strip()]


def _short(texts: Sequence[str]) -> bool:
    plain = [_GAPS.sub("", text) for text in texts]
    return all(len(t) <= LONGEST and not _SENTENCE.search(t) and not _NUMBER.fullmatch(t) for t in plain)


def headings(row: Sequence[Cell | None]) -> dict[int, str]:
    """Headings by the number of their column; one that stands twice gets its column beside it."""
    made: dict[int, str] = {}
    for column, cell in enumerate(row):
        name = _GAPS.sub("", cell.text) if cell else ""
        if name:
            made[column] = name if name not in made.values() else f"{name}({letters(column)})"
    return made


def fields(row: Sequence[Cell | None], heads: Mapping[int, str]) -> dict[str, tuple[int, int]]:
    """Spans of the cells of a row by their heading; empty cells are left out."""
    pairs = ((name, row[column]) for column, name in heads.items() if column < len(row))
    return {name: (cell.start, cell.end) for name, cell in pairs if cell and cell.end > cell.start}


@cache
def _roles() -> tuple[tuple[str, str], ...]:
    with (WORDS / "columns.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["word"], row["role"]) for row in csv.DictReader(file)]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


def role_of(heading: str) -> str:
    """What a column of a list of tasks holds, by its heading; empty where that is not known.

    Returns
    -------
    str
        `task`, `lead`, `co`, `person`, `deadline`, `project`, `place` or `number`; source: words/columns.csv, own list.

    Examples
    --------
    >>> role_of("牵头单位"), role_of("重点任务"), role_of("完成 时限"), role_of("备注")
    ('lead', 'task', 'deadline', '')
    """
    plain = _GAPS.sub("", heading)
    return next((role for word, role in _roles() if word in plain), "") if len(plain) <= LONGEST else ""
