"""From the plan to the ground: plan → action → project → place, and what is missing on that way.

A project serves the action on its own row, and the action of a task that names it. An action is covered where a project
or a task serves it or an action below it.
"""

from __future__ import annotations

import pandas as pd

from hechang.region.cities import CITY_OF
from hechang.region.region import Region

_SERVED = f"""
    {CITY_OF},
    named AS (SELECT id AS task, plan_action, unnest(json_extract_string(projects, '$[*]')) AS project
              FROM tasks WHERE plan_action IS NOT NULL),
    serves AS (SELECT plan_action AS action, id AS project FROM projects WHERE plan_action IS NOT NULL
               UNION SELECT n.plan_action, n.project FROM named n JOIN projects p ON p.id = n.project),
    below AS (SELECT id AS above, id AS action, 0 AS steps FROM plan_actions
              UNION SELECT b.above, a.id, b.steps + 1 FROM below b JOIN plan_actions a ON a.parent = b.action
                    WHERE b.steps < 12)"""


def coverage(region: Region) -> pd.DataFrame:
    """Projects, tasks and places that serve each plan action, those of the actions below it included.

    Returns
    -------
    DataFrame
        Indexed by action, by plan and code: plan, plan_name, issued (of the plan), code, name, parent, theme, owner,
        leaf (no action below), projects, tasks, cities [counts], invest_total [分 of these projects, null where none
        gives it], covered, source, synthetic.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="plan") as e:
    ...     _ = e.put("plan_actions", [{"id": "A", "plan": "p", "name": "行动"},
    ...                                {"id": "A1", "plan": "p", "name": "快线", "parent": "A"},
    ...                                {"id": "A2", "plan": "p", "name": "水厂", "parent": "A"}])
    ...     _ = e.put("projects", {"id": "p1", "plan_action": "A1"})
    >>> coverage(e.after)["projects"].to_dict()
    {'A': 1, 'A1': 1, 'A2': 0}
    """
    sql = f"""
        WITH RECURSIVE {_SERVED},
        p AS (SELECT above, count(*) AS projects, count(DISTINCT city) AS cities, sum(invest_total)::BIGINT AS total
              FROM (SELECT DISTINCT b.above, s.project FROM below b JOIN serves s ON s.action = b.action) d
                   JOIN projects p ON p.id = d.project LEFT JOIN city_of c ON c.place = p.place GROUP BY above),
        t AS (SELECT above, count(DISTINCT t.id) AS tasks FROM below b JOIN tasks t ON t.plan_action = b.action
              GROUP BY above)
        SELECT a.id, a.plan, n.name AS plan_name, n.issued, a.code, a.name, a.parent, a.theme,
               coalesce(o.name, a.owner) AS owner,
               a.id NOT IN (SELECT parent FROM plan_actions WHERE parent IS NOT NULL) AS leaf,
               coalesce(p.projects, 0) AS projects, coalesce(t.tasks, 0) AS tasks,
               coalesce(p.cities, 0) AS cities, p.total AS invest_total,
               coalesce(p.projects, 0) + coalesce(t.tasks, 0) > 0 AS covered, a.source, a.synthetic
        FROM plan_actions a LEFT JOIN plans n ON n.id = a.plan LEFT JOIN bodies o ON o.id = a.owner
             LEFT JOIN p ON p.above = a.id LEFT JOIN t ON t.above = a.id
        ORDER BY a.plan, a.code, a.id"""
    return region.query(sql).set_index("id")


def coverage_by_place(region: Region) -> pd.DataFrame:
    """Projects with and without a plan action by plan version and city.

    Returns
    -------
    DataFrame
        Indexed by city ("" for projects in no known city): name, name_en, projects [count], one column `in PLAN` a plan
        version [projects that serve one of its actions], without [count], value [% that serve any action].

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="plan") as e:
    ...     _ = e.put("plan_actions", {"id": "A1", "plan": "p", "name": "快线"})
    ...     _ = e.put("projects", {"id": "p3", "plan_action": "A1"})
    >>> coverage_by_place(e.after)[["projects", "in p", "without", "value"]].to_dict("index")["y"]
    {'projects': 3, 'in p': 1, 'without': 2, 'value': 33.3}
    """
    plans = [str(id) for id in region.table("plans", columns=["name"]).index.sort_values()]
    counts = "".join(f', count(*) FILTER (list_contains(plans, $plan{n})) AS "{n}"' for n in range(len(plans)))
    sql = f"""
        WITH RECURSIVE {_SERVED},
        own AS (SELECT project, list(DISTINCT a.plan) AS plans FROM serves s JOIN plan_actions a ON a.id = s.action
                GROUP BY project)
        SELECT coalesce(c.city, '') AS id, any_value(n.name) AS name, any_value(n.name_en) AS name_en,
               count(*) AS projects{counts}, count(*) - count(own.project) AS without,
               round(count(own.project) * 100.0 / count(*), 1) AS value
        FROM projects p LEFT JOIN city_of c ON c.place = p.place LEFT JOIN places n ON n.id = c.city
             LEFT JOIN own ON own.project = p.id GROUP BY 1 ORDER BY 1"""
    found = region.query(sql, **{f"plan{n}": plan for n, plan in enumerate(plans)}).set_index("id")
    return found.rename(columns={str(n): f"in {plan}" for n, plan in enumerate(plans)})
