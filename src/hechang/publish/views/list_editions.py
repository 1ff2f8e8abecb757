"""Editions of a list: which were kept, what one holds, and what came, stayed and left between two of them."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from hechang.publish.results import Results
from hechang.publish.rows import Row, records
from hechang.publish.views.listed import where
from hechang.register.editions import editions, why_left
from hechang.terms.catalogue import Card
from hechang.terms.errors import not_known


def kept(results: Results, card: Card) -> list[Row]:
    """Return the editions kept of a list under its own rule, newest first, with the number of rows on each."""
    found = editions(results.region, card.id)
    sql = 'SELECT id, json_array_length("rows")::BIGINT AS count FROM editions WHERE id IN (SELECT unnest($ids))'
    counts = results.region.query(sql, ids=found.index.tolist()).set_index("id")["count"]
    return records(found.assign(count=counts.reindex(found.index)))


def one_edition(results: Results, card: Card, edition: str, against: str, page: tuple[int, int]) -> dict[str, Any]:
    """Return one page of an edition, and what changed in it since another one (the one before it, if none is named).

    Raises
    ------
    NotKnown
        for an edition that was not kept of this list.
    """
    known = editions(results.region, card.id)
    at = _named(known, edition)
    earlier = known[known["day"] < str(at["day"])]
    other = _named(known, against) if against else (earlier.iloc[0] if len(earlier) else None)
    rows = _rows(results, str(at.name))
    before = None if other is None else _rows(results, str(other.name))
    offset, limit = page
    return {
        "card": {"id": card.id, "version": card.version, "zh": card.zh, "en": card.en, "source": card.source},
        "edition": _said(at), "against": None if other is None else _said(other), "total": len(rows),
        "offset": offset, "limit": limit, "rows": _marked(rows, before)[offset : offset + limit],
        "changes": _changes(results, card, rows, before), **where(results),
    }  # fmt: skip


def _named(known: pd.DataFrame, name: str) -> pd.Series:
    """An edition by its name, day or id."""
    found = known[known["edition"].eq(name) | known["day"].eq(name) | known.index.isin([name])]
    if found.empty:
        raise not_known("edition", "版次", name, known["edition"].tolist())
    return found.iloc[0]


def _said(edition: pd.Series) -> Row:
    return {"id": str(edition.name), **{key: edition[key] for key in ("edition", "day", "hash")},
            "of_revision": int(edition["of_revision"])}  # fmt: skip


def _rows(results: Results, id: str) -> dict[str, Row]:
    sql = 'SELECT "rows" FROM editions WHERE id = $id'
    made = results.once(("edition", id), lambda: json.loads(results.region.query(sql, id=id)["rows"].iloc[0]))
    return {str(row["id"]): row for row in made}


def _marked(rows: dict[str, Row], before: dict[str, Row] | None) -> list[Row]:
    if before is None:
        return [row | {"change": ""} for row in rows.values()]
    return [row | {"change": "stayed" if id in before else "new"} for id, row in rows.items()]


def _changes(results: Results, card: Card, rows: dict[str, Row], before: dict[str, Row] | None) -> Row:
    if before is None:
        return {"new": [], "stayed": [], "left": []}
    gone = [id for id in before if id not in rows]
    told = pd.DataFrame({
        "name": [before[id].get("name") for id in gone],
        "table": [before[id].get("table") or "projects" for id in gone],
        "row": [before[id].get("row") or id for id in gone],
    }, index=pd.Index(gone, dtype=object))  # fmt: skip
    following = results.listing(card.id).attrs.get("following", "")
    why = why_left(results.region, told, following) if gone else {}
    left = [{"id": id, "name": before[id].get("name"), "why": why[id]} for id in gone]
    return {"new": [id for id in rows if id not in before], "stayed": [id for id in rows if id in before], "left": left}
