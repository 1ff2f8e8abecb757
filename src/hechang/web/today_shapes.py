"""Shapes of the answers of the first page, for the schema."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from hechang.web.list_shapes import Named, View


class SinceThen(BaseModel):
    """Since when changes are told: a revision with its moment, or a day."""

    kind: Literal["revision", "day"]
    value: str
    at: str | None
    revisions: int | None


class TodayChange(BaseModel):
    """One change in words, without the name of what changed."""

    kind: str
    on: str
    id: str
    amount: int | None
    name: str | None
    place: str | None
    city: str | None
    owner: str | None
    zh: str
    en: str
    proof: Named
    at: str | None
    actor: str | None
    reason: str | None
    revision: int | None
    synthetic: bool


class ChangeKind(BaseModel):
    """Changes of one kind, the largest of them told; `amount` is the sum of their money [分]."""

    kind: str
    count: int
    amount: int
    rows: list[TodayChange]


class Writer(BaseModel):
    """What somebody wrote."""

    actor: str
    revisions: int
    rows: int
    last: str
    reasons: list[str]


class TableCount(BaseModel):
    """How many rows of a table came, changed and went."""

    table: str
    zh: str
    en: str
    added: int
    changed: int
    removed: int


class Today(View):
    """What changed since a revision or a day."""

    since: SinceThen
    changes: list[ChangeKind]
    people: list[Writer]
    tables: list[TableCount]


class ChangePage(View):
    """One page of changes."""

    since: SinceThen
    total: int
    offset: int
    limit: int
    rows: list[TodayChange]


class WaitingRow(BaseModel):
    """One thing that waits."""

    model_config = ConfigDict(extra="ignore")

    id: str
    name: str | None
    note: str | None
    note_en: str | None
    due: str | None
    days: int | None


class WaitingKind(BaseModel):
    """Things of one kind that wait, the most urgent told."""

    kind: str
    count: int
    listing: str
    rows: list[WaitingRow]
    documents: int | None = None


class BodyNamed(BaseModel):
    """A body one can ask for."""

    model_config = ConfigDict(extra="ignore")

    id: str
    name: str | None
    name_en: str | None
    kind: str | None


class Waiting(View):
    """What waits, of one body or of all."""

    body: str
    bodies: list[BodyNamed]
    items: list[WaitingKind]
    total: int


class RoundNamed(BaseModel):
    """A round of returns."""

    id: str
    name: str | None
    period: str | None
    opened: str | None
    due: str | None
    closed: str | None


class RoundNow(View):
    """The round under way, else the newest one."""

    round: RoundNamed | None
    open: bool
    total: dict[str, int] | None


class MissingRows(BaseModel):
    """How many could not be counted, and which."""

    count: int
    rows: list[dict[str, Any]]


class FigureShape(View):
    """What one figure is made of."""

    kind: Literal["list", "measure"]
    id: str
    zh: str
    en: str
    unit: str
    version: str
    value: float | None
    numerator: float | None
    denominator: float | None
    denominator_zh: str
    denominator_en: str
    place: str | None
    options: dict[str, Any]
    geography: dict[str, Any]
    source: str
    rule: dict[str, Any]
    synthetic: bool
    missing: MissingRows


class PictureFigure(BaseModel):
    """One large figure of the picture."""

    label: str
    value: str
    note: str


class PictureList(BaseModel):
    """One list on the picture."""

    name: str
    count: str
    rule: str
    note: str


class Laggard(BaseModel):
    """One project on the picture."""

    name: str
    owner: str
    value: str


class PictureShape(View):
    """Texts of the picture of a bulletin, top to bottom."""

    title: str
    office: str
    period: str
    figures: list[PictureFigure]
    returned: str
    lists: list[PictureList]
    lists_title: str
    laggards: list[Laggard]
    laggards_title: str
    stamp: list[str]
    source: str
    synthetic: str
    file: str
