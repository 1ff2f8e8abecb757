"""Letters that wait for somebody, as a list."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.pipeline import invested
from hechang.register.rules import rule_value
from hechang.register.slips.desk import slips
from hechang.register.slips.steps import WORDS, halves
from hechang.terms.dates import last_days

WAITING = ("issued", "acknowledged", "answered", "returned", "closed")
OWN = ["number", "colour", "state", "left", "next", "object", "issued", "escalates", "place", "synthetic", "table"]


def open_slips(region: Region) -> pd.DataFrame:
    """Finish the list of open letters, most overdue first; columns as on the card `slips-open`.

    Examples
    --------
    >>> from hechang import tiny
    >>> open_slips(tiny()).empty
    True
    """
    every = slips(region)
    rows = every[every["state"].isin(WAITING)]
    ends = last_days(rows["until"])
    left = (ends - pd.Timestamp(region.day)).dt.days
    made = rows.assign(
        **_reasons(rows, left),
        due=ends.dt.strftime("%Y-%m-%d").astype("string"),
        days=(-left).clip(lower=0).astype("int64[pyarrow]"),
        left=left.astype("int64[pyarrow]"),
        invested=invested(region, pd.Index(rows["object"])).array,
        table="slips",
    ).sort_values("left", kind="stable")
    first = ["name", "owner", "reason", "reason_en", "days", "due", "invested", "source"]
    rule = rule_value(region, "lights", "slip_days")
    return listed(region, "slips-open", made[[*first, *OWN]], rule, following="slips.closed")


def _reasons(rows: pd.DataFrame, left: pd.Series) -> dict[str, pd.Series]:
    """What the letter is about, where it stands, and how much time is left."""
    count = left.abs().astype("string")
    over = left < 0
    time_zh = ("逾期 " + count + " 天").where(over, "余 " + count + " 天")
    time_en = (count + " days past due").where(over, count + " days left")
    about = rows["reason"].map(halves)
    zh, en = (about.map(lambda both, at=at: both[at]).astype("string") for at in (0, 1))
    state_zh, state_en = (rows["state"].map({name: word[at] for name, word in WORDS.items()}) for at in (0, 1))
    number = rows["number"].astype("string")
    return {
        "reason": number + " " + state_zh.astype("string") + ", " + time_zh + ": " + zh,
        "reason_en": number + " " + state_en.astype("string") + ", " + time_en + ": " + en,
    }
