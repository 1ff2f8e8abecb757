"""The files around the code keep their promises."""

import re
import tomllib

import pytest

from hechang.cli.app import verbs

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock", "requirements-bench.lock")


def name_of(requirement: str) -> str:
    """Name of a package as a lock file writes it."""
    return re.split(r"[<>=!\[; ]", requirement, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-")


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_a_hash_for_every_package_and_names_no_host(root, name):
    text = (root / name).read_text(encoding="utf-8")
    packages = re.findall(r"^(\S+==.*(?:\n    --hash=\S+.*)*)", text, flags=re.M)
    assert packages
    assert all("--hash=sha256:" in package for package in packages)
    assert not re.search(r"://|--index|--find-links", text)


@pytest.mark.parametrize(("name", "extra"), [(LOCKS[0], []), (LOCKS[1], ["dev"]), (LOCKS[3], ["bench"])])
def test_every_dependency_is_locked(root, project, name, extra):
    groups = [project["project"]["dependencies"], *(project["project"]["optional-dependencies"][e] for e in extra)]
    asked = {name_of(requirement) for group in groups for requirement in group}
    locked = {name_of(line) for line in (root / name).read_text(encoding="utf-8").splitlines() if "==" in line}
    assert not asked - locked


def test_every_dependency_is_used(root, project):
    modules = {
        "jsonschema-rs": "jsonschema_rs",
        "python-multipart": "Form",
        "python-calamine": "python_calamine",
        "typing-extensions": "typing_extensions",
    }
    code = "\n".join(path.read_text(encoding="utf-8") for path in (root / "src").rglob("*.py"))
    names = [name_of(requirement) for requirement in project["project"]["dependencies"]]
    assert [name for name in names if not re.search(rf"\b{modules.get(name, name)}\b", code, re.I)] == []


def test_every_decision_says_what_it_must(root):
    for path in sorted((root / "docs" / "decisions").glob("[0-9]*.md")):
        text = path.read_text(encoding="utf-8")
        for heading in (
            "# ",
            "Status:",
            "## Question",
            "## Other options",
            "## Decision",
            "## Easier now",
            "## Harder now",
        ):
            assert heading in text, f"{path.name} lacks {heading}"


def test_all_65_functions_are_listed_and_name_commands_that_exist(root):
    text = (root / "docs" / "functions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \|", text, flags=re.M)
    assert [int(row) for row in rows] == list(range(1, 66))
    assert set(re.findall(r"`hechang ([a-z-]+)", text)) <= {verb["verb"] for verb in verbs()}


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_what_a_readme_points_to_is_there(root, name):
    text = (root / name).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [link for link in links if not (root / link).exists()] == []
    assert set(re.findall(r"`hechang ([a-z-]+)", text)) <= {verb["verb"] for verb in verbs()}


@pytest.mark.parametrize("verb", verbs(), ids=lambda verb: verb["verb"])
def test_every_verb_has_its_words_in_both_languages_and_an_example(verb):
    assert all(verb.values())
    assert re.search("[\u4e00-\u9fff]", verb["zh"])
    assert verb["example"].startswith(f"hechang {verb['verb']}")
