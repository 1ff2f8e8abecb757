"""Percentages outside 0 to 100."""

from __future__ import annotations

from hechang.region.faults import Fault, columns_of, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

FAULT = Fault(
    "percent-range",
    "{field} is {value} %, outside 0 to 100",
    "{field} 为 {value} %, 超出 0 到 100",
    "Check the unit: a share of 0.5 is 50 %",
    "请核对单位: 0.5 的份额应为 50 %",
)


@check("percent-range", zh="百分比超出范围", en="Percentages out of range", source="own: 形象进度为 0 到 100")
def percent_range(region: Region) -> list[Finding]:
    """Find percentages below 0 or above 100; exactly 100 is fine.

    Examples
    --------
    >>> from hechang import tiny
    >>> percent_range(tiny())
    []
    """
    parts = [
        f"""SELECT id, "{name}" AS value, '{table.name}' AS "table", '{name}' AS field FROM "{table.name}"
            WHERE "{name}" < 0 OR "{name}" > 100"""
        for table, name in columns_of("number", "%")
    ]
    return found(region.query(" UNION ALL ".join(parts) + ' ORDER BY "table", id, field'), FAULT)
