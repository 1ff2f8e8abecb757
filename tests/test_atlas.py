"""Places by plan version, collections, shapes and travel times of the atlas."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import shapely

import hechang as hc
from hechang import atlas
from hechang.measures.same_city.rail_reach import explain_rail_reach, rail_reach
from hechang.terms.errors import InputError, NotKnown

SQUARES = {"a": shapely.box(0, 0, 1, 1), "b": shapely.box(1, 0, 2, 1)}


def edited(region, **tables):
    with region.edit(by="tester", why="a test", source="person:tester") as e:
        for table, rows in tables.items():
            e.put(table, rows)
    return e.after


@pytest.fixture
def two_plans(tiny):
    """Plan p of cities x and y; draft q, displayed in 2026, that has a third city without outline or counties."""
    shaped = edited(tiny, places=[{"id": id, "geometry": shapely.to_wkb(shape)} for id, shape in SQUARES.items()])
    return edited(
        shaped,
        places=[{"id": "z", "name": "丙市", "kind": "city"}],
        plans=[{"id": "q", "name": "草案", "valid_from": "2026-02-10"}],
        collections=[{"id": "q-region", "name": "三市", "kind": "region", "plan": "q", "valid_from": "2026-02-10"}],
        members=[{"collection": "q-region", "place": p, "valid_from": "2026-02-10"} for p in ("x", "y", "z")],
    )


def test_membership_comes_from_the_plan_version_in_force_on_the_day(two_plans):
    assert list(atlas.members_of(two_plans).index) == ["x", "y"]
    assert list(atlas.members_of(two_plans.on("2026-03-01"), "q").index) == ["x", "y", "z"]
    assert list(atlas.members_of(two_plans.on("2026-03-01")).index) == ["x", "y"]


def test_a_plan_that_is_not_in_force_yet_says_from_when_it_is(two_plans):
    with pytest.raises(NotKnown, match="from 2026-02-10 on"):
        atlas.members_of(two_plans, "q")


def test_an_unknown_plan_names_the_nearest(tiny):
    with pytest.raises(NotKnown, match="No plan is called '2023'"):
        atlas.members_of(tiny, "2023")


def test_a_member_city_without_data_is_a_row_that_says_so(two_plans):
    made = rail_reach(two_plans.on("2026-03-01"), plan="q")
    assert made["value"].isna().to_dict() == {"a": False, "b": False, "c": False, "z": True}
    assert made.loc["z", "why_missing"] == "没有下级地点的数据 / no data on its places"
    assert not atlas.members_of(two_plans.on("2026-03-01"), "q").loc["z", "has_shape"]


def test_a_place_without_outline_has_no_geometry_on_a_map_and_says_no_data(two_plans):
    made = atlas.as_geojson(two_plans, "places", where={"kind": "county"}, columns=["name", "people"])
    by_id = {feature["id"]: feature for feature in made["features"]}
    assert by_id["c"]["geometry"] is None
    assert by_id["c"]["properties"]["no_shape"] == "无数据 / no data"
    assert shapely.geometry.shape(by_id["a"]["geometry"]).equals(SQUARES["a"])
    assert by_id["a"]["properties"] == {"id": "a", "name": "甲县", "people": 25}


def test_a_map_of_a_measure_carries_its_values(two_plans):
    values = rail_reach(two_plans, limit=40)
    made = atlas.as_geojson(two_plans, "places", where={"id": ["a", "b"]}, columns=["name"], values=values)
    assert [feature["properties"]["value"] for feature in made["features"]] == [75.0, 75.0]


def test_properties_kept_as_json_come_out_as_what_they_hold(tiny):
    point = shapely.to_wkb(shapely.Point(1, 2))
    rows = [{"id": "f", "layer": "ports", "name": "港", "properties": '{"code": "WUX"}', "geometry": point}]
    region = edited(tiny, layers=[{"id": "ports", "name": "港口"}], features=rows)
    made = atlas.as_geojson(region, "features", where={"layer": "ports"}, columns=["name", "properties"])
    assert made["features"][0]["properties"]["properties"] == {"code": "WUX"}
    assert made["features"][0]["geometry"] == {"type": "Point", "coordinates": (1.0, 2.0)}


def test_simplified_neighbours_keep_their_common_border(tiny):
    wave = [(1 + 0.02 * np.sin(9 * y), y) for y in np.linspace(0, 1, 200)]
    left, right = shapely.Polygon([(0, 0), *wave, (0, 1)]), shapely.Polygon([(2, 0), *wave, (2, 1)])
    region = edited(tiny, places=[{"id": id, "geometry": shapely.to_wkb(s)} for id, s in (("a", left), ("b", right))])
    made = atlas.as_geojson(region, "places", where={"id": ["a", "b"]}, tolerance=0.01)
    one, two = (shapely.geometry.shape(feature["geometry"]) for feature in made["features"])
    assert len(one.exterior.coords) < 30
    assert one.intersection(two).area == 0
    assert one.union(two).area == pytest.approx(left.union(right).area, abs=1e-6)


def test_a_place_code_out_of_force_says_when_it_holds(tiny):
    region = edited(
        tiny, places=[{"id": "old", "name": "旧区", "kind": "county", "parent": "x", "valid_to": "2020-01-01"}]
    )
    with pytest.raises(InputError, match=r"not in force on 2022-09-27.*2020-01-01"):
        atlas.place(region, "old")
    assert atlas.place(region.on("2019-12-31"), "old")["name"] == "旧区"
    with pytest.raises(NotKnown, match="No place is called 'nowhere'"):
        atlas.place(region, "nowhere")
    assert atlas.find_place(region, "old") is None


def test_statistical_areas_are_no_towns(tiny):
    rows = [
        {"id": "t1", "name": "镇", "kind": "town", "parent": "a"},
        {"id": "t2", "name": "园区", "kind": "statistical", "parent": "a"},
        {"id": "t3", "name": "街道", "kind": "street", "parent": "park"},
        {"id": "park", "name": "市属园区", "kind": "statistical", "parent": "x"},
    ]
    region = edited(tiny, places=rows)
    assert list(atlas.towns(region).index) == ["t1", "t3"]
    assert list(atlas.counties(region).index) == ["a", "b", "c"]
    assert list(atlas.children(region, "a").index) == ["t1", "t2"]


def test_collections_hold_many_places_and_places_lie_in_many(tiny):
    region = edited(
        tiny,
        collections=[{"id": f"c{n}", "name": f"圈{n}", "kind": "circle"} for n in (1, 2)],
        members=[{"collection": c, "place": p} for c, p in (("c1", "x"), ("c1", "y"), ("c2", "y"))],
    )
    assert atlas.collections(region, "circle")["places"].to_dict() == {"c1": 2, "c2": 1}
    assert sorted(atlas.members(region, "circle").query("place == 'y'")["collection"]) == ["c1", "c2"]
    with pytest.raises(NotKnown, match="kind of collection"):
        atlas.collections(region, "circel")


def test_reach_chains_links_and_a_trip_of_exactly_the_limit_counts(tiny):
    assert rail_reach(tiny, limit=60)["value"].to_dict() == {"a": 75.0, "b": 100.0, "c": 75.0}
    assert rail_reach(tiny, limit=95)["value"].to_dict() == {"a": 100.0, "b": 100.0, "c": 100.0}
    assert rail_reach(tiny, limit=94.9)["value"].to_dict() == {"a": 75.0, "b": 100.0, "c": 75.0}
    assert rail_reach(tiny, limit=0)["value"].to_dict() == {"a": 25.0, "b": 50.0, "c": 25.0}


def test_a_place_without_station_has_no_value_and_says_why(tiny):
    region = edited(tiny, places=[{"id": "d", "name": "丁县", "kind": "county", "parent": "y", "people": 100}])
    made = rail_reach(region)
    assert made["value"].astype(object).where(made["value"].notna(), None).to_dict() == {
        "a": 37.5,
        "b": 50.0,
        "c": 37.5,
        "d": None,
    }
    assert made.loc["d", "why_missing"] == "没有车站 / no station"
    assert made["denominator"].dropna().unique().tolist() == [200]


def test_the_explanation_adds_up_to_the_numerator(tiny):
    reached = rail_reach(tiny, limit=100)
    for id, numerator in reached["numerator"].items():
        legs = explain_rail_reach(tiny, id, limit=100)
        assert legs.query("leg == 1")["people"].sum() == numerator
    with pytest.raises(NotKnown):
        explain_rail_reach(tiny, "nowhere")


def timetabled(region, calls):
    """Give the region stations s-a, s-b, s-c in a, b, c, one outside, and trips as {trip: [(stop, arrive, depart)]}."""
    stops = [{"id": f"s-{p}", "name": f"站{p}", "mode": "rail", "place": p, "lon": 0.0, "lat": 0.0} for p in "abc"]
    rows = [
        {"trip": trip, "sequence": n, "stop": stop, "arrive": arrive, "depart": depart}
        for trip, called in calls.items()
        for n, (stop, arrive, depart) in enumerate(called)
    ]
    return edited(
        region,
        stops=[*stops, {"id": "out", "name": "区外", "mode": "rail", "lon": 1.0, "lat": 1.0}],
        routes=[{"id": "G", "name": "G", "mode": "rail"}],
        calendars=[{"id": "daily", "days": "1111111", "first_day": "2016-03-10", "last_day": "2016-12-31"}],
        trips=[{"id": trip, "route": "G", "calendar": "daily"} for trip in calls],
        stop_times=rows,
    )


def test_a_timetable_outranks_links_and_the_very_trips_are_told(tiny):
    region = timetabled(
        tiny, {"G1": [("s-a", 3600, 3600), ("out", 4200, 4200)], "G2": [("out", 4800, 4800), ("s-c", 6000, 6000)]}
    )
    assert atlas.rail_minutes(region).to_numpy().tolist() == [["a", "c", 40.0, 2]]
    told = explain_rail_reach(region, "a", limit=40)
    assert told[["dest", "trip", "board", "alight", "depart", "arrive"]].to_numpy().tolist()[1:] == [
        ["c", "G1", "站a", "区外", "01:00", "01:10"],
        ["c", "G2", "区外", "站c", "01:20", "01:40"],
    ]
    missed = atlas.rail_minutes(region, change=10.1)
    assert missed["minutes"].tolist() == [40.0 + 24 * 60]  # the same train on the next day


def test_trains_after_midnight_are_met_from_the_evening(tiny):
    region = timetabled(
        tiny, {"G1": [("s-a", 86000, 86000), ("s-b", 88200, 88200)], "G2": [("s-b", 3000, 3000), ("s-c", 3600, 3600)]}
    )
    found = atlas.rail_minutes(region).set_index(["origin", "dest"])["minutes"]
    assert found["a", "c"] == pytest.approx((86400 + 3600 - 86000) / 60)


def test_a_train_that_runs_backwards_is_named(tiny):
    region = timetabled(tiny, {"G7": [("s-a", 3600, 3600), ("s-b", 3000, 3000)]})
    with pytest.raises(InputError, match="G7"):
        atlas.rail_minutes(region)
    assert [f.kind for f in region.check() if f.kind == "backward-trip"] == ["backward-trip"]


def feed_of(data):
    """Tables of the real feed of 2016, as the region wants them."""
    stops, calls, trips = (
        pd.read_csv(data / "gtfs_crh_2016" / f"{name}.txt", dtype=str) for name in ("stops", "stop_times", "trips")
    )
    times = [
        calls[c].str.split(":", expand=True).astype(int).dot([3600, 60, 1]) for c in ("arrival_time", "departure_time")
    ]
    where = {
        "lon": stops["stop_lon"].astype(float),
        "lat": stops["stop_lat"].astype(float),
        "place": stops["stop_desc"],
    }
    order = calls["stop_sequence"].astype(int)
    return {
        "stops": pd.DataFrame({"id": stops["stop_id"], "name": stops["stop_name"], "mode": "rail", **where}),
        "routes": [{"id": c, "name": c, "mode": "rail"} for c in "GDC"],
        "calendars": [{"id": "DAILY", "days": "1111111", "first_day": "2016-03-10", "last_day": "2016-12-31"}],
        "trips": pd.DataFrame({"id": trips["trip_id"], "route": trips["route_id"], "calendar": trips["service_id"]}),
        "stop_times": pd.DataFrame(
            {
                "trip": calls["trip_id"],
                "sequence": order,
                "stop": calls["stop_id"],
                "arrive": times[0],
                "depart": times[1],
            }
        ),
    }


@pytest.fixture(scope="module")
def real(shared, tmp_path_factory):
    """Nine cities, 71 counties and the real timetable of 2016."""
    data = shared / "data" / "region"
    features = json.loads((data / "counties.geojson").read_text(encoding="utf-8"))["features"]
    counties = pd.DataFrame([feature["properties"] for feature in features])
    cities = counties.drop_duplicates("city_code")[["city_code", "city_zh"]].set_axis(["id", "name"], axis=1)
    own = counties[["code", "name_zh", "city_code", "pop_2010"]].set_axis(["id", "name", "parent", "people"], axis=1)
    region = hc.create(tmp_path_factory.mktemp("real") / "r.hc", hc.Settings(name="real", day="2022-09-27"))
    with region.edit(by="tester", why="real timetable") as e:
        e.put("places", cities.assign(kind="city"))
        e.put("places", own.assign(kind="county", people=own["people"].astype("int64")))
        for table, rows in feed_of(data).items():
            e.put(table, rows)
    return e.after


@pytest.mark.shared
def test_fastest_times_of_2016_agree_with_the_table_counted_from_the_feed(real, shared):
    known = pd.read_csv(shared / "data" / "region" / "rail_od_2016.csv", dtype={"origin": str, "destination": str})
    found = atlas.rail_minutes(real, level="city").set_index(["origin", "dest"])["minutes"]
    ours = found.reindex(pd.MultiIndex.from_frame(known[["origin", "destination"]]))
    assert (ours.to_numpy() <= known["min_minutes"].to_numpy()).all()
    assert found["310000", "320200"] == 28  # Shanghai to Wuxi
    assert "320600" not in found.reset_index()["dest"].tolist()  # no rail to Nantong and Zhoushan in that feed
    assert "330900" not in found.reset_index()["dest"].tolist()


@pytest.mark.shared
def test_reach_on_the_real_timetable_covers_every_county(real):
    made = rail_reach(real)
    assert len(made) == 71
    assert (made["value"].dropna() > 0).all()
    assert made["denominator"].min() == made["denominator"].max() == 67_851_687
    told = explain_rail_reach(real, "320213")
    assert told.query("leg == 1")["people"].sum() == made.loc["320213", "numerator"]
