"""Layers in and out: every format, every encoding, every datum; strangers' files are opened in the limited process."""

from __future__ import annotations

import json
import struct
import warnings
import zipfile
from time import perf_counter

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from hechang.intake.layers.converting import convert
from hechang.intake.layers.csv_layer import layer_of
from hechang.intake.layers.layer import Asked
from hechang.intake.layers.read_layer import read_layer
from hechang.intake.layers.write_layer import WRITERS
from hechang.intake.limited.process import Bounds, call
from hechang.intake.sheets import limits
from hechang.intake.sheets.commit import commit
from hechang.intake.sheets.export import export_table
from hechang.intake.sheets.preview import preview
from hechang.terms.datums import datum
from hechang.terms.errors import FileFault, InputError, Refused
from layers_made import KML_POINT, LINE, POINT, SUZHOU, TEXT, WUXI, area, dxf, kml, layer, shapefile

CHINESE = gpd.GeoDataFrame(
    {"名称": ["无锡市", "苏州市"], "说明": ["太湖之滨" * 20, None]}, geometry=[WUXI, SUZHOU], crs="EPSG:4490"
)
NEAR = 1e-8  # degrees, a millimetre


def kinds(found) -> list[str]:
    return [one.kind for one in found]


# --- formats ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("suffix", sorted(set(WRITERS) - {".dxf"}))
def test_what_is_written_in_a_format_is_read_back_the_same(tmp_path, suffix):
    frame = {"name": ["无锡", None], "population_2010": [6_374_399, 10_459_890], "population_share": [0.5, None]}
    made = layer_of(layer(tmp_path / f"a{suffix}", [WUXI, SUZHOU], frame), Asked(datum=datum("wgs84")))
    back = made.frame().astype(object).where(made.frame().notna(), None)
    assert made.titles == tuple(frame)
    assert {str(value) for value in back["population_2010"]} == {"6374399", "10459890"}
    assert set(back["name"]) == {"无锡", None}
    assert {shape.wkt for shape in shapely.force_2d(made.shapes())} == {WUXI.wkt, SUZHOU.wkt}


@pytest.mark.parametrize("suffix", sorted(set(WRITERS) - {".dxf"}))
def test_a_field_with_a_name_the_format_has_for_itself_is_kept_under_another_and_told(tmp_path, suffix):
    frame = {"fid": ["b", "b"], "Name": ["1", "2"], "name": ["3", "4"], "geometry": ["5", "6"], "WKT": ["7", "8"]}
    shapes = [{"type": "Feature", "properties": {k: v[n] for k, v in frame.items()},
               "geometry": {"type": "Point", "coordinates": [120 + n, 31, 5]}} for n in range(2)]  # fmt: skip
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": shapes}))
    out = tmp_path / f"out{suffix}"
    _, told = convert(tmp_path / "a.geojson", out, came=Asked(), wanted=Asked())
    back = layer_of(out, Asked(datum=datum("wgs84"))).frame().astype(str)
    values = {tuple(back[title]) for title in back}
    assert {tuple(column) for column in frame.values()} <= values
    assert {".gpkg": 3, ".csv": 1}.get(suffix, 1) <= len([one for one in told if one.kind == "field-renamed"]) + 2


def test_two_columns_of_one_title_are_both_read_and_told(tmp_path):
    (tmp_path / "a.csv").write_text("name,lon,lat,name\na,120,31,b\n", encoding="utf-8")
    made = layer_of(tmp_path / "a.csv", Asked(datum=datum("wgs84")))
    assert made.frame().iloc[0].to_dict() == {"name": "a", "name_2": "b"}
    assert "field-twice" in kinds(made.findings)


@pytest.mark.parametrize("name", ["a.geojsonl", "a.ndjson", "a.geojson"])
def test_features_line_by_line_are_read_whatever_the_name(tmp_path, name):
    lines = [
        {
            "type": "Feature",
            "properties": {"name": f"n{at}"},
            "geometry": {"type": "Point", "coordinates": [120 + at, 31]},
        }
        for at in range(3)
    ]
    (tmp_path / name).write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    made = read_layer(tmp_path / name)
    assert made.column("name").tolist() == ["n0", "n1", "n2"]
    assert made.datum == datum("wgs84")


