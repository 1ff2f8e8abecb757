"""A few rows by their ids straight from the database: an index lookup, where a Parquet copy would have to be made."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from hechang.store.contract import Few, Lineage
from hechang.store.frozen import record_batches
from hechang.store.readers import Reader, visible
from hechang.store.schema import arrow_schema, version_table
from hechang.terms.specs import table as spec

FEW = 200  # ids; more are read from the copy


def few(connection: sa.Connection, table: str, lineage: Lineage, wanted: Few, who: Reader) -> pa.Table:
    """Return some rows by id and day of beginning; of several versions in force at once the one that began last."""
    whole = arrow_schema(spec(table))
    names = tuple(wanted.columns or whole.names)
    schema = pa.schema([whole.field(name) for name in names])
    given: dict[str, Any] = {f"b{at}": branch for at, (branch, _) in enumerate(lineage)}
    given |= {f"l{at}": last for at, (_, last) in enumerate(lineage)} | {"ids": list(wanted.ids), "day": wanted.day}
    query = _query(table, names, len(lineage), wanted.day is not None, who)
    return pa.Table.from_batches(list(record_batches(connection, query, schema, given)), schema=schema)


@lru_cache(maxsize=512)
def _query(table: str, names: tuple[str, ...], depth: int, dated: bool, who: Reader) -> sa.Select[Any]:
    """Build a statement once; the ids, the lineage and the day are its parameters."""
    rows = _in_force(_live(table, depth)) if dated else _live(table, depth)
    columns = [rows.c[name] for name in names]
    return sa.select(*columns).where(visible(who)).order_by(rows.c.id, rows.c.valid_from)


def _live(table: str, depth: int) -> sa.Subquery:
    t = version_table(table)
    # branch || '': so that SQLite looks the rows up by their ids; of a branch it would look at all rows
    parts = ((t.c.branch + "" == _given(f"b{n}"), t.c.revision <= _given(f"l{n}")) for n in range(depth))
    counts = sa.or_(*(sa.and_(*part) for part in parts))
    every = sa.select(t, _rank((t.c.id, t.c.valid_from), t.c.seq))
    found = every.where(t.c.id.in_(sa.bindparam("ids", expanding=True)), counts).subquery()
    return sa.select(found).where(found.c.nth == 1, found.c.op == "put").subquery()


def _given(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name)


def _in_force(rows: sa.Subquery) -> sa.Subquery:
    c, day = rows.c, _given("day")
    columns = [column for column in c if column.name != "nth"]
    live = sa.select(*columns, _rank((c.id,), c.valid_from))
    found = live.where(c.valid_from <= day, sa.or_(c.valid_to.is_(None), c.valid_to > day)).subquery()
    return sa.select(found).where(found.c.nth == 1).subquery()


def _rank(parts: Sequence[Any], order: Any) -> sa.Label[int]:
    return sa.func.row_number().over(partition_by=parts, order_by=order.desc()).label("nth")
