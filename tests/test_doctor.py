"""`hechang doctor` names what would stop an office from working, and what to do about it."""

import os
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

import hechang as hc
import postgres
from hechang.cli import main
from hechang.region.backups import backup
from hechang.region.doctor import Place, examine
from hechang.region.opening import copy_region
from hechang.store import health
from hechang.store.credentials import By, Credentials
from hechang.store.signing import KEYS

FIT = {"HECHANG_HOSTS": "plan.example.cn", "HECHANG_HTTPS": "1"}


@pytest.fixture
def office(tmp_path, monkeypatch):
    monkeypatch.setenv(KEYS, str(tmp_path / "keys"))
    region = hc.create(tmp_path / "t.hc")
    with region.edit(by="zhang", why="new") as e:
        e.put("bodies", {"name": "甲市项目办", "kind": "project_office"})
    region = e.after
    (tmp_path / "backups").mkdir()
    backup(region.folder, tmp_path / "backups" / "b.zip")
    region.store.checkpoint()
    yield region
    region.close()


def found(region, tmp_path, environ=FIT, **more):
    place = Place(region, environ, tmp_path / "backups")
    return {check.name: check.found for check in examine(place, **more)}


def wrong(region, tmp_path, environ=FIT):
    return {name for name, findings in found(region, tmp_path, environ).items() if findings} - {"pages", "disk"}


def test_nothing_is_wrong_with_a_well_kept_office(office, tmp_path):
    assert wrong(office, tmp_path) == set()
    assert found(office, tmp_path, whole=True)["history"] == ()


def test_every_finding_says_in_both_languages_what_to_do(office, tmp_path):
    all_wrong = found(office, tmp_path / "elsewhere", {"HECHANG_HOSTS": "a.cn"})
    said = [finding for findings in all_wrong.values() for finding in findings]
    assert len(said) >= 2
    assert all(f.en and f.zh and f.mend_en and f.mend_zh for f in said)


def test_a_backup_of_last_week_or_of_another_region_counts_for_nothing(office, tmp_path):
    assert wrong(office, tmp_path / "elsewhere") == {"backups"}
    late = hc.open(office.folder)
    late.store.clock = lambda: datetime.now(UTC) + timedelta(days=7)
    assert "backups" in wrong(late, tmp_path)
    late.close()
    with closing(hc.create(tmp_path / "other.hc")) as other:
        assert "backups" in wrong(other, tmp_path)


def test_a_broken_backup_counts_for_nothing(office, tmp_path):
    whole = (tmp_path / "backups" / "b.zip").read_bytes()
    (tmp_path / "backups" / "b.zip").write_bytes(whole[: len(whole) // 2])
    assert wrong(office, tmp_path) == {"backups"}


def test_passwords_without_encryption_are_wrong(office, tmp_path):
    assert wrong(office, tmp_path, {"HECHANG_HOSTS": "plan.example.cn"}) == {"doors"}


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
def test_a_key_or_database_others_can_read_is_named(office, tmp_path):
    (tmp_path / "keys" / f"{office.store.id}.key").chmod(0o644)
    office.folder.chmod(0o755)
    (office.folder / "register.db").chmod(0o644)
    findings = found(office, tmp_path)["readers"]
    assert [f.severity for f in findings] == ["warning", "error"]


def test_a_machine_without_the_key_of_the_log_is_told_so(office, tmp_path, monkeypatch):
    monkeypatch.setenv(KEYS, str(tmp_path / "nowhere"))
    assert wrong(office, tmp_path) == {"key"}


def test_a_clock_behind_the_newest_revision_is_named(office, tmp_path):
    office.store.clock = lambda: datetime.now(UTC) - timedelta(days=1)
    assert "clock" in wrong(office, tmp_path)


def test_a_disk_without_room_and_a_shared_disk_are_named(office, tmp_path, monkeypatch):
    usage = type(health.shutil.disk_usage(tmp_path))
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: usage(10, 9, 1))
    monkeypatch.setattr(health, "filesystem", lambda _: "nfs4")
    assert [f.severity for f in found(office, tmp_path)["disk"]] == ["error", "error"]


def test_the_file_system_is_the_one_mounted_nearest(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"a / ext4 rw 0 0\nb {tmp_path.resolve()} nfs4 rw 0 0\n")
    assert health.filesystem(tmp_path / "x", mounts) == "nfs4"


def test_a_damaged_database_is_named(office, tmp_path):
    office.store.ask = lambda work: "row 3 missing from index" if work is health._checked else None
    assert "damaged" in health.engine(office.store)[0].en


def test_a_server_without_checksums_is_named(office, tmp_path):
    url = postgres.database()
    copy_region(office.folder, url)
    with closing(hc.open(url)) as there:
        assert health.engine(there.store) == []  # the cluster of the tests keeps them
        there.store.ask = lambda work: "off"
        assert health.engine(there.store)[0].severity == "warning"
    postgres.drop(url)


def test_accounts_without_rights_rights_without_accounts_and_missing_officers_are_named(office, tmp_path):
    with office.edit(by="zhang", why="users") as e:
        e.put("users", [{"id": "u1", "name": "王", "active": True}, {"id": "u2", "name": "李", "active": True}])
        e.put("grants", {"account": "u2", "role": "auditor", "lo": "r.", "hi": "r/"})
    Credentials(e.after.store).add("u1", "wang", None, must_change=False, by=By("", ""))
    findings = found(e.after, tmp_path)
    assert {f.en.split()[0] for f in findings["accounts"]} == {"wang", "李"}
    assert len(findings["offices"]) == 3


def test_the_command_ends_with_1_where_something_is_wrong(office, tmp_path, capsys):
    here = ["--region", str(office.folder), "--lang", "zh", "doctor", "--backups"]
    assert main([*here, str(tmp_path / "backups")]) == 0
    assert main([*here, str(tmp_path)]) == 1
    assert "没有本区域的备份" in capsys.readouterr().out
