"""Documents a report names: 《…》, with what is done to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TITLE = re.compile(r"《[^《》\n]{2,100}(?:《[^《》\n]{1,60}》[^《》\n]{0,40})?》")
_ACTION = re.compile(
    r"审议通过|研究通过|审议|讨论|学习|传达|听取|印发|出台|发布|签署|实施|落实|贯彻|编制|制定|修订|根据|按照|通过|做好"
)


@dataclass(frozen=True)
class Reference:
    """One document named; spans are those of the cleaned text."""

    title: str
    start: int
    end: int
    action: str


def references(text: str, start: int, end: int) -> Iterator[Reference]:
    """Find the documents of a paragraph.

    Examples
    --------
    >>> [(one.title, one.action) for one in references("会议审议了《甲方案》《乙办法》等文件", 0, 18)]
    [('《甲方案》', '审议'), ('《乙办法》', '审议')]
    """
    action, reach = "", start
    for found in _TITLE.finditer(text, start, end):
        near = list(_ACTION.finditer(text, max(reach, found.start() - 40), found.start()))
        if near:
            action = near[-1].group()
        elif found.start() != reach:
            action = ""
        reach = found.end()
        yield Reference(found.group(), found.start(), found.end(), action)
