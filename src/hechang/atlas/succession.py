"""Places through time: what each became, what it came from, through mergers, splits, transfers and new codes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from hechang.region.region import Region
from hechang.terms.errors import not_known
from hechang.terms.specs import ALWAYS

STAYS = "transfer"  # the kind of change after which the place that gives goes on
MEASURED = ("people", "area")  # what a share can be of
_STATE = ["code", "place", "share", "exact", "turn"]


def changes(region: Region) -> pd.DataFrame:
    """Changes of places known to the region, oldest first, whatever its day.

    Returns
    -------
    DataFrame
        from_place, to_place, day, kind, share [%], basis, note; index = id.

    Examples
    --------
    >>> from hechang import tiny
    >>> changes(tiny()).empty
    True
    """
    sql = """SELECT id, from_place, to_place, day, kind, share, basis, note FROM place_changes
             ORDER BY day, from_place, to_place"""
    return region.query(sql).set_index("id")


def successors(region: Region, codes: Iterable[str], day: str) -> pd.DataFrame:
    """Places that each place became by a day, through every change in between.

    Parameters
    ----------
    codes
        Codes of places, of any day.
    day
        Day to arrive at (2022-09-27); changes of that day have happened.

    Returns
    -------
    DataFrame
        code, place [that holds a part of it on the day], share [% of it that lies there; empty where nobody said how
        much]. A place that never changed is its own successor with 100 %. Of a change dated by its year all parts
        happen at the beginning of the year.

    Raises
    ------
    NotKnown
        for a code that no place ever had.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("places", {"id": "ab", "name": "甲乙县", "kind": "county", "valid_from": "2024"})
    ...     _ = e.put("place_changes", {"from_place": "a", "to_place": "ab", "day": "2024", "kind": "merge"})
    >>> successors(e.after, ["a", "b"], "2024-01-01").to_numpy().tolist()
    [['a', 'ab', 100.0], ['b', 'b', 100.0]]
    """
    begun = _spans(region, codes)["begun"]
    return _shown(forward(region, begun, day, exact=MEASURED))


def predecessors(region: Region, codes: Iterable[str], day: str) -> pd.DataFrame:
    """Places of an earlier day that each place came from, through every change in between.

    Parameters
    ----------
    codes
        Codes of places, of any day.
    day
        Day to arrive at; changes of that day have happened already.

    Returns
    -------
    DataFrame
        code, place [of the earlier day], share [% of that earlier place which went into this one].

    Raises
    ------
    NotKnown
        for a code that no place ever had.

    Examples
    --------
    >>> from hechang import tiny
    >>> predecessors(tiny(), ["a"], "1990-01-01").to_numpy().tolist()
    [['a', 'a', 100.0]]
    """
    ended = _spans(region, codes)["ended"]
    return _shown(backward(region, ended, day, exact=MEASURED))


def on_day(region: Region, codes: Iterable[str], day: str) -> pd.DataFrame:
    """Places of a day that each code stands for: itself where in force, else its successors or its predecessors.

    Returns
    -------
    DataFrame
        code, place, share [%] as in `successors` and `predecessors`, and way: `same`, `later` or `earlier`.

    Examples
    --------
    >>> from hechang import tiny
    >>> on_day(tiny(), ["a"], "2022-09-27").to_numpy().tolist()
    [['a', 'a', 100.0, 'same']]
    """
    spans = _spans(region, codes)
    there = pd.Index(region.on(day).table("places", columns=["kind"], where={"id": list(spans.index)}).index)
    away = spans[~spans.index.isin(there)]
    later = away["begun"] <= day
    same = pd.DataFrame({"code": there.astype(object), "place": there.astype(object), "share": 100.0})
    parts = {
        "same": same,
        "later": successors(region, away.index[later], day),
        "earlier": predecessors(region, away.index[~later], day),
    }
    return pd.concat([part.assign(way=way) for way, part in parts.items()]).sort_values(
        ["code", "place"], ignore_index=True
    )


def _spans(region: Region, codes: Iterable[str]) -> pd.DataFrame:
    """First and last day of each code, by code, in the order asked for."""
    asked = list(dict.fromkeys(map(str, codes)))
    known = region.every_version("places", asked).astype(object)
    lost = [code for code in asked if code not in set(known["id"])]
    if lost:
        raise not_known("place", "地点", lost[0], region.table("places", columns=["name"]).index)
    ends = known.assign(ended=known["valid_to"].where(known["valid_to"].notna(), "9999"))
    return ends.groupby("id").agg(begun=("valid_from", "min"), ended=("ended", "max")).reindex(asked)


def forward(region: Region, begun: pd.Series, until: str, *, exact: Iterable[str]) -> pd.DataFrame:
    """Parts of places on a later day: code, place, share [0 to 1, nan unknown], exact (follows a share that holds).

    `begun` holds by code the day behind which changes count; `exact` the bases whose shares hold for the figure.
    """
    moves = _moves(region, exact)
    state = _start(begun)
    for day, rows in moves[moves["day"] <= until].groupby("day"):
        state = _step(state, rows, str(day), ("from_place", "to_place"))
    return state


def backward(region: Region, ended: pd.Series, until: str, *, exact: Iterable[str]) -> pd.DataFrame:
    """Places of an earlier day with a part in each code, as `forward`; shares are of the earlier place."""
    moves = _moves(region, exact)
    state = _start(ended)
    days = moves[moves["day"] > until].groupby("day")
    for day, rows in reversed(list(days)):
        state = _step(state, rows, str(day), ("to_place", "from_place"))
    return state


def _start(turns: pd.Series) -> pd.DataFrame:
    codes = turns.index.astype(object)
    return pd.DataFrame({"code": codes, "place": codes, "share": 1.0, "exact": True, "turn": turns.to_numpy(object)})


def _step(state: pd.DataFrame, moves: pd.DataFrame, day: str, ways: tuple[str, str]) -> pd.DataFrame:
    """Follow the changes of one day; a place whose own time begins there, or ended before, is not touched by them."""
    source, target = ways
    onward = target == "to_place"
    due = state["turn"] < day if onward else state["turn"] >= day
    joined = state[due].merge(moves.drop(columns="day"), left_on="place", right_on=source, how="left")
    stays = joined[target].isna()
    made = joined.assign(
        place=joined[target].where(~stays, joined["place"]),
        share=joined["share"] * joined["part"].where(~stays, 1.0),
        exact=joined["exact"] & joined["sure"].where(~stays, True).astype(bool),
        turn=joined["turn"].where(stays, day) if onward else joined["turn"],
    )[_STATE]
    whole = pd.concat([state[~due], made])
    groups = whole.groupby(["code", "place"], as_index=False, sort=True)
    return groups.agg(
        share=("share", lambda parts: parts.sum(skipna=False)), exact=("exact", "all"), turn=("turn", "max")
    )


def _moves(region: Region, exact: Iterable[str]) -> pd.DataFrame:
    """Every change as from_place, to_place, day, part [0 to 1, nan unknown], sure; what stays where it is included."""
    known = changes(region).reset_index(drop=True)
    share = known["share"].to_numpy(dtype="float64", na_value=np.nan) / 100
    given = _given(known.astype(object).assign(share=share), exact)
    rest = _rest(given)
    return pd.concat([given, rest, _there_before(region, pd.concat([given, rest]))], ignore_index=True)[
        ["from_place", "to_place", "day", "part", "sure"]
    ]


def _given(rows: pd.DataFrame, exact: Iterable[str]) -> pd.DataFrame:
    """Stated changes; a share that nobody gave follows where it is the only one that a place leaves open."""
    groups = rows.groupby(["from_place", "day"])
    stays = groups["kind"].transform(lambda kinds: kinds.eq(STAYS).any())
    missing = groups["share"].transform(lambda shares: shares.isna().sum())
    left = 1 - groups["share"].transform("sum")
    follows = rows["share"].isna() & missing.eq(1) & ~stays.astype(bool)
    part = rows["share"].where(~follows, left.clip(lower=0))
    held = rows["basis"].isin([*exact, "whole"]) | (rows["share"] >= 1)
    others = held.where(rows["share"].notna(), True).groupby([rows["from_place"], rows["day"]]).transform("all")
    sure = (held & part.notna()) | (follows & others)
    return rows.assign(part=part, sure=sure.astype(bool), stays=stays.astype(bool))


def _rest(given: pd.DataFrame) -> pd.DataFrame:
    """What a place keeps that only gave parts away, unless a row says so itself."""
    own = given["from_place"] == given["to_place"]
    told = own.groupby([given["from_place"], given["day"]]).transform("any")
    some = given[given["stays"] & ~told.astype(bool)]
    groups = some.groupby(["from_place", "day"], as_index=False)
    made = groups.agg(part=("part", lambda parts: 1 - parts.sum(skipna=False)), sure=("sure", "all"))
    return made.assign(to_place=made["from_place"], part=made["part"].astype("float64").clip(lower=0))


def _there_before(region: Region, moves: pd.DataFrame) -> pd.DataFrame:
    """Places that take something in and were there before: they come from themselves too."""
    takes = moves[["to_place", "day"]].drop_duplicates()
    leaves = pd.MultiIndex.from_frame(moves[["from_place", "day"]])
    takes = takes[~pd.MultiIndex.from_frame(takes).isin(leaves)]
    known = region.every_version("places", [str(code) for code in takes["to_place"].unique()]).astype(object)
    begun = takes["to_place"].map(known.groupby("id")["valid_from"].min()).fillna(ALWAYS)
    before = takes[(begun < takes["day"]).astype(bool)]
    return before.assign(from_place=before["to_place"], part=1.0, sure=True)


def _shown(state: pd.DataFrame) -> pd.DataFrame:
    made = state[state["share"].ne(0)].assign(share=(state["share"] * 100).round(9))
    return made.sort_values(["code", "place"], ignore_index=True)[["code", "place", "share"]]
