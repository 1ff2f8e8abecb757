"""Opening and making regions: the doors that `hechang.open`, `hechang.create` and `hechang init` use."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from hechang.region.region import Region
from hechang.region.settings import Settings, read_settings, write_settings
from hechang.store.folder import create_folder, open_folder
from hechang.store.readers import reader as known_reader
from hechang.terms.dates import now, today
from hechang.terms.errors import InputError
from hechang.terms.ids import IdMaker, id_maker

_ADDRESS = re.compile(r"[a-z][a-z0-9+]+:/")  # as a path it has lost its second slash


def open_region(
    where: str | Path, *, reader: str = "local", clock: Callable[[], datetime] = now, make_id: IdMaker | None = None
) -> Region:
    """Open a region as `reader` at its newest revision, on the day its settings name or today in Shanghai.

    Raises
    ------
    InputError
        when there is no region.
    StoreError
        when it is locked, of a newer layout, or has lost part of its history.
    """
    folder = folder_of(where)
    store = open_folder(folder, clock)
    settings = read_settings(folder)
    day = settings.day or today(clock)
    maker = make_id or id_maker()
    return Region(store, folder, settings, store.head(), day, reader=known_reader(reader), make_id=maker)


def create_region(
    where: str | Path,
    settings: Settings | None = None,
    *,
    clock: Callable[[], datetime] = now,
    make_id: IdMaker | None = None,
) -> Region:
    """Make an empty region in a new or empty folder and open it."""
    folder = folder_of(where)
    chosen = settings or Settings(name=folder.stem)
    maker = make_id or id_maker()
    create_folder(folder, f"{_short(chosen.name)}-{maker()[-6:].lower()}", clock).close()
    write_settings(folder, chosen)
    return open_region(folder, clock=clock, make_id=maker)


def _short(name: str) -> str:
    plain = "".join(c for c in name.lower() if c.isascii() and c.isalnum())
    return plain[:12] or "region"


def folder_of(where: str | Path) -> Path:
    """Whole path of the folder a user named; raises InputError for an address of a server or an unknown home."""
    if _ADDRESS.match(str(where)):
        raise InputError(
            f"{where}: only folders can hold a region yet. Name a folder",
            f"{where}: 目前区域数据只能放在文件夹中。请给出文件夹",
        )
    try:
        return Path(where).expanduser().absolute()
    except RuntimeError as error:  # ~name of nobody
        raise InputError(
            f"{where}: there is no such home. Write the whole path", f"{where}: 没有这个用户目录。请写完整路径"
        ) from error
