"""Places through mergers, splits, transfers and new codes: nothing gets lost, and what is not known says so."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from demo_region import demo_region, edited
from hechang import atlas
from hechang.cli import main
from hechang.engines.adjacency import borders, components
from hechang.engines.areal import Pairs, extensive, intensive
from hechang.region.checks.place_changes import place_changes
from hechang.region.checks.unknown_places import unknown_places
from hechang.terms.errors import InputError, NotKnown, Refused
from hechang.testing import tiny as make_tiny

FEW = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=150, deadline=None)


# --- the engine of areas ---------------------------------------------------------------------------------------------
@st.composite
def crossings(draw):
    """Values of sources and a table of common parts with targets; a source may stick out of all targets."""
    sources, targets = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    parts = draw(arrays(float, (sources, targets), elements=st.sampled_from([0.0, 0.0, 1.0, 2.5, 7.0])))
    values = draw(arrays(float, sources, elements=st.floats(-1e6, 1e6, allow_subnormal=False)))
    outside = draw(arrays(float, sources, elements=st.sampled_from([0.0, 0.0, 3.0])))
    exact = draw(arrays(bool, (sources, targets)))
    return values, parts, parts.sum(axis=1) + outside, exact


def listed(parts, exact):
    source, target = np.nonzero(parts)
    return Pairs(source, target, parts[source, target], exact[source, target])


@MANY
@given(crossings())
def test_sums_are_those_of_a_plain_loop_and_what_is_placed_is_conserved(found):
    values, parts, whole, exact = found
    made = extensive(values, listed(parts, exact), whole=whole, targets=parts.shape[1])
    shares = [[part / size if part else 0.0 for part in row] for row, size in zip(parts, whole, strict=True)]
    slow = [sum(v * row[j] for v, row in zip(values, shares, strict=True)) for j in range(parts.shape[1])]
    assert made.value == pytest.approx(slow, abs=1e-3)
    placed = sum(v * c for v, c in zip(values, made.covered, strict=True) if c)
    assert made.value.sum() == pytest.approx(placed, abs=1e-3)
    assert (made.lower <= made.value + 1e-3).all()
    assert (made.value <= made.upper + 1e-3).all()


@MANY
@given(crossings())
def test_means_are_those_of_a_plain_loop_and_lie_between_their_sources(found):
    values, parts, _, exact = found
    made = intensive(values, listed(parts, exact), whole=parts.sum(axis=0), targets=parts.shape[1])
    for j in range(parts.shape[1]):
        inside = [(values[i], parts[i, j]) for i in range(len(values)) if parts[i, j]]
        if not inside:
            assert np.isnan(made.value[j])
            continue
        assert made.value[j] == pytest.approx(sum(v * p for v, p in inside) / sum(p for _, p in inside), abs=1e-3)
        assert min(v for v, _ in inside) - 1e-3 <= made.lower[j] <= made.upper[j] <= max(v for v, _ in inside) + 1e-3


@MANY
@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_wherever_the_people_of_a_source_live_the_bounds_hold_them(sources, targets, data):
    lives = data.draw(arrays(np.int64, (sources, targets), elements=st.integers(0, 9)))
    area = data.draw(arrays(float, (sources, targets), elements=st.floats(0.1, 5)))
    area = np.where(lives > 0, area, area * data.draw(arrays(bool, area.shape)))
    values = lives.sum(axis=1).astype(float)
    none = np.zeros(area.shape, dtype=bool)
    made = extensive(values, listed(area, none), whole=np.maximum(area.sum(axis=1), 1e-9), targets=targets)
    truth = lives.sum(axis=0)
    assert (made.lower - 1e-9 <= truth).all()
    assert (truth <= made.upper + 1e-9).all()


def test_areal_figures_are_those_of_tobler():
    """Golden numbers of tobler 0.13.0, area_interpolate of these very shapes with allocate_total True and False."""
    old = [
        shapely.box(0, 0, 2, 3),
        shapely.box(2, 0, 5, 1.5),
        shapely.box(2, 1.5, 5, 3),
        shapely.Polygon([(5, 0), (7, 0), (6, 3), (5, 3)]),
    ]
    new = [shapely.box(0, 0, 3, 2), shapely.Polygon([(3, 0), (6, 0), (6, 2), (3, 1)]), shapely.box(0, 2, 4, 3)]
    common = np.array([[shapely.area(shapely.intersection(a, b)) for b in new] for a in old])
    pairs = listed(common, np.zeros(common.shape, dtype=bool))
    people, rate = np.array([600.0, 300.0, 450.0, 120.0]), np.array([4.0, 10.0, 7.0, 1.0])
    allocated = extensive(people, pairs, whole=common.sum(axis=1), targets=3)
    assert allocated.value == pytest.approx([597.615509480238, 318.2861364260316, 554.0983468294144], rel=1e-6)
    assert allocated.value.sum() == pytest.approx(people.sum())
    plain = extensive(people, pairs, whole=shapely.area(old), targets=3)
    assert plain.value == pytest.approx([550.0, 228.05555673937, 400.0], rel=1e-6)
    means = intensive(rate, pairs, whole=shapely.area(new), targets=3)
    assert means.value == pytest.approx([5.750000096857548, 6.305555382743478, 5.5], rel=1e-6)


def test_an_unknown_part_or_value_leaves_no_figure_but_bounds_where_they_can_be():
    pairs = Pairs(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([np.nan, np.nan, 1.0]), np.array([False] * 3))
    made = extensive(np.array([10.0, 5.0]), pairs, whole=np.ones(2), targets=2)
    assert np.isnan(made.value).all()
    assert (made.lower.tolist(), made.upper.tolist()) == ([0.0, 5.0], [10.0, 15.0])
    assert np.isnan(extensive(np.array([10.0, np.nan]), pairs, whole=np.ones(2), targets=2).upper[1])


# --- the engine of borders -------------------------------------------------------------------------------------------
@MANY
@given(arrays(np.int64, (4, 4), elements=st.integers(0, 4)))
def test_borders_of_areas_made_of_squares_are_the_edges_between_them(grid):
    owners = np.unique(grid)
    squares = {one: [shapely.box(x, y, x + 1, y + 1) for x, y in zip(*np.nonzero(grid == one), strict=True)]
               for one in owners}  # fmt: skip
    shapes = np.array([shapely.union_all(squares[one]) for one in owners], dtype=object)
    slow: dict[tuple[int, int], int] = {}
    for x, y in itertools.product(range(4), range(4)):
        for other in [(x + 1, y), (x, y + 1)]:
            if max(other) < 4 and grid[x, y] != grid[other]:
                pair = tuple(sorted(int(np.searchsorted(owners, grid[at])) for at in ((x, y), other)))
                slow[pair] = slow.get(pair, 0) + 1
    made = borders(shapes)
    assert dict(zip(zip(made.a.tolist(), made.b.tolist(), strict=True), made.length, strict=True)) == pytest.approx(
        slow
    )


def test_a_gap_between_outlines_counts_as_touching_within_the_tolerance_and_corners_never_do():
    shapes = np.array(
        [shapely.box(0, 0, 100, 100), shapely.box(102, 0, 200, 100), shapely.box(100, 100, 200, 200), None]
    )
    assert borders(shapes).length.tolist() == [98.0]  # one stands on another and touches a third in a corner
    made = borders(shapes, tolerance=3)
    assert list(zip(made.a.tolist(), made.b.tolist(), strict=True)) == [(0, 1), (1, 2)]
    assert made.length == pytest.approx([100, 98], abs=4 * 3)


@MANY
@given(st.integers(1, 9), st.data())
def test_pieces_are_what_can_be_reached_one_by_one(nodes, data):
    ends = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1))
    pairs = data.draw(st.lists(ends, max_size=12))
    a, b = (np.array([pair[at] for pair in pairs], dtype=np.int64) for at in (0, 1))
    made = components(a, b, nodes=nodes)
    for start in range(nodes):
        reached = {start}
        while more := {y for x, y in [*pairs, *((y, x) for x, y in pairs)] if x in reached} - reached:
            reached |= more
        assert {node for node in range(nodes) if made[node] == made[start]} == reached


# --- a made up country ------------------------------------------------------------------------------------------------
@st.composite
def histories(draw):
    """A country of people who stay where they are while the borders move: rows of both tables, and who is where."""
    where = {f"p{n}": set(range(10 * n, 10 * n + draw(st.integers(2, 9)))) for n in range(4)}
    start = {code: set(people) for code, people in where.items()}
    begun, ended, rows = dict.fromkeys(where, "0001"), {}, []
    for year in range(2001, 2001 + draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(["merge", "split", "transfer", "renumber"]))
        _change(draw, kind, str(year), where, begun, ended, rows)
    return start, where, begun, ended, rows


def _change(draw, kind, day, where, begun, ended, rows):
    one, two = draw(st.permutations(sorted(where)))[:2] if len(where) > 1 else [*where, None]
    new = [f"q{day}{n}" for n in "ab"]
    if kind == "merge" and two:
        gone, made = [one, two], {new[0]: where[one] | where[two]}
    elif kind == "split" and len(where[one]) > 1:
        people = sorted(where[one])
        cut = draw(st.integers(1, len(people) - 1))
        gone, made = [one], {new[0]: set(people[:cut]), new[1]: set(people[cut:])}
    elif kind == "transfer" and two and len(where[one]) > 1:
        moved = set(sorted(where[one])[: draw(st.integers(1, len(where[one]) - 1))])
        share = 100 * len(moved) / len(where[one])
        rows.append({"from_place": one, "to_place": two, "day": day, "kind": kind, "share": share, "basis": "people"})
        where[one], where[two] = where[one] - moved, where[two] | moved
        return
    else:
        kind, gone, made = "renumber", [one], {new[0]: where[one]}
    for code, (to, people) in itertools.product(gone, made.items()):
        share = 100 * len(people & where[code]) / len(where[code])
        rows.append({"from_place": code, "to_place": to, "day": day, "kind": kind, "share": share, "basis": "people"})
    for code in gone:
        del where[code]
        ended[code] = day
    where.update(made)
    begun.update(dict.fromkeys(made, day))


def country(history, rows=None):
    start, where, begun, ended, changes = history
    places = [
        {"id": code, "name": code, "kind": "county", "parent": "x", "valid_from": day, "valid_to": ended.get(code),
         "people": len(start.get(code, where.get(code, ())))}
        for code, day in begun.items()
    ]  # fmt: skip
    changes = changes if rows is None else rows
    return edited(make_tiny(), places=places, **({"place_changes": changes} if changes else {}))


def counted(where):
    return {code: float(len(people)) for code, people in where.items()}


@FEW
@given(histories())
def test_people_carried_over_any_history_are_those_who_live_there_forward_and_back(history):
    start, where = history[:2]
    region = country(history)
    onward = atlas.carried(region, pd.Series(counted(start)), since="2000-01-01")
    assert onward.rows["value"].to_dict() == pytest.approx(counted(where))
    assert onward.rows["lower"].to_dict() == pytest.approx(counted(where))
    assert onward.rows["upper"].to_dict() == pytest.approx(counted(where))
    assert onward.rests["total"] == pytest.approx(onward.rows["value"].sum())
    assert onward.rests["unknown"] == pytest.approx(0, abs=1e-6)
    back = atlas.carried(region.on("2000-01-01"), pd.Series(counted(where)), since="2022-09-27")
    assert back.rows["value"].to_dict() == pytest.approx(counted(start))
    assert (back.rows["lower"] <= back.rows["value"] + 1e-6).all()
    assert (back.rows["value"] <= back.rows["upper"] + 1e-6).all()


@FEW
@given(histories(), st.data())
def test_a_figure_that_follows_nobody_lies_within_its_bounds(history, data):
    start, where = history[:2]
    tons = {who: data.draw(st.integers(0, 50)) for people in start.values() for who in people}
    given_ = pd.Series({code: float(sum(tons[who] for who in people)) for code, people in start.items()})
    rows = atlas.carried(country(history), given_, since="2000-01-01", follows="area").rows
    truth = pd.Series({code: float(sum(tons[who] for who in people)) for code, people in where.items()})
    assert (rows["lower"] - 1e-6 <= truth.reindex(rows.index)).all()
    assert (truth.reindex(rows.index) <= rows["upper"] + 1e-6).all()
    assert rows["value"].sum() == pytest.approx(given_.sum())


@FEW
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_changes_in_the_table_does_not_matter(history, random):
    mixed = random.sample(history[4], len(history[4]))
    codes = sorted(history[2])
    one, other = (atlas.successors(country(history, rows), codes, "2022-09-27") for rows in (history[4], mixed))
    pd.testing.assert_frame_equal(one, other)
    assert one.groupby("code")["share"].sum().to_numpy() == pytest.approx(100)


@FEW
@given(histories())
def test_predecessors_are_successors_read_the_other_way(history):
    region = country(history)
    onward = atlas.successors(region, sorted(history[0]), "2022-09-27")
    back = atlas.predecessors(region, sorted(history[1]), "2000-01-01")
    pairs = back.rename(columns={"code": "place", "place": "code"})[["code", "place", "share"]]
    pairs = pairs.sort_values(["code", "place"], ignore_index=True)
    pd.testing.assert_frame_equal(onward[onward["code"].isin(history[0])], pairs)


@FEW
@given(histories())
def test_a_history_that_holds_together_has_no_findings(history):
    assert [finding.say("en") for finding in place_changes(country(history))] == []


# --- single cases -----------------------------------------------------------------------------------------------------
@pytest.fixture
def split(tiny):
    """County b of 50 people becomes d and e in 2024; nobody said how many went where."""
    places = [{"id": id, "name": id, "kind": "county", "parent": "y", "valid_from": "2024"} for id in "de"]
    changes = [{"from_place": "b", "to_place": id, "day": "2024", "kind": "split"} for id in "de"]
    ends = {"id": "b", "valid_from": "0001", "valid_to": "2024"}
    return edited(tiny, places=[ends, *places], place_changes=changes).on("2024-06-01")


PEOPLE = pd.Series({"a": 25.0, "b": 50.0, "c": 25.0})


def test_a_split_nobody_measured_has_bounds_and_no_figure(split):
    found = atlas.carried(split, PEOPLE, since="2022-09-27")
    assert found.rows.loc["d", ["lower", "upper"]].tolist() == [0.0, 50.0]
    assert found.rows["value"].isna().to_dict() == {"a": False, "c": False, "d": True, "e": True}
    assert found.rows.loc["d", "why_missing"] == "去向份额未知 / it is not known how much went there"
    assert found.rests[["total", "whole", "unknown"]].tolist() == [100.0, 50.0, 50.0]
    assert atlas.successors(split, ["b"], "2024-01-01")["share"].isna().all()


def test_outlines_stand_in_for_shares_and_say_so(split):
    shapes = {"b": (0, 4), "d": (0, 1), "e": (1, 4)}
    rows = [
        {"id": id, "valid_from": "0001" if id == "b" else "2024", "geometry": shapely.to_wkb(shapely.box(x, 0, y, 1))}
        for id, (x, y) in shapes.items()
    ]
    found = atlas.carried(edited(split, places=rows), PEOPLE, since="2022-09-27")
    assert found.rows["value"].to_dict() == pytest.approx({"a": 25, "c": 25, "d": 12.5, "e": 37.5})
    assert found.rows.loc["d", ["lower", "upper", "by_outline"]].tolist() == pytest.approx([0, 50, 12.5])
    assert found.rests.to_dict() == pytest.approx(
        {"total": 100, "whole": 50, "by_share": 0, "by_outline": 50, "unknown": 0}, abs=1e-6
    )


def test_one_share_that_is_left_out_is_what_the_others_leave(split):
    row = split.place_changes.query("to_place == 'd'").index[0]
    told = edited(split, place_changes=[{"id": row, "share": 30.0, "basis": "people"}])
    found = atlas.carried(told, PEOPLE, since="2022-09-27").rows
    assert found.loc[["d", "e"], ["value", "lower", "upper"]].to_numpy().tolist() == [[15.0] * 3, [35.0] * 3]
    other = atlas.carried(told, PEOPLE, since="2022-09-27", follows="area").rows
    assert other.loc["e", ["value", "lower", "upper"]].tolist() == [35.0, 0.0, 50.0]


@pytest.fixture
def merged(tiny):
    """Counties a (25) and b (50) become ab in 2024."""
    rows = [{"id": id, "valid_from": "0001", "valid_to": "2024"} for id in "ab"]
    new = {"id": "ab", "name": "甲乙县", "kind": "county", "parent": "y", "valid_from": "2024", "people": 80}
    changes = [{"from_place": id, "to_place": "ab", "day": "2024", "kind": "merge"} for id in "ab"]
    return edited(tiny, places=[*rows, new], place_changes=changes).on("2024-06-01")


def test_a_mean_is_weighted_by_the_people_of_its_sources(merged):
    found = atlas.carried(merged, pd.Series({"a": 10.0, "b": 40.0, "c": 7.0}), since="2022-09-27", figure="mean")
    assert found.rows["value"].to_dict() == {"ab": 30.0, "c": 7.0}
    assert found.rows.loc["ab", ["lower", "upper", "whole"]].tolist() == [30.0, 30.0, 100.0]
    by_area = atlas.carried(merged, PEOPLE, since="2022-09-27", figure="mean", follows="area").rows
    assert by_area.loc["ab", ["lower", "upper"]].tolist() == [25.0, 50.0]  # no areas known: no figure, but bounds
    assert by_area.loc[["ab", "c"], "value"].isna().tolist() == [True, False]


def test_a_mean_of_a_part_of_a_place_has_no_bounds(tiny):
    new = {"id": "a2", "name": "甲乙", "kind": "county", "parent": "y", "valid_from": "2024"}
    shares = [{"from_place": "a", "to_place": to, "day": "2024", "kind": "transfer", "share": share, "basis": "people"}
              for to, share in (("a", 0.8), ("a2", 0.2))]  # fmt: skip
    region = edited(tiny, places=[new], place_changes=shares).on("2024-06-01")
    found = atlas.carried(region, pd.Series({"a": 10.0}), since="2022-09-27", figure="mean").rows
    assert found["value"].to_dict() == {"a": 10.0, "a2": 10.0}
    assert found[["lower", "upper"]].isna().all(axis=None)  # the one in five who moved may have any mean


def test_a_place_it_came_from_that_has_no_value_is_not_taken_for_nothing(merged):
    found = atlas.carried(merged, pd.Series({"a": 25.0, "c": 25.0}), since="2022-09-27").rows
    assert found["value"].isna().to_dict() == {"ab": True, "c": False}
    assert found.loc["ab", "why_missing"] == "来源缺少数值 / a place it comes from has no value"


def test_going_back_what_was_merged_is_parted_by_the_people_of_then_and_says_how_sure_it_is(merged):
    found = atlas.carried(merged.on("2022-09-27"), pd.Series({"ab": 90.0, "c": 25.0}), since="2024-06-01")
    assert found.rows["value"].to_dict() == pytest.approx({"a": 30, "b": 60, "c": 25})
    assert found.rows.loc["a", ["lower", "upper", "by_share"]].tolist() == pytest.approx([0, 90, 30])
    assert found.rests["unknown"] == pytest.approx(0)


def test_what_nothing_comes_to_stands_in_the_result_and_says_so(tiny):
    region = edited(tiny, places=[{"id": "z", "name": "新市", "kind": "city", "valid_from": "2026"}]).on("2026-03-01")
    found = atlas.carried(region, pd.Series({"x": 25.0, "y": 75.0}), since="2022-09-27", onto=["x", "y", "z"])
    assert found.rows.loc["z", "why_missing"] == "没有来源 / nothing comes from here"
    assert found.rows["value"].sum() == 100


def test_units_of_a_plan_that_were_drawn_anew_take_figures_by_outline(tiny):
    rows = [
        {"id": "b", "valid_from": "0001", "valid_to": "2024", "geometry": shapely.to_wkb(shapely.box(0, 0, 4, 1))},
        {"id": "m", "name": "北片", "kind": "county", "valid_from": "2024",
         "geometry": shapely.to_wkb(shapely.box(0, 0, 1, 1))},
    ]  # fmt: skip
    region = edited(tiny, places=rows).on("2024-06-01")
    found = atlas.carried(region, pd.Series({"b": 50.0}), since="2022-09-27", onto=["m"])
    assert found.rows.loc["m", ["value", "by_outline"]].tolist() == pytest.approx([12.5, 12.5])
    assert found.rests["unknown"] == pytest.approx(37.5)


def test_words_and_places_that_do_not_fit_are_told_in_both_languages(merged):
    with pytest.raises(InputError, match="not in force on 2024-06-01") as told:
        atlas.carried(merged.on("2024-07-01"), pd.Series({"a": 25.0}), since="2024-06-01")
    assert "无效" in told.value.zh
    with pytest.raises(NotKnown, match="kind of figure"):
        atlas.carried(merged, PEOPLE, since="2022-09-27", figure="total")
    with pytest.raises(NotKnown, match="No place is called 'nowhere'"):
        atlas.successors(merged, ["nowhere"], "2024-01-01")


def test_a_change_may_name_ended_places_but_none_that_nobody_knows(merged):
    assert [finding for finding in unknown_places(merged) if finding.table == "place_changes"] == []
    with pytest.raises(Refused, match="no known place code"):
        edited(merged, place_changes=[{"from_place": "q", "to_place": "c", "day": "2024", "kind": "merge"}])


def test_changes_that_do_not_fit_their_places_are_found(merged):
    wrong = [
        {"id": "w1", "from_place": "a", "to_place": "ab", "day": "2023", "kind": "merge"},
        {"id": "w2", "from_place": "c", "to_place": "ab", "day": "2025", "kind": "split", "share": 60.0},
        {"id": "w3", "from_place": "c", "to_place": "b", "day": "2025", "kind": "split", "share": 60.0},
    ]
    ended = {"id": "e", "name": "旧县", "kind": "county", "valid_to": "2023"}
    found = place_changes(edited(merged, places=[ended], place_changes=wrong))
    assert [(finding.kind, finding.id) for finding in found] == [
        ("place-change-from", "w1"), ("place-change-from", "w2"), ("place-change-from", "w3"),
        ("place-change-to", "w1"), ("place-change-to", "w3"), ("place-change-shares", "w2"),
        ("place-without-successor", "e"),
    ]  # fmt: skip


# --- the real places --------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Plans, places, changes, collections and members of the demonstration."""
    return demo_region(tmp_path_factory.mktemp("real"), "01", "10", "11", "12", "13", "14", "15", "21", "22")


