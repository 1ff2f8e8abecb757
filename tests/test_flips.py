"""Bytes that changed on disk are named, by opening or by `verify`: none of them passes for what was written."""

import os
import random
from contextlib import closing, suppress

import pytest

import fault_jobs
from forked import KILLED, Forks
from hechang.terms.errors import HechangError

FLIPS = int(os.environ.get("HECHANG_FLIPS", "12"))


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A region whose last acknowledged edit is in the log of the database only: its program was killed."""
    forks, room = Forks(), tmp_path_factory.mktemp("killed")
    fault_jobs.prepared("edit", room, forks)
    ended = forks.run("edit", str(room / "r.hc"), patch=("hechang.store.sql_store:SqlStore.write", "after", 1))
    assert ended.status == KILLED and (room / "r.hc" / "register.db-wal").stat().st_size
    forks.close()
    return room / "r.hc"


def content(folder):
    with closing(fault_jobs.opened(folder)) as region:
        verdict = region.verify()
        assert verdict.whole
        return verdict.head, verdict.root, [region.table(name).to_json() for name in ("projects", "documents")]


def harmed(killed, target, name, at, how):
    """A copy with sixteen bytes turned over or made zero."""
    fault_jobs.shutil.copytree(killed, target)
    (target / "register.db-shm").unlink(missing_ok=True)  # as after a restart of the machine
    fault_jobs.shutil.rmtree(target / "cache")
    path = target / name
    data = bytearray(path.read_bytes())
    part = data[at : at + 16]
    data[at : at + 16] = bytes(len(part)) if how == "zeroed" else bytes(255 - one for one in part)
    path.write_bytes(data)
    return bytes(part) != bytes(data[at : at + 16])


@pytest.mark.parametrize("how", ["turned over", "zeroed"])
@pytest.mark.parametrize("name", ["register.db-wal", "register.db"])
def test_bytes_that_changed_are_named_or_change_nothing(killed, tmp_path, name, how, record_property):
    chance, whole, named = random.Random(f"{name} {how}"), content_of_copy(killed, tmp_path), 0
    for nth in range(FLIPS):
        target = tmp_path / str(nth)
        while not harmed(killed, target, name, chance.randrange((killed / name).stat().st_size), how):
            fault_jobs.shutil.rmtree(target)  # these were zero before
        if faults(target):
            named += 1
        else:  # in a page nobody uses, or one that the log replaces
            assert content(target) == whole
        fault_jobs.shutil.rmtree(target)
    assert named
    record_property("named", f"{named} of {FLIPS}")


def content_of_copy(killed, tmp_path):
    found = content(fault_jobs.shutil.copytree(killed, tmp_path / "whole"))
    assert found[0]
    return found


def faults(folder):
    """What `verify` names."""
    with suppress(HechangError), closing(fault_jobs.opened(folder)) as region:
        return [fault.en for fault in region.verify().faults]
    return ["opening refuses it"]


def test_every_kept_file_that_changed_is_named(killed, tmp_path):
    folder = fault_jobs.shutil.copytree(killed, tmp_path / "r.hc")
    files = [path for path in (folder / "blobs").glob("??/*") if path.is_file()]
    assert files
    for path in files:
        data = path.read_bytes()
        for wrong in (b"\0" * len(data), data[:-1], data + b"x", bytes([data[0] ^ 1]) + data[1:]):
            path.write_bytes(wrong)
            assert any(path.name[:12] in one for one in faults(folder))
        path.write_bytes(data)
    assert faults(folder) == []
