"""Overlay and coverage beside slow oracles: all pairs cut without shortcuts, edges matched in a dictionary."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st

from hechang.engines import coverage
from hechang.engines.coverage import gaps, invalid_edges, overlaps, unmet
from hechang.engines.overlay import outside, overlay, points_inside
from hechang.engines.polygons import BLOCK, unfit
from hechang.terms.errors import InputError

TINY = 1e-12  # of the smaller polygon: what rounding makes of a common border


# --- slowly -----------------------------------------------------------------------------------------------------------
def areal(shape):
    """The polygons of any geometry as one."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def slowly(left, right):
    """Every pair cut, with no shortcut."""
    cut = {(a, b): areal(shapely.intersection(p, q)) for a, p in enumerate(left) for b, q in enumerate(right)}
    return {pair: piece for pair, piece in cut.items() if piece.area > 0}


def edges_slowly(shapes):
    """Positions of polygons with an edge that is not met by exactly one from the other side: a dictionary of edges."""
    met = defaultdict(list)
    for at, shape in enumerate(shapes):
        for part in shapely.get_parts(shape):
            turned = shapely.orient_polygons(part)
            for ring in (turned.exterior, *turned.interiors):
                corners = [tuple(c + 0.0 for c in corner) for corner in ring.coords]
                for a, b in pairwise(corners):
                    if a != b:
                        met[min(a, b), max(a, b)].append((at, a < b))
    good = ((len(some) == 2 and some[0][1] != some[1][1], some) for some in met.values())
    return sorted({at for fine, some in good if not fine for at, _ in some})


def gaps_slowly(shapes):
    """Holes of the union of all."""
    union = shapely.get_parts(shapely.union_all(shapes))
    return sorted(shapely.Polygon(hole).area for part in union for hole in part.interiors)


# --- made -------------------------------------------------------------------------------------------------------------
def grid(n, chance, *, size=10.0, shift=0.0, jitter=0.3):
    """n × n cells of four corners each, that share their corners."""
    line = np.linspace(0, size, n + 1) + shift
    corners = np.stack(np.meshgrid(line, line), axis=-1) + chance.uniform(-jitter, jitter, (n + 1, n + 1, 2)) * size / n
    rings = [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]]
    return shapely.polygons(np.stack(rings, axis=2).reshape(-1, 4, 2))


def whole_grid(n, size=1):
    """n × n squares with whole corners: many borders, corners and edges coincide with those of another such grid."""
    x, y = (axis.ravel() * size for axis in np.meshgrid(np.arange(n), np.arange(n)))
    return shapely.box(x, y, x + size, y + size)


def odd(chance):
    """Polygons on a small lattice, so that they touch, repeat, contain and cross each other in every way."""
    kind = chance.integers(0, 6)
    x, y, w, h = (int(n) for n in (*chance.integers(0, 6, 2), *chance.integers(1, 5, 2)))
    square = shapely.box(x, y, x + w, y + h)
    made = {
        0: square,
        1: shapely.Polygon([(x, y), (x + w, y), (x, y + h)]),
        2: shapely.Polygon(
            shapely.box(x, y, x + 3, y + 3).exterior, [shapely.box(x + 1, y + 1, x + 2, y + 2).exterior]
        ),
        3: shapely.MultiPolygon([shapely.box(x, y, x + 1, y + 1), shapely.box(x + 1, y + 1, x + 2, y + 2)]),
        4: shapely.segmentize(square, 1.0),  # corners in line, on this side only
        5: shapely.box(x, y, x + w, y + 2.0 ** -int(chance.integers(1, 30))),  # slivers
    }[int(kind)]
    return shapely.reverse(made) if chance.random() < 0.3 else made


def crowd(seed, most=9):
    chance = np.random.default_rng(seed)
    return np.array([odd(chance) for _ in range(chance.integers(1, most))], dtype=object)


