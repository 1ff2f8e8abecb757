"""Shapes of the answers about lists, editions and lights, for the schema."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Named(BaseModel):
    """One row of one table."""

    table: str
    id: str


class ExaminedRows(BaseModel):
    """The denominator: how many were looked at, and which."""

    count: int
    zh: str
    en: str


class ListRule(BaseModel):
    """What a list rests on."""

    model_config = ConfigDict(extra="allow")

    id: str = ""
    zh: str = ""
    en: str = ""
    since: str = Field("", alias="from")
    parameter: str = ""
    value: Any = None
    unit: str = ""
    assumption: bool = False
    given: bool = False
    source: str = ""


class Where(BaseModel):
    """Of how many places and cities something is."""

    plan: str
    places: int
    cities: int


class InShort(BaseModel):
    """One list by its counts."""

    id: str
    zh: str
    en: str
    source: str
    group: str
    late: bool
    count: int
    examined: ExaminedRows
    geography: Where
    previous: str | None
    new: int | None
    stayed: int | None
    left: int | None
    invested: int | None
    missing: int
    rule: ListRule
    synthetic: bool
    colours: dict[str, int]


class Lists(BaseModel):
    """Lists by their counts, in the order of their groups."""

    lists: list[InShort]
    on: str
    branch: str
    revision: str


class Amount(BaseModel):
    """An amount with its unit."""

    value: float
    unit: str


class ListRow(BaseModel):
    """One row of a list; its own columns stand beside these."""

    model_config = ConfigDict(extra="allow")

    id: str
    name: str | None
    owner: str | None
    reason: str | None
    reason_en: str | None
    days: int | None
    due: str | None
    invested: Amount | None
    source: str | None
    city: str | None = None
    change: str = ""
    times: int | None = None
    first_on: str | None = None
    about: Named | None = None
    proof: Named | None = None
    page: str | None = None
    synthetic: bool | None = None


class LeftRow(BaseModel):
    """A row that is no longer on a list, and why (中文 / English)."""

    id: str
    name: str | None
    why: str


class EditionChanges(BaseModel):
    """What came, stayed and left since another edition."""

    model_config = ConfigDict(extra="allow")

    previous: str | None = None
    new: list[str]
    stayed: list[str]
    left: list[LeftRow]


class CardNamed(BaseModel):
    """The card of a list."""

    id: str
    version: str
    zh: str
    en: str
    source: str


class View(BaseModel):
    """Day, branch and revision an answer is of."""

    on: str
    branch: str
    revision: str


class Paged(View):
    """A part of the rows: `total` pass the filters."""

    total: int
    offset: int
    limit: int | None


class OneList(Paged):
    """One list."""

    card: CardNamed
    options: dict[str, Any]
    rule: ListRule
    edition: str
    examined: ExaminedRows
    count: int
    rows: list[ListRow]
    changes: EditionChanges
    missing: list[dict[str, str]]
    missing_count: int
    synthetic: bool


class ColumnShape(BaseModel):
    """A column of a list that is shown."""

    name: str
    kind: str
    target: str
    zh: str
    en: str
    width: float


class RuleValue(BaseModel):
    """A dated value a list rests on."""

    name: str
    value: Any
    unit: str
    zh: str
    en: str
    since: str = Field(alias="from")
    source: str
    assumption: bool


class CityNamed(BaseModel):
    """A city with rows on the list."""

    id: str
    name: str | None
    name_en: str | None


class ListAbout(View):
    """What a page must know of a list before its rows."""

    short: InShort
    columns: list[ColumnShape]
    parameters: list[RuleValue]
    cities: list[CityNamed]
    owners: list[str]
    needs: list[dict[str, Any]]


class TriedStep(BaseModel):
    """One value that is tried in place of another."""

    name: str
    zh: str
    en: str
    unit: str
    was: float | None
    now: float


class MovedRow(ListRow):
    """A row that moves, and why."""

    why_zh: str
    why_en: str


class MovedList(BaseModel):
    """Another list that rests on the same value of the same rule: it would move as well."""

    id: str
    zh: str
    en: str
    before: int
    after: int
    new_count: int
    left_count: int


class Tried(Paged):
    """What another threshold would change."""

    card: CardNamed
    tried: dict[str, Any]
    steps: list[TriedStep]
    rule: ListRule
    before: int
    after: int
    new_count: int
    stayed_count: int
    left_count: int
    others: list[MovedList]
    which: Literal["new", "stayed", "left"]
    rows: list[MovedRow]


class EditionShape(BaseModel):
    """One edition kept of a list."""

    id: str
    edition: str
    day: str
    of_revision: int
    hash: str
    count: int | None = None


class Editions(View):
    """Editions kept, newest first."""

    editions: list[EditionShape]


class OneEdition(Paged):
    """One edition, and what changed in it since another."""

    card: CardNamed
    edition: EditionShape
    against: EditionShape | None
    rows: list[dict[str, Any]]
    changes: EditionChanges


class Written(BaseModel):
    """The revision a write made."""

    revision: int
