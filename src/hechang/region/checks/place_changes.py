"""Changes of places that do not fit the places: days, shares, and places that ended without a word."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

ROUNDING = 0.1  # percentage points: three thirds are 33.3 each
GOES_ON = ("transfer", "rename")  # kinds after which the place that changed is still there
ENDS = Fault(
    "place-change-from",
    "{value} changes on {day}, but is in force from {begun} to {ended}",
    "{value} 在 {day} 变更, 但其有效期为 {begun} 至 {ended}",
    "Correct the day of the change, or valid_to of the place",
    "请更正变更日, 或该地点的失效日",
)
BEGINS = ENDS._replace(
    kind="place-change-to",
    mend_en="Correct the day of the change, or valid_from of the place",
    mend_zh="请更正变更日, 或该地点的生效日",
)
SHARES = Fault(
    "place-change-shares",
    "shares of {value} on {day} add up to {sum} %, not 100",
    "{value} 在 {day} 的去向份额合计 {sum} %, 不等于 100 %",
    "Correct the shares by the document, or leave those empty that nobody knows",
    "请按文件更正份额; 不知道的请留空",
)
NOWHERE = Fault(
    "place-without-successor",
    "{value} ended on {day}, and no change says what became of it",
    "{value} 于 {day} 失效, 未登记其去向",
    "Enter where it went: hechang import place_changes FILE",
    "请登记去向: hechang import place_changes FILE",
    "warning",
)
_SPANS = """SELECT id, max_by(name, valid_from) AS name, min(valid_from) AS begun,
                   max(coalesce(valid_to, '9999')) AS ended FROM "places every" GROUP BY id"""
_PARTS = {
    ENDS: """SELECT c.id, c.from_place AS value, c.day, s.begun, s.ended FROM place_changes c
             JOIN ({spans}) s ON s.id = c.from_place
             WHERE s.begun >= c.day OR s.ended < c.day
                   OR (s.ended > c.day AND NOT starts_with(s.ended, c.day) AND NOT list_contains($on, c.kind)
                       AND c.from_place <> c.to_place) ORDER BY c.id""",
    BEGINS: """SELECT c.id, c.to_place AS value, c.day, s.begun, s.ended FROM place_changes c
               JOIN ({spans}) s ON s.id = c.to_place
               WHERE (s.begun > c.day AND NOT starts_with(s.begun, c.day)) OR s.ended <= c.day ORDER BY c.id""",
    SHARES: """SELECT min(id) AS id, from_place AS value, day, round(sum(share), 2) AS sum FROM place_changes
               GROUP BY from_place, day
               HAVING sum(share) > 100 + $rounding OR (count(share) = count(*) AND NOT bool_or(kind = 'transfer')
                      AND abs(sum(share) - 100) > $rounding) ORDER BY id""",
    NOWHERE: """SELECT s.id, s.name AS value, s.ended AS day FROM ({spans}) s
                WHERE s.ended <= $day AND s.id NOT IN (SELECT from_place FROM place_changes) ORDER BY s.id""",
}


@check(
    "place-changes",
    zh="地点变更不合",
    en="Changes of places that do not fit",
    source="GB/T 2260; own: 份额合计为 100 %",
)
def place_changes(region: Region) -> list[Finding]:
    """Find changes on a day on which a place did not begin or end, shares over or under 100 %, ends without successor.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("place_changes", {"from_place": "a", "to_place": "b", "day": "2020", "kind": "merge"})
    >>> [fault.kind for fault in place_changes(e.after)]
    ['place-change-from']
    """
    given = {"on": list(GOES_ON), "rounding": ROUNDING, "day": region.day}
    return [
        finding
        for fault, sql in _PARTS.items()
        for finding in found(
            region.query(sql.format(spans=_SPANS), **{k: v for k, v in given.items() if f"${k}" in sql}),
            fault,
            "places" if fault is NOWHERE else "place_changes",
        )
    ]
