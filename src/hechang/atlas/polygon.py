"""An area a reader draws: read from GeoJSON or its short form in an address, checked, mended if it crosses itself."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from hechang.terms.errors import InputError

MOST = 2_000  # corners of a drawn area
STEP = 1e5  # parts of a degree in the short form, about 1 m
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
RING, PART = ".", "~"  # between rings, and between parts, in the short form
DENSE = 0.05  # degrees between points of an edge: straight on the map, not the shortest way over the globe
GLOBE = pyproj.Geod(ellps="GRS80")  # CGCS2000 has this ellipsoid, to a tenth of a millimetre


class Area(NamedTuple):
    """A drawn area in longitude and latitude; `mended` where it crossed itself and was made whole."""

    shape: shapely.Geometry
    mended: bool
    corners: int


def read_area(drawn: Any) -> Area:
    """Read a GeoJSON Polygon or MultiPolygon, alone or in a Feature, as the area inside it.

    An outline that crosses itself is mended: what lies inside by its edges counts once.

    Raises
    ------
    InputError
        for anything else, coordinates that are none, more than 2,000 corners, or an outline around nothing.

    Examples
    --------
    >>> ring = [[120, 31], [121, 32], [121, 31], [120, 32], [120, 31]]
    >>> read_area({"type": "Polygon", "coordinates": [ring]}).mended
    True
    """
    found = drawn.get("geometry") if isinstance(drawn, dict) and drawn.get("type") == "Feature" else drawn
    kind = found.get("type") if isinstance(found, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise InputError(
            "An area is a GeoJSON Polygon or MultiPolygon in longitude and latitude",
            "区域应为 GeoJSON 的 Polygon 或 MultiPolygon, 坐标为经纬度",
        )
    given = found["coordinates"] if isinstance(found, dict) and "coordinates" in found else None
    parts = [given] if kind == "Polygon" else given
    if not isinstance(parts, list) or not all(isinstance(part, list) and part for part in parts) or not parts:
        raise _no_ring()
    left = MOST
    polygons = []
    for part in parts:
        rings = [_ring(ring, left) for ring in part]
        left -= sum(len(ring) - 1 for ring in rings)
        polygons.append(shapely.Polygon(rings[0], rings[1:]))
    return whole(shapely.MultiPolygon(polygons) if len(polygons) > 1 else polygons[0])


def _ring(points: Any, left: int) -> npt.NDArray[np.float64]:
    """Corners of one ring, closed."""
    if not isinstance(points, list) or len(points) < 3:
        raise _no_ring()
    if len(points) - 1 > left:
        raise InputError(
            f"An area has at most {MOST} corners. Draw a simpler one", f"区域最多 {MOST} 个顶点, 请画得简单一些"
        )
    if not all(_is_point(point) for point in points):
        raise InputError(
            "A corner of the area is no longitude and latitude in degrees, e.g. [120.3, 31.5]",
            "区域的顶点不是以度为单位的经纬度, 例: [120.3, 31.5]",
        )
    made = np.array([point[:2] for point in points], dtype="float64")
    closed = np.vstack([made, made[:1]]) if (made[0] != made[-1]).any() else made
    if len(closed) < 4:
        raise _no_ring()
    return closed


def _is_point(point: Any) -> bool:
    numbers = isinstance(point, list) and len(point) >= 2 and all(type(n) in (int, float) for n in point[:2])
    return numbers and -180 <= point[0] <= 180 and -90 <= point[1] <= 90  # which no NaN is


def _no_ring() -> InputError:
    return InputError(
        "An area needs an outline of at least three corners: [[[lon, lat], …]]",
        "区域至少需要三个顶点的边界: [[[经度, 纬度], …]]",
    )


def whole(shape: shapely.Geometry) -> Area:
    """Return a shape as an area, mended where it crosses itself; raises InputError where nothing lies inside."""
    corners = int(shapely.get_num_coordinates(shape))
    valid = bool(shapely.is_valid(shape))
    made = shape if valid else shapely.union_all(_areas(shapely.make_valid(shape)))
    if shapely.is_empty(made) or shapely.area(made) < 1e-10:  # about a square metre
        raise InputError("The drawn outline has nothing inside it. Draw an area", "所画边界内没有面积, 请画出一块区域")
    return Area(made, not valid, corners)


def _areas(shape: shapely.Geometry) -> list[shapely.Geometry]:
    return [part for part in shapely.get_parts(shape) if part.geom_type.endswith("Polygon")]


def from_code(code: str) -> Area:
    """Read the short form of an area in an address: differences of corners in 1/100,000 degree, five bits a letter.

    Rings of one part stand behind each other with a dot between, parts with a tilde.

    Raises
    ------
    InputError
        for a text that is none.

    Examples
    --------
    >>> box = read_area({"type": "Polygon", "coordinates": [[[120, 31], [121, 31], [121, 32], [120, 32]]]})
    >>> from_code(to_code(box)).shape.equals(box.shape)
    True
    """
    if len(code) > 12 * MOST:
        raise _not_read()
    parts = [[_points(ring) for ring in part.split(RING)] for part in code.split(PART)]
    return read_area({"type": "MultiPolygon", "coordinates": parts})


def _points(code: str) -> list[list[float]]:
    values = [LETTERS.find(letter) for letter in code]
    ends = [at for at, value in enumerate(values) if 0 <= value < 32]
    if not ends or min(values) < 0 or ends[-1] != len(values) - 1 or len(ends) % 2:
        raise _not_read()
    starts = [0, *(end + 1 for end in ends[:-1])]
    steps = [_number(values[start : end + 1]) for start, end in zip(starts, ends, strict=True)]
    points: list[list[float]] = (np.cumsum(np.array(steps, dtype="float64").reshape(-1, 2), axis=0) / STEP).tolist()
    return points


def _not_read() -> InputError:
    return InputError("The area in the address cannot be read. Draw it again", "地址中的区域无法读取, 请重新画一次")


def _number(parts: list[int]) -> int:
    whole_number = sum((part & 31) << (5 * at) for at, part in enumerate(parts[:8]))
    return ~(whole_number >> 1) if whole_number & 1 else whole_number >> 1


def to_code(area: Area) -> str:
    """Write all rings of an area in its short form."""
    return PART.join(
        RING.join(_code(shapely.get_coordinates(ring)[:-1]) for ring in shapely.get_rings(part))
        for part in shapely.get_parts(area.shape)
    )


def _code(ring: npt.NDArray[np.float64]) -> str:
    steps = np.diff(np.round(ring * STEP).astype("int64"), axis=0, prepend=np.zeros((1, 2), dtype="int64"))
    return "".join(_letters(int(step)) for step in steps.ravel())


def _letters(step: int) -> str:
    left, made = (~(step << 1) if step < 0 else step << 1), ""
    while left >= 32:
        made += LETTERS[(left & 31) | 32]
        left >>= 5
    return made + LETTERS[left]


def square_km(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Areas on the ellipsoid [km²] of shapes in longitude and latitude; their edges are straight on the map.

    Examples
    --------
    >>> square_km(np.array([shapely.box(120, 31, 120.1, 31.1)], dtype=object)).round(2).tolist()
    [105.83]
    """
    dense = shapely.segmentize(shapely.orient_polygons(shapes), DENSE)  # it adds rings up by their turn
    return np.array([abs(GLOBE.geometry_area_perimeter(shape)[0]) / 1e6 for shape in dense], dtype="float64")


def line_km(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Lengths on the ellipsoid [km] of lines in longitude and latitude, straight on the map.

    Examples
    --------
    >>> line_km(np.array([shapely.LineString([(120, 31), (120, 32)])], dtype=object)).round(1).tolist()
    [110.9]
    """
    parts, of_shape = shapely.get_parts(shapely.segmentize(shapes, DENSE), return_index=True)
    points, of_part = shapely.get_coordinates(parts, return_index=True)
    joined = of_part[1:] == of_part[:-1]
    start, end = points[:-1][joined], points[1:][joined]
    metres = GLOBE.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[2]
    found: npt.NDArray[np.float64] = np.bincount(of_shape[of_part[1:][joined]], metres, minlength=len(shapes)) / 1000
    return found
