"""Click a row: the sentence or the cell that proves it, who entered it, when and why, and every version of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hechang.publish.results import Asked, Results
from hechang.publish.rows import Row, records
from hechang.publish.views.documents import text_of
from hechang.publish.views.frame import body_of
from hechang.publish.views.sheets import cells_around
from hechang.terms import specs
from hechang.terms.errors import NotKnown, not_known
from hechang.terms.sources import parse_source

AROUND = 160  # characters of the text shown before and after the sentence
HIDDEN = ("id", "scope", "branch", "revision", "op", "geometry")
DATED = ("project_events", "returns", "project_years")  # tables whose rows a list of projects rests on


def evidence(asked: Asked) -> dict[str, Any]:
    """Return the proof of one row; raises NotKnown for a table or row that does not exist."""
    (name, id), results = asked.ids, asked.results
    described = specs.table(name)
    row = _row(results, name, id)
    proof = proved(results, name, id)
    return {
        "table": described,
        "row": {column: value for column, value in row.items() if column not in HIDDEN},
        "row_id": id,
        "title": row.get(described.title_field),
        "about": _project_name(results, row),
        "body": body_of(results, row["owner"]),
        "proof": proof,
        "around": surroundings(results, proof),
        "cells": cells_around(results, proof),
        "history": history(results, id),
        "made_up": row["synthetic"],
    }


def _row(results: Results, table: str, id: str) -> Row:
    found = results.rows(table, "id", id)
    if not found:
        raise not_known(f"row of '{table}'", f"行(表 {table})", id, [])
    return found[-1]


def _project_name(results: Results, row: Mapping[str, Any]) -> str:
    """Name of the project a row belongs to; empty where it belongs to none."""
    found = results.rows("projects", "id", row["project"]) if row.get("project") else []
    return str(found[-1]["name"]) if found else ""


def proved(results: Results, table: str, id: str) -> dict[str, Any]:
    """Return the evidence of a row; the public sees no names of those who entered it, and no sealed sentence.

    Raises
    ------
    NotKnown
        for a row that does not exist, or is not for this reader.
    """
    row = _row(results, table, id)
    empty = {"actor": None, "document": None, "title": None, "span": None, "text": ""}
    if results.region.reader.kind == "public":
        return empty | _public_proof(results, row)
    try:
        return empty | results.region.evidence(table, id)
    except NotKnown:  # the reader may see the row, but not the sentence or file behind it
        return empty | {"kind": parse_source(row["source"]).kind, "revision": row["revision"]}


def _public_proof(results: Results, row: Mapping[str, Any]) -> dict[str, Any]:
    """Evidence from public rows alone: sentence or cell, document, revision."""
    source = parse_source(row["source"])
    found: dict[str, Any] = {"kind": source.kind, "revision": row["revision"]}
    document = source.ref if source.kind == "import" else None
    if source.kind == "statement":
        said = next(iter(results.rows("statements", "id", source.ref)), None)
        document = said["document"] if said else None
        found |= {"text": said["text"], "span": [said["span_start"], said["span_end"]]} if said else {}
    files = results.rows("documents", "id", document) if document else []
    if files and source.kind == "import":
        sheet, _, cell = source.place.rpartition("!")
        found |= {"text": source.place, "sheet": sheet, "cell": cell}
    return found | ({"document": document, "title": files[-1]["title"], "sha256": files[-1]["sha256"]} if files else {})


def history(results: Results, id: str) -> list[dict[str, Any]]:
    """Return every version of a row, newest first; nothing for the public."""
    return [] if results.region.reader.kind == "public" else records(results.region.log(id))


def proofs_of(results: Results, frame: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return for each row of a list the (table, id) of the very row its `source` stands on; itself otherwise."""
    index = results.once("dated rows", lambda: _dated_rows(results))
    tables = frame["table"] if "table" in frame else ["projects"] * len(frame)
    keys = zip(frame.index, frame["source"], tables, strict=True)
    return {str(id): index.get((id, source), (str(table), str(id))) for id, source, table in keys}


def _dated_rows(results: Results) -> dict[tuple[str, str], tuple[str, str]]:
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for name in reversed(DATED):
        rows = results.region.table(name, columns=["project", "source"])
        found |= {(p, s): (name, str(id)) for id, p, s in zip(rows.index, rows["project"], rows["source"], strict=True)}
    return found


def surroundings(results: Results, proof: Mapping[str, Any]) -> dict[str, str]:
    """Return the text before, in and after the proving sentence; empty where there is no text."""
    document, span = proof["document"], proof["span"]
    found = results.rows("documents", "id", document) if document and span else []
    text = text_of(results, found[-1]) if found else ""
    if not text or span[0] is None:
        return {}
    start, end = int(span[0]), int(span[1])
    return {
        "before": text[max(0, start - AROUND) : start],
        "hit": text[start:end],
        "after": text[end : end + AROUND],
    }
