"""The one-net: door to door over a window, with walks, ways by road and changes as declared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from hechang.atlas.one_net import MINUTE, Ways, clock, doors, one_net, spots
from hechang.terms.errors import InputError
from travelled import travel_minutes

GLOBE = pyproj.Geod(ellps="GRS80")
NORTH = 31.0
PLAIN = Ways(change=0, walk_km=1.0, walk_kmh=6.0, ride_km=5.0, ride_kmh=60.0, detour=1.0)


def km_east(km):
    """Longitude so many kilometres east of 120°."""
    return GLOBE.fwd(120.0, NORTH, 90.0, km * 1000)[0]


def timetabled(region, calls, stops):
    """Give the region stops by kilometres east, and trips as {trip: [(stop, minute)]}."""
    rows = [
        {"trip": trip, "sequence": n, "stop": stop, "arrive": minute * MINUTE, "depart": minute * MINUTE}
        for trip, called in calls.items()
        for n, (stop, minute) in enumerate(called)
    ]
    with region.edit(by="tester", why="a timetable") as e:
        e.put("stops", [{"id": s, "name": s, "lon": km_east(km), "lat": NORTH} for s, km in stops.items()])
        e.put("routes", [{"id": "L", "name": "L", "mode": "rail"}, {"id": "M", "name": "M", "mode": "metro"}])
        e.put("calendars", [{"id": "daily", "days": "1111111", "first_day": "2022-01-01", "last_day": "2022-12-31"}])
        e.put("trips", [{"id": t, "route": t[0], "calendar": "daily"} for t in calls])
        e.put("stop_times", rows)
    return e.after


def at(**km):
    """Places so many kilometres east."""
    return pd.DataFrame({"lon": [km_east(v) for v in km.values()], "lat": NORTH}, index=list(km))


@pytest.fixture
def region(tiny):
    """A train from west to middle, then a metro from a stop 0.5 km on to east, 100 km away; an island without any."""
    stops = {"west": 0, "middle": 50, "metro": 50.5, "east": 100, "island": 300}
    return timetabled(tiny, {"L1": [("west", 430), ("middle", 450)], "M1": [("metro", 460), ("east", 500)]}, stops)


def test_a_journey_counts_the_way_to_the_stop_the_wait_the_change_on_foot_and_the_way_from_the_stop(region):
    found = travel_minutes(region, at(home=-0.5), at(work=103), window="07:00-07:01", ways=PLAIN)
    # 5 min on foot, wait until 07:10, train until 07:30, 5 min on foot, metro 07:40 to 08:20, 3 km by road at 60 km/h
    assert found.loc["home", "work"] == pytest.approx(83, abs=0.05)


def test_whoever_leaves_too_late_for_the_last_trip_waits_for_the_next_day(region):
    found = travel_minutes(region, at(home=0), at(work=100), window="07:11-07:12", ways=PLAIN)
    assert found.loc["home", "work"] == pytest.approx(24 * 60 + 500 - 431, abs=0.05)


def test_the_percentile_is_that_of_all_departures_of_the_window(region):
    shares = [0, 50, 100]
    found = [
        travel_minutes(region, at(home=0), at(work=50), window="07:00-07:10", percentile=p, ways=PLAIN).iloc[0, 0]
        for p in shares
    ]
    assert found == pytest.approx([21, 26, 30], abs=0.05)  # leaving at 07:09, 07:04, 07:00 for the train of 07:10


def test_a_change_needs_its_time(region):
    late = PLAIN._replace(walk_kmh=2.9)  # 10.3 minutes for half a kilometre: the metro has left
    found = travel_minutes(region, at(home=0), at(work=100), window="07:00-07:01", ways=late)
    assert found.loc["home", "work"] > 24 * 60


def test_what_no_trip_and_no_way_reaches_is_unreachable_and_no_number(region):
    found = travel_minutes(region, at(a=0, isle=300), at(a=0, isle=300), ways=PLAIN)
    assert found.isna().to_numpy().tolist() == [[False, True], [True, False]]
    assert np.diag(found).tolist() == [0, 0]


def test_near_places_are_reached_without_a_trip_and_far_ones_only_by_it(region):
    found = travel_minutes(region, at(a=10), at(foot=10.6, road=14, far=16), ways=PLAIN)
    assert found.iloc[0, :2].tolist() == pytest.approx([6, 4], abs=0.05)
    assert np.isnan(found.iloc[0, 2])


def test_modes_that_are_not_asked_for_do_not_run(region):
    assert list(one_net(region, modes=("metro",), ways=PLAIN).trips["id"]) == ["M1"]
    assert len(one_net(region, modes=("ship",), ways=PLAIN).stops) == 0


def test_a_stop_at_null_island_is_not_in_the_net(tiny):
    region = timetabled(tiny, {"L1": [("a", 430), ("b", 450)]}, {"a": 0, "b": 10})
    with region.edit(by="tester", why="a slip") as e:
        e.put("stops", [{"id": "b", "name": "b", "lon": 0.0, "lat": 0.0}])
    assert one_net(e.after).stops["id"].tolist() == ["a"]


def test_distances_are_those_on_the_ellipsoid(region):
    net = one_net(region, ways=PLAIN)
    way = doors(net, at(a=0, b=4.999, c=5.001), at(z=0)).direct
    assert way.origin.tolist() == [0, 1]
    assert way.seconds.tolist() == [0, 300]


def test_places_without_coordinates_of_their_own_stand_inside_their_outline(tiny):
    outline = shapely.to_wkb(shapely.box(120, 31, 121, 32))
    with tiny.edit(by="tester", why="where they are") as e:
        e.put("places", [{"id": "a", "name": "a", "kind": "county", "parent": "x", "geometry": outline}])
        e.put("places", [{"id": "b", "name": "b", "kind": "county", "parent": "y", "lon": 122.0, "lat": 30.0}])
    found = spots(e.after)
    assert list(found.index) == ["a", "b"]
    assert 120 < found.loc["a", "lon"] < 121
    assert found.loc["b", ["lon", "lat"]].tolist() == [122.0, 30.0]


@pytest.mark.parametrize("window", ["09:00-07:00", "07:00-07:00", "soon-09:00", "07:60-09:00", "7-9", "07:00", ""])
def test_a_window_that_is_none_is_refused(region, window):
    with pytest.raises(InputError):
        travel_minutes(region, at(a=0), at(b=1), window=window)


def test_hours_of_the_next_day_go_on_from_24():
    assert clock("26:30") == 95_400
