"""Functional zones whose number is not the one a document names."""

from __future__ import annotations

import pandas as pd

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.region.zones import covered
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

DECLARED = {"zones_declared": ("zone", "zones", "功能区"), "zone_towns_declared": ("town", "towns in zones", "镇街")}
FAULT = Fault(
    "zone-number",
    "{city_name} has {value} {what_en} by '{system}', a document of {year} says {declared}",
    "{city_name}“{system}”有 {value} 个{what_zh}, {year} 年文件称 {declared} 个",
    "Check the list of zones against the document in values ({indicator})",
    "请将功能区名单与指标值 {indicator} 所据文件核对",
    "warning",
)
_SQL = """SELECT v.place AS city, p.name AS city_name, v.indicator,
                 coalesce(max_by(v.value, v.year) FILTER (WHERE v.year <= $day), min_by(v.value, v.year)) AS declared,
                 coalesce(max(v.year) FILTER (WHERE v.year <= $day), min(v.year)) AS year
          FROM "values" v JOIN places p ON p.id = v.place
          WHERE list_contains($indicators, v.indicator) AND v.value IS NOT NULL
          GROUP BY ALL ORDER BY v.place, v.indicator"""


@check("zone-numbers", zh="功能区数与文件不符", en="Number of zones against documents", source="功能区建设工作推进会")
def zone_numbers(region: Region) -> list[Finding]:
    """Find zonings whose number of zones or of towns in a city is not the one declared for it (table values).

    The newest document until the region's day counts, else the first one after it.

    Examples
    --------
    >>> from hechang import tiny
    >>> zone_numbers(tiny())
    []
    """
    said = region.query(_SQL, day=region.day, indicators=list(DECLARED)).astype(object)
    parts = [_counted(region, said[said["indicator"].eq(name)], *words) for name, words in DECLARED.items()]
    rows = pd.concat(parts, ignore_index=True).rename(columns={"city": "id"})
    return found(rows[rows["value"].ne(rows["declared"])], FAULT, "places")


def _counted(region: Region, said: pd.DataFrame, unit: str, en: str, zh: str) -> pd.DataFrame:
    """Number of zones or towns by zoning beside what was said of the city."""
    numbers = covered(region).groupby(["city", "system"], as_index=False).agg(value=(unit, "nunique"))
    rows = said.merge(numbers, on="city")
    whole = rows["declared"].astype("float64").map("{:g}".format)
    return rows.assign(declared=whole, value=rows["value"].astype(str), what_en=en, what_zh=zh)
