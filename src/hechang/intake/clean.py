"""Cleaning with an offset map: every character of the cleaned text knows its place in the source.

An edit deletes characters (and records them as noise) or replaces one by one; source typos stay.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from hechang.intake.asides import take_asides
from hechang.intake.decorations import decorations
from hechang.intake.extract import Block
from hechang.intake.furniture import kinds, signs
from hechang.intake.gaps import split_long_lines, unglue
from hechang.intake.glyphs import INVISIBLE, pair_quotes
from hechang.intake.laid_out import Laid
from hechang.intake.leftovers import leftovers
from hechang.intake.lost_stops import lost_stops
from hechang.intake.marks import mend_marks
from hechang.intake.pages import none_of_the_report
from hechang.intake.pairs import Pairs
from hechang.intake.pinyin import pinyin_groups
from hechang.intake.script import CJK, half_width, normalise, script_of, simplify
from hechang.intake.sheet import GONE, Noise, Sheet
from hechang.intake.specks import take_specks
from hechang.intake.stray import take_stray_words
from hechang.intake.time_codes import take_times
from hechang.intake.upright import join_upright
from hechang.intake.wraps import Line, paragraphs, width_of

_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_HIDDEN = re.compile(f"[{INVISIBLE}]+")
_MISREAD = re.compile(
    f"ï»¿|â€[\u0080-\u00bf\u2018-\u203a]?|(?<=[{CJK},。])Â[\u00a0\u00ad ]?(?=[{CJK}])"
)  # invisible signs in a wrong encoding
_RUN = re.compile(rf"[^\s{GONE}]+")
_LATIN = re.compile(r"[!-~]")
_GAP = re.compile(f"(?<=[{CJK}])[ \u3000\u00a0](?=[{CJK}])")
_INNER = re.compile(rf"[ \t\u3000\u00a0{GONE}]+")
_HYPHEN = re.compile(f"(?<=[{CJK},;:。、”)])[-‐‑¬]$")
_PAGE_EDGES = frozenset({"header", "footer", "page number", "page header"})
_DROPPED = frozenset({"navigation", "stamp", "footer"})


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the cleaned text: kind (body, heading, byline) and its span [characters of the cleaned text]."""

    kind: str
    start: int
    end: int
    marked: bool = False  # a heading by markup, such as `## …`


