"""The Parquet copy of a table at a revision: made on first use, from an older copy where there is one.

Files may be deleted at any time. Their names carry the hash of the revision they were made at.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa

from hechang.store.contract import Lineage
from hechang.store.schema import arrow_schema, metadata, version_table
from hechang.terms.specs import table as spec

ROWS = 50_000


def touched(connection: sa.Connection, table: str, lineage: Lineage) -> tuple[str, int]:
    """Branch and revision that last changed `table` on this lineage; ("main", 0) when none did."""
    t = version_table(table)
    for branch, last in lineage:
        query = sa.select(sa.func.max(t.c.revision)).where(t.c.branch == branch, t.c.revision <= last)
        found = connection.execute(query).scalar()
        if found is not None:
            return branch, int(found)
    return "main", 0


def read_versions(connection: sa.Connection, table: str, lineage: Lineage, after: int = 0) -> pa.Table:
    """Every version row of the lineage written after revision `after`, in the order of writing."""
    t = version_table(table)
    schema = arrow_schema(spec(table))
    parts = [sa.and_(t.c.branch == b, t.c.revision <= last, t.c.revision > after) for b, last in lineage]
    query = sa.select(*(t.c[name] for name in schema.names)).where(sa.or_(*parts)).order_by(t.c.seq)
    batches = list(_batches(connection, query, schema))
    return pa.Table.from_batches(batches, schema=schema)


def _batches(connection: sa.Connection, query: sa.Select[tuple[object, ...]], schema: pa.Schema) -> Iterator[object]:
    result = connection.execution_options(stream_results=True, yield_per=ROWS).execute(query)
    for rows in result.partitions(ROWS):
        columns = zip(*rows, strict=True)
        arrays = [pa.array(column, type=kind) for column, kind in zip(columns, schema.types, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def newest(versions: pa.Table) -> pa.Table:
    """Last written row of each (id, valid_from); tombstones stay in."""
    if versions.num_rows == 0:
        return versions
    keyed = versions.select(["id", "valid_from"]).append_column("at", pa.array(range(versions.num_rows)))
    last = keyed.group_by(["id", "valid_from"], use_threads=False).aggregate([("at", "max")])["at_max"]
    return versions.take(last.take(pc.sort_indices(last)))


def merge(old: pa.Table, changed: pa.Table) -> pa.Table:
    """Rows of `old` that `changed` does not name, then the live rows of `changed`."""
    kept = old
    if old.num_rows and changed.num_rows:
        keys = old.select(["id", "valid_from"]).append_column("at", pa.array(range(old.num_rows)))
        left = keys.join(changed.select(["id", "valid_from"]), ["id", "valid_from"], join_type="left anti")["at"]
        kept = old.take(left.take(pc.sort_indices(left)))  # a join loses the order, we keep it
    live = changed.filter(pc.equal(changed["op"], "put"))
    return pa.concat_tables([kept.select(live.column_names).cast(live.schema), live])


def _write(path: Path, rows: pa.Table) -> None:
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    pq.write_table(rows, temporary, compression="zstd", row_group_size=131_072)
    temporary.replace(path)


def _older(folder: Path, table: str, branch: str, hashes: dict[int, str]) -> tuple[int, Path] | None:
    found = []
    for path in folder.glob(f"{table}-{branch}-*.parquet"):
        number, _, key = path.stem[len(f"{table}-{branch}-") :].partition("-")
        if number.isdigit() and hashes.get(int(number), "")[:12] == key:
            found.append((int(number), path))
    return max(found, default=None)


def frozen(connection: sa.Connection, folder: Path, table: str, lineage: Lineage) -> Path:
    """Path of the Parquet file with the rows of `table` that count on `lineage`; made where it is missing."""
    branch, last = touched(connection, table, lineage)
    at = [(b, min(n, last)) for b, n in lineage[[b for b, _ in lineage].index(branch) :]] if last else []
    r = metadata().tables["revisions"]
    query = sa.select(r.c.seq, r.c.hash).where(r.c.branch == branch, r.c.seq <= last)
    hashes = {int(seq): str(hash) for seq, hash in connection.execute(query)}
    path = folder / f"{table}-{branch}-{last}-{hashes.get(last, '')[:12]}.parquet"
    if path.exists():
        return path
    older = _older(folder, table, branch, hashes)
    changed = read_versions(connection, table, at, older[0] if older else 0) if at else None
    empty = arrow_schema(spec(table)).empty_table()
    old = pq.read_table(older[1]) if older else empty
    _write(path, merge(old, newest(changed)) if changed is not None else empty)
    return path
