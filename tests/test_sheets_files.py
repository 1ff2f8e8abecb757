"""Files at the door: what cannot be read says so in both languages, quickly, and never with a traceback."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from hechang.intake.sheets import limits
from hechang.intake.sheets.preview import preview
from hechang.terms.errors import FileFault
from hechang.testing import tiny as make_tiny
from sheets_made import HEAD, book, repack, row


@pytest.fixture(scope="module")
def still():
    """Tiny region for tests that only read it."""
    return make_tiny()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def bad_files(folder: Path) -> dict[str, tuple[Path, str]]:
    """Files by name, each with a word of its English message."""
    good = book(folder / "good.xlsx", [row()])
    sheet = zipfile.ZipFile(good).read("xl/worksheets/sheet1.xml")
    data = {
        "empty.xlsx": (b"", "empty"),
        "old.xlsx": (OLE, "old Excel file"),
        "locked.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        "page.xls": (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        "text.xlsx": ("项目名称,代码\n".encode(), "plain text"),
        "cut.xlsx": (good.read_bytes()[: len(good.read_bytes()) // 2], "cut off"),
        "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "NUL|neither"),
        "half.csv": (b"\xe9\xa1\xb9\xe7\x9b\xff\xff,\xff\n1,2\n", "neither"),
        "nul.csv": ("项目名称,代码\n甲\x00,1\n".encode(), "NUL"),
        "wide.csv": (("项目名称," + "x," * 600 + "\n").encode(), "columns"),
        "long.csv": (("项目名称\n" + "x" * 700_000 + "\n").encode(), "characters"),
        "quote.csv": ('项目名称,代码\n"甲,1\n乙,2\n'.encode(), "quotes|found|row"),
        "odd.docx": (b"PK\x05\x06" + b"\0" * 18, "no table"),
        "strange.bin": (b"\x00\x01\x02\x03" * 100, "no table"),
    }
    made = {}
    for name, (content, word) in data.items():
        (folder / name).write_bytes(content)
        made[name] = (folder / name, word)
    far = sheet.replace(b'<c r="A1"', b'<c r="XFD1"><v>1</v></c><c r="A1"')
    made["far.xlsx"] = (repack(good, folder / "far.xlsx", {"xl/worksheets/sheet1.xml": far}), "columns")
    long = sheet.replace(
        b"</sheetData>",
        b'<row r="9"><c r="A9" t="inlineStr"><is><t>' + b"x" * 200_000 + b"</t></is></c></row></sheetData>",
    )
    made["cell.xlsx"] = (repack(good, folder / "cell.xlsx", {"xl/worksheets/sheet1.xml": long}), "characters")
    made["broken.xlsx"] = (repack(good, folder / "broken.xlsx", {"xl/workbook.xml": b"<workbook"}), "cut off|cannot")
    made["path.xlsx"] = (repack(good, folder / "path.xlsx", {"../../evil.xml": b"<a/>"}), "unsafe")
    return made


NAMES = ["empty.xlsx", "old.xlsx", "locked.xlsx", "page.xls", "text.xlsx", "cut.xlsx", "picture.csv", "half.csv",
         "nul.csv", "wide.csv", "long.csv", "odd.docx", "strange.bin", "far.xlsx", "cell.xlsx",
         "broken.xlsx", "path.xlsx"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(still, tmp_path, name):
    path, word = bad_files(tmp_path)[name]
    with pytest.raises(FileFault, match=word) as refused:
        preview(still, "projects", path)
    assert name in refused.value.zh
    assert "→" in refused.value.zh
    assert "→" in refused.value.en


def test_a_missing_file_is_a_plain_message(still, tmp_path):
    with pytest.raises(FileFault, match="no such file"):
        preview(still, "projects", tmp_path / "nowhere.xlsx")


def test_a_zip_bomb_is_refused_by_its_declared_size(still, tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"<a/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            block = b"0" * 1_000_000
            for _ in range(limits.UNPACKED + 1):
                part.write(block)
    with pytest.raises(FileFault, match="unpacks to"):
        preview(still, "projects", path)


def test_a_zip_that_lies_about_its_size_is_refused(still, tmp_path):
    path = book(tmp_path / "a.xlsx", [row()])
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    while at >= 0:
        name = data[at + 46 : at + 46 + struct.unpack("<H", data[at + 28 : at + 30])[0]]
        if name == b"xl/worksheets/sheet1.xml":
            data[at + 24 : at + 28] = struct.pack("<I", 40)
        at = data.rfind(b"PK\x01\x02", 0, at)
    path.write_bytes(bytes(data))
    with pytest.raises(FileFault):
        preview(still, "projects", path)


def test_a_million_empty_rows_do_not_matter(still, tmp_path):
    path = book(tmp_path / "a.xlsx", [row()])
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    empty = b"".join(b'<row r="%d"/>' % n for n in range(3, 1_048_577, 9))
    fat = sheet.replace(b"</sheetData>", empty + b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>')
    found = preview(still, "projects", repack(path, tmp_path / "b.xlsx", {"xl/worksheets/sheet1.xml": fat}))
    assert found.counts["new"] == 1


def test_entities_in_a_workbook_are_not_unfolded(still, tmp_path):
    path = book(tmp_path / "a.xlsx", [row()])
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    whole = zipfile.ZipFile(path).read("xl/workbook.xml")
    head, _, rest = whole.partition(b"?>")
    with pytest.raises(FileFault):
        preview(still, "projects", repack(path, tmp_path / "b.xlsx", {"xl/workbook.xml": head + b"?>" + evil + rest}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "，"])
def test_csv_is_read_whatever_the_encoding_and_the_delimiter(still, tmp_path, encoding, delimiter):
    path = tmp_path / "a.csv"
    lines = [
        ["重大项目表"],
        ["项目名称", "项目代码", "备注"],
        ["无锡甲项目", "N-1", "一行\r\n两行"],
        ["乙项目", "N-2", "好"],
    ]
    text = "\r\n".join(delimiter.join(f'"{c}"' if "\n" in c else c for c in line) for line in lines)
    path.write_bytes(text.encode(encoding))
    found = preview(still, "projects", path)
    assert found.rows["projects"]["name"].tolist() == ["无锡甲项目", "乙项目"]
    assert [f.kind for f in found.findings] == (["encoding"] if encoding == "gb18030" else [])


def test_a_line_with_too_many_cells_is_named(still, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("项目名称,备注\n" + "甲,好\n" * 300 + "乙,好,很好\n", encoding="utf-8")
    with pytest.raises(FileFault, match="line 302 has 3 cells"):
        preview(still, "projects", path)


def test_a_sheet_without_a_header_says_what_it_needs(still, tmp_path):
    path = book(tmp_path / "a.xlsx", [[1, 2]], titles=["甲", "乙"])
    found = preview(still, "projects", path)
    assert [f.kind for f in found.findings] == ["sheet-left-out", "no-header"]
    assert "项目名称" in found.findings[-1].mend_zh


def test_a_layer_needs_a_known_datum_and_valid_shapes(tiny, tmp_path):
    shapes = [shapely.Point(120.3, 31.5), shapely.Point(31.5, 120.3), shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])]
    frame = gpd.GeoDataFrame({"name": ["好", "反", "结"], "layer": "x"}, geometry=shapes, crs="EPSG:4326")
    with tiny.edit(by="t", why="t") as e:
        e.put("layers", {"id": "x", "name": "层"})
    for suffix in ("geojson", "gpkg", "parquet"):
        path = tmp_path / f"a.{suffix}"
        frame.to_parquet(path) if suffix == "parquet" else frame.to_file(path)
        found = preview(e.after, "features", path)
        assert [f.kind for f in found.findings] == ["shape-swapped", "shape-invalid"]
    frame.iloc[:1].to_crs(4547).to_file(tmp_path / "b.gpkg")
    found = preview(e.after, "features", tmp_path / "b.gpkg")
    assert [f.kind for f in found.findings] == ["datum-moved"]
    at = shapely.from_wkb(found.rows["features"]["geometry"].iloc[0])
    assert at.distance(shapes[0]) < 1e-8
    frame.iloc[:1].set_crs(4610, allow_override=True).to_file(tmp_path / "c.gpkg")  # Xi'an 80
    assert [f.kind for f in preview(e.after, "features", tmp_path / "c.gpkg").findings] == ["datum"]


def test_a_zipped_shapefile_is_read(still, tmp_path):
    frame = gpd.GeoDataFrame({"id": ["a1"], "name": ["示例镇"], "kind": ["town"]},
                             geometry=[shapely.box(120, 31, 120.1, 31.1)], crs="EPSG:4490")  # fmt: skip
    folder = tmp_path / "s"
    folder.mkdir()
    frame.to_file(folder / "a.shp", encoding="utf-8")
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for part in folder.iterdir():
            packed.write(part, part.name)
    found = preview(still, "places", path)
    assert found.ready
    assert found.rows["places"]["name"].tolist() == ["示例镇"]


def test_a_table_without_shapes_takes_no_layer(still, tmp_path):
    frame = gpd.GeoDataFrame(
        {"项目": ["p1"], "报告期": ["2022-08"]}, geometry=[shapely.Point(120, 31)], crs="EPSG:4326"
    )
    frame.to_file(tmp_path / "a.gpkg")
    with pytest.raises(FileFault, match="keeps no shapes"):
        preview(still, "returns", tmp_path / "a.gpkg")


FEED = {
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nA,甲站,31.1,120.1\nB,乙站,31.2,120.2\n",
    "routes.txt": "route_id,route_type,route_short_name\nR,101,G\n",
    "trips.txt": "trip_id,route_id,service_id,trip_headsign\nT1,R,D,乙\nT2,R,X,乙\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "D,1,1,1,1,1,0,0,20220101,20221231\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "T1,23:50:00,23:52:00,A,1\nT1,24:20:00,24:20:00,B,2\nT2,08:00:00,08:00:00,A,1\nT2,07:00:00,07:00:00,C,2\n",
}


def feed(path: Path, **changes: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in (FEED | {f"{k}.txt": v for k, v in changes.items()}).items():
            if text:
                packed.writestr(name, text)
    return path


def test_a_feed_with_faults_names_file_and_line(still, tmp_path):
    found = preview(still, "trips", feed(tmp_path / "f.zip"))
    assert [(f.kind, f.sheet, f.cell) for f in found.findings] == [
        ("gtfs-unknown", "trips.txt", "3"), ("gtfs-unknown", "stop_times.txt", "5"),
        ("gtfs-backwards", "stop_times.txt", "5"),
    ]  # fmt: skip


def test_a_sound_feed_fills_five_tables(tiny, tmp_path):
    from hechang.intake.sheets.commit import commit

    times = FEED["stop_times.txt"].partition("T2")[0]
    trips = FEED["trips.txt"].partition("T2")[0]
    found = preview(tiny, "trips", feed(tmp_path / "f.zip", trips=trips, stop_times=times))
    after = commit(tiny, found, by="z", why="timetable")
    assert {n: len(after.table(n)) for n in ("stops", "routes", "calendars", "trips", "stop_times")} == {
        "stops": 2, "routes": 1, "calendars": 1, "trips": 1, "stop_times": 2,
    }  # fmt: skip
    assert after.stop_times["arrive"].max() == 24 * 3600 + 20 * 60
    assert preview(after, "trips", tmp_path / "f.zip").counts["unchanged"] == 1


def test_a_feed_without_calendar_or_columns_is_refused(still, tmp_path):
    found = preview(still, "trips", feed(tmp_path / "f.zip", calendar="", stops="stop_id,stop_name\nA,甲\n"))
    assert [f.kind for f in found.findings][:2] == ["gtfs-missing", "gtfs-column"]


@pytest.mark.shared
def test_the_real_timetable_is_read_whole(still, tmp_path, shared):
    path = tmp_path / "crh.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for part in (shared / "data/region/gtfs_crh_2016").glob("*.txt"):
            packed.write(part, part.name)
    found = preview(still, "trips", path)
    assert len(found.rows["stop_times"]) == 11_207
    assert {f.kind for f in found.findings} <= {"gtfs-backwards"}


def test_parquet_without_shapes_is_read_too(still, tmp_path):
    frame = pd.DataFrame({"项目代码": ["T-3"], "报告期": ["2022-09"], "invest_done(分)": [60_000_000_000]})
    frame.to_parquet(tmp_path / "a.parquet")
    assert preview(still, "returns", tmp_path / "a.parquet").rows["returns"]["invest_done"].tolist() == [60_000_000_000]


def test_the_header_titles_of_the_tests_are_known(still, tmp_path):
    found = preview(still, "projects", book(tmp_path / "a.xlsx", [row()]))
    assert [c.title for c in found.columns] == HEAD
