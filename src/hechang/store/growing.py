"""A region in a folder grows when it is opened: a snapshot of its database first, then all that is missing at once."""

from __future__ import annotations

import shutil
import uuid
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pysqlite3
import sqlalchemy as sa

from hechang.store.blobs import give_name, sync_folder
from hechang.store.layout import add, lacking
from hechang.store.sqlite import read_engine, unreadable, write_engine
from hechang.terms.errors import StoreError

WAIT = "busy_timeout=60000"  # ms; another program may be growing the same region
_HEAD = "SELECT hash FROM revisions ORDER BY seq DESC LIMIT 1"


def grow(database: Path) -> bool:
    """Bring a database to the layout of this program; return whether there was anything to do.

    Raises
    ------
    StoreError
        where the folder cannot be written or another program holds the database for too long; nothing is changed then.
    """
    reader = read_engine(database)
    try:
        with reader.connect() as connection:
            if not lacking(connection):
                return False
    finally:
        reader.dispose()
    try:
        return _grow(database)
    except (OSError, sa.exc.DBAPIError, pysqlite3.Error) as error:
        raise _not_grown(database, error) from error


def _grow(database: Path) -> bool:
    engine = write_engine(database, WAIT)
    try:
        with engine.begin() as connection:  # takes the write lock: of two programs the second finds nothing left to do
            found = lacking(connection)
            if found:
                snapshot(database, found.layout)
                add(connection, found)
            return bool(found)
    finally:
        engine.dispose()


def snapshot(database: Path, layout: int) -> Path:
    """Keep the whole database beside itself, synced to disk, and return where; an older snapshot is left alone."""
    with closing(pysqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)) as source:
        path = database.with_name(f"{database.stem}-layout-{layout}{database.suffix}")
        if path.exists():  # of an earlier day: this one is called after the head of history
            head = source.execute(_HEAD).fetchone()
            path = path.with_stem(f"{path.stem}-{head[0][:12] if head else 'empty'}")
        if not path.exists():
            made = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
            try:
                with closing(pysqlite3.connect(str(made))) as target:
                    source.backup(target)
                shutil.copymode(database, made)  # who may not read the one may not read the other
                _keep(made, path)
            finally:
                made.unlink(missing_ok=True)
    return path


def _keep(made: Path, path: Path) -> None:
    give_name(made, path)
    sync_folder(path.parent)


def _not_grown(database: Path, error: Exception) -> StoreError:
    why = str(getattr(error, "orig", error))
    if isinstance(error, sa.exc.DBAPIError) and ("locked" in why or "busy" in why):
        return unreadable(str(database), error)
    return StoreError(
        f"{database} is of an older layout and must grow before it can be used, but that failed ({why}). It is "
        "unchanged. Make room, see to the rights, or copy the folder to where you may write and open the copy",
        f"{database} 为旧版结构, 须先升级才能使用, 但升级未成功({why})。原数据未改动。"
        "请清理磁盘空间、检查写入权限, 或将整个文件夹复制到可写的位置再打开",
    )
