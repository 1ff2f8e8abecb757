"""Scope paths: region / province / city / county / town or zone, ending in a dot, e.g. `r.32.3202.320281.`.

A path lies inside another one exactly when it lies in the half-open text range of it.
"""

from __future__ import annotations

import re

from hechang.terms.errors import InputError

ROOT = "r."
_PATH = re.compile(r"r\.([A-Za-z0-9_-]+\.)*")
_CODE = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}")
MUNICIPALITIES = ("11", "12", "31", "50")  # province and city in one


def scope_of(place: str | None) -> str:
    """Scope path of a GB/T 2260 code (6 digits) or town code (9 digits); other ids hang under the root.

    Examples
    --------
    >>> scope_of("320281"), scope_of("310000"), scope_of("320211001"), scope_of(None)
    ('r.32.3202.320281.', 'r.31.3100.', 'r.32.3202.320211.320211001.', 'r.')
    """
    if not place:
        return ROOT
    if not place.isdigit() or len(place) not in (2, 6, 9):
        return f"{ROOT}{place}."
    province = place[:2]
    if place[2:] in ("", "0000") and province not in MUNICIPALITIES:
        return f"{ROOT}{province}."
    city = f"{province}00" if province in MUNICIPALITIES else place[:4]
    parts = [province, city]
    if len(place) >= 6 and place[4:6] != "00":
        parts.append(place[:6])
    if len(place) == 9:
        parts.append(place)
    return ROOT + "".join(f"{part}." for part in parts)


def scope_range(path: str) -> tuple[str, str]:
    """Half-open range of texts that lie inside `path`.

    Examples
    --------
    >>> lo, hi = scope_range("r.32.")
    >>> lo <= "r.32.3202." < hi, lo <= "r.33." < hi
    (True, False)
    """
    return path, path[:-1] + "/"


def path_of(said: str) -> str:
    """Scope path somebody names: a path, or the code of a province, city, county or town.

    Raises
    ------
    InputError
        for what is neither.

    Examples
    --------
    >>> path_of("3202"), path_of("320281"), path_of("r.32."), path_of("r")
    ('r.32.3202.', 'r.32.3202.320281.', 'r.32.', 'r.')
    """
    text = said.strip()
    if _CODE.fullmatch(text):
        return scope_of(f"{text}00" if len(text) == 4 else text)
    path = text if text.endswith(".") else f"{text}."
    if not _PATH.fullmatch(path) or len(path) > 200:
        raise InputError(
            f"'{text[:40]}' is no scope; write a code (3202) or a path (r.32.3202.)",
            f"“{text[:40]}”不是范围; 请写代码(3202)或路径(r.32.3202.)",
        )
    return path
