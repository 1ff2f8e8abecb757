"""Where each project stands: stages reached and awaited, money to date, months that are over.

An event counts from the first day its actual date can mean, so `2022-09` has happened on 2022-09-27;
days are counted from the last day it can mean, so nobody is late by a day that may not have passed.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from hechang.region.region import Region
from hechang.terms.dates import last_day, last_days
from hechang.terms.specs import codes


class Month(NamedTuple):
    """The last month that is over: its ISO text, its year, how many months of the year it ends."""

    text: str
    year: int
    number: int


def whole_month(day: str) -> Month:
    """Last month that is over at the end of `day`.

    Examples
    --------
    >>> whole_month("2022-09-29").text, whole_month("2022-09-30").text, whole_month("2022-01-15")
    ('2022-08', '2022-09', Month(text='2021-12', year=2021, number=12))
    """
    year, month = int(day[:4]), int(day[5:7])
    if last_day(day[:7]).isoformat() != day:
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return Month(f"{year:04d}-{month:02d}", year, month)


def pipeline(region: Region) -> pd.DataFrame:
    """One row a project: `<stage>_actual`, `<stage>_estimated` [ISO dates] and `stage`, the furthest one reached.

    Actual dates after the region's day are left out; `stage` is empty for a project without any event.

    Examples
    --------
    >>> from hechang import tiny
    >>> sorted(set(pipeline(tiny())["stage"].dropna())) != []
    True
    """
    stages = list(codes("stages"))
    dates = ", ".join(
        f"min(e.actual) FILTER (e.stage = '{s}' AND e.actual <= $day) AS {s}_actual, "
        f"min(e.estimated) FILTER (e.stage = '{s}') AS {s}_estimated"
        for s in stages
    )
    sql = f"""
        SELECT p.id, {dates},
               $stages[max(list_position($stages, e.stage)) FILTER (e.actual <= $day)] AS stage
        FROM projects p LEFT JOIN project_events e ON e.project = p.id
        GROUP BY p.id ORDER BY p.id"""
    return region.query(sql, day=region.day, stages=stages).set_index("id")


def waiting(region: Region, stage: str, following: str) -> pd.DataFrame:
    """Projects that have reached `stage` and not `following` on the region's day, indexed by project.

    Returns
    -------
    DataFrame
        name, owner (name of the responsible body, else of who answers for the row), place, synthetic,
        since (actual date of `stage`), source (of that date), days (whole days since its last possible day).

    Examples
    --------
    >>> from hechang import tiny
    >>> (waiting(tiny(), "signed", "filed")["days"] > 0).all()
    True
    """
    sql = """
        WITH done AS (SELECT project, stage, actual, source FROM project_events
                      WHERE actual <= $day AND stage IN ($stage, $following)),
             since AS (SELECT project, min(actual) AS since, min_by(source, (actual, source)) AS source
                       FROM done WHERE stage = $stage GROUP BY project)
        SELECT p.id, p.name, coalesce(b.name, o.name, p.owner) AS owner, p.place, p.synthetic, s.since, s.source
        FROM since s JOIN projects p ON p.id = s.project
             LEFT JOIN bodies b ON b.id = p.lead LEFT JOIN bodies o ON o.id = p.owner
        WHERE s.project NOT IN (SELECT project FROM done WHERE stage = $following)
        ORDER BY p.id"""
    rows = region.query(sql, day=region.day, stage=stage, following=following).set_index("id")
    passed = pd.Timestamp(region.day) - last_days(rows["since"])
    return rows.assign(days=passed.dt.days.astype("int64[pyarrow]"))


# Returns of periods that are over, period by period: there are few of these and many returns. `turn` orders returns by
# the last day of their period and, on one day, by their id; of two such numbers DuckDB finds the larger much faster
# than of two texts.
_OVER = """
    ended AS MATERIALIZED (
        SELECT period, left(period, 4) AS year, 4294967296 * CASE length(period)
                   WHEN 4 THEN period::BIGINT * 10000 + 1231
                   WHEN 7 THEN left(period, 4)::BIGINT * 10000 + right(period, 2)::BIGINT * 100 + 31
                   ELSE replace(period, '-', '')::BIGINT END AS until
        FROM (SELECT DISTINCT period FROM returns)
        WHERE CASE length(period) WHEN 4 THEN period <= $year WHEN 7 THEN period <= $month ELSE period <= $day END),
    told AS (SELECT project, year, invest_done AS done, invest_done_total AS total, until + file_row_number AS turn
             FROM "returns numbered" JOIN ended USING (period))"""


def _limits(day: str) -> dict[str, str]:
    over = whole_month(day)
    return {"day": day, "month": over.text, "year": str(over.year if over.number == 12 else over.year - 1)}


def returned(region: Region) -> pd.DataFrame:
    """What the returns of periods that are over say in the end, by project; worked out once for a region.

    Returns
    -------
    DataFrame
        Indexed by project: done [分, cumulative in the year of the last whole month; null where that year has none],
        period and source of the return that says so, invested [分, since the start: as the latest return states it
        (`invest_done_total`), else the sum of the last amounts of all years; null where none is known].

    Examples
    --------
    >>> from hechang import tiny
    >>> returned(tiny())[["period", "done", "invested"]].loc["p3"].to_list()
    ['2022-08', 500000000, 500000000]
    """
    return region.once("returned", lambda: _returned(region))


def _returned(region: Region) -> pd.DataFrame:
    sql = f"""
        WITH {_OVER},
             years AS (SELECT year, project, arg_max(done, turn) AS done, arg_max_null(total, turn) AS total,
                              max(turn) FILTER (done IS NOT NULL) AS turn FROM told GROUP BY year, project),
             found AS (SELECT project, any_value(done) FILTER (year = $of) AS done,
                              coalesce(arg_max_null(total, year), sum(done))::BIGINT AS invested,
                              max(turn) FILTER (year = $of) & 4294967295 AS number FROM years GROUP BY project)
        SELECT f.project, f.done, r.period, r.source, f.invested
        FROM found f LEFT JOIN "returns numbered" r ON r.file_row_number = f.number ORDER BY f.project"""
    of = str(whole_month(region.day).year)
    return region.query(sql, of=of, **_limits(region.day)).set_index("project")


def year_done(region: Region) -> pd.DataFrame:
    """Latest amount returned by project in the year of the last whole month, of periods that are over.

    Returns
    -------
    DataFrame
        Indexed by project: period, source (of the return), done [分, cumulative in the year]. Projects without an
        amount are absent.

    Examples
    --------
    >>> from hechang import tiny
    >>> year_done(tiny())["done"].to_dict()
    {'p3': 500000000, 'p4': 900000000}
    """
    rows = returned(region)
    return rows.loc[rows["done"].notna(), ["period", "source", "done"]]


def invested(region: Region, ids: pd.Index) -> pd.Series:
    """Money done since the start [分] by project, from returns of periods that are over; null where none is known.

    As the latest return states it (`invest_done_total`), else the sum of the last amounts of all years.

    Examples
    --------
    >>> from hechang import tiny
    >>> invested(tiny(), pd.Index(["p1", "p3"])).fillna(0).to_dict()
    {'p1': 0, 'p3': 500000000}
    """
    return returned(region)["invested"].rename("total").reindex(ids)


def year_plan(region: Region, year: int) -> pd.Series:
    """Planned investment of `year` by project [分]; projects without a plan are absent.

    Examples
    --------
    >>> from hechang import tiny
    >>> year_plan(tiny(), 1990).empty
    True
    """
    sql = """SELECT project, sum(invest_plan)::BIGINT AS invest_plan FROM project_years
             WHERE year = $year AND invest_plan IS NOT NULL GROUP BY project ORDER BY project"""
    return region.query(sql, year=year).set_index("project")["invest_plan"]
