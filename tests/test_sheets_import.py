"""Sheets into the register: what a row becomes, what is found, all or nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from hechang.intake.sheets.commit import commit
from hechang.intake.sheets.preview import preview
from hechang.terms.errors import Conflict, FileFault, Refused
from hechang.testing import tiny as make_tiny
from sheets_made import HEAD, book, repack, row


@pytest.fixture(scope="module")
def still():
    """Tiny region for tests that only read it."""
    return make_tiny()


DEMO = Path(__file__).parent.parent / "src/hechang/region/demo/shanghai"


def kinds(found) -> list[tuple[str, str]]:
    return [(f.kind, f.cell) for f in found.findings]


def test_one_row_of_a_sheet_becomes_rows_of_four_tables_with_their_cells(tiny, tmp_path):
    titles = [*HEAD, "2022年计划投资（万元）", "形象进度"]
    path = book(tmp_path / "a.xlsx", [[*row(), 400, "25%"]], titles=titles)
    after = commit(tiny, preview(tiny, "projects", path), by="zhang", why="monthly return")
    project = after.table("projects", where={"code": "N-1"}).iloc[0]
    assert (project["place"], project["invest_total"], project["currency"]) == ("a", 1_000_000_000, "CNY")
    assert project["source"].endswith("#表!A2:D2")
    id = after.table("projects", where={"code": "N-1"}).index[0]
    events = after.table("project_events", where={"project": id}).reset_index().set_index("stage")
    assert events["actual"].to_dict() == {"signed": "2021-03-01", "started": "2021-06-01"}
    assert events.loc["signed", "source"].endswith("#表!E2")
    done = after.table("returns", where={"project": id}).iloc[0]
    assert (done["period"], done["invest_done"], done["progress"]) == ("2022-08", 100_000_000, 25.0)
    assert after.table("project_years", where={"project": id}).iloc[0]["invest_plan"] == 400_000_000
    assert set(after.table("returns", where={"project": id})["scope"]) == {project["scope"]}
    assert after.evidence("project_events", events.loc["signed", "id"])["sheet"] == "表"


def test_the_same_file_again_writes_nothing(tiny, tmp_path):
    path = book(tmp_path / "a.xlsx", [row()])
    after = commit(tiny, preview(tiny, "projects", path), by="zhang", why="return")
    again = preview(after, "projects", path)
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 1, "wrong": 0}
    assert commit(after, again, by="zhang", why="return") is after


def test_a_changed_cell_is_shown_with_before_and_after_and_the_rest_is_kept(tiny, tmp_path):
    path = book(tmp_path / "a.xlsx", [["签约项目", "T-1", 12_000]], titles=["项目名称", "项目代码", "总投资(万元)"])
    found = preview(tiny, "projects", path)
    assert found.counts["changed"] == 1
    assert found.changes[["cell", "field", "before", "after"]].to_numpy().tolist() == [
        ["C2", "invest_total", 10_000_000_000, 12_000_000_000]
    ]
    after = commit(tiny, found, by="zhang", why="correction")
    assert after.projects.loc["p1", ["invest_total", "place", "owner"]].tolist() == [12_000_000_000, "a", "office-x"]


def test_an_empty_cell_of_a_foreign_sheet_takes_nothing_away(still, tmp_path):
    path = book(tmp_path / "a.xlsx", [["签约项目", "T-1", None]], titles=["项目名称", "项目代码", "总投资(万元)"])
    assert preview(still, "projects", path).counts["unchanged"] == 1


def test_one_error_refuses_the_whole_file(tiny, tmp_path):
    path = book(tmp_path / "a.xlsx", [row(), row("乙项目", "N-2", 开工日期="九月底")])
    found = preview(tiny, "projects", path)
    assert found.counts == {"new": 1, "changed": 0, "unchanged": 0, "wrong": 1}
    with pytest.raises(Refused) as refused:
        commit(tiny, found, by="zhang", why="return")
    assert [f.kind for f in refused.value.findings] == ["not-date"]
    assert "表!F3" in str(refused.value)
    assert tiny.latest().revision == tiny.revision


@pytest.mark.parametrize(
    ("title", "value", "kind"),
    [
        ("签约日期", "九月底", "not-date"),
        ("签约日期", "22.5.6", "not-date"),
        ("签约日期", "2022.9.31", "not-date"),
        ("签约日期", 44831, "serial-date"),
        ("签约日期", "1922-09-27", "date-range"),
        ("签约日期", "2023-01-05", "future-actual"),
        ("总投资(万元)", "约3亿", "not-money"),
        ("总投资(万元)", "１２.５.３", "not-money"),
        ("总投资(万元)", -5, "negative"),
        ("总投资(万元)", 0, "zero-amount"),
        ("总投资(万元)", 100000 / 3, "money-rounded"),
        ("总投资(万元)", 38000_0000, "money-large"),
        ("总投资(万元)", 50, "done-over-total"),
        ("项目名称", None, "required"),
        ("项目名称", "甲\x07项目", "control-character"),
        ("所在地", "丁县", "place-unknown"),
        ("竣工日期", "2021-05-01", "order-wrong"),
        ("项目代码", 123456789012345678, "digits-lost"),
    ],
)
def test_a_bad_cell_is_named_with_its_place_and_mend(still, tmp_path, title, value, kind):
    path = book(tmp_path / "a.xlsx", [row(**{title: value})])
    found = [f for f in preview(still, "projects", path).findings if f.kind == kind]
    assert [f.cell for f in found if f.cell != "H2"] or kind == "done-over-total"
    assert all(f.sheet == "表" and f.file == "a.xlsx" and f.zh and f.en and f.mend_zh and f.mend_en for f in found)
    assert found


@pytest.mark.parametrize(
    ("title", "value", "field", "stored"),
    [
        ("签约日期", "2021.3.7", "actual", "2021-03-07"),
        ("签约日期", "2021年3月", "actual", "2021-03"),
        ("签约日期", "２０２１", "actual", "2021"),
        ("签约日期", "二〇二一年三月", "actual", "2021-03"),
        ("签约日期", "2021年3月底", "actual", "2021-03"),
        ("总投资(万元)", "壹仟贰佰万元整", "invest_total", 1_200_000_000),
        ("总投资(万元)", "三千万", "invest_total", 3_000_000_000),
        ("总投资(万元)", "１，２００", "invest_total", 1_200_000_000),
        ("总投资(万元)", "3.5亿元", "invest_total", 35_000_000_000),
        ("总投资(万元)", "300万", "invest_total", 300_000_000),
        ("所在地", " 甲市甲县 ", "place", "a"),
    ],
)
def test_odd_but_clear_cells_are_read(still, tmp_path, title, value, field, stored):
    path = book(tmp_path / "a.xlsx", [row(**{title: value})])
    found = preview(still, "projects", path)
    frames = [f for f in found.rows.values() if field in f.columns]
    assert stored in frames[0][field].tolist()


def test_day_numbers_count_from_1904_where_the_workbook_says_so(still, tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx"), {"date_1904": True}) as made:
        sheet = made.add_worksheet("表")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, row(签约日期=43369))
    found = preview(still, "projects", tmp_path / "a.xlsx")
    assert "2022-09-27" in next(f.zh for f in found.findings if f.kind == "serial-date")


def test_a_day_number_in_a_csv_is_not_guessed(still, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("项目名称,签约日期\n甲项目,44831\n", encoding="utf-8")
    assert ("serial-unknown", "B2") in kinds(preview(still, "projects", path))


def test_per_cent_and_month_formats_of_excel_are_seen(still, tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as made:
        sheet = made.add_worksheet("表")
        sheet.write_row(0, 0, ["项目名称", "签约日期", "截至2022年8月完成投资(万元)", "形象进度"])
        sheet.write(1, 0, "甲项目")
        sheet.write(1, 1, 44805, made.add_format({"num_format": 'yyyy"年"m"月"'}))
        sheet.write(1, 2, 5)
        sheet.write(1, 3, 0.25, made.add_format({"num_format": "0%"}))
    found = preview(still, "projects", tmp_path / "a.xlsx")
    assert found.rows["project_events"]["actual"].tolist() == ["2022-09"]
    assert found.rows["returns"]["progress"].tolist() == [25.0]


def test_failed_and_never_computed_formulas_are_findings(still, tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as made:
        sheet = made.add_worksheet("表")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, row())
        sheet.write_formula("D2", "=A1/0", None, "#DIV/0!")
        sheet.write_formula("H2", "=D2*2", None, "")
    found = kinds(preview(still, "projects", tmp_path / "a.xlsx"))
    assert ("formula-error", "D2") in found
    assert ("formula-uncomputed", "H2") in found


def test_the_header_is_found_below_merged_titles_and_over_two_rows(still, tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as made:
        sheet = made.add_worksheet("表")
        sheet.merge_range("A1:F1", "2022年1—8月重大项目进展表")
        sheet.write("F2", "单位：亿元")
        sheet.merge_range("A3:A4", "项目 名称")
        sheet.merge_range("B3:C3", "时间节点")
        sheet.write_row("B4", ["签约时间", "预计开工时间"])
        sheet.merge_range("D3:E3", "投资")
        sheet.write_row("D4", ["总投资", "本年累计完成投资"])
        sheet.write_row("A5", ["甲项目", "2021.3.1", "2022年12月", 1.5, 0.2])
        sheet.write_row("A6", ["合 计", None, None, 1.5, 0.2])
        sheet.write("A7", "注：单位为亿元")
    found = preview(still, "projects", tmp_path / "a.xlsx")
    assert [f.kind for f in found.findings] == ["total-row", "note-row"]
    assert found.rows["projects"]["invest_total"].tolist() == [15_000_000_000]
    assert found.rows["returns"][["period", "invest_done"]].to_numpy().tolist() == [["2022-08", 2_000_000_000]]
    assert sorted(found.rows["project_events"]["stage"]) == ["signed", "started"]


def test_columns_nobody_knows_are_told_and_near_ones_stop_the_import(still, tmp_path):
    path = book(tmp_path / "a.xlsx", [["甲", 1, "x", 5, 6]],
                titles=["项目名称", "总投次(万元)", "领导批示", "8月完成投资(万元)", "用地(公顷)"])  # fmt: skip
    found = preview(still, "projects", path)
    assert [(f.kind, f.cell) for f in found.findings] == [
        ("near-column", "B1"), ("unknown-column", "C1"), ("month-amount", "D1"), ("unit-converted", "E1"),
    ]  # fmt: skip
    assert found.unknown == ("总投次(万元)", "领导批示", "8月完成投资(万元)")
    assert found.rows["projects"]["land_mu"].tolist() == [90.0]


def test_hidden_rows_are_read_and_told_and_merged_figures_are_refused(still, tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as made:
        sheet = made.add_worksheet("表")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, row())
        sheet.write_row(2, 0, row("乙项目", "N-2"))
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.merge_range("C2:C3", "甲县")
        sheet.merge_range("D2:D3", 500)
    found = preview(still, "projects", tmp_path / "a.xlsx")
    assert {("hidden-row", "B3"), ("merged-filled", "C2:C3"), ("merged-amount", "D2:D3")} <= set(kinds(found))
    assert found.rows["projects"]["place"].tolist() == ["a", "a"]
    assert found.counts["wrong"] == 2


def test_a_code_may_stand_once_only(still, tmp_path):
    path = book(tmp_path / "a.xlsx", [row(), row("乙项目", "N-1")])
    assert ("duplicate", "B3") in kinds(preview(still, "projects", path))


def test_two_sheets_that_disagree_are_refused_and_that_agree_are_read_once(still, tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as made:
        for name, total in (("一", 1000), ("二", 1000), ("三", 2000)):
            sheet = made.add_worksheet(name)
            sheet.write_row(0, 0, HEAD)
            sheet.write_row(1, 0, row(**{"总投资(万元)": total}))
    found = preview(still, "projects", tmp_path / "a.xlsx")
    assert [(f.kind, f.sheet) for f in found.findings] == [("same-twice", "二"), ("sheets-disagree", "三")]


def test_a_name_in_two_cities_needs_its_city_beside_it(tiny, tmp_path):
    with tiny.edit(by="t", why="t") as e:
        e.put("places", [{"id": f"{c}1", "name": "城关镇", "kind": "town", "parent": c} for c in ("a", "b")])
    path = book(tmp_path / "a.xlsx", [["甲", "甲县", "城关镇"], ["乙", None, "城关镇"], ["丙", "丙县", "城关镇"]],
                titles=["项目名称", "区县", "镇街"])  # fmt: skip
    found = preview(e.after, "projects", path)
    assert kinds(found) == [("place-ambiguous", "C3"), ("place-conflict", "C4")]
    assert found.rows["projects"]["place"].tolist()[0] == "a1"


def test_a_new_body_is_entered_with_a_warning_and_a_misspelt_one_is_refused(tiny, tmp_path):
    titles = ["项目名称", "责任单位"]
    path = book(tmp_path / "a.xlsx", [["甲", "丙市发展改革委"], ["乙", "甲市项目办公"]], titles=titles)
    found = preview(tiny, "projects", path)
    assert kinds(found) == [("new-body", "B2"), ("ref-unknown", "B3")]
    path = book(tmp_path / "b.xlsx", [["甲", "丙市发展改革委"], ["乙", "甲市项目办"]], titles=titles)
    after = commit(tiny, preview(tiny, "projects", path), by="z", why="w")
    lead = after.table("projects", where={"name": "甲"})["lead"].iloc[0]
    assert after.bodies.loc[lead, "name"] == "丙市发展改革委"


def test_the_register_may_not_move_between_preview_and_commit(tiny, tmp_path):
    found = preview(tiny, "projects", book(tmp_path / "a.xlsx", [row()]))
    with tiny.edit(by="t", why="t") as e:
        e.put("bodies", {"name": "某办"})
    with pytest.raises(Conflict, match="Preview the file again"):
        commit(tiny, found, by="z", why="w")


def test_the_file_may_not_change_between_preview_and_commit(tiny, tmp_path):
    path = book(tmp_path / "a.xlsx", [row()])
    found = preview(tiny, "projects", path)
    book(path, [row("别的")])
    with pytest.raises(FileFault, match="changed after the preview"):
        commit(tiny, found, by="z", why="w")


def test_returns_of_many_projects_come_from_a_csv_in_gb18030(still, tmp_path):
    path = tmp_path / "r.csv"
    text = "项目代码;报告期;本年累计完成投资(万元)\nT-3;2022-09;600\nT-9;2022-09;1\nT-4;2022-08;900\n"
    path.write_bytes(text.encode("gb18030"))
    found = preview(still, "returns", path)
    assert kinds(found) == [("encoding", ""), ("ref-unknown", "A3")]
    assert found.counts == {"new": 1, "changed": 0, "unchanged": 1, "wrong": 1}


def test_a_workbook_of_another_writer_with_name_prefixes_is_read(still, tmp_path):
    path = book(tmp_path / "a.xlsx", [row()])
    found = preview(still, "projects", repack(path, tmp_path / "b.xlsx", {"docProps/extra.xml": b"<a/>"}))
    assert found.counts["new"] == 1


@pytest.mark.skipif(not (DEMO / "returns/faults.csv").exists(), reason="the demo workbook is not there")
def test_the_demo_workbook_shows_exactly_the_faults_that_were_put_in(tmp_path):
    import hechang as hc

    region = hc.create(tmp_path / "r.hc", hc.Settings(name="r", day="2022-09-27"))
    counties = pd.read_csv(next(DEMO.glob("tables/*places.towns.csv")), dtype=str)
    with region.edit(by="t", why="t") as e:
        towns = counties[counties["parent"].str.startswith("3202")]
        e.put("places", towns[["id", "name", "kind", "parent"]])
        names = {"320205": "锡山区", "320206": "惠山区", "320211": "滨湖区", "320213": "梁溪区", "320214": "新吴区",
                 "320281": "江阴市", "320282": "宜兴市"}  # fmt: skip
        e.put("places", [{"id": k, "name": v, "kind": "county", "parent": "320200"} for k, v in names.items()])
        e.put("places", {"id": "320200", "name": "无锡市", "kind": "city"})
    expected = pd.read_csv(DEMO / "returns/faults.csv", dtype=str).fillna("")
    told = expected[expected["severity"] != "ok"]
    found = preview(e.after, "projects", DEMO / "returns/wuxi-projects.xlsx")
    got = {(f.sheet, f.cell, f.kind, f.severity) for f in found.findings}
    wanted = set(told[["sheet", "cell", "kind", "severity"]].itertuples(index=False, name=None))
    assert wanted == got
    mended = preview(e.after, "projects", DEMO / "returns/wuxi-projects-mended.xlsx")
    assert (mended.ready, mended.counts["new"]) == (True, 48)
