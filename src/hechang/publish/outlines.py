"""GeoJSON as SVG paths: the map a page shows before, or without, any script."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WIDTH = 1000.0  # of the picture, in its own units
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Canvas:
    """From longitude and latitude to the picture: lengths east-west shrink with the cosine of the middle latitude."""

    west: float
    north: float
    scale: float
    squeeze: float
    height: float

    @property
    def box(self) -> str:
        """The picture's `viewBox`."""
        return f"0 0 {WIDTH:g} {self.height:g}"

    def point(self, lon: float, lat: float) -> tuple[int, int]:
        """Place of a point in the picture, in whole units: finer than a pixel on most screens.

        Examples
        --------
        >>> Canvas(120.0, 32.0, 250.0, 1.0, 500.0).point(121.0, 31.0)
        (250, 250)
        """
        return round((lon - self.west) * self.squeeze * self.scale), round((self.north - lat) * self.scale)


def canvas(bounds: Bounds, margin: float = 0.02) -> Canvas:
    """Return the canvas that shows west, south, east, north [degrees] with a margin [share of the width].

    Examples
    --------
    >>> canvas((118.0, 29.0, 123.0, 33.0)).box
    '0 0 1000 936'
    """
    west, south, east, north = bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
    scale = WIDTH * (1 - 2 * margin) / wide
    rim = WIDTH * margin / scale
    return Canvas(west - rim / squeeze, north + rim, scale, squeeze, round((high + 2 * rim) * scale))


def bounds(shapes: Mapping[str, Any]) -> Bounds | None:
    """Return west, south, east, north of a FeatureCollection; None where nothing in it has a shape."""
    points = [point for feature in shapes["features"] for line in lines(feature["geometry"]) for point in line]
    if not points:
        return None
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return min(lons), min(lats), max(lons), max(lats)


def lines(geometry: Mapping[str, Any] | None) -> list[Any]:
    """Return all rings or lines of a geometry; none for points and for no shape.

    Examples
    --------
    >>> lines({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}), lines(None)
    ([[[0, 0], [1, 1]]], [])
    """
    if not geometry:
        return []
    inside = geometry.get("coordinates", [])
    depth = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}.get(geometry["type"], -1)
    if depth < 0:
        return []
    return [inside] if depth == 0 else list(inside) if depth == 1 else [ring for part in inside for ring in part]


def path(geometry: Mapping[str, Any] | None, on: Canvas) -> str:
    """Return the SVG path data of a geometry, empty where it has no area or line.

    Examples
    --------
    >>> square = {"type": "Polygon", "coordinates": [[[120, 32], [121, 32], [121, 31], [120, 32]]]}
    >>> path(square, Canvas(120.0, 32.0, 250.0, 1.0, 500.0))
    'M0,0L250,0L250,250L0,0Z'
    """
    if not geometry:
        return ""
    end = "Z" if geometry["type"].endswith("Polygon") else ""
    return "".join(f"M{_line(ring, on)}{end}" for ring in lines(geometry))


def _line(ring: Any, on: Canvas) -> str:
    points = [f"{x},{y}" for x, y in (on.point(lon, lat) for lon, lat, *_ in ring)]
    return "L".join(point for n, point in enumerate(points) if n == 0 or point != points[n - 1])
