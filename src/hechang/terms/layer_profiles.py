"""What a layer of a kind must hold: kind of shapes, fields, code lists, whether its areas cover without gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from hechang.terms.errors import not_known
from hechang.terms.specs import read_rows


@dataclass(frozen=True)
class ProfileField:
    """One field: its type (text, number, date, code, county-code, town-code), code list, and other names it has."""

    name: str
    type: str
    codes: str
    required: bool
    unique: bool
    zh: str
    en: str
    also: tuple[str, ...]

    def column(self, titles: tuple[str, ...]) -> str:
        """Title of the column that holds the field; '' where there is none.

        Examples
        --------
        >>> profile("counties").fields[1].column(("CODE", "name_zh"))
        'name_zh'
        """
        known = {name.lower() for name in (self.name, self.zh, self.en, *self.also)}
        return next((title for title in titles if title.strip().lower() in known), "")


@dataclass(frozen=True)
class Profile:
    """One profile; `shapes` is point, line or polygon; areas of a coverage neither overlap nor leave gaps."""

    name: str
    zh: str
    en: str
    shapes: str
    coverage: bool
    fields: tuple[ProfileField, ...]


@cache
def profiles() -> Mapping[str, Profile]:
    """Return all profiles by name.

    Examples
    --------
    >>> [field.name for field in profiles()["parcels"].fields if field.required]
    ['id', 'class']
    """
    fields: dict[str, list[ProfileField]] = {}
    for row in read_rows("layer_fields.csv"):
        also = tuple(name for name in row["also"].split(";") if name)
        flags = (row["required"] == "yes", row["unique"] == "yes")
        field = ProfileField(row["field"], row["type"], row["codes"], *flags, row["zh"], row["en"], also)
        fields.setdefault(row["profile"], []).append(field)
    return MappingProxyType({
        row["profile"]: Profile(
            row["profile"], row["zh"], row["en"], row["shapes"], row["coverage"] == "yes", tuple(fields[row["profile"]])
        )
        for row in read_rows("layer_profiles.csv")
    })  # fmt: skip


def profile(name: str) -> Profile:
    """Return one profile; raises NotKnown with the nearest name.

    Examples
    --------
    >>> profile("parcel")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hechang.terms.errors.NotKnown: No layer profile is called 'parcel'. Did you mean 'parcels'?...
    """
    if name not in profiles():
        raise not_known("layer profile", "图层规格", name, profiles(), ", ".join(profiles()))
    return profiles()[name]
