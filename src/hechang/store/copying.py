"""A whole region from one place to another, between folders and servers, with every revision as it was.

The copy is checked inside the transaction that writes it: it ends with the hash the first one ends with, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import sqlalchemy as sa

from hechang.store.audit import FRONTIER
from hechang.store.checkpoints import PUBLIC
from hechang.store.contract import Verdict
from hechang.store.frozen import record_batches
from hechang.store.rights import work_out
from hechang.store.rows import insert_rows
from hechang.store.schema import arrow_schema, metadata, version_table
from hechang.store.sql_store import SqlStore
from hechang.store.verify import verify
from hechang.terms.errors import InputError, StoreError
from hechang.terms.specs import tables

IN_ORDER = {"branches": "made_in", "revisions": "seq", "audit": "seq", "checkpoints": "size"}
BLOCK = 1_000  # rows of the history written at once


SECRETS = ("credentials", "tokens")  # a backup holds them, a copy does not; who has signed in signs in again


def copy(source: SqlStore, target: SqlStore, *, secrets: bool = False) -> Verdict:
    """Write everything `source` holds into the empty `target`, and return what its own check says.

    Others may go on writing to the source: the copy holds what was there when it began. `secrets` says that accounts
    and API tokens go with it.

    Raises
    ------
    InputError
        when the target holds revisions already.
    StoreError
        when the source is not whole, or the copy does not end with the same hash; nothing is written then.
    """
    with source.read.connect() as reader:
        reader.execute(sa.select(metadata().tables["revisions"].c.seq).limit(1))  # from here on it sees one state
        for sha in source.blobs.every():  # before the rows that name them
            target.blobs.keep(source.blobs.read(sha))
        verdict: Verdict = target.alone(lambda writer: _copied(reader, writer, target, SECRETS if secrets else ()))
    return verdict


def _copied(reader: sa.Connection, writer: sa.Connection, target: SqlStore, more: Sequence[str]) -> Verdict:
    r = metadata().tables["revisions"]
    if writer.execute(sa.select(r.c.seq).limit(1)).scalar() is not None:
        raise InputError("The target holds a region already", "目标位置已有区域数据")
    for table in tables().values():
        t = version_table(table.name)
        schema = arrow_schema(table)
        query = sa.select(*(t.c[name] for name in schema.names)).order_by(t.c.seq)
        for batch in record_batches(reader, query, schema):
            insert_rows(writer, table.name, batch)
    for name in (*IN_ORDER, *more):
        t = metadata().tables[name]
        order = t.c[IN_ORDER[name]] if name in IN_ORDER else None
        found = (dict(row) for row in reader.execute(sa.select(t).order_by(order)).mappings())
        while block := list(islice(found, BLOCK)):
            writer.execute(t.insert(), block)
    _tree(reader, writer)
    work_out(writer)
    return _whole(reader, writer, target)


def _tree(reader: sa.Connection, writer: sa.Connection) -> None:
    """Where the log goes on, and the public key of its checkpoints."""
    meta = metadata().tables["meta"]
    mine = meta.c.key.in_((FRONTIER, PUBLIC))
    writer.execute(meta.delete().where(mine))
    writer.execute(meta.insert(), [dict(row) for row in reader.execute(sa.select(meta).where(mine)).mappings()])


def _whole(reader: sa.Connection, writer: sa.Connection, target: SqlStore) -> Verdict:
    r = metadata().tables["revisions"]
    head = reader.execute(sa.select(r.c.hash).order_by(r.c.seq.desc()).limit(1)).scalar()
    verdict = verify(writer, target.id, target.blobs)
    if not verdict.whole or (head and head != verdict.head):
        why_en, why_zh = (verdict.faults[0].en, verdict.faults[0].zh) if verdict.faults else ("", "")
        raise StoreError(
            f"The copy is not whole, so nothing was written. {why_en} Look at the source with: hechang verify",
            f"副本不完整, 未写入任何数据。{why_zh} 请检查来源: hechang verify",
        )
    return verdict
