"""What a reader takes out of a file: its text, the blocks it is made of, and where in the file each of them stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from hechang.terms.findings import Finding

_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<(?:head|body|article|div|p|table)[\s>]", re.IGNORECASE)
FURNITURE = ("header", "footer")  # kinds of blocks that are no text of the report
APART = ("cell", "heading")  # kinds of blocks that no sentence runs out of
Spans = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Block:
    """A piece of the text `[start, end)`: paragraph, heading, cell, row, header or footer.

    `page` and `row` count from 1, 0 where the file has none; `sheet` is the name of a sheet or the number of a table.
    `fields` of a row: each heading of the table with the span of the cell below it, which may stand in a row above
    where cells are merged.
    """

    kind: str
    start: int
    end: int
    page: int = 0
    sheet: str = ""
    row: int = 0
    cell: str = ""
    fields: Spans = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Place:
    """Where a piece of the text begins in the file: the page, or the sheet or table and the cell."""

    start: int
    page: int = 0
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Where:
    """A place as a person finds it; `line` counts from 1 on its page, or in the text."""

    page: int = 0
    line: int = 0
    sheet: str = ""
    cell: str = ""

    def say(self, lang: str) -> str:
        """Return the place in `lang`.

        Examples
        --------
        >>> Where(page=3, line=2).say("zh"), Where(sheet="清单", cell="B7").say("en")
        ('第3页第2行', '清单 B7')
        """
        if self.cell:
            return f"{self.sheet} {self.cell}".strip()
        if lang == "zh":
            return (f"第{self.page}页" if self.page else "") + f"第{self.line}行"
        return (f"page {self.page} " if self.page else "") + f"line {self.line}"


class File(NamedTuple):
    """What a reader is given: the bytes of a file and its name."""

    data: bytes
    name: str


@dataclass(frozen=True)
class Extract:
    """Text of a document; `raw` tells that the text was taken out of a format and must be shown beside its spans."""

    text: str
    encoding: str
    raw: bool = False
    title: str = ""
    published: str = ""
    publisher: str = ""
    format: str = "plain-text"
    blocks: tuple[Block, ...] = ()
    places: tuple[Place, ...] = ()
    findings: tuple[Finding, ...] = ()

    def where(self, at: int) -> Where:
        r"""Tell where a character of the text stands in the file.

        Examples
        --------
        >>> made = Extract("一\n二\n三", "utf-8", places=(Place(0, page=1), Place(2, page=2)))
        >>> made.where(4).say("en"), Extract("一\n二", "utf-8").where(2).say("en")
        ('page 2 line 2', 'line 2')
        """
        number = bisect_right(self._starts, at) - 1
        place = self.places[number] if number >= 0 else Place(0)
        line = self.text.count("\n", place.start if place.page else 0, at) + 1
        return Where(place.page, line, place.sheet, place.cell)

    @cached_property
    def _starts(self) -> list[int]:
        return [place.start for place in self.places]

    @property
    def furniture(self) -> list[Block]:
        """Headers and footers."""
        return [block for block in self.blocks if block.kind in FURNITURE]

    @property
    def apart(self) -> list[Block]:
        """Headings and cells, in their order: no sentence runs out of them."""
        return [block for block in self.blocks if block.kind in APART]


def as_plain(made: Extract) -> dict[str, Any]:
    """Write an extract as JSON has it, to be sent by the limited process."""
    return {
        **{
            name: getattr(made, name)
            for name in ("text", "encoding", "raw", "title", "published", "publisher", "format")
        },
        "blocks": [[b.kind, b.start, b.end, b.page, b.sheet, b.row, b.cell, dict(b.fields)] for b in made.blocks],
        "places": [[p.start, p.page, p.sheet, p.cell] for p in made.places],
        "findings": [asdict(one) for one in made.findings],
    }


def of_plain(told: dict[str, Any]) -> Extract:
    """Read what `as_plain` wrote.

    Examples
    --------
    >>> made = Extract("甲", "utf-8", blocks=(Block("row", 0, 1, fields={"任务": (0, 1)}),), places=(Place(0, 1),))
    >>> of_plain(as_plain(made)) == made
    True
    """
    blocks = (
        Block(kind, start, end, page, sheet, row, cell, {name: (first, last) for name, (first, last) in named.items()})
        for kind, start, end, page, sheet, row, cell, named in told["blocks"]
    )
    findings = tuple(Finding(**one) for one in told["findings"])
    places = tuple(Place(*place) for place in told["places"])
    return Extract(**{**told, "blocks": tuple(blocks), "places": places, "findings": findings})


def looks_like_html(text: str) -> bool:
    """Tell whether a text is a web page, by its content.

    Examples
    --------
    >>> looks_like_html("<!DOCTYPE html><html>"), looks_like_html("a < b, b > c")
    (True, False)
    """
    return _HTML.search(text[:4000]) is not None and text.lstrip()[:1] == "<"
