"""Travel times of a whole timetable beside cafein: cores A (to chosen places, to all stops) and A' (one line changed).

Both programs get the same made-up timetable, walks and minute marks, and the same number of threads; answers are
compared at every pair before times count. cafein is one-to-all and does much more (fares, paths, emissions): its row
"to chosen" therefore holds the same run as its row "to all". A' has no peer that is known; it stands beside our own
whole sweep.
"""

import gc
import importlib
import importlib.metadata
import math
import os
import tempfile
import time
import zipfile
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.data import SEED
from benchmarks.measured import in_child, peak_mb, timed
from benchmarks.timetables import WALK, Made, made
from hechang.engines.travel import (
    Doors,
    Edges,
    Marks,
    Network,
    Timetable,
    after,
    closed,
    edges,
    timetable,
    travel_times,
    whole,
)  # fmt: skip
from hechang.engines.travel.timetable import ordered

PLACES = {"small": 100, "region": 1_000, "national": 2_000}
PEER_PLACES = {"small": 100, "region": 1_000, "national": 100}  # more would take the peer hours
MARKS = Marks(7 * 3600, 60, 120)
DAY, HOUR = "2022-09-27", "07:00"
RIDES = 40  # its default of 8 leaves out journeys that ours has
THREADS = os.cpu_count() or 1
BARS = {"to chosen": 100.0, "to all": 15.0}
CHANGES = ("a line added", "a line removed", "a line delayed")
LEAST = 10.0  # times as quick as our own whole sweep
HEADWAY, HOP = 900, 420  # seconds between trips of the added line, and between its stops
NEVER = 4_294_967_295


def rows(size: str) -> list[dict[str, Any]]:
    """The rows of one size, with how time grows from the smaller sizes."""
    sizes = list(PLACES)[: list(PLACES).index(size) + 1]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        ours = {name: in_child("travel", "ours", folder, name) for name in sizes}
        changed = in_child("travel", "changed", folder, size)
        peer = in_child("travel", "cafein", folder, size)
    return [_row(row, size, ours, peer) for row in BARS] + [_changed_row(row, size, changed) for row in CHANGES]


run = rows


def one(row: str, folder: Path, size: str) -> dict[str, Any]:
    """One program, in this process."""
    return {"ours": ours, "changed": changed, "cafein": cafein}[row](folder, size)


# --- ours -------------------------------------------------------------------------------------------------------------
def network(given: Made) -> Network:
    """Timetable and closed walks."""
    count = len(given.spots)
    day = timetable(given.trip, given.stop, given.arrive, given.depart, stops=count)
    feet = edges(*given.walks.T, np.full(len(given.walks), WALK), origins=count, targets=count)
    return Network(day, closed(feet, longest=WALK))


def places(given: Made, size: str) -> np.ndarray:
    """Stops that stand for places, from a fixed seed."""
    count = min(PLACES[size], len(given.spots))
    return np.random.default_rng(SEED + 8).choice(len(given.spots), count, replace=False)


def doors(walks: Edges, origins: np.ndarray, dests: np.ndarray) -> Doors:
    """From stops to stops by the peer's convention: one boards at the stop itself, and walks at the end."""
    own, count = np.arange(len(origins)), walks.targets
    there = _number(dests, count)
    into = there[walks.to] >= 0
    same = there[origins] >= 0
    return Doors(
        edges(own, origins, np.zeros(len(own)), origins=len(own), targets=count),
        edges(
            walks.origin[into], there[walks.to[into]], walks.seconds[into], origins=count, targets=len(dests)
        ),
        edges(own[same], there[origins[same]], np.zeros(same.sum()), origins=len(own), targets=len(dests)),
    )  # fmt: skip


def _number(chosen: np.ndarray, count: int) -> np.ndarray:
    number = np.full(count, -1, dtype=np.int64)
    number[chosen] = np.arange(len(chosen))
    return number


def ours(folder: Path, size: str) -> dict[str, Any]:
    """Seconds of both rows; the medians go to the folder, to be compared."""
    given = made(size)
    start = time.perf_counter()
    net = network(given)
    ready = time.perf_counter() - start
    some = places(given, size)
    told: dict[str, Any] = {"ready_seconds": ready, "stop_times": len(given.trip)}
    before = peak_mb()
    for row, dests in (("to chosen", some), ("to all", np.arange(len(given.spots)))):
        way = doors(net.walks, some, dests)
        took = timed(lambda way=way: travel_times(net, way, MARKS, percentiles=(50,)), runs=3)
        np.save(folder / f"{row}-{size}.npy", took.result[0])
        told[row] = {"seconds": took.seconds, "cold_seconds": took.cold, "peak_mb": peak_mb(), "before_mb": before}
        gc.collect()
    return told


