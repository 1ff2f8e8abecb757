"""What an import would do, before it does it: rows new, changed and wrong, every changed cell, every fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from hechang.intake.layers.checks.datum_fit import better
from hechang.intake.layers.known_lines import known_lines
from hechang.intake.layers.layer import NOTHING, Asked
from hechang.intake.layers.moving import points_out
from hechang.intake.sheets.faults import Where, both, fault, file_fault
from hechang.intake.sheets.gtfs import read_feed
from hechang.intake.sheets.header import Column, find_header, no_header
from hechang.intake.sheets.limits import kind_of
from hechang.intake.sheets.match import (
    CHANGED,
    NEW,
    UNCHANGED,
    Compared,
    Matched,
    among,
    beside,
    compare,
    match,
    rows_beside,
)
from hechang.intake.sheets.meta import Meta, Origin, Side, meta_of, origin_of, three_way
from hechang.intake.sheets.part import NAMED, Part
from hechang.intake.sheets.parts import Read, missing, read_sheet
from hechang.intake.sheets.places import places_ever, places_of
from hechang.intake.sheets.read_sheet import PLAIN, Book, read_book
from hechang.intake.sheets.repeats import repeats
from hechang.intake.sheets.sense import nonsense
from hechang.region.marked_files import refuse_marked_at
from hechang.region.region import Region
from hechang.terms.cells import plain
from hechang.terms.datums import Datum, datums
from hechang.terms.findings import Finding, errors
from hechang.terms.specs import Table, table


@dataclass(frozen=True)
class Preview:
    """What an import would do. `rows` holds, by table, what `commit` will write; nothing is written yet.

    Columns of `changes`: sheet, row, cell, title, table, main (id of the row of the main table it stands beside), id
    (NA where the row beside it is new), field, before, after. Columns of each frame of `rows`: id (NA where new), the
    fields, `@cell` (`SHEET!A7:K7`), `@main` (row of the main table it hangs on), `@state`. `meta` is what a workbook of
    ours says of itself; `totals` are those the sheets state (sheet, cell, field, title, stated, summed, rows), never
    imported.
    """

    table: str
    path: Path
    sha256: str
    revision: int
    columns: tuple[Column, ...]
    unknown: tuple[str, ...]
    counts: Mapping[str, int]
    changes: pd.DataFrame = field(repr=False)
    rows: Mapping[str, pd.DataFrame] = field(repr=False)
    findings: tuple[Finding, ...] = field(repr=False)
    meta: Meta | None = field(default=None, repr=False)
    totals: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    datum: Datum = PLAIN

    @property
    def ready(self) -> bool:
        """Whether nothing stops the import."""
        return not errors(self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return the preview as a plain dictionary, for JSON; at most 1000 changed cells."""
        shown = self.changes.head(1000).astype(object)
        return {
            "table": self.table,
            "file": self.path.name,
            "sha256": self.sha256,
            "revision": self.revision,
            "datum": self.datum.said,
            "ready": self.ready,
            "counts": dict(self.counts),
            "columns": [{"title": c.title, "table": c.table, "field": c.field, "unit": c.unit,
                         "fixed": dict(c.fixed)} for c in self.columns],
            "unknown": list(self.unknown),
            "changes": [{k: plain(v) for k, v in row.items()} for row in shown.to_dict("records")],
            "findings": [asdict(f) for f in self.findings],
        }  # fmt: skip


