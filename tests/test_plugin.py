"""A card in a package of its own appears in command line, API, catalogue and conformance without touching hechang."""

import json
import os
import subprocess
import sys

import pytest

CARD = '''"""Places with fewer than a number of people."""

from __future__ import annotations

from typing import Annotated

import pandas as pd

from hechang.region.region import Region
from hechang.terms.catalogue import measure
from hechang.terms.units import Unit

Persons = Annotated[float, Unit("persons")]


@measure(
    "small-places",
    zh="人口较少的地方",
    en="Places with few people",
    unit="persons",
    source="a test of ours",
)
def small_places(region: Region, *, below: Persons = 30) -> pd.DataFrame:
    """People of each place that has fewer than `below` of them [persons].

    Examples
    --------
    >>> from hechang import tiny
    >>> small_places(tiny(), below=30)["value"].dropna().to_dict()
    {'a': 25.0, 'c': 25.0, 'x': 25.0}
    """
    people = region.table("places", columns=["people"])["people"].astype("Float64")
    value = people.where(people < below)
    why = pd.Series(pd.NA, index=people.index, dtype="string").mask(value.isna(), "not small")
    return pd.DataFrame({"value": value, "why_missing": why})
'''

API = """
import sys
from fastapi.testclient import TestClient
from hechang.web.app import create_app
client = TestClient(create_app(sys.argv[1]), base_url="http://127.0.0.1:8765")
found = client.get("/api/measures/small-places", params={"below": 30})
print(found.text)
"""


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A folder with one module and the metadata an installer would write, and an environment that sees it."""
    folder = tmp_path_factory.mktemp("package")
    (folder / "small_places.py").write_text(CARD, encoding="utf-8")
    meta = folder / "hechang_small-1.0.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: hechang-small\nVersion: 1.0\n", encoding="utf-8")
    (meta / "entry_points.txt").write_text("[hechang]\nsmall = small_places\n", encoding="utf-8")
    from hechang.region.tiny import tiny

    tiny(folder / "tiny.hc").close()
    return folder, os.environ | {
        "PYTHONPATH": str(folder),
        "HECHANG_REGION": str(folder / "tiny.hc"),
        "HECHANG_LANG": "en",
    }


def run(outside, *line):
    folder, environ = outside
    return subprocess.run([sys.executable, *line], cwd=folder, env=environ, capture_output=True, text=True, check=False)


def test_the_command_line_runs_it_with_its_option(outside):
    done = run(outside, "-m", "hechang.cli", "measure", "small-places", "--below", "30", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["card"]["id"] == "small-places"
    assert {row["id"]: row["value"] for row in answer["rows"]} == {"a": 25.0, "c": 25.0, "x": 25.0}


def test_the_catalogue_shows_it_beside_our_own(outside):
    found = {
        card["id"]: card
        for card in json.loads(run(outside, "-m", "hechang.cli", "catalogue", "--json").stdout)["cards"]
    }
    assert found["small-places"]["options"] == [{"name": "below", "unit": "persons", "default": 30}]
    assert "rail-reach" in found


def test_the_api_answers_it(outside):
    done = run(outside, "-c", API, str(outside[0] / "tiny.hc"))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["card"]["id"] == "small-places"


def test_the_conformance_tests_take_it_in(outside, root):
    line = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "small-places", str(root / "tests" / "test_cards.py")]
    done = run(outside, *line)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_without_the_package_nobody_knows_it(outside):
    folder, environ = outside
    plain = {name: value for name, value in environ.items() if name != "PYTHONPATH"}
    line = [sys.executable, "-m", "hechang.cli", "measure", "small-places"]
    done = subprocess.run(line, cwd=folder.parent, env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "No measure is called 'small-places'" in done.stderr
