"""Candidate lines 候选线路: a line as drawn becomes stops, trips and times of the one-net.

Every figure of a candidate is an assumption of who draws it, and its rows say so.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyproj

from hechang.atlas.one_net import MINUTE, WAYS, OneNet, Ways, clock, located_stops, net_of
from hechang.atlas.timetables import MODES, Daily, timetable
from hechang.region.region import Region
from hechang.terms.errors import InputError, not_known

MOST = 60  # stops of one line
TRIPS = 2_000  # of one line and direction
_GLOBE = pyproj.Geod(ellps="GRS80")


class Candidate(NamedTuple):
    """A line as drawn: each of its points [longitude, latitude in degrees] is a stop; it runs both ways.

    kmh: speed from stop to stop along the straight line; dwell: stay at a stop [min]; headway: from trip to trip [min];
    hours: first departure from an end and the first too late; snap_km: a stop of the region as near as this is taken
    for the drawn one.
    """

    points: tuple[tuple[float, float], ...]
    name: str = "候选线路"
    mode: str = "rail"
    kmh: float = 160.0
    dwell: float = 1.0
    headway: float = 15.0
    hours: str = "06:00-22:00"
    snap_km: float = 0.5


def candidate(drawn: Any, **figures: Any) -> Candidate:
    """Read a GeoJSON LineString, alone or in a Feature, as a line with its figures.

    Raises
    ------
    InputError
        for anything else, two stops at one point, more than 60 stops, or a figure that no line can have.

    Examples
    --------
    >>> line = candidate({"type": "LineString", "coordinates": [[120, 31], [121, 31]]}, kmh=100)
    >>> line.kmh, len(line.points)
    (100.0, 2)
    """
    found = drawn.get("geometry") if isinstance(drawn, dict) and drawn.get("type") == "Feature" else drawn
    points = found.get("coordinates") if isinstance(found, dict) and found.get("type") == "LineString" else None
    if not isinstance(points, list) or not 2 <= len(points) <= MOST or not all(_is_point(point) for point in points):
        raise InputError(
            f"A line is a GeoJSON LineString of 2 to {MOST} stops in longitude and latitude, e.g. [[120.3, 31.5], "
            "[120.6, 31.3]]",
            f"线路应为 GeoJSON 的 LineString, 2 至 {MOST} 站, 坐标为经纬度, 例: [[120.3, 31.5], [120.6, 31.3]]",
        )
    line = Candidate(tuple((float(lon), float(lat)) for lon, lat, *_ in points), **_numbers(figures))
    _refuse(line)
    return line


def _is_point(point: Any) -> bool:
    if not isinstance(point, list | tuple) or len(point) < 2:
        return False
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in point[:2]):
        return False
    return bool(abs(point[0]) <= 180 and abs(point[1]) <= 90)  # false for what is no number


def _numbers(figures: dict[str, Any]) -> dict[str, Any]:
    known = {name: kind for name, kind in Candidate.__annotations__.items() if name != "points"}
    for name in figures:
        if name not in known:
            raise not_known("figure of a line", "线路参数", name, known)
    try:
        return {
            name: float(value) if "float" in str(known[name]) else str(value).strip() for name, value in figures.items()
        }
    except (TypeError, ValueError) as error:
        raise InputError(f"A figure of the line is no number: {error}", f"线路参数不是数字: {error}") from error


def _refuse(line: Candidate) -> None:
    """Raise InputError for figures that no line can have."""
    bounds = {"kmh": (1, 1000), "dwell": (0, 60), "headway": (1, 1440), "snap_km": (0, 5)}
    for name, (low, high) in bounds.items():
        if not low <= getattr(line, name) <= high:
            raise InputError(
                f"{name} is {getattr(line, name):g}; it must be from {low} to {high}",
                f"{name} 为 {getattr(line, name):g}, 须在 {low} 至 {high} 之间",
            )
    if line.mode not in MODES:
        raise not_known("mode of a line", "线路方式", line.mode, MODES)
    if not line.name or len(line.name) > 100:
        raise InputError("A line needs a name of at most 100 characters", "线路须有名称, 不超过 100 字")
    if (_km(line) == 0).any():
        raise InputError("Two stops of the line one after the other are at one point", "线路相邻两站位于同一点")
    _starts(line)


def _km(line: Candidate) -> np.ndarray:
    """Straight distance from stop to stop [km], on the ellipsoid."""
    lon, lat = np.array(line.points).T
    return np.asarray(_GLOBE.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]) / 1000


def _starts(line: Candidate) -> np.ndarray:
    """Departures from an end [s after midnight]."""
    first, _, late = line.hours.partition("-")
    found = np.arange(clock(first.strip()), clock(late.strip()), line.headway * MINUTE).round().astype(np.int64)
    if not 1 <= len(found) <= TRIPS:
        raise InputError(
            f"No trip leaves in the hours {line.hours}. Write first and last, e.g. 06:00-22:00",
            f"运营时段 {line.hours} 内没有车次, 请写成先后两个时刻, 例: 06:00-22:00",
        )
    return found


class Rows(NamedTuple):
    """Rows of a candidate for the tables of a timetable; `length` is that of the line [km], `ride` end to end [min]."""

    stops: pd.DataFrame
    routes: pd.DataFrame
    trips: pd.DataFrame
    stop_times: pd.DataFrame
    length: float
    ride: float


def rows_of(region: Region, line: Candidate) -> Rows:
    """Rows of stops that are not there yet, the route, its trips both ways, and their times.

    Examples
    --------
    >>> from hechang import tiny
    >>> line = candidate({"type": "LineString", "coordinates": [[120, 31], [120, 32]]}, headway=60, hours="06:00-08:00")
    >>> made = rows_of(tiny(), line)
    >>> len(made.stops), len(made.trips), len(made.stop_times), round(made.length), round(made.ride)
    (2, 4, 8, 111, 42)
    """
    id = f"candidate-{hashlib.blake2b(repr(line).encode(), digest_size=5).hexdigest()}"
    stops, names = _stops(region, line, id)
    ride = np.round(_km(line) / line.kmh * 3600).astype(np.int64).clip(min=1)
    times = [_trips(line, id, *way) for way in (("a", names, ride), ("b", names[::-1], ride[::-1]))]
    made = pd.concat(times, ignore_index=True)
    trips = pd.DataFrame({"id": made["trip"].unique(), "route": id, "times": "modelled"})
    said = f"候选线路: {line.kmh:g} km/h, 停站 {line.dwell:g} 分, 间隔 {line.headway:g} 分 / candidate line, as drawn"
    route = pd.DataFrame({"id": [id], "name": [line.name], "mode": [line.mode], "assumption": [said]})
    whole = float(ride.sum() + (len(ride) - 1) * line.dwell * MINUTE) / MINUTE
    return Rows(stops, route, trips, made, float(_km(line).sum()), whole)


def _stops(region: Region, line: Candidate, id: str) -> tuple[pd.DataFrame, np.ndarray]:
    """New stops of a line, and the id of the stop at each of its points."""
    known = located_stops(region)
    points = pd.DataFrame(line.points, columns=["lon", "lat"])
    own = pd.Series([f"{id}-{n:02d}" for n in range(1, len(points) + 1)])
    near = [_nearest(known, lon, lat, line.snap_km) for lon, lat in line.points]
    ids = pd.Series(near, dtype=object).fillna(own)
    new = points.assign(id=own, name=[f"{line.name} {n}" for n in range(1, len(own) + 1)], mode=line.mode)
    there = ids.ne(own) | own.isin(known["id"])
    return new[~there].reset_index(drop=True), ids.to_numpy(dtype=object)


def _nearest(stops: pd.DataFrame, lon: float, lat: float, km: float) -> str | None:
    """The nearest stop within some km; None where there is none."""
    close = stops[(stops["lat"] - lat).abs() <= km / 100]  # a degree of latitude is more than 100 km
    if close.empty:
        return None
    metres = np.asarray(_GLOBE.inv(np.full(len(close), lon), np.full(len(close), lat), close["lon"], close["lat"])[2])
    at = int(metres.argmin())
    return str(close["id"].iloc[at]) if metres[at] <= km * 1000 else None


def _trips(line: Candidate, id: str, way: str, stops: np.ndarray, ride: np.ndarray) -> pd.DataFrame:
    """Times of all trips of one direction, in the order of stops."""
    starts, stay = _starts(line), round(line.dwell * MINUTE)
    arrive = np.concatenate([[0], np.cumsum(ride + stay) - stay])
    depart = arrive + stay
    depart[0], depart[-1] = 0, arrive[-1]
    trip = np.repeat([f"{id}-{way}{n:04d}" for n in range(1, len(starts) + 1)], len(stops))
    return pd.DataFrame({
        "trip": trip, "sequence": np.tile(np.arange(len(stops)) + 1, len(starts)), "stop": np.tile(stops, len(starts)),
        "arrive": (starts[:, None] + arrive).ravel(), "depart": (starts[:, None] + depart).ravel(),
    })  # fmt: skip


def with_line(region: Region, line: Candidate, *, ways: Ways = WAYS) -> OneNet:
    """The one-net of a region with a candidate line, held in memory only; a branch that holds it stays as it is.

    Examples
    --------
    >>> from hechang import tiny
    >>> line = candidate({"type": "LineString", "coordinates": [[120, 31], [120, 32]]}, headway=60, hours="06:00-08:00")
    >>> len(with_line(tiny(), line).trips)
    4
    """
    made, daily = rows_of(region, line), timetable(region)
    times = made.stop_times[~made.stop_times["trip"].isin(set(daily.calls["trip"]))]
    own = made.trips[made.trips["id"].isin(set(times["trip"]))]
    said = {"of": own["id"], "mode": line.mode, "assumption": made.routes["assumption"].iloc[0]}
    trips = pd.concat([daily.trips, own.assign(**said, before=True, on=True, after=True)], ignore_index=True)
    calls = pd.concat([daily.calls, times.assign(board=True, alight=True)], ignore_index=True)
    stops = pd.concat([located_stops(region), made.stops.assign(place=None)], ignore_index=True)
    return net_of(region, Daily(trips, calls, daily.days), stops, ways)
