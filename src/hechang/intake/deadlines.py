"""Deadlines as plans write them: a date, a quarter, a half year, the end of a month, a span (三个月内) or a feast.

The day of the document is the only anchor; a deadline keeps the precision it was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from hechang.intake.dates_in_text import PRECISIONS, When, dates, iso, number, resolve

_N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_OTHER = re.compile(
    rf"(?P<qy>20\d\d年|今年|明年|当年)?(?P<quarter>第?[一二三四1-4]季度|[上下]半年)(?:末|底)?"
    rf"|(?P<n>半|{_N})个?(?P<unit>工作日|天|日|周|星期|月|年)(?:之?内|以内)"
    rf"|(?P<month>本月|这个月|当月|下个?月|次月)(?:底|末|内|初|中旬|\d{{1,2}}日)?|(?P<this>(?<![\d一二三四五六七八九十个])月[底末])"
    rf"|(?P<week>本周|下周)(?:[一二三四五六日](?=[,。、;前内底]|之前|$)|末|内|底)?"
    rf"|(?P<feast>元旦|五一|国庆|端午|中秋|汛期?|高温|入冬|供暖)(?:节|假期|季|期)*(?:来临)?(?:之?前)"
    rf"|“?(?P<plan>十[三四五六七]五)”?(?:规划)?(?:期?末|期间|时期)"
    rf"|(?<![\d年一二三四五六七八九十])(?P<bare>{_N})月(?:份|[上中下]旬|初|中)?(?![\d日底末一二三四五六七八九十])"
)
_MAY = re.compile(r"[年月日季周内前]|十[三四五六七]五")
_TAIL = re.compile(r"(?:之?前|以前|以内|之内|内)")
_TITLE = re.compile(r"《[^》]*》?")
_EVERY = re.compile(r"(?:每[年月季周]?|自|从|截至|截止到?|至今|于?(?:去|上)年.{0,3})$")
_NAMES = re.compile(
    r"(?:年?(?:度|以来|版|级|第|[第全]?[一二三四五六七八九十]+[届次]|的|政府|重点|工作|行动|计划|方案|任务|清单|十大|民生实事)|[—-])"
)
_FEASTS = {"元旦": (12, 31), "五一": (4, 30), "国庆": (9, 30)}  # the last day before; others move from year to year
_HALF = {"上半年": 6, "下半年": 12}
_PLAN_ENDS = {"十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035, "十七五": 2040}


@dataclass(frozen=True)
class Due:
    """A deadline: its span in the text and what it means."""

    start: int
    end: int
    when: When


def due(text: str, start: int, end: int, anchor: str | None) -> Due | None:
    """The first deadline between two places of a text; `anchor` is the document's day (an ISO prefix, None: unknown).

    Examples
    --------
    >>> words = "一季度末前完成土地出让"
    >>> due(words, 0, len(words), "2024-01-10").when.value
    '2024-03'
    >>> due("三个月内拿出方案", 0, 8, "2024-02-18").when.value, due("2024年6月底前完成", 0, 11, None).when.value
    ('2024-05', '2024-06')
    >>> due("贯彻《2025年行动清单》", 0, 13, "2025-01-02") is None
    True
    """
    if not _MAY.search(text, start, end):
        return None
    quoted = [found.span() for found in _TITLE.finditer(text, start, end)] if "《" in text[start:end] else []
    found = sorted(
        (*_dated(text, start, end, anchor), *_others(text, start, end, anchor)), key=lambda one: (one.start, -one.end)
    )
    free = (
        one
        for one in found
        if not any(a <= one.start < b for a, b in quoted)
        and not _EVERY.search(text[max(start, one.start - 6) : one.start])
    )
    return next(free, None)


def _dated(text: str, start: int, end: int, anchor: str | None) -> list[Due]:
    made = []
    for said in dates(text, start, end):
        only_year = said.month is None and said.text.endswith("年")
        before = (said.year or 9999) < int((anchor or "0")[:4])
        if (
            said.days_ago is not None
            or said.weekday is not None
            or before
            or (said.years_on or 0) < 0
            or (only_year and _NAMES.match(text, said.end - 1))
        ):
            continue
        if only_year and _NAMES.match(text, said.end):
            continue
        made.append(Due(said.start, _to(text, said.end, end), resolve(said, anchor, past=False)))
    return made


def _to(text: str, at: int, end: int) -> int:
    tail = _TAIL.match(text, at, end)
    return tail.end() if tail else at


def _others(text: str, start: int, end: int, anchor: str | None) -> list[Due]:
    made = []
    for found in _OTHER.finditer(text, start, end):
        value = _value({name: part for name, part in found.groupdict().items() if part}, found.group(), anchor)
        basis = (
            f"inferred: '{found.group()}' beside {anchor}"
            if anchor
            else f"day of the document unknown: {found.group()}"
        )
        if found.group("plan") or (value and found.group("qy") and found.group("qy")[0] == "2"):
            basis = "stated"
        when = When(value, PRECISIONS[len(value)] if value else None, basis, found.group())
        made.append(Due(found.start(), _to(text, found.end(), end), when))
    return made


def _value(parts: dict[str, str], said: str, anchor: str | None) -> str | None:
    """What a deadline without a full date means; None where the anchor does not tell."""
    if "plan" in parts:
        return str(_PLAN_ENDS[parts["plan"]])
    if "quarter" in parts and parts.get("qy", "")[:1] == "2":
        return iso(int(parts["qy"][:4]), _quarter(parts["quarter"]), None)
    return _anchored(parts, said, anchor) if anchor else None


def _anchored(parts: dict[str, str], said: str, anchor: str) -> str | None:
    year, month = int(anchor[:4]), int(anchor[5:7]) if len(anchor) >= 7 else None
    kind = next(name for name in ("quarter", "bare", "feast", "n", "month", "this", "week") if name in parts)
    made: dict[str, Callable[[], str | None]] = {
        "quarter": lambda: iso(year + (parts.get("qy") == "明年"), _quarter(parts["quarter"]), None),
        "bare": lambda: iso(year, number(parts["bare"]), None),
        "feast": lambda: iso(year, *_FEASTS[parts["feast"]]) if parts["feast"] in _FEASTS else None,
        "n": lambda: _span(parts, anchor, year, month),
        "week": lambda: _week(said, anchor),
    }
    return made.get(kind, lambda: _near(parts, said, year, month))()


def _quarter(said: str) -> int:
    return _HALF.get(said) or number(said.removeprefix("第")[0]) * 3


def _span(parts: dict[str, str], anchor: str, year: int, month: int | None) -> str | None:
    """`三个月内`: counted from the anchor; years keep the year, months the month, days need a day."""
    if parts["n"] == "半":
        return _months_on(year, month, 6) if parts["unit"] == "年" else None
    count, unit = number(parts["n"]), parts["unit"]
    if unit == "年":
        return str(year + count)
    if unit == "月":
        return _months_on(year, month, count)
    if len(anchor) < 10:
        return None
    if unit == "工作日":
        return _working_days_on(date.fromisoformat(anchor), count).isoformat()
    return (date.fromisoformat(anchor) + timedelta(days=count * (7 if unit in ("周", "星期") else 1))).isoformat()


def _working_days_on(day: date, count: int) -> date:
    """So many weekdays later; public holidays move from year to year and are not known here."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _week(said: str, anchor: str) -> str | None:
    """The day of this week or the next, else its Sunday; None where the day of the document is not known."""
    if len(anchor) < 10:
        return None
    day = date.fromisoformat(anchor)
    weekday = "一二三四五六日".find(said[2:3]) if said[2:3] else -1
    later = (weekday if weekday >= 0 else 6) - day.weekday() + 7 * said.startswith("下周")
    return (day + timedelta(days=later)).isoformat()


def _near(parts: dict[str, str], said: str, year: int, month: int | None) -> str | None:
    """The month of the document or the next, with its day where one is said."""
    later = 1 if parts.get("month", "")[:1] in ("下", "次") else 0
    day = re.search(r"(\d{1,2})日", said)
    value = _months_on(year, month, later)
    return iso(int(value[:4]), int(value[5:7]), int(day.group(1))) if value and day else value


def _months_on(year: int, month: int | None, count: int) -> str | None:
    if month is None:
        return None
    whole = year * 12 + month - 1 + count
    return iso(whole // 12, whole % 12 + 1, None)
