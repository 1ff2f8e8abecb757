"""Roads as a network: how far it is by road between points, where the region holds road links.

Links of mode `road` carry a length; who uses them declares a speed. No class, direction or barrier is made up: a link
can be driven as `both_ways` says.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.sphere import on_sphere
from hechang.region.region import Region

APPROACH_KM = 5.0  # a point farther from every road than this has no way by road
ROUND = 2.0  # ways by road longer than so many times the straight distance looked at are left out
LINE = 1  # type of a shape that has two ends
SOURCES = 512  # searched at a time: bounds memory


class Roads(NamedTuple):
    """Nodes [longitude, latitude in degrees] and lengths of links between them [km], as a sparse matrix."""

    nodes: pd.DataFrame
    km: Any


def roads(region: Region) -> Roads | None:
    """Return the road network of a region; None where it holds no road link with length and line.

    Examples
    --------
    >>> from hechang import tiny
    >>> roads(tiny()) is None  # tiny has rail links only
    True
    """
    made: Roads | None = region.once("roads", lambda: _made(region))
    return made


def _made(region: Region) -> Roads | None:
    sql = """SELECT origin, dest, km, coalesce(both_ways, true) AS both_ways, geometry FROM links
             WHERE mode = 'road' AND km > 0 AND geometry IS NOT NULL ORDER BY id"""
    links = region.query(sql)
    links = links.assign(geometry=shapely.from_wkb(links["geometry"].to_numpy(dtype=object)))
    lines = links[shapely.get_type_id(links["geometry"].to_numpy(dtype=object)) == LINE]
    return network(lines) if len(lines) else None


def network(links: pd.DataFrame) -> Roads:
    """Make a network of links: origin, dest [node ids], km, both_ways, geometry [LineString, degrees].

    Examples
    --------
    >>> line = shapely.LineString([(120, 31), (120.1, 31)])
    >>> row = {"origin": "a", "dest": "b", "km": 10.0, "both_ways": True, "geometry": line}
    >>> made = network(pd.DataFrame([row]))
    >>> made.km.toarray().tolist(), made.nodes["lon"].tolist()
    ([[0.0, 10.0], [10.0, 0.0]], [120.0, 120.1])
    """
    from scipy.sparse import coo_matrix  # takes a tenth of a second to load

    names = pd.Index(pd.unique(pd.concat([links["origin"], links["dest"]]).astype(str)))
    a, b = (names.get_indexer(links[end].astype(str)) for end in ("origin", "dest"))
    lines = links["geometry"].to_numpy(dtype=object)
    spots = np.full((len(names), 2), np.nan)
    for at, of in ((a, shapely.get_point(lines, 0)), (b, shapely.get_point(lines, -1))):
        spots[at] = np.stack([shapely.get_x(of), shapely.get_y(of)], axis=1)
    back = links["both_ways"].to_numpy(dtype=bool)
    km = links["km"].to_numpy(dtype=float)
    ends = np.concatenate([a, b[back]]), np.concatenate([b, a[back]])
    found = pd.DataFrame({"a": ends[0], "b": ends[1], "km": np.concatenate([km, km[back]])})
    least = found.groupby(["a", "b"], as_index=False)["km"].min()  # of two links between two nodes the shorter
    whole = coo_matrix((least["km"], (least["a"], least["b"])), shape=(len(names), len(names))).tocsr()
    return Roads(pd.DataFrame(spots, columns=["lon", "lat"], index=names), whole)


def road_km(
    given: Roads,
    origins: pd.DataFrame,
    dests: pd.DataFrame,
    pairs: tuple[np.ndarray, np.ndarray],
    *,
    detour: float,
    km: float,
) -> np.ndarray:
    """Length by road of some pairs of points [km]: to the nearest node, along the links, and from the nearest node.

    Parameters
    ----------
    given
        The network.
    origins, dests
        Points with lon and lat [degrees].
    pairs
        Numbers of origins and of destinations.
    detour
        Length of the way to the nearest node over the straight line.
    km
        Straight distance that was looked at; ways more than twice as long are left out.

    Returns
    -------
    ndarray
        One number a pair; inf where there is no way.
    """
    from scipy.sparse.csgraph import dijkstra

    (start, to_start), (end, to_end) = (_approach(given, points) for points in (origins, dests))
    a, b = pairs
    found = np.full(len(a), np.inf)
    sources = np.unique(start[a])
    for low in range(0, len(sources), SOURCES):
        some = sources[low : low + SOURCES]
        mine = np.flatnonzero((start[a] >= some[0]) & (start[a] <= some[-1]))
        along = dijkstra(given.km, indices=some, limit=km * ROUND)
        found[mine] = along[np.searchsorted(some, start[a[mine]]), end[b[mine]]]
    length = found + detour * (to_start[a] + to_end[b])
    return np.where(length <= km * ROUND, length, np.inf)


def _approach(given: Roads, points: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Nearest node of each point, and the straight distance to it [km]; inf where it is too far."""
    from scipy.spatial import cKDTree

    metres, node = cKDTree(on_sphere(given.nodes)).query(on_sphere(points))
    return node.astype(np.int64), np.where(metres <= APPROACH_KM * 1000, metres / 1000, np.inf)
