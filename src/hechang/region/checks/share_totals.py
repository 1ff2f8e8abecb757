"""Shares of bearing or benefiting that do not add up."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding
from hechang.terms.specs import codes

ROUNDING = 0.1  # percentage points: three thirds are 33.3 each
WRONG = Fault(
    "share-total",
    "shares of '{role_en}' for {object} add up to {value} %, not 100",
    "事项 {object} 的“{role_zh}”份额合计 {value} %, 不等于 100 %",
    "Correct the shares by what was agreed",
    "请按协议更正份额",
)
PART = WRONG._replace(
    kind="share-not-agreed",
    en="{given} of {n} bodies have an agreed share of '{role_en}' for {object}, together {value} %",
    zh="事项 {object} 的“{role_zh}”有 {n} 个单位, 仅 {given} 个约定了份额, 合计 {value} %",
    mend_en="Enter the missing shares once they are agreed; none is worked out for you",
    mend_zh="约定后补填其余份额; 系统不代为推算",
    severity="warning",
)


@check(
    "share-totals",
    zh="共担共享份额不合",
    en="Shares that do not add up",
    source="共商共担共享 (推进会 2022-09-27); own: 份额合计为 100 %",
)
def share_totals(region: Region) -> list[Finding]:
    """Find objects whose shares of 共担 or 共享 in force do not make 100 %, or are agreed on for some bodies only.

    An object without any share is no fault: it is not agreed on yet.

    Examples
    --------
    >>> from hechang import tiny
    >>> share_totals(tiny())
    []
    """
    sql = """
        SELECT min(id) AS id, object, role, count(*) AS n, count(share) AS given, round(sum(share), 2) AS value
        FROM assignments WHERE role IN ('bear', 'benefit') AND (since IS NULL OR since <= $day)
             AND (until IS NULL OR until >= left($day, length(until)))
        GROUP BY object, role HAVING count(share) > 0 ORDER BY object, role"""
    rows = region.query(sql, day=region.day)
    names = codes("assignment_roles")
    rows = rows.assign(
        role_zh=rows["role"].map({key: one.zh for key, one in names.items()}),
        role_en=rows["role"].map({key: one.en for key, one in names.items()}),
    )
    over, all_given = rows["value"] > 100 + ROUNDING, rows["given"] == rows["n"]
    wrong = over | (all_given & ((rows["value"] - 100).abs() > ROUNDING))
    return found(rows[wrong], WRONG, "assignments", "share") + found(
        rows[~wrong & ~all_given], PART, "assignments", "share"
    )