def broken(seed):
    """A grid with faults: cells moved, left out, doubled, split on one side, given a hole, turned."""
    chance = np.random.default_rng(seed)
    cells = list(grid(4, chance) if seed % 2 else whole_grid(4, 2))
    for _ in range(chance.integers(0, 4)):
        at = int(chance.integers(0, len(cells)))
        cell, kind = cells[at], chance.integers(0, 7)
        if kind == 0:
            cells[at] = shapely.affinity.translate(cell, float(chance.choice([0.5, 1e-9, 2.0])))
        elif kind == 1:
            del cells[at]
        elif kind == 2:
            cells.append(cell)
        elif kind == 3:
            cells[at] = shapely.segmentize(cell, cell.length / 6)
        elif kind == 4:
            hole = shapely.affinity.scale(cell, 0.5, 0.5)
            cells[at] = shapely.difference(cell, hole)
            cells += [hole] * int(chance.integers(0, 2))
        elif kind == 5:
            cells[at] = shapely.reverse(cell)
        else:
            cells.append(odd(chance))
    return np.array(cells, dtype=object)


# --- overlay ----------------------------------------------------------------------------------------------------------
def agrees(left, right):
    found, right_ones = overlay(left, right, pieces=True), slowly(left, right)
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    mine = dict(zip(pairs, zip(found.area.tolist(), found.piece, strict=True), strict=True))
    nothing = (0.0, shapely.MultiPolygon())
    for a, b in set(mine) | set(right_ones):
        area, piece = mine.get((a, b), nothing)
        true = right_ones.get((a, b), nothing[1])
        small = min(left[a].area, right[b].area)
        assert area == pytest.approx(true.area, rel=1e-9, abs=TINY * small)
        assert piece.geom_type in {"Polygon", "MultiPolygon"}
        assert piece.area == pytest.approx(area, rel=1e-12)
        assert shapely.symmetric_difference(piece, true).area <= 1e-9 * small
    return found


@pytest.mark.parametrize("start", range(0, 600, 200))
def test_pairs_are_those_of_cutting_every_pair(start):
    for seed in range(start, start + 200):
        left, right = crowd(seed), crowd(seed + 100_000)
        found = agrees(left, right)
        assert set(zip(found.left.tolist(), found.right.tolist(), strict=True)) == set(slowly(left, right))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 6), st.booleans())
def test_grids_share_the_area_that_cutting_every_pair_gives(seed, n, m, moved):
    chance = np.random.default_rng(seed)
    left, right = grid(n, chance), grid(m, chance, shift=0.7 if moved else 0.0)
    found = agrees(left, right)
    turned = overlay(right, left)
    assert sorted(zip(turned.right, turned.left, turned.area, strict=True)) == list(
        zip(found.left, found.right, found.area, strict=True)
    )


@pytest.mark.parametrize("start", range(0, 400, 200))
def test_what_is_outside_is_the_difference_to_the_union(start):
    for seed in range(start, start + 200):
        left, right = crowd(seed), crowd(seed + 7_000, most=5)
        told = outside(left, right, overlay(left, right))
        true = shapely.difference(left, shapely.union_all(right))
        assert told.area == pytest.approx(shapely.area(true), rel=1e-9, abs=1e-12)
        there = told.area > 0
        assert (shapely.is_missing(told.piece) == ~there).all()
        assert (shapely.area(shapely.symmetric_difference(told.piece[there], true[there])) < 1e-12).all()


def test_a_shared_border_or_corner_is_no_area():
    cells = whole_grid(8)
    found = overlay(cells, cells)
    assert found.left.tolist() == found.right.tolist() == list(range(64))
    assert (found.area == 1).all()
    assert (outside(cells, cells, found).area == 0).all()


