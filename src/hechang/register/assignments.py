"""Who serves a project: task force 双专班, agent 帮办代办, and every other role, on the day they hold it."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from hechang.region.held import HELD
from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.pipeline import invested
from hechang.register.rules import rule_value
from hechang.register.workdays import day_number, last_sql
from hechang.terms.money import FEN
from hechang.terms.specs import codes

RULE = "task-forces"
SERVICES = ("task_force", "agent")
STAGES = ("signed", "filed", "land", "started")  # the way on which a project is served; later it is built
NO_TOTAL = "没有总投资, 无法判断是否达到标准 / no total investment, so the threshold cannot be judged"


def serving(region: Region, objects: Iterable[str] | None, *, roles: Iterable[str] = ()) -> pd.DataFrame:
    """Who holds which role for some objects on the region's day.

    Parameters
    ----------
    objects
        Ids of projects, tasks or what else assignments name; everything when None.
    roles
        Roles to return; all when empty.

    Returns
    -------
    DataFrame
        Indexed by id: object, role, body [name], person, since, until, share [%], note, source, synthetic; by object
        and role.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("assignments", [{"object": "p1", "role": "agent", "body": "office-x", "since": "2022-09"},
    ...                               {"object": "p1", "role": "task_force", "body": "office-y", "until": "2022-08"}])
    >>> serving(e.after, ["p1"])[["role", "body"]].values.tolist()
    [['agent', '甲市项目办']]
    """
    sql = f"""SELECT a.id, a.object, a.role, coalesce(b.name, a.body) AS body, a.person, a.since, a.until, a.share,
                     a.note, a.source, a.synthetic
              FROM assignments a LEFT JOIN bodies b ON b.id = a.body
              WHERE ($ids IS NULL OR a.object IN (SELECT unnest($ids))) AND {HELD}
                    AND (len($roles) = 0 OR list_contains($roles, a.role))
              ORDER BY a.object, list_position($order, a.role), a.id"""
    ids = None if objects is None else [str(id) for id in objects]
    order = list(codes("assignment_roles"))
    return region.query(sql, day=region.day, ids=ids, roles=list(roles), order=order).set_index("id")


def unserved(region: Region, listing: str, least: float | None) -> pd.DataFrame:
    """Projects between signing and start of works that lack a task force or an agent: a finished list.

    Parameters
    ----------
    listing
        Id of the list, for its edition.
    least
        Total investment from which on a project should have both [万元]; None takes the dated rule `task-forces`.

    Examples
    --------
    >>> from hechang import tiny
    >>> unserved(tiny(), "x", None)["reason"].to_dict()["p1"]
    '签约 100 天, 无双专班, 无帮办代办'
    """
    rule = rule_value(region, RULE, "least")
    limit = float(rule.value) if least is None else least
    found = _lacking(region, limit * FEN["万元"])
    rows = found[found["known"]].sort_values("days", ascending=False, kind="stable")
    rows = rows.assign(**_reasons(rows), invested=invested(region, rows.index))
    kept = ["name", "owner", "reason", "reason_en", "days", "invested", "source", "place", "synthetic", "stage"]
    rows = rows[[*kept, "invest_total"]]
    rows.attrs["money"] = ["invest_total"]
    unknown = found.index[~found["known"]]
    missing = [{"id": str(id), "why": NO_TOTAL} for id in unknown]
    return listed(region, listing, rows, rule, given=least, missing=missing)


def _lacking(region: Region, least: float) -> pd.DataFrame:
    """Projects on the way that lack a service, and those of which it cannot be told; `known` says which."""
    sql = f"""
        WITH done AS (SELECT project, stage, min(actual) AS since, min_by(source, (actual, source)) AS source
                      FROM project_events WHERE actual <= $day GROUP BY ALL),
             furthest AS (SELECT project, max_by(done, list_position($stages, stage)) AS c
                    FROM done GROUP BY project),
             served AS (SELECT object, bool_or(role = 'task_force') AS task_force, bool_or(role = 'agent') AS agent
                        FROM assignments a WHERE role IN ('task_force', 'agent') AND {HELD} GROUP BY object)
        SELECT p.id, p.name, coalesce(b.name, o.name, p.owner) AS owner, p.place, p.synthetic, p.invest_total,
               c.stage AS stage, c.source AS source, greatest($today - {last_sql("c.since")}, 0) AS days,
               coalesce(s.task_force, false) AS task_force, coalesce(s.agent, false) AS agent,
               p.invest_total IS NOT NULL OR $least <= 0 AS known
        FROM furthest f JOIN projects p ON p.id = f.project LEFT JOIN served s ON s.object = p.id
             LEFT JOIN bodies b ON b.id = p.lead LEFT JOIN bodies o ON o.id = p.owner
        WHERE list_contains($way, c.stage) AND NOT (coalesce(s.task_force, false) AND coalesce(s.agent, false))
              AND coalesce(p.invest_total, $least) >= $least
        ORDER BY p.id"""
    given = {"stages": list(codes("stages")), "way": list(STAGES), "least": least}
    found = region.query(sql, day=region.day, today=day_number(region.day), **given)
    return found.set_index("id")


def _reasons(rows: pd.DataFrame) -> dict[str, pd.Series]:
    days = rows["days"].astype("string")
    stages, roles = codes("stages"), codes("assignment_roles")
    zh = rows["stage"].map({code: one.zh for code, one in stages.items()}).astype("string") + " " + days + " 天"
    en = rows["stage"].map({code: one.en for code, one in stages.items()}).astype("string") + " " + days + " days ago"
    for role in SERVICES:
        lacks = ~rows[role].astype(bool)
        zh += pd.Series(f", 无{roles[role].zh}", index=rows.index, dtype="string").where(lacks, "")
        en += pd.Series(f", no {roles[role].en.lower()}", index=rows.index, dtype="string").where(lacks, "")
    return {"reason": zh, "reason_en": en}
