"""Shapes and points from the datum they came in to the degrees that are kept, and out again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from hechang.engines import datum as engine
from hechang.engines.datum import Floats, Pair
from hechang.intake.layers.layer import Shapes
from hechang.terms.datums import Datum

Move = Callable[[Floats, Floats], Pair]
_IN = {"gcj02": engine.wgs84_from_gcj02, "bd09": engine.wgs84_from_bd09}
_OUT = {"gcj02": engine.gcj02_from_wgs84, "bd09": engine.bd09_from_wgs84}


def points_in(first: Floats, second: Floats, *, datum: Datum) -> Pair:
    """Degrees, longitude first, of points in the order their datum gives them.

    Examples
    --------
    >>> from hechang.terms.datums import datum
    >>> lon, lat = points_in(np.array([3502551.16]), np.array([1099129.93]), datum=datum("epsg:4547/ne"))
    >>> float(lon[0].round(5)), float(lat[0].round(5))
    (120.3, 31.49)
    """
    east, north = (second, first) if datum.north_first else (first, second)
    if datum.kind == "metres":
        return engine.degrees_from_metres(east, north, epsg=datum.epsg)
    return _IN[datum.name](east, north) if datum.kind == "shifted" else (east, north)


def points_out(lon: Floats, lat: Floats, *, datum: Datum) -> Pair:
    """Coordinates of a datum, in its order, of points in degrees.

    Examples
    --------
    >>> from hechang.terms.datums import datum
    >>> [float(at[0].round(2)) for at in points_out(np.array([120.3]), np.array([31.49]), datum=datum("epsg:4547"))]
    [1099129.93, 3502551.16]
    """
    made = (lon, lat)
    if datum.kind == "metres":
        made = engine.metres_from_degrees(lon, lat, epsg=datum.epsg)
    elif datum.kind == "shifted":
        made = _OUT[datum.name](lon, lat)
    return (made[1], made[0]) if datum.north_first else made


def shapes_in(shapes: Shapes, datum: Datum) -> Shapes:
    """Shapes in degrees; heights are left out, what cannot be converted becomes infinite.

    Examples
    --------
    >>> from hechang.terms.datums import datum
    >>> shapes_in(np.array([shapely.Point(31.5, 120.3)]), datum("wgs84/ne"))[0].wkt
    'POINT (120.3 31.5)'
    """
    return _moved(shapes, lambda x, y: points_in(x, y, datum=datum)) if datum.moves else shapes


def shapes_out(shapes: Shapes, datum: Datum) -> Shapes:
    """Shapes in a datum.

    Examples
    --------
    >>> from hechang.terms.datums import datum
    >>> shapely.set_precision(shapes_out(np.array([shapely.Point(121.4706, 31.2346)]), datum("gcj02")), 1e-4)[0].wkt
    'POINT (121.4751 31.2327)'
    """
    return _moved(shapes, lambda x, y: points_out(x, y, datum=datum)) if datum.moves else shapes


def _moved(shapes: Shapes, move: Move) -> Shapes:
    made: Shapes = shapely.transform(shapes, lambda at: np.column_stack(move(at[:, 0], at[:, 1])))
    return made