def test_nantong_before_and_after_2020(real):
    gone, come = {"320602", "320611", "320684"}, {"320613", "320614"}
    days = (real.on(day).table("places", where={"kind": "county"}) for day in ("2019-12-31", "2020-01-01"))
    before, after = (set(counties.index) for counties in days)
    assert (before - after, after - before) == (gone, come)
    assert atlas.successors(real, sorted(gone), "2022-09-27")["place"].tolist() == ["320613", "320613", "320614"]
    assert atlas.on_day(real, ["320613"], "2019-12-31")["place"].tolist() == ["320602", "320611"]
    assert place_changes(real) == []


def test_the_people_of_the_region_are_the_same_before_and_after_2020(real):
    now = atlas.counties(real)["people"].astype(float)
    then = atlas.carried(real.on("2019-12-31"), now, since="2022-09-27")
    assert then.rests["total"] == pytest.approx(atlas.cities(real)["people"].sum())
    assert then.rests["unknown"] == now["320613"]  # nobody published how many of it were 崇川 and how many 港闸
    assert then.rows.loc["320684", "value"] == now["320614"]


def test_nine_cities_are_members_in_2022_and_fourteen_only_under_the_draft(real):
    assert len(atlas.members_of(real.on("2022-12-31"))) == 9
    later = real.on("2026-03-01")
    assert (len(atlas.members_of(later, "2022")), len(atlas.members_of(later, "2026-draft"))) == (9, 14)
    with pytest.raises(NotKnown, match="from 2026-02-10 on"):
        atlas.members_of(real.on("2026-02-09"), "2026-draft")
    people = atlas.cities(real)["people"].astype(float)
    found = atlas.carried(later, people, since="2022-12-31", onto=atlas.members_of(later, "2026-draft").index).rows
    assert found["why_missing"].notna().sum() == 5