def preview(
    region: Region,
    table_name: str,
    path: Path | str,
    *,
    book: Book | None = None,
    today: str = "",
    asked: Asked = NOTHING,
) -> Preview:
    """Read a file and compare it with the register; nothing is written.

    Parameters
    ----------
    region
        The register, on its day: places must be in force on it.
    table_name
        Table of the specification, e.g. `projects`. A sheet of projects may also carry dates of stages, the plan of a
        year and the money done so far; they go to `project_events`, `project_years` and `returns`.
    path
        xlsx, csv, geojson, gpkg, zipped shp, dxf, kml, kmz, fgb, parquet, or a GTFS zip for `trips`,
        `stops`, `routes`, `stop_times`.
    book
        What `read_book` made of the file, where it was read already.
    today
        Day after which nothing can have happened yet; that of the region when empty.
    asked
        What the user says of the file: layer, encoding, datum. Coordinates of the datum are converted to degrees.

    Raises
    ------
    NotKnown
        for a table that does not exist.
    FileFault
        for a file that cannot be read; everything else that is wrong is a finding.
    Refused
        for a file that holds a mark of a state secret or the number of a person.
    """
    spec = table(table_name)
    where = Path(path)
    refuse_marked_at(where)
    if kind_of(where) == "gtfs":
        return _of_feed(region, spec, where)
    book = book or read_book(where, asked)
    if any(sheet.shapes is not None for sheet in book.sheets) and all(f.kind != "geometry" for f in spec.fields):
        raise file_fault("no-geometry-column", file=book.file, **both(spec))
    reads, told = _reads(region, spec, book)
    if not reads:
        return _empty(region, spec, where, book, [*told, no_header(spec, book)])
    meta = meta_of(book)
    results = [_one(region, (book, read, meta), today or region.day) for read in reads]
    told = [*book.findings, *_moved(book), *told, *(f for read in reads for f in _fits(region, book, read))]
    made = _together(region, spec, where, (book, told, results))
    return replace(
        made, datum=book.datum, meta=meta, totals=pd.concat([read.totals for read in reads], ignore_index=True)
    )


def _moved(book: Book) -> list[Finding]:
    kept = datums()[book.datum.kept].words
    return [fault("datum-moved", Where(book.file), value=book.datum.words, near=kept)] if book.datum.moves else []


def _fits(region: Region, book: Book, read: Read) -> list[Finding]:
    """Whether the rows lie better on the lines one knows under another datum than the declared one."""
    frame = read.main.frame
    if "geometry" in frame.columns:
        points = shapely.get_coordinates(shapely.from_wkb(frame["geometry"].astype(object).to_numpy()))
    elif {"lon", "lat"} <= set(frame.columns):
        points = frame[["lon", "lat"]].to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        return []
    came = np.column_stack(points_out(points[:, 0], points[:, 1], datum=book.datum))
    return better(Where(book.file, read.sheet), came, declared=book.datum, lines=known_lines(region))


@dataclass(frozen=True)
class _Result:
    """One sheet beside the register."""

    read: Read
    parts: tuple[Compared, ...]
    findings: tuple[Finding, ...]
    wrong: frozenset[int]


def _reads(region: Region, spec: Table, book: Book) -> tuple[list[Read], list[Finding]]:
    places = places_ever(region) if spec.name == "place_changes" else places_of(region)
    reads, told = [], []
    for sheet in (s for s in book.sheets if not s.name.startswith("_") and len(s.cells.columns)):
        header = find_header(spec, book, sheet)
        if header is None:
            told.append(fault("sheet-left-out", Where(book.file, sheet.name, table=spec.name), **both(spec)))
        else:
            reads.append(read_sheet(region, spec, book, sheet, header, places))
    return reads, told


def _one(region: Region, of: tuple[Book, Read, Meta | None], today: str) -> _Result:
    book, read, meta = of
    matched = match(region, read.main)
    origin = origin_of(region, meta, book, read)
    told, wrong = _problems(book, read, matched, ours=origin is not None)
    lost, without = missing(book, read, matched.ids.index[matched.ids.isna()])
    odd, strange = nonsense(book, read, today)
    sides = [_main(region, book, read, matched, origin)]
    sides += _besides(region, book, read, matched.ids, origin)
    parts = tuple(compared for compared, _ in sides if len(compared.part.frame) or compared.part is read.main)
    edits = [finding for _, findings in sides for finding in findings]
    bad = read.wrong | wrong | without | strange | {_row(f) for f in errors(edits)}
    return _Result(read, parts, (*read.findings, *told, *lost, *odd, *edits), frozenset(bad))


def _row(finding: Finding) -> int:
    return int("".join(filter(str.isdigit, finding.cell)) or 0)


Compare = tuple[Compared, list[Finding]]


