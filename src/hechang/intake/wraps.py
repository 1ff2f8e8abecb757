"""Hard wraps: which line ends are the page's and not the writer's, decided from the document itself.

A column shows in the widths of the lines whose sentence is open: they are nearly equal. Where there is no column, an
open line goes on only if the document has lines torn in the middle of words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from hechang.intake.pairs import Pairs

_CLOSED = re.compile(r"[。！？!?…][”’\"'」』)）》\]】]*$|[;:][”’\"]?$")
_PROSE = re.compile(r"[,。;]|(?<![一二三四五六七八九十\d])、")
_STOPS = re.compile(r"[。！？!?]")
_CLOSES = re.compile(r"[,。;:、！？!?)”’》】」』%]")
_OPENS = re.compile(r"[,、(“‘《【「『—]$|(?<!\d)[-‐]$")
_NAMES_END = re.compile(r"[(（][^()（）]{2,30}[)）]$")
_NEW_START = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.](?=\D)|"
    r"[#•●■▲△▼◆◇★☆※*]|·\s|—— ?[^—]|第[一二三四五六七八九十]{1,3}[章节条]|附件\s?\d?[:：]|附[:：]"
)
_CREDIT = re.compile(
    r"(本报|全媒体)?(记者|通讯员|责任编辑|责编|编辑|編輯|来源|來源|作者|文|图)\s*[|:：丨/ \u4e00-\u9fff]{1,6}$|"
    r"图[为:：]|.{0,30}(?<![拍])摄[)）]?$"
)
_HEADED = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.]|[(（][一二三四五六七八九十\d]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[章节]"
)
ALIKE = 0.6  # share of the open lines that must have nearly one width to show a column; own assumption


@dataclass(frozen=True)
class Line:
    """One line: its visible part `[start, end)` in the source, the text there, and what stands before it.

    `sizes` are its widths with the indent: characters and half-width units, first as the source has them, then without
    what was taken out; `indent` is in half-width units.
    """

    start: int
    end: int
    text: str
    indent: int = 0
    blank_before: bool = False
    sizes: tuple[int, int, int, int] = (0, 0, 0, 0)

    @cached_property
    def closed(self) -> bool:
        """Tell whether the line ends with its sentence."""
        return _CLOSED.search(self.text[-8:]) is not None

    @cached_property
    def prose(self) -> bool:
        """Tell whether the line has the marks of running text."""
        return _PROSE.search(self.text) is not None


def width_of(text: str) -> int:
    """Display width of a line [half-width units]; a Chinese character or mark is two.

    Examples
    --------
    >>> width_of("规划2022")
    8
    """
    return 2 * len(text) - sum(map(text.count, _narrow(text)))


def _narrow(text: str) -> set[str]:
    return {char for char in set(text) if char < "\u2000"}


@dataclass(frozen=True)
class Page:
    """What the document says of its own layout.

    `full` is the least width of a line that goes on (0: no column), `measure` which of the four sizes shows the column;
    `indents` and `blanks` tell whether paragraphs begin with an indent or behind a blank line; `torn` whether lines
    break inside words; `stops` whether sentences end with stops at all.
    """

    full: int
    measure: int
    indents: bool
    blanks: bool
    torn: bool
    stops: bool
    joins: Callable[[str, str], bool]

    def is_full(self, line: Line) -> bool:
        """Tell whether a line reaches the end of the column."""
        return self.full > 0 and line.sizes[self.measure] >= self.full


def page_of(lines: Sequence[Line], pairs: Pairs | None = None) -> Page:
    """Measure the layout of a document."""
    pairs = pairs or Pairs("\n".join(line.text for line in lines))
    opened = list(_open_lines(lines))
    full, measure, tight = _column([one for one, _ in opened])
    stops = _has_stops(lines)
    sure = [joined(one.text, after.text, pairs.joins) for one, after in opened]
    torn = (tight and stops) or _torn(sure, lines, stops)
    page = Page(full if torn else 0, measure, False, False, torn, stops, pairs.joins)
    indents, blanks = _signs(lines, page)
    return Page(page.full, measure, indents, blanks, torn, stops, pairs.joins)


def _open_lines(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Open lines of running text, each with the next one; headings and the lines before them tell nothing."""
    inside = False
    for line, after in pairwise(lines):
        inside = line.prose or inside
        if inside and not line.closed and len(line.text) > 3 and not _NEW_START.match(after.text):
            yield line, after
        inside = inside and not line.closed


def _torn(sure: Sequence[bool], lines: Sequence[Line], stops: bool) -> bool:
    """Tell whether lines break inside words: many surely do, or most lines of running text are open."""
    if not any(sure):
        return False
    prose = sum(1 for line in lines if line.prose)
    if stops and len(sure) * 2 >= prose and sum(sure) * 8 >= len(sure):
        return True
    return sum(sure) * (4 if stops else 2) >= len(sure)


def _has_stops(lines: Sequence[Line]) -> bool:
    text = "".join(line.text for line in lines)
    commas = text.count(",")
    return commas < 12 or len(_STOPS.findall(text)) * 14 >= commas


