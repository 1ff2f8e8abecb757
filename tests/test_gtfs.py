"""Timetables: what a feed may say, what is refused, and which trips a day has."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import shapely

from demo_region import demo_region, edited
from hechang.atlas import rail_minutes, trains_between
from hechang.atlas.calendars import service_days
from hechang.atlas.one_net import one_net
from hechang.atlas.stations import stations
from hechang.atlas.timetables import counted, timetable
from hechang.cli import main
from hechang.intake.sheets.commit import commit
from hechang.intake.sheets.preview import preview
from hechang.publish import showing
from hechang.terms.errors import InputError, Refused

FEED = {
    "agency": "agency_id,agency_name,agency_url,agency_timezone\nCR,中国铁路,https://www.12306.cn,Asia/Shanghai\n",
    "stops": "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
    "HUB,总站,31.1,120.1,1,\nA,甲站 1 台,31.1,120.1,0,HUB\nB,甲站 2 台,31.101,120.1,0,HUB\n"
    "C,乙站,31.2,120.2,,\nD,丙站,31.3,120.3,,\nE,口,31.1,120.1,2,HUB\n",
    "routes": "route_id,agency_id,route_type,route_short_name,assumption\nR,CR,101,G,\nM,,1,M1,间隔为假设 / assumed\n",
    "trips": "trip_id,route_id,service_id,times\nT1,R,D,\nT2,R,D,modelled\nF,M,D,assumed\n",
    "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "D,1,1,1,1,1,0,0,20220101,20221231\n",
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n"
    "T1,08:00:00,08:00:00,A,1,,\nT1,,,C,2,1,\nT1,09:00:00,09:00:00,D,3,,1\n"
    "T2,26:30:00,26:30:00,B,1,,\nT2,27:00:00,27:01:00,C,2,,\nT2,27:30:00,27:30:00,B,3,,\n"
    "F,00:00:00,00:00:00,A,1,,\nF,00:10:00,00:10:00,D,2,,\n",
    "frequencies": "trip_id,start_time,end_time,headway_secs,exact_times\nF,06:00:00,07:00:00,600,\n"
    "F,07:00:00,08:00:00,300,1\n",
    "transfers": "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,2,120\nC,D,3,\nB,A,1,\n",
}


def feed(path: Path, **changes: str) -> Path:
    """Write the feed above with some files replaced; an empty one is left out."""
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in (FEED | changes).items():
            if text:
                packed.writestr(f"{name}.txt", text)
    return path


def told(region, path: Path) -> list[tuple[str, str, str]]:
    return [(f.kind, f.sheet, f.cell) for f in preview(region, "trips", path).findings]


def imported(region, path: Path):
    return commit(region, preview(region, "trips", path), by="zhang", why="timetable")


def test_a_whole_feed_brings_stations_flags_frequencies_transfers_and_names_of_agencies(tiny, tmp_path):
    seen = preview(tiny, "trips", feed(tmp_path / "2022.zip"))
    assert [(f.kind, f.severity) for f in seen.findings] == [("gtfs-left-out", "warning")]  # the entrance
    after = commit(tiny, seen, by="zhang", why="timetable")
    assert after.stops["parent"].dropna().to_dict() == {"A": "HUB", "B": "HUB"}
    assert after.routes["agency"].to_dict() == {"R": "中国铁路", "M": "中国铁路"}
    assert after.routes["assumption"].dropna().to_dict() == {"M": "间隔为假设 / assumed"}
    assert after.trips["times"].to_dict() == {"T1": "published", "T2": "modelled", "F": "assumed"}
    assert after.calendars["feed"].tolist() == ["2022"]
    rows = after.frequencies.sort_values("start")
    assert rows[["trip", "start", "end", "headway", "exact"]].to_numpy().tolist() == [
        ["F", 21600, 25200, 600, False], ["F", 25200, 28800, 300, True],
    ]  # fmt: skip
    rows = after.transfers.sort_values(["from_stop", "to_stop"]).astype(object)
    kinds = rows[["from_stop", "to_stop", "kind"]].to_numpy().tolist()
    assert kinds == [["A", "B", "least-time"], ["B", "A", "waits"], ["C", "D", "forbidden"]]
    assert rows["least"].dropna().tolist() == [120]
    calls = after.stop_times
    assert calls["arrive"].max() == 27 * 3600 + 30 * 60
    assert calls.loc[calls["board"].eq(False).fillna(False), ["trip", "sequence"]].to_numpy().tolist() == [["T1", 2]]
    assert calls.loc[calls["alight"].eq(False).fillna(False), ["trip", "sequence"]].to_numpy().tolist() == [["T1", 3]]
    again = preview(after, "trips", tmp_path / "2022.zip")
    assert again.rows.keys() >= {"frequencies", "transfers"}
    assert not sum(len(rows) for rows in again.rows.values())  # the same feed again says nothing new


WINDOWS, CHANGES, TIMES = FEED["frequencies"], FEED["transfers"], FEED["stop_times"]
ERRORS = [
    ("gtfs-window", "frequencies", WINDOWS.replace("07:00:00,600", "06:00:00,600"), "2"),
    ("gtfs-headway", "frequencies", WINDOWS.replace(",600", ",0"), "2"),
    ("gtfs-headway", "frequencies", WINDOWS.replace(",600", ",ten"), "2"),
    ("gtfs-overlap", "frequencies", WINDOWS.replace("07:00:00,600", "07:30:00,600"), "3"),
    ("gtfs-unknown", "frequencies", WINDOWS.replace("F,07", "X,07"), "3"),
    ("gtfs-time", "frequencies", WINDOWS.replace("F,07:00:00", "F,"), "3"),
    ("gtfs-flag", "frequencies", WINDOWS.replace(",300,1", ",300,7"), "3"),
    ("gtfs-flag", "transfers", CHANGES.replace("A,B,2", "A,B,9"), "2"),
    ("negative", "transfers", CHANGES.replace("120", "-120"), "2"),
    ("not-whole", "transfers", CHANGES.replace("120", "2 min"), "2"),
    ("gtfs-unknown", "transfers", CHANGES.replace("C,D", "C,X"), "3"),
    ("duplicate", "transfers", CHANGES + "A,B,1,\n", "5"),
    ("gtfs-parent", "stops", FEED["stops"].replace("120.2,,", "120.2,,NOWHERE"), "5"),
    ("gtfs-parent", "stops", FEED["stops"].replace("120.2,,", "120.2,,D"), "5"),
    ("gtfs-parent", "stops", FEED["stops"].replace("120.2,,", "120.2,,C"), "5"),
    ("gtfs-parent", "stops", FEED["stops"].replace("120.1,1,", "120.1,1,HUB"), "2"),
    ("gtfs-flag", "stops", FEED["stops"].replace("120.2,,", "120.2,7,"), "5"),
    ("gtfs-flag", "stop_times", TIMES.replace("C,2,1,", "C,2,4,"), "3"),
    ("gtfs-end-times", "stop_times", TIMES.replace("09:00:00,09:00:00", ","), "4"),
    ("gtfs-flag", "trips", FEED["trips"].replace("modelled", "guessed"), "3"),
    ("gtfs-flag", "calendar", FEED["calendar"].replace("D,1", "D,2"), "2"),
    ("gtfs-unknown", "routes", FEED["routes"].replace("R,CR", "R,XX"), "2"),
]
WARNINGS = [
    ("gtfs-no-position", "stops", FEED["stops"].replace("31.3,120.3", "0,0"), "6"),
    ("gtfs-one-stop", "stop_times", TIMES.replace("F,00:10:00,00:10:00,D,2,,\n", ""), "4"),
    ("gtfs-never", "calendar", FEED["calendar"].replace("1,1,1,1,1", "0,0,0,0,0"), "2"),
    ("gtfs-never", "calendar", FEED["calendar"].replace("20221231", "20220102"), "2"),  # a weekend
    ("gtfs-distance", "stop_times", TIMES.replace("drop_off_type\n", "drop_off_type,shape_dist_traveled\n", 1)
        .replace(",,\n", ",,,5\n", 1).replace(",1,\n", ",1,,3\n", 1), "3"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "file", "text", "line"), ERRORS, ids=lambda v: str(v)[:30])
def test_what_is_wrong_in_a_feed_is_told_by_file_and_line_and_nothing_is_written(
    tiny, tmp_path, kind, file, text, line
):
    path = feed(tmp_path / "f.zip", **{file: text})
    assert (kind, f"{file}.txt", line) in told(tiny, path)
    with pytest.raises(Refused):
        imported(tiny, path)
    assert not len(tiny.latest().trips)


@pytest.mark.parametrize(("kind", "file", "text", "line"), WARNINGS, ids=lambda v: str(v)[:30])
def test_what_is_odd_in_a_feed_is_told_and_the_rest_is_taken(tiny, tmp_path, kind, file, text, line):
    path = feed(tmp_path / "f.zip", **{file: text})
    found = [(k, cell) for k, sheet, cell in told(tiny, path) if k == kind]
    assert found == [(kind, line)]
    assert len(imported(tiny, path).trips) == 3


DAYS = 24 * 60
ROUTES = [{"id": "G", "name": "G", "mode": "rail"}, {"id": "M", "name": "M", "mode": "metro"}]
DAILY = {"id": "daily", "days": "1111111", "first_day": "2022-01-01", "last_day": "2022-12-31"}


def served(region, calls, *, calendars=(DAILY,), runs=(), stops=(), **tables):
    """Give the region stops s-a, s-b, s-c in a, b, c, trips as {trip: [(stop, arrive, depart, flags)]}, and tables."""
    rows = [
        {"trip": trip, "sequence": n, "stop": stop, "arrive": arrive, "depart": depart} | (flags[0] if flags else {})
        for trip, called in calls.items()
        for n, (stop, arrive, depart, *flags) in enumerate(called)
    ]
    at = [{"id": f"s-{p}", "name": f"站{p}", "place": p, "lon": 120.0 + n, "lat": 31.0} for n, p in enumerate("abc")]
    with region.edit(by="tester", why="a timetable") as e:
        e.put("stops", [*at, *stops])
        e.put("routes", ROUTES)
        e.put("calendars", list(calendars))
        of = dict(runs)
        e.put("trips", [{"id": t, "route": t[0], "calendar": of.get(t, calendars[0]["id"])} for t in calls])
        e.put("stop_times", rows)
        for table, some in tables.items():
            e.put(table, some)
    return e.after


def minutes(region, **asked):
    found = rail_minutes(region, **asked)
    return {(a, b): m for a, b, m in zip(found["origin"], found["dest"], found["minutes"], strict=True)}


def test_two_feeds_beside_each_other_are_never_both_counted(tiny):
    old = DAILY | {"id": "old", "feed": "2016", "first_day": "2016-03-10", "last_day": "2099-12-31"}
    new = DAILY | {"id": "new", "feed": "2022"}
    calls = {"G1": [("s-a", 3600, 3600), ("s-b", 7200, 7200)], "G2": [("s-a", 3600, 3600), ("s-b", 5400, 5400)]}
    region = served(tiny, calls, calendars=(old, new), runs=[("G1", "old"), ("G2", "new")])
    assert trains_between(region, level="county")["trip"].tolist() == ["G2"]
    assert minutes(region) == {("a", "b"): 30}
    before = region.on("2021-12-31")
    assert trains_between(before, level="county")["trip"].tolist() == ["G1"]  # the newest that had begun by then
    assert trains_between(region, level="county", service="2017-05-01")["trip"].tolist() == ["G1"]
    assert {day.feed for day in service_days(region).values()} == {"2022"}


def test_each_mode_has_its_own_newest_feed(tiny):
    old = DAILY | {"id": "old", "feed": "rail 2016", "first_day": "2016-03-10"}
    new = DAILY | {"id": "new", "feed": "metro 2022"}
    calls = {"G1": [("s-a", 3600, 3600), ("s-b", 7200, 7200)], "M1": [("s-a", 3600, 3600), ("s-b", 5400, 5400)]}
    region = served(tiny, calls, calendars=(old, new), runs=[("G1", "old"), ("M1", "new")])
    assert timetable(region).trips["id"].tolist() == ["G1", "M1"]


def test_the_typical_day_is_a_weekday_and_a_given_day_is_that_day(tiny):
    week = DAILY | {"id": "week", "days": "1111100", "exceptions": '{"2022-10-03": "2"}'}
    ends = DAILY | {"id": "ends", "days": "0000011", "exceptions": '{"2022-10-03": "1"}'}  # a holiday Monday
    calls = {"G1": [("s-a", 0, 0), ("s-b", 3600, 3600)], "G2": [("s-b", 0, 0), ("s-a", 3600, 3600)]}
    region = served(tiny, calls, calendars=(week, ends), runs=[("G1", "week"), ("G2", "ends")])

    def trips(service):
        return trains_between(region, level="county", service=service)["trip"].tolist()

    assert [trips(day) for day in ("", "2022-09-27", "2022-10-01", "2022-10-03")] == [["G1"], ["G1"], ["G2"], ["G2"]]
    day = service_days(region)["rail"]
    assert (day.day, day.typical) == ("2022-01-03", True)  # the first Monday of the feed
    with pytest.raises(InputError, match="2023-01-05"):
        trips("2023-01-05")
    with pytest.raises(InputError, match="begins on 2022-01-01"):
        trips("2021-12-31")
    with pytest.raises(InputError, match="soon"):
        trips("soon")


def test_a_figure_is_of_the_day_of_service_asked_for_and_says_which_trips_it_counts(tiny):
    week, ends = DAILY | {"id": "week", "days": "1111100", "feed": "f"}, DAILY | {"id": "ends", "days": "0000011"}
    calls = {"G1": [("s-a", 25200, 25200), ("s-b", 28800, 28800)], "G2": [("s-a", 25200, 25200), ("s-b", 27000, 27000)]}
    region = served(tiny, calls, calendars=(week, ends | {"feed": "f"}), runs=[("G1", "week"), ("G2", "ends")])
    with region.edit(by="tester", why="times are modelled") as e:
        e.put("trips", {"id": "G2", "route": "G", "calendar": "ends", "times": "modelled"})
        known = region.places.loc[["a", "b"]].drop(columns="geometry").reset_index()
        e.put("places", known.assign(lon=[120.0, 121.0], lat=31.0))
    region = e.after
    asked = {"to": "b", "level": "county"}
    typical, saturday = (region.answer("frequency", "measure", asked | {"service": day}) for day in ("", "2022-10-01"))
    assert [row["first"] for row in typical["rows"] if row["id"] == "a"] == ["07:00"]
    said = {"mode": "rail", "feed": "f", "day": "2022-01-03", "typical": True, "time_basis": "published", "trips": 1}
    assert typical["timetable"] == [said | {"assumption": None}]
    assert (saturday["timetable"][0]["day"], saturday["timetable"][0]["time_basis"]) == ("2022-10-01", "modelled")
    times = [
        region.measure("travel-time", to="b", window="06:30-06:31", service=day)["value"]["a"]
        for day in ("", "2022-10-01")
    ]
    assert times[0] - times[1] == 30
    told = [region.measure(card, limit=60, service="2022-10-01")["value"]["a"] for card in ("rail-reach", "circles")]
    assert told[0] == 75 and len(told) == 2
    for card in ("accessibility", "equity", "floating-catchment", "hub-index"):
        assert region.measure(card, service="2022-10-01").attrs["timetable"][0]["day"] == "2022-10-01"
        with pytest.raises(InputError, match="soon"):
            region.measure(card, service="soon")


def test_stops_of_a_feed_that_names_no_places_lie_where_their_point_is(tiny, tmp_path):
    region = imported(tiny, feed(tmp_path / "feed.zip"))
    assert region.stops["place"].isna().all() and trains_between(region, level="county").empty
    boxes = {"a": shapely.box(120.05, 31.05, 120.15, 31.15), "b": shapely.box(120.15, 31.15, 120.25, 31.25)}
    drawn = edited(region, places=[{"id": id, "geometry": shape} for id, shape in boxes.items()])
    found = stations(drawn).set_index("name")["place"].to_dict()
    assert (found["甲站 1 台"], found["乙站"], found["丙站"]) == ("a", "b", None)
    told = trains_between(drawn, level="county")
    assert ("a", "b", "T1") in set(told[["origin", "dest", "trip"]].itertuples(index=False, name=None))


def test_late_trips_of_the_day_before_belong_to_a_given_day(tiny):
    friday = DAILY | {"id": "fri", "days": "0000100"}
    saturday = DAILY | {"id": "sat", "days": "0000010"}
    calls = {"G1": [("s-a", 88200, 88200), ("s-b", 90000, 90000)], "G2": [("s-b", 9000, 9000), ("s-c", 10800, 10800)]}
    region = served(tiny, calls, calendars=(friday, saturday), runs=[("G1", "fri"), ("G2", "sat")])
    # Friday's train leaves at 00:30 on Saturday and is in b at 01:00, for the train of 02:30 to c at 03:00
    assert minutes(region, service="2022-09-24")["a", "c"] == 150
    told = trains_between(region, level="county", service="2022-09-24")
    assert told[["origin", "dest"]].to_numpy().tolist() == [["b", "c"]]  # counted on the day the trip begins
    with pytest.raises(InputError, match="2022-09-26"):
        minutes(region, service="2022-09-26")


def test_a_trip_by_frequency_is_all_its_departures(tiny):
    windows = [
        {"trip": "G1", "start": 21600, "end": 25200, "headway": 1200, "exact": False},
        {"trip": "G1", "start": 25200, "end": 25201, "headway": 600, "exact": True},
    ]
    region = served(tiny, {"G1": [("s-a", 60, 60), ("s-b", 660, 720), ("s-c", 1260, 1260)]}, frequencies=windows)
    found = trains_between(region, level="county").query("origin == 'a' and dest == 'c'")
    assert found["trip"].tolist() == ["G1 06:00", "G1 06:20", "G1 06:40", "G1 07:00"]
    assert found["depart"].tolist() == [21600, 22800, 24000, 25200]
    assert found["arrive"].tolist() == [22800, 24000, 25200, 26400]
    assert found["time_basis"].astype(object).where(found["time_basis"].notna(), None).tolist() == ["headway"] * 3 + [
        None
    ]
    assert minutes(region) == {("a", "b"): 10, ("a", "c"): 20, ("b", "c"): 9}


def test_missing_times_stand_evenly_between_timed_calls(tiny):
    region = served(tiny, {"G1": [("s-a", 3600, 3600), ("s-b", None, None), ("s-c", 6000, 6000)]})
    assert minutes(region) == {("a", "b"): 20, ("a", "c"): 40, ("b", "c"): 20}


def test_a_loop_calls_twice_at_a_stop_and_may_be_left_and_met_there_again(tiny):
    ring = [("s-a", 3600, 3600), ("s-b", 4200, 4200), ("s-c", 4800, 4800), ("s-a", 5400, 5400)]
    region = served(tiny, {"G1": ring})
    assert minutes(region)["c", "a"] == 10
    pairs = trains_between(region, level="county")[["origin", "dest"]].to_numpy().tolist()
    assert sorted(pairs) == [["a", "b"], ["a", "c"], ["b", "a"], ["b", "c"], ["c", "a"]]


def test_nobody_gets_on_or_off_where_the_feed_forbids_it(tiny):
    down, up = {"board": False}, {"alight": False}
    region = served(tiny, {"G1": [("s-a", 0, 0), ("s-b", 600, 600, down), ("s-c", 1200, 1200)],
                           "G2": [("s-c", 0, 0), ("s-b", 600, 600, up), ("s-a", 1200, 1200)]})  # fmt: skip
    expected = [["a", "b"], ["a", "c"], ["b", "a"], ["c", "a"]]
    # from b to c one goes to a, and on the next day past b
    assert sorted(list(pair) for pair, time in minutes(region).items() if time < DAYS) == expected
    assert trains_between(region, level="county")[["origin", "dest"]].to_numpy().tolist() == expected


TWO = {"G1": [("s-a", 0, 0), ("p1", 3600, 3600)], "G2": [("p2", 4500, 4500), ("s-c", 5400, 5400)]}
PLATFORMS = [{"id": f"p{n}", "name": f"{n} 台", "lon": 121.5, "lat": 31.0 + n / 1e3, "parent": "hub"} for n in (1, 2)]
HUB = {"id": "hub", "name": "总站", "lon": 121.5, "lat": 31.0}


def test_stops_of_one_station_are_changed_between_in_the_time_of_a_change(tiny):
    region = served(tiny, TWO, stops=[HUB, *PLATFORMS])
    assert minutes(region, change=15)["a", "c"] == 90
    assert minutes(region, change=16)["a", "c"] == 90 + DAYS  # the train of the next day


def test_stops_of_no_station_are_not_changed_between_by_rail(tiny):
    region = served(tiny, TWO, stops=[{**platform, "parent": None} for platform in PLATFORMS])
    assert ("a", "c") not in minutes(region)


@pytest.mark.parametrize(
    ("transfer", "expected"),
    [
        ({"kind": "least-time", "least": 900}, 90), ({"kind": "least-time", "least": 901}, 90 + DAYS),
        ({"kind": "waits"}, 90), ({"kind": "forbidden"}, None), ({"kind": "recommended"}, 90),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ends", [("p1", "p2"), ("hub", "hub")])
def test_a_transfer_counts_before_the_station(tiny, transfer, expected, ends):
    row = {"from_stop": ends[0], "to_stop": ends[1], **transfer}
    region = served(tiny, TWO, stops=[HUB, *PLATFORMS], transfers=[row])
    assert minutes(region).get(("a", "c")) == expected


@pytest.mark.parametrize(("kind", "expected"), [("forbidden", None), ("waits", 60), ("recommended", 60 + DAYS)])
def test_a_change_at_one_stop_may_be_forbidden_or_take_no_time(tiny, kind, expected):
    calls = {"G1": [("s-a", 0, 0), ("s-b", 1800, 1800)], "G2": [("s-b", 1800, 1800), ("s-c", 3600, 3600)]}
    region = served(tiny, calls, transfers=[{"from_stop": "s-b", "to_stop": "s-b", "kind": kind}])
    assert minutes(region).get(("a", "c")) == expected
    assert one_net(region).network.walks.seconds.tolist().count(600) == (3 if kind == "recommended" else 2)


SEQUENCES = "train,class,seq,station\n" + "".join(
    f"{train},{train[0]},{n},{station}\n"
    for train, called in {"G1": "ab", "G3": "ab", "D2": "bax", "K9": "ab", "G5": "ax"}.items()
    for n, station in enumerate(called, 1)
)
STATIONS = "station,lon,lat,county_code\na,120,31,a\nb,121,31,b\nx,,,\n"
LINE = {"line_id": "1", "name": "1号线", "colour": "#E73B41", "stop_ids": "p;q"}
POINTS = {"p": 120.0, "q": 120.1}


def geojson(path: Path, rows: list[tuple[dict, object]]) -> Path:
    features = [{"type": "Feature", "properties": row, "geometry": shape} for row, shape in rows]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def metro(folder: Path) -> tuple[Path, Path]:
    points = [
        ({"stop_id": s, "name": s, "county_code": "ab"[n]}, {"type": "Point", "coordinates": [lon, 31.0]})
        for n, (s, lon) in enumerate(POINTS.items())
    ]
    return geojson(folder / "lines.geojson", [(LINE, None)]), geojson(folder / "stops.geojson", points)


def made(*line: object) -> int:
    return main([*map(str, line), "--lang", "en"])


def patterned(folder: Path) -> list[object]:
    """Sequences, stations and the feed above, which knows G by a train of 60 km/h and no other class."""
    (folder / "sequences.csv").write_text(SEQUENCES, encoding="utf-8")
    (folder / "stations.csv").write_text(STATIONS, encoding="utf-8")
    times = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    for train in ("G7", "D8"):
        times += f"{train},08:00:00,08:00:00,C,1\n{train},08:15:00,08:15:00,D,2\n"
    trips = "trip_id,route_id,service_id\nG7,R,D\nD8,R,D\n"
    like = feed(folder / "like.zip", stop_times=times, trips=trips, frequencies="")
    return ["--sequences", folder / "sequences.csv", "--stations", folder / "stations.csv", "--like", like]


def test_a_feed_of_patterns_is_modelled_says_so_and_names_what_it_leaves_out(tiny, tmp_path, capsys):
    out = tmp_path / "pattern.zip"
    assert made("feed", "pattern", out, *patterned(tmp_path)) == 0
    told = capsys.readouterr().out
    assert "K 1" in told
    assert "x 2" in told
    assert "fewer than two stations with a position: G5" in told
    region = imported(tiny, out)
    assert region.trips["times"].to_dict() == dict.fromkeys(["2022-G1", "2022-G3", "2022-D2"], "modelled")
    assert region.routes["assumption"].str.contains("假设").all()
    found = trains_between(region, level="county")
    assert found[["origin", "dest", "trip", "time_basis"]].to_numpy().tolist() == [
        ["a", "b", "2022-G1", "modelled"], ["a", "b", "2022-G3", "modelled"], ["b", "a", "2022-D2", "modelled"],
    ]  # fmt: skip
    assert found["depart"].tolist() == [10.25 * 3600, 17.75 * 3600, 14 * 3600]  # evenly
    with zipfile.ZipFile(out) as packed:
        assert "Modelled, not a timetable" in packed.read("assumptions.txt").decode()
    assert made("feed", "pattern", out, *patterned(tmp_path), "--speeds", "K=80") == 0
    assert "speeds given: K 80 km/h" in " ".join(capsys.readouterr().out.split())
    with zipfile.ZipFile(out) as packed:
        assert "2022-K9" in packed.read("trips.txt").decode()


def test_lines_at_assumed_headways_are_assumed_in_every_trip(tiny, tmp_path, capsys):
    lines, stops = metro(tmp_path)
    out = tmp_path / "metro.zip"
    assert made("feed", "headways", out, "--lines", lines, "--stops", stops, "--peak", 5, "--offpeak", 10) == 0
    assert "Assumed, not a timetable: every 5 min" in capsys.readouterr().out
    region = imported(tiny, out)
    daily = timetable(region, ("metro",))
    assert set(daily.trips["times"]) == {"assumed"}
    assert daily.trips["assumption"].str.contains("每 5 分钟").all()
    # an hour, two peaks of two hours, eight hours and three and a half, both ways
    assert len(daily.trips) == 2 * (6 + 2 * 24 + 48 + 21)
    assert trains_between(region, level="county").empty  # no metro among the trains
    said = {(one["time_basis"], one["trips"]) for one in counted(region)}
    assert said == {("assumed", len(daily.trips))}
    assert all(
        "每 5 分钟" in showing.timetable(one, "zh") and "假设" in showing.timetable(one, "zh")
        for one in counted(region)
    )


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        (["--peak", "0"], 1, "peak=0"), (["--speed", "nan"], 1, "speed=nan"), (["--from", "soon"], 2, "soon"),
        (["--lines", "nowhere"], 1, "nowhere"), (["--lines", "stops"], 1, "line_id"),
        (["--stops", "bad"], 1, "GeoJSON"),
    ],
)  # fmt: skip
def test_a_feed_of_headways_out_of_nonsense_is_refused_in_words(tmp_path, capsys, line, status, said):
    lines, stops = metro(tmp_path)
    (tmp_path / "bad.geojson").write_text("[1, 2]", encoding="utf-8")
    given = {"--lines": lines, "--stops": stops} | {line[0]: line[1]}
    files = {name: tmp_path / f"{text}.geojson" for name, text in given.items() if isinstance(text, str)}
    given |= {name: path for name, path in files.items() if name in ("--lines", "--stops")}
    assert made("feed", "headways", tmp_path / "o.zip", *(part for pair in given.items() for part in pair)) == status
    assert said in "".join(capsys.readouterr())
    assert not (tmp_path / "o.zip").exists()


@pytest.mark.parametrize("given", ["K", "K=fast", "K=0", "K=80=90"])
def test_a_speed_that_is_none_is_refused(tmp_path, capsys, given):
    assert made("feed", "pattern", tmp_path / "o.zip", *patterned(tmp_path), "--speeds", given) == 2
    assert "K=80,Z=95" in "".join(capsys.readouterr())


@pytest.fixture(scope="module")
def nine(tmp_path_factory, shared):
    """Nine cities with the timetable of 2016 and the pattern of 2022 beside it."""
    folder, data = tmp_path_factory.mktemp("nine"), shared / "data" / "region"
    with zipfile.ZipFile(folder / "crh-2016.zip", "w") as packed:
        for part in sorted((data / "gtfs_crh_2016").glob("*.txt")):
            packed.write(part, part.name)
    files = [data / "rail_stop_sequences_2022.csv", data / "rail_sequence_stations.csv", folder / "crh-2016.zip"]
    given = [part for pair in zip(("--sequences", "--stations", "--like"), files, strict=True) for part in pair]
    assert made("feed", "pattern", folder / "2022.zip", *given) == 0
    places = ("01", "10", "11", "12", "13", "14", "20", "21", "22", "25")
    region = demo_region(folder, *places, "30", "31", "32", "33", "34", "35")
    return region, imported(region, folder / "2022.zip")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("feeds", "service", "file", "column", "pairs"),
    [
        (0, "", "rail_od_2016.csv", "trains_per_day", 40), (1, "", "rail_od_2022.csv", "emu_trains", 48),
        (1, "2016-09-27", "rail_od_2016.csv", "trains_per_day", 40),
    ],
)  # fmt: skip
def test_trains_between_cities_are_those_counted_independently(nine, shared, feeds, service, file, column, pairs):
    known = pd.read_csv(shared / "data" / "region" / file, dtype={"origin": str, "destination": str})
    counted = trains_between(nine[feeds], service=service).groupby(["origin", "dest"])["trip"].nunique()
    ours = counted.reindex(pd.MultiIndex.from_frame(known[["origin", "destination"]]), fill_value=0)
    assert len(known) == pairs
    assert ours.tolist() == known[column].tolist()


@pytest.mark.shared
def test_the_pattern_of_2022_reaches_cities_without_rail_in_2016(nine):
    old, new = (rail_minutes(region, level="city") for region in nine)
    assert "320600" not in set(old["dest"])
    assert "320600" in set(new["dest"])
