"""Degrees laid flat around a middle latitude, for short distances and small areas."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

METRES_A_DEGREE = 111_195.0  # sphere of 6,371 km
Shapes = NDArray[np.object_]


def flat_scale(south: float, north: float) -> NDArray[np.float64]:
    """Metres of one degree of longitude and of latitude between two latitudes.

    Parameters
    ----------
    south, north
        Latitudes [degrees]; 2 degrees away from their middle lengths from west to east err by 2 per cent.

    Examples
    --------
    >>> flat_scale(0.0, 0.0).tolist()
    [111195.0, 111195.0]
    """
    return np.array([np.cos(np.radians((south + north) / 2)), 1.0]) * METRES_A_DEGREE


def flat(shapes: Shapes) -> Shapes:
    """Shapes in degrees laid flat around their own middle latitude [m].

    Examples
    --------
    >>> round(flat(np.array([shapely.box(120, 31, 120.001, 31.001)]))[0].area)
    10598
    """
    _, south, _, north = shapely.total_bounds(shapes)
    scale = flat_scale(south, north)
    made: Shapes = shapely.transform(shapes, lambda at: at * scale)
    return made
