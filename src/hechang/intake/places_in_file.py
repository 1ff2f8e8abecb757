"""Where in its file a piece of text stands, and what its reader remarked; only what the reader of the format tells.

A reader may give `places` (spans of the text with page, sheet or cell) and `findings` with what it takes out of a file.
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
        start, end = (_part(place, name) for name in ("start", "end"))
        if isinstance(start, int) and isinstance(end, int) and start <= at < end:
            told |= {name: _part(place, name) for name in TOLD if _part(place, name) not in (None, "")}
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
