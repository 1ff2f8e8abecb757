"""Projects whose estimated day has passed 预计日期已过."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register import estimates
from hechang.terms.catalogue import listing


@listing(
    "slipped",
    zh="预计日期已过项目清单",
    en="Estimated day passed",
    source="推进会 2022-09-27 (三张清单: 预计与实际分列); 预计日期由各单位填报",
)
def slipped(region: Region) -> pd.DataFrame:
    """Projects with a stage that was estimated for a day gone by and has not come.

    An estimate has passed after the last day it can mean; a stage before one already reached is not asked for.

    Parameters
    ----------
    region
        Needs project_events.estimated and actual.

    Returns
    -------
    DataFrame
        One row per project, latest first: name, owner, reason [every such stage], reason_en, days [of the stage that
        is farthest late], due [first estimated day that passed], invested [分], rule, source [of the estimate], place,
        synthetic, stage [that is farthest late].

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("project_events", {"project": "p2", "stage": "started", "estimated": "2022-09-26"})
    >>> slipped(e.after)["reason"].to_dict()
    {'p2': '预计 2022-09-26 开工, 已过 1 天'}
    """
    return estimates.slipped(region, "slipped")
