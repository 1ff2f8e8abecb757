"""Projects of which no stage is known."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

FAULT = Fault(
    "project-without-events",
    "'{value}' has no stage with a date, so no list can judge it",
    "“{value}”没有任何节点日期, 清单无法判断",
    "Enter its stages, actual or estimated",
    "请登记其节点的实际或预计日期",
    "warning",
)


@check(
    "projects-without-events",
    zh="没有节点的项目",
    en="Projects without stages",
    source="三张清单 (常务会议 2022-09-27)",
)
def projects_without_events(region: Region) -> list[Finding]:
    """Find projects without any dated stage, actual or estimated.

    Examples
    --------
    >>> from hechang import tiny
    >>> projects_without_events(tiny())
    []
    """
    sql = """SELECT id, name AS value FROM projects WHERE id NOT IN
             (SELECT project FROM project_events WHERE coalesce(actual, estimated) IS NOT NULL) ORDER BY id"""
    return found(region.query(sql), FAULT, "projects")
