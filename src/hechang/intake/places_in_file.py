"""Where in its file a piece of text stands, and what its reader remarked; only what the reader of the format tells.

A reader may give `places` (where page, sheet or cell begin in the text, in its order) and `findings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hechang.intake.document import Document

TOLD = ("page", "sheet", "cell")


def where_in(made: Document, at: int) -> dict[str, Any]:
    """Return page, sheet and cell of a place in the source, as far as they are known.

    Parameters
    ----------
    made
        A document as it was read.
    at
        Place in the source [characters].
    """
    told: dict[str, Any] = {}
    for place in getattr(made.extract, "places", None) or ():
        start = _part(place, "start")
        if not isinstance(start, int) or start > at:
            break
        told = {name: _part(place, name) for name in TOLD if _part(place, name)}
    return {name: int(value) if name == "page" else str(value) for name, value in told.items() if _fits(name, value)}


def remarks(made: Document) -> list[dict[str, Any]]:
    """Return what the reader remarked on the file: kind, words in both languages, place where it is known."""
    found = []
    for one in getattr(made.extract, "findings", None) or ():
        told = one.as_dict() if hasattr(one, "as_dict") else dict(one) if isinstance(one, Mapping) else {"en": str(one)}
        found.append({name: value for name, value in told.items() if value not in (None, "")})
    return found


def _part(place: Any, name: str) -> Any:
    return place.get(name) if isinstance(place, Mapping) else getattr(place, name, None)


def _fits(name: str, value: Any) -> bool:
    return name != "page" or str(value).isdigit()
