"""What lies inside a drawn area: projects, people by areal share of counties, stations, railways, zones, measures."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from hechang.atlas.drawn import COLLECTIONS, STATIONS, ZONES, drawn, layer_names
from hechang.atlas.mercator import Numbers
from hechang.atlas.polygon import Area, line_km, square_km
from hechang.region.region import Region
from hechang.terms.specs import codes

RAILWAYS = "railways"  # the layer of features that holds railway lines
WHOLE = ("region", "province", "level")  # kinds of collections that are no zones


def projects_inside(rows: pd.DataFrame, area: Area) -> pd.DataFrame:
    """Those rows of `project_numbers` whose point lies inside the area or on its border, worst light first.

    A project without a point of its own counts at its place's.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.atlas.points import project_numbers
    >>> from hechang.atlas.polygon import read_area
    >>> box = read_area({"type": "Polygon", "coordinates": [[[119, 30], [122, 30], [122, 33], [119, 33]]]})
    >>> len(projects_inside(project_numbers(tiny()), box))  # tiny has neither outlines nor points
    0
    """
    return rows.iloc[np.flatnonzero(_points_inside(area, rows["lon"].to_numpy(), rows["lat"].to_numpy()))]


def _points_inside(area: Area, x: Numbers, y: Numbers) -> npt.NDArray[np.bool_]:
    shapely.prepare(area.shape)
    west, south, east, north = shapely.bounds(area.shape)
    near: npt.NDArray[np.bool_] = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    near[near] = shapely.intersects_xy(area.shape, x[near], y[near])
    return near


def by_class(inside: pd.DataFrame, column: str, named: str) -> pd.DataFrame:
    """Projects, planned and paid money [分] by stage or light: one row a code of the list, last those without one.

    Examples
    --------
    >>> rows = pd.DataFrame({"stage": [1, 8, 1], "plan": [5, 2, 1], "paid": [1, 0, 0]})
    >>> by_class(rows, "stage", "stages").loc["signed"].to_list()
    [2, 6, 1]
    """
    names = [*codes(named), ""]
    groups = inside.groupby(column)
    sums = groups[["plan", "paid"]].sum().assign(projects=groups.size())
    return sums.reindex(range(len(names)), fill_value=0).set_axis(names)[["projects", "plan", "paid"]]


def county_shares(region: Region, area: Area) -> pd.DataFrame:
    """Counties the area touches: name, name_en, people, km2 [of the county], share [0 to 1, of the county's area].

    Counties without an outline are not known to be touched.
    """
    counties = _with_km2(region)
    touched = counties[shapely.intersects(area.shape, counties["geometry"].to_numpy(dtype=object))]
    common = shapely.intersection(area.shape, touched["geometry"].to_numpy(dtype=object))
    share = np.minimum(square_km(common) / touched["km2"].to_numpy(), 1.0)
    found: pd.DataFrame = touched.drop(columns="geometry").assign(share=share)[share > 0]
    return found


def _with_km2(region: Region) -> pd.DataFrame:
    """Counties with an outline and the area it has on the ellipsoid [km²], worked out once."""

    def make() -> pd.DataFrame:
        rows = drawn(region, "counties")
        areas = rows[shapely.get_dimensions(rows["geometry"].to_numpy(dtype=object)) == 2]
        kept = areas[["name", "name_en", "people", "geometry"]]
        made: pd.DataFrame = kept.assign(km2=square_km(areas["geometry"].to_numpy(dtype=object)))
        return made

    found: pd.DataFrame = region.once("counties with km2", make)
    return found


def zones_touched(region: Region, area: Area) -> pd.DataFrame:
    """Zones and collections of places that the area touches: name, name_en, kind, share [0 to 1, of their area]."""
    parts = [drawn(region, layer)[["name", "name_en", "kind", "geometry"]] for layer in (ZONES, COLLECTIONS)]
    rows = pd.concat(parts)
    rows = rows[~rows["kind"].isin(WHOLE)]
    touched = rows[shapely.intersects(area.shape, rows["geometry"].to_numpy(dtype=object))]
    shapes = touched["geometry"].to_numpy(dtype=object)
    whole = square_km(shapes)
    common = square_km(shapely.intersection(area.shape, shapes))
    share = np.divide(common, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    found: pd.DataFrame = touched.drop(columns="geometry").assign(share=np.minimum(share, 1.0))
    return found


def stations_inside(region: Region, area: Area) -> pd.DataFrame:
    """Rail stations inside the area: name, place."""
    rows = drawn(region, STATIONS)
    points = rows["geometry"].to_numpy(dtype=object)
    return rows[_points_inside(area, shapely.get_x(points), shapely.get_y(points))].drop(columns="geometry")


def railway_km(region: Region, area: Area | None = None) -> float | None:
    """Length of mapped railway lines [km] inside an area, or in the whole region; None without such a layer."""
    if RAILWAYS not in layer_names(region):
        return None
    lines = drawn(region, RAILWAYS)["geometry"].dropna().to_numpy(dtype=object)
    if area is None:
        whole: float = region.once("railway km", lambda: float(line_km(lines).sum()))
        return whole
    near = lines[shapely.intersects(area.shape, lines)]
    inside = shapely.intersection(area.shape, near)
    return float(line_km(inside[shapely.get_dimensions(inside) >= 1]).sum())


class Mean(NamedTuple):
    """A weighted mean with its parts; `missing` counties have no value or no people."""

    value: float | None
    numerator: float | None
    denominator: float | None
    missing: int


def weighted(shares: pd.DataFrame, values: pd.Series) -> Mean:
    """Mean of a measure over the people of the area: county values weighted by people times areal share.

    Returns
    -------
    Mean
        value [unit of the measure; None where no county touched has one], numerator [value × persons], denominator
        [persons in counties with a value], missing [counties touched without a value or people].

    Examples
    --------
    >>> shares = pd.DataFrame({"people": [100, 300], "share": [1.0, 0.5]}, index=["a", "b"])
    >>> weighted(shares, pd.Series({"a": 10.0, "b": 20.0}))
    Mean(value=16.0, numerator=4000.0, denominator=250.0, missing=0)
    """
    weight = shares["people"].astype("Float64") * shares["share"]
    value = values.reindex(shares.index).astype("Float64")
    known = (weight.notna() & value.notna()).astype(bool)
    over, people = float((weight * value)[known].sum()), float(weight[known].sum())
    missing = int((~known).sum())
    if not people:
        return Mean(None, None, None, missing)
    return Mean(round(over / people, 4), round(over, 4), round(people, 4), missing)
