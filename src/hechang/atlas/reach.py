"""Minutes from every place of a level to every other one over a window of departures, and the very trips behind them.

Where the region has a timetable with located stops, the minutes run door to door over the one-net; else from node to
node over its rail links, at any moment alike.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hechang.atlas.one_net import MINUTE, WINDOW, OneNet, doors, marks_of, minutes_over, one_net, spots
from hechang.atlas.places import places
from hechang.atlas.rail import rail_journeys, rail_minutes, rail_places
from hechang.engines import travel
from hechang.engines.travel.changes import whole
from hechang.region.region import Region

LEGS = ["dest", "minutes", "leg", "leave", "trip", "board", "alight", "depart", "arrive"]


def minutes_between(
    region: Region,
    *,
    level: str = "county",
    plan: str = "",
    window: str = WINDOW,
    percentile: float = 50,
    service: str = "",
) -> pd.DataFrame:
    """Minutes from place to place, as a percentile over every minute of leaving in a window; empty where unreachable.

    Parameters
    ----------
    level, plan
        Places to take, as in `places`; those without a position (or, by links, without one) are left out.
    window
        First moment of leaving and the first too late, as HH:MM-HH:MM.
    percentile
        Share of departures that take no longer [0 to 100].
    service
        Day of service [ISO]; a typical weekday when empty.

    Returns
    -------
    DataFrame
        [origin, dest] minutes; a place reaches itself in 0.

    Raises
    ------
    InputError
        for a window that is none, a share that is no percentile, or what is no day of service.

    Examples
    --------
    >>> from hechang import tiny
    >>> minutes_between(tiny()).to_numpy().tolist()
    [[0.0, 40.0, 95.0], [40.0, 0.0, 55.0], [95.0, 55.0, 0.0]]
    """
    key = ("minutes between", level, plan, marks_of(window), percentile, service)
    made: pd.DataFrame = region.once(key, lambda: _made(region, level, plan, window, percentile, service))
    return made


def _made(region: Region, level: str, plan: str, window: str, percentile: float, service: str) -> pd.DataFrame:
    net = one_net(region, service=service)
    if not len(net.trips):
        return _by_links(region, level, plan)
    here = spots(region, level, plan)
    return minutes_over(net, here, here, window=window, percentile=percentile)


def _by_links(region: Region, level: str, plan: str) -> pd.DataFrame:
    known = places(region, level, plan).index.intersection(rail_places(region, level=level))
    pairs = rail_minutes(region, level=level)
    pairs = pairs[pairs["origin"].isin(known) & pairs["dest"].isin(known)]
    square = np.full((len(known), len(known)), np.nan)
    ends = (known.get_indexer(pd.Index(pairs[side])) for side in ("origin", "dest"))
    square[tuple(ends)] = pairs["minutes"]
    np.fill_diagonal(square, 0.0)
    return pd.DataFrame(square, index=known, columns=known)


def trips_between(  # noqa: PLR0913  an argument is an option of the measures
    region: Region,
    origin: str,
    *,
    within: float,
    level: str = "county",
    plan: str = "",
    window: str = WINDOW,
    percentile: float = 50,
    service: str = "",
) -> pd.DataFrame:
    """The very trips behind the minutes from one place to every other within some minutes.

    A percentile is the time of one of the departures: the first with that time is told.

    Returns
    -------
    DataFrame
        One row a trip, journeys by their time: dest [place code], minutes [min, from leaving to being there], leg
        (from 1), leave [HH:MM, of the journey], trip [id; empty where one goes by road or over links], board, alight
        [stop names], depart, arrive [HH:MM].

    Examples
    --------
    >>> from hechang import tiny
    >>> trips_between(tiny(), "a", within=60)[["dest", "minutes", "board", "alight"]].values.tolist()
    [['b', 40.0, 'a', 'b']]
    """
    net = one_net(region, service=service)
    if not len(net.trips):
        return rail_journeys(region, origin, within=within, level=level, service=service).assign(leave="")[LEGS]
    here = spots(region, level, plan)
    marks = marks_of(window)
    way = doors(net, here.loc[[origin]], here)
    made = whole(net.network, way, marks, percentiles=(percentile,))
    seconds = made.seconds[0, 0, : len(here)].astype(np.float64)
    arrive = made.arrivals[0, :, : len(here)].astype(np.int64) + marks.first
    leave = marks.times[np.argmax(arrive - marks.times[:, None] == seconds, axis=0)]
    near = np.flatnonzero((seconds <= within * MINUTE) & (here.index != origin))
    near = near[np.argsort(seconds[near], kind="stable")]
    told = travel.journeys(net.network, way, [(0, int(dest), int(leave[dest])) for dest in near])
    rows = [
        {"dest": here.index[int(dest)], "minutes": seconds[dest] / MINUTE, "leave": _at(leave[dest]), **leg}
        for dest, legs in zip(near, told, strict=True)
        for leg in _rows(net, legs, int(leave[dest]), int(seconds[dest]))
    ]
    return pd.DataFrame(rows, columns=LEGS)


def _rows(net: OneNet, legs: list[travel.Leg], leave: int, seconds: int) -> list[dict[str, object]]:
    if not legs:
        return [{"leg": 1, "trip": "", "board": "", "alight": "", "depart": _at(leave), "arrive": _at(leave + seconds)}]
    names, trips = net.stops["name"], net.trips["id"]
    return [
        {
            "leg": n, "trip": str(trips[leg.trip % len(trips)]), "board": str(names[leg.origin]),
            "alight": str(names[leg.dest]), "depart": _at(leg.depart), "arrive": _at(leg.arrive),
        }
        for n, leg in enumerate(legs, 1)
    ]  # fmt: skip


def _at(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // MINUTE:02d}"
