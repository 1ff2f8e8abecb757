"""A timetable out of lines and stations alone: headways and speed are assumed, by who asks for them."""

from __future__ import annotations

from dataclasses import dataclass

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
from hechang.terms.errors import InputError

METRO = "1"
WINDOWS = ((6.0, 7.0, False), (7.0, 9.0, True), (9.0, 17.0, False), (17.0, 19.0, True), (19.0, 22.5, False))
HOURS = "06:00-22:30", "07:00-09:00, 17:00-19:00"  # of service and of the peaks; own assumption, as WINDOWS
LINES, STOPS = ("line_id", "name", "colour", "stop_ids"), ("stop_id", "name", "county_code", "lon", "lat")


@dataclass(frozen=True)
class Headways:
    """What is assumed: minutes between trains in the peaks and else, commercial speed [km/h of straight line]."""

    peak: float = 5.0
    offpeak: float = 8.0
    speed: float = 35.0


def headway_feed(
    lines: pd.DataFrame, stops: pd.DataFrame, assumed: Headways = Headways(), *, begins: str = BEGINS
) -> MadeFeed:
    """Make a feed of lines that run at assumed headways, both ways.

    Parameters
    ----------
    lines
        line_id, name, colour, stop_ids [ids in their order, between semicolons].
    stops
        stop_id, name, county_code, lon, lat [degrees].
    assumed
        Headways and speed; the hours of service and of the peaks are assumed too, see `HOURS`.
    begins
        First day of the feed.

    Returns
    -------
    MadeFeed
        Ids begin with `assumed-`; all trips are `assumed`, and every route says what is.

    Raises
    ------
    InputError
        for a missing column, a figure that is none, or a headway or speed not above 0.

    Examples
    --------
    >>> at = pd.DataFrame({"stop_id": ["a", "b"], "name": ["甲", "乙"], "county_code": "", "lon": [120.0, 120.1],
    ...                    "lat": 31.0})
    >>> line = pd.DataFrame({"line_id": ["1"], "name": ["1号线"], "colour": ["#E73B41"], "stop_ids": ["a;b"]})
    >>> made = headway_feed(line, at, Headways(speed=38.0))
    >>> made.files["stop_times.txt"]["arrival_time"].tolist()  # 9.55 km, there and back
    ['00:00:00', '00:15:05', '00:00:00', '00:15:05']
    >>> len(made.files["frequencies.txt"])
    10
    """
    _refuse(assumed)
    rows, at = columns_of(lines, LINES, "lines"), columns_of(stops, STOPS, "stops")
    where = at.assign(lon=numbers_of(at, "lon", "stops"), lat=numbers_of(at, "lat", "stops"))
    where = where.dropna(subset=["lon", "lat"]).drop_duplicates("stop_id").set_index("stop_id")
    calls = rows.assign(stop=rows["stop_ids"].str.split(";")).explode("stop", ignore_index=True)
    calls = calls.assign(stop=calls["stop"].str.strip(), nth=calls.groupby("line_id").cumcount())
    calls = calls.rename(columns={"name": "line"}).join(where, on="stop")
    placed = calls.dropna(subset=["lon"])
    kept = placed[placed.groupby("line_id")["line_id"].transform("size") >= 2]
    said = _assumption(assumed)
    notes = [said, *_left_out(calls, placed, kept)]
    return MadeFeed(
        _files(_both_ways(kept, assumed), kept, assumed, (" / ".join(reversed(said)), begins)), tuple(notes)
    )


def _refuse(assumed: Headways) -> None:
    for name, value in (("peak", assumed.peak), ("offpeak", assumed.offpeak), ("speed", assumed.speed)):
        if not value > 0 or not np.isfinite(value):
            raise InputError(f"{name}={value:g} must be above 0", f"{name}={value:g} 须大于 0")


