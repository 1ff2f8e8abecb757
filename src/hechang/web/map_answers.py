"""Shapes of the map's answers, for the API's description and the types of the pages made from it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

Answers = dict[int | str, dict[str, Any]]


class MapText(BaseModel):
    """A text in both languages."""

    zh: str
    en: str


class MapView(BaseModel):
    """Day, branch and revision an answer rests on."""

    on: str
    branch: str
    revision: str


class MapSource(MapText):
    """Where a layer is from: its row in the table `layers`."""

    id: str
    vintage: str | None
    origin: str | None
    licence: str | None
    attribution: str | None
    map_number: str | None
    quality: dict[str, str | None]
    since: str
    until: str | None
    made_up: bool


class LegendClass(MapText):
    """One class of a legend: a code, its words, its colours on light and dark ground."""

    code: str
    colour: str
    dark: str


class MapLayer(MapText):
    """One layer of the map."""

    id: str
    table: str
    geometry: str
    rows: int
    without_shape: int
    minzoom: int
    tiles: str
    legends: list[str]
    letters: str
    sources: list[MapSource]


class MapChoice(MapText):
    """One of the few values of an option."""

    value: str


class MapOption(MapText):
    """One option of a measure: its title with the unit, and its values where there are few."""

    name: str
    type: str
    default: Any
    choices: list[MapChoice]


class MeasureCard(MapText):
    """A measure the map can colour counties by."""

    id: str
    unit: MapText
    source: str
    options: list[MapOption]


class MapCatalogue(MapView):
    """Everything a map needs before it draws."""

    layers: list[MapLayer]
    legends: dict[str, list[LegendClass]]
    measures: list[MeasureCard]
    bounds: list[float]
    approval_number: str | None
    demo: bool


class MapStep(BaseModel):
    """One class of a measure: from, to [its unit]; klass -1 has no value."""

    klass: int
    from_: float | None = Field(alias="from")
    to: float | None
    colour: str
    dark: str


class MeasureValue(BaseModel):
    """The figure of one county."""

    id: str
    name: str
    name_en: str | None
    value: float | None
    klass: int
    numerator: float | None
    denominator: float | None
    why_missing: str | None


class MapMeasure(MapView):
    """A measure as legend and list show it; `layer` is that of the places it has values of."""

    measure: MeasureCard
    layer: str
    options: dict[str, Any]
    classes: list[MapStep]
    rows: list[MeasureValue]
    known: int
    missing: int
    made_up: bool
    timetable: list[MapText]
    trouble: MapText | None


class MapRow(BaseModel):
    """One row of the list beside the map; what its layer does not have is null."""

    id: str
    name: str | None
    name_en: str | None
    kind: str | None
    people: int | None
    place: str | None
    place_name: str | None
    place_name_en: str | None
    lon: float | None
    lat: float | None
    bounds: list[float] | None
    of: str | None
    stage: str | None
    light: str | None
    plan: int | None
    paid: int | None
    total: int | None
    members: int | None
    drawn: int | None
    synthetic: bool | None


class MapRows(MapView):
    """One page of the list beside the map."""

    layer: str
    rows: list[MapRow]
    total: int
    offset: int
    limit: int


class MapChange(BaseModel):
    """Rows of a table that begin or end on a day."""

    day: str
    table: str
    n: int


class MapMonth(BaseModel):
    """Events of projects in a month."""

    month: str
    events: int


class MapDays(MapView):
    """Days on which the picture changes."""

    changes: list[MapChange]
    months: list[MapMonth]


class MapFlowKind(MapText):
    """A kind of flow."""

    code: str


class MapFlow(BaseModel):
    """A flow between two places."""

    id: str
    origin: str
    dest: str
    origin_name: str | None
    origin_name_en: str | None
    dest_name: str | None
    dest_name_en: str | None
    origin_lon: float
    origin_lat: float
    dest_lon: float
    dest_lat: float
    period: str
    volume: float
    unit: str
    minutes: float | None
    modelled: bool | None
    synthetic: bool | None


class MapFlows(MapView):
    """Flows of a kind in one period, largest first; all periods of the kind."""

    kind: str | None
    period: str | None
    periods: list[str]
    kinds: list[MapFlowKind]
    rows: list[MapFlow]
    without_point: int


class AskedMeasure(BaseModel):
    """A measure to be averaged over the people of the area."""

    id: str
    options: dict[str, Any] = {}


class AskedArea(BaseModel):
    """A drawn area: GeoJSON Polygon or MultiPolygon in longitude and latitude, and measures to be averaged over it."""

    geometry: Any = None
    measures: list[AskedMeasure] = []


class AreaFigure(MapText):
    """A figure with its parts; money is in 分."""

    key: str
    value: float | None
    unit: str
    numerator: float | None
    denominator: float | None
    how: MapText
    missing: int
    why_missing: MapText | None
    source: str | None
    card: dict[str, Any] | None


class AreaClass(LegendClass):
    """Projects and their money [分] of one stage or light."""

    projects: int
    plan: int
    paid: int


class AreaOutline(BaseModel):
    """The area as it was counted."""

    km2: float
    mended: bool
    corners: int
    bounds: list[float]
    code: str
    geometry: dict[str, Any]


class AreaShare(BaseModel):
    """A county or zone and the share of its area that lies inside (0 to 1)."""

    id: str
    name: str | None
    name_en: str | None
    share: float | None
    kind: str | None = None
    people: int | None = None
    km2: float | None = None


class AreaAnswer(MapView):
    """The numbers of a drawn area."""

    area: AreaOutline
    figures: list[AreaFigure]
    geography: dict[str, Any]
    stages: list[AreaClass]
    lights: list[AreaClass]
    counties: list[AreaShare]
    zones: list[AreaShare]
    projects: list[MapRow]
    total: int
    made_up: bool
