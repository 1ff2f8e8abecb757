"""What differs between then and now: rows written since a revision, or in force since a day, beside what they were.

*Entered* is told by revisions: what somebody wrote since one. *Happened* is told by days: what came into force, and
which stages were reached, since one, as known now. The two are never mixed.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hechang.region.region import Region
from hechang.terms.dates import is_date
from hechang.terms.errors import InputError, not_known
from hechang.terms.specs import codes, tables

Since = int | str  # a revision, or a day
EVENT = ("project", "stage", "actual", "estimated")
PROJECT = ("name", "invest_total", "lead", "place", "status", "category", "company")


def since_of(region: Region, text: str) -> Since:
    """Read since when changes are asked for: `87`, `demo-1:87`, or a day `2022-08-31`.

    Raises
    ------
    InputError
        for another word, or a day after the region's.
    NotKnown
        for a revision that does not exist, or is of another region.

    Examples
    --------
    >>> from hechang import tiny
    >>> since_of(tiny(), "2022-08-31"), since_of(tiny(), "1")
    ('2022-08-31', 1)
    """
    name, _, number = text.rpartition(":")
    if number.isascii() and number.isdecimal() and len(number) < 18:
        if int(number) > region.revision or name not in ("", region.store.id):
            raise not_known("revision", "版本", text, [region.revision_name], "hechang log")
        return int(number)
    if not (is_date(text) and len(text) == 10) or text > region.day:
        raise InputError(
            f"since='{text}' is neither a revision nor a day up to {region.day}. Write 87 or 2022-08-31",
            f"since=“{text}”既不是版本, 也不是 {region.day} 或之前的日期。请写成 87 或 2022-08-31",
        )
    return text


def rewritten(region: Region, table: str, columns: Sequence[str], since: Since) -> pd.DataFrame:
    """Rows of a table that are not what they were, both in force on the day looked at and on the day then.

    Parameters
    ----------
    columns
        Own columns; each comes twice, `NAME` as it is and `NAME_was`.
    since
        A revision: rows written or ended after it, in force on the region's day both times. A day: rows of which
        another version is in force now than was on that day.

    Returns
    -------
    DataFrame
        Indexed by id, plain Python values: kind (added, changed, removed), revision (that wrote what is now, 0 where
        nothing is), then the columns. Rows written again with the same values are left out.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="corrected") as e:
    ...     _ = e.put("projects", {"id": "p1", "invest_total": 5_000_000})
    >>> rewritten(e.after, "projects", ["invest_total"], r.revision)[["kind", "invest_total"]].values.tolist()
    [['changed', 5000000]]
    """
    return region.once(("rewritten", table, *columns, since), lambda: _rewritten(region, table, columns, since))


def _rewritten(region: Region, table: str, columns: Sequence[str], since: Since) -> pd.DataFrame:
    picked = ", ".join(f'"{name}"' for name in columns)
    if isinstance(since, int):
        touched = f'SELECT id FROM "{table} every" WHERE revision > $since'
        lineage = region.store.lineage(region.branch_name, region.revision)
        was = _in_force(region.store.before(table, lineage, since, columns, region.reader), region.day)
        ids = was["id"].tolist()  # an ended row is in no copy, yet another version of it may be in force now
    else:
        touched = f'SELECT id FROM "{table} every" WHERE {_moved("valid_from")} OR {_moved("valid_to")}'
        sql = f'SELECT id, valid_from, valid_to, {picked} FROM "{table} every" WHERE id IN ({touched})'
        was, ids = _in_force(region.query(sql, since=since, day=region.day).astype(object), since), []
    sql = f'SELECT id, revision, {picked} FROM "{table}" WHERE id IN ({touched}) OR id IN (SELECT unnest($ids))'
    given = {"since": since, "ids": ids} | ({} if isinstance(since, int) else {"day": region.day})
    now = region.query(sql, **given).astype(object)
    return _differing(_plain(now).set_index("id"), _plain(was).set_index("id")[list(columns)], list(columns))


def _moved(column: str) -> str:
    return f"({column} > $since AND {column} <= $day)"


def _in_force(versions: pd.DataFrame, day: str) -> pd.DataFrame:
    ends = versions["valid_to"]
    live = versions[(versions["valid_from"] <= day) & (ends.isna() | (ends.fillna("") > day))]
    return live.sort_values("valid_from").drop_duplicates("id", keep="last")


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Cells as Python values with None for what is missing, so that Arrow's and the database's can be compared."""
    return frame.astype(object).where(frame.notna(), None)


