"""What figures over travel times have in common: places without a time, and the very trips behind a figure."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hechang.atlas.places import places, without_places
from hechang.atlas.reach import trips_between
from hechang.atlas.timetables import MODES, counted, timetable
from hechang.region.region import Region
from hechang.terms.errors import not_known

NO_POSITION = "没有位置或车站 / no position or station"
NO_PEOPLE = "没有人口数据: 请导入人口 / no people known: import them"
NO_PLACES = "没有下级地点的数据 / no data on its places"


def of_all(
    made: pd.DataFrame, region: Region, level: str, plan: str, service: str = "", modes: tuple[str, ...] = MODES
) -> pd.DataFrame:
    """Give every place of the level a row, those without a time with the reason; and the timetable that was counted.

    Examples
    --------
    >>> from hechang import tiny
    >>> some = pd.DataFrame({"value": [1.0], "why_missing": [None]}, index=["a"])
    >>> of_all(some, tiny(), "county", "")["why_missing"].isna().tolist()
    [True, False, False]
    """
    known = places(region, level, plan).index
    whole = made.reindex(known).astype({"why_missing": "object"})
    whole.loc[~known.isin(made.index), "why_missing"] = NO_POSITION
    empty = without_places(region, level, plan).index
    every = pd.concat([whole, pd.DataFrame({"why_missing": NO_PLACES}, index=empty)]) if len(empty) else whole
    return on_timetable(every, region, service, modes)


def on_timetable(made: pd.DataFrame, region: Region, service: str = "", modes: tuple[str, ...] = MODES) -> pd.DataFrame:
    """Put beside figures, as `attrs["timetable"]`, which trips they rest on: what `counted` tells.

    Examples
    --------
    >>> from hechang import tiny
    >>> on_timetable(pd.DataFrame(), tiny()).attrs  # tiny has links, and no timetable
    {'timetable': []}
    """
    made.attrs["timetable"] = counted(region, modes, service)
    return made


def explained(
    region: Region, id: str, limit: float, *, level: str, plan: str, service: str = "", **asked: Any
) -> pd.DataFrame:
    """Return a place itself and the very trips to every other within a limit, with names and people.

    `time_basis` says of each trip what its times are: published, modelled, by headway or assumed.

    Raises
    ------
    NotKnown
        where the place is none of the level.

    Examples
    --------
    >>> from hechang import tiny
    >>> explained(tiny(), "a", 60, level="county", plan="")[["dest", "people", "minutes"]].values.tolist()
    [['a', 25, 0.0], ['b', 50, 40.0]]
    """
    known = places(region, level, plan)
    if id not in known.index:
        raise not_known(f"place of level '{level}'", f"地点(层级 {level})", id, known.index)
    trips = trips_between(region, id, within=limit, level=level, plan=plan, service=service, **asked)
    start = pd.DataFrame([{"dest": id, "minutes": 0.0, "leg": 1}])
    legs = pd.concat([start, trips[trips["dest"].isin(known.index)]], ignore_index=True)
    legs = legs.assign(name=legs["dest"].map(known["name"]), people=legs["dest"].map(known["people"]))
    kinds = timetable(region, service=service).trips.set_index("id")["times"].to_dict()
    legs = legs.assign(time_basis=legs["trip"].map(kinds).astype(object))
    texts = ["leave", "trip", "board", "alight", "depart", "arrive", "time_basis"]
    return legs.fillna(dict.fromkeys(texts, ""))[["dest", "name", "people", "minutes", "leg", *texts]]
