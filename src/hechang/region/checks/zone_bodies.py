"""Functional zones that nobody runs."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.held import HELD
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding
from hechang.terms.specs import codes

OPERATOR = Fault(
    "zone-without-operator",
    "{value} has no operator",
    "{value} 没有运营主体",
    "Enter a state-owned company as its operator in collections",
    "请在集合表中填写国有企业作为运营主体",
)
KIND = Fault(
    "zone-operator-kind",
    "{body}, operator of {value}, is entered as {kind_en}, not as a state-owned company",
    "{value} 的运营主体 {body} 登记为“{kind_zh}”, 不是国有企业",
    "Correct the kind of the body, or name the company that operates the zone",
    "请更正单位种类, 或改填实际运营的国有企业",
    "warning",
)
COMMITTEE = OPERATOR._replace(
    kind="zone-without-committee",
    en="{value} has no committee",
    zh="{value} 没有管理机构",
    mend_en="Enter its committee in assignments, with the id of the zone as object and the role committee",
    mend_zh="请在“专班与责任”中登记, 事项填功能区编号, 角色填管理机构",
    severity="warning",
)


@check(
    "zone-bodies",
    zh="功能区缺少主体",
    en="Zones without operator or committee",
    source="功能区建设工作推进会 (功能区 + 镇街 + 国有企业)",
)
def zone_bodies(region: Region) -> list[Finding]:
    """Find zones without an operator in collections or assignments, whose operator is no company, without a committee.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("collections", {"id": "z", "name": "科学城", "kind": "zone", "operator": "office-x"})
    >>> [fault.kind for fault in zone_bodies(e.after)]
    ['zone-operator-kind', 'zone-without-committee']
    """
    sql = f"""
        WITH held AS (SELECT object, max(body) FILTER (WHERE role = 'operator') AS operator,
                             bool_or(role = 'committee') AS committee
                      FROM assignments a WHERE {HELD} GROUP BY object)
        SELECT c.id AS id, c.name AS value, coalesce(c.operator, h.operator) AS operator, b.name AS body,
               b.kind AS kind, coalesce(h.committee, false) AS committee
        FROM collections c LEFT JOIN held h ON h.object = c.id
             LEFT JOIN bodies b ON b.id = coalesce(c.operator, h.operator)
        WHERE c.kind = 'zone' ORDER BY c.id"""
    rows = region.query(sql, day=region.day)
    names = codes("body_kinds")
    rows = rows.assign(
        kind_en=rows["kind"].map({key: one.en.lower() for key, one in names.items()}).fillna("of no kind"),
        kind_zh=rows["kind"].map({key: one.zh for key, one in names.items()}).fillna("未填种类"),
    )
    other = rows[rows["body"].notna() & rows["kind"].fillna("").ne("soe")]
    parts = (
        (rows[rows["operator"].isna()], OPERATOR),
        (other, KIND),
        (rows[~rows["committee"].astype(bool)], COMMITTEE),
    )
    return [finding for part, fault in parts for finding in found(part, fault, "collections")]
