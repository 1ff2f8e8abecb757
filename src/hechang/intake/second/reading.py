"""What was proven, in the form of `hechang read`: texts from the source, dates and themes worked out here.

Every item says who read it: model, prompt by its hash, version. Nothing in it is the model's own wording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hechang.intake.as_json import evidence
from hechang.intake.dates_in_text import resolve
from hechang.intake.document import Document
from hechang.intake.gazetteer import gazetteer
from hechang.intake.labels import verb_of
from hechang.intake.same_event import key_from
from hechang.intake.second.proof import Proven, whole_dates
from hechang.intake.themes import theme_of

READER = "llm"
SURE = 0.5  # of everything a second reader finds: never enough to be taken over unseen; own assumption
LISTS = {
    "event": "events", "directive": "directives", "person": "persons", "project": "projects",
    "agreement": "agreements", "figure": "figures", "reference": "references",
}  # fmt: skip


def item(document: Document, one: Proven, number: int, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Return one proven claim as an item of its list; `number` is its place among all of the document."""
    said = _Said(document, one)
    slots = {
        "event": _event, "directive": _directive, "person": _person, "project": _project,
        "agreement": _agreement, "figure": _figure, "reference": _reference,
    }[one.kind](said)  # fmt: skip
    return {
        "id": f"S{number}",
        **evidence(document, one.start, one.end),
        **slots,
        "fields": [{"name": name, **evidence(document, start, end)} for name, start, end in one.fields],
        "confidence": SURE,
        "reader": READER,
        "provenance": dict(provenance),
    }


class _Said:
    """A proven claim beside its document."""

    def __init__(self, document: Document, one: Proven) -> None:
        self.document, self.one = document, one
        at = document.text.where[one.start]
        inside = [a for a in document.articles if document.text.where[a.start] <= at]
        self.article = inside[-1].id if inside else ""
        self.event = document.event_at(self.article, one.start)

    def all(self, name: str) -> list[str]:
        """Texts of a field, each once, as evidence."""
        spans = [(start, end) for field, start, end in self.one.fields if field == name]
        return list(dict.fromkeys(self.document.text.evidence(*span) for span in spans))

    def first(self, name: str) -> str | None:
        """Text of a field; None where it was not proven."""
        return next(iter(self.all(name)), None)

    def text(self) -> str:
        """The cleaned text of the claim."""
        return self.document.text.clean[self.one.start : self.one.end]

    def dates(self, name: str, anchor: str | None, *, past: bool) -> list[dict[str, Any]]:
        """Dates of a field, worked out from the quoted words and nothing else."""
        clean = self.document.text.clean
        return [
            {**resolve(said, anchor, past=past).as_json(), **evidence(self.document, said.start, said.end)}
            for field, start, end in self.one.fields
            if field == name
            for said in whole_dates(clean, (start, end))
        ]


def _event(said: _Said) -> dict[str, Any]:
    found = said.dates("date", said.document.meta.published or None, past=True)
    date = found[0] if found else {"value": None, "precision": None, "basis": None, "text": None}
    name, organiser = said.first("name") or "", said.first("organiser")
    return {
        "article": said.article or None,
        "name": name,
        "date": {part: date[part] for part in ("value", "precision", "basis")},
        "organiser": organiser,
        "form": said.first("form"),
        "place": said.all("place"),
        "chair": said.first("chair"),
        "key": key_from(name, date["value"] or "", organiser or "", "") or None,
        "city": None,
        "date_text": date["text"],
    }


def _directive(said: _Said) -> dict[str, Any]:
    verb, thing = verb_of(said.text())
    when = said.event.when.value if said.event else None
    found = said.dates("deadline", when or said.document.meta.published or None, past=False)
    addressee = said.all("addressee")
    return {
        "event": said.event.id if said.event else None,
        "kind": said.one.label,
        "modality": said.one.modality,
        "speaker": said.first("speaker"),
        "addressee": addressee,
        "addressee_bodies": [gazetteer().full(body) for body in addressee],
        "lead": said.all("lead"),
        "co_bodies": [],
        "parent": None,
        "verb": verb,
        "object": thing,
        "deadline": found[0] if found else None,
        "theme": theme_of(said.text()),
    }


def _person(said: _Said) -> dict[str, Any]:
    spans = [(start, end) for name, start, end in said.one.fields if name == "name"]
    return {
        "name": said.first("name"),
        "title": said.first("title"),
        "roles": [],
        "event": said.event.id if said.event else None,
        "name_span": list(said.document.text.span(*spans[0])),
    }


def _project(said: _Said) -> dict[str, Any]:
    return {
        "name": said.first("name"),
        "parties": said.all("party"),
        "place": said.all("place"),
        "status": None,
        "dates": said.dates("date", said.document.meta.published or None, past=False),
        "money": None,
    }


def _agreement(said: _Said) -> dict[str, Any]:
    return {"name": said.first("name"), "parties": said.all("party")}


def _figure(said: _Said) -> dict[str, Any]:
    figure = said.one.figure
    what = said.first("what") or (figure.what if figure else "")
    return {"value": figure.value if figure else None, "unit": figure.unit if figure else "", "what": what}


def _reference(said: _Said) -> dict[str, Any]:
    title = said.first("title") or said.document.text.evidence(said.one.start, said.one.end)
    return {"title": title, "action": None}


def lists(items: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Sort items, each beside its kind, into the lists of a document.

    Examples
    --------
    >>> lists([("event", {"id": "S1"})])["events"]
    [{'id': 'S1'}]
    """
    return {name: [one for kind, one in items if kind == wanted] for wanted, name in LISTS.items()}
