"""Assignments and attachments that hang on nothing."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding
from hechang.terms.specs import tables

TABLES = ("assignments", "attachments")
FAULT = Fault(
    "lost-object",
    "object = '{value}' is the id of no row in force on that day",
    "对象“{value}”不是任何当日有效行的编号",
    "Give the id of a project, task or step, or end this row",
    "请改为项目、任务或事项的编号, 或终止该行",
)


@check(
    "lost-objects",
    zh="专班与附件所属对象缺失",
    en="Assignments and files of nothing",
    source="own: references are checks",
)
def lost_objects(region: Region) -> list[Finding]:
    """Find assignments and attachments whose object is no row of any table on the region's day.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("assignments", {"id": "as", "object": "p9", "role": "agent"})
    >>> [fault.value for fault in lost_objects(e.after)]
    ['p9']
    """
    named = " UNION ALL ".join(f"""SELECT id, object AS value, '{name}' AS "table" FROM {name}""" for name in TABLES)
    asked = region.query(f'SELECT * FROM ({named}) ORDER BY "table", id')
    if asked.empty:
        return []
    ids = asked["value"].unique().tolist()
    known = " UNION ".join(f'SELECT id FROM "{name}" WHERE id IN (SELECT unnest($ids))' for name in tables())
    there = set(region.query(known, ids=ids)["id"])
    return found(asked[~asked["value"].isin(there)], FAULT, field="object")