# --- one line changed -------------------------------------------------------------------------------------------------
def changed(folder: Path, size: str) -> dict[str, Any]:
    """Seconds of the matrix after each change, of our own whole sweep over the changed timetable, and if they agree."""
    del folder
    given = made(size)
    net, some = network(given), places(given, size)
    way = doors(net.walks, some, some)
    took = timed(lambda: whole(net, way, MARKS), runs=1)
    before = took.result
    line, run = _local(given)
    told: dict[str, Any] = {"kept_seconds": took.seconds}
    for row, gone, more in zip(CHANGES, ([], line, line), (run, None, _later(given, line)), strict=True):
        quick = timed(lambda gone=gone, more=more: after(before, removed=np.array(gone, dtype=int), added=more), runs=3)
        day = _joined(net.day, gone, more)
        full = timed(lambda day=day: travel_times(Network(day, net.walks), way, MARKS), runs=3)
        told[row] = {
            "seconds": quick.seconds, "cold_seconds": quick.cold, "full": full.seconds, "peak_mb": peak_mb(),
            "agree": bool(np.array_equal(quick.result, full.result)),
            "pairs": float((quick.result != before.seconds).mean()),
        }  # fmt: skip
    return told


def _local(given: Made) -> tuple[list[int], Timetable]:
    """Trips of one bus line both ways, and a new line of eight stops in its city, every quarter of an hour."""
    line = int(given.route.max()) // 4 * 2 + 2
    trips = np.flatnonzero(given.route // 2 == line // 2)
    stops = np.unique(given.stop[np.isin(given.trip, trips)])
    near = np.argsort(np.linalg.norm(given.spots - given.spots[stops].mean(axis=0), axis=1))[:400]
    chosen = near[np.random.default_rng(SEED + 9).choice(len(near), 8, replace=False)]
    ordered_stops = chosen[np.argsort(given.spots[chosen, 0])]
    starts = np.arange(6 * 3600 + 1800, 11 * 3600, HEADWAY)
    both = [ordered_stops, ordered_stops[::-1]]
    stop = np.concatenate([np.tile(way, len(starts)) for way in both])
    arrive = np.tile((starts[:, None] + HOP * np.arange(8)).ravel(), 2)
    return trips.tolist(), timetable(np.arange(len(stop)) // 8, stop, arrive, arrive + 20, stops=len(given.spots))


def _later(given: Made, trips: list[int]) -> Timetable:
    """The same trips five minutes later."""
    mine = np.isin(given.trip, trips)
    times = (part[mine] + 300 for part in (given.arrive, given.depart))
    return timetable(given.trip[mine], given.stop[mine], *times, stops=len(given.spots))


def _joined(day: Timetable, gone: list[int], more: Timetable | None) -> Timetable:
    """The timetable after the change."""
    left = ordered(day, ~np.isin(day.trip, gone))
    if more is None:
        return left
    names = [field.name for field in fields(Timetable) if field.name != "stops"]
    parts = {name: np.concatenate([getattr(left, name), getattr(more, name)]) for name in names}
    parts["trip"][len(left.trip) :] += day.trip.max() + 1
    parts["follow"][len(left.trip) :] += np.where(more.follow >= 0, len(left.trip), 0)
    both = Timetable(**parts, stops=day.stops)
    return ordered(both, np.ones(len(both.trip), dtype=bool))


# --- the peer ---------------------------------------------------------------------------------------------------------
def cafein(folder: Path, size: str) -> dict[str, Any]:
    """Seconds of the peer by its faster engine, and at how many pairs its medians are ours."""
    try:
        peer = importlib.import_module("cafein")
    except ModuleNotFoundError as missing:
        return {"missing": str(missing.name)}
    given = made(size)
    start = time.perf_counter()
    net = peer.TransportNetwork.from_gtfs([str(_feed(given, folder))], trip_distances=False, leg_geometries=False)
    net.set_transfers([(_name(a), _name(b), WALK, 100.0) for a, b in given.walks.tolist()])
    net.compute_tbtr_transfers(DAY)
    ready = time.perf_counter() - start
    some = places(given, size)[: PEER_PLACES[size]]
    best: dict[str, Any] = {}
    for router in ("raptor", "tbtr"):
        begin = time.perf_counter()
        found = net.travel_time_matrix(
            [_name(stop) for stop in some], f"{DAY} {HOUR}", RIDES, departure_time_window=MARKS.count,
            percentiles=[50], router=router, workers=THREADS,
        )  # fmt: skip
        took = time.perf_counter() - begin
        if not best or took < best["seconds"]:
            best = {"seconds": took, "router": router, "found": found[:, :, 0]}
    order = [int(stop[0][1:]) for stop in net.stops]
    theirs = np.full((len(some), len(given.spots)), np.nan)
    theirs[:, order] = np.where(best["found"] == NEVER, np.inf, best.pop("found"))
    agree = {row: _equal(np.load(folder / f"{row}-{size}.npy"), theirs, row, given, size) for row in BARS}
    version = importlib.metadata.version("cafein")
    return best | {
        "version": version,
        "ready_seconds": ready,
        "places": len(some),
        "agree": agree,
        "peak_mb": peak_mb(),
    }


def _equal(mine: np.ndarray, theirs: np.ndarray, row: str, given: Made, size: str) -> float:
    """Share of pairs with the same seconds."""
    wanted = theirs[:, places(given, size)] if row == "to chosen" else theirs
    return float((mine[: len(theirs)] == wanted).mean())


def _name(stop: int) -> str:
    return f"s{stop}"


def _feed(given: Made, folder: Path) -> Path:
    """The timetable as GTFS."""
    path = folder / "feed.zip"
    spots = pd.DataFrame({
        "stop_id": [_name(n) for n in range(len(given.spots))], "stop_name": "x",
        "stop_lat": 31 + given.spots[:, 1] / 111_000, "stop_lon": 120 + given.spots[:, 0] / 95_000,
    })  # fmt: skip
    trips = pd.DataFrame({"route_id": [f"r{n}" for n in given.route], "service_id": "D"})
    trips.insert(1, "trip_id", [f"t{n}" for n in range(len(trips))])
    start = np.flatnonzero(np.r_[True, given.trip[1:] != given.trip[:-1]])
    times = pd.DataFrame({
        "trip_id": "t" + pd.Series(given.trip).astype(str), "arrival_time": _clock(given.arrive),
        "departure_time": _clock(given.depart), "stop_id": "s" + pd.Series(given.stop).astype(str),
        "stop_sequence": np.arange(len(given.trip)) - np.repeat(start, np.diff(np.r_[start, len(given.trip)])),
    })  # fmt: skip
    routes = pd.DataFrame({"route_id": trips["route_id"].unique(), "route_type": 3}).assign(
        agency_id="a", route_short_name="r"
    )
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), 1)
    files = {
        "agency": pd.DataFrame({"agency_id": ["a"], "agency_name": "a", "agency_url": "http://a"}).assign(
            agency_timezone="Asia/Shanghai"
        ),
        "calendar": pd.DataFrame([{"service_id": "D", **week, "start_date": "20220101", "end_date": "20221231"}]),
        "stops": spots, "routes": routes, "trips": trips, "stop_times": times,
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as packed:
        for name, frame in files.items():
            packed.writestr(f"{name}.txt", frame.to_csv(index=False))
    return path


def _clock(seconds: np.ndarray) -> pd.Series:
    parts = (seconds // 3600, seconds // 60 % 60, seconds % 60)
    texts = [pd.Series(part).astype(str).str.zfill(2) for part in parts]
    return texts[0] + ":" + texts[1] + ":" + texts[2]


# --- rows -------------------------------------------------------------------------------------------------------------
def _row(row: str, size: str, all_ours: dict[str, Any], peer: dict[str, Any]) -> dict[str, Any]:
    mine = all_ours[size][row]
    missing = peer.get("missing")
    theirs = None if missing else peer["seconds"] * PLACES[size] / peer["places"]
    ratio = None if theirs is None else theirs / mine["seconds"]
    equal = 0.0 if missing else peer["agree"][row]
    said = f"{missing} is not installed: extra bench" if missing else _said(peer, equal)
    grown = _growth({name: told[row]["seconds"] for name, told in all_ours.items()})
    return {
        "core": "A", "row": row, "size": size, "ours": mine,
        "peer": {"name": "cafein", "version": peer.get("version"), "seconds": theirs, "peak_mb": peer.get("peak_mb")},
        "ratio": ratio, "agree": bool(missing) or equal == 1.0, "cold_seconds": mine["cold_seconds"],
        "ok": bool(missing) or (equal == 1.0 and (size == "small" or (ratio or 0) >= BARS[row])),
        "note": f"{PLACES[size]:,} places × 120 minute marks, {all_ours[size]['stop_times']:,} stop times, {THREADS} "
        f"threads; ready in {all_ours[size]['ready_seconds']:.1f} s; {said}; {grown}",
    }  # fmt: skip


def _changed_row(row: str, size: str, told: dict[str, Any]) -> dict[str, Any]:
    mine = told[row]
    ratio = mine["full"] / mine["seconds"]
    peer = {"name": "our own whole sweep", "version": None, "seconds": mine["full"], "peak_mb": mine["peak_mb"]}
    return {
        "core": "A'", "row": row, "size": size, "ours": mine, "peer": peer, "ratio": ratio, "agree": mine["agree"],
        "cold_seconds": mine["cold_seconds"], "ok": mine["agree"] and (size == "small" or ratio >= LEAST),
        "note": f"{mine['pairs']:.2%} of pairs change; the matrix before, with all its arrivals, was ready in "
        f"{told['kept_seconds']:.1f} s",
    }  # fmt: skip


def _said(peer: dict[str, Any], equal: float) -> str:
    return (
        f"cafein {peer['router']} {peer['seconds']:.1f} s for {peer['places']} origins to all stops, ready in "
        f"{peer['ready_seconds']:.1f} s, {equal:.2%} of pairs equal"
    )


def _growth(seconds: dict[str, float]) -> str:
    """How time grows with places times stop times, from each size to the next."""
    names = list(seconds)
    if len(names) < 2:
        return "one size: no growth"
    work = {name: PLACES[name] * len(made(name).trip) for name in names}
    steps = [math.log(seconds[b] / seconds[a]) / math.log(work[b] / work[a]) for a, b in pairwise(names)]
    return "growth exponent in places × stop times " + ", ".join(f"{step:.2f}" for step in steps)
