"""Shapes for maps: outlines of places, layers of the region, stations, and a measure by place as one layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hechang.atlas.shapes import as_geojson
from hechang.publish import showing
from hechang.publish.links import Links
from hechang.publish.results import Results
from hechang.terms.errors import not_known

STATIONS = "stations"
Shapes = dict[str, Any]


def outlines_of(results: Results, ids: Sequence[str]) -> Shapes:
    """Return outlines of places with name and label point; neighbours share their simplified border."""

    def make() -> Shapes:
        if not ids:
            return {"type": "FeatureCollection", "features": []}
        return as_geojson(
            results.region, "places", columns=["name", "name_en", "lon", "lat"], where={"id": sorted(ids)}
        )

    return results.once(("outlines", *sorted(ids)), make)


def layer(results: Results, name: str) -> Shapes:
    """Return the shapes of one layer by its id, or the rail stations; empty where the region has none."""
    return results.once(("layer", name), lambda: _stations(results) if name == STATIONS else _features(results, name))


def known_layer(results: Results, name: str) -> Shapes:
    """Return the shapes of one layer; raises NotKnown for a layer the region does not list."""
    known = [STATIONS, *results.region.table("layers", columns=["table"]).query("table == 'features'").index]
    if name not in known:
        raise not_known("layer", "图层", name, known)
    return layer(results, name)


def _features(results: Results, name: str) -> Shapes:
    return as_geojson(results.region, "features", columns=["name"], where={"layer": name})


def _stations(results: Results) -> Shapes:
    shapes = as_geojson(results.region, "stops", columns=["name", "place"], where={"mode": "rail"})
    inside = [feature for feature in shapes["features"] if feature["properties"]["place"]]
    return {**shapes, "features": inside}


def measure_layer(results: Results, shown: Mapping[str, Any], lang: str, links: Links) -> Shapes:
    """Return outlines with a measure's figures written out in `lang`, as the live map places them.

    Properties: id, name, shown [value with unit], parts [numerator / denominator, or why it is missing], class
    (0 to 4, -1 without value), href, lon, lat.
    """
    outlines = outlines_of(results, [row["id"] for row in shown["rows"]])
    rows = {row["id"]: row for row in shown["rows"]}
    features = [
        {**f, "properties": _properties(f["properties"], rows[f["id"]], shown, lang, links)}
        for f in outlines["features"]
        if f["geometry"]
    ]
    return {**outlines, "features": features}


def _properties(
    place: Mapping[str, Any], row: Mapping[str, Any], shown: Mapping[str, Any], lang: str, links: Links
) -> dict[str, Any]:
    return {
        "id": place["id"],
        "name": showing.pick(place, "name", lang),
        "shown": showing.figure(row["value"], shown["card"].unit, lang),
        "parts": showing.parts(row, lang),
        "class": row["klass"],
        "href": links.to("place", place["id"], **shown["asked"]),
        "lon": place["lon"],
        "lat": place["lat"],
    }
