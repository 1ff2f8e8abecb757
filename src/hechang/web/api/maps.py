"""Map layers as GeoJSON in longitude and latitude."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hechang.publish.files import json_bytes
from hechang.publish.links import Served
from hechang.publish.views.measured import chosen_card, measured
from hechang.publish.views.shapes import known_layer, measure_layer
from hechang.web.hall import keep_of, results_of
from hechang.web.languages import language_of

router = APIRouter(prefix="/api/map", tags=["map"])
COUNTIES = "counties"


@router.get("/{layer}.geojson", response_class=Response)
def map_layer(layer: str, request: Request) -> Response:
    """One layer; `counties` carries the figures of `measure` (and its options) in the language asked for."""
    results = results_of(request)
    if layer == COUNTIES:
        shown = measured(results, chosen_card(request.query_params), request.query_params)
        shapes: Any = measure_layer(results, shown, language_of(request), Served(keep=keep_of(request)))
    else:
        shapes = known_layer(results, layer)
    return Response(json_bytes(shapes), media_type="application/geo+json")
