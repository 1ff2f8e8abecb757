"""Towns that lie in no functional zone."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.region.zones import all_towns, covered
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

FAULT = Fault(
    "zone-gap",
    "{value} of {county_name} lies in no zone of '{system}'",
    "{county_name}{value} 不在“{system}”的任何功能区内",
    "Enter it under the zone it belongs to: hechang import members FILE",
    "请补录其所属功能区: hechang import members FILE",
)


@check("zone-gaps", zh="未划入功能区的镇街", en="Towns in no zone", source="功能区建设工作推进会 (全覆盖布局)")
def zone_gaps(region: Region) -> list[Finding]:
    """Find towns in no zone, in every city in which a zoning (plan and scheme) has a zone at all.

    Examples
    --------
    >>> from hechang import tiny
    >>> zone_gaps(tiny())
    []
    """
    held = covered(region)
    systems = held[["system", "city"]].dropna().drop_duplicates()
    wanted = systems.merge(all_towns(region), on="city")
    there = wanted.merge(held[["system", "town"]].drop_duplicates(), on=["system", "town"], how="left", indicator=True)
    gaps = there[there["_merge"].eq("left_only")].drop(columns="_merge").sort_values(["system", "town"])
    return found(gaps.rename(columns={"town": "id", "name": "value"}), FAULT, "places")
