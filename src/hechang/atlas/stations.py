"""Stops of all timetables, each in the county it is said to be in, else in the one whose outline holds it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.drawn import shapes_of
from hechang.atlas.places import LEVELS
from hechang.region.region import Region

STOPS = "SELECT id, name, place, coalesce(mode, 'rail') AS mode, lon, lat FROM stops ORDER BY id"


def stations(region: Region) -> pd.DataFrame:
    """Stops of the region's day: id, name, place [code, missing where nobody knows], mode, lon, lat [degrees].

    A feed of somebody else names no places: its stops lie in the county whose outline holds their point. A stop at
    (0, 0) has no position.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("places", {"id": "a", "geometry": shapely.box(120, 31, 121, 32)})
    ...     _ = e.put("stops", {"id": "s", "name": "站", "lon": 120.5, "lat": 31.5})
    >>> stations(e.after)["place"].tolist()
    ['a']
    """
    made: pd.DataFrame = region.once("stations", lambda: _made(region))
    return made


def _made(region: Region) -> pd.DataFrame:
    rows = region.query(STOPS)
    rows[["lon", "lat"]] = rows[["lon", "lat"]].astype("Float64").mask(rows["lon"].eq(0) & rows["lat"].eq(0))
    rows = rows.astype({"id": object, "name": object, "place": object})
    lost = rows.index[rows["place"].isna() & rows["lon"].notna() & rows["lat"].notna()]
    if len(lost):
        rows.loc[lost, "place"] = county_at(region, rows.loc[lost, "lon"], rows.loc[lost, "lat"]).to_numpy()
    return rows.assign(place=rows["place"].where(rows["place"].notna(), None))


def county_at(region: Region, lon: pd.Series, lat: pd.Series) -> pd.Series:
    """County whose outline holds each point [degrees]; None where none does. On a border the first by its code.

    Examples
    --------
    >>> from hechang import tiny
    >>> county_at(tiny(), pd.Series([120.0]), pd.Series([31.0])).tolist()  # tiny has no outlines
    [None]
    """
    rows = region.table("places", columns=["kind", "geometry"]).sort_index()
    rows = rows[rows["kind"].isin(LEVELS["county"]) & rows["geometry"].notna()]
    outlines = shapes_of(rows["geometry"]).to_numpy(dtype=object)
    points = shapely.points(lon.to_numpy(dtype=float), lat.to_numpy(dtype=float))
    point, county = shapely.STRtree(outlines).query(points, predicate="intersects")
    found = np.full(len(points), len(rows))
    np.minimum.at(found, point, county)
    return pd.Series([*rows.index, None], dtype=object).iloc[found].set_axis(lon.index)
