"""Who may sign in: logins and passwords of users, and the ids they have elsewhere (OpenID Connect).

A user is a row of the register; what is kept here never reaches its history, its copies or any message.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from hechang.store import audit
from hechang.store.contract import Store
from hechang.store.passwords import Hasher, check_password, plain
from hechang.store.schema import metadata
from hechang.store.sql_store import SqlStore
from hechang.store.tries import Callers, wait_after
from hechang.terms.dates import Clock, moment, today
from hechang.terms.errors import InputError, NotKnown
from hechang.terms.marks import marks_in

LOGIN = re.compile(r"[\w@.+-]{2,64}")
SUBJECT = re.compile(r"https?://[^|\s]{3,500}\|[^|\s]{1,255}")
NEWEST = 2**62  # whatever the newest revision is
FREE: dict[str, Any] = {"failed": 0, "locked_until": None}  # of an account nobody waits for
DECOY = "last try"  # in `meta`: what is written where there is no account to write to


class By(NamedTuple):
    """Who does it: a user by id, or a person at the machine by name (role `local`), and from which address."""

    actor: str
    address: str = ""
    role: str = ""

    def did(self, verb: str, object: str, **more: str) -> dict[str, str]:
        """Return what the audit log keeps of it."""
        return {"actor": self.actor, "role": self.role, "address": self.address, "verb": verb, "object": object, **more}


class Account(NamedTuple):
    """What may be shown of an account; times are UTC moments."""

    uid: str
    login: str
    subject: str | None
    password: bool
    must_change: bool
    changed: str
    locked_until: str | None


class Tried(NamedTuple):
    """Who signed in, None where nobody did; `wait`: seconds for which the address is not listened to."""

    uid: str | None
    wait: float = 0.0


class Credentials:
    """The accounts of one region.

    Parameters
    ----------
    hasher
        How passwords are kept.
    clock
        The clock of the store by default.
    """

    def __init__(self, store: Store, hasher: Hasher | None = None, clock: Clock | None = None) -> None:
        self.store = cast(SqlStore, store)
        self.hasher = hasher or Hasher()
        self.clock = clock or self.store.clock
        self.callers = Callers(self.clock)

    # --- what there is -------------------------------------------------------------------------------------------
    def any(self) -> bool:
        """Tell whether anybody can sign in at all; else the region is one person's on one machine."""
        c = metadata().tables["credentials"]
        with self.store.read.connect() as connection:
            return connection.execute(sa.select(c.c.uid).limit(1)).scalar() is not None

    def all(self) -> list[Account]:
        """Return all accounts by login."""
        c = metadata().tables["credentials"]
        with self.store.read.connect() as connection:
            return [_account(row) for row in connection.execute(sa.select(c).order_by(c.c.login))]

    def of(self, uid: str) -> Account | None:
        """Return the account of a user, None where the user has none."""
        c = metadata().tables["credentials"]
        with self.store.read.connect() as connection:
            found = connection.execute(sa.select(c).where(c.c.uid == uid)).one_or_none()
        return _account(found) if found else None

    def active(self, uid: str) -> bool:
        """Tell whether a user may sign in today: the row is in force and not switched off."""
        return self.store.is_active(uid, today(self.clock))

    # --- signing in ----------------------------------------------------------------------------------------------
    def check(self, login: str, password: str, address: str) -> Tried:
        """Say whose login and password these are; wrong, unknown, locked and switched off all look the same."""
        whose = metadata().tables["credentials"].c.login == folded(login)
        return self._tried(whose, password, address, "sign-in")

    def confirm(self, uid: str, password: str, address: str, verb: str) -> Tried:
        """Ask somebody who is signed in for the password once more, before something is done."""
        return self._tried(metadata().tables["credentials"].c.uid == uid, password, address, verb)

    def by_subject(self, subject: str) -> str | None:
        """Return the user an officer has linked with an id of another service; None for a stranger."""
        uid = self._owner(subject)
        return uid if uid and self.active(uid) else None

    def _tried(self, whose: sa.ColumnElement[bool], password: str, address: str, verb: str) -> Tried:
        wait = self.callers.wait(address)
        if wait:
            return Tried(None, wait)
        self.callers.tried(address)
        found, open = self.store.alone(lambda connection: self._begun(connection, whose))
        right = self.hasher.right(found.secret if open else None, password)
        if not right or not self.active(found.uid):
            self._refused(
                found.uid if found else "", "wrong" if open else "locked" if found else "unknown", address, verb
            )
            return Tried(None)
        self.callers.right(address)
        newer = self.hasher.hash(password) if self.hasher.old(found.secret) else found.secret
        self.store.alone(lambda connection: _set(connection, found.uid, **FREE, secret=newer))
        return Tried(str(found.uid))

    def _refused(self, uid: str, why: str, address: str, verb: str) -> None:
        audit.note(self.store, By(uid, address).did(verb, f"users/{uid}", outcome="refused", why=why))

    def _begun(self, connection: sa.Connection, whose: sa.ColumnElement[bool]) -> tuple[Any, bool]:
        """Return the account and whether it is listened to; the try counts as wrong before it is known to be."""
        c = metadata().tables["credentials"]
        found = connection.execute(sa.select(c).where(whose)).one_or_none()
        now = self.clock()
        if found is None or (found.locked_until or "") > moment(now):
            _write_as_much(connection, moment(now))
            return found, False
        wait = wait_after(found.failed + 1)
        until = moment(now + timedelta(seconds=wait)) if wait else None
        _set(connection, found.uid, failed=found.failed + 1, locked_until=until)
        return found, True

    # --- keeping -------------------------------------------------------------------------------------------------
    def add(self, uid: str, login: str, password: str | None, *, must_change: bool, by: By) -> None:
        """Let a user sign in; without a password only by way of another service.

        Raises
        ------
        InputError
            for a login that is taken or cannot be one, or a password that is easily guessed.
        """
        name = checked_login(login)
        secret = self._kept(password, name) if password is not None else None
        at = moment(self.clock())
        row = {"uid": uid, "login": name, "secret": secret, "subject": None, "made": at, "changed": at, **FREE,
               "must_change": must_change and secret is not None}  # fmt: skip

        def work(connection: sa.Connection) -> None:
            _add(connection, row)
            audit.add(connection, by.did("account", f"users/{uid}"), at)

        self.store.alone(work)

    def set_password(self, uid: str, password: str, *, must_change: bool, by: By) -> None:
        """Give a user a password set by somebody else (`must_change`) and end every sign-in and API token."""
        secret, at = self._kept(password, self._known(uid).login), moment(self.clock())

        def work(connection: sa.Connection) -> None:
            _set(connection, uid, **FREE, secret=secret, changed=at, must_change=must_change)
            _sign_out(connection, uid, ("sign_ins", "tokens"))
            audit.add(connection, by.did("password", f"users/{uid}"), at)

        self.store.alone(work)

    def change_password(self, uid: str, password: str, *, by: By) -> None:
        """Take a new password from the user, who has just given the old one; every sign-in ends, API tokens stay."""
        secret, at = self._kept(password, self._known(uid).login), moment(self.clock())

        def work(connection: sa.Connection) -> None:
            _set(connection, uid, **FREE, secret=secret, changed=at, must_change=False)
            _sign_out(connection, uid, ("sign_ins",))
            audit.add(connection, by.did("password", f"users/{uid}"), at)

        self.store.alone(work)

    def link(self, uid: str, subject: str | None, *, by: By) -> None:
        """Take an id of another service (`issuer|subject`) as this user's; None takes the link away."""
        if subject is not None and not SUBJECT.fullmatch(subject):
            raise InputError(
                "An id of another service is written as ISSUER|SUBJECT, e.g. https://id.example.cn|4711",
                "外部身份请写成 签发者|编号, 例如 https://id.example.cn|4711",
            )
        if subject and self._owner(subject) not in (None, uid):
            raise InputError("This id belongs to another user already", "该外部身份已属于另一用户")
        self._known(uid)
        self._done(uid, by.did("link", f"users/{uid}"), subject=subject)

    def unlock(self, uid: str, *, by: By) -> None:
        """Forget the wrong passwords of an account."""
        self._known(uid)
        self._done(uid, by.did("unlock", f"users/{uid}"), **FREE)

    def sign_out(self, uid: str, *, by: By) -> None:
        """End every sign-in and every API token of a user."""

        def work(connection: sa.Connection) -> None:
            _sign_out(connection, uid, ("sign_ins", "tokens"))
            audit.add(connection, by.did("sign-out", f"users/{uid}"), moment(self.clock()))

        self.store.alone(work)

    def _done(self, uid: str, said: dict[str, str], **values: Any) -> None:
        def work(connection: sa.Connection) -> None:
            _set(connection, uid, **values)
            audit.add(connection, said, moment(self.clock()))

        self.store.alone(work)

    def _owner(self, subject: str) -> str | None:
        c = metadata().tables["credentials"]
        with self.store.read.connect() as connection:
            found = connection.execute(sa.select(c.c.uid).where(c.c.subject == subject)).scalar()
        return str(found) if found else None

    def _known(self, uid: str) -> Account:
        found = self.of(uid)
        if found is None:
            raise NotKnown(
                "This user has no account. Make one with: hechang user add",
                "该用户还没有账号。请先运行: hechang user add",
            )
        return found

    def _kept(self, password: str, login: str) -> str:
        check_password(password, login)
        return self.hasher.hash(password)


