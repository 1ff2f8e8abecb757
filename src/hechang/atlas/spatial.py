"""DuckDB with its spatial extension, from the file in the wheel beside it: no network, no writable home.

One engine serves the whole program: loading the extension takes half a second. It holds only what it is handed as Arrow
tables, and cannot read a file.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

import duckdb

from hechang.region.query import literal, memory
from hechang.terms.errors import StoreError

EXTENSION = "duckdb-extension-spatial"


def check_versions(engine: str = duckdb.__version__, extension: str = "") -> str:
    """Return the version that DuckDB and its spatial extension have in common.

    Raises
    ------
    StoreError
        where the two differ, or the extension is missing: an extension loads into its own version only.

    Examples
    --------
    >>> check_versions() == duckdb.__version__
    True
    >>> check_versions("1.5.6", "1.5.5")
    Traceback (most recent call last):
    ...
    hechang.terms.errors.StoreError: DuckDB 1.5.6 cannot load the spatial extension of 1.5.5. Run: pip install \
duckdb==1.5.5
    """
    found = extension or _installed()
    if not found:
        raise StoreError(
            f"The spatial extension of DuckDB is missing. Run: pip install {EXTENSION}=={engine}",
            f"缺少 DuckDB 的空间扩展。请运行: pip install {EXTENSION}=={engine}",
        )
    if found != engine:
        raise StoreError(
            f"DuckDB {engine} cannot load the spatial extension of {found}. Run: pip install duckdb=={found}",
            f"DuckDB {engine} 无法加载 {found} 版空间扩展。请运行: pip install duckdb=={found}",
        )
    return engine


def _installed() -> str:
    try:
        return version(EXTENSION)
    except PackageNotFoundError:
        return ""


@cache
def engine() -> duckdb.DuckDBPyConnection:
    """Return the one engine with spatial functions; ask it through a `cursor()` of one's own.

    Raises
    ------
    StoreError
        as `check_versions`, or where the extension's file cannot be loaded here.

    Examples
    --------
    >>> engine().cursor().execute("SELECT st_astext(st_point(1, 2))").fetchall()
    [('POINT (1 2)',)]
    """
    number = check_versions()
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "temp_directory": "",
        "threads": "2",
    }
    made = duckdb.connect(config=config)
    most = made.execute("SELECT current_setting('memory_limit')").fetchall()[0][0]
    made.execute(f"SET memory_limit={literal(memory(os.environ, most))}")
    path = files("duckdb_extension_spatial") / "extensions" / f"v{number}" / "spatial.duckdb_extension"
    try:
        made.execute(f"LOAD {literal(str(path))}")
    except duckdb.Error as error:
        raise StoreError(f"The spatial extension cannot be loaded: {error}", f"空间扩展无法加载: {error}") from error
    made.execute("SET enable_external_access=false")
    made.execute("SET lock_configuration=true")
    return made
