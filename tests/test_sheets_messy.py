"""Sheets as offices fill them: what is clear is read, what is not is told with sheet, cell, value and mend."""

from __future__ import annotations

import json
import zipfile
from importlib.resources import files

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.styles import Font

from hechang.intake.sheets.annotate import findings_book
from hechang.intake.sheets.commit import commit
from hechang.intake.sheets.export import export_table
from hechang.intake.sheets.faults import kinds
from hechang.intake.sheets.form import write_form
from hechang.intake.sheets.preview import preview
from hechang.terms.errors import FileFault, Refused
from hechang.testing import tiny as make_tiny
from sheets_made import HEAD, book, row

WAN = 1_000_000
PLAN = "预计开工日期"


@pytest.fixture(scope="module")
def still():
    """Tiny region for tests that only read it."""
    return make_tiny()


def one(region, folder, title: str, value: object, *, above: str = ""):
    """Preview of one sound row with one odd cell under `title`, below a line `above`; and the address of the cell."""
    titles = [*HEAD, title] if title not in HEAD else HEAD
    cells = dict(zip(HEAD, row(), strict=True)) | {title: value}
    path = folder / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as made:
        sheet = made.add_worksheet("表")
        sheet.write(0, 0, above or "重大项目")
        sheet.write_row(1, 0, titles)
        sheet.write_row(2, 0, [cells[t] for t in titles])
    address = openpyxl.utils.get_column_letter(titles.index(title) + 1) + "3"
    return preview(region, "projects", path), address


