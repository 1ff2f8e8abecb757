"""Rows of any table: chosen, sorted, page by page as JSON, or whole as a file in five formats."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from hechang.publish import selections
from hechang.publish.downloads import TYPES, Download, write
from hechang.terms import specs
from hechang.web.asked import Asked, asked, only_known, selection_of
from hechang.web.hall import results_of
from hechang.web.languages import language_of

router = APIRouter(prefix="/api/tables", tags=["tables"], dependencies=[Depends(only_known)])
MOST = 1000  # rows of one JSON page
Wanted = Annotated[Asked, Depends(asked)]


class ColumnInfo(BaseModel):
    """What stands above a column; the unit of money is 分."""

    name: str
    type: str
    unit: str
    required: bool
    zh: str
    en: str


class RowName(BaseModel):
    """Name of a row in both languages."""

    zh: str
    en: str


class TablePage(BaseModel):
    """One page of a table: `rows` by the names of `columns`, money in whole 分, dates as text."""

    table: str
    zh: str
    en: str
    total: int
    limit: int
    offset: int
    asked: dict[str, str]
    columns: list[ColumnInfo]
    rows: list[dict[str, Any]]
    names: dict[str, dict[str, RowName]]
    on: str
    branch: str
    revision: str


class CountedTable(BaseModel):
    """A table and how many rows it has."""

    table: str
    zh: str
    en: str
    home: str
    rows: int
    shaped: bool


class TableList(BaseModel):
    """All tables of the specification."""

    rows: list[CountedTable]
    on: str
    branch: str
    revision: str


@router.get("", responses={200: {"model": TableList}}, response_class=Response)
def tables(request: Request) -> Response:
    """All tables with the number of rows in force that this reader may see."""
    results = results_of(request)
    counts = results.once("counts of tables", lambda: selections.counts(results.region))
    rows = [selections.summary(table, counts[name]) for name, table in specs.tables().items()]
    return json({"rows": rows} | selections.where(results.region))


def _file(form: str) -> Any:
    def download(table: str, request: Request, wanted: Wanted) -> Response:
        described = specs.table(table)
        results, lang = results_of(request), language_of(request)
        selection = selection_of(results, described, wanted)
        data = write(Download(results.region, selection, lang, wanted.said()), form)
        name = f"{described.name}-{results.region.day}-r{results.region.revision}.{form}"
        return Response(data, media_type=TYPES[form], headers={"Content-Disposition": f'attachment; filename="{name}"'})

    download.__doc__ = f"The whole selection as .{form}, stamped with what was asked, day and revision."
    return download


for _form in TYPES:
    router.add_api_route(
        f"/{{table}}.{_form}", _file(_form), methods=["GET"], name=f"table_{_form}", response_class=Response
    )


@router.get("/{table}", name="table", responses={200: {"model": TablePage}}, response_class=Response)
def table_page(
    table: str,
    request: Request,
    wanted: Wanted,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    offset: Annotated[int, Query(ge=0, le=2**40)] = 0,
    names: Annotated[bool, Query(description="With the names of places and rows that ids point to")] = False,
) -> Response:
    """Rows `offset` to `offset + limit` (at most 1000) of a selection; by id where no order is asked for."""
    described = specs.table(table)
    results = results_of(request)
    selection = selection_of(results, described, wanted)
    page = selections.as_page(results.region, selection, limit, offset, named=names)
    return json(page | {"asked": wanted.said()})


def json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer JSON made in one go."""
    return Response(orjson.dumps(value), status, media_type="application/json", headers=headers)
