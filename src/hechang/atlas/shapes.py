"""Shapes for maps: GeoJSON with the columns asked for, outlines simplified along shared borders."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from hechang.region.region import Region
from hechang.terms.specs import table as spec

TOLERANCE = 0.002  # degrees, about 200 m: fine enough for a region on a screen
DIGITS = 5  # of a degree, about 1 m
NO_DATA = "无数据 / no data"


def as_geojson(
    region: Region,
    table: str,
    *,
    columns: Sequence[str] = ("name", "name_en"),
    where: Mapping[str, Any] | None = None,
    values: pd.DataFrame | None = None,
    tolerance: float = TOLERANCE,
) -> dict[str, Any]:
    """Rows of a table that has shapes, as a GeoJSON FeatureCollection in longitude and latitude.

    Parameters
    ----------
    table
        A table with `geometry` (places, features, collections, links, projects) or with lon and lat (stops).
    columns
        Columns that become properties, besides `id`.
    where
        As in `Region.table`, e.g. `{"kind": "county"}` or `{"id": [...]}`.
    values
        A measure's frame indexed by id; its columns become properties too.
    tolerance
        Degrees; how far an outline may move. Neighbours keep their common border.

    Returns
    -------
    dict
        A row without shape has geometry null and the property `no_shape` "无数据 / no data".

    Examples
    --------
    >>> from hechang import tiny
    >>> made = as_geojson(tiny(), "places", where={"id": "a"}, columns=["people"])
    >>> made["features"][0]["properties"]["people"]
    25
    """
    frame = _with_geometry(region, table, where)
    properties = _decoded(frame[list(columns)], table)
    if values is not None:
        properties = properties.join(values[[c for c in values.columns if c not in columns]])
    shapes = _rounded(_simplified(frame["geometry"].to_numpy(dtype=object), tolerance))
    cells = json.loads(properties.to_json(orient="records", force_ascii=False))
    rows = zip(frame.index, cells, shapes, strict=True)
    return {"type": "FeatureCollection", "features": [_feature(str(id), cell, shape) for id, cell, shape in rows]}


def _decoded(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """JSON columns as what they hold rather than as text."""
    texts = [name for name in frame.columns if spec(table).field(name).kind == "json"]
    return frame.assign(**{name: frame[name].astype(object).map(json.loads, na_action="ignore") for name in texts})


def _with_geometry(region: Region, table: str, where: Mapping[str, Any] | None) -> pd.DataFrame:
    frame = region.table(table, where=where).sort_index()
    if "geometry" in frame.columns:
        wkb = frame["geometry"].astype(object)
        return frame.assign(geometry=shapely.from_wkb(wkb.where(wkb.notna(), None).to_numpy()))
    points = shapely.points(frame["lon"].astype(float), frame["lat"].astype(float))
    return frame.assign(geometry=points)


def _simplified(shapes: np.ndarray, tolerance: float) -> np.ndarray:
    made = shapes.copy()
    kinds = np.array([-1 if shape is None else shape.geom_type.endswith("Polygon") for shape in shapes], dtype=int)
    if tolerance and (kinds == 1).any():
        made[kinds == 1] = shapely.coverage_simplify(shapes[kinds == 1], tolerance)
    if tolerance and (kinds == 0).any():
        made[kinds == 0] = shapely.simplify(shapes[kinds == 0], tolerance)
    return made


def _rounded(shapes: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.transform(shapes, lambda points: points.round(DIGITS)))


def _feature(id: str, properties: dict[str, Any], shape: Any) -> dict[str, Any]:
    missing = {"no_shape": NO_DATA} if shape is None else {}
    geometry = None if shape is None else shapely.geometry.mapping(shape)
    return {"type": "Feature", "id": id, "properties": {"id": id, **properties, **missing}, "geometry": geometry}
