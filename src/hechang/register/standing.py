"""Where every project stands on the region's day: one row a project, worked out once for a region."""

from __future__ import annotations

import pandas as pd

from hechang.region.cities import CITY_OF
from hechang.region.region import Region
from hechang.register.pipeline import pipeline, returned, whole_month
from hechang.terms.specs import codes

_WHO = f"""
    WITH RECURSIVE {CITY_OF},
         told AS (SELECT project, sum(invest_plan)::BIGINT AS plan FROM project_years WHERE year = $year
                  GROUP BY project),
         proved AS (SELECT DISTINCT project FROM project_events WHERE evidence IS NOT NULL)
    SELECT p.id, p.name, p.code, p.company, p.category, p.industry, p.kind, p.place, c.city, p.zone,
           coalesce(p.lead, p.owner) AS owner, p.plan_action, a.theme, p.invest_total, told.plan,
           proved.project IS NOT NULL AS evidence, p.source, p.synthetic
    FROM projects p LEFT JOIN city_of c ON c.place = p.place LEFT JOIN plan_actions a ON a.id = p.plan_action
         LEFT JOIN told ON told.project = p.id LEFT JOIN proved ON proved.project = p.id
    ORDER BY p.id"""
_YEARS = """
    SELECT DISTINCT project, year::INT AS year FROM project_years
    UNION SELECT id, unnest(from_json(list_years, '["INT"]')) FROM projects WHERE list_years LIKE '[%'
    ORDER BY ALL"""


def standing(region: Region) -> pd.DataFrame:
    """Every project with its place, who answers for it, how far it has come and what it has cost.

    Returns
    -------
    DataFrame
        Indexed by project, in the order of ids: name, code, company, category, industry, kind, place, city, zone,
        owner (body that leads, else the owner of the row), plan_action, theme (of the action), invest_total [分],
        plan [分, of the year of the last whole month], done [分, of that year, from returns of periods that are over],
        period (of the return that says so), share [% of the plan done], invested [分, since the start], stage (furthest
        one reached), since (its actual date), next (stage awaited), next_due (when it is expected), for each stage
        `<stage>_actual` and `<stage>_estimated` [ISO dates, as precise as they are kept], evidence (whether a paper
        proves any date), source, synthetic.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = standing(tiny())
    >>> found.loc["p3", ["city", "stage", "plan", "done"]].tolist()
    ['y', 'started', 1200000000, 500000000]
    """
    return region.once("standing", lambda: _standing(region))


def _standing(region: Region) -> pd.DataFrame:
    rows = region.query(_WHO, year=year_of(region)).set_index("id")
    dates = pipeline(region)
    money = returned(region)[["done", "period", "invested"]].reindex(rows.index)
    plan, done = (pd.to_numeric(column).astype("Float64") for column in (rows["plan"], money["done"]))
    share = (done / plan.where(plan > 0) * 100).round(6)
    ahead = _ahead(dates)
    return pd.concat([rows, money, dates, ahead], axis=1).assign(share=share)


def _ahead(dates: pd.DataFrame) -> pd.DataFrame:
    """Columns since, next and next_due: when the stage was reached, the stage behind it that is expected first."""
    stages = list(codes("stages"))
    empty = pd.Series(pd.NA, index=dates.index, dtype=dates["stage"].dtype)
    found = {"since": empty, "next": empty, "next_due": empty}
    rank = dates["stage"].map({stage: at for at, stage in enumerate(stages)}).fillna(-1).to_numpy(dtype=int)
    for at, stage in reversed(list(enumerate(stages))):  # a nearer stage takes the place of a farther one
        expected = (rank < at) & dates[f"{stage}_estimated"].notna().to_numpy()
        found["since"] = found["since"].where(rank != at, dates[f"{stage}_actual"])
        found["next"] = found["next"].mask(expected, stage)
        found["next_due"] = found["next_due"].where(~expected, dates[f"{stage}_estimated"])
    return pd.DataFrame(found)


def year_of(region: Region) -> int:
    """Year that plan and done of `standing` are of: that of the last month that is over.

    Examples
    --------
    >>> from hechang import tiny
    >>> year_of(tiny())
    2022
    """
    return whole_month(region.day).year


def listed_years(region: Region) -> pd.DataFrame:
    """Years each project has a plan for or is listed in: one row a project and year.

    Examples
    --------
    >>> from hechang import tiny
    >>> listed_years(tiny()).values.tolist()
    [['p3', 2022], ['p4', 2022]]
    """
    return region.query(_YEARS)