def _main(region: Region, book: Book, read: Read, matched: Matched, origin: Origin | None) -> Compare:
    name, fields = read.main.table, [f for f in read.main.frame.columns if f != "id"]
    register = region.table(name, columns=fields)
    if origin is None:
        return compare(read.main, matched.ids, register, clears=False), []
    now = Side(matched.ids, register)
    was: Side | None = now
    if origin.then is not region:
        then = None if origin.then is None else origin.then.table(name, columns=fields)
        was = None if then is None else Side(matched.ids.where(among(matched.ids, then.index), pd.NA), then)
    return three_way(region, book, read.main, (now, was), origin)


def _besides(region: Region, book: Book, read: Read, parents: pd.Series, origin: Origin | None) -> list[Compare]:
    """Compare all parts that stand beside the main one; the register is asked once a table."""
    now = rows_beside(region, read.beside, parents)
    was: dict[str, pd.DataFrame] | None = now
    if origin is not None and origin.then is not region:
        was = None if origin.then is None else rows_beside(origin.then, read.beside, parents)
    return [_beside(region, book, part, (parents, now, was), origin) for part in read.beside]


def _beside(
    region: Region,
    book: Book,
    part: Part,
    register: tuple[pd.Series, Mapping[str, pd.DataFrame], Mapping[str, pd.DataFrame] | None],
    origin: Origin | None,
) -> Compare:
    parents, now, was = register
    if part.table in NAMED:
        ids = pd.Series(pd.NA, index=part.frame.index, dtype="string[pyarrow]")
        return compare(part, ids, pd.DataFrame(), clears=False), []
    if origin is None:
        part = part.filled()
        return compare(part, *beside(part, parents, now[part.table]), clears=False, told=parents.notna()), []
    here = Side(*beside(part, parents, now[part.table]))
    there = here if was is now else None if was is None else Side(*beside(part, parents, was[part.table]))
    return three_way(region, book, part, (here, there), origin)


def _problems(book: Book, read: Read, matched: Matched, *, ours: bool) -> tuple[list[Finding], set[int]]:
    told = []
    for row, (kind, value, near) in list(matched.problems.items())[:500]:
        named = "id-unknown" if kind == "id-new" and ours else kind
        column = read.main.column({"id-new": "id", "id-other": "code"}.get(kind, "name"))
        where = Where(book.file, read.sheet, f"{column.letters}{row}", read.main.table, column.field)
        told.append(fault(named, where, value=value, near=near, **both(table(read.main.table))))
    return told, {_row(f) for f in errors(told)}


def _together(region: Region, spec: Table, path: Path, found: tuple[Book, list[Finding], list[_Result]]) -> Preview:
    book, told, results = found
    again, dropped = repeats(book, [(r.read, r.parts[0].ids) for r in results])
    findings = [*told, *(f for r in results for f in r.findings), *again]
    if not sum(len(r.read.main.frame) for r in results):
        findings.append(fault("file-no-rows", Where(book.file), file=book.file))
    rows: dict[str, list[pd.DataFrame]] = {}
    for number, result in enumerate(results):
        for compared in _telling(result.parts):
            made = _to_write(compared, number, dropped.get(number, set()))
            if compared is not result.parts[0] and compared.part.table not in NAMED:
                made = made.assign(**{"@project": made["@row"].map(result.parts[0].ids.astype(object))})
            rows.setdefault(compared.part.table, []).append(made)
    return Preview(
        table=spec.name,
        path=path,
        sha256=book.sha256,
        revision=region.revision,
        columns=tuple(dict.fromkeys(c for r in results for c in r.read.header.columns)),
        unknown=tuple(dict.fromkeys(t for r in results for t in r.read.header.unknown)),
        counts=_counts(results, again),
        changes=pd.concat([_changes(c, r.parts[0].ids) for r in results for c in _telling(r.parts)], ignore_index=True),
        rows={name: pd.concat(parts, ignore_index=True) for name, parts in rows.items()},
        findings=tuple(findings),
    )


def _telling(parts: Sequence[Compared]) -> list[Compared]:
    """The main part and those beside it that would write or change something."""
    return [parts[0], *(p for p in parts[1:] if len(p.cells) or bool(p.state.ne(UNCHANGED).any()))]


