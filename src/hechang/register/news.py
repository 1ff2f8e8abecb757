"""The changes a project office asks about, one row each: stages, money, dates, projects new and gone, tasks, letters.

What a row says is left to the page: `field` with the values before and after, as the tables hold them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pandas as pd

from hechang.region.region import Region
from hechang.register.changes import EVENT, PROJECT, Since, rewritten, stage_moves

NEWS = ["kind", "on", "about", "table", "row", "of", "field", "before", "after", "amount", "size", "revision"]
KINDS = ("stage", "money", "date", "done", "new", "gone", "renamed", "detail", "task", "letter")
MONEY = ("invest_total", "invest_plan", "invest_done")
Rows = list[pd.DataFrame]


def news(region: Region, since: Since) -> pd.DataFrame:
    """All such changes since a revision (as entered) or a day (as happened), those of each kind by size.

    Parameters
    ----------
    since
        See `changes.since_of`.

    Returns
    -------
    DataFrame
        kind (one of `KINDS`), on (table of what it is about), about (its id), table and row (that says so), of (stage,
        year or period the value is of), field, before, after (as stored), amount [分, change of money], size [what
        orders a kind: 分 of the project or of the change, days for dates], revision (0 where nothing is left).

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="minutes") as e:
    ...     _ = e.put("project_events", {"project": "p1", "stage": "filed", "actual": "2022-09-20"})
    >>> news(e.after, r.revision)[["kind", "about", "before", "after"]].values.tolist()
    [['stage', 'p1', 'signed', 'filed']]
    """
    projects = rewritten(region, "projects", PROJECT, since)
    fresh = set(projects.index[projects["kind"].eq("added")])
    events = rewritten(region, "project_events", EVENT, since)
    parts = [
        *_come_and_gone(projects),
        *_of_projects(projects),
        _stages(region, since),
        *_dates(events[~events["project"].isin(fresh)]),
        *_money(region, since),
        *_ledger(region, since),
    ]
    made = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=NEWS)], ignore_index=True)
    return _in_order(region, made.reindex(columns=NEWS).astype(object))


def _in_order(region: Region, rows: pd.DataFrame) -> pd.DataFrame:
    """Order by kind and size; what is about a project without a size of its own takes the project's money."""
    ids = rows.loc[rows["size"].isna() & rows["on"].eq("projects"), "about"].unique().tolist()
    total = region.table("projects", columns=["invest_total"], where={"id": ids})["invest_total"].to_dict()
    size = rows["size"].where(rows["size"].notna(), rows["about"].map(total))
    rank = rows["kind"].map({kind: at for at, kind in enumerate(KINDS)})
    made = rows.assign(size=_number(size), rank=rank)
    ordered = made.sort_values(["rank", "size", "about"], ascending=[True, False, True], kind="stable")
    return ordered.drop(columns="rank").reset_index(drop=True)


def _number(values: pd.Series) -> pd.Series:
    """Figures of a column of Python values; nothing counts as zero."""
    return values.where(values.notna(), 0).astype("float64")


def _told(rows: pd.DataFrame, kind: str, table: str, **columns: object) -> pd.DataFrame:
    """Rows of news out of rows indexed by id of `table`; about themselves where nothing else is said."""
    named = {"on": table, "about": rows.index, "of": None, "kind": kind, "table": table} | columns
    return pd.DataFrame({"row": rows.index, "revision": rows["revision"]} | named, index=rows.index)


def _come_and_gone(projects: pd.DataFrame) -> Rows:
    come, gone = (projects[projects["kind"].eq(kind)] for kind in ("added", "removed"))
    return [
        _told(come, "new", "projects", field="invest_total", after=come["invest_total"], size=come["invest_total"]),
        _told(gone, "gone", "projects", field="name", before=gone["name_was"], size=gone["invest_total_was"]),
    ]


def _of_projects(projects: pd.DataFrame) -> Rows:
    changed = projects[projects["kind"].eq("changed")]
    kinds = {"name": "renamed", "invest_total": "money"}
    return [_of_field(changed, name, kinds.get(name, "detail"), "projects") for name in PROJECT]


