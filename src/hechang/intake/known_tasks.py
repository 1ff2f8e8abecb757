"""Tasks the region knows, with everything that was said of each: what a new demand is held against."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hechang.intake.one_task import Demand, Likeness, nearest, normal, same
from hechang.region.region import Region

SAID = ("task", "statement", "document", "directive", "proposal", "text")
NEAR = 5  # tasks shown as like a demand


@dataclass(frozen=True)
class Stated:
    """One statement of a task: ids of task, statement, document and directive, and the demand as it is compared."""

    task: str
    statement: str | None
    document: str | None
    directive: str | None
    demand: Demand


@dataclass(frozen=True)
class NearTask:
    """A task like a demand: its id, the statement that is nearest, and how both compare."""

    task: str
    stated: Stated
    like: Likeness


Occasions = Mapping[tuple[str, str], frozenset[str]]  # by document and ordinal of the event


class KnownTasks:
    """Tasks by their statements; those made in the same edit are added as they come."""

    def __init__(self, stated: Sequence[Stated], families: Mapping[str, str], occasions: Occasions) -> None:
        self.stated: list[Stated] = []
        self.by_words: dict[str, list[Stated]] = {}
        self.families = families
        self.occasions = occasions
        for one in stated:
            self.add(one)

    def homes(self, event: str | None, document: str | None, ordinal: str = "") -> frozenset[str]:
        """Occasion of a demand: its event, as accepted and as read; else the document with all its versions.

        `ordinal` names the event in the document. What reading found to be one event is one occasion before anybody
        accepted that event: only the same words are joined by it, and a person can keep them apart.
        """
        read = self.occasions.get((document or "", ordinal), frozenset())
        if event or read:
            return read | frozenset([f"event:{event}"] if event else [])
        family = self.families.get(document or "", document)
        return frozenset([f"document:{family}"] if family else [])

    def equal(self, demand: Demand) -> Stated | None:
        """Return the statement of a task that says the same on the same occasion; None where there is none."""
        likely = self.by_words.get(normal(demand.text), ())
        return next((one for one in likely if same(demand, one.demand)), None)

    def near(self, demand: Demand, most: int = NEAR) -> list[NearTask]:
        """Return tasks like a demand, each once, those to be joined first come first."""
        found: dict[str, NearTask] = {}
        for at, like in nearest(demand, [one.demand for one in self.stated], 3 * most):
            one = self.stated[at]
            found.setdefault(one.task, NearTask(one.task, one, like))
        return list(found.values())[:most]

    def add(self, one: Stated) -> None:
        """Take in a statement of a task that is being written."""
        self.stated.append(one)
        self.by_words.setdefault(normal(one.demand.text), []).append(one)


def known_tasks(region: Region) -> KnownTasks:
    """Return the tasks of a region with their statements; a task entered by hand stands with its name.

    Examples
    --------
    >>> from hechang import tiny
    >>> len(known_tasks(tiny()).stated)
    0
    """
    tasks = _cells(region.table("tasks", columns=["name", "directive", "due"]))
    said = _cells(region.table("task_statements", columns=list(SAID)))
    directives = _cells(region.table("directives", columns=["event", "statement", "text", "deadline"]))
    documents = _cells(region.table("documents", columns=["published", "version_of"]))
    events = _cells(region.table("events", columns=["date"]))
    held = KnownTasks([], families(documents), occasions(region))
    told = {row["task"] for row in said.values()}
    ordinals = _ordinals(region, [row["proposal"] for row in said.values() if row["proposal"]])
    for row in said.values():
        row["event"] = ordinals.get(row["proposal"] or "", "")
    bare = [
        {"task": id, "directive": row["directive"], "text": row["name"], **dict.fromkeys(SAID[1:3]), "event": ""}
        for id, row in tasks.items()
        if id not in told
    ]
    for row in [*said.values(), *bare]:
        if row["task"] in tasks:
            held.add(_stated(held, row, tasks[row["task"]], (directives, documents, events)))
    return held


def occasions(region: Region) -> dict[tuple[str, str], frozenset[str]]:
    """Return what reading knows of the events of documents: their key, and the reports found to be of one event.

    Examples
    --------
    >>> from hechang import tiny
    >>> occasions(tiny())
    {}
    """
    frame = region.table("proposals", columns=["document", "ordinal", "payload"], where={"kind": "event"})
    hashes = region.table("documents", columns=["sha256"])["sha256"].astype(str).to_dict()
    found = {}
    for document, ordinal, payload in zip(frame["document"], frame["ordinal"], frame["payload"], strict=True):
        told = json.loads(payload)
        refs = [f"{hashes.get(document, document)}#{ordinal}", *(told.get("same_event") or [])]
        key = [f"key:{told['key']}"] if told.get("key") else []
        found[str(document), str(ordinal)] = frozenset([*(f"read:{ref}" for ref in refs), *key])
    return found


def _ordinals(region: Region, proposals: Sequence[str]) -> dict[str, str]:
    """The event a demand names, by proposal."""
    held = region.table("proposals", columns=["payload"], where={"id": list(proposals)})["payload"]
    return {str(id): str(json.loads(payload).get("event") or "") for id, payload in held.items()}


def families(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return for each document the first version of it.

    Examples
    --------
    >>> families({"a": {"version_of": None}, "b": {"version_of": "a"}, "c": {"version_of": "b"}})
    {'a': 'a', 'b': 'a', 'c': 'a'}
    """
    return {id: _first(id, documents) for id in documents}


def _first(id: str, documents: Mapping[str, Mapping[str, Any]]) -> str:
    seen = {id}
    while (above := documents.get(id, {}).get("version_of")) and above in documents and above not in seen:
        id = above
        seen.add(id)
    return id


def said_in(event: Mapping[str, Any] | None, document: Mapping[str, Any] | None) -> str:
    """Year something was said in: that of its event, else of the publication; empty where unknown.

    Examples
    --------
    >>> said_in({"date": "2022-09-27"}, None), said_in(None, {"published": None})
    ('2022', '')
    """
    day = (event or {}).get("date") or (document or {}).get("published") or ""
    return str(day)[:4]


Tables = tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]], dict[str, dict[str, Any]]]


def _stated(held: KnownTasks, row: Mapping[str, Any], task: Mapping[str, Any], known: Tables) -> Stated:
    directives, documents, events = known
    directive = directives.get(row["directive"] or "", {})
    event, document = directive.get("event"), row["document"]
    year = said_in(events.get(event or ""), documents.get(document or ""))
    text = directive.get("text") or row["text"]
    demand = Demand(
        str(text), held.homes(event, document, row["event"]), year, str(directive.get("deadline") or task["due"] or "")
    )
    statement = row["statement"] or directive.get("statement")
    return Stated(str(row["task"]), statement, document, row["directive"], demand)


def _cells(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    records = plain.to_dict("records")
    return {str(id): {str(k): v for k, v in row.items()} for id, row in zip(plain.index, records, strict=True)}
