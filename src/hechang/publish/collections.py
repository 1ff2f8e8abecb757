"""Collections of features for map programs: tables with shapes, layers of the region, projects at their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from hechang.atlas.relations import Shapes, has_shapes, in_box, shapes_of
from hechang.publish.downloads import features
from hechang.publish.results import Results
from hechang.publish.rows import records
from hechang.publish.selections import Selection, page, shown_columns
from hechang.terms.errors import not_known
from hechang.terms.specs import Table, table, tables

Box = tuple[float, float, float, float]
LAYER = "layer-"  # before the id of a layer kept in `features`
NOTES = {
    "projects": "没有自身图形的项目位于所在地的点 / a project without a shape of its own lies at the point of its place"
}
LIVING = """(SELECT * FROM "{table} every"
             WHERE {only} AND valid_from <= $until AND (valid_to IS NULL OR valid_to > $since)
             QUALIFY row_number() OVER (PARTITION BY id ORDER BY valid_from DESC) = 1)"""


@dataclass(frozen=True)
class Collection:
    """Some rows of a table that lie somewhere; `only` narrows them, with its parameters."""

    id: str
    table: Table
    zh: str
    en: str
    note: str = ""
    only: str = "true"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def title(self, lang: str) -> str:
        """Name of the collection."""
        return self.zh if lang == "zh" else self.en

    def during(self, since: str, until: str) -> tuple[str, dict[str, Any]]:
        """Return SQL and parameters of the rows in force at any time from one day to another, of each the last one."""
        sql = LIVING.format(table=self.table.name, only=self.only)
        return sql, {**self.parameters, "since": since, "until": until}

    def now(self) -> tuple[str, dict[str, Any]]:
        """Return SQL and parameters of the rows in force on the region's day."""
        return f'(SELECT * FROM "{self.table.name}" WHERE {self.only})', dict(self.parameters)


def collections(results: Results) -> dict[str, Collection]:
    """Return the collections that have at least one shape, by id.

    Examples
    --------
    >>> from hechang import tiny
    >>> list(collections(Results(tiny())))
    []
    """
    return results.once("collections", lambda: _collections(results))


def _collections(results: Results) -> dict[str, Collection]:
    own = [
        Collection(t.name, t, t.zh, t.en, NOTES.get(t.name, ""))
        for t in tables().values()
        if has_shapes(t.name) and t.name != "features"
    ]
    columns = ["name", "name_en", "table", "licence", "attribution"]
    layers = records(results.region.table("layers", columns=columns).sort_index())
    kept = [_layer(row) for row in layers if row["table"] == "features"]
    return {one.id: one for one in (*own, *kept) if bounds(results, one) is not None}


def _layer(row: Mapping[str, Any]) -> Collection:
    note = " · ".join(str(row[name]) for name in ("attribution", "licence") if row[name])
    names = (row["name"], row["name_en"] or row["name"])
    return Collection(f"{LAYER}{row['id']}", table("features"), *names, note, "layer = $layer", {"layer": row["id"]})


def collection(results: Results, id: str) -> Collection:
    """Return one collection; raises NotKnown."""
    known = collections(results)
    if id not in known:
        raise not_known("collection", "要素集", id[:80], known)
    return known[id]


def shapes(results: Results, one: Collection) -> Shapes:
    """Return the shapes of the rows in force, read once a revision."""
    return results.once(("shapes of", one.id), lambda: shapes_of(results.region, one.table.name, *one.now()))


def bounds(results: Results, one: Collection) -> Box | None:
    """Return the box around a collection, None where it has no shape."""
    return shapes(results, one).bounds


@dataclass(frozen=True)
class Wanted:
    """Which features: SQL of the rows and its parameters, a condition of a filter, a box, a page."""

    rows: tuple[str, dict[str, Any]]
    condition: tuple[str, Mapping[str, Any]] = ("true", MappingProxyType({}))
    box: Box | None = None
    limit: int = 10
    offset: int = 0


def matching(results: Results, wanted: Wanted, found: Shapes) -> pd.Index:
    """Return the ids of all features that fit, in order."""
    fits = np.ones(len(found.ids), dtype=bool) if wanted.box is None else in_box(found, wanted.box)
    sql, given = wanted.condition
    if sql != "true":
        rows, parameters = wanted.rows
        ids = results.region.query(f"SELECT id FROM {rows} WHERE {sql} ORDER BY id", **parameters, **given)["id"]
        fits &= found.ids.isin(ids.astype(object))
    return found.ids[fits]


def feature_page(results: Results, one: Collection, wanted: Wanted, found: Shapes) -> dict[str, Any]:
    """Return one page of features in longitude and latitude: features, numberMatched, numberReturned."""
    ids = matching(results, wanted, found)
    some = ids[wanted.offset : wanted.offset + wanted.limit]
    made = drawn(results, one, wanted.rows, some, found)
    return {"features": made, "numberMatched": len(ids), "numberReturned": len(made)}


def drawn(
    results: Results, one: Collection, rows: tuple[str, dict[str, Any]], ids: pd.Index, found: Shapes
) -> list[dict[str, Any]]:
    """Return some rows as GeoJSON features, by id."""
    sql, parameters = rows
    given = {**parameters, "page": ids.tolist()}
    chosen = Selection(one.table, shown_columns(one.table), ("id IN (SELECT unnest($page))",), given, rows=sql)
    frame = page(results.region, chosen) if len(ids) else pd.DataFrame(columns=list(chosen.columns))
    return features(frame, chosen.fields, found.of(pd.Index(frame["id"].astype(object))))
