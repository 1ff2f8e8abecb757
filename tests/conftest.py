"""What the tests share: the real data beside the checkout, and a region that fits on one page."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
os.environ["HECHANG_KEYS"] = tempfile.mkdtemp(prefix="hechang-keys-")  # no test leaves a key in anybody's home
atexit.register(shutil.rmtree, os.environ["HECHANG_KEYS"], ignore_errors=True)


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the real data; tests that need it are skipped where it is not there."""
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip(f"the folder of real data {folder} is not there")
    return folder


@pytest.fixture
def in_folder(tmp_path):
    """The tiny region in a folder."""
    import hechang as hc

    made = hc.tiny(tmp_path / "t.hc")
    yield made
    made.close()


@pytest.fixture
def on_server():
    """The tiny region on a server."""
    import postgres
    from hechang.region.tiny import reopened

    url = postgres.tiny_database()
    made = reopened(url)
    yield made
    made.close()
    postgres.drop(url)


@pytest.fixture
def tiny():
    """Three places, four projects, one report: everything on it can be checked by hand."""
    from hechang.testing import tiny as make

    return make()


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Equal cities with rows in every relation to who asks (see `cities`)."""
    from cities import cities

    made = cities(tmp_path_factory.mktemp("cities"))
    yield made
    made.region.close()


@pytest.fixture(scope="module")
def desk(found):
    """The server of these cities, asked as any of their users."""
    from cities import Desk

    return Desk(found)


@pytest.fixture(scope="module")
def upload(desk, tmp_path_factory) -> str:
    """A sheet of Suzhou that waits for its decision."""
    from sheets_made import book, row

    line = row("Zq7uploadwhoQ", None, **{"所在地": "320508"})
    path = book(tmp_path_factory.mktemp("sheet") / "Zq7uploadwhoQ.xlsx", [line])
    answer = desk.ask("suzhou", "/api/imports", "POST", files={"file": (path.name, path.read_bytes())})
    assert answer.status_code == 201, answer.text
    return answer.json()["upload"]["id"]
