"""A document in the JSON that `hechang read` prints; every item carries its evidence text and its span."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from hechang.intake.dates_in_text import When, resolve
from hechang.intake.deadlines import due
from hechang.intake.directives import Directive
from hechang.intake.document import Document
from hechang.intake.gazetteer import gazetteer
from hechang.intake.labels import verb_of
from hechang.intake.levels import level_of_title
from hechang.intake.meta import published_json
from hechang.intake.script import normalise
from hechang.intake.themes import theme_of

_YEAR = re.compile(r"(?<!\d)20[1-4]\d(?=年)")


def evidence(document: Document, start: int, end: int) -> dict[str, Any]:
    """Text and span of a piece of the cleaned text."""
    first, last = document.text.span(start, end)
    return {"text": document.text.evidence(start, end), "span": [first, last]}


def document_json(document: Document) -> dict[str, Any]:
    """Everything read out of one document."""
    made: dict[str, Any] = {
        "path": document.path,
        "sha256": document.sha256,
        "encoding": document.extract.encoding,
        "format": document.extract.format,
        "script": document.text.script,
        "title": title_of(document),
        "publisher": document.meta.publisher or None,
        "published": published_json(document.meta),
        "url": document.meta.url or None,
        "characters": len(document.text.raw),
        "noise": [{"kind": one.kind, "span": [one.start, one.end]} for one in document.text.noise],
        "articles": [
            {"id": one.id, "title": one.title, "span": list(document.text.span(one.start, one.end))}
            for one in document.articles
        ],
        "events": events_json(document),
        "persons": persons_json(document),
        "directives": directives_json(document),
        **facts_json(document),
    }
    if document.extract.raw:
        made["raw"] = document.text.raw
    return made


def title_of(document: Document) -> str:
    """Title of a document: given, its first headline, the event it reports, or its first words."""
    named = document.meta.title or next((one.title for one in document.articles if one.title), "")
    event = document.events[0].name if document.events else ""
    return (
        normalise(named)
        if not named.isascii() and " " not in named
        else named or event or document.text.clean[:30].split("\n")[0]
    )


def events_json(document: Document) -> list[dict[str, Any]]:
    """Events with their day and its basis."""
    return [
        {
            "id": one.id,
            "article": one.article,
            "name": document.text.evidence(one.start, one.end),
            "date": one.when.as_json(),
            "organiser": one.organiser,
            "form": one.form,
            "place": one.place,
            "chair": one.chair,
            "level": one.level,
            "key": one.key or None,
            "city": one.home or None,
            "date_text": one.when.text or None,
            **evidence(document, one.start, one.end),
        }
        for one in document.events
    ]


def persons_json(document: Document) -> list[dict[str, Any]]:
    """People with title and roles."""
    made = []
    for article, one in document.persons:
        event = document.event_at(article, one.start)
        first, last = one.name_span
        made.append(
            {
                "name": document.text.evidence(first, last),
                "title": one.title,
                "roles": list(one.roles),
                "level": level_of_title([one.title]) if one.title else None,
                "event": event.id if event else None,
                **evidence(document, one.start, one.end),
                "name_span": list(document.text.span(first, last)),
            }
        )
    return made


def directives_json(document: Document) -> list[dict[str, Any]]:
    """Directives as a flat list; `parent` names another directive."""
    themes: list[str] = []
    made = []
    for number, (article, one) in enumerate(document.directives, 1):
        said = document.text.clean[one.start : one.end]
        above = themes[one.parent] if one.parent is not None and one.parent < len(themes) else "other"
        themes.append(theme_of(said, above))
        verb, thing = verb_of(said)
        event = document.event_at(article, one.start)
        made.append(
            {
                "id": f"D{number}",
                "event": event.id if event else None,
                **evidence(document, one.start, one.end),
                "kind": one.kind,
                "modality": one.modality,
                "speaker": one.speaker,
                "addressee": one.addressee,
                "addressee_bodies": [gazetteer().full(body) for body in one.addressee],
                "lead": one.lead,
                "co_bodies": one.co_bodies,
                "parent": None if one.parent is None else f"D{one.parent + 1}",
                "verb": verb,
                "object": thing,
                "deadline": deadline_json(document, one, event.when if event else None),
                "theme": themes[-1],
                "confidence": one.confidence,
            }
        )
    return made


def deadline_json(document: Document, one: Directive, event: When | None) -> dict[str, Any] | None:
    """The day a directive must be done by: a date in the clause, or in the time frame before it."""
    anchor = (event.value if event else None) or document.meta.published or year_of(document)
    for start, end in [(one.start, one.end), *([one.time] if one.time else [])]:
        found = due(document.text.clean, start, end, anchor)
        if found:
            return {**found.when.as_json(), **evidence(document, found.start, found.end)}
    return None


def year_of(document: Document) -> str | None:
    """Year a document without a day speaks of, from its title; None where it names none."""
    return _year(document.text.clean[:80])


@lru_cache(maxsize=64)  # asked of the same document for each directive
def _year(words: str) -> str | None:
    found = _YEAR.search(words)
    return found.group() if found else None


def facts_json(document: Document) -> dict[str, Any]:
    """Projects, agreements, figures and documents named."""
    return {
        "projects": [
            {
                "name": document.text.evidence(one.start, one.end),
                "parties": one.parties,
                "place": one.place,
                "status": one.status,
                "dates": [
                    resolve(said, document.meta.published or None, past=False).as_json() | {"text": said.text}
                    for said in one.dates
                ],
                "money": one.money,
                **evidence(document, one.start, one.end),
                "confidence": one.confidence,
            }
            for one in document.projects
        ],
        "agreements": [
            {
                "name": document.text.evidence(one.start, one.end),
                "parties": one.parties,
                **evidence(document, one.start, one.end),
            }
            for one in document.agreements
        ],
        "figures": [
            {
                "value": one.value,
                "unit": one.unit,
                "what": one.what,
                "upto": one.upto,
                "about": one.about or None,
                **evidence(document, one.start, one.end),
            }
            for one in document.figures
        ],
        "references": [
            {
                "title": document.text.evidence(one.start, one.end),
                "action": one.action or None,
                **evidence(document, one.start, one.end),
            }
            for one in document.references
        ],
    }
