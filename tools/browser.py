"""Debian's Chromium for tests and pictures: a window that lets nothing out of this machine and notes every fault.

A fault is: a request to anywhere but this machine, an error in the console or in a script, an answer of 400 or more
that was not expected. Waiting is for something on the page, never for a number of seconds.
"""

from __future__ import annotations

import base64
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Response, Route
from playwright.sync_api import Error as PlaywrightError

from hechang.region.region import Region
from hechang.web.app import create_app

ROOT = Path(__file__).parents[1]
FLAGS = [
    "--no-sandbox", "--enable-unsafe-swiftshader", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
]  # fmt: skip
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
INSIDE = ("http://127.0.0.1", "blob:", "data:", "file:")
READY = 'html[data-ready="1"]'
PATIENCE = 60_000  # ms until a page that draws a map in software must stand
REFUSED = "[role=alert], .ant-form-item-explain-error, .ant-modal:visible"
OF_PICTURES = "Applying inline style violates"  # Playwright stops animations by a style when it takes a picture
SERIOUS = """async rules => { const found = await axe.run({runOnly: rules, resultTypes: ['violations']});
  const why = n => (n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? '';
  const said = v => v.nodes.slice(0, 2).map(n => n.html.slice(0, 120) + ' ' + why(n)).join(' | ');
  return found.violations.filter(v => ['serious', 'critical'].includes(v.impact))
    .map(v => `${v.impact} ${v.id} ×${v.nodes.length}: ${said(v)}`); }"""
DIFFERENT = """async ([one, other]) => {
  const read = async text => { const image = new Image(); image.src = 'data:image/png;base64,' + text;
    await image.decode(); const {width, height} = image;
    const canvas = new OffscreenCanvas(width, height).getContext('2d', {willReadFrequently: true});
    canvas.drawImage(image, 0, 0); return {width, height, data: canvas.getImageData(0, 0, width, height).data}; };
  const [a, b] = await Promise.all([read(one), read(other)]);
  if (a.width !== b.width || a.height !== b.height) return 1;
  let count = 0;
  for (let at = 0; at < a.data.length; at += 4)
    if ([0, 1, 2].some(n => a.data[at + n] !== b.data[at + n])) count += 1;
  return count / (a.width * a.height); }"""


def chromium(play: Playwright, **more: Any) -> Browser:
    """Start Debian's Chromium; never one that Playwright brings."""
    path = shutil.which("chromium")
    if path is None:
        raise SystemExit("Chromium is not installed: apt-get install chromium")
    return play.chromium.launch(executable_path=path, args=FLAGS, **more)


@contextmanager
def serving(region: Path | Region) -> Iterator[str]:
    """Serve a region on a free port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(region), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


class Window:
    """A window; leaving it is an error where anything was wrong inside."""

    def __init__(self, browser: Browser, lang: str = "zh", *, home: str = "", axe: bool = False, **more: Any) -> None:
        self.faults: list[str] = []
        self.expected: list[tuple[int, str]] = []  # answers that belong to the test: status, part of the address
        self.lang, self.home = lang, home
        more.setdefault("viewport", {"width": 1280, "height": 900})
        self.context = browser.new_context(locale=LOCALES[lang], service_workers="block", **more)
        self.context.route("**/*", self._gate)
        if axe:  # put in by the browser itself, so that the page keeps its own policy
            self.context.add_init_script(path=AXE)
        self.context.on("page", self._watch)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)

    def _watch(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("response", self._answered)

    def _said(self, said: ConsoleMessage) -> None:
        told = said.text.startswith("Failed to load resource")  # the answer itself is noted
        if said.type == "error" and not told and OF_PICTURES not in said.text:
            self.faults.append(f"console: {said.text}")

    def _answered(self, answer: Response) -> None:
        known = any(answer.status == status and part in answer.url for status, part in self.expected)
        if answer.status >= 400 and not known:
            self.faults.append(f"{answer.status}: {answer.url}")

    def _gate(self, route: Route) -> None:
        if route.request.url.startswith(INSIDE):
            route.continue_()
        else:
            self.faults.append(f"outside: {route.request.url}")
            route.abort()

    def open(self, path: str) -> Page:
        """Go to a page of the workbench in the language of the window and wait until it is drawn."""
        self.page.goto(f"{self.home}{path}{'&' if '?' in path else '?'}lang={self.lang}")
        return self.ready()

    def ready(self) -> Page:
        """Wait until the page says that its answers are there, its map stands still and its fonts are loaded."""
        self.page.locator(READY).wait_for(state="attached", timeout=PATIENCE)
        for nothing_yet in self.page.locator(".ant-skeleton").all():  # a part that asked once the rest was there
            nothing_yet.wait_for(state="detached", timeout=PATIENCE)
        if "/desk/map" in self.page.url:
            self.page.locator("html[data-map]").wait_for(state="attached", timeout=PATIENCE)
        self.page.evaluate("document.fonts.ready.then(() => 1)")
        return self.page

    def picture(self) -> bytes:
        """Take the picture of what the window shows."""
        return self.page.screenshot(animations="disabled", caret="hide")

    def serious(self) -> list[str]:
        """Say what axe finds serious or critical."""
        found: list[str] = self.page.evaluate(SERIOUS, RULES)
        return found

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def __enter__(self) -> Window:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        if error is not None:
            error.add_note("\n".join([*self.faults, *self._refused()]))
        self.context.close()
        if kind is None:
            assert not self.faults, "\n".join(self.faults)

    def _refused(self) -> list[str]:
        """What the page says is wrong, for a test that waited in vain."""
        try:
            return [self.page.url, *self.page.locator(REFUSED).all_inner_texts()]
        except PlaywrightError as lost:  # the page is gone
            return [str(lost)]


def difference(browser: Browser, one: bytes, other: bytes) -> float:
    """Share of pixels in which two PNG pictures differ; 1 where their sizes do."""
    page = browser.new_page()
    texts = [base64.b64encode(picture).decode() for picture in (one, other)]
    share = float(page.evaluate(DIFFERENT, texts))
    page.close()
    return share
