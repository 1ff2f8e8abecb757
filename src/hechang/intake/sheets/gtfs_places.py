"""Stops and stations of a GTFS feed, and how one changes between them."""

from __future__ import annotations

import pandas as pd

from hechang.intake.sheets.gtfs_desk import WHOLE, Desk, degrees, doubles, filled, flags, part_of, unknown
from hechang.intake.sheets.part import Part

STOP, STATION = ("", "0"), "1"
INSIDE = ("2", "3", "4")  # entrances, nodes and boarding areas inside a station
KINDS = {"": "recommended", "0": "recommended", "1": "waits", "2": "least-time", "3": "forbidden"}
SEATED = ("4", "5")  # from one trip to the next without a change
NARROW = ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id")
OF_TRIPS = ("transfers of single routes or trips", "只限于某线路或某车次的换乘")
OF_STATIONS = ("entrances and nodes inside stations", "站内出入口与节点")


def stops(desk: Desk) -> Part:
    """Stops and stations; the station of a stop is its `parent`. A column `place` of our own names the county."""
    name, whole = "stops.txt", desk.frames["stops.txt"]
    kinds = flags(desk, name, "location_type", ("0", "1", "2", "3", "4"))
    desk.tell_left_out(name, int(kinds.isin(INSIDE).sum()), OF_STATIONS)
    doubles(desk, name, ["stop_id"])
    frame = desk.frames[name] = whole[~kinds.isin(INSIDE)]
    lat, lon = degrees(desk, name, "stop_lat", 90), degrees(desk, name, "stop_lon", 180)
    desk.tell("gtfs-no-position", name, "stop_id", frame.index[(lat.eq(0) & lon.eq(0)).fillna(False)])
    made = {"id": frame["stop_id"], "name": frame["stop_name"], "lon": lon, "lat": lat}
    if "parent_station" in frame.columns:
        made["parent"] = _parents(desk, kinds)
    if "place" in frame.columns:
        made["place"] = filled(frame, "place")
    return part_of(name, "stops", pd.DataFrame(made))


def _parents(desk: Desk, kinds: pd.Series) -> pd.Series:
    frame = desk.frames["stops.txt"]
    named = filled(frame, "parent_station")
    given = named.dropna()
    stations = frame.loc[kinds.reindex(frame.index).eq(STATION), "stop_id"]
    itself = given.eq(frame["stop_id"].reindex(given.index))
    why = given.map({text: _why_no_station(frame, stations, str(text)) for text in given.unique()}).astype(object)
    why = why.mask(itself, "itself / 它自己")
    why = why.mask(why.isna() & given.index.isin(stations.index), "a station, of a station / 车站之上又有车站")
    desk.tell_each("gtfs-parent", "stops.txt", "stop_id", why.dropna())
    return named


def _why_no_station(frame: pd.DataFrame, stations: pd.Series, text: str) -> str | None:
    if stations.eq(text).any():
        return None
    held = frame["stop_id"].eq(text).any()
    return f"'{text}', no station / 并非车站" if held else f"'{text}', not in stops.txt / stops.txt 中没有"


def transfers(desk: Desk) -> Part:
    """Changes between two stops; those of single routes or trips are left out, and told."""
    name, frame = "transfers.txt", desk.frames["transfers.txt"]
    kinds = flags(desk, name, "transfer_type", (*(k for k in KINDS if k), *SEATED))
    narrow = kinds.isin(SEATED)
    for column in (c for c in NARROW if c in frame.columns):
        narrow = narrow | frame[column].ne("")
    desk.tell_left_out(name, int(narrow.sum()), OF_TRIPS)
    frame = desk.frames[name] = frame[~narrow]
    for column in ("from_stop_id", "to_stop_id"):
        unknown(desk, name, column, ("stops.txt", desk.frames["stops.txt"]["stop_id"]))
    doubles(desk, name, ["from_stop_id", "to_stop_id"])
    made = {"from_stop": frame["from_stop_id"], "to_stop": frame["to_stop_id"], "kind": kinds[~narrow].map(KINDS)}
    return part_of(name, "transfers", pd.DataFrame(made).assign(least=_least(desk)))


def _least(desk: Desk) -> pd.Series:
    """Least time of each transfer [s]; NA where none is given."""
    name, frame = "transfers.txt", desk.frames["transfers.txt"]
    texts = filled(frame, "min_transfer_time")
    whole = texts.str.fullmatch(WHOLE).fillna(False).astype(bool)
    below = texts.str.fullmatch("-" + WHOLE).fillna(False).astype(bool)
    wrong = texts.notna() & ~whole & ~below
    if "min_transfer_time" in frame.columns:
        desk.tell("negative", name, "min_transfer_time", frame.index[below])
        desk.tell("not-whole", name, "min_transfer_time", frame.index[wrong])
    return texts.where(whole, pd.NA).astype("int64[pyarrow]")
