"""Dates that keep their precision: `2022`, `2022-09` and `2022-09-27` are three different statements.

Lists count from the last day a date can mean, validity from the first. ISO prefixes compare correctly as text.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

SHANGHAI = ZoneInfo("Asia/Shanghai")
Clock = Callable[[], datetime]
LONGEST = 40  # characters of a date; own assumption
_ISO = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_TAIL = r"(?:份|初|中|底|末|上旬|中旬|下旬|以?内|之?前|底前|末前)?"  # keeps the precision before it: 9月底 is a month
_SEPARATED = re.compile(rf"(\d{{4}})[-./。年](\d{{1,2}})(?:[-./。月](\d{{1,2}})[日号]?之?前?|月{_TAIL})?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_YEAR = re.compile(rf"(\d{{4}})(?:年度?年?{_TAIL})?")
_SPAN = re.compile(rf"(\d{{4}})年?(?:([上下])半年|第?([1-4])季度?|q([1-4])){_TAIL}", re.IGNORECASE)
_LAST_MONTH = {"上": "06", "下": "12", "1": "03", "2": "06", "3": "09", "4": "12"}  # of half years and quarters
_THIS_YEAR = re.compile(r"^(?:今年|本年度?|当年)")
_MONTH_DAY = re.compile(r"(\d{1,2})[-/](\d{1,2})")
_YEARLESS = re.compile(  # 9.1 may be a 9.10 that Excel cut, so full stops need two digits behind
    r"\d{1,2}月.*|[上下]半年.*|第?[1-4]季.*|q[1-4].*|年.+|全年|\d{1,2}[-/]\d{1,2}|\d{1,2}\.\d\d", re.IGNORECASE
)
_SHORT = re.compile(r"(\d{2})([-./]\d{1,2}[-./]\d{1,2}|年.*)")
_BETWEEN = re.compile(r"[-~—–至到]")
_CHINESE = re.compile(r"[一二三四五六七八九十]{1,3}(?=[月日号季])")
_YEAR_WORD = re.compile(r"[〇○零一二三四五六七八九]{4}(?=年|$)")
_DIGITS = {word: str(at) for at, word in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0"}
NO_DATE = "?"
OPEN = ("待定", "未定", "暂无", "不详", "长期", "持续", "长期坚持", "持续推进", "常态化", "待明确", "另行通知")


def is_date(text: str) -> bool:
    """Tell whether `text` is an ISO prefix of a day that exists.

    Examples
    --------
    >>> is_date("2024-02"), is_date("2023-02-29"), is_date("2022-9-1")
    (True, False, False)
    """
    found = _ISO.fullmatch(text)
    if not found or not text.isascii():
        return False
    return _build(*found.groups()) == text


def _build(year: str | None, month: str | None, day: str | None) -> str | None:
    try:
        made = date(int(year or 0), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return f"{made:%Y-%m-%d}".rjust(10, "0")
    return f"{made:%Y-%m}".rjust(7, "0") if month else f"{made:%Y}".rjust(4, "0")


class Said(NamedTuple):
    """What a text says of a date: its ISO prefix (None where it is none) and a word about the reading.

    The word is '' for a plain date, `span` for a half year or a quarter (read as its last month), `year` where the
    year of the sheet was taken; without a date it is `no-year`, `short-year` (`near` holds the likely date), `two`
    (a stretch of time), `open` (not fixed yet) or `unclear`.
    """

    iso: str | None
    word: str = ""
    near: str = ""


def parse_date(text: str) -> str | None:
    """Read a date as offices write it and return its ISO prefix; None where it is none or leaves the year open.

    `9月底` and the like keep the precision of the month, `年底` that of the year.

    Examples
    --------
    >>> parse_date("2022.9.27"), parse_date("2022年9月底"), parse_date("二〇二二年九月"), parse_date("2022.09.31")
    ('2022-09-27', '2022-09', '2022-09', None)
    """
    return _exact(_plain(text))


def read_date(text: str, year: str = "") -> Said:
    """Read a date as offices write it, and say how; `year` is the one the sheet speaks of.

    Examples
    --------
    >>> read_date("九月底", "2022"), read_date("二季度", "2022").iso, read_date("22.9.27").near, read_date("待定").word
    (Said(iso='2022-09', word='year', near=''), '2022-06', '2022-09-27', 'open')
    """
    plain = _plain(text)
    if plain in OPEN:
        return Said(None, "open")
    made = _exact(plain)
    if made:
        return Said(made)
    span = _span(plain)
    if span:
        return Said(span, "span")
    return _without_year(plain, year) or _unclear(plain)


def _plain(text: str) -> str:
    """Text with digits for Chinese numerals and without blanks, where it is no ISO moment."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.isascii():
        return plain
    if len(plain) > LONGEST or _strange(text):
        return NO_DATE
    plain = _YEAR_WORD.sub(lambda found: "".join(_DIGITS[word] for word in found[0]), re.sub(r"\s+", "", plain))
    return _CHINESE.sub(lambda found: _tens(found[0]), plain)