@dataclass(frozen=True)
class Text:
    """A source and its cleaned form; `where[i]` is the place of cleaned character `i` in the source.

    `wide` are places where one character of the text is several of the source, with their number.
    """

    raw: str
    clean: str
    where: Sequence[int]
    noise: tuple[Noise, ...]
    paragraphs: tuple[Paragraph, ...]
    stamps: tuple[str, ...]
    wide: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def script(self) -> str:
        """Script of the source: hans or hant."""
        return script_of(self.raw)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Place of a cleaned piece in the source."""
        last = self.where[end - 1]
        return self.where[start], last + self.wide.get(last, 1)

    def evidence(self, start: int, end: int) -> str:
        """Text of a cleaned piece as evidence: the source there without noise, normalised."""
        first, last = self.where[start], self.where[end - 1]
        if last - first == end - 1 - start and not self.wide and self.where[start:end] == [*range(first, last + 1)]:
            return normalise(self.raw[first : last + 1])
        places = dict.fromkeys(self.where[start:end])  # an end of a line or sentence has the place before it
        if self.wide:
            return normalise("".join(self.raw[at : at + self.wide.get(at, 1)] for at in places))
        return normalise("".join(self.raw[at] for at in places))


def lines_of(sheet: Sheet) -> list[Line]:
    """Cut a sheet into lines that show something."""
    found: list[Line] = []
    last = 0
    for first, stop in _line_spans(sheet):
        begins = _RUN.search(sheet.view, first, stop)
        if begins is None:
            continue
        shown = sheet.view[first:stop].replace(GONE, "")
        text = " ".join(shown.split())
        start, end = begins.start(), stop
        while sheet.view[end - 1] == GONE or sheet.view[end - 1].isspace():
            end -= 1
        blank = len(found) > 0 and _blank(sheet.view, last, first)
        found.append(_line(sheet, Line(start, end + sheet.wide.get(end - 1, 1) - 1, text, 0, blank), shown))
        last = stop
    return found


def _line_spans(sheet: Sheet) -> Iterator[tuple[int, int]]:
    for line in _LINE.finditer(sheet.view):
        inside = sheet.cuts[bisect_right(sheet.cuts, line.start()) : bisect_left(sheet.cuts, line.end())]
        yield from pairwise([line.start(), *inside, line.end()])


def _blank(view: str, last: int, start: int) -> bool:
    """Tell whether a blank line stands between two lines."""
    between = view[last:start].replace("\r\n", "\n").replace(GONE, "")
    return len(between) > 1


def _line(sheet: Sheet, made: Line, shown: str) -> Line:
    body = shown.strip()
    lead = shown[: len(shown) - len(shown.lstrip())]
    indent = width_of(lead) if len(lead) > 1 or lead == "\u3000" else 0
    sizes = (len(lead) + len(body), indent + width_of(body))
    whole = sheet.raw[made.start : made.end]
    source = sizes if len(whole) == len(body) else (len(lead) + len(whole), indent + width_of(whole))
    text = half_width(made.text)
    return Line(made.start, made.end, text, indent, made.blank_before, (*source, *sizes))


def clean(raw: str, furniture: Sequence[Block] = (), apart: Sequence[Block] = ()) -> Text:
    r"""Clean a source text.

    `furniture` are its headers and footers, `apart` its headings and cells, each a paragraph of its own; both are what
    the format of the file says.

    Examples
    --------
    >>> made = clean("会议指出,要加快建\n\n设城际轨道,强化 统筹。加快建设。")
    >>> made.clean, made.span(8, 10), made.evidence(8, 10)
    ('会议指出,要加快建设城际轨道,强化统筹。加快建设。', (8, 12), '建设')
    """
    sheet = _readable(raw)
    join_upright(sheet, apart)
    laid = Laid(apart)
    pairs = Pairs(_INNER.sub("", sheet.view))
    split_long_lines(sheet)
    unglue(sheet)
    lines = lines_of(sheet)
    gone = none_of_the_report(lines, pairs)
    sheet.stamps += [lines[at].text for at, kind in gone.items() if kind == "stamp"]
    sheet.noise += [Noise(kind, lines[at].start, lines[at].end) for at, kind in gone.items()]
    sheet.noise += [Noise(block.kind, block.start, block.end) for block in furniture]
    gone |= _inside(furniture, lines)
    blocks = _over_pages(
        paragraphs([line for at, line in enumerate(lines) if at not in gone], pairs),
        {line.start for at, line in enumerate(lines) if gone.get(at - 1) in _PAGE_EDGES},
    )
    return _built(sheet, [part for block in blocks for part in laid.cut(block)], laid)


def _over_pages(blocks: Sequence[list[Line]], turned: Collection[int]) -> list[list[Line]]:
    """Join what a page cuts in two: a sentence that is open, and what begins behind headers and footers (`turned`)."""
    found: list[list[Line]] = []
    for block in blocks:
        if found and block[0].start in turned and found[-1][-1].prose and not found[-1][-1].closed:
            found[-1] = [*found[-1], *block]
        else:
            found.append(block)
    return found


def _inside(blocks: Sequence[Block], lines: Sequence[Line]) -> dict[int, str]:
    """Number and kind of the lines that stand in some blocks, which come in order."""
    starts = [block.start for block in blocks]
    found = ((at, bisect_right(starts, line.start) - 1, line.end) for at, line in enumerate(lines) if starts)
    return {at: blocks[n].kind for at, n, end in found if n >= 0 and end <= blocks[n].end}


def _readable(raw: str) -> Sheet:
    """A sheet whose characters are all of the report or of the page: nothing hidden, foreign or put in between."""
    sheet = Sheet.of(raw)
    sheet.out("invisible", (found.span() for found in _HIDDEN.finditer(sheet.view)))
    if "â€" in sheet.view or "Â" in sheet.view:
        sheet.out("invisible", (found.span() for found in _MISREAD.finditer(sheet.view)))
    take_specks(sheet)
    take_times(sheet)
    take_asides(sheet)
    leftovers(sheet)
    decorations(sheet)
    sheet.out("pinyin", pinyin_groups(sheet.view))
    take_stray_words(sheet)
    mend_marks(sheet)
    return sheet


def _built(sheet: Sheet, blocks: Sequence[Sequence[Line]], laid: Laid) -> Text:
    said = [" ".join(line.text for line in block) for block in blocks]
    named = [laid.kind(*both) for both in zip(blocks, said, kinds(said), strict=True)]
    made = _Build(sheet, _spread(sheet.view), lost_stops(sheet))
    for block, kind in zip(blocks, named, strict=True):
        if kind in _DROPPED:
            sheet.noise.append(Noise(kind, block[0].start, block[-1].end))
        else:
            made.add(block, kind)
    first = named.index("body") if "body" in named else len(named)
    told = [*enumerate(zip(blocks, named, strict=True))]
    sheet.stamps += [line.text for _, (block, kind) in told if kind == "stamp" for line in block]
    sheet.stamps += [block[0].text for at, (block, _) in told if at < first and signs(block[0].text)]
    return made.text()


class _Build:
    """Collects the characters that stay, paragraph by paragraph."""

    def __init__(self, sheet: Sheet, spread: bool, stops: Sequence[int]) -> None:
        self.sheet = sheet
        self.stops = stops
        self.spread = spread
        self.chars: list[str] = []
        self.where: list[int] = []
        self.noise: list[Noise] = []
        self.paragraphs: list[Paragraph] = []

    def add(self, block: Sequence[Line], kind: str) -> None:
        """Add a paragraph; a line end goes in front of it."""
        if self.where:
            self._keep("\n", self.where[-1])
        start = len(self.where)
        spaced = kind != "body" and not self.spread and not any(_scattered(line.text) for line in block)
        for line, before in zip(block, [None, *block[:-1]], strict=True):
            if before:
                self.noise.append(Noise("wrap", before.end, line.start))
            self._add_line(line, spaced, last=line is block[-1])
        raw = self.sheet.raw
        marked = raw[:1] == "#" or raw[max(0, block[0].start - 4) : block[0].start].lstrip().startswith("#")
        self.paragraphs.append(Paragraph(kind, start, len(self.where), marked))

    def _keep(self, char: str, at: int) -> None:
        self.chars.append(char)
        self.where.append(at)

    def _add_line(self, line: Line, spaced: bool, last: bool) -> None:
        view = self.sheet.view
        hyphen = None if last else _HYPHEN.search(view, line.start, line.end)
        end = line.end
        if hyphen:
            self.noise.append(Noise("wrap", hyphen.start(), end))
            end = hyphen.start()
        at = line.start
        for run in _RUN.finditer(view, line.start, end):
            if run.start() > at:
                self._add_gap(at, run.start(), spaced)
            self._add_run(*run.span())
            at = run.end() - 1 + self.sheet.wide.get(run.end() - 1, 1)

    def _add_run(self, start: int, end: int) -> None:
        for stop in self.stops[bisect_right(self.stops, start) : bisect_left(self.stops, end)] if self.stops else ():
            self.chars.append(self.sheet.view[start:stop])
            self.where.extend(range(start, stop))
            self._keep("。", stop - 1)
            start = stop
        self.chars.append(self.sheet.view[start:end])
        self.where.extend(range(start, end))

    def _add_gap(self, start: int, end: int, spaced: bool) -> None:
        """White space inside a line: kept in headings and between Latin words."""
        gap = self.sheet.view[start:end]
        if not gap.strip(GONE):
            return
        first = start + len(gap) - len(gap.lstrip(GONE))
        before, after = self.chars[-1][-1:] if self.chars else "", self.sheet.view[end : end + 1]
        if spaced or (_LATIN.match(before) and _LATIN.match(after)):
            self._keep(" ", first)
        else:
            self.noise.append(Noise("spaces", start, end))

    def text(self) -> Text:
        """Close the map and write the internal form."""
        internal = half_width(simplify("".join(self.chars)))
        if '"' in internal:
            internal = "\n".join(map(pair_quotes, internal.split("\n")))
        sheet = self.sheet
        every = sorted([*sheet.noise, *self.noise], key=lambda one: (one.start, one.end))
        stamps = tuple(half_width(simplify(stamp)) for stamp in sheet.stamps)
        return Text(sheet.raw, internal, self.where, tuple(every), tuple(self.paragraphs), stamps, sheet.wide)


def _spread(view: str) -> bool:
    """Tell whether spaces stand between characters all over the text, so that those of a headline mean nothing."""
    return len(_GAP.findall(view)) * 30 > len(view)


def _scattered(text: str) -> bool:
    """Tell whether spaces stand between most single characters, as some pages print headlines."""
    return len(_GAP.findall(text)) * 3 > len(re.findall(f"[{CJK}]", text))
