"""Database tables made from the table specifications: append-only version rows, revisions, branches."""

from __future__ import annotations

from functools import cache
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from hechang.terms.specs import COMMON, Field, Table, tables

VERSION = 2  # of the database layout; an older region grows when it is opened, a newer one is refused

_SQL: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "int": sa.BigInteger, "number": sa.Float, "bool": sa.Boolean, "money": sa.BigInteger, "geometry": sa.LargeBinary,
}  # fmt: skip
_ARROW = {
    "int": pa.int64(), "number": pa.float64(), "bool": pa.bool_(), "money": pa.int64(), "geometry": pa.binary(),
}  # fmt: skip


def sql_type(field: Field) -> sa.types.TypeEngine[Any]:
    """Column type of a field; dates, codes, references and JSON are text."""
    return _SQL.get(field.kind, sa.Text)()


def arrow_type(field: Field) -> pa.DataType:
    """Arrow type of a field.

    Examples
    --------
    >>> from hechang.terms.specs import table
    >>> str(arrow_type(table("projects").field("invest_total")))
    'int64'
    """
    return _ARROW.get(field.kind, pa.string())


@cache
def arrow_schema(table: Table) -> pa.Schema:
    """Arrow schema of a whole table, common columns first."""
    return pa.schema([(f.name, arrow_type(f)) for f in (*COMMON, *table.fields)])


def _version_table(metadata: sa.MetaData, table: Table) -> sa.Table:
    columns = [sa.Column(f.name, sql_type(f), nullable=not f.required) for f in COMMON]
    columns += [sa.Column(f.name, sql_type(f)) for f in table.fields]
    made = sa.Table(
        table.name,
        metadata,
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        *columns,
        sa.Index(f"ix_{table.name}_id", "id"),
        sa.Index(f"ix_{table.name}_revision", "branch", "revision"),
    )
    _append_only(made)
    return made


def _append_only(table: sa.Table) -> None:
    for verb in ("UPDATE", "DELETE"):
        ddl = sa.DDL(  # type: ignore[no-untyped-call]
            f'CREATE TRIGGER "no_{verb.lower()}_{table.name}" BEFORE {verb} ON "{table.name}" '
            f"BEGIN SELECT RAISE(ABORT, 'rows are never changed or removed'); END"
        )
        sa.event.listen(table, "after_create", ddl.execute_if(dialect="sqlite"))


@cache
def metadata() -> sa.MetaData:
    """All database tables: one per specification, plus `meta`, `branches` and `revisions`."""
    made = sa.MetaData()
    for table in tables().values():
        _version_table(made, table)
    sa.Table("meta", made, sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False))
    branches = sa.Table(
        "branches",
        made,
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("parent", sa.Text),
        sa.Column("base", sa.BigInteger, nullable=False),
        sa.Column("made_in", sa.BigInteger, nullable=False),
    )
    revisions = sa.Table(
        "revisions",
        made,
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("branch", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("request", sa.Text, unique=True),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    _append_only(branches)
    _append_only(revisions)
    return made


def version_table(name: str) -> sa.Table:
    """Database table of one specification."""
    return metadata().tables[name]
