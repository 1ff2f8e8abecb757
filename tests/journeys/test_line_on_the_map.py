"""A line on the map: drawn with the mouse, what it would do, its speed changed, kept on a branch, measured there."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from hechang.region.opening import open_region
from journeys.hands import say


def clicks(page, points) -> None:
    """Click points given in parts of the canvas, and the last one again."""
    box = page.locator(".map-canvas canvas").bounding_box()
    for x, y in (*points, points[-1]):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        page.mouse.down()
        page.mouse.up()


def pairs(panel, said) -> int:
    """How many pairs of places are quicker, as the panel says."""
    text = panel.locator(".map-figure", has_text=said("map_line_pairs")).locator("dd").inner_text()
    return int(re.sub(r"\D", "", text))


def test_line_on_the_map(window, address, folder, said):
    region = open_region(folder)
    opened = window(address, viewport={"width": 1280, "height": 900})
    page = opened.open("/desk/map")
    page.get_by_role("button", name=said("map_draw"), exact=False).first.click()
    page.get_by_role("menuitem", name=said("map_draw_line")).click()
    page.locator(".map-help").wait_for()
    clicks(page, [(0.5, 0.35), (0.5, 0.25), (0.6, 0.22)])
    panel = page.locator(".map-area", has_text=said("map_line_assumed"))
    panel.locator(".map-figures").wait_for()
    opened.ready()
    page.wait_for_url("**line=**")
    before = pairs(panel, said)
    assert before > 0

    panel.get_by_label(said("map_line_kmh")).fill("300")
    panel.get_by_role("button", name=said("map_line_again")).click()
    page.wait_for_url(lambda url: "300" in parse_qs(urlsplit(url).query).get("run", [""])[0])
    opened.ready()
    assert pairs(panel, said) >= before

    panel.get_by_role("button", name=said("map_line_keep")).click()
    page.get_by_label(said("map_line_branch")).fill("drawn-here")
    say(page, said.__self__, by="zhang", why="方案比选")
    page.wait_for_url("**branch=drawn-here**")
    kept = region.latest().branch("drawn-here")
    own = kept.trips[kept.trips.index.str.startswith("candidate-")]
    assert len(own) == 128 and own["synthetic"].all()
    assert len(kept.trips) == len(region.latest().trips) + 128
