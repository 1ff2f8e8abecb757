"""Rows that a data check found, as findings."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from hechang.terms.findings import Finding
from hechang.terms.specs import Table, tables


class Fault(NamedTuple):
    """What a check says of a row, in both languages; `{column}` stands for a cell of the row."""

    kind: str
    en: str
    zh: str
    mend_en: str
    mend_zh: str
    severity: str = "error"


def found(rows: pd.DataFrame, fault: Fault, table: str = "", field: str = "") -> list[Finding]:
    """Make one finding of each row; columns id, and value, table and field where they differ by row.

    Examples
    --------
    >>> rows = pd.DataFrame({"id": ["p1"], "value": [-5]})
    >>> fault = Fault("negative-money", "{value} is below 0", "{value} 小于 0", "Mend it", "请改正")
    >>> found(rows, fault, "projects", "invest_total")[0].say("en")
    'projects p1: -5 is below 0 → Mend it'
    """
    filled = rows.astype(object).where(rows.notna(), "").rename(columns=str)
    cells: list[dict[str, object]] = filled.to_dict("records")  # type: ignore[assignment]
    return [
        Finding(
            fault.en.format(**cell),
            fault.zh.format(**cell),
            fault.mend_en.format(**cell),
            fault.mend_zh.format(**cell),
            table=str(cell.get("table", table)),
            id=str(cell["id"]),
            field=str(cell.get("field", field)),
            value=str(cell.get("value", "")),
            kind=fault.kind,
            severity=fault.severity,
        )
        for cell in cells
    ]


def columns_of(kind: str, unit: str = "") -> list[tuple[Table, str]]:
    """Return all columns of a type (and unit, where given) with their tables.

    Examples
    --------
    >>> ("returns", "progress") in [(table.name, name) for table, name in columns_of("number", "%")]
    True
    """
    return [
        (table, field.name)
        for table in tables().values()
        for field in table.fields
        if field.kind == kind and unit in ("", field.unit)
    ]
