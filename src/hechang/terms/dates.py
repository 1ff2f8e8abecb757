"""Dates that keep their precision: `2022`, `2022-09` and `2022-09-27` are three different statements.

Lists count from the last day a date can mean, validity from the first. ISO prefixes compare correctly as text.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pandas as pd

SHANGHAI = ZoneInfo("Asia/Shanghai")
Clock = Callable[[], datetime]
_ISO = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_SEPARATED = re.compile(r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR = re.compile(r"(\d{4})年?")


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


def parse_date(text: str) -> str | None:
    """Read a date as offices write it and return its ISO prefix; None where it is none.

    Examples
    --------
    >>> parse_date("2022.9.27"), parse_date("2022年9月"), parse_date("２０２２"), parse_date("2022.09.31")
    ('2022-09-27', '2022-09', '2022', None)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"\s+", "", plain) if "年" in plain else plain
    for pattern in (_SEPARATED, _COMPACT, _YEAR):
        found = pattern.fullmatch(plain)
        if found:
            year, month, day = (*found.groups(), None, None)[:3]
            return _build(year, month, day)
    return None


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