def test_a_geopackage_of_several_layers_tells_them_and_gives_the_one_asked_for(tmp_path):
    path = tmp_path / "a.gpkg"
    for name in ("地块", "红线", "站点"):
        CHINESE.assign(名称=name).to_file(path, layer=name)
    first = read_layer(path)
    assert (first.name, kinds(first.findings)) == ("地块", ["layers-several"])
    assert "红线、站点" in first.findings[0].say("zh")
    asked = read_layer(path, Asked("红线"))
    assert asked.column("名称").tolist() == ["红线", "红线"]
    with pytest.raises(FileFault, match="has no layer 'x' → choose one of: 地块、红线、站点"):
        read_layer(path, Asked("x"))


def test_a_zip_of_several_shapefiles_gives_the_one_asked_for(tmp_path):
    one = shapefile(tmp_path / "one.zip", CHINESE, encoding="utf-8", cpg="UTF-8", stem="地块")
    two = shapefile(tmp_path / "two.zip", CHINESE.iloc[:1], encoding="utf-8", cpg="UTF-8", stem="红线")
    with zipfile.ZipFile(one, "a") as packed, zipfile.ZipFile(two) as other:
        for name in other.namelist():
            packed.writestr(f"folder/{name}", other.read(name))
    assert "layers-several" in kinds(read_layer(one).findings)
    assert len(read_layer(one, Asked("红线")).fields) == 1


def test_a_drawing_gives_lines_closed_lines_points_and_texts_with_their_layer(tmp_path):
    corners = [(528_000, 3_485_000), (528_100, 3_485_000), (528_100, 3_485_100)]
    entities = LINE.format(1, 2, 3, 4, layer="道路") + area(corners, "红线") + POINT.format(5, 6, layer="桩")
    entities += TEXT.format(7, 8, layer="注记", text="无锡站")
    made = read_layer(dxf(tmp_path / "a.dxf", entities, page="ANSI_936"), Asked(datum=datum("epsg:4549")))
    assert made.titles == ("layer", "name")
    assert made.column("layer").tolist() == ["道路", "红线", "桩", "注记"]
    assert made.column("name").tolist() == ["", "", "", "无锡站"]
    assert [shape.geom_type for shape in made.shapes()] == ["LineString", "Polygon", "Point", "Point"]
    assert made.shapes()[1].area == 5_000
    assert made.findings == ()


@pytest.mark.parametrize(
    ("version", "encoding", "page", "told"),
    [
        ("AC1009", "gb18030", "", ["layer-encoding"]),
        ("AC1015", "gb18030", "ANSI_936", []),
        ("AC1015", "utf-8", "", ["layer-encoding"]),
        ("AC1027", "utf-8", "ANSI_936", []),
        ("AC1027", "gb18030", "ANSI_936", ["layer-encoding"]),
    ],
)
def test_texts_of_a_drawing_are_read_in_the_encoding_they_are_in(tmp_path, version, encoding, page, told):
    path = dxf(tmp_path / "a.dxf", TEXT.format(1, 2, layer="注记", text="无锡站"), version=version, encoding=encoding,
               page=page)  # fmt: skip
    made = read_layer(path, Asked(datum=datum("epsg:4549")))
    assert (made.column("layer")[1], made.column("name")[1]) == ("注记", "无锡站")
    assert kinds(made.findings) == told


def test_a_drawing_asks_for_its_datum(tmp_path):
    made = read_layer(dxf(tmp_path / "a.dxf", POINT.format(528_503, 3_485_341, layer="0")))
    assert made.datum is None
    assert kinds(made.findings) == ["datum-asked"]
    assert "--datum" in made.findings[0].mend_zh


