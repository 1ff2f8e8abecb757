"""Measures by their cards; every option of a card is a parameter of its address. Lists are in `lists.py`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from hechang.publish.views.measured import explanation
from hechang.web.hall import VIEW, results_of

router = APIRouter(prefix="/api", tags=["cards"])


def given(request: Request) -> dict[str, Any]:
    """Return the options in an address: all but day, branch and language."""
    return {name: value for name, value in request.query_params.items() if name not in (*VIEW, "lang")}


@router.get("/measures/{id}")
def measure(id: str, request: Request) -> dict[str, Any]:
    """One measure by place."""
    return results_of(request).region.answer(id, "measure", given(request))


@router.get("/measures/{id}/explain/{place}")
def explain(id: str, place: str, request: Request) -> dict[str, Any]:
    """The very rows behind one place's figure."""
    return explanation(results_of(request), id, place, given(request))
