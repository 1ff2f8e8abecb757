"""Projects and bodies that a task names and nobody knows."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

UNKNOWN = Fault(
    "task-link",
    "{field} names '{value}', which is no row of '{target}' in force on that day",
    "{field} 所列“{value}”在表 {target} 中没有当日有效的行",
    "Enter that row in '{target}', or name another one",
    "请在表 {target} 中补录该行, 或改列其他行",
)
TWICE = Fault(
    "task-lead-twice",
    "'{value}' leads this task and is named among the co-operating bodies too",
    "“{value}”既是牵头单位, 又列为配合单位",
    "Take it off the co-operating bodies",
    "请从配合单位中删去",
    "warning",
)


@check("task-links", zh="任务关联缺失", en="Links of tasks to missing rows", source="督查台账实践 (宿迁, 三明, 13710)")
def task_links(region: Region) -> list[Finding]:
    """Find ids in tasks.projects and tasks.co_bodies that are not in force, and leads named twice.

    Examples
    --------
    >>> from hechang import tiny
    >>> task_links(tiny())
    []
    """
    parts = [
        f"""SELECT id, value, field, target FROM (
                SELECT id, unnest(json_extract_string({field}, '$[*]')) AS value, '{field}' AS field,
                       '{target}' AS target FROM tasks WHERE {field} IS NOT NULL)
            WHERE value NOT IN (SELECT id FROM {target})"""
        for field, target in (("projects", "projects"), ("co_bodies", "bodies"))
    ]
    rows = region.query(" UNION ALL ".join(parts) + " ORDER BY id, field, value")
    twice = region.query(
        "SELECT id, lead AS value FROM tasks WHERE list_contains(json_extract_string(co_bodies, '$[*]'), lead)"
    )
    return found(rows, UNKNOWN, "tasks") + found(twice, TWICE, "tasks", "co_bodies")
