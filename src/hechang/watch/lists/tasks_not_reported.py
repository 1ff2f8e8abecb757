"""Tasks whose progress was not reported as often as agreed 任务进展未按期报送."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.progress import not_judged
from hechang.register.rules import allowed_days
from hechang.register.tasks import RULE, day_before, ledger, reports
from hechang.terms.catalogue import listing
from hechang.terms.specs import codes
from hechang.terms.units import Days


@listing(
    "tasks-not-reported",
    zh="任务进展未按期报送清单",
    en="Tasks not reported in time",
    source="督查台账实践 (宿迁, 三明, 13710); 报送天数为自拟假设, 无出处",
)
def tasks_not_reported(region: Region, *, report: Days | None = None) -> pd.DataFrame:
    """Live tasks with a report frequency of which a whole period has passed without a report.

    Asked is every period from the one in which the task begins; a report is late after `report` days from the end of
    its period. A report counts for the period it lies in, from its first possible day on.

    Parameters
    ----------
    region
        Needs tasks.report_every and tasks.begins.
    report
        Days to report after a period has ended [days], the last one included; None takes the dated rule `task-ledger`
        (5, an assumption).

    Returns
    -------
    DataFrame
        One row per task, the longest silence first: name, owner, reason, reason_en, days [past the last day to report],
        due [that day], invested [empty], rule, source [of the task], place, synthetic, table, report_every, last
        [period reported], missed [periods]. Tasks without begin and report are named in `attrs["missing"]`.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="ledger") as e:
    ...     _ = e.put("tasks", {"id": "t1", "name": "修路", "begins": "2022-07", "report_every": "month"})
    >>> tasks_not_reported(e.after)["reason"].to_dict()
    {'t1': '每月报送, 尚未报送, 缺 2 期'}
    """
    rule, days = allowed_days(region, RULE, report, "report")
    every = reports(region, days)
    rows = every[every["missed"] > 0].sort_values("days", ascending=False, kind="stable")
    tasks = ledger(region).loc[rows.index, ["name", "owner", "source", "place", "synthetic", "report_every"]]
    often = codes("frequencies")
    zh, en = (tasks["report_every"].map({key: one.title(lang) for key, one in often.items()}) for lang in ("zh", "en"))
    last, missed = rows["last"].astype("string"), rows["missed"].astype("string")
    made = tasks.assign(
        table="tasks",
        reason=zh.astype("string") + "报送, " + ("最近 " + last).fillna("尚未报送") + ", 缺 " + missed + " 期",
        reason_en=en.astype("string") + ", " + ("last " + last).fillna("never reported") + ", missing " + missed,
        days=rows["days"],
        due=day_before(region, rows["days"]),
    ).join(rows[["last", "missed"]])
    return listed(region, "tasks-not-reported", made, rule, given=report, missing=not_judged(every))
