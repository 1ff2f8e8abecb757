"""Backups of a region, wherever it is kept: taken while others write, and proved by being restored."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from hechang.region.opening import new_store, on_server, open_store
from hechang.store.anchor import Anchor, anchored, read_anchor
from hechang.store.blobs import sync_folder
from hechang.store.bundle import Manifest, files_of, pack, sha_of, take_database, unpack
from hechang.store.copying import copy
from hechang.store.folder import ABOUT, BLOBS, DATABASE, OWN, FolderStore, create_folder, open_folder
from hechang.store.room import writing
from hechang.store.server import ServerStore
from hechang.terms.dates import moment, now
from hechang.terms.errors import InputError, StoreError

RESTORING = "hechang-restore-"  # folder in which a region is made and checked before it gets its name
DAY = 86_400.0  # s


def backup(where: str | Path, file: Path, *, clock: Callable[[], datetime] = now) -> Manifest:
    """Write everything of a region into one file: history, files, settings, accounts.

    Raises
    ------
    InputError
        where the file exists already.
    StoreError
        where the region cannot be read whole.
    """
    if file.exists():
        raise InputError(f"{file} exists already. Name another file", f"{file} 已存在。请另选文件名")
    store = open_store(where, clock)
    beside = file.absolute().parent
    sweep_rooms(beside, ".backup-*")
    with writing(file), tempfile.TemporaryDirectory(prefix=".backup-", dir=beside, ignore_cleanup_errors=True) as room:
        folder = Path(room) / "region"
        try:
            _taken(store, folder, clock)
        finally:
            store.close()
        manifest = _described(folder, store.id, moment(clock()))
        pack(folder, manifest, file)
    return manifest


def _taken(store: FolderStore | ServerStore, folder: Path, clock: Callable[[], datetime]) -> None:
    """Write one state of a region into a folder, with a head of its own."""
    if isinstance(store, ServerStore):
        made = create_folder(folder.with_name("made"), store.id, store.about(), clock)
        try:
            copy(store, made, secrets=True)
            _taken(made, folder, clock)
        finally:
            made.close()
        return
    folder.mkdir()
    take_database(store.folder / DATABASE, folder / DATABASE)
    if (store.folder / BLOBS).is_dir():  # there is none before the first file is kept
        half = shutil.ignore_patterns("*.part")
        shutil.copytree(store.folder / BLOBS, folder / BLOBS, dirs_exist_ok=True, ignore=half)
    (folder / ABOUT).write_text(store.about(), encoding="utf-8")
    taken = FolderStore(folder, clock)
    with taken.read.connect() as connection:
        anchored(folder, taken.id, connection)
    taken.close()


def _described(folder: Path, store: str, taken: str) -> Manifest:
    """Leave in the folder what a region needs, and say what that is."""
    shutil.rmtree(folder / "cache", ignore_errors=True)
    for left in folder.glob(f"{DATABASE}-*"):  # of SQLite; nothing was ever written through them
        left.unlink()
    head = read_anchor(folder) or Anchor(0, "")
    files = {path.relative_to(folder).as_posix(): sha_of(path) for path in files_of(folder)}
    return Manifest(store, head.revision, head.hash, head.size, head.root, taken, files)


def restore(file: Path, where: str | Path, *, clock: Callable[[], datetime] = now) -> Manifest:
    """Make the region of a backup anew in a new folder or an empty database, and check all of it; all or nothing.

    Raises
    ------
    FileFault
        for what is no backup, or was cut or changed.
    StoreError
        where the restored history is not the one the backup names.
    """
    beside = _beside(where)
    sweep_rooms(beside, f"{RESTORING}*")
    with writing(where), tempfile.TemporaryDirectory(prefix=RESTORING, dir=beside, ignore_cleanup_errors=True) as room:
        folder = Path(room) / "region"
        folder.mkdir(mode=OWN)
        manifest = unpack(file, folder)
        store = open_folder(folder, clock)
        try:
            _prove(store, manifest)
            if on_server(where):
                _to_server(store, where, clock)
        finally:
            store.close()
        if not on_server(where):
            _move(folder, Path(where))
    return manifest


def sweep_rooms(beside: Path | None, names: str) -> None:
    """Drop what a program that was killed in the middle left beside, once it has lain there for a day."""
    for room in beside.glob(names) if beside and beside.is_dir() else ():
        with suppress(OSError):
            if time.time() - room.stat().st_mtime > DAY:
                shutil.rmtree(room)


def _beside(where: str | Path) -> Path | None:
    """Where there is room: on the disk the region will be on."""
    return None if on_server(where) else Path(where).expanduser().absolute().parent


def _prove(store: FolderStore, manifest: Manifest) -> None:
    verdict = store.verify()
    head, root = verdict.head if verdict.revisions else "", verdict.root if verdict.records else ""
    found = (verdict.revisions, head, verdict.records, root)
    said = (manifest.revision, manifest.hash, manifest.records, manifest.root)
    if not verdict.whole or found != said:
        why_en, why_zh = (verdict.faults[0].en, verdict.faults[0].zh) if verdict.faults else ("", "")
        raise StoreError(
            f"The backup does not hold the history it names. {why_en} Nothing was written; take another backup",
            f"备份中的历史与其清单不符。{why_zh} 未写入任何数据; 请使用其他备份",
        )


def _to_server(store: FolderStore, where: str | Path, clock: Callable[[], datetime]) -> None:
    made = new_store(where, store.id, store.about(), clock)
    try:
        copy(store, made, secrets=True)
    except BaseException:
        made.forget()
        raise
    finally:
        made.close()


def _move(folder: Path, target: Path) -> None:
    if target.exists() and any(target.iterdir()):
        raise InputError(
            f"{target} exists and is not empty. Choose another folder", f"{target} 已存在且不为空。请另选文件夹"
        )
    if target.exists():
        target.rmdir()
    folder.replace(target)
    sync_folder(target.absolute().parent)
