"""The map's API: tiles, layers and legends, the list beside it, and the numbers of a drawn area."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import duckdb
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hechang.atlas.mercator import metres, tile_at
from hechang.atlas.polygon import Area, from_code, read_area, square_km, to_code
from hechang.atlas.spatial import check_versions, engine
from hechang.publish.views.layers import colours
from hechang.region.opening import create_region
from hechang.region.settings import Settings
from hechang.terms.errors import InputError, StoreError
from hechang.web.app import create_app
from page_region import FORMULA, HOME, HOSTILE, SECRET, Client, page_region

HERE = (8, 213, 104)  # the tile all three counties of the region lie in
HALF = [[120, 31], [120.75, 31], [120.75, 31.5], [120, 31.5]]  # county a and the western half of b


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    made = page_region(tmp_path_factory.mktemp("map") / "map.hc")
    with made.edit(by="tester", why="lines and stations", source="person:tester", level=0) as e:
        e.put("layers", {"id": "railways", "name": "铁路", "name_en": "Railways", "table": "features"})
        track = shapely.LineString([(120.1, 31.25), (121.4, 31.25)])
        e.put("features", {"id": "track", "layer": "railways", "geometry": track.wkb})
        e.put("stops", {"id": "s1", "name": f"站{HOSTILE}", "mode": "rail", "place": "a", "lon": 120.2, "lat": 31.2})
        flow = {"origin": "a", "dest": "b", "period": "2022", "kind": "trains", "volume": 12, "unit": "列/日"}
        e.put("flows", {"id": "f1", **flow})
    return made.latest()


@pytest.fixture(scope="module")
def client(region):
    return Client(create_app(region))


def tile(client, layer, at=HERE, query=""):
    answer = client.get(f"/api/tiles/{layer}/{'/'.join(map(str, at))}.mvt{query}")
    assert answer.status_code == 200, answer.text
    return decoded(answer.content)


def around(zoom, lon, lat):
    """The tile a point lies in."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom
    return zoom, int((lon + 180) / 360 * 2**zoom), int(y)


def area(client, corners, **more):
    asked = {"geometry": {"type": "Polygon", "coordinates": [corners]}, **more}
    return client.ask("POST", "/api/area", json=asked, headers={"origin": HOME})


def figures(answer):
    return {one["key"]: one for one in answer.json()["figures"]}


# --- tiles --------------------------------------------------------------------------------------------------------


def test_a_tile_names_places_as_they_are_written_markup_is_only_text(client):
    found = {one["name"] for one in tile(client, "counties")["counties"]}
    assert found == {"甲县", "乙县", f"丙{HOSTILE}"}


def test_a_shape_inside_a_tile_keeps_its_corners_to_one_step(client):
    lake = tile(client, "lakes")["lakes"][0]
    at = tile_at(*map(str, HERE))
    west, south, east, north = metres(np.array([[120.2, 31.1], [120.3, 31.2]])).ravel()
    edges = [west - at.west, at.north - north, east - at.west, at.north - south]
    expected = np.array(edges) * at.scale
    points = np.array(lake["geometry"][0])
    assert np.abs(np.r_[points.min(axis=0), points.max(axis=0)] - expected).max() <= 1


def test_a_shape_across_tiles_is_cut_a_little_outside_the_tile(client):
    at = (12, 3415, 1675)
    parts = tile(client, "counties", at)["counties"]
    points = np.vstack([np.array(ring) for one in parts for ring in one["geometry"]])
    assert points.min() >= -513 and points.max() <= 4096 + 513


@pytest.mark.parametrize("zoom", [8, 12])
def test_outer_rings_run_clockwise_on_the_screen_as_the_tile_standard_wants(client, zoom):
    for one in tile(client, "lakes", around(zoom, 120.25, 31.15))["lakes"]:
        x, y = np.array(one["geometry"][0]).T
        assert np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) > 0


def test_a_tile_of_counties_carries_a_measure_with_its_class(client):
    found = {one["id"]: one for one in tile(client, "counties", query="?measure=rail-reach&limit=60")["counties"]}
    assert {id: one["value"] for id, one in found.items()} == {"a": 75.0, "b": 100.0, "c": 75.0}
    assert found["b"]["klass"] > found["a"]["klass"] >= 0


