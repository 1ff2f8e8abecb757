"""Figures: value, unit and what is counted. Ordinals, dates, names and counts that only structure a text are none."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from hechang.intake.clauses import sentences
from hechang.intake.counted import Topic, given_to, noun_after, noun_before, structures
from hechang.intake.dates_in_text import dates
from hechang.intake.gazetteer import WORDS
from hechang.intake.labels import verbs
from hechang.intake.numerals import number_of

_CHINESE = "一二两三四五六七八九十百千零〇"
_ARABIC = r"\d++(?:,\d{3})*+(?:\.\d++)?+"
_NUMERAL = rf"(?:[{_CHINESE}]{{1,16}}(?:点[一二三四五六七八九零〇]{{1,9}})?)"  # 五千瓦 may have to give 千 back
_SCALE = r"(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百)"
_ONLY_SCALE = r"(?<=[近超逾破过达约])(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百)"
_MONEY_ABOVE = r"(?:万亿|千亿|百亿|十亿|亿|千万|百万)(?=元(?:及?以上|级))"
_SHARE = {"百分之": "%", "千分之": "‰", "万分之": "‱"}
_NUMERALS = re.compile(r"\d++|[一二两三四五六七八九十百千万亿]")
_MORE = {"近": "nearly", "约": "about", "超": "over", "逾": "over", "余": "over", "多": "over", "左右": "about"}
_ABOUT = re.compile(r"(近|约|超|逾)(?:过|为)?$")
_NOT_BEFORE = frozenset("第前.+-—/“’‘_#№·")
_SAY_NOTHING = re.compile(r"级(?!以)|岁|[Aa]级|G|后|[a-zA-Z]|号|期工程|\.\d|[+/]\d|[年月](?=\d)")
_CIRCLE = re.compile(r"[\u3400-\u9fff]{0,6}圈|可达|热线|[开服值营在不全]|论坛|圆桌")
_LIMITED = re.compile(r"及?以[上下]|的|儿童|老")
_VAGUE = frozenset("年级期市区县村镇乡部站片头支块门节组班份位分口周")  # in Chinese numerals these name things


@dataclass(frozen=True)
class Figure:
    """One figure; spans are those of the cleaned text; `upto` is the end of a range, `about` tells nearly or over."""

    value: int | float
    unit: str
    what: str
    start: int
    end: int
    upto: int | float | None = None
    about: str = ""


@cache
def units() -> dict[str, str]:
    """Units and their class: money, share, measure, time, count.

    Source: words/units.csv.
    """
    with (WORDS / "units.csv").open(encoding="utf-8", newline="") as file:
        return {row["unit"]: row["class"] for row in csv.DictReader(file)}


@cache
def _figure_form() -> re.Pattern[str]:
    unit = "|".join(re.escape(one) for one in sorted(units(), key=lambda one: (-len(one), one)))
    per = rf"(?:/(?:{unit}|日|月|次))?"
    return re.compile(
        rf"(?P<share>百分之|千分之|万分之)(?P<percent>{_ARABIC}|{_NUMERAL})"
        rf"(?:[到至-](?:百分之)?(?P<percent2>{_ARABIC}|{_NUMERAL}))?"
        rf"|(?P<number>{_ARABIC}|{_NUMERAL})(?P<scale1>{_SCALE})?(?:{unit})?"
        rf"(?:[-—~–至到])(?P<number2>{_ARABIC}|{_NUMERAL})(?P<scale2>{_SCALE})?(?P<more2>余|多)?(?P<unit2>(?:{unit}){per})"
        rf"|(?P<plain>{_ARABIC}|{_NUMERAL}|(?={_ONLY_SCALE}|{_MONEY_ABOVE}))(?P<scale>{_SCALE})?(?P<more>余|多|几)?"
        rf"(?P<unit>(?:{unit}){per})"
        rf"|(?P<people>{_ARABIC})(?P<scale3>万亿|亿|万)(?P<more3>余|多)?(?=[\u3400-\u9fff])"
    )


def figures(text: str, start: int, end: int) -> Iterator[Figure]:
    """Find the figures of a paragraph.

    Examples
    --------
    >>> [(f.value, f.unit, f.what) for f in figures("新设33个组团,覆盖七十五个镇", 0, 15)]
    [(33, '个', '组团'), (75, '个', '镇')]
    >>> said = "甲市完成技改投资近1.2万亿元,同比增长百分之五"
    >>> [(f.value, f.unit, f.what, f.about) for f in figures(said, 0, len(said))]
    [(1200000000000, '元', '技改投资', 'nearly'), (5, '%', '技改投资增长', '')]
    """
    for first, last in sentences(text, start, end):
        yield from _of_sentence(text, first, last)


def _of_sentence(text: str, start: int, end: int) -> Iterator[Figure]:
    first = _next(text, start, end)
    if not first:
        return
    taken = [(said.start, said.end) for said in dates(text, start, end)]
    topic = Topic(text, start)
    at = first.start()
    while found := _next(text, at, end):
        while taken and taken[0][1] <= found.start():
            topic.floor = max(topic.floor, taken.pop(0)[1])
        if taken and taken[0][0] < found.end():
            at = max(taken[0][1], found.start() + 1)
            continue
        at = found.end()
        figure = _figure(text, found, topic, end)
        if figure:
            topic.floor = at = figure.end
            yield figure if figure.what else _with_next(text, figure, end)


def _next(text: str, at: int, end: int) -> re.Match[str] | None:
    """The next number with a unit; only where a numeral stands is the whole form tried."""
    form = _figure_form()
    while start := _NUMERALS.search(text, at, end):
        found = form.match(text, start.start(), end)
        if found:
            return found
        at = start.end()
    return None


def _with_next(text: str, figure: Figure, end: int) -> Figure:
    """`12类45件实事`: the first of two figures counts what the second counts."""
    following = _figure_form().match(text, figure.end, end)
    noun = noun_after(text, following.end(), end, "count")[0] if following else ""
    return replace(figure, what=noun)


def _figure(text: str, found: re.Match[str], topic: Topic, end: int) -> Figure | None:
    if not _is_figure(text, found):
        return None
    bare = _bare(found)
    if bare is None:
        return None
    said = _ABOUT.search(text, max(0, found.start() - 3), found.start())
    more = found.group("more") or found.group("more2") or found.group("more3") or (said.group(1) if said else "")
    bare = replace(bare, about=_MORE.get(more, ""))
    kind = units().get(bare.unit.partition("/")[0], "share") if bare.unit else "count"
    return _with_noun(text, bare, kind, topic, end)


def _with_noun(text: str, bare: Figure, kind: str, topic: Topic, end: int) -> Figure | None:
    """What is counted: the noun after a count, the noun before a measure; each the other where there is none."""
    after, stop = noun_after(text, bare.end, end, kind)
    of_what = kind in ("count", "measure") or text.startswith(("的", "以上", "及以上"), bare.end)
    if after and of_what:
        topic.noun, topic.parts = after, ()
        return None if _structure(bare, after) else replace(bare, what=after, end=stop)
    before = noun_before(topic, bare.start, kind)
    if kind == "money" and before.endswith(("出资", "拿出", "投入", "安排", "筹集")):
        given, last = given_to(text, bare.end, end)
        after, stop, before = (given, last, "") if given else (after, stop, before)
    if before and not (after and before in verbs()):
        return replace(bare, what=before)
    if after:
        return replace(bare, what=after, end=stop)
    return None if _structure(bare, "") else bare


def _structure(bare: Figure, noun: str) -> bool:
    """`四个方面` orders a text and counts nothing; a small count without a noun neither."""
    return bare.unit in ("个", "项", "条", "件", "类", "种", "张", "场") and structures(noun, bare.value)


def _bare(found: re.Match[str]) -> Figure | None:
    """Value and unit, without what is counted."""
    part = found.groupdict()
    upto = None
    if part["share"]:
        value, unit = number_of(part["percent"]), _SHARE[part["share"]]
        upto = number_of(part["percent2"]) if part["percent2"] else None
    elif part["number"]:
        value = number_of(part["number"], part["scale1"] or part["scale2"] or "")
        upto, unit = number_of(part["number2"], part["scale2"] or ""), part["unit2"]
    elif part["people"]:
        value, unit = number_of(part["people"], part["scale3"]), ""
    else:
        value, unit = number_of(part["plain"], part["scale"] or ""), part["unit"].replace("个小时", "小时")
    return None if value is None else Figure(value, unit, "", found.start(), found.end(), upto)


def _is_figure(text: str, found: re.Match[str]) -> bool:
    """No ordinal, no part of a name or a code, no figure of speech."""
    before = text[found.start() - 1] if found.start() else ""
    number = found.group("plain") or found.group("number") or found.group("people") or ""
    unit = found.group("unit") or found.group("unit2") or "%"
    unit = "小时" if unit == "个小时" else unit
    if text.startswith("最后", found.start() - 2):
        return False
    if unit == "岁" and (found.group("number") or _LIMITED.match(text, found.end())):
        return False
    if before in _NOT_BEFORE or (before.isascii() and before.isalnum()):
        return False
    if before and before in _CHINESE + "万亿点几数每单多各半" and not number[:1].isdigit() and not found.group("share"):
        return False
    if _SAY_NOTHING.match(text, found.end()) or (
        unit in ("分钟", "小时", "天", "人") and _CIRCLE.match(text, found.end())
    ):
        return False
    return number[:1].isdigit() or not number or _counted_in_words(number, unit, found)


def _counted_in_words(number: str, unit: str, found: re.Match[str]) -> bool:
    """Chinese numerals count only with a unit that names nothing; 一 is mostly an article."""
    if number in ("百", "千", "十百", "百千", "千百") or unit[0] in _VAGUE:
        return False
    kind = units().get(unit.partition("/")[0], "count")
    if number == "一" and not found.group("scale"):
        return kind in ("money", "measure") or unit in ("天", "个月")
    return kind != "count" or unit in tuple("个项条家座所人户名套台辆艘处件段种")
