"""Results of cards as the JSON documents other programs rely on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from hechang.terms.catalogue import Card, card, read_options
from hechang.terms.cells import plain
from hechang.terms.money import amount

if TYPE_CHECKING:
    from hechang.region.region import Region


def answer(region: Region, id: str, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Run a card and return its document; every value in it is plain JSON."""
    found = card(id, kind)
    options = read_options(found, dict(given))
    result = found.run(region, **options)
    named = {"id": found.id, "version": found.version, "zh": found.zh, "en": found.en}
    head = {"card": named, "options": options}
    where = {"on": region.day, "branch": region.branch_name, "revision": region.revision_name}
    if kind == "measure":
        return {**head, **_measure(region, found, result), **where}
    if kind == "list":
        return {**head, **_listing(region, result), **where}
    return {**head, **dict(result), **where}


def _measure(region: Region, found: Card, frame: pd.DataFrame) -> dict[str, Any]:
    missing = frame[frame["value"].isna()]
    columns = [c for c in frame.columns if c != "why_missing"]
    return {
        "card": {"id": found.id, "version": found.version, "unit": found.unit, "zh": found.zh, "en": found.en},
        "region": geography(region, len(frame)),
        "rows": rows_of(frame.loc[frame["value"].notna(), columns]),
        "missing": [{"id": str(id), "why": plain(why)} for id, why in missing["why_missing"].items()],
        **{name: frame.attrs[name] for name in ("timetable",) if name in frame.attrs},
    }


def _listing(region: Region, frame: pd.DataFrame) -> dict[str, Any]:
    rows = rows_of(frame.drop(columns=[c for c in ("rule",) if c in frame.columns]))
    for row in rows:
        row |= {name: money(row[name]) for name in frame.attrs.get("money", ["invested"]) if name in row}
    changes = frame.attrs.get("changes", {"new": [], "stayed": [], "left": []})
    return {
        "rule": frame.attrs.get("rule", {}),
        "edition": region.day[:7],
        "rows": rows,
        "changes": changes,
        "missing": frame.attrs.get("missing", []),
    }


def geography(region: Region, places: int) -> dict[str, Any]:
    """Plan version, number of places and of cities a figure counts."""
    sql = (
        "SELECT count(DISTINCT m.place) AS n FROM members m JOIN collections c ON c.id = m.collection "
        "WHERE c.kind = 'region' AND c.plan = $plan"
    )
    cities = int(region.query(sql, plan=region.settings.plan)["n"].iloc[0])
    if not cities:
        cities = int(region.query("SELECT count(*) AS n FROM places WHERE kind = 'city'")["n"].iloc[0])
    return {"plan": region.settings.plan, "places": places, "cities": cities}


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with their index as `id`, all cells plain JSON."""
    names = [str(c) for c in frame.columns]
    columns = [[plain(v) for v in frame[c].tolist()] for c in frame.columns]
    ids = [plain(i) if not isinstance(i, tuple) else [plain(p) for p in i] for i in frame.index]
    return [{"id": id, **dict(zip(names, cells, strict=True))} for id, *cells in zip(ids, *columns, strict=True)]


def money(fen: int | None, unit: str = "万元") -> dict[str, Any] | None:
    """An amount with its unit."""
    return None if fen is None else {"value": float(amount(int(fen), unit)), "unit": unit}