def folded(login: str) -> str:
    """Return a login in one form.

    Examples
    --------
    >>> folded(" Planner@Wuxi ")
    'planner@wuxi'
    """
    return plain(login).strip().casefold()


def checked_login(login: str) -> str:
    """Return a login in one form; raises InputError for one that cannot be."""
    name = folded(login)
    if marks_in(name):
        raise InputError(
            "The number of a person is no login. Choose a name", "手机号码、身份证号码不得用作登录名。请另取名称"
        )
    if not LOGIN.fullmatch(name):
        raise InputError(
            "A login has 2 to 64 letters, digits or . _ - + @", "登录名为 2 至 64 个字母、数字或 . _ - + @"
        )
    return name


def _account(row: Any) -> Account:
    return Account(
        row.uid, row.login, row.subject, row.secret is not None, bool(row.must_change), row.changed, row.locked_until
    )


def _add(connection: sa.Connection, row: dict[str, Any]) -> None:
    c = metadata().tables["credentials"]
    for name, en, zh in (
        ("login", "This login is taken. Choose another", "该登录名已被占用。请另选"),
        ("uid", "This user has an account already", "该用户已有账号"),
    ):
        if connection.execute(sa.select(c.c.uid).where(c.c[name] == row[name])).scalar() is not None:
            raise InputError(en, zh)
    connection.execute(c.insert(), [row])


def _set(connection: sa.Connection, uid: str, **values: Any) -> None:
    c = metadata().tables["credentials"]
    connection.execute(c.update().where(c.c.uid == uid).values(**values))


def _sign_out(connection: sa.Connection, uid: str, names: tuple[str, ...]) -> None:
    for name in names:
        t = metadata().tables[name]
        connection.execute(t.delete().where(t.c.uid == uid))


def _write_as_much(connection: sa.Connection, at: str) -> None:
    """Write one row, so that a try takes as long where there is no account."""
    m = metadata().tables["meta"]
    if not connection.execute(m.update().where(m.c.key == DECOY).values(value=at)).rowcount:
        connection.execute(m.insert(), [{"key": DECOY, "value": at}])
