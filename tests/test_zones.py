"""Functional zones: every town in exactly one, each in one piece, with somebody in charge; faults are told by name."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo_region import demo_region, edited
from hechang import atlas
from hechang.intake.sheets.commit import commit
from hechang.intake.sheets.preview import preview
from hechang.region.checks.split_zones import split_zones
from hechang.region.checks.zone_bodies import zone_bodies
from hechang.region.checks.zone_gaps import zone_gaps
from hechang.region.checks.zone_numbers import zone_numbers
from hechang.region.checks.zone_overlaps import zone_overlaps
from hechang.region.checks.zones_across_counties import zones_across_counties
from hechang.region.zones import covered
from hechang.testing import tiny as make_tiny

CHECKS = (zone_gaps, zone_overlaps, split_zones, zones_across_counties, zone_bodies, zone_numbers)
TABLES = ("01", "10", "11", "12", "13", "14", "16", "17", "20", "21", "22", "26", "27", "28", "29", "69")
DAYS = ("2022-01-01", "2022-09-27", "2026-03-01")


@pytest.fixture(scope="module")
def wuxi(tmp_path_factory):
    """The demonstration's places, neighbours and example zones."""
    return demo_region(tmp_path_factory.mktemp("wuxi"), *TABLES)


@pytest.fixture
def own(wuxi, request):
    """The same on a branch of its own, to be written on."""
    return wuxi.new_branch(request.node.name.replace("_", "-")[:30], by="tester", why="a test")


def said(region, checks=CHECKS):
    return [(finding.kind, finding.id) for check in checks for finding in check(region)]


def reached(towns, pairs):
    """Towns that hang together with the first one, step by step."""
    found = {min(towns)}
    while more := {y for x, y in pairs if x in found and y in towns} - found:
        found |= more
    return found


# --- the example zoning -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("day", DAYS)
def test_every_town_of_wuxi_lies_in_exactly_one_zone_on_every_day(wuxi, day):
    held = covered(wuxi.on(day))
    real = {town for town in atlas.towns(wuxi).index if town.startswith("3202")}
    assert sorted(held["town"]) == sorted(real)
    assert said(wuxi.on(day)) == []


def test_there_are_as_many_zones_and_towns_as_the_report_declares(wuxi):
    held = covered(wuxi)
    declared = wuxi.query("""SELECT indicator, value FROM "values" WHERE place = '320200'""").set_index("indicator")
    assert held["zone"].nunique() == declared.loc["zones_declared", "value"]
    assert held["town"].nunique() == declared.loc["zone_towns_declared", "value"]


def test_each_example_zone_hangs_together_inside_one_county_and_says_that_it_is_made_up(wuxi):
    held = covered(wuxi)
    ends = wuxi.adjacency[["a", "b"]].astype(str)
    pairs = [*zip(ends["a"], ends["b"], strict=True), *zip(ends["b"], ends["a"], strict=True)]
    for _, towns in held.groupby("zone")["town"]:
        assert reached(set(towns), pairs) == set(towns)
        assert len({town[:6] for town in towns}) == 1
    zones = wuxi.table("collections", where={"kind": "zone"})
    assert zones["synthetic"].all()
    members = wuxi.table("members", where={"collection": list(zones.index)})
    assert members["synthetic"].all()
    assert wuxi.table("bodies", where={"id": list(zones["operator"])})["synthetic"].all()


def test_before_zones_began_there_are_none_and_nothing_is_missing(wuxi):
    assert covered(wuxi.on("2021-12-31")).empty
    assert said(wuxi.on("2021-12-31")) == []


def test_neighbours_are_told_once_each_and_the_way_they_are_known(wuxi):
    rows = wuxi.adjacency
    assert (rows["a"] < rows["b"]).all()
    assert not rows.duplicated(["a", "b"]).any()
    assert set(rows["kind"]) == {"border", "county"}
    bare = rows[rows["kind"].eq("county")]
    assert bare["metres"].isna().all()
    assert (bare["a"].str[:6] == bare["b"].str[:6]).all()
    assert (rows.loc[rows["kind"].eq("border"), "metres"] > 0).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 14), st.data())
