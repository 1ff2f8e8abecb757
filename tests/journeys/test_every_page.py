"""Every address of the workbench, in both languages, light and dark, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tools.addresses import addresses, patterns
from tools.browser import Window

from journeys.desk_region import HOSTILE

SIZES = {1440: {"width": 1440, "height": 900}, 390: {"width": 390, "height": 844}}

TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))"


@pytest.fixture(scope="module")
def known(pattern: Path) -> dict[str, str]:
    """Address of each path."""
    return addresses(pattern)


@pytest.fixture(params=[*SIZES], ids=lambda width: f"{width} px")
def window(browser: Browser, still: str, lang: str, request: pytest.FixtureRequest) -> Iterator[Window]:
    """One window goes through all pages."""
    calm = {"viewport": SIZES[request.param], "reduced_motion": "reduce"}  # colours that fade are measured half-way
    with Window(browser, lang, home=still, axe=True, **calm) as opened:
        yield opened


def test_every_path_of_the_menu_has_an_address_without_a_gap(known):
    assert len(patterns()) > 15
    assert set(known) == set(patterns())


def test_every_page_is_accessible_in_light_and_dark_and_not_wider_than_the_window(window, known):
    wrong: list[str] = []
    for path, address in known.items():
        page = window.open(address)
        found = [f"{fault} (light)" for fault in window.serious()]
        page.emulate_media(color_scheme="dark")
        page.locator("html[data-theme=dark]").wait_for(state="attached")
        page.evaluate(TWO_FRAMES)
        found += [f"{fault} (dark)" for fault in window.serious()]
        page.emulate_media(color_scheme="light")
        wide = window.overflow()
        found += [f"{wide} px wider than the window"] if wide > 0 else []
        found += [] if page.evaluate("document.documentElement.lang") == window.lang else ["wrong language"]
        found += [] if page.locator("h1").count() == 1 else [f"{page.locator('h1').count()} h1"]
        found += window.faults
        window.faults.clear()
        wrong += [f"{path}: {fault}" for fault in dict.fromkeys(found)]
    assert not wrong, f"{len(wrong)} faults\n" + "\n".join(wrong[:40])


def test_no_name_is_taken_for_markup(browser, still, known):
    with Window(browser, "zh", home=still) as window:
        for path in (
            "/projects?q=甲路",
            "/projects/nt-001",
            "/row/projects/nt-001",
            "/data/projects?q=甲路",
            "/log",
            "/",
        ):
            page = window.open(f"/desk{path}")
            assert page.locator("img[src=x]").count() == 0, path
        page = window.open("/desk/projects/nt-001")
        assert HOSTILE in page.locator("main").inner_text()


def test_a_page_that_is_not_there_and_a_row_that_is_not_there_say_so(browser, still, lang, said):
    with Window(browser, lang, home=still, axe=True) as window:
        window.expected.append((404, "/api/"))
        assert said("nowhere") in window.open("/desk/no/such/page").locator("h1").inner_text()
        page = window.open("/desk/projects/nobody")
        page.get_by_role("alert").first.wait_for()
        assert window.serious() == []


def test_the_language_is_switched_and_everything_else_of_the_address_stays(browser, still, lang, said):
    with Window(browser, lang, home=still) as window:
        page = window.open("/desk/projects?q=示例&on=2022-08-31")
        page.get_by_role("button", name=said("other_language")).click()
        other = "en" if lang == "zh" else "zh"
        page.locator(f"html[lang={other}]").wait_for(state="attached")
        window.ready()
        page.wait_for_url(lambda url: "on=2022-08-31" in url and "q=" in url and f"lang={other}" in url)
        assert page.locator(".past").inner_text().count("2022") >= 1


def test_no_route_of_the_region_is_needed_to_open_the_door(browser, still):
    with Window(browser, "zh", home=still) as window:
        window.page.goto(still + "/")
        window.ready()
        window.page.wait_for_url("**/desk/**")
        assert window.page.locator("input[type=password]").count() == 0
