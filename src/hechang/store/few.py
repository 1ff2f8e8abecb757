"""A few rows by their ids straight from the database: an index lookup, where a Parquet copy would have to be made."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import pyarrow as pa
import sqlalchemy as sa

from hechang.store.contract import Few, Lineage
from hechang.store.frozen import record_batches
from hechang.store.guard import Looking, keys
from hechang.store.readers import Reader, shown, visible
from hechang.store.schema import arrow_schema, version_table
from hechang.terms.specs import table as spec

FEW = 200  # ids; more are read from the copy


def few(looking: Looking, table: str, lineage: Lineage, wanted: Few) -> pa.Table:
    """Return some rows by id and day of beginning; of several versions in force at once the one that began last."""
    layers = looking.who.layers()
    if len(layers) == 1:
        return _layer(looking, table, lineage, wanted)
    return _layered(looking, table, lineage, wanted, layers)


def _layered(
    looking: Looking,
    table: str,
    lineage: Lineage,
    wanted: Few,
    layers: Sequence[tuple[int | None, Reader]],
) -> pa.Table:
    """Rows as they stand now where the reader sees these, the others as they were submitted."""
    columns = wanted.columns and tuple(dict.fromkeys(("id", "valid_from", *wanted.columns)))
    found: list[pa.Table] = []
    seen: set[str] = set()
    for most, part in layers:
        at = [(branch, last if most is None else min(last, most)) for branch, last in lineage]
        mine = Few([id for id in wanted.ids if id not in seen], wanted.day, columns)
        found.append(_layer(looking._replace(who=part), table, at, mine))
        seen |= set(found[-1]["id"].to_pylist())
    rows = pa.concat_tables(found).sort_by([("id", "ascending"), ("valid_from", "ascending")])
    return rows.select(list(wanted.columns) or rows.column_names)


def _layer(looking: Looking, table: str, lineage: Lineage, wanted: Few) -> pa.Table:
    whole = arrow_schema(spec(table))
    schema = pa.schema([whole.field(name) for name in wanted.columns or whole.names])
    given: dict[str, Any] = {f"b{at}": branch for at, (branch, _) in enumerate(lineage)}
    given |= {f"l{at}": last for at, (_, last) in enumerate(lineage)} | {"ids": list(wanted.ids), "day": wanted.day}
    question = _Question(table, tuple(schema.names), len(lineage), wanted.day is not None)
    query = _query(question, looking.who, looking.guarded)
    return pa.Table.from_batches(list(record_batches(looking.connection, query, schema, given)), schema=schema)


class _Question(NamedTuple):
    """What is asked of a table: which columns, through how many branches, and whether on a day."""

    table: str
    columns: tuple[str, ...]
    depth: int
    dated: bool


@lru_cache(maxsize=512)
def _query(asked: _Question, who: Reader, guarded: bool) -> sa.Select[Any]:
    """Build a statement once; the ids, the lineage and the day are its parameters."""
    t = version_table(asked.table)
    newest = _live(keys(t.name) if guarded else t, asked.depth)
    chosen = _in_force(newest) if asked.dated else newest
    rows = t.join(chosen, t.c.seq == chosen.c.seq) if guarded else chosen
    cells = t if guarded else chosen
    seen = sa.select(*shown(cells, asked.columns, who, t.name)).select_from(rows).where(visible(who, t.name, cells.c))
    return seen.order_by(cells.c.id, cells.c.valid_from)


def _live(t: sa.FromClause, depth: int) -> sa.Subquery:
    # branch || '': so that SQLite looks the rows up by their ids; of a branch it would look at all rows
    parts = ((t.c.branch + "" == _given(f"b{n}"), t.c.revision <= _given(f"l{n}")) for n in range(depth))
    counts = sa.or_(*(sa.and_(*part) for part in parts))
    every = sa.select(*t.c, _rank((t.c.id, t.c.valid_from), t.c.seq))
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
