"""Images of a disk after a power cut: all that was acknowledged is there and whole, and the region opens.

A child works on a region while every change of its files is logged (`disk.c`). From the log come images as a disk could
hold them when the power goes: all changes up to a moment; only what was synced; and beyond that a random part of what
was not, in pieces of 512 bytes. Names last once their folder is synced; those that are not come in their order.
What the -shm file of SQLite holds is not among it: SQLite makes that anew.
"""

from __future__ import annotations

import os
import random
import struct
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

import pytest

import fault_jobs
from forked import Forks, Harm, built
from hechang.terms.errors import HechangError

IMAGES = int(os.environ.get("HECHANG_IMAGES", "200"))
HOW = ("all until then", "only what was synced", "a random part of the rest")
PIECE = 512  # bytes a disk writes whole
MARK, CREATE, WRITE, SYNC, CUT, RENAME, UNLINK, MKDIR, RMDIR, LINK = range(10)
_HEAD = struct.Struct("<QQqQQQ")


class Change(NamedTuple):
    """One line of the log: what, of which inode, where or how long, path, other path, bytes."""

    kind: int
    inode: int
    offset: int
    path: str
    other: str
    data: bytes


def log_of(path):
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        kind, inode, offset, one, two, length = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        parts = [data[at : at + one], data[at + one : at + one + two], data[at + one + two : at + one + two + length]]
        at += one + two + length
        found.append(Change(kind, inode, offset, parts[0].decode(), parts[1].decode(), parts[2]))
    return found


class Disk:
    """Files by inode and names by path: as programs see them, and how much of it has reached the platter."""

    def __init__(self, folder):
        self.files, self.names, self.inodes = {}, {}, {}
        self.folders = {str(path) for path in folder.rglob("*") if path.is_dir()} | {str(folder)}
        for path in (path for path in folder.rglob("*") if path.is_file()):
            key = self._new(path.stat().st_ino)
            self.files[key] = (bytearray(path.read_bytes()), [])
            self.names[str(path)] = key
        self.waiting = []  # names that no sync of their folder has made last yet
        self.told = 0

    def _new(self, inode):
        self.inodes[inode] = key = len(self.files)
        self.files[key] = (bytearray(), [])
        return key

    def take(self, change):
        """Let one change happen."""
        if change.kind == MARK:
            self.told = change.offset
        elif change.kind == CREATE:
            self.waiting.append((change, self._new(change.inode)))
        elif change.kind in (WRITE, CUT):
            self.files[self.inodes[change.inode]][1].append(change)
        elif change.kind == SYNC and change.path in self._folders():
            self._settle(change.path)
        elif change.kind == SYNC:
            data, waiting = self.files[self.inodes[change.inode]]
            for one in waiting:
                put(data, one)
            waiting.clear()
        else:
            self.waiting.append((change, None))

    def _folders(self):
        return self.folders | {change.path for change, _ in self.waiting if change.kind == MKDIR}

    def _settle(self, folder):
        """Names inside a folder last from now on, and what came before them (a journal keeps the order)."""
        homes = [str(Path(change.other or change.path).parent) for change, _ in self.waiting]
        inside = [n for n, home in enumerate(homes) if home == folder]
        for change, key in self.waiting[: inside[-1] + 1] if inside else ():
            name(self.names, self.folders, change, key)
        del self.waiting[: inside[-1] + 1 if inside else 0]

    def image(self, how, chance, target, source):
        """Write what a disk could hold now."""
        names, folders = dict(self.names), set(self.folders)
        many = {HOW[0]: len(self.waiting), HOW[1]: 0}.get(how, chance.randint(0, len(self.waiting)))
        for change, key in self.waiting[:many]:
            name(names, folders, change, key)
        for folder in sorted(folders):
            (target / Path(folder).relative_to(source)).mkdir(parents=True, exist_ok=True)
        for path, key in names.items():
            if not path.endswith("-shm"):
                data = bytearray(self.files[key][0])
                for one in self.files[key][1] if how != HOW[1] else ():
                    put(data, one) if how == HOW[0] else put_some(data, one, chance)
                (target / Path(path).relative_to(source)).write_bytes(data)


def put(data, change):
    if change.kind == CUT:
        del data[change.offset :]
        data.extend(bytes(change.offset - len(data)))
        return
    data.extend(bytes(max(0, change.offset + len(change.data) - len(data))))
    data[change.offset : change.offset + len(change.data)] = change.data


