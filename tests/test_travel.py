"""The travel engines against slow independent oracles on random small cases."""

from __future__ import annotations

import heapq
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hechang.engines.links import shortest, way
from hechang.engines.travel import DAY, around_midnight, fastest, legs, timetable
from hechang.terms.errors import InputError

STOPS = 5


@st.composite
def trips(draw, late=False):
    """A few trips as lists of (stop, arrive, depart); many same-minute events, rides and stays of no duration."""
    clock = st.integers(0, 40) | (st.integers(DAY - 20, DAY + 20) if late else st.just(7))
    gap = st.integers(0, 6)
    made = []
    for _ in range(draw(st.integers(1, 7))):
        now, calls = draw(clock), []
        for stop in draw(st.lists(st.integers(0, STOPS - 1), min_size=2, max_size=5)):
            arrive = now + draw(gap)
            now = arrive + draw(st.sampled_from([0, 0, 1, 3]))
            calls.append((stop, arrive, now))
        made.append(calls)
    return made


def table(made):
    rows = [(n, *call) for n, calls in enumerate(made) for call in calls]
    return timetable(*np.array(rows).T, stops=STOPS)


def earliest(made, origin, start, change):
    """Oracle: earliest arrival at every stop when the first ride leaves at exactly `start`."""
    reach, seen = {}, set()
    queue = [
        (start, n, k) for n, calls in enumerate(made) for k, (s, _, d) in enumerate(calls) if (s, d) == (origin, start)
    ]
    heapq.heapify(queue)
    while queue:
        _, n, k = heapq.heappop(queue)  # aboard trip n, leaving its call k
        if (n, k) in seen or k + 1 >= len(made[n]):
            continue
        seen.add((n, k))
        stop, arrive, depart = made[n][k + 1]
        reach[stop] = min(arrive, reach.get(stop, arrive))
        heapq.heappush(queue, (depart, n, k + 1))
        for m, calls in enumerate(made):
            for j, (other, _, leaves) in enumerate(calls):
                if other == stop and leaves >= arrive + change:
                    heapq.heappush(queue, (leaves, m, j))
    return reach


def slow(made, change, window=(0, DAY)):
    found = np.full((STOPS, STOPS), np.inf)
    np.fill_diagonal(found, 0)
    for origin in range(STOPS):
        starts = {d for calls in made for s, _, d in calls[:-1] if s == origin and window[0] <= d < window[1]}
        for start in starts:
            for dest, arrive in earliest(made, origin, start, change).items():
                if dest != origin:
                    found[origin, dest] = min(found[origin, dest], arrive - start)
    return found


@settings(max_examples=300, deadline=None)
@given(trips(), st.sampled_from([0, 0, 1, 2, 5]))
def test_fastest_journeys_equal_those_of_a_slow_independent_search(made, change):
    found = fastest(table(made), np.arange(STOPS), change=change)
    assert np.array_equal(found.seconds, slow(made, change))


@settings(max_examples=150, deadline=None)
@given(trips(late=True), st.sampled_from([0, 2]))
def test_a_daily_service_is_met_before_and_after_midnight(made, change):
    shifted = [[(s, a + k, d + k) for s, a, d in calls] for k in (-DAY, 0, DAY) for calls in made]
    # the middle of a trip may lie before the window: only rides that leave before midnight are cut away
    found = fastest(around_midnight(table(made)), np.arange(STOPS), change=change)
    assert np.array_equal(found.seconds, slow(shifted, change))


@settings(max_examples=200, deadline=None)
@given(trips(late=True), st.sampled_from([0, 1, 3]))
def test_the_trips_told_are_rides_one_can_take_and_last_as_long_as_said(made, change):
    found = fastest(table(made), np.arange(STOPS), change=change, window=(0, 2 * DAY))
    for origin in range(STOPS):
        for lane in range(STOPS):
            check_legs(made, legs(found, origin, lane), found, (origin, lane), change)


def check_legs(made, told, found, pair, change):
    if pair[0] == pair[1] or np.isinf(found.seconds[pair]):
        assert told == []
        return
    assert (told[0].origin, told[-1].dest) == pair
    assert told[-1].arrive - told[0].depart == found.seconds[pair]
    assert len(told) == found.rides[pair]
    for leg in told:
        boards = [k for k, (s, _, d) in enumerate(made[leg.trip]) if (s, d) == (leg.origin, leg.depart)]
        leaves = [k for k, (s, a, _) in enumerate(made[leg.trip]) if (s, a) == (leg.dest, leg.arrive)]
        assert min(boards) < max(leaves)
    for before, after in pairwise(told):
        assert before.dest == after.origin
        assert after.depart >= before.arrive + change


@settings(max_examples=100, deadline=None)
@given(trips(), st.permutations(range(7)))
def test_the_order_of_the_trips_does_not_matter(made, order):
    mixed = [made[n] for n in order if n < len(made)]
    here, there = (fastest(table(m), np.arange(STOPS), change=1) for m in (made, mixed))
    assert np.array_equal(here.seconds, there.seconds)
    assert np.array_equal(here.rides, there.rides)


def test_a_change_of_exactly_the_least_time_is_caught_and_one_second_less_is_missed():
    made = [[(0, 0, 0), (1, 600, 600)], [(1, 900, 900), (2, 1500, 1500)]]
    assert fastest(table(made), np.array([2]), change=300).seconds[0, 0] == 1500
    assert np.isinf(fastest(table(made), np.array([2]), change=301).seconds[0, 0])


def test_of_two_equally_fast_journeys_the_one_with_fewer_changes_is_told():
    made = [[(0, 0, 0), (1, 50, 50)], [(1, 60, 60), (2, 100, 100)], [(0, 0, 0), (2, 100, 100)]]
    assert [leg.trip for leg in legs(fastest(table(made), np.array([2])), 0, 0)] == [2]


def test_two_rides_at_the_same_moment_do_not_hide_each_other():
    # the fault of a trial: an event hit twice out of order lost a value
    made = [[(0, 10, 10), (1, 20, 20)], [(0, 10, 10), (2, 15, 15)], [(2, 15, 15), (1, 15, 15)]]
    assert fastest(table(made), np.array([1])).seconds[0, 0] == 5


def test_a_trip_that_runs_backwards_is_refused_by_its_number():
    with pytest.raises(InputError, match="Trip number 3"):
        timetable(np.array([3, 3]), np.array([0, 1]), np.array([60, 30]), np.array([60, 30]), stops=2)


def test_no_trips_reach_nothing():
    none = np.array([], dtype=int)
    found = fastest(timetable(none, none, none, none, stops=2), np.array([0, 1]))
    assert found.seconds.tolist() == [[0.0, np.inf], [np.inf, 0.0]]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 9)), max_size=12))
def test_shortest_times_over_links_equal_those_of_dijkstra(rows):
    origin, dest, minutes = (np.array([row[i] for row in rows], dtype=int) for i in range(3))
    found = shortest(origin, dest, minutes.astype(float), nodes=5)
    for start in range(5):
        times, queue = {}, [(0, start)]
        while queue:
            now, node = heapq.heappop(queue)
            if times.setdefault(node, now) == now:
                for a, b, m in rows:
                    if a == node and b not in times:
                        heapq.heappush(queue, (now + m, b))
        assert [times.get(node, np.inf) for node in range(5)] == found.minutes[start].tolist()
        for node, time in times.items():
            nodes = way(found, start, node)
            least = {(a, b): min(m for x, y, m in rows if (x, y) == (a, b)) for a, b, _ in rows}
            assert sum(least[pair] for pair in pairwise(nodes)) == time
