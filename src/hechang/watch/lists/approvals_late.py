"""Approval steps that used more days than allowed 审批超时."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.approvals import late
from hechang.terms.catalogue import listing


@listing(
    "approvals-late",
    zh="审批超时事项清单",
    en="Approval steps over their time limit",
    source="常务会议 2022-09-27 (三提三即: 审批服务再提效); 按工作日计为自拟假设",
)
def approvals_late(region: Region) -> pd.DataFrame:
    """Steps that began, have not ended and used more days than the body in charge allowed itself.

    Days count from the day after the step began (rule `approval-clocks`), working days by the table `holidays`; the
    last day allowed is in time.

    Parameters
    ----------
    region
        Needs approvals.begun and approvals.days_allowed [days].

    Returns
    -------
    DataFrame
        One row per step (id of `approvals`), farthest over first: name [project · step], owner [body in charge],
        reason, reason_en, days [over the limit], due [last day in time], invested [分], rule, source, place,
        synthetic, table, project, step, kind, used [days], days_allowed [days]. Steps without a limit are not listed;
        `attrs["missing"]` names them.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("approvals", {"id": "s", "project": "p2", "step": "施工许可", "begun": "2022-09-01",
    ...                             "days_allowed": 15})
    >>> approvals_late(e.after)[["name", "days", "due"]].values.tolist()
    [['备案项目 · 施工许可', 3, '2022-09-22']]
    """
    return late(region, "approvals-late")
