"""Named baselines 基线: what was planned on one day, kept for ever, and how far things have moved since.

A baseline keeps the revision, the day, a hash and a summary, not the rows: history is append-only and audited, so the
rows can be read again at any time, while 60,000 projects with eight stages would be 30 MB in one cell. The hash proves
at every reading that what is read again is what was kept.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd

from hechang.region.region import Region
from hechang.store.readers import LOCAL
from hechang.terms.dates import last_days
from hechang.terms.errors import AuditBroken, InputError, not_known
from hechang.terms.specs import codes

_DATES = """SELECT project, stage, min(estimated) AS estimated, min(actual) FILTER (actual <= $day) AS actual
            FROM project_events GROUP BY project, stage"""
_MONEY = """SELECT project, 'plan ' || year AS stage, sum(invest_plan)::BIGINT AS plan FROM project_years
            WHERE invest_plan IS NOT NULL GROUP BY project, year
            UNION ALL SELECT id, 'total', invest_total FROM projects WHERE invest_total IS NOT NULL"""
_HASH = f"""SELECT sha256(string_agg(line, chr(10) ORDER BY line)) AS hash, count(*) AS lines FROM (
            SELECT concat_ws('|', project, stage, coalesce(estimated, ''), coalesce(actual, '')) AS line FROM ({_DATES})
            UNION ALL SELECT concat_ws('|', project, stage, plan) FROM ({_MONEY})
            UNION ALL SELECT 'project|' || id FROM projects)"""
COARSE = {10: "day", 7: "month", 4: "year"}


def take_baseline(region: Region, name: str, *, by: str, why: str) -> Region:
    """Keep dates and money of all projects, as they stand on the region's day and revision, under a name.

    Raises
    ------
    InputError
        for an empty name, one that is taken, or a region without projects.

    Examples
    --------
    >>> from hechang import tiny
    >>> kept = take_baseline(tiny(), "年初计划", by="zhang", why="start of the year")
    >>> take_baseline(kept, "年初计划", by="zhang", why="again")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hechang.terms.errors.InputError: A baseline '年初计划' is there already...
    """
    name = name.strip()
    if not name:
        raise InputError("A baseline needs a name", "基线需要名称")
    if region.table("baselines", columns=["name"])["name"].eq(name).any():
        raise InputError(
            f"A baseline '{name}' is there already and stays as it is; choose another name",
            f"已有基线“{name}”, 基线不可更改; 请另取名称",
        )
    summary = _summary(region)
    if not summary["projects"]:
        raise InputError("No projects to keep", "没有可保存的项目")
    row = {"name": name, "day": region.day, "of_revision": region.revision, "rows": summary, "hash": _hash(region)}
    with region.edit(by=by, why=why) as e:
        e.put("baselines", row)
    return e.after


def _hash(region: Region) -> str:
    """SHA-256 of all lines of a baseline in order, whoever reads."""
    return str(replace(region, reader=LOCAL).query(_HASH, day=region.day)["hash"].iloc[0])


def _summary(region: Region) -> dict[str, object]:
    """How much a baseline holds: projects, dates by stage, money by year [分]."""
    stages = region.query(f"SELECT stage, count(*) AS n FROM ({_DATES}) GROUP BY stage", day=region.day)
    money = region.query(f"SELECT stage, sum(plan)::BIGINT AS n FROM ({_MONEY}) GROUP BY stage ORDER BY stage")
    return {
        "projects": int(region.query("SELECT count(*) AS n FROM projects")["n"].iloc[0]),
        "dates": {str(s): int(n) for s, n in zip(stages["stage"], stages["n"], strict=True)},
        "money": {str(s): int(n) for s, n in zip(money["stage"], money["n"], strict=True)},
    }


def baseline(region: Region, name: str) -> Region:
    """The region as it stood when a baseline was taken, its hash checked.

    Raises
    ------
    NotKnown
        for a name no baseline has.
    AuditBroken
        where the baseline was written over, or history no longer gives what it kept.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = take_baseline(tiny(), "年初计划", by="zhang", why="start of the year")
    >>> baseline(r, "年初计划").revision == r.revision - 1
    True
    """
    known = region.table("baselines", columns=["name", "day", "of_revision", "hash"])
    found = known[known["name"] == name]
    if found.empty:
        raise not_known("baseline", "基线", name, known["name"], "hechang programme baseline")
    row = found.iloc[0]
    then = region.at(int(row["of_revision"])).on(str(row["day"]))
    if len(region.log(str(found.index[0]))) > 1 or _hash(then) != row["hash"]:
        raise AuditBroken(
            f"Baseline '{name}' is not what was kept: it or its history was changed. See: hechang verify",
            f"基线“{name}”与保存时不符: 基线或其历史被改动。见: hechang verify",
        )
    return then


def variance(region: Region, name: str) -> pd.DataFrame:
    """How far dates and money have moved since a baseline.

    A stage has the actual date, else the estimated one. Days are counted between the last days both dates can mean;
    `precision` is that of the coarser one, so 30 days at precision `month` may be a few days or two months.

    Returns
    -------
    DataFrame
        Indexed by project and stage (a stage, `plan 2022` for the plan of a year, `total`): name, then, now [ISO
        dates], days [positive where later], precision (day, month, year), plan_then, plan_now, difference [分],
        change (same, moved, new, gone), synthetic.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = take_baseline(tiny(), "年初计划", by="zhang", why="start of the year")
    >>> with r.edit(by="zhang", why="letter of the company") as e:
    ...     _ = e.put("project_events", {"project": "p2", "stage": "started", "estimated": "2022-12"})
    >>> variance(e.after, "年初计划").query("change != 'same'")["change"].to_dict()
    {('p2', 'started'): 'new'}
    """
    kept = baseline(region, name)
    now = _state(region)
    both = _state(kept).merge(now, how="outer", on=["project", "stage"], suffixes=("_then", "_now"))
    date = both[["date_then", "date_now"]].set_axis(["then", "now"], axis=1).astype("string")
    plan = both[["plan_then", "plan_now"]].astype("Int64")
    days = (last_days(date["now"]) - last_days(date["then"])).dt.days.astype("Int64")
    known = date.notna().all(axis=1)
    shorter = date.apply(lambda column: column.str.len()).min(axis=1)
    made = date.assign(
        days=days.where(known),
        precision=shorter.where(known).map(COARSE).astype("string"),
        plan_then=plan["plan_then"],
        plan_now=plan["plan_now"],
        difference=plan["plan_now"] - plan["plan_then"],
        change=_change(both),
    )
    return _named(kept, region, made)


def _state(region: Region) -> pd.DataFrame:
    """Dates and money of a region, indexed by project and stage."""
    sql = f"""SELECT project, stage, coalesce(actual, estimated) AS date, NULL::BIGINT AS plan FROM ({_DATES})
              WHERE coalesce(actual, estimated) IS NOT NULL
              UNION ALL SELECT project, stage, NULL, plan FROM ({_MONEY})"""
    found = region.query(sql, day=region.day)
    found = found.astype(object) if found.empty else found  # pandas cannot merge Arrow columns without rows
    return found.set_index(["project", "stage"])


def _change(both: pd.DataFrame) -> pd.Series:
    text = {side: (both[f"date_{side}"].astype("string").fillna("") + both[f"plan_{side}"].astype("string").fillna(""))
            for side in ("then", "now")}  # fmt: skip
    change = pd.Series("moved", index=both.index, dtype="string").mask(text["then"].eq(text["now"]), "same")
    return change.mask(text["then"].eq(""), "new").mask(text["now"].eq(""), "gone")


def _named(kept: Region, region: Region, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with name and mark of their project, by project and in the order of the pipeline."""
    now, then = (one.table("projects", columns=["name", "synthetic"]) for one in (region, kept))
    known = pd.concat([now, then[~then.index.isin(now.index)]])
    ids, stage = (rows.index.get_level_values(n) for n in (0, 1))
    order = pd.Series(range(len(codes("stages"))), index=list(codes("stages"))).reindex(stage).fillna(99)
    made = rows.assign(
        name=known["name"].reindex(ids).to_numpy(),
        synthetic=known["synthetic"].reindex(ids).to_numpy(),
        order=order.to_numpy(),
    )
    made = made.sort_values(["project", "order", "stage"]).drop(columns="order")
    return made[["name", *(c for c in made.columns if c != "name")]]


def baselines(region: Region) -> pd.DataFrame:
    """Baselines kept, newest first: name, day, of_revision, hash and the counts of their summary.

    Examples
    --------
    >>> from hechang import tiny
    >>> baselines(take_baseline(tiny(), "年初计划", by="zhang", why="start"))["projects"].tolist()
    [4]
    """
    found = region.table("baselines", columns=["name", "day", "of_revision", "hash", "rows"])
    counts = [json.loads(text).get("projects") for text in found["rows"]]
    return found.assign(projects=counts).drop(columns="rows").sort_values("of_revision", ascending=False)
