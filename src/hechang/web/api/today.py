"""The first page: what changed, what is late, what waits, the round under way; the bulletin as a file and a picture."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from hechang.publish.bulletin import bulletin_bytes
from hechang.publish.views.figures import list_figure, measure_figure
from hechang.publish.views.listed import every_list, places_of, where
from hechang.publish.views.news import changed, of_kind
from hechang.publish.views.picture import period_of, picture
from hechang.publish.views.waiting import round_under_way, waiting
from hechang.web.asked import only_known
from hechang.web.hall import VIEW, results_of
from hechang.web.languages import language_of
from hechang.web.list_shapes import Lists
from hechang.web.today_shapes import ChangePage, FigureShape, PictureShape, RoundNow, Today, Waiting

router = APIRouter(prefix="/api", tags=["today"])
KNOWN = [Depends(only_known)]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

Since = Annotated[str, Query(description="A revision (87, demo-1:87) or a day; empty: the last edition", max_length=80)]
Body = Annotated[str, Query(description="Id of a body; empty: all", max_length=80)]
Round = Annotated[str, Query(description="Id or name of a round, or a month; empty: the newest", max_length=80)]


@router.get("/today", response_model=Today, dependencies=KNOWN)
def today(request: Request, since: Since = "") -> dict[str, Any]:
    """What changed since a revision (as entered) or a day (as happened): by kind in words, by person, by table."""
    results = results_of(request)
    return changed(results, since) | where(results)


@router.get("/today/changes", response_model=ChangePage, dependencies=KNOWN)
def changes(
    request: Request,
    since: Since = "",
    kind: Annotated[str, Query(description="stage, money, date, done, new, gone, renamed, detail, task, letter")] = "",
    offset: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """One page of the changes of a kind, the largest first."""
    results = results_of(request)
    return of_kind(results, since, kind, offset, limit) | where(results)


@router.get("/today/late", response_model=Lists, dependencies=KNOWN)
def late(request: Request) -> dict[str, Any]:
    """Lists that tell of what is late, by their counts and how these moved since the edition before."""
    results = results_of(request)
    ids = [id for id, (_, _, is_late) in places_of().items() if is_late]
    return {"lists": every_list(results, ids), **where(results)}


@router.get("/today/waiting", response_model=Waiting, dependencies=KNOWN)
def waits(request: Request, body: Body = "") -> dict[str, Any]:
    """What waits for one body, or for anybody: proposals, returns, letters, tasks, conflicts, papers."""
    results = results_of(request)
    return waiting(results, body) | where(results)


@router.get("/today/round", response_model=RoundNow, dependencies=KNOWN)
def round_now(request: Request) -> dict[str, Any]:
    """The round of returns that is open, else the newest one."""
    results = results_of(request)
    return round_under_way(results) | where(results)


@router.get("/figures/list/{id}", response_model=FigureShape, dependencies=KNOWN)
def figure_of_list(
    id: str, request: Request, colour: Annotated[str, Query()] = "", city: Annotated[str, Query()] = ""
) -> dict[str, Any]:
    """What the count of a list is made of: of how many, in what geography, by which rule, what is missing."""
    return list_figure(results_of(request), id, colour, city)


@router.get("/figures/measure/{id}", response_model=FigureShape)
@router.get("/figures/measure/{id}/{place}", response_model=FigureShape)
def figure_of_measure(id: str, request: Request, place: str = "") -> dict[str, Any]:
    """What one place's value is made of; without a place the middle value. Options of the measure stand beside."""
    given = {name: value for name, value in request.query_params.items() if name not in (*VIEW, "lang")}
    return measure_figure(results_of(request), id, place, given)


@router.get("/bulletin.docx", response_class=Response, responses={200: {"content": {WORD: {}}}}, dependencies=KNOWN)
def bulletin_file(request: Request, round: Round = "") -> Response:
    """The bulletin 简报 of a round or month as a Word file."""
    results = results_of(request)
    period, lang = period_of(results, round), language_of(request)
    data = results.once(("bulletin", period, lang), lambda: bulletin_bytes(results.region, period, lang=lang))
    name = quote(f"bulletin-{results.region.day}-{results.region.revision}.docx")
    return Response(data, media_type=WORD, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})


@router.get("/picture", response_model=PictureShape, dependencies=KNOWN)
def picture_texts(request: Request, round: Round = "") -> dict[str, Any]:
    """Every text of the bulletin's picture, 1080 pixels wide; the browser draws it."""
    results = results_of(request)
    return picture(results, period_of(results, round), language_of(request)) | where(results)
