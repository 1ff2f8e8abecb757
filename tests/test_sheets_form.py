"""The form of a collection round: what is asked, what comes back, what others did meanwhile."""

from __future__ import annotations

import random

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hechang.intake.sheets.commit import commit
from hechang.intake.sheets.export import export_table
from hechang.intake.sheets.form import HEADER, STYLES, askable, form, forms, write_form
from hechang.intake.sheets.meta import meta_of
from hechang.intake.sheets.preview import preview
from hechang.intake.sheets.read_sheet import read_book
from hechang.region.region import Region
from hechang.terms.errors import InputError, NotKnown
from hechang.terms.specs import codes
from hechang.testing import tiny as make_tiny

WAN = 1_000_000
NOT_ASKED = {"code", "kind", "company", "lead"}


@pytest.fixture(scope="module")
def still():
    """Tiny region for tests that only read it."""
    return make_tiny()


def sheet_of(path):
    return openpyxl.load_workbook(path).worksheets[0]


def cell(path, title: str, id: str) -> str:
    """Address of the cell under a title in the row of a project."""
    sheet = sheet_of(path)
    column = next(c.column_letter for c in sheet[HEADER + 1] if str(c.value).startswith(title))
    return column + str(next(c.row for c in sheet["A"] if c.value == id))


def edited(path, cells: dict[str, object]):
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book.worksheets[0][address] = value
    book.save(path)
    return path


def colour(path, title: str, id: str) -> str:
    return "#" + sheet_of(path)[cell(path, title, id)].fill.start_color.rgb[2:]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_untouched_form_changes_nothing_and_says_whose_it_is(still, tmp_path, lang):
    path = write_form(still, tmp_path / "a.xlsx", period="2022-09", meta={"round": "r1", "body": "office-x"}, lang=lang)
    found = preview(still, "projects", path)
    assert (found.counts, len(found.changes), found.findings) == (
        {"new": 0, "changed": 0, "unchanged": 4, "wrong": 0}, 0, (),
    )  # fmt: skip
    meta = meta_of(read_book(path))
    assert (meta.table, meta.revision, meta.period) == ("projects", still.revision, "2022-09")
    assert meta.extra == {"round": "r1", "body": "office-x"}
    assert found.meta == meta


def test_a_form_asks_only_for_what_the_register_does_not_know(still, tmp_path):
    path = write_form(still, tmp_path / "a.xlsx", period="2022-09")
    asked, known, idle = STYLES["asked"], STYLES["known"], STYLES["idle"]
    assert colour(path, "签约日期", "p1") == known
    assert colour(path, "备案日期", "p1") == asked
    assert colour(path, "开工日期", "p1") == idle
    assert colour(path, "开工日期", "p2") == asked
    assert colour(path, "竣工日期", "p3") == asked
    assert colour(path, "截至2022年8月", "p3") == known
    assert colour(path, "截至2022年9月", "p3") == asked


def test_a_project_in_production_since_last_year_is_asked_nothing_of_this_year(tiny, tmp_path):
    with tiny.edit(by="t", why="t") as e:
        e.put("project_events", [{"project": p, "stage": "producing", "actual": d}
                                 for p, d in (("p3", "2021-12-31"), ("p4", "2022-01-01"))])  # fmt: skip
    made = form(e.after, None, period="2022-09")
    assert made.asked["problem"].to_dict() == {"p1": True, "p2": True, "p3": False, "p4": True}
    assert made.asked["invest_done"].to_dict() == {"p1": False, "p2": False, "p3": False, "p4": True}


def test_a_project_not_yet_started_is_asked_for_its_start_and_its_problem_but_not_for_figures_of_the_month(still):
    asked = form(still, None, period="2022-09").asked
    assert asked.loc["p1", ["invest_done", "progress"]].tolist() == [False, False]
    assert asked.loc["p1", ["started:estimated", "problem"]].tolist() == [True, True]
    assert asked.loc["p3", ["invest_done", "progress"]].tolist() == [True, True]


def test_several_forms_at_once_are_those_written_one_by_one(still, tmp_path):
    wanted = {"x": pd.Index(["p1"]), "y": pd.Index(["p4", "p2"])}
    every = forms(still, wanted, period="2022-09")
    for name, ids in wanted.items():
        alone = form(still, ids, period="2022-09")
        assert every[name].cells == alone.cells
        pd.testing.assert_frame_equal(every[name].texts, alone.texts)
        pd.testing.assert_frame_equal(every[name].asked, alone.asked)


