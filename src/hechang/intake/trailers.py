"""Trailers: the bodies and days that stand behind a task (牵头单位:…, 责任单位:…, 完成时限:…, (X牵头,Y配合))."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from hechang.intake.addressees import split_names

_WHAT = r"(?:牵头|责任|主办|承办|实施|主管|配合|协办|协同|参加|参与|督导)"
_ROLE = r"(?:单位|部门|处室|科室|领导|地区|主体|人)"
_NAMED = re.compile(
    rf"(?P<what>{_WHAT})(?:{_ROLE}){{0,2}}[:：](?P<who>[^:：;；。]{{2,240}}?)"
    rf"(?=[,;；]?\s*(?:{_WHAT}{_ROLE}{{0,2}}[:：]|(?:完成)?时[限间])|[;；。]|\)\s*$|\)[,;]|$)"
)
_SHORT = re.compile(
    r"^\((?P<lead>[^():,]{2,80}?)(?:共同|分别|按职责分工|按职责|各自)?(?P<how>牵头|负责|落实|承办|主办)"
    r"(?:[,;](?P<co>[^():]{2,120}?)(?:等)?(?:分别|按职责分工)?(?:(?P<helps>配合|参与|参加|协助)|落实|负责))?\)$"
)
_BARE = re.compile(r"^\((?P<all>[^():,。]{2,120})\)$")
_BODY = re.compile(
    r"(?:[局委办厅院校]|部门|单位|集团|公司|中心|街道|政府|管委会|专班|各[区县市镇地][^、]{0,6}|[市县区]\)?)$"
)
_WHEN = re.compile(
    r"(?:(?:完成|办结|整改)?(?:时限|时间|期限|节点)(?:要求)?|完成日期)[:：]\s*(?P<when>[^:：;；,。()]{2,24})"
)
_ONLY = re.compile(
    rf"(?:\(\s*{_WHAT}{_ROLE}{{0,2}}|{_WHAT}{_ROLE}{{1,2}}|\(?(?:完成|办结|整改)?(?:时限|时间|期限|节点)(?:要求)?)[:：]"
)
_ROUND = str.maketrans("〔〕[]", "()()")
_LEADS = frozenset({"牵头", "主办", "承办"})
_HELPS = frozenset({"配合", "协办", "协同", "参加", "参与"})


@dataclass(frozen=True)
class Trailer:
    """Leading bodies, helping ones, those that answer for the task (as printed), and the span of its time."""

    lead: tuple[str, ...] = ()
    co: tuple[str, ...] = ()
    told: str = ""
    when: tuple[int, int] | None = None  # in the text given

    def __bool__(self) -> bool:
        """Tell whether anything was found."""
        return bool(self.lead or self.co or self.told or self.when)


@lru_cache(maxsize=1024)
def trailer(said: str) -> Trailer:
    """What a trailer says of the task before it; empty where the text is none.

    Examples
    --------
    >>> trailer("(牵头单位:市发改委,配合单位:市交通局、各区)")
    Trailer(lead=('市发改委',), co=('市交通局', '各区'), told='市发改委', when=None)
    >>> trailer("(市河长办牵头,沿湖各地分别落实)").lead, trailer("(责任单位:市水务局、丙区政府)").told
    (('市河长办',), '市水务局、丙区政府')
    """
    said = said.translate(_ROUND)
    lead: list[str] = []
    co: list[str] = []
    told: list[str] = []
    for found in _NAMED.finditer(said):
        who = found.group("who").strip(" ,、)" if "(" not in found.group("who") else " ,、")
        if found.group("what") in _HELPS:
            co += split_names(who)
            continue
        told.append(who)
        if found.group("what") in _LEADS:
            lead += split_names(who)
    when = _WHEN.search(said)
    if lead or co or told or when:
        return Trailer(tuple(lead), tuple(co), told[0] if told else "", when.span("when") if when else None)
    return _short(said)


def _short(said: str) -> Trailer:
    found = _SHORT.match(said)
    if found:
        who = found.group("lead")
        lead = tuple(split_names(who)) if found.group("how") in ("牵头", "主办", "承办") else ()
        return Trailer(lead, tuple(split_names(found.group("co") if found.group("helps") else "")), who)
    bare = _BARE.match(said)
    if bare and all(_BODY.search(name) for name in split_names(bare.group("all"))):
        return Trailer((), (), bare.group("all"))
    return Trailer()


def is_trailer(said: str) -> bool:
    """Tell whether a text is only a trailer and no task.

    Examples
    --------
    >>> is_trailer("责任单位:市水务局"), is_trailer("(市水务局负责)"), is_trailer("建设快线(牵头单位:市交通局)")
    (True, True, False)
    """
    if ":" not in said[:14] and said[:1] not in ("(", "〔", "["):
        return False
    said = said.translate(_ROUND)
    return _ONLY.match(said) is not None or (said.startswith("(") and bool(_short(said)))
