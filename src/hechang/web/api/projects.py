"""Projects: a table with filters and counts, a board by stage, a Gantt chart, files of a selection, one project."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from hechang.publish.results import Results
from hechang.publish.rows import Row
from hechang.publish.selections import where
from hechang.publish.views import board as boards
from hechang.publish.views import schedule as schedules
from hechang.publish.views import shelf as shelves
from hechang.publish.views.one_project import marks_of, one_project
from hechang.publish.views.shelf import Shelf, Wanted
from hechang.publish.views.shelf_files import TYPES, Taken, columns_of, write
from hechang.register.standing import year_of
from hechang.web.asked import only_known
from hechang.web.hall import results_of
from hechang.web.languages import language_of

router = APIRouter(prefix="/api/projects", tags=["projects"], dependencies=[Depends(only_known)])
MOST = 1000  # rows of one page


class StageDates(BaseModel):
    """Dates of one stage, as precise as they are kept."""

    estimated: str | None
    actual: str | None


class Standing(BaseModel):
    """Where one project stands; money in 分, `share` in per cent of the year's plan."""

    id: str
    name: str
    code: str | None
    company: str | None
    category: str | None
    industry: str | None
    kind: str | None
    place: str | None
    city: str | None
    zone: str | None
    owner: str
    plan_action: str | None
    theme: str | None
    invest_total: int | None
    plan: int | None
    done: int | None
    period: str | None
    share: float | None
    invested: int | None
    stage: str | None
    since: str | None
    next: str | None
    next_due: str | None
    evidence: bool
    synthetic: bool
    source: str
    dates: dict[str, StageDates]
    light: str | None
    lists: list[str]


class FacetValue(BaseModel):
    """One value of a filter, with how many projects it would leave."""

    value: str
    zh: str
    en: str
    count: int


class Facet(BaseModel):
    """One filter: its name, what is chosen of it, all its values."""

    name: str
    chosen: list[str]
    values: list[FacetValue]


class ProjectView(BaseModel):
    """Which view of the region an answer is of."""

    on: str
    branch: str
    revision: str


class ProjectPage(ProjectView):
    """One page of projects; `marked` is false where lights and lists were not asked for."""

    total: int
    limit: int
    offset: int
    year: int
    marked: bool
    sums: dict[str, int | None]
    rows: list[Standing]


class ProjectFacets(ProjectView):
    """Every filter with its values under what is chosen of the others."""

    total: int
    facets: list[Facet]


class BoardColumn(BaseModel):
    """One stage: how many projects, their money [分], some of them."""

    stage: str
    zh: str
    en: str
    count: int
    invest_total: int | None
    plan: int | None
    done: int | None
    offset: int
    rows: list[Standing]


class ProjectBoard(ProjectView):
    """Columns by stage."""

    total: int
    year: int
    limit: int
    columns: list[BoardColumn]


class GanttStep(BaseModel):
    """One stage against time: days later than planned (past the plan, where it has not come)."""

    stage: str
    planned: str | None
    actual: str | None
    expected: str | None
    days: int | None
    precision: Literal["day", "month", "year"] | None


class GanttMoney(BaseModel):
    """Money of the year and in all [分]; `then` as a baseline has it."""

    plan: int | None
    done: int | None
    total: int | None
    plan_then: int | None
    plan_now: int | None
    plan_difference: int | None
    total_then: int | None
    total_now: int | None
    total_difference: int | None


class GanttRow(BaseModel):
    """One project against time."""

    id: str
    name: str
    city: str | None
    owner: str
    stage: str | None
    next: str | None
    next_due: str | None
    plan: int | None
    done: int | None
    invest_total: int | None
    synthetic: bool
    light: str | None
    late: int | None
    stages: list[GanttStep]
    money: GanttMoney


class Baseline(BaseModel):
    """A baseline kept."""

    id: str
    name: str
    day: str
    projects: int | None


class Gantt(ProjectView):
    """Rows of a Gantt chart and the baselines there are."""

    total: int
    limit: int
    offset: int
    year: int
    baseline: str
    baselines: list[Baseline]
    rows: list[GanttRow]


class BothNames(BaseModel):
    """A name in both languages."""

    zh: str
    en: str


class ProjectMoney(BaseModel):
    """Plans by year and returns, newest first; `year` is that of the last month that is over."""

    year: int
    years: list[dict[str, Any]]
    returns: list[dict[str, Any]]


class OneProject(ProjectView):
    """All that is known of a project, by table; rows have the columns of their table."""

    row: dict[str, Any]
    standing: Standing | None
    names: dict[str, BothNames]
    events: list[dict[str, Any]]
    money: ProjectMoney
    steps: list[dict[str, Any]]
    counted: str
    steps_papers: list[dict[str, Any]]
    terms: list[dict[str, Any]]
    served: list[dict[str, Any]]
    files: list[dict[str, Any]]
    tasks: list[dict[str, Any]]
    programmes: list[dict[str, Any]]
    links: list[dict[str, Any]]
    funds: list[dict[str, Any]]
    payments: list[dict[str, Any]]
    agreements: list[dict[str, Any]]
    papers: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    proof: dict[str, Any]
    history: list[dict[str, Any]]
    fields: dict[str, list[dict[str, Any]]]
    synthetic: bool


class OnList(BaseModel):
    """A list a project is on, and its rows about it."""

    id: str
    zh: str
    en: str
    count: int
    of: int
    source: str
    rows: list[dict[str, Any]]


class ProjectMarks(ProjectView):
    """Lights, lists and dates against a baseline of one project."""

    light: str | None
    lights: list[dict[str, Any]]
    lists: list[OnList]
    baselines: list[Baseline]
    baseline: str
    schedule: GanttRow


Several = Annotated[list[str] | None, Query(max_length=100)]


