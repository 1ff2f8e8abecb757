"""The pages in Debian's Chromium: nothing asked from outside, no error, a live map, a form that works."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tools.browser import Window, serving
from tools.browser import chromium as start

from hechang.publish.registry import built
from hechang.publish.site import publish
from page_region import page_region

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: apt-get install chromium"),
]
PAGES = [
    "/today", "/lists/signed-not-filed?grace=120", "/map", "/map/a", "/projects", "/projects/p1", "/documents",
    "/documents/d1", "/evidence/events/e1", "/findings", "/log", "/catalogue", "/catalogue/projects", "/sources",
    "/groups", "/groups/p-region",
    "/tasks", "/tasks/t1", "/responsibility", "/coverage", "/data", "/rounds", "/programmes", "/lists/lights",
    "/lists/approvals-late",
]  # fmt: skip
needs_build = pytest.mark.skipif(not built(), reason="the front end is not built: make ui")


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with serving(page_region(tmp_path_factory.mktemp("browser") / "page.hc")) as served:
        yield served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = start(play)
        yield browser
        browser.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_asks_outside_or_reports_an_error_or_is_wider_than_a_phone(chromium, address, lang):
    with Window(chromium, lang, viewport={"width": 390, "height": 800}) as window:
        for path in PAGES:
            window.page.goto(address + path)
            if path == "/map" and built():
                window.page.locator("html[data-map=ready]").wait_for(state="attached", timeout=60_000)
            assert window.page.evaluate("document.documentElement.lang") == lang
            assert window.page.evaluate("document.documentElement.scrollWidth") <= 390, path


@needs_build
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_live_map_is_drawn_and_the_list_beside_it_follows(chromium, address, lang):
    with Window(chromium, lang) as window:
        page = window.page
        page.goto(address + "/map")
        page.locator("html[data-map=ready]").wait_for(state="attached", timeout=60_000)
        box = page.locator("#map canvas").bounding_box()
        assert box["width"] > 300 and box["height"] > 300
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        popup = page.locator(".maplibregl-popup .popup")
        popup.wait_for()
        assert "100 %" in popup.inner_text() and "100 / 100" in popup.inner_text()
        assert page.locator("tr[aria-current]").get_attribute("data-place") == "b"
        page.locator("tr[data-place=c] td").first.click()
        page.locator("tr[data-place=c][aria-current]").wait_for()
        assert "<img src=x onerror=alert(1)>" in popup.inner_text()  # as text, never as markup
        assert page.locator(".maplibregl-popup img").count() == 0
        popup.locator("a").click()
        page.wait_for_url("**/map/c")


@needs_build
def test_the_live_map_asks_for_the_layers_the_region_has(chromium, address):
    with Window(chromium) as window:
        asked: list[str] = []
        window.page.on("request", lambda request: asked.append(request.url))
        window.page.goto(address + "/map")
        window.page.locator("html[data-map=ready]").wait_for(state="attached", timeout=60_000)
        data = window.page.locator("#map").screenshot()
        window.page.locator("input[data-layer=names]").uncheck()
        assert {url.rpartition("/")[2].partition("?")[0] for url in asked} >= {
            "counties.geojson", "lakes.geojson", "maplibre-gl-worker.js",
        }  # fmt: skip
        assert len(data) > 5_000


def test_a_page_reads_without_scripts(chromium, address):
    with Window(chromium, java_script_enabled=False) as window:
        window.page.goto(address + "/map")
        assert window.page.locator("#map svg path.shape").count() == 3
        window.page.locator("#map svg a").first.click(force=True)
        window.page.wait_for_url("**/map/**")


def test_another_grace_is_tried_in_the_form_and_made_the_rule(chromium, address):
    with Window(chromium, "en") as window:
        page = window.page
        page.goto(address + "/lists/signed-not-filed")
        page.get_by_role("spinbutton").fill("110")
        page.get_by_role("button", name="Preview").click()
        assert "Would leave" in page.locator("main").inner_text()
        page.get_by_label("Who").fill("Office")
        page.get_by_label("Why").fill("trial of a longer grace")
        page.get_by_role("button", name="Make it the rule").click()
        assert "110 days" in page.locator("main").inner_text()
        page.get_by_role("link", name="中文").click()
        page.locator("html[lang=zh]").wait_for(state="attached")
        assert page.url.startswith(address + "/lists/signed-not-filed")


def test_the_keyboard_reaches_the_content_first(chromium, address):
    with Window(chromium) as window:
        window.page.goto(address + "/today")
        window.page.keyboard.press("Tab")
        assert window.page.evaluate("document.activeElement.className") == "skip"
        window.page.keyboard.press("Enter")
        window.page.wait_for_url(lambda url: url.endswith("#main"))


def test_every_target_is_large_enough_for_a_finger(chromium, address):
    small = """() => [...document.querySelectorAll('nav a, .switch, button, input, select, summary, tbody th a')]
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < 23.5)
        .map(e => e.outerHTML.slice(0, 80))"""
    with Window(chromium, viewport={"width": 390, "height": 800}) as window:
        for path in PAGES:
            window.page.goto(address + path)
            assert window.page.evaluate(small) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast_in_light_and_dark(chromium, address, scheme):
    read = """(name) => { const p = document.createElement('p'); p.style.color = `var(--${name})`;
        document.body.append(p); const c = getComputedStyle(p).color.match(/[0-9.]+/g).slice(0, 3).map(Number);
        p.remove(); return c; }"""
    with Window(chromium, color_scheme=scheme) as window:
        window.page.goto(address + "/today")
        colour = {name: window.page.evaluate(read, name) for name in
                  ("ink", "quiet", "accent", "paper", "raised", "soft", "mark", "on-accent")}  # fmt: skip
    pairs = [(text, ground) for text in ("ink", "quiet", "accent") for ground in ("paper", "raised", "soft")]
    for text, ground in [*pairs, ("ink", "mark"), ("on-accent", "accent")]:
        assert contrast(colour[text], colour[ground]) >= 4.5, (text, ground)


def contrast(one: list[float], other: list[float]) -> float:
    """Ratio of WCAG 2."""

    def light(colour: list[float]) -> float:
        parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_published_site_reads_from_a_folder_without_any_server(chromium, tmp_path: Path):
    region = page_region(tmp_path / "page.hc")
    publish(region, tmp_path / "site")
    with Window(chromium) as window:
        page = window.page
        page.goto((tmp_path / "site" / "index.html").as_uri())
        page.get_by_role("link", name="中文").click()
        assert page.locator("h1").inner_text() == "今天"
        assert page.evaluate("getComputedStyle(document.querySelector('.nav ul')).display") == "flex"
        page.locator(".card .more").first.click()
        page.locator("main tbody th a").first.click()
        page.locator(".switch").click()
        assert page.evaluate("document.documentElement.lang") == "en"
