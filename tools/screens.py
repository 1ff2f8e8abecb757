"""Take the named pictures of docs/screens: every page in zh and en, 1440 and 390 pixels wide, with Debian's Chromium.

python tools/screens.py [--region PATH] [--to FOLDER] [--only NAME]

Without --region the demonstration region is built first. Ends with 1 where a page asked anything from outside this
machine, logged an error or was answered with 400 or more.
"""

from __future__ import annotations

import argparse
import shutil
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

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
FLAGS = [
    "--no-sandbox", "--enable-unsafe-swiftshader", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
]  # fmt: skip
PAGES = {
    "today": "/today",
    "list": "/lists/signed-not-filed",
    "list-tried": "/lists/signed-not-filed?grace=60",
    "map": "/map",
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
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


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


def watched(browser: Browser, lang: str, width: int, faults: list[str]) -> Page:
    """Open a window that lets nothing out of this machine and notes every fault."""
    context = browser.new_context(
        locale=LOCALES[lang], service_workers="block", viewport={"width": width, "height": 900}
    )

    def gate(route) -> None:
        url = route.request.url
        if url.startswith(("http://127.0.0.1", "blob:", "data:")):
            route.continue_()
        else:
            faults.append(f"outside request {url}")
            route.abort()

    context.route("**/*", gate)
    page = context.new_page()
    page.on("console", lambda said: faults.append(f"console {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(f"script {error}"))
    return page


def shoot(page: Page, address: str, name: str, path: Path, faults: list[str]) -> None:
    """Take one picture once the page stands still."""
    url = address + PAGES[name]
    if PAGES[name].startswith("first "):
        _, start, _, on = PAGES[name].split()
        page.goto(address + on)
        url = address + str(page.locator(f"main a[href^={start}]").first.get_attribute("href"))
    expected = 404 if name == "error" else 200
    faults.clear()
    answer = page.goto(url)
    if answer is None or answer.status != expected:
        faults.append(f"answer {answer.status if answer else None}")
    if expected != 200:
        faults[:] = [fault for fault in faults if "404" not in fault]
    if page.locator("#map").count():
        page.locator("html[data-map]").wait_for(state="attached", timeout=60_000)
    page.evaluate("document.fonts.ready")
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        faults.append(f"wider than the screen by {wide} px")
    page.screenshot(
        path=path, clip={"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height}, full_page=True
    )


def all_pictures(address: str, folder: Path, only: str) -> list[str]:
    """Take all pictures and return what was wrong."""
    wrong: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for lang in LOCALES:
            for width in WIDTHS:
                faults: list[str] = []
                page = watched(browser, lang, width, faults)
                for name in [name for name in PAGES if only in ("", name)]:
                    path = folder / f"{name}-{lang}-{width}.png"
                    shoot(page, address, name, path, faults)
                    wrong += [f"{path.stem}: {fault}" for fault in faults]
                page.context.close()
        browser.close()
    return wrong


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
        with serving(region) as address:
            wrong = all_pictures(address, asked.to, asked.only)
    print("\n".join(wrong) or "no faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
