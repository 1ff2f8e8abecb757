"""Review: a person accepts or rejects proposals; accepted ones become rows whose source is their sentence.

Each decision is one edit in the log. Reports of one event become one event; one demand in several reports of it
becomes one directive, and every statement stays with its proposal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from hechang.intake.docket import queue
from hechang.region.edit import Edit
from hechang.region.region import Region

ORDER = ("event", "directive", "person", "project", "agreement", "figure", "reference")


@dataclass(frozen=True)
class Reviewed:
    """What a decision did: the region after it, proposals decided, new rows by table."""

    region: Region
    decided: int = 0
    rows: dict[str, int] = field(default_factory=dict)


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
    picked = queue(region, query)
    picked = picked[picked["state"] == "open"]
    if picked.empty:
        return Reviewed(region)
    with region.edit(by=by, why=why) as e:
        rows = _Acceptance(region, e).take(picked) if accept else {}
        if not accept:
            e.put("proposals", pd.DataFrame({"id": picked.index, "state": "rejected"}))
    return Reviewed(e.after, len(picked), rows)


class _Acceptance:
    """Makes rows of proposals; knows what was accepted before, so that nothing is made twice."""

    def __init__(self, region: Region, edit: Edit) -> None:
        self.region = region
        self.edit = edit
        self.hashes: dict[str, str] = {
            str(id): str(sha) for id, sha in region.table("documents", columns=["sha256"])["sha256"].items()
        }
        self.events, self.keys = self._accepted_events()
        self.directives: dict[str, str] = {}  # statement and proposal names to directives
        self.made: dict[str, int] = {}

    def take(self, picked: pd.DataFrame) -> dict[str, int]:
        """Accept proposals, events first; returns the number of new rows by table."""
        done: list[dict[str, Any]] = []
        for kind in ORDER:
            rows = [
                {"id": str(id), **row}
                for id, row in zip(picked.index, picked.to_dict("records"), strict=True)
                if row["kind"] == kind
            ]
            if rows:
                done += getattr(self, f"_{kind}")(rows)
        self.edit.put("proposals", done)
        return self.made

    def _put(self, table: str, rows: list[dict[str, Any]]) -> list[str]:
        if not rows:
            return []
        self.made[table] = self.made.get(table, 0) + len(rows)
        return self.edit.put(table, rows)

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
            id = known or self._put("events", [_event_row(row)])[0]
            self.events[own] = id
            if slots.get("key"):
                self.keys[slots["key"]] = id
            self._put("event_documents", [_report_row(row, id)])
            done.append({"id": row["id"], "state": "accepted", "note": f"events:{id}"})
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
                fresh[key] = {"id": self.region.make_id(), **_directive_row(row, event)}
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
        known = {
            (str(row["name"]), row["title"] or None)
            for row in frame.astype(object).where(frame.notna(), None).to_dict("records")
        }
        fresh: dict[tuple[str, str | None], dict[str, Any]] = {}
        for row in rows:
            slots = row["slots"]
            key = (slots["name"], slots.get("title"))
            if key not in known and not {"cited", "reporter", "editor"} & set(slots["roles"]):
                event = self.events.get(self._name(row, slots.get("event") or ""))
                fresh.setdefault(
                    key,
                    {"name": key[0], "title": key[1], "event": event, "roles": slots["roles"], **_proof(row)},
                )
        self._put("persons", list(fresh.values()))
        return _accepted(rows)

    def _project(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        names = set(self.region.table("projects", columns=["name"])["name"])
        places = self.region.table("places", columns=["name"])["name"]
        by_name = {str(name): str(id) for id, name in places.items()}
        fresh = {
            row["slots"]["name"]: {
                "name": row["slots"]["name"],
                "place": next((by_name[name] for name in row["slots"]["place"] if name in by_name), None),
                "note": row["slots"].get("status"),
                **_proof(row),
            }
            for row in rows
            if row["slots"]["name"] not in names
        }
        self._put("projects", list(fresh.values()))
        return _accepted(rows)

    def _agreement(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        names = set(self.region.table("agreements", columns=["name"])["name"])
        fresh = {
            row["slots"]["name"]: {
                "name": row["slots"]["name"],
                "object": "、".join(row["slots"]["parties"]) or None,
                "statement": row["statement"],
                "state": "signed",
                **_proof(row),
            }
            for row in rows
            if row["slots"]["name"] not in names
        }
        self._put("agreements", list(fresh.values()))
        return _accepted(rows)

    def _figure(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Figures stay proposals: which indicator they belong to is decided in the register."""
        return _accepted(rows)

    _reference = _figure


def _proof(row: Mapping[str, Any]) -> dict[str, Any]:
    """Source of a row made of a proposal; what comes of an invented text is invented."""
    return {"source": f"statement:{row['statement']}", "synthetic": bool(row["synthetic"])}


def _accepted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": row["id"], "state": "accepted"} for row in rows]


def _event_row(row: Mapping[str, Any]) -> dict[str, Any]:
    slots = row["slots"]
    date = slots.get("date") or {}
    return {
        "name": slots["name"],
        "key": slots.get("key"),
        "date": date.get("value"),
        "date_basis": date.get("basis"),
        "organiser": slots.get("organiser"),
        "form": slots.get("form"),
        "venue": "、".join(slots.get("place") or []) or None,
        "chair": slots.get("chair"),
        **_proof(row),
    }


def _report_row(row: Mapping[str, Any], event: str) -> dict[str, Any]:
    return {
        "event": event,
        "document": row["document"],
        "statement": row["statement"],
        "span_start": row["slots"]["span"][0],
        "differences": row["slots"].get("differences") or [],
        "text": row["text"],
        **_proof(row),
    }


def _directive_row(row: Mapping[str, Any], event: str | None) -> dict[str, Any]:
    slots = row["slots"]
    return {
        "event": event,
        "statement": row["statement"],
        "text": row["text"],
        "kind": slots["kind"],
        "modality": slots["modality"],
        "speaker": slots["speaker"],
        "addressee": slots["addressee"],
        "verb": slots["verb"],
        "object": slots["object"],
        "deadline": (slots.get("deadline") or {}).get("value"),
        "theme": slots["theme"],
        "confidence": row["confidence"],
        **_proof(row),
    }
