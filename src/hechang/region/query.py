"""DuckDB over the Parquet copies of a region: every table is a view with the rows in force that the reader may see."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from hechang.terms.errors import InputError
from hechang.terms.specs import tables

_WORD = re.compile(r"[a-z_]+")


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """In-memory DuckDB that can read `folder` and nothing else, without network and extensions."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "threads": "2",
    }
    connection = duckdb.connect(config=config)
    connection.execute(f"SET allowed_directories=[{literal(str(folder))}]")
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")
    return connection


def literal(text: str) -> str:
    """Quote a text for SQL.

    Examples
    --------
    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def names_in(sql: str) -> list[str]:
    """Tables a query may speak of.

    Examples
    --------
    >>> names_in('SELECT * FROM projects JOIN "values" USING (id)')
    ['projects', 'values']
    """
    return sorted(set(_WORD.findall(sql)) & set(tables()))


def view_sql(name: str, path: Path, day: str, seen: str) -> str:
    """SQL of the view: in force on `day` (half-open) and visible to the reader."""
    return (
        f'CREATE OR REPLACE VIEW "{name}" AS SELECT * FROM read_parquet({literal(str(path))}) '
        f"WHERE valid_from <= {literal(day)} AND (valid_to IS NULL OR valid_to > {literal(day)}) AND {seen}"
    )


class CopyGone(InputError):
    """A Parquet copy a view stands on was deleted."""


class Desk:
    """One DuckDB connection with the views of one region, made when a query first speaks of them."""

    def __init__(self, folder: Path, define: Callable[[str], str]) -> None:
        self._connection = connect(folder)
        self._define = define
        self._made: set[str] = set()
        self._lock = threading.Lock()

    def query(self, sql: str, parameters: Mapping[str, Any]) -> pd.DataFrame:
        """Run SQL over the tables it names."""
        try:
            return to_frame(run(self._cursor(sql), sql, parameters))
        except CopyGone:  # somebody cleared the cache meanwhile: make the copies again
            self._made.clear()
            return to_frame(run(self._cursor(sql), sql, parameters))

    def _cursor(self, sql: str) -> duckdb.DuckDBPyConnection:
        with self._lock:
            for name in (name for name in names_in(sql) if name not in self._made):
                self._connection.execute(self._define(name))
                self._made.add(name)
            return self._connection.cursor()


def run(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any]) -> pa.Table:
    """Run one query with named parameters; a fault in it is an InputError."""
    try:
        return connection.execute(sql, dict(parameters) or None).to_arrow_table()
    except duckdb.IOException as error:
        raise CopyGone(f"A cached copy is gone: {error}", f"缓存副本已不在: {error}") from error
    except duckdb.Error as error:
        text = str(error).splitlines()[0]
        raise InputError(f"The query failed: {text}", f"查询失败: {text}") from error


def to_frame(rows: pa.Table) -> pd.DataFrame:
    """Arrow table as a pandas frame with Arrow types."""
    frame: pd.DataFrame = rows.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
