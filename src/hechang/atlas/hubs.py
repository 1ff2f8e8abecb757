"""Hubs 枢纽: rail stations where trains call, ports and airports, with what is known of each."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.drawn import drawn, layer_names
from hechang.atlas.one_net import located_stops
from hechang.atlas.timetables import timetable
from hechang.atlas.trains import RAIL
from hechang.region.region import Region
from hechang.terms.errors import not_known

LAYERS = {"port": "ports", "airport": "airports"}
KINDS = ("rail", *LAYERS)


def hubs(region: Region, kind: str, service: str = "") -> pd.DataFrame:
    """Hubs of a kind (rail, port, airport) that have a position and a county.

    Rail stations are those of a day of service, as in `trains_between`. An airport whose properties say
    `commercial: false` is a small field, and none.

    Returns
    -------
    DataFrame
        name, place [county], lon, lat [degrees], calls [trips a day; empty for ports and airports], indexed by id.

    Raises
    ------
    NotKnown
        for another kind.

    Examples
    --------
    >>> from hechang import tiny
    >>> hubs(tiny(), "port").empty  # tiny has no layer of ports
    True
    """
    if kind not in KINDS:
        raise not_known("kind of hub", "枢纽种类", kind, KINDS)
    found: pd.DataFrame = region.once(("hubs", kind, service), lambda: _made(region, kind, service))
    return found


def _made(region: Region, kind: str, service: str) -> pd.DataFrame:
    if kind == "rail":
        return _stations(region, service)
    if LAYERS[kind] not in layer_names(region):
        return pd.DataFrame(columns=["name", "place", "lon", "lat", "calls"], index=pd.Index([], name="id"))
    rows = drawn(region, LAYERS[kind])
    shapes = rows["geometry"].to_numpy(dtype=object)
    points = rows[shapely.get_type_id(shapes) == 0]
    where = points["geometry"].to_numpy(dtype=object)
    facts = region.table("features", columns=["place", "properties"], where={"layer": LAYERS[kind]}).reindex(
        points.index
    )
    small = [json.loads(said or "{}").get("commercial") is False for said in facts["properties"].fillna("")]
    made = points[["name"]].assign(
        place=facts["place"], lon=shapely.get_x(where), lat=shapely.get_y(where), calls=pd.NA
    )
    kept: pd.DataFrame = made[~np.array(small, dtype=bool)].dropna(subset=["place"])
    return kept


def _stations(region: Region, service: str) -> pd.DataFrame:
    """Located stops in a county at which a train of the day of service calls."""
    calls = timetable(region, RAIL, service).calls.groupby("stop")["trip"].nunique()
    stops = located_stops(region).set_index("id").dropna(subset=["place"])
    found: pd.DataFrame = stops[["name", "place", "lon", "lat"]].join(calls.rename("calls"), how="inner")
    return found
