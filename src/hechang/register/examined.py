"""How many were examined for a list: the denominator its count is a part of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from hechang.region.region import Region
from hechang.register.progress import progress
from hechang.terms import specs


@dataclass(frozen=True)
class Examined:
    """How many rows were looked at, and which these are in words."""

    count: int
    zh: str
    en: str


_REACHED = "SELECT count(DISTINCT project) AS n FROM project_events WHERE stage = '{}' AND actual <= $day"
_COUNTED: Mapping[str, tuple[str, str, str]] = MappingProxyType({
    "signed-not-filed": ("已签约的项目", "projects signed", _REACHED.format("signed")),
    "filed-not-started": ("已备案的项目", "projects filed", _REACHED.format("filed")),
    "slipped": ("填有预计日期的项目", "projects with an estimated date",
                "SELECT count(DISTINCT project) AS n FROM project_events WHERE estimated IS NOT NULL AND $day <> ''"),
    "returns-late": ("各轮填报单位", "bodies asked in rounds",
                     "SELECT count(*) AS n FROM round_bodies WHERE coalesce(sent, '') <= $day"),
    "slips-open": ("已发督办函", "letters issued", "SELECT count(*) AS n FROM slips WHERE issued <= $day"),
    "lights": ("已判灯的对象", "objects judged", ""),
    "behind-schedule": ("有年度计划且已填报的项目", "projects with a plan and a return of the year", ""),
})  # fmt: skip


def examined(region: Region, listing: str, rows: pd.DataFrame) -> Examined:
    """Count what a list was chosen from; of a list nobody described all rows of the table its rows are of.

    Parameters
    ----------
    rows
        The list itself: `table` says of which table its rows are, `projects` where there is none.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> examined(r, "signed-not-filed", r.listing("signed-not-filed"))
    Examined(count=4, zh='已签约的项目', en='projects signed')
    """
    zh, en, sql = _COUNTED.get(listing, ("", "", ""))
    if sql:
        return Examined(int(region.query(sql, day=region.day)["n"].iloc[0]), zh, en)
    if listing == "behind-schedule":
        return Examined(int(progress(region)["behind"].notna().sum()), zh, en)
    if listing == "lights":
        return Examined(int(_judged(region)), zh, en)
    kinds = rows["table"].dropna() if "table" in rows else pd.Series(dtype=object)
    table = str(kinds.iloc[0]) if len(kinds) and kinds.iloc[0] in specs.tables() else "projects"
    named = specs.table(table)
    return Examined(len(region.table(table, columns=["id"])), f"全部{named.zh}", f"all rows of {named.en.lower()}")


def _judged(region: Region) -> int:
    """Objects of which the rule in force says anything, green ones included."""
    lit = region.listing("lights", colour="all")
    return len(lit)
