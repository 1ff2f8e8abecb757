"""Longitude and latitude as metres of web maps (EPSG:3857), and the squares of their tiles."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from hechang.terms.errors import InputError

RADIUS = 6_378_137.0  # m
WORLD = 2 * math.pi * RADIUS  # m round the equator: the side of the one tile of zoom 0
MOST = 85.051129  # degrees of latitude: where the square of the world ends
DEEPEST = 22  # zoom; a pixel is 2 cm there
PIXELS = 512  # of a tile on a screen
EXTENT = 4096  # whole steps of a tile's own coordinates

Numbers = npt.NDArray[np.float64]


class Tile(NamedTuple):
    """One tile: its edges [m] and how many of its own steps a metre has."""

    zoom: int
    column: int
    row: int
    west: float
    south: float
    east: float
    north: float

    @property
    def scale(self) -> float:
        """Steps of the tile's own coordinates a metre."""
        return EXTENT / (self.east - self.west)


def tile_at(zoom: str, column: str, row: str) -> Tile:
    """Read the three numbers of a tile's address.

    Raises
    ------
    InputError
        where they are no whole numbers, or there is no such tile at that zoom.

    Examples
    --------
    >>> tile_at("1", "0", "1").north
    0.0
    >>> tile_at("0", "1", "0")
    Traceback (most recent call last):
    ...
    hechang.terms.errors.InputError: There is no tile 0/1/0. Zoom goes from 0 to 22; at zoom 0 both others from 0 to 0
    """
    given = (zoom, column, row)
    plain = all(part.isascii() and part.isdigit() and len(part) < 9 for part in given)
    z, x, y = (int(part) for part in given) if plain else (-1, -1, -1)
    if not (0 <= z <= DEEPEST and 0 <= x < 2**z and 0 <= y < 2**z):
        raise _no_tile("/".join(part[:20] for part in given), z)
    side = WORLD / 2**z
    west, north = x * side - WORLD / 2, WORLD / 2 - y * side
    return Tile(z, x, y, west, north - side, west + side, north)


def _no_tile(named: str, zoom: int) -> InputError:
    last = f"; at zoom {zoom} both others from 0 to {2**zoom - 1}" if 0 <= zoom <= DEEPEST else ""
    last_zh = f", 第 {zoom} 级的列号与行号为 0 至 {2**zoom - 1}" if last else ""
    return InputError(
        f"There is no tile {named}. Zoom goes from 0 to {DEEPEST}{last}",
        f"没有瓦片 {named}。级别为 0 至 {DEEPEST}{last_zh}",
    )


def pixel(zoom: int) -> float:
    """Metres of EPSG:3857 that one pixel of a tile is wide.

    Examples
    --------
    >>> round(pixel(0))
    78272
    """
    return WORLD / (1 << zoom) / PIXELS


def metres(points: Numbers) -> Numbers:
    """Points as longitude and latitude [degrees, n × 2] in metres east and north of 0, 0.

    Examples
    --------
    >>> metres(np.array([[120.3, 31.49]])).round().tolist()
    [[13391735.0, 3696550.0]]
    """
    lat = np.radians(np.clip(points[:, 1], -MOST, MOST))
    made = np.empty_like(points)
    made[:, 0] = RADIUS * np.radians(points[:, 0])
    made[:, 1] = RADIUS * np.log(np.tan(np.pi / 4 + lat / 2))
    return made


def projected(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Shapes in longitude and latitude [degrees] as shapes in metres; outer rings run clockwise, as tiles want them."""
    made = shapely.transform(shapes, metres)
    return np.asarray(shapely.orient_polygons(made, exterior_cw=True), dtype=object)
