"""What an administrator copies: units, settings, locks and the commands of docs/server.md are those of the program."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from hechang.cli.app import app, verbs

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))
LOCKS = sorted(ROOT.glob("requirements*.lock"))


def text(path):
    return path.read_text(encoding="utf-8")


def named(place):
    return set(re.findall(r"HECHANG_[A-Z]+", text(place)))


def test_every_setting_named_for_an_administrator_is_one_the_program_reads():
    known = {name for path in (ROOT / "src").rglob("*.py") for name in re.findall(r"HECHANG_[A-Z]+", text(path))}
    for path in [*DEPLOY.iterdir(), ROOT / "docs" / "server.md"]:
        assert named(path) <= known, path


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_can_be_read_and_runs_verbs_there_are(unit):
    made = configparser.ConfigParser(strict=False, interpolation=None)
    made.optionxform = str
    made.read_string(text(unit))
    assert made.sections()[0] == "Unit"
    said = re.findall(r"/opt/hechang/bin/hechang ([a-z-]+)", text(unit))
    assert set(said) <= {verb["verb"] for verb in verbs()}
    assert said or unit.suffix == ".timer"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_finds_nothing_wrong_with_a_unit(unit):
    found = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    told = [line for line in found.stderr.splitlines() if unit.name in line and "is not executable" not in line]
    assert told == []


def test_the_commands_of_the_page_for_servers_are_taken_by_the_program():
    known = get_command(app)
    lines = re.findall(r"^(?:\| .*?`)?hechang ([^`\n]+)", text(ROOT / "docs" / "server.md"), re.MULTILINE)
    lines += re.findall(r"`hechang ([^`]+)`", text(ROOT / "docs" / "server.md"))
    assert len(lines) > 12
    for line in lines:
        words = line.split()
        command = known.commands[words[0]]
        command = getattr(command, "commands", {}).get(words[1] if len(words) > 1 else "", command)
        options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
        assert {word for word in words if word.startswith("--")} <= options, line


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_of_a_lock_has_its_version_and_hashes(lock):
    packages = re.split(r"\n(?=\S)", text(lock).strip())
    assert len(packages) > 3
    assert all(re.match(r"[a-z0-9._-]+==\S+.*--hash=sha256:[0-9a-f]{64}", one, re.DOTALL) for one in packages)


def test_the_server_installs_the_versions_that_are_tested():
    tested, served = (set(re.findall(r"^\S+==\S+", text(ROOT / f"requirements{name}.lock"), re.MULTILINE))
                      for name in ("-dev", "-server"))  # fmt: skip
    both = tested | set(re.findall(r"^\S+==\S+", text(ROOT / "requirements.lock"), re.MULTILINE))
    assert served <= both


def test_the_base_install_stays_small():
    lines = re.findall(r"^([a-z0-9._-]+)==\S+(?: ; (.*?))?\s*\\?$", text(ROOT / "requirements.lock"), re.MULTILINE)
    packages = {name for name, where in lines if "win32" not in where}
    assert 40 < len(packages) <= 64, sorted(packages)  # numba, llvmlite, scipy: docs/decisions/022