def _of_field(rows: pd.DataFrame, field: str, kind: str, table: str, **columns: object) -> pd.DataFrame:
    """One row for each value of `field` that is another one now."""
    was, now = rows[f"{field}_was"], rows[field]
    moved = rows[~(was.eq(now) | (was.isna() & now.isna()))]
    given = {name: c.loc[moved.index] if isinstance(c, pd.Series) else c for name, c in columns.items()}
    made = _told(moved, kind, table, field=field, before=moved[f"{field}_was"], after=moved[field], **given)
    if field not in MONEY:
        return made
    amount = _number(moved[field]) - _number(moved[f"{field}_was"])
    return made.assign(amount=amount.astype("int64"), size=amount.abs())


def _stages(region: Region, since: Since) -> pd.DataFrame:
    moves = stage_moves(region, since)
    known = region.table("projects", columns=["id"], where={"id": moves.index.tolist()}).index
    moves = moves[moves.index.isin(known)]  # of one that left the register that alone is told
    told = _told(moves, "stage", "project_events", on="projects", of=moves["actual"], field="stage")
    return told.assign(row=moves["row"], before=moves["was"], after=moves["now"])


def _dates(events: pd.DataFrame) -> Rows:
    """Dates that were known and are others now: expected ones not yet reached, and actual ones."""
    changed = events[events["kind"].eq("changed")]
    ahead = changed[changed["actual"].isna() & changed["estimated_was"].notna()]
    past = changed[changed["actual_was"].notna()]
    return [
        _of_field(rows, field, "date", "project_events", on="projects", about=rows["project"], of=rows["stage"])
        for rows, field in ((ahead, "estimated"), (past, "actual"))
    ]


def _money(region: Region, since: Since) -> Rows:
    """Plans of a year and amounts done that were known and are others now."""
    years = rewritten(region, "project_years", ["project", "year", "invest_plan"], since)
    returns = rewritten(region, "returns", ["project", "period", "invest_done"], since)
    plans, done = years[years["invest_plan_was"].notna()], returns[returns["invest_done_was"].notna()]
    return [
        _of_field(rows, field, kind, table, on="projects", about=_either(rows, "project"), of=_either(rows, of))
        for rows, field, kind, table, of in (
            (plans, "invest_plan", "money", "project_years", "year"),
            (done, "invest_done", "done", "returns", "period"),
        )
    ]


def _either(rows: pd.DataFrame, column: str) -> pd.Series:
    """A value as it is; as it was, of a row that is gone."""
    return rows[column].where(rows[column].notna(), rows[f"{column}_was"])


_WATCHED: Mapping[str, tuple[str, tuple[str, ...], str]] = MappingProxyType({
    "tasks": ("task", ("due", "closed", "state"), "name"),
    "slips": ("letter", ("answered", "closed", "review"), "issued"),
})  # fmt: skip


def _ledger(region: Region, since: Since) -> Rows:
    """Tasks and letters that are new, and those of which a date or state moved on."""
    made = []
    for table, (kind, fields, first) in _WATCHED.items():
        rows = rewritten(region, table, [*fields, first], since)
        new, old = rows[rows["kind"].eq("added")], rows[rows["kind"].eq("changed")]
        made.append(_told(new, kind, table, field=first, after=new[first]))
        made += [_of_field(old, field, kind, table) for field in fields]
    return made


def counted(rows: pd.DataFrame) -> pd.DataFrame:
    """How many changes of each kind, and by how much its money moved [分]; indexed by kind, in the order of `KINDS`.

    Examples
    --------
    >>> counted(pd.DataFrame({"kind": ["money", "new", "money"], "amount": [5, None, -2]})).values.tolist()
    [[2, 3], [1, 0]]
    """
    found = rows.groupby("kind")
    amount = found["amount"].agg(lambda column: int(_number(column).sum()))
    made = pd.DataFrame({"count": found.size(), "amount": amount})
    order: Callable[[str], int] = KINDS.index
    return made.loc[sorted(made.index, key=order)]