def test_asks_limits_what_is_asked_and_drops_columns_without_anything(still):
    made = form(still, pd.Index(["p3", "p1"]), period="2022-09", asks=["invest_done"])
    assert made.texts.index.tolist() == ["p3", "p1"]
    assert made.asked.any()[made.asked.any()].index.tolist() == ["invest_done"]
    assert "producing" not in made.texts
    with pytest.raises(NotKnown, match="invest_done"):
        form(still, None, period="2022-09", asks=["invest_don"])
    with pytest.raises(NotKnown):
        form(still, pd.Index(["nobody"]), period="2022-09")
    with pytest.raises(InputError, match="2022-08"):
        form(still, None, period="2022")


def test_what_is_filled_in_is_shown_cell_by_cell_and_written(tiny, tmp_path):
    path = write_form(tiny, tmp_path / "a.xlsx", period="2022-09")
    cells = {cell(path, "截至2022年9月", "p3"): 700, cell(path, "2022年9月形象进度", "p3"): 55,
             cell(path, "备案日期", "p1"): "2022年9月20日"}  # fmt: skip
    found = preview(tiny, "projects", edited(path, cells))
    assert dict(zip(found.changes["cell"], found.changes["after"], strict=True)) == dict(
        zip(cells, [700 * WAN, 55.0, "2022-09-20"], strict=True)
    )
    assert found.changes["before"].isna().all()
    assert set(found.changes["main"]) == {"p1", "p3"}
    after = commit(tiny, found, by="z", why="September")
    done = after.table("returns", where={"period": "2022-09"}).iloc[0]
    assert (done["project"], done["invest_done"], done["owner"], done["synthetic"]) == (
        "p3",
        700 * WAN,
        "office-y",
        True,
    )
    assert len(after.returns) == 3
    assert preview(after, "projects", path).counts["unchanged"] == 4


def test_an_untouched_form_undoes_nothing_that_others_did_meanwhile(tiny, tmp_path):
    path = write_form(tiny, tmp_path / "a.xlsx", period="2022-09")
    events, returns = tiny.project_events, tiny.returns
    with tiny.edit(by="li", why="w") as e:
        e.put("project_events", {"project": "p1", "stage": "filed", "actual": "2022-09-01"})
        e.put("project_events", {"id": events.index[0], "actual": "2022-06-20"})
        e.end("returns", [returns.index[0]])
        e.put("projects", {"id": "p2", "invest_total": 5 * WAN})
    found = preview(e.after, "projects", path)
    assert (found.counts["unchanged"], len(found.changes), found.findings) == (4, 0, ())
    moved = preview(e.after, "projects", edited(path, {cell(path, "截至2022年9月", "p4"): 1000}))
    assert moved.changes[["main", "field"]].to_numpy().tolist() == [["p4", "invest_done"]]


def test_a_cell_changed_on_both_sides_is_a_conflict_in_every_table(tiny, tmp_path):
    path = write_form(tiny, tmp_path / "a.xlsx", period="2022-09")
    signed = tiny.table("project_events", where={"project": "p1"}).index[0]
    with tiny.edit(by="li", why="w") as e:
        e.put("project_events", [{"id": signed, "actual": "2022-06-20"},
                                 {"project": "p2", "stage": "started", "actual": "2022-09-03"}])  # fmt: skip
        e.put("projects", {"id": "p3", "invest_total": 13_000 * WAN})
    mine = {cell(path, "签约日期", "p1"): "2022-06-21", cell(path, "开工日期", "p2"): "2022-09-04",
            cell(path, "总投资", "p3"): 14_000}  # fmt: skip
    found = preview(e.after, "projects", edited(path, mine))
    assert {f.cell for f in found.findings if f.kind == "conflict"} == set(mine)
    told = " ".join(f.zh for f in found.findings)
    assert "12000" in told and "13000" in told and "2022-06-20" in told and "导出时“空”" in told
    same = preview(
        e.after, "projects", edited(path, dict(zip(mine, ["2022-06-20", "2022-09-03", 13_000], strict=True)))
    )
    assert (same.ready, len(same.changes)) == (True, 0)


