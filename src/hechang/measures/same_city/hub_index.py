"""How many people a place's rail stations, ports or airports can serve, beside those of the best hub."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hechang.atlas.hubs import KINDS, hubs
from hechang.atlas.one_net import minutes_over, one_net, spots
from hechang.atlas.places import at_level, places
from hechang.atlas.reached import of_all
from hechang.engines.access import gravity, refuse_half
from hechang.region.region import Region
from hechang.terms.catalogue import measure
from hechang.terms.errors import not_known
from hechang.terms.units import Minutes, Text

NO_HUBS = "区域没有这类枢纽的位置: 请导入 / no hub of this kind with a position: import them"
NO_PEOPLE = "没有区县人口或位置 / no people or positions of counties known"


@measure(
    "hub-index",
    zh="枢纽指数",
    en="Hub index",
    unit="index",
    source="推进会 2022-09-27 (航运航空枢纽, 多式联运、多港联动); 方法: Hansen 1959, JAIP 25 (势能)",
)
def hub_index(
    region: Region,
    *,
    hub: Text = "rail",
    half: Minutes = 30,
    window: Text = "07:00-09:00",
    level: Text = "city",
    plan: Text = "",
    service: Text = "",
) -> pd.DataFrame:
    """People who can come to the best hub of a place, each counted by half for every `half` minutes; the best is 100.

    Parameters
    ----------
    region
        Needs places.people [persons] and positions of counties; hubs: rail stops of a timetable, or points of the
        layers `ports` and `airports`.
    hub
        Kind of hub: rail, port or airport.
    half
        Minutes after which a person counts by half. Assumption: 30.
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
        One row per place: value [best hub of the region = 100], numerator and denominator [persons counted, at this
        place's hub and at the region's best], hubs [number in the place], best [name of its best hub], calls [trips a
        day there], to_rail [min from it to the next rail station, 多式联运], to_next [min to the next hub of its kind
        in another place, 多港联动], why_missing. A place without a hub has the value 0.

    Raises
    ------
    NotKnown
        for another kind of hub.
    InputError
        where `half` is not above 0.

    Examples
    --------
    >>> from hechang import tiny
    >>> hub_index(tiny())["why_missing"].str.contains("no hub").tolist()  # tiny has no stop with a position
    [True, True]
    """
    refuse_half(half)
    if hub not in KINDS:
        raise not_known("kind of hub", "枢纽种类", hub, KINDS)
    known = places(region, level, plan).index
    found = hub_people(region, hub, half=half, window=window, plan=plan, service=service)
    own = found.assign(at=at_level(region, pd.Index(found["place"]), level).to_numpy()).dropna(subset=["at"])
    own = own[own["at"].isin(known)].sort_values("counted", ascending=False, kind="stable")
    if own.empty or not own["counted"].max() > 0:
        why = pd.Series(NO_PEOPLE if len(own) else NO_HUBS, index=known)
        empty = pd.DataFrame({"value": pd.NA, "why_missing": why}).astype({"value": "Float64"})
        return of_all(empty, region, level, plan, service)
    best = own.drop_duplicates("at").set_index("at")
    made = pd.DataFrame({
        "value": (best["counted"] / own["counted"].max() * 100).round(4), "numerator": best["counted"].round(4),
        "hubs": own.groupby("at").size(), "best": best["name"], "calls": best["calls"],
    }).reindex(known)  # fmt: skip
    made = made.join(_links(region, best, hub, window=window, service=service))
    filled = made.fillna({"value": 0.0, "numerator": 0.0, "hubs": 0}).astype({"value": "Float64", "hubs": "int64"})
    whole = filled.assign(denominator=round(float(own["counted"].max()), 4), why_missing=None)
    return of_all(whole, region, level, plan, service)


def hub_people(
    region: Region, hub: str, *, half: float, window: str, plan: str = "", service: str = ""
) -> pd.DataFrame:
    """Hubs of a kind with `counted`: the people of all counties, halved with every `half` minutes to the hub.

    Examples
    --------
    >>> from hechang import tiny
    >>> hub_people(tiny(), "rail", half=30, window="07:00-09:00").empty
    True
    """
    found = hubs(region, hub, service)
    here = spots(region, "county", plan)
    if found.empty or here.empty:
        return found.assign(counted=0.0)
    minutes = minutes_over(one_net(region, service=service), here, found, window=window)
    people = here["people"].to_numpy(dtype=float, na_value=np.nan)
    return found.assign(counted=np.nan_to_num(gravity(minutes.to_numpy().T, people, half)))


def _links(region: Region, best: pd.DataFrame, hub: str, *, window: str, service: str) -> pd.DataFrame:
    """Minutes from the best hub of each place to the next rail station, and to the next hub of its kind elsewhere."""
    stations = hubs(region, "rail", service)
    net = one_net(region, service=service)
    rail = minutes_over(net, best, stations, window=window).min(axis=1)
    others = minutes_over(net, best, best, window=window)
    near = others.mask(np.eye(len(best), dtype=bool)).min(axis=1)
    return pd.DataFrame({"to_rail": 0.0 if hub == "rail" else rail, "to_next": near}, index=best.index).round(2)


def explain_hub_index(
    region: Region,
    id: str,
    *,
    hub: Text = "rail",
    half: Minutes = 30,
    window: Text = "07:00-09:00",
    level: Text = "city",
    plan: Text = "",
    service: Text = "",
) -> pd.DataFrame:
    """The hubs of a place and the people who count at each; parameters as of `hub_index`.

    Returns
    -------
    DataFrame
        One row a hub, the best first: id, name, place [county], calls [trips a day], counted [persons].

    Examples
    --------
    >>> from hechang import tiny
    >>> explain_hub_index(tiny(), "x").empty
    True
    """
    refuse_half(half)
    rows = places(region, level, plan)
    if id not in rows.index:
        raise not_known(f"place of level '{level}'", f"地点(层级 {level})", id, rows.index)
    found = hub_people(region, hub, half=half, window=window, plan=plan, service=service)
    own = found[at_level(region, pd.Index(found["place"]), level).to_numpy() == id]
    told = own.sort_values("counted", ascending=False, kind="stable").rename_axis("id").reset_index()
    shown: pd.DataFrame = told[["id", "name", "place", "calls", "counted"]].assign(counted=told["counted"].round(4))
    return shown
