"""People and places in the circle around a place: 30, 60, 90 minutes door to door."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from hechang.atlas import minutes_between, places
from hechang.atlas.reached import NO_PEOPLE, explained, of_all
from hechang.engines.access import cumulative, within
from hechang.region.region import Region
from hechang.terms.catalogue import measure
from hechang.terms.units import Minutes, Percent, Text, share

RINGS = (30, 60, 90)  # minutes: 通勤生活圈, 同城功能圈, 产业协作圈 of the 2026 draft


@measure(
    "circles",
    zh="30-60-90 分钟圈内人口占比(门到门)",
    en="Share of the region's people in the 30-60-90 minute circle, door to door",
    unit="%",
    source="推进会 2022-09-27 (交通的同城效应); 三层圈: 规划草案 2026; 方法: Handy & Niemeier 1997, Env. Plan. A 29",
)
def circles(
    region: Region,
    *,
    limit: Minutes = 60,
    window: Text = "07:00-09:00",
    percentile: Percent = 50,
    level: Text = "county",
    plan: Text = "",
    service: Text = "",
) -> pd.DataFrame:
    """Share of all people who live within `limit` minutes of each place, with the people and places of three circles.

    Times run from the point of a place to the point of another: to a stop on foot or by road, waiting, rides, changes,
    and on from the last stop. Speeds, longest ways and the least time of a change are assumptions of our own
    (`hechang.atlas.one_net.Ways`). All people of a place count at its point.

    Parameters
    ----------
    region
        Needs places.people [persons]; a timetable and positions of places, or rail links with minutes.
    limit
        Longest time [min]; a time of exactly `limit` counts. Assumption: 60.
    window
        First moment of leaving and the first too late, HH:MM-HH:MM; every minute counts. Assumption: 07:00-09:00.
    percentile
        Share of departures that take no longer [0 to 100]. Assumption: 50.
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
        people_30, places_30 and so on for 60 and 90 [persons, places; the place itself counts], why_missing where a
        place has no position or no station.

    Examples
    --------
    >>> from hechang import tiny
    >>> circles(tiny())[["value", "places_30", "places_60", "places_90"]].values.tolist()
    [[75.0, 1, 2, 2], [100.0, 1, 3, 3], [75.0, 1, 2, 2]]
    """
    minutes = minutes_between(region, level=level, plan=plan, window=window, percentile=percentile, service=service)
    people = places(region, level, plan)["people"]
    weights = people.reindex(minutes.index).to_numpy(dtype=float, na_value=np.nan)
    times = minutes.to_numpy()
    made = share(pd.Series(cumulative(times, weights, limit), index=minutes.index), people.sum())
    for ring in RINGS:
        made[f"people_{ring}"] = pd.array(cumulative(times, weights, ring), dtype="Float64")
        made[f"places_{ring}"] = pd.array(within(times, ring).sum(axis=1), dtype="Int64")
    made.loc[made["value"].isna(), "why_missing"] = NO_PEOPLE
    return of_all(made, region, level, plan, service)


def explain_circles(
    region: Region,
    id: str,
    *,
    limit: Minutes = 60,
    window: Text = "07:00-09:00",
    percentile: Percent = 50,
    level: Text = "county",
    plan: Text = "",
    service: Text = "",
) -> pd.DataFrame:
    """The very trips to every place in the circle; parameters as of `circles`.

    Returns
    -------
    DataFrame
        One row a trip: dest, name, people [persons], minutes [min], leg, leave, trip, board, alight, depart, arrive.
        People of the first legs add up to the numerator.

    Examples
    --------
    >>> from hechang import tiny
    >>> explain_circles(tiny(), "a")[["dest", "people", "minutes"]].values.tolist()
    [['a', 25, 0.0], ['b', 50, 40.0]]
    """
    asked: dict[str, Any] = {
        "level": level,
        "plan": plan,
        "window": window,
        "percentile": percentile,
        "service": service,
    }
    return explained(region, id, limit, **asked)
