"""What a value somebody enters may be beyond its type: the same bounds for a sheet and for a form."""

from __future__ import annotations

import re

from hechang.terms.specs import Field

YEARS = (1949, 2100)  # years outside are taken for slips of the pen, own assumption
SIGNED = ("lon", "lat", "value", "amount", "shift")  # fields that may be negative
LONGEST = 32_767  # characters of a text, the limit of a cell of Excel
LARGEST = 1e15  # of a number that is no amount of money, own assumption
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
TURNING = re.compile(r"[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")  # marks that make a text read as another


def bounds(field: Field) -> tuple[int, int] | None:
    """Return the least and the largest figure a field may hold; None where its unit says nothing.

    Examples
    --------
    >>> from hechang.terms.specs import table
    >>> bounds(table("projects").field("price_year"))
    (1949, 2100)
    """
    if field.unit == "degrees":
        return (-180, 180) if field.name == "lon" else (-90, 90)
    return {"%": (0, 100), "year": YEARS}.get(field.unit)
