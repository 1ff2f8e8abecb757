"""What is known of users, kept until a revision writes to a table their rights are made of, and for a day at most."""

from __future__ import annotations

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
    """Readers of one region by user, and who of them is active."""

    def __init__(self) -> None:
        self._kept: tuple[State, dict[str, Reader], dict[str, bool]] = (State(-1, ""), {}, {})

    def reader(self, connection: sa.Connection, uid: str, day: str) -> Reader:
        """Return what a user may see and do on a day."""
        readers = self._known(connection, day)[1]
        if uid not in readers:
            readers[uid] = rights.reader_of(connection, uid, day)
        return readers[uid]

    def active(self, connection: sa.Connection, uid: str, day: str) -> bool:
        """Tell whether a user's row is in force on a day and not switched off."""
        known = self._known(connection, day)[2]
        if uid not in known:
            known[uid] = rights.is_active(connection, uid, day)
        return known[uid]

    def _known(self, connection: sa.Connection, day: str) -> tuple[State, dict[str, Reader], dict[str, bool]]:
        state, readers, active = self._kept
        r = metadata().tables["revisions"]
        query = sa.select(r.c.seq, r.c.counts).where(r.c.seq > state.revision).order_by(r.c.seq)
        later = [(int(seq), counts_of(counts)) for seq, counts in connection.execute(query)]
        if state.day != day or any(set(tables) & set(rights.MADE_FROM) for _, tables in later):
            readers, active = {}, {}
        if later or state.day != day:
            self._kept = (State(later[-1][0] if later else state.revision, day), readers, active)
        return self._kept[0], readers, active