def test_a_drawing_we_write_reads_back_with_layers_texts_and_closed_lines(tmp_path):
    ring = shapely.box(120.3, 31.4, 120.31, 31.41)
    frame = {"layer": ["站", "红/线"], "name": ["无锡站", "范围"]}
    path = layer(tmp_path / "a.dxf", [WUXI, ring], frame, of="epsg:4549")
    made = read_layer(path, Asked(datum=datum("epsg:4549")))
    assert made.column("layer").tolist() == ["站", "红_线"]
    assert made.column("name").tolist() == ["无锡站", ""]
    assert [shape.geom_type for shape in made.shapes()] == ["Point", "Polygon"]
    assert made.findings == ()


def test_all_folders_of_a_kml_are_read_with_their_names(tmp_path):
    text = kml(("站点", [("甲", KML_POINT)]), ("红线", [("乙", KML_POINT), ("丙", KML_POINT)]))
    (tmp_path / "a.kml").write_text(text, encoding="utf-8")
    made = read_layer(tmp_path / "a.kml")
    assert made.titles == ("folder", "name")
    assert made.column("folder").tolist() == ["站点", "红线", "红线"]
    assert made.column("name").tolist() == ["甲", "乙", "丙"]
    one = read_layer(tmp_path / "a.kml", Asked("站点"))
    assert one.column("name").tolist() == ["甲"]


def test_a_kmz_is_a_kml_in_a_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as packed:
        packed.writestr("files/other.kml", kml(("x", [])))
        packed.writestr("doc.kml", kml(("站点", [("甲", KML_POINT)])))
    made = read_layer(tmp_path / "a.kmz")
    assert made.column("name").tolist() == ["甲"]
    assert made.datum == datum("wgs84")


@pytest.mark.parametrize("titles", ["经度,纬度", "lon,lat", "X,Y", "Lng,Latitude"])
def test_a_csv_gives_points_by_its_columns(tmp_path, titles):
    (tmp_path / "a.csv").write_text(f"名称,{titles}\n甲,120.3,31.49\n乙,,\n丙,x,31\n", encoding="utf-8")
    made = layer_of(tmp_path / "a.csv")
    assert made.titles == ("名称",)
    assert [shape and shape.wkt for shape in made.shapes()] == [WUXI.wkt, None, None]
    assert list(made.fields.index) == [2, 3, 4]
    assert kinds(made.findings) == ["datum-asked"]


def test_a_csv_gives_shapes_by_a_column_of_wkt(tmp_path):
    (tmp_path / "a.csv").write_text('名称,WKT\n甲,POINT (120.3 31.49)\n乙,"POLYGON ((1 2, 3"\n', encoding="utf-8")
    made = layer_of(tmp_path / "a.csv", Asked(datum=datum("wgs84")))
    assert [shape and shape.wkt for shape in made.shapes()] == [WUXI.wkt, None]


def test_a_csv_without_shapes_is_no_layer(tmp_path):
    (tmp_path / "a.csv").write_text("名称,备注\n甲,好\n", encoding="utf-8")
    with pytest.raises(FileFault, match="holds no shapes"):
        layer_of(tmp_path / "a.csv")


# --- encodings -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("encoding", "cpg", "read_as", "told"),
    [
        ("utf-8", "UTF-8", "", []),
        ("gbk", "GBK", "", []),
        ("gbk", "936", "", []),
        ("gbk", None, "GB18030", ["layer-encoding"]),
        ("gbk", "UTF-8", "GB18030", ["layer-encoding"]),
        ("utf-8", None, "UTF-8", ["layer-encoding"]),
        ("utf-8", "no such", "UTF-8", ["layer-encoding"]),
    ],
)
def test_texts_of_a_shapefile_are_read_in_the_encoding_they_are_in(tmp_path, encoding, cpg, read_as, told):
    made = read_layer(shapefile(tmp_path / "a.zip", CHINESE, encoding=encoding, cpg=cpg))
    assert made.titles == ("名称", "说明")
    assert made.column("名称").tolist() == ["无锡市", "苏州市"]
    assert kinds(made.findings) == told
    if told:
        assert read_as in made.findings[0].zh
        assert "无锡市" in made.findings[0].say("zh")