def _to_write(compared: Compared, number: int, dropped: set[int]) -> pd.DataFrame:
    """Rows that are new or changed, with their place in the sheet and the row of the main table they hang on."""
    keep = compared.state.ne(UNCHANGED) & ~compared.state.index.isin(list(dropped))
    frame = compared.rows[keep].drop(columns=["id"], errors="ignore")
    ids = compared.ids[keep]
    given = compared.rows[keep].get("id")
    fixed = {k: int(v) if k == "year" else v for k, v in compared.part.fixed if k != "new"}
    row = pd.Series(frame.index, index=frame.index)
    extra = {
        "@cell": compared.part.sheet + "!" + compared.part.cells()[keep],
        "@main": f"{number}/" + row.astype("string[pyarrow]"),
        "@row": row,
        "@state": compared.state[keep].astype("category"),
    }
    return frame.assign(id=ids if given is None else ids.where(ids.notna(), given), **fixed, **extra).reset_index(
        drop=True
    )


def _changes(compared: Compared, main: pd.Series) -> pd.DataFrame:
    """Changed cells of known rows and beside known rows, with their address, title and id."""
    part = compared.part
    cells = compared.cells[compared.cells["row"].map(main.astype(object)).notna().to_numpy(dtype=bool)]
    by_field = {c.field: c for c in reversed(part.columns)}
    letters = cells["field"].map({f: c.letters for f, c in by_field.items()})
    return pd.DataFrame({
        "sheet": part.sheet, "row": cells["row"], "cell": letters.fillna("") + cells["row"].astype(str),
        "title": cells["field"].map({f: c.title for f, c in by_field.items()}), "table": part.table,
        "main": cells["row"].map(main.astype(object)), "id": cells["row"].map(compared.ids.astype(object)),
        "field": cells["field"],
        "before": cells["before"], "after": cells["after"],
    })  # fmt: skip


def _counts(results: Sequence[_Result], again: Sequence[Finding]) -> dict[str, int]:
    """Rows of the main table by what would happen to them; a row counts as changed when a row beside it changes."""
    made = dict.fromkeys((NEW, CHANGED, UNCHANGED, "wrong"), 0)
    for result in results:
        main = result.parts[0].state.copy()
        besides = [p.state[p.state != UNCHANGED].index for p in result.parts[1:] if p.part.table not in NAMED]
        touched = reduce(lambda a, b: a.union(b), besides, pd.Index([]))
        main = main.mask(main.eq(UNCHANGED) & main.index.isin(touched), CHANGED)
        twice = {_row(f) for f in errors(again) if f.sheet == result.read.sheet}
        main = main.mask(main.index.isin([*result.wrong, *twice]), "wrong")
        for state, count in main.value_counts().items():
            made[str(state)] += int(count)
    return made


def _empty(region: Region, spec: Table, path: Path, book: Book, findings: Sequence[Finding]) -> Preview:
    none = pd.DataFrame(columns=["sheet", "row", "cell", "title", "table", "main", "id", "field", "before", "after"])
    counts = dict.fromkeys((NEW, CHANGED, UNCHANGED, "wrong"), 0)
    return Preview(spec.name, path, book.sha256, region.revision, (), (), counts, none, {}, tuple(findings))


def _of_feed(region: Region, spec: Table, path: Path) -> Preview:
    feed = read_feed(path)
    book = Book(path.name, "gtfs", feed.sha256, 0, ())
    rows: dict[str, pd.DataFrame] = {}
    counts = dict.fromkeys((NEW, CHANGED, UNCHANGED, "wrong"), 0)
    changes = []
    for part in feed.parts:
        matched = match(region, part)
        fields = [f for f in part.frame.columns if f != "id"]
        compared = compare(part, matched.ids, region.table(part.table, columns=fields), clears=False)
        rows[part.table] = _to_write(compared, 0, set())
        changes.append(_changes(compared, compared.ids))
        if part.table == spec.name:
            counts |= {str(k): int(v) for k, v in compared.state.value_counts().items()}
    told = [*feed.findings, *([] if spec.name in rows else [no_header(spec, book)])]
    counts["wrong"] = len(errors(told))
    if not changes:
        return _empty(region, spec, path, book, told)
    joined = pd.concat(changes, ignore_index=True)
    return Preview(spec.name, path, feed.sha256, region.revision, (), (), counts, joined, rows, tuple(told))
