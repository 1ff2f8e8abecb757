"""Lines a region knows and a layer may be held against, and where the region lies."""

from __future__ import annotations

import numpy as np
import shapely

from hechang.intake.layers.layer import Shapes
from hechang.region.region import Region

MARGIN = 0.5  # degrees around the region; neighbours belong to many layers
# the coast in hand is off by kilometres in places, so nothing can be judged by it
_LINES = """SELECT geometry FROM features WHERE layer = 'railways' AND geometry IS NOT NULL
            UNION ALL SELECT geometry FROM places WHERE kind = 'county' AND geometry IS NOT NULL"""


def known_lines(region: Region) -> Shapes:
    """Railways and borders of counties, in degrees of WGS 84; worked out once.

    Examples
    --------
    >>> from hechang import tiny
    >>> len(known_lines(tiny()))
    0
    """
    found: Shapes = region.once("known lines", lambda: _lines(region))
    return found


def _lines(region: Region) -> Shapes:
    shapes = np.asarray(shapely.from_wkb(region.query(_LINES)["geometry"].astype(object).to_numpy()), dtype=object)
    made: Shapes = np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)
    return made


def extent(region: Region) -> tuple[float, ...]:
    """West, south, east and north of the region with a margin [degrees]; () where no place has an outline.

    Examples
    --------
    >>> from hechang import tiny
    >>> extent(tiny())
    ()
    """
    lines = known_lines(region)
    if not len(lines):
        return ()
    west, south, east, north = shapely.total_bounds(lines)
    return (float(west) - MARGIN, float(south) - MARGIN, float(east) + MARGIN, float(north) + MARGIN)
