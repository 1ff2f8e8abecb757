"""Whether another datum than the declared one would bring the layer onto the lines one knows."""

from __future__ import annotations

import numpy as np
import shapely

from hechang.engines.datum import Floats
from hechang.engines.line_fit import FEWEST, clearly_better, fits
from hechang.intake.layers.gate import Gate
from hechang.intake.layers.layer import Shapes
from hechang.intake.layers.moving import points_in
from hechang.intake.sheets.faults import Where, fault
from hechang.terms.datums import NORTH_FIRST, Datum, datum, datums
from hechang.terms.findings import Finding

MOST = 2_000  # points looked at
DEGREES = 360.0


def check(gate: Gate) -> list[Finding]:
    """Warn where the declared datum is most likely wrong; a layer that follows no known line is not judged."""
    if gate.layer.datum is None:
        return []
    points = shapely.get_coordinates(gate.raw[gate.sound])
    return better(Where(gate.layer.file, gate.layer.name), points, declared=gate.layer.datum, lines=gate.lines)


def better(where: Where, points: Floats, *, declared: Datum, lines: Shapes) -> list[Finding]:
    """Find a datum that fits points clearly better than the declared one.

    Parameters
    ----------
    where
        File and layer.
    points
        Coordinates in the figures and the order of the file.
    declared
        The datum they are said to be in.
    lines
        Known lines, in degrees of WGS 84.

    Returns
    -------
    list
        One warning that names the datum and the metres, or none.

    Examples
    --------
    >>> line = np.array([shapely.LineString([(120, 31), (121, 32)])])
    >>> off = shapely.get_coordinates(shapely.line_interpolate_point(line[0], np.linspace(0.1, 1.3, 20)))[:, ::-1]
    >>> better(Where("a.csv"), off, declared=datums()["wgs84"], lines=line)[0].say("en")[:50]
    'a.csv: a.csv lies > 100 km from the known lines as'
    """
    spread = np.unique(points[np.isfinite(points).all(axis=1)], axis=0)
    if not len(lines) or len(spread) < FEWEST:
        return []
    some = spread[:: max(1, len(spread) // MOST)]
    readings = {one.said: _read(some, one) for one in [declared, *_others(some, declared)]}
    scores = fits(readings, lines)
    found = clearly_better(scores, declared.said)
    if found is None:
        return []
    near = datum(found)
    return [
        fault(
            "datum-fits", where, file=where.file, title=declared.words, value=_metres(scores[declared.said]),
            near=_metres(scores[found]), expect=near.words, hint=found,
        )
    ]  # fmt: skip


def _others(points: Floats, declared: Datum) -> list[Datum]:
    """Datums whose figures look like these: degrees or metres; each in both orders, first the usual one."""
    metres = bool(np.abs(points).max() > DEGREES)
    alike = [one for one in datums().values() if (one.kind == "metres") == metres]
    twin = {"wgs84": "cgcs2000", "cgcs2000": "wgs84"}.get(declared.name, "cgcs2000")  # centimetres apart
    plain = [one for one in alike if one.name != twin]
    both = [*plain, *(datum(one.name + NORTH_FIRST) for one in plain)]
    return [one for one in both if one.said != declared.said]


def _read(points: Floats, one: Datum) -> Floats:
    with np.errstate(all="ignore"):
        return np.column_stack(points_in(points[:, 0], points[:, 1], datum=one))


def _metres(kilometres: float) -> str:
    return f"{kilometres * 1000:,.0f} m" if np.isfinite(kilometres) and kilometres < 100 else "> 100 km"
