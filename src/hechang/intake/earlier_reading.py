"""A document that is a new version of one the region holds: which, and what was decided on the same sentence then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hechang.region.region import Region

SHARED = 0.6  # share of the shorter document's sentences that both have; own assumption, two yearly reports share few


def earlier_version(region: Region, row: Mapping[str, Any], texts: Sequence[str]) -> str | None:
    """Return the newest document of which this is another version; None where there is none.

    Parameters
    ----------
    region
        With the documents it holds.
    row
        Row of `documents` of the new one.
    texts
        What was read out of it.

    Notes
    -----
    The address, the title or the name of the file is the same, the years of publication do not differ, and both share
    most of what was read: a report of the next year under the same name is another document.
    """
    held = region.table("documents", columns=["title", "path", "url", "published"]).astype(object)
    alike = pd.Series(False, index=held.index)
    for name in ("url", "title", "path"):
        if row.get(name):
            alike |= held[name].eq(row[name]).fillna(False).astype(bool)
    found = [str(id) for id in held.index[alike] if _one_year(held.loc[id, "published"], row.get("published"))]
    return next((id for id in sorted(found, reverse=True) if _share(region, id, texts) >= SHARED), None)


def _one_year(theirs: Any, ours: Any) -> bool:
    known = isinstance(theirs, str) and isinstance(ours, str)
    return not known or theirs[:4] == ours[:4]


def _share(region: Region, document: str, texts: Sequence[str]) -> float:
    said = region.table("proposals", columns=["text"], where={"document": document})["text"]
    ours, theirs = Counter(texts), Counter(str(text) for text in said)
    least = min(ours.total(), theirs.total())
    return (ours & theirs).total() / least if least else 0.0


def known_before(region: Region, document: str, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
    """Return for each item the same one of the earlier version: its proposal, what was decided, what it became.

    Items of one kind and the same words are matched in their order.
    """
    columns = ["kind", "text", "ordinal", "state", "made"]
    frame = region.table("proposals", columns=columns, where={"document": document}).astype(object)
    number = frame["ordinal"].astype(str).str.extract(r"(\d+)", expand=False).astype(float)
    frame = frame.assign(_number=number).sort_values(["kind", "_number"], kind="stable")
    held: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for id, row in zip(frame.index, frame.where(frame.notna(), None).to_dict("records"), strict=True):
        before = {"proposal": str(id), "state": row["state"], "made": row["made"], "document": document}
        held.setdefault((row["kind"], row["text"]), []).append(before)
    found = []
    for one in items:
        left = held.get((one["kind"], one["text"]))
        found.append(left.pop(0) if left else None)
    return found
