"""Upright text that was copied character by character: each stands on a line of its own, and the lines are one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from hechang.intake.extract import Block
from hechang.intake.sheet import Sheet, Span

_BLANKS = r"[ \t\u3000\x00]*+"
_RUN = re.compile(rf"(?m)^(?:{_BLANKS}[^\s\x00A-Za-z\d|]{_BLANKS}(?:\r?\n|\Z)){{12,}}+")
_END = re.compile(rf"{_BLANKS}\r?\n{_BLANKS}")


def join_upright(sheet: Sheet, apart: Sequence[Block] = ()) -> None:
    r"""Take out the line ends between characters that stand one on a line; cells of tables (`apart`) stay as they are.

    Letters and digits may be a column of a table, so only Chinese characters and marks are joined.

    Examples
    --------
    >>> made = Sheet.of("\n".join("会议要求加快建设区间快线。"))
    >>> join_upright(made)
    >>> made.shown(0, len(made.raw))
    '会议要求加快建设区间快线。'
    """
    sheet.out("wrap", _ends(sheet.view, apart))


def _ends(view: str, apart: Sequence[Block]) -> Iterator[Span]:
    starts = [block.start for block in apart]
    for run in _RUN.finditer(view):
        last = bisect_right(starts, run.end()) - 1
        if last < 0 or apart[last].end <= run.start():
            shown = run.start() + len(run[0].rstrip(" \t\u3000\x00\r\n"))
            yield from (found.span() for found in _END.finditer(view, run.start(), shown))
