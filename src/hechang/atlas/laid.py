"""A layer of the region as it is measured: its own areas, lines and points, and the rows that cannot be measured."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from hechang.atlas.drawn import COLLECTIONS, KINDS, PROJECTS, TABLES, drawn, layer_names, shapes_of
from hechang.atlas.places import LEVELS, places
from hechang.region.region import Region
from hechang.terms.errors import InputError, not_known
from hechang.terms.specs import codes

Shapes = npt.NDArray[np.object_]
POINT, LINE, AREA = 0, 1, 2  # dimensions
PLAIN = (0, 1, 3, 4, 5, 6)  # kinds of shapes in GEOS that are points, lines or areas and nothing beside
NO_OUTLINE = "没有图形 / no outline"
PARTLY = "部分成员没有图形 / some members have no outline"
EMPTY = "空图形 / empty"
NOT_NUMBERS = "坐标不是数字 / a coordinate is no number"
MIXED = "点线面混合 / points, lines and areas mixed"
CROSSING = "图形自相交或无效 / crosses itself or is not valid"


class Laid(NamedTuple):
    """Rows of a layer that can be measured, and those that cannot; both indexed by id.

    rows: name, synthetic, geometry [shapely, degrees]. lost: name, why ("中文 / English").
    """

    rows: pd.DataFrame
    lost: pd.DataFrame

    @property
    def shapes(self) -> Shapes:
        """Shapes of the rows, in degrees."""
        found: Shapes = self.rows["geometry"].to_numpy(dtype=object)
        return found

    def of(self, dimension: int) -> pd.DataFrame:
        """Rows whose shapes are points (0), lines (1) or areas (2)."""
        found: pd.DataFrame = self.rows[shapely.get_dimensions(self.shapes) == dimension]
        return found


def laid(region: Region, layer: str) -> Laid:
    """Return a layer as it is on the region's day, with its own shapes only: a place's point stands for no project.

    Parameters
    ----------
    layer
        A layer of the map (`layer_names`), a level of places (city, county, town: of the member cities only), or a
        kind of collections (zone, circle, corridor, …). A collection counts where all its members have an outline.

    Raises
    ------
    NotKnown
        for a layer the region does not have.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = laid(tiny(), "counties")  # tiny has no outlines
    >>> len(found.rows), found.lost["why"].unique().tolist()
    (0, ['没有图形 / no outline'])
    """
    made: Laid = region.once(("laid", layer), lambda: _sorted_out(_rows(region, layer)))
    return made


def areas_of(region: Region, layer: str) -> Laid:
    """Return a layer that has areas; raises InputError where it has none, NotKnown as `laid`.

    Examples
    --------
    >>> from hechang import tiny
    >>> areas_of(tiny(), "county")
    Traceback (most recent call last):
    ...
    hechang.terms.errors.InputError: Layer 'county' (3 rows) has no areas. Fill it with: hechang import places FILE
    """
    found = laid(region, layer)
    rows = found.of(AREA)
    if rows.empty:
        raise _bare(layer, found, ("areas", "面"))
    return Laid(rows, found.lost)


def shaped(region: Region, layer: str) -> Laid:
    """Return a layer that has shapes of any kind; raises InputError where no row has one, NotKnown as `laid`."""
    found = laid(region, layer)
    if found.rows.empty:
        raise _bare(layer, found, ("usable shapes", "可用图形"))
    return found


def _bare(layer: str, found: Laid, what: tuple[str, str]) -> InputError:
    command, count = f"hechang import {table_of(layer)} FILE", len(found.rows) + len(found.lost)
    return InputError(
        f"Layer '{layer}' ({count} rows) has no {what[0]}. Fill it with: {command}",
        f"图层“{layer}”({count} 行)没有{what[1]}。导入: {command}",
    )


def table_of(layer: str) -> str:
    """Table that holds a layer.

    Examples
    --------
    >>> table_of("county"), table_of("circle"), table_of("red-lines")
    ('places', 'collections', 'features')
    """
    if layer in LEVELS:
        return "places"
    return TABLES.get(layer, "collections" if layer in codes("collection_kinds") else "features")


def _rows(region: Region, layer: str) -> pd.DataFrame:
    """Rows with name, synthetic, geometry and why."""
    table, kinds = table_of(layer), codes("collection_kinds")
    if layer in LEVELS:
        ids = places(region, layer).index
        rows = region.table("places", columns=["name", "synthetic", "geometry"], where={"id": list(ids)})
        rows = rows.assign(geometry=shapes_of(rows["geometry"]))
    elif layer == PROJECTS:
        rows = region.table("projects", columns=["name", "synthetic", "geometry"])
        rows = rows.assign(geometry=shapes_of(rows["geometry"]))
    elif layer in layer_names(region) or layer in kinds:
        rows = drawn(region, COLLECTIONS if layer in kinds else layer)
        rows = rows[rows["kind"].eq(layer)] if layer in kinds else rows
        made_up = region.table(table, columns=["synthetic"])["synthetic"]
        rows = rows.assign(synthetic=made_up.reindex(rows.index))
    else:
        raise not_known("layer", "图层", layer[:40], [*layer_names(region), *LEVELS, *kinds], "hechang layer list")
    why = pd.Series(pd.NA, index=rows.index, dtype="string")
    if layer in KINDS:  # a point stands for an outline on the map; it measures nothing
        why = why.mask(shapely.get_dimensions(rows["geometry"].to_numpy(dtype=object)) < AREA, NO_OUTLINE)
    if table == "collections":
        why = why.mask(rows["drawn"].lt(rows["members"]) & _of_members(region, rows.index), PARTLY)
    return rows[["name", "synthetic", "geometry"]].assign(why=why).sort_index()


def _of_members(region: Region, ids: pd.Index) -> pd.Series:
    """Whether a collection has no outline of its own."""
    own = region.table("collections", columns=["geometry"])["geometry"]
    return own.reindex(ids).isna()


def _sorted_out(rows: pd.DataFrame) -> Laid:
    shapes = rows["geometry"].to_numpy(dtype=object)
    why = rows["why"].astype(object).where(rows["why"].notna(), why_unfit(shapes)).to_numpy(dtype=object)
    bad = pd.notna(why)
    lost = rows.loc[bad, ["name"]].assign(why=pd.Series(why[bad], index=rows.index[bad], dtype="string"))
    return Laid(rows.loc[~bad, ["name", "synthetic", "geometry"]], lost)


def why_unfit(shapes: Shapes) -> Shapes:
    """Tell of each shape why it cannot be measured ("中文 / English"); None where it can.

    Examples
    --------
    >>> bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    >>> why_unfit(np.array([None, shapely.Point(), bow, shapely.Point(1, 2)])).tolist()[1:]
    ['空图形 / empty', '图形自相交或无效 / crosses itself or is not valid', None]
    """
    at, owner = shapely.get_coordinates(shapes, return_index=True)
    unknown = np.isin(np.arange(len(shapes)), owner[~np.isfinite(at).all(axis=1)])
    tests = [
        shapely.is_missing(shapes),
        unknown,
        shapely.is_empty(shapes),
        ~np.isin(shapely.get_type_id(shapes), PLAIN),
        ~shapely.is_valid(shapes),
    ]
    said = np.select(tests, [NO_OUTLINE, NOT_NUMBERS, EMPTY, MIXED, CROSSING], "").astype(object)
    said[said == ""] = None
    return said
