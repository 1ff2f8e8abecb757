"""Counting days as offices count them: calendar days or working days, by the dated calendar of the region.

A partial date counts from its last possible day and ends on its first, so a gap is never longer than it surely was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hechang.region.region import Region
from hechang.register.rules import rule_value
from hechang.terms.errors import InputError

RULE = "approval-clocks"
KINDS = ("working", "calendar")
_START, _END = np.datetime64("1950-01-01"), np.datetime64("2150-01-01")
Days = np.ndarray[Any, np.dtype[np.float64]]  # days since 1970, NaN where there is no date


@dataclass(frozen=True)
class DayCount:
    """How days are counted; `passed` says for each day since 1950 how many days that count are over by its end.

    `blind` is the last year up to the region's day without a row in `holidays`: there only weekends are taken off.
    """

    kind: str
    first: int
    passed: np.ndarray[Any, np.dtype[np.int64]]
    blind: int = 0

    def between(self, since: Days, until: Days, *, first: int | None = None) -> Days:
        """Days that count after `since` up to and with `until`; `first` is the number of the day `since` itself.

        Examples
        --------
        >>> from hechang import tiny
        >>> count = day_count(tiny())  # 2022-09-30 is a Friday, the table `holidays` is empty
        >>> count.between(epoch(["2022-09-30"]), epoch(["2022-10-03"])).tolist()
        [1.0]
        """
        own = (self.first if first is None else first) * (self._at(since) - self._at(since - 1))
        return self._at(until) - self._at(since) + own

    def due(self, since: Days, allowed: Days) -> Days:
        """Last day in time of a limit of `allowed` days that runs from `since`.

        Examples
        --------
        >>> from hechang import tiny
        >>> day_count(tiny()).due(epoch(["2022-09-30"]), np.array([5.0])) == epoch(["2022-10-07"])
        array([ True])
        """
        own = self.first * (self._at(since) - self._at(since - 1))
        wanted = self._at(since) - own + allowed
        known = np.isfinite(wanted) & (wanted <= self.passed[-1])
        at = np.searchsorted(self.passed, np.where(known, wanted, 0.0), side="left") + _number(_START)
        return np.where(known, np.maximum(at, since), np.nan)

    def _at(self, days: Days) -> Days:
        """Days over by the end of each day; NaN outside of 1950 to 2149."""
        at = days - _number(_START)
        known = np.isfinite(at) & (at >= 0) & (at < len(self.passed))
        found: Days = np.where(known, self.passed[np.where(known, at, 0).astype(int)], np.nan)
        return found


def _number(day: np.datetime64) -> int:
    return int(day.astype("datetime64[D]").astype(int))


def epoch(days: list[str]) -> Days:
    """Days since 1970 of whole dates.

    Examples
    --------
    >>> epoch(["1970-01-02"]).tolist()
    [1.0]
    """
    return np.array(days, dtype="datetime64[D]").astype(float)


def day_number(day: str) -> int:
    """Days since 1970 of one whole date.

    Examples
    --------
    >>> day_number("1970-01-02")
    1
    """
    return int(epoch([day])[0])


def iso(days: Days, index: pd.Index) -> pd.Series:
    """Write days since 1970 as ISO dates; nothing stays nothing.

    Examples
    --------
    >>> iso(np.array([1.0]), pd.Index(["p"]))["p"]
    '1970-01-02'
    """
    dates = pd.Series(pd.to_datetime(days, unit="D"), index=index)
    return dates.dt.strftime("%Y-%m-%d").astype("string")


def day_count(region: Region) -> DayCount:
    """How the region counts the days of a step: rule `approval-clocks`, working days by its table `holidays`.

    In a year without a row in `holidays` Monday to Friday are working days; `blind` says so.

    Raises
    ------
    InputError
        where the rule's `days` is neither working nor calendar, or `first` neither 0 nor 1.
    """
    kind, first = (rule_value(region, RULE, name).value for name in ("days", "first"))
    if kind not in KINDS or first not in (0, 1):
        raise InputError(
            f"Rule '{RULE}' on {region.day} has days={kind}, first={first}. Write working or calendar, and 0 or 1",
            f"规则“{RULE}”在 {region.day} 为 days={kind}, first={first}。应为 working 或 calendar, 0 或 1",
        )
    named = region.table("holidays", columns=["day", "working"])
    named = named[named["day"].str.len().eq(10) & named["day"].between("1950-01-01", "2149-12-31")]
    if kind == "calendar":
        return DayCount(kind, int(first), np.arange(1, (_END - _START).astype(int) + 1))
    return DayCount(kind, int(first), _working(named), _blind(named, int(region.day[:4])))


def _working(named: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
    working = np.is_busday(np.arange(_START, _END))
    at = epoch(named["day"].to_list()).astype(int) - _number(_START)
    working[at] = named["working"].to_numpy(dtype=bool)
    return np.cumsum(working)


def _blind(named: pd.DataFrame, year: int) -> int:
    known = {int(text) for text in named["day"].str.slice(0, 4).unique()}
    return next(y for y in range(year, 0, -1) if y not in known)


def last_sql(column: str) -> str:
    """SQL for the last day a partial date of `column` can mean, in days since 1970."""
    # TRY_CAST: DuckDB may evaluate a branch of CASE for texts of another length
    return f"""(CASE length({column}) WHEN 10 THEN TRY_CAST({column} AS DATE)
        WHEN 7 THEN last_day(TRY_CAST({column} || '-01' AS DATE))
        ELSE TRY_CAST({column} || '-12-31' AS DATE) END - DATE '1970-01-01')"""


def first_sql(column: str) -> str:
    """SQL for the first day a partial date of `column` can mean, in days since 1970."""
    return f"""(TRY_CAST({column} || CASE length({column}) WHEN 10 THEN '' WHEN 7 THEN '-01' ELSE '-01-01' END AS DATE)
        - DATE '1970-01-01')"""
