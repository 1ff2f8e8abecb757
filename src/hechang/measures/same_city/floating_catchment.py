"""What there is for each ten thousand people, where supply and people come from all places in reach."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hechang.atlas import minutes_between, places, trains_between
from hechang.atlas.reached import NO_PEOPLE, explained, of_all
from hechang.engines.access import two_step, within
from hechang.region.region import Region
from hechang.terms.catalogue import measure
from hechang.terms.units import Minutes, Text

TRAINS = "trains"
EACH = 10_000  # people
NO_SUPPLY = "没有供给数据: 请导入时刻表或该指标 / no supply known: import a timetable or values of that indicator"
VALUES = """SELECT place, value FROM "values" WHERE indicator = $indicator AND value IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY place ORDER BY year DESC, id) = 1"""


@measure(
    "floating-catchment",
    zh="两步移动搜寻法可达性",
    en="Accessibility by two-step floating catchments",
    unit="per ten thousand",
    source="推进会 2022-09-27 (交通的同城效应); 方法: Luo & Wang 2003, Env. Plan. B 30",
)
def floating_catchment(
    region: Region,
    *,
    supply: Text = TRAINS,
    limit: Minutes = 60,
    window: Text = "07:00-09:00",
    level: Text = "county",
    plan: Text = "",
    service: Text = "",
) -> pd.DataFrame:
    """Supply for each ten thousand people: a place shares what it has with all who reach it; each adds up its shares.

    Parameters
    ----------
    region
        Needs places.people [persons]; a timetable and positions of places, or rail links with minutes.
    supply
        What is shared: `trains` (trains a day that leave a place), or an indicator with values of places, of which
        the newest counts.
    limit
        Longest trip of a catchment [min]; a trip of exactly `limit` counts. Assumption: 60.
    window
        First moment of leaving and the first too late, HH:MM-HH:MM; the median of all minutes counts. Assumption:
        07:00-09:00.
    level
        Places to count by: city, county or town.
    plan
        Plan version whose member cities make up the region; that of the region's settings when empty.
    service
        Day of service [ISO date] whose trips count; a typical weekday of the newest timetable when empty.

    Returns
    -------
    DataFrame
        One row per place: value [supply for each ten thousand people], own [supply of the place itself], why_missing
        where a place has no position or station, or neither supply nor people are known.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="beds of a") as e:
    ...     row = {"place": "a", "indicator": "beds", "year": "2022", "value": 75, "unit": "beds"}
    ...     ids = e.put("values", row)
    >>> made = floating_catchment(e.after, supply="beds", limit=40)  # 75 beds for the 75 people of a and b
    >>> made["value"].tolist()
    [10000.0, 10000.0, 0.0]
    """
    minutes = minutes_between(region, level=level, plan=plan, window=window, service=service)
    people = places(region, level, plan)["people"].reindex(minutes.index).to_numpy(dtype=float, na_value=np.nan)
    given = _supply(region, supply, level, service).reindex(minutes.index)
    value = two_step(minutes.to_numpy(), given.to_numpy(dtype=float, na_value=np.nan), people, limit) * EACH
    unknown = given.isna().all() or np.isnan(people).all()
    figures = pd.Series(np.nan if unknown else value, index=minutes.index).round(4).astype("Float64")
    why = NO_SUPPLY if given.isna().all() else NO_PEOPLE
    made = pd.DataFrame({"value": figures, "own": given, "why_missing": why if unknown else None}, index=minutes.index)
    return of_all(made, region, level, plan, service)


def _supply(region: Region, supply: str, level: str, service: str) -> pd.Series:
    """Supply by place; what is not known has no row."""
    if supply == TRAINS:
        trains = trains_between(region, level=level, service=service)
        each: pd.Series = trains.groupby("origin")["trip"].nunique().astype("Float64")
        return each
    return region.query(VALUES, indicator=supply).set_index("place")["value"].astype("Float64")


def explain_floating_catchment(
    region: Region,
    id: str,
    *,
    supply: Text = TRAINS,
    limit: Minutes = 60,
    window: Text = "07:00-09:00",
    level: Text = "county",
    plan: Text = "",
    service: Text = "",
) -> pd.DataFrame:
    """The very trips to what is in reach, with supply and the people it is shared by; as `floating_catchment`.

    Returns
    -------
    DataFrame
        One row a trip: dest, name, people [persons], supply, shared [persons in its catchment; both with the first leg
        only], minutes [min], leg, leave, trip, board, alight, depart, arrive.

    Examples
    --------
    >>> from hechang import tiny
    >>> explain_floating_catchment(tiny(), "a", limit=40)[["dest", "shared"]].values.tolist()
    [['a', 75.0], ['b', 75.0]]
    """
    told = explained(region, id, limit, level=level, plan=plan, window=window, service=service)
    minutes = minutes_between(region, level=level, plan=plan, window=window, service=service)
    people = places(region, level, plan)["people"].reindex(minutes.index).to_numpy(dtype=float, na_value=np.nan)
    shared = pd.Series(np.nan_to_num(people) @ within(minutes.to_numpy(), limit), index=minutes.columns)
    first = told["leg"] == 1
    told.insert(3, "supply", told["dest"].map(_supply(region, supply, level, service)).where(first))
    told.insert(4, "shared", told["dest"].map(shared).where(first))
    return told
