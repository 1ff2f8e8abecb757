"""The timetable of March 2016: stops, routes, calendar, trips and stop times, and the trains a day between cities."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from demo.files import write_csv


def _feed(origin: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(origin / "gtfs_crh_2016" / f"{name}.txt", dtype=str)


def seconds(clock: pd.Series) -> pd.Series:
    """Turn HH:MM:SS into seconds since midnight [s]; the next day counts on past 86,400."""
    parts = clock.str.split(":", expand=True).astype(int)
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


def stop_times(origin: Path) -> pd.DataFrame:
    """Stop times [s] of the trips that stop at least twice inside the region."""
    times, stops = _feed(origin, "stop_times"), _feed(origin, "stops")
    inside = times["stop_id"].isin(stops.loc[stops["zone_id"].notna(), "stop_id"])
    kept = times[inside.groupby(times["trip_id"]).transform("sum") >= 2]
    made = pd.DataFrame({
        "trip": kept["trip_id"], "sequence": kept["stop_sequence"].astype(int), "stop": kept["stop_id"],
        "arrive": seconds(kept["arrival_time"]), "depart": seconds(kept["departure_time"]),
    }).sort_values(["trip", "sequence"])  # fmt: skip
    made.insert(0, "id", made["trip"] + "-" + made["sequence"].astype(str).str.zfill(2))
    return made


def stops(origin: Path, used: pd.Series) -> pd.DataFrame:
    """All stations inside the region, with their county, and those outside that a kept train calls at."""
    found = _feed(origin, "stops")
    kept = found[found["zone_id"].notna() | found["stop_id"].isin(used)].sort_values("stop_id")
    return pd.DataFrame({
        "id": kept["stop_id"], "name": kept["stop_name"], "mode": "rail", "place": kept["stop_desc"],
        "lon": kept["stop_lon"], "lat": kept["stop_lat"],
    })  # fmt: skip


def trips(origin: Path, used: pd.Series) -> pd.DataFrame:
    """Trips whose times are kept."""
    found = _feed(origin, "trips")
    kept = found[found["trip_id"].isin(used)].sort_values("trip_id")
    return pd.DataFrame({
        "id": kept["trip_id"], "route": kept["route_id"], "calendar": kept["service_id"],
        "headsign": kept["trip_headsign"], "times": "published",
    })  # fmt: skip


def routes(origin: Path) -> pd.DataFrame:
    """The three train classes; the feed has no lines."""
    found, agency = _feed(origin, "routes"), _feed(origin, "agency")
    return pd.DataFrame({
        "id": found["route_id"], "name": found["route_long_name"], "mode": "rail",
        "agency": agency["agency_name"].iloc[0],
    })  # fmt: skip


def calendars(origin: Path) -> pd.DataFrame:
    """One service that runs daily; `days` are seven marks from Monday to Sunday."""
    found = _feed(origin, "calendar")
    week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    dates = found[["start_date", "end_date"]].replace(r"(\d{4})(\d\d)(\d\d)", r"\1-\2-\3", regex=True)
    return pd.DataFrame({
        "id": found["service_id"], "days": found[week].agg("".join, axis=1),
        "first_day": dates["start_date"], "last_day": dates["end_date"],
    })  # fmt: skip


def trains_2022(origin: Path) -> pd.DataFrame:
    """EMU trains a day from city to city around New Year 2022; the origin has no times."""
    found = pd.read_csv(origin / "rail_od_2022.csv", dtype=str).sort_values(["origin", "destination"])
    return pd.DataFrame({
        "id": "trains-2022-" + found["origin"] + "-" + found["destination"], "origin": found["origin"],
        "dest": found["destination"], "period": "2022-01", "kind": "trains", "volume": found["emu_trains"],
        "unit": "列/日", "modelled": False,
    })  # fmt: skip


def trains(origin: Path) -> pd.DataFrame:
    """Trains a day from city to city and the shortest minutes between their nearest stations."""
    found = pd.read_csv(origin / "rail_od_2016.csv", dtype=str).sort_values(["origin", "destination"])
    return pd.DataFrame({
        "id": "trains-2016-" + found["origin"] + "-" + found["destination"], "origin": found["origin"],
        "dest": found["destination"], "period": "2016-03", "kind": "trains", "volume": found["trains_per_day"],
        "unit": "列/日", "minutes": found["min_minutes"], "modelled": False,
    })  # fmt: skip


def write(origin: Path, folder: Path) -> None:
    """Write the five tables of the feed and the flows counted from it."""
    times = stop_times(origin)
    write_csv(folder, "30-stops.rail-2016", stops(origin, times["stop"]))
    write_csv(folder, "31-routes.rail-2016", routes(origin))
    write_csv(folder, "32-calendars.rail-2016", calendars(origin))
    write_csv(folder, "33-trips.rail-2016", trips(origin, times["trip"]))
    write_csv(folder, "34-stop_times.rail-2016", times)
    write_csv(folder, "35-flows.trains-2016", trains(origin))
    write_csv(folder, "36-flows.trains-2022", trains_2022(origin))
