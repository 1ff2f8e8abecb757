"""Plan actions that nobody carries out 行动计划未落实事项."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.coverage import coverage
from hechang.register.lists import listed
from hechang.terms.catalogue import listing
from hechang.terms.dates import last_days


@listing(
    "actions-without-projects",
    zh="行动计划无项目、无任务事项清单",
    en="Plan actions without project or task",
    source="近期行动计划 (推进会 2022-09-27)",
)
def actions_without_projects(region: Region) -> pd.DataFrame:
    """Plan actions without action below them that no project and no task serves.

    Parameters
    ----------
    region
        Needs plan_actions; projects and tasks name the action they serve (plan_action).

    Returns
    -------
    DataFrame
        One row per action, by plan and code: name, owner, reason, reason_en, days [since the last day the plan can
        have been issued], due [empty], invested [empty], rule, source, place [empty], synthetic, table, plan, code.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="plan") as e:
    ...     _ = e.put("plan_actions", {"id": "A1", "plan": "p", "code": "A1", "name": "快线"})
    >>> actions_without_projects(e.after)["reason"].to_dict()
    {'A1': '两市规划 A1: 无项目, 无任务'}
    """
    rows = coverage(region)
    rows = rows[rows["leaf"] & ~rows["covered"]]
    days = (pd.Timestamp(region.day) - last_days(rows["issued"])).dt.days.clip(lower=0)
    called = rows["plan_name"].fillna(rows["plan"]) + (" " + rows["code"]).fillna("")
    made = rows[["name", "owner", "source", "synthetic"]].assign(
        reason=called + ": 无项目, 无任务",
        reason_en=called + ": no project and no task serves it",
        days=days.astype("Int64").astype("int64[pyarrow]"),
        place=pd.Series(pd.NA, index=rows.index, dtype="string"),
        table="plan_actions",
    )
    return listed(region, "actions-without-projects", made.join(rows[["plan", "code"]]))