def joined(before: str, after: str, joins: Callable[[str, str], bool]) -> bool:
    """Tell whether a line end surely stands inside a sentence: at a comma, in a number, in a known word.

    Examples
    --------
    >>> joined("加快建设,", "推动", lambda left, right: False), joined("2022", "年", lambda left, right: False)
    (True, True)
    """
    if _OPENS.search(before) or _CLOSES.match(after):
        return True
    if before[-1].isdigit() and (after[0].isdigit() or after[0] in "年月日个家项亿万%.公平"):
        return _NEW_START.match(after) is None
    return joins(before[-1], after[0])


def _column(lines: Sequence[Line]) -> tuple[int, int, bool]:
    """Least width of a full line, the measure by which the open lines are most alike, and whether nearly all are so."""
    if len(lines) < 3:
        return 0, 0, False
    best = (0.0, 0, 0)
    for measure in range(4):
        widths = sorted(line.sizes[measure] for line in lines)
        wide = widths[len(widths) * 9 // 10]
        slack = max(2, min(wide // 8, 12) if measure % 2 else min(wide // 8, 8))
        inside = [one for one in widths if wide - slack <= one <= wide + slack]
        share = len(inside) / len(widths)
        spread = (median(abs(one - wide) for one in inside) if inside else 0) / max(wide, 1)
        best = max(best, (share - spread, inside[0] if inside else 0, measure))
    return (best[1] if best[0] >= ALIKE else 0), best[2], best[0] >= 0.85


def _signs(lines: Sequence[Line], page: Page) -> tuple[bool, bool]:
    """Whether an indent, or a blank line, tells a new paragraph: new ones have it, lines that go on do not."""
    new, on = [], []
    for one, after in pairwise(lines):
        if one.closed and not page.is_full(one):
            new.append(after)
        elif not one.closed and one.prose and (page.is_full(one) or joined(one.text, after.text, page.joins)):
            on.append(after)
    if not new:
        return any(line.indent for line in lines) and sum(1 for line in on if line.indent) * 4 < len(on), False
    return _tells(new, on, lambda line: line.indent > 0), _tells(new, on, lambda line: line.blank_before)


def _tells(new: Sequence[Line], on: Sequence[Line], sign: Callable[[Line], bool]) -> bool:
    there = sum(map(sign, new)) / len(new)
    here = sum(map(sign, on)) / len(on) if on else 0.0
    return there - here >= 0.5


def goes_on(group: Sequence[Line], so_far: str, following: Line, page: Page) -> bool:
    """Tell whether the sentence of the last line of `group` goes on; `so_far` is the paragraph up to its end."""
    line, text = group[-1], following.text
    if _CREDIT.match(text) or _CREDIT.match(line.text):
        return False
    if _CLOSES.match(text) and not line.closed:
        return True
    full = page.is_full(line)
    if _NEW_START.match(text) and not (full and not line.closed and line.prose and not following.indent):
        return False
    if line.closed:
        return full and _same_block(following, page)
    if page.indents and following.indent and not joined(line.text, text, page.joins):
        return False
    return _goes_on_open(group, so_far, following, page)


def _same_block(following: Line, page: Page) -> bool:
    return not (page.indents and following.indent) and not (page.blanks and following.blank_before)


def _goes_on_open(group: Sequence[Line], so_far: str, following: Line, page: Page) -> bool:
    line, text = group[-1], following.text
    sure = joined(line.text, text, page.joins)
    if page.full:
        if page.is_full(line):
            return _PROSE.search(so_far) is not None or following.prose or sure
        new = page.indents and following.indent > 0
        told = page.stops and _STOPS.search(so_far) is not None and not new
        return (sure or told) and _PROSE.search(so_far) is not None
    if not page.torn:
        return _OPENS.search(line.text) is not None and line.prose and page.stops
    if _NAMES_END.search(line.text):
        return False
    if len(group) == 1 and not _STOPS.search(so_far) and (len(so_far) < 40 or _HEADED.match(so_far)):
        headed = _HEADED.match(so_far) is not None
        return (line.prose and not headed) or (sure and following.prose and len(so_far) >= 40 * headed)
    return _PROSE.search(so_far) is not None if page.stops else sure


def paragraphs(lines: Sequence[Line], pairs: Pairs | None = None) -> list[list[Line]]:
    """Group the lines of a document into paragraphs.

    Examples
    --------
    >>> made = [Line(0, 4, "会议指出"), Line(4, 12, ",要加快建设。建", 0, True), Line(12, 14, "设。", 0, True)]
    >>> [len(group) for group in paragraphs(made)]
    [3]
    """
    page = page_of(lines, pairs)
    groups: list[list[Line]] = []
    so_far = ""
    for line in lines:
        if groups and goes_on(groups[-1], so_far, line, page):
            groups[-1].append(line)
            so_far = (so_far + line.text)[-200:]
        else:
            groups.append([line])
            so_far = line.text[-200:]
    return groups
