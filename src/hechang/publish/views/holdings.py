"""The data catalogue 数据目录: quality by city, tables, layers, reporters, calibres."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hechang.publish.results import Asked
from hechang.publish.rows import Row, records
from hechang.publish.views.frame import place_names
from hechang.register import holdings, quality
from hechang.terms.catalogue import card

GRADES = (*holdings.GRADES, "ungraded")


def data(asked: Asked) -> dict[str, Any]:
    """Return what the region holds and how good it is; every figure comes with what it is made of."""
    region, results = asked.region, asked.results
    cities = results.once("quality", lambda: quality.quality(region))
    tables = results.once("holdings", lambda: holdings.catalogue(region))
    held = tables[tables["rows"] > 0]
    return {
        "cities": records(cities),
        "list": card("data-quality", "list"),
        "weights": cities.attrs["weights"],
        "shares": quality.PARTS,
        "tables": [{**row, "grades": _grades(row)} for row in records(held)],
        "empty": len(tables) - len(held),
        "layers": records(holdings.layers(region)),
        "reporters": records(results.once("reporters", lambda: quality.reporters(region))),
        "fields": quality.asked_fields(region),
        "calibres": records(holdings.calibres(region)),
        "places": place_names(results),
        "made_up": _any_made_up(held),
    }


def _grades(row: Row) -> list[tuple[str, float]]:
    """Share of a table's rows in each grade [%], those without rows left out."""
    return [(grade, round(row[grade] / row["rows"] * 100, 1)) for grade in GRADES if row[grade]]


def _any_made_up(tables: pd.DataFrame) -> bool:
    return bool((tables["synthetic"] > 0).any())
