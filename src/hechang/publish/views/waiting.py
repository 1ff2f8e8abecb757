"""What waits for somebody: proposals, conflicts, papers, tasks, letters and returns, of one body or of all."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hechang.intake.rounds.status import status
from hechang.publish.results import Results
from hechang.publish.rows import Row, records
from hechang.publish.views.tasks import ledger_of
from hechang.register.rounds import standing
from hechang.register.slips.desk import slips
from hechang.register.tasks import LIVE
from hechang.terms.errors import not_known

SOON = 30  # days: tasks due within these are named beside those past their day
SHOWN = 4  # rows told of each kind


def waiting(results: Results, body: str = "") -> dict[str, Any]:
    """Return what waits, by kind with the most urgent rows; for one body what it has to do, for none everything.

    Raises
    ------
    NotKnown
        for a body that does not exist.
    """
    bodies = results.region.table("bodies", columns=["name", "name_en", "kind"])
    if body and body not in bodies.index:
        raise not_known("body", "单位", body, [str(id) for id in bodies.index], "hechang export bodies bodies.csv")
    name = str(bodies.loc[body, "name"]) if body else ""
    kinds = [
        _proposals(results) if not body else None,
        _returns(results, body), _letters(results, body), _tasks(results, body), _conflicts(results, body),
        _of_list(results, "papers", "papers-to-hand-in", name), _of_list(results, "renamed", "renamed-to-review", name),
    ]  # fmt: skip
    shown = [one for one in kinds if one and one["count"]]
    return {"body": body, "bodies": _bodies(bodies), "items": shown, "total": sum(one["count"] for one in shown)}


def _bodies(bodies: pd.DataFrame) -> list[Row]:
    return sorted(records(bodies), key=lambda row: (str(row["kind"]), str(row["name"])))


def _kind(kind: str, rows: pd.DataFrame, listing: str = "") -> dict[str, Any]:
    """One kind with its first rows, as id, name, note, note_en, due and days."""
    names = ["name", "note", "note_en", "due", "days"]
    shown = rows.head(SHOWN).reindex(columns=names)
    return {"kind": kind, "count": len(rows), "listing": listing, "rows": records(shown.rename_axis("id"))}


def _proposals(results: Results) -> dict[str, Any]:
    sql = """SELECT d.id, coalesce(d.title, d.path, d.id) AS name, count(*)::VARCHAR || ' 条待核' AS note,
                    count(*)::VARCHAR || ' to review' AS note_en, count(*)::BIGINT AS days
             FROM proposals p JOIN documents d ON d.id = p.document WHERE p.state = 'open'
             GROUP BY ALL ORDER BY days DESC, name"""
    found = results.region.query(sql).set_index("id")
    return _kind("proposals", found.assign(days=None)) | {"count": int(found["days"].sum()), "documents": len(found)}


def _returns(results: Results, body: str) -> dict[str, Any]:
    rows = standing(results.region)
    rows = rows[~rows["taken"] & (rows["body"].eq(body) if body else True)]
    said = rows.assign(note=rows["round_name"], note_en=rows["round_name"], days=rows["late"])
    return _kind("returns", said.sort_values("late", ascending=False), "returns-late")


def _letters(results: Results, body: str) -> dict[str, Any]:
    """Letters that wait for the body addressed; of those answered for the office, where no body is named."""
    every = results.once("letters", lambda: slips(results.region))
    states = ("issued", "acknowledged", "returned") if body else ("issued", "acknowledged", "returned", "answered")
    rows = every[every["state"].isin(states) & (every["to_body"].eq(body).fillna(False) if body else True)]
    late = (pd.Timestamp(results.region.day) - pd.to_datetime(rows["until"])).dt.days
    said = rows.assign(note=rows["number"], note_en=rows["number"], due=rows["until"], days=late)
    return _kind("letters", said.sort_values("days", ascending=False, kind="stable"), "slips-open")


def _tasks(results: Results, body: str) -> dict[str, Any]:
    every = ledger_of(results)
    rows = every[every["state"].isin(LIVE) & (every["days"] >= -SOON)]
    rows = rows[rows["lead"].eq(body).fillna(False)] if body else rows
    said = rows.assign(note=rows["owner"], note_en=rows["owner"])
    return _kind("tasks", said.sort_values("days", ascending=False), "overdue-tasks")


def _conflicts(results: Results, body: str) -> dict[str, Any]:
    sql = """SELECT c.id, p.name, c.field AS note, c.field AS note_en, c.claims::VARCHAR AS claims
             FROM conflicts c LEFT JOIN projects p ON p.id = c.object WHERE c.settled IS NULL ORDER BY c.id"""
    found = results.region.query(sql).set_index("id")
    mine = found[found["claims"].str.contains(f'"{body}"', regex=False).fillna(False)] if body else found
    return _kind("conflicts", mine)


def _of_list(results: Results, kind: str, listing: str, owner: str) -> dict[str, Any]:
    rows = results.listing(listing)
    rows = rows[rows["owner"].eq(owner).fillna(False)] if owner else rows
    return _kind(kind, rows.assign(note=rows["reason"], note_en=rows["reason_en"]), listing)


def round_under_way(results: Results) -> dict[str, Any]:
    """Return the round that is open, else the newest one: its days, how many bodies are done, late, in conflict.

    Examples
    --------
    >>> from hechang import tiny
    >>> round_under_way(Results(tiny()))
    {'round': None, 'open': False, 'total': None}
    """
    every = results.region.table("rounds", columns=["name", "period", "opened", "due", "closed"])
    day = results.region.day
    every = every[every["opened"].fillna("").le(day)]
    if every.empty:
        return {"round": None, "open": False, "total": None}
    under_way = every["closed"].isna() | every["closed"].gt(day)
    chosen = every.assign(open=under_way).sort_values(["open", "period", "opened"], ascending=False).iloc[0]
    found = results.once(("round", str(chosen.name)), lambda: status(results.region, str(chosen.name)))
    return {"round": found.attrs["round"], "open": bool(chosen["open"]), "total": found.attrs["total"]}
