"""Figures carried from the places of one day to those of another, with what they rest on and how far off they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from hechang.atlas.polygon import square_km
from hechang.atlas.succession import MEASURED, backward, forward
from hechang.engines.areal import WHOLE, Pairs, Spread, extensive, intensive
from hechang.region.region import Region
from hechang.terms.errors import InputError, not_known

FIGURES = {"sum": extensive, "mean": intensive}
SIZES = {"people": "people", "area": "area_km2"}  # column of places that measures each basis
RESTS = ("whole", "by_share", "by_outline")  # how a figure came where it is: best first
NO_SOURCE = "没有来源 / nothing comes from here"
NO_VALUE = "来源缺少数值 / a place it comes from has no value"
NO_SHARE = "去向份额未知 / it is not known how much went there"


class Carried(NamedTuple):
    """Figures by place of the other day, and what their total rests on."""

    rows: pd.DataFrame
    rests: pd.Series


def carried(
    region: Region,
    values: pd.Series,
    *,
    since: str,
    figure: str = "sum",
    follows: str = "people",
    onto: Iterable[str] = (),
) -> Carried:
    """Carry figures of the places of one day to those of the region's day, forward or back, with stated error.

    Parts come from `place_changes`; where nobody said how much went where, from outlines of both days.

    Parameters
    ----------
    values
        Figure by code of a place in force on `since`.
    since
        Day of the figures (2022-09-27); they are carried to the day of the region.
    figure
        `sum` for what adds up (people, output), `mean` for what is an average (density, rate).
    follows
        What the figure follows exactly, `people` or `area`: stated shares of it leave no room for error. It also
        weighs means and parts carried back [persons or km² of the places].
    onto
        Places that must stand in the result, e.g. those of a plan version: what nothing comes to says so.

    Returns
    -------
    Carried
        rows, by place of the region's day: value; lower and upper, between which it lies whatever happened inside the
        places (of a mean only where its sources lie in it whole: that of a part may be anything); whole, by_share,
        by_outline [of the value; for means % of the weight]; why_missing. rests, of the total of all figures (for
        means: of all weights): total, whole, by_share, by_outline, unknown.

    Raises
    ------
    NotKnown
        for another word than `sum` or `mean`, `people` or `area`.
    InputError
        for a place that is not in force on `since`.

    Source: Goodchild and Lam 1980, Geo-Processing 1; bounds as of our own.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("places", {"id": "ab", "name": "甲乙县", "kind": "county", "valid_from": "2024"})
    ...     _ = e.put("place_changes", [
    ...         {"from_place": p, "to_place": "ab", "day": "2024", "kind": "merge"} for p in ("a", "b")])
    >>> found = carried(e.after.on("2024-01-01"), pd.Series({"a": 25, "b": 50, "c": 25}), since="2022-09-27")
    >>> found.rows[["value", "lower", "upper"]].loc["ab"].to_list(), found.rests["whole"].item()
    ([75.0, 75.0, 75.0], 100.0)
    """
    _known(figure, follows)
    begun = region.on(since)
    parts = _outlined(_parts(region, values.index, since, follows), begun, region, [str(code) for code in onto])
    targets = pd.Index(sorted({*parts["target"].dropna(), *map(str, onto)}), dtype=object)
    sources = pd.Index(sorted(set(parts["source"])), dtype=object)
    _in_force(begun, values.index)
    given = _numbers(values.reindex(sources))
    size = np.ones(len(sources)) if figure == "sum" else _sizes(begun, sources, follows)
    placed = parts[parts["target"].notna()]
    pairs = _pairs(placed, (sources, targets), size, figure)
    spread = FIGURES[figure](
        given, pairs, whole=size if figure == "sum" else np.ones(len(targets)), targets=len(targets)
    )
    part = pairs.part * given[pairs.source] if figure == "sum" else pairs.part
    return Carried(
        _rows(placed, targets, spread, part, figure), _rests(placed, part, given * size if figure == "sum" else size)
    )


def _known(figure: str, follows: str) -> None:
    if figure not in FIGURES:
        raise not_known("kind of figure", "数值类别", figure, FIGURES)
    if follows not in SIZES:
        raise not_known("measure a figure follows", "数值所依口径", follows, SIZES)


def _in_force(region: Region, codes: pd.Index) -> None:
    lost = codes.difference(region.table("places", columns=["kind"]).index.astype(object))
    if len(lost):
        raise InputError(
            f"Place '{lost[0]}' has a figure but is not in force on {region.day}. Use the codes of that day",
            f"地点“{lost[0]}”有数值, 但在 {region.day} 无效, 请使用当日有效的代码",
        )


def _numbers(column: pd.Series) -> npt.NDArray[np.float64]:
    return column.to_numpy(dtype="float64", na_value=np.nan)


def _sizes(region: Region, codes: pd.Index, follows: str) -> npt.NDArray[np.float64]:
    return _numbers(region.table("places", columns=[SIZES[follows]])[SIZES[follows]].reindex(codes))


def _parts(region: Region, codes: pd.Index, since: str, follows: str) -> pd.DataFrame:
    """Which part [0 to 1] of each source goes to which target: source, target, part, exact, rests.

    Places without a figure that go to the same targets are sources too: what is missing must be seen.
    """
    until = region.day
    exact = [basis for basis in MEASURED if basis == follows]
    ways = (forward, backward) if since <= until else (backward, forward)
    there = ways[0](region, _from(codes, since), until, exact=exact)
    back = ways[1](region, _from(there["place"].unique(), until), since, exact=exact)
    asked = pd.Index(sorted({*map(str, codes), *back["place"]}), dtype=object)
    found = ways[0](region, _from(asked, since), until, exact=exact)
    if since > until:
        found = _shared_back(region, found, follows)
    made = found.rename(columns={"code": "source", "place": "target", "share": "part"})
    rests = np.where(made["part"] >= WHOLE, "whole", np.where(made["part"].isna(), "", "by_share"))
    return made[made["part"].ne(0)].assign(rests=pd.Series(rests, index=made.index))[
        ["source", "target", "part", "exact", "rests"]
    ]


def _from(codes: Any, day: str) -> pd.Series:
    return pd.Series(day, index=pd.Index([str(code) for code in codes], dtype=object), dtype=object)


def _shared_back(region: Region, found: pd.DataFrame, follows: str) -> pd.DataFrame:
    """Parts of the later places that go back to each earlier one: by the size of what came from there."""
    size = _sizes(region, pd.Index(found["place"]), follows)
    came = found.assign(came=found["share"] * size)
    groups = came.groupby("code")["came"]
    only = came.groupby("code")["place"].transform("size").eq(1)
    whole = groups.transform(lambda parts: parts.sum(skipna=False))
    return found.assign(share=(came["came"] / whole.where(whole > 0)).where(~only, 1.0), exact=only)


def _outlined(parts: pd.DataFrame, old: Region, new: Region, onto: list[str]) -> pd.DataFrame:
    """Fill parts nobody stated from the outlines of both days; what has no target in force looks for one by outline."""
    live = set(new.table("places", columns=["kind"]).index.astype(object))
    lost = ~parts["target"].isin(live)
    doubtful = parts["source"].isin(parts.loc[parts["part"].isna() & ~lost, "source"])
    stated = parts[~lost & ~doubtful]
    named = _by_outline(parts[doubtful & ~lost], old, new, among=True)
    sources = parts.loc[lost, "source"].unique()
    free = pd.MultiIndex.from_product([sources, onto], names=["source", "target"]).to_frame(index=False)
    loose = _by_outline(free, old, new, among=False)
    left = pd.DataFrame({"source": sources}, dtype=object)
    return pd.concat([stated, named, loose, left[~left["source"].isin(loose["source"])]], ignore_index=True)


def _by_outline(pairs: pd.DataFrame, old: Region, new: Region, *, among: bool) -> pd.DataFrame:
    """Parts by common area: of what lies in the named targets together (`among`), or of the whole source.

    Where an outline is missing the stated parts stay as they are.
    """
    shapes = [_shapes(one, pairs[end]) for one, end in ((old, "source"), (new, "target"))]
    drawn = ~(shapely.is_missing(shapes[0]) | shapely.is_missing(shapes[1]))
    all_drawn = pd.Series(drawn, index=pairs.index).groupby(pairs["source"]).transform("all").astype(bool)
    used = all_drawn if among else pd.Series(drawn, index=pairs.index)
    area = pd.Series(
        square_km(shapely.intersection(*(side[used.to_numpy()] for side in shapes))), index=pairs.index[used]
    )
    if among:
        whole = area.groupby(pairs["source"][used]).transform("sum")
    else:
        whole = pd.Series(square_km(shapes[0][used.to_numpy()]), index=area.index)
    made = pairs[used].assign(part=np.minimum(area / whole.where(whole > 0), 1.0), exact=False, rests="by_outline")
    return pd.concat([pairs[~used], made[made["part"] > 0]]) if among else made[made["part"] > 0]


def _shapes(region: Region, codes: pd.Series) -> npt.NDArray[np.object_]:
    rows = region.table("places", columns=["geometry"], where={"id": sorted(set(codes))})["geometry"].astype(object)
    wkb = rows.reindex(codes.to_numpy(object))
    made: npt.NDArray[np.object_] = np.asarray(shapely.from_wkb(wkb.where(wkb.notna(), None).to_numpy()), dtype=object)
    return made


def _pairs(parts: pd.DataFrame, ends: tuple[pd.Index, pd.Index], size: npt.NDArray[Any], figure: str) -> Pairs:
    sources, targets = (
        index.get_indexer(pd.Index(parts[end])) for index, end in zip(ends, ("source", "target"), strict=True)
    )
    part = parts["part"].to_numpy(dtype="float64") * size[sources]
    exact = parts["exact"].to_numpy(dtype=bool)
    if figure == "mean":  # the mean of one place is its own, whatever its weight
        alone = np.bincount(targets, minlength=len(ends[1]))[targets] == 1
        part, exact = np.where(alone, 1.0, part), exact | (alone & (parts["part"] >= WHOLE).to_numpy())
    return Pairs(sources, targets, part, exact)


def _rows(parts: pd.DataFrame, targets: pd.Index, spread: Spread, part: npt.NDArray[Any], figure: str) -> pd.DataFrame:
    at = parts["target"].to_numpy(object)
    amounts = pd.DataFrame({"target": at, "rests": parts["rests"].to_numpy(object), "part": part})
    sums = amounts.pivot_table("part", "target", "rests", aggfunc="sum", fill_value=0.0)
    sums = sums.reindex(index=targets, columns=list(RESTS), fill_value=0.0)
    fed, unsaid = (pd.Index(codes) for codes in (at, at[parts["part"].isna().to_numpy()]))
    rows = pd.DataFrame({"value": spread.value, "lower": spread.lower, "upper": spread.upper}, index=targets)
    rows = rows.where(pd.Series(targets.isin(fed), index=targets), np.nan)
    if figure == "mean":
        partly = targets.isin(at[~(parts["part"] >= WHOLE).to_numpy()])
        rows.loc[partly, ["lower", "upper"]] = np.nan
        sums = sums.div(sums.sum(axis=1).where(lambda total: total > 0), axis=0) * 100
    why = pd.Series(None, index=targets, dtype=object).mask(rows["value"].isna(), NO_VALUE)
    why = why.mask(rows["value"].isna() & targets.isin(unsaid), NO_SHARE).mask(~targets.isin(fed), NO_SOURCE)
    return rows.join(sums).assign(why_missing=why.astype("string"))


def _rests(parts: pd.DataFrame, part: npt.NDArray[Any], given: npt.NDArray[Any]) -> pd.Series:
    sums = pd.Series(part, index=parts["rests"].to_numpy(object)).groupby(level=0).sum()
    told = sums.reindex(list(RESTS), fill_value=0.0)
    total = float(np.nansum(given))
    return pd.Series({"total": total, **told.to_dict(), "unknown": total - float(told.sum())}, dtype="float64")
