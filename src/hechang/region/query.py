"""DuckDB over the Parquet copies of a region: every table is a view with the rows in force that the reader may see."""

from __future__ import annotations

import itertools
import json
import os
import re
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pyarrow as pa

from hechang.store.contract import Parts
from hechang.store.frozen import spill
from hechang.store.rests import note
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
            parts = [str(tree.get(part) or "") for part in ("catalog_name", "schema_name", "table_name")]
            yield ".".join(parts).lstrip(".")
        if tree.get("type") == "TABLE_FUNCTION":
            yield f"{tree['function']['function_name']}("
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from reached_by(part)


class CopyGone(InputError):
    """A Parquet copy a view stands on was deleted."""


class Copies(NamedTuple):
    """Where the Parquet copy of a table lies, whole or in parts, and how to drop those that cannot be read."""

    whole: Callable[[str], Path]
    parts: Callable[[str], Parts]
    mend: Callable[[], int]


class Layer(NamedTuple):
    """One state of the tables, and what of it may be seen: rows by a condition, some fields by one of their own."""

    copies: Copies
    seen: Callable[[str], str]
    masks: Callable[[str], Mapping[str, str]]


class _Shown(NamedTuple):
    """Whether one of several versions is chosen, what is in force, and every version, as one layer shows them."""

    several: bool
    live: str
    every: str


class Duck:
    """DuckDB as one program reads one region: one memory, one pair of threads; every view has a schema of its own.

    `quick` says that a table may be read from an older copy and the versions written since, instead of a copy made
    for the revision: for pages that many ask for while many write. The rows are the same; where a query does not say
    in which order it wants them, their order need not be.
    """

    def __init__(self, *, quick: bool = False) -> None:
        self.quick = quick
        self.several: dict[tuple[str, str], bool] = {}
        self._open: dict[str, duckdb.DuckDBPyConnection] = {}
        self._lock = threading.Lock()
        self._number = itertools.count(1)
        self._left: list[tuple[duckdb.DuckDBPyConnection, str]] = []

    def room(self, folder: Path, owner: object) -> tuple[duckdb.DuckDBPyConnection, str]:
        """Return the connection and the name of a new schema, which goes when its owner does."""
        asked = os.environ.get("HECHANG_MEMORY", "")
        with self._lock:
            if asked not in self._open:
                self._open[asked] = connect(folder)
            found, name = self._open[asked], f"view {next(self._number)}"
            while self._left:  # dropped here and not in the finalizer, which may run in the middle of anything
                old, schema = self._left.pop()
                old.cursor().execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
            found.cursor().execute(f'CREATE SCHEMA "{name}"')
        weakref.finalize(owner, self._left.append, (found, name))
        return found, name


class Desk:
    """The views of one region in DuckDB, made when a query first speaks of them.

    View `projects` holds what is in force on `day` (half-open) and visible; of several versions of a row in force at
    once the one that began last counts. View `projects numbered` has `file_row_number` too: rows in the order of their
    ids, by a whole number, which is cheaper to compare than an id. View `projects every` holds all visible versions,
    whatever the day.
    """

    def __init__(self, duck: Duck, folder: Path, layers: Sequence[Layer], day: str) -> None:
        self._duck = duck
        self._connection, self._room = duck.room(folder, self)
        self._layers = layers
        self._day = day
        self._in_force = f"valid_from <= {literal(day)} AND (valid_to IS NULL OR valid_to > {literal(day)})"
        self._made: dict[str, list[Parts]] = {}
        self._mixed: set[str] = set()  # tables of which versions are chosen or put together: in no order then
        self._lock = threading.Lock()

    def query(self, sql: str, parameters: Mapping[str, Any]) -> pd.DataFrame:
        """Run SQL over the tables it names; it may read these and nothing else."""
        return to_frame(self.ask(sql, parameters))

    def ask(self, sql: str, parameters: Mapping[str, Any]) -> pa.Table:
        """Return what `query` does as an Arrow table."""
        names = names_in(sql)
        note(*names)
        refuse_foreign(sql)
        try:
            return run(self._cursor(sql, names), sql, parameters)
        except InputError as fault:  # the cache was cleared or damaged meanwhile: make the copies again
            if not self._layers[0].copies.mend() and not isinstance(fault, CopyGone):
                raise
            with self._lock:
                self._made.clear()
                self._duck.several.clear()
            return run(self._cursor(sql, names), sql, parameters)

    def ordered(self, name: str) -> bool:
        """Tell whether the rows of a table come in the order of their ids without being told to."""
        with self._lock:
            return name not in self._mixed

    def cursor(self, names: Iterable[str]) -> duckdb.DuckDBPyConnection:
        """Return a cursor on which the views of some tables stand."""
        return self._cursor("", list(names))

    def _cursor(self, sql: str, names: list[str]) -> duckdb.DuckDBPyConnection:
        with self._lock:
            for name in names:
                whole = not self._duck.quick or (f"{name} numbered" in sql and len(self._layers) == 1)
                if name not in self._made or (whole and any(parts.changed for parts in self._made[name])):
                    found = [_parts(layer.copies, name, whole=whole) for layer in self._layers]
                    self._define(name, found)
                    self._made[name] = found
            return self._own()

    def _own(self) -> duckdb.DuckDBPyConnection:
        cursor = self._connection.cursor()
        cursor.execute(f'USE "{self._room}"')
        return cursor

    def _define(self, name: str, found: list[Parts]) -> None:
        own = self._own()
        views = [self._views(own, name, *pair) for pair in zip(self._layers, found, strict=True)]
        mixed = len(found) > 1 or found[0].changed or any(one.several for one in views)
        (self._mixed.add if mixed else self._mixed.discard)(name)
        for view, chosen in _of_layers(name, [one.live for one in views], [one.every for one in views]).items():
            run(own, f'CREATE OR REPLACE VIEW "{view}" AS {chosen}', {})

    def _views(self, own: duckdb.DuckDBPyConnection, name: str, layer: Layer, parts: Parts) -> _Shown:
        rows = _rows(parts)
        live = f"SELECT * {rows} WHERE {self._in_force}"
        several = self._several(own, parts)
        if several:
            live += " QUALIFY row_number() OVER (PARTITION BY id ORDER BY valid_from DESC) = 1"
        hidden = layer.masks(name)
        cells = ", ".join(f'CASE WHEN {seen} THEN "{column}" END AS "{column}"' for column, seen in hidden.items())
        columns = f"* REPLACE ({cells})" if cells else "*"
        parts_of = (f"SELECT {columns} FROM ({part}) WHERE {layer.seen(name)}" for part in (live, f"SELECT * {rows}"))
        return _Shown(several, *parts_of)

    def _several(self, own: duckdb.DuckDBPyConnection, parts: Parts) -> bool:
        """Tell whether several versions of a row are in force at once: in the copy, or among what changed since."""
        key = (str(parts.whole), self._day)
        if key not in self._duck.several:
            whole = _rows(Parts(parts.whole, None))
            later = f"SELECT id {whole} WHERE valid_from > '{ALWAYS}'"  # most tables have none, and this costs nothing
            self._duck.several[key] = self._twice(own, whole, later)
        if self._duck.several[key] or not parts.changed or not self._later(own, parts):
            return self._duck.several[key]
        return self._twice(own, _rows(parts), f"SELECT id FROM {_file(parts.changed)}")

    def _later(self, own: duckdb.DuckDBPyConnection, parts: Parts) -> bool:
        """Tell whether any version began later than always: else each row has one only."""
        key = (str(parts.whole), "later")
        if key not in self._duck.several:
            self._duck.several[key] = _any_later(own, parts.whole)
        return self._duck.several[key] or (parts.changed is not None and _any_later(own, parts.changed))

    def _twice(self, own: duckdb.DuckDBPyConnection, rows: str, ids: str) -> bool:
        sql = f"SELECT count(*) > count(DISTINCT id) AS n {rows} WHERE {self._in_force} AND id IN ({ids})"
        return bool(run(own, sql, {})["n"][0].as_py())


