"""Rows of any table, page by page as JSON, whole as CSV."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from hechang.publish.files import csv_text, json_rows
from hechang.publish.package import open_rows
from hechang.terms import specs
from hechang.web.hall import results_of

router = APIRouter(prefix="/api/tables", tags=["tables"])
MOST = 1000  # rows of one JSON page


@router.get("/{table}.csv", response_class=Response)
def table_csv(table: str, request: Request) -> Response:
    """The whole table as CSV; cells that a spreadsheet would run are made plain text."""
    described = specs.table(table)
    frame = open_rows(results_of(request), described)
    named = {"Content-Disposition": f'attachment; filename="{described.name}.csv"'}
    return Response("\ufeff" + csv_text(frame, described), media_type="text/csv; charset=utf-8", headers=named)


@router.get("/{table}", name="table")
@router.get("/{table}.json", name="table_json")
def table_json(
    table: str,
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, Any]:
    """Rows `offset` to `offset + limit` (at most 1000), by id."""
    described = specs.table(table)
    results = results_of(request)
    region, frame = results.region, open_rows(results, described)
    head = {"table": described.name, "total": len(frame), "offset": offset, "limit": limit}
    where = {"on": region.day, "branch": region.branch_name, "revision": region.revision_name}
    return {**head, "rows": json_rows(frame.iloc[offset : offset + limit], described), **where}
