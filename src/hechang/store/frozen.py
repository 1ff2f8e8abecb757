"""The Parquet copy of a table at a revision: made on first use, from an older copy where there is one.

Where only a few rows were written since an older copy, there is no need for a new one: `parts` gives the older copy
and a small file of the versions written since, which take the place of those in the copy.

Files may be deleted at any time. Their names carry the hash of the revision they were made at.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa

from hechang.store.blobs import give_name
from hechang.store.contract import Lineage, Parts
from hechang.store.schema import arrow_schema, metadata, version_table
from hechang.terms.errors import AuditBroken
from hechang.terms.specs import table as spec

ROWS = 50_000
KEPT = 12  # copies of one table on one branch
KNOWN = 64  # tables at a revision of which is known where their copies lie
CHANGES = 24  # small files of changes of one table on one branch
SMALL = 2_000  # versions written since a copy up to which they are kept beside it
GROUP = 8_192  # rows of a group at least: a row is found by reading its group only
GROUPS = 32  # groups of a larger copy
_MERGE = """
COPY (
  WITH newest AS (
    SELECT * FROM read_parquet('{changed}', file_row_number = true)
    QUALIFY row_number() OVER (PARTITION BY id, valid_from ORDER BY file_row_number DESC) = 1
  )
  SELECT * FROM (
    SELECT * FROM read_parquet('{old}')
    ANTI JOIN (SELECT id, valid_from FROM read_parquet('{changed}')) USING (id, valid_from)
    UNION ALL BY NAME
    SELECT * EXCLUDE (file_row_number) FROM newest
  ) WHERE op = 'put' ORDER BY id, valid_from
) TO '{target}' (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE {group})
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
    with pq.ParquetWriter(path, arrow_schema(spec(table))) as writer:
        for batch in _versions(connection, table, lineage, after):
            writer.write_batch(batch)


def _versions(connection: sa.Connection, table: str, lineage: Lineage, after: int) -> Iterator[pa.RecordBatch]:
    t = version_table(table)
    schema = arrow_schema(spec(table))
    query = sa.select(*(t.c[name] for name in schema.names)).where(_since(table, lineage, after)).order_by(t.c.seq)
    yield from record_batches(connection, query, schema)


def _since(table: str, lineage: Lineage, after: int) -> sa.ColumnElement[bool]:
    t = version_table(table)
    return sa.or_(*(sa.and_(t.c.branch == b, t.c.revision <= last, t.c.revision > after) for b, last in lineage))


def newest(rows: pa.Table) -> pa.Table:
    """Return the version written last of each (id, valid_from), in the order of writing."""
    keys: pd.DataFrame = rows.select(["id", "valid_from"]).to_pandas()
    return rows.filter(pa.array(~keys.duplicated(keep="last").to_numpy()))


def record_batches(
    connection: sa.Connection, query: sa.Select[Any], schema: pa.Schema, given: Mapping[str, Any] | None = None
) -> Iterator[pa.RecordBatch]:
    """Run a query with its parameters block by block as Arrow, columns in the order of the schema."""
    result = connection.execution_options(stream_results=True, yield_per=ROWS).execute(query, given)
    for rows in result.partitions(ROWS):
        columns = zip(*rows, strict=True)
        yield pa.RecordBatch.from_arrays([_array(*pair) for pair in zip(columns, schema, strict=True)], schema=schema)


def _array(cells: Sequence[Any], field: pa.Field) -> pa.Array:
    try:
        return pa.array(cells, type=field.type)
    except (pa.ArrowException, OverflowError) as error:  # no edit of ours could have written it
        raise AuditBroken(
            f"Column '{field.name}' holds what was never written there ({error}). Run: hechang verify",
            f"列“{field.name}”中有并非经本程序写入的内容({error})。请运行: hechang verify",
        ) from error


def write_sorted(rows: pa.Table, path: Path) -> None:
    """Write the rows of one edit that are not ended, by id; in blocks, so that there is no second copy of them all."""
    order = pc.sort_indices(rows, sort_keys=[("id", "ascending"), ("valid_from", "ascending")])
    kept = order.filter(pc.equal(rows["op"].take(order), "put"))
    with pq.ParquetWriter(path, rows.schema, compression="lz4") as writer:
        group = group_size(len(kept))
        for start in range(0, len(kept), group):
            writer.write_table(rows.take(kept.slice(start, group)))


