"""What a drawn line would do, as the map shows it: the line itself, totals, places and the pairs that gain most."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from hechang.atlas.candidates import Candidate, Rows
from hechang.atlas.line_effects import Effect
from hechang.publish.results import Results
from hechang.publish.rows import Row, records
from hechang.publish.views.layers import view_of

SHOWN = 50  # pairs that come with the numbers


def line_numbers(results: Results, line: Candidate, effect: Effect) -> dict[str, Any]:
    """Return the numbers of a line: what it is, what it would do in all, by place and by pair.

    Times are in minutes, lengths in km, people in persons; what is not known is null.
    """
    pairs, english = effect.pairs, results.region.table("places", columns=["name_en"])["name_en"]
    named = {"name": effect.places["name"], "name_en": english}
    shown = pairs.head(SHOWN).assign(
        **{f"{end}_{name}": pairs[end].map(names) for end in ("origin", "dest") for name, names in named.items()}
    )
    gaining = effect.places[effect.places["quicker"] > 0].sort_values(["quicker", "saved"], ascending=False)
    places = gaining.assign(name_en=english.reindex(gaining.index))
    return {
        "line": _line(line, effect.rows),
        "totals": _totals(effect),
        "places": records(places.round(4)),
        "pairs": [_pair(row) for row in records(shown.round(4))],
        "assumed": True,
        **view_of(results),
    }


def _line(line: Candidate, rows: Rows) -> dict[str, Any]:
    own = set(rows.stops["id"])
    calls = rows.stop_times[rows.stop_times["trip"] == rows.trips["id"].iloc[0]]
    return {
        **{name: value for name, value in line._asdict().items() if name != "points"},
        "km": round(rows.length, 3), "minutes": round(rows.ride, 2), "trips": len(rows.trips),
        "stops": [
            {"id": id, "lon": lon, "lat": lat, "new": id in own}
            for id, (lon, lat) in zip(calls["stop"].tolist(), line.points, strict=True)
        ],
    }  # fmt: skip


def _totals(effect: Effect) -> dict[str, Any]:
    """Numbers over all pairs of places; people gained are counted where people are known."""
    before, after = effect.pairs["before"], effect.pairs["after"]
    saved = (before - after).dropna()
    people = effect.places[["people_before", "people_after"]]
    gained = people["people_after"] - people["people_before"]
    return {
        "places": len(effect.places), "pairs": len(effect.pairs), "opened": int(before.isna().sum()),
        "median_saved": _number(saved.median()), "most_saved": _number(saved.max()),
        "places_nearer": int((effect.places["places_after"] > effect.places["places_before"]).sum()),
        "people_nearer": _number(gained.max()),
    }  # fmt: skip


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else round(float(value), 4)


def _pair(row: Row) -> Row:
    row.pop("id", None)
    before = row["before"]
    return row | {"saved": None if before is None or np.isnan(before) else round(before - row["after"], 4)}