def _strange(text: str) -> bool:
    """Tell whether there are digits that no office writes: ², ① (NFKC makes digits of them) or those of a script."""
    plain = unicodedata.normalize("NFKC", text)
    return any(unicodedata.category(c) == "No" for c in text) or any(c.isdigit() and c > "~" for c in plain)


def _tens(text: str) -> str:
    """A numeral up to 99 in digits; left alone where it is none."""
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return text
    return str(int(_DIGITS.get(tens, "1")) * 10 * bool(ten) + int(_DIGITS.get(ones, "0")))


def _exact(plain: str) -> str | None:
    for pattern in (_SEPARATED, _COMPACT, _YEAR):
        found = pattern.fullmatch(plain)
        if found:
            year, month, day = (*found.groups(), None, None)[:3]
            return _build(year, month, day)
    return None


def _span(plain: str) -> str | None:
    found = _SPAN.fullmatch(plain)
    return f"{found[1]}-{_LAST_MONTH[next(filter(None, found.groups()[1:]))]}" if found else None


def _without_year(plain: str, year: str) -> Said | None:
    """Read `9月底`, `二季度`, `年内`; None where the year is not all that is missing."""
    rest = _THIS_YEAR.sub("", plain) or "全年"
    if not _YEARLESS.fullmatch(rest) or not _of_year("2000", rest):  # a leap year, so that 29 February counts
        return None
    made = _of_year(year, rest) if year else None
    return Said(made, "year") if made else Said(None, "unclear" if year else "no-year")


def _of_year(year: str, rest: str) -> str | None:
    day = _MONTH_DAY.fullmatch(rest)
    whole = f"{year}-{day[1]}-{day[2]}" if day else year + "年" + rest.removeprefix("全年").removeprefix("年")
    return _exact(whole) or _span(whole)


def _unclear(plain: str) -> Said:
    """Say why a text is no date, with the likely date where the year has two digits."""
    short = _SHORT.fullmatch(plain)
    near = _exact(f"20{plain}") if short else None
    if near:
        return Said(None, "short-year", near)
    parts = [part for part in _BETWEEN.split(plain) if part]
    return Said(None, "two" if len(parts) > 1 and all(re.search(r"\d{4}|\d月|年", p) for p in parts) else "unclear")


def first_day(text: str) -> date:
    """First day a partial date can mean.

    Examples
    --------
    >>> first_day("2022-09").isoformat()
    '2022-09-01'
    """
    year, month, day = (*(int(part) for part in text.split("-")), 1, 1)[:3]
    return date(year, month, day)


def last_day(text: str) -> date:
    """Last day a partial date can mean.

    Examples
    --------
    >>> last_day("2024-02").isoformat(), last_day("2022").isoformat()
    ('2024-02-29', '2022-12-31')
    """
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return date(*parts)
    month = parts[1] if len(parts) == 2 else 12
    return date(parts[0], month, calendar.monthrange(parts[0], month)[1])


def last_days(column: pd.Series) -> pd.Series:
    """Last days of a whole column as timestamps; empty stays empty (NaT).

    Examples
    --------
    >>> last_days(pd.Series(["2022-09", None])).dt.strftime("%Y-%m-%d").tolist()[0]
    '2022-09-30'
    """
    distinct = {text: pd.Timestamp(last_day(text)) for text in column.dropna().unique()}
    return pd.to_datetime(column.map(distinct))


def days_between(earlier: str, later: str) -> int:
    """Whole days from the last day of `earlier` to the last day of `later`.

    Examples
    --------
    >>> days_between("2022-06-19", "2022-09-27")
    100
    """
    return (last_day(later) - last_day(earlier)).days


def now() -> datetime:
    """The clock of the machine in UTC; everything that needs a clock takes one as an argument."""
    return datetime.now(UTC)


def today(clock: Clock = now) -> str:
    """The day in Shanghai as ISO text."""
    return clock().astimezone(SHANGHAI).date().isoformat()


def end_of_day(day: str) -> str:
    """Last moment of a (partial) day in Shanghai as a UTC moment, for comparing with commit times.

    Examples
    --------
    >>> end_of_day("2022-09-27")
    '2022-09-27T15:59:59.999999Z'
    """
    last = last_day(day)
    return moment(datetime.combine(last, time.max, tzinfo=SHANGHAI))


def moment(at: datetime) -> str:
    """Write an instant as UTC text with microseconds, so that text order is time order."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