def test_a_measure_colours_the_layer_of_the_places_it_has_values_of(client):
    layers = {
        level: client.get(f"/api/map/measure?measure=rail-reach&level={level}").json()["layer"]
        for level in ("city", "county")
    }
    assert layers == {"city": "cities", "county": "counties"}
    cities = client.get("/api/tiles/cities/0/0/0.mvt?measure=rail-reach&level=city")
    assert cities.status_code in (200, 204)  # tiny has no outlines of cities


def test_projects_at_one_place_are_drawn_beside_each_other_and_always_the_same(client):
    at = around(13, 120.75, 31.25)
    found = tile(client, "projects", at)["projects"]
    spots = {tuple(one["geometry"][0][0]) for one in found}
    assert len(spots) == len(found) == 2
    assert found == tile(client, "projects", at, query="?lang=en")["projects"]


def test_projects_that_share_a_pixel_are_told_as_one_with_their_number(client):
    assert sum(one["n"] for one in tile(client, "projects", (0, 0, 0))["projects"]) == 4


def test_a_public_reader_gets_no_internal_project_in_tiles_lists_or_areas(region):
    public = Client(create_app(region, "public"))
    shown = {one["id"] for one in tile(public, "projects")["projects"]}
    assert "p3" not in shown and "p1" in shown
    listed = public.get("/api/map/rows/projects").text
    inside = area(public, [[119, 30], [122, 30], [122, 33], [119, 33]]).text
    assert SECRET not in listed + inside and '"p3"' not in listed + inside


def test_where_nothing_is_drawn_a_tile_is_empty_and_says_so(client):
    answer = client.get("/api/tiles/counties/8/0/0.mvt")
    assert answer.status_code == 204 and not answer.content


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/api/tiles/counties/3/8/0.mvt", 422, "3/8/0"),
        ("/api/tiles/counties/99/0/0.mvt", 422, "22"),
        ("/api/tiles/counties/a/0/0.mvt", 422, "a/0/0"),
        ("/api/tiles/counties/-1/0/0.mvt", 422, "-1/0/0"),
        ("/api/tiles/1e3/0/0/0.mvt", 404, "1e3"),
        ("/api/tiles/countys/0/0/0.mvt", 404, "counties"),
        ("/api/tiles/lakes/0/0/0.mvt?measure=rail-reach", 400, "measure"),
        ("/api/tiles/counties/0/0/0.mvt?colour=red", 400, "colour"),
        ("/api/tiles/counties/0/0/0.mvt?measure=rail-reech", 404, "rail-reach"),
        ("/api/tiles/counties/0/0/0.mvt?measure=rail-reach&limit=soon", 422, "soon"),
        ("/api/map/rows/projects?bbox=1,2,3", 422, "1,2,3"),
        ("/api/map/rows/projects?bbox=nan,1,2,3", 422, "nan"),
        ("/api/map/rows/projects?stage=begun", 404, "begun"),
        ("/api/map/rows/counties?light=red", 422, "light"),
        ("/api/map/rows/counties?id=nobody", 404, "nobody"),
        ("/api/map/rows/nothing", 404, "nothing"),
        ("/api/map/flows?kind=birds", 404, "birds"),
        ("/api/map/layers?colour=red", 400, "colour"),
        ("/api/area/projects.exe?area=AA", 404, "exe"),
        ("/api/area/projects.csv?area=%3Cb%3E", 422, "area"),
    ],
)
def test_a_mistake_in_an_address_is_told_in_both_languages(client, path, status, word):
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    said = answer.json()["error"]
    assert word in said["en"] and re.search("[一-鿿]", said["zh"])


def test_an_edit_of_a_project_leaves_the_tag_of_lakes_as_it_is(tmp_path):
    region = page_region(tmp_path / "tags.hc")
    client = Client(create_app(region))
    paths = [f"/api/tiles/{layer}/8/213/104.mvt" for layer in ("lakes", "projects")]
    before = [client.get(path).headers["etag"] for path in paths]
    with region.edit(by="tester", why="a name", source="person:tester", level=0) as e:
        e.put("projects", {"id": "p1", "name": "改名"})
    after = [client.get(path).headers["etag"] for path in paths]
    assert before[0] == after[0] and before[1] != after[1]
    assert client.get(paths[0], headers={"if-none-match": after[0]}).status_code == 304


