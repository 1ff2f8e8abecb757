"""How long it takes from a place to one other, or to the people of the region."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from hechang.atlas import minutes_between, places
from hechang.atlas.reached import NO_PEOPLE, explained, of_all
from hechang.engines.access import known
from hechang.region.region import Region
from hechang.terms.catalogue import measure
from hechang.terms.errors import not_known
from hechang.terms.units import Percent, Text

FAR = 1440.0  # minutes: trips of the whole day are told
UNREACHED = "到达不了 / cannot be reached"


@measure(
    "travel-time",
    zh="门到门出行时间",
    en="Travel time, door to door",
    unit="min",
    source="推进会 2022-09-27 (交通的同城效应); 方法: Gutiérrez 2001, J. Transp. Geogr. 9 (人口加权平均时间)",
    edges=(0, 30, 60, 90),
)
def travel_time(
    region: Region,
    *,
    to: Text = "",
    window: Text = "07:00-09:00",
    percentile: Percent = 50,
    level: Text = "county",
    plan: Text = "",
    service: Text = "",
) -> pd.DataFrame:
    """Minutes from each place to one place, or to the people of all places it can reach, on average.

    Parameters
    ----------
    region
        Needs places.people [persons]; a timetable and positions of places, or rail links with minutes.
    to
        Place to go to; where empty the minutes to all other places count, each by its people.
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
        One row per place: value [min], numerator [person-minutes] and denominator [persons reached] of an average,
        reached [places beside itself], why_missing where a place has no position or station, or reaches nothing. Who
        reaches few places may have a short average: look at `reached` beside it.

    Raises
    ------
    NotKnown
        where `to` is no place of the level.

    Examples
    --------
    >>> from hechang import tiny
    >>> travel_time(tiny(), to="b")["value"].tolist(), travel_time(tiny())["value"].round(2).tolist()
    ([40.0, 0.0, 55.0], [58.33, 47.5, 68.33])
    """
    rows = places(region, level, plan)
    if to and to not in rows.index:
        raise not_known(f"place of level '{level}'", f"地点(层级 {level})", to, rows.index)
    minutes = minutes_between(region, level=level, plan=plan, window=window, percentile=percentile, service=service)
    wanted = minutes.reindex(columns=[to]) if to else minutes.mask(np.eye(len(minutes), dtype=bool))
    people = rows["people"].reindex(wanted.columns).to_numpy(dtype=float, na_value=np.nan)
    weights = np.ones(1) if to else known(people)
    reached = wanted.notna().to_numpy()
    above, below = np.nan_to_num(wanted.to_numpy()) @ weights, reached @ weights
    value = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    why = pd.Series(NO_PEOPLE if np.isnan(weights).any() else UNREACHED, index=minutes.index).where(~(below > 0), None)
    parts = {"numerator": above, "denominator": below} if not to else {}
    made = {"value": value, **parts, "reached": reached.sum(axis=1)}
    frame = pd.DataFrame(made, index=minutes.index).assign(value=lambda f: f["value"].astype("Float64").round(4))
    return of_all(frame.assign(why_missing=why), region, level, plan, service)


def explain_travel_time(
    region: Region,
    id: str,
    *,
    to: Text = "",
    window: Text = "07:00-09:00",
    percentile: Percent = 50,
    level: Text = "county",
    plan: Text = "",
    service: Text = "",
) -> pd.DataFrame:
    """The very trips to the place asked for, or to every place; parameters as of `travel_time`.

    Returns
    -------
    DataFrame
        One row a trip: dest, name, people [persons], minutes [min], leg, leave, trip, board, alight, depart, arrive.

    Examples
    --------
    >>> from hechang import tiny
    >>> explain_travel_time(tiny(), "a", to="c")[["dest", "minutes", "leg"]].values.tolist()
    [['c', 95.0, 1], ['c', 95.0, 2]]
    """
    asked: dict[str, Any] = {
        "level": level,
        "plan": plan,
        "window": window,
        "percentile": percentile,
        "service": service,
    }
    told = explained(region, id, FAR, **asked)
    return told[told["dest"] == (to or told["dest"])].reset_index(drop=True)
