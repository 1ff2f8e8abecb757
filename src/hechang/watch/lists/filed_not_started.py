"""Projects filed and not started within the days allowed 备案未开工."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import overdue
from hechang.terms.catalogue import listing
from hechang.terms.units import Days


@listing(
    "filed-not-started",
    zh="备案未开工项目清单",
    en="Filed, not started",
    source="推进会 2022-09-27 (三张清单); 宽限期为自拟假设, 无出处",
)
def filed_not_started(region: Region, *, grace: Days | None = None) -> pd.DataFrame:
    """Projects filed for more than `grace` days without a start of works.

    Parameters
    ----------
    region
        Needs project_events with actual dates of the stages filed and started.
    grace
        Days allowed from filing to start [days], the last one included; None takes the dated rule
        `wuxi-three-lists` (90, an assumption: no source names a figure).

    Returns
    -------
    DataFrame
        One row per project, longest wait first; columns as in `signed-not-filed`.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = filed_not_started(tiny())
    >>> list(found.columns[:6]), found.attrs["rule"]["id"]
    (['name', 'owner', 'reason', 'reason_en', 'days', 'due'], 'wuxi-three-lists')
    """
    return overdue(region, "filed-not-started", ("filed", "started"), grace)
