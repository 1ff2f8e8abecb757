"""A region in a folder: one SQLite file, blobs, Parquet copies, settings and the anchor of the audit chain.

demo.hc/
  hechang.toml   what the region is: name, day, languages
  register.db    the truth; register-layout-N.db beside it is a snapshot from before its tables grew
  head.json      newest revision and its hash
  blobs/         files by their content
  cache/         Parquet copies, may be deleted
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from hechang.store.anchor import check_anchor, read_anchor, write_anchor
from hechang.store.layout import grow
from hechang.store.schema import VERSION, metadata
from hechang.store.sql_store import SqlStore
from hechang.store.sqlite import read_engine, unreadable, write_engine
from hechang.terms.dates import now
from hechang.terms.errors import InputError, StoreError

DATABASE = "register.db"
HOUR = 3600.0  # s
LEFT = ("*.part", "cache/*.part", "cache/spill-*")  # what only a program at work has


class FolderStore(SqlStore):
    """A store in a folder on a local disk."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] = now) -> None:
        database = folder / DATABASE
        super().__init__(lambda: write_engine(database), read_engine(database), folder, clock)

    def _committed(self, connection: sa.Connection) -> None:
        r = metadata().tables["revisions"]
        head = connection.execute(sa.select(r.c.seq, r.c.hash).order_by(r.c.seq.desc()).limit(1)).one_or_none()
        if head:
            write_anchor(self.folder, self.id, int(head.seq), str(head.hash))


def create_folder(folder: Path, store: str, clock: Callable[[], datetime] = now) -> FolderStore:
    """Make an empty region in `folder`; raises InputError when something is there already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            f"{folder} exists and is not empty. Choose another folder",
            f"{folder} 已存在且不为空。请另选文件夹",
        )
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _lay_out(folder, store)
    except sa.exc.DBAPIError as error:
        for left in folder.glob(f"{DATABASE}*"):  # so that the same command can be given again
            left.unlink()
        raise unreadable(str(folder / DATABASE), error) from error
    return FolderStore(folder, clock)


def _lay_out(folder: Path, store: str) -> None:
    engine = write_engine(folder / DATABASE)
    try:
        with engine.begin() as connection:
            metadata().create_all(connection)
            rows = [{"key": "store", "value": store}, {"key": "schema", "value": str(VERSION)}]
            connection.execute(metadata().tables["meta"].insert(), rows)
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
        raise StoreError(
            f"{folder} was made by a newer hechang (layout {found}, this one knows {VERSION}). Upgrade hechang",
            f"{folder} 由更新版本的 hechang 创建(结构 {found}, 本程序支持 {VERSION})。请升级 hechang",
        )


def _check_history(store: FolderStore) -> None:
    anchor = read_anchor(store.folder)
    r = metadata().tables["revisions"]
    with store.read.connect() as connection:
        query = sa.select(r.c.seq, r.c.hash).where(r.c.seq == (anchor[0] if anchor else 0))
        hashes = {int(row.seq): str(row.hash) for row in connection.execute(query)}
    check_anchor(store.folder, anchor, store.head(), hashes)
