"""Signed sizes of the audit log, as C2SP tlog-checkpoint writes them: origin, size, root, and the moment below.

A checkpoint is signed after a commit, at most once in ten seconds, and when the region is closed. None is signed whose
moment would lie before that of the one before it. Where there is no key the region works unsigned.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hechang.engines.merkle import WIDTH, Frontier
from hechang.store.audit import frontier
from hechang.store.schema import metadata
from hechang.store.signing import Key, key_of
from hechang.terms.dates import moment
from hechang.terms.errors import StoreError

PUBLIC = "public_key"  # in `meta`
EVERY = 10.0  # s


class Checkpoint(NamedTuple):
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes
    at: str = ""


def text_of(one: Checkpoint) -> str:
    """Write what is signed.

    Examples
    --------
    >>> print(text_of(Checkpoint("demo", 2, bytes(32), "2022-09-27T01:00:00.000000Z")), end="")
    demo
    2
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    2022-09-27T01:00:00.000000Z
    """
    return f"{one.origin}\n{one.size}\n{base64.b64encode(one.root).decode()}\n{one.at}\n"


def read(note: str) -> Checkpoint | None:
    """Read a checkpoint, signed or not; None where the text is none.

    Examples
    --------
    >>> one = Checkpoint("demo", 2, bytes(32), "2022-09-27T01:00:00.000000Z")
    >>> read(text_of(one)) == one, read("demo")
    (True, None)
    """
    lines = note.partition("\n\n")[0].splitlines()
    if len(lines) < 3 or not (lines[1].isascii() and lines[1].isdecimal() and len(lines[1]) < 19):
        return None
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError):
        return None
    at = lines[3] if len(lines) > 3 else ""
    return Checkpoint(lines[0], int(lines[1]), root, at) if len(root) == WIDTH else None


def newest(connection: sa.Connection) -> tuple[Checkpoint | None, str]:
    """Return the newest checkpoint of a region and its note; None and nothing where there is none that can be read."""
    c = metadata().tables["checkpoints"]
    note = connection.execute(sa.select(c.c.note).order_by(c.c.size.desc()).limit(1)).scalar() or ""
    return read(note), note


def published(connection: sa.Connection) -> str | None:
    """Return the public key a region names, None where it never signed anything."""
    meta = metadata().tables["meta"]
    return connection.execute(sa.select(meta.c.value).where(meta.c.key == PUBLIC)).scalar()


class Signer:
    """Signs the log of one region as it grows; the key is looked for when it is needed first."""

    def __init__(self, store: str, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.clock = clock

    def sign(self, connection: sa.Connection, every: float = EVERY) -> None:
        """Keep a checkpoint of the log where it has grown and the last one is `every` seconds old; commits nothing."""
        tree = frontier(connection)
        last, _ = newest(connection)
        if tree.size <= (last.size if last else 0):
            return
        now = self.clock()
        if last and (now - datetime.fromisoformat(last.at)).total_seconds() < every:
            return
        self._keep(connection, tree, moment(now))

    def sign_rest(self, connection: sa.Connection) -> None:
        """Keep a checkpoint of all there is, unless the clock went back."""
        self.sign(connection, 0.0)

    def _keep(self, connection: sa.Connection, tree: Frontier, at: str) -> None:
        known = published(connection)
        key = key_of(self.store, known)
        if key is None:
            return
        if known is None:
            connection.execute(metadata().tables["meta"].insert(), [{"key": PUBLIC, "value": key.public}])
        row = {"size": tree.size, "root": tree.root.hex(), "note": self._note(key, tree, at)}
        connection.execute(metadata().tables["checkpoints"].insert(), [row])

    def _note(self, key: Key, tree: Frontier, at: str) -> str:
        return key.sign(text_of(Checkpoint(self.store, tree.size, tree.root, at)))

    def signed_now(self, connection: sa.Connection) -> str:
        """Return a checkpoint of all there is, signed now where there is none yet.

        Raises
        ------
        StoreError
            where this machine has no key of the region, or its clock went back.
        """
        self.sign_rest(connection)
        last, note = newest(connection)
        if last is None or last.size < frontier(connection).size:
            raise StoreError(
                "This machine cannot sign for the region: it has not got its key (HECHANG_KEYS), or its clock is "
                "behind the last checkpoint. Do it where the region is kept",
                "本机无法为该区域签名: 没有其密钥(HECHANG_KEYS), 或本机时钟早于上一检查点。请在保存该区域的机器上执行",
            )
        return note


class Unsigned(Signer):
    """Signs nothing, for a store that is made anew each time and has no key of its own."""

    def sign(self, connection: sa.Connection, every: float = EVERY) -> None:
        """Leave the log as it is."""
