"""What is known of users, kept until a revision writes to a table their rights are made of, and for a day at most."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import sqlalchemy as sa

from hechang.store import rights
from hechang.store.canonical import counts_of
from hechang.store.readers import Reader
from hechang.store.schema import metadata


class State(NamedTuple):
    """The newest revision that was looked at, and the day."""

    revision: int
    day: str


class KnownUsers:
    """Readers of one region by user, and who of them is active; `head` tells the newest revision."""

    def __init__(self, read: sa.Engine, head: Callable[[], int]) -> None:
        self._read, self._head = read, head
        self._kept: tuple[State, dict[str, Reader], dict[str, bool]] = (State(-1, ""), {}, {})

    def reader(self, uid: str, day: str) -> Reader:
        """Return what a user may see and do on a day."""
        readers = self._known(day)[1]
        if uid not in readers:
            with self._read.connect() as connection:
                readers[uid] = rights.reader_of(connection, uid, day)
        return readers[uid]

    def active(self, uid: str, day: str) -> bool:
        """Tell whether a user's row is in force on a day and not switched off."""
        known = self._known(day)[2]
        if uid not in known:
            with self._read.connect() as connection:
                known[uid] = rights.is_active(connection, uid, day)
        return known[uid]

    def _known(self, day: str) -> tuple[State, dict[str, Reader], dict[str, bool]]:
        state, readers, active = self._kept
        head = self._head()
        if state == State(head, day):
            return self._kept
        if state.day != day or self._changed(state.revision, head):
            readers, active = {}, {}
        self._kept = (State(head, day), readers, active)
        return self._kept

    def _changed(self, after: int, until: int) -> bool:
        """Tell whether a revision wrote to a table that rights are made of."""
        r = metadata().tables["revisions"]
        query = sa.select(r.c.counts).where(r.c.seq > after, r.c.seq <= until)
        with self._read.connect() as connection:
            return any(set(counts_of(found)) & set(rights.MADE_FROM) for found in connection.execute(query).scalars())