def test_the_lines_beside_a_piece_are_left_out():
    comb = shapely.Polygon([(0, 0), (4, 0), (4, 1), (3, 1), (3, 2), (2, 2), (2, 1), (0, 1)])
    found = overlay([comb], [shapely.box(0, 1, 5, 3)], pieces=True)
    assert shapely.intersection(comb, shapely.box(0, 1, 5, 3)).geom_type == "GeometryCollection"
    assert found.piece[0].normalize().equals(shapely.box(2, 1, 3, 2)) and found.area.tolist() == [1.0]


def test_the_answer_does_not_depend_on_threads_or_blocks():
    chance = np.random.default_rng(3)
    left, right = grid(130, chance), grid(7, chance)
    assert len(left) > BLOCK
    one, many = overlay(left, right, threads=1, pieces=True), overlay(left, right, threads=5, pieces=True)
    assert all(np.array_equal(a, b) for a, b in zip(one[:3], many[:3], strict=True))
    assert shapely.to_wkb(one.piece).tolist() == shapely.to_wkb(many.piece).tolist()
    assert np.bincount(one.left, one.area, len(left)) + outside(left, right, one).area == pytest.approx(
        shapely.area(left), rel=1e-9
    )


def test_a_polygon_of_a_million_corners_is_cut():
    turn = np.linspace(0, 2 * np.pi, 1_000_001)[:-1]
    round_ = shapely.Polygon(np.column_stack([np.cos(turn), np.sin(turn)]) * (5 + 0.01 * np.sin(turn * 5_000))[:, None])
    cells = shapely.box(*(side.ravel() for side in (*np.mgrid[-6:6:4, -6:6:4], *(np.mgrid[-6:6:4, -6:6:4] + 4))))
    found = overlay(cells, [round_])
    assert found.area.sum() == pytest.approx(round_.area, rel=1e-9)
    assert unmet(np.array([round_], dtype=object)).tolist() == [0]
    assert not len(invalid_edges([round_]).polygon)


def test_nothing_beside_something_gives_nothing():
    none = np.array([], dtype=object)
    for left, right in ((none, whole_grid(2)), (whole_grid(2), none), (none, none)):
        found = overlay(left, right, pieces=True)
        assert found.piece is not None and len(found.piece) == 0
        assert len(found.left) == len(found.right) == len(found.area) == 0
        assert outside(left, right, found).area.tolist() == shapely.area(left).tolist()


def test_the_polygons_given_are_left_as_they_were():
    left, right = whole_grid(3), whole_grid(2, 2)
    before = shapely.to_wkb(left).tolist(), shapely.to_wkb(right).tolist()
    outside(left, right, overlay(left, right, pieces=True))
    assert (shapely.to_wkb(left).tolist(), shapely.to_wkb(right).tolist()) == before
    assert not shapely.is_prepared(left).any() and not shapely.is_prepared(right).any()


WRONG = {
    "Self-intersection": shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]),
    "no geometry": None,
    "empty": shapely.Polygon(),
    "LineString": shapely.LineString([(0, 0), (1, 1)]),
    "a coordinate is no number": shapely.set_coordinates(
        shapely.box(0, 0, 1, 1), [[0, 0], [1, 0], [1, np.nan], [0, 1], [0, 0]]
    ),
}


@pytest.mark.parametrize("reason", WRONG)
@pytest.mark.parametrize("work", [lambda p: overlay(p, whole_grid(2)), lambda p: overlay(whole_grid(2), p),
                                  invalid_edges, overlaps, gaps, lambda p: points_inside([0], [0], p)])  # fmt: skip
def test_what_is_no_valid_polygon_is_named_and_refused(work, reason):
    polygons = [*whole_grid(2), WRONG[reason]]
    with pytest.raises(InputError, match=f"1 of 5 .*number 4.*{reason}") as refused:
        work(polygons)
    assert "第 4 个" in refused.value.zh
    assert unfit(polygons).tolist() == [4]


