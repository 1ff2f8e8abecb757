"""The store contract over SQLAlchemy: everything that is the same for SQLite and a server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from hechang.store.blobs import Files
from hechang.store.canonical import branch_leaves, counts_of, edit_root, frame_leaves, record_hash
from hechang.store.contract import MAIN, Draft, Few, Lineage, Parts, Verdict
from hechang.store.few import FEW, few
from hechang.store.frozen import Copies, touched
from hechang.store.readers import LOCAL, Reader, visible
from hechang.store.rests import EVERYTHING, ROW, note
from hechang.store.rows import insert_rows
from hechang.store.schema import metadata, version_table
from hechang.store.verify import GENESIS, verify
from hechang.store.writer import Writer
from hechang.terms.dates import moment, now
from hechang.terms.errors import Conflict, InputError, StoreError, not_known
from hechang.terms.specs import table as spec
from hechang.terms.specs import tables

RECENT = 100  # newest revisions of which each row is told that they changed
NOTED = 20_000  # rows of an edit from which on its Parquet copy is made at once


class Engines(NamedTuple):
    """How a database is read and written, and what its refusals mean in plain words; the writer starts when needed."""

    read: sa.Engine
    write: Callable[[], sa.Engine]
    told: Callable[[sa.exc.DBAPIError], StoreError]


class SqlStore:
    """One region in a database; `committed` runs after each commit, before the edit is acknowledged."""

    def __init__(
        self,
        engines: Engines,
        folder: Path,
        files: Files,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.read = engines.read
        self.folder = folder
        self.clock = clock
        self.blobs = files
        self.copies = Copies(folder / "cache")
        self._engines = engines
        self._writer: Writer | None = None
        self._starting = threading.Lock()
        self.id = said(self.read, "store")

    # --- reading -------------------------------------------------------------------------------------------------
    def head(self) -> int:
        """Return the sequence number of the newest revision."""
        with self.read.connect() as connection:
            return _head(connection)[0]

    def hash_at(self, revision: int) -> dict[int, str]:
        """Return the hash of one revision by its number; empty where it is not there."""
        r = metadata().tables["revisions"]
        with self.read.connect() as connection:
            found = connection.execute(sa.select(r.c.seq, r.c.hash).where(r.c.seq == revision))
            return {int(seq): str(hash) for seq, hash in found}

    def branches(self) -> list[str]:
        """Return the names of all branches, `main` first."""
        note(EVERYTHING)
        names = sa.select(metadata().tables["branches"].c.name).order_by(sa.text("made_in"))
        with self.read.connect() as connection:
            return [MAIN, *connection.execute(names).scalars()]

    def lineage(self, branch: str, revision: int) -> Lineage:
        """Return (branch, last revision that counts) from the branch itself up to main."""
        b = metadata().tables["branches"]
        found: list[tuple[str, int]] = []
        with self.read.connect() as connection:
            known = {row.name: row for row in connection.execute(sa.select(b))}
        while branch != MAIN:
            if branch not in known:
                raise not_known("branch", "分支", branch, [MAIN, *known])
            found.append((branch, revision))
            revision = min(revision, known[branch].base)
            branch = known[branch].parent
        return [*found, (MAIN, revision)]

    def frozen(self, table: str, lineage: Lineage) -> Path:
        """Return the Parquet file with the rows of `table` that count."""
        note(table)
        with self.read.connect() as connection:
            return self.copies.path(connection, table, lineage)

    def parts(self, table: str, lineage: Lineage) -> Parts:
        """Return a Parquet file of an earlier revision and, beside it, the versions written since."""
        with self.read.connect() as connection:
            return self.copies.parts(connection, table, lineage)

    def few(self, table: str, lineage: Lineage, wanted: Few, who: Reader = LOCAL) -> pa.Table:
        """Return some rows straight from the database."""
        note(*(f"{table}{ROW}{id}" for id in wanted.ids))
        with self.read.connect() as connection:
            return few(connection, spec(table).name, lineage, wanted, who)

    def requested(self, key: str) -> int | None:
        """Return the revision a request of this key wrote."""
        r = metadata().tables["revisions"]
        with self.read.connect() as connection:
            found = connection.execute(sa.select(r.c.seq).where(r.c.request == key)).scalar()
        return None if found is None else int(found)

    def last_changes(self, after: int) -> list[tuple[int, str, list[str]]]:
        """Return number, branch and what it changed of each revision after `after`, oldest first."""
        r = metadata().tables["revisions"]
        query = sa.select(r.c.seq, r.c.branch, r.c.counts).where(r.c.seq > after).order_by(r.c.seq)
        with self.read.connect() as connection:
            found = [(int(seq), str(branch), counts_of(counts)) for seq, branch, counts in connection.execute(query)]
            near = found[-1][0] - RECENT if found else 0  # of what is long ago only the tables count
            return [(at, branch, _changed(connection, (at, branch), of, at > near)) for at, branch, of in found]

    def mend(self) -> int:
        """Drop the Parquet copies that cannot be read and return how many."""
        return self.copies.mend()

    def tables_of(self, id: str) -> list[str]:
        """Return the tables that ever held a row with this id."""
        note(EVERYTHING)
        every = (version_table(name) for name in tables())
        parts = (sa.select(sa.literal(t.name).label("name")).where(t.c.id == id).limit(1).subquery() for t in every)
        with self.read.connect() as connection:
            return list(connection.execute(sa.union_all(*(sa.select(part) for part in parts))).scalars())

    def history(self, table: str, id: str, who: Reader = LOCAL) -> pd.DataFrame:
        """Return every version ever written of one row that `who` may see, oldest first."""
        note(EVERYTHING)  # on every branch
        t = version_table(spec(table).name)
        with self.read.connect() as connection:
            return _frame(connection, sa.select(t).where(t.c.id == id, visible(who)).order_by(t.c.seq))

    def written(self, revision: int) -> dict[str, pd.DataFrame]:
        """Return the rows one revision wrote, by table."""
        note(EVERYTHING)
        r = metadata().tables["revisions"]
        with self.read.connect() as connection:
            record = connection.execute(sa.select(r.c.counts, r.c.branch).where(r.c.seq == revision)).one_or_none()
            if record is None:
                raise not_known("revision", "版本", str(revision), [])
            names = [name for name in counts_of(record.counts) if name in metadata().tables]
            of = {name: version_table(name) for name in names}
            return {
                name: _frame(
                    connection,
                    sa.select(t).where(t.c.branch == record.branch, t.c.revision == revision).order_by(t.c.seq),
                )
                for name, t in of.items()
            }

    def before(
        self, table: str, lineage: Lineage, after: int, columns: Sequence[str], who: Reader = LOCAL
    ) -> pd.DataFrame:
        """Return how the rows of a table stood at revision `after` that an edit after it wrote again or ended."""
        note(table)
        t = version_table(spec(table).name)
        names = dict.fromkeys(("id", "valid_from", "valid_to", "op", *columns))
        later = [sa.and_(t.c.branch == b, t.c.revision <= last, t.c.revision > after) for b, last in lineage]
        # by the few ids written later, never by the index of revisions: nearly every row was written by then
        then = [sa.and_(t.c.branch + "" == b, t.c.revision + 0 <= min(last, after)) for b, last in lineage]
        again = t.c.id.in_(sa.select(t.c.id).where(sa.or_(*later)))
        query = sa.select(*(t.c[name] for name in names)).where(again, sa.or_(*then), visible(who)).order_by(t.c.seq)
        with self.read.connect() as connection:
            if not touched(connection, table, [(b, min(last, after)) for b, last in lineage])[1]:
                query = query.limit(0)  # nobody had written to the table by then: no need to look for each row
            found = _frame(connection, query).drop_duplicates(["id", "valid_from"], keep="last")
        return found[found["op"] == "put"].drop(columns="op").reset_index(drop=True)

    def revisions(self, lineage: Lineage, limit: int | None = None, only: Sequence[int] = ()) -> pd.DataFrame:
        """Return the audit records of a lineage (of the revisions in `only`, when given), newest first."""
        note(*(() if len(only) else (EVERYTHING,)))
        r = metadata().tables["revisions"]
        parts = [sa.and_(r.c.branch == branch, r.c.seq <= last) for branch, last in lineage]
        query = sa.select(r).where(sa.or_(*parts)).order_by(r.c.seq.desc()).limit(limit)
        with self.read.connect() as connection:
            return _frame(connection, query.where(r.c.seq.in_(only)) if len(only) else query)

    def revision_at(self, moment: str) -> int:
        """Return the last revision committed until `moment`; order is by sequence, never by clock."""
        note(EVERYTHING)
        r = metadata().tables["revisions"]
        later = sa.select(sa.func.min(r.c.seq)).where(r.c.at > moment)
        with self.read.connect() as connection:
            first_later = connection.execute(later).scalar()
            return int(first_later) - 1 if first_later is not None else _head(connection)[0]

    # --- blobs ---------------------------------------------------------------------------------------------------
    def keep(self, data: bytes) -> str:
        """Keep a blob and return its SHA-256."""
        return self.blobs.keep(data)

    def blob(self, sha: str) -> bytes:
        """Return a kept blob."""
        return self.blobs.read(sha)

    # --- writing -------------------------------------------------------------------------------------------------
    def write(self, draft: Draft) -> int:
        """Keep one edit in one transaction and return its revision."""
        branch = {"branches": branch_leaves([draft.new_branch])} if draft.new_branch else {}
        root = edit_root({name: frame_leaves(name, rows) for name, rows in draft.rows.items()} | branch)
        seq, fresh = self.alone(lambda connection: self._insert(connection, draft, root))
        if fresh:
            with suppress(OSError, duckdb.Error):  # the edit is kept; a copy can be made at any time
                self._note(draft, seq)
        return int(seq)

    def alone(self, work: Callable[[sa.Connection], Any]) -> Any:
        """Run `work` in a transaction while nobody else writes, and return its value once it is on disk."""
        with self._starting:
            if self._writer is None:
                self._writer = Writer(self._engines.write(), self._committed, self._engines.told)
        return self._writer.do(work)

    def _note(self, draft: Draft, seq: int) -> None:
        """Spare the next reader the way through the database where an edit was large."""
        for name, rows in draft.rows.items():
            if rows.num_rows >= NOTED:
                whole = rows.append_column("revision", pa.repeat(seq, rows.num_rows))
                lineage = self.lineage(draft.branch, seq)
                with self.read.connect() as connection:
                    self.copies.note(connection, name, lineage, whole)

    def _committed(self, connection: sa.Connection) -> None:
        """Run after each commit; a folder notes its anchor here."""

    def _insert(self, connection: sa.Connection, draft: Draft, root: str) -> tuple[int, bool]:
        """Return the revision, and whether this very draft made it."""
        r = metadata().tables["revisions"]
        if draft.request:
            known = connection.execute(sa.select(r.c.seq).where(r.c.request == draft.request)).scalar()
            if known is not None:  # the same request again: it is already kept
                return int(known), False
        last, previous = _head(connection)
        _refuse_stale(connection, draft, last)
        seq = last + 1
        for name, rows in draft.rows.items():
            insert_rows(connection, name, rows.append_column("revision", pa.repeat(seq, rows.num_rows)))
        if draft.new_branch:
            _insert_branch(connection, draft.new_branch, seq)
        record = self._record(draft, root, seq, previous)
        connection.execute(r.insert(), [record])
        return seq, True

    def _record(self, draft: Draft, root: str, seq: int, previous: str) -> dict[str, Any]:
        counts = {name: rows.num_rows for name, rows in sorted(draft.rows.items())}
        record: dict[str, Any] = {
            "seq": seq,
            "origin": f"{self.id}:{seq}",
            "branch": draft.branch,
            "at": moment(self.clock()),
            "actor": draft.actor,
            "reason": draft.reason,
            "source": draft.source,
            "request": draft.request,
            "counts": json.dumps(counts),
            "root": root,
            "previous": previous,
        }
        return {**record, "hash": record_hash(record)}

    def verify(self) -> Verdict:
        """Recompute every hash from the rows."""
        note(EVERYTHING)
        try:
            with self.read.connect() as connection:
                return verify(connection, self.id, self.blobs)
        except sa.exc.DBAPIError as error:
            raise self._engines.told(error) from error

    def close(self) -> None:
        """Stop the writer and let go of the files."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self.read.dispose()


