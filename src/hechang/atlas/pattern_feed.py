"""A timetable out of stop sequences: which train calls where is known, when is modelled on an older feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hechang.atlas.feeds import (
    BEGINS,
    HOUR,
    MINUTE,
    MadeFeed,
    calendar,
    clock_times,
    columns_of,
    kilometres,
    numbers_of,
)
from hechang.intake.sheets.gtfs import read_feed
from hechang.terms.errors import InputError
from hechang.terms.findings import refuse

BANDS = (0.0, 20.0, 50.0, 100.0)  # km; own assumption: short segments are slower, trains start and brake
FEWEST = 5  # segments of a class and band below which the median of the class stands; own assumption
FIRST, LAST = 6.5 * HOUR, 21.5 * HOUR  # between which trains leave their first station; own assumption
CLASSES = {
    "G": "高速动车 G",
    "D": "动车 D",
    "C": "城际 C",
    "K": "快速 K",
    "Z": "直达 Z",
    "T": "特快 T",
    "N": "管内快速 N",
}
RAILWAY = "2"
SEQUENCES, STATIONS = ("train", "class", "seq", "station"), ("station", "lon", "lat", "county_code")


@dataclass(frozen=True)
class Speeds:
    """Medians of a feed: km/h of straight line by (class, band), by class, over all; dwell [s] by class and over all.

    `name` is the feed they come from.
    """

    name: str
    banded: Mapping[tuple[str, int], float]
    by_class: Mapping[str, float]
    overall: float
    dwell: Mapping[str, float]
    dwell_overall: float


def speeds_of(path: Path) -> Speeds:
    """Measure a GTFS feed: the class of a train is the first letter of its number.

    Raises
    ------
    Refused
        for a feed with errors.
    InputError
        for a feed without a single segment.
    """
    feed = read_feed(path)
    refuse(feed.findings, f"{path.name} cannot be measured", f"无法测算 {path.name}")
    frames = {part.table: part.frame for part in feed.parts}
    calls = frames["stop_times"].sort_values(["trip", "sequence"]).astype(object)
    where = frames["stops"].astype(object).set_index("id")[["lon", "lat"]].astype(float)
    calls = calls.join(where, on="stop")
    calls = calls.assign(kind=calls["trip"].str[0], dwell=(calls["depart"] - calls["arrive"]).astype(float))
    after = calls.groupby("trip", sort=False)[["arrive", "lon", "lat"]].shift(-1).astype(float)
    km = kilometres(*(side[axis].to_numpy(dtype=float) for side in (calls, after) for axis in ("lon", "lat")))
    hours = (after["arrive"] - calls["depart"].astype(float)) / HOUR
    legs = calls.assign(kmh=km / hours, band=_band(km))[(hours > 0).to_numpy() & (km > 0)]
    if legs.empty:
        raise InputError(f"{path.name} has no timed segment to measure", f"{path.name} 没有可测算的区间")
    inner = calls[calls["trip"].duplicated() & calls["trip"].duplicated(keep="last") & (calls["dwell"] > 0)]
    return _medians(path.stem, legs, inner)


def _medians(name: str, legs: pd.DataFrame, inner: pd.DataFrame) -> Speeds:
    groups = legs.groupby(["kind", "band"])["kmh"].agg(["median", "size"]).reset_index()
    enough = groups[groups["size"] >= FEWEST]
    banded = zip(zip(enough["kind"], enough["band"].astype(int), strict=True), enough["median"], strict=True)
    by_class, dwell = legs.groupby("kind")["kmh"].median(), inner.groupby("kind")["dwell"].median()
    return Speeds(
        name, dict(banded), dict(zip(by_class.index, by_class, strict=True)), float(legs["kmh"].median()),
        dict(zip(dwell.index, dwell, strict=True)), float(inner["dwell"].median()) if len(inner) else MINUTE,
    )  # fmt: skip


def _band(km: np.ndarray) -> np.ndarray:
    return np.searchsorted(BANDS, km, side="right") - 1


def pattern_feed(
    sequences: pd.DataFrame,
    stations: pd.DataFrame,
    speeds: Speeds,
    *,
    given: Mapping[str, float] | None = None,
    begins: str = BEGINS,
) -> MadeFeed:
    """Model a timetable: real stop sequences, times by the speeds of an older feed, departures spread over the day.

    Parameters
    ----------
    sequences
        train, class [letter], seq, station: one row a call.
    stations
        station, lon, lat [degrees], county_code [empty outside the region].
    speeds
        Medians of the older feed. Of a segment the speed of its class and length counts, else that of its class;
        trains of a class of which it knows nothing are left out.
    given
        Speeds of such classes [km/h of straight line], on the word of who asks.
    begins
        First day of the feed.

    Returns
    -------
    MadeFeed
        Ids begin with the year; all trips are `modelled`.

    Raises
    ------
    InputError
        for a missing column, or a figure that is none.

    Examples
    --------
    >>> calls = pd.DataFrame({"train": ["G1", "G1"], "class": "G", "seq": [1, 2], "station": ["a", "b"]})
    >>> at = pd.DataFrame({"station": ["a", "b"], "lon": [120.0, 121.0], "lat": 31.0, "county_code": ""})
    >>> made = pattern_feed(calls, at, Speeds("2016", {}, {"G": 191.0}, 150.0, {}, 120.0))
    >>> made.files["stop_times.txt"][["arrival_time", "stop_id"]].values.tolist()  # one train: half past the window
    [['14:00:00', '2022-a'], ['14:30:00', '2022-b']]
    """
    given, prefix = given or {}, begins[:4] + "-"
    rows, at = columns_of(sequences, SEQUENCES, "sequences"), columns_of(stations, STATIONS, "stations")
    where = at.assign(lon=numbers_of(at, "lon", "stations"), lat=numbers_of(at, "lat", "stations"))
    where = where.drop_duplicates("station").set_index("station")
    rows = rows.assign(nth=numbers_of(rows, "seq", "sequences")).join(where, on="station")
    known = rows["class"].isin({*speeds.by_class, *given})
    placed = rows[known & rows["lon"].notna() & rows["lat"].notna()].sort_values(["train", "nth"], kind="stable")
    placed = placed[placed.groupby("train")["train"].transform("size") >= 2]
    calls = _timed(placed.reset_index(drop=True), speeds, given)
    said = _assumption(speeds, given)
    notes = (said, *_left_out(rows, known, calls))
    return MadeFeed(_files(calls, " / ".join(reversed(said)), begins, prefix), notes)


def _timed(calls: pd.DataFrame, speeds: Speeds, given: Mapping[str, float]) -> pd.DataFrame:
    """Calls with arrive and depart [s after midnight], whole minutes of running time and dwell."""
    first, last = ~calls["train"].duplicated(), ~calls["train"].duplicated(keep="last")
    before = calls.groupby("train", sort=False)[["lon", "lat"]].shift()
    km = kilometres(*(side[axis].to_numpy(dtype=float) for side in (before, calls) for axis in ("lon", "lat")))
    keys = zip(calls["class"], _band(np.nan_to_num(km)), strict=True)
    kmh = np.array([given.get(kind) or speeds.banded.get((kind, band)) or speeds.by_class[kind] for kind, band in keys])
    run = np.where(first, 0.0, np.maximum(MINUTE, np.round(np.nan_to_num(km) / kmh * MINUTE) * MINUTE))
    dwell = calls["class"].map(speeds.dwell).fillna(speeds.dwell_overall)
    stay = np.where(first | last, 0.0, np.maximum(MINUTE, np.round(dwell / MINUTE) * MINUTE))
    train = calls["train"]
    leaves = pd.Series(run + stay, index=calls.index).groupby(train, sort=False).cumsum()
    start = train.map(_starts(calls, first, last))
    return calls.assign(arrive=start + leaves - stay, depart=start + leaves)


def _starts(calls: pd.DataFrame, first: pd.Series, last: pd.Series) -> pd.Series:
    """When each train leaves [s]: those of one origin, destination and class evenly over the day, by their number.

    Destinations and classes of one origin begin at different points of their interval, and so do not leave together.
    """
    ends = calls.loc[last].set_index("train")["station"]
    of = calls.loc[first, ["train", "class", "station"]].set_index("train").assign(dest=ends)
    of = of.assign(digits=pd.to_numeric(of.index.to_series().str.extract(r"(\d+)")[0]).fillna(0))
    of = of.sort_values(["station", "dest", "class", "digits"], kind="stable")
    groups = of.groupby(["station", "dest", "class"], sort=False)
    nth, size = groups.cumcount(), groups["digits"].transform("size")
    number = groups.ngroup()
    home = number.groupby(of["station"])
    rank, groups_there = number - home.transform("min"), home.transform("nunique")
    share = (nth + (rank + 0.5) / groups_there) / size
    return (FIRST + share * (LAST - FIRST)) // MINUTE * MINUTE


def _assumption(speeds: Speeds, given: Mapping[str, float]) -> tuple[str, str]:
    named = ", ".join(f"{kind} {kmh:g} km/h" for kind, kmh in sorted(given.items()))
    en = (
        "Modelled, not a timetable: stop sequences are known, times are not. Running time: straight distance by the "
        f"median speed of the class and length in feed {speeds.name}; dwell: its median by class. Departures are "
        "assumed: trains of one origin, destination and class spread evenly 06:30-21:30 in the order of their numbers"
    )
    zh = (
        f"推算, 并非时刻表: 停站序列为实, 时刻为推算。运行时间按站间直线距离与数据包 {speeds.name} 中同类列车、"
        "同等距离的中位速度, 停站按其同类中位时长; 始发时刻为假设: 同一始发、终到与类别的列车按车次号"
        "在 06:30-21:30 间均匀排布"
    )
    return (en + f"; speeds given: {named}", zh + f"; 另给速度: {named}") if named else (en, zh)


def _left_out(rows: pd.DataFrame, known: pd.Series, calls: pd.DataFrame) -> list[tuple[str, str]]:
    slow = rows.loc[~known].groupby("class")["train"].nunique()
    lost = rows.loc[known & (rows["lon"].isna() | rows["lat"].isna()), "station"].value_counts()
    gone = sorted(set(rows.loc[known, "train"]) - set(calls["train"]))
    classes = ", ".join(f"{kind} {count}" for kind, count in slow.items())
    names = ", ".join(f"{name} {count}" for name, count in lost.items())
    told = [
        (classes, "Left out, no speed known of the class (trains)", "未纳入: 该类别没有已知速度 (列)"),
        (names, "Passed by, no position known of the station (calls)", "按通过处理: 车站没有已知位置 (次停站)"),
        (", ".join(gone), "Left out, fewer than two stations with a position", "未纳入: 有位置的车站不足两个"),
    ]
    return [(f"{en}: {said}", f"{zh}: {said}") for said, en, zh in told if said]


def _files(calls: pd.DataFrame, said: str, begins: str, prefix: str) -> dict[str, pd.DataFrame]:
    stops = calls.drop_duplicates("station").sort_values("station")
    trains = calls.drop_duplicates("train", keep="last")
    kinds = pd.Series(sorted(set(calls["class"])), dtype=object)
    return {
        "agency.txt": pd.DataFrame([{"agency_id": "CR", "agency_name": "中国铁路 China Railway",
            "agency_url": "https://www.12306.cn", "agency_timezone": "Asia/Shanghai"}]),
        "stops.txt": pd.DataFrame({"stop_id": prefix + stops["station"], "stop_name": stops["station"],
            "stop_lat": stops["lat"], "stop_lon": stops["lon"], "place": stops["county_code"]}),
        "routes.txt": pd.DataFrame({"route_id": prefix + kinds, "agency_id": "CR", "route_short_name": kinds,
            "route_long_name": kinds.map(CLASSES).fillna(kinds), "route_type": RAILWAY, "assumption": said}),
        "calendar.txt": calendar(begins, prefix),
        "trips.txt": pd.DataFrame({"route_id": prefix + trains["class"], "service_id": calendar(begins, prefix)
            ["service_id"].iloc[0], "trip_id": prefix + trains["train"], "trip_headsign": trains["station"],
            "times": "modelled"}),
        "stop_times.txt": pd.DataFrame({"trip_id": prefix + calls["train"],
            "arrival_time": clock_times(calls["arrive"]), "departure_time": clock_times(calls["depart"]),
            "stop_id": prefix + calls["station"], "stop_sequence": calls["nth"].astype("int64")}),
    }  # fmt: skip
