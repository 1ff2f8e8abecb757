"""A drawn line: what it would do to travel times, and a branch that holds it."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from hechang.atlas.candidates import Candidate, candidate
from hechang.atlas.line_effects import line_effect, put_line
from hechang.publish.views.line import line_numbers
from hechang.web.asked import only_known
from hechang.web.hall import region_of, results_of
from hechang.web.line_shapes import AskedLine, KeptLine, LineAnswer, LineFigures, LineKept
from hechang.web.writes import who

router = APIRouter(prefix="/api/line", tags=["map"], dependencies=[Depends(only_known)])


def _line(asked: LineFigures) -> Candidate:
    figures = {name: getattr(asked, name) for name in LineFigures.model_fields if name != "geometry"}
    return candidate(asked.geometry, **figures)


@router.post("", response_class=Response, responses={200: {"model": LineAnswer}})
def line(asked: AskedLine, request: Request) -> Response:
    """What a line would do to travel times from door to door; nothing is written.

    All figures of the line are assumptions of who draws it. The times are those of a branch that holds it.
    """
    drawn, results = _line(asked), results_of(request)
    found = line_effect(
        results.region, drawn, limit=asked.limit, level=asked.level, window=asked.window, percentile=asked.percentile
    )
    return Response(orjson.dumps(line_numbers(results, drawn, found)), media_type="application/json")


@router.post("/branches")
def keep(asked: KeptLine, request: Request) -> LineKept:
    """Make a branch that holds a line; every page can be looked at on it."""
    made = put_line(region_of(request), _line(asked.line), asked.branch.strip(), **who(asked))
    return LineKept(branch=made.branch_name, revision=made.revision_name)
