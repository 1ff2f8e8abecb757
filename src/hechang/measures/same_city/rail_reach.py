"""People a place can reach by rail in a given time."""

from __future__ import annotations

import pandas as pd

from hechang.atlas import places, rail_journeys, rail_minutes, rail_places, without_places
from hechang.atlas.reached import NO_PLACES, on_timetable
from hechang.atlas.timetables import timetable
from hechang.atlas.trains import RAIL
from hechang.region.region import Region
from hechang.terms.catalogue import measure
from hechang.terms.errors import not_known
from hechang.terms.units import Minutes, Text, share

NO_STATION = "没有车站 / no station"


@measure(
    "rail-reach",
    zh="轨道可达人口占比(2016 年时刻表, 2010 年普查人口)",
    en="Share of the region's people reached by rail (2016 timetable, 2010 census)",
    unit="%",
    source="推进会 2022-09-27 (交通的同城效应); 方法: Handy & Niemeier 1997, Env. Plan. A 29",
)
def rail_reach(
    region: Region,
    *,
    limit: Minutes = 60,
    change: Minutes = 10,
    level: Text = "county",
    plan: Text = "",
    service: Text = "",
) -> pd.DataFrame:
    """Share of all people who live within `limit` of rail travel of each place.

    The title names the data of the demonstration region: real times of 2016-03 and people of the 2010 census. Lines
    opened since (沪苏通, 南沿江, 沪苏湖) are not in it. With other data in stops, stop_times and places.people the
    measure rests on those.

    Parameters
    ----------
    region
        Needs places.people [persons] and a rail timetable (stops, trips, stop_times), or rail links with minutes.
    limit
        Longest station-to-station trip [min], the fastest of the day; a trip of exactly `limit` counts.
        Assumption: 60; the seeds name no figure (the 2026 draft names 30, 60, 90).
    change
        Least time to change trains within a station [min]. Assumption: 10.
    level
        Places to count by: city, county or town.
    plan
        Plan version whose member cities make up the region; that of the region's settings when empty.
    service
        Day of service [ISO date] whose trips count; a typical weekday of the newest timetable when empty.

    Returns
    -------
    DataFrame
        One row per place: value [%], numerator [persons], denominator [persons, all whose number is known],
        why_missing where there is no station, or no data on a member city; a place always reaches itself.

    Examples
    --------
    >>> from hechang import tiny
    >>> rail_reach(tiny(), limit=60)["value"].to_dict()
    {'a': 75.0, 'b': 100.0, 'c': 75.0}
    """
    people = places(region, level, plan)["people"]
    times = rail_minutes(region, level=level, change=change, service=service)
    near = times[times["minutes"] <= limit]
    each = near["dest"].map(people).astype(people.dtype)  # of none it would know no number
    reached = each.groupby(near["origin"]).sum().reindex(people.index, fill_value=0)
    stations = people.index.isin(rail_places(region, level=level, service=service))
    made = share((people + reached).where(stations), people.sum())
    made.loc[~stations, "why_missing"] = NO_STATION
    empty = without_places(region, level, plan).index
    whole = pd.concat([made, pd.DataFrame({"why_missing": NO_PLACES}, index=empty)]) if len(empty) else made
    return on_timetable(whole, region, service, RAIL)


def explain_rail_reach(
    region: Region,
    id: str,
    *,
    limit: Minutes = 60,
    change: Minutes = 10,
    level: Text = "county",
    plan: Text = "",
    service: Text = "",
) -> pd.DataFrame:
    """The very trips behind one place's figure: who is reached, with how many people, by which trains.

    Parameters
    ----------
    id
        Place to start from; raises NotKnown where it is no place of the level.
    limit, change, level, plan, service
        As in `rail_reach`.

    Returns
    -------
    DataFrame
        One row per train of each journey, the place itself first with no train: dest, name, people [persons],
        minutes [min], leg, trip, board, alight, depart, arrive, time_basis [published, modelled, by headway or
        assumed; empty for links]. People of the first legs add up to the numerator.

    Examples
    --------
    >>> from hechang import tiny
    >>> explain_rail_reach(tiny(), "a")[["dest", "people", "minutes"]].values.tolist()
    [['a', 25, 0.0], ['b', 50, 40.0]]
    """
    known = places(region, level, plan)
    if id not in known.index:
        raise not_known(f"place of level '{level}'", f"地点(层级 {level})", id, known.index)
    trips = rail_journeys(region, id, within=limit, level=level, change=change, service=service)
    start = pd.DataFrame([{"dest": id, "minutes": 0.0, "leg": 1, "trip": "", "board": "", "alight": ""}])
    legs = pd.concat([start, trips[trips["dest"].isin(known.index)]], ignore_index=True).fillna("")
    named = legs.assign(name=legs["dest"].map(known["name"]), people=legs["dest"].map(known["people"]))
    basis = named["trip"].map(timetable(region, RAIL, service).trips.set_index("id")["times"].to_dict())
    columns = ["dest", "name", "people", "minutes", "leg", "trip", "board", "alight", "depart", "arrive"]
    return named[columns].assign(time_basis=basis.astype(object).fillna(""))