def wanted(  # noqa: PLR0913 - one parameter a filter
    city: Several = None,
    stage: Several = None,
    light: Several = None,
    list: Several = None,
    owner: Several = None,
    theme: Several = None,
    kind: Several = None,
    year: Several = None,
    evidence: Several = None,
    q: Annotated[str, Query(description="words in name, code, company or id")] = "",
    sort: Annotated[str, Query(description="a column; `-` before it: the largest first")] = "",
) -> Wanted:
    """Read filters (repeat one for several values; `none` for those without), words and order."""
    given = {"city": city, "stage": stage, "light": light, "list": list, "owner": owner, "theme": theme,
             "kind": kind, "year": year, "evidence": evidence}  # fmt: skip
    return shelves.wanted({name: values or [] for name, values in given.items()}, q, sort)


Choice = Annotated[Wanted, Depends(wanted)]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Offset = Annotated[int, Query(ge=0, le=2**40)]


def answer(value: Row, results: Results) -> Response:
    """Answer JSON made in one go, with the view it is of."""
    return Response(orjson.dumps(value | where(results.region)), media_type="application/json")


def shelf_for(results: Results, wanted: Wanted, *, marks: bool = True) -> Shelf:
    """Return the shelf, with lights and lists wherever they decide what comes."""
    return shelves.shelf(results, marks=marks or wanted.needs_marks)


@router.get("", responses={200: {"model": ProjectPage}}, response_class=Response)
def projects(
    request: Request,
    wanted: Choice,
    limit: Limit = 100,
    offset: Offset = 0,
    marks: Annotated[bool, Query(description="with lights and lists, which take longer after a change")] = True,
) -> Response:
    """One page of projects, by name where no order is asked for.

    `marks=false` does not wait for lights and lists; `marked` says whether they are there.
    """
    results = results_of(request)
    shelf = shelf_for(results, wanted, marks=marks)
    at = shelves.in_order(results, shelf, shelves.kept(shelf, wanted), wanted.sort)
    head = {"total": len(at), "limit": limit, "offset": offset, "year": year_of(results.region)}
    rows = shelves.rows_at(shelf, at[offset : offset + limit])
    return answer({**head, "marked": shelf.is_marked, "sums": boards.sums(shelf.rows, at), "rows": rows}, results)


@router.get("/facets", responses={200: {"model": ProjectFacets}}, response_class=Response)
def facets(request: Request, wanted: Choice) -> Response:
    """Every filter with its values, and how many projects each would leave under what is chosen of the others."""
    results = results_of(request)
    shelf = shelf_for(results, wanted)
    total = int(shelves.kept(shelf, wanted).sum())
    return answer({"total": total, "facets": shelves.counted(results, shelf, wanted)}, results)


@router.get("/board", responses={200: {"model": ProjectBoard}}, response_class=Response)
def board(
    request: Request,
    wanted: Choice,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    offset: Offset = 0,
    column: Annotated[str, Query(description="one stage only, e.g. for its next rows")] = "",
) -> Response:
    """Columns by stage with counts, money and the first rows of each."""
    results = results_of(request)
    shelf = shelf_for(results, wanted)
    columns = boards.board(results, shelf, wanted, column=column, offset=offset, limit=limit)
    head = {"total": sum(one["count"] for one in columns), "year": year_of(results.region), "limit": limit}
    return answer({**head, "columns": columns}, results)


@router.get("/gantt", responses={200: {"model": Gantt}}, response_class=Response)
def gantt(
    request: Request,
    wanted: Choice,
    limit: Annotated[int, Query(ge=1, le=schedules.MOST)] = 100,
    offset: Offset = 0,
    baseline: Annotated[str, Query(description="name of a baseline; without one, dates expected now")] = "",
) -> Response:
    """Projects against time: planned and actual dates of every stage, how far apart in days, money then and now."""
    results = results_of(request)
    shelf = shelf_for(results, wanted)
    at = shelves.in_order(results, shelf, shelves.kept(shelf, wanted), wanted.sort)
    rows = schedules.schedule(results, shelf, at[offset : offset + limit], baseline)
    head = {"total": len(at), "limit": limit, "offset": offset, "year": year_of(results.region), "baseline": baseline}
    return answer({**head, "baselines": schedules.known_baselines(results), "rows": rows}, results)


@router.get(".{form}", response_class=Response)
def download(
    form: Literal["csv", "xlsx", "parquet", "json"],
    request: Request,
    wanted: Choice,
    columns: Annotated[str, Query(description="names with commas between; all when empty")] = "",
) -> Response:
    """Return the whole selection as a file."""
    picked = columns_of(columns)
    results = results_of(request)
    shelf = shelves.shelf(results)
    at = shelves.in_order(results, shelf, shelves.kept(shelf, wanted), wanted.sort)
    asked = {name: values for name, values in request.query_params.items() if name not in ("on", "branch", "lang")}
    data = write(Taken(results, shelf, at, language_of(request), asked, picked), form)
    name = f"projects-{results.region.day}-r{results.region.revision}.{form}"
    return Response(data, media_type=TYPES[form], headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/{id}", responses={200: {"model": OneProject}}, response_class=Response)
def one(id: str, request: Request) -> Response:
    """Everything kept about one project; lights and lists stand in `/marks`."""
    results = results_of(request)
    return answer(one_project(results, id), results)


@router.get("/{id}/marks", responses={200: {"model": ProjectMarks}}, response_class=Response)
def marks(
    id: str, request: Request, baseline: Annotated[str, Query(description="the newest one where empty")] = ""
) -> Response:
    """Lights with their clauses, lists with their reasons, dates and money against a baseline."""
    results = results_of(request)
    return answer(marks_of(results, id, baseline), results)
