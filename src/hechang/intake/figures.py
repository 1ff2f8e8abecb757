"""Figures: value, unit and what is counted. Ordinals, dates and counts that only structure the text are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from hechang.intake.dates_in_text import dates
from hechang.intake.labels import verbs

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_UNIT = (
    r"(?:万亿元|亿美元|万美元|亿欧元|亿元|万元|美元|元|万亿|个百分点|百分点|%|‰|个月|平方公里|"
    r"平方千米|平方米|立方米|公里|千米|海里|公顷|万亩|亩|米|吨标准煤|吨|标箱|TEU|千瓦时|千瓦|兆瓦|吉瓦"
    r"|人次|人|户|家|个|项|条|座|所|处|件|艘|架|辆|列|班|趟|台|套|张|床|对|种|批|名|位|倍|天|小时|"
    r"分钟|秒|年|次|级|期|宗|幅|部|篇|场|起|例|款|间|栋|幢|片|株|头|箱|支|只|份|块|站|村|镇|区|市|县)"
)
_FIGURE = re.compile(
    rf"(?<![第\d.A-Za-z一二三四五六七八九十百千万亿〇-])(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|"
    rf"[一二两三四五六七八九十百千][一二两三四五六七八九十百千零〇]*)(?P<scale>万亿|亿|万|"
    rf"千)?(?P<more>余|多|来|左右)?(?P<unit>{_UNIT})"
)
_WHAT = re.compile(r"[\u3400-\u9fff“”()A-Za-z]{1,14}")
_WHAT_END = re.compile(
    r"(?:的|内|以|工作|对|在|和|与|及|为|是|将|向|从|已|均|、|实现|达|左右|以上|以下|以内|增|降|同比|"
    r"开展|进行|建设完成)"
)
_BEFORE = re.compile(
    r"[\u3400-\u9fff“”()]{2,14}?(?=(?:达到?|为|约|超过?|突破|增长|下降|提高到|降至|完成|实现|共|有|占)*$)"
)
_STRUCTURE = re.compile(r"(?:个)?(?:方面|环节|角度|层面|要点|意见|建议|关键|重点方向|维度)")
_RHETORIC = re.compile(
    r"一(?:张|盘|体|系列|批|个|条|起|次|时|级|片|站|流|家|件|支|天到晚|场|道|处)|两个(?:确立|维护|"
    r"毫不)|四个(?:意识|自信)"
)


@dataclass(frozen=True)
class Figure:
    """One figure; spans are those of the cleaned text."""

    value: int | float
    unit: str
    what: str
    start: int
    end: int


def chinese_number(text: str) -> int | None:
    """Read a number in Chinese numerals; None where it is none.

    Examples
    --------
    >>> chinese_number("七十五"), chinese_number("一千二百零三"), chinese_number("十"), chinese_number("二五")
    (75, 1203, 10, 25)
    """
    if text and all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _POWERS:
            total += (digit or 1) * _POWERS[char] if _POWERS[char] < 10_000 else 0
            digit = 0
        else:
            return None
    return total + digit


def figures(text: str, start: int, end: int) -> Iterator[Figure]:
    """Find the figures of a paragraph.

    Examples
    --------
    >>> [(f.value, f.unit, f.what) for f in figures("新设33个组团,覆盖75个镇", 0, 14)]
    [(33, '个', '组团'), (75, '个', '镇')]
    """
    taken = [(said.start, said.end) for said in dates(text, start, end)]
    last = start
    for found in _FIGURE.finditer(text, start, end):
        while taken and taken[0][1] <= found.start():
            last = max(last, taken.pop(0)[1])
        if taken and taken[0][0] < found.end():
            continue
        figure = _figure(text, found, last, end)
        if figure:
            last = figure.end
            yield figure


def _figure(text: str, found: re.Match[str], last: int, end: int) -> Figure | None:
    value = _value(found)
    if value is None or _RHETORIC.match(found.group()) or _STRUCTURE.match(text, found.end("unit")):
        return None
    if text[found.start() - 1 : found.start()] == "“":  # a slogan: “五个中心”
        return None
    if not found.group("number")[0].isdigit() and found.group("unit") in (
        "年",
        "级",
        "期",
        "次",
        "市",
        "区",
        "县",
        "村",
        "镇",
        "部",
        "站",
        "片",
        "头",
        "支",
        "块",
    ):
        return None
    what, stop = _what(text, found, last, end)
    return Figure(value, found.group("unit"), what, found.start(), stop)


def _value(found: re.Match[str]) -> int | float | None:
    written = found.group("number").replace(",", "")
    plain = Decimal(written) if written[0].isdigit() else chinese_number(written)
    if plain is None:
        return None
    scale = {"万亿": 10**12, "亿": 10**8, "万": 10**4, "千": 10**3}.get(found.group("scale") or "", 1)
    value = Decimal(plain) * scale
    return int(value) if value == value.to_integral_value() else float(value)


def _what(text: str, found: re.Match[str], last: int, end: int) -> tuple[str, int]:
    """What is counted: the noun after the unit, else the noun before the number."""
    after = _WHAT.match(text, found.end(), end)
    if after:
        cut = _WHAT_END.search(after.group())
        noun = after.group()[: cut.start()] if cut else after.group()
        if noun and noun.count("(") == noun.count(")") and noun.count("“") == noun.count("”"):
            return noun, found.end() + len(noun)
    before = _BEFORE.search(text, max(last, found.start() - 20), found.start())
    return (_noun(before.group()) if before else ""), found.end()


def _noun(before: str) -> str:
    """The noun before a number, without what is done to it: `完成技改投资` is `技改投资`."""
    for _ in range(2):
        if before[:2] in verbs() and len(before) >= 5:
            before = before[2:]
    return before.strip("“”()")
