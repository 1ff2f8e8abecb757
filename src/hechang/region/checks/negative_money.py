"""Amounts below zero."""

from __future__ import annotations

from hechang.region.faults import Fault, columns_of, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding
from hechang.terms.money import FEN

SIGNED = ("accounts", "payments")  # a book has two sides, and money can be paid back
FAULT = Fault(
    "negative-money",
    "{field} is {value} × 10⁴ CNY, below zero",
    "{field} 为 {value} 万元, 小于零",
    "Check the sign and the cell it came from",
    "请核对正负号及来源单元格",
)


@check("negative-money", zh="金额为负", en="Amounts below zero", source="own: 金额不为负")
def negative_money(region: Region) -> list[Finding]:
    """Find amounts below zero in every table but accounts and payments, which know two directions.

    Examples
    --------
    >>> from hechang import tiny
    >>> negative_money(tiny())
    []
    """
    parts = [
        f"""SELECT id, "{name}" / {FEN["万元"]} AS value, '{table.name}' AS "table", '{name}' AS field
            FROM "{table.name}" WHERE "{name}" < 0"""
        for table, name in columns_of("money")
        if table.name not in SIGNED
    ]
    return found(region.query(" UNION ALL ".join(parts) + ' ORDER BY "table", id, field'), FAULT)
