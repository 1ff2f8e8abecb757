"""Datums: shifts of map services both ways, zones of CGCS2000, and whether a layer lies on the lines one knows."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hechang.engines.datum import (
    bd09_from_gcj02,
    bd09_from_wgs84,
    degrees_from_metres,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    metres_from_degrees,
    outside,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)
from hechang.engines.flat import METRES_A_DEGREE
from hechang.engines.line_fit import clearly_better, distances, fits
from hechang.intake.layers.declared import settle
from hechang.intake.layers.moving import points_in, points_out, shapes_in, shapes_out
from hechang.intake.sheets.faults import Where
from hechang.terms.datums import datum, datums
from hechang.terms.errors import InputError

MILLIMETRE = 0.001 / METRES_A_DEGREE
CENTIMETRES = 0.02 / METRES_A_DEGREE

# WGS 84, then GCJ-02 and BD-09 as coord-convert 0.2.1 and prcoords 1.0.2 give them, to the last digit alike, and GCJ-02
# as eviltransform 0.1.1 gives it, whose ellipsoid is another: up to 2 cm apart. Computed once on 2026-11-23.
GOLDEN = [
    ((121.4706, 31.2346), (121.47513339596216, 31.232668010763792), (121.4816774596092, 31.23857616592902),
     (121.47513347272545, 31.232667978049722)),
    ((116.3913, 39.9075), (116.39754118159271, 39.90890127616531), (116.40391394350723, 39.91524466370509),
     (116.39754128727367, 39.9089012998929)),
    ((104.0668, 30.5728), (104.06930547724922, 30.570346141080414), (104.07578295683295, 30.576351856151092),
     (104.06930551967407, 30.5703460995296)),
    ((87.6177, 43.7928), (87.62054922425168, 43.79402455549771), (87.6269813254592, 43.80014663419902),
     (87.62054927249714, 43.794024576232914)),
    ((113.2644, 23.1291), (113.26972959210308, 23.126423339922844), (113.27615075157122, 23.13271125723948),
     (113.26972968234823, 23.126423294599377)),
    ((120.3, 31.49), (120.30459286747151, 31.488090152957987), (120.31119591146604, 31.493742582176242),
     (120.30459294524182, 31.488090120618846)),
    ((122.2072, 29.9853), (122.2113581301466, 29.982897230876777), (122.21792386534469, 29.988563774386638),
     (122.21135820055558, 29.98289719019106)),
    ((73.0, 1.0), (73.00308748852166, 1.0011906908014654), (73.0096060515233, 1.007052314057192),
     (73.00308754080162, 1.0011907109632472)),
]  # fmt: skip

inside = st.tuples(st.floats(72.1, 137.7), st.floats(0.9, 55.7))


def pair(point):
    return np.array([point[0]]), np.array([point[1]])


@pytest.mark.parametrize(("wgs", "gcj", "bd", "other"), GOLDEN)
def test_the_shifts_are_those_of_three_published_programs(wgs, gcj, bd, other):
    made = np.array(gcj02_from_wgs84(*pair(wgs)))[:, 0]
    assert np.abs(made - gcj).max() < 1e-11
    assert np.abs(made - other).max() < CENTIMETRES
    assert np.abs(np.array(bd09_from_gcj02(*pair(gcj)))[:, 0] - bd).max() < 1e-11


def test_peoples_square_is_where_the_notes_on_the_data_say():
    lon, lat = wgs84_from_gcj02(*pair((121.4751, 31.2327)))
    assert (round(float(lon[0]), 4), round(float(lat[0]), 4)) == (121.4706, 31.2346)


@given(inside)
def test_every_shift_taken_back_comes_home_to_less_than_a_millimetre(point):
    there_and_back = (
        (gcj02_from_wgs84, wgs84_from_gcj02), (bd09_from_gcj02, gcj02_from_bd09), (bd09_from_wgs84, wgs84_from_bd09),
    )  # fmt: skip
    for there, back in there_and_back:
        home = np.array(back(*there(*pair(point))))[:, 0]
        assert np.abs(home - point).max() < MILLIMETRE


@settings(max_examples=25, deadline=None)
@given(inside)
def test_the_inverse_is_the_one_a_search_of_the_neighbourhood_finds(point):
    """The oracle walks in ever smaller steps and knows no derivative nor fixed point."""

    def miss(x, y):
        east, north = gcj02_from_wgs84(*pair((x, y)))
        return math.hypot(float(east[0]) - point[0], float(north[0]) - point[1])

    best, step = point, 0.01
    while step > MILLIMETRE / 4:
        near = [(best[0] + i * step, best[1] + j * step) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        nearest = min(near, key=lambda at: miss(*at))
        best, step = (nearest, step) if nearest != best else (best, step / 2)
    found = np.array(wgs84_from_gcj02(*pair(point)))[:, 0]
    assert np.abs(found - best).max() < MILLIMETRE * 2


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_outside_of_the_box_nothing_moves_and_inside_everything_does(lon, lat):
    away = not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271)
    assert bool(outside(*pair((lon, lat)))[0]) == away
    moved = np.array(gcj02_from_wgs84(*pair((lon, lat))))[:, 0] != (lon, lat)
    assert moved.any() != away


def test_a_point_that_is_none_stays_none_and_hurts_no_other():
    lon, lat = wgs84_from_bd09(np.array([np.nan, 121.4816774596092]), np.array([31.0, 31.23857616592902]))
    assert np.isnan(lon[0])
    assert abs(lon[1] - 121.4706) < MILLIMETRE
    assert abs(lat[1] - 31.2346) < MILLIMETRE


def test_the_golden_point_in_metres_stands_east_first():
    east, north = metres_from_degrees(*pair((120.3, 31.49)), epsg=4547)
    assert (round(float(east[0]), 2), round(float(north[0]), 2)) == (1_099_129.93, 3_502_551.16)


@pytest.mark.parametrize("epsg", [4526, 4527, 4528, 4529, 4547, 4548, 4549, 4550])
def test_metres_come_back_as_the_same_degrees(epsg):
    lon, lat = degrees_from_metres(*metres_from_degrees(*pair((120.3, 31.49)), epsg=epsg), epsg=epsg)
    assert abs(lon[0] - 120.3) < MILLIMETRE
    assert abs(lat[0] - 31.49) < MILLIMETRE


def test_a_zone_with_its_number_in_front_is_the_same_zone():
    plain, numbered = (metres_from_degrees(*pair((120.3, 31.49)), epsg=epsg) for epsg in (4549, 4528))
    assert abs(numbered[0][0] - plain[0][0] - 40_000_000) < 0.001
    assert abs(numbered[1][0] - plain[1][0]) < 0.001


@given(inside, st.sampled_from(sorted(datums())), st.booleans())
def test_every_datum_comes_back_as_it_went_out(point, name, north_first):
    one = datum(name + "/ne" * north_first)
    if one.kind == "metres" and not 113 < point[0] < 124:
        return  # a zone is made for three degrees and good for a few more
    home = np.array(points_in(*points_out(*pair(point), datum=one), datum=one))[:, 0]
    assert np.abs(home - point).max() < MILLIMETRE


def test_shapes_move_whole_and_what_is_missing_stays_missing():
    shapes = np.array([shapely.box(120, 31, 121, 32), None, shapely.LineString([(120, 31), (121, 32)])], dtype=object)
    there = shapes_out(shapes, datum("gcj02"))
    assert there[1] is None
    assert there[0].distance(shapes[0].exterior) < 0.01
    back = shapes_in(there, datum("gcj02"))
    assert shapely.hausdorff_distance(back[[0, 2]], shapes[[0, 2]]).max() < MILLIMETRE


def test_a_datum_nobody_converts_is_refused_with_those_one_can_declare():
    with pytest.raises(InputError, match="wgs84, cgcs2000, gcj02, bd09") as refused:
        datum("xian80")
    assert "gcj02" in refused.value.zh


@pytest.mark.parametrize(
    ("stated", "declared", "found", "kinds"),
    [
        ("", "", None, ["datum-asked"]),
        ("", "gcj02", "gcj02", []),
        ("4549", "", "epsg:4549", []),
        ("4549", "epsg:4549/ne", "epsg:4549/ne", []),
        ("4549", "epsg:4548", None, ["datum-contradicts"]),
        ("4326", "cgcs2000", None, ["datum-contradicts"]),
        ("4326", "gcj02", "gcj02", ["datum-shifted"]),
        ("4549", "gcj02", None, ["datum-contradicts"]),
        ("by custom 4326", "epsg:4549", "epsg:4549", []),
        ("by custom 4326", "", "wgs84", []),
        ("own bd09", "", "bd09", []),
        ("Xian 1980", "", None, ["datum"]),
        ("Xian 1980", "cgcs2000", None, ["datum-contradicts"]),
        ("?", "", None, ["datum"]),
    ],
)
def test_what_is_declared_and_what_the_file_says_must_agree(stated, declared, found, kinds):
    made, told = settle(Where("a.gpkg"), stated, declared=datum(declared) if declared else None)
    assert (made.said if made else None) == found
    assert [one.kind for one in told] == kinds


# --- lines one knows -------------------------------------------------------------------------------------------------
LINE = np.array([shapely.LineString([(120.0, 31.0), (120.4, 31.3), (121.0, 31.2)])])


def on_line(count: int = 30) -> np.ndarray:
    return shapely.get_coordinates(shapely.line_interpolate_point(LINE[0], np.linspace(0.01, 1.0, count)))


@pytest.mark.parametrize(
    ("told", "other", "better"),
    [
        (0.5, 0.05, True), (0.5, 0.25, True), (0.5, 0.26, False), (0.14, 0.01, False), (3.0, 1.0, False),
        (0.8, 0.31, False), (60.0, 15.0, True), (40.0, 15.0, False), (500.0, 25.0, False), (np.inf, 3.0, True),
        (0.2, np.inf, False),
    ],
)  # fmt: skip
def test_another_datum_is_named_only_where_it_is_clearly_better(told, other, better):
    assert clearly_better({"wgs84": told, "gcj02": other}, "wgs84") == ("gcj02" if better else None)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(119, 122), st.floats(30, 32)), min_size=1, max_size=6))
def test_distances_are_those_measured_one_by_one_in_short_steps(points):
    """The oracle lays 20,000 points on the line and takes the nearest; both sides take the ground as flat."""
    steps = shapely.get_coordinates(shapely.line_interpolate_point(LINE[0], np.linspace(0, LINE[0].length, 20_000)))
    scale = np.array([math.cos(math.radians(31.15)), 1.0]) * METRES_A_DEGREE / 1000
    expected = [np.hypot(*((steps - at) * scale).T).min() for at in points]
    assert distances(np.array(points), LINE) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("wrong", ["gcj02", "bd09"])
def test_points_of_a_shifted_datum_are_found_out_by_the_line(wrong):
    came = np.column_stack(points_out(*on_line().T, datum=datum(wrong)))
    readings = {name: np.column_stack(points_in(*came.T, datum=datum(name))) for name in ("wgs84", "gcj02", "bd09")}
    assert clearly_better(fits(readings, LINE), "wgs84") == wrong
    assert clearly_better(fits(readings, LINE), wrong) is None


@given(st.integers(0, 10**6))
def test_points_that_follow_no_line_are_not_judged(seed):
    points = np.random.default_rng(seed).uniform((119.5, 30.5), (121.5, 31.8), (40, 2))
    readings = {name: np.column_stack(points_in(*points.T, datum=datum(name))) for name in ("wgs84", "gcj02", "bd09")}
    assert clearly_better(fits(readings, LINE), "wgs84") is None


@pytest.mark.shared
@pytest.mark.parametrize("stations", ["rail_stations_osm", "rail_stations_2016"])
def test_real_stations_shifted_off_their_lines_are_brought_back(shared, stations):
    region = shared / "data/region"
    rails = gpd.read_file(region / "railways.gpkg").geometry.to_numpy()
    true = shapely.get_coordinates(gpd.read_file(region / f"{stations}.geojson").geometry.to_numpy())
    came = np.column_stack(gcj02_from_wgs84(*true.T))
    back = np.column_stack(wgs84_from_gcj02(*came.T))
    assert np.abs(back - true).max() < MILLIMETRE
    scores = fits({"wgs84": came, "gcj02": back}, rails)
    assert scores["gcj02"] < 0.06
    assert scores["wgs84"] > 0.25
    assert clearly_better(scores, "wgs84") == "gcj02"


@pytest.mark.shared
@pytest.mark.parametrize("layer", ["metro_stations", "township_points", "suzhou_gardens"])
def test_real_layers_that_follow_no_railway_raise_no_false_alarm(shared, layer):
    region = shared / "data/region"
    rails = gpd.read_file(region / "railways.gpkg").geometry.to_numpy()
    points = shapely.get_coordinates(gpd.read_file(region / f"{layer}.geojson").geometry.to_numpy())
    readings = {name: np.column_stack(points_in(*points.T, datum=datum(name))) for name in ("wgs84", "gcj02", "bd09")}
    assert clearly_better(fits(readings, rails), "wgs84") is None
