"""The open data package: every public table as CSV, outlines as GeoJSON, and one description of it all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from hechang.atlas.shapes import as_geojson
from hechang.publish.files import LEFT_OUT, csv_text, json_bytes
from hechang.publish.results import Results
from hechang.publish.showing import without_name
from hechang.terms import specs
from hechang.terms.specs import Field, Table

KEPT_BACK = (  # how the house works, never part of open data
    "users", "grants", "permits", "rounds", "round_bodies", "round_totals", "conflicts", "slips", "exemptions",
)  # fmt: skip
TYPES = {
    "int": "integer",
    "number": "number",
    "bool": "boolean",
    "money": "number",
    "json": "string",
    "moment": "datetime",
}


def package(results: Results) -> dict[str, bytes]:
    """Return the files of the package by path; the region must be seen as `public`.

    Examples
    --------
    >>> from hechang import tiny
    >>> sorted(package(Results(tiny())))[:2]
    ['data/bodies.csv', 'data/collections.csv']
    """
    frames = {t.name: open_rows(results, t) for t in specs.tables().values() if t.name not in KEPT_BACK}
    frames = {name: frame for name, frame in frames.items() if len(frame)}
    files = {f"data/{name}.csv": csv_text(f, specs.table(name)).encode("utf-8-sig") for name, f in frames.items()}
    if "places" in frames:
        files["data/places.geojson"] = json_bytes(outlines(results))
    files["datapackage.json"] = json.dumps(descriptor(results, frames), ensure_ascii=False, indent=1).encode()
    return files


def open_rows(results: Results, table: Table) -> pd.DataFrame:
    """Return the rows of a table by id; for the public a person who vouches for a row has no name."""
    frame = results.region.table(table.name).sort_index()
    if results.region.reader.kind != "public":
        return frame
    return frame.assign(source=frame["source"].astype(object).map(without_name))


def outlines(results: Results) -> dict[str, Any]:
    """Return all outlines of places, as precise as they are kept."""
    shapes = as_geojson(results.region, "places", columns=["name", "name_en", "kind", "parent"], tolerance=0)
    return {**shapes, "features": [feature for feature in shapes["features"] if feature["geometry"]]}


def descriptor(results: Results, frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return the description (Data Package 1): region, day, revision, resources with their columns and licences."""
    region = results.region
    layers = region.table("layers", columns=["table", "licence", "origin"])
    return {
        "profile": "tabular-data-package",
        "name": "hechang-region",
        "title": region.settings.name,
        "version": region.revision_name,
        "created": region.day,
        "description": "Public rows only; money in the unit of its column; dates as precise as they were given.",
        "resources": [resource(specs.table(name), len(frame), layers) for name, frame in frames.items()],
    }


def resource(table: Table, rows: int, layers: pd.DataFrame) -> dict[str, Any]:
    """Return the description of one table; licences and origins are those of its layers."""
    own = layers[layers["table"] == table.name]
    licences = [{"name": "other", "title": str(text)} for text in own["licence"].dropna().unique()]
    fields = [field_of(f) for f in (*specs.COMMON, *table.fields) if f.name not in LEFT_OUT]
    return {
        "name": table.name.replace("_", "-"),
        "title": f"{table.zh} / {table.en}",
        "path": f"data/{table.name}.csv",
        "format": "csv",
        "encoding": "utf-8",
        "rows": rows,
        "schema": {"fields": fields, "primaryKey": ["id", "valid_from"]},
        "licenses": licences or [{"name": "other", "title": "see the sources page / 见数据来源页"}],
        "sources": [{"title": str(text)} for text in own["origin"].dropna().unique()],
    }


def field_of(field: Field) -> dict[str, Any]:
    """Return the description of one column.

    Examples
    --------
    >>> field_of(specs.table("projects").field("invest_total"))["unit"]
    '万元'
    """
    said = {"name": field.name, "type": TYPES.get(field.kind, "string"), "title": f"{field.zh} / {field.en}"}
    if field.unit:
        said["unit"] = field.unit
    rules = {"required": True} if field.required else {}
    if field.kind == "code":
        rules["enum"] = list(specs.codes(field.target))  # type: ignore[assignment]
    return said | ({"constraints": rules} if rules else {})
