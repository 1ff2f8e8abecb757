"""Her own workbook: what is wrong in it comes back at its cells; mended it goes in whole; one field is taken back."""

from __future__ import annotations

import re

from openpyxl import load_workbook

from hechang.region.opening import open_region
from hechang.terms.words import words
from journeys.hands import drop, saved, say
from sheets_made import book, row

NAME, CODE, PLACE = "某河综合整治示例项目", "JOURNEY-1", "江阴市"
MONEY = 1_000_000  # 分 in 万元
TOTAL = "总投资(万元)"
IMPORT = re.compile(r"/imports/\w+")


def line(**cells):
    """Return the row of the project as the office sends it."""
    return row(NAME, CODE, **{"所在地": PLACE, "竣工日期": None} | cells)


def test_import_with_errors(window, address, folder, said, lang, tmp_path):
    region = open_region(folder)
    opened = window(address)
    messy = book(tmp_path / "月报.xlsx", [line(**{TOTAL: "约6000", "签约日期": "2021-13-45"}), line(所在地="火星县")])
    page = opened.open("/desk/imports")
    drop(page, messy)
    page.wait_for_url(IMPORT)
    get_it_back_annotated(page, said, tmp_path)
    assert region.latest().revision == region.revision, "a workbook with faults was written"

    url = page.url
    drop(page, book(tmp_path / "月报-改.xlsx", [line(**{TOTAL: 6000})]))
    page.wait_for_url(lambda now: now != url and "/imports/" in now)
    write(page, said, lang, "月报补录")
    made = region.latest().table("projects", where={"code": CODE})
    assert made["name"].tolist() == [NAME] and made["invest_total"].tolist() == [6000 * MONEY]
    id = str(made.index[0])

    page = opened.open("/desk/imports")
    drop(page, book(tmp_path / "月报-再.xlsx", [line(**{TOTAL: 7000})]))
    page.wait_for_url(IMPORT)
    write(page, said, lang, "总投资调整")
    assert region.latest().table("projects").loc[id, "invest_total"] == 7000 * MONEY

    opened.open(f"/desk/data/projects?q={CODE}")
    page.get_by_text(NAME).first.wait_for()
    opened.open(f"/desk/row/projects/{id}")
    take_one_field_back(page, said, lang)
    last = region.latest()
    assert last.table("projects").loc[id, "invest_total"] == 6000 * MONEY
    newest = last.log().sort_values("revision").iloc[-1]
    assert (newest["actor"], newest["reason"]) == ("某主任", "以批复为准")
    region.close()


def get_it_back_annotated(page, said, to):
    """What is wrong is on the page and, in her own workbook, at the cells."""
    shown = page.locator("main")
    shown.get_by_text("约6000").first.wait_for()
    assert shown.get_by_text("火星县").count() >= 1
    assert page.get_by_role("button", name=said("im_write")).is_disabled()
    back = load_workbook(saved(page, page.get_by_role("link", name=said("im_back")), to))
    noted = [str(cell.value) for sheet in back for cells in sheet.iter_rows() for cell in cells if cell.comment]
    assert any("约6000" in one for one in noted) and any("火星县" in one for one in noted)


def write(page, said, lang, why):
    """Write all of it, with who and why."""
    page.get_by_role("button", name=said("im_write")).click()
    say(page, words(lang), by="某科长", why=why)
    told = said("im_outcome_written").partition("{")[0]
    page.get_by_role("status").get_by_text(re.compile(told)).first.wait_for()


def take_one_field_back(page, said, lang):
    """The history says who and why; one field goes back with a reason of its own."""
    changed = page.locator(".row-events tbody tr", has_text="总投资调整")
    changed.first.wait_for()
    assert "某科长" in changed.first.inner_text()
    changed.get_by_role("button", name=said("tables_take_back")).first.click()
    say(page, words(lang), by="某主任", why="以批复为准")
    page.locator(".row-events tbody tr", has_text="以批复为准").first.wait_for()
    page.locator(".proof-link").first.click()
    page.get_by_role("dialog").get_by_text("月报补录").first.wait_for()


def test_two_people_edit_one_row_and_the_second_sees_all_three_sides(window, address, folder, said, lang):
    region = open_region(folder)
    opened = window(address)
    opened.expected.append((409, "/api/tables/"))
    page = opened.open("/desk/row/projects/wx-003?edit=true")
    field = page.get_by_label(re.compile(said_field(lang, "note"))).first
    field.fill("我写的")
    with region.edit(by="某同事", why="先改一步", source="person:某同事") as e:
        e.put("projects", {"id": "wx-003", "note": "同事写的"})
    form = page.locator("main form").last
    form.get_by_label(said("who"), exact=True).fill("某人")
    form.get_by_label(said("why"), exact=True).fill("改备注")
    page.get_by_role("button", name=said("tables_save"), exact=True).click()
    page.get_by_text("同事写的").first.wait_for()
    assert page.get_by_text("我写的").count(), "what she wrote is lost"
    conflict = page.get_by_role("region", name=said("tables_conflict")).first
    told = conflict.get_by_role("alert").inner_text()
    assert "某同事" in told and "先改一步" in told, "who changed it and why is not said"
    write = page.get_by_role("button", name=said("tables_save_chosen"))
    assert write.is_disabled() and conflict.get_by_role("radio", checked=True).count() == 0, "a side is chosen for her"
    assert conflict.get_by_label(said("why"), exact=True).input_value() == "改备注", "the reason she typed is lost"
    assert region.latest().table("projects").loc["wx-003", "note"] == "同事写的", "the edit of another was lost"
    note = re.compile(said_field(lang, "note") + ".*" + re.escape(said("tables_mine")))
    conflict.get_by_role("radio", name=note).check()
    write.click()
    page.wait_for_url(lambda now: "edit=" not in now)
    assert region.latest().table("projects").loc["wx-003", "note"] == "我写的"
    region.close()


def said_field(lang: str, name: str) -> str:
    """Title of a column of projects."""
    from hechang.terms.specs import table

    field = table("projects").field(name)
    return re.escape(field.zh if lang == "zh" else field.en)
