"""OGC API Features: landing page, collections, features by box, day and filter, for QGIS and other map programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from hechang.atlas.relations import Shapes, shapes_of
from hechang.publish import collections as shelf
from hechang.publish.collections import Collection, Wanted
from hechang.publish.results import Results
from hechang.publish.selections import sql_of
from hechang.terms.dates import SHANGHAI, is_date
from hechang.terms.errors import UsageError, not_known
from hechang.web import ogc_document as said
from hechang.web.api.tables import json
from hechang.web.asked import EVERYWHERE, near, unknown_parameter
from hechang.web.filters import condition
from hechang.web.hall import keep_of, results_of
from hechang.web.languages import language_of

ALWAYS, NEVER = "0001-01-01", "9999-12-31"
FIRST = 10**9  # features one may skip
NUMBER = re.compile(r"-?\d{1,4}(\.\d{1,20})?")


def only_ours(request: Request) -> None:
    """Refuse parameters nobody knows, and formats there are not."""
    whole_path = request.url.path.rstrip("/")
    own = (
        tuple(said.PARAMETERS) if whole_path.endswith("/items") else ("f", "crs") if "/items/" in whole_path else ("f",)
    )
    known = (*EVERYWHERE, *own)
    for name in request.query_params:
        if name not in known:
            raise unknown_parameter(name, sorted(known))
    if request.query_params.get("f", "json") != "json":
        raise UsageError("The only format here is f=json", "此处只有 f=json 一种格式")
    for name in ("crs", "bbox-crs", "filter-crs"):
        if request.query_params.get(name, said.CRS84) != said.CRS84:
            raise UsageError(f"{name} can only be {said.CRS84}", f"{name} 只能是 {said.CRS84}")


router = APIRouter(prefix="/ogc", tags=["ogc"], dependencies=[Depends(only_ours)], default_response_class=Response)


def links_of(request: Request) -> said.Links:
    """Return the addresses of this API, as this reader came here."""
    asked = {"lang": request.query_params["lang"]} if request.query_params.get("lang") else {}
    return said.Links(f"{request.base_url}ogc", keep_of(request) | asked)


@router.get("")
@router.get("/", include_in_schema=False)
def landing(request: Request) -> Response:
    """The landing page."""
    region = results_of(request).region
    note = f"{region.day} · {region.branch_name} · {region.revision_name}"
    return json(said.landing(links_of(request), region.settings.name, note))


@router.get("/conformance")
def conformance(request: Request) -> Response:
    """The conformance classes, each of them tested."""
    language_of(request)  # it has no words, but a language nobody knows is a mistake all the same
    return json({"conformsTo": list(said.CONFORMANCE)})


@router.get("/api")
def api(request: Request) -> Response:
    """The description of this API, OpenAPI 3.0."""
    results = results_of(request)
    made = said.api(links_of(request), results.region.settings.name, list(shelf.collections(results)))
    return _typed(made, said.DOCUMENT)


@router.get("/collections")
def collections(request: Request) -> Response:
    """All collections."""
    results, links, lang = results_of(request), links_of(request), language_of(request)
    known = shelf.collections(results).values()
    rows = [said.described(links, one, shelf.bounds(results, one), lang) for one in known]
    return json({"links": [links.link("self", said.JSON, "Collections", "collections")], "collections": rows})


@router.get("/collections/{id}")
def collection(id: str, request: Request) -> Response:
    """One collection."""
    results = results_of(request)
    one = shelf.collection(results, id)
    return json(said.described(links_of(request), one, shelf.bounds(results, one), language_of(request)))


@router.get("/collections/{id}/queryables")
def queryables(id: str, request: Request) -> Response:
    """What a filter may name."""
    one = shelf.collection(results_of(request), id)
    return _typed(said.queryables(links_of(request), one, language_of(request)), said.SCHEMA)


@router.get("/collections/{id}/items")
def items(id: str, request: Request) -> Response:
    """Features that meet a box, were in force in a time, and fit a filter; page by page in the order of their ids."""
    results, links = results_of(request), links_of(request)
    one = shelf.collection(results, id)
    wanted, found = wanted_of(results, one, request.query_params)
    made = shelf.feature_page(results, one, wanted, found)
    at = ("collections", id, "items")
    asked = {k: v for k, v in request.query_params.items() if k not in links.keep}
    pages = [links.link("self", said.GEOJSON, "This page", *at, **asked)]
    for rel, offset in _pages(wanted, made["numberMatched"]):
        more = asked | {"offset": str(offset), "limit": str(wanted.limit)}
        pages.append(links.link(rel, said.GEOJSON, f"The {rel} page", *at, **more))
    pages.append(links.link("collection", said.JSON, one.title("en"), "collections", id))
    return _typed({"type": "FeatureCollection", **made, "links": pages}, said.GEOJSON)


def _pages(wanted: Wanted, count: int) -> list[tuple[str, int]]:
    """Name and first feature of the pages beside this one."""
    after = [("next", wanted.offset + wanted.limit)] if wanted.offset + wanted.limit < count else []
    return [*after, *([("prev", max(0, wanted.offset - wanted.limit))] if wanted.offset else [])]


@router.get("/collections/{id}/items/{feature}")
def item(id: str, feature: str, request: Request) -> Response:
    """One feature."""
    results, links = results_of(request), links_of(request)
    one = shelf.collection(results, id)
    found = shelf.shapes(results, one)
    if feature not in found.ids:
        raise not_known(f"feature of '{id}'", f"要素({id})", feature[:80], [])
    made = shelf.drawn(results, one, one.now(), pd.Index([feature], dtype=object), found)[0]
    at = ("collections", id)
    ways = [links.link("self", said.GEOJSON, feature, *at, "items", feature),
            links.link("collection", said.JSON, one.title("en"), *at)]  # fmt: skip
    return _typed(made | {"links": ways}, said.GEOJSON)


def _typed(value: Any, type: str) -> Response:
    made = json(value)
    made.headers["Content-Type"] = type
    if type == said.GEOJSON:
        made.headers["Content-Crs"] = f"<{said.CRS84}>"
    return made


# --- what an address asks ------------------------------------------------------------------------------------------
def wanted_of(results: Results, one: Collection, query: Mapping[str, str]) -> tuple[Wanted, Shapes]:
    """Read an address; raises UsageError for what is none of box, time, filter, limit, offset."""
    span = time_of(query.get("datetime", ""))
    rows = one.during(*span) if span else one.now()
    found = shapes_of(results.region, one.table.name, *rows) if span else shelf.shapes(results, one)
    text, language = query.get("filter", ""), query.get("filter-lang", "cql2-text")
    made = condition(text, language, one.table, sql_of(one.table, results.region), near(one.table, lambda: found))
    limit = min(whole(query, "limit", said.PAGE, FIRST, least=1), said.MOST)
    fits = (made.sql, made.parameters)
    return Wanted(rows, fits, box_of(query.get("bbox", "")), limit, whole(query, "offset", 0, FIRST)), found


def whole(query: Mapping[str, str], name: str, otherwise: int, most: int, *, least: int = 0) -> int:
    """Read a whole number of an address.

    Examples
    --------
    >>> whole({"limit": "20"}, "limit", 10, 1000)
    20
    """
    text = query.get(name, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and least <= int(text) <= most):
        raise UsageError(f"{name}={text[:20]} is no whole number from {least} to {most}",
                         f"{name}={text[:20]} 不是 {least} 至 {most} 的整数")  # fmt: skip
    return int(text)


def box_of(text: str) -> shelf.Box | None:
    """Read a bbox: west, south, east, north in degrees; heights between them are passed over.

    Examples
    --------
    >>> box_of("120,31,121.5,32"), box_of("120,31,0,121,32,9")
    ((120.0, 31.0, 121.5, 32.0), (120.0, 31.0, 121.0, 32.0))
    """
    if not text:
        return None
    parts = [part.strip() for part in text.split(",")]
    numbers = [float(part) for part in parts if NUMBER.fullmatch(part)]
    if len(numbers) != len(parts) or len(numbers) not in (4, 6):
        raise UsageError(f"bbox={text[:40]} is no box; write west,south,east,north: 120.2,31.2,121,31.9",
                         f"bbox={text[:40]} 不是范围; 请写 西,南,东,北, 如 120.2,31.2,121,31.9")  # fmt: skip
    west, south, east, north = numbers if len(numbers) == 4 else (numbers[0], numbers[1], numbers[3], numbers[4])
    if south > north:
        raise UsageError(f"bbox={text[:40]}: south lies above north", f"bbox={text[:40]}: 南界高于北界")
    return west, south, east, north


def time_of(text: str) -> tuple[str, str] | None:
    """Read a datetime: a day or moment, or two of them with / between, `..` where an end is open.

    Examples
    --------
    >>> time_of("2022-09-27"), time_of("../2022-09-27T20:00:00Z"), time_of("")
    (('2022-09-27', '2022-09-27'), ('0001-01-01', '2022-09-28'), None)
    """
    if not text:
        return None
    first, slash, last = text.partition("/")
    since = ALWAYS if slash and first in ("", "..") else _day(first, text)
    until = since if not slash else NEVER if last in ("", "..") else _day(last, text)
    if since > until:
        raise UsageError(f"datetime={text[:60]} ends before it begins", f"datetime={text[:60]} 的终止早于起始")
    return since, until


def _day(part: str, whole_text: str) -> str:
    if is_date(part) and len(part) == 10:
        return part
    try:
        return datetime.fromisoformat(part.replace("Z", "+00:00")).astimezone(SHANGHAI).date().isoformat()
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"datetime={whole_text[:60]} is no time; write 2022-09-27, or 2022-01-01/2022-12-31",
            f"datetime={whole_text[:60]} 不是时间; 请写 2022-09-27 或 2022-01-01/2022-12-31",
        ) from error
