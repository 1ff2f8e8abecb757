"""What every store must do; `tests/test_store.py` runs one suite over all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import pandas as pd
import pyarrow as pa

from hechang.store.readers import LOCAL, Reader
from hechang.terms.dates import Clock

T = TypeVar("T")
MAIN = "main"
Lineage = Sequence[tuple[str, int]]  # (branch, last revision that counts), the branch itself first


@dataclass(frozen=True)
class Draft:
    """One edit, ready to be kept: rows per table as Arrow tables without `revision`, and who wants it and why."""

    branch: str
    base: int
    actor: str
    reason: str
    source: str
    rows: Mapping[str, pa.Table]
    request: str | None = None
    new_branch: tuple[str, str, int] | None = None  # name, parent, base revision
    exact: bool = False  # refused when anything at all was written after its base
    about: Mapping[str, str] = field(default_factory=dict)  # for the log: role, scope, verb, object, city, address


@dataclass(frozen=True)
class Few:
    """Which rows: their ids (at most `few.FEW`), in force on a day or every live version; some columns, or all."""

    ids: Sequence[str]
    day: str | None = None
    columns: Sequence[str] = ()


class Parts(NamedTuple):
    """A copy of a table, and the newest of the versions written since (ends included); None where there are none."""

    whole: Path
    changed: Path | None


@dataclass(frozen=True)
class Fault:
    """One place where history does not hold."""

    revision: int
    en: str
    zh: str


class Outside(NamedTuple):
    """A checkpoint somebody else keeps: its name, its note, and the public keys kept with it (none: the region's)."""

    name: str
    note: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Outcome of `verify`: whole when there are no faults."""

    revisions: int
    rows: int
    head: str
    faults: tuple[Fault, ...] = field(default=())
    records: int = 0  # of the audit log
    root: str = ""  # over them
    checkpoints: int = 0
    anchors: int = 0  # checkpoints kept elsewhere that were held against it

    @property
    def whole(self) -> bool:
        """True when nothing is broken."""
        return not self.faults


class Store(Protocol):
    """A place where one region is kept."""

    id: str
    where: str  # path of its folder, or address of its database with the password
    folder: Path  # for copies and uploads, on this machine
    clock: Clock

    def about(self) -> str:
        """Return the settings of the region as TOML."""

    def head(self) -> int:
        """Return the sequence number of the newest revision (0 in an empty store)."""

    def branches(self) -> list[str]:
        """Return the names of all branches."""

    def lineage(self, branch: str, revision: int) -> Lineage:
        """Return which rows make up `branch` at `revision`; raises NotKnown."""

    def write(self, draft: Draft) -> int:
        """Keep one edit in one transaction and return its revision; raises Conflict when rows moved on."""

    def frozen(self, table: str, lineage: Lineage) -> Path:
        """Return a Parquet file with the rows that count, made on first use."""

    def parts(self, table: str, lineage: Lineage) -> Parts:
        """Return a Parquet file with the rows of some revision and, beside it, the versions written since."""

    def few(self, table: str, lineage: Lineage, wanted: Few, who: Reader = LOCAL) -> pa.Table:
        """Return some rows by their ids, without a copy of their table."""

    def requested(self, key: str) -> int | None:
        """Return the revision a request of this key wrote, None where there is none."""

    def last_changes(self, after: int) -> list[tuple[int, str, list[str]]]:
        """Return number, branch and what it changed of each revision after `after`, oldest first.

        What it changed: its tables; with each table the rows of a small edit (`projects/p1`), or `projects/` for many.
        """

    def mend(self) -> int:
        """Drop the Parquet copies that cannot be read and return how many; they are made again on their next use."""

    def tables_of(self, id: str) -> list[str]:
        """Return the tables that ever held a row with this id."""

    def history(self, table: str, id: str, who: Reader = LOCAL) -> pd.DataFrame:
        """Return every version ever written of one row that `who` may see, oldest first."""

    def written(self, revision: int) -> dict[str, pd.DataFrame]:
        """Return the rows one revision wrote, by table."""

    def before(
        self, table: str, lineage: Lineage, after: int, columns: Sequence[str], who: Reader = LOCAL
    ) -> pd.DataFrame:
        """Return how the rows of a table stood at revision `after` that an edit after it wrote again or ended.

        One row for each (id, valid_from) in force then or at another time, as `who` may see them; with `columns`, id,
        valid_from and valid_to.
        """

    def revisions(self, lineage: Lineage, limit: int | None = None, only: Sequence[int] = ()) -> pd.DataFrame:
        """Return the audit records of a lineage (of the revisions in `only`, when given), newest first."""

    def seen_in(self, records: pd.DataFrame, who: Reader) -> set[int]:
        """Return those of some revisions (`seq`, `branch`, `counts`) that wrote a row `who` may see."""

    def revision_at(self, moment: str) -> int:
        """Return the last revision committed until `moment` (UTC text)."""

    def reader_of(self, uid: str) -> Reader:
        """Return what a user of the region may see today."""

    def keep(self, data: bytes) -> str:
        """Keep a blob and return its SHA-256; it is on disk when this returns."""

    def blob(self, sha: str) -> bytes:
        """Return a kept blob; raises NotKnown, or StoreError when its bytes changed."""

    def verify(self, since: str = "", outside: Sequence[Outside] = ()) -> Verdict:
        """Recompute every hash from the rows; of revisions after the head `since` only, when it is given."""

    def record(self, said: Mapping[str, str]) -> None:
        """Keep a record of its own in the audit log, as `store.audit.note` takes it."""

    def ask(self, work: Callable[[Any], T]) -> T:
        """Return what `work` reads from one state of the database, given a connection to it."""

    def checkpoint(self) -> str:
        """Return a signed checkpoint of the audit log as it is now; raises StoreError where that cannot be done."""

    def close(self) -> None:
        """Let go of files and threads."""
