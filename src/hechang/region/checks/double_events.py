"""Stages entered twice for one project."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

FAULT = Fault(
    "double-event",
    "Stage '{value}' of project {project} is entered {n} times",
    "项目 {project} 的节点“{value}”登记了 {n} 次",
    "Keep one row; a date lives in one place only",
    "请只保留一行, 一个日期只登记一次",
)


@check("double-events", zh="节点重复登记", en="Stages entered twice", source="own: a date lives in one place only")
def double_events(region: Region) -> list[Finding]:
    """Find stages that stand in more than one row of a project; one finding per project and stage.

    Examples
    --------
    >>> from hechang import tiny
    >>> double_events(tiny())
    []
    """
    sql = """SELECT max(id) AS id, project, stage AS value, count(*) AS n FROM project_events
             GROUP BY project, stage HAVING count(*) > 1 ORDER BY project, stage"""
    return found(region.query(sql), FAULT, "project_events", "stage")
