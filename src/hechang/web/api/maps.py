"""The map: its layers and legends, days, flows, the list beside it, and layers as GeoJSON."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from hechang.publish.files import json_bytes
from hechang.publish.links import Served
from hechang.publish.views import map_rows as lists
from hechang.publish.views.layers import catalogue_of_map, view_of
from hechang.publish.views.measured import chosen_card, measured
from hechang.publish.views.shapes import known_layer, measure_layer
from hechang.terms import catalogue
from hechang.web.asked import only_known
from hechang.web.hall import VIEW, keep_of, results_of
from hechang.web.languages import language_of
from hechang.web.map_answers import (
    Answers,
    MapCatalogue,
    MapDays,
    MapFlows,
    MapMeasure,
    MapRows,
)

router = APIRouter(prefix="/api/map", tags=["map"])
COUNTIES = "counties"
MOST = 500  # rows of one page of the list
JSON = "application/json"
Words = Annotated[str, Query(max_length=100)]


def _answer(model: type) -> Answers:
    return {200: {"model": model}}


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), media_type=JSON)


@router.get("/layers", response_class=Response, responses=_answer(MapCatalogue))
def layers(request: Request) -> Response:
    """Layers with sources, licences and days, legends with colours, measures, bounds and the map approval number."""
    only_known(request)
    return _json(catalogue_of_map(results_of(request)))


@router.get("/days", response_class=Response, responses=_answer(MapDays))
def days(request: Request) -> Response:
    """Days on which rows of the map begin or end, and months in which projects moved."""
    only_known(request)
    return _json(lists.days_of_map(results_of(request)))


@router.get("/measure", response_class=Response, responses=_answer(MapMeasure))
def measure(request: Request, measure: Words = "") -> Response:
    """A measure of counties with its classes and values; options of the measure are parameters too."""
    card, given = _measure_of(request)
    return _json(lists.measure_of_map(results_of(request), given | {"measure": measure or card.id}))


def _measure_of(request: Request) -> tuple[catalogue.Card, dict[str, str]]:
    """Return the measure asked for and its options as given; raises NotKnown for an option it does not have."""
    given = {name: value for name, value in request.query_params.items() if name not in (*VIEW, "lang", "measure")}
    card = chosen_card(request.query_params)
    catalogue.read_options(card, given)
    return card, given


@router.get("/flows", response_class=Response, responses=_answer(MapFlows))
def flows(request: Request, kind: Words = "", period: Words = "") -> Response:
    """Flows of a kind between places in one period, the last where none is named; largest first, with their points."""
    only_known(request)
    return _json(lists.flows_of_map(results_of(request), kind, period))


def _wanted(bbox: Words = "", q: Words = "", id: Words = "", stage: Words = "", light: Words = "") -> lists.Wanted:
    return lists.Wanted(lists.read_extent(bbox), q.strip(), id, stage, light)


@router.get("/rows/{layer}", response_class=Response, responses=_answer(MapRows))
def rows(
    layer: str,
    request: Request,
    wanted: Annotated[lists.Wanted, Depends(_wanted)],
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**8)] = 0,
) -> Response:
    """Rows of a layer in an extent `bbox` (west,south,east,north in degrees); projects by stage and light, too.

    `q` are words of the name, `id` asks for one row; `stage` and `light` take a code or `none`.
    """
    only_known(request)
    results = results_of(request)
    found = lists.map_rows(results, layer, wanted)
    part = lists.shown_rows(results, found.iloc[offset : offset + limit])
    head = {"layer": layer, "rows": part, "total": len(found), "offset": offset, "limit": limit}
    return _json(head | view_of(results))


@router.get("/{layer}.geojson", response_class=Response)
def map_layer(layer: str, request: Request) -> Response:
    """One layer; `counties` carries the figures of `measure` (and its options) in the language asked for."""
    results = results_of(request)
    if layer == COUNTIES:
        shown = measured(results, _measure_of(request)[0], request.query_params)
        shapes: Any = measure_layer(results, shown, language_of(request), Served(keep=keep_of(request)))
    else:
        only_known(request)
        shapes = known_layer(results, layer)
    return Response(json_bytes(shapes), media_type="application/geo+json")
