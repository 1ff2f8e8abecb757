"""What accepting proposals makes: rows whose source is their sentence, each thing once, in the order of its parts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from hechang.intake.known_tasks import families
from hechang.intake.late_links import late_links
from hechang.intake.linked_projects import linked_projects
from hechang.intake.mending import columns_of
from hechang.intake.rows import agreement_row, directive_row, event_row, person_row, project_row, report_row, row_of
from hechang.intake.to_tasks import Taken, ToTasks, put
from hechang.region.edit import Edit
from hechang.region.region import Region

PASSING = {"cited", "reporter", "editor"}  # roles of who is no person of the register
ORDER = ("event", "directive", "person", "project", "agreement", "figure", "reference")


class Acceptance:
    """Makes rows of proposals; knows what was accepted before, so that nothing is made twice."""

    def __init__(self, region: Region, edit: Edit, chosen: Mapping[str, str] | None = None) -> None:
        self.region = region
        self.edit = edit
        self.chosen = chosen or {}  # by proposal: the task a person joins it to, or `apart`
        self.demands: list[Taken] = []
        self.hashes: dict[str, str] = {
            str(id): str(sha) for id, sha in region.table("documents", columns=["sha256"])["sha256"].items()
        }
        self.events, self.keys = self._accepted_events()
        self.made: dict[str, list[str]] = {}

    @cached_property
    def places(self) -> dict[str, str]:
        """Ids of places by name."""
        return {str(name): str(id) for id, name in self.region.table("places", columns=["name"])["name"].items()}

    def take(self, picked: pd.DataFrame) -> dict[str, list[str]]:
        """Accept proposals, events first; returns the ids of new rows by table."""
        done: list[dict[str, Any]] = []
        for kind in ORDER:
            rows: list[dict[str, Any]] = [
                {"id": str(id), **{str(name): value for name, value in row.items()}}
                for id, row in zip(picked.index, picked.to_dict("records"), strict=True)
                if row["kind"] == kind
            ]
            if rows:
                done += self._keep_mended(kind, rows, getattr(self, f"_{kind}")(rows))
        self._tasks(picked, done)
        self.edit.put("proposals", done)
        for table, found in late_links(self.region, picked, self.events, done).items():
            self.edit.put(table, found)
        return self.made

    def _tasks(self, picked: pd.DataFrame, done: list[dict[str, Any]]) -> None:
        """Make tasks of the demands, or add to those that are there; each proposal notes its task."""
        records = zip(picked.index, picked.to_dict("records"), strict=True)
        rows: list[dict[str, Any]] = [{"id": str(id), **{str(k): v for k, v in row.items()}} for id, row in records]
        events = [row for row in rows if row["kind"] == "event"]
        cities = {(row["document"], row["ordinal"]): str(row["slots"].get("city") or "") for row in events}
        for demand in self.demands:
            place = (demand.row["document"], demand.row["slots"].get("event") or "")
            if place not in cities:
                cities[place] = self._city(*place)
        home = {d.row["id"]: cities[d.row["document"], d.row["slots"].get("event") or ""] for d in self.demands}
        made = ToTasks(self.region, self.places, self.chosen).take(self.demands, home)
        task_of = {str(one["proposal"]): str(one["task"]) for one in made.statements}
        became = {one["id"]: one.get("made") for one in done}
        linked_projects(self.region, [{**row, "made": became.get(row["id"])} for row in rows], task_of, made)
        for table, ids in put(self.edit, made).items():
            self.made.setdefault(table, []).extend(ids)
        for one in done:
            if one["id"] in task_of:
                one["note"] = f"tasks:{task_of[one['id']]}"

    def _city(self, document: str, ordinal: str) -> str:
        """City of an event, as the document tells it."""
        where = {"document": document, "kind": "event", "ordinal": ordinal}
        if not ordinal:
            return ""
        told = self.region.table("proposals", columns=["payload"], where=where)["payload"]
        return str(json.loads(told.iloc[0]).get("city") or "") if len(told) else ""

    def _keep_mended(self, kind: str, rows: list[dict[str, Any]], told: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Keep what a person changed in the proposal, and in the row where there was one already."""
        changed = {row["id"]: row for row in rows if "mended" in row["slots"]}
        for one in (one for one in told if one["id"] in changed):
            row = changed[one["id"]]
            one["payload"] = row["slots"]
            table, columns = columns_of(kind, row["slots"]["mended"])
            if table and columns and one.get("made") and one["made"] not in self.made.get(table, []):
                whole = row_of(kind, row, self.places)
                self.edit.put(table, {"id": one["made"], **{column: whole[column] for column in columns}})
        return told

    def _put(self, table: str, rows: list[dict[str, Any]]) -> list[str]:
        if not rows:
            return []
        ids = self.edit.put(table, rows)
        self.made.setdefault(table, []).extend(ids)
        return ids

    def _name(self, row: Mapping[str, Any], ordinal: str) -> str:
        """A proposal by the hash of its file and its ordinal, as `same_event` writes it."""
        return f"{self.hashes[str(row['document'])]}#{ordinal}"

    def _accepted_events(self) -> tuple[dict[str, str], dict[str, str]]:
        """Events that exist: by the proposals they came from, and by key."""
        proposals = self.region.table(
            "proposals", columns=["document", "kind", "ordinal", "note"], where={"kind": "event", "state": "accepted"}
        )
        names = {
            f"{self.hashes.get(str(row['document']), '')}#{row['ordinal']}": str(row["note"]).removeprefix("events:")
            for row in proposals.to_dict("records")
        }
        keys = self.region.table("events", columns=["key"])["key"].dropna()
        return names, {str(key): str(id) for id, key in keys.items() if key}

    def _event(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One event for all its reports, and a link to each of them."""
        done = []
        for row in sorted(rows, key=lambda one: not (one["slots"].get("date") or {}).get("value")):
            slots = row["slots"]
            own = self._name(row, row["ordinal"])
            known = next((self.events[ref] for ref in [own, *slots.get("same_event", [])] if ref in self.events), None)
            known = known or self.keys.get(slots.get("key") or "") or self._before(slots)
            id = known or self._put("events", [event_row(row)])[0]
            self.events[own] = id
            if slots.get("key"):
                self.keys[slots["key"]] = id
            self._put("event_documents", [report_row(row, id)])
            done.append({"id": row["id"], "state": "accepted", "note": f"events:{id}", "made": id})
        return done

    def _before(self, slots: Mapping[str, Any]) -> str | None:
        """What the same proposal of an earlier version of the document became."""
        before = (slots.get("known") or {}).get("proposal")
        where = {"id": before, "state": "accepted"}
        if not before:
            return None
        made = self.region.table("proposals", columns=["made"], where=where)["made"].dropna()
        return str(made.iloc[0]) if len(made) else None

    def _directive(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Directives with their parents; the same words in another report of the event are the same directive."""
        known = self._known_directives()
        fresh: dict[tuple[str, str], dict[str, Any]] = {}
        at: dict[str, tuple[str, str]] = {}
        event_of = {row["id"]: self.events.get(self._name(row, row["slots"].get("event") or "")) for row in rows}
        for row in rows:
            event = event_of[row["id"]]
            key = (event or self._family(str(row["document"])), row["text"])
            at[self._name(row, row["ordinal"])] = key
            if key not in known and key not in fresh:
                fresh[key] = {"id": self.region.make_id(), **directive_row(row, event)}
        ids = {**known, **{key: made["id"] for key, made in fresh.items()}}
        for row in rows:
            made = fresh.get(at[self._name(row, row["ordinal"])])
            if made is not None and "parent" not in made:
                made["parent"] = self._parent(row, at, ids, made["id"])
        self._put("directives", list(fresh.values()))
        became = {row["id"]: ids[at[self._name(row, row["ordinal"])]] for row in rows}
        self.demands += [Taken(row, became[row["id"]], event_of[row["id"]]) for row in rows]
        return [{"id": id, "state": "accepted", "made": made} for id, made in became.items()]

    @cached_property
    def _families(self) -> dict[str, str]:
        held = self.region.table("documents", columns=["version_of"])["version_of"].astype(object)
        return families(
            {str(id): {"version_of": above if isinstance(above, str) else None} for id, above in held.items()}
        )

    def _family(self, document: str) -> str:
        """A document with all its versions, as the home of a demand that names no event."""
        return f"document:{self._families.get(document, document)}"

    def _known_directives(self) -> dict[tuple[str, str], str]:
        """Directives by their event, or by the document they stand in, and their words."""
        frame = self.region.table("directives", columns=["event", "statement", "text"]).astype(object)
        bare = [str(id) for id in frame.loc[frame["event"].isna(), "statement"].dropna()]
        said_in = self.region.table("statements", columns=["document"], where={"id": bare})["document"]
        held: dict[tuple[str, str], str] = {}
        for id, row in zip(frame.index, frame.to_dict("records"), strict=True):
            event = row["event"] if isinstance(row["event"], str) and row["event"] else None
            document = said_in.get(row["statement"]) if isinstance(row["statement"], str) else None
            if event or document:
                held[event or self._family(str(document)), str(row["text"])] = str(id)
        return held

    def _parent(
        self,
        row: Mapping[str, Any],
        at: Mapping[str, tuple[str, str]],
        ids: Mapping[tuple[str, str], str],
        own: str,
    ) -> str | None:
        if not row["slots"].get("parent"):
            return None
        wanted = self._name(row, row["slots"]["parent"])
        if wanted in at:
            found = ids.get(at[wanted])
            return found if found != own else None
        before = self.region.table(
            "proposals",
            columns=["made"],
            where={"document": row["document"], "ordinal": row["slots"].get("parent") or "", "kind": "directive"},
        )["made"].dropna()
        return str(before.iloc[0]) if len(before) else None

    def _person(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each name with a title once; who is only cited or signs the report becomes no person of the register."""
        frame = self.region.table("persons", columns=["name", "title"])
        titles = frame["title"].astype(object).where(frame["title"].notna(), None)
        known = {(str(n), t or None): str(id) for id, n, t in zip(frame.index, frame["name"], titles, strict=True)}
        wanted = {
            row["id"]: (row["slots"]["name"], row["slots"].get("title"))
            for row in rows
            if not PASSING & set(row["slots"]["roles"])
        }
        events = {row["id"]: self.events.get(self._name(row, row["slots"].get("event") or "")) for row in rows}
        return self._once("persons", rows, wanted, known, lambda row: person_row(row, events[row["id"]]))

    def _project(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return self._once(
            "projects", rows, _names(rows), self._named("projects"), lambda r: project_row(r, self.places)
        )

    def _agreement(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return self._once("agreements", rows, _names(rows), self._named("agreements"), agreement_row)

    def _named(self, table: str) -> dict[Any, str]:
        return {str(name): str(id) for id, name in self.region.table(table, columns=["name"])["name"].items()}

    def _once(
        self,
        table: str,
        rows: list[dict[str, Any]],
        wanted: Mapping[str, Any],
        known: Mapping[Any, str],
        make: Callable[[dict[str, Any]], dict[str, Any]],
    ) -> list[dict[str, Any]]:
        """Make one row for each key that is not known; every proposal with the key points to it."""
        first = {wanted[row["id"]]: row for row in reversed(rows) if row["id"] in wanted}
        fresh = [key for key in dict.fromkeys(wanted.values()) if key not in known]
        made = dict(zip(fresh, self._put(table, [make(first[key]) for key in fresh]), strict=True))
        ids = {**known, **made}
        return [
            {"id": row["id"], "state": "accepted", **({"made": ids[wanted[row["id"]]]} if row["id"] in wanted else {})}
            for row in rows
        ]

    def _figure(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Figures stay proposals: which indicator they belong to is decided in the register."""
        return [{"id": row["id"], "state": "accepted"} for row in rows]

    _reference = _figure


def _names(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["id"]: row["slots"]["name"] for row in rows}
