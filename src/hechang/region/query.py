"""DuckDB over the Parquet copies of a region: every table is a view with the rows in force that the reader may see."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pyarrow as pa

from hechang.store.frozen import spill
from hechang.terms.errors import InputError, UsageError
from hechang.terms.specs import ALWAYS, tables

_WORD = re.compile(r"[a-z_]+")
_AMOUNT = re.compile(r"[0-9]{1,6}(\.[0-9]+)? ?[KMGT]i?B")
_FUNCTIONS = ("unnest(", "range(", "generate_series(")  # those that read no file


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """In-memory DuckDB that can read `folder` and nothing else, without network and extensions.

    It takes no more memory than `memory` says; what does not fit goes to a folder of its own inside `folder`.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "temp_directory": str(spill(folder)),
        "threads": "2",
    }
    connection = duckdb.connect(config=config)
    most = connection.execute("SELECT current_setting('memory_limit')").fetchall()[0][0]
    connection.execute(f"SET memory_limit={literal(memory(os.environ, most))}")
    connection.execute(f"SET allowed_directories=[{literal(str(folder))}]")
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")
    return connection


def memory(environ: Mapping[str, str], most: str) -> str:
    """Memory of one connection: HECHANG_MEMORY, else half of the machine's; DuckDB would take four fifths, `most`.

    Raises
    ------
    UsageError
        for an amount that is none.

    Examples
    --------
    >>> memory({}, "18.8 GiB"), memory({"HECHANG_MEMORY": "2GB"}, "18.8 GiB")
    ('11.750GiB', '2GB')
    """
    given = environ.get("HECHANG_MEMORY", "").strip()
    if not given:
        amount, _, unit = most.partition(" ")
        return f"{float(amount) * 5 / 8:.3f}{unit}"
    if not _AMOUNT.fullmatch(given):
        raise UsageError(
            f"HECHANG_MEMORY='{given}' is no amount of memory. Write it as 2GB or 500MB",
            f"HECHANG_MEMORY=“{given}”不是内存大小。请写成 2GB 或 500MB",
        )
    return given


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


def reached_by(tree: Any) -> Iterator[str]:
    """Names of tables, and of table functions with their bracket, in a query as `json_serialize_sql` gives it."""
    if isinstance(tree, dict):
        if tree.get("type") == "BASE_TABLE":
            yield str(tree["table_name"])
        if tree.get("type") == "TABLE_FUNCTION":
            yield f"{tree['function']['function_name']}("
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from reached_by(part)


class CopyGone(InputError):
    """A Parquet copy a view stands on was deleted."""


class Copies(NamedTuple):
    """Where the Parquet copy of a table lies, made where it is missing, and how to drop those that cannot be read."""

    of: Callable[[str], Path]
    mend: Callable[[], int]


class Desk:
    """One DuckDB connection with the views of one region, made when a query first speaks of them.

    View `projects` holds what is in force on `day` (half-open) and visible; of several versions of a row in force at
    once the one that began last counts. View `projects numbered` has `file_row_number` too: rows in the order of their
    ids, by a whole number, which is cheaper to compare than an id. View `projects every` holds all visible versions,
    whatever the day.
    """

    def __init__(self, folder: Path, copies: Copies, day: str, seen: str) -> None:
        self._connection = connect(folder)
        self._copies = copies
        self._in_force = f"valid_from <= {literal(day)} AND (valid_to IS NULL OR valid_to > {literal(day)})"
        self._seen = seen
        self._made: set[str] = set()
        self._lock = threading.Lock()

    def query(self, sql: str, parameters: Mapping[str, Any]) -> pd.DataFrame:
        """Run SQL over the tables it names; it may read these and nothing else."""
        self._refuse_foreign(sql)
        try:
            return to_frame(run(self._cursor(sql), sql, parameters))
        except InputError as fault:  # the cache was cleared or damaged meanwhile: make the copies again
            if not self._copies.mend() and not isinstance(fault, CopyGone):
                raise
            with self._lock:
                self._made.clear()
            return to_frame(run(self._cursor(sql), sql, parameters))

    def _cursor(self, sql: str) -> duckdb.DuckDBPyConnection:
        with self._lock:
            for name in (name for name in names_in(sql) if name not in self._made):
                self._define(name)
                self._made.add(name)
            return self._connection.cursor()

    def _define(self, name: str) -> None:
        rows = f"FROM read_parquet({literal(str(self._copies.of(name)))}, file_row_number = true)"
        later = f"SELECT id {rows} WHERE valid_from > '{ALWAYS}'"  # most tables have none, and this costs nothing
        several = f"SELECT count(*) > count(DISTINCT id) AS n {rows} WHERE {self._in_force} AND id IN ({later})"
        live = f"SELECT * {rows} WHERE {self._in_force}"
        if run(self._connection, several, {})["n"][0].as_py():
            live += " QUALIFY row_number() OVER (PARTITION BY id ORDER BY valid_from DESC) = 1"
        plain = "SELECT * EXCLUDE (file_row_number) FROM"
        views = {
            f"{name} numbered": f"SELECT * FROM ({live})",
            name: f"{plain} ({live})",
            f"{name} every": f"{plain} (SELECT * {rows})",
        }
        for view, chosen in views.items():
            run(self._connection, f'CREATE OR REPLACE VIEW "{view}" AS {chosen} WHERE {self._seen}', {})

    def _refuse_foreign(self, sql: str) -> None:
        """Raise InputError for anything but one SELECT over tables: a file would be read past the reader's rights."""
        tree = run(self._connection.cursor(), "SELECT json_serialize_sql($sql) AS tree", {"sql": sql})["tree"][0]
        read = json.loads(tree.as_py())
        if read["error"] or len(read["statements"]) != 1:
            why = read.get("error_message", "one SELECT at a time").splitlines()[0]
            raise InputError(f"The query failed: {why}", f"查询失败: {why}")
        for name in reached_by(read):
            if (name.endswith("(") and name not in _FUNCTIONS) or "." in name:
                raise InputError(f"The query failed: it may not read '{name}'", f"查询失败: 不得读取“{name}”")


def run(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any]) -> pa.Table:
    """Run one query with named parameters; a fault in it is an InputError."""
    with _told():
        return connection.execute(sql, dict(parameters) or None).to_arrow_table()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except duckdb.IOException as error:
        raise CopyGone(f"A cached copy is gone: {error}", f"缓存副本已不在: {error}") from error
    except duckdb.OutOfMemoryException as error:
        raise InputError(
            "The query needs more memory than it may take. Allow more, e.g. HECHANG_MEMORY=4GB, or ask for less",
            "查询所需内存超出上限。请放宽上限(如 HECHANG_MEMORY=4GB), 或缩小查询范围",
        ) from error
    except duckdb.Error as error:
        text = str(error).splitlines()[0]
        raise InputError(f"The query failed: {text}", f"查询失败: {text}") from error


def to_frame(rows: pa.Table) -> pd.DataFrame:
    """Arrow table as a pandas frame with Arrow types."""
    frame: pd.DataFrame = rows.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
