"""Projects signed and not filed within the days allowed 签约未备案."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import overdue
from hechang.terms.catalogue import listing
from hechang.terms.units import Days


@listing(
    "signed-not-filed",
    zh="签约未备案项目清单",
    en="Signed, not filed",
    source="推进会 2022-09-27 (三张清单); 宽限期为自拟假设, 无出处",
)
def signed_not_filed(region: Region, *, grace: Days | None = None) -> pd.DataFrame:
    """Projects whose contract is signed for more than `grace` days without a filing.

    Parameters
    ----------
    region
        Needs project_events with actual dates of the stages signed and filed.
    grace
        Days allowed from signing to filing [days], the last one included; None takes the dated rule
        `wuxi-three-lists` (90, an assumption: no source names a figure).

    Returns
    -------
    DataFrame
        One row per project, longest wait first: name, owner, reason, reason_en, days [days since the last day the
        date of signing can mean], due [last day in time], invested [分, null where nothing was reported], rule,
        source [of the date], place, synthetic, since.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = signed_not_filed(tiny())
    >>> list(found.columns[:6]), found.attrs["rule"]["id"]
    (['name', 'owner', 'reason', 'reason_en', 'days', 'due'], 'wuxi-three-lists')
    """
    return overdue(region, "signed-not-filed", ("signed", "filed"), grace)
