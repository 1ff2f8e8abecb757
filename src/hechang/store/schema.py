"""Database tables made from the table specifications: append-only version rows, revisions, branches."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from hechang.store.guard import server_policies
from hechang.terms.specs import COMMON, Field, Table, tables

VERSION = 3  # of the database layout, the newest of `steps`; an older region grows when it is opened
SERVER = "postgresql"
TEXT = sa.Text().with_variant(sa.Text(collation="C"), SERVER)  # in the order of its bytes, as SQLite and DuckDB do
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
SHAPE = "shape"  # column PostGIS makes from `geometry`
REFUSE = """CREATE OR REPLACE FUNCTION hechang_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows are never changed or removed'; END $$"""

_SQL: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "int": sa.BigInteger, "number": sa.Float, "bool": sa.Boolean, "money": sa.BigInteger, "geometry": sa.LargeBinary,
}  # fmt: skip
_ARROW = {
    "int": pa.int64(), "number": pa.float64(), "bool": pa.bool_(), "money": pa.int64(), "geometry": pa.binary(),
}  # fmt: skip


def sql_type(field: Field) -> sa.types.TypeEngine[Any]:
    """Column type of a field; dates, codes, references and JSON are text."""
    return _SQL[field.kind]() if field.kind in _SQL else TEXT


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
        sa.Column("seq", NUMBER, primary_key=True, autoincrement=True),
        *columns,
        sa.Index(f"ix_{table.name}_id", "id"),
        sa.Index(f"ix_{table.name}_revision", "branch", "revision"),
    )
    append_only(made)
    _afterwards(made, SERVER, server_policies(made.name))
    if "geometry" in made.c:
        _shape(made)
    return made


def append_only(table: sa.Table) -> None:
    """Have the database itself refuse to change or remove rows of a table."""
    for verb in ("UPDATE", "DELETE"):
        refuse = f'CREATE TRIGGER "no_{verb.lower()}_{table.name}" BEFORE {verb} ON "{table.name}" '
        _afterwards(table, "sqlite", [refuse + "BEGIN SELECT RAISE(ABORT, 'rows are never changed or removed'); END"])
    refuse = f'CREATE TRIGGER "no_change_{table.name}" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table.name}" '
    _afterwards(table, SERVER, [refuse + "FOR EACH STATEMENT EXECUTE FUNCTION hechang_refuse()"])


def _afterwards(table: sa.Table, engine: str, statements: Iterable[str]) -> None:
    """Run statements after a table was made in a database of one kind."""

    def made(_: sa.Table, connection: sa.Connection, **_more: Any) -> None:
        for statement in statements if connection.dialect.name == engine else ():
            connection.exec_driver_sql(statement)

    sa.event.listen(table, "after_create", made)


def _shape(table: sa.Table) -> None:
    """Have PostGIS keep a shape beside the bytes, for programs that read the database: the bytes are what is hashed."""
    made = "GENERATED ALWAYS AS (ST_GeomFromWKB(geometry, 4326)) STORED"
    _afterwards(table, SERVER, [
        f'ALTER TABLE "{table.name}" ADD COLUMN "{SHAPE}" geometry {made}',
        f'CREATE INDEX "ix_{table.name}_{SHAPE}" ON "{table.name}" USING gist ("{SHAPE}")',
    ])  # fmt: skip


@cache
def metadata() -> sa.MetaData:
    """All database tables: one per specification, plus `meta`, `branches`, `revisions` and, on a server, `files`."""
    made = sa.MetaData()
    for table in tables().values():
        _version_table(made, table)
    sa.Table("meta", made, text("key", primary_key=True), text("value"))
    branches = sa.Table(
        "branches",
        made,
        text("name", primary_key=True),
        text("parent", nullable=True),
        number("base"),
        number("made_in"),
    )
    revisions = sa.Table(
        "revisions",
        made,
        number("seq", primary_key=True, autoincrement=False),
        *(text(name) for name in ("origin", "branch", "at", "actor", "reason", "source")),
        text("request", nullable=True, unique=True),
        *(text(name) for name in ("counts", "root", "previous", "hash")),
    )
    for fixed in (branches, revisions, *_audit(made)):
        append_only(fixed)
    _credentials(made)
    _reach(made)
    return made


def text(name: str, **more: Any) -> sa.Column[Any]:
    """Column of text that may not be empty, unless it is said."""
    return sa.Column(name, TEXT, **({"nullable": False} | more))


def number(name: str, **more: Any) -> sa.Column[Any]:
    """Column of whole numbers that may not be empty, unless it is said."""
    return sa.Column(name, NUMBER, **({"nullable": False} | more))


def _audit(made: sa.MetaData) -> tuple[sa.Table, sa.Table]:
    """What was done or refused, one canonical record each, and the signed sizes of that log."""
    seq = number("seq", primary_key=True, autoincrement=False)
    audit = sa.Table("audit", made, seq, text("record"), text("leaf"), number("revision", nullable=True, unique=True))
    size = number("size", primary_key=True, autoincrement=False)
    return audit, sa.Table("checkpoints", made, size, text("root"), text("note"))


def _credentials(made: sa.MetaData) -> None:
    """Secrets of users: they change, leave with the user, and are in no history, no copy and no exchange."""
    uid = text("uid", primary_key=True)
    login, secret = text("login", unique=True), text("secret", nullable=True)
    subject = text("subject", nullable=True, unique=True)
    times = (text("made"), text("changed"), text("locked_until", nullable=True))
    must = sa.Column("must_change", sa.Boolean, nullable=False)
    sa.Table("credentials", made, uid, login, secret, subject, number("failed"), *times, must)
    stays = (text("made"), text("seen"), text("ends"))
    sa.Table("sign_ins", made, text("token", primary_key=True), text("uid", index=True), text("csrf"), *stays)
    bounds = (text("name"), text("verbs"), text("lo"), text("made"), text("ends"), text("used", nullable=True))
    sa.Table("tokens", made, text("token", primary_key=True), text("uid", index=True), *bounds)


def _reach(made: sa.MetaData) -> None:
    """What users may reach now, worked out from grants, shares and submissions whenever one of these is written."""
    span = (text("lo"), text("hi"), number("level"), text("owner", nullable=True), number("most", nullable=True))
    taken = (text("home"), number("takes"))  # where its user is at home, and up to which clearance he is shown shares
    n = number("n", primary_key=True, autoincrement=True)
    names = (text("uid"), text("role"), text("verb"))
    sa.Table("reach", made, n, *names, *span, *_while(), *taken, sa.Index("ix_reach_uid", "uid", "verb"))
    n = number("n", primary_key=True, autoincrement=True)
    to = (text("to_lo"), text("to_hi"), text("verb"))
    sa.Table("shared", made, n, text("object", index=True), *to, *_while())


def _while() -> tuple[sa.Column[Any], sa.Column[Any]]:
    """From which day on, and the first day on which it is over."""
    return text("since"), text("over", nullable=True)


def version_table(name: str) -> sa.Table:
    """Database table of one specification."""
    return metadata().tables[name]
