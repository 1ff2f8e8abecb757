"""The register in other people's map programs: OGC API Features, asked by hand, by its schemas and by GDAL."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from urllib.parse import urlsplit

import pyogrio
import pytest
import shapely

from hechang.web.app import create_app
from hechang.web.ogc_document import CONFORMANCE, CRS84
from page_region import FORMULA, SECRET, Client, page_region

ITEMS = "/ogc/collections/places/items"
SERVE = """
import sys, uvicorn
from hechang.web.app import create_app
uvicorn.run(create_app(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return page_region(tmp_path_factory.mktemp("ogc") / "page.hc")


@pytest.fixture(scope="module")
def client(region):
    return Client(create_app(region))


def ids(client, path=ITEMS, **query):
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.json()["features"]]


def links(body):
    return {link["rel"]: link for link in body["links"]}


def test_from_the_landing_page_every_link_leads_somewhere(client):
    seen, waiting = set(), ["/ogc"]
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.text)
        text = answer.text
        found = re.findall(r'"href":"http://127.0.0.1:8000([^"]+)"', text)
        waiting += [one for one in found if one not in seen and one not in waiting]
    assert {"/ogc/api", "/ogc/conformance", "/ogc/collections/places/queryables", ITEMS} <= seen


def test_the_landing_page_has_what_qgis_looks_for(client):
    found = links(client.get("/ogc").json())
    assert {"self", "conformance", "data", "service-desc"} <= set(found)
    assert found["service-desc"]["type"].startswith("application/vnd.oai.openapi+json")
    described = client.get("/ogc/api").json()
    assert described["openapi"].startswith("3.0")
    assert described["components"]["parameters"]["limit"]["schema"]["maximum"] == 1000
    assert "places" in described["components"]["parameters"]["collectionId"]["schema"]["enum"]


def test_conformance_claims_what_qgis_needs_to_send_filters(client):
    said = client.get("/ogc/conformance").json()["conformsTo"]
    assert said == list(CONFORMANCE)
    for part in ("features-1/1.0/conf/core", "features-3/1.0/conf/filter", "features-3/1.0/conf/features-filter",
                 "cql2/1.0/conf/cql2-text", "cql2/1.0/conf/basic-cql2"):  # fmt: skip
        assert any(one.endswith(part) for one in said)


def test_collections_are_tables_with_shapes_layers_and_projects_at_their_places(client):
    rows = {row["id"]: row for row in client.get("/ogc/collections?lang=en").json()["collections"]}
    assert set(rows) == {"projects", "places", "layer-lakes"}
    assert rows["places"]["extent"]["spatial"]["bbox"] == [[120.0, 31.0, 121.5, 31.5]]
    assert rows["layer-lakes"]["title"] == "Layer lakes" and "OpenStreetMap" in rows["layer-lakes"]["description"]
    for row in rows.values():
        assert row["itemType"] == "feature" and row["crs"] == [CRS84]
        assert links(row)["items"]["type"] == "application/geo+json"


def test_features_are_geojson_in_longitude_and_latitude(client):
    answer = client.get("/ogc/collections/projects/items")
    body = answer.json()
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    assert (body["type"], body["numberMatched"], body["numberReturned"]) == ("FeatureCollection", 4, 4)
    one = body["features"][0]
    assert (one["type"], one["id"], one["geometry"]["coordinates"]) == ("Feature", "p1", [120.25, 31.25])
    assert one["properties"]["name"] == FORMULA and "geometry" not in one["properties"]


@pytest.mark.parametrize(
    ("box", "found"),
    [
        ("120,31,120.4,31.5", ["a"]),
        ("120.6,31.1,120.6,31.1", ["b"]),
        ("120.6,31.1,-9,121.2,31.2,9", ["b", "c"]),
        ("0,0,1,1", []),
        ("170,-80,121,80", ["a", "b", "c"]),
    ],
)
def test_a_box_finds_what_it_meets(client, box, found):
    assert ids(client, bbox=box) == found


def test_a_box_agrees_with_shapely_on_every_corner(client, region):
    shapes = region.geo("places").geometry.dropna()
    for west in (119.9, 120.2, 120.75, 121.4, 121.5):
        box = shapely.box(west, 31.2, west + 0.3, 31.3)
        assert ids(client, bbox=f"{west},31.2,{west + 0.3},31.3") == sorted(shapes.index[shapes.intersects(box)])


