"""Rows of the register as they are made of proposals; each names the sentence that proves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def row_of(kind: str, row: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    """Return the row a proposal of `kind` makes; `places` are ids of places by name; empty for a kind that makes none.

    Examples
    --------
    >>> row_of("figure", {}, {})
    {}
    """
    make = {
        "event": event_row,
        "directive": lambda one: directive_row(one, None),
        "person": lambda one: person_row(one, None),
        "project": lambda one: project_row(one, places),
        "agreement": agreement_row,
    }.get(kind)
    return make(row) if make else {}


def event_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Row of `events`."""
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


def report_row(row: Mapping[str, Any], event: str) -> dict[str, Any]:
    """Row of `event_documents`: the document of the proposal reports the event."""
    return {
        "event": event,
        "document": row["document"],
        "statement": row["statement"],
        "span_start": row["slots"]["span"][0],
        "differences": row["slots"].get("differences") or [],
        "text": row["text"],
        **_proof(row),
    }


def directive_row(row: Mapping[str, Any], event: str | None) -> dict[str, Any]:
    """Row of `directives`; its parent is set by who knows the others."""
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


def person_row(row: Mapping[str, Any], event: str | None) -> dict[str, Any]:
    """Row of `persons`."""
    slots = row["slots"]
    named = {"name": slots["name"], "title": slots.get("title")}
    return {**named, "event": event, "roles": slots["roles"], **_proof(row)}


def project_row(row: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    """Row of `projects`; the first named place that is known is its place."""
    slots = row["slots"]
    place = next((places[name] for name in slots["place"] if name in places), None)
    return {"name": slots["name"], "place": place, "note": slots.get("status"), **_proof(row)}


def agreement_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Row of `agreements`; an agreement that is reported is signed."""
    slots = row["slots"]
    parties = "、".join(slots["parties"]) or None
    return {"name": slots["name"], "object": parties, "statement": row["statement"], "state": "signed", **_proof(row)}


def _proof(row: Mapping[str, Any]) -> dict[str, Any]:
    """Source of a row made of a proposal; what comes of an invented text is invented."""
    return {"source": f"statement:{row['statement']}", "synthetic": bool(row["synthetic"])}