def test_many_faults_are_counted_and_the_first_are_named():
    with pytest.raises(InputError, match=r"9 of 10 .*number 1 .*number 2 .*number 3 \(empty\) and more"):
        overlay([shapely.box(0, 0, 1, 1)] + [shapely.Polygon()] * 9, [])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_points_lie_in_what_covers_them(seed):
    chance, shapes = np.random.default_rng(seed), crowd(seed)
    x, y = chance.integers(0, 20, (2, 15)) / 2
    x[3] = np.nan
    point, polygon = points_inside(x, y, shapes)
    true = [
        (a, b)
        for a in range(15)
        for b, shape in enumerate(shapes)
        if a != 3 and shape.covers(shapely.Point(x[a], y[a]))
    ]
    assert list(zip(point.tolist(), polygon.tolist(), strict=True)) == true


# --- coverage ---------------------------------------------------------------------------------------------------------
def as_the_peer(shapes, width=0.0):
    found = invalid_edges(shapes, gap_width=width)
    true = shapely.coverage_invalid_edges(shapes, width)
    there = np.flatnonzero(~shapely.is_empty(true))
    assert found.polygon.tolist() == there.tolist()
    assert shapely.to_wkb(found.edges).tolist() == shapely.to_wkb(true[there]).tolist()
    assert shapely.coverage_is_valid(shapes, width) == (not len(found.polygon))


@pytest.mark.parametrize("start", range(0, 600, 300))
def test_invalid_edges_are_those_of_checking_every_polygon(start):
    for seed in range(start, start + 300):
        as_the_peer(broken(seed))
        as_the_peer(crowd(seed, most=12))


def test_polygons_apart_by_less_than_the_width_lie_beside_a_gap():
    apart = np.array([shapely.box(0, 0, 1, 1), shapely.box(1.5, 0, 2.5, 1), shapely.box(9, 0, 10, 1)])
    assert invalid_edges(apart, gap_width=0.6).polygon.tolist() == [0, 1]
    assert not len(invalid_edges(apart, gap_width=0.4).polygon)
    as_the_peer(apart, width=0.6)


def test_edges_beside_narrow_gaps_are_those_of_checking_every_polygon():
    for seed in range(200):
        as_the_peer(broken(seed), width=0.7)


@pytest.mark.parametrize("start", range(0, 600, 300))
def test_unmet_edges_are_those_of_a_dictionary(start):
    for seed in range(start, start + 300):
        for shapes in (broken(seed), crowd(seed)):
            assert unmet(shapes).tolist() == edges_slowly(shapes)


@pytest.mark.parametrize("way", ["all alike", "few", "one in two"])
def test_collisions_of_hashes_hide_no_edge(monkeypatch, way):
    hashed = coverage._hashes
    few = {"all alike": lambda c: np.zeros(len(c), dtype=np.uint64), "few": lambda c: hashed(c) % np.uint64(7),
           "one in two": lambda c: hashed(c) % np.uint64(2)}[way]  # fmt: skip
    monkeypatch.setattr(coverage, "_hashes", few)
    for seed in range(150):
        for shapes in (broken(seed), crowd(seed)):
            assert unmet(shapes).tolist() == edges_slowly(shapes)
    large = grid(40, np.random.default_rng(1))
    assert unmet(large).tolist() == edges_slowly(large)


def test_overlaps_are_those_of_cutting_every_two():
    for seed in range(80):
        for shapes in (broken(seed), crowd(seed)):
            found = overlaps(shapes)
            true = {pair: areal(shapely.intersection(shapes[pair[0]], shapes[pair[1]])).area
                    for pair in combinations(range(len(shapes)), 2)}  # fmt: skip
            mine = dict(zip(zip(found.left.tolist(), found.right.tolist(), strict=True), found.area, strict=True))
            assert list(mine) == sorted(mine)
            assert {**dict.fromkeys(true, 0.0), **mine} == pytest.approx(true, rel=1e-9, abs=1e-12)


