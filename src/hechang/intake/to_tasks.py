"""Accepted demands become tasks: one task for all statements of it, with bodies, deadline and linked projects.

Only what can be done becomes a task: a clause classed as action that is demanded or promised. Equal demands of one
occasion are one task by themselves; any other joining, and keeping equal ones apart, is what a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hechang.intake.known_tasks import KnownTasks, Stated, known_tasks, said_in
from hechang.intake.named_bodies import NamedBodies, concrete, named_bodies
from hechang.intake.one_task import Demand, places
from hechang.region.edit import Edit
from hechang.region.region import Region
from hechang.terms.errors import not_known

ACTIONS, ASKED = ("action",), ("require", "commit")
APART = "apart"  # instead of a task to join: a task of its own, whatever is equal
MENDED = {"deadline": "due", "lead": "lead", "co_bodies": "co_bodies"}  # fields of a demand that its task has too
SHORTEST = 4  # characters of a project's name that is looked for in a demand; own assumption


def is_task(slots: Mapping[str, Any]) -> bool:
    """Tell whether a directive asks for something that can be done and is not only quoted.

    Examples
    --------
    >>> is_task({"kind": "action", "modality": "require"}), is_task({"kind": "principle", "modality": "require"})
    (True, False)
    """
    return slots.get("kind") in ACTIONS and slots.get("modality") in ASKED


@dataclass
class Taken:
    """One accepted demand on its way to a task: its proposal row, its directive, its event."""

    row: Mapping[str, Any]
    directive: str
    event: str | None

    @property
    def slots(self) -> Mapping[str, Any]:
        """Fields of the proposal."""
        slots: Mapping[str, Any] = self.row["slots"]
        return slots


@dataclass
class Made:
    """What an edit gets: rows by table, new ones and changed ones."""

    tasks: list[dict[str, Any]] = field(default_factory=list)
    statements: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)


class ToTasks:
    """Makes tasks of demands; `chosen` says for a proposal which task a person joined it to, or `apart`."""

    def __init__(self, region: Region, places: Mapping[str, str], chosen: Mapping[str, str]) -> None:
        self.region = region
        self.chosen = chosen
        self.places = places
        self.known: KnownTasks = known_tasks(region)
        self.bodies: NamedBodies = named_bodies(region, places)
        self.published = region.table("documents", columns=["published"])["published"].astype(object)
        self.dates = region.table("events", columns=["date"])["date"].astype(object)
        self.held = set(region.table("task_statements", columns=["proposal"])["proposal"].dropna())

    def take(self, demands: Sequence[Taken], cities: Mapping[str, str]) -> Made:
        """Return the rows for accepted demands; `cities` are the cities of events by the id of the proposal."""
        made = Made()
        fresh: dict[str, dict[str, Any]] = {}
        for one in demands:
            if not (is_task(one.slots) or self.chosen.get(one.row["id"])) or one.row["id"] in self.held:
                continue
            demand = self.demand(one.row, one.event)
            task, how = self._home(one, demand)
            if task is None:
                task = self.region.make_id()
                fresh[task] = {"id": task, **self._task(one, demand, cities.get(one.row["id"], ""))}
            elif task in fresh:
                _fill(fresh[task], self._task(one, demand, cities.get(one.row["id"], "")))
            else:
                said = self._task(one, demand, cities.get(one.row["id"], ""))
                made.changed += self._late(task, said, one.slots.get("mended", {}))
            made.statements.append(statement_row(one, task, how))
            where = (one.row["statement"], one.row["document"], one.directive)
            self.known.add(Stated(task, *where, demand))
        made.tasks, made.bodies = list(fresh.values()), self.bodies.fresh
        return made

    def demand(self, row: Mapping[str, Any], event: str | None) -> Demand:
        """Return a proposal as it is compared with others."""
        document = str(row["document"])
        year = said_in({"date": _text(self.dates.get(event or ""))}, {"published": _text(self.published.get(document))})
        due = (row["slots"].get("deadline") or {}).get("value") or ""
        homes = self.known.homes(event, document, str(row["slots"].get("event") or ""))
        return Demand(str(row["text"]), homes, year, str(due))

    def _home(self, one: Taken, demand: Demand) -> tuple[str | None, str]:
        wanted = self.chosen.get(one.row["id"], "")
        if wanted == APART:
            return None, "apart"
        if wanted:
            tasks = {stated.task for stated in self.known.stated}
            if wanted not in tasks:
                raise not_known("task", "任务", wanted[:80], [], "hechang task list")
            return wanted, "joined"
        equal = self.known.equal(demand)
        return (equal.task, "equal") if equal else (None, "first")

    def _task(self, one: Taken, demand: Demand, city: str) -> dict[str, Any]:
        """Columns of a task as this statement gives them."""
        proof = proof_of(one.row)
        lead, others = self._bodies(one.slots, city, proof)
        place = [self.places[name] for name in sorted(places(demand.text)) if name in self.places]
        return {
            "name": demand.text,
            "directive": one.directive,
            "kind": "meeting" if one.event else "document",
            "due": demand.due or None,
            "lead": lead,
            "co_bodies": others,
            "place": place[0] if len(place) == 1 else None,
            "state": "open",
            **proof,
        }

    def _bodies(self, slots: Mapping[str, Any], city: str, proof: Mapping[str, Any]) -> tuple[str | None, list[str]]:
        """Lead and co-operating bodies: those of a trailer, else the one body that is addressed."""
        named = [self.bodies.find_or_make(name, city, proof) for name in concrete(_list(slots.get("lead")))]
        beside = [self.bodies.find_or_make(name, city, proof) for name in concrete(_list(slots.get("co_bodies")))]
        told = [id for id in named if id]
        others = [id for id in [*told[1:], *beside] if id]
        if not told:
            addressed = [self.bodies.find(name, city) for name in concrete(_list(slots.get("addressee")))]
            found = list(dict.fromkeys(id for id in addressed if id))
            told, others = (found, others) if len(found) == 1 else ([], [*found, *others])
        lead = told[0] if told else None
        return lead, [id for id in dict.fromkeys(others) if id != lead]

    def _late(self, task: str, said: Mapping[str, Any], mended: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What a further statement adds to a task that is there: only what was empty, or what a person changed."""
        held = self.region.table("tasks", columns=["due", "lead", "co_bodies", "place"], where={"id": task})
        if held.empty:
            return []
        row = {str(name): _text(value) for name, value in held.astype(object).iloc[0].items()}
        added = {n: said[n] for n in ("due", "lead", "place") if said[n] and not row[n] and said[n] != row.get("lead")}
        if said["co_bodies"] and row["co_bodies"] in (None, "", "[]"):
            added["co_bodies"] = [id for id in said["co_bodies"] if id != (row["lead"] or added.get("lead"))]
        added |= {name: said[name] for slot, name in MENDED.items() if slot in mended and said[name]}
        return [{"id": task, **added}] if any(added.values()) else []


