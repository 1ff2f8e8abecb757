"""Links from plan to action to project that do not hold, or are not there."""

from __future__ import annotations

from hechang.region.cities import CITY_OF
from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

OTHER_PLAN = Fault(
    "action-of-another-plan",
    "'{value}' hangs under an action of plan '{other}', but belongs to plan '{plan}'",
    "“{value}”属于规划 {plan}, 其上级事项却属于规划 {other}",
    "Give it a parent of its own plan version",
    "请改为本规划版本的上级事项",
)
IN_A_CIRCLE = Fault(
    "action-in-a-circle",
    "'{value}' is, through its parents, its own parent",
    "“{value}”经由上级事项又回到自身",
    "Mend the parent of one of them",
    "请改正其中一项的上级事项",
)
WITHOUT = Fault(
    "projects-without-action",
    "{n} of {total} projects in {value} serve no action of the plan",
    "{value}的 {total} 个项目中有 {n} 个未对应行动计划事项",
    "Enter projects.plan_action, or say that they serve none",
    "请填写项目的“行动计划事项”, 或说明其不在计划内",
    "warning",
)


@check(
    "plan-links", zh="规划与项目脱节", en="Plan and projects out of touch", source="近期行动计划 (推进会 2022-09-27)"
)
def plan_links(region: Region) -> list[Finding]:
    """Find actions under another plan or in a circle, and count projects without an action by city.

    Projects are counted only where the region knows plan actions at all.

    Examples
    --------
    >>> from hechang import tiny
    >>> plan_links(tiny())
    []
    """
    other = region.query(
        """SELECT a.id AS id, a.name AS value, a.plan AS plan, u.plan AS other
           FROM plan_actions a JOIN plan_actions u ON u.id = a.parent WHERE u.plan <> a.plan ORDER BY a.id"""
    )
    circle = region.query(
        """WITH RECURSIVE up AS (SELECT id, parent FROM plan_actions WHERE parent IS NOT NULL
                                 UNION SELECT up.id, a.parent FROM up JOIN plan_actions a ON a.id = up.parent
                                       WHERE a.parent IS NOT NULL)
           SELECT id, name AS value FROM plan_actions WHERE id IN (SELECT id FROM up WHERE id = parent) ORDER BY id"""
    )
    without = region.query(
        f"""WITH RECURSIVE {CITY_OF}
            SELECT coalesce(o.city, '') AS id, coalesce(any_value(c.name), '?') AS value, count(*) AS total,
                   count(*) - count(p.plan_action) AS n
            FROM projects p LEFT JOIN city_of o ON o.place = p.place LEFT JOIN places c ON c.id = o.city
            WHERE EXISTS (SELECT 1 FROM plan_actions)
            GROUP BY o.city HAVING n > 0 ORDER BY o.city"""
    )
    found_at = found(other, OTHER_PLAN, "plan_actions", "parent") + found(circle, IN_A_CIRCLE, "plan_actions", "parent")
    return found_at + found(without, WITHOUT, "places")
