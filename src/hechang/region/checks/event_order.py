"""Stages that came before the one they follow."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding
from hechang.terms.specs import codes

FAULT = Fault(
    "event-order",
    "{stage} on {value}, before {earlier} on {before} (project {project})",
    "{stage_zh} {value} 早于 {earlier_zh} {before} (项目 {project})",
    "Check both dates against their evidence",
    "请对照佐证核对两个日期",
)


@check("event-order", zh="节点先后颠倒", en="Stages out of order", source="own: 节点顺序")
def event_order(region: Region) -> list[Finding]:
    """Find actual dates that are certainly earlier than that of the stage before (filed before signed…).

    Compared with the nearest earlier stage that has an actual date. `2022-09` against `2022-09-12` is no fault: the
    month may lie on either side.

    Examples
    --------
    >>> from hechang import tiny
    >>> event_order(tiny())
    []
    """
    sql = """
        WITH e AS (SELECT id, project, stage, actual AS value,
                          lag(stage) OVER w AS earlier, lag(actual) OVER w AS before
                   FROM project_events WHERE actual IS NOT NULL
                   WINDOW w AS (PARTITION BY project ORDER BY list_position($stages, stage), actual, id))
        SELECT * FROM e WHERE value < before AND NOT starts_with(before, value) ORDER BY project, id"""
    stages = codes("stages")
    rows = region.query(sql, stages=list(stages))
    zh = {code: entry.zh for code, entry in stages.items()}
    rows = rows.assign(stage_zh=rows["stage"].map(zh), earlier_zh=rows["earlier"].map(zh))
    return found(rows, FAULT, "project_events", "actual")