def test_a_statistical_area_never_makes_anything_count_twice(real):
    suzhou = atlas.counties(real).query("parent == '320500'")
    assert "320576" not in suzhou.index
    assert suzhou["people"].sum() == atlas.cities(real).loc["320500", "people"]
    towns = atlas.towns(real)
    assert towns.index.is_unique
    assert (towns["parent"] == "320576").sum() == 5  # streets of 苏州工业园区 are towns of Suzhou, once
    assert not towns.index.intersection(real.table("places", where={"kind": "statistical"}).index).size
    both = edited(
        real,
        collections=[{"id": "k", "name": "k", "kind": "cluster"}],
        members=[{"collection": "k", "place": p} for p in ("320500", "320576", "320576050", "320505")],
    )
    row = atlas.collection_rows(both, "cluster").loc["k"]
    assert (row["places"], row["cities"], row["people"]) == (4, 1, suzhou["people"].sum())


def test_a_place_lies_in_many_collections_and_kinds_and_schemes_are_asked_for(real):
    found = atlas.memberships(real, "320583104")
    assert found[["kind", "through"]].to_numpy().tolist() == [
        ["town_circle", "320583104"], ["circle", "320500"], ["region", "320500"]
    ]  # fmt: skip
    levels = atlas.collection_rows(real, "level")
    assert levels["places"].tolist() == [0, 1, 0, 6, 9]
    scheme = levels["scheme"].iloc[0]
    assert atlas.collection_rows(real, scheme=scheme).index.equals(levels.index)
    with pytest.raises(NotKnown, match="No scheme is called"):
        atlas.collection_rows(real, scheme="没有的体系")
    draft = atlas.collection_rows(real.on("2026-03-01"), "cross_border_unit")
    assert (len(draft), set(draft["plan"])) == (5, {"2026-draft"})


