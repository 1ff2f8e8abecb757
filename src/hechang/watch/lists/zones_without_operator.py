"""Functional zones 功能区 without an operator, towns or a leading industry."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.terms.catalogue import listing

RULE = {
    "zh": "功能区须有运营主体、成员镇街与主导产业",
    "en": "A zone has an operator, towns and a leading industry",
    "source": "功能区建设工作推进会",
}
LACKS = (
    ("no_operator", "无运营主体", "no operator"),
    ("unknown_operator", "运营主体不在库", "its operator is not in the register"),
    ("no_members", "无成员镇街", "no towns"),
    ("no_industry", "无主导产业", "no leading industry"),
)

_SQL = """
    SELECT c.id, c.name, c.name_en, coalesce(b.name, c.owner) AS owner, c.source, c.synthetic,
           c.operator IS NULL AS no_operator,
           c.operator IS NOT NULL AND c.operator NOT IN (SELECT id FROM bodies) AS unknown_operator,
           c.id NOT IN (SELECT collection FROM members) AS no_members,
           coalesce(trim(c.industry), '') = '' AS no_industry
    FROM collections c LEFT JOIN bodies b ON b.id = c.owner
    WHERE c.kind = 'zone' ORDER BY c.id"""


@listing(
    "zones-without-operator",
    zh="功能区运营主体缺失清单",
    en="Zones without operator, towns or leading industry",
    source="功能区建设工作推进会 (功能区 + 镇街 + 国有企业)",
)
def zones_without_operator(region: Region) -> pd.DataFrame:
    """Zones that lack what the model of a zone asks: a company that operates it, towns, a leading industry.

    Parameters
    ----------
    region
        Needs collections of kind zone, and members.

    Returns
    -------
    DataFrame
        One row per zone, those that lack most first: name, owner, reason [all it lacks], reason_en, days, due and
        invested [empty], rule, source, name_en, lacks [number of things], synthetic, table.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("collections", {"id": "z", "name": "科学城", "kind": "zone", "industry": "软件"})
    >>> zones_without_operator(e.after)["reason"].to_dict()
    {'z': '无运营主体, 无成员镇街'}
    """
    rows = region.query(_SQL).set_index("id")
    lacks = rows[[name for name, _, _ in LACKS]].astype(bool)
    made = rows.drop(columns=list(lacks.columns)).assign(
        reason=_joined(lacks, [zh for _, zh, _ in LACKS]),
        reason_en=_joined(lacks, [en for _, _, en in LACKS]).str.capitalize(),
        lacks=lacks.sum(axis=1),
        table="collections",
    )
    made = made[made["lacks"] > 0].sort_values("lacks", ascending=False, kind="stable")
    return listed(region, "zones-without-operator", made, RULE)


def _joined(lacks: pd.DataFrame, words: list[str]) -> pd.Series:
    said = sum((lacks[column].map({True: f", {word}", False: ""}) for column, word in zip(lacks, words, strict=True)),
               start=pd.Series("", index=lacks.index, dtype="string"))  # fmt: skip
    return said.str.removeprefix(", ").astype("string")
