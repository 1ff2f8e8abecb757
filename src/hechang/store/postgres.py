"""PostgreSQL engines: one that writes, one edit after the other across all programs, and one that can only read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from hechang.store.guard import Seen, say
from hechang.terms.errors import StoreError, UsageError

DRIVER = "postgresql+psycopg"
LOCK = int.from_bytes(b"hechang")  # of the advisory lock that puts all edits of a database into one order
SESSION = "-c jit=off -c lock_timeout=60s -c timezone=UTC"
READING = "-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read"
READERS = 10  # connections kept for readers
AWAY = ("08", "57P")  # SQLSTATE classes of a server that cannot be reached or is going down
FULL = "53"  # of one that has run out of disk, memory or connections


def address_of(where: str) -> sa.URL:
    """Read the address of a database; raises UsageError for what is none.

    Examples
    --------
    >>> address_of("postgresql://zhang@127.0.0.1:5432/region").drivername
    'postgresql+psycopg'
    """
    try:
        url = sa.make_url(where)
    except (sa.exc.ArgumentError, ValueError):
        url = None
    if url is None or url.get_backend_name() != "postgresql" or not url.database:
        raise UsageError(
            "This is no address of a region. Write it as postgresql+psycopg://USER@HOST:PORT/DATABASE",
            "这不是区域数据库地址。请写成 postgresql+psycopg://用户@主机:端口/数据库",
        )
    return url.set(drivername=DRIVER)


def shown(url: sa.URL) -> str:
    """Return an address without its password.

    Examples
    --------
    >>> shown(address_of("postgresql://zhang:secret@host/region"))
    'postgresql+psycopg://zhang:***@host/region'
    """
    return url.render_as_string(hide_password=True)


def write_engine(url: sa.URL) -> sa.Engine:
    """Engine of the writer; every transaction waits until no other program writes to this database."""
    engine = _engine(url, SESSION, pool_size=1, max_overflow=1)

    @sa.event.listens_for(engine, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%(key)s)", {"key": LOCK})

    return engine


def read_engine(url: sa.URL) -> sa.Engine:
    """Engine of the readers: each transaction sees one state and can write nothing."""
    engine = _engine(url, f"{SESSION} {READING}", pool_size=READERS, max_overflow=READERS)

    @sa.event.listens_for(engine, "handle_error")
    def told(context: sa.ExceptionContext) -> None:
        if isinstance(context.sqlalchemy_exception, sa.exc.DBAPIError):
            raise unreadable(url, context.sqlalchemy_exception)

    return engine


def _engine(url: sa.URL, options: str, **pool: int) -> sa.Engine:
    try:
        return sa.create_engine(
            url,
            pool_pre_ping=True,
            connect_args={"options": options, "connect_timeout": 10, "application_name": "hechang"},
            json_serializer=lambda value: json.dumps(value, ensure_ascii=False),
            hide_parameters=True,  # what is written stands in no message and no log
            **pool,
        )
    except ModuleNotFoundError as error:
        raise UsageError(
            "A region on a server needs the extra 'server'. Run: pip install hechang[server]",
            "服务器上的区域需要扩展 server。请运行: pip install hechang[server]",
        ) from error


@contextmanager
def seen_through(engine: sa.Engine, seen: Seen) -> Iterator[sa.Connection]:
    """Connect as somebody: policies show what he may reach, until the end of the transaction."""
    with engine.connect() as connection:
        say(connection, seen)
        yield connection


def unreadable(url: sa.URL, error: sa.exc.DBAPIError) -> StoreError:
    """Say in plain words why the server refused."""
    said: Any = error.orig
    where, why = shown(url), (str(said).strip().splitlines() or ["?"])[0]
    state = getattr(said, "sqlstate", None) or ("08" if isinstance(error, sa.exc.OperationalError) else "")
    if state.startswith(AWAY):
        return StoreError(
            f"{where} cannot be reached ({why}). See that the server runs and that user and password are right",
            f"无法连接 {where}({why})。请确认数据库已启动、用户名与密码正确",
        )
    if state.startswith(FULL):
        return StoreError(
            f"{where} has run out of room ({why}). Make room and try again; nothing was written",
            f"{where} 资源不足({why})。请清理后重试; 未写入任何数据",
        )
    if state.startswith("55"):
        return StoreError(
            f"{where} is in use by another program. Try again shortly", f"{where} 正被其他程序占用。请稍后重试"
        )
    return StoreError(f"{where} refused: {why}", f"{where} 拒绝: {why}")
