"""Who must act: the nearest subject before 要, 应 or 将, and the bodies of a trailer (牵头单位:…,配合单位:…)."""

from __future__ import annotations

import re

from hechang.intake.gazetteer import gazetteer
from hechang.intake.leads import LEAD, promise

_CUT = re.compile(
    r".*(?:指出|强调|要求|表示|提出|会议|同时|特别是|尤其是|另外|因此|当前|下一步|接下来|对此|为此|"
    r"今后一个时期|以及|[一二三四五六七八九十][是、]|:|,)"
)
_FRAME_END = re.compile(
    r"(?:上|中|方面|时|下|后|前|里|内|时期|过程|基础|我们|大家|也|都|还|就|更|又|既|但|而|则|因此)$"
)
_BODY = re.compile(
    r"(?:部门|单位|各地|地区|板块|街道|镇|乡|村|[区县市省局委办署院厅处]|企业|国企|公司|集团|园区|"
    r"开发区|功能区|小组|班子|干部|同志|机构|院校|高校|学校|医院|媒体"
    r"|党组织|党组|党委|支部|组织|党员|人员|主体|政府|专班|指挥部|管委会|委员会|协会|商会|负责人|"
    r"一把手|代表|委员|各方|双方|各级|中心|银行|平台|工会|青年|上下|各条线|街镇)(?:\([^()]*\))?$"
)
_START = re.compile(r"(?:各|全[市省区县体]|有关|相关|所有|市|省|区|县|我[市省区县]|双方)")
_VERBAL = re.compile(r"(?:通过|按照|根据|围绕|针对|立足|结合|聚焦|推进|加快|加强|以|把|对|在|从|坚持|为)")
_DUTY = re.compile(r"(?P<who>[^,以把对在]{2,24}?)(?:负责|牵头|会同|配合做好|每[年月季]|定期)")
_TRAILER = re.compile(
    r"(?P<what>牵头|责任|主办|配合|协办|参加|参与)(?:单位|"
    r"部门)?[:：](?P<who>[^():;。]{2,200}?)(?=[,;]\s*(?:牵头|责任|主办|配合|协办|参加|参与)|[);。]|$)"
)


def addressee_in(said: str) -> str:
    """The body a clause tells to act, as printed; empty where the clause names none.

    Examples
    --------
    >>> addressee_in("各地各部门要压实责任"), addressee_in("产业方面要聚焦"), addressee_in("无锡将深入学习")
    ('各地各部门', '', '无锡')
    """
    lead = LEAD.search(said)
    if lead and lead.start() <= 45:
        return _subject(said[: lead.start()])
    who = promise(said) or _on_duty(said)
    return who if who not in ("我们", "下一步", "接下来") else ""


def _on_duty(said: str) -> str:
    found = _DUTY.match(said)
    return found.group("who") if found and _BODY.search(found.group("who")) else ""


def _subject(before: str) -> str:
    cut = _CUT.match(before)
    subject = before[cut.end() :] if cut else before
    if not subject or _FRAME_END.search(subject) or (_VERBAL.match(subject) and not _START.match(subject)):
        return ""
    known = subject in gazetteer().by_alias
    return subject if known or _BODY.search(subject) or subject.startswith("各") else ""


def trailers(said: str) -> tuple[list[str], list[str]]:
    """Lead bodies and co-bodies of a trailer.

    Examples
    --------
    >>> trailers("建设快线(牵头单位:市发改委,配合单位:市交通局、各区)")
    (['市发改委'], ['市交通局', '各区'])
    """
    lead: list[str] = []
    co: list[str] = []
    for found in _TRAILER.finditer(said):
        bodies = [body.strip() for body in re.split(r"[、,]", found.group("who")) if body.strip()]
        (lead if found.group("what") in ("牵头", "责任", "主办") else co).extend(bodies)
    return lead, co