def test_any_county_is_cut_into_zones_that_cover_it_and_hang_together(count, data):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parents[1] / "tools"))
        from demo.zones import cut

    towns = [f"t{n:02d}" for n in range(count)]
    beside = {town: set() for town in towns}
    extra = data.draw(st.lists(st.tuples(st.sampled_from(towns), st.sampled_from(towns)), max_size=10))
    tree = [(town, towns[data.draw(st.integers(0, n - 1))]) for n, town in enumerate(towns) if n]
    for a, b in [*tree, *extra]:
        if a != b:
            beside[a].add(b)
            beside[b].add(a)
    zones = cut(towns, beside, data.draw(st.integers(1, count)))
    assert sorted(town for zone in zones for town in zone) == towns
    pairs = [(a, b) for a, near in beside.items() for b in near]
    assert all(reached(set(zone), pairs) == set(zone) for zone in zones)


# --- faults by name ---------------------------------------------------------------------------------------------------
def without(region, *ids):
    with region.edit(by="tester", why="a test") as edit:
        edit.end("members", ids)
    return edit.after


def membership(region, town):
    return covered(region).set_index("town").loc[town, "zone"]


def test_a_town_taken_out_is_named_and_the_declared_number_no_longer_fits(own):
    zone = membership(own, "320205105")
    broken = without(own, f"{zone}-320205105")
    assert said(broken, (zone_gaps, zone_numbers)) == [("zone-gap", "320205105"), ("zone-number", "320200")]
    finding = zone_gaps(broken)[0]
    assert "锡北镇 of 锡山区 lies in no zone" in finding.say("en")
    assert "锡山区锡北镇" in finding.say("zh")
    assert "hechang import members" in finding.mend_en


def test_a_town_in_two_zones_of_one_zoning_is_a_fault_and_in_two_zonings_is_none(own):
    one, other = membership(own, "320205105"), membership(own, "320206102")
    assert one != other
    elsewhere = edited(
        own,
        collections=[{"id": "k", "name": "另案", "kind": "zone", "scheme": "另一方案"}],
        members=[{"collection": "k", "place": "320205105"}],
    )
    assert said(elsewhere, (zone_overlaps,)) == []
    double = edited(elsewhere, members=[{"collection": other, "place": "320205105"}])
    assert said(double, (zone_overlaps,)) == [("zone-overlap", "320205105")]


def test_a_zone_over_two_counties_needs_an_agreement_that_stands(own):
    zone = membership(own, "320206102")
    moved = edited(without(own, f"{membership(own, '320205105')}-320205105"),
                   members=[{"collection": zone, "place": "320205105"}])  # fmt: skip
    assert said(moved, (zones_across_counties,)) == [("zone-across-counties", zone)]
    assert "惠山区" in zones_across_counties(moved)[0].zh and "锡山区" in zones_across_counties(moved)[0].zh
    pact = {"id": "pact", "name": "合作共建框架协议", "object": zone, "state": "draft"}
    drafted = edited(moved, agreements=[pact])
    assert said(drafted, (zones_across_counties,)) == [("zone-across-counties", zone)]
    signed = edited(drafted, agreements=[pact | {"state": "signed", "signed": "2022-09-27"}])
    assert said(signed, (zones_across_counties,)) == []
    assert said(signed.on("2022-09-26"), (zones_across_counties,)) == [("zone-across-counties", zone)]


def test_a_zone_in_two_pieces_names_the_towns_of_each(own):
    zone = membership(own, "320282107")  # 宜兴 in the north
    far = "320282102"  # 太华镇, in its south
    moved = edited(without(own, f"{membership(own, far)}-{far}"), members=[{"collection": zone, "place": far}])
    finding = next(f for f in split_zones(moved) if f.id == zone)
    assert (finding.kind, " | " in finding.en) == ("zone-split", True)
    assert "太华镇" in finding.en


def test_a_zone_whose_neighbours_nobody_entered_is_not_judged(tiny):
    region = edited(
        tiny,
        places=[{"id": t, "name": f"{t}镇", "kind": "town", "parent": "a"} for t in ("t1", "t2")],
        collections=[{"id": "z", "name": "科学城", "kind": "zone"}],
        members=[{"collection": "z", "place": t} for t in ("t1", "t2")],
    )
    assert [(f.kind, f.severity) for f in split_zones(region)] == [("zone-not-judged", "warning")]
    assert said(edited(region, adjacency=[{"a": "t1", "b": "t2", "kind": "link"}]), (split_zones,)) == []


