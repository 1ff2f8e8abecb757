"""GTFS feeds: stops, routes, calendars, trips and stop times, with the faults feeds really have.

Times run past 24:00:00 for what leaves after midnight; they are kept as seconds since the start of the day.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from hechang.intake.sheets import limits
from hechang.intake.sheets.faults import FAULTS_OF_ONE_KIND, Where, Word, fault, file_fault
from hechang.intake.sheets.header import Column
from hechang.intake.sheets.opened import file_hash
from hechang.intake.sheets.part import Part
from hechang.terms.damaged import DAMAGED
from hechang.terms.dates import parse_date
from hechang.terms.findings import Finding

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEEDED = {
    "stops.txt": ("stop_id", "stop_name", "stop_lat", "stop_lon"),
    "routes.txt": ("route_id", "route_type"),
    "trips.txt": ("trip_id", "route_id", "service_id"),
    "stop_times.txt": ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time"),
}
CALENDARS = {
    "calendar.txt": ("service_id", *DAYS, "start_date", "end_date"),
    "calendar_dates.txt": ("service_id", "date", "exception_type"),
}
_MODES = {"0": "metro", "1": "metro", "2": "rail", "3": "bus", "4": "ship", "5": "metro", "11": "bus", "12": "rail"}
_HUNDREDS = {
    "1": "rail",
    "2": "bus",
    "4": "metro",
    "7": "bus",
    "8": "bus",
    "9": "metro",
    "10": "ship",
    "11": "air",
    "12": "ship",
}
LONGEST_HEAD = 4_000  # bytes of the line of titles
_TIME = r"([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])"


@dataclass(frozen=True)
class Feed:
    """Parts of a feed by table, in the order they must be written, and what is wrong with it."""

    sha256: str
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]


@dataclass
class _Desk:
    """Files of one feed while they are read, and the findings so far."""

    file: str
    frames: dict[str, pd.DataFrame]
    told: list[Finding]

    def tell(self, kind: str, name: str, column: str, rows: pd.Index, **words: Word) -> None:
        """Add a finding for each line; `value` is what stands in the column."""
        values = self.frames[name][column]
        for line in rows[:FAULTS_OF_ONE_KIND]:
            where = Where(self.file, name, str(line), field=column)
            self.told.append(fault(kind, where, **({"value": str(values[line]), "title": column} | words)))


def read_feed(path: Path) -> Feed:
    """Read a zipped GTFS feed; raises FileFault where the zip cannot be read."""
    limits.checked_parts(path)
    desk = _Desk(path.name, {}, [])
    try:
        with zipfile.ZipFile(path) as packed:
            for name in (n for n in (*NEEDED, *CALENDARS) if n in packed.namelist()):
                desk.frames[name] = _frame(packed, name)
    except DAMAGED as error:  # what pandas cannot read is a ValueError
        raise file_fault("file-cut", file=path.name, why=str(error)[:120]) from error
    if not _complete(desk):
        return Feed(file_hash(path), (), tuple(desk.told))
    parts = (_stops(desk), _routes(desk), _calendars(desk), _trips(desk), _stop_times(desk))
    return Feed(file_hash(path), parts, tuple(desk.told))


def _frame(packed: zipfile.ZipFile, name: str) -> pd.DataFrame:
    with packed.open(name) as file:
        head = file.read(LONGEST_HEAD)
        if len(head) == LONGEST_HEAD and b"\n" not in head:
            raise ValueError(f"{name}: more titles than any feed has")
    with packed.open(name) as file:
        frame = pd.read_csv(file, dtype="string[pyarrow]", na_filter=False, encoding="utf-8-sig", skipinitialspace=True)
    frame.columns = [str(c).strip() for c in frame.columns]
    frame.index = pd.RangeIndex(2, len(frame) + 2)  # line of the file
    return pd.DataFrame({name: frame[name].str.strip() for name in frame.columns})


def _complete(desk: _Desk) -> bool:
    """Tell whether all needed files and columns are there; what is not is told."""
    for name in (n for n in NEEDED if n not in desk.frames):
        desk.told.append(fault("gtfs-missing", Where(desk.file), value=name))
    if not set(CALENDARS) & set(desk.frames):
        desk.told.append(fault("gtfs-missing", Where(desk.file), value="calendar.txt"))
    for name, columns in (NEEDED | CALENDARS).items():
        for column in (c for c in columns if name in desk.frames and c not in desk.frames[name].columns):
            desk.told.append(fault("gtfs-column", Where(desk.file, name), file=name, value=column))
    return not desk.told


def _part(name: str, table: str, frame: pd.DataFrame) -> Part:
    columns = tuple(Column(at, field, table, field) for at, field in enumerate(frame.columns))
    return Part(name, table, (), columns, frame)


def _doubles(desk: _Desk, name: str, columns: list[str]) -> None:
    frame = desk.frames[name]
    again = frame.index[frame.duplicated(columns)]
    desk.tell("duplicate", name, columns[0], again, near="-")


def _unknown(desk: _Desk, name: str, column: str, known: tuple[str, pd.Series]) -> None:
    frame = desk.frames[name]
    desk.tell("gtfs-unknown", name, column, frame.index[~frame[column].isin(known[1])], near=known[0])


def _number(desk: _Desk, name: str, column: str, bound: float) -> pd.Series:
    texts = desk.frames[name][column]
    plain = texts.str.fullmatch(r"[+-]?[0-9]{1,20}(\.[0-9]{1,30})?")
    numbers = texts.where(plain, pd.NA).astype("double[pyarrow]")
    desk.tell("not-number", name, column, texts.index[~plain], expect="degrees")
    desk.tell("out-of-range", name, column, texts.index[numbers.abs().gt(bound).fillna(False)], expect=f"±{bound:g}°")
    return numbers


def _stops(desk: _Desk) -> Part:
    frame = desk.frames["stops.txt"]
    _doubles(desk, "stops.txt", ["stop_id"])
    lat, lon = _number(desk, "stops.txt", "stop_lat", 90), _number(desk, "stops.txt", "stop_lon", 180)
    return _part(
        "stops.txt", "stops", pd.DataFrame({"id": frame["stop_id"], "name": frame["stop_name"], "lon": lon, "lat": lat})
    )


def _routes(desk: _Desk) -> Part:
    frame = desk.frames["routes.txt"]
    _doubles(desk, "routes.txt", ["route_id"])
    modes = frame["route_type"].map({text: _mode(str(text)) for text in frame["route_type"].unique()})
    desk.tell("gtfs-mode", "routes.txt", "route_type", frame.index[modes.isna()])
    empty = pd.Series("", index=frame.index)
    long, short = frame.get("route_long_name", empty), frame.get("route_short_name", empty)
    names = long.where(long != "", short).where((long != "") | (short != ""), frame["route_id"])
    made = {"id": frame["route_id"], "name": names, "mode": modes}
    for source, field in (("agency_id", "agency"), ("route_color", "colour")):
        if source in frame.columns:
            made[field] = frame[source].where(frame[source] != "", pd.NA)
    return _part("routes.txt", "routes", pd.DataFrame(made))


def _mode(route_type: str) -> str | None:
    return _MODES.get(route_type) or (_HUNDREDS.get(route_type[:-2]) if len(route_type) > 2 else None)


def _calendars(desk: _Desk) -> Part:
    """One row a service: days of the week as seven digits, first and last day, exceptions as JSON."""
    frame = desk.frames.get("calendar.txt", pd.DataFrame(columns=CALENDARS["calendar.txt"], dtype="string[pyarrow]"))
    made = pd.DataFrame({
        "id": frame["service_id"], "days": frame[list(DAYS)].agg("".join, axis=1) if len(frame) else "",
        "first_day": _days(desk, "calendar.txt", "start_date", frame),
        "last_day": _days(desk, "calendar.txt", "end_date", frame),
    })  # fmt: skip
    if "calendar_dates.txt" not in desk.frames:
        return _part("calendar.txt", "calendars", made)
    dates = desk.frames["calendar_dates.txt"]
    days = _days(desk, "calendar_dates.txt", "date", dates)
    pairs = pd.DataFrame({"service": dates["service_id"], "pair": days + "=" + dates["exception_type"]})
    lists = pairs.dropna().groupby("service")["pair"].agg(lambda p: json.dumps(dict(x.split("=") for x in sorted(p))))
    spans = pd.DataFrame({"service": dates["service_id"], "day": days}).groupby("service")["day"].agg(["min", "max"])
    only = spans[~spans.index.isin(made["id"])]
    added = pd.DataFrame({"id": only.index, "days": "0000000", "first_day": only["min"], "last_day": only["max"]})
    whole = pd.concat([made, added.set_index(pd.RangeIndex(10**6, 10**6 + len(added)))])
    return _part("calendar.txt", "calendars", whole.assign(exceptions=whole["id"].map(lists)))


def _days(desk: _Desk, name: str, column: str, frame: pd.DataFrame) -> pd.Series:
    made = frame[column].map({text: parse_date(str(text)) for text in frame[column].unique()}).astype("string[pyarrow]")
    if name in desk.frames:
        desk.tell("not-date", name, column, frame.index[made.isna()])
    return made


def _trips(desk: _Desk) -> Part:
    frame = desk.frames["trips.txt"]
    _doubles(desk, "trips.txt", ["trip_id"])
    _unknown(desk, "trips.txt", "route_id", ("routes.txt", desk.frames["routes.txt"]["route_id"]))
    services = pd.concat([desk.frames[name]["service_id"] for name in CALENDARS if name in desk.frames])
    _unknown(desk, "trips.txt", "service_id", ("calendar.txt", services))
    timed = desk.frames["stop_times.txt"]["trip_id"]
    desk.tell("gtfs-no-times", "trips.txt", "trip_id", frame.index[~frame["trip_id"].isin(timed)])
    made = {"id": frame["trip_id"], "route": frame["route_id"], "calendar": frame["service_id"], "times": "published"}
    if "trip_headsign" in frame.columns:
        made["headsign"] = frame["trip_headsign"].where(frame["trip_headsign"] != "", pd.NA)
    return _part("trips.txt", "trips", pd.DataFrame(made).astype("string[pyarrow]"))


def _stop_times(desk: _Desk) -> Part:
    name = "stop_times.txt"
    frame = desk.frames[name]
    _unknown(desk, name, "trip_id", ("trips.txt", desk.frames["trips.txt"]["trip_id"]))
    _unknown(desk, name, "stop_id", ("stops.txt", desk.frames["stops.txt"]["stop_id"]))
    whole = frame["stop_sequence"].str.fullmatch(r"[0-9]{1,9}")
    desk.tell("not-whole", name, "stop_sequence", frame.index[~whole])
    made = pd.DataFrame({
        "trip": frame["trip_id"], "sequence": frame["stop_sequence"].where(whole, pd.NA).astype("int64[pyarrow]"),
        "stop": frame["stop_id"], "arrive": _seconds(desk, "arrival_time"), "depart": _seconds(desk, "departure_time"),
    })  # fmt: skip
    desk.tell("duplicate", name, "trip_id", made.index[made.duplicated(["trip", "sequence"])], near="-")
    _backwards(desk, made)
    return _part(name, "stop_times", made)


def _seconds(desk: _Desk, column: str) -> pd.Series:
    texts = desk.frames["stop_times.txt"][column]
    parts = texts.str.extract(f"^{_TIME}$")
    seconds = (
        parts[0].astype("int64[pyarrow]") * 3600
        + parts[1].astype("int64[pyarrow]") * 60
        + parts[2].astype("int64[pyarrow]")
    )
    desk.tell("gtfs-time", "stop_times.txt", column, texts.index[seconds.isna() & texts.ne("")])
    return seconds


def _backwards(desk: _Desk, made: pd.DataFrame) -> None:
    """Find stops of a trip that are reached before the stop before them is left."""
    ordered = made.dropna(subset=["sequence"]).sort_values(["trip", "sequence"])
    left = (
        ordered["depart"]
        .fillna(ordered["arrive"])
        .groupby(ordered["trip"], sort=False)
        .ffill()
        .groupby(ordered["trip"], sort=False)
        .shift()
    )
    reached = ordered["arrive"].fillna(ordered["depart"])
    bad = ordered.index[((reached < left) | (ordered["depart"] < ordered["arrive"])).fillna(False)]
    for line in bad[:FAULTS_OF_ONE_KIND]:
        where = Where(desk.file, "stop_times.txt", str(line), "stop_times", "arrive")
        desk.told.append(
            fault("gtfs-backwards", where, value=str(made.loc[line, "trip"]), near=str(made.loc[line, "sequence"]))
        )
