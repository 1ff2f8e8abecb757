"""Names of events in a sentence: `N召开`, `召开N`, titles of minutes, `在N上`, and inspections by a person.

Only what took place counts: what will be held, and meetings that are only cited, give no event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hechang.intake.dates_in_text import Said, dates
from hechang.intake.gazetteer import gazetteer

_CHARS = r"[\u3400-\u9fffA-Za-z0-9“”「」()·—\-+]"
_MEET = r"会(?<![社协商机员究金工学理都一同约将不分聚宴教党]会)(?![议员长场展计见签商谈])|(?:会商|专题研究|动员)会"
KIND = (
    r"(?:会议|大会|全会|论坛|峰会|年会|仪式|行动|(?:集中开工|启动|签约|开工|主题)活动|集中开工|现场办公|博览会|"
    rf"{_MEET})"
)
_NAME = rf"(?P<name>{_CHARS}{{2,48}}?{KIND})"
_DAY = (
    r"(?:(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日|昨[天日]?|今[天日]|前[天日]|近日|日前)?"
    r"(?:上午|下午|晚上?|清晨|早上)?(?:\d{1,2}[时点])?"
)
_HELD = re.compile(
    rf"[”」]?(?:\(扩大\)会议)?(?:于|定于)?{_DAY}(?:以[\u3400-\u9fff]{{2,12}}(?:方式|形式))?(?:在[\u3400-\u9fff、“”\d]{{2,20}}?)?"
    rf"{_DAY}(?:以[\u3400-\u9fff]{{2,12}}(?:方式|形式))?(?:正式|隆重|顺利|胜利|集中|圆满|如期|同步|联合|成功|正在|刚刚)*$"
)
_UPTO = re.compile(r"[日号\d][至到—~-]$")  # before the last of several days
_YESTERDAY = re.compile(r"昨(?=[在起上下晚于])")
_TRIGGER = re.compile(r"召开|举行|举办|开幕|启幕|开启大幕|开了一[场次个]")
_RIGHT = re.compile(
    rf"(?:了|的)?{_NAME}(?=[,。、;:)”」\s]|\((?!扩)|$|并|时|上|和|暨|强调|指出|精神|以|在|之|期间|后|的)"
)
_QUOTED = re.compile(r"(?:了)?(?P<name>“[^”\n,。]{4,24}”)(?:系列)?(?:活动)?(?=[,。;\n]|$)")
_ANY = re.compile(
    r"(?:(?:召开|举行)(?:了|的)?|开了一[场次个])(?P<name>[\u3400-\u9fff]{0,8}?(?:会议|座谈会|办公会|现场会|推进会))(?=[,。;上\n]|$)"
)
_LEFT_END = re.compile(rf"{_NAME}$")
_ATTEND = re.compile(rf"(?:出席|参加|主持){_NAME}(?=[,。、;:)”」\s]|\((?!扩)|$|并|时|上|和|暨|强调|指出|以|在)")
_ON = re.compile(rf"在{_NAME}上(?:的(?:讲话|报告|发言|致辞))?(?:稿|提纲|摘要)?(?=$|[\n (])")
_MINUTES = re.compile(rf"(?P<name>(?:关于)?{_CHARS}{{4,60}}?{KIND})纪要")
_TITLE = re.compile(
    rf"{_NAME}(?=强调|指出|要求|文字实录|实录|侧记|召开|举行|举办|开幕|贯彻|传达|学习|研究|审议|部署|[在于]|\((?!扩)|$|\s)"
)
_NOT_YET = re.compile(
    r"(?:将|拟|计划|定于|即将|筹备|准备|要|曾|每年|每月|每季度|每半年|定期|建议|自|陆续|累计|成功|已连续)$"
)
_NOT_YET_SAID = re.compile(r"(?:拟于|将于|定于|下一次|下次|每年|每季度|每半年|曾在|曾经)")
_JUNK = re.compile(
    r".*(?:主持召开|召开了?|举行了?|举办了?|出席|参加|承办的|主办的|组织的|发起的|(?:报|社|综合)?(?:讯|消息)(?:\([^()]*\))?|"
    r"\d日[上下]午|\d日|\d[时点]|[上下]午|昨[天日]|今[天日]|前[天日]|近日|日前|当[天晚日]|[本这上]周[一二三四五六日天]|随后|会后|会前|本报特稿|我[市省区县]|"
    r"在[\u3400-\u9fff]{2,8}(?=全)|[\u3400-\u9fff]讯(?=全))"
)
_SMALL = re.compile(
    r"(?:相关|有关|本次|此次|这次|重要|专题|专门|工作|现场|视频|全体|一次|多次|系列|首次|联席|各类|各种|这一|该|年度|扩大|"
    r"[党政]?工|委员|协|商|研究|基金|工商联?|分|都|一|同|约|将|不|都市|机|社|座谈|推进|签约|集中|开工|启动|揭牌|动员|部署|调度|协调|"
    r"新闻发布|碰头|签字|领导小组)*"
    r"(?:会议|大会|会上|会|仪式|行动|论坛|现场办公|集中开工|现场办公会)"
)
_INSPECT = re.compile(
    r"(?P<name>(?:(?:到|赴|在|来到|前往|深入|走进)[\u3400-\u9fffA-Za-z、“”]{2,24}?)?(?:专题|实地|现场|集中|带队|率队)?"
    r"(?:调研(?!员)|检查|督查(?![室组局])|督导|考察|视察|走访慰问|督办)(?:[\u3400-\u9fffA-Za-z“”、]{2,26}?)?)(?=[,。;!]|时|并(?!网|购)|的第|$|,)"
)
_CARRIED_OUT = re.compile(
    r"开展(?P<name>[\u3400-\u9fffA-Za-z、“”]{4,24}?(?:调研|视察|检查|督查(?![室组局])|督导|考察|演练|演习))(?=[,。;!]|时|活动|$)"
)
_PLACE = re.compile(r"[\u3400-\u9fff]{2,3}[市区县镇]")
_WHAT = re.compile(r"(?:调研(?!员)|检查|督查(?![室组局])|督导|考察|视察|走访慰问|督办)[\u3400-\u9fff“]{2}")


@dataclass(frozen=True)
class Found:
    """One event named: span of the name in the cleaned text and the date that belongs to it."""

    name: str
    start: int
    end: int
    said: Said | None
    at: int = 0  # where it is said to take place: the word 召开, or the end of the name


def held(text: str, start: int, end: int) -> Iterator[Found]:
    """Events that a sentence says were held, in the order of their verbs.

    Examples
    --------
    >>> said = "9月2日,甲乙协作推进会在丙园举行,会后王某召开丁港提升工程现场办公会"
    >>> [(one.name, one.said.text if one.said else None) for one in held(said, 0, len(said))]
    [('甲乙协作推进会', '9月2日'), ('丁港提升工程现场办公会', '9月2日')]
    """
    last = start
    for verb in _TRIGGER.finditer(text, start, end):
        edge = max(text.rfind(mark, start, verb.start()) for mark in ",;:!?。\n") + 1
        first = max(edge, last, verb.start() - 100)
        before = text[first : verb.start()]
        if _NOT_YET.search(before[-5:]) or _NOT_YET_SAID.search(before):
            continue
        span = _left(text, first, verb.start()) or _right(text, verb.end(), end)
        if span:
            last = max(verb.end(), span[1])
            yield Found(text[span[0] : span[1]], *span, date_near(text, start, end, span[0]), verb.start())


def _left(text: str, start: int, end: int) -> tuple[int, int] | None:
    """`N(在…)召开`: the name ends where only time, place and manner stand before the verb."""
    for found in _HELD.finditer(text, start, end):
        name = _LEFT_END.search(text, start, found.start())
        if name:
            return trim(text, *name.span("name"))
    return None


def _right(text: str, start: int, end: int) -> tuple[int, int] | None:
    quoted = _QUOTED.match(text, start, end)
    if quoted:
        return quoted.span("name")
    found = _RIGHT.match(text, start, end)
    return trim(text, *found.span("name")) if found else None


def plain(text: str, start: int, end: int) -> Found | None:
    """A meeting that has no other name than its kind (召开专题会议), with its day.

    Examples
    --------
    >>> said = "4月3日,副区长在区政府召开专题会议,研究道路建设"
    >>> plain(said, 0, len(said)).name
    '专题会议'
    """
    found = _ANY.search(text, start, end)
    day = date_near(text, start, end, found.start()) if found else None
    return Found(found["name"], *found.span("name"), day, found.start()) if found and day else None


def attended(text: str, start: int, end: int) -> Iterator[Found]:
    """Events somebody attends or chairs."""
    for found in _ATTEND.finditer(text, start, end):
        span = trim(text, *found.span("name"))
        if span:
            yield Found(text[span[0] : span[1]], *span, date_near(text, start, end, span[0]), span[1])


def titled(text: str, start: int, end: int) -> Iterator[Found]:
    """Events a headline names: title of minutes, `在N上`, the name before a verb."""
    for pattern in (_MINUTES, _ON, _TITLE):
        for found in pattern.finditer(text, start, end):
            span = trim(text, *found.span("name"))
            if span:
                yield Found(text[span[0] : span[1]], *span, date_near(text, start, end, span[0]), span[1])


def inspected(text: str, start: int, end: int) -> Found | None:
    """What somebody inspects; needs a place or a subject.

    Examples
    --------
    >>> inspected("市长王某到甲县调研水厂建设,并主持座谈", 4, 20).name
    '到甲县调研水厂建设'
    """
    if done := carried_out(text, start, end):
        return done
    for found in _INSPECT.finditer(text, start, end):
        name = found.group("name")
        if len(name) >= 6 and (_WHAT.search(name) or name[0] in "到赴在来前深走"):
            return Found(name, *found.span("name"), date_near(text, start, end, found.start()), found.end())
    return None


def carried_out(text: str, start: int, end: int) -> Found | None:
    """What a body carries out (`开展N`): an inspection, an exercise.

    Examples
    --------
    >>> carried_out("7月2日,市人大常委会组织代表开展跨界道路建设专题视察。", 0, 28).name
    '跨界道路建设专题视察'
    """
    found = _CARRIED_OUT.search(text, start, end)
    if not found:
        return None
    return Found(found["name"], *found.span("name"), date_near(text, start, end, found.start()), found.end())


def trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Without dateline, day, place and who calls it; None where no name is left.

    Examples
    --------
    >>> trim("本报讯9月1日甲乙推进会", 0, 12), trim("召开会议", 2, 4)
    ((7, 12), None)
    """
    floor = max(0, start - 40)
    junk = _JUNK.match(text, start, end)
    start = junk.end() if junk else start
    while start < end and text[start] in "”」)—-·、的了等+是":
        start += 1
    name = text[start:end]
    if name[:1] in "「“" and name.count(name[0]) > name.count("」" if name[0] == "「" else "”"):
        start += 1
        name = name[1:]
    if len(name) < 4 or _SMALL.fullmatch(name):
        return None
    return _with_places(text, floor, _with_quote(text, floor, start, end)), end


