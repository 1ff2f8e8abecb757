"""Investment of the year against the months gone by 时序进度, by the period a project last reported."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.pipeline import whole_month, year_done
from hechang.terms.dates import last_days
from hechang.terms.money import FEN

WORKS = ["started", "library"]  # from here on a project should have a plan and returns …
ENDED = ["completed", "producing"]  # … up to here


def progress(region: Region) -> pd.DataFrame:
    """Progress of every project that is under works, has a plan or a return of the year of the last whole month.

    Returns
    -------
    DataFrame
        Indexed by project: period, source, done [分 this year], plan [分], months (over at the end of the period),
        behind [percentage points of the year's plan; negative where ahead, null where it cannot be judged],
        why_missing (then: what is missing).

    Examples
    --------
    >>> from hechang import tiny
    >>> progress(tiny())["behind"].to_dict()
    {'p3': 25.0, 'p4': -8.333333}
    """
    year = whole_month(region.day).year
    known = _planned(region, year)
    rows = year_done(region).reindex(known.index).assign(plan=known["plan"])
    rows = rows[known["works"] | rows["plan"].notna() | rows["done"].notna()]
    months = _months_over(rows["period"])
    part = rows["done"].astype("Float64") / rows["plan"].astype("Float64").where(rows["plan"].fillna(0) > 0)
    behind = (months / 12 * 100 - part * 100).round(6)
    return rows.assign(months=months, behind=behind, why_missing=_why(rows, year))


def _planned(region: Region, year: int) -> pd.DataFrame:
    """Every project with its `plan` of the year [分] and whether it is under `works`."""
    sql = """
        WITH plans AS (SELECT project, sum(invest_plan)::BIGINT AS plan FROM project_years
                       WHERE year = $year AND invest_plan IS NOT NULL GROUP BY project),
             built AS (SELECT project FROM project_events WHERE actual <= $day GROUP BY project
                       HAVING bool_or(list_contains($works, stage)) AND NOT bool_or(list_contains($ended, stage)))
        SELECT p.id, plan, built.project IS NOT NULL AS works
        FROM projects p LEFT JOIN plans ON plans.project = p.id LEFT JOIN built ON built.project = p.id ORDER BY p.id"""
    return region.query(sql, day=region.day, year=year, works=WORKS, ended=ENDED).set_index("id")


def _months_over(period: pd.Series) -> pd.Series:
    """Months of its year that are over at the end of each period; null where there is none."""
    distinct = pd.Series(period.dropna().unique(), dtype="string")
    over = last_days(distinct).dt.strftime("%Y-%m-%d").map(whole_month)
    number = {text: m.number if m.year == int(text[:4]) else 0 for text, m in zip(distinct, over, strict=True)}
    return period.astype("string").map(number).astype("Float64")


def _why(rows: pd.DataFrame, year: int) -> pd.Series:
    no_plan, no_done = rows["plan"].isna(), rows["done"].isna()
    why = pd.Series(pd.NA, index=rows.index, dtype="string")
    why[no_plan] = f"没有 {year} 年计划 / no plan for {year}"
    why[no_done] = f"没有 {year} 年填报金额 / no amount returned for {year}"
    why[no_plan & no_done] = f"没有 {year} 年计划和填报 / neither plan nor return for {year}"
    return why


def not_judged(judged: pd.DataFrame) -> list[dict[str, str]]:
    """Projects of `progress` that cannot be judged, and what is missing.

    Examples
    --------
    >>> not_judged(pd.DataFrame({"why_missing": ["no plan", None]}, index=["p", "q"]))
    [{'id': 'p', 'why': 'no plan'}]
    """
    why = judged["why_missing"].dropna()
    return [{"id": str(id), "why": str(text)} for id, text in why.items()]


def with_reasons(region: Region, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `progress` as a list wants them: who, why, how long; amounts in 万元 and the calibre in the reason.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with_reasons(r, progress(r)[["p3" == id for id in progress(r).index]])["reason"].iloc[0]
    '2022 年计划 1,200 万元, 截至 2022-08 完成 500 万元, 按月均摊应完成 800 万元 (8/12), 落后 25.0 个百分点'
    """
    due = last_days(rows["period"])
    to_date = (rows["plan"].astype(float) * rows["months"].astype(float) / 12).round().astype("int64")
    made = (
        _named(region, rows.index)
        .join(rows.drop(columns=["months", "why_missing"]))
        .assign(
            days=(pd.Timestamp(region.day) - due).dt.days.astype("int64[pyarrow]"),
            due=due.dt.strftime("%Y-%m-%d").astype("string"),
            plan_to_date=to_date.astype("int64[pyarrow]"),
        )
    )
    return made.assign(**_reasons(made, rows["months"])).rename(columns={"done": "invested"})


def _named(region: Region, ids: pd.Index) -> pd.DataFrame:
    sql = """SELECT p.id, p.name, coalesce(b.name, o.name, p.owner) AS owner, p.place, p.synthetic
             FROM projects p LEFT JOIN bodies b ON b.id = p.lead LEFT JOIN bodies o ON o.id = p.owner
             WHERE p.id IN (SELECT unnest($ids))"""
    return region.query(sql, ids=[str(id) for id in ids]).set_index("id").reindex(ids)


def _reasons(rows: pd.DataFrame, months: pd.Series) -> dict[str, pd.Series]:
    done, plan, due = (_wan(rows[column]) for column in ("done", "plan", "plan_to_date"))
    lag, month = rows["behind"].map("{:.1f}".format).astype("string"), months.astype("int64").astype("string")
    period = rows["period"].astype("string")
    year = period.str[:4]
    zh = year + " 年计划 " + plan + " 万元, 截至 " + period + " 完成 " + done + " 万元, 按月均摊应完成 " + due
    en = "plan " + year + ": " + plan + " × 10⁴ CNY, done by " + period + ": " + done + ", due (linear, " + month
    return {
        "reason": zh + " 万元 (" + month + "/12), 落后 " + lag + " 个百分点",
        "reason_en": en + "/12 months): " + due + ", " + lag + " points behind",
    }


def _wan(fen: pd.Series) -> pd.Series:
    return (fen.astype(float) / FEN["万元"]).map("{:,.0f}".format).astype("string")
