"""References to rows that do not exist."""

from __future__ import annotations

from hechang.region.faults import Fault, columns_of, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

FAULT = Fault(
    "missing-reference",
    "{field} = '{value}' points to no row of '{target}' in force on that day",
    "{field} = “{value}”在表 {target} 中没有当日有效的行",
    "Enter that row in '{target}', or point to another one",
    "请在表 {target} 中补录该行, 或改为其他行",
)


@check("missing-references", zh="引用缺失", en="References to missing rows", source="own: references are checks")
def missing_references(region: Region) -> list[Finding]:
    """Find references whose row is not in force on the region's day.

    Examples
    --------
    >>> from hechang import tiny
    >>> missing_references(tiny())
    []
    """
    parts = [
        f"""SELECT id, "{name}" AS value, '{table.name}' AS "table", '{name}' AS field,
                   '{table.field(name).target}' AS target
            FROM "{table.name}" WHERE "{name}" IS NOT NULL
            AND "{name}" NOT IN (SELECT id FROM "{table.field(name).target}")"""
        for table, name in columns_of("ref")
    ]
    return found(region.query(" UNION ALL ".join(parts) + ' ORDER BY "table", id, field'), FAULT)
