"""How the trains a day between cities changed from one count to another."""

from __future__ import annotations

import pandas as pd

from hechang.atlas import cities
from hechang.region.region import Region
from hechang.terms.catalogue import measure
from hechang.terms.errors import not_known
from hechang.terms.units import Text

ONE_COUNT = "没有两个时期的列车数: 请导入 flows 表 / no trains of two periods: import the table flows"


@measure(
    "train-change",
    zh="每日列车班次的前后变化",
    en="Change of trains a day between two counts",
    unit="trains a day",
    source="推进会 2022-09-27 (交通的同城效应); 由 flows 表中两个时期的列车数相减",
)
def train_change(region: Region, *, to: Text = "", since: Text = "", until: Text = "", plan: Text = "") -> pd.DataFrame:
    """Trains a day from each city to the others, or to one, in a later count less those in an earlier one.

    Only pairs that both counts hold are compared: a pair that only one of them holds may be a gap of the source.

    Parameters
    ----------
    region
        Needs flows of kind `trains` for two periods.
    to
        City to go to; all other member cities where empty.
    since, until
        Earlier and later period, as they stand in the table flows; its first and last where empty.
    plan
        Plan version whose member cities count; that of the region's settings when empty.

    Returns
    -------
    DataFrame
        One row per member city: value [trains a day, more or fewer], before, after [trains a day, over the pairs that
        both hold], pairs, why_missing where no pair stands in both.

    Raises
    ------
    NotKnown
        where `to` is no member city, or a period is not in the table.

    Examples
    --------
    >>> from hechang import tiny
    >>> train_change(tiny())["value"].isna().tolist()  # tiny holds no flows
    [True, True]
    """
    known = cities(region, plan).index
    if to and to not in known:
        raise not_known("member city", "成员城市", to, known)
    both = _pairs(region, known, to, since, until)
    sums = both.groupby("origin")[["before", "after"]].sum().reindex(known)
    made = sums.assign(pairs=both.groupby("origin").size().reindex(known, fill_value=0))
    made.insert(0, "value", (sums["after"] - sums["before"]).astype("Float64"))
    return made.assign(why_missing=pd.Series(ONE_COUNT, index=known).where(made["value"].isna(), None))


def _pairs(region: Region, known: pd.Index, to: str, since: str, until: str) -> pd.DataFrame:
    """Pairs of cities that both counts hold: origin, dest, before, after."""
    flows = region.table("flows", columns=["origin", "dest", "period", "volume"], where={"kind": "trains"})
    periods = sorted(set(flows["period"]))
    for asked in (one for one in (since, until) if one and one not in periods):
        raise not_known("period of the flows", "流量时期", asked, periods)
    if len(periods) < 2:
        return pd.DataFrame(columns=["origin", "dest", "before", "after"])
    flows = flows[flows["origin"].isin(known) & flows["dest"].isin([to] if to else known)]
    counts = (
        flows[flows["period"] == period].set_index(["origin", "dest"])["volume"].rename(name)
        for period, name in ((since or periods[0], "before"), (until or periods[-1], "after"))
    )
    return pd.concat(list(counts), axis=1).dropna().reset_index()


def explain_train_change(
    region: Region, id: str, *, to: Text = "", since: Text = "", until: Text = "", plan: Text = ""
) -> pd.DataFrame:
    """The pairs of a city that were compared; parameters as of `train_change`.

    Returns
    -------
    DataFrame
        One row a city gone to: dest, name, before, after, change [trains a day].

    Examples
    --------
    >>> from hechang import tiny
    >>> explain_train_change(tiny(), "x").empty
    True
    """
    rows = cities(region, plan)
    if id not in rows.index:
        raise not_known("member city", "成员城市", id, rows.index)
    both = _pairs(region, rows.index, to, since, until)
    own = both[both["origin"] == id]
    named = own.assign(name=own["dest"].map(rows["name"]), change=own["after"] - own["before"])
    return named[["dest", "name", "before", "after", "change"]].reset_index(drop=True)
