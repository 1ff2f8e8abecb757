"""Paragraphs of a document whose format says what is a heading and what is a cell of a table."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from hechang.intake.extract import Block
from hechang.intake.furniture import is_body
from hechang.intake.wraps import Line

CELL = "cell"  # kind of a paragraph that is a short cell; a cell that reads like text is `body`
ROW = "row"  # kind of a line that holds the cells of a row: it is read cell by cell and never as a sentence


class Laid:
    """Headings and cells of a document, in their order; none where the format knows none."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.starts = [block.start for block in blocks]

    def at(self, line: Line) -> int:
        """Number of the heading or cell a line stands in, the last one where it holds several; -1 for none."""
        number = bisect_left(self.starts, line.end) - 1
        return number if number >= 0 and self.blocks[number].end > line.start else -1

    def _shared(self, number: int, line: Line) -> bool:
        """Tell whether a line holds more than the one cell."""
        return number > 0 and self.blocks[number - 1].kind == CELL and self.blocks[number - 1].start >= line.start

    def cut(self, lines: list[Line]) -> Iterator[list[Line]]:
        """Cut a paragraph where a heading or a cell begins or ends."""
        if not self.blocks:
            yield lines
            return
        numbers = [self.at(line) for line in lines]
        cuts = [at for at in range(1, len(lines)) if numbers[at] != numbers[at - 1]]
        for first, last in zip([0, *cuts], [*cuts, len(lines)], strict=True):
            yield lines[first:last]

    def kind(self, lines: Sequence[Line], text: str, guessed: str) -> str:
        """Kind of a paragraph: what the format says, else what was guessed."""
        number = self.at(lines[0]) if self.blocks else -1
        if number < 0:
            return guessed
        if self.blocks[number].kind == CELL:
            return ROW if self._shared(number, lines[0]) else "body" if is_body(text) else CELL
        return self.blocks[number].kind
