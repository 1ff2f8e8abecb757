"""Shapes of what is asked about a drawn line and what is answered."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from hechang.web.map_answers import MapView
from hechang.web.writes import Said


class LineFigures(BaseModel):
    """A drawn line, GeoJSON LineString in longitude and latitude whose points are its stops, with its figures."""

    model_config = ConfigDict(extra="forbid")

    geometry: Any = None
    name: str = "候选线路"
    mode: str = "rail"
    kmh: float = Field(default=160.0, allow_inf_nan=False)
    dwell: float = Field(default=1.0, allow_inf_nan=False)
    headway: float = Field(default=15.0, allow_inf_nan=False)
    hours: str = "06:00-22:00"
    snap_km: float = Field(default=0.5, allow_inf_nan=False)


class AskedLine(LineFigures):
    """A drawn line, and the times to be compared: percentile of every minute of a window, near within `limit` min."""

    level: str = "county"
    limit: float = Field(default=60.0, allow_inf_nan=False)
    window: str = "07:00-09:00"
    percentile: float = Field(default=50.0, allow_inf_nan=False)


class KeptLine(Said):
    """A drawn line to be kept on a branch of its own, who keeps it and why."""

    line: LineFigures
    branch: str = Field(default="", max_length=60)


class LineStop(BaseModel):
    """A stop of the line; `new` where the region has none there."""

    id: str
    lon: float
    lat: float
    new: bool


class LineDrawn(BaseModel):
    """The line: length [km], minutes end to end, trips a day in both directions together, its stops."""

    name: str
    mode: str
    kmh: float
    dwell: float
    headway: float
    hours: str
    snap_km: float
    km: float
    minutes: float
    trips: int
    stops: list[LineStop]


class LineTotals(BaseModel):
    """Over all pairs of places: quicker, reached at all that were not, minutes saved, most people come near."""

    places: int
    pairs: int
    opened: int
    median_saved: float | None
    most_saved: float | None
    places_nearer: int
    people_nearer: float | None


class LinePlace(BaseModel):
    """One place: people [persons] and other places within the limit, before and after; places reached sooner."""

    id: str
    name: str | None
    name_en: str | None
    people: int | None
    lon: float
    lat: float
    people_before: float | None
    people_after: float | None
    places_before: int
    places_after: int
    quicker: int
    opened: int
    saved: float


class LinePair(BaseModel):
    """Minutes from one place to another; before and saved are null where it was not reached."""

    origin: str
    dest: str
    origin_name: str | None
    origin_name_en: str | None
    dest_name: str | None
    dest_name_en: str | None
    before: float | None
    after: float
    saved: float | None


class LineAnswer(MapView):
    """What a line would do: places that gain, most places reached sooner first, and the pairs that gain most."""

    line: LineDrawn
    totals: LineTotals
    places: list[LinePlace]
    pairs: list[LinePair]
    assumed: bool


class LineKept(BaseModel):
    """The branch that holds a line."""

    branch: str
    revision: str
