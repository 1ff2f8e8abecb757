"""The Parquet copy of a table at a revision: made on first use, from an older copy where there is one.

Files may be deleted at any time. Their names carry the hash of the revision they were made at.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from hechang.store.contract import Lineage
from hechang.store.schema import arrow_schema, metadata, version_table
from hechang.terms.specs import table as spec

ROWS = 50_000
KEPT = 12  # copies of one table on one branch
_MERGE = """
COPY (
  SELECT * EXCLUDE (nth) FROM (
    SELECT * FROM (
      SELECT *, 0 AS nth FROM read_parquet('{old}')
      UNION ALL BY NAME
      SELECT * EXCLUDE (file_row_number), 1 + file_row_number AS nth
      FROM read_parquet('{changed}', file_row_number = true)
    ) QUALIFY row_number() OVER (PARTITION BY id, valid_from ORDER BY nth DESC) = 1
  ) WHERE op = 'put' ORDER BY id, valid_from
) TO '{target}' (FORMAT parquet, COMPRESSION zstd)
"""


def touched(connection: sa.Connection, table: str, lineage: Lineage) -> tuple[str, int]:
    """Branch and revision that last changed `table` on this lineage; ("main", 0) when none did."""
    t = version_table(table)
    for branch, last in lineage:
        query = sa.select(sa.func.max(t.c.revision)).where(t.c.branch == branch, t.c.revision <= last)
        found = connection.execute(query).scalar()
        if found is not None:
            return branch, int(found)
    return "main", 0


def write_versions(connection: sa.Connection, table: str, lineage: Lineage, after: int, path: Path) -> None:
    """Write every version row of the lineage after revision `after` to Parquet, in the order of writing."""
    t = version_table(table)
    schema = arrow_schema(spec(table))
    parts = [sa.and_(t.c.branch == b, t.c.revision <= last, t.c.revision > after) for b, last in lineage]
    query = sa.select(*(t.c[name] for name in schema.names)).where(sa.or_(*parts)).order_by(t.c.seq)
    with pq.ParquetWriter(path, schema) as writer:
        for batch in _batches(connection, query, schema):
            writer.write_batch(batch)


def _batches(connection: sa.Connection, query: sa.Select[Any], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    result = connection.execution_options(stream_results=True, yield_per=ROWS).execute(query)
    for rows in result.partitions(ROWS):
        columns = zip(*rows, strict=True)
        arrays = [pa.array(column, type=kind) for column, kind in zip(columns, schema.types, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _text(path: Path) -> str:
    return str(path).replace("'", "''")


def _hashes(connection: sa.Connection, branch: str, last: int) -> dict[int, str]:
    r = metadata().tables["revisions"]
    query = sa.select(r.c.seq, r.c.hash).where(r.c.branch == branch, r.c.seq <= last)
    return {int(seq): str(hash)[:12] for seq, hash in connection.execute(query)}


def _older(folder: Path, table: str, branch: str, hashes: dict[int, str]) -> tuple[int, Path] | None:
    found = []
    for path in folder.glob(f"{table}-{branch}-*.parquet"):
        number, _, key = path.stem[len(f"{table}-{branch}-") :].partition("-")
        if number.isdigit() and hashes.get(int(number), "") == key:
            found.append((int(number), path))
    return max(found, default=None)


class Copies:
    """The Parquet copies of one store, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    @cached_property
    def _duck(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(config={"threads": 2, "memory_limit": "300MB", "temp_directory": str(self.folder)})

    def path(self, connection: sa.Connection, table: str, lineage: Lineage) -> Path:
        """Return the file with the rows of `table` that count on `lineage`; made where it is missing."""
        path, at, older = self._plan(connection, table, lineage)
        if not path.exists() and not at[0][1]:
            pq.write_table(arrow_schema(spec(table)).empty_table(), path)
        if not path.exists():
            after = older[0] if older else 0
            self._make(lambda changed: write_versions(connection, table, at, after, changed), table, older, path)
        return path

    def note(self, connection: sa.Connection, table: str, lineage: Lineage, rows: pa.Table) -> None:
        """Make the copy of a table from the rows an edit has just written, without reading them back.

        Parameters
        ----------
        lineage
            The one the edit was written on, with its revision.
        rows
            All rows the edit wrote into `table`, `revision` included.
        """
        path, at, older = self._plan(connection, table, lineage)
        before = touched(connection, table, [(b, min(n, lineage[0][1] - 1)) for b, n in lineage])[1]
        if not path.exists() and at and before == (older[0] if older else 0):
            self._make(lambda changed: pq.write_table(rows, changed), table, older, path)

    def _plan(
        self, connection: sa.Connection, table: str, lineage: Lineage
    ) -> tuple[Path, Lineage, tuple[int, Path] | None]:
        """Where the copy belongs, the part of the lineage it holds, and the newest older copy."""
        branch, last = touched(connection, table, lineage)
        hashes = _hashes(connection, branch, last)
        path = self.folder / f"{table}-{branch}-{last}-{hashes.get(last, '')}.parquet"
        at = [(b, min(n, last)) for b, n in lineage[[b for b, _ in lineage].index(branch) :]]
        return path, at, _older(self.folder, table, branch, hashes)

    def _prune(self, newest: Path) -> None:
        """Drop all but the newest copies of a branch; who still needs an older one makes it again."""
        stem = newest.stem.rsplit("-", 2)[0]
        found = [p for p in self.folder.glob(f"{stem}-*.parquet") if p.stem.rsplit("-", 2)[0] == stem]
        for path in sorted(found, key=lambda p: p.stat().st_mtime)[:-KEPT]:
            path.unlink(missing_ok=True)

    def _make(self, write: Callable[[Path], None], table: str, older: tuple[int, Path] | None, path: Path) -> None:
        changed, empty, made = (path.with_name(f"{uuid.uuid4().hex}.part") for _ in range(3))
        try:
            write(changed)
            pq.write_table(arrow_schema(spec(table)).empty_table(), empty)
            names = {"old": older[1] if older else empty, "changed": changed, "target": made}
            self._duck.cursor().execute(_MERGE.format(**{key: _text(value) for key, value in names.items()}))
            made.replace(path)
            self._prune(path)
        finally:
            for left in (changed, empty, made):
                with suppress(FileNotFoundError):
                    left.unlink()