def test_names_in_gbk_are_garbled_where_the_user_insists_on_another_encoding(tmp_path):
    path = shapefile(tmp_path / "a.zip", CHINESE, encoding="gbk")
    assert read_layer(path, Asked(encoding="latin-1")).column(
        read_layer(path, Asked(encoding="latin-1")).titles[0]
    ).tolist() != ["无锡市", "苏州市"]
    assert read_layer(path, Asked(encoding="gb18030")).findings == ()
    with pytest.raises(FileFault, match="'klingon' is no encoding"):
        read_layer(path, Asked(encoding="klingon"))


def test_a_text_that_is_cut_within_a_character_does_not_spoil_the_guess(tmp_path):
    long = gpd.GeoDataFrame({"a": ["锡" * 84 + "abc"]}, geometry=[WUXI], crs=4326)  # 255 bytes, cut at 254
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = shapefile(tmp_path / "a.zip", gpd.GeoDataFrame(long.assign(a="锡" * 100)), encoding="utf-8")
    made = read_layer(path)
    assert made.findings[0].zh.startswith("文字按 UTF-8")
    assert made.column("a")[1].startswith("锡" * 84)


def test_a_zip_made_in_china_names_its_layers_in_gbk(tmp_path):
    plain = shapefile(tmp_path / "a.zip", CHINESE, encoding="gbk", cpg="GBK")
    with zipfile.ZipFile(plain) as packed, zipfile.ZipFile(tmp_path / "b.zip", "w") as made:
        for name in packed.namelist():
            info = zipfile.ZipInfo(name.replace("a.", "..."))
            made.writestr(info, packed.read(name))
    data = (tmp_path / "b.zip").read_bytes().replace(b"...", "地".encode("gbk") + b".")
    (tmp_path / "b.zip").write_bytes(data)
    assert read_layer(tmp_path / "b.zip").name == "地"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_shapefile_we_write_keeps_long_names_and_says_its_encoding(tmp_path, encoding):
    frame = {"人口与就业岗位合计": ["一"], "population_2010": [1], "population_2020": [2]}
    path = layer(tmp_path / "a.zip", [WUXI], frame, encoding=encoding)
    with zipfile.ZipFile(path) as packed:
        assert packed.read("a.cpg").decode() == encoding.upper()
    made = read_layer(path)
    assert made.titles == tuple(frame)
    assert made.findings == ()


@pytest.mark.parametrize(
    ("frame", "shapes", "word"),
    [
        ({"a": ["字" * 130]}, [WUXI], "254 bytes"),
        ({"a": ["㐀"]}, [WUXI], "lacks"),
        ({"a": ["x", "y"]}, [WUXI, shapely.box(120, 31, 121, 32)], "not several"),
    ],
)
def test_a_shapefile_refuses_what_it_would_spoil_and_writes_nothing(tmp_path, frame, shapes, word):
    with pytest.raises(FileFault, match=word):
        layer(tmp_path / "a.zip", shapes, frame, encoding="gbk")
    assert list(tmp_path.iterdir()) == []


