"""Recompute the audit chain: every record, every root, every row, straight from the database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

import sqlalchemy as sa

from hechang.engines.merkle import EMPTY, root
from hechang.store.canonical import hashed_columns, leaves, record_hash
from hechang.store.contract import Fault, Verdict
from hechang.store.schema import metadata, version_table
from hechang.terms.specs import tables

GENESIS = "0" * 64
ROWS = 20_000


def verify(connection: sa.Connection) -> Verdict:
    """Return the verdict; every broken revision is named with what is wrong."""
    r = metadata().tables["revisions"]
    records = [dict(row) for row in connection.execute(sa.select(r).order_by(r.c.seq)).mappings()]
    faults = _chain(records)
    roots, counts = _rows(connection)
    known = {record["seq"] for record in records}
    faults += [_fault(seq, "rows without a record", "有数据行但没有审计记录") for seq in roots if seq not in known]
    faults += [fault for record in records for fault in _record(record, roots, counts)]
    head = records[-1]["hash"] if records else GENESIS
    return Verdict(len(records), sum(counts.values()), head, tuple(faults))


def _fault(seq: int, en: str, zh: str) -> Fault:
    return Fault(seq, f"Revision {seq}: {en}", f"版本 {seq}: {zh}")


def _chain(records: list[dict[str, Any]]) -> list[Fault]:
    faults, previous = [], GENESIS
    for expected, record in enumerate(records, start=1):
        if record["seq"] != expected:
            faults.append(
                _fault(record["seq"], f"revision {expected} is missing before it", f"之前缺少版本 {expected}")
            )
            return faults
        if record["previous"] != previous:
            faults.append(_fault(expected, "does not follow the one before", "与上一版本不衔接"))
        if record_hash(record) != record["hash"]:
            faults.append(_fault(expected, "its record was changed", "审计记录被改动"))
        previous = record["hash"]
    return faults


def _record(record: dict[str, Any], roots: dict[int, str], counts: Counter[int]) -> list[Fault]:
    seq, said = record["seq"], sum(json.loads(record["counts"]).values())
    if counts[seq] != said:
        return [
            _fault(seq, f"{said} rows were kept, {counts[seq]} are there", f"应有 {said} 行, 实有 {counts[seq]} 行")
        ]
    if roots.get(seq, EMPTY.hex()) != record["root"]:
        return [_fault(seq, "a row was changed", "有数据行被改动")]
    return []


def _rows(connection: sa.Connection) -> tuple[dict[int, str], Counter[int]]:
    """Root and number of rows of each revision, recomputed."""
    parts: dict[int, list[bytes]] = {}
    counts: Counter[int] = Counter()
    for name in sorted(tables()):
        _table(connection, name, parts, counts)
    return {seq: root(digests).hex() for seq, digests in parts.items()}, counts


def _table(connection: sa.Connection, name: str, parts: dict[int, list[bytes]], counts: Counter[int]) -> None:
    t = version_table(name)
    every = hashed_columns(column.name for column in t.columns)
    filled = connection.execute(sa.select(*(sa.func.count(t.c[column]) for column in every))).one()
    columns = [column for column, n in zip(every, filled, strict=True) if n]  # empty cells are not hashed
    if not columns:
        return
    query = sa.select(*(_plain(t.c[column]) for column in columns), t.c.revision).order_by(t.c.seq)
    for rows in raw_rows(connection, query):
        digests = iter(leaves(name, columns, rows))
        for seq, part in groupby(row[-1] for row in rows):
            found = list(islice(digests, sum(1 for _ in part)))
            parts.setdefault(seq, []).extend(found)
            counts[seq] += len(found)


def _plain(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.cast(column, sa.Integer) if isinstance(column.type, sa.Boolean) else column


def raw_rows(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[list[tuple[Any, ...]]]:
    """Rows as the driver gives them, in blocks; twice as fast as through result objects."""
    cursor = connection.connection.cursor()
    cursor.execute(str(query.compile(dialect=connection.dialect)))
    while rows := cursor.fetchmany(ROWS):
        yield list(rows)
    cursor.close()
