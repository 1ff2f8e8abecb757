"""The datums a layer can be declared in: degrees, degrees shifted by map services, metres of CGCS2000."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from hechang.terms.errors import InputError
from hechang.terms.specs import read_rows

NORTH_FIRST = "/ne"  # behind the name of a datum: north (X of Chinese surveyors) stands before east
KNOWN_AS = MappingProxyType({
    "epsg:4326": "wgs84", "ogc:crs84": "wgs84", "crs84": "wgs84", "wgs-84": "wgs84", "epsg:4490": "cgcs2000",
    "gcj-02": "gcj02", "bd-09": "bd09",
})  # fmt: skip


@dataclass(frozen=True)
class Datum:
    """One datum: its words, what its figures are (degrees, shifted degrees, metres) and its number in EPSG."""

    name: str
    zh: str
    en: str
    kind: str
    epsg: int
    north_first: bool = False

    @property
    def said(self) -> str:
        """The name as one declares it."""
        return self.name + (NORTH_FIRST if self.north_first else "")

    @property
    def words(self) -> tuple[str, str]:
        """What it is called, in English and Chinese."""
        return (self.en + ", north first", self.zh + ", 北坐标在前") if self.north_first else (self.en, self.zh)

    @property
    def kept(self) -> str:
        """Name of the datum whose degrees are kept of such a layer: what was surveyed stays CGCS2000."""
        return "cgcs2000" if self.kind == "metres" or self.name == "cgcs2000" else "wgs84"

    @property
    def moves(self) -> bool:
        """Whether its figures change on the way in."""
        return self.kind != "degrees" or self.north_first


@cache
def datums() -> Mapping[str, Datum]:
    """Return all datums by name.

    Examples
    --------
    >>> datums()["epsg:4549"].kept, datums()["gcj02"].kept
    ('cgcs2000', 'wgs84')
    """
    rows = read_rows("datums.csv")
    return MappingProxyType({
        r["datum"]: Datum(r["datum"], r["zh"], r["en"], r["kind"], int(r["epsg"])) for r in rows
    })  # fmt: skip


def datum(text: str) -> Datum:
    """Return the datum a user declares; `/ne` behind it says that north stands before east.

    Raises
    ------
    InputError
        for a datum nobody can convert, with those that can be declared.

    Examples
    --------
    >>> datum("EPSG:4549/ne").north_first, datum("GCJ-02").name
    (True, 'gcj02')
    """
    plain = text.strip().lower()
    name = plain.removesuffix(NORTH_FIRST)
    found = datums().get(KNOWN_AS.get(name, name))
    if found is None:
        listed = ", ".join(datums())
        raise InputError(
            f"'{text[:40]}' is no datum that can be declared. Choose one of {listed}; /ne behind it: north first",
            f"“{text[:40]}”不是可声明的坐标系。可选: {listed}; 北坐标在前时加 /ne",
        )
    return replace(found, north_first=plain.endswith(NORTH_FIRST))


def of_epsg(number: str) -> Datum | None:
    """Return the datum a file names by its number in EPSG; None for one that is not converted here.

    Examples
    --------
    >>> of_epsg("4490").name, of_epsg("2415")
    ('cgcs2000', None)
    """
    return next((one for one in datums().values() if str(one.epsg) == number and one.kind != "shifted"), None)
