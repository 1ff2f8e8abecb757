"""The day of service that stands for the timetable of each mode; the rule is decision 025."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from hechang.engines.service_days import Pattern, running, typical_day
from hechang.region.region import Region
from hechang.terms.dates import first_day, is_date, last_day
from hechang.terms.errors import InputError

LOOKED_AT = 3653  # days of a feed among which the typical one is looked for: ten years
ADDED = "1"
_WEEK = re.compile("[01]{7}")
SERVICES = """
    SELECT coalesce(l.mode, 'rail') AS mode, coalesce(c.feed, '') AS feed, c.id, c.days, c.first_day, c.last_day,
           c.exceptions, count(*) AS trips
    FROM trips t JOIN routes l ON l.id = t.route JOIN calendars c ON c.id = t.calendar
    GROUP BY ALL ORDER BY mode, feed, c.id"""


@dataclass(frozen=True)
class ServiceDay:
    """The day counted for a mode: the feed, the day [ISO], whether it is a typical one, and what runs.

    `runs` has a row a service: before, on, after; a typical day is repeated daily.
    """

    mode: str
    feed: str
    day: str
    typical: bool
    runs: pd.DataFrame


def service_days(region: Region, service: str = "") -> dict[str, ServiceDay]:
    """Day of service of each mode that has a timetable.

    Parameters
    ----------
    service
        An ISO day; when empty the typical weekday of the newest feed of each mode that had begun by the region's day.
        Of a given day the newest feed that had begun by then counts.

    Raises
    ------
    InputError
        for what is no day; for a day on which no trip of any mode runs, or before the first timetable; for a calendar
        whose weekdays are not seven digits.

    Examples
    --------
    >>> from hechang import tiny
    >>> service_days(tiny())  # tiny has links, and no timetable
    {}
    """
    key = ("service days", service)
    made: dict[str, ServiceDay] = region.once(key, lambda: _found(region, service))
    return made


def _found(region: Region, service: str) -> dict[str, ServiceDay]:
    if service and not (is_date(service) and len(service) == len("2022-09-27")):
        raise InputError(f"'{service}' is no day of service, e.g. 2022-09-27", f"“{service}”不是运行日, 例: 2022-09-27")
    rows = region.query(SERVICES)
    _refuse_weeks(rows)
    begins = rows["first_day"].map(lambda text: first_day(text).isoformat())
    begun = rows.assign(begins=begins.groupby([rows["mode"], rows["feed"]]).transform("min"))
    if service and len(begun) and begun["begins"].min() > service:
        first = begun["begins"].min()
        raise InputError(
            f"No timetable had begun by {service}: the first begins on {first}. Ask for a later day",
            f"{service} 时尚无时刻表: 最早的自 {first} 起。请改用较晚的日期",
        )
    begun = begun[begun["begins"] <= (service or region.day)]
    newest = begun.sort_values(["begins", "feed"]).drop_duplicates("mode", keep="last")
    found = {
        mode: _day_of(begun[begun["mode"].eq(mode) & begun["feed"].eq(feed)], service)
        for mode, feed in zip(newest["mode"], newest["feed"], strict=True)
    }
    if service and found and not any(day.runs["on"].any() for day in found.values()):
        told = ", ".join(f"{day.feed or '-'} ({mode})" for mode, day in found.items())
        raise InputError(
            f"No trip runs on {service} by the calendars of {told}. Ask for another day, or for none: a typical one",
            f"按 {told} 的运行日历, {service} 没有车次。请改用其他日期, 或留空取典型日",
        )
    return found


def _refuse_weeks(rows: pd.DataFrame) -> None:
    wrong = rows[~rows["days"].astype(str).map(lambda text: bool(_WEEK.fullmatch(text)))]
    if len(wrong):
        id, days = wrong.iloc[0][["id", "days"]]
        raise InputError(
            f"Calendar '{id}' runs on '{days}': write seven digits from Monday to Sunday, e.g. 1111100",
            f"运行日历“{id}”的运行日为“{days}”: 请按周一至周日写七位 0 或 1, 例: 1111100",
        )


def _day_of(rows: pd.DataFrame, service: str) -> ServiceDay:
    """Day of service of one feed and mode."""
    pattern = _pattern(rows)
    if service:
        day = date.fromisoformat(service).toordinal()
        runs = running(pattern, np.arange(day - 1, day + 2)).T
    else:
        low, high = int(pattern.first.min()), int(max(pattern.last.max(), pattern.day.max(initial=0)))
        days = np.arange(low, min(high, low + LOOKED_AT) + 1)
        daily = running(pattern, days)
        at = typical_day(days, daily, rows["trips"].to_numpy(dtype=np.int64))
        day = int(days[at])
        runs = np.repeat(daily[at][:, None] & (at >= 0), 3, axis=1)
    frame = pd.DataFrame(runs, index=pd.Index(rows["id"]), columns=["before", "on", "after"])
    mode, feed = rows.iloc[0][["mode", "feed"]]
    return ServiceDay(str(mode), str(feed), date.fromordinal(day).isoformat(), not service, frame)


def _pattern(rows: pd.DataFrame) -> Pattern:
    said = [json.loads(text) if isinstance(text, str) else {} for text in rows["exceptions"]]
    flat = [(n, first_day(day).toordinal(), kind == ADDED) for n, days in enumerate(said) for day, kind in days.items()]
    service, day, added = (np.array(column) for column in zip(*flat, strict=True)) if flat else (np.zeros(0),) * 3
    return Pattern(
        np.array([[mark == "1" for mark in str(days)] for days in rows["days"]]),
        np.array([first_day(text).toordinal() for text in rows["first_day"]]),
        np.array([last_day(text).toordinal() for text in rows["last_day"]]),
        service.astype(np.int64), day.astype(np.int64), added.astype(bool),
    )  # fmt: skip
