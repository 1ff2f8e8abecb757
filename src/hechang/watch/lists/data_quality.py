"""Cities whose data fall below the least score 数据质量."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.quality import PARTS, RULE, quality
from hechang.register.rules import rule_value
from hechang.register.tasks import in_words
from hechang.terms.catalogue import listing
from hechang.terms.dates import last_days
from hechang.terms.units import Percent
from hechang.terms.words import word


@listing(
    "data-quality",
    zh="数据质量待改进城市清单",
    en="Cities whose data need work",
    source="自拟: 完整、及时、有据、一致四项加权, 权重与下限均为自拟假设",
)
def data_quality(region: Region, *, floor: Percent | None = None) -> pd.DataFrame:
    """Cities whose data score below `floor`, with the parts of the score.

    Score = sum of weight × share / sum of weights of four shares: completeness (cells filled), timeliness (projects
    under works that returned the last month), evidence (rows that stand on a document), consistency (projects without
    a contradiction). A score of exactly `floor` is good enough.

    Parameters
    ----------
    region
        Needs projects with places; events and returns for the other parts.
    floor
        Least score [%]; None takes the dated rule `data-quality` (80, an assumption).

    Returns
    -------
    DataFrame
        One row per city, the lowest score first: name, owner [project office of the city, empty where none is known],
        reason, reason_en, days [since the last day of the newest return], due [empty], invested [empty], rule, source
        [of the place], place, synthetic, table, value [score, %], the four shares [%] with numerator and denominator,
        why_missing.

    Examples
    --------
    >>> from hechang import tiny
    >>> data_quality(tiny(), floor=60)["reason"].to_dict()
    {'x': '得分 47 (下限 60): 完整 42.9 %, 及时 —, 有据 0 %, 一致 100 %'}
    """
    rule = rule_value(region, RULE, "floor")
    least = float(rule.value) if floor is None else floor
    rows = quality(region)
    rows = rows[rows["value"] < least].sort_values("value", kind="stable")
    made = _named(region, rows).assign(
        reason="得分 " + in_words(rows["value"]) + f" (下限 {least:g}): " + _shares(rows, "zh"),
        reason_en="score " + in_words(rows["value"]) + f" (least {least:g}): " + _shares(rows, "en"),
        days=(pd.Timestamp(region.day) - last_days(rows["newest"])).dt.days.clip(lower=0).astype("int64[pyarrow]"),
        table="places",
    )
    own = [column for column in rows.columns if column.startswith(PARTS) or column in ("value", "why_missing")]
    return listed(region, "data-quality", made.join(rows[own]), rule, given=floor)


def _shares(rows: pd.DataFrame, lang: str) -> pd.Series:
    told = [f"{word(part, lang)} " + in_words(rows[part], " %").replace("", "—") for part in PARTS]
    comma = ", "
    return told[0] + comma + told[1] + comma + told[2] + comma + told[3]


def _named(region: Region, rows: pd.DataFrame) -> pd.DataFrame:
    sql = """SELECT p.id, p.name, coalesce(min(b.name), '') AS owner, p.id AS place, any_value(p.source) AS source
             FROM places p LEFT JOIN bodies b ON b.place = p.id AND b.kind = 'project_office'
             WHERE p.id IN (SELECT unnest($ids)) GROUP BY p.id, p.name"""
    named = region.query(sql, ids=[str(id) for id in rows.index]).set_index("id").reindex(rows.index)
    return named.assign(synthetic=rows["synthetic"] > 0)