def _parts(copies: Copies, name: str, *, whole: bool) -> Parts:
    return Parts(copies.whole(name), None) if whole else copies.parts(name)


def _of_layers(name: str, live: list[str], every: list[str]) -> dict[str, str]:
    """The three views of a table. Of a row that several layers show, the first one counts."""
    plain = "SELECT * EXCLUDE (file_row_number) FROM"
    if len(live) == 1:
        return {f"{name} numbered": live[0], name: f"{plain} ({live[0]})", f"{name} every": f"{plain} ({every[0]})"}
    first = {key: _first(parts, key) for key, parts in (("id", live), ("id, valid_from", every))}
    numbered = f"SELECT *, row_number() OVER (ORDER BY id) - 1 AS file_row_number FROM ({first['id']})"
    return {f"{name} numbered": numbered, name: first["id"], f"{name} every": first["id, valid_from"]}


def _first(parts: list[str], key: str) -> str:
    numbered = (f"SELECT * EXCLUDE (file_row_number), {n} AS layer FROM ({part})" for n, part in enumerate(parts))
    chosen = f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY layer) = 1"
    return f"SELECT * EXCLUDE (layer) FROM ({' UNION ALL BY NAME '.join(numbered)}) {chosen}"


def _any_later(own: duckdb.DuckDBPyConnection, path: Path) -> bool:
    sql = f"SELECT count(*) > 0 AS n FROM {_file(path)} WHERE valid_from > '{ALWAYS}'"
    return bool(run(own, sql, {})["n"][0].as_py())


def _file(path: Path) -> str:
    return f"read_parquet({literal(str(path))}, file_row_number = true)"


def _rows(parts: Parts) -> str:
    """FROM clause with all rows that count; numbered only where they lie in one file."""
    if not parts.changed:
        return f"FROM {_file(parts.whole)}"
    changed = _file(parts.changed)
    return f"""FROM (SELECT * FROM {_file(parts.whole)}
        ANTI JOIN (SELECT id, valid_from FROM {changed}) USING (id, valid_from)
        UNION ALL BY NAME SELECT * FROM {changed} WHERE op = 'put')"""


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """One connection that only reads queries and runs none of them; a new one for each takes 40 ms."""
    return duckdb.connect(config={"threads": "1", "enable_external_access": "false"})


@lru_cache(maxsize=1024)
def refuse_foreign(sql: str) -> None:
    """Raise InputError for anything but one SELECT over tables: a file would be read past the reader's rights."""
    tree = run(_parser().cursor(), "SELECT json_serialize_sql($sql) AS tree", {"sql": sql})["tree"][0]
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
    columns = {
        name: pd.arrays.ArrowExtensionArray(cells) for name, cells in zip(rows.column_names, rows.columns, strict=True)
    }
    return pd.DataFrame(columns, copy=False)  # as rows.to_pandas would give it, in half the time