def group_size(rows: int) -> int:
    """Rows of one group of a copy: small enough to find a row soon, and not so many groups that opening takes long.

    Examples
    --------
    >>> group_size(100), group_size(1_000_000)
    (8192, 30720)
    """
    return max(GROUP, rows // GROUPS // 2048 * 2048)


def _text(path: Path) -> str:
    return str(path).replace("'", "''")


def _hashes(connection: sa.Connection, at: Lineage, found: Sequence[int]) -> dict[tuple[str, int], str]:
    """Begin of the hash of those of some revisions that are on a lineage, by branch and number."""
    r = metadata().tables["revisions"]
    parts = [sa.and_(r.c.branch == branch, r.c.seq <= last) for branch, last in at]
    query = sa.select(r.c.branch, r.c.seq, r.c.hash).where(sa.or_(*parts), r.c.seq.in_(sorted(set(found))))
    return {(str(branch), int(seq)): str(hash)[:12] for branch, seq, hash in connection.execute(query)}


def _copies(folder: Path, table: str, branch: str) -> Iterator[tuple[int, str, Path]]:
    """Revision, hash and file of every copy of a table on one branch."""
    for path in folder.glob(f"{table}-{branch}-*.parquet"):
        number, _, key = path.stem[len(f"{table}-{branch}-") :].partition("-")
        if number.isdigit():
            yield int(number), key, path


def sound(path: Path, table: str) -> bool:
    """Tell whether a copy is there, with a whole frame and the columns of its table."""
    try:
        return sorted(pq.read_schema(path).names) == sorted(arrow_schema(spec(table)).names)
    except (OSError, pa.ArrowException):
        return False


def readable(path: Path) -> bool:
    """Tell whether every page of a copy can be read."""
    try:
        with pq.ParquetFile(path) as file:
            return all(batch is not None for batch in file.iter_batches())
    except (OSError, pa.ArrowException):
        return False


def spill(folder: Path) -> Path:
    """Name of a folder for what does not fit into memory, of one connection only; DuckDB makes it and takes it away."""
    return folder / f"spill-{uuid.uuid4().hex}"


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another program was faster
        return 0.0


def _stem(path: Path) -> str:
    """Table and branch in the name of a copy."""
    return path.stem.rsplit("-", 2)[0]


def keep_newest(files: Iterable[Path], count: int) -> None:
    """Drop all but the `count` newest of some files."""
    for path in sorted(files, key=_age)[:-count]:
        path.unlink(missing_ok=True)


def _write(rows: pa.Table, path: Path) -> None:
    made = path.with_name(f"{uuid.uuid4().hex}.part")
    try:
        pq.write_table(rows, made, compression="none", use_dictionary=False)
        give_name(made, path)
    finally:
        made.unlink(missing_ok=True)


class Copies:
    """The Parquet copies of one store, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._good: dict[tuple[Path, float], None] = {}
        self._parts: dict[Hashable, Parts] = {}
        self._last: dict[tuple[str, str], tuple[tuple[int, Path], int, pa.Table]] = {}
        folder.mkdir(exist_ok=True)

    @cached_property
    def _duck(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(config={"threads": 1, "memory_limit": "250MB", "temp_directory": str(spill(self.folder))})

    def path(self, connection: sa.Connection, table: str, lineage: Lineage) -> Path:
        """Return the file with the rows of `table` that count on `lineage`; made where it is missing."""
        path, at = self._place(connection, table, lineage)
        if path.exists():
            if sound(path, table):
                return path
            path.unlink(missing_ok=True)
        self.folder.mkdir(exist_ok=True)  # somebody may have cleared it meanwhile
        if not at[0][1]:
            pq.write_table(arrow_schema(spec(table)).empty_table(), path)
            return path
        try:
            self._from(connection, table, at, self._older(connection, table, at), path)
        except (duckdb.Error, OSError, pa.ArrowException):  # the older copy is damaged, or dropped by another program
            self._from(connection, table, at, None, path)
        return path

    def _from(
        self, connection: sa.Connection, table: str, at: Lineage, older: tuple[int, Path] | None, path: Path
    ) -> None:
        after = older[0] if older else 0
        self._make(lambda changed: write_versions(connection, table, at, after, changed), table, older, path)

    def note(self, connection: sa.Connection, table: str, lineage: Lineage, rows: pa.Table) -> None:
        """Make the copy of a table from the rows an edit has just written, without reading them back.

        Parameters
        ----------
        lineage
            The one the edit was written on, with its revision.
        rows
            All rows the edit wrote into `table`, `revision` included.
        """
        path, at = self._place(connection, table, lineage)
        older = self._older(connection, table, at)
        before = touched(connection, table, [(b, min(n, lineage[0][1] - 1)) for b, n in lineage])[1]
        if not path.exists() and at and before == (older[0] if older else 0):
            if older and older[0]:  # 0: the empty copy of a table nobody had written to
                self._make(lambda changed: pq.write_table(rows, changed), table, older, path)
            else:
                self._first(rows, table, path)

    def _place(self, connection: sa.Connection, table: str, lineage: Lineage) -> tuple[Path, Lineage]:
        """Where the copy belongs, and the part of the lineage it holds."""
        branch, last = touched(connection, table, lineage)
        r = metadata().tables["revisions"]
        hash = connection.execute(sa.select(r.c.hash).where(r.c.seq == last, r.c.branch == branch)).scalar() or ""
        at = [(b, min(n, last)) for b, n in lineage[[b for b, _ in lineage].index(branch) :]]
        return self.folder / f"{table}-{branch}-{last}-{hash[:12]}.parquet", at

    def _older(self, connection: sa.Connection, table: str, at: Lineage) -> tuple[int, Path] | None:
        """Revision and file of the newest older copy that can be read; a branch starts from one of its parent's."""
        found = [(branch, one) for branch, _ in at for one in _copies(self.folder, table, branch)]
        hashes = _hashes(connection, at, [one[0] for _, one in found])
        known = [(number, path) for branch, (number, key, path) in found if hashes.get((branch, number)) == key]
        return next((one for one in sorted(known, reverse=True) if self._sound(one[1], table)), None)

    def _sound(self, path: Path, table: str) -> bool:
        """`sound`, looked at once as long as the file stays what it is."""
        key = (path, _age(path))
        if key not in self._good:
            if not sound(path, table):
                return False
            self._good = dict.fromkeys(list(self._good)[-SMALL:]) | {key: None}
        return True

    def parts(self, connection: sa.Connection, table: str, lineage: Lineage) -> Parts:
        """Return a copy and what changed since: cheap after an edit of a few rows, whatever the table's size."""
        key = (table, *lineage)
        known = self._parts.get(key)
        if known is None or not all(part.exists() for part in known if part):
            known = self._in_parts(connection, table, lineage)
            self._parts = dict([*self._parts.items(), (key, known)][-KNOWN:])
        return known

    def _in_parts(self, connection: sa.Connection, table: str, lineage: Lineage) -> Parts:
        path, at = self._place(connection, table, lineage)
        if self._sound(path, table):
            return Parts(path, None)
        older = self._older(connection, table, at)
        rows = self._changed(connection, table, at, older) if older else None
        if rows is None or not older:
            return Parts(self.path(connection, table, lineage), None)
        file = path.with_name(f"{path.stem}-since-{older[0]}.changes")
        if not file.exists():
            _write(newest(rows), file)
            keep_newest(file.parent.glob(f"{_stem(path)}-*.changes"), CHANGES)
        return Parts(older[1], file)

    def _changed(self, connection: sa.Connection, table: str, at: Lineage, older: tuple[int, Path]) -> pa.Table | None:
        """Versions written since a copy; None where they are many. What the last call read is not read again."""
        branch, last = at[0]
        whole, until, rows = self._last.get((table, branch), (None, 0, None))
        if whole != older or until > last or rows is None:
            count = sa.select(sa.func.count()).where(_since(table, at, older[0]))
            if (connection.execute(count).scalar() or 0) > SMALL:
                return None
            until, rows = older[0], arrow_schema(spec(table)).empty_table()
        later = list(_versions(connection, table, at, until))
        rows = pa.concat_tables([rows, pa.Table.from_batches(later, schema=rows.schema)]).combine_chunks()
        if rows.num_rows > SMALL:
            return None
        self._last[(table, branch)] = (older, last, rows)
        return rows

    def mend(self) -> int:
        """Drop the copies that cannot be read; return how many. They are made again on their next use."""
        self._good.clear()
        self._parts = {}
        files = [*self.folder.glob("*.parquet"), *self.folder.glob("*.changes")]
        broken = [path for path in files if not readable(path)]
        for path in broken:
            path.unlink(missing_ok=True)
        return len(broken)

    def _prune(self, newest: Path) -> None:
        """Drop all but the newest copies of a branch; who still needs an older one makes it again."""
        stem = _stem(newest)
        keep_newest((p for p in self.folder.glob(f"{stem}-*.parquet") if _stem(p) == stem), KEPT)

    def _first(self, rows: pa.Table, table: str, path: Path) -> None:
        """Write the first copy of a table without DuckDB: an edit holds each version once."""
        made = path.with_name(f"{uuid.uuid4().hex}.part")
        try:
            write_sorted(rows.select(arrow_schema(spec(table)).names), made)
            give_name(made, path)
        finally:
            made.unlink(missing_ok=True)

    def _make(self, write: Callable[[Path], None], table: str, older: tuple[int, Path] | None, path: Path) -> None:
        changed, empty, made = (path.with_name(f"{uuid.uuid4().hex}.part") for _ in range(3))
        try:
            write(changed)
            pq.write_table(arrow_schema(spec(table)).empty_table(), empty)
            names = {"old": older[1] if older else empty, "changed": changed, "target": made}
            rows = pq.read_metadata(names["old"]).num_rows + pq.read_metadata(changed).num_rows
            parts = {key: _text(value) for key, value in names.items()}
            self._duck.cursor().execute(_MERGE.format(**parts, group=group_size(rows)))
            give_name(made, path)
            self._prune(path)
        finally:
            for left in (changed, empty, made):
                with suppress(FileNotFoundError):
                    left.unlink()
