"""Bodies whose return of an open collection round is late 逾期未报."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.rounds import standing
from hechang.terms.catalogue import listing
from hechang.terms.units import Days


@listing(
    "returns-late",
    zh="逾期未报单位清单",
    en="Returns overdue",
    source="填报轮次的截止日; 截止日当天为按时",
)
def returns_late(region: Region, *, grace: Days = 0) -> pd.DataFrame:
    """Bodies of open rounds of which no return was accepted after the due day.

    A wrong return that was sent back is no return; a body whose return was accepted late is off the list.

    Parameters
    ----------
    region
        Needs rounds.due and round_bodies.
    grace
        Days after the due day that are still in time [days], the last one included.

    Returns
    -------
    DataFrame
        One row per body and round, longest overdue first: name (of the round), owner (the body), reason, reason_en,
        days [days since the due day], due, invested (empty), rule, source, table (`round_bodies`), place, synthetic,
        period, attempts [returns sent so far]. Rounds without a due day are not listed; `attrs["missing"]` names them.

    Examples
    --------
    >>> from hechang import tiny
    >>> returns_late(tiny()).empty
    True
    """
    rows = standing(region)
    open_rows = rows[~rows["taken"]]
    late = open_rows[open_rows["late"] > grace].sort_values("late", ascending=False, kind="stable")
    sent_back, days = late["state"].eq("wrong"), late["late"].astype("string")
    zh = pd.Series("未报", index=late.index).mask(sent_back, "报送有误未更正")
    en = pd.Series("no return", index=late.index).mask(sent_back, "return sent back, not mended")
    made = pd.DataFrame({
        "name": late["round_name"], "owner": late["name"],
        "reason": late["due"] + " 截止, " + zh + ", 逾期 " + days + " 天",
        "reason_en": "due " + late["due"] + ", " + en + ", " + days + " days late",
        "days": late["late"], "due": late["due"], "source": late["source"], "table": "round_bodies",
        "place": late["place"], "synthetic": late["synthetic"], "period": late["period"], "attempts": late["attempts"],
    })  # fmt: skip
    undated = open_rows.index[open_rows["due"].isna()]
    missing = [{"id": str(id), "why": "轮次没有截止日 / the round has no due day"} for id in undated]
    return listed(region, "returns-late", made, given={"grace": grace} if grace else None, missing=missing)