def test_the_spatial_engine_reads_no_file_and_cannot_be_reconfigured():
    for sql in ("SELECT * FROM read_text('/etc/hostname')", "SET enable_external_access=true", "LOAD httpfs"):
        with pytest.raises(duckdb.Error):
            engine().cursor().execute(sql)


def test_an_engine_and_extension_of_two_versions_are_refused_with_the_cure():
    with pytest.raises(StoreError, match=re.escape("pip install duckdb==1.5.5")):
        check_versions("2.0.0", "1.5.5")


# --- layers, days, flows, the list --------------------------------------------------------------------------------


def test_layers_come_with_source_licence_and_both_names(client):
    found = client.get("/api/map/layers").json()
    layers = {one["id"]: one for one in found["layers"]}
    assert layers["lakes"]["sources"][0]["licence"] == "ODbL 1.0"
    assert (layers["counties"]["rows"], layers["counties"]["geometry"]) == (3, "area")
    assert all(one["zh"] and one["en"] for one in found["layers"])
    assert found["bounds"] == [120.0, 31.0, 121.5, 31.5]


def test_a_map_without_an_approval_number_says_that_it_has_none(client):
    assert client.get("/api/map/layers").json()["approval_number"] is None


def test_the_approval_number_of_a_region_stands_in_its_settings(tmp_path):
    settings = replace(Settings(name="图", day="2022-09-27"), approval_number="GS(2022)0001号")
    made = create_region(tmp_path / "approved.hc", settings)
    assert made.settings.approval_number == "GS(2022)0001号"
    assert Client(create_app(made)).get("/api/map/layers").json()["approval_number"] == "GS(2022)0001号"


def test_an_empty_region_has_a_map_too(tmp_path):
    client = Client(create_app(create_region(tmp_path / "empty.hc", Settings(day="2022-09-27"))))
    assert client.get("/api/map/layers").status_code == 200
    assert client.get("/api/map/days").json()["months"] == []
    assert client.get("/api/map/rows/projects").json()["total"] == 0
    assert client.get("/api/tiles/projects/0/0/0.mvt").status_code == 204
    assert figures(area(client, HALF))["projects"]["value"] == 0


def test_the_ramp_of_a_measure_is_that_of_the_pages(root):
    text = (root / "src/hechang/publish/assets/tokens.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--(ramp-\d|no-data): (#\w{6});", text.split("@media")[0]))
    dark = dict(re.findall(r"--(ramp-\d|no-data): (#\w{6});", text.rsplit("data-theme", 1)[1]))
    names = {str(n): f"ramp-{n + 1}" for n in range(5)} | {"-1": "no-data"}
    for code, name in names.items():
        assert (colours()["ramp", code]["light"], colours()["ramp", code]["dark"]) == (light[name], dark[name])


def test_the_list_holds_what_lies_in_the_extent_the_worst_light_first(client):
    everywhere = client.get("/api/map/rows/projects").json()
    assert everywhere["rows"][0]["light"] == "yellow" and everywhere["total"] == 4
    western = client.get("/api/map/rows/projects?bbox=120,31,120.4,31.5").json()
    assert {one["place"] for one in western["rows"]} == {"a"}
    lit = client.get("/api/map/rows/projects?light=yellow").json()
    assert [one["light"] for one in lit["rows"]] == ["yellow"]
    none = client.get("/api/map/rows/projects?light=none").json()
    assert all(one["light"] is None for one in none["rows"])


def test_a_search_in_the_list_takes_signs_as_signs(client):
    assert client.get("/api/map/rows/projects", params={"q": FORMULA}).json()["total"] == 1
    assert client.get("/api/map/rows/projects", params={"q": ".*"}).json()["total"] == 0


def test_the_days_of_the_slider_are_months_with_events_and_days_rows_begin(region):
    changed = region.latest()
    with changed.edit(by="tester", why="a border", source="person:tester", level=0) as e:
        e.put("places", {"id": "a", "name": "甲县", "kind": "county", "valid_from": "2021-05-01"})
    found = Client(create_app(changed)).get("/api/map/days").json()
    assert {"day": "2021-05-01", "table": "places", "n": 1} in found["changes"]
    assert all(re.fullmatch(r"\d{4}-\d{2}", one["month"]) for one in found["months"]) and found["months"]


