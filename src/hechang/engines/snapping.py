"""Vertices that stand nearer to each other than a tolerance brought to one place."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from hechang.engines.flat import flat_scale

Shapes = NDArray[np.object_]


def snapped(shapes: Shapes, metres: float) -> Shapes:
    """Shapes in degrees whose vertices within `metres` of an earlier one stand where that one stands.

    Parameters
    ----------
    shapes
        Shapes in degrees; None stays None. Earlier means farther west, then farther south, so the order of the rows
        does not matter.
    metres
        Tolerance [m], far below the length of any side.

    Examples
    --------
    >>> near = np.array([shapely.Point(120, 31), shapely.Point(120.00000005, 31), shapely.Point(120.1, 31)])
    >>> shapely.get_x(snapped(near, 0.01)).tolist()
    [120.0, 120.0, 120.1]
    """
    at = shapely.get_coordinates(shapes)
    if not len(at):
        return shapes
    places, number = np.unique(at, axis=0, return_inverse=True)
    scale = flat_scale(float(places[:, 1].min()), float(places[:, 1].max()))
    points = shapely.points(places * scale)
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=metres)
    first = np.arange(len(places))
    np.minimum.at(first, one, other)
    return np.asarray(shapely.set_coordinates(shapes.copy(), places[first][number.ravel()]), dtype=object)
