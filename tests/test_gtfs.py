"""Timetables: what a feed may say, what is refused, and which trips a day has."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from hechang.intake.sheets.commit import commit
from hechang.intake.sheets.preview import preview
from hechang.terms.errors import Refused

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
