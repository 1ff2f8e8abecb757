"""Metrics of projects: money against plan-to-date month by month, months late to start and to enter the library."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.pipeline import whole_month
from hechang.register.tasks import last_day_of

STARTED = ["started", "library", "completed", "producing"]  # whoever came so far has started
IN_LIBRARY = ["library"]

# the last month that is over on the last day of a period; amounts count from January, so another year's month does not
_MONTH = """CASE length(period) WHEN 4 THEN period || '-12' WHEN 7 THEN period
    ELSE strftime(date_trunc('month', period::DATE + 1) - INTERVAL 1 DAY, '%Y-%m') END"""
MONTHLY = f"""
    named AS (SELECT DISTINCT period FROM returns WHERE left(period, 4) >= left($since, 4)),
    dated AS (SELECT period, {_MONTH} AS month, {last_day_of("period")} AS ends FROM named),
    periods AS MATERIALIZED (
        SELECT *, left(month, 4)::INT AS year, right(month, 2)::INT AS number FROM dated
        WHERE ends <= $day::DATE AND month BETWEEN $since AND $until AND left(month, 4) = left(period, 4)),
    monthly AS (SELECT project, month, any_value(year) AS year, any_value(number) AS number,
                       max_by(invest_done, (ends, id)) AS done
                FROM returns JOIN periods USING (period) WHERE invest_done IS NOT NULL GROUP BY project, month),
    planned AS (SELECT project, year, sum(invest_plan) AS plan FROM project_years
                WHERE invest_plan IS NOT NULL GROUP BY project, year)"""


def window(region: Region, months: int, years: int = 0) -> dict[str, str]:
    """Parameters of `MONTHLY`: the day, the last month that is over, the month from which returns are read.

    That is January of the year, so many months before it as a row of `months` may need, so many `years` before that.

    Examples
    --------
    >>> from hechang import tiny
    >>> window(tiny(), 3)
    {'day': '2022-09-27', 'until': '2022-08', 'since': '2021-11'}
    """
    over = whole_month(region.day)
    year, month = divmod((over.year - years) * 12 - (months - 1), 12)
    return {"day": region.day, "until": over.text, "since": f"{year:04d}-{month + 1:02d}"}


def progress_ratio(region: Region, months: int = 1) -> pd.DataFrame:
    """Investment of the year done, in per cent of the plan to date (linear months).

    Parameters
    ----------
    months
        How many of the last months reported to return for each project.

    Returns
    -------
    DataFrame
        object (project), period (ISO month), value [%]. Only projects that reported in the year of the last month that
        is over and have a plan above zero.

    Examples
    --------
    >>> from hechang import tiny
    >>> progress_ratio(tiny())[["object", "value"]].values.tolist()
    [['p3', 62.5], ['p4', 112.5]]
    """
    return _progress(region, months, "done / (plan * number / 12) * 100")


def progress_behind(region: Region, months: int = 1) -> pd.DataFrame:
    """Points of the year's plan by which what is done lags behind the plan to date; below zero where ahead.

    Examples
    --------
    >>> from hechang import tiny
    >>> progress_behind(tiny())[["object", "value"]].values.tolist()
    [['p3', 25.0], ['p4', -8.333333]]
    """
    return _progress(region, months, "number / 12 * 100 - done / plan * 100")


def _progress(region: Region, months: int, formula: str) -> pd.DataFrame:
    sql = f"""
        WITH {MONTHLY}
        SELECT project AS object, month AS period, round({formula}, 6) AS value
        FROM monthly JOIN planned USING (project, year) JOIN projects p ON p.id = project
        WHERE plan > 0
        QUALIFY row_number() OVER (PARTITION BY project ORDER BY month DESC) <= $months
                AND max(year) OVER (PARTITION BY project) = $until[:4]::INT
        ORDER BY object, period"""
    return region.query(sql, months=months, **window(region, months))


def months_since(day: str) -> str:
    """SQL for the months from a day to `$day`: whole ones, and of the last one the part that has passed.

    A month goes from a day to the same day of the next month, or to its last day where there is none such.

    Examples
    --------
    >>> from hechang import tiny
    >>> sql = f"SELECT {months_since('d')} AS months FROM (SELECT '2022-08-31'::DATE AS d)"
    >>> r = tiny()
    >>> [r.query(sql, day=day)["months"].iloc[0] for day in ("2022-08-31", "2022-09-15", "2022-09-30", "2022-10-31")]
    [0.0, 0.5, 1.0, 2.0]
    """
    crossed = f"datediff('month', {day}, $day::DATE)"
    whole = f"({crossed} - ({day} + to_months({crossed}::INT) > $day::DATE)::INT)::INT"
    begun, ends = (f"({day} + to_months({whole}{more}))::DATE" for more in ("", " + 1"))
    return f"round({whole} + datediff('day', {begun}, $day::DATE) / datediff('day', {begun}, {ends}), 6)"


def start_late(region: Region, months: int = 1) -> pd.DataFrame:
    """Months past the last day the estimated start can mean, for projects not started; 0 for those that have.

    Examples
    --------
    >>> from hechang import tiny
    >>> start_late(tiny()).empty
    True
    """
    del months  # a state of the day: months before say nothing new
    return _late(region, STARTED, "min(estimated) FILTER (stage = 'started')")


def late_in_library(region: Region, months: int = 1) -> pd.DataFrame:
    """Months past the last day the start can mean, for projects not in the statistical library; 0 for those that are.

    Examples
    --------
    >>> from hechang import tiny
    >>> late_in_library(tiny())["value"].round(2).tolist()
    [15.87, 15.87]
    """
    del months
    return _late(region, IN_LIBRARY, "min(actual) FILTER (stage = 'started' AND actual <= $day)")


def _late(region: Region, come: list[str], since: str) -> pd.DataFrame:
    sql = f"""
        WITH e AS (SELECT project, {since} AS since,
                          coalesce(bool_or(actual <= $day AND list_contains($come, stage)), false) AS come
                   FROM project_events GROUP BY project),
             d AS (SELECT project AS object, come, {last_day_of("since")} AS last FROM e WHERE since IS NOT NULL)
        SELECT object, left($day, 7) AS period, CASE WHEN come THEN 0 ELSE {months_since("last")} END AS value
        FROM d JOIN projects p ON p.id = object ORDER BY object"""
    return region.query(sql, come=come, day=region.day)
