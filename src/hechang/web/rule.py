"""The form of a plain page that writes: make another threshold the rule, with who and why."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from hechang.register.new_rule import change_rule
from hechang.web.hall import keep_of, region_of

router = APIRouter(include_in_schema=False)


@router.post("/lists/{id}/rule")
async def make_rule(id: str, request: Request) -> Response:
    """Write a new value of the list's rule, in force from the region's day on, and show the list."""
    form = await request.form()
    said = {key: value for key, value in form.items() if isinstance(value, str)}
    region = region_of(request)
    await run_in_threadpool(change_rule, region, id, said)
    query = "".join(f"?{name}={value}" for name, value in list(keep_of(request).items())[:1])
    return RedirectResponse(f"/lists/{id}{query}", status_code=303)
