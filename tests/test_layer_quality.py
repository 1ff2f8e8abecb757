"""The gate of quality: every fault is told at once, by feature, in both languages; a repair never touches the file."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import pairwise
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hechang.cli import main
from hechang.engines.flat import METRES_A_DEGREE
from hechang.intake.layers.gate import Gate
from hechang.intake.layers.layer import NOTHING, Asked, Layer
from hechang.intake.layers.moving import shapes_out
from hechang.intake.layers.quality import CHECKS, findings_of, gate_of
from hechang.intake.layers.repair import repaired, still_wrong, write_repaired
from hechang.intake.sheets.faults import FAULTS_OF_ONE_KIND
from hechang.intake.sheets.preview import preview
from hechang.terms.datums import datum, datums
from hechang.terms.errors import FileFault, NotKnown
from hechang.terms.layer_profiles import profile, profiles
from hechang.terms.specs import codes
from layers_made import WUXI, layer

DEGREE = METRES_A_DEGREE
BOW = shapely.Polygon([(121, 31), (121.1, 31.1), (121.1, 31), (121, 31.1)])


def gate(shapes, frame=None, *, of="parcels", hexes=None, lines=None, extent=()) -> Gate:
    """A layer at the gate without a file."""
    wkb = hexes or ["" if shape is None else shape.wkb_hex for shape in shapes]
    frame = frame or {"id": [f"P{at}" for at in range(len(wkb))], "class": ["farm"] * len(wkb)}
    fields = pd.DataFrame(frame, index=pd.RangeIndex(1, len(wkb) + 1)).astype("category")
    index = fields.index
    made = Layer("a.gpkg", "gpkg", "a", "", tuple(frame), fields.set_axis(range(len(frame)), axis=1),
                 pd.Series(wkb, index, dtype=object), datums()["wgs84"])  # fmt: skip
    known = np.array(lines if lines is not None else [], dtype=object)
    return Gate(made, profile(of) if of else None, known, extent)


def told(found) -> list[tuple[str, str]]:
    return [(one.kind, one.cell) for one in found]


def square(x: float, y: float, size: float = 0.001) -> shapely.Polygon:
    return shapely.box(x, y, x + size, y + size)


# --- shapes ----------------------------------------------------------------------------------------------------------
OPEN_RING = "01030000000100000004000000" + shapely.LineString([(0, 0), (1, 0), (1, 1), (0, 1)]).wkb_hex[18:]
SHORT_RING = "01030000000100000002000000" + shapely.LineString([(0, 0), (0, 0)]).wkb_hex[18:]


@pytest.mark.parametrize(
    ("wkb", "kind"),
    [
        ("", "layer-no-shape"),
        (OPEN_RING, "ring-open"),
        (SHORT_RING, "ring-short"),
        (shapely.Polygon([(120, 31), (120, 31), (120, 31)]).wkb_hex, "ring-short"),
        ("POLYGON ((1 2, 3", "not-shape"),
        (shapely.Polygon().wkb_hex, "shape-empty"),
        (shapely.Point(np.nan, 31).wkb_hex, "shape-nan"),
        (shapely.LineString([(120, 31), (np.inf, 31)]).wkb_hex, "shape-nan"),
        (BOW.wkb_hex, "shape-invalid"),
        (shapely.LineString([(120, 31), (120, 31), (121, 31)]).wkb_hex, "vertices-twice"),
        (shapely.Point(31.5, 120.3).wkb_hex, "shape-swapped"),
        (shapely.Point(528_000, 3_485_000).wkb_hex, "shape-outside"),
        (shapely.Point(0, 0).wkb_hex, "shape-origin"),
        (shapely.Point(110, 31).wkb_hex, "shape-beyond"),
        (WUXI.wkb_hex, None),
    ],
)
def test_a_faulty_shape_is_told_once_by_its_kind(wkb, kind):
    found = findings_of(gate([], {"name": ["x", "y"]}, of="", hexes=[WUXI.wkb_hex, wkb], extent=(118, 29, 123, 33)))
    assert told(found) == ([(kind, "#2")] if kind else [])
    assert all(one.zh and one.en and one.mend_zh and one.mend_en for one in found)


def test_an_open_ring_in_a_file_is_told_and_closed_in_the_copy(tmp_path):
    ring = [[120, 31], [120.1, 31], [120.1, 31.1], [120, 31.1]]
    feature = {"type": "Feature", "properties": {"name": "甲"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (tmp_path / "a.geojson").write_text(text, encoding="utf-8")
    at = gate_of(tmp_path / "a.geojson")
    assert told(findings_of(at)) == [("ring-open", "#1")]
    made = repaired(at)
    assert made.changes["change"].tolist() == ["ring-closed"]
    assert made.shapes[0].equals(shapely.box(120, 31, 120.1, 31.1))


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=4, max_size=8))
def test_a_ring_that_crosses_itself_is_found_as_a_count_of_crossings_says(corners):
    """The oracle asks of every two sides whether they meet where they should not, and whether the ring has an area."""
    ring = [*corners, corners[0]]
    found = [
        kind for kind, _ in told(findings_of(gate([shapely.Polygon([(120 + x, 30 + y) for x, y in ring])], of="")))
    ]
    assert bool({"shape-invalid", "ring-short"} & set(found)) == (not simple(ring))


def simple(ring: list[tuple[int, int]]) -> bool:
    """Whether a ring of whole numbers has an area and its sides meet at their common ends only."""
    ring = [at for n, at in enumerate(ring) if n == 0 or at != ring[n - 1]]
    sides = list(pairwise(ring))
    if len(sides) < 3:
        return False
    for i, one in enumerate(sides):
        for j in range(i + 1, len(sides)):
            common = j == i + 1 or (i == 0 and j == len(sides) - 1)
            if not common and meet(one, sides[j]):
                return False
            if common and back(one, sides[j]) and turn(one[0], one[1], sides[j][1 if j == i + 1 else 0]) == 0:
                return False
    return True


def turn(a, b, c) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def between(a, b, c) -> bool:
    return (
        turn(a, b, c) == 0 and min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])
    )


def meet(one, other) -> bool:
    (a, b), (c, d) = one, other
    if any((between(a, b, c), between(a, b, d), between(c, d, a), between(c, d, b))):
        return True
    return (turn(a, b, c) > 0) != (turn(a, b, d) > 0) and (turn(c, d, a) > 0) != (turn(c, d, b) > 0) and 0 not in (
        turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)
    )  # fmt: skip


def back(one, other) -> bool:
    """Whether two sides with a common end lead into the same direction from it."""
    common = ({one[0], one[1]} & {other[0], other[1]}).pop()
    ends = [next(at for at in side if at != common) for side in (one, other)]
    dot = sum((ends[0][k] - common[k]) * (ends[1][k] - common[k]) for k in (0, 1))
    return dot > 0


# --- coverage --------------------------------------------------------------------------------------------------------
def test_areas_that_fit_together_raise_nothing():
    boxes = [square(120 + x / 1000, 31 + y / 1000) for x in range(4) for y in range(4)]
    assert findings_of(gate(boxes)) == []


def test_overlap_gap_and_double_are_told_apart_at_the_later_feature():
    near = 0.5 / DEGREE
    shapes = [
        square(120, 31), square(120.0005, 31),  # half of it over the first
        square(120.01, 31), shapely.box(120.011 + near, 31, 120.012, 31.001),  # half a metre apart
        square(120.02, 31), square(120.02, 31),
        square(120.03, 31), square(120.0311, 31),  # ten metres apart: a street
    ]  # fmt: skip
    found = findings_of(gate(shapes))
    assert told(found) == [("shape-same", "#6"), ("shape-overlap", "#2"), ("shape-gap", "#3"), ("shape-gap", "#4")]
    assert "#5" in found[0].en
    shared = 0.0005 * 0.001 * DEGREE**2 * np.cos(np.radians(31.0005))
    assert f"{shared:,.0f}"[:3] in found[1].en
    assert "120.01" in found[2].en


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 6)), min_size=2, max_size=6, unique=True)
)
def test_overlaps_are_those_a_count_of_small_cells_finds(boxes):
    """The oracle fills a grid of cells and compares every two boxes cell by cell."""
    shapes = [
        shapely.box(120 + x / 1000, 31 + y / 1000, 120 + (x + s) / 1000, 31 + (y + s) / 1000) for x, y, s in boxes
    ]
    cells = [{(x + i, y + j) for i in range(s) for j in range(s)} for x, y, s in boxes]
    expected = {
        (f"#{i + 1}", f"#{j + 1}")
        for i in range(len(boxes))
        for j in range(i)
        if cells[i] & cells[j] and cells[i] != cells[j]
    }
    found = [one for one in findings_of(gate(shapes)) if one.kind == "shape-overlap"]
    assert {(one.cell, one.en.split()[2]) for one in found} == expected


# --- attributes and codes --------------------------------------------------------------------------------------------
def test_what_a_profile_wants_of_the_fields_is_checked_cell_by_cell():
    frame = {
        "图斑号": ["1", "1", "", "4"],
        "地类": ["farm", "建设(自有粗分类)", "010101", ""],
        "面积": ["5", "大", "", "6"],
    }
    found = findings_of(gate([square(120 + x / 1000, 31) for x in range(4)], frame))
    assert told(found) == [
        ("required", "#3"), ("duplicate", "#2"), ("required", "#4"), ("not-code", "#3"), ("not-number", "#2"),
    ]  # fmt: skip
    assert "own coarse class" in codes("land_classes")["farm"].en


def test_a_field_that_is_missing_is_told_once_with_the_names_it_may_have():
    found = findings_of(gate([square(120, 31)], {"x": ["1"]}))
    assert told(found) == [("field-missing", ""), ("field-missing", "")]
    assert "图斑编号" in found[0].say("zh")


def test_a_line_in_a_layer_of_areas_is_told():
    assert told(findings_of(gate([shapely.LineString([(120, 31), (121, 32)])]))) == [("shape-kind", "#1")]


@pytest.mark.parametrize(
    ("code", "right"),
    [("320211", True), ("310115", True), ("330902", True), ("320000", False), ("32021", False), ("990211", False),
     ("32021a", False), ("3202111", False), ("810001", True)],
)  # fmt: skip
def test_a_code_of_a_county_has_six_digits_and_a_province(code, right):
    found = findings_of(gate([square(120, 31)], {"code": [code], "name": ["区"]}, of="counties"))
    assert told(found) == ([] if right else [("code-county", "#1")])


def test_a_town_has_nine_digits_that_begin_with_its_county():
    frame = {"code": ["320211001", "320211", "320206001"], "name": ["甲", "乙", "丙"], "county_code": ["320211"] * 3}
    found = findings_of(gate([square(120 + x / 1000, 31) for x in range(3)], frame, of="towns"))
    assert told(found) == [("code-town", "#2"), ("code-parent", "#3")]


def test_a_profile_nobody_knows_is_refused_with_the_nearest_name(tmp_path):
    with pytest.raises(NotKnown, match="Did you mean 'parcels'"):
        gate_of(layer(tmp_path / "a.gpkg", [WUXI]), profile="parcel")


@pytest.mark.parametrize("one", profiles().values(), ids=lambda one: one.name)
def test_every_profile_has_words_and_code_lists_that_exist(one):
    assert one.zh and one.en and one.shapes in ("point", "line", "polygon")
    assert all(field.zh and field.en for field in one.fields)
    assert all(codes(field.codes) for field in one.fields if field.type == "code")


# --- the datum -------------------------------------------------------------------------------------------------------
LINE = shapely.LineString([(120.0, 31.0), (120.4, 31.3), (121.0, 31.2)])
ON_LINE = shapely.line_interpolate_point(LINE, np.linspace(0.01, 1.0, 20))


@pytest.mark.parametrize(
    ("truly", "declared"),
    [("gcj02", "wgs84"), ("bd09", "wgs84"), ("wgs84", "gcj02"), ("wgs84/ne", "wgs84"), ("epsg:4549", "epsg:4548"),
     ("epsg:4549/ne", "epsg:4549"), ("epsg:4528", "epsg:4549")],
)  # fmt: skip
def test_a_wrong_declaration_is_found_out_by_known_lines_and_the_right_one_named(truly, declared):
    came = shapes_out(ON_LINE, datum(truly))
    for said, expected in ((declared, [truly]), (truly, [])):
        at = gate(list(came), {"name": ["x"] * len(came)}, of="", lines=[LINE])
        at = Gate(Layer(**(vars(at.layer) | {"datum": datum(said)})), None, at.lines)
        found = [one for one in findings_of(at) if one.kind == "datum-fits"]
        assert [one.mend_en.split("--datum ")[1].split(" ")[0] for one in found] == expected
        assert all(one.severity == "warning" for one in found)


@pytest.mark.shared
def test_stations_in_gcj02_against_the_real_railways_are_told_at_import(tmp_path, shared, tiny):
    import geopandas as gpd

    region = shared / "data/region"
    rails = gpd.read_file(region / "railways.gpkg").geometry
    with tiny.edit(by="t", why="t") as e:
        e.put("layers", {"id": "railways", "name": "铁路线"})
        e.put("features", pd.DataFrame({"layer": "railways", "geometry": rails.to_wkb()}))
    true = gpd.read_file(region / "rail_stations_osm.geojson")
    moved = shapely.get_coordinates(shapes_out(true.geometry.to_numpy(), datum("gcj02")))
    stops = pd.DataFrame({"名称": true["name"], "经度(度)": moved[:, 0], "纬度(度)": moved[:, 1]})
    stops.drop_duplicates("名称").to_csv(tmp_path / "a.csv", index=False)
    found = [one for one in preview(e.after, "stops", tmp_path / "a.csv").findings if one.kind == "datum-fits"]
    assert len(found) == 1
    assert "--datum gcj02" in found[0].mend_zh
    right = preview(e.after, "stops", tmp_path / "a.csv", asked=Asked(datum=datum("gcj02")))
    assert "datum-fits" not in [one.kind for one in right.findings]


# --- all at once, and the copy ---------------------------------------------------------------------------------------
def messy(path, of="wgs84"):
    """A layer with faults of many kinds; the last row is the first one again."""
    twice = shapely.Polygon([(120.2, 31), (120.2, 31), (120.201, 31), (120.201, 31.001), (120.2, 31)])
    near = shapely.box(120.001 + 0.000_000_03, 31, 120.002, 31.001)  # 3 mm off
    shapes = [square(120, 31), near, BOW, twice, square(120.3, 31), square(120, 31)]
    frame = {"id": ["1", "2", "3", "4", "4", "1"], "class": ["farm", "x", "built", "built", "", "farm"]}
    return layer(path, shapes, frame, of=of)


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    found = findings_of(gate_of(messy(tmp_path / "a.gpkg"), profile="parcels"))
    kinds = {one.kind for one in found}
    assert {"shape-invalid", "vertices-twice", "shape-same", "shape-gap", "not-code", "required", "duplicate"} <= kinds
    assert all(one.file == "a.gpkg" and one.sheet == "a" for one in found)


@pytest.mark.parametrize("of", ["wgs84", "epsg:4549"])
def test_a_repaired_copy_says_what_was_changed_and_leaves_the_file_alone(tmp_path, of):
    path = messy(tmp_path / "a.gpkg", of)
    before = sha256(path.read_bytes()).hexdigest()
    at = gate_of(path, profile="parcels")
    made = repaired(at)
    written, listed = write_repaired(at, made, target=tmp_path / "b.gpkg")
    changes = made.changes.set_index("row")["change"].to_dict()
    assert changes[2] == "snapped"
    assert changes[3] == "made-valid"
    assert changes[4] == "vertices-dropped"
    assert changes[6] == "row-dropped"
    assert sha256(path.read_bytes()).hexdigest() == before
    again = gate_of(written, profile="parcels")
    assert again.layer.datum == datum(of)
    left = {one.kind for one in findings_of(again)}
    assert not left & {"shape-invalid", "vertices-twice", "shape-same", "shape-gap", "shape-overlap"}
    assert left == {one.kind for one in findings_of(still_wrong(at, made))}
    assert "已闭合" not in listed.read_text(encoding="utf-8-sig")
    assert len(pd.read_csv(listed)) == len(made.changes)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=3, max_size=9))
def test_a_repair_gives_valid_areas_that_stay_within_the_ring(corners):
    shape = shapely.Polygon([(120 + x / 100, 31 + y / 100) for x, y in [*corners, corners[0]]])
    made = repaired(gate([shape], of=""))
    assert shapely.is_valid(made.shapes).all() or not shapely.make_valid(shape).area  # nothing to mend without an area
    assert shapely.convex_hull(shape).buffer(1e-9).covers(made.shapes[0])


@pytest.mark.parametrize(
    ("corners", "cells"),
    [
        ([(0, 0), (2, 2), (2, 0), (0, 2)], 2),  # a bow
        ([(0, 0), (4, 0), (4, 4), (2, 4), (2, 6), (2, 4), (0, 4)], 16),  # a spike
        ([(0, 0), (4, 0), (4, 4), (4, 8), (8, 8), (8, 4), (4, 4), (0, 4)], 32),  # two squares at a corner
    ],
)
def test_a_repair_keeps_the_area_one_sees(corners, cells):
    made = repaired(gate([shapely.Polygon([(120 + x / 100, 31 + y / 100) for x, y in corners])], of=""))
    assert shapely.area(made.shapes[0]) * 10_000 == pytest.approx(cells)
    assert made.changes["change"].tolist() == ["made-valid"]
    assert {"before", "after"} <= set(made.changes)


def test_a_repair_of_a_layer_in_no_known_datum_is_refused():
    at = gate([square(120, 31)])
    with pytest.raises(FileFault, match="in which datum"):
        repaired(Gate(Layer(**(vars(at.layer) | {"datum": None}))))


def test_a_layer_in_no_known_datum_is_checked_for_all_that_needs_none(tmp_path):
    at = gate_of(
        layer(tmp_path / "a.gpkg", [BOW], {"id": [""], "class": ["farm"]}, of="gcj02"), NOTHING, profile="parcels"
    )
    assert [one.kind for one in findings_of(at)] == ["datum-asked", "shape-invalid", "required"]


def test_faults_beyond_a_limit_are_counted_not_listed():
    found = findings_of(gate([shapely.Point(0, 0)] * (FAULTS_OF_ONE_KIND + 7), of=""))
    assert len(found) == FAULTS_OF_ONE_KIND + 1
    assert "7" in found[-1].en


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__module__.rpartition(".")[2])
def test_every_check_lets_an_empty_layer_pass(check):
    assert check(gate([], {"id": [], "class": []})) == []


@pytest.mark.measured
def test_a_million_vertices_pass_the_gate_within_seconds():
    turn_ = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    ring = shapely.Polygon(np.column_stack([120 + 0.3 * np.cos(turn_), 31 + 0.3 * np.sin(turn_)]))
    start = perf_counter()
    assert findings_of(gate([ring])) == []
    assert perf_counter() - start < 60  # 2 s on a free machine


@pytest.mark.shared
def test_the_real_counties_pass_but_for_known_flaws(shared):
    at = gate_of(shared / "data/region/counties.gpkg", profile="counties")
    found = findings_of(at)
    assert len(at.layer.fields) == 71
    assert {one.kind for one in found} <= {"shape-overlap", "shape-gap", "shape-invalid"}
    wrong = repaired(at)
    assert shapely.is_valid(wrong.shapes).all()


# --- the command -----------------------------------------------------------------------------------------------------
@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *line: str) -> tuple[int, dict]:
    status = main([*line, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_the_command_tells_all_findings_and_ends_with_one(here, capsys):
    messy(here / "a.gpkg")
    status, said = run(capsys, "layer", "check", "a.gpkg", "--profile", "parcels", "--repair", "b.gpkg")
    assert status == 1
    assert said["faults"] == sum(one["severity"] == "error" for one in said["findings"]) > 5
    assert (here / "b.gpkg").exists()
    assert {one["change"] for one in said["changes"]} == {"snapped", "made-valid", "vertices-dropped", "row-dropped"}
    assert len(pd.read_csv(here / "b.changes.csv")) == len(said["changes"])


def test_the_command_ends_with_nought_where_all_is_well(here, capsys):
    layer(here / "a.gpkg", [square(120, 31)], {"id": ["1"], "class": ["farm"]})
    status, said = run(capsys, "layer", "check", "a.gpkg", "--profile", "parcels", "--extent", "119,30,121,32")
    assert (status, said["faults"], said["datum"]) == (0, 0, "wgs84")
    assert main(["layer", "check", "a.gpkg", "--lang", "zh"]) == 0
    assert "1 个要素, 0 处错误" in capsys.readouterr().out


def test_the_command_converts(here, capsys):
    layer(here / "a.gpkg", [WUXI], {"name": ["站"]}, of="gcj02")
    status, said = run(capsys, "layer", "convert", "a.gpkg", "b.geojson", "--from", "gcj02", "--to", "wgs84")
    assert (status, said["features"]) == (0, 1)
    at = json.loads((here / "b.geojson").read_text(encoding="utf-8"))["features"][0]["geometry"]["coordinates"]
    assert np.abs(np.array(at) - (120.3, 31.49)).max() < 1e-8


@pytest.mark.parametrize(
    ("line", "status", "word"),
    [
        (["layer", "check", "none.gpkg"], 1, "no such file"),
        (["layer", "check", "a.gpkg", "--datum", "mars"], 1, "epsg:4549"),
        (["layer", "check", "a.gpkg", "--extent", "1,2"], 2, "west,south,east,north"),
        (["layer", "check", "a.gpkg", "--repair", "a.gpkg"], 1, "file itself"),
        (["layer", "check", "a.gpkg", "--repair", "b.ods"], 1, ".gpkg"),
        (["layer", "convert", "a.gpkg", "a.gpkg"], 1, "file itself"),
        (["layer", "convert", "a.gpkg", "b.kml", "--to", "gcj02"], 1, "WGS 84 only"),
        (["layer", "convert", "a.gpkg", "b.gpkg", "--from", "epsg:4549"], 1, "says of itself"),
        (["import", "features", "a.gpkg", "--datum", "mars", "--dry-run"], 1, "epsg:4549"),
    ],
)
def test_a_wrong_line_is_told_in_words_and_changes_nothing(here, capsys, line, status, word):
    path = layer(here / "a.gpkg", [WUXI], {"name": ["站"]})
    before = path.read_bytes()
    assert main([*line, "--lang", "en"]) == status
    said = capsys.readouterr().err
    assert word in said
    assert "Traceback" not in said
    assert [one.name for one in here.iterdir()] == ["a.gpkg"]
    assert path.read_bytes() == before
