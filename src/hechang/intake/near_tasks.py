"""Tasks like a demand, as a person is shown them: what is the same, what differs, what is known of the task already."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypedDict, cast

import pandas as pd

from hechang.intake.known_tasks import KnownTasks, Stated
from hechang.intake.one_task import pieces
from hechang.intake.to_tasks import ToTasks
from hechang.region.region import Region


class Near(TypedDict):
    """A task like a demand, or the one it is a statement of (`same`).

    `reasons` say why it is not one task by itself (number, place, year, wording, occasion), `guards` those that speak
    against joining; `pieces` lay both wordings side by side; `known` is what the register says of the task.
    """

    task: str
    title: str
    text: str
    directive: str | None
    document: str | None
    same: bool
    ratio: float
    suggested: bool
    reasons: list[str]
    guards: list[str]
    pieces: list[tuple[str, str, str]]
    statements: int
    known: dict[str, Any]


def near_tasks(region: Region, row: Mapping[str, Any] | pd.Series) -> list[Near]:
    """Return the tasks like a demand: the one it will join by itself first, then those to be joined by a person.

    Parameters
    ----------
    region
        With the tasks.
    row
        A proposal of kind directive, as a row of `queue`; its index is the id.
    """
    told: dict[str, Any] = {str(name): value for name, value in dict(row).items()}
    one = {"id": str(getattr(row, "name", told.get("id"))), **told}
    if one["kind"] != "directive":
        return []
    to = ToTasks(region, {}, {})
    demand = to.demand(one, _event_of(region, one))
    own = region.table("task_statements", columns=["task"], where={"proposal": one["id"]})["task"]
    mine = str(own.iloc[0]) if len(own) else None
    others = KnownTasks(
        [stated for stated in to.known.stated if stated.task != mine], to.known.families, to.known.occasions
    )
    equal = next((stated for stated in to.known.stated if stated.task == mine), None) or others.equal(demand)
    near = [n for n in others.near(demand) if equal is None or n.task != equal.task]
    rows = _rows(region, [*([equal.task] if equal else []), *(n.task for n in near)])
    text = str(one["text"])
    first = [_shown(to.known, text, equal, rows, {"same": True, "ratio": 1.0})] if equal else []
    return [
        *first,
        *(
            _shown(to.known, text, n.stated, rows, {
                "same": False, "ratio": n.like.ratio, "suggested": n.like.suggested and not equal,
                "reasons": list(n.like.reasons), "guards": list(n.like.guards),
            })
            for n in near
        ),
    ]  # fmt: skip


def event_id(region: Region, document: str, ordinal: str) -> str | None:
    """Id of the event that an ordinal of a document became, or will join by its key; None where there is none."""
    where = {"document": document, "kind": "event", "ordinal": ordinal}
    found = region.table("proposals", columns=["made", "payload"], where=where).astype(object)
    if not ordinal or found.empty:
        return None
    made, key = found["made"].iloc[0], json.loads(found["payload"].iloc[0]).get("key")
    if isinstance(made, str):
        return made
    held = region.table("events", columns=["key"], where={"key": key}) if key else found.iloc[:0]
    return str(held.index[0]) if len(held) else None


def _event_of(region: Region, row: Mapping[str, Any]) -> str | None:
    if isinstance(row.get("made"), str):
        event = region.table("directives", columns=["event"], where={"id": row["made"]})["event"].dropna()
        if len(event):
            return str(event.iloc[0])
    return event_id(region, str(row["document"]), row["slots"].get("event") or "")


def _rows(region: Region, ids: list[str]) -> dict[str, dict[str, Any]]:
    columns = ["name", "due", "lead", "co_bodies", "projects", "state"]
    frame = region.table("tasks", columns=columns, where={"id": ids}).astype(object)
    names = region.table("bodies", columns=["name"])["name"].astype(object).to_dict()
    found = {}
    for id, row in zip(frame.index, frame.where(frame.notna(), None).to_dict("records"), strict=True):
        beside = [names.get(body, body) for body in json.loads(row["co_bodies"] or "[]")]
        found[str(id)] = {
            "title": row["name"],
            "known": {"due": row["due"], "lead": names.get(row["lead"], row["lead"]), "co_bodies": beside,
                      "projects": len(json.loads(row["projects"] or "[]")), "state": row["state"]},
        }  # fmt: skip
    return found


def _shown(known: KnownTasks, text: str, stated: Stated, rows: Mapping[str, Any], told: Mapping[str, Any]) -> Near:
    row = rows.get(stated.task, {"title": stated.demand.text, "known": {}})
    blank: dict[str, Any] = {"suggested": False, "reasons": [], "guards": []}
    made = {
        "task": stated.task,
        **row,
        "text": stated.demand.text,
        "directive": stated.directive,
        "document": stated.document,
        "pieces": pieces(text, stated.demand.text),
        "statements": sum(one.task == stated.task and one.statement is not None for one in known.stated),
        **blank,
        **told,
    }
    return cast(Near, made)
