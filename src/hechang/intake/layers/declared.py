"""The datum of a file: what the user declares and what the file says of itself must not contradict each other."""

from __future__ import annotations

from hechang.intake.sheets.faults import Where, fault
from hechang.terms.datums import Datum, datum, of_epsg
from hechang.terms.findings import Finding

OWN, CUSTOM = "own ", "by custom "  # how a GeoJSON says its datum: with our mark, or not at all
UNNAMED = ("an unnamed datum", "未注明名称的坐标系")


def settle(where: Where, stated: str, *, declared: Datum | None) -> tuple[Datum | None, list[Finding]]:
    """Tell the datum of a file; nothing is ever guessed.

    Parameters
    ----------
    where
        File and layer, for the findings.
    stated
        What the file says: a number in EPSG, the name of a system, `by custom NUMBER`, `own DATUM`, '' for nothing.
    declared
        What the user says.

    Returns
    -------
    tuple
        The datum, None where nobody says it or both contradict each other; and what is to be told.

    Examples
    --------
    >>> settle(Where("a.shp"), "4490", declared=None)[0].name
    'cgcs2000'
    >>> settle(Where("a.shp"), "", declared=None)[1][0].kind
    'datum-asked'
    """
    custom = stated.startswith(CUSTOM)
    said = _said(stated)
    if declared is None:
        told = [] if said else [_unsaid(where, stated)]
        return said, told
    if not stated or custom or (said and (said.name, said.epsg) == (declared.name, declared.epsg)):
        return declared, []
    shown = {"value": declared.words, "near": said.words if said else (stated, stated)}
    if declared.kind == "shifted" and said and said.kind == "degrees":
        return declared, [fault("datum-shifted", where, file=where.file, **shown)]
    return None, [fault("datum-contradicts", where, file=where.file, **shown)]


def _said(stated: str) -> Datum | None:
    if stated.startswith(OWN):
        return datum(stated.removeprefix(OWN))
    return of_epsg(stated.removeprefix(CUSTOM))


def _unsaid(where: Where, stated: str) -> Finding:
    if not stated:
        return fault("datum-asked", where, file=where.file)
    return fault("datum", where, file=where.file, found=UNNAMED if stated == "?" else stated)
