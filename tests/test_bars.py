"""What docs/bars.md names is there: each test, each word of make, each benchmark."""

from __future__ import annotations

import re

import pytest

NAMED = re.compile(r"`([^`]+)`")


@pytest.fixture(scope="module")
def rows(root):
    lines = (root / "docs" / "bars.md").read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")][2:]


def test_every_test_that_is_named_exists(root, rows):
    named = [name for _, shown, _ in rows for name in NAMED.findall(shown) if name.startswith("tests/")]
    assert len(named) > 30
    for name in named:
        path, _, test = name.partition("::")
        assert re.search(rf"^def {test}\(", (root / path).read_text(encoding="utf-8"), re.MULTILINE), name


def test_every_command_that_is_named_exists(root, rows):
    words = re.findall(r"^([a-z]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    commands = [name for _, shown, _ in rows for name in NAMED.findall(shown) if not name.startswith("tests/")]
    measured = {path.stem for path in (root / "benchmarks").glob("[a-z]*.py")}
    known = {f"make {word}" for word in words} | {f"python -m benchmarks {name}" for name in measured}
    assert set(commands) <= known


def test_every_bar_says_how_far_it_holds(rows):
    assert all(re.match(r"(yes|part \(|measured|not yet)", state) for _, _, state in rows)
    assert all((shown == "-") == (state == "not yet") for _, shown, state in rows)
