"""What sources say against each other 数据矛盾, side by side and never averaged."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.contradictions import KINDS
from hechang.register.contradictions import contradictions as of_kind
from hechang.register.lists import listed
from hechang.terms.catalogue import listing
from hechang.terms.errors import not_known
from hechang.terms.units import Text

RULE = {
    "id": "contradictions",
    "zh": "各来源并列, 不取平均; 由责任单位核实后更正",
    "en": "Sources stand side by side, never averaged; the body in charge checks and corrects",
    "source": "own",
}


@listing(
    "contradictions",
    zh="数据矛盾清单",
    en="Contradictions between sources",
    source="自拟: 各来源并列, 不取平均; 例: 宜兴市发改委 2022 年上半年通报的两个分母",
)
def contradictions(region: Region, *, kind: Text = "all") -> pd.DataFrame:
    """Different values, ratios that do not come out, totals that are not the sum, open conflicts, two dates of a stage.

    What counts as a contradiction stands in `hechang.register.contradictions`.

    Parameters
    ----------
    region
        Needs values, round_totals, conflicts or project_events.
    kind
        values, ratio, total, return, date, or all of them.

    Returns
    -------
    DataFrame
        One row per contradiction, id ROW:KIND: name [what it is about], owner, reason [all figures], reason_en, days,
        due and invested [empty], rule, source [of the first claim], kind, claims [list: value, source, grade, …],
        place, synthetic, table, row.

    Raises
    ------
    NotKnown
        for another kind.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example", source="person:li") as e:
    ...     _ = e.put("project_events", {"project": "p1", "stage": "signed", "actual": "2022-06-20"})
    >>> contradictions(e.after)["reason"].to_list()
    ['签约 2022-06-19 ≠ 2022-06-20']
    """
    if kind not in ("all", *KINDS):
        raise not_known("kind of contradiction", "矛盾种类", kind, ("all", *KINDS))
    rows = pd.concat([of_kind(region, one) for one in (KINDS if kind == "all" else (kind,))])
    return listed(region, "contradictions", rows, RULE, given={} if kind == "all" else {"kind": kind})
