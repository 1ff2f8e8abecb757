"""Clocks of approval steps 三提三即: could have begun, began, ended, days used against days allowed.

What is open counts to the region's day. Days are counted as `workdays` says: from the last day a partial date can
mean to the first one, so nobody is late by a day that may not have passed.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.pipeline import invested
from hechang.register.rules import rule_value
from hechang.register.workdays import RULE, DayCount, Days, day_count, day_number, first_sql, iso, last_sql

LONGEST = 3660  # days: a longer limit is no limit anybody promised
UNITS = {"working": ("个工作日", "working days"), "calendar": ("天", "days")}
BLIND = (" (未录节假日, 仅扣除周末)", " (weekends only: no holidays entered)")
BACKWARDS = "办结早于启动, 或启动早于可启动 / ended before it began, or began before it could"
NO_BEGIN = "没有启动日期 / no day of beginning"
NO_LIMIT = "没有承诺时限 / no days allowed"
_DATES = ("could_begin", "begun", "ended")
_OWN = ("project", "step", "kind", "body", *_DATES, "days_allowed", "exempt", "basis", "paper", "source", "synthetic")
_NAMED = """p.name || ' · ' || a.step AS name, p.place,
            coalesce(s.name, a.body, b.name, o.name, p.owner) AS owner"""


def clocks(region: Region, *, projects: Iterable[str] | None = None, running: bool = False) -> pd.DataFrame:
    """One row an approval step, indexed by its id, with its clock on the region's day.

    Parameters
    ----------
    projects
        Steps of these projects only; of all when None.
    running
        Only steps that began and have not ended.

    Returns
    -------
    DataFrame
        The columns of `approvals`, name (project · step), place, owner (name of the body in charge, else of who answers
        for the project), then state (ended, open, waiting: it could begin and did not, future), waited
        [days from could_begin to begun], used [days from begun to ended], left [days; below 0 where the limit is
        over], due [last day in time, ISO], why_missing. Days are working or calendar days as rule `approval-clocks`
        says; `attrs["days"]` names which; steps of the year `attrs["blind"]` or before ran when `holidays`
        had no rows, so only weekends are taken off.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("approvals", {"id": "s", "project": "p2", "step": "施工许可", "could_begin": "2022-08-30",
    ...                             "begun": "2022-09-01", "days_allowed": 15})
    >>> clocks(e.after)[["state", "waited", "used", "left", "due"]].values.tolist()
    [['open', 2, 18, -3, '2022-09-22']]
    """
    count = day_count(region)
    sql = f"""SELECT a.id, {", ".join(f"a.{name}" for name in _OWN)}, {_NAMED}, {_edges()}
              FROM approvals a JOIN projects p ON p.id = a.project LEFT JOIN bodies s ON s.id = a.body
                   LEFT JOIN bodies b ON b.id = p.lead LEFT JOIN bodies o ON o.id = p.owner
              WHERE ($ids IS NULL OR project IN (SELECT unnest($ids)))
              AND (NOT $running OR (begun <= $day AND (ended IS NULL OR ended > $day))) ORDER BY project, a.id"""
    ids = None if projects is None else [str(id) for id in projects]
    rows = region.query(sql, day=region.day, ids=ids, running=running).set_index("id")
    made = rows[[*_OWN, "name", "place", "owner"]].assign(**_clock(rows, count, float(day_number(region.day))))
    made.attrs |= {"days": count.kind, "blind": count.blind}
    return made


def _edges() -> str:
    """Columns `<date>_lo` and `<date>_hi`: first and last possible day, empty for a day that has not come."""
    come = "CASE WHEN {0} <= $day THEN {1} END AS {0}_{2}"
    parts = ((name, sql(name), edge) for name in _DATES for sql, edge in ((first_sql, "lo"), (last_sql, "hi")))
    return ", ".join(come.format(*part) for part in parts)


def _clock(rows: pd.DataFrame, count: DayCount, today: float) -> dict[str, pd.Series]:
    days = {f"{n}_{e}": rows[f"{n}_{e}"].to_numpy(dtype=float, na_value=np.nan) for n in _DATES for e in ("lo", "hi")}
    state = _states(days)
    waited = _gap(count, days, ("could_begin", "begun"), np.where(state == "waiting", today, np.nan))
    used = _gap(count, days, ("begun", "ended"), np.where(state == "open", today, np.nan))
    given = rows["days_allowed"].to_numpy(dtype=float, na_value=np.nan)
    allowed = np.where((given >= 0) & (given <= LONGEST), given, np.nan)
    running = np.isin(state, ("open", "ended"))
    return {
        "state": pd.Series(state, index=rows.index, dtype="string"),
        "waited": _whole(waited, rows.index),
        "used": _whole(used, rows.index),
        "left": _whole(allowed - used, rows.index),
        "due": iso(np.where(running, count.due(days["begun_hi"], allowed), np.nan), rows.index),
        "why_missing": _why(days, allowed, running, rows.index),
    }


def _states(days: dict[str, Days]) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    come = [np.isfinite(days[f"{name}_lo"]) for name in ("ended", "begun", "could_begin")]
    return np.select(come, ["ended", "open", "waiting"], "future")


def _gap(count: DayCount, days: dict[str, Days], pair: tuple[str, str], still: Days) -> Days:
    """Days that surely passed between two dates, to `still` where the second has not come; NaN where backwards."""
    since, until = pair
    lo, hi = (np.where(np.isfinite(still), still, days[f"{until}_{edge}"]) for edge in ("lo", "hi"))
    end = np.where(hi >= days[f"{since}_lo"], np.maximum(lo, days[f"{since}_hi"]), np.nan)
    return count.between(days[f"{since}_hi"], end, first=0 if since == "could_begin" else None)


def _whole(days: Days, index: pd.Index) -> pd.Series:
    return pd.Series(days, index=index).astype("Int64").astype("int64[pyarrow]")


def _why(
    days: dict[str, Days], allowed: Days, running: np.ndarray[tuple[int], np.dtype[np.bool_]], index: pd.Index
) -> pd.Series:
    backwards = (days["ended_hi"] < days["begun_lo"]) | (days["begun_hi"] < days["could_begin_lo"])
    said = np.select(
        [backwards, running & np.isnan(days["begun_lo"]), running & np.isnan(allowed)],
        [BACKWARDS, NO_BEGIN, NO_LIMIT],
        "",
    )
    why = pd.Series(said, index=index, dtype="string")
    return why.mask(why == "")


def totals(clock: pd.DataFrame, by: str = "project") -> pd.DataFrame:
    """Sums of `clocks` by project or by kind (评估论证, 审批服务, 验收发证).

    Returns
    -------
    DataFrame
        steps, ended, open, overdue (open past the limit), waited [days], used [days], over [days beyond the limit, of
        steps open and ended].

    Examples
    --------
    >>> from hechang import tiny
    >>> totals(clocks(tiny())).empty
    True
    """
    over = (-clock["left"]).clip(lower=0).fillna(0)
    marked = clock.assign(
        steps=1,
        ended=clock["state"].eq("ended").astype(int),
        open=clock["state"].eq("open").astype(int),
        overdue=(clock["state"].eq("open") & over.gt(0)).astype(int),
        over=over,
    )
    columns = ["steps", "ended", "open", "overdue", "waited", "used", "over"]
    return marked.groupby(by, sort=False)[columns].sum().astype("int64")


def late(region: Region, listing: str) -> pd.DataFrame:
    """Steps that began, have not ended and used more days than allowed: a finished list, farthest over first.

    Examples
    --------
    >>> from hechang import tiny
    >>> late(tiny(), "x").empty
    True
    """
    clock = clocks(region, running=True)
    over = clock[clock["left"].lt(0).fillna(False)]
    rows = over.assign(days=-over["left"], table="approvals")
    rows = rows.assign(
        **_reasons(rows, clock.attrs["days"], clock.attrs["blind"]),
        invested=invested(region, pd.Index(rows["project"])).array,
    )
    rows = rows.sort_values("days", ascending=False, kind="stable")
    kept = ["name", "owner", "reason", "reason_en", "days", "due", "invested", "source", "place", "synthetic"]
    unclear = clock.loc[clock["left"].isna(), "why_missing"]
    return listed(
        region,
        listing,
        rows[[*kept, "table", "project", "step", "kind", "used", "days_allowed"]],
        rule_value(region, RULE, "days"),
        following="approvals.ended",
        missing=[{"id": str(id), "why": str(why)} for id, why in unclear.items()],
    )


def _reasons(rows: pd.DataFrame, counted: str, blind: int) -> dict[str, pd.Series]:
    zh, en = UNITS[counted]
    begun, used, allowed, over = (rows[c].astype("string") for c in ("begun", "used", "days_allowed", "days"))
    said = {
        "reason": begun + " 启动, 承诺 " + allowed + f" {zh}, 已用 " + used + f" {zh}, 超时 " + over + f" {zh}",
        "reason_en": "begun " + begun + ", " + allowed + f" {en} allowed, " + used + " used, " + over + " over",
    }
    known = begun.str.slice(0, 4) > f"{blind:04d}"
    return {name: text.where(known, text + note) for (name, text), note in zip(said.items(), BLIND, strict=True)}
