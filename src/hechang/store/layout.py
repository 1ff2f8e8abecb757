"""A database of an older layout grows when its region is opened: a snapshot first, then all that is missing at once.

Only adding is done here: tables, and columns that may stay empty. Canonical rows leave empty cells out, so every old
hash holds. Whatever goes wrong, the database stays as it was.
"""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pysqlite3
import sqlalchemy as sa

from hechang.store.blobs import sync_folder
from hechang.store.schema import VERSION, metadata
from hechang.store.sqlite import read_engine, unreadable, write_engine
from hechang.terms.errors import StoreError

WAIT = "busy_timeout=60000"  # ms; another program may be growing the same region
_COLUMNS = "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'"
_HEAD = "SELECT hash FROM revisions ORDER BY seq DESC LIMIT 1"


class Lacking(NamedTuple):
    """What a database has not got yet."""

    layout: int
    tables: list[sa.Table]
    columns: list[sa.Column[Any]]

    def __bool__(self) -> bool:
        """Return whether anything is lacking."""
        return self.layout < VERSION or bool(self.tables or self.columns)


def lacking(connection: sa.Connection) -> Lacking:
    """Compare a database with the specifications, column by column: a layout number alone can be wrong."""
    there: dict[str, set[str]] = {}
    for table, column in connection.exec_driver_sql(_COLUMNS):
        there.setdefault(table, set()).add(column)
    known = metadata().tables.values()
    columns = [c for t in known if t.name in there for c in t.columns if c.name not in there[t.name]]
    return Lacking(_layout(connection), [t for t in known if t.name not in there], columns)


def _layout(connection: sa.Connection) -> int:
    meta = metadata().tables["meta"]
    return int(connection.execute(sa.select(meta.c.value).where(meta.c.key == "schema")).scalar_one())


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
                _add(connection, found)
            return bool(found)
    finally:
        engine.dispose()


def _add(connection: sa.Connection, found: Lacking) -> None:
    metadata().create_all(connection, tables=found.tables)
    for column in found.columns:
        made = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
        connection.exec_driver_sql(f'ALTER TABLE "{column.table.name}" ADD COLUMN {made}')
    meta = metadata().tables["meta"]
    connection.execute(meta.update().where(meta.c.key == "schema").values(value=str(VERSION)))


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
    with made.open("r+b") as file:
        os.fsync(file.fileno())
    made.replace(path)
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
