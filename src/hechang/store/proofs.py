"""What proves one revision, or one row of it, to somebody who has nothing but a checkpoint."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from hechang.engines.merkle import WIDTH, Frontier, consistency, extend, inclusions, leaf
from hechang.store import audit
from hechang.store.canonical import counts_of, hashed_columns, record_bytes, row_bytes
from hechang.store.checkpoints import newest, published
from hechang.store.schema import metadata, version_table
from hechang.terms.errors import InputError, not_known
from hechang.terms.specs import tables

BRANCHES = "branches"
Proof = dict[str, Any]


def prove(connection: sa.Connection, revisions: Sequence[int]) -> list[Proof]:
    """Return the record of each revision and its path to the root of the newest checkpoint that covers them all.

    `record` and `written` are texts as they are hashed: the leaf is SHA-256 of 0x00 and `record`; `after` in it is
    SHA-256 of `written`. Where no checkpoint covers them yet, `checkpoint` is None and the root is the one of now.

    Raises
    ------
    NotKnown
        where there is no such revision.
    """
    kept = [_kept(connection, revision) for revision in revisions]
    last, note = newest(connection)
    signed = last is not None and last.size >= max((one["seq"] for one in kept), default=0)
    digests = audit.leaves(connection, last.size if last and signed else None)
    tree, paths = extend(Frontier(), digests), inclusions(digests, [one["seq"] - 1 for one in kept])
    shared = {"size": tree.size, "root": tree.root.hex(), "checkpoint": note if signed else None}
    shared["public_key"] = published(connection)
    return [{**one, "path": _hex(path), **shared} for one, path in zip(kept, paths, strict=True)]


def _kept(connection: sa.Connection, revision: int) -> Proof:
    """What is kept of a revision: its audit record, and itself as it is hashed."""
    a, r = metadata().tables["audit"], metadata().tables["revisions"]
    row = connection.execute(sa.select(a).where(a.c.revision == revision)).mappings().one_or_none()
    kept = connection.execute(sa.select(r).where(r.c.seq == revision)).mappings().one_or_none()
    if row is None or kept is None:
        raise not_known("revision", "版本", str(revision), [])
    said = {"revision": revision, "record": row["record"], "written": record_bytes(dict(kept)).decode()}
    return {**said, "seq": row["seq"], "leaf": row["leaf"]}


def _hex(path: Sequence[bytes]) -> list[str]:
    return [node.hex() for node in path]


def prove_rows(connection: sa.Connection, revision: int, wanted: Collection[tuple[str, str]]) -> list[Proof]:
    """Return every version of some rows, as (table, id), that a revision wrote, with its path to that edit's root.

    `row` is the text that is hashed: name of the table, a line feed, canonical JSON.

    Raises
    ------
    NotKnown
        where the revision wrote none of one of the rows.
    """
    found: list[tuple[int, str, str, bytes]] = []
    digests: list[bytes] = []
    for table, (row, id) in _written(connection, revision):
        if (table, id) in wanted:
            found.append((len(digests), table, id, row))
        digests.append(leaf(row))
    for table, id in set(wanted) - {one[1:3] for one in found}:
        raise not_known(f"row of '{table}' in revision {revision}", f"行(表 {table}, 版本 {revision})", id, [])
    paths = inclusions(b"".join(digests), [one[0] for one in found])
    return [
        {"table": table, "id": id, "row": row.decode(), "index": at, "count": len(digests), "path": _hex(path)}
        for (at, table, id, row), path in zip(found, paths, strict=True)
    ]


def _written(connection: sa.Connection, revision: int) -> Iterator[tuple[str, tuple[bytes, str]]]:
    """Table, canonical bytes and id of each row of an edit, in the order of its root."""
    r = metadata().tables["revisions"]
    kept = connection.execute(sa.select(r.c.counts, r.c.branch).where(r.c.seq == revision)).one_or_none()
    if kept is None:
        raise not_known("revision", "版本", str(revision), [])
    names = [name for name in counts_of(kept.counts) if name in tables()]
    for name in sorted([*names, BRANCHES]):
        for row, id in (
            _of_branches(connection, revision)
            if name == BRANCHES
            else _of_table(connection, name, (kept.branch, revision))
        ):
            yield name, (row, id)


def _of_table(connection: sa.Connection, name: str, at: tuple[str, int]) -> Iterator[tuple[bytes, str]]:
    t = version_table(name)
    columns = hashed_columns(column.name for column in t.columns)
    asked = [sa.cast(t.c[n], sa.Integer) if isinstance(t.c[n].type, sa.Boolean) else t.c[n] for n in columns]
    query = sa.select(*asked).where(t.c.branch == at[0], t.c.revision == at[1]).order_by(t.c.seq)
    for row in connection.execute(query):
        yield row_bytes(name, columns, row), str(row[columns.index("id")])


def _of_branches(connection: sa.Connection, revision: int) -> Iterator[tuple[bytes, str]]:
    b = metadata().tables[BRANCHES]
    query = sa.select(b.c.name, b.c.parent, b.c.base).where(b.c.made_in == revision).order_by(b.c.name)
    for row in connection.execute(query):
        yield row_bytes(BRANCHES, ("name", "parent", "base"), row), str(row[0])


def prove_consistency(connection: sa.Connection, old: int, new: int) -> Proof:
    """Return the proof that the log of `new` records goes on from that of its first `old` ones.

    Raises
    ------
    InputError
        where the sizes are not 1 <= old <= new <= number of records.
    """
    size = audit.newest(connection)
    if not 1 <= old <= new <= size:
        raise InputError(
            f"The log has {size} records: write two sizes up to that, the smaller one first",
            f"日志共 {size} 条: 请给出不超过此数的两个大小, 小的在前",
        )
    digests = audit.leaves(connection, new)
    sizes = (old, new)
    found = [{"size": n, "root": extend(Frontier(), digests[: n * WIDTH]).root.hex()} for n in sizes]
    return {"old": found[0], "new": found[1], "path": _hex(consistency(digests, old))}


def naming(connection: sa.Connection, table: str, fields: Sequence[str], id: str) -> list[str]:
    """Return the ids of rows of which any version ever named `id` in one of some fields, also when they are gone."""
    t = version_table(table)
    query = sa.select(t.c.id).where(sa.or_(*(t.c[name] == id for name in fields))).distinct().order_by(t.c.id)
    return list(connection.execute(query).scalars())


class LogText(NamedTuple):
    """The log as text, in its order."""

    records: list[str]
    revisions: list[str]
    checkpoints: list[str]
    public_key: str | None


def log_of(connection: sa.Connection) -> LogText:
    """Return all of the log as text: its records, the revisions they speak of, the checkpoints, the public key."""
    a, r, c = (metadata().tables[name] for name in ("audit", "revisions", "checkpoints"))
    records = list(connection.execute(sa.select(a.c.record).order_by(a.c.seq)).scalars())
    revisions = connection.execute(sa.select(r).order_by(r.c.seq)).mappings()
    written = [record_bytes(dict(row)).decode() for row in revisions]
    notes = list(connection.execute(sa.select(c.c.note).order_by(c.c.size)).scalars())
    return LogText(records, written, notes, published(connection))
