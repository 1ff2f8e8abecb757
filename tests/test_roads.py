"""Ways by road: along the links there are, at the speed declared, and none where there is no road."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from hechang.atlas.one_net import Ways
from hechang.atlas.roads import APPROACH_KM, network, road_km, roads
from test_one_net import NORTH, at, km_east, timetabled
from travelled import travel_minutes

FOOT = Ways(change=0, walk_km=0.1, walk_kmh=6.0, ride_km=40.0, ride_kmh=60.0, detour=1.0)


def link(origin, dest, km, both_ways=True, mode="road"):
    """A link between nodes that are named after their kilometres east; its length may be more than the straight one."""
    line = shapely.LineString([(km_east(float(end)), NORTH) for end in (origin, dest)])
    return {
        "origin": origin, "dest": dest, "km": km, "both_ways": both_ways, "mode": mode, "geometry": shapely.to_wkb(line)
    }  # fmt: skip


def with_roads(region, *links):
    with region.edit(by="tester", why="roads") as e:
        e.put("links", list(links))
    return e.after


def test_a_way_by_road_is_as_long_as_its_links_and_as_quick_as_declared(tiny):
    region = with_roads(tiny, link("0", "10", 15.0), link("10", "20", 12.0))
    found = travel_minutes(region, at(home=0), at(work=20), ways=FOOT)
    assert found.loc["home", "work"] == pytest.approx(27, abs=0.05)  # 27 km at 60 km/h, not 20


def test_an_island_without_a_bridge_has_no_way_though_it_is_near(tiny):
    region = with_roads(tiny, link("0", "10", 10.0), link("18", "25", 7.0))
    found = travel_minutes(region, at(home=0), at(isle=20), ways=FOOT)
    assert found.isna().all(axis=None)


def test_a_place_far_from_every_road_has_no_way_by_road(tiny):
    region = with_roads(tiny, link("0", "10", 10.0))
    beyond = 10 + APPROACH_KM + 0.2
    found = travel_minutes(region, at(home=0), at(near=10 + APPROACH_KM - 0.2, far=beyond), ways=FOOT)
    assert found.notna().loc["home"].tolist() == [True, False]


def test_a_road_one_way_is_not_driven_back(tiny):
    region = with_roads(tiny, link("0", "10", 10.0, both_ways=False))
    found = travel_minutes(region, at(west=0, east=10), at(west=0, east=10), ways=FOOT)
    assert found.loc["west", "east"] == pytest.approx(10, abs=0.05)
    assert np.isnan(found.loc["east", "west"])


def test_one_comes_to_a_station_by_road_only_where_there_is_one(tiny):
    trains = timetabled(tiny, {"L1": [("station", 430), ("city", 460)]}, {"station": 10, "city": 100})
    home, work = at(home=0), at(work=100)
    straight = travel_minutes(trains, home, work, window="07:00-07:01", ways=FOOT).loc["home", "work"]
    assert straight == pytest.approx(40, abs=0.05)
    elsewhere = with_roads(trains, link("50", "60", 10.0))
    assert np.isnan(travel_minutes(elsewhere, home, work, window="07:00-07:01", ways=FOOT).loc["home", "work"])


def test_links_of_rail_and_links_without_length_or_line_are_no_roads(tiny):
    bare = {"origin": "0", "dest": "10", "mode": "road"}
    region = with_roads(tiny, link("0", "10", 10.0, mode="rail"), bare, {**link("0", "9", 1.0), "km": None})
    assert roads(region) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 9)), min_size=1, max_size=20))
def test_lengths_are_those_of_a_slow_search_over_all_links(edges):
    rows = pd.DataFrame([
        {"origin": f"{4 * a}", "dest": f"{4 * b}", "km": float(km), "both_ways": (a + b) % 3 > 0,
         "geometry": shapely.LineString([(km_east(4.0 * a), NORTH), (km_east(4.0 * b), NORTH)])} for a, b, km in edges
    ])  # fmt: skip
    made = network(rows)
    least = np.full((8, 8), np.inf)
    np.fill_diagonal(least, 0)
    for a, b, km in edges:
        least[a, b] = min(least[a, b], km)
        if (a + b) % 3 > 0:
            least[b, a] = min(least[b, a], km)
    for by in range(8):  # Floyd and Warshall
        least = np.minimum(least, least[:, [by]] + least[[by], :])
    known = sorted({node for a, b, _ in edges for node in (a, b)})
    here = at(**{f"n{node}": 4.0 * node for node in known})
    a, b = (part.ravel() for part in np.meshgrid(np.arange(len(known)), np.arange(len(known)), indexing="ij"))
    found = road_km(made, here, here, (a, b), detour=1.0, km=100.0)
    assert found.reshape(len(known), -1) == pytest.approx(least[np.ix_(known, known)], abs=1e-6)
