"""A plain drawing (DXF R12, code page 936) of points, lines and closed lines; every drawing program reads it.

A point with a name becomes a text. A polygon becomes its rings, each a closed line: a drawing knows no holes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import shapely

from hechang.intake.layers.layer import Shapes

HEIGHT = 20  # m, of a text; own choice: readable at 1:5,000
_HEAD = (
    "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1009\n9\n$DWGCODEPAGE\n3\nANSI_936\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n"
)
_TAIL = "0\nENDSEC\n0\nEOF\n"
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>/\\":;?*|=`,]')
_TEXT, _CLOSED, _OPEN = "TEXT", 1, 0


def drawing(shapes: Shapes, *, layers: Sequence[str], names: Sequence[str]) -> bytes:
    """Draw shapes, east first [m].

    Parameters
    ----------
    shapes
        A shape a row; None is left out.
    layers, names
        Layer of the drawing and name of each.

    Examples
    --------
    >>> made = drawing(np.array([shapely.Point(5, 6)]), layers=["红线"], names=["站"]).decode("gb18030")
    >>> made.splitlines()[-18:-4]
    ['0', 'TEXT', '8', '红线', '10', '5.0000', '20', '6.0000', '30', '0', '40', '20', '1', '站']
    """
    known = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    parts, owner = shapely.get_parts(shapes[known], return_index=True)
    drawn = [
        _entity(part, _NOT_IN_NAMES.sub("_", layers[known[at]]), " ".join(names[known[at]].split()))
        for part, at in zip(parts, owner, strict=True)
    ]
    return (_HEAD + "".join(drawn) + _TAIL).replace("\n", "\r\n").encode("gb18030")


def _entity(part: shapely.Geometry, layer: str, name: str) -> str:
    if part.geom_type == "GeometryCollection":
        return "".join(_entity(one, layer, name) for one in part.geoms)
    if part.geom_type == "Point":
        label = f"40\n{HEIGHT}\n1\n{name}\n" if name else ""
        return f"0\n{_TEXT if name else 'POINT'}\n8\n{layer}\n{_at(part.x, part.y)}{label}"
    if part.geom_type == "Polygon":
        return "".join(_line(ring, layer, _CLOSED) for ring in (part.exterior, *part.interiors))
    return _line(part, layer, _OPEN)


def _line(line: shapely.Geometry, layer: str, closed: int) -> str:
    points = shapely.get_coordinates(line)[: -1 if closed else None]
    corners = "".join(f"0\nVERTEX\n8\n{layer}\n{_at(x, y)}" for x, y in points)
    return f"0\nPOLYLINE\n8\n{layer}\n66\n1\n70\n{closed}\n{_at(0, 0)}{corners}0\nSEQEND\n8\n{layer}\n"


def _at(x: float, y: float) -> str:
    return f"10\n{x:.4f}\n20\n{y:.4f}\n30\n0\n"