def test_an_emptied_cell_is_a_deletion_that_is_told_and_a_row_left_empty_ends(tiny, tmp_path):
    path = write_form(tiny, tmp_path / "a.xlsx", period="2022-09")
    cells = {
        cell(path, "备案日期", "p2"): None,
        cell(path, "总投资", "p2"): None,
        cell(path, "截至2022年8月", "p3"): None,
    }
    found = preview(tiny, "projects", edited(path, cells))
    assert found.ready
    assert sorted(found.changes["cell"]) == sorted(cells)
    assert found.changes["after"].isna().all()
    assert {f.cell for f in found.findings if f.kind == "emptied"} == set(cells)
    after = commit(tiny, found, by="z", why="withdrawn")
    assert len(after.project_events) == len(tiny.project_events) - 1
    assert len(after.returns) == len(tiny.returns) - 1
    assert pd.isna(after.projects.loc["p2", "invest_total"])
    assert preview(after, "projects", path).counts["unchanged"] == 4


def test_an_emptied_name_is_refused(tiny, tmp_path):
    path = write_form(tiny, tmp_path / "a.xlsx", period="2022-09")
    address = cell(path, "项目名称", "p2")
    found = preview(tiny, "projects", edited(path, {address: None}))
    assert [(f.kind, f.cell) for f in found.findings] == [("required", address)]


def test_a_cell_that_cannot_be_read_is_not_taken_for_an_emptied_one(still, tmp_path):
    path = write_form(still, tmp_path / "a.xlsx", period="2022-09")
    found = preview(still, "projects", edited(path, {cell(path, "签约日期", "p1"): "去年某天"}))
    assert ([f.kind for f in found.findings], len(found.changes)) == (["not-date"], 0)


def test_ids_moved_against_their_rows_are_refused(still, tmp_path):
    path = write_form(still, tmp_path / "a.xlsx", period="2022-09")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    first, second = sheet["A4"].value, sheet["A5"].value
    sheet["A4"], sheet["A5"] = second, first
    book.save(path)
    found = preview(still, "projects", path)
    assert [f.kind for f in found.findings if f.severity == "error"] == ["id-other", "id-other"]
    assert found.counts["wrong"] == 2


def test_a_form_survives_sorting_deleted_columns_added_rows_and_another_name(tiny, tmp_path):
    path = write_form(tiny, tmp_path / "a.xlsx", period="2022-09")
    frame = pd.read_excel(path, header=HEADER, dtype=object, engine="openpyxl")
    kept = frame.drop(columns=["总投资 (万元)"]).sort_values("项目代码", ascending=False)
    done = next(c for c in kept.columns if str(c).startswith("截至2022年9月"))
    new = {"项目名称*": "新报项目", "项目代码": "N-9", "所在地": "甲县", done: 12}
    whole = pd.concat([kept, pd.DataFrame([new])], ignore_index=True).astype(object)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.title = "甲县填报"
    sheet.delete_rows(HEADER + 2, 10)
    sheet.delete_cols(frame.columns.get_loc("总投资 (万元)") + 1)
    for line in whole.where(whole.notna(), None).itertuples(index=False):
        sheet.append(list(line))
    book.save(path)
    found = preview(tiny, "projects", path)
    assert found.ready, [f.say("zh") for f in found.findings]
    assert found.counts == {"new": 1, "changed": 0, "unchanged": 4, "wrong": 0}
    assert len(found.changes) == 0
    after = commit(tiny, found, by="z", why="w")
    assert (len(after.projects), len(after.table("returns", where={"period": "2022-09"}))) == (5, 1)


def test_a_form_of_another_register_takes_nothing_away(still, tmp_path):
    path = write_form(still, tmp_path / "a.xlsx", period="2022-09")
    other = make_tiny()
    with other.edit(by="t", why="t") as e:
        e.put("projects", {"id": "p1", "invest_total": 7 * WAN})
        e.put("project_events", {"project": "p1", "stage": "filed", "actual": "2022-09-01"})
    book = openpyxl.load_workbook(path)
    book["_meta"]["B3"] = "another:1"
    book.save(path)
    found = preview(e.after, "projects", path)
    assert (found.ready, len(found.changes)) == (True, 0)


