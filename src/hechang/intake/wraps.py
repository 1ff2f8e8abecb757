"""Hard wraps: which line ends are the page's and not the writer's, decided from the document itself.

A line goes on in the next one when its sentence is open; blank lines in between do not end a sentence. Where most
lines reach the same width (a narrow column), a full line goes on even without a comma in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

_CLOSED = re.compile(r"[。！？!?…][”’\"'」』)）》]*$|[;；:：]$")
_PROSE = re.compile(r"[，,。;；]|(?<![一二三四五六七八九十\d])、")
_NAMES_END = re.compile(r"[(（][^()（）]{2,30}[)）]$")
_NEW_START = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.．]\D|"
    r"[#•·●■▲◆★*]|第[一二三四五六七八九十]{1,3}[章节条]"
    r"|(本报)?(记者|通讯员|责任编辑|责编|编辑|編輯|来源|來源|作者|文|图)\s*[|:：丨/ \u4e00-\u9fff]{1,6}$"
)


@dataclass(frozen=True)
class Line:
    """One line: its visible part `[start, end)` in the source, the text there, and what stands before it."""

    start: int
    end: int
    text: str
    indent: int
    blank_before: bool


@dataclass(frozen=True)
class Page:
    """What the document says of its own layout: column width (0: none), use of indents, blank lines, its lines."""

    width: int
    indents: bool
    blanks: bool
    lines: Sequence[Line]

    @cached_property
    def trigrams(self) -> frozenset[str]:
        """All runs of three characters inside lines."""
        return frozenset(gram for line in self.lines for gram in _trigrams(line.text))


def width_of(text: str) -> int:
    """Display width of a line [full-width characters]; two half-width characters count as one.

    Examples
    --------
    >>> width_of("规划2022")
    4
    """
    half = sum(1 for char in text if char < "\u2000")
    return len(text) - half + (half + 1) // 2


def page_of(lines: Sequence[Line]) -> Page:
    """Measure the layout of a document."""
    return Page(
        _column(lines),
        sum(1 for line in lines if line.indent) * 10 >= len(lines),
        sum(1 for line in lines if line.blank_before) * 4 >= len(lines),
        lines,
    )


def _column(lines: Sequence[Line]) -> int:
    widths = sorted(width_of(line.text) for line in lines if len(line.text) > 3)
    if len(widths) < 6:
        return 0
    wide = widths[len(widths) * 9 // 10]
    full = sum(1 for width in widths if wide - 2 <= width <= wide + 1)
    return wide if wide <= 100 and full * 2 >= len(widths) else 0


def _trigrams(text: str) -> Iterator[str]:
    for at in range(len(text) - 2):
        yield text[at : at + 3]


def goes_on(line: Line, so_far: str, following: Line, page: Page) -> bool:
    """Tell whether the sentence of `line` goes on in `following`; `so_far` is the paragraph up to the line's end."""
    if _NEW_START.match(following.text) or line.text.startswith("#"):
        return False
    full = page.width > 0 and width_of(line.text) >= page.width - 2
    if _CLOSED.search(line.text):
        return full and _same_block(following, page)
    if _NAMES_END.search(line.text) and not full:
        return False
    if _PROSE.search(so_far):
        return True
    return _reads_on(line.text, following.text, full, page)


def _same_block(following: Line, page: Page) -> bool:
    if page.indents:
        return not following.indent
    return page.blanks and not following.blank_before


def _reads_on(text: str, following: str, full: bool, page: Page) -> bool:
    """A line without punctuation: a heading, unless the column is full or the joint reads like text met elsewhere."""
    if not _PROSE.search(following):
        return full and " " not in text
    joint = text[-2:] + following[:2]
    return full or all(gram in page.trigrams for gram in _trigrams(joint))


def paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    """Group the lines of a document into paragraphs.

    Examples
    --------
    >>> made = [Line(0, 4, "会议指出", 0, False), Line(4, 9, "要,加快建", 0, True), Line(9, 12, "设。", 0, True)]
    >>> [len(group) for group in paragraphs(made)]
    [1, 2]
    """
    page = page_of(lines)
    groups: list[list[Line]] = []
    so_far = ""
    for line in lines:
        if groups and goes_on(groups[-1][-1], so_far, line, page):
            groups[-1].append(line)
            so_far = (so_far + line.text)[-200:]
        else:
            groups.append([line])
            so_far = line.text[-200:]
    return groups
