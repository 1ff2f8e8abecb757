"""The very hidden sheet of our own workbooks: which table, which revision, and the hash of every row as written.

A row whose hash still fits was not touched; of a touched row only the cells count that differ from that revision.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

import pandas as pd

from hechang.intake.sheets.columns import listed, title_of
from hechang.intake.sheets.faults import Where, fault
from hechang.intake.sheets.match import GONE, NONE, UNCHANGED, Compared, alike, differing, held, settled
from hechang.intake.sheets.part import Part
from hechang.intake.sheets.parts import Read
from hechang.intake.sheets.read_sheet import META, Book
from hechang.intake.sheets.showing import show
from hechang.intake.sheets.wide import BESIDE
from hechang.region.region import Region
from hechang.terms.findings import Finding, errors
from hechang.terms.specs import table

VERSION = "1"  # of the layout of our workbooks
SEPARATOR = "\x1f"
_CELL = re.compile(r"([A-Z]+)(\d+)")
EXTRA = "meta:"  # before the names of what the writer of a form wants back
CIRCUMSTANCE = ("currency", "price_year", "round")  # say nothing by themselves: a row that keeps only these is empty


@dataclass(frozen=True)
class Meta:
    """What a workbook of ours says of itself; `hashes` by row id, `extra` what the writer of a form put there."""

    table: str
    store: str
    revision: int
    sheet: str
    hashes: Mapping[str, str] = field(repr=False)
    day: str = ""
    period: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


def meta_rows(region: Region, name: str, sheet: str, texts: pd.DataFrame, extra: Mapping[str, str]) -> pd.Series:
    """Return what stands in the meta sheet, values by key; `extra` may hold `period`, all else comes back as it is."""
    head = {"table": name, "version": VERSION, "revision": region.revision_name, "sheet": sheet, "day": region.day}
    own = {key if key == "period" else EXTRA + key: value for key, value in extra.items()}
    hashes = row_hashes(texts)
    return pd.Series(
        [*head.values(), *own.values(), *hashes], index=[*head, *own, *("row:" + hashes.index.astype(str))]
    )


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
    extra = {key.removeprefix(EXTRA): value for key, value in pairs.items() if key.startswith(EXTRA)}
    said = {key: pairs.get(key, "") for key in ("table", "sheet", "day", "period")}
    return Meta(store=store, revision=number, hashes=hashes, extra=extra, **said)


@dataclass(frozen=True)
class Origin:
    """What a workbook of ours was written from: the region then (None where it is another store).

    `same` are rows nobody touched, `refused` the rows by column letters whose cell could not be read, `added` the rows
    somebody typed below ours: what is left empty there was never filled, so it takes nothing away.
    """

    then: Region | None
    same: pd.Index
    refused: Mapping[str, tuple[int, ...]]
    added: pd.Index


@dataclass(frozen=True)
class Side:
    """Rows of the register a part means: their ids by row of the sheet, NA where none, and the rows by id."""

    ids: pd.Series
    rows: pd.DataFrame


def origin_of(region: Region, meta: Meta | None, book: Book, read: Read) -> Origin | None:
    """Return where the rows of a sheet come from; None where the workbook is not ours."""
    if meta is None or meta.table != read.main.table:
        return None
    known = meta.store == region.store.id and 0 <= meta.revision <= region.revision
    then = region if known else None
    if then is not None and (meta.revision, meta.day or region.day) != (region.revision, region.day):
        then = region.at(meta.revision).on(meta.day or region.day)
    refused: dict[str, tuple[int, ...]] = {}
    for place in filter(None, (_CELL.fullmatch(f.cell) for f in errors(read.findings))):
        refused[place[1]] = (*refused.get(place[1], ()), int(place[2]))
    return Origin(then, _untouched(meta, book, read), refused, _added(meta, read))


def _added(meta: Meta, read: Read) -> pd.Index:
    """Rows of the sheet that were not written by us, though they name a row of the register."""
    ids = read.main.frame.get("id")
    return read.main.frame.index[~ids.isin(list(meta.hashes))] if ids is not None and meta.hashes else pd.Index([])


def _untouched(meta: Meta, book: Book, read: Read) -> pd.Index:
    """Rows of the sheet that are as they were written."""
    ids = read.main.frame.get("id")
    if ids is None:
        return pd.Index([])
    sheet = next(s for s in book.sheets if s.name == read.sheet)
    hashes = row_hashes(sheet.cells.loc[ids.index])
    return ids.index[ids.map(dict(meta.hashes)).eq(hashes).fillna(False).to_numpy(dtype=bool)]


def three_way(
    region: Region, book: Book, part: Part, sides: tuple[Side, Side | None], origin: Origin
) -> tuple[Compared, list[Finding]]:
    """Keep the cells the user edited since the workbook was written; cells changed on both sides are conflicts.

    Parameters
    ----------
    region
        The register now.
    book, part
        The workbook and the rows of one table in it.
    sides
        Rows of the register now and when the workbook was written. An emptied cell takes its value away; without
        the register of then (None) it says nothing.
    origin
        Which rows nobody touched and which cells could not be read: they change nothing.
    """
    now, then = sides
    before = held(part, now.ids, now.rows)
    mine = differing(part, before, clears=then is not None)
    mine.loc[mine.index.isin(origin.same)] = False
    mine &= part.frame.loc[mine.index, mine.columns].notna().to_numpy() | ~mine.index.isin(origin.added)[:, None]
    for column in (c for c in part.columns if c.field in mine.columns):
        mine.loc[mine.index.isin(origin.refused.get(column.letters, ())), column.field] = False
    if part.table in BESIDE and not mine.to_numpy().any():
        return Compared(part, now.ids, pd.Series(UNCHANGED, index=part.frame.index, dtype=object), NONE, part.frame), []
    told: list[Finding] = []
    if then is now:
        told = _emptied(book, part, mine)
    elif then is not None:
        was = held(part, then.ids, then.rows)
        mine &= differing(part, was, clears=True)
        moved = mine & pd.DataFrame({f: ~alike(was[f], before[f]) for f in mine.columns}, index=mine.index, dtype=bool)
        told = [*_conflicts(region, book, part, (was, before), moved), *_emptied(book, part, mine & ~moved)]
    return _with_gone(now, settled(part, now.ids, mine, before), mine), told


def _with_gone(now: Side, compared: Compared, mine: pd.DataFrame) -> Compared:
    """Rows beside a project that nobody touched stay out; those that lose all they said end."""
    if compared.part.table not in BESIDE:
        return compared
    touched, state = mine.any(axis=1), compared.state.copy()
    state[~touched] = UNCHANGED
    state[touched & now.ids.notna() & _says_nothing(now, compared)] = GONE
    return replace(compared, state=state)


def _says_nothing(now: Side, compared: Compared) -> pd.Series:
    spec, part = table(compared.part.table), compared.part
    substance = [f.name for f in spec.fields if f.name not in (*spec.key, *CIRCUMSTANCE)]
    labels = now.ids.astype(object).where(now.ids.notna(), "").to_numpy(dtype=object)
    left = now.rows.reindex(labels).set_index(now.ids.index).notna()
    in_sheet = [f for f in substance if f in part.frame.columns]
    left[in_sheet] = compared.rows[in_sheet].notna()
    empty: pd.Series = ~left[substance].any(axis=1)
    return empty


def _emptied(book: Book, part: Part, mine: pd.DataFrame) -> list[Finding]:
    """Tell each known value that the sheet takes away; one that a row cannot do without is an error."""
    told = []
    for name in mine.columns:
        column = part.column(name)
        rows = part.frame.index[(mine[name] & part.frame.loc[mine.index, name].isna()).to_numpy(dtype=bool)]
        kind = "required" if column.spec.required else "emptied"
        told += listed(kind, (book.file, part.sheet), column, rows, {"title": title_of(column)}) if len(rows) else []
    return told


def _conflicts(
    region: Region, book: Book, part: Part, sides: tuple[pd.DataFrame, pd.DataFrame], moved: pd.DataFrame
) -> list[Finding]:
    """Cells the user and somebody else changed, with what stood there then, now and in the sheet."""
    told = []
    for name in [n for n in moved.columns if moved[n].any()]:
        column, rows = part.column(name), moved.index[moved[name]]
        values = {"then": sides[0][name], "now": sides[1][name], "value": part.frame[name]}
        words = {key: _words(region, part, name, series.loc[rows]) for key, series in values.items()}
        places = [Where(book.file, part.sheet, f"{column.letters}{row}", column.table, name) for row in rows]
        told += [
            fault("conflict", where, title=title_of(column), **{key: words[key][at] for key in words})
            for at, where in enumerate(places)
        ]
    return told


def _words(region: Region, part: Part, name: str, values: pd.Series) -> list[tuple[str, str]]:
    """Values as people write them, in both languages."""
    spec = table(part.table).field(name)
    en, zh = (show(region, spec, values, lang).tolist() for lang in ("en", "zh"))
    return [(a or "nothing", b or "空") for a, b in zip(en, zh, strict=True)]
