"""What every page says of itself: region, day, branch, revision, reader, attribution."""

from __future__ import annotations

from typing import Any

from hechang.publish.results import Results
from hechang.publish.rows import records


def frame(results: Results) -> dict[str, Any]:
    """Return the frame of a page, without the page's own words."""
    region = results.region
    return {
        "region": region.settings.name,
        "day": region.day,
        "branch": region.branch_name,
        "revision": region.revision_name,
        "reader": region.reader.kind,
        "user": region.reader.name if region.reader.uid else "",
        "attributions": results.once("attributions", lambda: _attributions(results)),
    }


def _attributions(results: Results) -> list[str]:
    said = results.region.table("layers", columns=["attribution"]).sort_index()["attribution"].dropna()
    names = [name.strip() for line in said for name in str(line).split(";")]
    return list(dict.fromkeys(name for name in names if name))


def place_names(results: Results) -> dict[str, dict[str, Any]]:
    """Return names of all places by id: `{"320200": {"name": "无锡市", "name_en": "Wuxi"}}`."""
    return results.once("place names", lambda: _place_names(results))


def _place_names(results: Results) -> dict[str, dict[str, Any]]:
    rows = records(results.region.table("places", columns=["name", "name_en"]))
    return {row["id"]: row for row in rows}


def body_of(results: Results, id: str) -> dict[str, Any]:
    """Return the body with its names; one that nobody described has its id for a name."""
    known = results.rows("bodies", "id", id)
    return known[-1] if known else {"name": id}
