"""How many trains a day leave a place for others, or for one of them."""

from __future__ import annotations

import pandas as pd

from hechang.atlas import places, trains_between
from hechang.atlas.reached import of_all
from hechang.atlas.trains import RAIL
from hechang.region.region import Region
from hechang.terms.catalogue import measure
from hechang.terms.errors import not_known
from hechang.terms.units import Text

NO_TIMETABLE = "没有时刻表: 请导入 GTFS (hechang import) / no timetable: import GTFS (hechang import)"


@measure(
    "frequency",
    zh="每日列车班次",
    en="Trains a day",
    unit="trains a day",
    source="推进会 2022-09-27 (城际轨道交通“一张网”); 由时刻表计数",
)
def frequency(
    region: Region, *, to: Text = "", level: Text = "city", plan: Text = "", service: Text = ""
) -> pd.DataFrame:
    """Trains a day from each place that call at another place of the region later, or at the place asked for.

    A train counts once however many stations of a place it calls at.

    Parameters
    ----------
    region
        Needs a rail timetable (stops with their place, trips, stop_times).
    to
        Place the trains must call at later; any other place of the level where empty.
    level
        Places to count by: city, county or town.
    plan
        Plan version whose member cities make up the region; that of the region's settings when empty.
    service
        Day of service [ISO date] whose trips count; a typical weekday of the newest timetable when empty.

    Returns
    -------
    DataFrame
        One row per place: value [trains a day], dests [places they call at later], first, last [HH:MM, of leaving],
        why_missing where the region holds no timetable. A place without trains has the value 0.

    Raises
    ------
    NotKnown
        where `to` is no place of the level.

    Examples
    --------
    >>> from hechang import tiny
    >>> frequency(tiny())["why_missing"].str.contains("no timetable").tolist()  # tiny has links, and no timetable
    [True, True]
    """
    known = places(region, level, plan).index
    if to and to not in known:
        raise not_known(f"place of level '{level}'", f"地点(层级 {level})", to, known)
    all_trains = trains_between(region, level=level, service=service)
    trains = _towards(all_trains, to, known)
    each = trains.groupby("origin")
    made = pd.DataFrame({
        "value": each["trip"].nunique().reindex(known, fill_value=0 if len(all_trains) else None).astype("Float64"),
        "dests": each["dest"].nunique().reindex(known, fill_value=0),
        "first": clock_of(each["depart"].min()).reindex(known), "last": clock_of(each["depart"].max()).reindex(known),
    })  # fmt: skip
    why = pd.Series(NO_TIMETABLE, index=known).where(made["value"].isna(), None)
    return of_all(made.assign(why_missing=why), region, level, plan, service, RAIL)


def _towards(trains: pd.DataFrame, to: str, known: pd.Index) -> pd.DataFrame:
    wanted = trains[trains["dest"] == to] if to else trains[trains["dest"].isin(known)]
    return wanted[wanted["origin"].isin(known)]


def clock_of(seconds: pd.Series) -> pd.Series:
    """Write seconds after midnight as HH:MM; hours of the next day go on from 24.

    Examples
    --------
    >>> clock_of(pd.Series([27_000, 90_300])).tolist()
    ['07:30', '25:05']
    """
    minutes = (seconds // 60).astype("int64")
    return (minutes // 60).astype(str).str.zfill(2) + ":" + (minutes % 60).astype(str).str.zfill(2)


def explain_frequency(
    region: Region, id: str, *, to: Text = "", level: Text = "city", plan: Text = "", service: Text = ""
) -> pd.DataFrame:
    """The very trains from a place, by when they leave; parameters as of `frequency`.

    Returns
    -------
    DataFrame
        One row a train and place it calls at: dest, name, trip, board, alight [stations], depart, arrive [HH:MM],
        time_basis [published, modelled, by headway or assumed].

    Examples
    --------
    >>> from hechang import tiny
    >>> explain_frequency(tiny(), "x").empty
    True
    """
    rows = places(region, level, plan)
    if id not in rows.index:
        raise not_known(f"place of level '{level}'", f"地点(层级 {level})", id, rows.index)
    trains = _towards(trains_between(region, level=level, service=service), to, rows.index)
    own = trains[trains["origin"] == id].sort_values(["depart", "trip", "arrive"])
    named = own.assign(
        name=own["dest"].map(rows["name"]), depart=clock_of(own["depart"]), arrive=clock_of(own["arrive"])
    )
    return named[["dest", "name", "trip", "board", "alight", "depart", "arrive", "time_basis"]].reset_index(drop=True)
