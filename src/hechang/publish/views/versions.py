"""Events, and the reports of one event side by side with what differs marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pandas as pd

from hechang.intake.differences import Said
from hechang.intake.docket import Term, pick
from hechang.intake.mending import plain
from hechang.intake.versions import align, marked
from hechang.publish.results import Results
from hechang.publish.rows import records
from hechang.publish.views.against import against
from hechang.publish.views.desk_shapes import EventFact, ReportedEvent, SideBySide, VersionCell, VersionRow
from hechang.region.region import Region
from hechang.terms.errors import not_known

FACTS = ("name", "date_text", "date", "form", "place", "organiser", "chair")
EVERY = Term("state", "=", ("open", "accepted", "rejected"))
EVENTS = """
    SELECT e.id, e.name, e.date, e.organiser, e.form, e.synthetic, count(DISTINCT x.document) AS documents,
           (SELECT count(*) FROM directives d WHERE d.event = e.id) AS directives
    FROM events e LEFT JOIN event_documents x ON x.event = e.id
    GROUP BY ALL ORDER BY e.date DESC NULLS LAST, e.id"""


def events(results: Results) -> list[ReportedEvent]:
    """Return all events, newest first."""
    rows = results.once("desk events", lambda: records(results.region.query(EVENTS).set_index("id")))
    return cast(list[ReportedEvent], rows)


def side_by_side(results: Results, id: str) -> SideBySide:
    """Return the reports of one event side by side; raises NotKnown."""
    event = next((one for one in events(results) if one["id"] == id), None)
    if event is None:
        raise not_known("event", "事件", id[:80], [])
    return results.once(("versions", id), lambda: _laid(results.region, event))


def _laid(region: Region, event: ReportedEvent) -> SideBySide:
    documents = _documents(region, event["id"])
    names = [str(name) for name in documents.index]
    kinds_told = Term("kind", "=", ("event", "directive", "figure"))
    told = pick(region, [Term("document", "=", tuple(names)), kinds_told, EVERY])
    own = _of_event(told[told["kind"] == "event"], event["id"])
    directives = {name: _directives(told, name, own.get(name, [])) for name in names}
    laid = align([[said for said, _ in directives[name]] for name in names])
    states = {said.ref: str(state) for some in directives.values() for said, state in some}
    hashes = region.table("documents", columns=["sha256"], where={"id": names})["sha256"]
    ordered = {name: own.get(name, []) for name in names}
    by_hash = {str(sha): str(id) for id, sha in hashes.items()}
    rows = against(told, ordered, by_hash, [_row(one.said, one.kinds, states) for one in laid])
    kinds = [kind for row in rows for kind in row["kinds"]]
    read = {name: len(some) for name, some in directives.items()}
    return {
        "event": event,
        "documents": [{**one, "read": read[one["id"]]} for one in records(documents)],  # type: ignore[typeddict-item]
        "facts": _facts([own.get(name, []) for name in names]),
        "rows": rows,
        "counts": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
    }


def _documents(region: Region, event: str) -> pd.DataFrame:
    """Documents that report an event, the earliest published first."""
    ids = region.table("event_documents", columns=["document"], where={"event": event})["document"].unique()
    columns = ["title", "publisher", "published", "synthetic"]
    found = region.table("documents", columns=columns, where={"id": [str(id) for id in ids]})
    return found.sort_index().sort_values("published", kind="stable")


def _of_event(told: pd.DataFrame, event: str) -> dict[str, list[dict[str, Any]]]:
    """Fields of the proposals that became the event, by document."""
    became = told["made"].fillna(told["note"].astype(object).fillna("").str.removeprefix("events:"))
    own = told[(became == event) & (told["state"] == "accepted")]
    found: dict[str, list[dict[str, Any]]] = {}
    for document, slots in zip(own["document"], own["slots"], strict=True):
        found.setdefault(str(document), []).append(slots)
    return found


def _directives(told: pd.DataFrame, document: str, own: Sequence[Mapping[str, Any]]) -> list[tuple[Said, str]]:
    """What a document says of the event, in its order, with the state of each proposal."""
    mine = told[(told["document"] == document) & (told["kind"] == "directive")]
    ordinals = {slots.get("id") for slots in own}
    return [
        (Said(str(id), str(text), str(slots.get("speaker") or ""), True), str(state))
        for id, text, slots, state in zip(mine.index, mine["text"], mine["slots"], mine["state"], strict=True)
        if slots.get("event") in ordinals
    ]


def _row(said: Sequence[Said | None], kinds: Sequence[str], states: Mapping[str, str]) -> VersionRow:
    pieces = marked([one.text if one else None for one in said])
    cells: list[VersionCell] = [
        {
            "proposal": one.ref if one else None,
            "state": states[one.ref] if one else None,
            "speaker": one.speaker if one else None,
            "pieces": [{"text": text, "differs": differs} for text, differs in cut],
        }
        for one, cut in zip(said, pieces, strict=True)
    ]
    return {"kinds": list(kinds), "cells": cells}


def _facts(own: Sequence[Sequence[Mapping[str, Any]]]) -> list[EventFact]:
    """Facts that at least one version states."""
    told = {name: [_said(some[0].get(name)) if some else None for some in own] for name in FACTS}
    return [
        {"name": name, "differs": len(set(values)) > 1, "values": values}
        for name, values in told.items()
        if any(value is not None for value in values)
    ]


def _said(value: Any) -> str | None:
    found = plain(value)
    return ("、".join(str(one) for one in found) or None) if isinstance(found, list) else found
