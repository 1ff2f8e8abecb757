"""What was read: documents, and one document with the sentences that became proposals."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from hechang.intake.source_text import source_text
from hechang.publish.results import Asked, Results
from hechang.publish.rows import made_up, read_json, records
from hechang.terms.errors import HechangError, not_known
from hechang.terms.specs import tables

DOCUMENTS = """
    SELECT d.id, d.title, d.kind, d.published, d.characters, d.synthetic,
           count(*) FILTER (p.state = 'open') AS open, count(*) FILTER (p.state = 'accepted') AS accepted,
           count(*) FILTER (p.state = 'rejected') AS rejected
    FROM documents d LEFT JOIN proposals p ON p.document = d.id
    WHERE d.kind <> 'layer' GROUP BY ALL ORDER BY d.published DESC NULLS LAST, d.id"""
PROPOSALS = """
    SELECT p.id, p.kind, p.ordinal, p.text, p.confidence, p.state, p.note, p.synthetic, s.span_start, s.span_end
    FROM proposals p LEFT JOIN statements s ON s.id = p.statement
    WHERE p.document = $document ORDER BY s.span_start NULLS LAST, p.ordinal"""


def documents(asked: Asked) -> dict[str, Any]:
    """Return all documents but map layers, newest first, with their proposals counted by state."""
    found = asked.region.query(DOCUMENTS)
    return {"rows": records(found.set_index("id")), "events": events(asked.results), "made_up": made_up(found)}


def events(results: Results) -> list[dict[str, Any]]:
    """Return events with the documents that report them; one event may have several versions."""
    region = results.region
    frame = region.table("events", columns=["name", "date", "organiser", "form", "synthetic"])
    pairs = region.table("event_documents", columns=["event", "document"]).drop_duplicates()
    titles = region.table("documents", columns=["title"])["title"]
    pairs = pairs.assign(title=pairs["document"].map(titles))
    versions = {str(event): records(part.set_index("document")) for event, part in pairs.groupby("event")}
    rows = records(frame.sort_values("date", ascending=False))
    for row in rows:
        row["versions"] = versions.get(row["id"], [])
    return rows


def document(asked: Asked) -> dict[str, Any]:
    """Return one document: its text cut into pieces with marks, and the proposals beside; raises NotKnown."""
    rows = asked.results.rows("documents", "id", asked.ids[0])
    if not rows:
        raise not_known("document", "文件", asked.ids[0], [])
    row = rows[-1]
    found = records(asked.region.query(PROPOSALS, document=asked.ids[0]).set_index("id"))
    proposals = [one | {"became": became(one["note"])} for one in found]
    text = text_of(asked.results, row)
    cut = pieces(text, proposals, read_json(row["noise"]) or []) if text else []
    return {
        "row": row,
        "proposals": proposals,
        "pieces": cut,
        "anchored": anchors(cut),
        "made_up": row["synthetic"],
    }


def text_of(results: Results, row: Mapping[str, Any]) -> str:
    """Text of a kept document; empty where it is no text or cannot be had."""
    if not row["encoding"] or not row["sha256"]:
        return ""
    try:
        return source_text(results.region, row["id"])
    except HechangError:
        return ""


def pieces(text: str, proposals: list[dict[str, Any]], noise: list[Any]) -> list[dict[str, Any]]:
    """Cut a text where marks begin and end.

    Returns
    -------
    list
        `text`, `marks` (proposals that cover the piece), `starts` (those that begin here), `noise`.

    Examples
    --------
    >>> pieces("abcd", [{"id": "p", "span_start": 1, "span_end": 3}], [])[1]
    {'text': 'bc', 'marks': ['p'], 'starts': ['p'], 'noise': False}
    """
    spans = [(p["span_start"], p["span_end"], p["id"]) for p in proposals if p["span_end"]]
    skipped = [tuple(n["span"]) for n in noise]
    edges = {0, len(text)} | {edge for s in spans for edge in s[:2]} | {edge for s in skipped for edge in s}
    cuts = sorted(edge for edge in edges if 0 <= edge <= len(text))
    return [_piece(text, start, end, spans, skipped) for start, end in pairwise(cuts)]


def became(note: str | None) -> tuple[str, str] | None:
    """Return the (table, id) of the row a proposal became, as its note says; None where it says something else.

    Examples
    --------
    >>> became("events:01M8"), became("names no day")
    (('events', '01M8'), None)
    """
    table, _, id = (note or "").partition(":")
    return (table, id) if table in tables() and id.isalnum() else None


def anchors(cut: list[dict[str, Any]]) -> dict[str, str]:
    """Return for each proposal the one whose mark its text begins with: several may begin at the same character."""
    return {id: piece["starts"][0] for piece in cut for id in piece["starts"]}


def _piece(text: str, start: int, end: int, spans: list[Any], skipped: list[Any]) -> dict[str, Any]:
    return {
        "text": text[start:end],
        "marks": [id for first, last, id in spans if first <= start < last],
        "starts": [id for first, _, id in spans if first == start],
        "noise": any(first <= start < last for first, last in skipped),
    }
