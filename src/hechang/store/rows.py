"""Rows on their way into the database, in blocks, with the columns that hold anything."""

from __future__ import annotations

from itertools import islice

import pyarrow as pa
import sqlalchemy as sa

from hechang.store.canonical import rows_of
from hechang.store.schema import version_table

CHUNK = 20_000


def insert_rows(connection: sa.Connection, name: str, rows: pa.Table | pa.RecordBatch) -> None:
    """Write version rows, `revision` included, in their order."""
    whole = rows if isinstance(rows, pa.Table) else pa.Table.from_batches([rows])
    if not whole.num_rows:
        return
    columns = [c for c in whole.column_names if whole[c].null_count < whole.num_rows]
    made = version_table(name).insert().values({c: sa.bindparam(c) for c in columns})
    said = made.compile(dialect=connection.dialect)
    order = [str(name) for name in said.positiontup] if said.positional and said.positiontup else columns
    found = rows_of(whole, order)
    while batch := list(islice(found, CHUNK)):
        given = batch if said.positional else [dict(zip(order, row, strict=True)) for row in batch]
        connection.exec_driver_sql(str(said), given)
