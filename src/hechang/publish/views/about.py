"""Pages about the region itself: log, findings, catalogue, tables, sources."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hechang.publish.results import Asked, Results
from hechang.publish.rows import made_up, page_of, records
from hechang.publish.views.projects import page_number
from hechang.terms import catalogue as terms
from hechang.terms import specs

SIZE = 50


def log(asked: Asked) -> dict[str, Any]:
    """Return one page of the log, newest first."""
    part, where = page_of(log_frame(asked.results, None), page_number(asked.query), SIZE)
    return {"rows": records(part), "where": where, "with_names": asked.region.reader.kind != "public"}


def entries(results: Results, newest: int) -> list[dict[str, Any]]:
    """Return the newest entries of the log."""
    return records(log_frame(results, newest))


def log_frame(results: Results, limit: int | None = None) -> pd.DataFrame:
    """Return the log, newest first; the public sees when something was written, not by whom and why."""
    frame = results.region.log(limit=limit)
    if results.region.reader.kind != "public":
        return frame
    # reasons are written for colleagues: no clearance stands on them
    return frame[["revision", "at", "branch", "counts"]].assign(actor=None, reason=None)


def findings(asked: Asked) -> dict[str, Any]:
    """Return the findings of all data checks."""
    return {"rows": asked.results.findings(), "checks": terms.cards("check")}


def catalogue(_asked: Asked) -> dict[str, Any]:
    """Return all cards by kind, with their options, and all tables."""
    kinds = {kind: [_card(card) for card in terms.cards(kind)] for kind in terms.KINDS}
    return {"kinds": {kind: rows for kind, rows in kinds.items() if rows}, "tables": list(specs.tables().values())}


def _card(card: terms.Card) -> dict[str, Any]:
    return {"card": card, "options": list(terms.options(card).values())}


def table(asked: Asked) -> dict[str, Any]:
    """Return the specification of one table; raises NotKnown."""
    described = specs.table(asked.ids[0])
    return {
        "table": described,
        "fields": [*described.fields, *specs.COMMON],
        "rows": len(asked.region.table(asked.ids[0], columns=["id"])),
    }


def sources(asked: Asked) -> dict[str, Any]:
    """Return map layers and data files with vintage, origin, licence and quality."""
    layers = asked.region.table("layers").sort_values("name")
    return {"rows": records(layers), "made_up": made_up(layers)}
