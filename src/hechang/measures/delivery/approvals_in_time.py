"""Share of approval steps that ended within the days allowed, by place 审批按时办结率."""

from __future__ import annotations

import pandas as pd

from hechang.atlas.places import at_level, places
from hechang.region.region import Region
from hechang.register.approvals import clocks
from hechang.terms.catalogue import measure
from hechang.terms.errors import not_known
from hechang.terms.specs import codes
from hechang.terms.units import Text, share

NONE = "没有可判断的审批事项 / no approval step can be judged"


@measure(
    "approvals-in-time",
    zh="审批按时办结率",
    en="Share of approval steps ended in time",
    unit="%",
    source="常务会议 2022-09-27 (三提三即: 审批服务再提效); 按工作日计为自拟假设",
)
def approvals_in_time(region: Region, *, kind: Text = "", level: Text = "county") -> pd.DataFrame:
    """Share of steps that ended within the days allowed, of those that ended or are over their limit by now.

    Parameters
    ----------
    region
        Needs approvals.begun, ended, days_allowed [days] and projects.place.
    kind
        evaluate (评估论证), approve (审批服务) or accept (验收发证); all when empty.
    level
        Places to count by: city, county or town.

    Returns
    -------
    DataFrame
        One row per place: value [%], numerator [steps in time], denominator [steps judged], why_missing.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("approvals", [{"project": "p2", "step": step, "begun": "2022-09-01", "ended": ended,
    ...                              "days_allowed": 3} for step, ended in (("a", "2022-09-06"), ("b", "2022-09-07"))])
    >>> approvals_in_time(e.after).loc["b", ["value", "numerator", "denominator"]].tolist()
    [50.0, 1.0, 2.0]
    """
    if kind and kind not in codes("approval_kinds"):
        raise not_known("kind of approval step", "审批事项类别", kind, codes("approval_kinds"))
    clock = clocks(region)
    clock = clock[clock["kind"].eq(kind).fillna(False)] if kind else clock
    in_time = clock["left"].ge(0).fillna(False)
    judged = clock["left"].notna() & (clock["state"].eq("ended") | ~in_time)
    place = clock["project"].map(region.table("projects", columns=["place"])["place"])
    where = place.map(at_level(region, pd.Index(place.dropna().unique()), level))
    parts = pd.DataFrame({"met": (judged & in_time).astype(int), "all": judged.astype(int)}).groupby(where).sum()
    parts = parts.reindex(places(region, level).index)
    made = share(parts["met"], parts["all"])
    return made.assign(why_missing=made["why_missing"].mask(made["value"].isna(), NONE))
