"""Places as they are on a day and under a plan version: member cities, their counties, their towns."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.region.zones import TOWNS
from hechang.terms.errors import InputError, NotKnown, not_known

LEVELS = {"city": ("city",), "county": ("county",), "town": TOWNS}
STEPS = 4  # town, county, city, province: no place has more above it
_COLUMNS = "p.id, p.name, p.name_en, p.kind, p.parent, p.people, p.people_year, p.area_km2, p.lon, p.lat, p.quality"


def plan_of(region: Region, plan: str = "") -> str:
    """Plan version to count by: `plan`, else the one in the region's settings; empty where neither names one.

    Raises
    ------
    NotKnown
        for a plan the region does not have on its day.

    Examples
    --------
    >>> from hechang import tiny
    >>> plan_of(tiny())
    'p'
    """
    chosen = plan or region.settings.plan
    known = region.table("plans", columns=["name"]).index
    if chosen and chosen not in known:
        later = region.every_version("plans", [chosen])
        if len(later):
            start = later["valid_from"].min()
            raise NotKnown(
                f"Plan '{chosen}' is not in force on {region.day}. Look at a day from {start} on",
                f"规划“{chosen}”在 {region.day} 尚未生效或已失效, 请查看 {start} 以后的日期",
            )
        raise not_known("plan", "规划版本", chosen, known)
    return chosen


def members_of(region: Region, plan: str = "") -> pd.DataFrame:
    """Member cities of a plan version on the region's day, indexed by place code.

    Columns name, name_en, kind, parent, people [persons], people_year, area_km2, lon, lat, quality, has_shape. A city
    without outline has has_shape False: show it as "no data". Without any plan all cities of the region are members.

    Examples
    --------
    >>> from hechang import tiny
    >>> list(members_of(tiny()).index)
    ['x', 'y']
    """
    chosen = plan_of(region, plan)
    if not chosen:
        return _rows(region, "p.kind = 'city'")
    inside = "p.id IN (SELECT m.place FROM members m JOIN collections c ON c.id = m.collection"
    return _rows(region, f"{inside} WHERE c.kind = 'region' AND c.plan = $plan)", plan=chosen)


def _rows(region: Region, condition: str, **parameters: object) -> pd.DataFrame:
    sql = f"SELECT {_COLUMNS}, p.geometry IS NOT NULL AS has_shape FROM places p WHERE {condition} ORDER BY p.id"
    return region.query(sql, **parameters).set_index("id")


def places(region: Region, level: str = "county", plan: str = "") -> pd.DataFrame:
    """All places of one level (city, county, town) inside the member cities; columns as in `members_of`.

    Statistical areas and zones are no places of a level: they would be counted twice.

    Examples
    --------
    >>> from hechang import tiny
    >>> places(tiny(), "county")["people"].to_dict()
    {'a': 25, 'b': 50, 'c': 25}
    """
    kinds = _kinds(level)
    members = members_of(region, plan)
    if level == "city":
        return members
    inside = "list_contains($above, p.parent)"
    if level == "town":  # a town may stand below a statistical area that is no county, as in 苏州工业园区
        inside = "p.parent IN (SELECT c.id FROM places c WHERE list_contains($above, c.parent))"
    condition = f"list_contains($kinds, p.kind) AND {inside}"
    return _rows(region, condition, kinds=list(kinds), above=list(members.index))


def cities(region: Region, plan: str = "") -> pd.DataFrame:
    """Member cities, as `members_of`."""
    return members_of(region, plan)


def counties(region: Region, plan: str = "") -> pd.DataFrame:
    """Counties of the member cities, as `places`."""
    return places(region, "county", plan)


def towns(region: Region, plan: str = "") -> pd.DataFrame:
    """Towns, streets and townships of the member cities, as `places`."""
    return places(region, "town", plan)


def without_places(region: Region, level: str = "county", plan: str = "") -> pd.DataFrame:
    """Member cities for which the region holds no place of a level: "no data" on a map of that level.

    Examples
    --------
    >>> from hechang import tiny
    >>> without_places(tiny(), "county").empty
    True
    """
    members = members_of(region, plan)
    known = places(region, level, plan)
    top = at_level(region, known.index, "city")
    return members[~members.index.isin(set(top.dropna()))]


def find_place(region: Region, id: str) -> pd.Series | None:
    """Row of a place in force on the region's day; None where there is none.

    Examples
    --------
    >>> from hechang import tiny
    >>> find_place(tiny(), "nowhere") is None
    True
    """
    rows = region.table("places", where={"id": id})
    return None if rows.empty else rows.iloc[0]


def place(region: Region, id: str) -> pd.Series:
    """Row of a place in force on the region's day.

    Raises
    ------
    NotKnown
        for a code nobody knows.
    InputError
        for a code that is known but not valid on that day; the message says when it is.

    Examples
    --------
    >>> from hechang import tiny
    >>> int(place(tiny(), "b")["people"])
    50
    """
    found = find_place(region, id)
    if found is not None:
        return found
    spans = region.every_version("places", [id])
    if spans.empty:
        raise not_known("place", "地点", id, region.table("places", columns=["name"]).index)
    when = "; ".join(
        f"{lo} – {'' if pd.isna(hi) else hi}" for lo, hi in zip(spans["valid_from"], spans["valid_to"], strict=True)
    )
    raise InputError(
        f"Place '{id}' is not in force on {region.day} (it is: {when}). Use the code of that day",
        f"地点“{id}”在 {region.day} 无效(有效期: {when}), 请使用当日有效的代码",
    )


def children(region: Region, id: str) -> pd.DataFrame:
    """Places directly below a place, of every kind; raises as `place`.

    Examples
    --------
    >>> from hechang import tiny
    >>> list(children(tiny(), "y").index)
    ['b', 'c']
    """
    place(region, id)
    return _rows(region, "p.parent = $id", id=id)


def _kinds(level: str) -> tuple[str, ...]:
    """Kinds of places of a level."""
    if level not in LEVELS:
        raise not_known("level of places", "地点层级", level, LEVELS)
    return LEVELS[level]


def at_level(region: Region, ids: pd.Index, level: str) -> pd.Series:
    """The place of `level` that each place is or lies in; empty where it lies in none; raises NotKnown for a level.

    Examples
    --------
    >>> from hechang import tiny
    >>> at_level(tiny(), pd.Index(["a", "c", "y"]), "city").to_dict()
    {'a': 'x', 'c': 'y', 'y': 'y'}
    """
    known = region.table("places", columns=["kind", "parent"])
    fits = set(known.index[known["kind"].isin(_kinds(level))])
    parent = known["parent"].astype(object)
    here = pd.Series(ids, index=ids, dtype=object)
    for _ in range(STEPS):
        here = here.where(here.isin(fits), here.map(parent))
    return here.where(here.isin(fits))
