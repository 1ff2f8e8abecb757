"""The store contract over SQLAlchemy: everything that is the same for SQLite and a server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from hechang.store import audit, rights
from hechang.store.anchor import anchored
from hechang.store.blobs import Files
from hechang.store.canonical import branch_leaves, counts_of, edit_root, frame_leaves, record_hash
from hechang.store.checkpoints import Signer
from hechang.store.contract import MAIN, Draft, Few, Lineage, Outside, Parts, Verdict
from hechang.store.engines import Engines
from hechang.store.few import FEW, few
from hechang.store.frozen import Copies, touched
from hechang.store.guard import Looking, Seen, keys
from hechang.store.known_users import KnownUsers
from hechang.store.readers import LOCAL, PUBLIC, Reader, shown, visible
from hechang.store.refusals import refuse
from hechang.store.rests import EVERYTHING, ROW, note
from hechang.store.room import writing
from hechang.store.rows import insert_rows
from hechang.store.schema import metadata, version_table
from hechang.store.seen import frame, versions_seen, wrote_seen
from hechang.store.verify import GENESIS, Asked, verify
from hechang.store.writer import Writer
from hechang.terms.dates import moment, now, today
from hechang.terms.errors import HechangError, StoreError, not_known
from hechang.terms.specs import table as spec
from hechang.terms.specs import tables

T = TypeVar("T")
RECENT = 100  # newest revisions of which each row is told that they changed
NOTED = 20_000  # rows of an edit from which on its Parquet copy is made at once


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
        self._users = KnownUsers(self.read, self.head)
        self._newest: tuple[tuple[int, int] | None, int] = (None, 0)  # pulse, and the newest revision then
        self._starting = threading.Lock()
        self.id = said(self.read, "store")
        self.signer = Signer(self.id, clock)

    @contextmanager
    def looking(self, who: Reader) -> Iterator[Looking]:
        """Connect as a reader: what the public or a user may not see, the database itself holds back."""
        if who.uid is None and who != PUBLIC:
            with self.read.connect() as connection:
                yield Looking(connection, who, False)
        else:
            with self._engines.guarded(Seen(who.uid or "", today(self.clock))) as connection:
                yield Looking(connection, who, True)

    # --- reading -------------------------------------------------------------------------------------------------
    def head(self) -> int:
        """Return the sequence number of the newest revision."""
        pulse = self._engines.pulse() if self._engines.pulse else None
        known, head = self._newest
        if pulse is None or pulse != known:
            with self.read.connect() as connection:
                head = _head(connection)[0]
            self._newest = (pulse, head)  # what was committed after the pulse changes the next one
        return head

    def branches(self) -> list[str]:
        """Return the names of all branches, `main` first."""
        note(EVERYTHING)
        names = sa.select(metadata().tables["branches"].c.name).order_by(sa.text("made_in"))
        with self.read.connect() as connection:
            return [MAIN, *connection.execute(names).scalars()]

    def lineage(self, branch: str, revision: int) -> Lineage:
        """Return (branch, last revision that counts) from the branch itself up to main."""
        if branch == MAIN:
            return [(MAIN, revision)]
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
        with self.read.connect() as connection, writing(self.copies.folder, duckdb.Error):
            return self.copies.path(connection, table, lineage)

    def parts(self, table: str, lineage: Lineage) -> Parts:
        """Return a Parquet file of an earlier revision and, beside it, the versions written since."""
        with self.read.connect() as connection, writing(self.copies.folder, duckdb.Error):
            return self.copies.parts(connection, table, lineage)

    def few(self, table: str, lineage: Lineage, wanted: Few, who: Reader = LOCAL) -> pa.Table:
        """Return some rows straight from the database."""
        note(*(f"{table}{ROW}{id}" for id in wanted.ids))
        with self.looking(who) as looking:
            return few(looking, spec(table).name, lineage, wanted)

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
        """Return every version ever written of one row that `who` may see, oldest first; none of one that left him."""
        note(EVERYTHING)  # on every branch
        t = version_table(spec(table).name)
        with self.looking(who) as looking:
            parts = [versions_seen(looking._replace(who=part), t, id, most) for most, part in who.layers()]
        return pd.concat(parts).drop_duplicates("seq").sort_values("seq").reset_index(drop=True)

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
                name: frame(
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
        names = dict.fromkeys(("id", "valid_from", "valid_to", *columns))
        with self.looking(who) as looking:
            k = keys(t.name) if looking.guarded else t.alias("keys")
            later = [sa.and_(k.c.branch == b, k.c.revision <= last, k.c.revision > after) for b, last in lineage]
            # by the few ids written later, never by the index of revisions: nearly every row was written by then
            then = [sa.and_(k.c.branch + "" == b, k.c.revision + 0 <= min(last, after)) for b, last in lineage]
            again = k.c.id.in_(sa.select(k.c.id).where(sa.or_(*later)))
            nth = sa.func.row_number().over(partition_by=(k.c.id, k.c.valid_from), order_by=k.c.seq.desc())
            newest = sa.select(k.c.seq, k.c.op, nth.label("nth")).where(again, sa.or_(*then)).subquery()
            rows = t.join(newest, sa.and_(t.c.seq == newest.c.seq, newest.c.nth == 1, newest.c.op == "put"))
            seen = sa.select(*shown(t, names, who, t.name)).select_from(rows).where(visible(who, t.name, t.c))
            if not touched(looking.connection, table, [(b, min(last, after)) for b, last in lineage])[1]:
                seen = seen.limit(0)  # nobody had written to the table by then: no need to look for each row
            return frame(looking.connection, seen.order_by(t.c.seq))

    def revisions(self, lineage: Lineage, limit: int | None = None, only: Sequence[int] = ()) -> pd.DataFrame:
        """Return the audit records of a lineage (of the revisions in `only`, when given), newest first."""
        note(*(() if len(only) else (EVERYTHING,)))
        r = metadata().tables["revisions"]
        parts = [sa.and_(r.c.branch == branch, r.c.seq <= last) for branch, last in lineage]
        query = sa.select(r).where(sa.or_(*parts)).order_by(r.c.seq.desc()).limit(limit)
        with self.read.connect() as connection:
            return frame(connection, query.where(r.c.seq.in_(only)) if len(only) else query)

    def seen_in(self, records: pd.DataFrame, who: Reader) -> set[int]:
        """Return those of some revisions that wrote a row `who` may see."""
        wrote: dict[tuple[str, str], list[int]] = {}  # by table and branch
        for seq, branch, counts in zip(records["seq"], records["branch"], records["counts"], strict=True):
            for table in counts if isinstance(counts, dict) else counts_of(counts):
                wrote.setdefault((table, branch), []).append(int(seq))
        with self.looking(who) as looking:
            return {seq for at, seqs in wrote.items() if at[0] in tables() for seq in wrote_seen(looking, at, seqs)}

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
        kept = self.alone(lambda connection: self._insert(connection, draft, root))
        if isinstance(kept, HechangError):
            kept.recorded = True
            raise kept
        seq, fresh = kept
        if fresh:
            with suppress(OSError, duckdb.Error):  # the edit is kept; a copy can be made at any time
                self._note(draft, seq)
        return int(seq)

    def alone(self, work: Callable[[sa.Connection], Any]) -> Any:
        """Run `work` in a transaction while nobody else writes, and return its value once it is on disk."""
        with self._starting:
            if self._writer is None:
                self._writer = Writer(self._engines.write(), self._committed, self._engines.told)
        return self._writer.do(audit.carried(work))

    def record(self, said: Mapping[str, str]) -> None:
        """Keep a record of its own: of a refusal, or of what is no edit."""
        audit.note(self, said)

    def ask(self, work: Callable[[sa.Connection], T]) -> T:
        """Return what `work` reads from one state of the database."""
        with self.read.connect() as connection:
            return work(connection)

    def checkpoint(self) -> str:
        """Return a signed checkpoint of all there is."""
        return str(self.alone(self.signer.signed_now))

    def _note(self, draft: Draft, seq: int) -> None:
        """Spare the next reader the way through the database where an edit was large."""
        for name, rows in draft.rows.items():
            if rows.num_rows >= NOTED:
                whole = rows.append_column("revision", pa.repeat(seq, rows.num_rows))
                lineage = self.lineage(draft.branch, seq)
                with self.read.connect() as connection:
                    self.copies.note(connection, name, lineage, whole)

    def _committed(self, connection: sa.Connection) -> None:
        """Run after each commit: note outside the database how far history goes, and sign it now and then."""
        anchored(self.folder, self.id, connection)
        self.signer.sign(connection)
        connection.commit()

    def _insert(self, connection: sa.Connection, draft: Draft, root: str) -> tuple[int, bool] | HechangError:
        """Return the revision, and whether this very draft made it; or why it was refused, which is kept too."""
        r = metadata().tables["revisions"]
        if draft.request:
            known = connection.execute(sa.select(r.c.seq).where(r.c.request == draft.request)).scalar()
            if known is not None:  # the same request again: it is already kept
                return int(known), False
        last, previous = _head(connection)
        try:
            refuse(connection, draft, last)
        except HechangError as why:  # nothing is written yet, and what is written now is kept
            audit.refused(connection, draft, why, moment(self.clock()))
            return why
        seq = last + 1
        for name, rows in draft.rows.items():
            insert_rows(connection, name, rows.append_column("revision", pa.repeat(seq, rows.num_rows)))
        if draft.new_branch:
            _insert_branch(connection, draft.new_branch, seq)
        record = self._record(draft, root, seq, previous)
        connection.execute(r.insert(), [record])
        audit.edited(connection, draft, record)
        if draft.branch == MAIN and set(draft.rows) & set(rights.MADE_FROM):
            rights.work_out(connection)
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

    def verify(self, since: str = "", outside: Sequence[Outside] = ()) -> Verdict:
        """Recompute every hash from the rows."""
        note(EVERYTHING)
        try:
            with self.read.connect() as connection:
                return verify(connection, self.id, self.blobs, Asked(since, outside, committed=True))
        except sa.exc.DBAPIError as error:
            raise self._engines.told(error) from error

    def reader_of(self, uid: str) -> Reader:
        """Return what a user of the region may see today; worked out anew after every revision, and every day."""
        return self._users.reader(uid, today(self.clock))

    def is_active(self, uid: str, day: str) -> bool:
        """Tell whether a user's row is in force on a day and not switched off."""
        return self._users.active(uid, day)

    def close(self) -> None:
        """Stop the writer and let go of the files."""
        if self._writer is not None:
            with suppress(StoreError):  # somebody else writes: the next who signs will sign this too
                self._writer.do(self.signer.sign_rest)
            self._writer.close()
            self._writer = None
        self.read.dispose()
        if self._engines.pulse:
            self._engines.pulse.close()


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


def _head(connection: sa.Connection) -> tuple[int, str]:
    r = metadata().tables["revisions"]
    found = connection.execute(sa.select(r.c.seq, r.c.hash).order_by(r.c.seq.desc()).limit(1)).one_or_none()
    return (int(found.seq), str(found.hash)) if found else (0, GENESIS)


def _insert_branch(connection: sa.Connection, branch: tuple[str, str, int], seq: int) -> None:
    name, parent, base = branch
    row = {"name": name, "parent": parent, "base": base, "made_in": seq}
    connection.execute(metadata().tables["branches"].insert(), [row])
