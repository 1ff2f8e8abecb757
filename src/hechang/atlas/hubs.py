"""Hubs 枢纽: rail stations where trains call, ports and airports, with what is known of each."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.drawn import drawn, layer_names
from hechang.region.region import Region
from hechang.terms.errors import not_known

LAYERS = {"port": "ports", "airport": "airports"}
KINDS = ("rail", *LAYERS)
STATIONS = """SELECT s.id, s.name, s.place, s.lon, s.lat, count(DISTINCT t.trip) AS calls
              FROM stops s JOIN stop_times t ON t.stop = s.id JOIN trips r ON r.id = t.trip
              JOIN routes l ON l.id = r.route
              WHERE coalesce(l.mode, 'rail') = 'rail' AND s.place IS NOT NULL AND s.lon IS NOT NULL
                AND NOT (s.lon = 0 AND s.lat = 0)
              GROUP BY ALL ORDER BY s.id"""


def hubs(region: Region, kind: str) -> pd.DataFrame:
    """Hubs of a kind (rail, port, airport) that have a position and a county.

    An airport whose properties say `commercial: false` is a small field, and none.

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
    found: pd.DataFrame = region.once(("hubs", kind), lambda: _made(region, kind))
    return found


def _made(region: Region, kind: str) -> pd.DataFrame:
    if kind == "rail":
        return region.query(STATIONS).set_index("id")
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