def test_a_zone_nobody_runs_is_named_and_an_assignment_is_enough(own):
    zone = "demo-zone-01"
    bare = edited(own, collections=[{"id": zone, "operator": None}])
    with bare.edit(by="tester", why="a test") as edit:
        edit.end("assignments", [f"{zone}-operator", f"{zone}-committee"])
    assert said(edit.after, (zone_bodies,)) == [("zone-without-operator", zone), ("zone-without-committee", zone)]
    roles = {"operator": "op", "committee": "com"}
    rows = [{"object": zone, "body": f"demo-zone-{body}-01", "role": role} for role, body in roles.items()]
    run = edited(edit.after, assignments=rows)
    assert said(run, (zone_bodies,)) == []
    over = edited(run, collections=[{"id": zone, "operator": "wuxi-drc"}])
    assert [f.zh for f in zone_bodies(over)] == [
        "示例功能区01 的运营主体 无锡市发展和改革委员会 登记为“部门”, 不是国有企业"
    ]


def test_the_newest_declared_number_until_the_day_counts(own):
    more = edited(own, values=[{"place": "320200", "indicator": "zones_declared", "year": "2023", "value": 40.0,
                                 "unit": "个"}])  # fmt: skip
    assert [f.value for f in zone_numbers(more.on("2024-01-01"))] == ["33"]
    assert "2023 says 40" in zone_numbers(more.on("2024-01-01"))[0].en
    assert zone_numbers(more.on("2026-01-01")) == []


# --- the chain city, district, zone -----------------------------------------------------------------------------------
def test_each_zone_has_its_city_county_committee_and_operator(wuxi):
    rows = atlas.governance(wuxi)
    assert len(rows) == covered(wuxi)["zone"].nunique()
    assert set(rows["city"]) == {"无锡市"}
    assert rows.groupby("county")["towns"].sum().to_dict() == {
        "梁溪区": 9, "锡山区": 9, "惠山区": 7, "滨湖区": 9, "新吴区": 6, "江阴市": 17, "宜兴市": 18
    }  # fmt: skip
    assert rows[["operator", "committee", "industry"]].notna().all().all()
    assert set(rows["missing"]) == {"镇街人口不全"}  # nobody published the people of towns
    assert rows["synthetic"].all()


def test_people_of_a_zone_are_known_only_with_those_of_all_its_towns(own):
    towns = covered(own).query("zone == 'demo-zone-01'")["town"].tolist()
    some = edited(own, places=[{"id": town, "people": 10} for town in towns[:-1]])
    assert pd.isna(atlas.governance(some).loc["demo-zone-01", "people"])
    every = edited(some, places=[{"id": towns[-1], "people": 10}])
    assert atlas.governance(every).loc["demo-zone-01", "people"] == 10 * len(towns)


# --- any zoning against a slow oracle ---------------------------------------------------------------------------------
TOWNS = {"t1": "a", "t2": "a", "t3": "b", "t4": "b", "t5": "c"}
CITY = {"a": "x", "b": "y", "c": "y"}
PLACED = st.sets(st.tuples(st.sampled_from(["z1", "z2", "z3"]), st.sampled_from(sorted(TOWNS))))
BESIDE = st.sets(st.sampled_from([("t1", "t2"), ("t2", "t3"), ("t3", "t4"), ("t4", "t5"), ("t1", "t5")]))


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(PLACED, BESIDE, st.randoms(use_true_random=False))
def test_faults_of_any_zoning_are_those_of_plain_sets_in_whatever_order_it_is_written(placed, beside, random):
    rows = random.sample(sorted(placed), len(placed))
    region = edited(
        make_tiny(),
        places=[{"id": t, "name": t, "kind": "town", "parent": county} for t, county in TOWNS.items()],
        collections=[{"id": z, "name": z, "kind": "zone"} for z in ("z1", "z2", "z3")],
        adjacency=[{"a": a, "b": b, "kind": "border"} for a, b in beside]
        + [{"a": t, "b": "b", "kind": "county"} for t in TOWNS],
        **({"members": [{"collection": z, "place": t} for z, t in rows]} if rows else {}),
    )
    zones = {z: {t for at, t in placed if at == z} for z in ("z1", "z2", "z3")}
    cities = {CITY[TOWNS[t]] for _, t in placed}
    pairs = [*beside, *((b, a) for a, b in beside)]
    assert {f.id for f in zone_gaps(region)} == {
        t for t, county in TOWNS.items() if CITY[county] in cities and not any(t in towns for towns in zones.values())
    }
    assert {f.id for f in zone_overlaps(region)} == {
        t for t in TOWNS if sum(t in towns for towns in zones.values()) > 1
    }
    assert {f.id for f in split_zones(region)} == {
        z for z, towns in zones.items() if towns and reached(towns, pairs) != towns
    }
    assert {f.id for f in zones_across_counties(region)} == {
        z for z, towns in zones.items() if len({TOWNS[t] for t in towns}) > 1
    }