def said(engine: sa.Engine, key: str) -> str:
    """Return what a database says of itself."""
    meta = metadata().tables["meta"]
    with engine.connect() as connection:
        return str(connection.execute(sa.select(meta.c.value).where(meta.c.key == key)).scalar_one())


def _changed(connection: sa.Connection, at: tuple[int, str], counts: dict[str, int], rows: bool) -> list[str]:
    """Tables a revision wrote to, and their rows by id where these are few."""
    small = rows and sum(counts.values()) <= FEW
    return [*counts, *(name for table in counts for name in _rows(connection, at, table, small))]


def _rows(connection: sa.Connection, at: tuple[int, str], table: str, small: bool) -> list[str]:
    if not small or table not in tables():
        return [table + ROW]
    t = version_table(table)
    query = sa.select(t.c.id).where(t.c.branch == at[1], t.c.revision == at[0])
    return [f"{table}{ROW}{id}" for id in connection.execute(query).scalars()]


def _frame(connection: sa.Connection, query: sa.Select[Any]) -> pd.DataFrame:
    result = connection.execute(query)
    return pd.DataFrame([tuple(row) for row in result], columns=list(result.keys()), dtype=object)


def _head(connection: sa.Connection) -> tuple[int, str]:
    r = metadata().tables["revisions"]
    found = connection.execute(sa.select(r.c.seq, r.c.hash).order_by(r.c.seq.desc()).limit(1)).one_or_none()
    return (int(found.seq), str(found.hash)) if found else (0, GENESIS)


