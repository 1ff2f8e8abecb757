"""Tasks of the ledger past their due day 督查台账逾期任务."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.rules import allowed_days
from hechang.register.tasks import RULE, day_before, in_words, ledger
from hechang.terms.catalogue import listing
from hechang.terms.units import Days


@listing(
    "overdue-tasks",
    zh="逾期任务清单",
    en="Overdue tasks",
    source="督查台账实践 (宿迁, 三明, 13710); 期限当天不算逾期为自拟",
)
def overdue_tasks(region: Region, *, grace: Days | None = None) -> pd.DataFrame:
    """Tasks neither done nor dropped whose due day has passed.

    The due day itself is in time, and a due month lasts to its last day. A task closed by the region's day is not
    listed, however late it was.

    Parameters
    ----------
    region
        Needs tasks.due.
    grace
        Days after the due day that are still in time [days]; None takes the dated rule `task-ledger` (0).

    Returns
    -------
    DataFrame
        One row per task, longest overdue first: name, owner [lead body], reason, reason_en, days [past the due day],
        due [last day in time], invested [empty], rule, source [of the task], place, synthetic, table, progress [%],
        expected [%, linear between begin and due day], problem.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="ledger") as e:
    ...     _ = e.put("tasks", {"id": "t1", "name": "修路", "lead": "office-x", "due": "2022-08"})
    >>> overdue_tasks(e.after)["reason"].to_dict()
    {'t1': '期限 2022-08, 逾期 27 天'}
    """
    rule, days = allowed_days(region, RULE, grace, "grace")
    rows = ledger(region)
    rows = rows[rows["state"].eq("overdue") & (rows["days"] > days)].sort_values("days", ascending=False, kind="stable")
    told, late = rows["progress"].notna(), rows["days"].astype("string")
    done = in_words(rows["progress"], " %")
    made = rows[["name", "owner", "days", "source", "place", "synthetic"]].assign(
        table="tasks",
        reason="期限 " + rows["due"] + ", 逾期 " + late + " 天" + (", 进度 " + done).where(told, ""),
        reason_en="due " + rows["due"] + ", " + late + " days late" + (", progress " + done).where(told, ""),
        due=day_before(region, rows["days"] - days),
    )
    made = made.join(rows[["progress", "expected", "problem"]])
    return listed(region, "overdue-tasks", made, rule, given=grace, following="tasks.closed")
