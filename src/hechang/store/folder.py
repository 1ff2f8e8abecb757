"""A region in a folder: one SQLite file, blobs, Parquet copies, settings and the anchor of the audit chain.

demo.hc/
  hechang.toml   what the region is: name, day, languages
  register.db    the truth; register-layout-N.db beside it is a snapshot from before its tables grew
  head.json      newest revision and its hash, number of audit records and their root
  blobs/         files by their content
  cache/         Parquet copies, may be deleted
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from hechang.store.anchor import check_anchor, read_anchor
from hechang.store.blobs import Blobs, write_synced
from hechang.store.engines import Engines
from hechang.store.growing import grow
from hechang.store.layout import lay_out, newer
from hechang.store.schema import VERSION
from hechang.store.sql_store import SqlStore
from hechang.store.sqlite import Pulse, guarded_engine, read_engine, seen_through, unreadable, write_engine
from hechang.terms.dates import now
from hechang.terms.errors import InputError, StoreError

DATABASE = "register.db"
ABOUT = "hechang.toml"
BLOBS = "blobs"
OWN = 0o700  # nobody else on this machine gets in
HOUR = 3600.0  # s
LEFT = ("*.part", "cache/*.part", "cache/spill-*")  # what only a program at work has


class FolderStore(SqlStore):
    """A store in a folder on a local disk."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] = now) -> None:
        database = folder / DATABASE
        told, guarded = partial(unreadable, str(database)), partial(seen_through, guarded_engine(database))
        engines = Engines(read_engine(database), partial(write_engine, database), told, guarded, Pulse(database))
        super().__init__(engines, folder, Blobs(folder / BLOBS), clock)
        self.where = str(folder)

    def about(self) -> str:
        """Return the settings of the region as TOML, empty where there are none."""
        path = self.folder / ABOUT
        try:
            return path.read_text(encoding="utf-8") if path.exists() else ""
        except UnicodeDecodeError as error:
            raise InputError(f"{path} is no valid TOML: {error}", f"{path} 不是有效的 TOML: {error}") from error

    def forget(self) -> None:
        """Take the whole region away: for one that was just made and could not be filled."""
        self.close()
        shutil.rmtree(self.folder)


def create_folder(folder: Path, store: str, about: str = "", clock: Callable[[], datetime] = now) -> FolderStore:
    """Make an empty region in `folder`; raises InputError when something is there already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            f"{folder} exists and is not empty. Choose another folder",
            f"{folder} 已存在且不为空。请另选文件夹",
        )
    folder.mkdir(parents=True, exist_ok=True, mode=OWN)
    try:
        _lay_out(folder, store)
    except sa.exc.DBAPIError as error:
        for left in folder.glob(f"{DATABASE}*"):  # so that the same command can be given again
            left.unlink()
        raise unreadable(str(folder / DATABASE), error) from error
    write_synced(folder / ABOUT, about.encode())
    return FolderStore(folder, clock)


def _lay_out(folder: Path, store: str) -> None:
    engine = write_engine(folder / DATABASE)
    try:
        with engine.begin() as connection:
            lay_out(connection, store)
    finally:
        engine.dispose()


def open_folder(folder: Path, clock: Callable[[], datetime] = now) -> FolderStore:
    """Open a region; raises InputError or StoreError saying what is wrong with it and how to mend it."""
    database = folder / DATABASE
    if not database.is_file():
        raise InputError(
            f"{folder} is no region. Make one with: hechang init {folder}",
            f"{folder} 不是区域数据。新建请运行: hechang init {folder}",
        )
    try:
        _check_schema(folder)
        store = FolderStore(folder, clock)
        _check_history(store)
    except sa.exc.DBAPIError as error:
        raise unreadable(str(database), error) from error
    grow(database)  # after the checks: a region that lost part of its history is left as it is
    sweep(folder)
    return store


def sweep(folder: Path, after: float = HOUR) -> None:
    """Drop halves of files and spilled work that killed programs left behind, untouched for `after` seconds."""
    left = [p for pattern in LEFT for p in folder.glob(pattern)]
    for path in left:
        with suppress(OSError):  # another program was faster, or the folder may only be read
            if time.time() - path.stat().st_mtime > after:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _check_schema(folder: Path) -> None:
    engine = read_engine(folder / DATABASE)
    meta = sa.table("meta", sa.column("key"), sa.column("value"))
    with engine.connect() as connection:
        said = {row.key: row.value for row in connection.execute(sa.select(meta.c.key, meta.c.value))}
    engine.dispose()
    found = str(said.get("schema"))
    if "store" not in said or not found.isdecimal():
        raise StoreError(
            f"{folder} holds a database of another program. Name the folder of a region",
            f"{folder} 中是其他程序的数据库。请给出区域文件夹",
        )
    if int(found) > VERSION:
        raise newer(str(folder), int(found))


def _check_history(store: FolderStore) -> None:
    anchor = read_anchor(store.folder)
    with store.read.connect() as connection:
        check_anchor(store.folder, anchor, connection)
