"""A made-up timetable of nine cities, from a fixed seed: bus lines within a city, fast lines between cities.

Nothing in it is real. At size `region` it has the measures that the goals of speed were taken on: 13,170 stops,
2,298 directed routes, about 90,000 trips and 2.1 million stop times between 05:00 and 13:00, walks of 120 s within
groups of two to five stops.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.data import SEED

SIZES = {"small": (1_300, 230, 3), "region": (13_170, 2_298, 9), "national": (39_510, 6_894, 27)}
FIRST, LAST = 5 * 3600, 13 * 3600
WALK = 120
HUBS = 6  # stops of a city that the fast lines call at
FAST = 40  # of a hundred lines two run between cities


@dataclass(frozen=True)
class Made:
    """Calls in the order of their trips, walks from stop to stop, coordinates of stops [m]."""

    trip: np.ndarray
    stop: np.ndarray
    arrive: np.ndarray
    depart: np.ndarray
    walks: np.ndarray  # [from, to]
    spots: np.ndarray
    route: np.ndarray  # of each trip


def made(size: str) -> Made:
    """The timetable of one size."""
    stops, routes, cities = SIZES[size]
    chance = np.random.default_rng(SEED + 7)
    side = 70_000 * np.sqrt(cities)
    city = np.sort(chance.choice(cities, stops, p=chance.dirichlet(np.full(cities, 6.0))))
    spots = chance.uniform(0, side, (cities, 2))[city] + chance.normal(0, 9_000, (stops, 2))
    groups = [np.flatnonzero(city == n) for n in range(cities)]
    lines = [_line(chance, spots, groups, n) for n in range(routes // 2)]
    calls = [part for n, line in enumerate(lines) for way in (0, 1) for part in _trips(chance, spots, line, way, n)]
    count = np.array([len(stop) for _, stop, _, _ in calls])
    trip = np.repeat(np.arange(len(calls)), count)
    route = np.array([part[0] for part in calls])
    stop, arrive, depart = (np.concatenate([part[at] for part in calls]) for at in (1, 2, 3))
    return Made(trip, stop, arrive, depart, _walks(chance, spots, groups), spots, route)


def _line(chance: np.random.Generator, spots: np.ndarray, groups: list[np.ndarray], number: int) -> np.ndarray:
    """Stops of one line: along a straight way through one city, or the hubs of several cities."""
    if number % FAST == 0:
        some = chance.choice(len(groups), min(len(groups), int(chance.integers(3, 7))), replace=False)
        return np.array([groups[n][chance.integers(0, min(HUBS, len(groups[n])))] for n in some])
    mine = groups[number % len(groups)]
    start, end = spots[chance.choice(mine, 2, replace=False)]
    along = start + np.linspace(0, 1, int(chance.integers(32, 70)))[:, None] * (end - start)
    near = mine[cKDTree(spots[mine]).query(along)[1]]
    near = near[np.r_[True, near[1:] != near[:-1]]]
    return near if len(near) > 1 else mine[:2]


def _trips(
    chance: np.random.Generator, spots: np.ndarray, line: np.ndarray, way: int, number: int
) -> list[tuple[int, np.ndarray, np.ndarray, np.ndarray]]:
    """All trips of one direction: route, stops, arrivals, departures [s]."""
    fast = number % FAST == 0
    stops = line[::-1] if way else line
    metres = np.linalg.norm(np.diff(spots[stops], axis=0), axis=1)
    ride = np.maximum(60, metres * 1.2 / (55.0 if fast else 7.0)).astype(np.int64)
    stay = 120 if fast else 20
    reach = np.r_[0, np.cumsum(ride + stay)]
    headway = int(chance.integers(395, 965))
    starts = np.arange(FIRST + int(chance.integers(0, headway)), LAST - reach[-1], headway)
    leave = np.r_[0, reach[1:]]
    return [
        (2 * number + way, stops, start + reach - np.r_[0, np.full(len(ride), stay)], start + leave) for start in starts
    ]


def _walks(chance: np.random.Generator, spots: np.ndarray, groups: list[np.ndarray]) -> np.ndarray:
    """Closed groups of stops one can walk between."""
    pairs = []
    for mine in groups:
        ordered = mine[np.lexsort((spots[mine, 1], spots[mine, 0] // 500))]
        ends = np.cumsum(chance.choice([2, 3, 4], len(ordered), p=[0.25, 0.3, 0.45]))
        for some in np.split(ordered, ends[ends < len(ordered)]):
            a, b = np.meshgrid(some, some)
            pairs.append(np.stack([a[a != b], b[a != b]], axis=1))
    return np.concatenate(pairs)
