"""What becomes of projects from one edition of a programme to the next, by what the register records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hechang.region.region import Region
from hechang.register.linkage import lines, links
from hechang.register.pipeline import pipeline
from hechang.terms.dates import last_days
from hechang.terms.specs import codes

WORKS = ("starting", "building")
TOLD = ("state", "reason", "reason_en")
Words = pd.Series | str
Case = tuple[pd.Series, str, Words, Words]  # where it holds, state, reason in both languages


@dataclass(frozen=True)
class Edition:
    """One edition of a programme: its name, kind (year, half_year, action), first and last day, and the one before."""

    name: str
    kind: str
    begins: str
    ends: str
    previous: str | None = None  # id; None for the first edition
    body: str | None = None  # id of the body whose projects it takes; None takes all


def facts(region: Region, edition: Edition) -> pd.DataFrame:
    """What is known of every project on the region's day, indexed by project.

    Returns
    -------
    DataFrame
        name, place, owner, lead and of (ids), status, invest_plan [分 planned in the years of the term], synthetic,
        and the dates of its stages as `pipeline` gives them.

    Examples
    --------
    >>> from hechang import tiny
    >>> facts(tiny(), Edition("2022", "year", "2022-01-01", "2022-12-31"))["invest_plan"].dropna().to_dict()
    {'p3': 1200000000, 'p4': 1200000000}
    """
    sql = """WITH y AS (SELECT project, sum(invest_plan)::BIGINT AS plan FROM project_years
                        WHERE year BETWEEN $first AND $last GROUP BY project)
             SELECT p.id, p.name, p.place, coalesce(d.name, o.name, p.owner) AS owner, p.lead, p.owner AS of,
                    p.status, y.plan AS invest_plan, p.synthetic
             FROM projects p LEFT JOIN y ON y.project = p.id
                  LEFT JOIN bodies d ON d.id = p.lead LEFT JOIN bodies o ON o.id = p.owner ORDER BY p.id"""
    found = region.query(sql, first=int(edition.begins[:4]), last=int(edition.ends[:4])).set_index("id")
    return found.join(pipeline(region))


def fates(region: Region, held: pd.Series, known: pd.DataFrame) -> pd.DataFrame:
    """What became of the projects an edition had.

    Parameters
    ----------
    held
        Names on that edition, by project.
    known
        See `facts`.

    Returns
    -------
    DataFrame
        Indexed by the newest row of each project: before (the row it had), listed (its name then), state (carried,
        completed, merged, dropped), reason, reason_en.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> term = Edition("2023", "year", "2023-01-01", "2023-12-31")
    >>> fates(r, pd.Series({"p3": "滞后项目"}), facts(r, term))["reason"].tolist()
    ['接续: 截至 2022-09-27 未见竣工记录']
    """
    now = lines(region).reindex(held.index)
    ids = now.where(now.notna(), held.index.to_series()).to_numpy()
    rows = pd.DataFrame({"before": held.index, "listed": held.to_numpy()}, index=pd.Index(ids), dtype="string")
    rows = rows[~rows.index.duplicated()]
    return _told(rows, _cases(region, rows, known.reindex(rows.index)))


def _cases(region: Region, rows: pd.DataFrame, known: pd.DataFrame) -> list[Case]:
    dates = known[["completed_actual", "producing_actual"]].astype("string").fillna("")
    completed, producing = dates["completed_actual"], dates["producing_actual"]
    into = _merged(region).reindex(rows["before"]).set_axis(rows.index).fillna("")
    renamed = rows["listed"].ne(known["name"].astype("string"))
    zh, en = f"接续: 截至 {region.day} 未见竣工记录", f"carried over: no completion on record by {region.day}"
    return [
        (into.ne(""), "merged", "并入" + into, "merged into " + into),
        (known["name"].isna(), "dropped", "不在库", "not in the register"),
        (completed.ne(""), "completed", completed + " 竣工", "completed " + completed),
        (producing.ne(""), "completed", producing + " 投产", "in production " + producing),
        (known["status"].eq("built"), "completed", "清单所列状态为建成", "listed as completed"),
        (renamed, "carried", "接续; 原名" + rows["listed"], "carried over; was " + rows["listed"]),
        (~renamed, "carried", zh, en),
    ]


def _told(rows: pd.DataFrame, cases: Sequence[Case]) -> pd.DataFrame:
    """Add state, reason and reason_en from the first case that holds."""
    masks = [case[0].fillna(False).to_numpy(dtype=bool) for case in cases]
    said = {}
    for n, name in enumerate(TOLD, start=1):
        words = [pd.Series(case[n], index=rows.index, dtype=object).to_numpy() for case in cases]
        said[name] = pd.array(np.select(masks, words, ""), dtype="string")
    return rows.assign(**said)


def _merged(region: Region) -> pd.Series:
    """Name of the project that each project was merged into, by links a person accepted."""
    found = links(region, "accepted")
    return found[found["kind"].eq("merged")].drop_duplicates("a").set_index("a")["b_name"].astype("string")


def entries(region: Region, edition: Edition, known: pd.DataFrame, taken: pd.Index) -> pd.DataFrame:
    """Projects that come in: by a date in the term, or as under construction where there is no edition before.

    Parameters
    ----------
    known
        See `facts`.
    taken
        Newest rows of the projects the edition before had.

    Returns
    -------
    DataFrame
        Indexed by project: state (entered, or unknown where the date is too coarse to tell), reason, reason_en.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> term = Edition("2022", "year", "2022-01-01", "2022-12-31")
    >>> entries(r, term, facts(r, term), pd.Index([]))["reason"].tolist()
    ['2022-06-19 签约', '2022-01-10 签约', '首期: 在建', '首期: 在建']
    """
    over = known[["completed_actual", "producing_actual"]].notna().any(axis=1) | known["status"].eq("built")
    mine = known["lead"].eq(edition.body) | known["of"].eq(edition.body) if edition.body else known["of"].notna()
    newest = lines(region).reindex(known.index).isin(taken)
    free = known[~over.fillna(False) & mine.fillna(False) & ~newest.to_numpy()]
    dated = _dated(region, edition)
    dated = dated[dated.index.isin(free.index)]
    begun = free[["started_actual", "library_actual"]].notna().any(axis=1) | free["status"].isin(WORKS)
    works = free.loc[begun & (edition.previous is None) & ~free.index.isin(dated.index), []]
    first = works.assign(state="entered", reason="首期: 在建", reason_en="first edition: under construction")
    return pd.concat([dated, first]).sort_index()


def _dated(region: Region, edition: Edition) -> pd.DataFrame:
    """Projects signed, filed or begun in the term, by the earliest such date; future dates count for the start only."""
    sql = """SELECT project, stage, coalesce(actual, estimated) AS day, actual IS NULL AS expected
             FROM (SELECT project, stage, CASE WHEN actual <= $day THEN actual END AS actual,
                          CASE WHEN stage = 'started' THEN estimated END AS estimated
                   FROM project_events WHERE stage IN ('signed', 'filed', 'started'))
             WHERE coalesce(actual, estimated) IS NOT NULL"""
    dates = region.query(sql, day=region.day)
    first, last = (dates["day"] + "-01-01").str.slice(0, 10), last_days(dates["day"]).dt.strftime("%Y-%m-%d")
    sure = (first >= edition.begins) & (last <= edition.ends)
    rows = dates.assign(sure=sure, first=first)[(first <= edition.ends) & (last >= edition.begins)]
    rows = rows.sort_values(["project", "sure", "first"], ascending=[True, False, True]).drop_duplicates("project")
    return _told(rows.set_index("project")[[]], _dated_cases(rows.set_index("project")))


def _dated_cases(rows: pd.DataFrame) -> list[Case]:
    stages = codes("stages")
    zh = rows["stage"].map({id: one.zh for id, one in stages.items()}).astype("string")
    en = rows["stage"].map({id: one.en.lower() for id, one in stages.items()}).astype("string")
    day, guess = rows["day"].astype("string"), rows["expected"].astype(bool)
    zh = day + guess.map({True: " 预计", False: " "}).astype("string") + zh
    en = en + guess.map({True: " expected ", False: " "}).astype("string") + day
    coarse = ~rows["sure"]
    return [
        (rows["sure"], "entered", zh, en),
        (coarse, "unknown", zh + ", 日期不足以判断是否在本期, 待核", en + ": too coarse to tell, to be checked"),
    ]