# --- at the door -----------------------------------------------------------------------------------------------------
def test_only_the_drivers_we_name_are_switched_on():
    on = call("hechang.intake.layers.child:drivers", bounds=Bounds(30, 2_000))
    assert set(on) == {"ESRI Shapefile", "GeoJSON", "GeoJSONSeq", "GPKG", "DXF", "LIBKML", "FlatGeobuf"}


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.dwg", b"AC1032" + bytes(500), "export it as DXF"),
        ("a.dxf", b"AutoCAD Binary DXF\r\n\x1a\x00" + bytes(500), "ASCII DXF"),
        ("a.dxf", b"AC1015\x00" + bytes(500), "DWG"),
        ("a.dxf", b"0\nSECTION\n2\nENTITIES\n0\nLINE\n8\n", "cannot be read|holds no layer|a.dxf"),
        ("a.geojson", b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>', "no table"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "cannot be read"),
        (
            "a.geojson",
            b'{"type": "gdal_streamed_alg", "command_line": "gdal vector read /etc/passwd"}',
            "cannot be read",
        ),
        ("a.gpkg", b"SQLite format 3\x00" + bytes(2000), "cannot be read"),
        ("a.fgb", b"fgb\x03fgb\x00" + b"\xff" * 200, "holds no layer"),
        ("a.kml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><kml>&a;</kml>', "entities|entity|DTD"),
        ("a.kml", b'<?xml version="1.0"?><kml><Document><Folder>', "cut off"),
        ("a.parquet", b"PAR1" + bytes(100), "cannot be read"),
    ],
)
def test_a_file_that_is_not_what_it_seems_says_so_and_what_to_do(tmp_path, name, content, word):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileFault, match=word) as refused:
        layer_of(tmp_path / name)
    assert name in refused.value.zh
    assert "→" in refused.value.zh
    assert "→" in refused.value.en
    assert "/tmp" not in refused.value.en


def test_a_zip_bomb_of_a_shapefile_is_refused_by_its_declared_size(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.shp", b"x")
        with packed.open("a.dbf", "w", force_zip64=True) as part:
            block = bytes(1_000_000)
            for _ in range(limits.UNPACKED + 1):
                part.write(block)
    with pytest.raises(FileFault, match="unpacks to"):
        read_layer(tmp_path / "a.zip")


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path):
    path = shapefile(tmp_path / "a.zip", CHINESE, encoding="utf-8", cpg="UTF-8")
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    while at >= 0:
        data[at + 24 : at + 28] = struct.pack("<I", 4)
        at = data.rfind(b"PK\x01\x02", 0, at)
    path.write_bytes(bytes(data))
    with pytest.raises(FileFault):
        read_layer(path)


