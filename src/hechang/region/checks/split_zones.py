"""Functional zones that lie in several pieces."""

from __future__ import annotations

import pandas as pd

from hechang.engines.adjacency import components
from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.region.zones import covered
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

SPLIT = Fault(
    "zone-split",
    "{value} lies in {n} pieces: {pieces}",
    "{value} 被分成 {n} 片: {pieces}",
    "Move a piece to the zone around it, or enter the neighbours that are missing in adjacency",
    "请将其中一片划入相邻功能区, 或补录缺失的相邻关系",
)
UNKNOWN = Fault(
    "zone-not-judged",
    "nobody entered which towns lie beside {towns}, so it cannot be told whether {value} is in one piece",
    "未录入 {towns} 的相邻镇街, 无法判断{value}是否连片",
    "Enter their neighbours: hechang import adjacency FILE",
    "请导入相邻关系: hechang import adjacency FILE",
    "warning",
)


@check("split-zones", zh="不连片的功能区", en="Zones in several pieces", source="own: 功能区应连片")
def split_zones(region: Region) -> list[Finding]:
    """Find zones whose towns do not hang together by what lies side by side, and those of which it cannot be told.

    Examples
    --------
    >>> from hechang import tiny
    >>> split_zones(tiny())
    []
    """
    held = covered(region)
    held = held[held.groupby("zone")["town"].transform("size") > 1].reset_index(drop=True)
    pairs = region.query("SELECT a, b FROM adjacency").astype(object)
    alone = held[~held["town"].isin([*pairs["a"], *pairs["b"]])]
    unknown = alone.groupby("zone", as_index=False).agg(value=("zone_name", "first"), towns=("name", "、".join))
    judged = _with_pieces(held[~held["zone"].isin(alone["zone"])].reset_index(drop=True), pairs)
    split = judged.groupby("zone", as_index=False).agg(value=("value", "first"), n=("piece", "size"),
                                                       pieces=("towns", " | ".join))  # fmt: skip
    split = split[split["n"] > 1]
    return [
        finding
        for rows, fault in ((split, SPLIT), (unknown, UNKNOWN))
        for finding in found(rows.rename(columns={"zone": "id"}), fault, "collections")
    ]


def _with_pieces(held: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """One row a zone and piece, with the names of its towns."""
    at = held.reset_index(names="at")[["zone", "town", "at"]]
    ends = pairs.merge(at, left_on="a", right_on="town").merge(at, left_on=["b", "zone"], right_on=["town", "zone"])
    piece = components(ends["at_x"].to_numpy("int64"), ends["at_y"].to_numpy("int64"), nodes=len(held))
    groups = held.assign(piece=piece).groupby(["zone", "piece"], as_index=False)
    return groups.agg(value=("zone_name", "first"), towns=("name", "、".join))
