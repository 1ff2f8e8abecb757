"""The words that make a clause a demand or a promise: 要, 必须, 应 and 将."""

from __future__ import annotations

import re
from functools import lru_cache

from hechang.intake.gazetteer import gazetteer

LEAD = re.compile(
    r"(?<![重主需只想纲摘概必首紧机次扼简为])(?:要(?=.)(?![求素点闻道地害职件领义务塞])|须(?!知)|必须|"
    r"应当|应该|务必|(?<![效供反响呼适相对感顺报支内因])应(?![急用对变邀约有届运]))"
)
_COMMIT = re.compile(r"(?P<who>[\u3400-\u9fff“”()]{1,20}?)(?:还|也|都|均)?将(?![来军近])")
_SELF = re.compile(
    r"(?:下一步|接下来|今后|未来|我们|我[市省区县局委]|全[市省区县]|双方|各方|"
    r"[\u3400-\u9fff]{1,12}(?:局|委|办|集团|公司|部门|单位|街道|镇|区|县|市|省|方面|园|高新区|开发区|"
    r"企业|学院|大学|医院))$"
)


@lru_cache(maxsize=4096)  # asked several times of the same clause
def promise(said: str) -> str:
    """Who promises to act in a clause (`无锡将…`, `下一步,我市将…`); empty where nobody does.

    Examples
    --------
    >>> promise("无锡将深入学习"), promise("将审批事项纳入"), promise("自觉将工作放到全局")
    ('无锡', '', '')
    """
    found = _COMMIT.match(said)
    if not found:
        return ""
    who = found.group("who")
    return who if who in gazetteer().by_alias or _SELF.search(who) else ""


def commits(said: str) -> bool:
    """Tell whether somebody promises to act.

    Examples
    --------
    >>> commits("无锡将深入学习"), commits("将审批事项纳入")
    (True, False)
    """
    return bool(promise(said))


@lru_cache(maxsize=4096)
def asks(said: str) -> bool:
    """Tell whether a clause demands or promises something.

    Examples
    --------
    >>> asks("各地要压实责任"), asks("这是重要举措"), asks("坚持规则为先、实效为要")
    (True, False, False)
    """
    lead = LEAD.search(said)
    return bool(lead and lead.start() <= 45) or commits(said)


@lru_cache(maxsize=4096)
def after_lead(said: str) -> str:
    """What stands behind 要 or 将.

    Examples
    --------
    >>> after_lead("各地要压实责任"), after_lead("无锡将加快建设"), after_lead("压实责任")
    ('压实责任', '加快建设', '压实责任')
    """
    lead = LEAD.search(said)
    if lead and lead.start() <= 45:
        return said[lead.end() :]
    found = _COMMIT.match(said)
    return said[found.end() :] if found and commits(said) else said
