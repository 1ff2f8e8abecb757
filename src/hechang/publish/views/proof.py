"""Click a row: the sentence or the cell that proves it, who entered it, when and why, and every version of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hechang.publish.results import Asked, Results
from hechang.publish.rows import made_up, records
from hechang.publish.views.documents import text_of
from hechang.publish.views.sheets import cells_around
from hechang.terms import specs
from hechang.terms.errors import NotKnown, not_known
from hechang.terms.sources import parse_source

AROUND = 160  # characters of the text shown before and after the sentence
HIDDEN = ("id", "scope", "branch", "revision", "op", "geometry")
DATED = ("project_events", "returns", "project_years")  # tables whose rows a list of projects rests on
PRIVATE = ("actor", "at", "reason")  # who entered a row is no business of the public


def evidence(asked: Asked) -> dict[str, Any]:
    """Return the proof of one row; raises NotKnown for a table or row that does not exist."""
    name, id = asked.ids
    described = specs.table(name)
    found = asked.region.table(name, where={"id": id})
    if found.empty:
        raise not_known(f"row of '{name}'", f"行(表 {name})", id, [])
    row = records(found.drop(columns="geometry", errors="ignore"))[0]
    proof = proved(asked.results, name, id)
    return {
        "table": described,
        "row": {column: value for column, value in row.items() if column not in HIDDEN},
        "row_id": id,
        "title": row.get(described.title_field),
        "about": _project_name(asked, row),
        "proof": proof,
        "around": surroundings(asked.results, proof),
        "cells": cells_around(asked.results, proof),
        "history": history(asked.results, id),
        "made_up": made_up(found),
    }


def _project_name(asked: Asked, row: Mapping[str, Any]) -> str:
    """Name of the project a row belongs to; empty where it belongs to none."""
    if not row.get("project"):
        return ""
    names = asked.region.table("projects", columns=["name"], where={"id": row["project"]})["name"]
    return str(names.iloc[0]) if len(names) else ""


def proved(results: Results, table: str, id: str) -> dict[str, Any]:
    """Return the evidence of a row; the public sees no names of those who entered it, and no sealed sentence."""
    try:
        found = results.region.evidence(table, id)
    except NotKnown:
        found = _sealed(results, table, id)
    if results.region.reader.name == "public":
        found = {key: value for key, value in found.items() if key not in PRIVATE}
        found["text"] = "" if found["kind"] == "person" else found["text"]
    return {"actor": None, "document": None, "span": None, **found}


def _sealed(results: Results, table: str, id: str) -> dict[str, Any]:
    """Proof of a row the reader may see, when the sentence or file behind it is not for this reader; else NotKnown."""
    rows = records(results.region.table(table, columns=["source", "revision"], where={"id": id}))
    if not rows:
        raise not_known(f"row of '{table}'", f"行(表 {table})", id, [])
    return {"kind": parse_source(rows[0]["source"]).kind, "text": "", "title": None, "revision": rows[0]["revision"]}


def history(results: Results, id: str) -> list[dict[str, Any]]:
    """Return every version of a row, newest first; nothing for the public."""
    return [] if results.region.reader.name == "public" else records(results.region.log(id))


def proofs_of(results: Results, frame: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return for each project of a list the (table, id) of the very row its `source` stands on; itself otherwise."""
    index = results.once("dated rows", lambda: _dated_rows(results))
    keys = zip(frame.index, frame["source"], strict=True)
    return {str(id): index.get((id, source), ("projects", str(id))) for id, source in keys}


def _dated_rows(results: Results) -> dict[tuple[str, str], tuple[str, str]]:
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for name in reversed(DATED):
        rows = results.region.table(name, columns=["project", "source"])
        found |= {(p, s): (name, str(id)) for id, p, s in zip(rows.index, rows["project"], rows["source"], strict=True)}
    return found


def surroundings(results: Results, proof: Mapping[str, Any]) -> dict[str, str]:
    """Return the text before, in and after the proving sentence; empty where there is no text."""
    document, span = proof["document"], proof["span"]
    found = results.region.table("documents", where={"id": document}) if document and span else None
    text = text_of(results, records(found)[0]) if found is not None and len(found) else ""
    if not text or not span:
        return {}
    start, end = int(span[0]), int(span[1])
    return {
        "before": text[max(0, start - AROUND) : start],
        "hit": text[start:end],
        "after": text[end : end + AROUND],
    }
