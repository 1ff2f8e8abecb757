"""Take the named pictures of docs/screens: every page in zh and en, 1440 and 390 pixels wide, with Debian's Chromium.

python tools/screens.py [--region PATH] [--to FOLDER] [--only NAME]

Without --region the demonstration region is built first. Ends with 1 where a page asked anything from outside this
machine, logged an error or was answered with 400 or more.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Browser, sync_playwright

from hechang.intake.uploads import Purpose, receive
from hechang.region.example import HOME
from hechang.region.opening import open_region

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file: the tools stand beside this one
from tools.addresses import addresses
from tools.browser import LOCALES, ROOT, Window, chromium

PAGES = {
    "today": "/today",
    "list": "/lists/signed-not-filed",
    "list-tried": "/lists/signed-not-filed?grace=60",
    "map": "/map",
    "circles-shanghai": "/map?measure=travel-time&to=310101",
    "circles-wuxi": "/map?measure=travel-time&to=320213",
    "circles-nantong": "/map?measure=travel-time&to=320613",
    "place": "/map/310112",
    "projects": "/projects?city=320200",
    "project": "/projects/wx-001",
    "lights": "/lists/lights",
    "letters": "/lists/slips-open",
    "rounds": "/rounds",
    "programmes": "/programmes",
    "tasks": "/tasks",
    "documents": "/documents",
    "document": "first '/documents/' of /documents",
    "evidence": "first '/evidence/' of /lists/signed-not-filed",
    "findings": "/findings",
    "log": "/log",
    "catalogue": "/catalogue",
    "sources": "/sources",
    "error": "/projects/nobody",
}
WIDTHS = (1440, 390)
TALLEST = 1500  # pixels; longer pages are cut there
DESK = {  # pages of the workbench: as high as the window, because tables and maps scroll inside
    "desk-today": "/desk/",
    "desk-lists": "/desk/lists",
    "desk-list": "/desk/lists/signed-not-filed",
    "desk-lights": "/desk/lights",
    "desk-projects": "/desk/projects",
    "desk-board": "/desk/projects?face=board",
    "desk-gantt": "/desk/projects?face=gantt",
    "desk-project": "/desk/projects/wx-001",
    "desk-map": "/desk/map",
    "desk-reading": "/desk/reading",
    "desk-imports": "/desk/imports",
    "desk-rounds": "/desk/rounds",
    "desk-tasks": "/desk/tasks",
    "desk-tables": "/desk/data",
    "desk-table": "/desk/data/projects",
    "desk-row": "/desk/row/projects/wx-001",
    "desk-log": "/desk/log",
}
FOUND = {  # of which the id is looked up in the region
    "desk-document": "/reading/:id",
    "desk-versions": "/reading/events/:id",
    "desk-import": "/imports/:id",
    "desk-round": "/rounds/:id",
    "desk-task": "/tasks/:id",
}


@contextmanager
def serving(region: Path) -> Iterator[str]:
    """Serve a region on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"from hechang.web.serving import serve; serve({str(region)!r}, port={port})"
    server = subprocess.Popen([sys.executable, "-c", code])
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/api/region", timeout=2)
        except (URLError, TimeoutError):
            if server.poll() is not None:
                raise SystemExit("the server ended before it answered") from None
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not answer within 30 seconds")


def plain(window: Window, name: str, path: Path) -> None:
    """Take one picture of a plain page, whole, once it stands still."""
    page, url = window.page, window.home + PAGES[name]
    if PAGES[name].startswith("first "):
        _, start, _, on = PAGES[name].split()
        page.goto(window.home + on)
        url = window.home + str(page.locator(f"main a[href^={start}]").first.get_attribute("href"))
    window.expected = [(404, "/projects/nobody")]
    page.goto(url)
    if page.locator("#map").count():
        page.locator("html[data-map]").wait_for(state="attached", timeout=60_000)
    page.evaluate("document.fonts.ready.then(() => 1)")
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height}
    page.screenshot(path=path.with_suffix(".png"), clip=clip, full_page=True)


def desk(window: Window, address: str, path: Path) -> None:
    """Take one picture of a page of the workbench."""
    window.open(address)
    window.page.screenshot(path=path.with_suffix(".jpg"), type="jpeg", quality=80, animations="disabled")


def pages_of(region: Path, only: str) -> dict[str, str]:
    """Return the address of every picture asked for: pages of the workbench first."""
    known = addresses(region)
    found = {name: known[path] for name, path in FOUND.items() if path in known}
    return {name: address for name, address in (DESK | found | PAGES).items() if only in ("", name)}


def all_pictures(address: str, folder: Path, pages: dict[str, str]) -> list[str]:
    """Take all pictures and return what was wrong."""
    wrong: list[str] = []
    with sync_playwright() as play:
        browser = chromium(play)
        for lang in LOCALES:
            for width in WIDTHS:
                wrong += _of_width(browser, address, folder, (lang, width, pages))
        browser.close()
    return wrong


def _of_width(browser: Browser, address: str, folder: Path, asked: tuple[str, int, dict[str, str]]) -> list[str]:
    lang, width, pages = asked
    wrong: list[str] = []
    window = Window(browser, lang, home=address, viewport={"width": width, "height": 900})
    for name, page in pages.items():
        path = folder / f"{name}-{lang}-{width}"
        if name in PAGES:
            plain(window, name, path)
        else:
            desk(window, page, path)
        wide = window.overflow()
        wrong += [f"{path.name}: {fault}" for fault in window.faults]
        wrong += [f"{path.name}: wider than the screen by {wide} px"] if wide > 0 else []
        window.faults.clear()
    window.context.close()
    return wrong


def _drop(region: Path) -> None:
    """Let a workbook full of faults wait for a decision, as after a drop."""
    sent = HOME / "returns" / "wuxi-projects.xlsx"
    opened = open_region(region)
    with sent.open("rb") as file:
        receive(opened, file, sent.name, Purpose(table="projects"))
    opened.close()


def main() -> int:
    """Build or take a region, serve it, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--region", type=Path)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "screens")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        region = asked.region or Path(made) / "demo.hc"
        if asked.region is None:
            subprocess.run([sys.executable, "-m", "hechang.cli", "demo", str(region), "--no-serve"], check=True)
            _drop(region)
        with serving(region) as address:
            wrong = all_pictures(address, asked.to, pages_of(region, asked.only))
    print("\n".join(wrong) or "no faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
