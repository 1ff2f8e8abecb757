"""The first page and a list in Debian's Chromium: a picture saved, a number typed, a row pressed."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tools.browser import Window, serving
from tools.browser import chromium as start

from hechang.publish.registry import built
from page_region import page_region

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: apt-get install chromium"),
    pytest.mark.skipif(not built(), reason="the front end is not built: make ui"),
]
WAIT = 60_000  # ms


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with serving(page_region(tmp_path_factory.mktemp("today") / "page.hc")) as served:
        yield served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = start(play)
        yield browser
        browser.close()


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("html[data-ready='1']").wait_for(state="attached", timeout=WAIT)


@pytest.mark.parametrize(("lang", "button"), [("zh", "简报图片"), ("en", "Bulletin picture")])
def test_the_picture_of_the_bulletin_is_a_png_1080_pixels_wide(chromium, address, lang, button, tmp_path):
    with Window(chromium, lang) as window:
        opened(window.page, f"{address}/desk/?lang={lang}")
        window.page.get_by_role("button", name=button).click()
        window.page.locator(".picture img").wait_for(timeout=WAIT)
        with window.page.expect_download() as saved:
            window.page.locator(".picture a").click()
        path = Path(tmp_path / "picture.png")
        saved.value.save_as(path)
        data = path.read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack(">II", data[16:24])
        assert width == 1080 and height > 1000
        assert "2022-09-27" in (window.page.locator(".picture img").get_attribute("alt") or "")


def test_a_page_says_when_it_shows_what_was_before_a_newer_revision(chromium, address):
    with Window(chromium, "en") as window:
        page, newest, asked = window.page, ["99"], []

        def say(route):
            answer = route.fetch()
            asked.append(route.request.url)
            route.fulfill(response=answer, headers=answer.headers | {"x-newer-revision": newest[0]})

        page.route("**/api/today/**", say)
        page.on("request", lambda request: asked.append("other") if "/api/lights" in request.url else None)
        opened(page, f"{address}/desk/?lang=en")
        said = page.get_by_text("Revision 99 is being worked out")
        said.wait_for(timeout=WAIT)
        top = page.locator("h2").first.bounding_box()["y"]
        first = len(asked)
        others = asked.count("other")
        assert others
        page.wait_for_function("document.querySelector('.newer')")
        newest[0] = ""
        said.wait_for(state="detached", timeout=WAIT)
        assert len(asked) > first, "the page asks again by itself"
        assert asked.count("other") == others, "only what is old is asked for again"
        assert page.locator("h2").first.bounding_box()["y"] == top, "the notice moves the page"


def test_a_page_says_nothing_of_a_revision_it_shows_already(chromium, address):
    with Window(chromium, "en") as window:
        page, told = window.page, []

        def say(route):
            answer = route.fetch()
            told.append(route.request.url)
            route.fulfill(response=answer, headers=answer.headers | {"x-newer-revision": "1"})

        page.route("**/api/lists?**", say)
        opened(page, f"{address}/desk/lists?lang=en")
        assert told and page.locator(".newer").count() == 0


def test_who_wrote_asks_for_no_older_answer_after_the_page_is_loaded_again(chromium, address):
    with Window(chromium, "zh") as window:
        page = window.page
        opened(page, f"{address}/desk/lists/library-mismatch?lang=zh&try=31")
        page.get_by_role("button", name="设为规则").click()
        page.locator(".why input").fill("zhang")
        page.locator(".why textarea").fill("办公会")
        with page.expect_response("**/rule**") as written:
            page.locator(".why button[type=submit]").click()
        revision = written.value.json()["revision"]
        page.wait_for_url(lambda url: "try=" not in url)
        with page.expect_request("**/api/lists/**") as asked:
            opened(page, f"{address}/desk/lists/library-mismatch?lang=zh")
        assert asked.value.headers["x-after-revision"] == str(revision)


def test_a_threshold_typed_shows_who_comes_and_becomes_the_rule_with_who_and_why(chromium, address):
    with Window(chromium, "zh") as window:
        page = window.page
        opened(page, f"{address}/desk/lists/filed-not-started?lang=zh")
        number = page.get_by_role("spinbutton")
        number.fill("100000")
        number.press("Enter")
        page.get_by_text("清单将由 1 项变为 0 项").wait_for(timeout=WAIT)
        page.wait_for_url("**try=100000**")
        page.get_by_role("button", name="设为规则").click()
        page.locator(".why input").fill("zhang")
        page.locator(".why textarea").fill("办公会")
        page.locator(".why button[type=submit]").click()
        page.get_by_text("清单为空").wait_for(timeout=WAIT)
        page.wait_for_url(lambda url: "try=" not in url)


def test_a_row_pressed_opens_its_proof_and_the_address_keeps_it(chromium, address):
    with Window(chromium, "en") as window:
        page = window.page
        opened(page, f"{address}/desk/lists/behind-schedule?lang=en")
        page.locator(".rows tbody td").nth(1).click()
        page.locator(".ant-drawer .proof").wait_for(timeout=WAIT)
        page.wait_for_url("**pick=returns**")
        opened(page, page.url)
        page.locator(".ant-drawer .proof").wait_for(timeout=WAIT)