def test_the_map_of_an_earlier_day_shows_the_stage_of_that_day(client):
    now = {one["id"]: one["stage"] for one in client.get("/api/map/rows/projects").json()["rows"]}
    then = {one["id"]: one["stage"] for one in client.get("/api/map/rows/projects?on=2015-01-01").json()["rows"]}
    assert now["p3"] == "started" and then["p3"] is None


def test_flows_are_those_of_the_last_period_unless_another_is_asked_for(tmp_path):
    region = page_region(tmp_path / "flows.hc")
    with region.edit(by="tester", why="two counts", source="person:tester", level=0) as e:
        flow = {"origin": "a", "dest": "b", "kind": "trains", "unit": "列/日"}
        e.put("flows", [flow | {"period": "2016-03", "volume": 5}, flow | {"period": "2022-01", "volume": 9}])
    client = Client(create_app(region.latest()))
    last = client.get("/api/map/flows?kind=trains").json()
    assert [row["volume"] for row in last["rows"]] == [9]
    assert (last["period"], last["periods"]) == ("2022-01", ["2016-03", "2022-01"])
    first = client.get("/api/map/flows?kind=trains&period=2016-03").json()
    assert [row["volume"] for row in first["rows"]] == [5]
    assert client.get("/api/map/flows?kind=trains&period=1999").status_code == 404


def test_flows_run_between_points_and_name_their_ends(client):
    found = client.get("/api/map/flows").json()
    assert [(one["origin_name"], one["dest_name"], one["volume"]) for one in found["rows"]] == [("甲县", "乙县", 12.0)]
    assert found["rows"][0]["origin_lon"] == 120.25


def test_a_measure_comes_with_its_borders_and_why_a_value_is_missing(client):
    found = client.get("/api/map/measure?measure=rail-reach&limit=60").json()
    assert [(one["from"], one["to"]) for one in found["classes"]][-1] == (None, None)
    assert {one["id"]: one["value"] for one in found["rows"]} == {"a": 75.0, "b": 100.0, "c": 75.0}


# --- the numbers of an area ---------------------------------------------------------------------------------------


def test_people_are_counted_by_the_share_of_each_county_and_the_answer_says_so(client):
    found = figures(area(client, HALF))["people"]
    assert (found["value"], found["denominator"]) == (50, 100)  # all of a (25) and half of b (50)
    assert "even" in found["how"]["en"] and "均匀" in found["how"]["zh"]


def test_a_measure_is_averaged_over_the_people_inside(client):
    found = figures(area(client, HALF, measures=[{"id": "rail-reach", "options": {"limit": 60}}]))["measure"]
    assert found["value"] == 87.5  # 25 people with 75 % and 25 with 100 %
    assert (found["numerator"], found["denominator"], found["card"]["id"]) == (4375.0, 50.0, "rail-reach")


def test_an_area_counts_projects_money_stations_and_track(client):
    found = figures(area(client, HALF))
    rows = client.get("/api/map/rows/projects?bbox=120,31,120.75,31.5").json()["rows"]
    assert found["projects"]["value"] == len(rows) and found["projects"]["denominator"] == 4
    assert found["paid"]["value"] == sum(one["paid"] or 0 for one in rows)
    assert (found["stations"]["value"], found["stations"]["denominator"]) == (1, 1)
    metres_a_degree = 111_412.84 * math.cos(math.radians(31.25)) - 93.5 * math.cos(math.radians(93.75))
    assert found["railways"]["value"] == pytest.approx(0.65 * metres_a_degree / 1000, rel=1e-3)


def test_the_area_itself_agrees_with_the_area_between_parallels_on_the_ellipsoid(client):
    a, e2 = 6_378_137.0, 0.006694380022900788  # GRS80

    def zone(lat):  # area from the equator to a parallel for one radian of longitude (Snyder 1987, 3-12)
        s, e = math.sin(math.radians(lat)), math.sqrt(e2)
        return a * a * (1 - e2) / 2 * (s / (1 - e2 * s * s) - math.log((1 - e * s) / (1 + e * s)) / (2 * e))

    expected = math.radians(0.75) * (zone(31.5) - zone(31)) / 1e6
    assert figures(area(client, HALF))["area"]["value"] == pytest.approx(expected, rel=1e-4)


