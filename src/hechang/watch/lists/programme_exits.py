"""Projects that left the rolling programme now in force, and why 滚动计划退出项目."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.terms.catalogue import listing
from hechang.terms.dates import last_days

_LEFT = """SELECT i.project AS id, coalesce(i.listed_as, p.name) AS name, coalesce(d.name, o.name, p.owner) AS owner,
                  i.state, i.reason AS why, g.begins, g.name AS programme, p.place, i.source, i.synthetic
           FROM programme_items i JOIN programmes g ON g.id = i.programme LEFT JOIN projects p ON p.id = i.project
                LEFT JOIN bodies d ON d.id = p.lead LEFT JOIN bodies o ON o.id = p.owner
           WHERE i.state IN ('unknown', 'dropped', 'merged', 'completed') AND g.begins <= $day
                 AND g.ends >= left($day, length(g.ends))  -- 2022-06 ends on 30 June
           ORDER BY list_position(['unknown', 'dropped', 'merged', 'completed'], i.state), i.project"""


@listing(
    "programme-exits",
    zh="滚动计划退出项目清单",
    en="Projects that left the rolling programme",
    source="推进会 2022-09-27 (定期接续滚动实施)",
)
def programme_exits(region: Region) -> pd.DataFrame:
    """Projects that the editions in force on the region's day no longer have; those without a known reason first.

    Parameters
    ----------
    region
        Needs programmes and programme_items; an edition counts from its first to its last day.

    Returns
    -------
    DataFrame
        One row per project: name, owner, reason, reason_en, days [since the first day of the edition], due (empty),
        invested (empty), rule, source, state (unknown, dropped, merged, completed), programme, place, synthetic.

    Examples
    --------
    >>> from hechang import tiny
    >>> programme_exits(tiny()).empty
    True
    """
    rows = region.query(_LEFT, day=region.day).drop_duplicates("id").set_index("id")
    why = rows["why"].astype("string").fillna("去向待核 / to be checked").str.split(" / ", n=1)
    passed = pd.Timestamp(region.day) - last_days(rows["begins"])
    made = rows.drop(columns=["why", "begins"]).assign(
        reason=why.str[0].astype("string"),
        reason_en=why.str[-1].astype("string"),
        days=passed.dt.days.clip(lower=0).astype("int64[pyarrow]"),
    )
    return listed(region, "programme-exits", made)
