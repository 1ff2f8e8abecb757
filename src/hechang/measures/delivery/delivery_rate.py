"""One of the five rates 五率 by county or city, for the map."""

from __future__ import annotations

import pandas as pd

from hechang.atlas.places import at_level, places
from hechang.region.region import Region
from hechang.register.rates import parts, standing
from hechang.register.rates import rate as rate_named
from hechang.terms.catalogue import measure
from hechang.terms.units import Text, share

NONE = "没有应计的项目 / no project to count"


@measure(
    "delivery-rate",
    zh="项目五率 (备案、开工、投资完成、竣工、投产)",
    en="Five rates of projects (filing, start, investment, completion, production)",
    unit="%",
    source="推进会 2022-09-27 (五率); 未见官方定义, 分子分母为自拟方案",
)
def delivery_rate(region: Region, *, rate: Text = "start-rate", level: Text = "county") -> pd.DataFrame:
    """One of the five rates by place, cumulative over the year of the region's day; see `hechang.register.rates`.

    Projects without a place of the level are in no row: the list `five-rates` names them.

    Parameters
    ----------
    region
        Needs project_events and projects.place; plans and returns for investment-rate.
    rate
        filing-rate, start-rate, investment-rate, completion-rate, production-rate, or one of the region's own.
    level
        Places to count by: city, county or town.

    Returns
    -------
    DataFrame
        One row per place: value [%], numerator, denominator [projects; 分 for investment-rate], why_missing where the
        denominator is zero.

    Examples
    --------
    >>> from hechang import tiny
    >>> delivery_rate(tiny(), rate="investment-rate")["value"].dropna().to_dict()
    {'b': 41.6667, 'c': 75.0}
    """
    rows = standing(region)
    counted = parts(rate_named(region, rate), rows, region.day)
    where = rows["place"].map(at_level(region, pd.Index(rows["place"].dropna().unique()), level))
    known = places(region, level).index
    sums = counted[["numerator", "denominator"]].groupby(where).sum().reindex(known, fill_value=0)
    made = share(sums["numerator"], sums["denominator"])
    return made.assign(why_missing=made["why_missing"].mask(made["value"].isna(), NONE))
