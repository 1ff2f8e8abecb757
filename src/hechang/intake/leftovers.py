"""Left-overs of other formats in a text: entities, tags, markdown, bulletin-board codes, quote marks, line numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from hechang.intake.glyphs import ENTITY, character
from hechang.intake.sheet import Sheet, Span

_NAMES = (
    "p|br|div|span|strong|b|i|em|u|s|a|font|h[1-6]|li|ul|ol|dl|dd|dt|table|tbody|thead|tr|td|th|img|section|article|"
    "blockquote|center|hr|ruby|rt|rp|rb|sup|sub|small|big|header|footer|main|nav|figure|figcaption|o:p|st1:[a-z]{1,20}"
)
_TAG = re.compile(rf"</?(?:{_NAMES})(?=[\s/>])[^<>]{{0,400}}>|<!--[^<>]{{0,400}}-->", re.IGNORECASE)
_ESCAPED_TAG = re.compile(rf"&(?:amp;)?lt;/?(?:{_NAMES})(?=[\s/&])[^<>\n]{{0,200}}?&(?:amp;)?gt;", re.IGNORECASE)
_RUBY = re.compile(r"<(rt|rp)>[^<>\n]{0,40}</\1>", re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:p|br|div|h[1-6]|li|tr|section|article|hr|table|ul|ol|dd|dt)(?=[\s/>])", re.IGNORECASE)
_CODE = re.compile(
    r"\[/?(?:b|i|u|s|url|img|color|size|font|face|quote|align|left|right|center|list|\*|email|code|p|br|td|tr|table|hr|"
    r"strong|em|backcolor|indent|float|attach|media|flash|free|hide|sup|sub)(?:=[^\[\]\n]{0,200})?\]",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,200}\]\([^()\s]{0,400}\)|\[img\][^\[\]\s]{0,400}\[/img\]", re.IGNORECASE)
_LINK = re.compile(r"\[(?P<said>[^\[\]\n]{1,200})\](?P<to>\((?:https?:|/|#|\.|mailto:|javascript:)[^()\s]{0,400}\))")
_LINE = re.compile(
    r"(?m)^[ \t\u3000]*(?:#{1,6}(?:[ \t]+|(?=[^#\s\d]))|[-*+][ \t]+(?=\S)|([-*_=~])(?:[ \t]*\1){2,}[ \t]*$)"
)
_QUOTE = re.compile(r"(?m)^[ \t\u3000]*(?:>[ \t]?)+")
_BAR = re.compile(r"(?m)^[ \t\u3000]*\|[ \t]?(?=[^|\n]*$)")
_COUNTED = re.compile(
    r"(?m)^[ \t]*\|[ \t]*\d{1,4}[ \t]*\|(?=[^|\n]+\|?[ \t]*$)|^[ \t]*\|(?:[ \t:]*-{2,}[ \t:]*\|)+[ \t]*$"
)
_CLOSING = re.compile(r"(?m)\|[ \t]*$")
_STRONG = re.compile(r"\*\*|~~|(?<![_\w])__(?=[^_\s])|(?<=[^_\s])__(?![_])")
_PAIRS = re.compile(r"(?<![*\d])\*(?=[^\s*])([^*\n]{1,60})(?<=\S)\*(?!\*)|`([^`\n]{1,60})`")
_NUMBER = re.compile(r"(?m)^[ \t\u3000]*(\d{1,5})(?:[ \t]*[:|][ \t]?|[ \t\u3000]+)(?=\S)|^[ \t\u3000]*(\d{1,5})[ \t]*$")
_FILLED = re.compile(r"(?m)^.*\S.*$")
_MOST = 0.6  # share of lines that must carry a mark before it is one of the layout; own assumption


def leftovers(sheet: Sheet) -> None:
    r"""Take the left-overs of other formats out of a sheet.

    Examples
    --------
    >>> made = Sheet.of("<p>要<b>加快</b>&nbsp;建设**快线**[url=x]。[/url]</p>")
    >>> leftovers(made)
    >>> made.shown(0, len(made.raw)).split()
    ['要加快', '建设快线。']
    """
    _quote_marks(sheet)
    _line_numbers(sheet)
    if "&" in sheet.view:
        sheet.out("markup", sheet.spans(_ESCAPED_TAG), "\n")
    if "<" in sheet.view:
        sheet.out("pinyin", sheet.spans(_RUBY))
        tags = [found.span() for found in _TAG.finditer(sheet.view)]
        blocks = [span for span in tags if _BLOCK.match(sheet.view, span[0])]
        inline = sorted(set(tags) - set(blocks))
        sheet.out("markup", inline)
        sheet.out("markup", blocks, "\n")
    if "[" in sheet.view:
        sheet.out("markup", [*sheet.spans(_IMAGE), *_links(sheet)])
        sheet.out("markup", sheet.spans(_CODE))
    sheet.out("markup", sheet.spans(_LINE))
    if "*" in sheet.view or "_" in sheet.view or "`" in sheet.view or "~" in sheet.view:
        sheet.out("markup", sheet.spans(_STRONG))
        sheet.out("markup", _paired(sheet))
    _entities(sheet)


def _links(sheet: Sheet) -> Iterator[Span]:
    for found in _LINK.finditer(sheet.view):
        yield found.start(), found.start() + 1
        yield found.start("to") - 1, found.end()


def _paired(sheet: Sheet) -> Iterator[Span]:
    for found in _PAIRS.finditer(sheet.view):
        yield found.start(), found.start() + 1
        yield found.end() - 1, found.end()


def _entities(sheet: Sheet) -> None:
    if "&" not in sheet.view:
        return
    found = [(one.start(), one.end(), character(one[0])) for one in ENTITY.finditer(sheet.view)]
    spaces = [(start, end) for start, end, char in found if len(char) == 1 and not char.strip()]
    sheet.put((start, end, char) for start, end, char in found if len(char) == 1 and char.strip())
    sheet.out("markup", spaces, " ")


def _quote_marks(sheet: Sheet) -> None:
    sheet.out("quote mark", sheet.spans(_QUOTE) if ">" in sheet.view else [])
    bars = sheet.spans(_BAR) if "|" in sheet.view else []
    if len(bars) > 3 and len(bars) >= _MOST * len(_FILLED.findall(sheet.view)):
        sheet.out("quote mark", bars)
    counted = sheet.spans(_COUNTED) if "|" in sheet.view else []
    if len(counted) > 3 and len(counted) >= _MOST * len(_FILLED.findall(sheet.view)):  # a text in one column of a table
        sheet.out("quote mark", counted)
        sheet.out("quote mark", sheet.spans(_CLOSING))


def _line_numbers(sheet: Sheet) -> None:
    """Numbers that count nearly all lines one by one, as editors and pleadings print them."""
    found = list(_NUMBER.finditer(sheet.view))
    if len(found) < 8 or len(found) < 0.8 * len(_FILLED.findall(sheet.view)):
        return
    told = [int(one[1] or one[2]) for one in found]
    steps = sum(1 for one, following in pairwise(told) if following == one + 1)
    if steps >= 0.9 * (len(told) - 1):
        sheet.out("line number", ((one.start(), one.end()) for one in found))
