"""Rolling programmes 滚动计划: each edition with what entered, was carried over and left, and what waits for review."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hechang.publish.columns import names_of
from hechang.publish.results import Asked
from hechang.publish.rows import any_made_up, page_of, records
from hechang.publish.views.projects import page_number
from hechang.region.region import Region
from hechang.register.programmes import ON
from hechang.terms.catalogue import card
from hechang.terms.specs import codes

SIZE = 50
LISTS = ("programme-exits", "renamed-to-review")
_EDITIONS = """
    SELECT p.id, p.name, p.kind, p.begins, p.ends, p.state, p.synthetic, b.name AS body, q.name AS previous
    FROM programmes p LEFT JOIN bodies b ON b.id = p.body LEFT JOIN programmes q ON q.id = p.previous
    ORDER BY p.begins DESC, p.name"""


def programmes(asked: Asked) -> dict[str, Any]:
    """Return one page of editions, newest first, each with its items by state."""
    every = asked.region.query(_EDITIONS).set_index("id")
    part, where = page_of(every, page_number(asked.query), SIZE)
    counts = _counts(asked.region, part.index)
    rows = [{**row, "items": counts.get(row["id"], {})} for row in records(part)]
    return {
        "rows": rows,
        "where": where,
        "states": [state for state in codes("item_states") if any(state in row["items"] for row in rows)],
        "on": ON,
        "lists": [{"card": card(id, "list"), "count": len(asked.results.listing(id))} for id in LISTS],
        "names": names_of(asked.results),
        "made_up": any_made_up(rows),
    }


def _counts(region: Region, ids: pd.Index) -> dict[str, dict[str, int]]:
    """Items by edition and state."""
    sql = """SELECT programme, state, count(*) AS n FROM programme_items
             WHERE programme IN (SELECT unnest($ids)) GROUP BY programme, state"""
    found = region.query(sql, ids=[str(id) for id in ids])
    by = found.groupby("programme")
    return {str(id): {str(state): int(n) for state, n in zip(g["state"], g["n"], strict=True)} for id, g in by}