def test_pages_follow_each_other_without_a_gap_or_a_repeat(client):
    path, seen = f"{ITEMS}?limit=2", []
    while path:
        body = client.get(path).json()
        assert body["numberMatched"] == 5
        seen += [feature["id"] for feature in body["features"]]
        following = links(body).get("next")
        path = following and urlsplit(following["href"])._replace(scheme="", netloc="").geturl()
    assert seen == ["a", "b", "c", "x", "y"]


def test_filters_in_text_and_in_json_find_the_same(client):
    text = "kind = 'county' AND people > 30 OR S_INTERSECTS(geometry, POINT(121.2 31.2))"
    tree = {"op": "or", "args": [
        {"op": "and", "args": [{"op": "=", "args": [{"property": "kind"}, "county"]},
                               {"op": ">", "args": [{"property": "people"}, 30]}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [121.2, 31.2]}]},
    ]}  # fmt: skip
    assert ids(client, filter=text) == ["b", "c"]
    assert ids(client, filter=json.dumps(tree), **{"filter-lang": "cql2-json"}) == ["b", "c"]
    assert ids(client, filter=text, bbox="120.6,31.1,120.7,31.2", **{"filter-crs": CRS84}) == ["b"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("S_DISJOINT(geometry, BBOX(120,31,120.4,32))", ["b", "c"]),
        ("S_EQUALS(geometry, BBOX(120,31,120.5,31.5))", ["a"]),
        ("S_TOUCHES(geometry, BBOX(120,31,120.5,31.5))", ["b"]),
        ("S_WITHIN(geometry, BBOX(119,30,121.1,32))", ["a", "b"]),
        ("S_CONTAINS(geometry, POINT(120.1 31.1))", ["a"]),
        ("S_OVERLAPS(geometry, BBOX(120.2,31.2,120.3,32))", ["a"]),
        ("S_CROSSES(geometry, LINESTRING(119 31.2, 120.2 31.2))", ["a"]),
        ("people = people_year", []),
        ("people * 2 >= 100 AND CASEI(kind) = CASEI('COUNTY')", ["b"]),
        ("name LIKE '甲%' AND people BETWEEN 20 AND 30 AND id IN ('a', 'x')", ["a", "x"]),
    ],
)
def test_every_function_that_is_claimed_works(client, text, found):
    assert ids(client, filter=text) == found


def test_queryables_name_every_field_a_filter_may_use(client):
    answer = client.get("/ogc/collections/places/queryables")
    body = answer.json()
    assert answer.headers["content-type"] == "application/schema+json"
    assert body["$id"].endswith("/ogc/collections/places/queryables") and body["additionalProperties"] is False
    assert body["properties"]["people"]["type"] == "integer"
    assert body["properties"]["geometry"]["format"] == "geometry-any"
    for name in body["properties"]:
        assert client.get(ITEMS, params={"filter": f"{name} IS NULL"}).status_code == 200, name


def test_a_time_asks_for_what_was_in_force_then(tmp_path):
    region = page_region(tmp_path / "time.hc")
    with region.edit(by="x", why="moved", level=0) as e:
        e.put(
            "places", {"id": "a", "valid_from": "2022-06-01", "name": "甲市区", "geometry": shapely.box(1, 1, 2, 2).wkb}
        )
    client = Client(create_app(e.after))
    assert ids(client, bbox="0,0,3,3") == ["a"] and ids(client, datetime="2022-05-31", bbox="0,0,3,3") == []
    assert ids(client, datetime="2022-05-31T15:00:00Z", bbox="120,31,120.2,31.2") == ["a"]
    assert ids(client, datetime="2022-05-31T20:00:00Z", bbox="120,31,120.2,31.2") == []  # the first of June in Shanghai
    body = client.get(ITEMS, params={"datetime": "2022-01-01/..", "filter": "id = 'a'"}).json()
    assert [f["properties"]["name"] for f in body["features"]] == ["甲市区"]
    assert (
        client.get(ITEMS, params={"on": "2022-05-31", "filter": "id = 'a'"}).json()["features"][0]["properties"]["name"]
        == "甲县"
    )


