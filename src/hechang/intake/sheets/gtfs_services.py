"""Routes, calendars, trips and frequencies of a GTFS feed."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pandas as pd

from hechang.intake.sheets.gtfs_desk import (
    CALENDARS,
    DAYS,
    Desk,
    doubles,
    filled,
    flags,
    part_of,
    seconds,
    unknown,
)
from hechang.intake.sheets.part import Part
from hechang.terms.dates import first_day, last_day, parse_date
from hechang.terms.specs import codes

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
ADDED = "1"  # exception_type of a day on which a service runs
PUBLISHED = "published"
WEEK = 7
POSITIVE = r"0*[1-9][0-9]{0,8}"


def routes(desk: Desk) -> Part:
    """Routes with the name of their agency. A column `assumption` of our own says what is assumed of a route."""
    frame = desk.frames["routes.txt"]
    doubles(desk, "routes.txt", ["route_id"])
    modes = frame["route_type"].map({text: _mode(str(text)) for text in frame["route_type"].unique()})
    desk.tell("gtfs-mode", "routes.txt", "route_type", frame.index[modes.isna()])
    names = filled(frame, "route_long_name").fillna(filled(frame, "route_short_name")).fillna(frame["route_id"])
    made = {"id": frame["route_id"], "name": names, "mode": modes}
    if "agency.txt" in desk.frames or "agency_id" in frame.columns:
        made["agency"] = _agencies(desk)
    for source, field in (("route_color", "colour"), ("assumption", "assumption")):
        if source in frame.columns:
            made[field] = filled(frame, source)
    return part_of("routes.txt", "routes", pd.DataFrame(made))


def _mode(route_type: str) -> str | None:
    return _MODES.get(route_type) or (_HUNDREDS.get(route_type[:-2]) if len(route_type) > 2 else None)


def _agencies(desk: Desk) -> pd.Series:
    """Name of the agency of each route; a feed of one agency need not name it."""
    named = filled(desk.frames["routes.txt"], "agency_id")
    if "agency.txt" not in desk.frames:
        return named
    agencies = desk.frames["agency.txt"]
    ids = filled(agencies, "agency_id").fillna("")
    lost = named.notna() & ~named.isin(ids)
    if lost.any():
        desk.tell("gtfs-unknown", "routes.txt", "agency_id", named.index[lost], near="agency.txt")
    names = dict(zip(ids, agencies["agency_name"], strict=True))
    only = agencies["agency_name"].iloc[0] if len(agencies) == 1 else pd.NA
    found: pd.Series = named.map(names).astype("string[pyarrow]").fillna(only)
    return found


def calendars(desk: Desk) -> Part:
    """One row a service: days of the week as seven digits, first and last day, exceptions as JSON, name of the feed."""
    frame = desk.frames.get("calendar.txt", pd.DataFrame(columns=CALENDARS["calendar.txt"], dtype="string[pyarrow]"))
    if len(frame):
        doubles(desk, "calendar.txt", ["service_id"])
        frame = frame.assign(**{day: flags(desk, "calendar.txt", day, ("0", "1")).replace("", "0") for day in DAYS})
    made = pd.DataFrame({
        "id": frame["service_id"], "days": frame[list(DAYS)].agg("".join, axis=1) if len(frame) else "",
        "first_day": _days(desk, "calendar.txt", "start_date", frame),
        "last_day": _days(desk, "calendar.txt", "end_date", frame),
    })  # fmt: skip
    whole = _with_dates(desk, made) if "calendar_dates.txt" in desk.frames else made.assign(exceptions=None)
    _never(desk, whole)
    if "calendar_dates.txt" not in desk.frames:
        whole = made
    return part_of("calendar.txt", "calendars", whole.assign(feed=desk.file.removesuffix(".zip")))


def _with_dates(desk: Desk, made: pd.DataFrame) -> pd.DataFrame:
    """Calendars with their exceptions, and those that have nothing else."""
    name, dates = "calendar_dates.txt", desk.frames["calendar_dates.txt"]
    days = _days(desk, name, "date", dates)
    pairs = pd.DataFrame({"service": dates["service_id"], "pair": days + "=" + flags(desk, name, *_EXCEPTIONS)})
    lists = pairs.dropna().groupby("service")["pair"].agg(lambda p: json.dumps(dict(x.split("=") for x in sorted(p))))
    spans = pd.DataFrame({"service": dates["service_id"], "day": days}).groupby("service")["day"].agg(["min", "max"])
    only = spans[~spans.index.isin(made["id"])]
    added = pd.DataFrame({"id": only.index, "days": "0" * WEEK, "first_day": only["min"], "last_day": only["max"]})
    whole = pd.concat([made, added.set_index(pd.RangeIndex(10**6, 10**6 + len(added)))])
    return whole.assign(exceptions=whole["id"].map(lists))


_EXCEPTIONS = ("exception_type", ("1", "2"))


def _never(desk: Desk, whole: pd.DataFrame) -> None:
    """Find services that run on no day: no weekday within their span that is not taken away, and no day added."""
    given = whole.dropna(subset=["first_day", "last_day"])
    rows = given[["days", "first_day", "last_day", "exceptions"]].itertuples(index=False, name=None)
    dead = [not _runs_once(*row) for row in rows]
    for line in given.index[dead]:
        name = "calendar.txt" if line < 10**6 else "calendar_dates.txt"
        lines = desk.frames[name].index[desk.frames[name]["service_id"].eq(given.loc[line, "id"])]
        desk.tell("gtfs-never", name, "service_id", lines[:1])


def _runs_once(days: str, first: str, last: str, exceptions: object) -> bool:
    said = json.loads(str(exceptions)) if isinstance(exceptions, str) else {}
    start, end = first_day(first), last_day(last)
    if ADDED in said.values():
        return True
    span = min((end - start).days + 1, WEEK + len(said))
    found = (start + timedelta(n) for n in range(span))
    return any(days[day.weekday()] == "1" and _not_taken(said, day) for day in found)


def _not_taken(said: dict[str, str], day: date) -> bool:
    return day.isoformat() not in said


def _days(desk: Desk, name: str, column: str, frame: pd.DataFrame) -> pd.Series:
    made = frame[column].map({text: parse_date(str(text)) for text in frame[column].unique()}).astype("string[pyarrow]")
    if name in desk.frames:
        desk.tell("not-date", name, column, frame.index[made.isna()])
    return made


def trips(desk: Desk) -> Part:
    """Trips; a column `times` of our own says of each what its times are, else they are published."""
    name, frame = "trips.txt", desk.frames["trips.txt"]
    doubles(desk, name, ["trip_id"])
    unknown(desk, name, "route_id", ("routes.txt", desk.frames["routes.txt"]["route_id"]))
    services = pd.concat([desk.frames[file]["service_id"] for file in CALENDARS if file in desk.frames])
    unknown(desk, name, "service_id", ("calendar.txt", services))
    calls = desk.frames["stop_times.txt"]["trip_id"].value_counts()
    count = frame["trip_id"].map(calls).fillna(0).astype("int64")
    desk.tell("gtfs-no-times", name, "trip_id", frame.index[count.eq(0)])
    desk.tell("gtfs-one-stop", name, "trip_id", frame.index[count.eq(1)])
    times = flags(desk, name, "times", tuple(codes("time_bases"))).replace("", PUBLISHED)
    made = {"id": frame["trip_id"], "route": frame["route_id"], "calendar": frame["service_id"], "times": times}
    if "trip_headsign" in frame.columns:
        made["headsign"] = filled(frame, "trip_headsign")
    return part_of(name, "trips", pd.DataFrame(made).astype("string[pyarrow]"))


def frequencies(desk: Desk) -> Part:
    """Windows in which a trip is repeated; those of one trip must follow each other."""
    name, frame = "frequencies.txt", desk.frames["frequencies.txt"]
    unknown(desk, name, "trip_id", ("trips.txt", desk.frames["trips.txt"]["trip_id"]))
    start, end = (seconds(desk, name, column) for column in ("start_time", "end_time"))
    for column, found in (("start_time", start), ("end_time", end)):
        desk.tell("gtfs-time", name, column, frame.index[frame[column].eq("")])
        frame[column] = frame[column].where(found.notna(), "")
    texts = frame["headway_secs"]
    headway = texts.where(texts.str.fullmatch(POSITIVE), pd.NA).astype("int64[pyarrow]")
    desk.tell_each("gtfs-headway", name, "trip_id", texts[headway.isna()])
    exact = flags(desk, name, "exact_times", ("0", "1")).eq("1")
    made = pd.DataFrame({
        "trip": frame["trip_id"], "start": start, "end": end, "headway": headway, "exact": exact,
    })  # fmt: skip
    desk.tell_each("gtfs-window", name, "trip_id", frame.loc[(end <= start).fillna(False), "end_time"])
    ordered = made.dropna(subset=["start", "end"]).sort_values(["trip", "start"])
    before = ordered.groupby("trip", sort=False)["end"].shift()
    over = ordered.index[(ordered["start"] < before).fillna(False)]
    desk.tell_each("gtfs-overlap", name, "trip_id", frame.loc[over, "start_time"])
    return part_of(name, "frequencies", made)
