"""Projects whose investment of the year lags behind the months gone by 投资进度未达时序."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import RULE, listed
from hechang.register.progress import not_judged, progress, with_reasons
from hechang.register.rules import rule_value
from hechang.terms.catalogue import listing
from hechang.terms.units import Points


@listing(
    "behind-schedule",
    zh="投资进度未达时序项目清单",
    en="Investment behind schedule",
    source="推进会 2022-09-27 (三张清单); 时序按月均摊, 容差为自拟假设",
)
def behind_schedule(region: Region, *, tolerance: Points | None = None) -> pd.DataFrame:
    """Projects that did less of the year's plan than the share of the months reported.

    Progress due = months of the latest reported period / 12 of the year's plan (linear); a project is listed where its
    progress is more than `tolerance` below. Progress of exactly the due share is in time.

    Parameters
    ----------
    region
        Needs project_years.invest_plan and returns.invest_done (cumulative in the year).
    tolerance
        Points of the year's plan a project may lag [percentage points]; None takes the dated rule
        `wuxi-three-lists` (0, an assumption).

    Returns
    -------
    DataFrame
        One row per project, farthest behind first: name, owner, reason, reason_en, days [days since the reported
        period ended], due [last day of that period], invested [分 this year], rule, source [of the return], place,
        synthetic, period, plan [分], plan_to_date [分], behind [percentage points]. Projects without a plan or a
        return of the year are not listed; `attrs["missing"]` names them and says why.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = behind_schedule(tiny())
    >>> bool((found["behind"] > 0).all()), found.attrs["rule"]["id"]
    (True, 'wuxi-three-lists')
    """
    rule = rule_value(region, RULE, "tolerance")
    allowed = float(rule.value) if tolerance is None else tolerance
    judged = progress(region)
    rows = judged[judged["behind"] > allowed].sort_values("behind", ascending=False, kind="stable")
    made = listed(region, "behind-schedule", with_reasons(region, rows), rule, given=tolerance)
    made.attrs["missing"] = not_judged(judged)
    return made