def statement_row(one: Taken, task: str, how: str) -> dict[str, Any]:
    """Row of `task_statements`: a sentence that says the task."""
    return {
        "task": task,
        "statement": one.row["statement"],
        "document": one.row["document"],
        "directive": one.directive,
        "proposal": one.row["id"],
        "text": one.row["text"],
        "how": how,
        **proof_of(one.row),
    }


def proof_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Source of a row made of a proposal; what comes of an invented text is invented."""
    return {"source": f"statement:{row['statement']}", "synthetic": bool(row["synthetic"])}


def put(edit: Edit, made: Made) -> dict[str, list[str]]:
    """Write the rows; returns the ids of new ones by table."""
    written = {
        table: edit.put(table, rows)
        for table, rows in (("bodies", made.bodies), ("tasks", made.tasks), ("task_statements", made.statements))
        if rows
    }
    for row in made.changed:
        edit.put("tasks", row)
    return written


def _fill(row: dict[str, Any], said: Mapping[str, Any]) -> None:
    for name in ("due", "lead", "place", "co_bodies"):
        if not row.get(name) and said.get(name):
            row[name] = said[name]
    row["co_bodies"] = [id for id in row["co_bodies"] or [] if id != row["lead"]]


def _list(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []


def _text(value: Any) -> Any:
    return value if isinstance(value, str) and value else None
