"""Datums of maps in China: the shifts GCJ-02 and BD-09 both ways, and projected metres of CGCS2000.

GCJ-02 is a shift of some hundred metres that map services in China lay over WGS 84; BD-09 lays another one over GCJ-02.
Both are known from published code only (google/eviltransform, wandergis/coord-convert), on the ellipsoid of Krasovsky.
All functions take longitude (east) first. A point outside the box of 72.004-137.8347 E, 0.8293-55.8271 N stays as it
is, as in that code. The box is wider than the country: what lies in it is shifted, also where the map services do not.
CGCS2000 and WGS 84 differ by centimetres to decimetres and are taken as one; no epoch is known for the data we read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]  # longitude and latitude [degrees], or east and north [m]
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271  # degrees
_A, _EE = 6378245.0, 0.00669342162296594323  # half axis [m] and squared eccentricity of Krasovsky's ellipsoid
_BD = np.pi * 3000 / 180
_NEAR = 1e-10  # degrees, about 0.01 mm
_ROUNDS = 30


def outside(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Tell of each point whether it lies outside the box in which GCJ-02 and BD-09 shift; NaN does.

    Examples
    --------
    >>> outside(np.array([121.47, 2.35]), np.array([31.23, 48.85])).tolist()
    [False, True]
    """
    return ~((lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH))


def gcj02_from_wgs84(lon: Floats, lat: Floats) -> Pair:
    """Shift WGS 84 to GCJ-02.

    Parameters
    ----------
    lon, lat
        Degrees of WGS 84.

    Returns
    -------
    tuple
        Longitudes and latitudes of GCJ-02 [degrees].

    Examples
    --------
    >>> lon, lat = gcj02_from_wgs84(np.array([121.4706]), np.array([31.2346]))
    >>> float(lon[0].round(4)), float(lat[0].round(4))
    (121.4751, 31.2327)
    """
    away = outside(lon, lat)
    east, north = _shift(np.where(away, 105.0, lon), np.where(away, 35.0, lat))
    return np.where(away, lon, lon + east), np.where(away, lat, lat + north)


def wgs84_from_gcj02(lon: Floats, lat: Floats) -> Pair:
    """Take the shift of GCJ-02 back, to less than 1 mm.

    Examples
    --------
    >>> lon, lat = wgs84_from_gcj02(np.array([121.4751]), np.array([31.2327]))
    >>> float(lon[0].round(4)), float(lat[0].round(4))
    (121.4706, 31.2346)
    """
    return _inverse(gcj02_from_wgs84, lon, lat)


def bd09_from_gcj02(lon: Floats, lat: Floats) -> Pair:
    """Shift GCJ-02 to BD-09 [degrees].

    Examples
    --------
    >>> lon, lat = bd09_from_gcj02(np.array([121.475133]), np.array([31.232668]))
    >>> float(lon[0].round(5)), float(lat[0].round(5))
    (121.48168, 31.23858)
    """
    away = outside(lon, lat)
    far = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD)
    turn = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD)
    return np.where(away, lon, far * np.cos(turn) + 0.0065), np.where(away, lat, far * np.sin(turn) + 0.006)


def gcj02_from_bd09(lon: Floats, lat: Floats) -> Pair:
    """Take the shift of BD-09 back, to less than 1 mm.

    Examples
    --------
    >>> lon, lat = gcj02_from_bd09(*bd09_from_gcj02(np.array([121.475133]), np.array([31.232668])))
    >>> float(lon[0].round(6)), float(lat[0].round(6))
    (121.475133, 31.232668)
    """
    return _inverse(bd09_from_gcj02, lon, lat)


def wgs84_from_bd09(lon: Floats, lat: Floats) -> Pair:
    """Take both shifts of BD-09 back.

    Examples
    --------
    >>> lon, lat = wgs84_from_bd09(np.array([121.4816775]), np.array([31.2385762]))
    >>> float(lon[0].round(4)), float(lat[0].round(4))
    (121.4706, 31.2346)
    """
    return wgs84_from_gcj02(*gcj02_from_bd09(lon, lat))


def bd09_from_wgs84(lon: Floats, lat: Floats) -> Pair:
    """Shift WGS 84 to BD-09.

    Examples
    --------
    >>> lon, lat = bd09_from_wgs84(np.array([121.4706]), np.array([31.2346]))
    >>> float(lon[0].round(5)), float(lat[0].round(5))
    (121.48168, 31.23858)
    """
    return bd09_from_gcj02(*gcj02_from_wgs84(lon, lat))


def metres_from_degrees(lon: Floats, lat: Floats, *, epsg: int) -> Pair:
    """Project degrees of CGCS2000 to metres of one of its zones, east first.

    Parameters
    ----------
    epsg
        Number of a projected system of CGCS2000, e.g. 4549 (three degrees around 120 E).

    Examples
    --------
    >>> east, north = metres_from_degrees(np.array([120.3]), np.array([31.49]), epsg=4547)
    >>> float(east[0].round(2)), float(north[0].round(2))
    (1099129.93, 3502551.16)
    """
    return _pair(_transformer(4490, epsg).transform(lon, lat))


def degrees_from_metres(east: Floats, north: Floats, *, epsg: int) -> Pair:
    """Take projected metres back to degrees of CGCS2000; what no zone can hold becomes infinite.

    Examples
    --------
    >>> lon, lat = degrees_from_metres(np.array([1099129.93]), np.array([3502551.16]), epsg=4547)
    >>> float(lon[0].round(6)), float(lat[0].round(6))
    (120.3, 31.49)
    """
    return _pair(_transformer(epsg, 4490).transform(east, north))


@cache
def _transformer(origin: int, target: int) -> Transformer:
    return Transformer.from_crs(origin, target, always_xy=True)


def _pair(made: tuple[Floats, ...]) -> Pair:
    return np.asarray(made[0], dtype=float), np.asarray(made[1], dtype=float)


def _inverse(forward: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    """Find the point that `forward` brings to (lon, lat): the error of a guess is taken off until it vanishes.

    The shift turns off at the border of the box; there the last guess stands.
    """
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    for _ in range(_ROUNDS):
        east, north = forward(x, y)
        off_x, off_y = east - lon, north - lat
        x, y = x - off_x, y - off_y
        if not (np.fmax(np.abs(off_x), np.abs(off_y)) > _NEAR).any():
            break
    return x, y


def _shift(lon: Floats, lat: Floats) -> Pair:
    """Shift of GCJ-02 at points of WGS 84 [degrees]."""
    x, y = lon - 105.0, lat - 35.0
    wave = 20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)
    root = np.sqrt(np.abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    north = north + (wave + _waves(y, (1, 20), (3, 40), (12, 160), (30, 320))) * 2 / 3
    east = east + (wave + _waves(x, (1, 20), (3, 40), (12, 150), (30, 300))) * 2 / 3
    curve = 1 - _EE * np.sin(np.radians(lat)) ** 2
    return (
        np.degrees(east / (_A / np.sqrt(curve) * np.cos(np.radians(lat)))),
        np.degrees(north / (_A * (1 - _EE) / (curve * np.sqrt(curve)))),
    )


def _waves(at: Floats, *waves: tuple[float, float]) -> Floats:
    """Sum of sines: (half length [degrees], height) each."""
    made: Floats = np.sum([height * np.sin(at / length * np.pi) for length, height in waves], axis=0)
    return made
