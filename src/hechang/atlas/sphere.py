"""Which points lie near each other, and how far apart they are on the ellipsoid."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pyproj

RADIUS = 6_371_000.0  # m, of the sphere on which near points are looked for; distances are those on the ellipsoid
SLACK = 1.01  # the sphere and the ellipsoid differ by less


def near_pairs(here: pd.DataFrame, there: pd.DataFrame, km: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of points (lon, lat in degrees) at most `km` apart: numbers here, numbers there, metres on the ellipsoid.

    Examples
    --------
    >>> points = pd.DataFrame({"lon": [120.0, 120.001, 121.0], "lat": [31.0, 31.0, 31.0]})
    >>> [part.round().tolist() for part in near_pairs(points[:1], points, 5)]
    [[0, 0], [0, 1], [0.0, 96.0]]
    """
    if not len(here) or not len(there):
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0)
    from scipy.spatial import cKDTree  # takes a quarter of a second to load

    trees = (cKDTree(on_sphere(points)) for points in (here, there))
    found = next(trees).sparse_distance_matrix(next(trees), km * 1000 * SLACK, output_type="coo_matrix")
    a, b = found.row.astype(np.int64), found.col.astype(np.int64)
    lon, lat = (points[["lon", "lat"]].to_numpy(dtype=float).T for points in (here.iloc[a], there.iloc[b]))
    metres = np.asarray(_globe().inv(*lon, *lat)[2])
    kept = metres <= km * 1000
    return a[kept], b[kept], metres[kept]


@cache
def _globe() -> pyproj.Geod:
    return pyproj.Geod(ellps="GRS80")


def on_sphere(points: pd.DataFrame) -> np.ndarray:
    """Points on a sphere in three dimensions [m].

    Examples
    --------
    >>> on_sphere(pd.DataFrame({"lon": [0.0], "lat": [90.0]})).round().tolist()
    [[0.0, 0.0, 6371000.0]]
    """
    lon, lat = np.radians(points["lon"].to_numpy(dtype=float)), np.radians(points["lat"].to_numpy(dtype=float))
    return RADIUS * np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
