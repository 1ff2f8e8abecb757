"""Joining a demand that was accepted already to another task, and keeping one apart again: one edit in the log each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hechang.intake.docket import Term, pick
from hechang.intake.to_tasks import APART, Taken, ToTasks, put
from hechang.region.edit import Edit
from hechang.region.region import Region
from hechang.terms.errors import Conflict, InputError, not_known
from hechang.terms.specs import tables

OWN = ("task_statements", "tasks")  # tables that hold a task together, and do not rest on it


def rejoin(region: Region, id: str, task: str, *, by: str, why: str, request: str | None = None) -> Region:
    """Make an accepted demand a statement of another task, or of a task of its own again.

    Parameters
    ----------
    region
        Newest state of a branch.
    id
        The proposal of the demand.
    task
        The task it is to go to; `apart` for one of its own.
    by, why
        Who decides and for what reason.
    request
        Key of the request; the same key again writes nothing new.

    Returns
    -------
    Region
        The region after the edit; `take_back` undoes it.

    Raises
    ------
    NotKnown
        for a proposal or task that does not exist.
    InputError
        for what is no accepted demand, stands in that task already, or is a task of its own already.
    Conflict
        where reports or milestones rest on the task it would leave empty.
    """
    one = _accepted(region, id)
    held = _statements(region)
    mine = next((row for row in held if row["proposal"] == id), None)
    others = [row for row in held if mine and row["task"] == mine["task"] and row["proposal"] != id]
    _refuse(region, mine, others, task)
    to = ToTasks(region, _places(region), {id: task})
    to.held.discard(id)
    made = to.take([one], {})
    with region.edit(by=by, why=why, request=request) as e:
        e.exact = True
        _leave(e, mine, others)
        put(e, made)
        e.put("proposals", {"id": id, "note": f"tasks:{made.statements[0]['task']}"})
    return e.after


def _accepted(region: Region, id: str) -> Taken:
    frame = pick(region, [Term("id", "=", (id,)), Term("state", "=", ("open", "accepted", "rejected"))])
    if frame.empty:
        raise not_known("proposal", "提案", id[:80], [])
    row: dict[str, Any] = {"id": id, **{str(k): v for k, v in frame.iloc[0].to_dict().items()}}
    if row["kind"] != "directive" or row["state"] != "accepted":
        raise InputError("Only an accepted demand stands in a task", "只有已采纳的部署要求才属于某项任务")
    event = region.table("directives", columns=["event"], where={"id": row["made"]})["event"].dropna()
    return Taken(row, str(row["made"]), str(event.iloc[0]) if len(event) else None)


def _statements(region: Region) -> list[dict[str, Any]]:
    frame = region.table("task_statements").sort_index()
    rows = frame.astype(object).where(frame.notna(), None).rename_axis("id").reset_index().to_dict("records")
    return [{str(k): v for k, v in row.items()} for row in rows]


def _places(region: Region) -> dict[str, str]:
    return {str(name): str(id) for id, name in region.table("places", columns=["name"])["name"].items()}


def _refuse(region: Region, mine: Mapping[str, Any] | None, others: list[dict[str, Any]], task: str) -> None:
    if mine is None:
        return
    if task == mine["task"]:
        raise InputError("It is a statement of this task already", "它已是该任务的一条表述")
    if task == APART and not others:
        raise InputError("It is a task of its own already", "它本就是单独的任务")
    rests = [] if others else resting_on(region, str(mine["task"]))
    if rests:
        names = ", ".join(rests)
        raise Conflict(
            f"Its task would go, but rows of {names} rest on it. Join the other demand to this task instead",
            f"归并后原任务将不复存在, 但 {names} 中有记录以其为据。请改为把另一条归并到本任务",
        )


def resting_on(region: Region, task: str) -> list[str]:
    """Return the tables with rows that point to a task: reports, milestones, letters, evidence.

    Examples
    --------
    >>> from hechang import tiny
    >>> resting_on(tiny(), "t1")
    []
    """
    pointing = [
        (table.name, field.name)
        for table in tables().values()
        for field in table.fields
        if table.name not in OWN and (field.target == "tasks" or field.name == "object")
    ]
    found = [name for name, column in pointing if len(region.table(name, columns=[column], where={column: task}))]
    return list(dict.fromkeys(found))


def _leave(e: Edit, mine: Mapping[str, Any] | None, others: list[dict[str, Any]]) -> None:
    """Take a statement out of its task; a task goes with its only one, and stands on the next without its first."""
    if mine is None:
        return
    e.end("task_statements", str(mine["id"]))
    if not others:
        e.end("tasks", str(mine["task"]))
        return
    first = others[0]
    if mine["how"] in ("first", "apart"):
        e.put("task_statements", {"id": first["id"], "how": "first"})
        stands_on = {"directive": first["directive"], "name": first["text"], "source": first["source"]}
        e.put("tasks", {"id": mine["task"], **stands_on})
