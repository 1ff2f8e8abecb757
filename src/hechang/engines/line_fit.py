"""How well points lie on known lines, read in one datum or another: a wrong datum leaves them all off by the same way.

A shift of some hundred metres is seen where a layer should follow lines that are known: stations on railways, borders
on borders. Points that follow no line are as far from it in every datum, so nothing is said of them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from hechang.engines.flat import flat_scale

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]
FEWEST = 8  # points one can judge by; own assumption
ON_LINE = 0.3  # km; what lies within it may well lie on the line; own assumption
BETTER = 0.5  # share of the distance that is left where another reading is clearly better; own assumption
NEAR, FAR = 20.0, 50.0  # km; a layer this near is where it belongs, this far is not; own assumption


def distances(points: Floats, lines: Shapes) -> Floats:
    """Distance of each point to the nearest line [km]; infinite for a point that has no place.

    Parameters
    ----------
    points
        Longitude and latitude [degrees], a row a point.
    lines
        Lines of the same datum, at least one; taken as flat around their middle, which over 4 degrees of latitude
        errs by 2 per cent.

    Examples
    --------
    >>> line = shapely.LineString([(120, 31), (122, 31)])
    >>> distances(np.array([[121.0, 31.1], [np.nan, 0]]), np.array([line])).round(2)
    array([11.12,   inf])
    """
    _, south, _, north = shapely.total_bounds(lines)
    scale = flat_scale(south, north) / 1000
    flat = shapely.transform(lines, lambda at: at * scale)
    known = np.isfinite(points).all(axis=1) & (np.abs(points) <= 360).all(axis=1)
    made = np.full(len(points), np.inf)
    if known.any():
        near, far = shapely.STRtree(flat).query_nearest(
            shapely.points(points[known] * scale), return_distance=True, all_matches=False
        )
        made[np.flatnonzero(known)[near[0]]] = far
    return made


def fits(readings: Mapping[str, Floats], lines: Shapes) -> dict[str, float]:
    """Median distance to the nearest line [km] under each reading of the same points.

    Examples
    --------
    >>> line = np.array([shapely.LineString([(120, 31), (122, 31)])])
    >>> fits({"as told": np.array([[121.0, 31.01]]), "shifted": np.array([[121.0, 31.0]])}, line)["shifted"]
    0.0
    """
    return {name: float(np.median(distances(points, lines))) if len(points) else np.inf
            for name, points in readings.items()}  # fmt: skip


def clearly_better(scores: Mapping[str, float], declared: str) -> str | None:
    """Name of the reading that fits clearly better than the declared one; None where there is none.

    Clearly better is half the distance or less where the other reading brings the layer onto the lines (300 m), or a
    layer that comes home (20 km) from far away (50 km).

    Examples
    --------
    >>> clearly_better({"wgs84": 0.52, "gcj02": 0.05}, "wgs84"), clearly_better({"wgs84": 3.1, "gcj02": 2.9}, "wgs84")
    ('gcj02', None)
    """
    told = scores[declared]
    best = min(scores, key=lambda name: scores[name])
    onto = scores[best] <= min(ON_LINE, told * BETTER) and told > ON_LINE * BETTER
    home = scores[best] <= NEAR and told >= FAR
    return best if best != declared and (onto or home) else None
