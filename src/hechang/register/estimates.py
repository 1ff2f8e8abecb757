"""Estimated days that have passed while the stage has not come 预计日期已过."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.pipeline import invested
from hechang.register.workdays import day_number, iso, last_sql
from hechang.terms.specs import codes


def slipped(region: Region, listing: str) -> pd.DataFrame:
    """Projects with a stage that was estimated for a day gone by and has not come: a finished list, latest first.

    An estimate has passed after the last day it can mean. A stage that comes before one already reached is not asked
    for; where two rows estimate one stage, the later day counts.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("project_events", {"project": "p2", "stage": "started", "estimated": "2022-08"})
    >>> slipped(e.after, "x")[["reason", "days", "due"]].values.tolist()
    [['预计 2022-08 开工, 已过 27 天', 27, '2022-08-31']]
    """
    late = _passed(region)
    worst = late.sort_values(["days", "place_in_order"], ascending=[False, True]).drop_duplicates("project")
    rows = worst.set_index("project").rename_axis("id").assign(**_together(late))
    rows = rows.assign(invested=invested(region, rows.index))
    kept = ["name", "owner", "reason", "reason_en", "days", "due", "invested", "source", "place", "synthetic", "stage"]
    return listed(region, listing, rows[kept])


def _passed(region: Region) -> pd.DataFrame:
    """One row a stage that is late, in the order of projects and stages; `ends` is the last day of its estimate."""
    sql = f"""
        WITH e AS (SELECT project, stage, list_position($stages, stage) AS place_in_order, estimated, source,
                          actual IS NOT NULL AND actual <= $day AS come, {last_sql("estimated")} AS ends
                   FROM project_events),
             reached AS (SELECT project, max(place_in_order) AS reached FROM e WHERE come GROUP BY project),
             latest AS (SELECT * FROM e WHERE ends IS NOT NULL
                        QUALIFY row_number() OVER (PARTITION BY project, stage ORDER BY ends DESC, source) = 1)
        SELECT l.project, l.stage, l.place_in_order, l.estimated, l.source, l.ends, $today - l.ends AS days,
               p.name, coalesce(b.name, o.name, p.owner) AS owner, p.place, p.synthetic
        FROM latest l JOIN projects p ON p.id = l.project LEFT JOIN reached r ON r.project = l.project
             LEFT JOIN bodies b ON b.id = p.lead LEFT JOIN bodies o ON o.id = p.owner
        WHERE l.ends < $today AND l.place_in_order > coalesce(r.reached, 0)
        ORDER BY l.project, l.place_in_order"""
    return region.query(sql, day=region.day, today=day_number(region.day), stages=list(codes("stages")))


def _together(late: pd.DataFrame) -> dict[str, pd.Series]:
    """Reasons and first day passed of each project, all its late stages in one line."""
    stages = codes("stages")
    zh, en = (late["stage"].map({code: one.title(lang) for code, one in stages.items()}) for lang in ("zh", "en"))
    days = late["days"].astype("string")
    said = {
        "reason": "预计 " + late["estimated"] + " " + zh + ", 已过 " + days + " 天",
        "reason_en": en + " expected " + late["estimated"] + ", " + days + " days ago",
    }
    first = late.groupby("project")["ends"].min()
    joined = {name: _joined(text.astype("string"), late["project"]) for name, text in said.items()}
    return {**joined, "due": iso(first.to_numpy(dtype=float), first.index)}


def _joined(text: pd.Series, project: pd.Series) -> pd.Series:
    """One line a project; most have one stage and need no joining."""
    several = project.duplicated(keep=False)
    alone = text[~several].set_axis(project[~several])
    joined: pd.Series = pd.concat([alone, text[several].groupby(project[several]).agg("; ".join)])
    return joined
