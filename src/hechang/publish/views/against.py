"""Contradictions between the reports of one event, as rows of the page that lays them side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hechang.publish.views.desk_shapes import VersionCell, VersionRow

Slots = Mapping[str, Any]


def against(
    told: pd.DataFrame, own: Mapping[str, Sequence[Slots]], hashes: Mapping[str, str], rows: Sequence[VersionRow]
) -> list[VersionRow]:
    """Return rows with what contradicts: a row of the same two demands is marked, figures and days get their own.

    Parameters
    ----------
    told
        Proposals of the documents, in any state.
    own
        Fields of the event's proposals, by document in the order of the columns.
    hashes
        Document of each hash.
    rows
        Demands side by side.
    """
    kept = {
        (document, ordinal): (str(id), str(state))
        for id, document, ordinal, state in zip(
            told.index, told["document"], told["ordinal"], told["state"], strict=True
        )
    }
    made = list(rows)
    seen: set[tuple[str, ...]] = set()
    for one in (each for some in own.values() for slots in some for each in slots.get("contradictions") or []):
        ends = _ends(one, hashes, kept)
        if ends and (mark := (str(one["kind"]), *(id for _, id, _, _ in ends))) not in seen:
            seen.add(mark)
            made = _with(made, str(one["kind"]), ends, list(own))
    return made


End = tuple[str, str, str, str]  # document, proposal, state, text


def _ends(one: Slots, hashes: Mapping[str, str], kept: Mapping[tuple[str, str], tuple[str, str]]) -> list[End]:
    """Both ends of a contradiction; nothing where one is not among the documents of the event."""
    made: list[End] = []
    for ref, text in zip(one["between"], (one["left"], one["right"]), strict=True):
        sha, _, ordinal = str(ref).rpartition("#")
        found = kept.get((hashes.get(sha, ""), ordinal))
        if not found:
            return []
        made.append((hashes[sha], *found, f"{one['what']}: {text}"))
    return made


def _with(rows: list[VersionRow], kind: str, ends: Sequence[End], documents: Sequence[str]) -> list[VersionRow]:
    """The rows with one contradiction: in the row of its two demands, else in one of its own."""
    ids = {id for _, id, _, _ in ends}
    at = next((n for n, row in enumerate(rows) if ids <= {cell["proposal"] for cell in row["cells"]}), None)
    if at is not None:
        marked: VersionRow = {**rows[at], "kinds": [*rows[at]["kinds"], kind]}
        return [*rows[:at], marked, *rows[at + 1 :]]
    by_document = {document: (id, state, text) for document, id, state, text in ends}
    cells = [_cell(by_document.get(document)) for document in documents]
    return [*rows, {"kinds": [kind], "cells": cells}]


def _cell(said: tuple[str, str, str] | None) -> VersionCell:
    if said is None:
        return {"proposal": None, "state": None, "speaker": None, "pieces": []}
    id, state, text = said
    return {"proposal": id, "state": state, "speaker": None, "pieces": [{"text": text, "differs": True}]}
