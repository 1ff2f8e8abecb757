"""What the OGC API says of itself: conformance, links, collections, queryables, its description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from hechang.publish.collections import Box, Collection
from hechang.publish.selections import LEFT_OUT
from hechang.web.contract import Json, field_schema

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
JSON, GEOJSON, SCHEMA = "application/json", "application/geo+json", "application/schema+json"
DOCUMENT = "application/vnd.oai.openapi+json;version=3.0"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
PAGE, MOST = 100, 1000  # features of a page: where none is said, and at most
CONFORMANCE = (  # each of them is tested in tests/test_ogc.py
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
)


class Links:
    """Addresses below one root, with the day, branch and language looked at kept in each of them."""

    def __init__(self, root: str, keep: Mapping[str, str]) -> None:
        self.root = root.rstrip("/")
        self.keep = dict(keep)

    def to(self, *parts: str, **query: str) -> str:
        """Return an address."""
        path = "".join(f"/{quote(part, safe='')}" for part in parts)
        asked = urlencode(self.keep | query)
        return f"{self.root}{path}{f'?{asked}' if asked else ''}"

    def link(self, rel: str, type: str, title: str, *parts: str, **query: str) -> Json:
        """Return a link."""
        return {"rel": rel, "type": type, "title": title, "href": self.to(*parts, **query)}


def landing(links: Links, title: str, note: str) -> Json:
    """Return the landing page."""
    made = [
        links.link("self", JSON, "This document"),
        links.link("service-desc", DOCUMENT, "The API", "api"),
        links.link("conformance", JSON, "Conformance classes", "conformance"),
        links.link("data", JSON, "Collections", "collections"),
    ]
    return {"title": title, "description": note, "links": made}


def described(links: Links, one: Collection, box: Box | None, lang: str) -> Json:
    """Return a collection."""
    made: Json = {"id": one.id, "title": one.title(lang), "itemType": "feature", "crs": [CRS84], "storageCrs": CRS84}
    made |= {"description": one.note} if one.note else {}
    made |= {"extent": {"spatial": {"bbox": [list(box)], "crs": CRS84}}} if box else {}
    at = ("collections", one.id)
    return made | {
        "links": [
            links.link("self", JSON, one.title(lang), *at),
            links.link("items", GEOJSON, one.title(lang), *at, "items"),
            links.link(QUERYABLES, SCHEMA, "Queryables", *at, "queryables"),
        ]
    }


def queryables(links: Links, one: Collection, lang: str) -> Json:
    """Return what a filter may name, as JSON Schema."""
    fields = [one.table.field(name) for name in one.table.columns if name not in LEFT_OUT]
    shape = {"format": "geometry-any", "x-ogc-role": "primary-geometry", "title": "geometry"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": links.to("collections", one.id, "queryables"),
        "type": "object",
        "title": one.title(lang),
        "properties": {f.name: field_schema(f) for f in fields} | {"geometry": shape},
        "additionalProperties": False,
    }


def api(links: Links, title: str, names: list[str]) -> Json:
    """Return the description of the API (OpenAPI 3.0), as QGIS and GDAL read it."""
    some = [f"#/components/parameters/{name}" for name in PARAMETERS]
    item = [{"$ref": "#/components/parameters/collectionId"}]
    answers = _answers
    paths: dict[str, Any] = {
        "/": {"get": answers("The landing page", JSON)},
        "/conformance": {"get": answers("What this API keeps to", JSON)},
        "/collections": {"get": answers("The collections", JSON)},
        "/collections/{collectionId}": {"get": answers("A collection", JSON) | {"parameters": item}},
        "/collections/{collectionId}/queryables": {
            "get": answers("What a filter may name", SCHEMA) | {"parameters": item}
        },
        "/collections/{collectionId}/items": {
            "get": answers("Features", GEOJSON) | {"parameters": [*item, *({"$ref": one} for one in some)]}
        },
        "/collections/{collectionId}/items/{featureId}": {
            "get": answers("A feature", GEOJSON)
            | {"parameters": [*item, _parameter("featureId", "path", {"type": "string"})]}
        },
    }
    known = {name: _parameter(name, "query", schema) for name, schema in PARAMETERS.items()}
    known["collectionId"] = _parameter("collectionId", "path", {"type": "string", "enum": names})
    head = {"openapi": "3.0.3", "info": {"title": title, "version": "1"}, "servers": [{"url": links.root}]}
    return head | {"paths": paths, "components": {"parameters": known}}


PARAMETERS: Mapping[str, Json] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE},
    "offset": {"type": "integer", "minimum": 0, "default": 0},
    "bbox": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
    "datetime": {"type": "string"},
    "filter": {"type": "string"},
    "filter-lang": {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"},
    "filter-crs": {"type": "string", "enum": [CRS84]},
    "bbox-crs": {"type": "string", "enum": [CRS84]},
    "crs": {"type": "string", "enum": [CRS84]},
    "f": {"type": "string", "enum": ["json"]},
}


def _parameter(name: str, where: str, schema: Json) -> Json:
    made = {"name": name, "in": where, "required": where == "path", "schema": schema}
    return made | ({"style": "form", "explode": False} if schema["type"] == "array" else {})


def _answers(summary: str, type: str) -> Json:
    return {"summary": summary, "responses": {"200": {"description": summary, "content": {type: {}}}}}