# --- a list of zones as a sheet ---------------------------------------------------------------------------------------
HEAD = "zone_id,zone_name,town_code,valid_from,valid_to,operator,industry"
LIST = ["G1,湖滨功能区,t1,2022-06,,城投公司,物联网", "G1,湖滨功能区,t2,2022-07,,城投公司,物联网",
        "G2,科学城,t3,2022,2024,科创公司,软件"]  # fmt: skip


def sheet(folder, lines, head=HEAD):
    path = folder / "zones.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def towns(tiny):
    return edited(tiny, places=[{"id": t, "name": t, "kind": "town", "parent": c} for t, c in TOWNS.items()])


def test_one_list_of_towns_brings_its_zones_operators_and_members(towns, tmp_path):
    seen = preview(towns, "members", sheet(tmp_path, LIST))
    assert sorted(f.kind for f in seen.findings) == [
        "new-body", "new-body", "new-zone", "new-zone", "zone-number-left"
    ]  # fmt: skip
    after = commit(towns, seen, by="zhang", why="the official list")
    rows = atlas.governance(after).set_index("name")
    assert rows[["towns", "operator", "industry"]].to_dict("index") == {
        "湖滨功能区": {"towns": 2, "operator": "城投公司", "industry": "物联网"},
        "科学城": {"towns": 1, "operator": "科创公司", "industry": "软件"},
    }
    zones = after.collections.set_index("name")
    assert (zones.loc["湖滨功能区", "valid_from"], zones.loc["科学城", "valid_from"]) == ("2022-06", "2022")
    assert zones.loc["科学城", "source"].endswith("#zones!B4:G4")
    assert covered(after.on("2024-01-01"))["town"].tolist() == ["t1", "t2"]
    assert covered(after.on("2022-06-15"))["town"].tolist() == ["t1", "t3"]


def test_the_same_list_again_writes_nothing_and_says_what_it_leaves_as_it_is(towns, tmp_path):
    path = sheet(tmp_path, LIST)
    after = commit(towns, preview(towns, "members", path), by="zhang", why="the official list")
    again = preview(after, "members", path)
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 3, "wrong": 0}
    assert sorted({f.kind for f in again.findings}) == ["known-zone", "zone-number-left"]
    assert commit(after, again, by="zhang", why="again") is after


def test_a_list_with_titles_in_chinese_and_no_numbers_is_read_too(towns, tmp_path):
    head = "功能区名称,镇街代码,运营主体,主导产业"
    seen = preview(towns, "members", sheet(tmp_path, ["湖滨功能区,t1,城投公司,物联网"], head))
    after = commit(towns, seen, by="zhang", why="list")
    assert atlas.governance(after)["name"].tolist() == ["湖滨功能区"]


def test_a_faulty_list_of_zones_writes_nothing_at_all(towns, tmp_path):
    seen = preview(towns, "members", sheet(tmp_path, [*LIST, "G3,新城,t99,2022,,城投公司,软件"]))
    assert [(f.kind, f.cell) for f in seen.findings if f.severity == "error"] == [("place-unknown", "C5")]
    assert not seen.ready


def test_a_slip_in_the_name_of_a_known_zone_makes_no_new_zone(towns, tmp_path):
    known = edited(towns, collections=[{"id": "z", "name": "太湖湾科技创新功能区", "kind": "zone"}])
    seen = preview(known, "members", sheet(tmp_path, ["G1,太湖湾科技创新功能,t1,2022,,,"]))
    assert [(f.kind, f.cell) for f in seen.findings if f.severity == "error"] == [("ref-unknown", "B2")]


def test_members_of_a_corridor_make_no_new_corridor(towns, tmp_path):
    seen = preview(towns, "members", sheet(tmp_path, ["沪宁走廊,t1"], "集合,地点"))
    assert [f.kind for f in seen.findings if f.severity == "error"] == ["ref-unknown"]


def test_changes_of_places_are_read_with_codes_that_have_ended(tiny, tmp_path):
    region = edited(
        tiny,
        places=[{"id": "old", "name": "旧县", "kind": "county", "valid_to": "2020"},
                {"id": "new", "name": "新县", "kind": "county", "valid_from": "2020"}],
    )  # fmt: skip
    path = sheet(tmp_path, ["old,new,2020,合并,100,全部"], "原代码,新代码,变更日期,变更方式,去向份额(%),份额口径")
    after = commit(region, preview(region, "place_changes", path), by="zhang", why="the decree")
    assert atlas.successors(after, ["old"], "2022-09-27")["place"].tolist() == ["new"]