def test_both_halves_of_an_area_add_up_to_the_whole(client):
    spans = ((120, 121.5), (120, 120.9), (120.9, 121.5))
    boxes = ([[west, 31], [east, 31], [east, 31.5], [west, 31.5]] for west, east in spans)
    whole, *parts = (figures(area(client, corners)) for corners in boxes)
    for key in ("projects", "paid", "plan", "stations"):
        assert whole[key]["value"] == sum(part[key]["value"] or 0 for part in parts), key
    for key in ("people", "area", "railways"):
        assert whole[key]["value"] == pytest.approx(sum(part[key]["value"] for part in parts), abs=1.1), key


def test_stages_and_lights_of_an_area_add_up_to_its_projects(client):
    found = area(client, [[119, 30], [122, 30], [122, 33], [119, 33]]).json()
    assert found["total"] == 4
    assert all(sum(one["projects"] for one in found[kind]) == 4 for kind in ("stages", "lights"))


def test_an_outline_that_crosses_itself_is_mended_and_the_answer_says_so(client):
    found = area(client, [[120, 31], [121, 31.5], [121, 31], [120, 31.5]]).json()
    assert found["area"]["mended"] is True
    assert found["area"]["geometry"]["type"] == "MultiPolygon"
    assert figures(area(client, [[120, 31], [121, 31.5], [121, 31], [120, 31.5]]))["area"]["value"] < 4000


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        7,
        "Polygon",
        {"type": "Point", "coordinates": [120, 31]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[120, 31], [121, 31]]]},
        {"type": "Polygon", "coordinates": [[[120, 31], [121, 31], [122, 31]]]},
        {"type": "Polygon", "coordinates": [[[120, 31], [121, 31], [120, 31]]]},
        {"type": "Polygon", "coordinates": [[["120", 31], [121, 31], [121, 32]]]},
        {"type": "Polygon", "coordinates": [[[True, 31], [121, 31], [121, 32]]]},
        {"type": "Polygon", "coordinates": [[[1200, 31], [121, 31], [121, 32]]]},
        {"type": "Polygon", "coordinates": [[[10**400, 31], [121, 31], [121, 32]]]},
        {"type": "Polygon", "coordinates": [[[i / 1000, 31 + i % 2] for i in range(2002)]]},
        {"type": "MultiPolygon", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": {"a": 1}},
    ],
)
def test_what_is_no_area_is_refused_with_what_to_do(client, geometry):
    answer = client.ask("POST", "/api/area", json={"geometry": geometry}, headers={"origin": HOME})
    assert answer.status_code == 422, answer.text
    said = answer.json()["error"]
    assert said["kind"] == "input-error" and said["en"] and re.search("[一-鿿]", said["zh"])


def test_numbers_that_are_none_are_refused(client):
    body = '{"geometry": {"type": "Polygon", "coordinates": [[[NaN, 31], [121, 31], [121, Infinity]]]}}'
    answer = client.ask("POST", "/api/area", content=body, headers={"origin": HOME, "content-type": "application/json"})
    assert answer.status_code == 422 and "error" in answer.json()


def test_an_area_asked_for_from_another_site_is_refused(client):
    asked = {"geometry": {"type": "Polygon", "coordinates": [HALF]}}
    assert client.ask("POST", "/api/area", json=asked, headers={"origin": "http://evil.example"}).status_code == 403


def test_the_projects_of_an_area_come_as_files_whose_formulas_are_text(client):
    code = area(client, HALF).json()["area"]["code"]
    text = client.get(f"/api/area/projects.csv?area={code}").content.decode("utf-8-sig")
    assert f"'{FORMULA}" in text and not re.search(r"(^|,)=", text, re.MULTILINE)
    assert json.loads(client.get(f"/api/area/projects.json?area={code}").content)["total"] == text.count("\n") - 1
    assert client.get(f"/api/area/projects.xlsx?area={code}").content[:2] == b"PK"


def test_a_project_without_a_point_of_its_own_says_whose_point_it_has(client):
    assert {one["of"] for one in client.get("/api/map/rows/projects").json()["rows"]} == {"place"}


