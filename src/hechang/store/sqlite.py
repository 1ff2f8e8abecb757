"""SQLite engines: one that writes (WAL, full synchronisation), one that can only read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pysqlite3
import sqlalchemy as sa

from hechang.store.guard import Seen, cover
from hechang.terms.errors import NoRoom, StoreError

SAFE = (3, 51, 3)  # 3.7.0 to 3.51.2 can corrupt a WAL database that two connections write
_WRITE = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "trusted_schema=OFF")
_READ = ("query_only=ON", "busy_timeout=5000", "trusted_schema=OFF")


def check_version(version: tuple[int, ...] = pysqlite3.sqlite_version_info) -> None:
    """Raise StoreError when SQLite is in the range that may corrupt a region."""
    if version < SAFE:
        found = ".".join(str(part) for part in version)
        raise StoreError(
            f"SQLite {found} may corrupt a region. Install pysqlite3 >= 0.6.1",
            f"SQLite {found} 可能损坏数据。请安装 pysqlite3 >= 0.6.1",
        )


def _engine(url: sa.URL, begin: str, pragmas: tuple[str, ...], pool: type[sa.Pool]) -> sa.Engine:
    check_version()
    engine = sa.create_engine(
        url,
        module=pysqlite3,
        poolclass=pool,
        connect_args={"check_same_thread": False},
        json_serializer=lambda value: json.dumps(value, ensure_ascii=False),
        hide_parameters=True,  # what is written stands in no message and no log
    )

    @sa.event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN, not the driver
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def write_engine(path: Path, *pragmas: str) -> sa.Engine:
    """Engine of the one writer; takes the write lock at BEGIN, since a read that later writes would fail."""
    url = sa.URL.create("sqlite", database=str(path))  # a path is no part of a URL: it may hold ? and #
    return _engine(url, "BEGIN IMMEDIATE", (*_WRITE, *pragmas), sa.pool.StaticPool)


def read_engine(path: Path) -> sa.Engine:
    """Engine of the readers: the file is opened read-only and queries may not write."""
    name = f"file:{quote(str(path))}"
    url = sa.URL.create("sqlite", database=name, query={"mode": "ro", "uri": "true"})
    engine = _engine(url, "BEGIN", _READ, sa.pool.QueuePool)

    @sa.event.listens_for(engine, "handle_error")
    def told(context: sa.ExceptionContext) -> None:  # wherever a reader meets a damaged file
        if isinstance(context.sqlalchemy_exception, sa.exc.DBAPIError):
            raise unreadable(str(path), context.sqlalchemy_exception)
        if isinstance(context.original_exception, UnicodeDecodeError):  # the driver itself met bytes that are no text
            raise damaged(str(path), str(context.original_exception))

    return engine


class Pulse:
    """Tells whether anything was committed since somebody looked, for a hundredth of what a question costs."""

    def __init__(self, path: Path) -> None:
        self._name = f"file:{quote(str(path))}?mode=ro"
        self._connection: Any = None
        self._opened = 0  # SQLite counts anew with every connection
        self._lock = threading.Lock()

    def __call__(self) -> tuple[int, int]:
        """Return what changes with every commit of anybody, in this program or another."""
        with self._lock:
            if self._connection is None:
                self._connection = pysqlite3.connect(self._name, uri=True, check_same_thread=False)
                self._opened += 1
            return self._opened, int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Let go of the file; it is opened again when asked for."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def guarded_engine(path: Path) -> sa.Engine:
    """Engine of the readers who may not see everything: every table is covered (`guard.cover`)."""
    engine = read_engine(path)

    @sa.event.listens_for(engine, "connect")
    def covered(connection: Any, record: Any) -> None:
        record.info["look"] = cover(connection)

    return engine


@contextmanager
def seen_through(engine: sa.Engine, seen: Seen) -> Iterator[sa.Connection]:
    """Connect to a covered database as somebody."""
    with engine.connect() as connection:
        connection.info["look"](seen)
        yield connection


def unreadable(database: str, error: sa.exc.DBAPIError) -> StoreError:
    """Say in plain words why SQLite refused."""
    text = str(error.orig)
    if "locked" in text or "busy" in text:
        return StoreError(
            f"{database} is in use by another program. Close it and try again",
            f"{database} 正被其他程序占用。请关闭后重试",
        )
    if any(word in text for word in ("full", "readonly", "unable to open")):
        return (NoRoom if "full" in text else StoreError)(
            f"{database} cannot be written ({text}). Make room or see to the rights and try again, or copy the whole "
            "folder to where you may write and open the copy",
            f"{database} 无法写入({text})。请清理磁盘空间或检查权限后重试, 或将整个文件夹复制到可写的位置再打开",
        )
    if "I/O error" in text:  # of a disk that is full as of one that fails; the file itself may be sound
        return StoreError(
            f"The disk refuses {database} ({text}). Nothing of this was kept. See whether the disk is full or failing, "
            "and try again; should it stay so, restore the region from a backup",
            f"磁盘无法读写 {database}({text}), 本次操作未保存。请检查磁盘是否已满或故障后重试; "
            "如仍不行, 请从备份恢复该区域",
        )
    return damaged(database, text)


def damaged(database: str, why: str) -> StoreError:
    """Say that a database is not what was written."""
    return StoreError(
        f"{database} cannot be read ({why}). Restore it from a backup",
        f"{database} 无法读取({why})。请从备份恢复",
    )
