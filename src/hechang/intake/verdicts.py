"""Review: a person accepts or rejects proposals; accepted ones become rows whose source is their sentence.

Each decision is one edit in the log. Reports of one event become one event; one demand in several reports of it
becomes one directive, and every statement stays with its proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from hechang.intake.docket import queue
from hechang.intake.late_links import late_links
from hechang.intake.mending import columns_of, mended
from hechang.intake.rows import agreement_row, directive_row, event_row, person_row, project_row, report_row, row_of
from hechang.region.edit import Edit
from hechang.region.region import Region
from hechang.terms.errors import Conflict, InputError, UsageError

TRIES = 5  # times a decision is taken anew because something else was written meanwhile
VERDICTS = ("accept", "mend", "reject")
PASSING = {"cited", "reporter", "editor"}  # roles of who is no person of the register
ORDER = ("event", "directive", "person", "project", "agreement", "figure", "reference")


@dataclass(frozen=True)
class Decision:
    """What a person decides: accept, mend (accept with changed fields) or reject; `request` is its key."""

    verdict: str
    by: str
    why: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    request: str | None = None


@dataclass(frozen=True)
class Reviewed:
    """What a decision did: the region after it, proposals decided, new rows by table, and the ids of those rows."""

    region: Region
    decided: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)


def review(region: Region, query: str, *, accept: bool, by: str, why: str) -> Reviewed:
    """Accept or reject the proposals a query picks, in one edit.

    Parameters
    ----------
    region
        Region with proposals.
    query
        `all`, or conditions such as `kind=directive confidence>=0.8`; only open proposals are decided.
    accept
        True accepts, False rejects.
    by, why
        Who decides and for what reason.

    Raises
    ------
    InputError
        for a query that cannot be read, or an edit without `by` and `why`.
    """
    return decide(region, queue(region, query), Decision("accept" if accept else "reject", by, why))


def decide(region: Region, picked: pd.DataFrame, decision: Decision) -> Reviewed:
    """Decide picked proposals (as `queue` returns them) in one edit; those no longer open are left alone.

    Raises
    ------
    NotKnown
        for a field that proposals of this kind do not have, or a code it cannot take.
    InputError
        for a value that cannot be read, changed fields for several proposals, or an edit without who and why.
    UsageError
        for another word than accept, mend or reject.
    Conflict
        where somebody else decided one of them meanwhile.
    """
    picked = picked[picked["state"] == "open"]
    if decision.verdict not in VERDICTS:
        raise UsageError("A decision is accept, mend or reject", "处理方式只能是采纳(accept)、修改(mend)或退回(reject)")
    if picked.empty:
        return Reviewed(region)
    for _ in range(TRIES - 1):
        try:
            return _decided(region, picked, decision)
        except Conflict:
            region, picked = _as_now(region, picked)
    return _decided(region, picked, decision)


def _decided(region: Region, picked: pd.DataFrame, decision: Decision) -> Reviewed:
    if decision.verdict == "mend":
        picked = _mended(picked, decision)
    ids: dict[str, list[str]] = {}
    with region.edit(by=decision.by, why=decision.why, request=decision.request) as e:
        e.exact = True  # what is known already must not change meanwhile, or an event would be made twice
        if decision.verdict == "reject":
            e.put("proposals", pd.DataFrame({"id": picked.index, "state": "rejected"}))
        else:
            ids = _Acceptance(region, e).take(picked)
    return Reviewed(e.after, len(picked), _counts(ids), ids)


def _as_now(region: Region, picked: pd.DataFrame) -> tuple[Region, pd.DataFrame]:
    """The newest region with the same proposals; raises Conflict where somebody else decided one of them."""
    region = region.latest()
    revisions = region.table("proposals", columns=["revision"], where={"id": [str(id) for id in picked.index]})
    if not revisions["revision"].reindex(picked.index).eq(picked["revision"]).all():
        raise Conflict(
            "Some of these proposals were decided by somebody else meanwhile. Look at them again",
            "其中有提案已由他人处理。请重新查看",
        )
    return region, picked


def foresee(region: Region, picked: pd.DataFrame) -> dict[str, int]:
    """Return how many rows of which table accepting the picked proposals would make; nothing is written."""
    picked = picked[picked["state"] == "open"]
    return _counts(_Acceptance(region, Edit(region, "preview", "preview", "person:preview", 1, None)).take(picked))


def _counts(ids: Mapping[str, list[str]]) -> dict[str, int]:
    return {table: len(made) for table, made in ids.items()}


def _mended(picked: pd.DataFrame, decision: Decision) -> pd.DataFrame:
    """The one picked proposal with other values; what they were before is kept with them."""
    if len(picked) != 1:
        raise InputError("Fields can be mended in one proposal at a time", "每次只能修改一条提案的字段")
    kind, slots = str(picked["kind"].iloc[0]), picked["slots"].iloc[0]
    return picked.assign(slots=pd.Series([mended(kind, slots, decision.fields)], index=picked.index, dtype=object))


class _Acceptance:
    """Makes rows of proposals; knows what was accepted before, so that nothing is made twice."""

    def __init__(self, region: Region, edit: Edit) -> None:
        self.region = region
        self.edit = edit
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
        self.edit.put("proposals", done)
        for table, found in late_links(self.region, picked, self.events, done).items():
            self.edit.put(table, found)
        return self.made

    def _keep_mended(self, kind: str, rows: list[dict[str, Any]], told: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Keep what a person changed in the proposal, and in the row where there was one already."""
        changed = {row["id"]: row for row in rows if "mended" in row["slots"]}
        for one in (one for one in told if one["id"] in changed):
            row = changed[one["id"]]
            one["payload"] = row["slots"]
            table, columns = columns_of(kind, row["slots"]["mended"])
            if table and one.get("made") and one["made"] not in self.made.get(table, []):
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
            known = known or self.keys.get(slots.get("key") or "")
            id = known or self._put("events", [event_row(row)])[0]
            self.events[own] = id
            if slots.get("key"):
                self.keys[slots["key"]] = id
            self._put("event_documents", [report_row(row, id)])
            done.append({"id": row["id"], "state": "accepted", "note": f"events:{id}", "made": id})
        return done

    def _directive(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Directives with their parents; the same words in another report of the event are the same directive."""
        known = self._known_directives()
        fresh: dict[tuple[str | None, str], dict[str, Any]] = {}
        at: dict[str, tuple[str | None, str]] = {}
        for row in rows:
            event = self.events.get(self._name(row, row["slots"].get("event") or ""))
            key = (event, row["text"])
            at[self._name(row, row["ordinal"])] = key
            if key not in known and key not in fresh:
                fresh[key] = {"id": self.region.make_id(), **directive_row(row, event)}
        ids = {**known, **{key: made["id"] for key, made in fresh.items()}}
        for row in rows:
            made = fresh.get(at[self._name(row, row["ordinal"])])
            if made is not None and "parent" not in made:
                made["parent"] = self._parent(row, at, ids, made["id"])
        self._put("directives", list(fresh.values()))
        return [
            {"id": row["id"], "state": "accepted", "made": ids[at[self._name(row, row["ordinal"])]]} for row in rows
        ]

    def _known_directives(self) -> dict[tuple[str | None, str], str]:
        frame = self.region.table("directives", columns=["event", "text"])
        held = {
            (str(row["event"]) if row["event"] == row["event"] and row["event"] else None, str(row["text"])): str(id)
            for id, row in zip(frame.index, frame.astype(object).to_dict("records"), strict=True)
        }
        return {key: id for key, id in held.items() if key[0]}

    def _parent(
        self,
        row: Mapping[str, Any],
        at: Mapping[str, tuple[str | None, str]],
        ids: Mapping[tuple[str | None, str], str],
        own: str,
    ) -> str | None:
        wanted = self._name(row, row["slots"].get("parent") or "")
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
