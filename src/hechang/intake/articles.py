"""Articles: a page may hold several reports, each with its own headline and opening line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hechang.intake.clean import Paragraph, Text

_DATELINE = re.compile(
    r"(?:[\u3400-\u9fff]{0,4}(?:报|晚报|日报|早报|社)?(?:综合)?(?:讯|消息)|"
    r"[\u3400-\u9fff·]{2,12}电)(?:\(|[ \d\u3400-\u9fff])|\((?:本报)?(?:记者|通讯员)"
)
_OPENING = re.compile(
    r"[^。]{0,12}(?:\d{1,2}月\d{1,2}日|\d{1,2}日[上下]午|昨[天日]|今[天日]|近日|日前|"
    r"[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日)[^。]{0,80}(?:召开|举行|举办|开幕|"
    r"主持|出席)"
)
_SECTION = re.compile(r"[(]?[一二三四五六七八九十\d]{1,3}[、)）.]|第[一二三四五六七八九十]")
FRONT = 5  # lines over a text that is written in lines and has no paragraph that reads like text; own assumption


@dataclass(frozen=True)
class Article:
    """One report: its headline (empty: none) and its paragraphs."""

    id: str
    title: str
    headings: tuple[Paragraph, ...]
    paragraphs: tuple[Paragraph, ...]

    @property
    def start(self) -> int:
        """First character of the cleaned text, headline included."""
        return (self.headings or self.paragraphs)[0].start

    @property
    def end(self) -> int:
        """End of the last paragraph."""
        return (self.paragraphs or self.headings)[-1].end


def articles(text: Text) -> list[Article]:
    r"""Cut a document into its articles; a document without datelines is one article.

    Examples
    --------
    >>> from hechang.intake.clean import clean
    >>> page = "甲会召开\n本报讯 9月1日,甲会召开,部署工作。\n乙会召开\n本报讯 9月2日,乙会召开,部署工作。"
    >>> [(article.id, article.title) for article in articles(clean(page))]
    [('A1', '甲会召开'), ('A2', '乙会召开')]
    """
    starts = _starts(text) or [0]
    bounds = [*starts[1:], len(text.paragraphs)]
    return [
        _article(text, f"A{number}", start, end)
        for number, (start, end) in enumerate(zip(starts, bounds, strict=True), 1)
        if start < end
    ]


def _starts(text: Text) -> list[int]:
    """Indices of the first headline paragraph of every article; the first article takes what stands before it."""
    found: list[int] = []
    for at, paragraph in enumerate(text.paragraphs):
        if paragraph.kind == "body" and _opens(text, paragraph):
            first = _headline(text, at)
            if first < at or not found:
                found.append(first)
    return [0, *found[1:]]


def _opens(text: Text, paragraph: Paragraph) -> bool:
    beginning = text.clean[paragraph.start : paragraph.start + 120]
    return _DATELINE.match(beginning) is not None or _OPENING.match(beginning) is not None


def _headline(text: Text, at: int) -> int:
    """Go up from the opening paragraph over its headlines."""
    first = at
    while (
        first
        and at - first < 5
        and text.paragraphs[first - 1].kind == "heading"
        and not _is_section(text, text.paragraphs[first - 1])
    ):
        first -= 1
    return first


def _is_section(text: Text, paragraph: Paragraph) -> bool:
    return _SECTION.match(text.clean[paragraph.start : paragraph.start + 8]) is not None


def _article(text: Text, id: str, start: int, end: int) -> Article:
    inside = text.paragraphs[start:end]
    last = len(inside)
    count = next((at for at, one in enumerate(inside) if one.kind != "heading" or _is_section(text, one)), last)
    headings = inside[: min(count, FRONT) if count == last or count > 2 * FRONT else count]
    return Article(id, headline(text, headings), tuple(headings), tuple(inside[len(headings) :]))


def headline(text: Text, headings: Sequence[Paragraph]) -> str:
    """The title of an article: its first headline, spaces between its parts kept."""
    return " ".join(text.clean[headings[0].start : headings[0].end].split()) if headings else ""
