"""What each layer of the map draws: a frame with shapes in longitude and latitude and what its style needs."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.places import LEVELS
from hechang.atlas.points import place_points, project_points
from hechang.region.region import Region
from hechang.terms.errors import not_known

PROJECTS, STATIONS, COLLECTIONS, ZONES = "projects", "stations", "collections", "zones"
KINDS = {"cities": LEVELS["city"], "counties": LEVELS["county"], "towns": LEVELS["town"], ZONES: ("zone",)}
TABLES = {**dict.fromkeys(KINDS, "places"), PROJECTS: "projects", STATIONS: "stops", COLLECTIONS: "collections"}
COLOUR = r"#[0-9A-Fa-f]{6}"


def layer_names(region: Region) -> list[str]:
    """Names of all layers the map knows here: those of every region, then the layers of features listed in it.

    Examples
    --------
    >>> from hechang import tiny
    >>> layer_names(tiny())
    ['cities', 'counties', 'towns', 'zones', 'projects', 'stations', 'collections']
    """
    found: list[str] = region.once("names of layers", lambda: _layer_names(region))
    return found


def _layer_names(region: Region) -> list[str]:
    listed = region.query("SELECT id FROM layers WHERE \"table\" = 'features' ORDER BY id")["id"]
    return [*TABLES, *(str(id) for id in listed if id not in TABLES)]


def drawn(region: Region, layer: str) -> pd.DataFrame:
    """Rows of a layer, indexed by id, with `geometry` (shapely, degrees; None without a shape); worked out once.

    Other columns are texts, whole numbers or numbers: name, name_en, and by layer kind, people, place, stage, light,
    plan, paid [分], synthetic, colour (of a line, as its source gives it).

    Raises
    ------
    NotKnown
        for a layer the region does not have.

    Examples
    --------
    >>> from hechang import tiny
    >>> drawn(tiny(), "counties")["people"].to_dict()
    {'a': 25, 'b': 50, 'c': 25}
    """
    if layer not in layer_names(region):
        raise not_known("layer", "图层", layer[:40], layer_names(region))
    found: pd.DataFrame = region.once(("drawn", layer), lambda: _none_for_nothing(_drawn(region, layer)))
    return found


def _drawn(region: Region, layer: str) -> pd.DataFrame:
    if layer in KINDS:
        return _places(region, layer)
    own = {PROJECTS: _projects, STATIONS: _stations, COLLECTIONS: _collections}
    return own[layer](region) if layer in own else _features(region, layer)


def _none_for_nothing(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows whose missing shapes are None: pandas writes NaN where rows were joined, which is no shape."""
    made = rows["geometry"].to_numpy(dtype=object).copy()
    made[rows["geometry"].isna().to_numpy()] = None
    return rows.assign(geometry=pd.Series(made, index=rows.index, dtype=object))


def shapes_of(geometry: pd.Series) -> pd.Series:
    """WKB as shapes; None stays None."""
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are told by name, not by a warning
        made = shapely.from_wkb(geometry.astype(object).where(geometry.notna(), None).to_numpy())
    return pd.Series(np.asarray(made, dtype=object), index=geometry.index, dtype=object)


def _places(region: Region, layer: str) -> pd.DataFrame:
    sql = """SELECT id, name, name_en, kind, people, geometry FROM places
             WHERE kind IN (SELECT unnest($kinds)) ORDER BY id"""
    rows = region.query(sql, kinds=list(KINDS[layer])).set_index("id")
    shapes, points = shapes_of(rows["geometry"]), place_points(region).reindex(rows.index)
    own = points["of"].to_numpy() == rows.index.to_numpy()  # a town without outline is a point, never its county's
    dots = _points(points["lon"].where(own), points["lat"].where(own))
    return rows.assign(geometry=shapes.where(shapes.notna(), dots))


def _points(lon: pd.Series, lat: pd.Series) -> pd.Series:
    given = (lon.notna() & lat.notna()).to_numpy()
    made = np.full(len(lon), None, dtype=object)
    x, y = (column.to_numpy(dtype="float64", na_value=np.nan) for column in (lon, lat))
    made[given] = shapely.points(x[given], y[given])
    return pd.Series(made, index=lon.index, dtype=object)


def _projects(region: Region) -> pd.DataFrame:
    rows = project_points(region)
    return rows.drop(columns=["lon", "lat"]).assign(geometry=_points(rows["lon"], rows["lat"]))


def _stations(region: Region) -> pd.DataFrame:
    """Rail stations inside the region: those with a place."""
    rows = region.table("stops", columns=["name", "place", "lon", "lat"], where={"mode": "rail"}).sort_index()
    inside = rows[rows["place"].notna()]
    return inside.drop(columns=["lon", "lat"]).assign(geometry=_points(inside["lon"], inside["lat"]))


def _features(region: Region, layer: str) -> pd.DataFrame:
    rows = region.table("features", columns=["name", "place", "properties", "geometry"], where={"layer": layer})
    told = rows["properties"].astype(object).map(lambda text: json.loads(text).get("colour"), na_action="ignore")
    colour = told.astype("string")
    plain = colour.where(colour.str.fullmatch(COLOUR).fillna(False))
    return rows.drop(columns="properties").assign(colour=plain, geometry=shapes_of(rows["geometry"])).sort_index()


def _collections(region: Region) -> pd.DataFrame:
    """Collections by their own outline, else by those of their members; `members` and how many of them are `drawn`."""
    rows = region.table("collections", columns=["name", "name_en", "kind", "geometry"]).sort_index()
    parts = region.query(
        """SELECT m.collection, p.geometry FROM members m LEFT JOIN places p ON p.id = m.place
           ORDER BY m.collection, m.place"""
    )
    shapes = shapes_of(parts["geometry"])
    grouped = shapes.groupby(parts["collection"].astype(str))
    union = grouped.agg(_union)
    own = shapes_of(rows["geometry"])
    return rows.assign(
        members=grouped.size().reindex(rows.index).fillna(0).astype("int64"),
        drawn=grouped.count().reindex(rows.index).fillna(0).astype("int64"),
        geometry=own.where(own.notna(), union.reindex(rows.index)),
    )


def _union(shapes: pd.Series) -> object:
    known = shapes.dropna().to_numpy(dtype=object)
    return shapely.union_all(known) if len(known) else None