def _with_places(text: str, floor: int, start: int) -> int:
    """`甲、乙协同发展座谈会`, `甲县“乙”动员会`: places listed before a name, or before its quotation, belong to it."""
    listed = False
    while start > floor:
        apart = text[start - 1] == "、" or (listed and text[start - 1] in "与和")
        if not apart and not listed and text[start] != "“":
            break
        size = _place_before(text, floor, start - apart)
        if not size:
            break
        start, listed = start - apart - size, True
    return start


def _place_before(text: str, floor: int, end: int) -> int:
    """Length of the name of a place that ends there; 0 where there is none."""
    known = gazetteer().by_alias
    sizes = (size for size in range(8, 1, -1) if end - size >= floor)
    words = ((size, text[end - size : end]) for size in sizes)
    return next((size for size, word in words if word in known or _PLACE.fullmatch(word)), 0)


def _with_quote(text: str, floor: int, start: int, end: int) -> int:
    """`“甲、乙”百日行动动员会`: a name does not begin inside a quotation."""
    name = text[start:end]
    opens = text.rfind("“", floor, start) if name.count("”") > name.count("“") else -1
    return opens if opens >= 0 else start


def date_near(text: str, start: int, end: int, at: int) -> Said | None:
    """The day said nearest before a place of a sentence, else the first one after it; of several days the first.

    Examples
    --------
    >>> said = "9月2日至4日,甲乙推进会昨在丙园举行"
    >>> date_near(said, 0, len(said), 8).text, date_near(said, 8, len(said), 8).text
    ('9月2日', '昨')
    """
    said = (one for one in dates(text, start, min(end, start + 400)) if one.of_a_day)
    days = [one for one in said if not _UPTO.search(text, max(start, one.start - 2), one.start)]
    if not days:
        days = [
            Said(*one.span(), one.group(), days_ago=1) for one in _YESTERDAY.finditer(text, start, min(end, at + 60))
        ]
    before = [one for one in days if one.end <= at]
    return before[-1] if before else days[0] if days else None
