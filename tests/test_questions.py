"""Questions to the one map: what layers have in common and how much of a layer lies in each place."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import shapely

from demo_region import edited
from hechang.atlas.common_parts import common_parts
from hechang.atlas.laid import laid
from hechang.atlas.layer_statistics import statistics
from hechang.cli import main
from hechang.region.tiny import tiny as new_tiny
from hechang.terms.errors import InputError, NotKnown

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
