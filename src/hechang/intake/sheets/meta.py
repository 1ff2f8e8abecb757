"""The very hidden sheet of our own workbooks: which table, which revision, and the hash of every row as written.

A row whose hash still fits was not touched; of a touched row only the cells count that differ from that revision.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import pandas as pd

from hechang.intake.sheets.faults import Where, fault
from hechang.intake.sheets.match import Compared, compare, without
from hechang.intake.sheets.parts import Read
from hechang.intake.sheets.read_sheet import META, Book, Sheet
from hechang.region.region import Region
from hechang.terms.findings import Finding
from hechang.terms.specs import table

VERSION = "1"  # of the layout of our workbooks
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Meta:
    """What a workbook of ours says of itself; `hashes` by row id."""

    table: str
    store: str
    revision: int
    sheet: str
    hashes: dict[str, str]


def row_hashes(texts: pd.DataFrame) -> pd.Series:
    """Hash of each row of cell texts, blanks around them not counted; 16 hexadecimal characters.

    Examples
    --------
    >>> row_hashes(pd.DataFrame({"a": ["x "], "b": ["1"]})).iloc[0] == row_hashes(pd.DataFrame([["x", "1"]])).iloc[0]
    True
    """
    rows = pd.Series("", index=texts.index, dtype=object)
    for name in texts.columns:
        rows = rows + texts[name].astype(object).astype(str).str.strip() + SEPARATOR
    return rows.map(lambda text: sha256(text.rstrip(SEPARATOR).encode()).hexdigest()[:16])


def meta_of(book: Book) -> Meta | None:
    """Read the meta sheet; None where the book is not ours."""
    sheet = next((s for s in book.sheets if s.name == META), None)
    if sheet is None or len(sheet.cells.columns) < 2:
        return None
    pairs = dict(zip(sheet.cells[0].astype(str), sheet.cells[1].astype(str), strict=True))
    store, _, revision = pairs.get("revision", "").rpartition(":")
    hashes = {key[4:]: value for key, value in pairs.items() if key.startswith("row:")}
    number = int(revision) if revision.isascii() and revision.isdigit() else -1
    return Meta(pairs.get("table", ""), store, number, pairs.get("sheet", ""), hashes)


def untouched(meta: Meta, sheet: Sheet, read: Read) -> pd.Index:
    """Rows of the sheet that are as they were written."""
    ids = read.main.frame.get("id")
    if ids is None or sheet.name != meta.sheet:
        return pd.Index([])
    hashes = row_hashes(sheet.cells.loc[ids.index])
    return ids.index[ids.map(meta.hashes).eq(hashes).fillna(False).to_numpy(dtype=bool)]


def three_way(
    region: Region, meta: Meta, book: Book, compared: Compared, same: pd.Index
) -> tuple[Compared, list[Finding]]:
    """Keep the cells the user edited since the workbook was written; cells changed on both sides are conflicts."""
    spec = table(compared.part.table)
    ids = compared.ids.dropna()
    now = region.table(spec.name).loc[ids.unique()]
    if meta.store != region.store.id or not 0 <= meta.revision <= region.revision:
        return without(compared, now, compared.cells[compared.cells["row"].isin(same)]), []
    then = region.at(meta.revision).table(spec.name)
    base = compare(
        compared.part, ids.where(ids.isin(then.index), pd.NA).reindex(compared.part.frame.index), then, clears=True
    )
    edited = compared.cells.merge(base.cells[["row", "field", "before"]], on=["row", "field"], how="left",
                                  suffixes=("", "_then"), indicator=True)  # fmt: skip
    mine = edited["_merge"].eq("both") & ~edited["row"].isin(same)
    was, is_now = edited["before_then"].astype(object), edited["before"].astype(object)
    moved = mine & ~((was == is_now) | (was.isna() & is_now.isna()))
    told = [_conflict(book, compared, row) for row in edited[moved].astype(object).to_dict("records")]
    return without(compared, now, edited[~mine]), told


def _conflict(book: Book, compared: Compared, cell: Mapping[Hashable, object]) -> Finding:
    column = compared.part.column(str(cell["field"]))
    where = Where(book.file, compared.part.sheet, f"{column.letters}{cell['row']}", column.table, column.field)
    said = {"then": str(cell["before_then"]), "now": str(cell["before"]), "value": str(cell["after"])}
    return fault("conflict", where, title=(column.spec.en, column.spec.zh), **said)
