"""Days between two stages of a project: 拿地即开工, 建成即使用, 策划即入库 as measured gaps.

Only actual dates count. A partial date counts from its last possible day to its first one, so that a gap is never
longer than it surely was; dates that run backwards give no gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from hechang.region.region import Region
from hechang.register.workdays import day_number, first_sql, last_sql
from hechang.terms.errors import not_known

GAPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"land-start": ("land", "started"), "completed-producing": ("completed", "producing"),
     "planned-library": ("planned", "library")}
)  # fmt: skip


def gaps(region: Region, gap: str) -> pd.DataFrame:
    """One row a project that has reached the first stage of a gap, indexed by project.

    Parameters
    ----------
    gap
        land-start (拿地即开工), completed-producing (建成即使用) or planned-library (策划即入库).

    Returns
    -------
    DataFrame
        place, since and until [ISO dates; until empty where the second stage has not come], days [calendar days
        between them, to the region's day where it has not come; null where until lies before since], source [of until,
        else of since], synthetic.

    Raises
    ------
    NotKnown
        for another name of a gap.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("project_events", {"project": "p3", "stage": "land", "actual": "2021-05"})
    >>> gaps(e.after, "land-start")[["since", "until", "days"]].values.tolist()
    [['2021-05', '2021-06-01', 1]]
    """
    if gap not in GAPS:
        raise not_known("gap between stages", "节点间隔", gap, GAPS)
    sql = f"""
        WITH e AS (SELECT project, stage, min(actual) AS at, min_by(source, (actual, source)) AS source
                   FROM project_events WHERE stage IN ($first, $second) AND actual <= $day GROUP BY ALL),
             pair AS (SELECT a.project, a.at AS since, b.at AS until, coalesce(b.source, a.source) AS source,
                             {last_sql("a.at")} AS lo, coalesce({first_sql("b.at")}, $today) AS hi,
                             coalesce({last_sql("b.at")}, $today) AS hi_last, {first_sql("a.at")} AS lo_first
                      FROM e a LEFT JOIN e b ON b.project = a.project AND b.stage = $second WHERE a.stage = $first)
        SELECT p.id, p.place, g.since, g.until, g.source, p.synthetic,
               CASE WHEN hi_last >= lo_first THEN greatest(hi - lo, 0) END AS days
        FROM pair g JOIN projects p ON p.id = g.project ORDER BY p.id"""
    first, second = GAPS[gap]
    found = region.query(sql, day=region.day, today=day_number(region.day), first=first, second=second).set_index("id")
    return found[["place", "since", "until", "days", "source", "synthetic"]]


def closed(found: pd.DataFrame) -> pd.DataFrame:
    """Rows of `gaps` whose second stage has come and whose days are known.

    Examples
    --------
    >>> from hechang import tiny
    >>> closed(gaps(tiny(), "land-start")).empty
    True
    """
    return found[found["until"].notna() & found["days"].notna()]


def settled(found: pd.DataFrame, within: int) -> pd.DataFrame:
    """Rows of `gaps` that can be judged: the second stage has come, or more than `within` days are over; `met` says so.

    What is still within its days counts neither for nor against.

    Examples
    --------
    >>> from hechang import tiny
    >>> settled(gaps(tiny(), "land-start"), 0)["met"].tolist()
    []
    """
    come = found["until"].notna()
    over = found["days"].gt(within).fillna(False)
    judged = found[found["days"].notna() & (come | over)]
    return judged.assign(met=judged["until"].notna() & judged["days"].le(within))
