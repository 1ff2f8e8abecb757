"""Tasks whose stated state contradicts their dates."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding
from hechang.terms.specs import codes

STATE = Fault(
    "task-state",
    "state says '{said_en}', but {why_en}",
    "状态填为“{said_zh}”, 但{why_zh}",
    "Correct the state or the date",
    "请更正状态或日期",
)
WHY = {
    "no-close": ("no closing day is given", "没有办结日期"),
    "closed": ("it was closed on {day}", "已于 {day} 办结"),
    "in-time": ("it is due on {day}, which has not passed", "期限 {day} 尚未过"),
    "begun": ("progress of {day} % was reported", "已报告进度 {day} %"),
}


@check(
    "task-states",
    zh="任务状态与日期矛盾",
    en="Task states against their dates",
    source="督查台账实践 (宿迁, 三明, 13710)",
)
def task_states(region: Region) -> list[Finding]:
    """Find tasks stated done without a closing day, not done though closed, overdue in time, or open though begun.

    A state that time changes by itself contradicts nothing: a task stated under way may be overdue.

    Examples
    --------
    >>> from hechang import tiny
    >>> task_states(tiny())
    []
    """
    sql = """
        WITH r AS (SELECT task, max(progress) AS progress FROM task_returns WHERE period <= $day GROUP BY task),
             t AS (SELECT t.id, t.state AS value, t.closed, t.due, greatest(t.progress, r.progress) AS progress
                   FROM tasks t LEFT JOIN r ON r.task = t.id WHERE t.state IS NOT NULL),
             w AS (SELECT id, value, closed, due, progress, CASE
                       WHEN value = 'done' AND closed IS NULL THEN 'no-close'
                       WHEN value IN ('open', 'doing', 'overdue') AND closed <= $day THEN 'closed'
                       WHEN value = 'overdue' AND due >= left($day, length(due)) THEN 'in-time'
                       WHEN value = 'open' AND progress > 0 THEN 'begun' END AS why FROM t)
        SELECT id, value, why, CASE why WHEN 'closed' THEN closed WHEN 'in-time' THEN due
                                        ELSE format('{:g}', progress) END AS day
        FROM w WHERE why IS NOT NULL ORDER BY id"""
    rows = region.query(sql, day=region.day)
    names = codes("task_states")
    days = rows["day"].fillna("").to_list()
    told = [[WHY[why][n].format(day=day) for why, day in zip(rows["why"], days, strict=True)] for n in (0, 1)]
    rows = rows.assign(
        said_en=[names[state].en for state in rows["value"]],
        said_zh=[names[state].zh for state in rows["value"]],
        why_en=told[0],
        why_zh=told[1],
    )
    return found(rows, STATE, "tasks", "state")
