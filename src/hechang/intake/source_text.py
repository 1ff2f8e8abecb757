"""The text of a kept document as it was read, and places in it for programs that count as browsers do.

Spans count characters (code points), as Python does. A browser counts UTF-16 units: a character beyond U+FFFF is two.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hechang.intake.extraction import extract_bytes
from hechang.region.region import Region
from hechang.terms.errors import not_known

BEYOND = 0xFFFF  # last character that is one UTF-16 unit


def source_text(region: Region, document: str) -> str:
    """Return the text that the spans of a document count in; empty for a document that is no text.

    Raises
    ------
    NotKnown
        for an unknown document, or where its file is not kept or the reader may not see it.
    FileFault
        where its bytes can no longer be read.
    """
    rows = region.table("documents", columns=["sha256", "encoding", "path", "raw"], where={"id": document})
    found = rows.astype(object).where(rows.notna(), None).to_dict("records")
    if not found:
        raise not_known("document", "文件", document[:80], [])
    if not found[0]["sha256"] or not found[0]["encoding"]:
        return ""
    if found[0]["raw"]:  # taken out of a format: kept as it was read then, for readers get better
        return region.blob(found[0]["raw"]).decode("utf-8", "surrogatepass")
    return extract_bytes(region.blob(found[0]["sha256"]), found[0]["path"] or document).text


def utf16(text: str, at: Sequence[int]) -> list[int]:
    """Return places in a text, counted in characters, as a browser counts them.

    Examples
    --------
    >>> utf16("𠮷野", [0, 1, 2])
    [0, 2, 3]
    >>> utf16("平原", [0, 2])
    [0, 2]
    """
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    wide = np.flatnonzero(points > BEYOND)
    places = np.asarray(at, dtype=np.int64)
    return [int(place) for place in places + np.searchsorted(wide, places, side="left")]
