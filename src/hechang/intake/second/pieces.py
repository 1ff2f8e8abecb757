"""Long texts in pieces: whole paragraphs, numbered, each with its place in the cleaned text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hechang.intake.clauses import sentences
from hechang.intake.clean import Paragraph, Text

KINDS = ("body", "heading")  # what is asked about; names of reporters and page furniture stay here


@dataclass(frozen=True)
class Part:
    """A paragraph, or a part of a long one: its number in the document and its span in the cleaned text."""

    number: int
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """What one question holds: its number, and paragraphs of the cleaned text."""

    number: int
    parts: tuple[Part, ...]

    def part(self, number: int) -> Part | None:
        """Return the paragraph of a number; None where this piece has none."""
        return next((part for part in self.parts if part.number == number), None)


def pieces(text: Text, most: int) -> list[Piece]:
    r"""Cut a text into pieces of at most `most` characters; a single longer sentence is cut where it must be.

    Examples
    --------
    >>> from hechang.intake.clean import clean
    >>> made = pieces(clean("第一段讲甲。\n\n　　第二段讲乙。再讲丙。"), 8)
    >>> [[(part.number, part.start, part.end) for part in piece.parts] for piece in made]
    [[(1, 0, 6)], [(2, 7, 13)], [(3, 13, 17)]]
    """
    made: list[Piece] = []
    held: list[Part] = []
    room = most
    for number, (start, end) in enumerate(_parts(text.clean, text.paragraphs, most), 1):
        if held and end - start > room:
            made.append(Piece(len(made) + 1, tuple(held)))
            held, room = [], most
        held.append(Part(number, start, end))
        room -= end - start
    return [*made, Piece(len(made) + 1, tuple(held))] if held else made


def _parts(clean: str, paragraphs: Sequence[Paragraph], most: int) -> Iterator[tuple[int, int]]:
    for one in paragraphs:
        if one.kind in KINDS and one.end > one.start:
            yield from _cut(clean, one.start, one.end, most)


def _cut(clean: str, start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """Spans of a paragraph: whole, else as many sentences as fit, with their full stops."""
    if end - start <= most:
        yield start, end
        return
    at = last = start
    starts = [first for first, _ in sentences(clean, start, end)]
    for stop in [*starts[1:], end]:
        if stop - at > most and last > at:
            yield at, last
            at = last
        while stop - at > most:
            yield at, at + most
            at += most
        last = stop
    if last > at:
        yield at, last
