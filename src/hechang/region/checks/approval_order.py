"""Approval steps whose dates run backwards or whose limit cannot be."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

LONGEST = 3660  # days: ten years
ORDER = Fault(
    "approval-order",
    "{step}: {field} {value} lies before {earlier} {before} (project {project})",
    "{step}: {field} {value} 早于 {earlier} {before} (项目 {project})",
    "Check both dates against the receipts",
    "请对照受理、办结回执核对两个日期",
)
LIMIT = Fault(
    "approval-limit",
    "{step}: days_allowed = {value} is no limit of a step (project {project})",
    "{step}: 承诺时限 {value} 天不合理 (项目 {project})",
    f"Give 0 to {LONGEST} days",
    f"请填 0 到 {LONGEST} 天",
)


@check("approval-order", zh="审批日期颠倒", en="Approval steps out of order", source="own: 可启动、启动、办结依次")
def approval_order(region: Region) -> list[Finding]:
    """Find steps that certainly ended before they began, or began before they could, and limits outside 0 to 3660.

    `2022-09` against `2022-09-12` is no fault: the month may lie on either side.

    Examples
    --------
    >>> from hechang import tiny
    >>> approval_order(tiny())
    []
    """
    pairs = (("ended", "begun"), ("begun", "could_begin"))
    parts = [
        f"""SELECT id, project, step, '{field}' AS field, {field} AS value, '{earlier}' AS earlier, {earlier} AS before
            FROM approvals WHERE {field} < {earlier} AND NOT starts_with({earlier}, {field})"""
        for field, earlier in pairs
    ]
    backwards = region.query(" UNION ALL ".join(parts) + " ORDER BY project, id, field")
    sql = """SELECT id, project, step, days_allowed AS value FROM approvals
             WHERE days_allowed < 0 OR days_allowed > $longest ORDER BY project, id"""
    limits = region.query(sql, longest=LONGEST)
    return found(backwards, ORDER, "approvals") + found(limits, LIMIT, "approvals", "days_allowed")
