"""Monday's round: the board, a return with errors that goes back annotated, the mended one taken, the bulletin."""

from __future__ import annotations

import re
import zipfile

from openpyxl import load_workbook

from hechang.intake.rounds.status import status
from hechang.region.opening import open_region
from hechang.terms.words import words
from journeys.desk_region import FORMS, ROUND, SENT_BACK
from journeys.hands import drop, saved, say

MONTH = {"zh": "2022年8月", "en": "2022-08"}


def column(page, name: str):
    """One column of the board."""
    return page.locator(f".round-column[data-column={name}]")


def standing(region, body: str) -> str:
    """State of the return of a body."""
    rows = region.latest().table("round_bodies", where={"body": body})
    return str(rows["state"].iloc[0])


def test_monday_round(window, address, folder, said, lang, tmp_path):
    region, spoken = open_region(folder), words(lang)
    names = region.table("bodies").loc[SENT_BACK]
    first, second = (next((folder / FORMS).glob(f"*{names['name']}*-报送{n}.xlsx")) for n in (1, 2))
    office = str(names["name"] if lang == "zh" else names["name_en"] or names["name"])
    opened = window(address)
    page = opened.open("/desk/rounds")
    page.get_by_role("link", name=ROUND).click()
    column(page, "taken").locator(".round-tile").first.wait_for()
    tiles = page.locator(".round-tile")
    assert tiles.count() == 9
    assert column(page, "sent").locator(".round-tile", has_text=office).count() == 1
    board = page.url

    drop(page, first)
    page.wait_for_url(re.compile(r"/imports/\w+"))
    page.get_by_text("#DIV/0!").first.wait_for()
    back = load_workbook(saved(page, page.get_by_role("link", name=said("im_back")), tmp_path))
    assert any(cell.comment and "DIV" in str(cell.value) for cells in back.worksheets[0].iter_rows() for cell in cells)
    page.get_by_role("button", name=said("im_send_back")).first.click()
    say(page, spoken, by="某科员", why="表内有公式错误")
    page.get_by_role("status").get_by_text(re.compile(said("im_outcome_wrong").partition("{")[0])).wait_for()
    assert standing(region, SENT_BACK) == "wrong"

    page.goto(board)
    opened.ready()
    column(page, "wrong").locator(".round-tile", has_text=office).wait_for()
    drop(page, second)
    page.wait_for_url(re.compile(r"/imports/\w+"))
    page.get_by_role("button", name=said("im_take")).first.click()
    say(page, spoken, by="某科员", why="改正后报送")
    page.get_by_role("status").get_by_text(re.compile(said("im_outcome_accepted").partition("{")[0])).wait_for()
    assert standing(region, SENT_BACK) == "accepted"
    after = region.latest()
    rows = status(after, str(after.table("rounds").index[0]))
    assert int(rows["taken"].sum()) == 4

    page.goto(board)
    opened.ready()
    column(page, "taken").locator(".round-tile", has_text=office).wait_for()
    page.get_by_role("tab", name=re.compile(said("rd_conflicts"))).click()
    page.get_by_role("button", name=re.compile(f"^{said('rd_adopt')}")).first.click()
    say(page, spoken, by="某主任", why="以属地为准")
    page.get_by_text("以属地为准").first.wait_for()
    conflicts = region.latest().table("conflicts")
    assert conflicts["settled"].notna().all() and len(conflicts) == 1

    document = saved(page, page.get_by_role("link", name=said("rd_bulletin_get")), tmp_path)
    with zipfile.ZipFile(document) as parts:
        text = re.sub(r"<[^>]+>", "", parts.read("word/document.xml").decode())
    assert document.suffix == ".docx" and ROUND in text and MONTH[lang] in text
    region.close()
