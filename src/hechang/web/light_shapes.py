"""Shapes of the answers about lights, for the schema."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from hechang.web.list_shapes import ListRule, View


class ColourCount(BaseModel):
    """How many objects are lit in a colour."""

    colour: str
    count: int


class MetricShape(BaseModel):
    """A metric lights judge."""

    id: str
    zh: str
    en: str
    unit: str
    count: int | None = None


class TurnedRow(BaseModel):
    """A light that turned."""

    model_config = ConfigDict(extra="ignore")

    id: str
    name: str | None
    was: str | None
    now: str | None
    worse: bool


class Turned(BaseModel):
    """Lights that turned since the edition before."""

    previous: str | None
    worse: int
    better: int
    rows: list[TurnedRow]


class LightsSummary(View):
    """Lights by colour."""

    colours: list[ColourCount]
    rule: ListRule
    metrics: list[MetricShape]
    turned: Turned
    missing: list[dict[str, str]]
    synthetic: bool


class LadderClause(BaseModel):
    """One clause of a ladder."""

    clause: str
    colour: str
    lo: float | None
    lo_in: bool | None
    hi: float | None
    hi_in: bool | None
    periods: float | None
    filter: str | None
    exemption: str | None
    escalation: str | None
    basis: str | None
    assumption: bool | None
    source: str | None
    lit: bool
    unit: str
    since: str = Field(alias="from")


class InputCell(BaseModel):
    """One cell of an input, in both languages."""

    field: str
    field_zh: str
    field_en: str
    zh: str
    en: str


class LightInput(BaseModel):
    """One row a light was worked out from."""

    table: str
    id: str
    source: str | None
    cells: list[InputCell]


class LightShape(BaseModel):
    """One light of an object."""

    model_config = ConfigDict(extra="ignore")

    metric: MetricShape
    clause: str | None
    colour: str | None
    value: float | None
    period: str | None
    periods: int | None
    reason: str
    reason_en: str
    exempt: str | None
    ladder: list[LadderClause]
    inputs: list[LightInput]


class PastLight(BaseModel):
    """A light an object had."""

    model_config = ConfigDict(extra="ignore")

    day: str
    period: str | None
    colour: str | None
    metric: str | None
    clause: str | None
    value: float | None
    reason: str | None
    edition: str | None


class OneObject(View):
    """All lights of one object."""

    id: str
    table: str
    about: dict[str, Any]
    rule: dict[str, Any]
    lights: list[LightShape]
    history: list[PastLight]
