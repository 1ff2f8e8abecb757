"""What was done or refused, one record each, in a tree after RFC 9162: who changes the past changes its root.

A record is canonical JSON (keys by name, no blanks, empty values left out). It is kept in one transaction with the edit
it speaks of. Its number `seq` counts from 1 without a gap; its leaf is SHA-256 of 0x00 and the record. What is needed
to go on with the tree is kept in `meta` under `frontier`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Protocol, TypeVar

import orjson
import sqlalchemy as sa

from hechang.engines.merkle import Frontier, append, extend, leaf
from hechang.store.canonical import counts_of
from hechang.store.contract import Draft
from hechang.store.schema import metadata
from hechang.terms.dates import moment
from hechang.terms.errors import AuditBroken, HechangError
from hechang.terms.marks import masked

T = TypeVar("T")
FRONTIER = "frontier"
DONE, REFUSED = "done", "refused"
ABOUT = ("actor", "role", "scope", "verb", "object", "city", "request", "address", "outcome", "why", "before", "after")
LONGEST = 400  # characters of one value
BLOCK = 1_000


@dataclass
class Heard:
    """A request on its way: from which address, what it asks for, and the records that were kept for it so far."""

    address: str = ""
    object: str = ""
    kept: list[int] = field(default_factory=list)
    who: Any = None  # who asks, as far as it is known
    why: str = ""  # it was refused, in the words of the program alone


_heard: ContextVar[Heard | None] = ContextVar("heard", default=None)


@contextmanager
def hearing(heard: Heard) -> Iterator[None]:
    """Count the records that are kept inside, and let them say from which address they came."""
    token = _heard.set(heard)
    try:
        yield
    finally:
        _heard.reset(token)


def heard() -> Heard:
    """Return the request on its way; one of nobody where no request is."""
    return _heard.get() or Heard()


def carried(work: Callable[[sa.Connection], T]) -> Callable[[sa.Connection], T]:
    """Return `work` to be run on another thread for the same request; what it kept counts only if it ends well."""
    context, kept = copy_context(), heard().kept

    def run(connection: sa.Connection) -> T:
        before = len(kept)
        try:
            return context.run(work, connection)
        except Exception:
            del kept[before:]
            raise

    return run


class Keeper(Protocol):
    """A store that can be written to."""

    clock: Callable[[], datetime]

    def alone(self, work: Callable[[sa.Connection], Any]) -> Any:
        """Run `work` in a transaction while nobody else writes."""


def note(store: Keeper, said: Mapping[str, str]) -> int:
    """Keep a record of its own, of a sign-in or a refusal, and return its number once it is on disk.

    Parameters
    ----------
    store
        Where it is kept.
    said
        Some of `ABOUT`: actor, role, scope, verb, object, city, request, address, outcome (`done` when not said), why
        (of a refusal), before and after (SHA-256 of what was changed).

    Examples
    --------
    >>> from hechang import tiny
    >>> note(tiny().store, {"actor": "zhang", "verb": "sign-in", "object": "users/u1", "outcome": "refused"})
    2
    """
    seq: int = store.alone(lambda connection: add(connection, said, moment(store.clock())))
    return seq


def add(connection: sa.Connection, said: Mapping[str, str], at: str, revision: int | None = None) -> int:
    """Append one record inside the transaction of `connection` and return its number.

    Raises
    ------
    ValueError
        for something no record holds; programs only.
    """
    if unknown := said.keys() - set(ABOUT):
        raise ValueError(f"no record holds {sorted(unknown)}")
    tree = frontier(connection)
    row = _row(tree.size + 1, {"outcome": DONE, **said, "at": at}, revision)
    _keep(connection, append(tree, bytes.fromhex(row["leaf"])), [row])
    heard().kept.append(tree.size + 1)
    return tree.size + 1


def edited(connection: sa.Connection, draft: Draft, record: Mapping[str, Any]) -> int:
    """Append what an edit did, in the transaction that keeps its revision."""
    said = about(draft) | {"before": str(record["previous"]), "after": str(record["hash"])}
    return add(connection, said, str(record["at"]), int(record["seq"]))


def refused(connection: sa.Connection, draft: Draft, why: HechangError, at: str) -> int:
    """Append that an edit was refused; only the kind of refusal is kept, its words may hold what nobody should read."""
    return add(connection, about(draft) | {"outcome": REFUSED, "why": type(why).__name__}, at)


def about(draft: Draft) -> dict[str, str]:
    """Who wants an edit, in which role, and of what."""
    said = {"actor": draft.actor, "role": "local", "verb": "update", "object": _object(draft)}
    said |= {"address": heard().address}
    return said | ({"request": draft.request} if draft.request else {}) | dict(draft.about)


def _object(draft: Draft) -> str:
    """What an edit is about: its one row, or how many rows of which table."""
    if draft.new_branch:
        return f"branches/{draft.new_branch[0]}"
    return named({name: rows["id"] for name, rows in draft.rows.items()})


def named(ids: Mapping[str, Sized]) -> str:
    """Name the one row, or say how many rows of which table; `ids` holds the ids of the rows by table.

    Examples
    --------
    >>> named({"projects": ["p1"]}), named({"projects": ["p1", "p2"], "bodies": ["b"]})
    ('projects/p1', 'bodies 1, projects 2')
    """
    counts = {name: len(some) for name, some in sorted(ids.items()) if len(some)}
    if sum(counts.values()) == 1:
        (name,) = counts
        return f"{name}/{next(iter(ids[name]))}"
    return _counted(counts)


class Sized(Protocol):
    """Ids that can be counted and gone through."""

    def __len__(self) -> int:
        """Return how many there are."""

    def __iter__(self) -> Iterator[Any]:
        """Go through them."""


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in counts.items())


def written(record: Mapping[str, Any]) -> str:
    """Write a record in its one form.

    Examples
    --------
    >>> written({"seq": 1, "at": "2022-09-27T01:00:00.000000Z", "actor": "张", "role": ""})
    '{"actor":"张","at":"2022-09-27T01:00:00.000000Z","seq":1}'
    """
    said = {key: value for key, value in record.items() if value not in (None, "")}
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()


def _row(seq: int, said: Mapping[str, Any], revision: int | None) -> dict[str, Any]:
    short = {key: _short(value) if isinstance(value, str) else value for key, value in said.items()}
    record = written({**short, "seq": seq, "revision": revision})
    return {"seq": seq, "record": record, "leaf": leaf(record.encode()).hex(), "revision": revision}


def _short(text: str) -> str:
    """Text that can be written anywhere: no halves of characters, no number of a person, a line or two at most."""
    return masked(text[:LONGEST].encode("utf-8", "replace").decode())


def _keep(connection: sa.Connection, tree: Frontier, rows: Sequence[Mapping[str, Any]]) -> None:
    meta = metadata().tables["meta"]
    connection.execute(metadata().tables["audit"].insert(), list(rows))
    connection.execute(meta.update().where(meta.c.key == FRONTIER).values(value=said(tree)))


def said(tree: Frontier) -> str:
    """Write a tree as it is kept."""
    return orjson.dumps({"size": tree.size, "nodes": [node.hex() for node in tree.nodes]}).decode()


def frontier(connection: sa.Connection) -> Frontier:
    """Return the tree as far as it has grown; raises AuditBroken where it is not there or no tree."""
    found = kept(connection)
    if found is None:
        raise AuditBroken(
            "The tree of the audit log is missing. Restore the region from a backup",
            "审计日志的树已丢失。请从备份恢复该区域",
        )
    return found


def kept(connection: sa.Connection) -> Frontier | None:
    """Return the tree as far as it has grown; None in a region from before there was a log."""
    meta = metadata().tables["meta"]
    text = connection.execute(sa.select(meta.c.value).where(meta.c.key == FRONTIER)).scalar()
    if text is None:
        return None
    try:
        found = orjson.loads(text)
        tree = Frontier(int(found["size"]), tuple(bytes.fromhex(node) for node in found["nodes"]))
    except (ValueError, TypeError, KeyError) as error:
        raise AuditBroken(
            "The tree of the audit log cannot be read. Restore the region from a backup",
            "审计日志的树无法读取。请从备份恢复该区域",
        ) from error
    return tree


def newest(connection: sa.Connection) -> int:
    """Return the number of the newest record (0 where there is none)."""
    a = metadata().tables["audit"]
    return int(connection.execute(sa.select(sa.func.max(a.c.seq))).scalar() or 0)


def leaves(connection: sa.Connection, size: int | None = None) -> bytes:
    """Return the leaf digests as they are kept, joined, of all records or of the first `size`."""
    a = metadata().tables["audit"]
    query = sa.select(a.c.leaf).order_by(a.c.seq)
    found = connection.execute(query if size is None else query.where(a.c.seq <= size)).scalars()
    return bytes.fromhex("".join(found))


# --- the beginning ------------------------------------------------------------------------------------------------
def begin(connection: sa.Connection) -> None:
    """Give a region its log, and each revision from before there was one its late record, in their order."""
    meta, r = metadata().tables["meta"], metadata().tables["revisions"]
    if kept(connection) is not None:
        return
    connection.execute(meta.insert(), [{"key": FRONTIER, "value": said(Frontier())}])
    revisions = (dict(row) for row in connection.execute(sa.select(r).order_by(r.c.seq)).mappings().all())
    tree = Frontier()
    while block := list(islice(revisions, BLOCK)):
        rows = [_row(tree.size + at, _late(one), int(one["seq"])) for at, one in enumerate(block, start=1)]
        tree = extend(tree, bytes.fromhex("".join(row["leaf"] for row in rows)))
        _keep(connection, tree, rows)


def _late(one: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a revision from before there was a log; its moment is the one it says itself."""
    try:
        object = _counted(counts_of(one["counts"]))
    except AuditBroken:  # `verify` will name it; a region that cannot be opened cannot be verified
        object = ""
    said = {"actor": one["actor"], "verb": "update", "object": object, "request": one["request"], "at": one["at"]}
    return said | {"before": one["previous"], "after": one["hash"], "outcome": DONE, "late": True}