def _insert_branch(connection: sa.Connection, branch: tuple[str, str, int], seq: int) -> None:
    b = metadata().tables["branches"]
    name, parent, base = branch
    if name == MAIN or connection.execute(sa.select(b.c.name).where(b.c.name == name)).scalar() is not None:
        raise InputError(f"There is a branch '{name}' already", f"已有分支“{name}”")
    connection.execute(b.insert(), [{"name": name, "parent": parent, "base": base, "made_in": seq}])


def _refuse_stale(connection: sa.Connection, draft: Draft, last: int) -> None:
    """Raise Conflict when a row of the draft was changed on its branch after the draft's base."""
    if last == draft.base:
        return
    if draft.exact:
        raise Conflict(
            "The register has changed meanwhile. Look at it again and repeat",
            "登记册在此期间已有改动, 请重新查看后再次提交",
        )
    for name, rows in draft.rows.items():
        t = version_table(name)
        newer = sa.select(t.c.id).where(t.c.branch == draft.branch, t.c.revision > draft.base).distinct()
        changed = set(connection.execute(newer).scalars()) & set(rows["id"].to_pylist())
        if changed:
            one = min(changed)
            raise Conflict(
                f"{name} {one} was changed by somebody else meanwhile ({len(changed)} rows). Reload and edit again",
                f"{name} {one} 已被他人修改(共 {len(changed)} 行)。请刷新后重新修改",
            )