def _differing(now: pd.DataFrame, was: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    every = now.index.union(was.index, sort=True)
    new, old = now.reindex(every), was.reindex(every)
    kind = pd.Series("changed", index=every, dtype=object)
    kind = kind.mask(~every.isin(was.index), "added").mask(~every.isin(now.index), "removed")
    both = {name: _plain(new[[name]])[name] for name in columns}
    both |= {f"{name}_was": _plain(old[[name]])[name] for name in columns}
    same = pd.Series(True, index=every)
    for name in columns:
        same &= both[name].eq(both[f"{name}_was"]) | (both[name].isna() & both[f"{name}_was"].isna())
    made = pd.DataFrame({"kind": kind, "revision": new["revision"].fillna(0).astype(int), **both}, index=every)
    return made[~(same & kind.eq("changed"))].rename_axis("id")


def stage_moves(region: Region, since: Since) -> pd.DataFrame:
    """Projects whose furthest stage is another than it was; those that were not there then are left out.

    Returns
    -------
    DataFrame
        Indexed by project: was, now (codes of `stages`, None where none was reached), actual (date of the stage
        reached now), row (its project_events), revision.

    Examples
    --------
    >>> from hechang import tiny
    >>> stage_moves(tiny(), "2022-01-01")[["was", "now"]].head(1).values.tolist()
    [[None, 'signed']]
    """
    now, was = _events(region, since)
    reached, before = _furthest(now), _furthest(was)
    made = reached.join(before["stage"].rename("was"), how="outer").rename(columns={"stage": "now", "id": "row"})
    made = _plain(made)
    moved = made[made["was"].ne(made["now"]) & ~(made["was"].isna() & made["now"].isna())]
    return moved[["was", "now", "actual", "row", "revision"]].rename_axis("id")


def _events(region: Region, since: Since) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Stages reached by projects that may have moved: now, and then."""
    if not isinstance(since, int):
        sql = """SELECT id, project, stage, actual, revision FROM project_events WHERE actual <= $day AND project IN
                 (SELECT project FROM project_events WHERE actual > $since AND actual <= $day)"""
        now = region.query(sql, day=region.day, since=since).astype(object)
        return now, now[now["actual"] <= since]
    pairs = rewritten(region, "project_events", EVENT, since)
    pairs = pairs[~(pairs["kind"].eq("added") & pairs["actual"].isna())]
    named = pairs["project"].fillna(pairs["project_was"])
    known = _known_then(region, named.dropna().unique().tolist(), since)
    sql = "SELECT id, project, stage, actual, revision FROM project_events WHERE project IN (SELECT unnest($ids))"
    now = region.query(sql, ids=known).astype(object)
    was = pairs[["project_was", "stage_was", "actual_was"]].rename(columns=lambda name: name.removesuffix("_was"))
    then = pd.concat([now[~now["id"].isin(pairs.index)], was[was["project"].isin(known)].reset_index()])
    return now[now["actual"] <= region.day], then[then["actual"].fillna("9") <= region.day]


def _known_then(region: Region, ids: list[str], since: int) -> list[str]:
    """Of some projects those that were in the register at a revision."""
    fresh = region.query("SELECT id FROM projects WHERE revision > $since", since=since)["id"]
    maybe = set(fresh) & set(ids)
    if not maybe:
        return ids
    pairs = rewritten(region, "projects", PROJECT, since)
    new = maybe & set(pairs.index[pairs["kind"].eq("added")])
    return [id for id in ids if id not in new]


def _furthest(events: pd.DataFrame) -> pd.DataFrame:
    """The furthest stage of each project, by its first date; indexed by project."""
    ranks = {code: rank for rank, code in enumerate(codes("stages"))}
    ranked = events.dropna(subset=["actual"]).assign(rank=lambda rows: rows["stage"].map(ranks))
    ordered = ranked.sort_values(["rank", "actual"], ascending=[False, True], kind="stable")
    return ordered.drop_duplicates("project").set_index("project")[["stage", "actual", "id", "revision"]]


def people(region: Region, since: int) -> pd.DataFrame:
    """Who wrote since a revision: indexed by actor, with revisions, rows [row versions], last (moment), reasons [≤ 3].

    Examples
    --------
    >>> from hechang import tiny
    >>> int(people(tiny(), 0)["revisions"].sum()) == tiny().revision
    True
    """
    log = _log_since(region, since)
    log = log.assign(rows=log["counts"].map(lambda counts: sum(counts.values())), actor=log["actor"].fillna(""))
    found = log.groupby("actor", sort=False)
    reasons = found["reason"].agg(lambda said: list(dict.fromkeys(said.dropna()))[:3])
    made = pd.DataFrame({"revisions": found.size(), "rows": found["rows"].sum(), "last": found["at"].max()})
    return made.assign(reasons=reasons).sort_values("rows", ascending=False)


def _log_since(region: Region, since: int) -> pd.DataFrame:
    log = region.log(limit=max(region.revision - since, 1))  # newest first, so that no more than these are read
    return log[log["revision"] > since]


def table_counts(region: Region, since: int) -> pd.DataFrame:
    """Tables written since a revision: indexed by table, with added, changed and removed [rows in force on the day].

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="new") as e:
    ...     _ = e.put("projects", {"name": "新项目"})
    >>> table_counts(e.after, r.revision).to_dict("index")
    {'projects': {'added': 1, 'changed': 0, 'removed': 0}}
    """
    log = _log_since(region, since)
    names = sorted({name for counts in log["counts"] for name in counts} & set(tables()))
    rows = {name: _counted(region, name, since) for name in names}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["added", "changed", "removed"]).rename_axis("table")


def _counted(region: Region, table: str, since: int) -> list[int]:
    lineage = region.store.lineage(region.branch_name, region.revision)
    was = set(_in_force(region.store.before(table, lineage, since, [], region.reader), region.day)["id"])
    every = f'SELECT id FROM "{table} every" WHERE revision > $since'
    now = region.query(f'SELECT id FROM "{table}" WHERE id IN ({every})', since=since)["id"]
    if not was:
        return [len(now), 0, 0]
    gone = region.query(f'SELECT id FROM "{table}" WHERE id IN (SELECT unnest($ids))', ids=sorted(was))["id"]
    left, kept = set(gone), set(now)
    return [len(kept - was), len(kept & was), len(was - left - kept)]
