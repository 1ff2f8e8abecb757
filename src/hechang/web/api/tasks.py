"""The task ledger 督查台账 and its letters 督办函: what is due, what is lit, reports in, steps filed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from hechang.publish.views import ledger as views
from hechang.region.region import Region
from hechang.register.slips import desk
from hechang.register.slips.steps import NEXT
from hechang.register.tasks import STATES, report, task_from_directive
from hechang.terms.errors import not_known
from hechang.terms.specs import codes
from hechang.web import task_shapes as shapes
from hechang.web.api.imports import JSON, Limit, Offset
from hechang.web.asked import only_known
from hechang.web.hall import region_of, results_of
from hechang.web.shapes import Wrote
from hechang.web.writes import Key, Said, who, written_before

router = APIRouter(prefix="/api", tags=["tasks"], dependencies=[Depends(only_known)])
Words = Annotated[str, Query(max_length=200)]


class TaskReported(Said):
    """What a body reports: `period` is a month (`2022-09`), progress in per cent, evidence the id of a document."""

    period: str = ""
    progress: Annotated[float | None, Field(allow_inf_nan=False)] = None
    note: str = ""
    problem: str = ""
    evidence: str = ""


class TaskNew(Said):
    """A task made from a directive; its sentence becomes the evidence."""

    directive: str = ""
    lead: str = ""
    due: str = ""
    name: str = ""


class SlipIssue(Said):
    """Letters to be written: to all objects lit `least` or worse, or to some of them."""

    rule: str = ""
    only: Annotated[list[str], Field(default_factory=list)]
    least: str = "yellow"


class SlipStep(Said):
    """What a step of a letter asks for; the others stay empty."""

    text: str | None = None
    evidence: str | None = None
    to: str | None = None
    approver: str | None = None
    reason: str | None = None
    result: str | None = None
    in_order: bool | None = None


@router.get("/tasks", response_model=shapes.TaskPage)
def tasks(  # noqa: PLR0913 - every filter is a parameter of the address
    request: Request,
    q: Words = "",
    state: str = "",
    lead: str = "",
    programme: str = "",
    colour: str = "",
    sort: str = "due",
    offset: Offset = 0,
    limit: Limit = 100,
) -> Any:
    """The ledger: state on the day, due day, lead, light, progress against time, next milestone."""
    _known("state", "状态", state, STATES)
    _known("colour", "灯色", colour, codes("colours"))
    chosen = {"state": state, "lead": lead, "programme": programme, "colour": colour}
    found = views.tasks(results_of(request), chosen, q.strip(), sort, slice(offset, offset + limit))
    return found | {"offset": offset, "limit": limit}


@router.post("/tasks", status_code=201, response_model=shapes.TaskMade, dependencies=JSON)
def new_task(said: TaskNew, request: Request, key: Key = None) -> Any:
    """Make a task from a directive."""
    by, region = who(said), region_of(request)
    before = written_before(region, key)
    if before is not None:
        return {"revision": before, "id": None}
    given = {"lead": said.lead, "due": said.due, "name": said.name}
    after, id = task_from_directive(region, said.directive, given, request=key, **by)
    return {"revision": after.revision, "id": id}


@router.get("/tasks/{id}", response_model=shapes.OneTask)
def one_task(id: str, request: Request) -> Any:
    """One task: milestones, reports, letters, the sentence it rests on."""
    return views.one(results_of(request), id)


@router.post("/tasks/{id}/reports", response_model=Wrote, dependencies=JSON)
def report_one(id: str, said: TaskReported, request: Request, key: Key = None) -> Any:
    """Enter a report; one of the same period before is replaced, and history keeps it."""
    given = said.model_dump(exclude={"by", "why"})
    return _write(request, said, key, lambda region, by: report(region, id, given, request=key, **by))


@router.get("/slips", response_model=shapes.SlipPage)
def slips(request: Request, state: str = "", body: str = "", offset: Offset = 0, limit: Limit = 50) -> Any:
    """Letters 督办函, newest first, each with its text and the steps that may come."""
    _known("state", "状态", state, NEXT)
    part = slice(offset, offset + limit)
    return views.letters(results_of(request), state, body, part) | {"offset": offset, "limit": limit}


@router.post("/slips", status_code=201, response_model=Wrote, dependencies=JSON)
def issue(said: SlipIssue, request: Request, key: Key = None) -> Any:
    """Write a letter for every object that is lit and has none of that colour or worse."""
    return _write(
        request, said, key,
        lambda region, by: desk.issue(region, said.rule, said.only, least=said.least, request=key, **by),
    )  # fmt: skip


@router.post("/slips/{number}/{step}", response_model=Wrote, dependencies=JSON)
def take_step(
    number: str,
    step: Literal["acknowledge", "answer", "return", "extend", "close", "recheck", "escalate"],
    said: SlipStep,
    request: Request,
    key: Key = None,
) -> Any:
    """File one step of a letter on the region's day."""
    given = {name: "" if value is None else value for name, value in _asked(step, said).items()}
    return _write(request, said, key, lambda region, by: desk.take(region, number, step, given, request=key, **by))


ASKED = {
    "answer": ("text", "evidence"), "extend": ("to", "approver", "reason"), "recheck": ("result", "in_order"),
}  # fmt: skip


def _asked(step: str, said: SlipStep) -> dict[str, Any]:
    return {name: getattr(said, name) for name in ASKED.get(step, ())}


def _known(en: str, zh: str, value: str, known: Any) -> None:
    if value and value not in known:
        raise not_known(en, zh, value[:40], known)


def _write(request: Request, said: Said, key: str | None, write: Any) -> dict[str, int]:
    by, region = who(said), region_of(request)
    before = written_before(region, key)
    after: Region = region if before is not None else write(region, by)
    return {"revision": after.revision if before is None else before}
