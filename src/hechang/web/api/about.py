"""The region itself, its log, the catalogue, the proof of a row."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from hechang.publish.rows import records
from hechang.publish.views.about import log_frame
from hechang.publish.views.proof import history, proved
from hechang.terms import catalogue as terms
from hechang.terms import specs
from hechang.web.asked import only_known
from hechang.web.hall import results_of

router = APIRouter(prefix="/api", tags=["region"], dependencies=[Depends(only_known)])


@router.get("/region")
def region(request: Request) -> dict[str, Any]:
    """What this region is: name, day, branch, revision, reader."""
    found = results_of(request).region
    settings = {key: value for key, value in asdict(found.settings).items() if key != "day"}
    return settings | {
        "on": found.day,
        "branch": found.branch_name,
        "branches": found.store.branches(),
        "revision": found.revision_name,
        "reader": found.reader.name,
    }


@router.get("/log")
def log(request: Request, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> dict[str, Any]:
    """Newest entries of the log."""
    frame = log_frame(results_of(request), limit)
    return {"rows": records(frame.set_index("revision"))}


@router.get("/catalogue")
def catalogue() -> dict[str, Any]:
    """All cards with their options, all tables with their columns."""
    return {
        "cards": [card_row(card) for card in terms.cards()],
        "tables": [table_row(t) for t in specs.tables().values()],
    }


def card_row(card: terms.Card) -> dict[str, Any]:
    """One card as plain JSON."""
    said = {key: value for key, value in asdict(card).items() if key != "run"}
    known = terms.options(card).values()
    options = [{"name": o.name, "type": o.type.__name__, "unit": o.unit, "default": o.default} for o in known]
    return said | {"options": options}


def table_row(table: specs.Table) -> dict[str, Any]:
    """One table as plain JSON."""
    return asdict(table)


@router.get("/evidence/{table}/{id}")
def evidence(table: str, id: str, request: Request) -> dict[str, Any]:
    """What proves a row, who entered it, and every version of it."""
    results = results_of(request)
    specs.table(table)
    return proved(results, table, id) | {"history": history(results, id)}
