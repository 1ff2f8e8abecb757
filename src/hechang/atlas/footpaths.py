"""Changes between stops as a feed declares them: its transfers, and the stops of one station."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hechang.engines import travel
from hechang.region.region import Region

SIBLING, TRANSFER = 0, 1  # the more exactly something is said, the more it counts: one more for each stop named


def changes_between(region: Region, stops: pd.DataFrame, walks: travel.Edges, change: int) -> travel.Edges:
    """Walks between stops, with what the feed declares in the place of what was reckoned.

    Between two stops of one station a change takes as long as at one stop. A transfer with a least time takes that;
    one whose vehicle waits takes none; one that is not possible is none. A transfer that names a station holds for
    all its stops; one that names the stop itself counts first.

    Parameters
    ----------
    stops
        The stops by their number, with `id`.
    walks
        Closed walks between them.
    change
        Least time between two trips at one stop [s].

    Examples
    --------
    >>> from hechang import tiny
    >>> none = np.zeros(0, dtype=np.int64)
    >>> walks = travel.edges(none, none, none, origins=1, targets=1)
    >>> changes_between(tiny(), pd.DataFrame({"id": ["s"]}), walks, 600).seconds.tolist()
    []
    """
    parents = region.query("SELECT id, parent FROM stops WHERE parent IS NOT NULL")
    known = pd.DataFrame({"id": stops["id"].astype(object), "number": np.arange(len(stops))})
    known = known.assign(
        station=known["id"].map(dict(zip(parents["id"], parents["parent"], strict=True))).astype(object)
    )
    said = pd.concat([_siblings(known, change), _transfers(region, known, change)], ignore_index=True)
    said = said.sort_values("rank", kind="stable").drop_duplicates(["origin", "to"], keep="last")
    columns = (said[name].to_numpy(dtype=np.int64) for name in ("origin", "to", "seconds"))
    return travel.declared(walks, *columns) if len(said) else walks


def _siblings(known: pd.DataFrame, change: int) -> pd.DataFrame:
    """Pairs of stops of one station; the station itself is one of them where trips call at it."""
    home = known.assign(station=known["station"].fillna(known["id"]))
    pairs = home.merge(home, on="station", suffixes=("", "_to"))
    pairs = pairs[pairs["number"] != pairs["number_to"]]
    return pd.DataFrame(
        {"origin": pairs["number"], "to": pairs["number_to"], "seconds": change, "rank": SIBLING}, dtype=np.int64
    )


def _transfers(region: Region, known: pd.DataFrame, change: int) -> pd.DataFrame:
    sql = """SELECT from_stop, to_stop, kind, least FROM transfers
             WHERE kind <> 'recommended' OR least IS NOT NULL ORDER BY from_stop, to_stop"""
    rows = region.query(sql)
    least = rows["least"].astype("Float64").fillna(change)
    rows = rows.assign(seconds=least.mask(rows["kind"].eq("waits"), 0).mask(rows["kind"].eq("forbidden"), -1))
    by_station = known.dropna(subset=["station"])[["station", "number"]].set_axis(["id", "number"], axis=1)
    ends = pd.concat([known[["id", "number"]].assign(rank=1), by_station.assign(rank=0)])
    found = rows.merge(ends, left_on="from_stop", right_on="id").merge(
        ends, left_on="to_stop", right_on="id", suffixes=("", "_to")
    )
    exact = found["rank"].astype(int) + found["rank_to"].astype(int)
    return pd.DataFrame(
        {"origin": found["number"], "to": found["number_to"], "seconds": found["seconds"], "rank": TRANSFER + exact}
    ).astype(np.int64)
