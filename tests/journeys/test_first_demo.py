"""The first demo: no sign-in, lists that moved, a row to its proof and who entered it, another threshold and why."""

from __future__ import annotations

import re

from hechang.region.opening import open_region

LIST = "signed-not-filed"
GRACE = 20  # days; the rule in force allows more


def test_first_demo(window, address, folder, said, lang):
    region = open_region(folder)
    rows, tried = region.listing(LIST), region.listing(LIST, grace=GRACE)
    assert 0 < len(rows) < len(tried)
    opened = window(address)
    page = opened.page

    page.goto(address + "/")  # nobody is asked to sign in
    opened.ready()
    assert "/desk/" in page.url and page.locator("input").count() < 4
    three = page.locator("section[data-list]")
    assert three.count() == 3
    moved = three.locator(".moved").all_inner_texts()
    assert all(re.search(r"\+\d+.*−\d+", one, re.DOTALL) for one in moved), moved
    first = page.locator(f"section[data-list={LIST}]")
    assert str(len(rows)) in first.locator(".figure").inner_text()
    first.locator(".figure").click()  # a number opens what it is made of
    parts = page.locator(".parts")
    for word in ("numerator", "denominator", "day", "revision", "source"):
        assert said(word) in parts.inner_text()
    page.keyboard.press("Escape")

    first.get_by_role("link").first.click()
    page.locator(".rows .ant-table-row").first.wait_for()
    opened.ready()
    shown = page.locator(".rows .ant-table-row").first.inner_text()
    assert re.search(r"\d+", shown)
    page.locator(".rows .ant-table-row .ant-table-cell").nth(1).click()
    proof = page.get_by_role("dialog")
    proof.locator("dt, th, .ant-descriptions-item-label").first.wait_for()
    pick = re.search(r"pick=([^&]+)", page.url)
    assert pick, "the selection is not in the address"
    table, _, id = pick[1].replace("%3A", ":").partition(":")
    known = region.evidence(table, id)
    text = proof.inner_text()
    assert known["actor"] in text and said("who") in text
    assert (known["cell"] in text) if known["kind"] == "import" else (known["text"] in text)
    assert opened.page.locator(".proof").get_by_role("link").count() >= 1
    page.keyboard.press("Escape")
    proof.wait_for(state="hidden")

    page.get_by_role("spinbutton").fill(str(GRACE))
    effect = page.locator(".effect")
    effect.get_by_text(re.compile(rf"\b{len(tried)}\b")).first.wait_for()
    come = effect.locator(".ant-table-row")
    come.first.wait_for()
    name, why = come.first.locator(".ant-table-cell").all_inner_texts()[:2]
    new = tried.loc[tried.index.difference(rows.index)]
    assert any(one in name for one in new["name"]), name
    assert re.search(r"\d", why) and len(why) > 5
    assert f"try={GRACE}" in page.url

    page.get_by_role("button", name=said("lists_make_rule")).click()
    page.get_by_label(said("who")).fill("某主任")
    page.get_by_label(said("why")).fill("例会决定")
    page.get_by_role("button", name=said("write_it")).click()
    page.locator("p.count").get_by_text(re.compile(rf"\b{len(tried)}\b")).first.wait_for()
    after = region.latest()
    assert len(after.listing(LIST)) == len(tried)
    newest = after.log().sort_values("revision").iloc[-1]
    assert (newest["actor"], newest["reason"]) == ("某主任", "例会决定")
    region.close()


def test_a_row_of_a_list_says_the_same_to_a_keyboard(window, address, said):
    opened = window(address)
    page = opened.open(f"/desk/lists/{LIST}")
    page.locator(".rows .proof-link").first.wait_for()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('proof-link')"):
            break
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_text(said("who"), exact=True).wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.classList.contains('proof-link')"), "the focus is lost"
