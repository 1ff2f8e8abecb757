"""Terms of standard land that are missed, or due and unchecked 标准地履标."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.standard_land import broken
from hechang.terms.catalogue import listing


@listing(
    "standard-land-missed",
    zh="标准地未履标清单",
    en="Standard land: terms missed or unchecked",
    source="推进会 2022-09-27 (标准地: 按标做地、明标供地、履标用地、对标管地); 约定值以各项目协议为准",
)
def standard_land_missed(region: Region) -> pd.DataFrame:
    """Terms measured outside what was promised, and terms that fell due without a check.

    A term without comparator is a least value (≥). It is due after the last possible day of `due`; measured outside
    the promise before that day it is listed too, as not yet due.

    Parameters
    ----------
    region
        Needs standard_land.promised, measured, comparator, due, checked.

    Returns
    -------
    DataFrame
        One row per term (id of `standard_land`), longest overdue first: name [project · term], owner, reason,
        reason_en, days [since it fell due], due, invested [分], rule, source, place, synthetic, table, project, term,
        state [missed, outside: before it is due, unchecked], promised, measured, short [in the term's unit], unit.
        Terms without a promised value are in `attrs["missing"]`.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("standard_land", {"project": "p3", "term": "单位能耗", "promised": 0.5, "measured": 0.6,
    ...                                 "comparator": "<=", "unit": "吨标煤/万元", "due": "2022-06-30"})
    >>> standard_land_missed(e.after)["reason"].tolist()
    ['约定 ≤ 0.5 吨标煤/万元, 实测 0.6 吨标煤/万元, 相差 0.1 吨标煤/万元, 期限 2022-06-30 已过 89 天']
    """
    return broken(region, "standard-land-missed")
