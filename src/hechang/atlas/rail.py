"""Shortest times by rail between places: by timetable where the region holds one, else over its rail links.

The timetable is that of one day of service (`atlas.timetables`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from hechang.atlas.footpaths import changes_between
from hechang.atlas.places import at_level
from hechang.atlas.stations import stations
from hechang.atlas.timetables import rides, timetable
from hechang.engines import links, travel
from hechang.region.region import Region
from hechang.terms.units import Minutes

CHANGE: Minutes = 10  # our assumption: no source names a least time for changing trains
MINUTE = 60
RAIL = ("rail",)


@dataclass(frozen=True)
class _Net:
    """Times between stations [min], inf where unreachable, with what tells the trips of a journey."""

    stations: pd.DataFrame  # one row a node: id, name, place
    minutes: np.ndarray
    rides: np.ndarray
    found: _Timed | links.Shortest


@dataclass(frozen=True)
class _Timed:
    """The timetable as the engine holds it, when the shortest journeys leave [s], the trips by their number."""

    network: travel.Network
    doors: travel.Doors
    depart: np.ndarray
    trips: pd.Index


def rail_minutes(region: Region, *, level: str = "county", change: Minutes = CHANGE, service: str = "") -> pd.DataFrame:
    """Shortest time by rail from each place to each other one it can reach.

    Parameters
    ----------
    level
        city, county or town; the time runs between the pair of stations of two places that is fastest.
    change
        Least time between two trains in one station [min]; plain links need none.
        Assumption: 10. Changing to another station is counted only where the feed has a transfer, or one station.
    service
        Day of service [ISO]; a typical weekday when empty, see `atlas.calendars`.

    Returns
    -------
    DataFrame
        origin, dest [place codes], minutes [min, from first departure to last arrival over all departures of the
        day], rides [trains, or links]. Unreachable pairs and a place with itself have no row.

    Examples
    --------
    >>> from hechang import tiny
    >>> rail_minutes(tiny()).query("origin == 'a'")[["dest", "minutes"]].values.tolist()
    [['b', 40.0], ['c', 95.0]]
    """
    net = _net(region, change, service)
    pairs = _pairs(net, _of_level(region, net, level))
    best = pairs.sort_values(["origin", "dest", "minutes", "rides", "from", "to"], kind="stable")
    return best.drop_duplicates(["origin", "dest"])[["origin", "dest", "minutes", "rides"]].reset_index(drop=True)


def rail_places(region: Region, *, level: str = "county", service: str = "") -> pd.Index:
    """Places of a level with at least one station.

    Examples
    --------
    >>> from hechang import tiny
    >>> list(rail_places(tiny()))
    ['a', 'b', 'c']
    """
    stations = _stops(region, service)
    named = stations["place"] if len(stations) else pd.concat([_links(region)["origin"], _links(region)["dest"]])
    found = at_level(region, pd.Index(named.dropna().unique()), level).dropna()
    places: pd.Index = pd.Index(sorted(set(found)))
    return places


def rail_journeys(
    region: Region,
    origin: str,
    *,
    within: Minutes,
    level: str = "county",
    change: Minutes = CHANGE,
    service: str = "",
) -> pd.DataFrame:
    """The very trips of the fastest journey from a place to every place within some minutes.

    Returns
    -------
    DataFrame
        One row a train (or link), journeys by their time: dest [place code], minutes [min, of the whole journey],
        leg (from 1), trip [id, empty for links], board, alight [station names], depart, arrive [HH:MM, empty for
        links].

    Examples
    --------
    >>> from hechang import tiny
    >>> rail_journeys(tiny(), "a", within=100)[["dest", "leg", "board", "alight"]].values.tolist()
    [['b', 1, 'a', 'b'], ['c', 1, 'a', 'b'], ['c', 2, 'b', 'c']]
    """
    net = _net(region, change, service)
    pairs = _pairs(net, _of_level(region, net, level))
    near = pairs[(pairs["origin"] == origin) & (pairs["minutes"] <= within)]
    best = near.sort_values(["minutes", "rides", "dest", "from", "to"], kind="stable").drop_duplicates("dest")
    pairs_told = list(zip(best["from"].tolist(), best["to"].tolist(), strict=True))
    told = _train_legs(net, pairs_told) if isinstance(net.found, _Timed) else _link_legs(net, pairs_told)
    legs = [
        {"dest": dest, "minutes": minutes, "leg": n + 1, **leg}
        for dest, minutes, some in zip(best["dest"], best["minutes"], told, strict=True)
        for n, leg in enumerate(some)
    ]
    return pd.DataFrame(legs, columns=["dest", "minutes", "leg", "trip", "board", "alight", "depart", "arrive"])


def _of_level(region: Region, net: _Net, level: str) -> pd.Series:
    """Place of the level of each station, by station number."""
    own = net.stations["place"].astype(object)
    return own.map(at_level(region, pd.Index(own.dropna().unique()), level))


def _pairs(net: _Net, places: pd.Series) -> pd.DataFrame:
    """All connected pairs of stations of different places."""
    a, b = np.nonzero(np.isfinite(net.minutes))
    pairs = pd.DataFrame({"from": a, "to": b, "origin": places.to_numpy()[a], "dest": places.to_numpy()[b]})
    pairs = pairs.assign(minutes=net.minutes[a, b], rides=net.rides[a, b]).dropna(subset=["origin", "dest"])
    return pairs[pairs["origin"] != pairs["dest"]]


def _net(region: Region, change: Minutes, service: str) -> _Net:
    return region.once(("rail net", change, service), lambda: _new_net(region, change, service))


def _new_net(region: Region, change: Minutes, service: str) -> _Net:
    stations = _stops(region, service)
    return _by_timetable(region, stations, change, service) if len(stations) else _by_links(region)


def _stops(region: Region, service: str) -> pd.DataFrame:
    """Stations at which a train calls on the day of service; empty where the region holds no timetable."""
    called = timetable(region, RAIL, service).calls["stop"].unique()
    known = stations(region)[["id", "name", "place"]]
    return known[known["id"].isin(set(called))].reset_index(drop=True)


def _by_timetable(region: Region, stations: pd.DataFrame, change: Minutes, service: str) -> _Net:
    day, trips = rides(timetable(region, RAIL, service), pd.Index(stations["id"]))
    itself = np.arange(len(stations))
    none, own = (_edges(ends, len(stations)) for ends in (itself[:0], itself))
    seconds = round(change * MINUTE)
    walks = changes_between(region, stations, travel.closed(none, longest=0, change=seconds), seconds)
    net = travel.Network(day, walks)
    doors = travel.Doors(own, own, own)
    found = travel.fastest(net, doors, (0, travel.DAY))
    timed = _Timed(net, doors, found.depart, trips)
    return _Net(stations, found.seconds / MINUTE, found.rides, timed)


def _edges(ends: np.ndarray, count: int) -> travel.Edges:
    """Edges from stations to themselves."""
    return travel.edges(ends, ends, np.zeros(len(ends), dtype=np.int64), origins=count, targets=count)


def _links(region: Region) -> pd.DataFrame:
    sql = """WITH rail AS (SELECT * FROM links WHERE mode = 'rail' AND minutes IS NOT NULL)
             SELECT origin, dest, minutes FROM rail
             UNION ALL SELECT dest, origin, minutes FROM rail WHERE both_ways"""
    return region.query(sql)


def _by_links(region: Region) -> _Net:
    rows = _links(region)
    nodes = pd.Index(sorted(set(rows["origin"]) | set(rows["dest"])), dtype=object)
    origin, dest = (nodes.get_indexer(rows[c].astype(object)) for c in ("origin", "dest"))
    found = links.shortest(origin, dest, rows["minutes"].to_numpy(dtype=float), nodes=len(nodes))
    stations = pd.DataFrame({"id": nodes, "name": nodes, "place": nodes})
    rides = np.array([[len(links.way(found, a, b)) - 1 for b in range(len(nodes))] for a in range(len(nodes))])
    return _Net(stations, found.minutes, rides.reshape(found.minutes.shape), found)


def _train_legs(net: _Net, pairs: list[tuple[int, int]]) -> list[list[dict[str, str]]]:
    found, names = net.found, net.stations["name"]
    assert isinstance(found, _Timed)
    told = travel.journeys(found.network, found.doors, [(a, b, int(found.depart[a, b])) for a, b in pairs])
    return [
        [
            {
                "trip": str(found.trips[leg.trip % len(found.trips)]),
                "board": str(names[leg.origin]),
                "alight": str(names[leg.dest]),
                "depart": _clock(leg.depart),
                "arrive": _clock(leg.arrive),
            }
            for leg in legs
        ]
        for legs in told
    ]


def _link_legs(net: _Net, pairs: list[tuple[int, int]]) -> list[list[dict[str, str]]]:
    return [_links_of(net, a, b) for a, b in pairs]


def _links_of(net: _Net, a: int, b: int) -> list[dict[str, str]]:
    assert isinstance(net.found, links.Shortest)
    names = [str(net.stations["name"][node]) for node in links.way(net.found, a, b)]
    return [{"trip": "", "board": here, "alight": there, "depart": "", "arrive": ""} for here, there in pairwise(names)]


def _clock(seconds: int) -> str:
    """Time of day; the hours of the next day go on from 24."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // MINUTE:02d}"