READ = [  # title, cell, stored
    ("签约日期", "2021.9.27", "2021-09-27"), ("签约日期", "2021年9月", "2021-09"),
    ("签约日期", "2021年9月27日", "2021-09-27"),
    ("签约日期", "2021/9", "2021-09"), ("签约日期", "20210927", "2021-09-27"), ("签约日期", "202109", "2021-09"),
    ("签约日期", "二〇二一年九月", "2021-09"), ("签约日期", "二○二一年九月二十七日", "2021-09-27"),
    ("签约日期", "2021年9月底", "2021-09"), ("签约日期", "2021年9月中旬", "2021-09"), ("签约日期", "2021年底", "2021"),
    ("签约日期", "２０２１．９．２７", "2021-09-27"), ("签约日期", " 2021 年 9 月 ", "2021-09"),
    (PLAN, "2022年12月底前", "2022-12"), (PLAN, "2022年12月31日前", "2022-12-31"),
    ("总投资(万元)", "1,200", 1200 * WAN), ("总投资(万元)", "１，２００．５", 120_050 * WAN // 100),
    ("总投资(万元)", "3.5亿元", 35_000 * WAN), ("总投资(万元)", "3.5 亿", 35_000 * WAN),
    ("总投资(万元)", "￥12000元", 120 * 10_000),
    ("总投资(万元)", "壹仟贰佰万元整", 1200 * WAN), ("总投资(万元)", "人民币叁仟萬圆整", 3000 * WAN),
    ("总投资(万元)", "三千万", 3000 * WAN), ("总投资(万元)", "一亿二千万元", 12_000 * WAN),
    ("总投资(万元)", "1亿2000万元", 12_000 * WAN),
    ("总投资（亿元）", 1.2, 12_000 * WAN), ("总投资(元)", 120_000, 12 * WAN),
]  # fmt: skip


@pytest.mark.parametrize(("title", "value", "stored"), READ, ids=str)
def test_what_is_clear_is_read_with_its_precision(still, tmp_path, title, value, stored):
    base = row()
    if title.startswith("总投资") and title not in HEAD:
        path = book(tmp_path / "a.xlsx", [[*base[:3], value]], titles=[*HEAD[:3], title])
        found = preview(still, "projects", path)
    else:
        found, _ = one(still, tmp_path, title, value)
    field = {"签约日期": "actual", PLAN: "estimated"}.get(title, "invest_total")
    values = [v for frame in found.rows.values() if field in frame for v in frame[field].dropna().tolist()]
    assert stored in values


WARNED = [  # title, cell, line above, kind of the warning, stored
    (PLAN, "9月底", "2022年重大项目", "date-year", "2022-09"),
    (PLAN, "九月底", "2022年重大项目", "date-year", "2022-09"),
    (PLAN, "年内", "2022年重大项目", "date-year", "2022"), (PLAN, "二季度", "2022年重大项目", "date-year", "2022-06"),
    (PLAN, "2022年上半年", "", "date-span", "2022-06"), (PLAN, "2022年第三季度", "", "date-span", "2022-09"),
    (PLAN, "待定", "", "date-open", None), (PLAN, 44831, "", "serial-date", "2022-09-27"),
    (PLAN, "44831", "", "serial-date", "2022-09-27"), ("签约日期", "2021-09-27 10:30", "", "time-cut", "2021-09-27"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "value", "above", "kind", "stored"), WARNED, ids=str)
def test_what_is_read_with_a_doubt_is_read_and_told(still, tmp_path, title, value, above, kind, stored):
    found, address = one(still, tmp_path, title, value, above=above)
    told = [f for f in found.findings if f.kind == kind]
    assert [(f.cell, f.sheet, f.severity, f.value) for f in told] == [(address, "表", "warning", str(value))]
    assert stored is None or any(stored in f.zh for f in told)
    dates = found.rows["project_events"]
    held = [v for name in ("estimated", "actual") if name in dates for v in dates[name].dropna()]
    assert (stored in held) if stored else len(held) == 2


REFUSED = [  # title, cell, line above, kind of the error, word of its mend
    ("签约日期", "九月底", "2022年重大项目", "not-date", "缺少年份"), ("签约日期", "9月底", "", "not-date", "缺少年份"),
    (PLAN, "上半年", "", "not-date", "缺少年份"), (PLAN, "年内", "2021年、2022年重大项目", "not-date", "缺少年份"),
    ("签约日期", "22.9.27", "", "not-date", "2022-09-27"), ("签约日期", "22年9月", "", "not-date", "2022-09"),
    ("签约日期", "2021年3月-2022年6月", "", "not-date", "一段时间"),
    ("签约日期", "2021.9.31", "", "not-date", "2022-09-27"),
    ("签约日期", "去年九月", "", "not-date", "年月"), ("签约日期", "已签约", "", "not-date", "年月"),
    (PLAN, 9.1, "2022年重大项目", "not-date", "年月"), ("签约日期", "1921-09-27", "", "date-range", "年份"),
    ("总投资(万元)", "约3亿", "", "not-money", "约数"), ("总投资(万元)", "近3亿元", "", "not-money", "约数"),
    ("总投资(万元)", "3-5亿", "", "not-money", "区间"), ("总投资(万元)", "3亿~5亿", "", "not-money", "区间"),
    ("总投资(万元)", "三千五", "", "not-money", "数字"), ("总投资(万元)", "一二三万", "", "not-money", "数字"),
    ("总投资(万元)", "待定", "", "not-money", "数字"), ("总投资(万元)", "1O00", "", "not-money", "数字"),
    ("总投资(万元)", -1200, "", "negative", "正数"), ("总投资(万元)", "#REF!", "", "formula-error", "公式"),
    ("2022年8月形象进度(%)", 130, "", "out-of-range", "核对"),
    ("2022年8月形象进度(%)", "约80", "", "not-number", "约数"),
    ("竣工日期", "2021-05", "", "order-wrong", "核对"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "value", "above", "kind", "mend"), REFUSED, ids=str)
def test_what_is_not_clear_is_refused_with_cell_value_and_mend(still, tmp_path, title, value, above, kind, mend):
    found, address = one(still, tmp_path, title, value, above=above)
    told = [f for f in found.findings if f.severity == "error"]
    assert [(f.kind, f.cell, f.sheet, f.file) for f in told] == [(kind, address, "表", "a.xlsx")]
    assert str(value) in told[0].zh and str(value) in told[0].en
    assert mend in told[0].mend_zh
    assert told[0].mend_en
    assert not found.ready


def test_failed_formulas_of_every_kind_are_told(still, tmp_path):
    errors = ["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?", "#NUM!"]
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as made:
        sheet = made.add_worksheet("表")
        sheet.write_row(0, 0, HEAD[:4])
        for at, error in enumerate(errors, 2):
            sheet.write_row(at - 1, 0, [f"项目{at}", f"C{at}", "甲县"])
            sheet.write_formula(f"D{at}", "=A1/0", None, error)
    found = preview(still, "projects", tmp_path / "a.xlsx")
    assert [(f.kind, f.cell, f.value) for f in found.findings] == [
        ("formula-error", f"D{at}", error) for at, error in enumerate(errors, 2)
    ]


def test_a_serial_counts_from_1904_where_the_workbook_does(still, tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx"), {"date_1904": True}) as made:
        sheet = made.add_worksheet("表")
        sheet.write_row(0, 0, [*HEAD, PLAN])
        sheet.write_row(1, 0, [*row(), 43369])
    assert preview(still, "projects", tmp_path / "a.xlsx").rows["project_events"]["estimated"].dropna().tolist() == [
        "2022-09-27"
    ]


def test_hidden_rows_columns_and_sheets_are_read_and_told(still, tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as made:
        sheet = made.add_worksheet("表")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, row())
        sheet.write_row(2, 0, row("乙项目", "N-2"))
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("D:E", None, None, {"hidden": True})
        other = made.add_worksheet("旧表")
        other.write_row(0, 0, HEAD)
        other.write_row(1, 0, row("丙项目", "N-3"))
        other.hide()
    found = preview(still, "projects", tmp_path / "a.xlsx")
    assert [(f.kind, f.sheet, f.cell) for f in found.findings] == [
        ("hidden-row", "表", "B3"), ("hidden-column", "表", "D1"), ("hidden-column", "表", "E1"),
        ("hidden-sheet", "旧表", ""),
    ]  # fmt: skip
    assert found.counts["new"] == 3
    assert found.rows["projects"]["invest_total"].notna().all()


def test_a_code_the_register_knows_under_another_name_is_told(still, tmp_path):
    path = book(tmp_path / "a.xlsx", [["全新项目", "T-1", "甲县"]], titles=HEAD[:3])
    found = preview(still, "projects", path)
    assert [(f.kind, f.cell) for f in found.findings] == [("renamed", "A2")]
    assert "签约项目" in found.findings[0].zh
    assert found.changes[["field", "before", "after"]].to_numpy().tolist() == [["name", "签约项目", "全新项目"]]


# --- totals ----------------------------------------------------------------------------------------------------------
SUMMED = ["项目名称", "所在地", "总投资(万元)", "2022年计划投资(万元)"]


def test_totals_are_never_projects_and_are_compared_with_their_rows(still, tmp_path):
    lines = [["总计", None, 60, 9], ["一、甲县", None, None, None], ["甲1", "甲县", 10, 1], ["甲2", "甲县", 20, 2],
             ["小计", None, 30, 3.1], ["乙1", "乙区", 30, 6], ["小 计：", None, 31, 6],
             ["注：合计含税", None, None, None]]  # fmt: skip
    found = preview(still, "projects", book(tmp_path / "a.xlsx", lines, titles=SUMMED))
    assert found.rows["projects"]["name"].tolist() == ["甲1", "甲2", "乙1"]
    assert found.totals[["sheet", "cell", "field", "stated", "summed", "rows"]].to_numpy().tolist() == [
        ["表", "C2", "projects.invest_total", 60 * WAN, 60 * WAN, 3],
        ["表", "D2", "project_years.2022.invest_plan", 9 * WAN, 9 * WAN, 3],
        ["表", "C6", "projects.invest_total", 30 * WAN, 30 * WAN, 2],
        ["表", "D6", "project_years.2022.invest_plan", 3_100_000, 3 * WAN, 2],
        ["表", "C8", "projects.invest_total", 31 * WAN, 30 * WAN, 1],
        ["表", "D8", "project_years.2022.invest_plan", 6 * WAN, 6 * WAN, 1],
    ]
    told = [f for f in found.findings if f.kind == "total-differs"]
    assert [(f.cell, f.severity) for f in told] == [("D6", "warning"), ("C8", "warning")]
    assert "3.1 万元" in told[0].zh and "3 万元" in told[0].zh


def test_a_total_rounded_in_its_last_digit_is_no_difference(still, tmp_path):
    lines = [["甲1", "甲县", 10.26, 1], ["甲2", "甲县", 20.22, 2], ["合计", None, 30.5, 3]]
    found = preview(still, "projects", book(tmp_path / "a.xlsx", lines, titles=SUMMED))
    assert [f.kind for f in found.findings] == ["total-row"]


def test_several_months_side_by_side_are_several_returns(still, tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as made:
        sheet = made.add_worksheet("表")
        sheet.write(0, 0, "2022年重大项目进展表")
        sheet.merge_range("A2:A3", "项目名称")
        sheet.merge_range("B2:B3", "项目代码")
        sheet.merge_range("C2:D2", "截至8月")
        sheet.merge_range("E2:F2", "截至9月底")
        sheet.write_row("C3", ["完成投资(万元)", "形象进度(%)"] * 2)
        sheet.write_row("A4", ["滞后项目", "T-3", 500, 20, 600, 25])
    found = preview(still, "projects", tmp_path / "a.xlsx")
    assert found.findings == ()
    assert found.changes[["table", "field", "after"]].to_numpy().tolist() == [
        ["returns", "progress", 20.0], ["returns", "invest_done", 600 * WAN], ["returns", "progress", 25.0],
    ]  # fmt: skip
    assert found.rows["returns"]["period"].tolist() == ["2022-08", "2022-09"]


# --- tasks and other ledgers -----------------------------------------------------------------------------------------
def test_a_task_ledger_of_an_office_is_read_with_several_bodies_in_a_cell(tiny, tmp_path):
    titles = ["序号", "任务事项", "牵头单位", "配合单位", "完成时限", "进展情况", "存在问题", "任务状态", "涉及项目"]
    lines = [
        [1, "打通断头路", "甲市项目办", "乙市项目办、丙市住建局", "2022年12月底前", "已完成施工图", "征地慢", "推进中",
         "签约项目、T-2"],
        [2, "编制规划", "甲市项目办、丁市资规局", "丙市住建局", "年底前", "已立项", None, "推进中", None],
        [3, "日常巡查", "乙市项目办", None, "长期", None, None, "未开始", None],
    ]  # fmt: skip
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("台账")
        sheet.merge_range("A1:I1", "2022年8月重点任务推进台账")
        for at, line in enumerate([titles, *lines], 1):
            sheet.write_row(at, 0, line)
    found = preview(tiny, "tasks", path)
    assert [(f.kind, f.cell) for f in found.findings] == [
        ("counting-column", "A2"), ("several-leads", "C4"), ("new-body", "D3"), ("new-body", "D4"), ("date-year", "E4"),
        ("date-open", "E5"),
    ]  # fmt: skip
    after = commit(tiny, found, by="z", why="ledger")
    names, tasks = after.bodies["name"], after.tasks.set_index("name")
    assert tasks["due"].tolist()[:2] == ["2022-12", "2022"]
    co = pd.Series(tasks["co_bodies"]).map(lambda t: [names[i] for i in json.loads(t)], na_action="ignore")
    assert co["打通断头路"] == ["乙市项目办", "丙市住建局"]
    assert co["编制规划"] == ["丁市资规局", "丙市住建局"]
    assert tasks["projects"]["打通断头路"] == '["p1", "p2"]'
    returns = after.task_returns
    assert (returns["period"].tolist(), returns["note"].tolist()) == (["2022-08"] * 2, ["已完成施工图", "已立项"])
    assert set(returns["owner"]) == {"office-x"}
    assert preview(after, "tasks", path).counts["unchanged"] == 3
    out = export_table(after, "tasks", tmp_path / "b.xlsx")
    assert preview(after, "tasks", out).counts["unchanged"] == 3
    assert "乙市项目办、丙市住建局" in [c.value for c in openpyxl.load_workbook(out).worksheets[0][2]] + [
        c.value for c in openpyxl.load_workbook(out).worksheets[0][3]
    ]


def test_a_project_has_one_lead(still, tmp_path):
    path = book(tmp_path / "a.xlsx", [["甲", "甲市项目办、乙市项目办"]], titles=["项目名称", "责任单位"])
    found = preview(still, "projects", path)
    assert [(f.kind, f.cell) for f in found.findings] == [("several-bodies", "B2")]
    assert "甲市项目办" in found.findings[0].mend_zh


LEDGERS = {
    "approvals": (["项目名称", "审批事项", "审批部门", "承诺时限(工作日)", "受理日期", "办结日期"],
                  ["签约项目", "施工许可", "甲市项目办", "3个工作日", "2022.9.1", "2022年9月6日"],
                  {"days_allowed": 3, "begun": "2022-09-01", "ended": "2022-09-06", "body": "office-x"}),
    "standard_land": (["项目名称", "标准地指标", "约定值", "实测值", "计量单位", "核查日期"],
                      ["签约项目", "亩均税收", 30, "２８.５", "万元/亩", "2022-09"],
                      {"promised": 30.0, "measured": 28.5, "unit": "万元/亩", "checked": "2022-09"}),
    "bodies": (["单位名称", "单位类别", "所在地"], ["丙县项目办", "项目办", "丙县"],
               {"kind": "project_office", "place": "c"}),
}  # fmt: skip


@pytest.mark.parametrize("table", sorted(LEDGERS))
def test_ledgers_with_the_titles_of_offices_are_read(still, tmp_path, table):
    titles, cells, wanted = LEDGERS[table]
    found = preview(still, table, book(tmp_path / "a.xlsx", [cells], titles=titles))
    assert found.ready, [f.say("zh") for f in found.findings]
    assert found.rows[table].iloc[0][[*wanted]].to_dict() == wanted


# --- files -----------------------------------------------------------------------------------------------------------
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
FILES = {
    "旧表.xls": (OLE + "Workbook".encode("utf-16-le"), "旧版 Excel 文件"),
    "改名.xlsx": (OLE + "Workbook".encode("utf-16-le"), "只改后缀无效"),
    "加密.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "文档.xls": (OLE + "WordDocument".encode("utf-16-le"), "Word"),
    "改名的文本.xlsx": ("项目名称,总投资\n甲,1\n".encode("gb18030"), "纯文本"),
    "系统导出.xls": ("\ufeff<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table>".encode(), "网页"),
    "归档.xls": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "网页"),
    "三零.xls": (b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>"
               b"<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "XML 表格 2003"),
    "空.xlsx": (b"", "空文件"),
    "半截.xlsx": (b"PK\x03\x04" + b"\0" * 300, "损坏"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_is_no_workbook_says_what_it_is_and_what_to_do(still, tmp_path, name):
    data, word = FILES[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FileFault) as refused:
        preview(still, "projects", tmp_path / name)
    assert name in refused.value.zh and word in refused.value.zh
    assert "→" in refused.value.zh and "→" in refused.value.en


# --- back to the office ----------------------------------------------------------------------------------------------
def messy(path):
    """A workbook of an office: merged title and county, a hidden row, formulas, styles, two sheets, a note."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "项目表"
    sheet.append(["2022年重大项目表"])
    sheet.append(HEAD)
    sheet.append(row())
    sheet.append(row("乙项目", "N-2", 签约日期="去年"))
    sheet.append(row("丙项目", "N-3"))
    sheet.append(["合计", None, None, "=SUM(D3:D5)"])
    sheet.merge_cells("A1:H1")
    sheet.merge_cells("C3:C5")
    sheet.row_dimensions[5].hidden = True
    sheet["E4"].comment = openpyxl.comments.Comment("请核实", "某")
    sheet["A3"].font = Font(bold=True, color="FF0000FF")
    sheet["D3"].number_format = "#,##0.00"
    sheet.column_dimensions["A"].width = 33
    sheet.conditional_formatting.add(
        "D3:D5", openpyxl.formatting.rule.CellIsRule("greaterThan", ["5"], font=Font(bold=True))
    )
    other = made.create_sheet("说明")
    other["B2"], other["B3"] = "=1+1", "每月25日前报送"
    made.save(path)
    return path


def test_faults_come_back_in_a_messy_workbook_that_stays_as_it_was(still, tmp_path):
    path = messy(tmp_path / "a.xlsx")
    found = preview(still, "projects", path)
    assert [f.kind for f in found.findings if f.severity == "error"] == ["not-date"]
    back = openpyxl.load_workbook(findings_book(path, found.findings, tmp_path / "b.xlsx"))
    sheet = back["项目表"]
    assert sheet["E4"].fill.start_color.rgb == "FFFFC7CE"
    assert "去年" in sheet["E4"].comment.text and "请核实" in sheet["E4"].comment.text
    assert (sheet["I2"].value, sheet["I4"].value.startswith("E4: “去年”不是日期")) == ("错误 Errors", True)
    assert (sheet["D6"].value, back["说明"]["B2"].value) == ("=SUM(D3:D5)", "=1+1")
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:H1", "C3:C5"}
    assert sheet.row_dimensions[5].hidden
    assert (sheet["A3"].font.bold, sheet["D3"].number_format, sheet.column_dimensions["A"].width) == (
        True,
        "#,##0.00",
        33,
    )
    assert len(sheet.conditional_formatting) == 1
    again = preview(still, "projects", tmp_path / "b.xlsx")
    assert [f.kind for f in again.findings if f.severity == "error"] == ["not-date"]
    clean = openpyxl.load_workbook(findings_book(tmp_path / "b.xlsx", [], tmp_path / "c.xlsx"))["项目表"]
    assert clean["E4"].comment.text == "请核实"


def test_faults_come_back_in_a_form_and_the_mended_form_is_taken(tiny, tmp_path):
    path = write_form(tiny, tmp_path / "a.xlsx", period="2022-09", meta={"round": "r"})
    made = openpyxl.load_workbook(path)
    sheet = made.worksheets[0]
    place = {str(c.value).rstrip("*"): c.column_letter for c in sheet[3]}
    at = next(c.row for c in sheet["A"] if c.value == "p3")
    wrong, right = f"{place['竣工日期']}{at}", f"{place['截至2022年9月完成投资(万元)']}{at}"
    sheet[wrong], sheet[right] = "明年", 700
    made.save(path)
    found = preview(tiny, "projects", path)
    with pytest.raises(Refused):
        commit(tiny, found, by="z", why="w")
    back = findings_book(path, found.findings, tmp_path / "b.xlsx")
    marked = openpyxl.load_workbook(back)
    assert marked["_meta"].sheet_state == "veryHidden"
    assert marked.worksheets[0][wrong].fill.start_color.rgb == "FFFFC7CE"
    assert len(marked.worksheets[0].data_validations.dataValidation) >= 3
    assert zipfile.is_zipfile(back)
    marked.worksheets[0][wrong] = None
    marked.save(back)
    again = preview(tiny, "projects", back)
    assert again.ready, [f.say("zh") for f in again.findings]
    assert again.changes["cell"].tolist() == [right]
    assert again.meta.extra == {"round": "r"}


def test_no_two_kinds_of_faults_have_one_name():
    lines = files("hechang.intake.sheets").joinpath("faults.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) - 1 == len(kinds())
