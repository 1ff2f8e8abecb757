"""The flow runs one way, and the repository names nothing of the place where it was written."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def copy(root, tmp_path):
    """The package and its contracts in another folder, so that a test may break them."""
    shutil.copy(root / "pyproject.toml", tmp_path)
    skip = shutil.ignore_patterns("demo", "static", "__pycache__")
    shutil.copytree(root / "src" / "hechang", tmp_path / "hechang", ignore=skip)
    return tmp_path


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"
    line = [sys.executable, "-c", program, "--no-cache"]
    return subprocess.run(
        line, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )


def test_imports_run_one_way(copy):
    done = contracts(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("terms/money.py", "import hechang.web", "The flow runs one way"),
        ("engines/merkle.py", "import hechang.region.region", "The flow runs one way"),
        ("measures/__init__.py", "import fastapi", "Only web knows the web framework"),
        ("web/__init__.py", "import sqlalchemy", "Only store knows the drivers"),
        ("intake/__init__.py", "import duckdb", "Only the read side knows DuckDB and Arrow"),
        (
            "watch/lists/behind_schedule.py",
            "import hechang.watch.lists.signed_not_filed",
            "Lists do not know each other",
        ),
    ],
)
def test_a_planted_import_fails(copy, module, line, contract):
    path = copy / "hechang" / module
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = contracts(copy)
    assert done.returncode == 1
    assert re.search(rf"{re.escape(contract)}.* BROKEN", done.stdout), done.stdout


def files_of(root: Path) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=root, capture_output=True, text=True, check=True
    )
    return [root / name for name in listed.stdout.splitlines() if (root / name).is_file()]


def test_no_file_names_a_workplace_or_a_registry(root):
    words = [
        "/wo" + "rk/",
        r"\.lib" + "rary",
        "CONT" + "RACT.md",
        "registry" + r"\.npmjs",
        "pypi" + r"\.org",
        "files" + r"\.pythonhosted",
    ]
    pattern = re.compile("|".join(words).encode())
    kinds = {".py", ".md", ".toml", ".lock", ".json", ".csv", ".html", ".ts", ".js", ".css", ".txt", ".yaml", ".sh", ""}
    found = [
        str(path.relative_to(root))
        for path in files_of(root)
        if path.suffix in kinds and pattern.search(path.read_bytes())
    ]
    assert not found