def test_two_coverages_one_over_the_other_overlap_everywhere():
    chance = np.random.default_rng(5)
    one, other = grid(12, chance), grid(9, chance)
    found, true = overlaps(np.concatenate([one, other])), overlay(one, other)
    assert found.left.tolist() == true.left.tolist()
    assert found.right.tolist() == (true.right + len(one)).tolist()
    assert found.area == pytest.approx(true.area)


def test_gaps_are_the_holes_of_the_union():
    for seed in range(150):
        for shapes in (broken(seed), crowd(seed)):
            true = [area for area in gaps_slowly(shapes) if area > 1e-9]
            assert sorted(area for area in gaps(shapes).area if area > 1e-9) == pytest.approx(true, rel=1e-6)


def test_a_gap_is_narrow_where_no_circle_fits():
    frame = [shapely.box(0, 0, 9, 1), shapely.box(0, 1, 1, 8), shapely.box(1.25, 1, 9, 4), shapely.box(0, 8, 9, 9)]
    frame += [shapely.box(1.25, 6, 9, 8), shapely.box(6, 4, 9, 6), shapely.box(1.25, 4, 2, 6)]
    assert gaps(frame).area.tolist() == pytest.approx([0.25 * 7, 8.0])
    assert gaps(frame, narrower=0.3).area.tolist() == pytest.approx([0.25 * 7])
    assert not len(gaps(frame, narrower=0.2).area)


def test_an_empty_coverage_is_valid():
    none = np.array([], dtype=object)
    assert not len(invalid_edges(none).polygon) and not len(overlaps(none).left) and not len(gaps(none).area)


@pytest.mark.parametrize("width", [-1.0, np.nan, np.inf])
def test_a_width_that_is_none_is_refused(width):
    with pytest.raises(InputError, match="is no width"):
        invalid_edges(whole_grid(2), gap_width=width)


def test_minus_nought_is_nought():
    one = shapely.Polygon([(-0.0, 0.0), (1.0, -0.0), (1.0, 1.0), (-0.0, 1.0)])
    others = [shapely.box(-1, 0, 0, 1), shapely.box(1, 0, 2, 1), shapely.box(0, -1, 1, 0), shapely.box(0, 1, 1, 2)]
    assert unmet(np.array([one, *others], dtype=object)).tolist() == [1, 2, 3, 4]


def test_rings_as_thin_as_rounding_are_turned_as_fractions_say():
    chance = np.random.default_rng(11)
    ways = []
    for _ in range(500):
        tip = chance.random(2)
        corners = np.array([(0, 0), tip, np.nextafter(tip * chance.random(), chance.integers(0, 2, 2))])
        (a, b), (c, d) = ([Fraction(float(number)) for number in corner] for corner in corners[1:])
        if a * d != b * c:
            ways.append((shapely.Polygon(corners), a * d < b * c))
    shapes = np.array([shape for shape, _ in ways], dtype=object)
    assert coverage._is_clockwise(coverage._rings(shapes)).tolist() == [clockwise for _, clockwise in ways]


def test_slivers_far_from_the_origin_are_turned_the_right_way():
    for seed in range(300):
        chance = np.random.default_rng(seed)
        far = 4e6 + chance.uniform(0, 1e3, 2)
        thin = far + np.array([(0, 0), (50, 30), (100, 60 + 1e-8 * chance.uniform(-1, 1)), (50, 31)])
        cells = [shapely.Polygon(thin), shapely.Polygon([thin[0], thin[1], far + np.array([50, -9])])]
        cells += [shapely.Polygon([thin[1], thin[2], far + np.array([50, -9])])]
        shapes = np.array([cell if chance.random() < 0.5 else shapely.reverse(cell) for cell in cells], dtype=object)
        assert unmet(shapes).tolist() == edges_slowly(shapes)
        if shapely.is_valid(shapes).all():
            as_the_peer(shapes)
