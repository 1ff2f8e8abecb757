"""What lies where: spatial relations of a table's shapes to one other shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.points import place_points
from hechang.region.region import Region
from hechang.terms.specs import table as spec

RELATIONS = ("intersects", "disjoint", "contains", "within", "touches", "crosses", "overlaps", "equals")


@dataclass(frozen=True)
class Shapes:
    """Shapes of the rows of a table in longitude and latitude, None where a row has none."""

    ids: pd.Index
    shapes: np.ndarray[Any, Any]

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of all of them; None where there is no shape."""
        if not len(self.shapes):
            return None
        whole = shapely.total_bounds(self.shapes)
        return None if np.isnan(whole).any() else tuple(float(edge) for edge in whole)  # type: ignore[return-value]

    def of(self, ids: pd.Index) -> np.ndarray[Any, Any]:
        """Shapes of some rows, in the order asked for."""
        made: np.ndarray[Any, Any] = self.shapes[self.ids.get_indexer(ids)]
        return made


def has_shapes(name: str) -> bool:
    """Tell whether the rows of a table lie somewhere.

    Examples
    --------
    >>> has_shapes("places"), has_shapes("stops"), has_shapes("returns")
    (True, True, False)
    """
    names = [f.name for f in spec(name).fields]
    return "geometry" in names or {"lon", "lat"} <= set(names)


def shapes_of(
    region: Region, name: str, rows: str = "", parameters: Mapping[str, Any] = MappingProxyType({})
) -> Shapes:
    """Return the shapes of a table; a project without an own one lies at the point of its place, or of one above it.

    Parameters
    ----------
    name
        A table with `geometry`, or with `lon` and `lat`.
    rows
        SQL of the rows to take in place of those in force, with their `parameters`.

    Examples
    --------
    >>> from hechang import tiny
    >>> len(shapes_of(tiny(), "projects").ids)
    4
    """
    fields = {f.name for f in spec(name).fields}
    picked = [c for c in ("place" if name == "projects" else "", "geometry", "lon", "lat") if c in fields]
    frame = region.query(f"SELECT id, {', '.join(picked)} FROM {rows or _quoted(name)} ORDER BY id", **parameters)
    if name == "projects":
        there = place_points(region)[["lon", "lat"]].reindex(
            frame["place"].astype(object).where(frame["place"].notna(), None)
        )
        frame = frame.assign(lon=there["lon"].to_numpy(), lat=there["lat"].to_numpy())
    return Shapes(pd.Index(frame["id"].astype(object)), _shapes(frame))


def _quoted(name: str) -> str:
    return f'"{name}"'


def _shapes(frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Own shapes, else the point of a row that has one."""
    shapes = np.full(len(frame), None, dtype=object)
    if "geometry" in frame:
        shapes = np.asarray(
            shapely.from_wkb(frame["geometry"].astype(object).where(frame["geometry"].notna(), None).to_numpy()),
            dtype=object,
        )
    if "lon" not in frame:
        return shapes
    lon, lat = (frame[name].to_numpy(dtype=float, na_value=np.nan) for name in ("lon", "lat"))
    bare = shapely.is_missing(shapes) & ~np.isnan(lon) & ~np.isnan(lat)
    shapes[bare] = shapely.points(lon[bare], lat[bare])
    return shapes


def related(shapes: Shapes, relation: str, other: shapely.Geometry) -> np.ndarray[Any, Any]:
    """Tell for each row whether its shape stands in a relation to another; rows without a shape stand in none.

    Examples
    --------
    >>> two = Shapes(pd.Index(["a", "b"]), shapely.points([[0, 0], [5, 5]]))
    >>> related(two, "within", shapely.box(-1, -1, 1, 1)).tolist()
    [True, False]
    """
    if relation not in RELATIONS:
        raise ValueError(relation)
    shapely.prepare(other)  # one shape against many: the one is prepared and stands first
    turned = {"within": "contains", "contains": "within"}.get(relation, relation)
    found: np.ndarray[Any, Any] = getattr(shapely, turned)(other, shapes.shapes)
    return found


def in_box(shapes: Shapes, box: tuple[float, float, float, float]) -> np.ndarray[Any, Any]:
    """Tell for each row whether its shape meets a box (west, south, east, north); west > east crosses 180 degrees."""
    west, south, east, north = box
    parts = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    hits = [related(shapes, "intersects", shapely.box(w, south, e, north)) for w, e in parts]
    return np.asarray(np.logical_or.reduce(hits))
