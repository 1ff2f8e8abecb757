"""Projects that a task is about: those known by a name the demand says, and those read out of its clause."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hechang.intake.to_tasks import SHORTEST, Made
from hechang.region.region import Region

Said = Mapping[str, Any]


def linked_projects(region: Region, now: Sequence[Said], task_of: Mapping[str, str], made: Made) -> None:
    """Add the projects of each task to the rows of an edit.

    Parameters
    ----------
    region
        The region before the edit.
    now
        Proposals being accepted, with `slots` and what they became (`made`).
    task_of
        Tasks of the demands of this edit by proposal.
    made
        Rows of the edit: `projects` of new tasks is set, tasks that were there get a changed row.
    """
    if not now:
        return
    documents = sorted({str(one["document"]) for one in now})
    said = [*_earlier(region, documents), *now]
    tasks = {**_tasks_of(region, documents), **task_of}
    found = links(
        said, tasks, {str(id): str(n) for id, n in region.table("projects", columns=["name"])["name"].items()}
    )
    fresh = {row["id"]: row for row in made.tasks}
    for id, row in fresh.items():
        row["projects"] = found.get(id, [])
    held = _held(region, [id for id in found if id not in fresh])
    for id, projects in held.items():
        more = [one for one in found[id] if one not in projects]
        if more:
            made.changed.append({"id": id, "projects": [*projects, *more]})


def links(said: Sequence[Said], task_of: Mapping[str, str], names: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the projects of tasks: named in the demand's words, or read inside its clause.

    Examples
    --------
    >>> demand = {"id": "d", "kind": "directive", "document": "a", "text": "建设甲乙快线", "slots": {"span": [0, 8]}}
    >>> project = {"id": "p", "kind": "project", "document": "a", "made": "P1", "slots": {"span": [4, 8]}}
    >>> links([demand, project], {"d": "T"}, {}), links([demand], {"d": "T"}, {"P2": "甲乙快线"})
    ({'T': ['P1']}, {'T': ['P2']})
    """
    projects = [one for one in said if one["kind"] == "project" and one.get("made")]
    long = {id: name for id, name in names.items() if len(name) >= SHORTEST}
    found: dict[str, list[str]] = {}
    for one in said:
        if one["kind"] != "directive" or str(one["id"]) not in task_of:
            continue
        named = [id for id, name in long.items() if name in str(one["text"])]
        inside = [str(p["made"]) for p in projects if p["document"] == one["document"] and _within(p, one)]
        if named or inside:
            mine = found.setdefault(task_of[str(one["id"])], [])
            mine += [id for id in dict.fromkeys([*named, *inside]) if id not in mine]
    return found


def _within(inner: Said, outer: Said) -> bool:
    (start, end), (first, last) = inner["slots"]["span"], outer["slots"]["span"]
    return bool(first <= start and end <= last)


def _earlier(region: Region, documents: Sequence[str]) -> list[dict[str, Any]]:
    where = {"document": list(documents), "kind": ["directive", "project"], "state": "accepted"}
    frame = region.table("proposals", columns=["document", "kind", "text", "made", "payload"], where=where)
    rows = frame.astype(object).where(frame.notna(), None).reset_index().to_dict("records")
    return [{**{str(k): v for k, v in row.items()}, "slots": json.loads(row["payload"])} for row in rows]


def _tasks_of(region: Region, documents: Sequence[str]) -> dict[str, str]:
    frame = region.table("task_statements", columns=["proposal", "task"], where={"document": list(documents)})
    return dict(zip(frame["proposal"].astype(str), frame["task"].astype(str), strict=True))


def _held(region: Region, ids: Sequence[str]) -> dict[str, list[str]]:
    """Projects that tasks are linked to already."""
    if not ids:
        return {}
    column = region.table("tasks", columns=["projects"], where={"id": list(ids)})["projects"]
    return {str(id): [] if pd.isna(text) else list(json.loads(text)) for id, text in column.astype(object).items()}
