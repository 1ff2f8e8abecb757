"""What a store needs of a database: how it is read and written, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

import sqlalchemy as sa

from hechang.store.guard import Seen
from hechang.terms.errors import StoreError


class Pulse(Protocol):
    """Tells cheaply whether anything was committed."""

    def __call__(self) -> tuple[int, int]:
        """Return what is never the same again after a commit: which opening of the database, which state of it."""

    def close(self) -> None:
        """Let go of the database."""


class Engines(NamedTuple):
    """How a database is read and written, and what its refusals mean in plain words; the writer starts when needed."""

    read: sa.Engine
    write: Callable[[], sa.Engine]
    told: Callable[[sa.exc.DBAPIError], StoreError]
    guarded: Callable[[Seen], AbstractContextManager[sa.Connection]]
    pulse: Pulse | None = None  # None: whether anything was committed is asked for each time
