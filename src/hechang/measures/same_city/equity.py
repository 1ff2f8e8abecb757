"""How equally accessibility is spread over the people of each city."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from hechang.atlas import cities, place, places
from hechang.atlas.places import at_level
from hechang.atlas.reached import on_timetable
from hechang.engines.inequality import palma, theil_parts
from hechang.region.region import Region
from hechang.terms.catalogue import measure
from hechang.terms.units import Minutes, Percent, Text

NOTHING = "没有下级地点的数值 / no value on its places"


@measure(
    "equity",
    zh="可达性公平(帕尔马比值, 泰尔指数)",
    en="Equity of accessibility: Palma ratio, Theil index",
    unit="ratio",
    source="推进会 2022-09-27 (交通的同城效应); 方法: Palma 2011, Dev. & Change 42; Theil 1967",
)
def equity(
    region: Region,
    *,
    half: Minutes = 30,
    window: Text = "07:00-09:00",
    percentile: Percent = 50,
    level: Text = "county",
    plan: Text = "",
    service: Text = "",
) -> pd.DataFrame:
    """Palma ratio of `accessibility` over the people of each city, and the city's part of the region's Theil index.

    The ratio divides the accessibility of the best-off tenth of people by that of the worst-off four tenths; where all
    have the same it is 0.25.

    Parameters
    ----------
    region
        Needs what `accessibility` needs.
    half
        Minutes after which a person counts by half. Assumption: 30.
    window
        First moment of leaving and the first too late, HH:MM-HH:MM; every minute counts. Assumption: 07:00-09:00.
    percentile
        Share of departures that take no longer [0 to 100]. Assumption: 50.
    level
        Places within the cities: county or town.
    plan
        Plan version whose member cities make up the region; that of the region's settings when empty.
    service
        Day of service [ISO date] whose trips count; a typical weekday of the newest timetable when empty.

    Returns
    -------
    DataFrame
        One row per member city: value [ratio], theil [part of the region's index that lies inside the city],
        theil_between [part that lies between cities, the same in each row], places [with a value], why_missing where
        none has a value. The parts inside and the one between add up to the index of the region.

    Examples
    --------
    >>> from hechang import tiny
    >>> # of y the best-off are 7.5 people of b, the worst-off 25 of c and 5 of b
    >>> equity(tiny(), half=40)[["value", "places"]].round(3).values.tolist()
    [[0.25, 1], [0.341, 2]]
    """
    rows = _counted(region, level, plan, half=half, window=window, percentile=percentile, service=service)
    members = cities(region, plan).index
    number = pd.Index(rows["city"].unique())
    values, people = rows["value"].to_numpy(dtype=float), rows["people"].to_numpy(dtype=float)
    groups = number.get_indexer(rows["city"])
    inside, between = theil_parts(values, people, groups)
    made = pd.DataFrame(
        {"value": [palma(values[groups == at], people[groups == at]) for at in range(len(number))],
         "theil": inside, "theil_between": between, "places": np.bincount(groups, minlength=len(number))},
        index=number,
    ).reindex(members)  # fmt: skip
    why = pd.Series(NOTHING, index=members).where(made["value"].isna(), None)
    whole = made.assign(value=made["value"].astype("Float64").round(4), why_missing=why)
    return on_timetable(whole, region, service)


def _counted(region: Region, level: str, plan: str, **asked: Any) -> pd.DataFrame:
    """Places with a value and people: value, people, city."""
    found = region.measure("accessibility", level=level, plan=plan, **asked)
    rows = places(region, level, plan)
    both = rows.assign(value=found["value"], city=at_level(region, rows.index, "city"))
    return both.dropna(subset=["value", "people", "city"]).query("people > 0")


def explain_equity(
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
    """The places of a city from the worst-off to the best-off; parameters as of `equity`.

    Returns
    -------
    DataFrame
        One row a place: dest, name, people [persons], value [persons, as of `accessibility`], below [%, share of the
        city's people who have no more].

    Examples
    --------
    >>> from hechang import tiny
    >>> explain_equity(tiny(), "y", half=40)[["dest", "below"]].round(1).values.tolist()
    [['c', 33.3], ['b', 100.0]]
    """
    place(region, id)
    rows = _counted(region, level, plan, half=half, window=window, percentile=percentile, service=service)
    own = rows[rows["city"] == id].sort_values(["value", "people"]).rename_axis("dest").reset_index()
    return own.assign(below=own["people"].cumsum() / own["people"].sum() * 100)[
        ["dest", "name", "people", "value", "below"]
    ]
