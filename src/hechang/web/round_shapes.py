"""Shapes of the answers about rounds, so that the pages know them by type."""

from __future__ import annotations

from pydantic import BaseModel

from hechang.web.shapes import Paged


class RoundCount(BaseModel):
    """How a round stands, all bodies together."""

    bodies: int
    taken: int
    outstanding: int
    late: int
    asked: int
    answered: int
    unanswered: int
    added: int
    cells: int
    faults: int
    questions: int
    conflicts: int


class RoundHead(BaseModel):
    """One round."""

    id: str
    name: str | None
    period: str | None
    opened: str | None
    due: str | None
    closed: str | None
    total: RoundCount
    synthetic: bool


class RoundPage(Paged):
    """A page of rounds."""

    rows: list[RoundHead]


class RoundOpened(BaseModel):
    """A round that was opened."""

    revision: int
    id: str


class RoundStanding(BaseModel):
    """One body in a round."""

    body: str
    name: str | None
    state: str
    sent: str | None
    returned: str | None
    late: int
    attempts: int
    asked: int
    answered: int
    unanswered: int
    added: int
    cells: int
    faults: int
    questions: int
    conflicts: int
    taken: bool
    synthetic: bool | None


class RoundTile(RoundStanding):
    """One body on the board: its column, its papers, how many letters wait for it."""

    column: str
    form: str | None
    document: str | None
    marked: bool
    letters: int


class RoundTotal(BaseModel):
    """A total a body states beside the sum of its rows."""

    id: str
    body: str
    name: str
    title: str
    stated: str
    summed: str
    apart: str
    rows: int | None
    agrees: bool


class RoundRename(BaseModel):
    """Two rows that may be one project."""

    id: str
    a: str
    b: str
    a_name: str | None
    b_name: str | None
    score: float | None
    reason: str | None
    owner: str | None
    place: str | None
    synthetic: bool | None


class RoundBoard(RoundHead):
    """The board of a round."""

    bodies: list[RoundTile]
    columns: list[str]
    totals: list[RoundTotal]
    renames: list[RoundRename]
    open_conflicts: int


class RoundSaid(BaseModel):
    """A fault or question as the round keeps it."""

    zh: str
    en: str
    mend_zh: str
    mend_en: str
    sheet: str
    cell: str
    kind: str
    severity: str


class RoundProject(BaseModel):
    """A row by its name."""

    id: str
    name: str | None


class RoundLetter(BaseModel):
    """A letter that waits."""

    id: str
    number: str
    name: str | None
    colour: str | None
    state: str
    until: str | None
    object: str


class RoundTime(BaseModel):
    """One step of a return."""

    revision: int
    at: str
    actor: str | None
    reason: str | None
    state: str | None
    attempt: int | None


class RoundBody(RoundStanding):
    """One body in a round, with all there is to mend."""

    questions_asked: list[RoundSaid]
    faults_found: list[RoundSaid]
    remarks: list[RoundSaid]
    silent: list[RoundProject]
    letters: list[RoundLetter]
    history: list[RoundTime]


class RoundClaim(BaseModel):
    """What one body says of a cell; `decided` marks the office's own word, `chosen` what was settled on."""

    body: str
    name: str | None
    shown: str
    said: str
    source: str | None
    decided: bool
    chosen: bool


class RoundConflict(BaseModel):
    """A cell that bodies answered differently."""

    id: str
    project: str
    name: str | None
    title: str
    claims: list[RoundClaim]
    settled: str | None
    reason: str | None


class RoundConflicts(BaseModel):
    """All conflicts of a round."""

    total: int
    rows: list[RoundConflict]


class RoundFigure(BaseModel):
    """One figure of the returns."""

    project: str
    name: str | None
    field: str
    title: str
    shown: str
    bodies: str | None
    source: str | None
    state: str
    claims: str
    conflict: str | None


class RoundFigures(Paged):
    """A page of figures."""

    rows: list[RoundFigure]


class RoundChanged(BaseModel):
    """One change since the round before."""

    project: str
    name: str | None
    kind: str
    field: str
    title: str
    before: str | None
    after: str | None


class RoundSince(Paged):
    """A page of changes since the round before."""

    rows: list[RoundChanged]
    previous: str | None
    kinds: dict[str, int]


class RoundText(BaseModel):
    """A text to be copied."""

    text: str
