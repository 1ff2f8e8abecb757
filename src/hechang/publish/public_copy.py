"""The public copy: a region of its own that holds what may be published and nothing else.

It is written anew from rows of level 0 in force on one day, column by column as `terms/rights/public.csv` allows: no
history, no log of who did what, no account. What is not in it cannot leak from what is made of it. Who opens it is
`public`, whoever it is, and nobody writes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from hechang.publish.public_figures import without_small
from hechang.publish.public_rows import public_rows
from hechang.region.opening import new_store, open_region
from hechang.region.prepare import to_arrow
from hechang.region.region import Region
from hechang.region.settings import written
from hechang.store.checkpoints import Unsigned
from hechang.store.contract import MAIN, Draft
from hechang.store.folder import FolderStore
from hechang.store.server import ServerStore
from hechang.terms.errors import InputError
from hechang.terms.rights import public_fields
from hechang.terms.sources import by_person
from hechang.terms.specs import table as spec
from hechang.terms.specs import tables

WHO, WHY, SUFFIX = "hechang publish", "public copy", "-public"


def public_copy(region: Region, where: str | Path) -> Region:
    """Write the public copy of a region, as it stands on the region's day, to a new place, and open it.

    Parameters
    ----------
    region
        Main branch; whoever opened it, only what is public is copied.
    where
        A new or empty folder, or an empty database, best of another owner.

    Raises
    ------
    InputError
        for a branch, a copy of a copy, or when something is there already.

    Examples
    --------
    >>> from hechang import tiny
    >>> with room_for_copy(tiny()) as copy:
    ...     copy.reader.name, len(copy.projects), len(copy.log())
    ('public', 0, 1)
    """
    _refuse(region)
    head = region.log(limit=1)["at"]
    at = datetime.fromisoformat(str(head.iloc[0])) if len(head) else region.store.clock()
    store = _new(region, where, lambda: at)
    try:
        _fill(region, store)
    except BaseException:
        store.forget()
        raise
    store.close()
    return open_region(where)


@contextmanager
def room_for_copy(region: Region) -> Iterator[Region]:
    """Give a public copy in a folder of its own, which is gone afterwards."""
    if region.settings.public_of:  # it is one
        yield region
        return
    with tempfile.TemporaryDirectory(prefix="hechang-") as room:
        made = public_copy(region, Path(room) / "public.hc")
        try:
            yield made
        finally:
            made.store.close()


def _refuse(region: Region) -> None:
    if region.branch_name != MAIN:
        raise InputError(
            f"Branch '{region.branch_name}' is not published, only {MAIN} is",
            f"分支“{region.branch_name}”不公开, 只公开 {MAIN}",
        )
    if region.settings.public_of:
        raise InputError(
            "This is a public copy already. Copy it with: hechang copy", "这已是公开副本。复制请用: hechang copy"
        )


def _new(region: Region, where: str | Path, clock: Callable[[], datetime]) -> FolderStore | ServerStore:
    settings = replace(region.settings, day=region.day, public_of=region.revision_name)
    store = new_store(where, region.store.id + SUFFIX, written(settings), clock)
    store.signer = Unsigned(store.id, clock)
    return store


def _fill(region: Region, store: FolderStore | ServerStore) -> None:
    frames = without_small(public_rows(region), region.day)
    for sha in _files(frames):
        store.keep(region.store.blob(sha))
    store.write(Draft(MAIN, 0, WHO, WHY, by_person(WHO), {name: _arrow(name, rows) for name, rows in frames.items()}))


def _files(frames: Mapping[str, pd.DataFrame]) -> list[str]:
    """Files that public rows name."""
    named = [(name, f.name) for name in frames for f in tables()[name].fields if f.kind == "blob"]
    return sorted(
        {str(sha) for name, column in named if column in frames[name] for sha in frames[name][column].dropna()}
    )


def _arrow(name: str, rows: pd.DataFrame) -> Any:
    """Rows as the store takes them."""
    allowed = [column for column in public_fields(name) if column in rows.columns]
    made = rows[allowed].rename_axis("id").reset_index().assign(branch=MAIN, op="put")
    columns = [column for column in spec(name).columns if column != "revision"]
    return to_arrow(spec(name), made.reindex(columns=columns))