@pytest.mark.parametrize("name", ["../../evil.shp", "/etc/evil.shp", "C:\\evil.shp", "..\\evil.shp"])
def test_a_name_that_leads_out_of_the_zip_is_refused(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(name, b"x")
    with pytest.raises(FileFault, match="unsafe name"):
        read_layer(tmp_path / "a.zip")


def test_a_shapefile_without_its_table_says_what_is_missing(tmp_path):
    whole = shapefile(tmp_path / "a.zip", CHINESE, encoding="utf-8")
    with zipfile.ZipFile(whole) as packed, zipfile.ZipFile(tmp_path / "b.zip", "w") as made:
        for name in (n for n in packed.namelist() if not n.endswith(".dbf")):
            made.writestr(name, packed.read(name))
    with pytest.raises(FileFault, match=r"lacks the part a\.dbf"):
        read_layer(tmp_path / "b.zip")


@pytest.mark.measured
def test_a_million_vertices_are_read_within_seconds_and_the_memory_of_the_limited_process(tmp_path):
    turn = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    ring = shapely.Polygon(np.column_stack([120 + 0.3 * np.cos(turn), 31 + 0.3 * np.sin(turn)]))
    path, start = layer(tmp_path / "a.gpkg", [ring]), perf_counter()
    made = read_layer(path)
    assert perf_counter() - start < 30  # 1 s on a free machine
    assert shapely.get_num_coordinates(made.shapes()[0]) == 1_000_001


# --- into the register and out of it ---------------------------------------------------------------------------------
@pytest.fixture
def with_layer(tiny):
    with tiny.edit(by="t", why="t") as e:
        e.put("layers", {"id": "x", "name": "层"})
    return e.after


@pytest.mark.parametrize("of", ["gcj02", "bd09", "epsg:4547", "epsg:4528"])
def test_an_import_in_a_declared_datum_is_kept_in_degrees_and_says_how_it_came(with_layer, tmp_path, of):
    path = layer(tmp_path / "a.gpkg", [WUXI], {"name": ["站"], "layer": ["x"]}, of=of)
    seen = preview(with_layer, "features", path, asked=Asked(datum=datum(of)))
    assert "datum-moved" in kinds(seen.findings)
    assert seen.as_dict()["datum"] == of
    after = commit(with_layer, seen, by="z", why="layer")
    row = after.features.iloc[0]
    assert shapely.from_wkb(row["geometry"]).distance(WUXI) < NEAR
    document = after.documents.loc[row["source"].removeprefix("import:").partition("#")[0]]
    assert of in document["remarks"]


def test_a_layer_in_no_declared_datum_writes_nothing_and_asks(with_layer, tmp_path):
    path = dxf(tmp_path / "a.dxf", POINT.format(528_503, 3_485_341, layer="x"))
    seen = preview(with_layer, "features", path)
    assert kinds(seen.findings) == ["datum-asked"]
    with pytest.raises(Refused, match="does not say in which datum"):
        commit(with_layer, seen, by="z", why="layer")
    assert len(with_layer.latest().features) == 0


def test_a_drawing_is_imported_with_its_layers_as_layers(with_layer, tmp_path):
    path = dxf(tmp_path / "a.dxf", POINT.format(3_485_341.409866, 528_503.789086, layer="x"))
    seen = preview(with_layer, "features", path, asked=Asked(datum=datum("epsg:4549/ne")))
    assert seen.ready
    assert shapely.from_wkb(seen.rows["features"]["geometry"].iloc[0]).distance(WUXI) < NEAR


def test_longitudes_and_latitudes_of_a_sheet_are_converted_too(tiny, tmp_path):
    (tmp_path / "a.csv").write_text("名称,经度(度),纬度(度)\n人民广场,121.4751,31.2327\n", encoding="utf-8")
    seen = preview(tiny, "stops", tmp_path / "a.csv", asked=Asked(datum=datum("gcj02")))
    row = seen.rows["stops"].iloc[0]
    assert (round(row["lon"], 4), round(row["lat"], 4)) == (121.4706, 31.2346)
    plain = preview(tiny, "stops", tmp_path / "a.csv").rows["stops"].iloc[0]
    assert (plain["lon"], plain["lat"]) == (121.4751, 31.2327)


def test_degrees_beside_metres_are_left_as_they_are(tiny, tmp_path):
    frame = {"id": ["z1"], "name": ["区"], "kind": ["zone"], "lon": [120.3], "lat": [31.49]}
    path = layer(tmp_path / "a.gpkg", [shapely.box(120, 31, 121, 32)], frame, of="epsg:4549")
    row = preview(tiny, "places", path).rows["places"].iloc[0]
    assert (row["lon"], row["lat"]) == (120.3, 31.49)
    assert shapely.hausdorff_distance(shapely.from_wkb(row["geometry"]), shapely.box(120, 31, 121, 32)) < NEAR


@pytest.mark.parametrize("suffix", [".geojson", ".geojsonl", ".gpkg", ".fgb", ".zip", ".parquet", ".csv"])
def test_a_table_goes_out_and_comes_back_unchanged_in_every_format(tiny, tmp_path, suffix):
    with tiny.edit(by="t", why="t") as e:
        e.put("places", {"id": "a", "name": "甲", "kind": "county", "geometry": shapely.box(120, 31, 121, 32).wkb})
    after = e.after
    path = export_table(after, "places", tmp_path / f"a{suffix}")
    seen = preview(after, "places", path)
    assert [one.say("zh") for one in seen.findings if one.severity == "error"] == []
    assert seen.counts["changed"] == seen.counts["new"] == 0


@pytest.mark.parametrize("of", ["gcj02", "bd09", "epsg:4549", "cgcs2000"])
def test_a_table_goes_out_in_another_datum_and_comes_back_by_declaring_it(with_layer, tmp_path, of):
    line = shapely.LineString([WUXI, SUZHOU])
    with with_layer.edit(by="t", why="t") as e:
        e.put("features", {"id": "f", "layer": "x", "name": "线", "geometry": line.wkb})
    path = export_table(e.after, "features", tmp_path / "a.gpkg", asked=Asked(datum=datum(of)))
    assert (gpd.read_file(path).geometry.iloc[0].distance(WUXI) > 1e-4) == datum(of).moves
    seen = preview(e.after, "features", path, asked=Asked(datum=datum(of)))
    back = seen.rows.get("features", pd.DataFrame())
    moved = [shapely.from_wkb(shape) for shape in back.get("geometry", [])]
    assert all(shapely.hausdorff_distance(shape, line) < NEAR for shape in moved)
    assert seen.counts["new"] == 0


@pytest.mark.parametrize(
    ("suffix", "of", "word"),
    [
        (".kml", "gcj02", "WGS 84 only"), (".dxf", "wgs84", "in metres"),
        (".gpkg", "epsg:4549/ne", "north before east"),
        (".geojsonl", "gcj02", "WGS 84 only"), (".shp", "wgs84", "no format"),
    ],
)  # fmt: skip
def test_a_format_that_cannot_hold_a_datum_says_so_and_writes_nothing(tmp_path, suffix, of, word):
    with pytest.raises(InputError, match=word):
        layer(tmp_path / f"a{suffix}", [WUXI], of=of)
    assert list(tmp_path.iterdir()) == []


def test_a_shifted_geojson_of_ours_says_so_itself(tmp_path):
    made = read_layer(layer(tmp_path / "a.geojson", [WUXI], of="gcj02"))
    assert made.datum == datum("gcj02")
    plain = layer(tmp_path / "b.geojson", [WUXI])
    assert "datum" not in plain.read_text(encoding="utf-8").partition("features")[0]


def test_a_layer_is_converted_from_drawing_to_geopackage(tmp_path):
    path = dxf(tmp_path / "a.dxf", POINT.format(528_503.789086, 3_485_341.409866, layer="桩"))
    _, told = convert(
        path, tmp_path / "b.gpkg", came=Asked(datum=datum("epsg:4549")), wanted=Asked(datum=datum("gcj02"))
    )
    assert kinds(told) == ["layer-encoding"]
    made = read_layer(tmp_path / "b.gpkg", Asked(datum=datum("gcj02")))
    assert made.column("layer").tolist() == ["桩"]
    assert made.shapes()[0].distance(shapely.Point(120.30459286747151, 31.488090152957987)) < NEAR


@pytest.mark.parametrize("declared", [None, "epsg:4549"])
def test_a_conversion_that_cannot_be_right_writes_nothing(tmp_path, declared):
    """No datum; or degrees read as metres of a zone, in a file that says what it is."""
    path = layer(tmp_path / "a.gpkg", [WUXI], of="gcj02" if declared is None else "wgs84")
    with pytest.raises(Refused, match="Nothing was written"):
        convert(path, tmp_path / "b.gpkg", came=Asked(datum=datum(declared) if declared else None), wanted=Asked())
    assert not (tmp_path / "b.gpkg").exists()


@pytest.mark.shared
def test_the_real_layers_are_read_in_every_format_they_are_sent_in(shared, tmp_path):
    region = shared / "data/region"
    counties = layer_of(region / "counties.gpkg")
    assert len(counties.fields) == 71
    for name in ("railways.gpkg", "lakes_gshhg.geojson", "metro_lines.geojson", "rail_sequence_stations.csv"):
        made = layer_of(region / name, Asked(datum=datum("wgs84")))
        assert not shapely.is_missing(made.shapes()).any()
    wanted = Asked(encoding="gb18030", datum=datum("epsg:4549"))
    convert(region / "counties.gpkg", tmp_path / "c.zip", came=Asked(), wanted=wanted)
    back = read_layer(tmp_path / "c.zip")
    assert back.column("name_zh").tolist() == counties.column("name_zh").tolist()
    assert back.datum == datum("epsg:4549")
