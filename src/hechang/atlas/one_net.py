"""The one-net 一张网: all trips of a region as one timetable, walks between its stops, and the ways of places to them.

What no table says is an assumption, and stands in `Ways`: how one comes to a stop, how fast, how far, and how long a
change takes. Trips are those of one day of service (`atlas.timetables`), which of each mode may lie in another year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.footpaths import changes_between
from hechang.atlas.places import at_level, places
from hechang.atlas.roads import Roads, road_km, roads
from hechang.atlas.sphere import near_pairs
from hechang.atlas.stations import stations
from hechang.atlas.timetables import MODES, Daily, rides, timetable
from hechang.engines import travel
from hechang.region.region import Region
from hechang.terms.errors import InputError

MINUTE = 60
WINDOW = "07:00-09:00"


class Ways(NamedTuple):
    """How one moves outside trips; all are assumptions of our own.

    change: least time between two trips at one stop [min]; walk_km, walk_kmh: longest walk and its speed; ride_km,
    ride_kmh: beyond a walk, longest way by road and its speed; detour: length of a way over the straight line.
    """

    change: float = 10.0
    walk_km: float = 1.5
    walk_kmh: float = 4.8
    ride_km: float = 30.0
    ride_kmh: float = 30.0
    detour: float = 1.3


WAYS = Ways()


@dataclass(frozen=True)
class OneNet:
    """Stops with a position (id, name, place, mode, lon, lat), trips by number, the engine's network, the roads."""

    stops: pd.DataFrame
    trips: pd.DataFrame
    network: travel.Network
    ways: Ways
    by_road: Roads | None = None


def one_net(region: Region, *, modes: tuple[str, ...] = MODES, ways: Ways = WAYS, service: str = "") -> OneNet:
    """Make the one-net of the trips of some modes on a day of service; a typical weekday when empty.

    Raises
    ------
    InputError
        where a trip runs backwards in time, the message names trip and stop; for what is no day of service.

    Examples
    --------
    >>> from hechang import tiny
    >>> len(one_net(tiny()).trips)  # tiny has links, and no timetable
    0
    """
    made: OneNet = region.once(("one net", modes, ways, service), lambda: _made(region, modes, ways, service))
    return made


def _made(region: Region, modes: tuple[str, ...], ways: Ways, service: str) -> OneNet:
    return net_of(region, timetable(region, modes, service), located_stops(region), ways)


def net_of(region: Region, daily: Daily, stops: pd.DataFrame, ways: Ways = WAYS) -> OneNet:
    """Make the one-net of a day of service, with the transfers and roads of a region.

    Parameters
    ----------
    region
        Its transfers, stations and roads count.
    daily
        Trips and calls; those at stops that are not among `stops` are passed by.
    stops
        id, name, place, mode, lon, lat [degrees].
    ways
        Assumptions.

    Examples
    --------
    >>> from hechang import tiny
    >>> len(net_of(tiny(), timetable(tiny()), located_stops(tiny())).stops)
    0
    """
    stops = stops[stops["id"].isin(set(daily.calls["stop"]))].reset_index(drop=True)
    day, named = rides(daily, pd.Index(stops["id"]))
    change = round(ways.change * MINUTE)
    walks = travel.closed(
        _near(stops, stops, ways, ways.walk_km), longest=_seconds(ways.walk_km, ways.walk_kmh, ways), change=change
    )
    trips = daily.trips.set_index("id").loc[named, ["route", "mode", "times", "assumption"]]
    network = travel.Network(day, changes_between(region, stops, walks, change))
    return OneNet(stops, trips.rename_axis("id").reset_index(), network, ways, roads(region))


def located_stops(region: Region) -> pd.DataFrame:
    """Stops with a position: id, name, place, mode, lon, lat [degrees]."""
    return stations(region).dropna(subset=["lon", "lat"]).reset_index(drop=True)


def _seconds(km: float, kmh: float, ways: Ways) -> int:
    """Seconds of a straight distance [km] at a speed, rounded up."""
    return int(np.ceil(km * ways.detour / kmh * 3600))


def _near(
    origins: pd.DataFrame, dests: pd.DataFrame, ways: Ways, km: float, by_road: Roads | None = None
) -> travel.Edges:
    """Ways from points to others within `km` of straight line: on foot as far as one walks, beyond by road.

    Without a road network a way by road is as long as the straight line times the detour.
    """
    a, b, metres = near_pairs(origins, dests, km)
    walked = metres <= ways.walk_km * 1000
    length = metres / 1000 * ways.detour
    if by_road is not None and not walked.all():
        pairs = a[~walked], b[~walked]
        length[~walked] = road_km(by_road, origins, dests, pairs, detour=ways.detour, km=km)
    there = np.isfinite(length)
    seconds = np.ceil(length[there] / np.where(walked, ways.walk_kmh, ways.ride_kmh)[there] * 3600).astype(np.int64)
    return travel.edges(a[there], b[there], seconds, origins=len(origins), targets=len(dests))


