"""City against city: the values of measures side by side, and by how much each two differ."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pandas as pd

from hechang.atlas.places import LEVELS, place
from hechang.region.region import Region
from hechang.terms.catalogue import Card, card, options
from hechang.terms.errors import UsageError

NO_VALUE = "指标没有该地点的值 / the measure has no value for this place"
COLUMNS = ["measure", "zh", "en", "unit", "a", "a_name", "b", "b_name", "value_a", "value_b", "difference", "ratio",
           "why_missing"]  # fmt: skip


def city_by_city(region: Region, codes: Sequence[str], measures: Sequence[str]) -> pd.DataFrame:
    """Compare places, two by two, by measures.

    Parameters
    ----------
    codes
        Two or more places: cities, counties, whatever the measures have values for.
    measures
        Ids of measures, worked out with their defaults, at the level of the places.

    Returns
    -------
    DataFrame
        One row a measure and pair, in the order given: the columns of `COLUMNS`; difference is b less a [unit of the
        measure], ratio is b to a, both empty where a value is missing, with why_missing.

    Raises
    ------
    UsageError
        for less than two places, or no measure.
    NotKnown
        for a place or measure that does not exist.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = city_by_city(tiny(), ["a", "b"], ["rail-reach"])
    >>> found[["value_a", "value_b", "difference"]].to_numpy().tolist()
    [[75.0, 100.0, 25.0]]
    """
    if len(set(codes)) < 2 or not measures:
        raise UsageError(
            "Name two places or more, and a measure: hechang compare cities 310000 320500 --measure ID",
            "请给出两个以上地点和一项指标: hechang compare cities 310000 320500 --measure 编号",
        )
    rows = {code: place(region, code) for code in codes}
    names = {code: str(row["name"]) for code, row in rows.items()}
    levels = {level for level, kinds in LEVELS.items() for row in rows.values() if row["kind"] in kinds}
    found = [_pairs(region, card(one, "measure"), names, sorted(levels)) for one in measures]
    return pd.concat(found, ignore_index=True)[COLUMNS]


def _pairs(region: Region, one: Card, names: dict[str, str], levels: list[str]) -> pd.DataFrame:
    """One measure, at each level of the places where it knows levels."""
    given = [{"level": level} for level in levels] if "level" in options(one) else [{}]
    frame = pd.concat([region.measure(one.id, **some) for some in given])
    single = frame[~frame.index.duplicated(keep=False)] if frame.index.nlevels == 1 else frame.iloc[:0]
    values = pd.to_numeric(single["value"], errors="coerce").astype("float64")
    why = single["why_missing"].astype(object) if "why_missing" in single else pd.Series(dtype=object)
    pairs = pd.DataFrame(list(combinations(names, 2)), columns=["a", "b"])
    told = {f"value_{side}": pairs[side].map(values).astype("float64") for side in ("a", "b")}
    said = {side: pairs[side].map(why).where(pairs[side].isin(why.index), NO_VALUE) for side in ("a", "b")}
    missing = said["a"].where(told["value_a"].isna(), said["b"])
    made = pairs.assign(**told, a_name=pairs["a"].map(names), b_name=pairs["b"].map(names), measure=one.id)
    difference = made["value_b"] - made["value_a"]
    return made.assign(
        zh=one.zh, en=one.en, unit=one.unit, difference=difference,
        ratio=(made["value_b"] / made["value_a"]).where(made["value_a"].ne(0)),
        why_missing=missing.where(difference.isna(), None),
    )  # fmt: skip
