"""The particulars of a meeting in lines of their own over its minutes: 时间, 地点, 主持人, 主题."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

FRONT = 15  # lines over the text that hold them; own assumption
_LINE = re.compile(
    r"[【\[(]?(?:会议|活动)?(?P<what>时 ?间|日 ?期|地 ?点|主 ?题|名 ?称|主 ?持 ?人?|参[加会](?:人员|单位)?|"
    r"[出列] ?席(?:人员|领导|单位)?|记 ?录 ?人?)[】\])]? ?[:：] ?(?=\S)"
)
_NAMES = {"时": "when", "日": "when", "地": "where", "主题": "what", "名": "what", "主持": "chair"}


def particulars(lines: Sequence[str]) -> Mapping[int, tuple[str, int]]:
    """Find the lines that tell when and where a meeting was, what it was called and who took the chair.

    Parameters
    ----------
    lines
        Lines or paragraphs of a document from its beginning.

    Returns
    -------
    mapping
        From the index of a line to what it tells (when, where, what, chair, who) and where its value begins; empty
        where no line tells the place, for the stamp of a page tells a time too.

    Examples
    --------
    >>> particulars(["协调会纪要", "时间:2024年3月5日", "地 点:市政府会议室", "会议指出,要加快建设。"])
    {1: ('when', 3), 2: ('where', 4)}
    >>> particulars(["甲乙推进会召开", "时间:2024-03-05 来源:某日报"])
    {}
    """
    found = {}
    for at, line in enumerate(lines[:FRONT]):
        if said := _LINE.match(line):
            what = said.group("what").replace(" ", "")
            found[at] = (next((name for sign, name in _NAMES.items() if what.startswith(sign)), "who"), said.end())
    return found if {"when", "where"} <= {what for what, _ in found.values()} else {}
