"""Functional zones over more than one county that no agreement covers."""

from __future__ import annotations

import pandas as pd

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.region.zones import covered
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

AGREED = ("agreed", "endorsed", "signed")  # states of an agreement that stands
FAULT = Fault(
    "zone-across-counties",
    "{value} lies in {n} counties ({counties}) and no agreement stands for it",
    "{value} 跨 {n} 个县(市、区): {counties}, 没有生效的协议",
    "Enter their agreement with the id of the zone as its object, or leave the zone in one county",
    "请登记以该功能区编号为对象的协议, 或调整到一个县(市、区)内",
)


@check(
    "zones-across-counties",
    zh="无协议的跨区功能区",
    en="Zones across counties without agreement",
    source="功能区建设工作推进会 (合作共建框架协议)",
)
def zones_across_counties(region: Region) -> list[Finding]:
    """Find zones with towns of several counties and no agreement that is agreed, endorsed or signed by that day.

    Examples
    --------
    >>> from hechang import tiny
    >>> zones_across_counties(tiny())
    []
    """
    one = covered(region).drop_duplicates(["zone", "county"])
    groups = one.groupby("zone", as_index=False)
    rows = groups.agg(value=("zone_name", "first"), n=("county", "nunique"), counties=("county_name", _joined))
    sql = """SELECT DISTINCT object FROM agreements
             WHERE list_contains($agreed, state) AND (signed IS NULL OR signed <= $day)"""
    settled = set(region.query(sql, agreed=list(AGREED), day=region.day)["object"])
    over = rows[(rows["n"] > 1) & ~rows["zone"].isin(settled)]
    return found(over.rename(columns={"zone": "id"}), FAULT, "collections")


def _joined(names: pd.Series) -> str:
    return "、".join(names.dropna().astype(str))
