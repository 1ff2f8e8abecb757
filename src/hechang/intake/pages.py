"""Lines that are none of the report: page numbers, headers that come again, buttons and stamps between its lines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from hechang.intake.furniture import is_byline
from hechang.intake.page_words import grammar, is_furniture
from hechang.intake.pairs import Pairs
from hechang.intake.particulars import FRONT, particulars
from hechang.intake.wraps import Line, joined

_DECORATED = re.compile(
    r"[—–\-_=·•~*|<\[(（【《〔 ]{1,6}\s*\d{1,4}\s*[—–\-_=·•~*|>\])）】》〕 ]{1,6}|"
    r"第\s*[\d一二三四五六七八九十百]{1,4}\s*[页頁版]"
    r"(?:\s*[,/ ]?\s*[共总]\s*\d{1,4}\s*[页頁])?|\d{1,4}\s*/\s*\d{1,4}|"
    r"[Pp](?:age|AGE)?\.?\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
)
_BARE = re.compile(r"\d{1,4}")
_DIGITS = re.compile(r"\d+")
_TRAILER = re.compile(r"单位|部门|[:：;；。]")
_CODE = re.compile(r"[{};=]|\(\)|//|&&")
_CJK = re.compile(r"[\u3400-\u9fff]")
FAR = 200  # characters between two bare numbers that count pages, on average; own assumption: a page has more


def none_of_the_report(lines: Sequence[Line], pairs: Pairs) -> dict[int, str]:
    """Indices of lines that are furniture wherever they stand, with their kind.

    Examples
    --------
    >>> made = [Line(0, 9, "会议指出,要加快建"), Line(10, 15, "- 3 -"), Line(16, 18, "设。")]
    >>> none_of_the_report(made, Pairs("建设"))
    {1: 'page number'}
    """
    found = dict.fromkeys(_numbers(lines), "page number")
    told = particulars([line.text for line in lines[:FRONT]])
    for at, line in enumerate(lines):
        if at not in found and at not in told and len(line.text) <= 300 and not line.text.endswith("。"):
            kind = _kind(line.text)
            if kind:
                found[at] = kind
    found |= dict.fromkeys(_headers(lines, found), "page header")
    return found | dict.fromkeys(_between(lines, found, pairs), "page header")


def _numbers(lines: Sequence[Line]) -> list[int]:
    decorated = [at for at, line in enumerate(lines) if len(line.text) < 24 and _DECORATED.fullmatch(line.text)]
    bare = [at for at, line in enumerate(lines) if _BARE.fullmatch(line.text)]
    steps = [int(lines[b].text) - int(lines[a].text) for a, b in pairwise(bare)]
    counting = len(steps) > 0 and steps.count(1) * 10 >= 7 * len(steps)
    far = counting and (lines[bare[-1]].start - lines[bare[0]].start) / len(steps) >= FAR
    return [*decorated, *(bare if far else [])]


def _kind(text: str) -> str:
    if is_byline(text):
        return ""
    if is_furniture(text):
        return "stamp" if grammar().key.search(text) else "navigation"
    if not _CJK.search(text):
        return "code" if len(_CODE.findall(text)) >= 3 else ""
    return "navigation" if text.count("adsbygoogle") else ""


def _headers(lines: Sequence[Line], found: dict[int, str]) -> list[int]:
    """Short lines that come again, their numbers apart, beside page numbers or in open sentences."""
    again: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if at not in found and len(line.text) <= 40 and not _TRAILER.search(line.text):
            again[_DIGITS.sub("#", line.text)].append(at)
    made: list[int] = []
    for places in again.values():
        if len(places) >= 2:
            beside = sum(1 for at in places if _beside_number(at, found))
            inside = sum(1 for at in places if at and not lines[at - 1].closed and lines[at - 1].prose)
            if beside * 2 >= len(places) or (len(places) >= 3 and inside * 2 >= len(places)):
                made += places
    return made


def _beside_number(at: int, found: dict[int, str]) -> bool:
    return found.get(at - 1) == "page number" or found.get(at + 1) == "page number"


def _between(lines: Sequence[Line], found: dict[int, str], pairs: Pairs) -> list[int]:
    """Short lines that stand between the two halves of a word."""
    kept = [at for at in range(len(lines)) if at not in found]
    made = []
    for before, at, after in zip(kept, kept[1:], kept[2:], strict=False):
        one, middle, last = lines[before], lines[at].text, lines[after]
        if len(middle) > 24 or lines[at].prose or one.closed or not one.prose or not last.prose:
            continue
        if pairs.joins(one.text[-1], last.text[0]) and not joined(one.text, middle, pairs.joins):
            made += [at] if not joined(middle, last.text, pairs.joins) else []
    return made
