"""Out and in again: templates, exports, annotated workbooks, and what another hand changed meanwhile."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from hechang.cli.faults import guarded
from hechang.intake.sheets.annotate import findings_book
from hechang.intake.sheets.commit import commit
from hechang.intake.sheets.export import export_table
from hechang.intake.sheets.faults import kinds
from hechang.intake.sheets.header import find_header
from hechang.intake.sheets.preview import preview
from hechang.intake.sheets.read_sheet import Book, Sheet
from hechang.intake.sheets.template import template_cells, write_template
from hechang.terms.errors import InputError
from hechang.terms.specs import tables
from hechang.testing import tiny as make_tiny
from sheets_made import book, row


@pytest.fixture(scope="module")
def still():
    """Tiny region for tests that only read it."""
    return make_tiny()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("table", ["projects", "project_events", "returns", "links", "places", "bodies", "statements"])
def test_an_untouched_export_changes_nothing(still, tmp_path, table, suffix, lang):
    path = export_table(still, table, tmp_path / f"a{suffix}", lang=lang)
    found = preview(still, table, path)
    assert found.ready, [f.say("en") for f in found.findings]
    assert found.counts == {"new": 0, "changed": 0, "unchanged": len(still.table(table)), "wrong": 0}


@pytest.mark.parametrize("suffix", [".parquet", ".geojson", ".gpkg"])
def test_an_untouched_layer_changes_nothing(still, tmp_path, suffix):
    found = preview(still, "places", export_table(still, "places", tmp_path / f"a{suffix}"))
    assert (found.counts["unchanged"], len(found.changes)) == (5, 0)


def edited(path, cells: dict[str, object]):
    made = openpyxl.load_workbook(path)
    for address, value in cells.items():
        made.worksheets[0][address] = value
    made.save(path)
    return path


def address(path, title: str, line: int) -> str:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return next(c for c in sheet[1] if str(c.value).startswith(title)).column_letter + str(line)


def test_only_the_edited_cells_show_and_a_cleared_cell_is_a_change(tiny, tmp_path):
    path = export_table(tiny, "projects", tmp_path / "a.xlsx")
    note, total = address(path, "备注", 2), address(path, "总投资", 3)
    found = preview(tiny, "projects", edited(path, {note: "新备注", total: None}))
    assert sorted(zip(found.changes["cell"], found.changes["field"], strict=True)) == sorted(
        [(note, "note"), (total, "invest_total")]
    )
    after = commit(tiny, found, by="z", why="w")
    assert after.projects["invest_total"].isna().sum() == 1


def test_rows_nobody_touched_do_not_undo_what_others_changed_meanwhile(tiny, tmp_path):
    path = export_table(tiny, "projects", tmp_path / "a.xlsx")
    with tiny.edit(by="li", why="w") as e:
        e.put("projects", [{"id": "p1", "category": "甲类"}, {"id": "p2", "category": "乙类"}])
    line = tiny.projects.index.get_loc("p2") + 2
    found = preview(e.after, "projects", edited(path, {address(path, "备注", line): "新"}))
    assert found.changes[["id", "field"]].to_numpy().tolist() == [["p2", "note"]]
    after = commit(e.after, found, by="z", why="w")
    assert after.projects.loc[["p1", "p2"], "category"].tolist() == ["甲类", "乙类"]
    assert after.projects.loc["p2", "note"] == "新"


def test_a_cell_changed_by_both_is_a_conflict(tiny, tmp_path):
    path = export_table(tiny, "projects", tmp_path / "a.xlsx")
    with tiny.edit(by="li", why="w") as e:
        e.put("projects", {"id": "p1", "name": "李的名字"})
    line = tiny.projects.index.get_loc("p1") + 2
    found = preview(e.after, "projects", edited(path, {address(path, "项目名称", line): "张的名字"}))
    assert [f.kind for f in found.findings] == ["conflict"]
    assert "李的名字" in found.findings[0].zh


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", sorted(tables()))
def test_every_title_of_every_template_is_understood(name, lang):
    cells = template_cells(tables()[name], "2022-09-27", lang)
    frame = pd.DataFrame([[c.head for c in cells], ["x"] * len(cells)], index=[1, 2], dtype="category")
    book = Book("a.xlsx", "xlsx", "", 1900, (Sheet("a", frame),))
    header = find_header(tables()[name], book, book.sheets[0])
    assert header is not None
    assert (header.unknown, [f.say("en") for f in header.findings]) == ((), [])
    assert [c.field for c in header.columns] == [c.field.name for c in cells]


def test_a_template_has_drop_downs_notes_and_a_very_hidden_sheet(still, tmp_path):
    made = openpyxl.load_workbook(write_template(still, "projects", tmp_path / "a.xlsx"))
    sheet = made.worksheets[0]
    assert made["_meta"].sheet_state == "veryHidden"
    assert len(sheet.data_validations.dataValidation) == 3
    assert sheet.freeze_panes == "C2"
    head = {c.value: c for c in sheet[1]}
    assert "项目名称*" in head
    assert "2022-09" in head["签约日期"].comment.text


def test_a_template_filled_in_is_imported(still, tmp_path):
    path = write_template(still, "projects", tmp_path / "a.xlsx")
    cells = {
        "项目名称": "新",
        "所在地": "甲县",
        "建设性质": "新建",
        "签约日期": "2022.3",
        "截至2022年8月": 5,
        "总投资": 50,
    }
    found = preview(still, "projects", edited(path, {address(path, t, 2): v for t, v in cells.items()}))
    assert found.ready
    assert {name: len(rows) for name, rows in found.rows.items() if len(rows)} == {
        "projects": 1, "project_events": 1, "returns": 1,
    }  # fmt: skip


def test_the_command_line_shows_changed_amounts_with_their_unit(tiny, tmp_path, capsys):
    path = export_table(tiny, "projects", tmp_path / "a.xlsx")
    edited(path, {address(path, "总投资", 2): 12345})
    code = guarded(["import", "projects", str(path), "--dry-run", "--region", str(tiny.folder), "--lang", "zh"])
    said = capsys.readouterr().out
    assert (code, "12,345 万元" in said or "1.2345 亿元" in said, "12345000000" in said) == (0, True, False)


DANGEROUS = ["=1+1", "+1+cmd|'/c calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "＋1", "－1", "＠x"]


def test_no_export_holds_a_formula_and_the_text_comes_back_as_it_was(tiny, tmp_path):
    with tiny.edit(by="t", why="t") as e:
        e.put("bodies", [{"id": f"d{n}", "name": text} for n, text in enumerate(DANGEROUS)])
    region = e.after
    made = openpyxl.load_workbook(export_table(region, "bodies", tmp_path / "a.xlsx"))
    assert {c.data_type for sheet in made for line in sheet.iter_rows() for c in line} <= {"s", "n", "inlineStr"}
    raw = pd.read_csv(export_table(region, "bodies", tmp_path / "a.csv"), dtype=str, encoding="utf-8-sig")
    assert not raw["名称"].str.startswith(("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")).any()
    for name in ("a.xlsx", "a.csv"):
        found = preview(region, "bodies", tmp_path / name)
        assert found.counts["changed"] == (1 if name == "a.csv" else 0) or len(found.changes) <= 1


def test_faults_come_back_in_the_users_own_workbook(still, tmp_path):
    path = book(tmp_path / "a.xlsx", [row(), row("乙", "N-2", 签约日期="九月底", 所在地="=丁县")], start=2)
    made = openpyxl.load_workbook(path)
    made["表"].merge_cells("A1:H1")
    made["表"]["A1"] = "大标题"
    made.save(path)
    found = preview(still, "projects", path)
    out = findings_book(path, found.findings, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(out)["表"]
    assert sheet["E5"].fill.start_color.rgb == "FFFFC7CE"
    assert "九月底" in sheet["E5"].comment.text
    assert sheet["I3"].value == "错误 Errors"
    assert "E5" in sheet["I5"].value
    assert "C5" in sheet["I5"].value
    assert sheet["I5"].data_type == "s"
    assert sheet["A4"].value == "甲项目"
    mended = openpyxl.load_workbook(out)
    mended["表"]["E5"], mended["表"]["C5"] = "2021-03-01", "甲县"
    mended.save(out)
    again = preview(still, "projects", out)
    assert again.ready
    assert again.counts["new"] == 2
    clean = openpyxl.load_workbook(findings_book(out, again.findings, tmp_path / "clean.xlsx"))["表"]
    assert clean["E5"].comment is None


def test_faults_of_a_csv_come_back_as_a_workbook(still, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("项目名称,签约日期,备注\n甲,九月底,=1+1\n", encoding="utf-8")
    found = preview(still, "projects", path)
    sheet = openpyxl.load_workbook(findings_book(path, found.findings, tmp_path / "out.xlsx"))["a"]
    assert sheet["B2"].fill.start_color.rgb == "FFFFC7CE"
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("=1+1", "s")
    assert sheet["D1"].value == "错误 Errors"


def test_an_unknown_format_is_refused_with_the_known_ones(still, tmp_path):
    with pytest.raises(InputError, match=r"\.xlsx, \.csv"):
        export_table(still, "projects", tmp_path / "a.ods")


def test_every_fault_has_its_words_and_mend_in_both_languages():
    assert all(
        k.en and k.zh and k.mend_en and k.mend_zh and k.severity in ("error", "warning") for k in kinds().values()
    )


def test_a_row_typed_below_ours_takes_nothing_away_where_it_is_empty(tiny, tmp_path):
    path = export_table(tiny, "projects", tmp_path / "a.xlsx")
    made = openpyxl.load_workbook(path)
    sheet = made.worksheets[0]
    sheet.delete_rows(2 + tiny.projects.index.get_loc("p2"))
    last, name = sheet.max_row + 1, str(tiny.projects.loc["p2", "name"])
    heads = {str(cell.value).split("*")[0]: cell.column for cell in sheet[1]}
    meta = made["_meta"]
    for line in range(meta.max_row, 0, -1):
        if meta.cell(line, 1).value == "row:p2":  # as if the workbook had never held it
            meta.delete_rows(line)
    sheet.cell(last, 1).value, sheet.cell(last, heads["项目名称"]).value = "p2", name
    sheet.cell(last, heads["备注"]).value = "另一单位填报"
    made.save(path)
    found = preview(tiny, "projects", path)
    assert found.changes[["id", "field"]].to_numpy().tolist() == [["p2", "note"]]
