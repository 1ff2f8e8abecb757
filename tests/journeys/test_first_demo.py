"""The first demo: no sign-in, lists that moved, a row to its proof and who entered it, another threshold and why."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from hechang.region.opening import open_region
from hechang.terms.words import words
from journeys.hands import say

LIST = "signed-not-filed"
GRACE = 20  # days; the rule in force allows more
ROW = ".rows tbody tr:has(a)"


def test_first_demo(window, address, folder, said, lang):
    region = open_region(folder)
    rows, tried = region.listing(LIST), region.listing(LIST, grace=GRACE)
    assert 0 < len(rows) < len(tried)
    opened = window(address)
    page = opened.page
    page.goto(address + "/")  # nobody is asked to sign in
    opened.ready()
    assert "/desk/" in page.url and page.locator("input[type=password]").count() == 0
    see_the_three_lists(page, said, len(rows))

    page.locator(f"section[data-list={LIST}]").get_by_role("link").first.click()
    open_the_proof_of_a_row(page, said, region)
    try_another_threshold(page, rows, tried)

    page.get_by_role("button", name=said("lists_make_rule")).click()
    say(page, words(lang), by="某主任", why="例会决定")
    expect(page.locator("p.count .figure").first).to_contain_text(str(len(tried)))
    after = region.latest()
    assert len(after.listing(LIST)) == len(tried)
    newest = after.log().sort_values("revision").iloc[-1]
    assert (newest["actor"], newest["reason"]) == ("某主任", "例会决定")
    region.close()


def see_the_three_lists(page, said, count):
    """Each says what is new and what left; a number opens what it is made of."""
    three = page.locator("section[data-list]")
    assert three.count() == 3
    moved = three.locator(".moved").all_inner_texts()
    assert len(moved) == 3 and all(re.search(r"\+\d+.*−\d+", one, re.DOTALL) for one in moved), moved
    assert sum(int(n) for one in moved for n in re.findall(r"[+−](\d+)", one)) > 0, "no list moved"
    first = page.locator(f"section[data-list={LIST}] .figure")
    assert str(count) in first.inner_text()
    first.click()
    parts = page.locator(".ant-popover .parts")
    parts.wait_for()
    for word in ("numerator", "denominator", "day", "revision", "source"):
        assert said(word) in parts.inner_text()
    page.keyboard.press("Escape")
    parts.wait_for(state="hidden")


def open_the_proof_of_a_row(page, said, region):
    """The drawer has the sentence or the cell, and who entered it; the address names the row."""
    page.locator(ROW).first.locator("td").nth(1).click()
    proof = page.get_by_role("dialog")
    proof.locator(".ant-descriptions-item-label").first.wait_for()
    page.wait_for_url("**pick=**")
    table, _, id = parse_qs(urlsplit(page.url).query)["pick"][0].partition(":")
    known = region.evidence(table, id)
    text = proof.inner_text()
    assert said("who") in text and known["actor"] in text
    assert (known["cell"] if known["kind"] == "import" else known["text"]) in text
    assert proof.get_by_role("link").count() >= 1
    page.keyboard.press("Escape")
    proof.wait_for(state="hidden")


def try_another_threshold(page, rows, tried):
    """The rows that would come are named, each with the reason it moves."""
    page.get_by_role("spinbutton").fill(str(GRACE))
    effect = page.locator(".effect")
    expect(effect).to_contain_text(re.compile(rf"\b{len(tried)}\b"))
    come = effect.locator(ROW)
    come.first.wait_for()
    name, why = come.first.locator("td").all_inner_texts()[:2]
    new = tried.loc[tried.index.difference(rows.index), "name"]
    assert any(str(one) in name for one in new), name
    assert re.search(r"\d", why) and len(why) > 5
    page.wait_for_url(f"**try={GRACE}**")


def test_a_row_of_a_list_says_the_same_to_a_keyboard(window, address, said):
    opened = window(address)
    page = opened.open(f"/desk/lists/{LIST}")
    page.locator(".rows .proof-link").first.wait_for()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('proof-link')"):
            break
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_text(said("who"), exact=True).first.wait_for()
    page.locator(".ant-drawer:focus, .ant-drawer :focus").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.locator(".proof-link:focus").wait_for()  # the focus goes back to where it came from