def test_towns_without_a_point_take_that_of_their_county_and_are_counted_apart(tmp_path):
    region = page_region(tmp_path / "towns.hc")
    with region.edit(by="tester", why="a town", source="person:tester", level=0) as e:
        e.put("places", {"id": "a1", "name": "甲镇", "kind": "town", "parent": "a"})
        e.put("projects", [{"id": "p9", "name": "镇上项目", "place": "a1"}, {"id": "p8", "name": "何处项目"}])
    client = Client(create_app(region))
    found = figures(area(client, HALF))
    assert found["above"]["value"] == 1
    assert found["projects"]["missing"] == 1  # p8 lies nowhere
    row = client.get("/api/map/rows/projects?id=p9").json()["rows"][0]
    assert (row["of"], row["lon"], row["lat"]) == ("above", 120.25, 31.25)


corner = st.tuples(st.integers(11_000_000, 13_000_000), st.integers(2_500_000, 3_500_000))


@settings(max_examples=60, deadline=None)
@given(st.lists(corner, min_size=3, max_size=9, unique=True))
def test_the_short_form_of_an_area_gives_the_very_same_area(points):
    try:
        drawn = read_area({"type": "Polygon", "coordinates": [[[x / 1e5, y / 1e5] for x, y in points]]})
    except InputError:
        return  # all in one line
    found = from_code(to_code(drawn)).shape
    assert shapely.hausdorff_distance(shapely.boundary(found), shapely.boundary(drawn.shape)) < 2e-5


def test_an_area_of_two_parts_with_a_hole_keeps_both_in_its_short_form():
    holed = shapely.Polygon(shapely.box(120, 31, 121, 32).exterior, [shapely.box(120.2, 31.2, 120.8, 31.8).exterior])
    both = Area(shapely.MultiPolygon([holed, shapely.box(122, 31, 122.5, 31.5)]), False, 0)
    assert from_code(to_code(both)).shape.equals(both.shape)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_text_for_an_area_is_an_area_or_a_clear_refusal(text):
    try:
        shape = from_code(text).shape
    except InputError as error:
        said = error.en, error.zh
    else:
        said = ("an area",) * bool(square_km(np.array([shape], dtype=object))[0] > 0)
    assert all(said) and said


# --- reading tiles, by the standard (Mapbox Vector Tile 2.1), independent of what wrote them ----------------------


def decoded(data):
    """Layers of a tile by name: rows with their properties, and rings or points as `geometry`."""
    return {layer["name"]: layer["rows"] for layer in (_layer(part) for n, part in _fields(data) if n == 3)}


def _fields(data):
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at)
        else:
            size, at = (8, at) if wire == 1 else (4, at) if wire == 5 else _varint(data, at)
            value, at = data[at : at + size], at + size
        yield number, value


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def _layer(data):
    fields = list(_fields(data))
    names = [part.decode() for n, part in fields if n == 3]
    values = [_value(part) for n, part in fields if n == 4]
    rows = [_feature(part, names, values) for n, part in fields if n == 2]
    return {"name": next(part for n, part in fields if n == 1).decode(), "rows": rows}


def _value(data):
    number, value = next(_fields(data))
    if number == 1:
        return value.decode()
    if number in (2, 3):
        return float(np.frombuffer(value, "<f4" if number == 2 else "<f8")[0])
    return _signed(value) if number == 6 else bool(value) if number == 7 else _whole(value)


def _whole(value):
    return value - (1 << 64) if value >> 63 else value


def _signed(value):
    return (value >> 1) ^ -(value & 1)


def _packed(data):
    at, found = 0, []
    while at < len(data):
        value, at = _varint(data, at)
        found.append(value)
    return found


def _feature(data, names, values):
    parts = dict(_fields(data))
    tags = _packed(parts.get(2, b""))
    row = {names[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
    return row | {"geometry": _rings(_packed(parts[4]))}


def _rings(commands):
    rings, x, y, at = [], 0, 0, 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        for _ in range(count if command in (1, 2) else 0):
            x, y, at = x + _signed(commands[at]), y + _signed(commands[at + 1]), at + 2
            if command == 1:
                rings.append([])
            rings[-1].append((x, y))
    return rings
