"""Pages copied onto one line: where a space was the end of a paragraph, and furniture glued to the body.

Only long lines are looked at. A space behind a full stop, in a line where spaces are rare, was the end of a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hechang.intake.page_words import grammar
from hechang.intake.sheet import GONE, Sheet, Span

LONG = 160  # characters; a line that may hold more than one paragraph; own assumption
_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_GAP = re.compile(r"(?<=[^\s\u3000\x00])[\s\u3000\x00]*[\s\u3000][\s\u3000\x00]*(?=[^\s\u3000\x00])")
_END = re.compile(r"(?<=\S)[。！？!?][”’\"」』)）]?$")
_STOP = re.compile(r"[。！？]")
_SECTION = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[章节条]|——"
)
_NOUNS = "任务|要求|目标|安排|回顾|工作|措施|成效|成就|情况|打算|建议|重点|思路|原则|保障|实施|方向|举措|形势|意义"
_SECTIONS = re.compile(
    rf"(?<=[。！？：:”；;])[ \t\u3000]*"
    r"(?:(?P<head>(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}[章节部])"
    rf"[^,，。;；:：!！?？\n]{{0,30}}(?:{_NOUNS}))|[一二三四五六七八九十]{{1,3}}、|[(（][一二三四五六七八九十]{{1,3}}[)）]|"
    r"第[一二三四五六七八九十]{1,3}[章节条]|——)"
)
PASTED = 600  # characters of a line from which a text may have been pasted onto it; own assumption
_HEAD = re.compile(r"[^,，。;；!！?？]{2,60}")
_DATELINE = re.compile(r"(?:本报|晚报|日报|综合|[\u3400-\u9fff]{1,6})(?:讯|消息|电)(?:[(（][^()（）]{2,20}[)）])?$")
_PROSE = re.compile(r"[,，。;；]")
_EDGES = " \t\u3000\x00[【(（·>▲"
SPARSE = 25  # characters a gap, from which gaps are no habit of the writer or the copier


def split_long_lines(sheet: Sheet) -> None:
    """Set line ends for the spaces of long lines that were ends of paragraphs.

    Examples
    --------
    >>> made = Sheet.of("会议强调,要加快建设。" * 20 + " 二、重点任务 要加快建设。" + "要强化统筹。" * 9)
    >>> split_long_lines(made)
    >>> [len(line) for line in made.view.split(chr(10))]
    [220, 6, 60]
    """
    cuts: list[Span] = []
    for line in _LINE.finditer(sheet.view):
        if line.end() - line.start() >= LONG:
            cuts += _cuts(sheet.view, line.start(), line.end())
        if line.end() - line.start() >= max(PASTED, len(sheet.view) * 0.6):
            sheet.cuts += sorted({at for at in _sections(sheet.view, *line.span()) if at > line.start()})
    if cuts:
        _break(sheet, cuts)


def _sections(view: str, start: int, end: int) -> Iterator[int]:
    """Places where the sections of a text pasted onto one line begin, and where the text under their headings does."""
    for found in _SECTIONS.finditer(view, start, end):
        yield found.start()
        if found["head"]:
            yield found.end("head")


def _break(sheet: Sheet, cuts: list[Span]) -> None:
    parts, at = [], 0
    for start, end in cuts:
        parts += [sheet.view[at:start], "\n", GONE * (end - start - 1)]
        at = end
    sheet.view = "".join([*parts, sheet.view[at:]])


def _cuts(view: str, start: int, end: int) -> Iterator[Span]:
    gaps = [gap.span() for gap in _GAP.finditer(view, start, end)]
    if not gaps:
        return
    closed = [gap for gap in gaps if _END.search(view[max(start, gap[0] - 3) : gap[0]])]
    stops = len(_STOP.findall(view, start, end))
    if _habit(view, gaps, set(closed)) or len(closed) * 10 > stops * 7 > 28:
        return
    edges = [start, *(gap[0] for gap in gaps), end]
    after_end = True
    for at, (left, right) in enumerate(gaps):
        before = view[gaps[at - 1][1] if at else start : left]
        behind = view[right : edges[at + 2]]
        ended = (left, right) in set(closed) if len(closed) < 40 else bool(_END.search(view[left - 3 : left]))
        if ended or _SECTION.match(behind) or (after_end and _stands_alone(before)):
            after_end = True
            yield left, right
        else:
            after_end = False


def _habit(view: str, gaps: list[Span], closed: set[Span]) -> bool:
    """Tell whether spaces stand inside the sentences: behind commas, or between characters more than now and then."""
    marks = [found.start() for found in _PROSE.finditer(view, gaps[0][0], gaps[-1][1])]
    if not marks:
        return False
    inner = [gap for gap in gaps if marks[0] < gap[0] < marks[-1] and gap not in closed]
    commas = sum(1 for gap in gaps if view[gap[0] - 1] in ",，、")
    return commas >= 2 or len(inner) * SPARSE > marks[-1] - marks[0]


def _stands_alone(piece: str) -> bool:
    """Tell whether a piece between two spaces is a heading or a piece of a menu."""
    shown = piece.replace(GONE, "")
    return _HEAD.fullmatch(shown) is not None and not _DATELINE.search(shown) and len(shown) > 3


def unglue(sheet: Sheet) -> None:
    """Take out furniture glued to the first or last lines of the body.

    Examples
    --------
    >>> made = Sheet.of("首页 > 要闻 > 正文 会议指出,要加快建设,强化统筹。分享到:微信 微博")
    >>> unglue(made)
    >>> made.shown(0, len(made.raw))
    '会议指出,要加快建设,强化统筹。'
    """
    lines = [line.span() for line in _LINE.finditer(sheet.view) if line[0].strip(" \t\u3000\x00")]
    body = [at for at, (start, end) in enumerate(lines) if end - start > 20 and _STOP.search(sheet.view, start, end)]
    if not body:
        return
    found: list[Span] = []
    for start, end in lines[: body[0] + 1]:
        found += _front(sheet, start, end)
    found += _tail(sheet, lines[body[0]][0], len(sheet.view))
    sheet.out("navigation", found)


def _front(sheet: Sheet, start: int, end: int) -> Iterator[Span]:
    patterns = grammar()
    piece = sheet.view[start : min(end, start + 1500)]
    found = patterns.prefix.match(piece)
    if not found or (found.end() == len(piece) and end - start <= 1500):
        return
    units = patterns.unit.findall(found[0])
    if len(units) >= 2 and (patterns.key.search(found[0]) or len(units) >= 3 or ">" in found[0]):
        sheet.stamps.append(found[0].replace(GONE, ""))
        yield start, start + found.end()


def _tail(sheet: Sheet, start: int, end: int) -> Iterator[Span]:
    """Everything behind the last sentence of the body, from the first word that only furniture begins with."""
    begin = max(start, end - 3000)
    for found in grammar().tail.finditer(sheet.view, begin, end):
        at = found.start("tail")
        if sheet.view[start:at].rpartition("\n")[2].strip(_EDGES) == "":
            continue
        rest = sheet.shown(at, end)
        if len(rest) * 3 <= end - start or len(rest) < 400:
            first = sheet.view[at:end].split("\n", 1)[0]
            sheet.stamps.append(first.replace(GONE, ""))
            yield at, at + len(first)
            return
