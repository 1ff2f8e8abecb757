"""Two layers one over the other: the parts they have in common, on the ellipsoid, and what could not be used."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from hechang.atlas.laid import AREA, LINE, POINT, Laid, Shapes, laid
from hechang.atlas.polygon import line_km, square_km
from hechang.engines.overlay import overlay
from hechang.region.region import Region
from hechang.terms.errors import InputError

MEASURES = {AREA: "km2", LINE: "km", POINT: "points"}  # what the common part of a dimension is measured by
LEAST = {AREA: 1e-8, LINE: 1e-6, POINT: 0.5}  # km² (0.01 m²), km (1 mm): less than that is rounding
EMPTY = {AREA: shapely.MultiPolygon(), LINE: shapely.MultiLineString(), POINT: shapely.MultiPoint()}
COLUMNS = ["left", "right", "km2", "km", "points", "of_left", "of_right", "geometry"]


class Common(NamedTuple):
    """Parts two layers have in common, and the rows of both that could not be laid.

    rows: left, right [ids], left_name, right_name, km2, km, points [one of them, by what the part is], of_left and
    of_right [% of the row's own area or length; empty where it has another dimension], synthetic, geometry [degrees].
    lost: layer, id, name, why.
    """

    rows: pd.DataFrame
    lost: pd.DataFrame


def common_parts(region: Region, left: str, right: str) -> Common:
    """Lay two layers of the region's day one over the other; see `laid` for what a layer can be.

    Areas are measured on the ellipsoid. An area over a line gives length, over a point a count; a border or a
    corner that two areas share is no common part.

    Raises
    ------
    NotKnown
        for a layer the region does not have.
    InputError
        where neither layer has areas: lines and points have nothing in common that could be measured.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("layers", [{"id": n, "name": n, "table": "features"} for n in ("lakes", "limits")])
    ...     _ = e.put("features", [
    ...         {"id": "l", "layer": "lakes", "name": "湖", "geometry": shapely.box(120, 31, 120.1, 31.1)},
    ...         {"id": "m", "layer": "limits", "name": "限", "geometry": shapely.box(120.05, 31, 121, 32)}])
    >>> common_parts(e.after, "lakes", "limits").rows[["km2", "of_left"]].round(2).to_numpy().tolist()
    [[52.92, 50.0]]
    """
    one, other = laid(region, left), laid(region, right)
    rows = parts_of(one, other)
    names, more = one.rows[["name", "synthetic"]], other.rows[["name", "synthetic"]]
    made = rows.assign(
        left_name=names["name"].reindex(rows["left"]).to_numpy(),
        right_name=more["name"].reindex(rows["right"]).to_numpy(),
        synthetic=_either(names["synthetic"].reindex(rows["left"]), more["synthetic"].reindex(rows["right"])),
    )
    lost = pd.concat([one.lost.assign(layer=left), other.lost.assign(layer=right)]).rename_axis("id").reset_index()
    order = ["left", "right", "left_name", "right_name", *COLUMNS[2:7], "synthetic", "geometry"]
    return Common(made[order], lost[["layer", "id", "name", "why"]])


def _either(one: pd.Series, other: pd.Series) -> npt.NDArray[np.bool_]:
    made: npt.NDArray[np.bool_] = one.fillna(False).to_numpy(dtype=bool) | other.fillna(False).to_numpy(dtype=bool)
    return made


def parts_of(one: Laid, other: Laid) -> pd.DataFrame:
    """Return the parts two laid layers have in common, in the columns of `COLUMNS`; raises InputError without areas."""
    sets = [(d, e) for d, e in product(MEASURES, MEASURES) if AREA in (d, e)]
    found = [_parts(one.of(d), other.of(e), d, e) for d, e in sets]
    if one.of(AREA).empty and other.of(AREA).empty and len(one.rows) and len(other.rows):
        raise InputError(
            "Neither layer has areas: what they have in common cannot be measured. Take one with areas",
            "两个图层都没有面, 无法量算公共部分。请选择其中一个为面图层",
        )
    return pd.concat([part for part in found if len(part)] or found[:1], ignore_index=True).sort_values(
        ["left", "right"], kind="stable", ignore_index=True
    )


def _parts(one: pd.DataFrame, other: pd.DataFrame, d: int, e: int) -> pd.DataFrame:
    """Common parts of rows of one dimension each, at least one of which is 2."""
    left, right = (rows["geometry"].to_numpy(dtype=object) for rows in (one, other))
    if d < AREA:
        at_right, at_left, pieces = _inside(right, left, d)
    else:
        at_left, at_right, pieces = _shared(left, right) if e == AREA else _inside(left, right, e)
    dimension = min(d, e)
    amount = measured(pieces, dimension)
    kept = amount > LEAST[dimension]
    at_left, at_right, amount = at_left[kept], at_right[kept], amount[kept]
    made = pd.DataFrame({"left": one.index[at_left], "right": other.index[at_right]})
    own = [(left, at_left, d), (right, at_right, e)]
    shares = [_percent(amount, shapes, at, dimension) if of == dimension else np.nan for shapes, at, of in own]
    measures = {name: amount if of == dimension else np.nan for of, name in MEASURES.items()}
    geometry = pd.Series(pieces[kept], index=made.index, dtype=object)
    return made.assign(**measures, of_left=shares[0], of_right=shares[1], geometry=geometry).astype(
        dict.fromkeys([*MEASURES.values(), "of_left", "of_right"], "float64")
    )[COLUMNS]


def _shared(left: Shapes, right: Shapes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Shapes]:
    found = overlay(left, right, pieces=True)
    return found.left, found.right, np.asarray(found.piece, dtype=object)


def _inside(areas: Shapes, thin: Shapes, dimension: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Shapes]:
    """Pairs of an area and a line or point in it, and the part of the line or point that is."""
    in_tree, asked = shapely.STRtree(areas).query(thin, predicate="intersects")[::-1]
    pieces = shapely.intersection(areas[in_tree], thin[asked])
    return in_tree, asked, only_of(pieces, dimension)


def only_of(pieces: Shapes, dimension: int) -> Shapes:
    """Shapes without their parts of another dimension; empty ones where nothing is left.

    Examples
    --------
    >>> mixed = shapely.GeometryCollection([shapely.Point(0, 0), shapely.LineString([(1, 1), (2, 2)])])
    >>> only_of(np.array([mixed, shapely.Point(3, 3)]), 1).tolist()
    [<MULTILINESTRING ((1 1, 2 2))>, <MULTILINESTRING EMPTY>]
    """
    make = {POINT: shapely.multipoints, LINE: shapely.multilinestrings, AREA: shapely.multipolygons}[dimension]
    parts, of = shapely.get_parts(pieces, return_index=True)
    fits = shapely.get_dimensions(parts) == dimension
    made = np.full(len(pieces), EMPTY[dimension], dtype=object)
    held = np.unique(of[fits])
    made[held] = make(parts[fits], indices=np.searchsorted(held, of[fits]))
    return made


def measured(shapes: Shapes, dimension: int) -> npt.NDArray[np.float64]:
    """Areas [km²], lengths [km] or numbers of points of shapes in degrees.

    Examples
    --------
    >>> measured(np.array([shapely.MultiPoint([(0, 0), (1, 1)])]), 0).tolist()
    [2.0]
    """
    if dimension == POINT:
        return np.asarray(shapely.get_num_coordinates(shapes), dtype="float64")
    return square_km(shapes) if dimension == AREA else line_km(shapes)


def _percent(
    amount: npt.NDArray[np.float64], shapes: Shapes, at: npt.NDArray[np.int64], dimension: int
) -> npt.NDArray[np.float64]:
    used, back = np.unique(at, return_inverse=True)
    whole = measured(shapes[used], dimension)[back]
    share: npt.NDArray[np.float64] = np.minimum(100 * amount / whole, 100.0)
    return share
