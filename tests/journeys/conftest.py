"""One browser, one region built once; a journey that writes gets a copy of its own.

Of each file the first journey goes, in one of the two languages, in turn; with `HECHANG_LANGUAGES=both`, as every
night, all of them in both.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tools.browser import Window, chromium, serving

from hechang.publish.registry import built
from journeys.desk_region import desk_region

LANGUAGES = ("zh", "en")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything here needs the browser; of each file one journey is kept, in one language, the languages in turn."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.browser)
    if os.environ.get("HECHANG_LANGUAGES") == "both":
        return
    told = [item for item in here if isinstance(item, pytest.Function) and "lang" in item.fixturenames]
    first: dict[Path, str] = {}
    for item in told:
        first.setdefault(item.path, _without_language(item))
    kept = {name: LANGUAGES[turn % 2] for turn, name in enumerate(first.values())}
    other = [item for item in told if kept.get(_without_language(item)) != _language(item)]
    items[:] = [item for item in items if item not in other]
    config.hook.pytest_deselected(items=other)


def _language(item: pytest.Function) -> str:
    return str(item.callspec.params["lang"])


def _without_language(item: pytest.Function) -> str:
    return re.sub(rf"\b{_language(item)}\b", "", item.nodeid)


@pytest.fixture(scope="package", name="browser")
def _browser() -> Iterator[Browser]:
    refuse = pytest.fail if os.environ.get("CI") else pytest.skip  # where everything must be there, nothing is left out
    if shutil.which("chromium") is None:
        refuse("Chromium is not installed: apt-get install chromium")
    if not built():
        refuse("the front end is not built: make ui")
    with sync_playwright() as play:
        browser = chromium(play)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the region; nobody writes into it."""
    folder = tmp_path_factory.mktemp("desk") / "desk.hc"
    desk_region(folder).close()
    return folder


@pytest.fixture(scope="package")
def still(pattern: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a region that tests only read."""
    folder = tmp_path_factory.mktemp("still") / "desk.hc"
    shutil.copytree(pattern, folder)
    with serving(folder) as address:
        yield address


@pytest.fixture
def folder(pattern: Path, tmp_path: Path) -> Path:
    """Folder of a region of this test alone."""
    return Path(shutil.copytree(pattern, tmp_path / "desk.hc"))


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """Address of a region of this test alone."""
    with serving(folder) as served:
        yield served


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    """Language of the reader."""
    return str(request.param)


@pytest.fixture
def window(browser: Browser, lang: str) -> Iterator[Callable[..., Window]]:
    """Open windows on an address in the language of the test; each must be without faults when the test ends."""
    with ExitStack() as opened:
        yield lambda home, **more: opened.enter_context(Window(browser, lang, home=home, **more))


@pytest.fixture
def said(lang: str) -> Callable[[str], str]:
    """Words of the interface."""
    from hechang.terms.words import words

    return words(lang).__getitem__
