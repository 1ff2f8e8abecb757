"""Shapes of the answers about imports, rounds and tasks, so that the pages know them by type."""

from __future__ import annotations

from pydantic import BaseModel


class ImportUpload(BaseModel):
    """A file that waits, or was written."""

    id: str
    name: str
    at: str
    size: int
    branch: str
    table: str
    datum: str
    round: str
    body: str
    written: int | None
    outcome: str
    mapping: dict[str, str]


class DatumName(BaseModel):
    """A datum a user may declare of a map layer."""

    value: str
    zh: str
    en: str


class Imports(BaseModel):
    """Uploads, for how many days they wait, how large one may be [bytes], datums to choose from."""

    rows: list[ImportUpload]
    days: int
    largest: int
    datums: list[DatumName]


class KindCount(BaseModel):
    """How many findings there are of one kind."""

    severity: str
    kind: str
    count: int


class ImportFinding(BaseModel):
    """One fault: what, where, how to mend it."""

    zh: str
    en: str
    mend_zh: str
    mend_en: str
    file: str = ""
    sheet: str
    cell: str
    table: str = ""
    field: str = ""
    value: str = ""
    kind: str
    severity: str


class ImportColumn(BaseModel):
    """How one column was understood."""

    letters: str
    title: str
    table: str
    field: str
    meaning: str
    of: str
    unit: str
    required: bool


class StatedTotal(BaseModel):
    """A total the sheet states beside the sum of its rows."""

    sheet: str | None
    cell: str | None
    rows: int | None
    stated: str
    summed: str
    title: str
    agrees: bool


class CellChange(BaseModel):
    """One cell that changes."""

    sheet: str
    row: int
    cell: str
    title: str | None
    table: str
    field: str
    id: str | None
    main: str | None
    name: str | None
    before: str | None
    after: str | None
    base: str | None
    conflict: bool


class FreshRow(BaseModel):
    """One row the register does not have yet; `values` by field."""

    cell: str
    values: dict[str, str]


class FreshRows(BaseModel):
    """New rows with the titles of their columns."""

    total: int
    titles: dict[str, str]
    rows: list[FreshRow]


class ImportPreview(BaseModel):
    """What an upload would do."""

    table: str
    ready: bool
    nothing_new: bool
    counts: dict[str, int]
    faults: int
    warnings: int
    kinds: list[KindCount]
    columns: list[ImportColumn]
    unknown: list[str]
    totals: list[StatedTotal]
    ours: bool
    written_from: int | None
    changes: list[CellChange]
    fresh: FreshRows
    findings: list[ImportFinding]
    revision: int
    revision_name: str
    on: str


class Import(BaseModel):
    """An upload and what it would do; no preview once it is written."""

    upload: ImportUpload
    preview: ImportPreview | None


class Paged(BaseModel):
    """Where a page of rows stands."""

    total: int
    offset: int
    limit: int


class CellChanges(Paged):
    """A page of cells that change."""

    rows: list[CellChange]


class FreshPage(Paged):
    """A page of new rows."""

    titles: dict[str, str]
    rows: list[FreshRow]


class ImportFindings(Paged):
    """A page of findings."""

    rows: list[ImportFinding]


class ImportDone(BaseModel):
    """What became of an upload; `written` is False where the same request had written before, or nothing was new."""

    revision: int
    outcome: str
    written: bool


class ImportDropped(BaseModel):
    """An upload that was taken away."""

    id: str
    dropped: bool


class TableGuess(BaseModel):
    """A table a file may be of."""

    table: str
    known: int
    unknown: int


class TableGuesses(BaseModel):
    """Tables a file may be of, and the titles its columns may be given."""

    rows: list[TableGuess]
    titles: list[str]


class Wrote(BaseModel):
    """The revision a write became."""

    revision: int
