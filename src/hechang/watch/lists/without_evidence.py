"""Dates, returns and approvals that no document proves 缺佐证, and who must supply what."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.proof import TABLES, unproved
from hechang.terms.catalogue import listing
from hechang.terms.errors import not_known
from hechang.terms.units import Text

RULE = {
    "id": "without-evidence",
    "zh": "节点、填报与审批均须有文件、语句或单元格为证",
    "en": "Dates, returns and approvals rest on a document, a sentence or a cell",
    "source": "own",
}


@listing(
    "without-evidence",
    zh="缺佐证清单",
    en="Rows without evidence",
    source="自拟: 节点、填报与审批均须有文件、语句或单元格为证",
)
def without_evidence(region: Region, *, table: Text = "all") -> pd.DataFrame:
    """Rows whose source is only a person's word, or whose document is not kept in the region.

    Parameters
    ----------
    region
        Needs project_events, returns, approvals or task_returns.
    table
        One of these tables, or all. Of returns only the latest of each project counts, of events those that came, of
        approvals those that ended and are not exempt.

    Returns
    -------
    DataFrame
        One row per project or task, oldest first: name, owner [who must supply it], reason [what is missing],
        reason_en, days [since the oldest date without proof], due and invested [empty], rule, source, place,
        synthetic, kind (word, gone, lost), lacking [rows without proof], table.

    Raises
    ------
    NotKnown
        for another table.

    Examples
    --------
    >>> from hechang import tiny
    >>> without_evidence(tiny(), table="project_events").loc["p2", "reason"]
    '签约 2022-01-10、备案 2022-05-10: 仅有个人说明, 请补佐证文件'
    """
    if table not in ("all", *TABLES):
        raise not_known("table with evidence", "须有佐证的表", table, ("all", *TABLES))
    rows = unproved(region, TABLES if table == "all" else (table,))
    return listed(region, "without-evidence", rows, RULE, given={} if table == "all" else {"table": table})
