"""Numbers of a drawn area, and the projects inside it as files."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from shapely import bounds

from hechang.atlas.area import projects_inside
from hechang.atlas.points import project_numbers
from hechang.atlas.polygon import from_code, read_area
from hechang.publish.downloads import TYPES, Download, write
from hechang.publish.selections import Selection, shown_columns
from hechang.publish.views.area import Asked, area_numbers
from hechang.terms import specs
from hechang.terms.errors import InputError, not_known
from hechang.web.asked import only_known
from hechang.web.hall import results_of
from hechang.web.languages import language_of
from hechang.web.map_answers import AreaAnswer, AskedArea

router = APIRouter(prefix="/api/area", tags=["map"])
MEASURES = 6  # averaged over one area at once


@router.post("", response_class=Response, responses={200: {"model": AreaAnswer}})
def area(asked: AskedArea, request: Request) -> Response:
    """What lies inside a polygon: projects by stage and light with their money, people, railways, zones, measures.

    Nothing is written. An outline that crosses itself is mended (`area.mended`); at most 2,000 corners.
    """
    only_known(request)
    if len(asked.measures) > MEASURES:
        raise InputError(f"At most {MEASURES} measures at once", f"一次最多 {MEASURES} 项指标")
    drawn = read_area(asked.geometry)
    measures = [Asked(one.id, one.options) for one in asked.measures]
    return Response(orjson.dumps(area_numbers(results_of(request), drawn, measures)), media_type="application/json")


@router.get("/projects.{kind}", response_class=Response)
def area_projects(kind: str, request: Request, area: Annotated[str, Query(max_length=24_000)] = "") -> Response:
    """All projects inside an area as csv, xlsx, json, parquet or geojson; `area` is `area.code` of an answer."""
    only_known(request)
    if kind not in TYPES:
        raise not_known("kind of file", "文件格式", kind[:20], TYPES)
    results, table = results_of(request), specs.table("projects")
    drawn = from_code(area)
    ids = {"ids": projects_inside(project_numbers(results.region), drawn).index.astype(str).tolist()}
    chosen = Selection(table, shown_columns(table), ("id IN (SELECT unnest($ids))",), ids)
    asked = {"area": ", ".join(f"{edge:.4f}" for edge in bounds(drawn.shape).tolist())}
    made = write(Download(results.region, chosen, language_of(request), asked), kind)
    named = {"Content-Disposition": f'attachment; filename="projects-in-area-{results.region.day}.{kind}"'}
    return Response(made, media_type=TYPES[kind], headers=named)