def test_a_figure_of_the_day_of_a_change_is_one_of_after_the_change(tiny):
    moved = {"from_place": "b", "to_place": "c", "day": "2024-03-01", "kind": "transfer", "share": 10.0}
    region = edited(tiny, place_changes=[moved]).on("2024-06-01")
    days = ("2024-02-29", "2024-03-01")
    found = [atlas.carried(region, PEOPLE, since=day).rows["value"].to_dict() for day in days]
    assert found == [{"a": 25, "b": 45, "c": 30}, {"a": 25, "b": 50, "c": 25}]


def test_the_command_carries_figures_of_a_year_and_says_what_is_not_known(merged, capsys):
    rows = [
        {"place": id, "indicator": "people", "year": "2022", "value": n, "unit": "人"}
        for id, n in (("a", 25), ("b", 50))
    ]
    region = edited(merged.on("2022-09-27"), values=rows)
    line = ["compare", "figures", "people", "--year", "2022", "--on", "2024-06-01", "--region", str(region.folder)]
    assert main([*line, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = {row["id"]: (row["value"], row["lower"], row["upper"]) for row in told["rows"]}
    assert found["ab"] == (75, 75, 75) and found["c"][0] is None
    assert (told["since"], told["rests"]["whole"]) == ("2022-12-31", 75)
    for wrong, said in ((["--year", "1999"], "1999"), (["--codes-of", "soon"], "soon"), (["--level", "x"], "level")):
        assert main([*line, *wrong, "--lang", "en"]) in (1, 2)
        assert said in capsys.readouterr().err
