"""An area on the map: drawn with the mouse, its numbers, the list beside, the same picture from a copied address."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import shapely
from tools.browser import difference

from hechang.atlas.drawn import drawn
from hechang.atlas.polygon import from_code
from hechang.region.opening import open_region

SAME = 0.005  # share of pixels that may differ


def number(text: str) -> int:
    """Return the first whole number of a text."""
    found = re.search(r"\d[\d,\u00a0]*", text)
    assert found, text
    return int(re.sub(r"\D", "", found[0]))


def draw(page, corners) -> None:
    """Click the corners of a polygon, given in parts of the canvas, and the first one again."""
    box = page.locator(".map-canvas canvas").bounding_box()
    for x, y in (*corners, corners[0]):
        at = box["x"] + x * box["width"], box["y"] + y * box["height"]
        page.mouse.move(*at, steps=4)
        page.mouse.down()
        page.mouse.up()


def still_standing(window) -> None:
    """The pointer and the place a panel was scrolled to are no part of a view."""
    window.page.mouse.move(5, 5)
    window.page.locator(".map-beside").evaluate("panel => panel.scrollTo(0, 0)")
    window.ready()


def test_area_on_the_map(browser, window, still, folder, said):
    region = open_region(folder)
    opened = window(still, viewport={"width": 1280, "height": 800})
    page = opened.open("/desk/map")
    whole = page.locator(".map-list > p.number").inner_text()

    page.get_by_role("button", name=said("map_draw"), exact=False).first.click()
    page.get_by_role("menuitem", name=said("map_draw_polygon")).click()
    page.locator(".map-help").wait_for()
    draw(page, [(0.45, 0.25), (0.75, 0.22), (0.78, 0.6), (0.48, 0.65)])
    figures = page.locator(".map-area .map-figures")
    figures.wait_for()
    opened.ready()
    page.wait_for_url("**area=**")  # the address follows a moment later
    shape = from_code(parse_qs(urlsplit(page.url).query)["area"][0]).shape
    points = drawn(region, "projects")["geometry"]
    inside = int(shapely.contains(shape, points.to_numpy()).sum())
    assert 0 < inside < len(points)
    first = figures.locator(".map-figure", has_text=said("map_area_projects")).first
    assert number(first.locator(".figure").inner_text()) == inside
    figures.locator(".figure").first.click()
    page.locator(".ant-popover .parts").wait_for()
    for word in ("numerator", "denominator", "source"):
        assert said(word) in page.locator(".ant-popover .parts").inner_text()
    page.keyboard.press("Escape")
    page.locator(".ant-popover .parts").wait_for(state="hidden")

    box = page.locator(".map-canvas canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -600)
    page.wait_for_url("**at=**")
    page.locator(".map-list > p.number", has_not_text=whole).wait_for()
    opened.ready()
    assert number(page.locator(".map-list > p.number").inner_text()) < number(whole)

    page.locator(".map-list .map-row").first.click()
    page.locator(".map-card h2, .map-card h3").first.wait_for()
    still_standing(opened)
    page.wait_for_url("**pick=**")
    address, told, seen = page.url, page.locator(".map-beside").inner_text(), opened.picture()
    assert "area=" in address

    clean = window(still, viewport={"width": 1280, "height": 800})
    clean.page.goto(address)
    clean.page.locator(".map-area .map-figures").wait_for()
    clean.page.locator(".map-card h2, .map-card h3").first.wait_for()
    still_standing(clean)
    assert clean.page.locator(".map-beside").inner_text() == told
    share = difference(browser, seen, clean.picture())
    assert share < SAME, f"{share:.2%} of the pixels differ"
    moved = clean.page.url.replace("pick=", "pick=x")
    clean.expected.append((404, "/api/"))
    clean.page.goto(moved)  # the comparison is able to see a difference
    clean.ready()
    assert difference(browser, seen, clean.picture()) > SAME
    region.close()


def test_an_area_without_a_mouse(window, still, said):
    opened = window(still)
    page = opened.open("/desk/map")
    page.get_by_role("button", name=said("map_draw"), exact=False).first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name=said("map_draw_by_keys")).press("Enter")
    page.get_by_role("textbox", name=said("map_draw_corners")).fill("120.0 31.2\n120.7 31.2\n120.7 31.8\n120.0 31.8")
    page.get_by_role("button", name=said("map_draw_use")).press("Enter")
    page.locator(".map-area .map-figures").wait_for()
    page.wait_for_url("**area=**")
