"""Cleaning with an offset map: every character of the cleaned text knows its place in the source.

An edit deletes characters (and records them as noise) or replaces one by one; source typos stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hechang.intake.extract import Block
from hechang.intake.furniture import kinds
from hechang.intake.laid_out import Laid
from hechang.intake.pinyin import pinyin_groups
from hechang.intake.script import CJK, half_width, normalise, script_of, simplify
from hechang.intake.wraps import Line, paragraphs

_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
_MARKUP = re.compile(r"(?m)^[ \t]*#{1,6}[ \t]+|\*\*")
_LATIN = re.compile(r"[!-~]")
_GAP = re.compile(f"(?<=[{CJK}])[ \u3000\u00a0](?=[{CJK}])")
_DROPPED = frozenset({"navigation", "stamp", "footer"})


@dataclass(frozen=True)
class Noise:
    """A piece of the source that is no text of the report: its kind and its span [characters of the source]."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the cleaned text: kind (body, heading, byline) and its span [characters of the cleaned text]."""

    kind: str
    start: int
    end: int
    marked: bool = False  # a heading by markup, such as `## …`


@dataclass(frozen=True)
class Text:
    """A source and its cleaned form; `where[i]` is the place of cleaned character `i` in the source."""

    raw: str
    clean: str
    where: Sequence[int]
    noise: tuple[Noise, ...]
    paragraphs: tuple[Paragraph, ...]
    stamps: tuple[str, ...]

    @cached_property
    def script(self) -> str:
        """Script of the source: hans or hant."""
        return script_of(self.raw)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Place of a cleaned piece in the source."""
        return self.where[start], self.where[end - 1] + 1

    def evidence(self, start: int, end: int) -> str:
        """Text of a cleaned piece as evidence: the source there without noise, normalised."""
        return normalise("".join(self.raw[at] for at in self.where[start:end]))


def lines_of(raw: str, mask: bytearray) -> list[Line]:
    """Cut the source into lines that show something; `mask` marks characters already taken out."""
    found: list[Line] = []
    at, blank = 0, False
    for stop, after in _breaks(raw):
        piece = raw[at:stop] if not any(mask[at:stop]) else _unmasked(raw, mask, at, stop)
        shown = _SPACES.sub(" ", piece).strip()
        if shown:
            start, end = _visible(raw, mask, at, stop)
            found.append(Line(start, end, half_width(shown), start - at, blank))
        blank = not shown
        at = after
    return found


def _breaks(raw: str) -> Iterator[tuple[int, int]]:
    for found in _BREAK.finditer(raw):
        yield found.span()
    yield len(raw), len(raw)


def _unmasked(raw: str, mask: bytearray, start: int, end: int) -> str:
    return "".join(raw[at] for at in range(start, end) if not mask[at])


def _visible(raw: str, mask: bytearray, start: int, end: int) -> tuple[int, int]:
    while start < end and (mask[start] or _SPACES.match(raw[start])):
        start += 1
    while end > start and (mask[end - 1] or _SPACES.match(raw[end - 1])):
        end -= 1
    return start, end


def clean(raw: str, furniture: Sequence[Block] = (), apart: Sequence[Block] = ()) -> Text:
    r"""Clean a source text.

    `furniture` are its headers and footers, `apart` its headings and cells, each a paragraph of its own; both are what
    the format of the file says.

    Examples
    --------
    >>> made = clean("会议指出,要加快建\n\n设城际轨道,强化 统筹。")
    >>> made.clean, made.span(8, 10), made.evidence(8, 10)
    ('会议指出,要加快建设城际轨道,强化统筹。', (8, 12), '建设')
    """
    mask = bytearray(len(raw))
    noise = [
        *_mark(mask, "pinyin", pinyin_groups(raw)),
        *_mark(mask, "markup", (m.span() for m in _MARKUP.finditer(raw))),
        *(one for block in furniture for one in _mark(mask, block.kind, [(block.start, block.end)])),
    ]
    laid = Laid(apart)
    blocks = [part for block in paragraphs(lines_of(raw, mask)) for part in laid.cut(block)]
    said = [" ".join(line.text for line in block) for block in blocks]
    named = [laid.kind(*both) for both in zip(blocks, said, kinds(said), strict=True)]
    made = _Build(raw, mask)
    for block, kind in zip(blocks, named, strict=True):
        if kind in _DROPPED:
            noise.append(Noise(kind, block[0].start, block[-1].end))
        else:
            made.add(block, kind)
    stamps = tuple(line.text for block, kind in zip(blocks, named, strict=True) if kind == "stamp" for line in block)
    return made.text(noise, stamps)


def _mark(mask: bytearray, kind: str, spans: Iterator[tuple[int, int]] | Sequence[tuple[int, int]]) -> Iterator[Noise]:
    for start, end in spans:
        mask[start:end] = b"\x01" * (end - start)
        yield Noise(kind, start, end)


class _Build:
    """Collects the characters that stay, paragraph by paragraph."""

    def __init__(self, raw: str, mask: bytearray) -> None:
        self.raw = raw
        self.mask = mask
        self.chars: list[str] = []
        self.where: list[int] = []
        self.noise: list[Noise] = []
        self.paragraphs: list[Paragraph] = []

    def add(self, block: Sequence[Line], kind: str) -> None:
        """Add a paragraph; a line end goes in front of it."""
        if self.where:
            self._keep("\n", self.where[-1])
        start = len(self.where)
        spaced = kind != "body" and not any(_scattered(line.text) for line in block)
        for line, before in zip(block, [None, *block[:-1]], strict=True):
            if before:
                self.noise.append(Noise("wrap", before.end, line.start))
            self._add_line(line, spaced)
        marked = self.raw[:1] == "#" or self.raw[max(0, block[0].start - 4) : block[0].start].lstrip().startswith("#")
        self.paragraphs.append(Paragraph(kind, start, len(self.where), marked))

    def _keep(self, char: str, at: int) -> None:
        self.chars.append(char)
        self.where.append(at)

    def _add_line(self, line: Line, spaced: bool) -> None:
        at = line.start
        for gap in _SPACES.finditer(self.raw, line.start, line.end):
            self._add_run(at, gap.start())
            if spaced or self._between_latin(gap):
                self._keep(" ", gap.start())
            else:
                self.noise.append(Noise("spaces", gap.start(), gap.end()))
            at = gap.end()
        self._add_run(at, line.end)

    def _add_run(self, start: int, end: int) -> None:
        if not any(self.mask[start:end]):
            self.chars.append(self.raw[start:end])
            self.where.extend(range(start, end))
            return
        for at in range(start, end):
            if not self.mask[at]:
                self._keep(self.raw[at], at)

    def _between_latin(self, gap: re.Match[str]) -> bool:
        before, after = self.raw[gap.start() - 1 : gap.start()], self.raw[gap.end() : gap.end() + 1]
        return bool(_LATIN.match(before) and _LATIN.match(after))

    def text(self, noise: list[Noise], stamps: tuple[str, ...]) -> Text:
        """Close the map and write the internal form."""
        raw_form = "".join(self.chars)
        every = sorted([*noise, *self.noise], key=lambda one: (one.start, one.end))
        internal = half_width(simplify(raw_form))
        return Text(self.raw, internal, self.where, tuple(every), tuple(self.paragraphs), tuple(map(simplify, stamps)))


def _scattered(text: str) -> bool:
    """Tell whether spaces stand between most single characters, as some pages print headlines."""
    return len(_GAP.findall(text)) * 3 > len(re.findall(f"[{CJK}]", text))
