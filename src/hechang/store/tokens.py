"""API tokens: a program works for a user, with some of the user's verbs, in a part of the region, until a day."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from hechang.store import audit
from hechang.store.contract import Store
from hechang.store.credentials import By
from hechang.store.readers import COMMON, PUBLIC, READ, Reader
from hechang.store.schema import metadata
from hechang.store.sign_ins import SIZE, handle, key_of
from hechang.store.sql_store import SqlStore
from hechang.terms.dates import Clock, end_of_day, is_date, moment, today
from hechang.terms.errors import InputError, StoreError, not_known
from hechang.terms.marks import marks_in
from hechang.terms.rights import VERBS
from hechang.terms.scopes import ROOT, path_of, scope_range

MARK = "hct_"  # by which a token is known where it should not be: in a file, in a message
LONGEST = timedelta(days=366)
NAME = 80  # characters
MOST = 20  # tokens of one user
NOTED = timedelta(hours=1)  # how often it is written down that a token is used


class Bounds(NamedTuple):
    """What a token may do at most: verbs, inside which scope, until the end of which day."""

    name: str
    verbs: tuple[str, ...]
    lo: str
    ends: str


class Token(NamedTuple):
    """A token of a user; `key` is its SHA-256; UTC moments."""

    uid: str
    key: str
    name: str
    verbs: tuple[str, ...]
    lo: str
    made: str
    ends: str
    used: str | None

    @property
    def handle(self) -> str:
        """Name of this token on pages."""
        return handle(self.key)


class Tokens:
    """The API tokens of one region."""

    def __init__(self, store: Store, clock: Clock | None = None) -> None:
        self.store = cast(SqlStore, store)
        self.clock = clock or self.store.clock

    def make(self, uid: str, wanted: Bounds, *, by: By) -> str:
        """Make a token and return it: it can never be shown again.

        Raises
        ------
        InputError
            for bounds that cannot be, or when the user has too many tokens.
        """
        bounds = checked(wanted, today(self.clock))
        token = MARK + secrets.token_urlsafe(SIZE)
        said = {"uid": uid, "name": bounds.name, "verbs": " ".join(bounds.verbs), "lo": bounds.lo}
        row = {"token": key_of(token), **said, "made": moment(self.clock()), "ends": end_of_day(bounds.ends)}

        def work(connection: sa.Connection) -> None:
            self._insert(connection, row)
            audit.add(connection, by.did("token", f"users/{uid}"), str(row["made"]))

        self.store.alone(work)
        return token

    def find(self, token: str) -> Token | None:
        """Return whose token this is; None where it has ended, or the user has."""
        t = metadata().tables["tokens"]
        query = sa.select(t).where(t.c.token == key_of(token), t.c.ends > moment(self.clock()))
        with self.store.read.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or not self.store.is_active(row.uid, today(self.clock)):
            return None
        found = _token(row)
        self._noted(found)
        return found

    def own(self, uid: str) -> list[Token]:
        """Return the tokens of a user that have not ended, the newest first."""
        t = metadata().tables["tokens"]
        query = sa.select(t).where(t.c.uid == uid, t.c.ends > moment(self.clock()))
        with self.store.read.connect() as connection:
            return [_token(row) for row in connection.execute(query.order_by(t.c.made.desc(), t.c.token))]

    def end_one(self, name: str, *, by: By) -> bool:
        """End a token of who does it by its handle; False where there is none of this name."""
        t = metadata().tables["tokens"]
        found = [one.key for one in self.own(by.actor) if one.handle == name]

        def work(connection: sa.Connection) -> None:
            connection.execute(t.delete().where(t.c.token.in_(found)))
            audit.add(connection, by.did("token-end", f"users/{by.actor}"), moment(self.clock()))

        if found:
            self.store.alone(work)
        return bool(found)

    def _insert(self, connection: sa.Connection, row: dict[str, Any]) -> None:
        t = metadata().tables["tokens"]
        connection.execute(t.delete().where(t.c.ends <= moment(self.clock())))
        count = sa.select(sa.func.count()).select_from(t).where(t.c.uid == row["uid"])
        if connection.execute(count).scalar_one() >= MOST:
            raise InputError(
                f"A user has at most {MOST} API tokens. End one first", f"每位用户最多 {MOST} 个接口令牌。请先停用一个"
            )
        connection.execute(t.insert(), [row])

    def _noted(self, found: Token) -> None:
        now = self.clock()
        if found.used and found.used > moment(now - NOTED):
            return
        t = metadata().tables["tokens"]
        used = t.update().where(t.c.token == found.key).values(used=moment(now))
        with suppress(StoreError):  # a question is not refused because something else is being written
            self.store.alone(lambda connection: connection.execute(used).rowcount)


def narrowed(who: Reader, token: Token) -> Reader:
    """Return what is left to a user who works through a token: its verbs, inside its scope.

    The public rows stay; and what all who work in the region work with (places, plans) stays to a token that may read,
    or nothing it writes could name them.

    Examples
    --------
    >>> from hechang.store.readers import Grant
    >>> token = Token("u", "", "", ("read",), "r.32.3202.", "", "", None)
    >>> user = Reader("某", (Grant("r.32.", "r.32/", 1), Grant("r.32.", "r.32/", 1, verb="update")))
    >>> [(g.lo, g.hi, g.level, g.verb) for g in narrowed(user, token).grants[1:]]
    [('r.32.3202.', 'r.32.3202/', 1, 'read')]
    """
    lo, hi = scope_range(token.lo)
    cut = [replace(g, lo=max(g.lo, lo), hi=min(g.hi, hi)) for g in who.grants if g.verb in token.verbs]
    inside = [g for g in cut if g.lo < g.hi and g not in PUBLIC.grants]
    common = [g for g in who.grants if g.verb == COMMON and READ in token.verbs]
    shares = tuple(share for share in who.shares if share.verb in token.verbs and lo == ROOT)
    home = who.home if who.home.startswith(lo) else lo
    return replace(who, grants=(*PUBLIC.grants, *inside, *common), shares=shares, home=home)


def checked(wanted: Bounds, day: str) -> Bounds:
    """Return bounds in one form; raises InputError or NotKnown for what they cannot be.

    Examples
    --------
    >>> checked(Bounds(" nightly copy ", ("export", "read"), "3202", "2027-01-31"), "2026-12-01")
    Bounds(name='nightly copy', verbs=('read', 'export'), lo='r.32.3202.', ends='2027-01-31')
    """
    name = wanted.name.strip()
    if not name or len(name) > NAME or not name.isprintable() or marks_in(name):
        raise InputError(f"A token needs a name of at most {NAME} characters", f"令牌须有名称, 不超过 {NAME} 个字符")
    return Bounds(name, _verbs(wanted.verbs), path_of(wanted.lo), _last_day(wanted.ends, day))


def _verbs(wanted: Sequence[str]) -> tuple[str, ...]:
    for verb in wanted:
        if verb not in VERBS:
            raise not_known("verb", "动作", verb, VERBS)
    if not wanted:
        raise InputError("Say what the token may do: at least one verb", "请说明令牌可执行的动作, 至少一项")
    return tuple(verb for verb in VERBS if verb in wanted)


def _last_day(ends: str, day: str) -> str:
    most = date.fromisoformat(day) + LONGEST
    if not (is_date(ends) and len(ends) == 10 and day <= ends <= most.isoformat()):
        raise InputError(
            f"A token ends on a day from {day} to {most}; write it as 2027-01-31",
            f"令牌须有截止日, 在 {day} 与 {most} 之间, 写成 2027-01-31",
        )
    return ends


def _token(row: Any) -> Token:
    verbs = tuple(row.verbs.split())
    return Token(row.uid, row.token, row.name, verbs, row.lo, row.made, row.ends, row.used)