def test_one_feature_stands_alone_with_the_way_back(client):
    body = client.get("/ogc/collections/projects/items/p2").json()
    assert (body["type"], body["id"]) == ("Feature", "p2")
    assert links(body)["collection"]["href"].endswith("/ogc/collections/projects")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("bbox=1,2,3", 400), ("bbox=a,b,c,d", 400), ("bbox=1,5,2,3", 400), ("bbox=1e9,1,2,3", 400), ("limit=0", 400),
        ("limit=-1", 400), ("limit=many", 400), ("limit=１", 400), ("offset=x", 400), ("datetime=soon", 400),
        ("datetime=2022-02-01/2022-01-01", 400), ("filter=nothing=1", 400), ("filter=(", 400),
        ("filter-crs=EPSG:3857", 400), ("crs=EPSG:4326", 400), ("unknown=1", 400), ("f=html", 400),
        ("filter=1=1&filter-lang=ecql", 400),
        ("limit=100000", 200), ("bbox=120,31,121,32&limit=1", 200), ("f=json", 200),
    ],
)  # fmt: skip
def test_what_is_no_question_is_answered_with_400_and_words(client, query, status):
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == status, answer.text
    if status == 400:
        assert answer.json()["error"]["zh"] and answer.json()["error"]["en"]


@pytest.mark.parametrize("path", ["/ogc/collections/nothing", "/ogc/collections/returns/items", "/ogc/nothing",
                                  "/ogc/collections/places/items/nobody",
                                  "/ogc/collections/places/items/%00"])  # fmt: skip
def test_what_is_not_there_is_answered_with_404(client, path):
    answer = client.get(path)
    assert answer.status_code == 404 and answer.json()["error"]["en"]


def test_the_public_sees_no_internal_feature(region):
    public = Client(create_app(region, reader="public"))
    body = public.get("/ogc/collections/projects/items")
    assert SECRET not in body.text and "tester" not in body.text
    assert public.get("/ogc/collections/projects/items/p3").status_code == 404


# --- by another program -------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def address(tmp_path_factory, free_port):
    """A server of its own: GDAL waits inside this process and would wait for itself."""
    folder = page_region(tmp_path_factory.mktemp("gdal") / "page.hc").folder
    child = subprocess.Popen([sys.executable, "-c", SERVE, str(folder), str(free_port)])
    url = f"http://127.0.0.1:{free_port}/ogc"
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).read()
            break
        except OSError:
            time.sleep(0.1)
    yield url
    child.terminate()
    child.wait(10)


@pytest.fixture(scope="module")
def free_port():
    import socket

    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.mark.skipif("OAPIF" not in pyogrio.list_drivers(), reason="this GDAL has no OGC API driver")
def test_gdal_reads_the_collections_as_qgis_does(address):
    source = f"OAPIF:{address}"
    assert {name for name, _ in pyogrio.list_layers(source)} == {"projects", "places", "layer-lakes"}
    places = pyogrio.read_dataframe(source, layer="places")
    assert sorted(places["id"]) == ["a", "b", "c", "x", "y"] and places["people"].sum() == 200
    assert [round(edge, 1) for edge in places.total_bounds] == [120.0, 31.0, 121.5, 31.5]
    assert pyogrio.read_dataframe(source, layer="places", bbox=(120.1, 31, 120.2, 31.2))["id"].tolist() == ["a"]
    chosen = pyogrio.read_dataframe(source, layer="places", where="kind = 'county' AND people > 30")
    assert chosen["id"].tolist() == ["b"]
    assert pyogrio.read_dataframe(source, layer="projects").geometry.geom_type.unique().tolist() == ["Point"]


@pytest.mark.parametrize(
    ("text", "tree", "all_of_them"),
    [
        ("TRUE", True, True),
        ("false", False, False),
        ("NOT FALSE", {"op": "not", "args": [False]}, True),
        ("(TRUE) AND NOT (FALSE)", {"op": "and", "args": [True, {"op": "not", "args": [False]}]}, True),
        (
            "FALSE OR id = 'none'",
            {"op": "or", "args": [False, {"op": "=", "args": [{"property": "id"}, "none"]}]},
            False,
        ),
    ],
)
def test_true_and_false_are_conditions(text, tree, all_of_them, client):
    wanted = ids(client) if all_of_them else []
    assert ids(client, filter=text) == wanted
    assert ids(client, filter=json.dumps(tree), **{"filter-lang": "cql2-json"}) == wanted


@pytest.mark.parametrize(
    "inside", ["[]", "[1e400, 31]", f"[1{'0' * 400}, 31]", "[[], []]", "[120]", "[120, null]", "{}"]
)
def test_a_shape_without_sound_coordinates_is_refused(inside, client):
    shape = f'{{"type": "Point", "coordinates": {inside}}}'
    text = f'{{"op": "s_intersects", "args": [{{"property": "geometry"}}, {shape}]}}'
    answer = client.get(ITEMS, params={"filter": text, "filter-lang": "cql2-json"})
    assert answer.status_code == 400, answer.text
