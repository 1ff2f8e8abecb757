"""Collection rounds 填报: what each body was sent, returned, how late, what is wrong or in conflict."""

from __future__ import annotations

from typing import Any

from hechang.intake.rounds.status import status
from hechang.publish.columns import names_of
from hechang.publish.results import Asked, Results
from hechang.publish.rows import any_made_up, records
from hechang.terms.catalogue import card

NEWEST = 4  # rounds shown in full
LISTS = ("returns-late", "contradictions")


def rounds(asked: Asked) -> dict[str, Any]:
    """Return the newest rounds, body by body, and the names of those before."""
    results = asked.results
    every = asked.region.table("rounds", columns=["name", "period", "opened", "due", "closed"])
    every = every[every["opened"].fillna("").le(asked.region.day)].sort_values(["period", "opened"], ascending=False)
    shown = [_round(results, str(id)) for id in every.index[:NEWEST]]
    return {
        "shown": shown,
        "older": records(every.iloc[NEWEST:]),
        "lists": [card(id, "list") for id in LISTS],
        "names": names_of(results),
        "made_up": any_made_up(*(one["bodies"] for one in shown)),
    }


def _round(results: Results, id: str) -> dict[str, Any]:
    found = results.once(("round", id), lambda: status(results.region, id))
    return {**found.attrs["round"], "total": found.attrs["total"], "bodies": records(found)}
