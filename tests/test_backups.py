"""A backup is taken while others write, and is the region again wherever it is restored; a changed one is refused."""

import json
import threading
import zipfile
from contextlib import closing

import pytest

import hechang as hc
import postgres
from hechang.region.backups import backup, restore
from hechang.region.opening import copy_region
from hechang.store.credentials import By, Credentials
from hechang.terms.errors import FileFault, InputError, StoreError
from hechang.terms.specs import tables


@pytest.fixture(params=["folder", "server"])
def where(request, tmp_path):
    region = hc.tiny(tmp_path / "t.hc")
    with region.edit(by="zhang", why="users") as e:
        e.put("users", {"id": "u1", "name": "u1", "active": True})
    region.close()
    if request.param == "folder":
        Credentials(region.store).add("u1", "zhang", None, must_change=False, by=By("", ""))
        region.store.close()
        yield str(region.folder)
        return
    url = postgres.database()
    copy_region(region.folder, url)
    with closing(hc.open(url)) as there:
        Credentials(there.store).add("u1", "zhang", None, must_change=False, by=By("", ""))
    yield url
    postgres.drop(url)


def content(where):
    """Everything a reader can ask of a region."""
    with closing(hc.open(where)) as region:
        rows = {name: region.query(f'SELECT * FROM "{name} every" ORDER BY id').to_json() for name in tables()}
        files = {sha: region.store.blob(sha) for sha in region.store.blobs.every()}
        return rows, files, region.log().to_json(), region.settings, region.verify(), Credentials(region.store).any()


def test_what_is_restored_is_the_region_that_was_backed_up(where, tmp_path):
    before = content(where)
    found = backup(where, tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "again.hc")
    assert content(tmp_path / "again.hc") == before
    assert found.hash == before[4].head and before[5]
    url = postgres.database()
    restore(tmp_path / "b.zip", url)
    assert content(url) == before
    postgres.drop(url)


def test_nobody_else_on_the_machine_reads_a_backup_or_what_is_restored(tmp_path):
    hc.tiny(tmp_path / "t.hc").close()
    backup(tmp_path / "t.hc", tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "again.hc")
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0
    assert (tmp_path / "again.hc").stat().st_mode & 0o077 == 0


def test_a_region_nobody_has_written_to_can_be_backed_up(tmp_path):
    hc.create(tmp_path / "new.hc").close()
    backup(tmp_path / "new.hc", tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "again.hc")
    with closing(hc.open(tmp_path / "again.hc")) as region:
        assert region.revision == 0 and region.verify().whole


@pytest.mark.parametrize("drill", range(5))
def test_a_backup_under_load_is_one_state_of_the_region(tmp_path, drill):
    region = hc.tiny(tmp_path / "t.hc")
    over = threading.Event()

    def write():
        n = 0
        while not over.is_set():
            with region.latest().edit(by="zhang", why="load") as e:
                e.put("bodies", [{"id": f"{drill}-{n}", "name": "a"}, {"id": f"{drill}-{n}-b", "name": "b"}])
                e.put("documents", {"id": f"d{n}", "title": "x", "kind": "report", "sha256": e.blob(str(n).encode())})
            n += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = backup(region.folder, tmp_path / "b.zip")
    finally:
        over.set()
        writer.join()
    restore(tmp_path / "b.zip", tmp_path / "again.hc")
    with closing(hc.open(tmp_path / "again.hc")) as again:
        names = set(again.bodies.index)
        assert {f"{id}-b" for id in names if id.startswith(f"{drill}-") and not id.endswith("-b")} <= names
        assert again.verify().whole and again.store.head() == found.revision <= region.store.head()
        assert json.loads(region.at(found.revision).bodies.to_json()) == json.loads(again.bodies.to_json())
    region.close()


def changed(file, name, data):
    """The same bundle with one member replaced."""
    with zipfile.ZipFile(file) as old:
        members = {one: old.read(one) for one in old.namelist()}
    with zipfile.ZipFile(file, "w") as new:
        for one, was in (members | {name: data(members.get(name, b""))}).items():
            new.writestr(one, was)


def flipped(data):
    """A bundle with 64 bytes in the middle, where the packed database lies, turned over."""
    at = len(data) // 2
    return data[:at] + bytes(255 - one for one in data[at : at + 64]) + data[at + 64 :]


def with_password(data):
    """A bundle whose parts say that they need a password, as each header tells it."""
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        parts = data.split(sign)
        data = sign.join([parts[0], *(one[: at - 4] + bytes([one[at - 4] | 1]) + one[at - 3 :] for one in parts[1:])])
    return data


HARMS = {
    "a password": lambda f: f.write_bytes(with_password(f.read_bytes())),
    "a flipped byte": lambda f: changed(f, "register.db", lambda was: was[:5000] + bytes([was[5000] ^ 1]) + was[5001:]),
    "a file too many": lambda f: changed(f, "more.txt", lambda _: b"x"),
    "a place outside": lambda f: changed(f, "manifest.json", lambda was: was.replace(b"head.json", b"../ead.json")),
    "no manifest": lambda f: changed(f, "manifest.json", lambda _: b"{}"),
    "another history": lambda f: changed(
        f, "manifest.json", lambda was: was.replace(b'"revision": 1', b'"revision": 7')
    ),
    "broken packing": lambda f: f.write_bytes(flipped(f.read_bytes())),
    "cut short": lambda f: f.write_bytes(f.read_bytes()[: f.stat().st_size // 2]),
    "no zip": lambda f: f.write_bytes(b"x" * 100),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_backup_that_was_harmed_is_refused_and_nothing_is_left(tmp_path, harm):
    region = hc.tiny(tmp_path / "t.hc")
    region.close()
    backup(region.folder, tmp_path / "b.zip")
    HARMS[harm](tmp_path / "b.zip")
    with pytest.raises((FileFault, StoreError), match="Nothing was written") as error:
        restore(tmp_path / "b.zip", tmp_path / "again.hc")
    assert "未写入" in error.value.zh
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "t.hc"]


def test_nothing_that_is_there_is_overwritten(tmp_path):
    region = hc.tiny(tmp_path / "t.hc")
    region.close()
    backup(region.folder, tmp_path / "b.zip")
    with pytest.raises(InputError, match="exists already"):
        backup(region.folder, tmp_path / "b.zip")
    with pytest.raises(InputError, match="not empty"):
        restore(tmp_path / "b.zip", region.folder)
