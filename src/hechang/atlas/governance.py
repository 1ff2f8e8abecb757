"""Who governs a functional zone 功能区: city, county and zone, with its towns, committee and state-owned operator."""

from __future__ import annotations

import pandas as pd

from hechang.region.held import HELD
from hechang.region.region import Region
from hechang.region.zones import covered

LACKS = {
    "operator": ("无运营主体", "no operator"),
    "committee": ("无管理机构", "no committee"),
    "towns": ("无成员镇街", "no towns"),
    "industry": ("无主导产业", "no leading industry"),
    "people": ("镇街人口不全", "people of its towns not all known"),
}
_SQL = f"""
    WITH held AS (SELECT object, max(body) FILTER (WHERE role = 'operator') AS operator,
                         max(body) FILTER (WHERE role = 'committee') AS committee
                  FROM assignments a WHERE {HELD} GROUP BY object)
    SELECT c.id, c.name, c.name_en, c.plan, c.scheme, coalesce(b.name, c.operator, h.operator) AS operator,
           coalesce(m.name, h.committee) AS committee, nullif(trim(c.industry), '') AS industry, c.synthetic, c.source
    FROM collections c LEFT JOIN held h ON h.object = c.id
         LEFT JOIN bodies b ON b.id = coalesce(c.operator, h.operator) LEFT JOIN bodies m ON m.id = h.committee
    WHERE c.kind = 'zone' ORDER BY c.id"""


def governance(region: Region) -> pd.DataFrame:
    """Zones on the region's day with everybody in charge, and what is missing.

    Returns
    -------
    DataFrame
        Index = zone; name, name_en, plan, scheme, city and county [names, several joined], towns [number], people
        [persons; empty unless every town has a figure], operator, committee [names], industry, missing and missing_en
        [what is not known, empty where nothing is], synthetic, source.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("places", {"id": "t", "name": "丁镇", "kind": "town", "parent": "a", "people": 9})
    ...     _ = e.put("collections", {"id": "z", "name": "科学城", "kind": "zone", "industry": "软件"})
    ...     _ = e.put("members", {"collection": "z", "place": "t"})
    >>> governance(e.after).loc["z", ["city", "county", "missing"]].to_list()
    ['甲市', '甲县', '无运营主体, 无管理机构']
    """
    rows = region.query(_SQL, day=region.day).set_index("id")
    known = region.table("places", columns=["name", "people"])
    held = covered(region)
    held = held.assign(city_name=held["city"].map(known["name"]), people=held["town"].map(known["people"]))
    groups = held.astype({"people": "Float64"}).groupby("zone")
    people = groups["people"].sum(skipna=False)
    made = rows.assign(
        city=_named(held, "city_name").reindex(rows.index),
        county=_named(held, "county_name").reindex(rows.index),
        towns=groups.size().reindex(rows.index).fillna(0).astype("int64"),
        people=people.reindex(rows.index).astype("Int64"),
    )
    lacking = made[list(LACKS)].isna().assign(towns=made["towns"].eq(0))
    if not region.reader.everything:  # what is there and only not shown to the reader is not missing
        known_to_all = governance(region.inner)["missing_en"].reindex(made.index)
        lacking &= pd.DataFrame({name: known_to_all.str.contains(en) for name, (_, en) in LACKS.items()})
    return made.assign(**{f"missing{tail}": _said(lacking, at) for at, tail in enumerate(("", "_en"))})[
        ["name", "name_en", "plan", "scheme", "city", "county", "towns", "people", "operator", "committee", "industry",
         "missing", "missing_en", "synthetic", "source"]
    ]  # fmt: skip


def _named(held: pd.DataFrame, column: str) -> pd.Series:
    """Distinct names of each zone, joined."""
    each = held.dropna(subset=[column]).drop_duplicates(["zone", column])
    joined: pd.Series = each.groupby("zone")[column].agg("、".join)
    return joined


def _said(lacking: pd.DataFrame, at: int) -> pd.Series:
    """Words for all that a row lacks, joined."""
    said = [lacking[column].map({True: f", {words[at]}", False: ""}) for column, words in LACKS.items()]
    whole: pd.Series = sum(said, start=pd.Series("", index=lacking.index, dtype="string"))
    return whole.str.removeprefix(", ")
