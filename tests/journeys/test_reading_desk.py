"""The reading desk by keyboard: next, accept, mend, refuse; rows appear; the source is marked; versions compared."""

from __future__ import annotations

import re
from urllib.parse import unquote

from opencc import OpenCC
from playwright.sync_api import Page

from hechang.region.opening import open_region
from journeys.addresses import addresses

SIMPLIFIED = OpenCC("t2s")


def picked(page: Page) -> str:
    """Id of the proposal the address names."""
    found = re.search(r"[?&]p=([^&]+)", page.url)
    assert found, page.url
    return unquote(found[1])


def until(page: Page, wanted: str, key: str = "Tab", most: int = 80) -> None:
    """Press a key until the focus stands on something a selector fits."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{key} does not lead to {wanted}")


def test_reading_desk(window, address, folder, said):
    region = open_region(folder)
    known = addresses(folder)["/reading/:id"]
    document = known.rpartition("/")[2]
    before = region.table("proposals", where={"document": document})["state"]
    opened = window(address)
    page = opened.open("/desk/")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/desk/reading**")
    page.locator(f"a[href*='{document}']").first.wait_for()
    until(page, f"a[href*='{document}']")
    page.keyboard.press("Enter")
    page.locator(".source mark.picked").first.wait_for()
    opened.ready()

    first = picked(page)
    page.keyboard.press("j")
    page.wait_for_url(lambda url: first not in url)
    second = picked(page)
    assert_span(page, region, second)
    page.keyboard.press("k")
    page.wait_for_url(lambda url: first in url)
    assert_span(page, region, first)

    page.keyboard.press("a")  # the first decision asks once who reads and why
    page.get_by_label(said("who")).wait_for()
    until(page, "#by, input[autocomplete=name]", "Shift+Tab", 6)
    page.keyboard.type("某读者")
    until(page, "button[type=submit]", most=6)
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text(re.compile(said("reading_done_accept").partition("{")[0])).wait_for()
    accepted = region.latest().table("proposals").loc[first]
    assert accepted["state"] == "accepted"

    page.wait_for_url(lambda url: first not in url)
    mended = picked(page)
    page.keyboard.press("m")
    form = page.locator("form.mend")
    form.wait_for()
    assert page.evaluate("document.activeElement.closest('form.mend') !== null"), "M does not lead into the form"
    field = form.locator("input[type=text]:not([role=combobox])").first
    name = str(field.get_attribute("id"))
    field.focus()
    page.keyboard.press("End")
    page.keyboard.type("(核)")
    page.keyboard.press("Control+Enter")
    page.get_by_role("status").get_by_text(re.compile(said("reading_done_mend").partition("{")[0])).wait_for()
    row = region.latest().table("proposals").loc[mended]
    assert row["state"] == "accepted" and "(核)" in str(row["mended"] if "mended" in row else row["payload"]), name

    page.wait_for_url(lambda url: mended not in url)
    refused = picked(page)
    page.keyboard.press("r")
    page.get_by_role("status").get_by_text(re.compile(said("reading_done_reject").partition("{")[0])).wait_for()
    after = region.latest()
    assert after.table("proposals").loc[refused]["state"] == "rejected"
    states = after.table("proposals", where={"document": document})["state"]
    assert (states != before.reindex(states.index)).sum() == 3
    log = after.log().sort_values("revision").tail(3)
    assert set(log["actor"]) == {"某读者"} and set(log["reason"]) == {said("reading_reason")}
    made = page.get_by_role("status")
    assert made.count() >= 1
    region.close()


def plain(text: str) -> str:
    """Return simplified characters alone: a source may be written in traditional ones, with their sounds beside."""
    return SIMPLIFIED.convert(re.sub(r"\s|\([^一-鿿]+?\)", "", text))


def assert_span(page: Page, region, proposal: str) -> None:
    """The marked words of the source are the words of the proposal."""
    page.locator("mark.picked").first.wait_for()
    shown = plain("".join(page.locator("mark.picked").all_text_contents()))
    words = plain(str(region.table("proposals").loc[proposal]["text"]))
    assert shown and (shown in words or words in shown), (shown, words)
    box = page.locator("mark.picked").first.bounding_box()
    assert box and 0 < box["y"] < 900, "the span is not in sight"


def test_rows_of_an_accepted_proposal_lead_back_to_the_sentence(window, address, folder, said):
    region = open_region(folder)
    made = region.query("SELECT id FROM directives WHERE source LIKE 'statement:%' ORDER BY id LIMIT 1")["id"].iloc[0]
    known = region.evidence("directives", str(made))
    opened = window(address)
    page = opened.open(f"/desk/row/directives/{made}")
    page.locator(".proof-link").first.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("mark, blockquote").first.wait_for()
    assert re.sub(r"\s", "", known["text"])[:12] in re.sub(r"\s", "", dialog.inner_text())
    region.close()


def test_versions_of_one_event_stand_side_by_side_with_their_differences(window, address, folder, said):
    opened = window(address)
    page = opened.open(addresses(folder)["/reading/events/:id"])
    demands = page.get_by_role("table").last
    demands.locator("thead th").nth(3).wait_for()  # the kind of difference and three reports
    assert page.locator("mark, ins").count() > 0, "no difference is marked"
    every = page.locator("main").inner_text()
    assert any(
        said(f"reading_difference_{kind}") in every for kind in ("wording", "number_form", "attribution", "missing")
    )
    page.get_by_role("checkbox", name=said("reading_only_differences")).check()
    page.wait_for_url("**differ=true**")
    opened.ready()
    assert len(page.locator("main").inner_text()) <= len(every)
