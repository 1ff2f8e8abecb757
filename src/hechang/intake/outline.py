"""Numbered sections: which number opens a paragraph, how deep it stands, and whether its section asks or tells.

A section that tells (a review, a background) holds no directives; one that asks does; others follow the one above.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ASK, TELL = "ask", "tell"
_CN = "[一二三四五六七八九十百零〇]"
_NUMBER = re.compile(
    rf"(?:(?P<part>第(?:{_CN}{{1,3}}|\d{{1,2}})[章节编])|(?P<article>第(?:{_CN}{{1,4}}|\d{{1,3}})条)"
    rf"|(?P<one>{_CN}{{1,3}}、|第{_CN}{{1,2}}[,、](?=关于))|(?P<two>[(]{_CN}{{1,3}}[)])|(?P<three>\d{{1,2}}(?:[.、](?!\d)|[)])"
    r"|0[1-9][。 ]|\d\u20e3)"
    rf"|(?P<four>[(]\d{{1,2}}[)])|(?P<five>[\u2460-\u2473])|(?P<dash>——|[•·●■◆▪◎○▲▶►▼★☆◇])) ?[、.]?"
)
_TASKS = re.compile(
    r"任务|重点工作|(?:几点|工作|政策|具体|若干)建议|^建议[:：]?$|对策|工作(?:安排|要求|措施|思路|举措|部署|打算)|目标|总体要求|下一?步|下一?阶段|打算|近期工作|采纳|(?:几点|有关|具体)要求|"
    r"怎么[干办转做抓]|这样[干办做抓]|保障(?:措施|机制)|"
    r"组织(?:实施|保障)|政策措施|主要举措|具体要求|(?:今|明|20\d\d)年.{0,8}工作(?!.{0,6}(?:回顾|情况|成))|[做抓]好.*工作|展望|发展方向|规划|纲要|“?十[五六]五"
)
_REVIEW = re.compile(
    r"(?:上半年|前三季度|去年|上年|一年来|今年以来)(?:的)?(?:主要|重点)?工作(?:$|开展|完成|推进|及|情况)|"
    r"下半年(?:的)?(?:主要|重点)?工作(?:开展|完成|推进|情况)|回顾|工作(?:情况|总结|成效|成绩)|成效|存在.*问题|主要问题|基本情况|发展(?:基础|环境|形势|成就|现状)|"
    r"背景|意义|(?:总体|主要|有关)情况$|执行情况|完成情况|附则|(?:适用|整治|实施|检查)范围|编制依据|现状|形势|成就|评价"
)
_NOMINAL = re.compile(
    r"(?:关于|附|总体|下一?步|重大(?:工程|项目)|指导思想|基本(?:原则|思路)|主要|重点(?:任务|工作|领域|项目)|工作|目标|任务|保障(?:措施|机制)|"
    r"组织(?:保障|实施|领导)?(?:措施|机制)?$|有关|相关|具体|实施(?:步骤|内容|范围|要求|时间)|进度|时间|责任|"
    r"政策(?:措施|保障)|检查内容|其他|20\d\d年|今年|明年|“?十[四五]五)"
)
_PLAN = re.compile(
    r"(?:方案|计划|意见|通知|办法|规定|要点|规划|清单|分工|纲要|条例|细则|决定|措施|任务书|通告|公告|批复|"
    r"工作安排|任务表|倡议书|请示|复函|答复|协议(?:书)?|备忘录|协定|这[么样][干抓]|怎么[干抓])[!！?？]?(?:的通知)?(?:\([^()]{1,20}\))*$"
)
_STARTS = re.compile(
    r"(?:(?<!情况报告)(?<!情况汇报)(?<!情况通报)(?<!工作报告)如下|印发(?:给|你们)|(?:制定|提出|作出|明确)(?:了)?(?:本|以下|此)|以下(?:事项|意见|措施|任务|要求|决定))"
)
_OFFICIAL = re.compile(r"我(?:谨)?代表.{2,20}(?:报告工作|作.{0,8}报告)")


@dataclass(frozen=True)
class Number:
    """The number a paragraph opens with: its form and where the words behind it begin."""

    form: str
    end: int


def number_at(text: str, start: int) -> Number | None:
    """The outline number at a place of the text; None where there is none (一是 and 一要 are words, not numbers).

    Examples
    --------
    >>> number_at("(二)加快建设", 0), number_at("3.建设快线", 0), number_at("2.5万人", 0), number_at("一要加快", 0)
    (Number(form='two', end=3), Number(form='three', end=2), None, None)
    """
    found = _NUMBER.match(text, start)
    return Number(str(found.lastgroup), found.end()) if found else None


def names_a_part(title: str) -> bool:
    """Tell whether a heading only names a part of the document (总体要求) and asks for nothing.

    Examples
    --------
    >>> names_a_part("总体要求"), names_a_part("关于资金安排"), names_a_part("压实工作责任")
    (True, True, False)
    """
    return _NOMINAL.match(title) is not None and len(title) < 24


_AGREED = re.compile(r"纪要如下|议定(?:如下|以下)?事项|议定如下")


def genre_of(titles: str, opening: str) -> str:
    """What kind of document this is by its titles and first words: plan, minutes, review or news.

    Examples
    --------
    >>> genre_of("甲市轨道建设行动方案", ""), genre_of("", "现在,我代表甲市人民政府,向大会报告工作")
    ('plan', 'review')
    >>> genre_of("专题会议纪要", ""), genre_of("", "会议议定如下事项:"), genre_of("推进会召开", "本报讯 会议强调")
    ('minutes', 'minutes', 'news')
    """
    if _OFFICIAL.search(opening) or re.search(r"工作报告(?:\s|\(|$)", titles):
        return "review"
    if "纪要" in titles or _AGREED.search(titles) or _AGREED.search(opening):
        return "minutes"
    lines = [line.strip() for line in titles.split("\n") if line.strip()]
    plan = any(_PLAN.search(line) for line in lines) or re.search(r"现(?:就|将|提出).{0,60}(?:如下|印发)", opening)
    news = re.search(
        r"(?:报|社)[^,。]{0,12}?[讯电]|通讯员|记者|(?:召开|举行|主持|出席).{0,40}(?:会|活动)", opening[:160]
    )
    return "plan" if plan and not news else "news"


def starts_asking(words: str) -> bool:
    """Tell whether a paragraph ends the preamble of a plan (现将…通知如下).

    Examples
    --------
    >>> starts_asking("现就有关事项通知如下:"), starts_asking("今年汛期形势严峻")
    (True, False)
    """
    return _STARTS.search(words) is not None


class Outline:
    """The open sections of a document, outermost first."""

    def __init__(self, default: str = "") -> None:
        self.default = default
        self.open: list[tuple[str, str]] = []  # form and mode

    def enter(self, form: str, title: str) -> None:
        """Go into the section with this number; sections of the same form and below it close."""
        forms = [one for one, _ in self.open]
        if form in forms:
            del self.open[forms.index(form) :]
        self.open.append((form, self._mode(title)))

    def _mode(self, title: str) -> str:
        if (_REVIEW.search(title) and "负责" not in title) or (self.mode == TELL and self.open):
            return TELL  # what stands under a review reviews
        if _TASKS.search(title):
            return ASK
        return self.mode

    @property
    def mode(self) -> str:
        """`ask`, `tell` or empty: what the innermost section does."""
        return self.open[-1][1] if self.open else self.default

    @property
    def depth(self) -> int:
        """How many sections are open."""
        return len(self.open)
