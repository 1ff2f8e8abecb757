"""Sentences and comma clauses, as spans of the cleaned text; quotes, titles and brackets are never cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 400  # characters of a clause that is still read; a longer one is no clause of a report
_STOP = re.compile(r"[。！？!?\n]+[”’\"」』)]*|…+")
_STOP_TAGGED = re.compile(_STOP.pattern + r"|(?=【[^】]{1,12}】)|(?<=】)")  # 【一季度】 stands by itself
_MARK = re.compile(
    r"“[^“”\n。]{0,120}”|《[^《》\n]{0,120}》|\([^()\n。]{0,80}\)|‘[^‘’\n。]{0,60}’|〔[^〔〕\n]{0,80}〕|「[^「」\n。]{0,120}」|\d[,:](?=\d)|([,;:]|(?<=[说道示调出])——)"
)
_SPACE = " \n\t"
_PAIR = re.compile(r"^(我们|要|须|必须)*[把将][^,]*$")
_PAIR_END = re.compile(r"^[与同和].*(结合起来|统一起来|贯通起来|衔接起来|统筹起来)")


@dataclass(frozen=True)
class Clause:
    """A comma clause: its span and the mark after it (`,` `;` `:` or empty at the end of the sentence)."""

    start: int
    end: int
    mark: str


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of a paragraph, without the full stop.

    Examples
    --------
    >>> list(sentences("会议召开。要落实。", 0, 9))
    [(0, 4), (5, 8)]
    """
    at = start
    stop = _STOP_TAGGED if text.find("【", start, end) >= 0 else _STOP
    for found in stop.finditer(text, start, end):
        if found.start() > at:
            yield at, found.start()
        at = found.end()
    if at < end:
        yield at, end


def clauses(text: str, start: int, end: int) -> list[Clause]:
    """Cut a sentence at its commas, semicolons and colons.

    Examples
    --------
    >>> made = "要紧盯“签约,备案”清单,确保落地:一是快"
    >>> [made[clause.start:clause.end] for clause in clauses(made, 0, len(made))]
    ['要紧盯“签约,备案”清单', '确保落地', '一是快']
    """
    made: list[Clause] = []
    at = start
    for found in _MARK.finditer(text, start, end):
        if found.group(1):
            _append(made, text, at, found.start(), found.group(1).replace("——", ":"))
            at = found.end()
    _append(made, text, at, end, "")
    return made


def _append(made: list[Clause], text: str, start: int, end: int, mark: str) -> None:
    while start < end and (text[start] in _SPACE or (text[start] in "“「" and _half(text, start + 1, end, "”」"))):
        start += 1
    while end > start and (text[end - 1] in _SPACE or (text[end - 1] in "”」" and _half(text, start, end - 1, "“「"))):
        end -= 1
    if start == end:
        return
    if made and made[-1].mark == "," and _one_pair(text, made[-1], start, end):
        made[-1] = Clause(made[-1].start, end, mark)
    else:
        made.append(Clause(start, end, mark))


def _half(text: str, start: int, end: int, others: str) -> bool:
    """Tell whether a quotation mark at the edge of a clause has no partner inside it."""
    return not any(mark in text[start:end] for mark in others)


def _one_pair(text: str, before: Clause, start: int, end: int) -> bool:
    """`把A,与B结合起来` is one clause."""
    if end - start > LONGEST or before.end - before.start > LONGEST or text[start] not in "与同和":
        return False
    first, second = text[before.start : before.end], text[start:end]
    return bool(_PAIR_END.match(second) and _PAIR.match(first))
