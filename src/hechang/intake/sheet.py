"""A source on its way to clean text: every rule takes spans out or sets line ends, and no character ever moves.

`view` is as long as the source; what was taken out stands there as `GONE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from hechang.intake.glyphs import fold

GONE = "\x00"
Span = tuple[int, int]


@dataclass(frozen=True)
class Noise:
    """A piece of the source that is no text of the report: its kind and its span [characters of the source]."""

    kind: str
    start: int
    end: int


@dataclass
class Sheet:
    """The source as the rules see it.

    `view` is the folded source; `wide` are places where one character of the text is several of the source (an entity),
    with their number; `stamps` are the lines that say when and by whom the page was published; `cuts` are
    places where a line ends though no character says so.
    """

    raw: str
    view: str
    noise: list[Noise] = field(default_factory=list)
    wide: dict[int, int] = field(default_factory=dict)
    stamps: list[str] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, raw: str) -> Sheet:
        """Begin with a source."""
        return cls(raw, fold(raw.replace(GONE, " ")))

    def out(self, kind: str, spans: Iterable[Span], instead: str = "") -> None:
        r"""Take spans out as noise of a kind; `instead` (one character) stays in the view at the start of each.

        Examples
        --------
        >>> made = Sheet.of("要<b>加快")
        >>> made.out("markup", [(1, 4)])
        >>> made.view, made.noise
        ('要\x00\x00\x00加快', [Noise(kind='markup', start=1, end=4)])
        """
        parts, at = [], 0
        for start, end in sorted(spans):
            begin = max(start, at)
            if end <= begin:
                continue
            parts += [self.view[at:begin], instead, GONE * (end - begin - len(instead))]
            self.noise.append(Noise(kind, begin, end))
            at = end
        if parts:
            self.view = "".join([*parts, self.view[at:]])

    def put(self, spans: Iterable[tuple[int, int, str]]) -> None:
        """Write one character for each span, without taking anything out of the text; spans stand in order.

        Examples
        --------
        >>> made = Sheet.of("&ldquo;网")
        >>> made.put([(0, 7, "“")])
        >>> made.view.replace(GONE, ""), made.wide
        ('“网', {0: 7})
        """
        parts, at = [], 0
        for start, end, char in spans:
            parts += [self.view[at:start], char, GONE * (end - start - 1)]
            if end - start > 1:
                self.wide[start] = end - start
            at = end
        if parts:
            self.view = "".join([*parts, self.view[at:]])

    def spans(self, pattern: re.Pattern[str]) -> list[Span]:
        """Where a pattern stands in the view.

        Examples
        --------
        >>> Sheet.of("甲、乙、丙").spans(re.compile("、"))
        [(1, 2), (3, 4)]
        """
        return [found.span() for found in pattern.finditer(self.view)]

    def shown(self, start: int, end: int) -> str:
        """What a span shows: the view there without what was taken out."""
        return self.view[start:end].replace(GONE, "")