def put_some(data, change, chance):
    """Some of the pieces of one write; or it, or nothing."""
    if change.kind == CUT or chance.random() < 0.3:
        if chance.random() < 0.5:
            put(data, change)
        return
    for at in range(0, len(change.data), PIECE):
        if chance.random() < 0.5:
            part = change.data[at : at + PIECE]
            put(data, change._replace(offset=change.offset + at, data=part))


def name(names, folders, change, key):
    if change.kind == CREATE:
        names[change.path] = key
    elif change.kind == MKDIR:
        folders.add(change.path)
    elif change.kind == RMDIR:
        folders.discard(change.path)
    elif change.kind == UNLINK:
        names.pop(change.path, None)
    elif change.path in names:
        names[change.other] = names[change.path] if change.kind == LINK else names.pop(change.path)
    elif change.kind == RENAME and change.path in folders:
        for moved in [one for one in names if one.startswith(f"{change.path}/")]:
            names[change.other + moved[len(change.path) :]] = names.pop(moved)
        inside = {one for one in folders if one == change.path or one.startswith(f"{change.path}/")}
        folders -= inside
        folders |= {change.other + one[len(change.path) :] for one in inside}


def bad(image, told):
    """What is wrong with an image; nothing where it is as it must be."""
    try:
        with closing(fault_jobs.opened(image)) as region:
            verdict = region.verify()
            if not verdict.whole or region.store.head() < told:
                return f"{region.store.head()} of {told}, {[fault.en for fault in verdict.faults]}"
            kept = region.store.ask(lambda con: con.exec_driver_sql("SELECT id, name FROM bodies").fetchall())
            return "" if dict(kept) == region.bodies["name"].to_dict() else "a copy that was torn"
    except HechangError as error:
        return error.en


@pytest.fixture(scope="module")
def forks(tmp_path_factory):
    made = Forks(built(tmp_path_factory.mktemp("shim")))
    yield made
    made.close()


def images(forks, room, count, *given):
    """What was wrong with each of some images of one long work, by how they were made."""
    folder = room / "r.hc"
    fault_jobs.prepared("edit", room, forks)
    disk = Disk(folder)
    ended = forks.run("work", str(folder), *given, harm=Harm(str(folder), log=str(room / "log")))
    assert not ended.kind, ended
    changes, chance = log_of(room / "log"), random.Random(20220927)
    moments = sorted(chance.sample(range(len(changes)), -(-count // 3)) * 3)[:count]
    found = {how: [] for how in HOW}
    done = 0
    for nth, moment in enumerate(moments):
        for change in changes[done:moment]:
            disk.take(change)
        done = moment
        image = room / f"image-{nth}.hc"
        disk.image(HOW[nth % 3], chance, image, folder)
        found[HOW[nth % 3]].append(bad(image, disk.told))
        with suppress(OSError):
            fault_jobs.shutil.rmtree(image)
    return found


@pytest.mark.slow
def test_no_image_of_a_power_cut_has_lost_or_torn_anything(forks, tmp_path, record_property):
    found = images(forks, tmp_path, IMAGES)
    assert {how: sorted(set(filter(None, told))) for how, told in found.items()} == {how: [] for how in HOW}
    record_property("images", sum(map(len, found.values())))
    assert sum(map(len, found.values())) == IMAGES


def test_these_images_do_find_a_store_that_does_not_wait_for_the_disk(forks, tmp_path):
    found = images(forks, tmp_path, 30, 4, "NORMAL")
    assert not any(found[HOW[0]])
    assert any(found[HOW[1]]) and any(found[HOW[2]])


@pytest.mark.parametrize("job", ["edit", "take_in", "grow", "save", "give_back"])
def test_no_file_gets_its_name_before_its_bytes_are_on_disk(forks, tmp_path, job):
    folder = fault_jobs.prepared(job, tmp_path, forks)
    forks.run(job, str(folder), harm=Harm(str(tmp_path), log=str(tmp_path / "log")))
    dirty, named = set(), []
    for change in log_of(tmp_path / "log"):
        if change.kind in (WRITE, CUT):
            dirty.add(change.inode)
        if change.kind == SYNC:
            dirty.discard(change.inode)
        if change.kind == RENAME:
            named.append(change.other)
            assert change.inode not in dirty, f"{change.other} was named before it was synced"
    assert named
