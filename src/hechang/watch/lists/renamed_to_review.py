"""Pairs of projects that may be one under two names, waiting for a person 更名待核."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.linkage import links
from hechang.register.lists import listed
from hechang.terms.catalogue import listing
from hechang.terms.specs import codes


@listing(
    "renamed-to-review",
    zh="更名待核项目清单",
    en="Renamed projects to review",
    source="重大项目清单 2021-2023 (同一项目逐年更名); 比对方法为自拟",
)
def renamed_to_review(region: Region) -> pd.DataFrame:
    """Links between projects that nobody has accepted or rejected yet, the likeliest first.

    Parameters
    ----------
    region
        Needs project_links in state `open`; `hechang programme links --find` proposes them.

    Returns
    -------
    DataFrame
        One row per link: name (of the later project), owner, reason, reason_en, days, due and invested (empty), rule,
        source, table (project_links), was (name before), kind, score [0-1], place, synthetic.

    Examples
    --------
    >>> from hechang import tiny
    >>> renamed_to_review(tiny()).empty
    True
    """
    rows = links(region)
    why = rows["reason"].astype("string").fillna("").str.split(" / ", n=1)
    kinds = codes("project_link_kinds")
    zh, en = (rows["kind"].map({id: one.title(lang) for id, one in kinds.items()}) for lang in ("zh", "en"))
    made = rows.assign(
        name=rows["b_name"],
        was=rows["a_name"],
        reason=zh.astype("string") + "? 原名" + rows["a_name"].astype("string") + "; " + why.str[0],
        reason_en=en.astype("string") + "? was " + rows["a_name"].astype("string") + "; " + why.str[-1],
        table=pd.Series("project_links", index=rows.index, dtype="string"),
    )
    columns = ["name", "owner", "reason", "reason_en", "source", "table", "was", "kind", "score", "place", "synthetic"]
    return listed(region, "renamed-to-review", made[columns])
