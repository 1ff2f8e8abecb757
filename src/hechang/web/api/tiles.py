"""Vector tiles of the map's layers; places can carry a measure."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hechang.atlas.mercator import tile_at
from hechang.publish.views.layers import known_options, measured_values, tile_of
from hechang.web.hall import VIEW, results_of

router = APIRouter(prefix="/api/tiles", tags=["map"])
MVT = "application/vnd.mapbox-vector-tile"


@router.get(
    "/{layer}/{z}/{x}/{y}.mvt",
    response_class=Response,
    responses={200: {"content": {MVT: {}}}, 204: {"description": "Nothing is drawn there"}},
)
def tile(layer: str, z: str, x: str, y: str, request: Request) -> Response:
    """One vector tile of a layer (EPSG:3857, extent 4096); `measure` and its options colour places.

    Properties: id, name and what a style needs, e.g. of a project stage, light, plan and paid [分] and `n`, how many
    are drawn in its place. Areas bring a second layer `NAME-names` of points where a name is written. A measure adds
    value and klass (0 to 4, -1 without a value).
    """
    results, at = results_of(request), tile_at(z, x, y)
    given = {name: value for name, value in request.query_params.items() if name not in (*VIEW, "lang")}
    values = measured_values(results, known_options(layer, given))
    made = tile_of(results, layer, at, values)
    return Response(made, media_type=MVT) if made else Response(status_code=204)