def _both_ways(kept: pd.DataFrame, assumed: Headways) -> pd.DataFrame:
    """Calls of one trip there and one back of each line, from 0 s on."""
    ways = pd.concat([kept.assign(way="there"), kept.assign(way="back", nth=-kept["nth"])], ignore_index=True)
    ways = ways.sort_values(["line_id", "way", "nth"], ascending=[True, False, True], kind="stable", ignore_index=True)
    trip = "assumed-" + ways["line_id"] + "-" + ways["way"]
    before = ways.groupby(trip, sort=False)[["lon", "lat"]].shift()
    km = kilometres(*(side[axis].to_numpy(dtype=float) for side in (before, ways) for axis in ("lon", "lat")))
    run = pd.Series(np.ceil(np.nan_to_num(km) / assumed.speed * HOUR), index=ways.index)
    return ways.assign(trip=trip, at=run.groupby(trip, sort=False).cumsum(), nth=ways.groupby(trip).cumcount() + 1)


def _assumption(assumed: Headways) -> tuple[str, str]:
    peak, offpeak, speed = (f"{value:g}" for value in (assumed.peak, assumed.offpeak, assumed.speed))
    return (
        f"Assumed, not a timetable: every {peak} min in the peaks ({HOURS[1]}), every {offpeak} min otherwise, "
        f"{HOURS[0]} on all days; {speed} km/h of straight line between stations, stops included",
        f"假设, 并非时刻表: 高峰 ({HOURS[1]}) 每 {peak} 分钟一班, 其余每 {offpeak} 分钟, 每日 {HOURS[0]}; "
        f"旅行速度 {speed} km/h (站间直线, 含停站)",
    )


def _left_out(calls: pd.DataFrame, placed: pd.DataFrame, kept: pd.DataFrame) -> list[tuple[str, str]]:
    lost = sorted(set(calls["stop"]) - set(placed["stop"]))
    gone = sorted(set(calls["line_id"]) - set(kept["line_id"]))
    told = (
        (lost, "Passed by, not among the stations or without position", "按通过处理: 不在车站表中或没有位置"),
        (gone, "Left out, fewer than two stations", "未纳入: 车站不足两个"),
    )
    return [(f"{en}: {', '.join(some)}", f"{zh}: {', '.join(some)}") for some, en, zh in told if some]


def _files(ways: pd.DataFrame, kept: pd.DataFrame, assumed: Headways, told: tuple[str, str]) -> dict[str, pd.DataFrame]:
    said, begins = told
    prefix = "assumed-"
    stops, lines = kept.drop_duplicates("stop"), kept.drop_duplicates("line_id")
    trips = ways.drop_duplicates("trip", keep="last")
    windows = pd.DataFrame(WINDOWS, columns=["start", "end", "peak"]).merge(trips[["trip"]], how="cross")
    headway = np.where(windows["peak"], assumed.peak, assumed.offpeak) * MINUTE
    return {
        "stops.txt": pd.DataFrame({"stop_id": prefix + stops["stop"], "stop_name": stops["name"],
            "stop_lat": stops["lat"], "stop_lon": stops["lon"], "place": stops["county_code"]}),
        "routes.txt": pd.DataFrame({"route_id": prefix + lines["line_id"], "route_long_name": lines["line"],
            "route_type": METRO, "route_color": lines["colour"].str.lstrip("#"), "assumption": said}),
        "calendar.txt": calendar(begins, prefix),
        "trips.txt": pd.DataFrame({"route_id": prefix + trips["line_id"], "service_id": calendar(begins, prefix)
            ["service_id"].iloc[0], "trip_id": trips["trip"], "trip_headsign": trips["name"], "times": "assumed"}),
        "stop_times.txt": pd.DataFrame({"trip_id": ways["trip"], "arrival_time": clock_times(ways["at"]),
            "departure_time": clock_times(ways["at"]), "stop_id": prefix + ways["stop"], "stop_sequence": ways["nth"]}),
        "frequencies.txt": pd.DataFrame({"trip_id": windows["trip"], "start_time": clock_times(windows["start"] * HOUR),
            "end_time": clock_times(windows["end"] * HOUR), "headway_secs": np.maximum(1, headway.round()).astype(int),
            "exact_times": 0}),
    }  # fmt: skip
