"""The data catalogue and the quality score: what is held, how fresh, from what source, how good."""

from __future__ import annotations

import json

import pytest

from hechang.publish.results import for_public
from hechang.register.holdings import GRADES, calibres, catalogue, layers
from hechang.register.quality import PARTS, quality, reporters
from hechang.terms.errors import InputError, NotKnown
from hechang.terms.specs import tables


def edited(region, source="person:tester", **tables):
    with region.edit(by="tester", why="a test", source=source) as e:
        for table, rows in tables.items():
            e.put(table, rows)
    return e.after


def test_every_table_is_in_the_catalogue_and_its_rows_add_up_by_grade(tiny):
    found = catalogue(tiny)
    assert list(found.index) == list(tables())
    assert (found["rows"] == [len(tiny.table(name, columns=["id"])) for name in found.index]).all()
    assert (found[[*GRADES, "ungraded"]].sum(axis=1) == found["rows"]).all()
    assert (found["documents"] + found["persons"] == found["rows"]).all()
    assert found.loc["returns", ["synthetic", "synthetic_share", "newest"]].to_list() == [2, 100.0, "2022-08"]


def test_a_table_without_a_time_of_its_own_has_no_age(tiny):
    found = catalogue(tiny).loc["bodies"]
    assert found[["newest", "days"]].isna().all()


def test_a_return_after_the_day_makes_nothing_fresher(tiny):
    after = edited(tiny, returns=[{"project": "p4", "period": "2022-12"}])
    assert catalogue(after).loc["returns", ["newest", "days"]].to_list() == ["2022-08", 27]
    assert catalogue(after.on("2022-12-31")).loc["returns", ["newest", "days"]].to_list() == ["2022-12", 0]


def test_the_grade_of_a_row_is_that_of_the_document_behind_it(tiny):
    graded = edited(tiny, documents=[{"id": "report", "grade": "press"}])
    told = edited(graded, "statement:s2", directives=[{"text": "加快建设", "kind": "action", "modality": "require"}])
    sheet = edited(told, "import:report#项目!A7", bodies=[{"name": "甲"}])
    values = [{"place": "x", "indicator": "people", "year": "2020", "value": 1.0, "unit": "人", "grade": "modelled"}]
    found = catalogue(edited(sheet, "import:report#值!A1", values=values))
    assert found.loc["directives", "press"] == 1
    assert found.loc["bodies", ["press", "ungraded"]].to_list() == [1, 2]
    assert found.loc["values", ["press", "modelled"]].to_list() == [0, 1]


def test_the_catalogue_counts_only_what_its_reader_may_see(tiny):
    assert catalogue(for_public(tiny))["rows"].sum() == 0


def test_calibres_stand_with_the_values_that_use_them(tiny):
    figure = {"indicator": "people", "year": "2020", "value": 1.0, "unit": "人"}
    told = (("x", "常住", "甲市"), ("y", "常住", "乙市"), ("a", None, None))
    rows = [{**figure, "place": place, "calibre": calibre, "geography": where} for place, calibre, where in told]
    after = edited(
        tiny, values=rows, calibres=[{"id": "c", "name": "常住", "numerator": "常住人口", "base_year": 2020}]
    )
    found = calibres(after)
    assert found[["name", "numerator", "geographies", "rows"]].fillna("").to_dict("index") == {
        "c": {"name": "常住", "numerator": "常住人口", "geographies": 2, "rows": 2},
        "": {"name": "", "numerator": "", "geographies": 0, "rows": 1},
    }


def test_layers_tell_the_last_year_their_vintage_names(tiny):
    after = edited(tiny, layers=[{"id": "l", "name": "区县", "vintage": "2019 边界，2020 年代码", "table": "places"}])
    assert layers(after).loc["l", ["year", "years"]].to_list() == [2020, 2]


