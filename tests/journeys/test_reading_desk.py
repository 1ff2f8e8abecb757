"""The reading desk by keyboard: next, accept, mend, refuse; rows appear; the source is marked; versions compared."""

from __future__ import annotations

import re
from urllib.parse import unquote

from opencc import OpenCC
from playwright.sync_api import Page
from tools.addresses import addresses

from hechang.region.opening import open_region

SIMPLIFIED = OpenCC("t2s")
MARK = "(核)"


def picked(page: Page) -> str:
    """Id of the proposal that is chosen; the address names it a moment later."""
    id = page.locator(".queue [aria-current]").get_attribute("data-id")
    page.wait_for_url(lambda url: f"p={id}" in unquote(url))
    return str(id)


def until(page: Page, wanted: str, key: str = "Tab", most: int = 80) -> None:
    """Press a key until the focus stands on something a selector fits."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{key} does not lead to {wanted}")


def test_reading_desk(window, address, folder, said):
    region = open_region(folder)
    document = addresses(folder)["/reading/:id"].rpartition("/")[2]
    before = region.table("proposals", where={"document": document})["state"]
    opened = window(address)
    page = opened.open("/desk/")
    go_to_the_document(page, document)
    opened.ready()

    first = picked(page)
    page.keyboard.press("j")
    page.wait_for_url(lambda url: first not in url)
    the_span_is_in_sight(page, region, picked(page))
    page.keyboard.press("k")
    page.wait_for_url(lambda url: first in url)
    the_span_is_in_sight(page, region, first)

    accepted = decided(page, said, "accept", accept)
    mended = decided(page, said, "mend", mend)
    refused = decided(page, said, "reject", lambda page, _: page.keyboard.press("r"))
    after = region.latest()
    rows = after.table("proposals")
    assert rows.loc[[accepted, mended, refused], "state"].tolist() == ["accepted", "accepted", "rejected"]
    written = after.query("SELECT * FROM " + str(made_of(after, mended))).astype(str)
    assert written.apply(lambda column: column.str.contains(MARK, regex=False)).any(axis=None), (
        "the mended words are lost"
    )
    states = after.table("proposals", where={"document": document})["state"]
    assert (states != before.reindex(states.index)).sum() == 3
    log = after.log().sort_values("revision").tail(3)
    assert set(log["actor"]) == {"某读者"} and set(log["reason"]) == {said("reading_reason")}
    region.close()


def go_to_the_document(page, document):
    """From anywhere: g, r, then Tab to its name."""
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/desk/reading**")
    link = f".rows a[href*='{document}']"
    page.locator(link).first.wait_for()  # the page gone from stays until this one is there
    until(page, link)
    page.keyboard.press("Enter")
    page.locator(".source mark.picked").first.wait_for()


def decided(page, said, verdict, act):
    """Do one decision; return the proposal it was about, once the desk has gone on to the next."""
    id = picked(page)
    act(page, said)
    told = said(f"reading_done_{verdict}").partition("{")[0]
    page.get_by_role("status").get_by_text(re.compile(told)).first.wait_for()
    page.wait_for_url(lambda url: id not in url)
    return id


def accept(page, said):
    """The first decision asks once who reads and why."""
    page.keyboard.press("a")
    page.get_by_label(said("who"), exact=True).wait_for()
    until(page, "input[autocomplete=name]", "Shift+Tab", 6)
    page.keyboard.type("某读者")
    until(page, "button[type=submit]", most=6)
    page.keyboard.press("Enter")


def mend(page, said):
    """M leads into the form; the words are changed and sent with Ctrl+Enter."""
    page.keyboard.press("m")
    page.locator("form.mend").wait_for()
    until(page, "form.mend input[type=text]:not([role=combobox])", most=12)
    page.keyboard.press("End")
    page.keyboard.type(MARK)
    page.keyboard.press("Control+Enter")


def made_of(region, proposal):
    """Table of what a proposal became."""
    tables = {"event": "events", "directive": "directives", "person": "persons", "project": "projects"}
    return tables[str(region.table("proposals").loc[proposal, "kind"])]


def plain(text: str) -> str:
    """Return simplified characters alone: a source may be written in traditional ones, with their sounds beside."""
    return SIMPLIFIED.convert(re.sub(r"\s|\([^一-鿿]+?\)", "", text))


def the_span_is_in_sight(page: Page, region, proposal: str) -> None:
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
    kinds = ("wording", "number_form", "attribution", "missing")
    assert any(said(f"reading_difference_{kind}") in every for kind in kinds)
    page.get_by_role("checkbox", name=said("reading_only_differences")).check()
    page.wait_for_url("**differ=true**")
    opened.ready()
    assert len(page.locator("main").inner_text()) <= len(every)
