"""Questions to the one map: what layers have in common and how much of a layer lies in each place."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from demo_region import edited
from hechang.atlas.before_after import before_after
from hechang.atlas.city_by_city import city_by_city
from hechang.atlas.common_parts import common_parts
from hechang.atlas.compliance import compliance
from hechang.atlas.laid import laid
from hechang.atlas.layer_statistics import statistics
from hechang.atlas.plan_actual import plan_actual
from hechang.atlas.polygon import GLOBE, square_km
from hechang.atlas.review import Submission, review
from hechang.atlas.review_item import Asked
from hechang.cli import main
from hechang.intake.layers.layer import Asked as FileAsked
from hechang.region.tiny import tiny as new_tiny
from hechang.store.readers import PUBLIC
from hechang.terms.datums import datum
from hechang.terms.errors import InputError, NotKnown, UsageError
from layers_made import layer as layer_file

CELL = 0.01  # degrees
WEST, SOUTH = 120.0, 31.0
A, F = 6378137.0, 1 / 298.257222101  # GRS80
E2 = F * (2 - F)


def cell_km2(row: int) -> float:
    """Area of a cell of the raster between two parallels, by the closed formula of the ellipsoid."""

    def zone(latitude: float) -> float:
        s, e = math.sin(math.radians(latitude)), math.sqrt(E2)
        return s / (1 - E2 * s * s) + math.log((1 + e * s) / (1 - e * s)) / (2 * e)

    low, high = SOUTH + row * CELL, SOUTH + (row + 1) * CELL
    return A * A * (1 - E2) / 2 * math.radians(CELL) * (zone(high) - zone(low)) / 1e6


def km2(cells: set) -> float:
    return sum(cell_km2(row) for _, row in cells)


def outline(cells: set) -> shapely.Geometry:
    boxes = [shapely.box(WEST + x * CELL, SOUTH + y * CELL, WEST + (x + 1) * CELL, SOUTH + (y + 1) * CELL)
             for x, y in cells]  # fmt: skip
    return shapely.union_all(boxes)


def patch(chance: np.random.Generator, size: int) -> set:
    """A random heap of cells of a raster of `size`."""
    many = chance.integers(1, size * size // 2)
    return {(int(x), int(y)) for x, y in chance.integers(0, size, (many, 2))}


def layers(region, **named):
    """The region with layers of features: {layer: {id: shape}}; all of it made up."""
    listed = [{"id": name, "name": name, "table": "features", "synthetic": True} for name in named]
    rows = [{"id": id, "layer": name, "name": id, "geometry": shape, "synthetic": True}
            for name, shapes in named.items() for id, shape in shapes.items()]  # fmt: skip
    return edited(region, layers=listed, features=rows)


@pytest.fixture
def region(tmp_path):
    """The tiny region; its counties a, b, c are columns of a raster, c has no outline."""
    made = new_tiny(tmp_path / "t.hc")
    halves = {"a": {(x, y) for x in range(3) for y in range(6)}, "b": {(x, y) for x in range(3, 6) for y in range(6)}}
    return edited(made, places=[{"id": id, "geometry": outline(cells)} for id, cells in halves.items()])


# --- overlay and statistics ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(4))
def test_common_parts_are_those_counted_cell_by_cell(region, seed):
    chance = np.random.default_rng(seed)
    one, other = ({f"{side}{n}": patch(chance, 7) for n in range(8)} for side in "pq")
    made = layers(region, p={i: outline(c) for i, c in one.items()}, q={i: outline(c) for i, c in other.items()})
    rows = common_parts(made, "p", "q").rows.set_index(["left", "right"])
    wanted = {(i, k): km2(one[i] & other[k]) for i in one for k in other if one[i] & other[k]}
    assert rows["km2"].to_dict() == pytest.approx(wanted, rel=1e-6)
    shares = {(i, k): 100 * area / km2(one[i]) for (i, k), area in wanted.items()}
    assert rows["of_left"].to_dict() == pytest.approx(shares, rel=1e-6)
    assert rows["synthetic"].all()


@pytest.mark.parametrize("seed", range(4))
def test_statistics_by_place_are_those_counted_cell_by_cell(region, seed):
    chance = np.random.default_rng(100 + seed)
    patches = {f"f{n}": patch(chance, 7) for n in range(12)}
    found = statistics(layers(region, p={i: outline(c) for i, c in patches.items()}), "p")
    county = {"a": {(x, y) for x in range(3) for y in range(6)}, "b": {(x, y) for x in range(3, 6) for y in range(6)}}
    for place, cells in county.items():
        row = found.rows.loc[place]
        inside = [c & cells for c in patches.values() if c & cells]
        assert row["number"] == len(inside)
        assert row["km2"] == pytest.approx(sum(map(km2, inside)), rel=1e-6)
        assert row["covered_km2"] == pytest.approx(km2(set().union(*inside)), rel=1e-6)
        assert row["share"] == pytest.approx(100 * km2(set().union(*inside)) / km2(cells), rel=1e-6)
    beyond = sum(km2(c - county["a"] - county["b"]) for c in patches.values())
    assert found.outside["km2"] == pytest.approx(beyond, rel=1e-6)
    assert found.rows["why_missing"].to_dict()["c"] == "没有图形 / no outline"
    assert found.rows.loc["c", ["km2", "share"]].isna().all()


def test_a_line_gives_its_length_and_a_point_on_a_border_counts_once(region):
    border = WEST + 3 * CELL
    line = shapely.LineString([(WEST + CELL, SOUTH + CELL), (WEST + 7 * CELL, SOUTH + CELL)])
    made = layers(region, roads={"r": line}, wells={"w": shapely.Point(border, SOUTH + CELL)})
    found = statistics(made, "roads")
    assert found.rows.loc["a", "km"] == pytest.approx(found.rows.loc["b", "km"] * 2 / 3, rel=1e-6)
    assert found.outside["km"] == pytest.approx(found.rows.loc["b", "km"] / 3, rel=1e-6)
    wells = statistics(made, "wells")
    assert wells.rows["points"].fillna(0).to_dict() == {"a": 1, "b": 0, "c": 0}


def test_a_figure_goes_with_the_share_of_the_area_and_what_has_none_is_counted(region):
    both = outline({(2, 0), (3, 0)})
    made = layers(region, p={"f": both, "g": both})
    made = edited(made, features=[{"id": "f", "properties": {"people": 100}}])
    found = statistics(made, "p", of="people")
    assert found.rows["value"].dropna().round(6).to_dict() == {"a": 50.0, "b": 50.0}
    assert found.no_figure == 1
    with pytest.raises(NotKnown, match="Did you mean 'people'"):
        statistics(made, "p", of="peopel")


def test_shapes_nobody_can_measure_are_named_with_the_reason_and_the_rest_is_measured(region):
    bow = shapely.Polygon([(120, 31), (120.01, 31.01), (120.01, 31), (120, 31.01)])
    with np.errstate(invalid="ignore"):
        unknown = shapely.Polygon([(120, 31), (math.nan, 31), (120.01, 31.01)])
        shapes = {"good": outline({(0, 0)}), "bow": bow, "empty": shapely.Polygon(), "none": None, "nan": unknown}
        made = layers(region, p=shapes)
    found = common_parts(made, "p", "county")
    assert found.rows["left"].tolist() == ["good"]
    why = found.lost[found.lost["layer"] == "p"].set_index("id")["why"].str.partition(" / ")[2].to_dict()
    assert why == {"bow": "crosses itself or is not valid", "empty": "empty", "none": "no outline",
                   "nan": "a coordinate is no number"}  # fmt: skip
    assert found.lost.loc[found.lost["layer"] == "county", "id"].tolist() == ["c"]


def test_nothing_known_is_not_nothing_there(region):
    with pytest.raises(InputError, match="has no usable shapes"):
        statistics(region, "projects")
    with pytest.raises(InputError, match="has no areas"):
        statistics(layers(region, p={"f": outline({(0, 0)})}), "p", by="town")
    with pytest.raises(InputError, match="Neither layer has areas"):
        common_parts(layers(region, s={"h": shapely.Point(120, 31)}, q={"g": shapely.Point(120, 31)}), "s", "q")


def test_a_collection_some_of_whose_places_have_no_outline_is_not_measured(region):
    made = edited(region, collections={"id": "k", "name": "圈", "kind": "circle"},
                  members=[{"collection": "k", "place": place} for place in ("a", "c")])  # fmt: skip
    assert laid(made, "circle").lost["why"].tolist() == ["部分成员没有图形 / some members have no outline"]


def ask(region, capsys, *line):
    """Status, standard output and standard error of a command on the region."""
    status = main([*line, "--region", str(region.folder)])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_commands_answer_and_write_files(region, capsys, tmp_path):
    made = layers(region, p={"f": outline({(2, 0), (3, 0)})})
    status, out, _ = ask(made, capsys, "layer", "statistics", "p", "--json")
    assert status == 0
    rows = {row["id"]: row for row in json.loads(out)["rows"]}
    assert rows["a"]["km2"] == pytest.approx(cell_km2(0), rel=1e-6)
    assert rows["c"]["why_missing"]
    for name in ("o.csv", "o.xlsx", "o.geojson", "o.json"):
        assert ask(made, capsys, "layer", "overlay", "p", "county", "--out", str(tmp_path / name))[0] == 0
        assert (tmp_path / name).stat().st_size > 100
    assert len(json.loads((tmp_path / "o.geojson").read_text())["features"]) == 2
    assert ask(made, capsys, "layer", "overlay", "p", "county", "--by", "county", "--lang", "zh")[0] == 0
    assert "p" in ask(made, capsys, "layer", "list")[1]


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        (("layer", "statistics", "stationz"), 1, "Did you mean 'stations'?"),
        (("layer", "overlay", "counties", "countries"), 1, "Did you mean 'counties'?"),
        (("layer", "statistics", "counties", "--by", "citty"), 1, "Did you mean 'city'?"),
        (("layer", "overlay", "counties", "county", "--out", "x.doc"), 2, "is not a format"),
    ],
)
def test_a_wrong_question_is_told_with_the_nearest_right_one(region, capsys, line, status, said):
    found, _, error = ask(region, capsys, *line, "--lang", "en")
    assert (found, said in error) == (status, True), error


# --- compliance ------------------------------------------------------------------------------------------------------
def rule(effect, layer="red", **more):
    return {"id": effect, "name": f"规则{effect}", "name_en": f"rule {effect}", "effect": effect, "layer": layer,
            "basis": "示例文件", "clause": "一", "synthetic": True, **more}  # fmt: skip


def judged(region, project="p1"):
    """Verdicts of a project by rule."""
    return compliance(region, [project]).set_index("rule")


def test_each_effect_says_by_how_much_where_and_on_which_basis(region):
    made = layers(region, red={"r": outline({(1, 0), (2, 0)})})
    site = outline({(0, 0), (1, 0)})
    rules = [rule("forbid"), rule("condition", condition="须经批准"), rule("permit"), rule("place", layer="county")]
    made = edited(made, controls=rules, projects=[{"id": "p1", "geometry": site}])
    rows = judged(made)
    assert rows["verdict"].to_dict() == {
        "forbid": "breaks",
        "condition": "condition",
        "permit": "breaks",
        "place": "meets",
    }
    for name in ("forbid", "condition", "permit"):
        assert rows.loc[name, "amount"] == pytest.approx(cell_km2(0) * 1e6, rel=1e-6)
        assert rows.loc[name, "share"] == pytest.approx(50, rel=1e-5)
    assert rows.loc["forbid", "features"] == ["r"]
    assert rows.loc["condition", "reason"].endswith("须满足: 须经批准")
    assert rows["synthetic"].all() and rows["basis"].eq("示例文件").all()
    assert all(text and not text.endswith("nan") for text in [*rows["reason"], *rows["reason_en"]])


@pytest.mark.parametrize("seed", range(3))
def test_verdicts_agree_with_cells_counted_by_hand(region, seed):
    chance = np.random.default_rng(seed)
    red, site = patch(chance, 5), patch(chance, 5)
    made = layers(region, red={f"r{n}": outline(c) for n, c in enumerate([red, patch(chance, 5)])})
    made = edited(made, controls=[rule("forbid"), rule("permit")], projects=[{"id": "p1", "geometry": outline(site)}])
    rows, rest = judged(made), laid(made, "red").rows["geometry"]
    inside = {c for c in site if any(shape.covers(outline({c})) for shape in rest)}
    assert rows.loc["forbid", "verdict"] == ("breaks" if inside else "meets")
    assert rows.loc["permit", "verdict"] == ("breaks" if site - inside else "meets")
    assert rows.loc["forbid", "amount"] == pytest.approx(km2(inside) * 1e6, rel=1e-6)
    assert rows.loc["permit", "amount"] == pytest.approx(km2(site - inside) * 1e6, rel=1e-5, abs=0.1)


def test_a_tolerance_lets_rounding_pass_and_says_so(region):
    step = CELL / 1e5  # about a centimetre
    over = shapely.box(WEST, SOUTH, WEST + CELL + step, SOUTH + CELL)
    made = edited(layers(region, red={"r": outline({(1, 0)})}), projects=[{"id": "p1", "geometry": over}],
                  controls=[rule("forbid", tolerance_m2=20)])  # fmt: skip
    row = judged(made).loc["forbid"]
    assert row["verdict"] == "meets" and "容差 20 m²" in row["reason"]
    strict = edited(made, controls=[{"id": "forbid", "tolerance_m2": 1}])
    assert judged(strict).loc["forbid", "verdict"] == "breaks"


def test_a_project_with_a_point_is_judged_by_its_point_and_one_with_a_place_only_by_what_the_place_decides(region):
    red = {"r": outline({(0, 0)})}
    made = edited(layers(region, red=red), controls=[rule("forbid"), rule("place", layer="county")],
                  projects=[{"id": "p1", "geometry": shapely.Point(WEST + CELL / 2, SOUTH + CELL / 2)}])  # fmt: skip
    assert judged(made).loc["forbid", ["verdict", "on"]].to_list() == ["breaks", "point"]
    found = compliance(made).set_index(["project", "rule"])
    assert found.loc[("p2", "forbid"), ["verdict", "on"]].to_list() == ["meets", "place"]  # b is clear of it
    assert found.loc[("p4", "forbid"), ["verdict", "on"]].to_list() == ["unknown", "none"]  # c has no outline
    whole = edited(made, features=[{"id": "r", "geometry": shapely.box(119, 30, 122, 33)}])
    assert judged(whole, "p2").loc["forbid", "verdict"] == "breaks"
    partly = edited(whole, features=[{"id": "r", "geometry": outline({(3, 0)})}])
    row = judged(partly, "p2").loc["forbid"]
    assert row["verdict"] == "unknown" and "无法判断" in row["reason"] and math.isnan(row["amount"])
    assert judged(partly, "p2").loc["place", "verdict"] == "unknown"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"layer": "ecology"}, "没有图层“ecology”"),
        ({"layer": "red", "property": "kind", "equals": "farmland"}, "kind=farmland没有可用的面"),
        ({"layer": "stations"}, "没有可用的面"),
        ({"layer": None}, "没有写明图层"),
    ],
)
def test_a_limit_that_is_not_there_is_no_data_and_names_the_command(region, given, said):
    made = layers(region, red={"r": outline({(0, 0)})})
    made = edited(made, controls=[{**rule("forbid"), **given}], projects=[{"id": "p1", "geometry": outline({(0, 0)})}])
    row = judged(made).loc["forbid"]
    assert row["verdict"] == "unknown" and said in row["reason"] and row["needs"].startswith("hechang ")


def test_a_spoilt_limit_leaves_no_project_free_of_it(region):
    bow = shapely.Polygon([(120, 31), (120.01, 31.01), (120.01, 31), (120, 31.01)])
    made = layers(region, red={"r": outline({(0, 0)}), "bow": bow})
    made = edited(made, controls=[rule("forbid")], projects=[{"id": "p1", "geometry": outline({(4, 4)})}])
    assert judged(made).loc["forbid", "verdict"] == "unknown"
    inside = edited(made, projects=[{"id": "p1", "geometry": outline({(0, 0)})}])
    assert judged(inside).loc["forbid", "verdict"] == "breaks"


def test_a_rule_of_one_city_says_nothing_of_another_and_one_not_in_force_nothing_at_all(region):
    made = layers(region, red={"r": outline({(0, 0)})})
    rules = [rule("forbid", place="y"), rule("permit", valid_from="2023-01-01")]
    made = edited(made, controls=rules, projects=[{"id": p, "geometry": outline({(0, 0)})} for p in ("p1", "p2")])
    assert list(judged(made, "p1").index) == []
    assert list(judged(made, "p2").index) == ["forbid"]
    assert list(judged(made.on("2023-06-01"), "p1").index) == ["permit"]


def test_the_industry_of_a_project_is_held_against_its_zone_where_both_are_known(region):
    zone = {"id": "z", "name": "园", "kind": "zone", "industry": "软件、芯片"}
    projects = [{"id": "p1", "zone": "z", "industry": "芯片"}, {"id": "p2", "zone": "z", "industry": "水泥"},
                {"id": "p3", "industry": "芯片"}]  # fmt: skip
    made = edited(region, collections=zone, projects=projects, controls=[rule("industry", layer=None)])
    verdicts = compliance(made).set_index("project")["verdict"].to_dict()
    assert verdicts == {"p1": "meets", "p2": "breaks", "p3": "unknown", "p4": "unknown"}


def test_a_layer_file_is_taken_with_its_properties_and_a_new_one_replaces_it_from_a_day(region, capsys, tmp_path):
    for name, rows in (("one.geojson", [("A", (0, 0)), ("B", (1, 0))]), ("two.geojson", [("A", (2, 0))])):
        frame = {"code": [code for code, _ in rows], "kind": ["farmland"] * len(rows)}
        layer_file(tmp_path / name, [outline({cell}) for _, cell in rows], frame)
    who = ("--by", "zhang", "--why", "划定", "--as", "red", "--key", "code", "--synthetic")
    assert ask(region, capsys, "layer", "take", str(tmp_path / "one.geojson"), *who)[0] == 0
    assert ask(region, capsys, "layer", "take", str(tmp_path / "two.geojson"), *who, "--from", "2023-01-01")[0] == 0
    now = region.latest()
    assert list(laid(now, "red").rows.index) == ["red.A", "red.B"]
    assert list(laid(now.on("2023-01-01"), "red").rows.index) == ["red.A"]
    ruled = edited(now, controls=[rule("forbid", property="kind", equals="farmland")],
                   projects=[{"id": "p1", "geometry": outline({(1, 0)})}])  # fmt: skip
    assert judged(ruled).loc["forbid", "verdict"] == "breaks"
    assert judged(ruled.on("2023-01-01")).loc["forbid", "verdict"] == "meets"
    for lang in ("zh", "en"):
        assert ask(ruled, capsys, "project", "comply", "p1", "--lang", lang)[0] == 0
    assert ask(ruled, capsys, "project", "comply", "p1", "--out", str(tmp_path / "c.xlsx"))[0] == 0
    bad = ask(region, capsys, "layer", "take", str(tmp_path / "one.geojson"), *who[:6], "--key", "cod", "--lang", "en")
    assert bad[0] == 1 and "no column" in bad[2]
    for name, status in (("counties", 2), ("Red Lines", 1)):
        more = ("--by", "zhang", "--why", "划定", "--as", name)
        assert ask(region, capsys, "layer", "take", str(tmp_path / "one.geojson"), *more)[0] == status
    assert ask(region, capsys, "project", "comply", "p9", "--lang", "en")[0] == 1


def features_on(region, layer, *days):
    return [
        sorted(region.latest().on(day).table("features", columns=["name"], where={"layer": layer}).index)
        for day in days
    ]


def test_files_of_several_days_hold_each_on_their_days_in_whatever_order_they_come(region, capsys, tmp_path):
    def take(layer, codes, *more):
        file = tmp_path / "f.geojson"
        layer_file(file, [outline({(n, 0)}) for n, _ in enumerate(codes)], {"code": list(codes)})
        who = ("--by", "zhang", "--why", "划定", "--as", layer, "--key", "code")
        return ask(region, capsys, "layer", "take", str(file), *who, *more, "--lang", "en")

    days = ("2021-01-01", "2024-06-01", "2026-06-01")
    assert take("fut", "abc", "--from", "2026-01-01")[0] == 0
    assert take("fut", "a", "--from", "2026-01-01")[0] == 0  # once more: what the file lacks is gone
    assert features_on(region, "fut", *days) == [[], [], ["fut.a"]]
    assert take("fut", "axy", "--from", "2024-01-01")[0] == 0  # an earlier one ends where the later one begins
    assert features_on(region, "fut", *days) == [[], ["fut.a", "fut.x", "fut.y"], ["fut.a"]]
    status, _, told = take("fut", "a")
    assert status == 1 and "--from" in told  # which of its days should it stand for?
    assert take("plan-2026", "0")[0] == 0 and take("plan", ["2026-0"])[0] == 0
    assert [len(found) for layer in ("plan", "plan-2026") for found in features_on(region, layer, *days)] == [1] * 6
    assert take("plan", ["k"])[0] == 0
    assert features_on(region, "plan", *days) == [["plan.k"]] * 3
    assert take("lake-names", "a")[0] == 1  # tiles have the names of `lake` there


def test_who_may_not_see_a_control_line_is_not_told_that_a_project_keeps_it(region):
    ruled = layers(region, red={"shown": outline({(5, 5)})})
    here = {"geometry": outline({(1, 0)})}
    rules = [rule(effect) | {"level": 0} for effect in ("forbid", "permit")]
    seen = {"layers": [{"id": "red", "name": "red", "table": "features", "level": 0}],
            "features": [{"id": "shown", "layer": "red", "level": 0} | here | {"geometry": outline({(5, 5)})},
                         {"id": "held", "layer": "red", "level": 2} | here]}  # fmt: skip
    ruled = edited(ruled, **seen, controls=rules, projects=[{"id": "p1", "level": 0} | here])
    assert judged(ruled)["verdict"].to_dict() == {"forbid": "breaks", "permit": "meets"}
    public = judged(replace(ruled, reader=PUBLIC))
    assert public["verdict"].to_dict() == {"forbid": "unknown", "permit": "unknown"}
    assert public["reason_en"].str.contains("not all shapes").all()


@pytest.mark.parametrize("turn", [shapely.orient_polygons, lambda shape: shape.reverse()])
def test_how_the_rings_of_an_outline_turn_changes_no_area(turn):
    hole = shapely.box(0.2, 0.2, 0.8, 0.8)
    box = shapely.box(0, 0, 1, 1)
    same = shapely.Polygon(box.exterior.coords, [hole.exterior.coords])
    other = shapely.Polygon(box.exterior.coords, [hole.exterior.coords[::-1]])
    apart = shapely.MultiPolygon([box, shapely.box(2, 0, 3, 1).reverse()])
    shapes = np.array([turn(shape) for shape in (same, other, apart)], dtype=object)
    plain = [
        GLOBE.geometry_area_perimeter(shapely.orient_polygons(shapely.segmentize(one, 0.05)))[0] / 1e6
        for one in (box, hole)
    ]
    expected = [plain[0] - plain[1], plain[0] - plain[1], 2 * plain[0]]
    assert square_km(shapes) == pytest.approx(expected, rel=1e-9)


def test_without_rules_the_command_names_template_and_import(region, capsys):
    status, out, _ = ask(region, capsys, "project", "comply", "p1", "--lang", "zh")
    assert status == 0 and "无数据" in out and "hechang export controls" in out


# --- before and after, plan and actual, city and city ----------------------------------------------------------------
@pytest.mark.parametrize("seed", range(3))
def test_what_a_layer_gained_and_lost_is_counted_cell_by_cell(region, seed):
    chance = np.random.default_rng(seed)
    old, new = ({f"f{n}": patch(chance, 7) for n in range(4)} for _ in range(2))
    before = layers(region, p={i: outline(c) for i, c in old.items()})
    rows = [{"id": i, "geometry": outline(c)} for i, c in new.items() if i != "f0"]
    with before.edit(by="tester", why="change") as edit:
        edit.put("features", rows)
        edit.end("features", "f0")
        edit.put("features", {"id": "g", "layer": "p", "name": "g", "geometry": outline({(0, 0)})})
    found = before_after(before, edit.after, "p")
    assert found.rows.set_index("id")["op"].to_dict() == {
        "g": "added", "f0": "removed", **{f"f{n}": "changed" for n in (1, 2, 3)}}  # fmt: skip
    was, now = set().union(*old.values()), set().union({(0, 0)}, *(new[i] for i in ("f1", "f2", "f3")))
    for place, columns in (("a", range(3)), ("b", range(3, 6))):
        county = {(x, y) for x in columns for y in range(6)}
        row = found.areas.loc[place]
        assert row["gained_km2"] == pytest.approx(km2((now - was) & county), rel=1e-6, abs=1e-6)
        assert row["lost_km2"] == pytest.approx(km2((was - now) & county), rel=1e-6, abs=1e-6)
    beyond = {(x, y) for x, y in now - was if x > 5 or y > 5}
    assert found.areas.loc["", "gained_km2"] == pytest.approx(km2(beyond), rel=1e-6, abs=1e-6)
    assert found.areas.loc["c", "why_missing"] == "没有图形 / no outline"


def test_changes_are_told_by_field_between_days_states_of_knowledge_and_branches(region):
    branch = region.new_branch("what-if", by="zhang", why="试")
    with branch.edit(by="zhang", why="试") as edit:
        edit.put("projects", {"id": "p1", "name": "改名"})
        edit.end("projects", "p2")
    found = before_after(region, region.branch("what-if"), "projects")
    assert found.rows[["id", "op"]].to_numpy().tolist() == [["p2", "removed"], ["p1", "changed"]]
    assert found.rows["changed"].iloc[1] == {"name": ["签约项目", "改名"]}
    later = edited(region, places=[{"id": "d", "name": "丁县", "kind": "county", "parent": "y", "valid_from": "2023"}])
    days = before_after(later, later.on("2023-06-01"), "places")
    assert days.rows[["id", "op"]].to_numpy().tolist() == [["d", "added"]]
    assert before_after(region, region, "projects").rows.empty
    with pytest.raises(NotKnown, match="Did you mean 'projects'"):
        before_after(region, region, "project")


@pytest.mark.parametrize("seed", range(3))
def test_built_and_outside_the_plan_are_counted_cell_by_cell(region, seed):
    chance = np.random.default_rng(seed)
    plan, now = ({f"n{n}": patch(chance, 6) for n in range(3)} for _ in range(2))
    del now["n2"]
    now["m"] = patch(chance, 6)
    made = layers(region, plan={f"p{i}": outline(c) for i, c in plan.items()},
                  now={f"q{i}": outline(c) for i, c in now.items()})  # fmt: skip
    named = [{"id": f"{side}{i}", "name": i} for side, sets in (("p", plan), ("q", now)) for i in sets]
    made = edited(made, features=named)
    rows = plan_actual((made, "plan"), (made, "now"))
    for name in ("n0", "n1"):
        assert rows.loc[name, "built"] == pytest.approx(100 * km2(plan[name] & now[name]) / km2(plan[name]), abs=1e-4)
        assert rows.loc[name, "outside_km2"] == pytest.approx(km2(now[name] - plan[name]), rel=1e-5, abs=1e-6)
    assert rows.loc["n2", "why_missing"].endswith("no actual outline") and rows.loc["n2", "built"] == 0
    assert rows.loc["m", "why_missing"].endswith("no planned outline") and math.isnan(rows.loc["m", "built"])
    planned, there = set().union(*plan.values()), set().union(*now.values())
    assert rows.loc["all", "built_km2"] == pytest.approx(km2(planned & there), rel=1e-5, abs=1e-6)
    places = plan_actual((made, "plan"), (made, "now"), by="county")
    west = {(x, y) for x in range(3) for y in range(6)}
    assert places.loc["a", "built_km2"] == pytest.approx(km2(planned & there & west), rel=1e-5, abs=1e-6)
    assert places.loc["c", "why_missing"] == "没有图形 / no outline"


def test_a_plan_that_does_not_cover_a_place_has_no_share_built_there(region):
    made = layers(region, plan={"p": outline({(0, 0)})}, now={"q": outline({(4, 0)})})
    rows = plan_actual((made, "plan"), (made, "now"), by="county")
    assert math.isnan(rows.loc["b", "built"]) and rows.loc["b", "why_missing"].endswith("no planned outline")
    assert rows.loc["a", "built"] == 0


def test_places_are_compared_two_by_two_and_a_missing_value_says_why(region):
    made = edited(region, places=[{"id": "d", "name": "丁县", "kind": "county", "parent": "y"}])  # no rail, no people
    rows = city_by_city(made, ["a", "b", "d"], ["rail-reach"])
    assert rows[["a", "b"]].to_numpy().tolist() == [["a", "b"], ["a", "d"], ["b", "d"]]
    assert rows["difference"].iloc[0] == 25 and rows["ratio"].iloc[0] == pytest.approx(4 / 3)
    assert rows["difference"].isna().tolist() == [False, True, True]
    assert rows["why_missing"].notna().tolist() == [False, True, True]
    cities = city_by_city(region, ["x", "y"], ["rail-reach"])
    assert cities["difference"].notna().all()
    with pytest.raises(UsageError):
        city_by_city(region, ["a", "a"], ["rail-reach"])


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        (("versions", "projects", "--known-from", "2020-01-01"), 0, ""),
        (("versions", "county", "--from", "2022-01-01", "--to", "2022-09-27"), 0, ""),
        (("versions", "places"), 2, "Before what?"),
        (("versions", "place", "--from", "2022-01-01"), 1, "Did you mean 'places'?"),
        (("versions", "places", "--from", "soon"), 1, "is no day"),
        (("versions", "places", "--branch", "nope"), 1, "branch"),
        (("outlines", "p", "county", "--by", "county"), 0, ""),
        (("outlines", "p", "stations"), 1, "has no areas"),
        (("cities", "a", "b", "--measure", "rail-reach"), 0, ""),
        (("cities", "a", "bb", "--measure", "rail-reach"), 1, "No place is called 'bb'"),
        (("cities", "a", "b", "--measure", "rail-reech"), 1, "Did you mean 'rail-reach'?"),
        (("cities", "a", "b"), 2, "and a measure"),
    ],
)
def test_comparisons_answer_on_the_line_in_both_languages_and_name_what_is_wrong(region, capsys, line, status, said):
    made = layers(region, p={"f": outline({(2, 0), (3, 0)})})
    for lang in ("en", "zh", "json"):
        more = ("--json",) if lang == "json" else ("--lang", lang)
        found, _, error = ask(made, capsys, "compare", *line, *more)
        assert found == status, error
        assert lang != "en" or said in error


# --- review of a submitted layer -------------------------------------------------------------------------------------
def m2(cell) -> str:
    return f"{cell_km2(cell[1]) * 1e6:.2f}"


def submitted(path, cells=((0, 0), (1, 0)), **more):
    """A file of parcels, one a cell; its area column is right."""
    frame = {
        "id": [f"P{n}" for n in range(len(cells))],
        "class": ["built"] * len(cells),
        "area": [m2(c) for c in cells],
    }
    return layer_file(path, [outline({tuple(cell)}) for cell in cells], {**frame, **more})


def results(region, path, profile="parcels", **asked):
    items = review(region, Submission(path, profile, FileAsked(datum=datum("wgs84")), Asked(**asked)))
    return {item.id: item for item in items}


@pytest.fixture
def small(region):
    """A region whose county a is four cells in a row, with b beside it and c above; all have outlines."""
    counties = {"a": {(x, 0) for x in range(4)}, "b": {(x, 0) for x in range(4, 8)}, "c": {(x, 1) for x in range(8)}}
    return edited(region, places=[{"id": id, "geometry": outline(cells)} for id, cells in counties.items()])


def test_a_good_layer_passes_every_item_that_was_asked(small, tmp_path):
    made = edited(layers(small, red={"r": outline({(0, 5)})}), controls=[rule("forbid")])
    cells = [(x, 0) for x in range(4)]
    whole = sum(cell_km2(0) for _ in cells) * 1e6
    found = results(made, submitted(tmp_path / "a.geojson", cells), place="a", totals={"built": whole, "all": whole})
    assert {id: item.status for id, item in found.items()} == dict.fromkeys(found, "done")


@pytest.mark.parametrize(
    ("item", "kind", "cells", "more", "asked"),
    [
        ("complete", "place-bare", [(0, 0), (1, 0), (2, 0)], {}, {"place": "a"}),
        ("declared", "area-differs", [(0, 0), (1, 0)], {"area": ["5", m2((1, 0))]}, {}),
        ("declared", "area-blank", [(0, 0), (1, 0)], {"area": ["", m2((1, 0))]}, {}),
        ("totals", "layer-total", [(0, 0), (1, 0)], {}, {"totals": {"built": 5.0}}),
        ("border", "border-over", [(3, 0), (4, 0)], {}, {"place": "a"}),
        ("limits", "limit-broken", [(0, 0), (1, 0)], {}, {}),
        ("attributes", "not-code", [(0, 0), (1, 0)], {"class": ["built", "shops"]}, {}),
        ("coverage", "shape-same", [(0, 0), (0, 0)], {}, {}),
    ],
)
def test_each_item_fails_with_the_finding_that_says_why(small, tmp_path, item, kind, cells, more, asked):
    made = edited(layers(small, red={"r": outline({(0, 0)})}), controls=[rule("forbid")])
    found = results(made, submitted(tmp_path / "a.geojson", cells, **more), **asked)[item]
    assert found.status == "fails" and kind in [one.kind for one in found.findings]
    assert all(one.say("en") and one.say("zh") for one in found.findings)


def test_land_that_is_not_built_breaks_no_control_line_and_a_condition_is_a_warning(small, tmp_path):
    made = edited(layers(small, red={"r": outline({(0, 0)})}), controls=[rule("forbid")])
    farm = submitted(tmp_path / "a.geojson", **{"class": ["farm", "built"]})
    assert results(made, farm)["limits"].status == "done"
    kept = edited(made, controls=[{"id": "forbid", "effect": "condition"}])
    item = results(kept, submitted(tmp_path / "b.geojson"))["limits"]
    assert item.status == "done" and [one.kind for one in item.findings] == ["limit-condition"]


def test_what_cannot_be_judged_is_not_called_done(region, tmp_path):
    path = submitted(tmp_path / "a.geojson")
    found = results(region, path, place="c")
    assert found["limits"].status == found["complete"].status == found["border"].status == "unknown"
    assert results(region, path, place="a", tolerance_m2=1e9)["border"].status == "unknown"  # c has no outline
    ruled = edited(region, controls=[rule("forbid", layer="ecology")])
    assert "ecology" in results(ruled, path)["limits"].why[0]
    missing = results(region, tmp_path / "nothing.gpkg")
    assert [item.status for item in missing.values()] == ["fails", *["unknown"] * 9]
    bow = shapely.Polygon([(120, 31), (120.01, 31.01), (120.01, 31), (120, 31.01)])
    spoilt = layer_file(tmp_path / "s.geojson", [bow], {"id": ["P"], "class": ["built"], "area": ["1"]})
    clear = edited(layers(region, red={"r": outline({(5, 5)})}), controls=[rule("permit")])
    found = results(clear, spoilt)
    assert found["topology"].status == "fails" and found["limits"].status == "unknown"
    with pytest.raises(NotKnown, match="Did you mean 'parcels'"):
        results(region, path, profile="parcel")
    with pytest.raises(NotKnown):
        results(region, path, place="nowhere")


@pytest.mark.parametrize("name", ["r.md", "r.xlsx", "r.csv", "r.json"])
def test_a_review_is_written_in_both_languages(small, capsys, tmp_path, name):
    path = submitted(tmp_path / "a.geojson", area=["5", "6"])
    for lang in ("zh", "en"):
        out = tmp_path / f"{lang}-{name}"
        line = ("layer", "review", str(path), "--profile", "parcels", "--place", "a", "--total", "built=7")
        status, said, _ = ask(small, capsys, *line, "--lang", lang, "--out", str(out))
        assert status == 1 and out.stat().st_size > 200
        assert ("表内面积" if lang == "zh" else "the table says") in said
    wrong = ask(small, capsys, "layer", "review", str(path), "--total", "many", "--lang", "en")
    assert wrong[0] == 2 and "CLASS=AREA" in wrong[2]


def test_the_list_names_who_breaks_a_rule_first_and_who_cannot_be_judged_once(region, capsys, tmp_path):
    assert "hechang import controls" in ask(region, capsys, "list", "limits-broken", "--lang", "zh")[1]
    sites = [{"id": id, "geometry": outline({cell})} for id, cell in (("p1", (0, 0)), ("p2", (1, 0)))]
    rules = [rule("forbid"), rule("condition", condition="须经批准"), rule("industry", layer=None)]
    made = edited(layers(region, red={"r": outline({(0, 0)})}), controls=rules, projects=sites)
    found = made.listing("limits-broken")
    assert list(found.index) == ["p1/forbid", "p1/condition"]
    assert found["verdict"].tolist() == ["breaks", "condition"] and found["source"].tolist() == ["示例文件 一"] * 2
    assert sorted(one["id"] for one in found.attrs["missing"]) == ["p1", "p2", "p3", "p4"]
    for lang in ("zh", "en"):
        assert ask(made, capsys, "list", "limits-broken", "--lang", lang)[0] == 0
    assert ask(made, capsys, "list", "limits-broken", "--out", str(tmp_path / "l.xlsx"))[0] == 0
