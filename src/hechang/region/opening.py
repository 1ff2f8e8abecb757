"""Opening and making regions: the doors that `hechang.open`, `hechang.create` and `hechang init` use."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from hechang.region.region import Region
from hechang.region.settings import Settings, read_settings, written
from hechang.store.contract import Verdict
from hechang.store.copying import copy
from hechang.store.folder import ABOUT, FolderStore, create_folder, open_folder
from hechang.store.postgres import address_of, shown
from hechang.store.readers import reader as known_reader
from hechang.store.server import ServerStore, create_server, open_server
from hechang.terms.dates import now, today
from hechang.terms.errors import InputError
from hechang.terms.ids import IdMaker, id_maker

_ADDRESS = re.compile(r"[a-z][a-z0-9+]+:/")  # as a path it has lost its second slash
_SERVER = re.compile(r"postgres(ql)?(\+[a-z0-9]+)?://")


def open_region(
    where: str | Path, *, reader: str = "local", clock: Callable[[], datetime] = now, make_id: IdMaker | None = None
) -> Region:
    """Open a region as `reader` at its newest revision, on the day its settings name or today in Shanghai.

    Parameters
    ----------
    where
        A folder, or the address of a database: `postgresql+psycopg://USER@HOST:PORT/DATABASE`.

    Raises
    ------
    InputError
        when there is no region.
    StoreError
        when it is locked, of a newer layout, has lost part of its history, or the server cannot be reached.
    """
    store = open_store(where, clock)
    settings = read_settings(store.about(), f"{store.folder / ABOUT}")
    day = settings.day or today(clock)
    maker = make_id or id_maker()
    who = known_reader("public" if settings.public_of else reader)
    return Region(store, store.folder, settings, store.head(), day, reader=who, make_id=maker)


def create_region(
    where: str | Path,
    settings: Settings | None = None,
    *,
    clock: Callable[[], datetime] = now,
    make_id: IdMaker | None = None,
) -> Region:
    """Make an empty region in a new or empty folder, or in an empty database, and open it."""
    maker = make_id or id_maker()
    server = on_server(where)
    chosen = settings or Settings(name=address_of(str(where)).database or "" if server else folder_of(where).stem)
    store = f"{_short(chosen.name)}-{maker()[-6:].lower()}"
    new_store(where, store, written(chosen), clock).close()
    return open_region(where, clock=clock, make_id=maker)


def new_store(where: str | Path, store: str, about: str, clock: Callable[[], datetime]) -> FolderStore | ServerStore:
    """Make an empty store in a new or empty folder, or in an empty database."""
    if on_server(where):
        return create_server(str(where), store, about, clock)
    return create_folder(folder_of(where), store, about, clock)


def copy_region(source: str | Path, target: str | Path, *, clock: Callable[[], datetime] = now) -> tuple[Verdict, str]:
    """Write a whole region, with every revision and file, to a new folder or an empty database; all or nothing.

    Returns
    -------
    Verdict, str
        what the check of the copy says, and the name of its newest revision.

    Raises
    ------
    InputError
        when something is at the target already.
    StoreError
        when the region is not whole; nothing is left at the target then.
    """
    old = open_store(source, clock)
    try:
        new = new_store(target, old.id, old.about(), clock)
        try:
            return copy(old, new), f"{new.id}:{new.head()}"
        except BaseException:
            new.forget()
            raise
        finally:
            new.close()
    finally:
        old.close()


def open_store(where: str | Path, clock: Callable[[], datetime]) -> FolderStore | ServerStore:
    """Open the store in a folder or in a database."""
    return open_server(str(where), clock) if on_server(where) else open_folder(folder_of(where), clock)


def on_server(where: str | Path) -> bool:
    """Tell whether a name is the address of a database.

    Examples
    --------
    >>> on_server("postgresql+psycopg://zhang@localhost/region"), on_server("region.hc")
    (True, False)
    """
    return bool(_SERVER.match(str(where)))


def place_of(where: str | Path) -> str:
    """Return the folder or address of a region as it may be shown: without a password.

    Examples
    --------
    >>> place_of("postgresql://zhang:secret@localhost/region")
    'postgresql+psycopg://zhang:***@localhost/region'
    """
    return shown(address_of(str(where))) if on_server(where) else str(where)


def _short(name: str) -> str:
    plain = "".join(c for c in name.lower() if c.isascii() and c.isalnum())
    return plain[:12] or "region"


def folder_of(where: str | Path) -> Path:
    """Whole path of the folder a user named; raises InputError for an address of a server or an unknown home."""
    if _ADDRESS.match(str(where)):
        raise InputError(
            f"{where}: a region is in a folder or in a database: postgresql+psycopg://USER@HOST:PORT/DATABASE",
            f"{where}: 区域数据可放在文件夹或数据库中: postgresql+psycopg://用户@主机:端口/数据库",
        )
    try:
        return Path(where).expanduser().absolute()
    except RuntimeError as error:  # ~name of nobody
        raise InputError(
            f"{where}: there is no such home. Write the whole path", f"{where}: 没有这个用户目录。请写完整路径"
        ) from error
