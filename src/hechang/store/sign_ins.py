"""Sign-ins: opaque tokens of 256 bits, of which only the SHA-256 is kept, that end by themselves.

The token of a browser changes at every sign-in and at every change of password; a change of rights ends it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from hechang.store import audit
from hechang.store.contract import MAIN, Store
from hechang.store.credentials import By
from hechang.store.schema import metadata, version_table
from hechang.store.sql_store import SqlStore
from hechang.terms.dates import Clock, moment, today
from hechang.terms.errors import StoreError
from hechang.terms.ids import content_hash

IDLE = timedelta(minutes=30)
WHOLE = timedelta(hours=12)
NOTED = timedelta(minutes=1)  # how often it is written down that somebody is still there
SIZE = 32  # bytes of a token
HANDLE = 16  # characters by which a sign-in or a token is named on a page


class SignIn(NamedTuple):
    """One sign-in; `key` is the SHA-256 of its token, `csrf` that of the token of its forms; UTC moments."""

    uid: str
    key: str
    csrf: str
    made: str
    seen: str
    ends: str
    must_change: bool = False

    @property
    def handle(self) -> str:
        """Name of this sign-in on pages."""
        return handle(self.key)

    def allows(self, csrf: str) -> bool:
        """Tell whether a form or request was made from a page of this very sign-in."""
        return hmac.compare_digest(content_hash(csrf.encode("utf-8", "replace")), self.csrf)


class SignIns:
    """Who is signed in to one region."""

    def __init__(self, store: Store, clock: Clock | None = None) -> None:
        self.store = cast(SqlStore, store)
        self.clock = clock or self.store.clock

    def begin(self, uid: str, before: str = "", *, by: By, renewed: bool = False) -> str:
        """Sign somebody in and return the token; what the browser had before ends.

        `renewed`: as part of something else, of which a record was kept.
        """
        token = secrets.token_urlsafe(SIZE)
        now = self.clock()
        row = {"token": key_of(token), "uid": uid, "csrf": content_hash(csrf_of(token).encode()), "made": moment(now),
               "seen": moment(now), "ends": moment(now + WHOLE)}  # fmt: skip
        s = metadata().tables["sign_ins"]

        def work(connection: sa.Connection) -> None:
            connection.execute(s.delete().where(sa.or_(s.c.token == key_of(before), self._over())))
            connection.execute(s.insert(), [row])
            if not renewed:
                audit.add(connection, by.did("sign-in", f"users/{uid}"), moment(now))

        self.store.alone(work)
        return token

    def find(self, token: str) -> SignIn | None:
        """Return whose token this is; None where it has ended, or the user has, or has other rights since."""
        s, c = metadata().tables["sign_ins"], metadata().tables["credentials"]
        query = sa.select(s, c.c.must_change).join(c, c.c.uid == s.c.uid)
        with self.store.read.connect() as connection:
            row = connection.execute(query.where(s.c.token == key_of(token), ~self._over())).one_or_none()
            if row is None or _granted_since(connection, row):
                return None
        if not self.store.is_active(row.uid, today(self.clock)):
            return None
        found = _sign_in(row, bool(row.must_change))
        self._noted(found)
        return found

    def own(self, uid: str) -> list[SignIn]:
        """Return the sign-ins of a user, the newest first."""
        s = metadata().tables["sign_ins"]
        query = sa.select(s).where(s.c.uid == uid, ~self._over()).order_by(s.c.made.desc(), s.c.token)
        with self.store.read.connect() as connection:
            return [_sign_in(row) for row in connection.execute(query)]

    def end(self, keys: Sequence[str], *, by: By) -> None:
        """End some sign-ins."""
        s = metadata().tables["sign_ins"]

        def work(connection: sa.Connection) -> None:
            connection.execute(s.delete().where(s.c.token.in_(list(keys))))
            audit.add(connection, by.did("sign-out", f"users/{by.actor}"), moment(self.clock()))

        self.store.alone(work)

    def end_one(self, name: str, *, by: By) -> bool:
        """End a sign-in of who does it by its handle; False where there is none of this name."""
        found = [one.key for one in self.own(by.actor) if one.handle == name]
        if found:
            self.end(found, by=by)
        return bool(found)

    def end_all(self, *, by: By, but: str = "") -> None:
        """End every sign-in of who does it, but one."""
        self.end([one.key for one in self.own(by.actor) if one.key != but], by=by)

    def _over(self) -> sa.ColumnElement[bool]:
        s, now = metadata().tables["sign_ins"], self.clock()
        return sa.or_(s.c.ends <= moment(now), s.c.seen <= moment(now - IDLE))

    def _noted(self, found: SignIn) -> None:
        now = self.clock()
        if found.seen > moment(now - NOTED):
            return
        s = metadata().tables["sign_ins"]
        still = s.update().where(s.c.token == found.key).values(seen=moment(now))
        with suppress(StoreError):  # a page is not refused because something else is being written
            self.store.alone(lambda connection: connection.execute(still).rowcount)


def key_of(token: str) -> str:
    """Return what is kept of a token."""
    return content_hash(token.encode("utf-8", "replace"))


def csrf_of(token: str) -> str:
    """Return what the forms of a sign-in carry: made from its token, which no other site can read.

    Examples
    --------
    >>> csrf_of("a") == csrf_of("a"), csrf_of("a") == csrf_of("b"), len(csrf_of("a"))
    (True, False, 64)
    """
    return hmac.digest(token.encode("utf-8", "replace"), b"csrf", "sha256").hex()


def handle(key: str) -> str:
    """Return the name on pages of what is kept under a key; it gives nothing of the key away."""
    return content_hash(key.encode())[:HANDLE]


def _sign_in(row: Any, must_change: bool = False) -> SignIn:
    return SignIn(row.uid, row.token, row.csrf, row.made, row.seen, row.ends, must_change)


def _granted_since(connection: sa.Connection, row: Any) -> bool:
    """Tell whether the rights of a user were changed after a sign-in began."""
    g, r = version_table("grants"), metadata().tables["revisions"]
    changed = sa.select(sa.func.max(r.c.at)).join(g, g.c.revision == r.c.seq)
    at = connection.execute(changed.where(g.c.account == row.uid, g.c.branch == MAIN)).scalar()
    return at is not None and str(at) > str(row.made)
