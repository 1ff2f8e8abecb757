"""What stands behind a project's progress: approval clocks, papers, standard land, who serves it, files."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from hechang.publish.results import Results
from hechang.publish.rows import Row, records
from hechang.register.approvals import clocks
from hechang.register.assignments import serving
from hechang.register.attachments import attached
from hechang.register.papers import needed
from hechang.register.standard_land import verdicts
from hechang.register.workdays import day_count
from hechang.terms.errors import HechangError

SHOWN = 6  # photos drawn on the page itself
LIGHT = 300 * 1024  # bytes of such a photo; larger ones are linked
TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
Ids = Sequence[str] | None


def delivery(results: Results, project: str, events: Iterable[Row]) -> dict[str, Any]:
    """Return steps (with their papers), terms, served, files and photos of one project, as the page shows them."""
    region = results.region
    steps = _rows(results, ("clocks", lambda ids: clocks(region, projects=ids)), "project", [project])
    papers = _rows(results, ("papers", lambda ids: _needed(results, ids)), "project", [project])
    terms = _rows(results, ("terms", lambda ids: verdicts(region, projects=ids)), "project", [project])
    served = _rows(results, ("served", lambda ids: serving(region, ids)), "object", [project])
    about = [project, *(row["id"] for rows in (events, steps, terms) for row in rows)]
    files = _rows(results, ("files", lambda ids: attached(region, ids)), "object", about)
    drawn = [row | {"picture": picture} for row in files[:SHOWN] if (picture := _picture(results, row))]
    return {
        "steps": steps,
        "counted": _counted(results, steps),
        "papers": by_step(papers, steps),
        "terms": terms,
        "served": served,
        "files": files,
        "photos": drawn,
    }


def _counted(results: Results, steps: Sequence[Row]) -> str:
    """How the days of the steps are counted: working, calendar, or weekends where no holidays are entered."""
    count = results.once("day count", lambda: day_count(results.region))
    begun = [row["begun"] for row in steps if row["begun"]]
    return "weekends" if begun and min(begun) < f"{count.blind + 1:04d}" else count.kind


def _rows(
    results: Results, read: tuple[str, Callable[[Ids], pd.DataFrame]], column: str, wanted: Sequence[str]
) -> list[Row]:
    """Rows whose `column` has one of some values; where every page is wanted, all are read once."""
    name, frame = read
    if not results.whole:
        return records(frame(wanted))
    grouped = results.once(("delivery", name), lambda: _grouped(frame(None), column))
    return [row for value in wanted for row in grouped.get(value, [])]


def _grouped(frame: pd.DataFrame, column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in records(frame):
        found.setdefault(row[column], []).append(row)
    return found


def _needed(results: Results, ids: Ids) -> pd.DataFrame:
    return needed(results.region, projects=ids, running=False).rename_axis("id")


def by_step(papers: Iterable[Mapping[str, Any]], steps: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return for each step that has not ended its papers by state; steps without a list of papers are left out.

    Examples
    --------
    >>> by_step([{"approval": "s", "name": "图纸", "state": "hand_in"}], [{"id": "s", "step": "许可", "state": "open"}])
    [{'step': '许可', 'id': 's', 'hand_in': ['图纸'], 'expired': [], 'reused': [], 'exempt': []}]
    """
    waiting = {row["id"]: row["step"] for row in steps if row["state"] != "ended"}
    mine = [row for row in papers if row["approval"] in waiting]
    found = {row["approval"]: {"step": waiting[row["approval"]], "id": row["approval"]} for row in mine}
    states = ("hand_in", "expired", "reused", "exempt")
    return [
        head | {state: [p["name"] for p in mine if p["approval"] == id and p["state"] == state] for state in states}
        for id, head in found.items()
    ]


def _picture(results: Results, row: Mapping[str, Any]) -> str:
    """A light photo as an address that holds it; empty for other files."""
    ending = "." + str(row["path"] or "").lower().rpartition(".")[2]
    if row["kind"] != "photo" or ending not in TYPES or not row["sha256"]:
        return ""
    try:
        data = results.region.blob(row["sha256"])
    except HechangError:  # the row may be seen, the file is lost or not for this reader
        return ""
    return f"data:{TYPES[ending]};base64,{base64.b64encode(data).decode()}" if len(data) <= LIGHT else ""
