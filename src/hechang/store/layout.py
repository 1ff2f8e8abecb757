"""The layout of a database: the steps of one Alembic history for both engines, then what the specifications ask for.

A region of an older layout grows when it is opened. The steps are for what needs code; tables of the specifications,
and columns that may stay empty, are added by comparing. Canonical rows leave empty cells out, so every old hash holds.
All happens in one transaction: whatever goes wrong, the database stays as it was.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from hechang.store.audit import begin, kept
from hechang.store.schema import VERSION, metadata
from hechang.terms.errors import StoreError

STEPS = "hechang.store:steps"
FIRST = 2  # the newest layout from before there were steps
_COLUMNS = {
    "sqlite": "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'",
    "postgresql": "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = current_schema()",
}


class Lacking(NamedTuple):
    """What a database has not got yet."""

    layout: int
    tables: list[sa.Table]
    columns: list[sa.Column[Any]]
    log: bool  # whether there is no audit log yet

    def __bool__(self) -> bool:
        """Return whether anything is lacking."""
        return self.layout < VERSION or self.log or bool(self.tables or self.columns)


def lacking(connection: sa.Connection) -> Lacking:
    """Compare a database with the specifications, column by column: a layout number alone can be wrong."""
    there = _columns(connection)
    known = metadata().tables.values()
    columns = [c for t in known if t.name in there for c in t.columns if c.name not in there[t.name]]
    tables = [t for t in known if t.name not in there]
    return Lacking(layout_of(connection), tables, columns, kept(connection) is None)


def _columns(connection: sa.Connection) -> dict[str, set[str]]:
    there: dict[str, set[str]] = {}
    for table, column in connection.exec_driver_sql(_COLUMNS[connection.dialect.name]):
        there.setdefault(table, set()).add(column)
    return there


def layout_of(connection: sa.Connection) -> int:
    """Return the layout number a database says it has."""
    meta = metadata().tables["meta"]
    return int(connection.execute(sa.select(meta.c.value).where(meta.c.key == "schema")).scalar_one())


def newer(where: str, found: int) -> StoreError:
    """Return the error for a region of a layout this program does not know."""
    return StoreError(
        f"{where} was made by a newer hechang (layout {found}, this one knows {VERSION}). Upgrade hechang",
        f"{where} 由更新版本的 hechang 创建(结构 {found}, 本程序支持 {VERSION})。请升级 hechang",
    )


def lay_out(connection: sa.Connection, store: str) -> None:
    """Give an empty database the newest layout."""
    _steps(connection, 0)
    meta = metadata().tables["meta"]
    connection.execute(meta.insert(), [{"key": "store", "value": store}, {"key": "schema", "value": str(VERSION)}])
    _add(connection, lacking(connection))
    begin(connection)


def add(connection: sa.Connection, found: Lacking) -> None:
    """Bring a database to the newest layout."""
    _steps(connection, found.layout)
    _add(connection, lacking(connection))
    begin(connection)
    meta = metadata().tables["meta"]
    connection.execute(meta.update().where(meta.c.key == "schema").values(value=str(VERSION)))


def _steps(connection: sa.Connection, layout: int) -> None:
    """Take the steps that are missing; a database from before there were steps is told where it stands."""
    from alembic import command  # half a second, and nearly every region is of the newest layout
    from alembic.config import Config

    history = Config()
    history.set_main_option("script_location", STEPS)
    history.attributes["connection"] = connection
    if 0 < layout <= FIRST and "alembic_version" not in _columns(connection):
        command.stamp(history, f"{layout:04}")
    command.upgrade(history, "head")


def _add(connection: sa.Connection, found: Lacking) -> None:
    metadata().create_all(connection, tables=found.tables)
    for column in found.columns:
        made = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
        connection.exec_driver_sql(f'ALTER TABLE "{column.table.name}" ADD COLUMN {made}')
