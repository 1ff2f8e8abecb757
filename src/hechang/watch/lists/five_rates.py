"""The five rates 五率 by city, county or body, each with its numerator, its denominator and what it counts."""

from __future__ import annotations

import pandas as pd

from hechang.atlas.places import at_level
from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.rates import NOWHERE, RULE, Rate, definitions, in_words, not_counted, rates, said, standing
from hechang.terms.catalogue import listing
from hechang.terms.errors import not_known
from hechang.terms.units import Text

BY = ("city", "county", "body", "all")
NAMELESS = {NOWHERE: ("未填", "not stated"), "all": ("全部项目", "all projects")}


@listing(
    "five-rates",
    zh="项目五率",
    en="The five rates of projects",
    source="推进会 2022-09-27 (五率); 未见官方定义, 分子分母为自拟方案",
)
def five_rates(region: Region, *, by: Text = "city") -> pd.DataFrame:
    """Filing, start, investment, completion and production rate, cumulative over the year of the region's day.

    What a rate counts is the dated rule `five-rates`; see `hechang.register.rates` for its words. Projects without a
    place or body stand in a row of their own, so the parts always add up to those of all projects.

    Parameters
    ----------
    region
        Needs project_events; project_years.invest_plan and returns.invest_done for the investment rate.
    by
        Groups of projects: city, county, body or all.

    Returns
    -------
    DataFrame
        One row per group and rate, id GROUP:RATE: name, owner [the group], reason, reason_en, days, due and invested
        [empty], rule, source [of the definition], rate, value [%, empty where the denominator is zero], numerator,
        denominator, unit [个 projects or 万元 10,000 CNY], definition, definition_en, geography, lacking [projects
        that cannot be counted; `attrs["missing"]` names them], place, synthetic.

    Raises
    ------
    NotKnown
        for another way to group.

    Examples
    --------
    >>> from hechang import tiny
    >>> five_rates(tiny(), by="all").loc["all:investment-rate", "reason"]
    '投资完成率 58.3 % = 1,400 / 2,400 万元'
    """
    if by not in BY:
        raise not_known("way to group", "分组方式", by, BY)
    known = definitions(region)
    found = rates(region, _groups(region, by)).reset_index()
    words = {name: in_words(one, region.day) for name, one in known.items()}
    made = found.assign(
        **said(found, known, _titles(region, found["group"])),
        definition=found["rate"].map({name: zh for name, (zh, _) in words.items()}),
        definition_en=found["rate"].map({name: en for name, (_, en) in words.items()}),
        source=found["rate"].map({name: one.rule.source for name, one in known.items()}),
        place=found["group"].where((by in ("city", "county")) & found["group"].ne(NOWHERE)),
        table={"body": "bodies", "all": ""}.get(by, "places"),
        row=found["group"],
    ).set_index(found["group"] + ":" + found["rate"])
    rule = {"id": RULE, "zh": "五率定义", "en": "What the five rates count", "definitions": _rules(known, words)}
    given = {} if by == "city" else {"by": by}
    return listed(region, "five-rates", made, rule, given=given, missing=not_counted(region))


def _groups(region: Region, by: str) -> pd.Series:
    """Group of each project."""
    rows = standing(region)
    if by == "all":
        return pd.Series("all", index=rows.index)
    if by == "body":
        return rows["body"]
    return rows["place"].map(at_level(region, pd.Index(rows["place"].dropna().unique()), by))


def _titles(region: Region, groups: pd.Series) -> pd.DataFrame:
    """Names of groups, `zh` and `en`: of a place or a body, else the id itself."""
    sql = "SELECT id, name, name_en FROM places UNION ALL SELECT id, name, name_en FROM bodies"
    names = region.query(sql).drop_duplicates("id").set_index("id")
    zh, en = ({id: pair[n] for id, pair in NAMELESS.items()} for n in (0, 1))
    # text even where nothing has a name, as for the public of a region that shows neither places nor bodies
    of, of_en = (groups.map(names[column]).astype(object) for column in ("name", "name_en"))
    name = of.fillna(groups.map(zh)).fillna(groups)
    return pd.DataFrame({"zh": name, "en": of_en.fillna(groups.map(en)).fillna(name)})


def _rules(known: dict[str, Rate], words: dict[str, tuple[str, str]]) -> list[dict[str, object]]:
    return [
        {"id": name, "zh": f"{one.rule.zh}: {words[name][0]}", "en": f"{one.rule.en}: {words[name][1]}",
         "from": one.rule.valid_from, "assumption": one.rule.assumption, "source": one.rule.source}
        for name, one in known.items()
    ]  # fmt: skip
