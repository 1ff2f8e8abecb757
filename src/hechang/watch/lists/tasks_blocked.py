"""Tasks whose reported problem 堵点难点 stays open."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.rules import allowed_days
from hechang.register.tasks import RULE, day_before, ledger, problems
from hechang.terms.catalogue import listing
from hechang.terms.units import Days


@listing(
    "tasks-blocked",
    zh="堵点难点未解决任务清单",
    en="Tasks with a problem left open",
    source="督查台账实践 (宿迁, 三明, 13710); 天数为自拟假设, 无出处",
)
def tasks_blocked(region: Region, *, wait: Days | None = None) -> pd.DataFrame:
    """Live tasks whose problem was first reported more than `wait` days ago and stands in every report since.

    A report without a problem ends it; days count from the last day of the first period that named it.

    Parameters
    ----------
    region
        Needs task_returns.problem, or tasks.problem for tasks without any report.
    wait
        Days a problem may stay open [days], the last one included; None takes the dated rule `task-ledger` (30, an
        assumption).

    Returns
    -------
    DataFrame
        One row per task, the oldest problem first: name, owner, reason, reason_en, days [since it was first
        reported], due [last day allowed], invested [empty], rule, source [of the last report], place, synthetic,
        table, problem, since, periods. Problems nobody dated are named in `attrs["missing"]`.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="ledger") as e:
    ...     _ = e.put("tasks", {"id": "t1", "name": "修路"})
    ...     _ = e.put("task_returns", {"task": "t1", "period": "2022-07", "problem": "征地未完成"})
    >>> tasks_blocked(e.after)["reason"].to_dict()
    {'t1': '堵点难点 58 天未解决 (自 2022-07-31, 连续 1 期): 征地未完成'}
    """
    rule, days = allowed_days(region, RULE, wait, "wait")
    every = problems(region)
    rows = every[every["days"] > days].sort_values("days", ascending=False, kind="stable")
    tasks = ledger(region).loc[rows.index, ["name", "owner", "place", "synthetic"]]
    stood, times = rows["days"].astype("string"), rows["periods"].astype("string")
    made = tasks.assign(
        table="tasks",
        reason="堵点难点 " + stood + " 天未解决 (自 " + rows["since"] + ", 连续 " + times + " 期): " + rows["problem"],
        reason_en="open for "
        + stood
        + " days (since "
        + rows["since"]
        + ", in "
        + times
        + " reports): "
        + rows["problem"],
        days=rows["days"],
        due=day_before(region, rows["days"] - days),
        source=rows["said_in"],
    ).join(rows[["problem", "since", "periods"]])
    undated = every.index[every["days"].isna()]
    missing = [{"id": str(id), "why": "堵点难点没有报告日期 / no day of the report is known"} for id in undated]
    return listed(region, "tasks-blocked", made, rule, given=wait, missing=missing)
