"""A region on a server: one PostgreSQL database with PostGIS, its files in a table; beside it a folder on this machine.

The folder holds Parquet copies, uploads that wait, and the head of history as this machine saw it last; it may be
deleted when no program runs.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from hechang.store.anchor import anchored, check_anchor, read_anchor
from hechang.store.blobs import holds, not_kept
from hechang.store.engines import Engines
from hechang.store.layout import add, lacking, lay_out, newer
from hechang.store.postgres import address_of, read_engine, seen_through, shown, unreadable, write_engine
from hechang.store.schema import VERSION, metadata
from hechang.store.sql_store import SqlStore, said
from hechang.terms.dates import now
from hechang.terms.errors import InputError, StoreError
from hechang.terms.ids import content_hash

ABOUT = "about"  # key of the settings
_FILES = sa.table("files", sa.column("sha", sa.Text), sa.column("data", sa.LargeBinary))


class FileTable:
    """Files in a table of the database, by their SHA-256: one backup holds them all."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines

    def keep(self, data: bytes) -> str:
        """Keep bytes and return their SHA-256."""
        sha = content_hash(data)
        if not self.holds(sha):
            engine = self.engines.write()
            try:
                with engine.begin() as connection:
                    connection.execute(_FILES.insert(), [{"sha": sha, "data": data}])
            except sa.exc.IntegrityError:  # another program kept the same bytes meanwhile
                pass
            except sa.exc.DBAPIError as error:
                raise self.engines.told(error) from error
            finally:
                engine.dispose()
        return sha

    def every(self) -> Iterator[str]:
        """Give the SHA-256 of each file."""
        with self.engines.read.connect() as connection:
            yield from connection.execute(sa.select(_FILES.c.sha).order_by(_FILES.c.sha)).scalars().all()

    def holds(self, sha: str) -> bool:
        """Tell whether the bytes are there and unchanged."""
        return holds(self, sha)

    def read(self, sha: str) -> bytes:
        """Return the bytes; raises NotKnown, or StoreError when they changed in the database."""
        with self.engines.read.connect() as connection:
            data = connection.execute(sa.select(_FILES.c.data).where(_FILES.c.sha == sha)).scalar()
        if data is None:
            raise not_kept(sha)
        if content_hash(data) != sha:
            raise StoreError(
                f"The kept file {sha[:12]}… has changed in the database. Restore it from a backup",
                f"数据库中保存的文件 {sha[:12]}… 已被改动。请从备份恢复",
            )
        return bytes(data)


class ServerStore(SqlStore):
    """A store in a PostgreSQL database."""

    def __init__(self, url: sa.URL, clock: Callable[[], datetime] = now) -> None:
        read = read_engine(url)
        engines = Engines(read, partial(write_engine, url), partial(unreadable, url), partial(seen_through, read))
        folder = working_folder(url, said(engines.read, "store"))
        super().__init__(engines, folder, FileTable(engines), clock)
        self.where = url.render_as_string(hide_password=False)

    def about(self) -> str:
        """Return the settings of the region as TOML."""
        return said(self.read, ABOUT)

    def forget(self) -> None:
        """Take the whole region away: for one that was just made and could not be filled."""
        self.close()
        engine = self._engines.write()
        with engine.begin() as connection:
            for name in ("files", "alembic_version", *metadata().tables):
                connection.exec_driver_sql(f'DROP TABLE "{name}" CASCADE')  # with its views and policies
            connection.exec_driver_sql("DROP TYPE shown CASCADE; DROP FUNCTION hechang_refuse CASCADE")
        engine.dispose()
        shutil.rmtree(self.folder)


def working_folder(url: sa.URL, store: str) -> Path:
    """Return the folder of a region on this machine: in HECHANG_CACHE, else in the user's own cache."""
    home = os.environ.get("HECHANG_CACHE") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    key = content_hash(f"{url.host}:{url.port}/{url.database}".encode())[:8]
    folder = Path(home).expanduser() / "hechang" / f"{store}-{key}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def create_server(where: str, store: str, about: str, clock: Callable[[], datetime] = now) -> ServerStore:
    """Make an empty region in an empty database.

    Raises
    ------
    InputError
        when there is a region already, or the database lacks PostGIS.
    StoreError
        when the server cannot be reached or refuses.
    """
    url = address_of(where)
    engine = write_engine(url)
    try:
        with engine.begin() as connection:
            _refuse_full(connection, url)
            _with_postgis(connection, url)
            lay_out(connection, store)
            connection.execute(metadata().tables["meta"].insert(), [{"key": ABOUT, "value": about}])
    except sa.exc.DBAPIError as error:
        raise unreadable(url, error) from error
    finally:
        engine.dispose()
    return ServerStore(url, clock)


def _refuse_full(connection: sa.Connection, url: sa.URL) -> None:
    if sa.inspect(connection).has_table("meta"):
        where = shown(url)
        raise InputError(
            f"{where} holds a region already. Choose another database", f"{where} 中已有区域数据。请另选数据库"
        )


def _with_postgis(connection: sa.Connection, url: sa.URL) -> None:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgis")
    except sa.exc.DBAPIError as error:
        where, why = shown(url), str(error.orig).strip().splitlines()[0]
        raise InputError(
            f"{where} has no PostGIS ({why}). Have its administrator run: CREATE EXTENSION postgis",
            f"{where} 未安装 PostGIS({why})。请由数据库管理员执行: CREATE EXTENSION postgis",
        ) from error


def open_server(where: str, clock: Callable[[], datetime] = now) -> ServerStore:
    """Open a region; raises InputError or StoreError saying what is wrong with it and how to mend it."""
    url = address_of(where)
    _grow(url)
    store = ServerStore(url, clock)
    try:
        anchor = read_anchor(store.folder)
        with store.read.connect() as connection:
            if anchor:
                check_anchor(store.folder, anchor, connection)
            else:  # this machine sees the region for the first time, and will know its head from now on
                anchored(store.folder, store.id, connection)
    except StoreError:
        store.close()
        raise
    return store


def _grow(url: sa.URL) -> None:
    """Check that there is a region of a layout we know, and bring an older one to the newest."""
    engine = read_engine(url)
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("meta"):
                where = shown(url)
                raise InputError(
                    f"{where} holds no region. Make one with: hechang init {where}",
                    f"{where} 中没有区域数据。新建请运行: hechang init {where}",
                )
            found = lacking(connection)
    finally:
        engine.dispose()
    if found.layout > VERSION:
        raise newer(shown(url), found.layout)
    if found:
        _add(url)


def _add(url: sa.URL) -> None:
    engine = write_engine(url)
    try:
        with engine.begin() as connection:  # of two programs the second finds nothing left to do
            add(connection, lacking(connection))
    except sa.exc.DBAPIError as error:
        raise unreadable(url, error) from error
    finally:
        engine.dispose()