def spots(region: Region, level: str = "county", plan: str = "") -> pd.DataFrame:
    """Places of a level that have a position: name, people, lon, lat, indexed by place code.

    A place without longitude and latitude of its own stands at a point inside its outline; one without an outline
    either is left out. A city stands at the middle of its people, as far as those of its counties are known.

    Examples
    --------
    >>> from hechang import tiny
    >>> spots(tiny()).empty
    True
    """
    rows = places(region, level, plan)
    shapes = region.table("places", columns=["geometry"])["geometry"].reindex(rows.index)
    known = shapes.astype(object).where(shapes.notna(), None)
    points = shapely.point_on_surface(shapely.from_wkb(known.to_numpy(dtype=object)))
    made = {
        name: rows[name].astype("Float64").fillna(pd.Series(of(points), index=rows.index))
        for name, of in (("lon", shapely.get_x), ("lat", shapely.get_y))
    }
    found = rows[["name", "people"]].assign(**made)
    if level == "city":
        middles = _middles(region, plan).reindex(found.index)
        found = found.assign(**{axis: middles[axis].fillna(found[axis]) for axis in ("lon", "lat")})
    return found.dropna(subset=["lon", "lat"])


def _middles(region: Region, plan: str) -> pd.DataFrame:
    """Middle of the people of each city: lon, lat, by city."""
    counties = spots(region, "county", plan).dropna(subset=["people"]).query("people > 0")
    people = counties["people"].astype(float)
    moments = counties[["lon", "lat"]].astype(float).mul(people, axis=0).assign(people=people)
    sums = moments.groupby(at_level(region, counties.index, "city").to_numpy()).sum()
    return sums[["lon", "lat"]].div(sums["people"], axis=0)


def doors(net: OneNet, origins: pd.DataFrame, dests: pd.DataFrame) -> travel.Doors:
    """Ways from places to stops, from stops to places, and from place to place without a trip.

    A place reaches itself in no time.

    Parameters
    ----------
    net
        The one-net, with its assumptions.
    origins, dests
        Places with lon and lat, as `spots` gives them.

    Examples
    --------
    >>> from hechang import tiny
    >>> net = one_net(tiny())
    >>> here = pd.DataFrame({"lon": [120.0, 120.001], "lat": [31.0, 31.0]}, index=["a", "b"])
    >>> doors(net, here, here).direct.seconds.tolist()  # 95 m by the straight line
    [0, 94, 94, 0]
    """
    far = max(net.ways.walk_km, net.ways.ride_km)
    return travel.Doors(
        _near(origins, net.stops, net.ways, far, net.by_road), _near(net.stops, dests, net.ways, far, net.by_road),
        _near(origins, dests, net.ways, far, net.by_road),
    )  # fmt: skip


def minutes_over(
    net: OneNet, origins: pd.DataFrame, dests: pd.DataFrame, *, window: str = WINDOW, percentile: float = 50
) -> pd.DataFrame:
    """Minutes from places to places over every minute of a window, door to door; empty where unreachable.

    Parameters
    ----------
    net
        The one-net, with its assumptions.
    origins, dests
        Places with lon and lat, indexed by code.
    window
        First moment of leaving and the first too late, HH:MM-HH:MM.
    percentile
        Share of departures that do not take longer [0 to 100]; 50 is the median.

    Returns
    -------
    DataFrame
        [origin, dest] minutes.

    Examples
    --------
    >>> from hechang import tiny
    >>> here = pd.DataFrame({"lon": [120.0, 121.0], "lat": [31.0, 31.0]}, index=["a", "b"])
    >>> minutes_over(one_net(tiny()), here, here).round(1).to_numpy().tolist()
    [[0.0, nan], [nan, 0.0]]
    """
    marks = marks_of(window)
    found = travel.travel_times(net.network, doors(net, origins, dests), marks, percentiles=(percentile,))[0]
    minutes = np.where(np.isfinite(found), found.astype(np.float64) / MINUTE, np.nan)
    return pd.DataFrame(minutes, index=origins.index, columns=dests.index)


def marks_of(window: str) -> travel.Marks:
    """Read HH:MM-HH:MM as every minute from the first moment on, the last moment not among them.

    Raises
    ------
    InputError
        where it is no window, or an empty one.

    Examples
    --------
    >>> marks_of("07:00-07:02")
    Marks(first=25200, step=60, count=2)
    """
    start, _, end = window.replace("\uff0d", "-").replace("\u2013", "-").partition("-")
    first, last = clock(start.strip()), clock(end.strip())
    if last <= first:
        raise InputError(
            f"The window {window} is empty. Write first and last moment, e.g. {WINDOW}",
            f"时间窗 {window} 为空, 请写成先后两个时刻, 例: {WINDOW}",
        )
    return travel.Marks(first, MINUTE, -(-(last - first) // MINUTE))


def clock(text: str) -> int:
    """Read HH:MM as seconds after midnight; hours run past 24.

    Raises
    ------
    InputError
        for anything else.

    Examples
    --------
    >>> clock("07:30"), clock("25:05")
    (27000, 90300)
    """
    hours, sign, minutes = text.partition(":")
    if not (sign and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2 and int(minutes) < MINUTE):
        raise InputError(f"'{text}' is no time of day, e.g. 07:30", f"“{text}”不是时刻, 例: 07:30")
    return (int(hours) * MINUTE + int(minutes)) * MINUTE
