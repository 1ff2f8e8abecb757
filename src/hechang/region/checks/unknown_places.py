"""Place codes that nobody knows, or that are not valid on the day."""

from __future__ import annotations

import pandas as pd

from hechang.region.faults import Fault, columns_of, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

UNKNOWN = Fault(
    "unknown-place",
    "{field} = '{value}' is no known place code",
    "{field} = “{value}”不是已知的地点代码",
    "See: hechang export places places.csv",
    "可用代码见: hechang export places places.csv",
)
NOT_VALID = Fault(
    "place-not-valid",
    "{field} = '{value}' is not in force on {day}",
    "{field} = “{value}”在 {day} 无效",
    "Use the code in force on that day",
    "请使用当日有效的代码",
)


@check("unknown-places", zh="地点代码不明或失效", en="Place codes unknown or not in force", source="GB/T 2260")
def unknown_places(region: Region) -> list[Finding]:
    """Find place codes that no place in force on the region's day has; known but ended codes are told apart.

    Examples
    --------
    >>> from hechang import tiny
    >>> unknown_places(tiny())
    []
    """
    parts = [
        f"""SELECT id, "{name}" AS value, '{table.name}' AS "table", '{name}' AS field FROM "{table.name}"
            WHERE "{name}" IS NOT NULL AND "{name}" NOT IN (SELECT id FROM places)"""
        for table, name in columns_of("place")
    ]
    rows = region.query(" UNION ALL ".join(parts) + ' ORDER BY "table", id, field').assign(day=region.day)
    ended = rows["value"].isin(_known(region, rows["value"]))
    over_time = rows["table"].eq("place_changes")  # a change joins places of two days
    return found(rows[~ended], UNKNOWN) + found(rows[ended & ~over_time], NOT_VALID)


def _known(region: Region, codes: pd.Series) -> set[str]:
    """Those of the codes that are in force on some other day."""
    distinct = [str(code) for code in codes.unique()]
    return set(region.every_version("places", distinct)["id"]) if distinct else set()
