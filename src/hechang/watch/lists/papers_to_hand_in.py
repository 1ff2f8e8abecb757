"""Papers of open approval steps that the register does not hold 须提交材料."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.papers import to_hand_in
from hechang.terms.catalogue import listing


@listing(
    "papers-to-hand-in",
    zh="审批事项须提交材料清单",
    en="Papers to hand in for open steps",
    source="常务会议 2022-09-27 (两个免于提交, 具体内容未见出处); 在库材料不再索取为自拟做法",
)
def papers_to_hand_in(region: Region) -> pd.DataFrame:
    """Open steps with the papers that are neither on file and valid nor exempt by rule: what is filled once stays.

    Parameters
    ----------
    region
        Needs approvals, step_papers (papers of a step), papers (on file for the project or its company).

    Returns
    -------
    DataFrame
        One row per step (id of `approvals`), longest open first: name [project · step], owner, reason [the papers],
        reason_en, days [open], due (empty), invested [分], rule, source, place, synthetic, table, project, step,
        asked [papers of the step], saved [papers not asked for again]. Open steps whose papers nobody listed are in
        `attrs["missing"]`.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("approvals", {"project": "p2", "step": "施工许可", "begun": "2022-09-01"})
    ...     _ = e.put("step_papers", [{"step": "施工许可", "name": name} for name in ("营业执照", "施工图")])
    ...     _ = e.put("papers", {"object": "p2", "name": "营业执照"})
    >>> papers_to_hand_in(e.after)["reason"].tolist()
    ['须提交: 施工图; 免于提交 1 份']
    """
    return to_hand_in(region, "papers-to-hand-in")
