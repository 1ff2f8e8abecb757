"""Projects on their way to works that nobody serves 无双专班或帮办代办."""

from __future__ import annotations

from typing import Annotated

import pandas as pd

from hechang.region.region import Region
from hechang.register.assignments import unserved
from hechang.terms.catalogue import listing
from hechang.terms.units import Unit


@listing(
    "without-task-force",
    zh="未配双专班或帮办代办的项目清单",
    en="Projects without task force or agent",
    source="常务会议 2022-09-27 (双专班、帮办代办); 投资标准为自拟假设, 无出处",
)
def without_task_force(region: Region, *, least: Annotated[float, Unit("万元")] | None = None) -> pd.DataFrame:
    """Projects whose furthest stage lies between signing and start of works and that lack a task force or an agent.

    Parameters
    ----------
    region
        Needs project_events.actual and assignments (role task_force, agent; object is the project).
    least
        Total investment from which on a project should have both [万元]; None takes the dated rule `task-forces`
        (0: every project, an assumption).

    Returns
    -------
    DataFrame
        One row per project, longest in its stage first: name, owner, reason, reason_en, days [in the stage], due
        (empty), invested [分], rule, source [of the stage's date], place, synthetic, stage, invest_total [分].
        With a threshold, projects without a total investment are in `attrs["missing"]`.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("assignments", [{"object": "p1", "role": "task_force", "body": "office-x"}])
    >>> without_task_force(e.after, least=12000)["reason"].to_dict()["p2"]
    '备案 140 天, 无双专班, 无帮办代办'
    """
    return unserved(region, "without-task-force", least)
