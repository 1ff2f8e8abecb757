"""Towns that lie in more than one functional zone."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.region.zones import covered
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

FAULT = Fault(
    "zone-overlap",
    "{value} lies in {n} zones of '{system}': {zones}",
    "{value} 同时划入“{system}”的 {n} 个功能区: {zones}",
    "Keep one and end the other rows of members",
    "请保留一个, 终止其余成员行",
)


@check("zone-overlaps", zh="重复划入功能区的镇街", en="Towns in two zones", source="功能区建设工作推进会 (全覆盖布局)")
def zone_overlaps(region: Region) -> list[Finding]:
    """Find towns in more than one zone of one zoning (plan and scheme); two zonings may well hold the same town.

    Examples
    --------
    >>> from hechang import tiny
    >>> zone_overlaps(tiny())
    []
    """
    held = covered(region)
    groups = held.groupby(["system", "town"], as_index=False)
    rows = groups.agg(value=("name", "first"), n=("zone", "size"), zones=("zone_name", ", ".join))
    return found(rows[rows["n"] > 1].rename(columns={"town": "id"}), FAULT, "places")
