"""Dates as reports write them: with or without a year, a month or a day, or relative to the day of publication.

A date keeps the precision it was given; a year that is not written is inferred only from a stated basis.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hechang.terms.dates import first_day, is_date, last_day

_DIGITS = {
    "〇": 0,
    "○": 0,
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_Y = r"(?:(?:19|20)\d\d|[一二][〇○零九][〇○零一二三四五六七八九]{2})"
_DATE = re.compile(
    rf"(?P<iso>(?<!\d)(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:[12]\d|3[01]|0?[1-9])(?!\d))"
    rf"|(?P<year>{_Y})年(?:底|末|初|前|内|(?P<ym>{_N})月(?:(?P<ymd>{_N})日|底|末|初)?)?(?P<yspan>前)?"
    rf"|(?P<ryear>今年|明年|后年|去年|前年)(?:底|末|初|(?P<rm>{_N})月(?:(?P<rmd>{_N})日|底|末)?)?(?P<rspan>前)?"
    rf"|(?P<month>{_N})月(?:(?P<day>{_N})日|底|末)(?P<mspan>前)?"
    rf"|(?<![\d月第])(?P<only>\d{{1,2}}|[一二三四五六七八九十]{{2,3}})日(?=上午|下午|晚|,|在|召|举|至|电|讯)"
    rf"|(?P<rel>昨天|昨日|今天|今日|前天|前日|昨晚|今晨)"
    rf"|(?P<week>[本这上]个?(?:周|星期|礼拜))(?P<weekday>[一二三四五六日天])"
    rf"(?![直共体系场位名天届均报气大期批次项个条家轮])(?=[,。、;:(\s召举在至到前后晚起内]|上午|下午|晚|清晨|全[市省区县]|[\u3400-\u9fff]{{1,6}}[市省区县镇]|$)"
    rf"|(?P<yearend>年底|年末|年内|岁末)(?:前)?"
)
_RELATIVE = {"昨天": 1, "昨日": 1, "昨晚": 1, "前天": 2, "前日": 2, "今天": 0, "今日": 0, "今晨": 0}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
PRECISIONS = {4: "year", 7: "month", 10: "day"}


@dataclass(frozen=True)
class Said:
    """A date as said: its span, the parts that were given, and for relative ones the days before publication.

    `weekday` is counted from Monday (0) of the week of publication: 上周五 is -3.
    """

    start: int
    end: int
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    years_on: int | None = None
    days_ago: int | None = None
    weekday: int | None = None

    @property
    def of_a_day(self) -> bool:
        """Whether it tells a single day."""
        return bool(self.day) or self.days_ago is not None or self.weekday is not None


@dataclass(frozen=True)
class When:
    """A date as understood: ISO prefix (None: unknown), precision and the basis it stands on."""

    value: str | None
    precision: str | None
    basis: str | None
    text: str = ""

    def as_json(self) -> dict[str, str | None]:
        """The date as the result of reading writes it."""
        return {"value": self.value, "precision": self.precision, "basis": self.basis}


def number(text: str) -> int:
    """Read a small number in digits or Chinese numerals.

    Examples
    --------
    >>> number("二十七"), number("10"), number("二〇二二"), number("十")
    (27, 10, 2022, 10)
    """
    if text.isdigit():
        return int(text)
    if "十" not in text:
        return int("".join(str(_DIGITS.get(char, 0)) for char in text) or 0)
    tens, _, ones = text.partition("十")
    return (_DIGITS.get(tens, 0) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)


def dates(text: str, start: int = 0, end: int | None = None) -> Iterator[Said]:
    """Find the dates of a text.

    Examples
    --------
    >>> [(said.text, said.month, said.day) for said in dates("9月27日上午,推进会举行。")]
    [('9月27日', 9, 27)]
    """
    for found in _DATE.finditer(text, start, len(text) if end is None else end):
        parts = {name: value for name, value in found.groupdict().items() if value}
        yield _said(Said(found.start(), found.end(), found.group()), parts)


def _said(said: Said, parts: dict[str, str]) -> Said:
    if "iso" in parts:
        year, month, day = re.split(r"[-./]", parts["iso"])
        return replace(said, year=int(year), month=int(month), day=int(day))
    if "rel" in parts:
        return replace(said, days_ago=_RELATIVE[parts["rel"]])
    if "week" in parts:
        return replace(said, weekday=_WEEKDAYS[parts["weekday"]] - 7 * parts["week"].startswith("上"))
    if "yearend" in parts:
        return replace(said, years_on=0)
    pick = {
        name: number(parts[name])
        for name in ("year", "ym", "ymd", "rm", "rmd", "month", "day", "only")
        if name in parts
    }
    return replace(
        said,
        year=pick.get("year"),
        month=pick.get("ym") or pick.get("rm") or pick.get("month"),
        day=pick.get("ymd") or pick.get("rmd") or pick.get("day") or pick.get("only"),
        years_on=_YEARS[parts["ryear"]] if "ryear" in parts else None,
    )


def iso(year: int, month: int | None, day: int | None) -> str | None:
    """Write an ISO prefix; None where no such day exists.

    Examples
    --------
    >>> iso(2022, 9, 27), iso(2022, 9, None), iso(2022, 2, 30)
    ('2022-09-27', '2022-09', None)
    """
    text = f"{year:04d}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if month and day else "")
    return text if is_date(text) else None


def resolve(said: Said, published: str | None, *, past: bool = True) -> When:
    """Understand a date with the day of publication (an ISO prefix or None) as the only anchor.

    `past` tells whether the date must not lie after the publication (an event reported) or may (a deadline).

    Examples
    --------
    >>> resolve(next(dates("9月27日")), "2022-09-28")
    When(value='2022-09-27', precision='day', basis='inferred: year of publication 2022-09-28', text='9月27日')
    >>> resolve(next(dates("昨天")), "2022-11-13").value, resolve(next(dates("9月27日")), None).value
    ('2022-11-12', None)
    >>> [resolve(said, "2022-09-28").value for said in dates("上周五召开, 本周三举行")]
    ['2022-09-23', '2022-09-28']
    """
    if said.year is not None:
        return _when(iso(said.year, said.month, said.day), "stated", said.text)
    if published is None:
        return When(None, None, f"no year stated: {said.text}", said.text)
    if said.days_ago is not None or said.weekday is not None:
        return _relative(said, published)
    if said.years_on is not None:
        value = iso(int(published[:4]) + said.years_on, said.month, said.day)
        return _when(value, f"inferred: '{said.text}' beside publication {published}", said.text)
    return _yearless(said, published, past)


def _when(value: str | None, basis: str, text: str) -> When:
    return When(value, PRECISIONS[len(value)] if value else None, basis if value else f"no such day: {text}", text)


def _relative(said: Said, published: str) -> When:
    if len(published) < 10:
        return When(None, None, f"day of publication unknown: {said.text}", said.text)
    day = date.fromisoformat(published)
    ago = said.days_ago or 0 if said.weekday is None else day.weekday() - said.weekday
    value = (day - timedelta(days=ago)).isoformat()
    return _when(value, f"inferred: '{said.text}' beside publication {published}", said.text)


def _yearless(said: Said, published: str, past: bool) -> When:
    year = int(published[:4])
    month = said.month or (int(published[5:7]) if len(published) >= 7 else None)
    if month is None:
        return When(None, None, f"no month stated: {said.text}", said.text)
    value = iso(year, month, said.day)
    if value and past and first_day(value) > last_day(published):
        value = _before(year, month, said)
    basis = "inferred: year of publication" if said.month else "inferred: month of publication"
    return _when(value, f"{basis} {published}", said.text)


def _before(year: int, month: int, said: Said) -> str | None:
    """The day must lie before the publication: a month back where no month was said, else a year back."""
    if said.month:
        return iso(year - 1, month, said.day)
    return iso(year, month - 1, said.day) if month > 1 else iso(year - 1, 12, said.day)