def test_the_score_can_be_worked_out_by_hand(tiny):
    row = quality(tiny).loc["y"]
    parts = {name: (row[f"{name}_numerator"], row[f"{name}_denominator"]) for name in PARTS}
    assert parts == {"completeness": (9, 21), "timeliness": (2, 2), "evidence": (0, 15), "consistency": (3, 3)}
    assert row["value"] == 62.9  # (30 × 42.9 + 30 × 100 + 20 × 0 + 20 × 100) / 100


def test_a_part_that_cannot_be_worked_out_is_left_out_and_named(tiny):
    row = quality(tiny).loc["x"]
    assert row["value"] == 47.0  # (30 × 42.9 + 20 × 0 + 20 × 100) / 70
    assert "timeliness" in row["why_missing"]


def test_weights_are_dated_rules_of_the_region(tiny):
    weights = {"completeness": 0, "timeliness": 0, "evidence": 0, "consistency": 5}
    rule = {"rule": "data-quality", "valid_from": "2022-10-01"}
    rows = [{**rule, "parameter": name, "value": json.dumps(weight)} for name, weight in weights.items()]
    after = edited(tiny, rules=rows)
    assert quality(after)["value"].to_dict() == {"x": 47.0, "y": 62.9}
    assert quality(after.on("2022-10-01"))["value"].to_dict() == {"x": 100.0, "y": 100.0}


@pytest.mark.parametrize("value", [-1, "many"])
def test_weights_that_are_none_are_refused(tiny, value):
    rows = [{"rule": "data-quality", "parameter": "evidence", "value": json.dumps(value)}]
    with pytest.raises(InputError, match=r"must be numbers of 0 or more|Write a number like 20"):
        quality(edited(tiny, rules=rows))


def test_a_column_asked_that_is_none_is_refused(tiny):
    rows = [{"rule": "data-quality", "parameter": "fields", "value": json.dumps(["code", "colour"])}]
    with pytest.raises(NotKnown, match="colour"):
        quality(edited(tiny, rules=rows))


@pytest.mark.parametrize(
    ("row", "consistent"),
    [
        ({"progress": 100.0}, 3),
        ({"progress": 100.5}, 2),
        ({"invest_done": -1}, 2),
        ({"invest_done": 2, "invest_done_total": 2}, 3),
        ({"invest_done": 2, "invest_done_total": 1}, 2),
    ],
)
def test_a_project_that_contradicts_itself_counts_once(tiny, row, consistent):
    after = edited(tiny, returns=[{"project": "p4", "period": p, **row} for p in ("2022-06", "2022-07")])
    assert quality(after).loc["y", "consistency_numerator"] == consistent


def test_reporters_are_measured_by_what_they_were_asked(tiny):
    after = edited(
        tiny,
        rounds=[{"id": f"r{n}", "name": f"{n} 月", "period": f"2022-{n:02d}", "table": "projects",
                 "opened": f"2022-{n + 1:02d}-01", "due": f"2022-{n + 1:02d}-05"} for n in (8, 9)],
        round_bodies=[{"round": "r8", "body": "office-x", "returned": "2022-09-05"},
                      {"round": "r8", "body": "office-y", "returned": "2022-09-06"},
                      {"round": "r9", "body": "office-x"}, {"round": "r8", "body": "joint"}],
    )  # fmt: skip
    columns = ["rounds_asked", "rounds_returned", "rounds_late"]
    now, later = (reporters(after.on(day))[columns] for day in ("2022-09-27", "2022-10-06"))
    assert now.T.to_dict("list") == {"joint": [1, 0, 1], "office-x": [1, 1, 0], "office-y": [1, 1, 1]}
    assert later.loc["office-x"].to_list() == [2, 1, 1]
    assert reporters(after).loc["office-y", ["projects", "filled", "asked", "value"]].to_list() == [3, 9, 21, 42.9]


def test_a_city_without_projects_has_no_score(tiny):
    after = edited(tiny, places=[{"id": "z", "name": "丙市", "kind": "city"}])
    assert list(quality(after).index) == ["x", "y"]
