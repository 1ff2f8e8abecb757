"""Dates of tasks and milestones that cannot both be right."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

FAULT = Fault(
    "task-dates",
    "{field} {value} is before {other} {before}",
    "{field_zh} {value} 早于{other_zh} {before}",
    "Check both dates against the document that set them",
    "请对照交办文件核对两个日期",
)
LATE = FAULT._replace(
    kind="milestone-late",
    en="milestone due {value}, after its task, due {before}",
    zh="节点期限 {value} 晚于任务期限 {before}",
    severity="warning",
)
ZH = {"due": "期限", "closed": "办结", "begins": "开始"}


@check("task-dates", zh="任务日期先后颠倒", en="Task dates out of order", source="督查台账实践 (宿迁, 三明, 13710)")
def task_dates(region: Region) -> list[Finding]:
    """Find tasks certainly due or closed before they begin, and milestones due after their task.

    `2022-09` against `2022-09-12` is no fault: the month may lie on either side.

    Examples
    --------
    >>> from hechang import tiny
    >>> task_dates(tiny())
    []
    """
    pairs = (("due", "begins"), ("closed", "begins"))
    sql = " UNION ALL ".join(
        f"""SELECT id, '{field}' AS field, {field} AS value, '{other}' AS other, {other} AS before FROM tasks
            WHERE {field} < {other} AND NOT starts_with({other}, {field})"""
        for field, other in pairs
    )
    rows = region.query(sql + " ORDER BY id, field")
    rows = rows.assign(field_zh=rows["field"].map(ZH), other_zh=rows["other"].map(ZH))
    steps = region.query(
        """SELECT m.id AS id, m.due AS value, t.due AS before FROM milestones m JOIN tasks t ON t.id = m.task
           WHERE m.due > t.due AND NOT starts_with(m.due, t.due) ORDER BY m.id"""
    )
    return found(rows, FAULT, "tasks") + found(steps, LATE, "milestones", "due")
