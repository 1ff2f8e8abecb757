"""Metrics of districts and funds: month target, growth, payments and bonds."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lights.of_projects import MONTHLY, window
from hechang.register.pipeline import whole_month
from hechang.register.rules import rule_value
from hechang.register.tasks import last_day_of

GROWTH = "investment-growth"  # code of the indicator whose targets are the planned growth [%]
_DISTRICT = """
    district AS (SELECT p.id AS project, coalesce(a.id, b.id, c.id) AS district,
                        coalesce(a.parent, b.parent, c.parent) AS city
                 FROM projects p JOIN places x ON x.id = p.place
                      LEFT JOIN places y ON y.id = x.parent LEFT JOIN places z ON z.id = y.parent
                      LEFT JOIN places a ON a.id = x.id AND a.kind = 'county'
                      LEFT JOIN places b ON b.id = y.id AND b.kind = 'county'
                      LEFT JOIN places c ON c.id = z.id AND c.kind = 'county'
                 WHERE coalesce(a.id, b.id, c.id) IS NOT NULL)"""
_LAST = """QUALIFY row_number() OVER (PARTITION BY object ORDER BY period DESC) <= $months
           AND max(left(period, 4)) OVER (PARTITION BY object) = $until[:4] ORDER BY object, period"""


def place_progress(region: Region, months: int = 1) -> pd.DataFrame:
    """Investment done in per cent of the plan to date, all projects of a district that reported the month together.

    Returns
    -------
    DataFrame
        object (county), period (ISO month), value [%].

    Examples
    --------
    >>> from hechang import tiny
    >>> place_progress(tiny())[["object", "value"]].values.tolist()
    [['b', 62.5], ['c', 112.5]]
    """
    sql = f"""
        WITH {MONTHLY}, {_DISTRICT}
        SELECT * FROM (SELECT district AS object, month AS period,
                              round(sum(done) / sum(plan * number / 12) * 100, 6) AS value
                       FROM monthly JOIN planned USING (project, year) JOIN district USING (project)
                       WHERE plan > 0 GROUP BY ALL) {_LAST}"""
    return region.query(sql, months=months, **window(region, months))


_GROWTH = f"""
    {MONTHLY}, {_DISTRICT},
    sums AS (SELECT district, city, month, year, number, sum(done) AS done
             FROM monthly JOIN district USING (project) GROUP BY ALL),
    pairs AS (SELECT n.district, n.city, n.month, n.year, n.done, b.done AS before
              FROM sums n JOIN sums b ON b.district = n.district AND b.number = n.number AND b.year = n.year - 1
              WHERE b.done > 0),
    growth AS (SELECT *, done / before * 100 - 100 AS own,
                      sum(done) OVER w / sum(before) OVER w * 100 - 100 AS mean
               FROM pairs WINDOW w AS (PARTITION BY city, month))"""


def _growth(region: Region, months: int, formula: str, join: str = "") -> pd.DataFrame:
    sql = f"""
        WITH {_GROWTH}
        SELECT district AS object, month AS period, round({formula}, 6) AS value FROM growth {join} {_LAST}"""
    return region.query(sql, months=months, **window(region, months, years=1))


def place_growth(region: Region, months: int = 1) -> pd.DataFrame:
    """Growth [%] of the investment returned in a district over the same months of the year before."""
    return _growth(region, months, "own")


def place_growth_over_mean(region: Region, months: int = 1) -> pd.DataFrame:
    """Points by which a district grew more than the districts of its city together."""
    return _growth(region, months, "own - mean")


def place_growth_over_plan(region: Region, months: int = 1) -> pd.DataFrame:
    """Points by which a district grew more than planned: its target of the indicator `investment-growth`."""
    planned = f"""JOIN (SELECT t.place, left(t.year, 4)::INT AS year, max(t."value") AS target
                  FROM targets t LEFT JOIN indicators i ON i.id = t.indicator
                  WHERE coalesce(i.code, t.indicator) = '{GROWTH}' GROUP BY ALL) t
                  ON t.place = district AND t.year = growth.year"""
    return _growth(region, months, "own - target", planned)


def funds_paid(region: Region, months: int = 1) -> pd.DataFrame:
    """Payments of the year in per cent of what the allocations of the year ask for by now (linear months).

    Returns
    -------
    DataFrame
        object (fund), period (last month that is over), value [%]; funds without an allocation of the year are absent.

    Examples
    --------
    >>> from hechang import tiny
    >>> funds_paid(tiny()).empty
    True
    """
    del months  # of the last whole month only
    over = whole_month(region.day)
    sql = """
        WITH due AS (SELECT fund, sum(amount) * $number / 12 AS due FROM allocations WHERE year = $year GROUP BY fund),
             paid AS (SELECT fund, sum(amount) AS paid FROM payments
                      WHERE starts_with(paid, $text[:4]) AND left(paid, 7) <= $text GROUP BY fund)
        SELECT fund AS object, $text AS period, round(coalesce(paid, 0) / due * 100, 6) AS value
        FROM due LEFT JOIN paid USING (fund) JOIN funds f ON f.id = fund WHERE due > 0 ORDER BY fund"""
    return region.query(sql, **over._asdict())


def bond_behind(region: Region, months: int = 1) -> pd.DataFrame:
    """Use of special bonds [%] behind what was expected: an even share of each month from the month after the issue.

    The months to use a bond are the dated parameter `bond_window` of the rule `lights`.

    Examples
    --------
    >>> from hechang import tiny
    >>> bond_behind(tiny()).empty
    True
    """
    del months
    over, within = whole_month(region.day), int(rule_value(region, "lights", "bond_window").value)
    sql = f"""
        WITH used AS (SELECT fund, sum(amount) AS used FROM payments WHERE left(paid, 7) <= $text GROUP BY fund),
             run AS (SELECT id, amount, datediff('month', {last_day_of("issued")}, ($text || '-01')::DATE) AS month
                     FROM funds WHERE kind = 'bond' AND amount > 0 AND issued IS NOT NULL),
             due AS (SELECT *, amount * least(month, $within) / $within AS due FROM run WHERE month > 0)
        SELECT d.id AS object, $text AS period, round((due - coalesce(used, 0)) / due * 100, 6) AS value
        FROM due d LEFT JOIN used u ON u.fund = d.id ORDER BY d.id"""
    return region.query(sql, text=over.text, within=within)
