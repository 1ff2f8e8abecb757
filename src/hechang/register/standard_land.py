"""Terms of standard land 标准地: what was promised, what was measured, and the check 履标 when it fell due."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.pipeline import invested
from hechang.register.workdays import day_number, last_sql

DEFAULT = ">="  # of a term without comparator: investment, tax, floor-area ratio are promised as a least value
WORDS = {">=": "≥", "<=": "≤", "=": "="}
NO_PROMISE = "没有约定值 / no value promised"
LISTED = ("missed", "outside", "unchecked")
_TINY = 1e-9  # of the promise: two figures that differ by less are the same


def verdicts(region: Region, *, projects: Iterable[str] | None = None) -> pd.DataFrame:
    """One row a term, indexed by its id, with its verdict on the region's day.

    A value counts as measured from the first day `checked` can mean, at once where there is no such date; a term
    falls due after the last day `due` can mean. A term without `due` is due since it was checked.

    Parameters
    ----------
    projects
        Terms of these projects only; of all when None.

    Returns
    -------
    DataFrame
        The columns of `standard_land`, comparator filled in, then state (met; missed: outside the promise and due;
        outside: outside the promise, not due yet; unchecked: due and not measured; open: neither due nor measured;
        unclear: nothing promised), short [by how much the promise is missed, in the term's unit], days [since it fell
        due, else since the check], name (project · term), owner (name of who answers for the project), place,
        synthetic.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("standard_land", {"id": "t", "project": "p3", "term": "容积率", "promised": 2.0, "measured": 1.6,
    ...                                 "checked": "2022-06-01", "due": "2022-06"})
    >>> verdicts(e.after)[["state", "days"]].values.tolist(), verdicts(e.after)["short"].round(6).to_list()
    ([['missed', 89]], [0.4])
    """
    sql = f"""SELECT t.id, project, term, promised, unit, checked, due, evidence, t.source, t.synthetic,
                     p.name || ' · ' || term AS name, p.place, coalesce(b.name, o.name, p.owner) AS owner,
                     coalesce(comparator, $default) AS comparator,
                     CASE WHEN checked IS NULL OR checked <= $day THEN measured END AS measured,
                     $today - {last_sql("due")} AS past, $today - {last_sql("checked")} AS since
              FROM standard_land t JOIN projects p ON p.id = t.project
                   LEFT JOIN bodies b ON b.id = p.lead LEFT JOIN bodies o ON o.id = p.owner
              WHERE $ids IS NULL OR project IN (SELECT unnest($ids)) ORDER BY project, t.id"""
    ids = None if projects is None else [str(id) for id in projects]
    rows = region.query(sql, day=region.day, today=day_number(region.day), default=DEFAULT, ids=ids).set_index("id")
    short = _short(rows)
    days = rows["past"].where(rows["due"].notna(), rows["since"]).clip(lower=0)
    return rows.drop(columns=["past", "since"]).assign(state=_states(rows, short), short=short, days=days)


def _short(rows: pd.DataFrame) -> pd.Series:
    """By how much each promise is missed; 0 where it is kept, null where it cannot be told."""
    promised, measured = (rows[name].to_numpy(dtype=float, na_value=np.nan) for name in ("promised", "measured"))
    more = promised - measured
    by = np.select([rows["comparator"].eq("<="), rows["comparator"].eq("=")], [-more, np.abs(more)], more)
    same = np.abs(more) <= _TINY * np.maximum(np.abs(promised), 1)
    return pd.Series(np.where(same, 0.0, np.maximum(by, 0.0)), index=rows.index).astype("Float64")


def _states(rows: pd.DataFrame, short: pd.Series) -> pd.Series:
    due = rows["past"].gt(0).fillna(False)
    without_day, measured = rows["due"].isna(), rows["measured"].notna()
    outside = short.gt(0).fillna(False)
    tests = [
        rows["promised"].isna(),
        outside & (due | without_day),
        outside,
        measured,
        due,
    ]
    names = ["unclear", "missed", "outside", "met", "unchecked"]
    return pd.Series(np.select(tests, names, "open"), index=rows.index, dtype="string")


def broken(region: Region, listing: str) -> pd.DataFrame:
    """Terms missed, outside their promise, or due and unchecked: a finished list, longest overdue first.

    Examples
    --------
    >>> from hechang import tiny
    >>> broken(tiny(), "x").empty
    True
    """
    terms = verdicts(region)
    rows = terms[terms["state"].isin(LISTED)]
    rows = rows.assign(table="standard_land", **_reasons(rows))
    rows = rows.assign(invested=invested(region, pd.Index(rows["project"])).array)
    rows = rows.sort_values("days", ascending=False, kind="stable")
    kept = ["name", "owner", "reason", "reason_en", "days", "due", "invested", "source", "place", "synthetic", "table"]
    unclear = terms.index[terms["state"].eq("unclear")]
    return listed(
        region,
        listing,
        rows[[*kept, "project", "term", "state", "promised", "measured", "short", "unit"]],
        following="standard_land.checked",
        missing=[{"id": str(id), "why": NO_PROMISE} for id in unclear],
    )


def _reasons(rows: pd.DataFrame) -> dict[str, pd.Series]:
    unit = rows["unit"].astype("string").fillna("")
    promised, measured, short = (
        _figure(rows[c]) + (" " + unit).str.rstrip() for c in ("promised", "measured", "short")
    )
    sign = rows["comparator"].map(WORDS).astype("string")
    unchecked, outside = rows["state"].eq("unchecked"), rows["state"].eq("outside")
    due, days = rows["due"].astype("string"), rows["days"].astype("Int64").astype("string")
    zh, en = "约定 " + sign + " " + promised, "promised " + sign + " " + promised
    past_zh, past_en = ", 期限 " + due + " 已过 " + days + " 天", ", due " + due + ", " + days + " days ago"
    ahead_zh, ahead_en = ", 期限 " + due + " 未到", ", not due before " + due
    ends = [(z.mask(outside, a).fillna("")) for z, a in ((past_zh, ahead_zh), (past_en, ahead_en))]
    found = [", 实测 " + measured + ", 相差 " + short, ", measured " + measured + ", off by " + short]
    blank = [", 到期未核查", ", not checked"]
    said = [f.mask(unchecked, b) for f, b in zip(found, blank, strict=True)]
    return {"reason": zh + said[0] + ends[0], "reason_en": en + said[1] + ends[1]}


def _figure(numbers: pd.Series) -> pd.Series:
    return numbers.astype("Float64").map("{:,.6g}".format, na_action="ignore").astype("string")
