"""Shapes of the answers about tasks and letters, so that the pages know them by type."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from hechang.web.shapes import Paged


class TaskRow(BaseModel):
    """One task on the ledger; progress, expected and behind in per cent and points, days past the due day."""

    id: str
    number: str | None
    name: str
    kind: str | None
    programme: str | None
    lead: str | None
    owner: str | None
    place: str | None
    begins: str | None
    due: str | None
    closed: str | None
    state: str
    late: bool | None
    days: int | None
    progress: float | None
    expected: float | None
    behind: float | None
    period: str | None
    problem: str | None
    steps: int
    steps_done: int
    steps_late: int
    next_step: str | None
    source: str
    synthetic: bool
    report_every: str | None
    colour: str | None
    lit: str | None
    lit_en: str | None


class TaskChoice(BaseModel):
    """One choice of a filter."""

    id: str
    name: str


class TaskPage(Paged):
    """A page of the ledger with counts and the choices of its filters."""

    rows: list[TaskRow]
    states: dict[str, int]
    colours: dict[str, int]
    leads: list[TaskChoice]
    programmes: list[str]


class SlipRow(BaseModel):
    """One letter; `next` are the steps that may come, `until` the day of the next one."""

    id: str
    number: str
    object: str
    name: str | None
    colour: str | None
    to_body: str | None
    owner: str | None
    state: str
    issued: str | None
    due: str | None
    until: str | None
    next: list[str]
    acknowledged: str | None
    answered: str | None
    answer: str | None
    evidence: str | None
    review: str | None
    closed: str | None
    recheck_due: str | None
    rechecked: str | None
    recheck: str | None
    extended_to: str | None
    approver: str | None
    extension: str | None
    reason: str | None
    escalates: str | None
    escalated_by: str | None
    synthetic: bool | None
    text_zh: str
    text_en: str


class SlipPage(Paged):
    """A page of letters, and how many there are in each state."""

    rows: list[SlipRow]
    states: dict[str, int]


class TaskMilestone(BaseModel):
    """One milestone."""

    id: str
    name: str
    due: str | None
    done: str | None
    evidence: str | None


class TaskReport(BaseModel):
    """One report of a period."""

    id: str
    period: str
    progress: float | None
    note: str | None
    problem: str | None
    evidence: str | None
    source: str


class TaskLink(BaseModel):
    """A row of the register."""

    id: str
    name: str | None = None
    text: str | None = None
    code: str | None = None


class TaskOwn(BaseModel):
    """What the row itself says beside the ledger."""

    deliverable: str | None
    target: float | None
    unit: str | None
    lead_person: str | None
    directive: str | None
    revision: int


class OneTask(BaseModel):
    """One task with all that is known of it."""

    row: TaskRow
    own: TaskOwn
    steps: list[TaskMilestone]
    returns: list[TaskReport]
    letters: list[SlipRow]
    files: list[str]
    bodies: list[dict[str, Any]]
    directive: TaskLink | None
    action: TaskLink | None
    projects: list[TaskLink]
    proof: dict[str, Any]


class TaskMade(BaseModel):
    """A task that was made; no id where the same request had made it before."""

    revision: int
    id: str | None