def test_a_form_can_be_printed_and_offers_places_bodies_and_codes(still, tmp_path):
    sheet = sheet_of(write_form(still, tmp_path / "a.xlsx", period="2022-09"))
    assert (sheet.freeze_panes, sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("C4", "landscape", 0)
    assert sheet.print_title_rows == "$3:$3"
    lists = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert len(lists) == 3
    assert "当年" in sheet[cell(tmp_path / "a.xlsx", "截至2022年9月", "p1")[:1] + "3"].comment.text


# --- properties ------------------------------------------------------------------------------------------------------
STAGES = [s for s in codes("stages") if s not in ("planned", "library")]
DAYS = ["2019", "2020-03", "2021-03-01", "2021-06", "2022-02-28"]


def random_region(folder, seed: int) -> Region:
    """Tiny region with a few projects of which this and that is known."""
    dice, region = random.Random(seed), make_tiny(folder)
    some = [f"q{n}" for n in range(dice.randint(1, 5))]
    with region.edit(by="t", why="t") as e:
        e.put("projects", [{"id": p, "name": f"项目{p}", "place": dice.choice("abc"), "code": dice.choice([p, None]),
                            "invest_total": dice.choice([None, 33_333_333, 12 * WAN]),
                            "kind": dice.choice([None, "new"])} for p in some])  # fmt: skip
        e.put("project_events", [{"project": p, "stage": s, dice.choice(["actual", "estimated"]): DAYS[at % 5]}
                                 for p in some for at, s in enumerate(STAGES) if dice.random() < 0.4])  # fmt: skip
        e.put("project_years", [{"project": p, "year": 2022, "invest_plan": 100 * WAN}
                                for p in some if dice.random() < 0.5])  # fmt: skip
        e.put("returns", [{"project": p, "period": m, "invest_done": 10 * WAN, "progress": 12.5, "problem": "无地"}
                          for p in some for m in ("2022-08", "2022-09") if dice.random() < 0.5])  # fmt: skip
    return e.after


def other_value(name: str, text: str, dice: random.Random) -> object:
    """Another sound value for a cell of a form; None empties a cell that holds something."""
    if text and name not in ("name", "place") and dice.random() < 0.3:
        return None
    if name in ("invest_total", "before", "invest_plan", "invest_done"):
        return dice.randint(100_001, 200_000)
    if name in ("progress",):
        return dice.randint(20, 99)
    words = {"kind": "储备", "place": "甲县" if "甲县" not in text else "乙区", "lead": "乙市项目办"}
    return words.get(name) or (
        f"改{dice.randint(1, 10**6)}" if name in ("name", "code", "company", "problem") else "2018"
    )


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), count=st.integers(0, 6))
def test_exactly_the_edited_cells_of_a_form_are_changes(tmp_path_factory, seed, count):
    dice, folder = random.Random(seed), tmp_path_factory.mktemp("form")
    region = random_region(folder / "r.hc", seed)
    path = write_form(region, folder / "a.xlsx", period="2022-09")
    made = form(region, None, period="2022-09")
    places = [(row, at) for row in range(len(made.texts)) for at in range(1, len(made.cells))]
    cells = {}
    for row, at in dice.sample(places, min(count, len(places))):
        name = list(made.cells)[at]
        address = openpyxl.utils.get_column_letter(at + 1) + str(HEADER + 2 + row)
        cells[address] = other_value(name, made.texts.iloc[row, at], dice)
    found = preview(region, "projects", edited(path, cells))
    assert sorted(found.changes["cell"]) == sorted(cells)
    if found.ready:
        after = commit(region, found, by="z", why="w")
        again = preview(after, "projects", path)
        assert (again.counts["changed"], len(again.changes)) == (0, 0)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
@pytest.mark.parametrize("table", ["projects", "project_events", "returns", "project_years"])
def test_an_untouched_export_of_any_region_is_no_change(tmp_path_factory, table, seed):
    folder = tmp_path_factory.mktemp("export")
    region = random_region(folder / "r.hc", seed)
    found = preview(region, table, export_table(region, table, folder / "a.xlsx"))
    assert (found.ready, len(found.changes), found.counts["unchanged"]) == (True, 0, len(region.table(table)))


def test_every_askable_column_has_a_place_in_a_form(still):
    whole = form(still, pd.Index([]), period="2022-09")
    assert set(askable()) <= set(whole.cells)
