"""People near a place, each counted less the longer the way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from hechang.atlas import minutes_between, places
from hechang.atlas.reached import NO_PEOPLE, explained, of_all
from hechang.engines.access import gravity, refuse_half
from hechang.region.region import Region
from hechang.terms.catalogue import measure
from hechang.terms.units import Minutes, Percent, Text

WITHIN = 10  # halvings after which a person counts less than a thousandth: those trips are not told


@measure(
    "accessibility",
    zh="人口可达性(重力模型, 门到门)",
    en="Accessibility of people by gravity, door to door",
    unit="persons",
    source="推进会 2022-09-27 (交通的同城效应); 方法: Hansen 1959, JAIP 25",
)
def accessibility(
    region: Region,
    *,
    half: Minutes = 30,
    window: Text = "07:00-09:00",
    percentile: Percent = 50,
    level: Text = "county",
    plan: Text = "",
    service: Text = "",
) -> pd.DataFrame:
    """Sum of all people, each counted by half for every `half` minutes of travel; a place counts its own people whole.

    Parameters
    ----------
    region
        Needs places.people [persons]; a timetable and positions of places, or rail links with minutes.
    half
        Minutes after which a person counts by half. Assumption: 30; calibrate it on flows where there are any.
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
        One row per place: value [persons], own [persons of the place itself, in it], why_missing where a place has no
        position or no station.

    Raises
    ------
    InputError
        where `half` is not above 0.

    Examples
    --------
    >>> from hechang import tiny
    >>> accessibility(tiny(), half=40)["value"].round(1).tolist()  # a: 25 + 50 / 2 + 25 / 2 ** (95 / 40)
    [54.8, 72.1, 49.1]
    """
    refuse_half(half)
    minutes = minutes_between(region, level=level, plan=plan, window=window, percentile=percentile, service=service)
    people = places(region, level, plan)["people"].reindex(minutes.index).to_numpy(dtype=float, na_value=np.nan)
    value = pd.Series(gravity(minutes.to_numpy(), people, half), index=minutes.index).round(4).astype("Float64")
    why = pd.Series(NO_PEOPLE, index=minutes.index).where(value.isna(), None)
    made = pd.DataFrame({"value": value, "own": people, "why_missing": why})
    return of_all(made, region, level, plan, service)


def explain_accessibility(
    region: Region,
    id: str,
    *,
    half: Minutes = 30,
    window: Text = "07:00-09:00",
    percentile: Percent = 50,
    level: Text = "county",
    plan: Text = "",
    service: Text = "",
) -> pd.DataFrame:
    """The very trips to the people that count; parameters as of `accessibility`.

    Returns
    -------
    DataFrame
        One row a trip: dest, name, people [persons], counted [persons, halved by the time; with the first leg only],
        minutes [min], leg, leave, trip, board, alight, depart, arrive. What counts less than a thousandth of its
        people is left out.

    Examples
    --------
    >>> from hechang import tiny
    >>> explain_accessibility(tiny(), "a", half=40)[["dest", "counted"]].round(1).values.tolist()[:2]
    [['a', 25.0], ['b', 25.0]]
    """
    refuse_half(half)
    asked: dict[str, Any] = {
        "level": level,
        "plan": plan,
        "window": window,
        "percentile": percentile,
        "service": service,
    }
    told = explained(region, id, WITHIN * half, **asked)
    counted = (told["people"] * np.exp2(-told["minutes"] / half)).where(told["leg"] == 1)
    told.insert(3, "counted", counted.round(4))
    return told
