"""Projects whose records do not fit their state in the statistical library 入库(纳统)."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.mismatches import RULE, mismatches
from hechang.register.rules import allowed_days
from hechang.terms.catalogue import listing
from hechang.terms.units import Days


@listing(
    "library-mismatch",
    zh="入库(纳统)不符清单",
    en="Records that do not fit the statistical library",
    source="银川市重大项目亮灯规则 2025 (报道: 开工一个月未入库亮黄灯); 宽限期为自拟假设",
)
def library_mismatch(region: Region, *, grace: Days | None = None) -> pd.DataFrame:
    """Started and not in the library in time; in the library without a start; money returned without either.

    Parameters
    ----------
    region
        Needs project_events of the stages started and library; returns for money.
    grace
        Days from the start of works to the library [days], the last one included; None takes the dated rule
        `library-mismatch` (30, an assumption).

    Returns
    -------
    DataFrame
        One row per project, longest first: name, owner, reason, reason_en, days, due [empty where nothing is due],
        invested [分], rule, source, place, synthetic, started, library, paid [first period with money], kind
        (late, no-start or money).

    Examples
    --------
    >>> from hechang import tiny
    >>> library_mismatch(tiny())["reason"].to_list()
    ['开工 483 天, 未入库(纳统)', '开工 483 天, 未入库(纳统)']
    """
    rule, allowed = allowed_days(region, RULE, grace)
    return listed(region, "library-mismatch", mismatches(region, allowed), rule, given=grace, following="library")
