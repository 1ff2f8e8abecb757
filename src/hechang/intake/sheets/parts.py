"""One row of a sheet becomes rows of up to four tables: parts, one for each table and each stage, year or month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely

from hechang.intake.sheets.columns import Source, Told, listed, read_column, read_places, read_shapes
from hechang.intake.sheets.distinct import texts_of
from hechang.intake.sheets.faults import Where, Word, fault
from hechang.intake.sheets.header import Column, Header, letters
from hechang.intake.sheets.places import Gazetteer
from hechang.intake.sheets.read_sheet import Book, Sheet
from hechang.intake.sheets.references import known_rows, new_bodies
from hechang.intake.sheets.rows import Body, body_of
from hechang.intake.sheets.titles import Fixed
from hechang.region.region import Region
from hechang.terms.findings import Finding
from hechang.terms.specs import Table, table

INHERITED = ("synthetic", "owner", "level")  # what the rows beside a project take from its own row


@dataclass(frozen=True)
class Part:
    """Rows that some columns of one sheet give to one table; index of `frame` = row of the sheet, columns = fields."""

    sheet: str
    table: str
    fixed: Fixed
    columns: tuple[Column, ...]
    frame: pd.DataFrame

    def column(self, field: str) -> Column:
        """Column that holds a field; the first one where the field is not in the sheet."""
        return next((c for c in self.columns if c.field == field), self.columns[0])

    def filled(self) -> Part:
        """The part without the rows whose own columns are all empty."""
        own = [c.field for c in self.columns if c.field in self.frame.columns]
        return replace(self, frame=self.frame[self.frame[own].notna().any(axis=1)])

    def cells(self) -> pd.Series:
        """Range of each row in the sheet, like `A7:K7`."""
        ends = sorted(c.position for c in self.columns)
        row = pd.Series(self.frame.index.astype(str), index=self.frame.index, dtype="string[pyarrow]")
        first = letters(ends[0]) + row
        return first if len(ends) == 1 else first + ":" + letters(ends[-1]) + row


@dataclass(frozen=True)
class Read:
    """All that one sheet gives: the part of the table asked for, the parts beside it, findings, rows with errors."""

    sheet: str
    header: Header
    main: Part
    beside: tuple[Part, ...]
    findings: tuple[Finding, ...]
    wrong: frozenset[int]


def read_sheet(region: Region, spec: Table, book: Book, sheet: Sheet, header: Header, places: Gazetteer) -> Read:
    """Read the rows of one sheet into parts."""
    body = body_of(book, sheet, header)
    columns = _with_shapes(spec, sheet, header)
    known = known_rows(region, columns)
    source = Source(book, sheet, places, known, header.year)
    told = Told([*header.findings, *body.findings], set(body.wrong))
    bodies = _new_bodies(region, source, columns, body, told)
    values = _values(source if bodies is None else bodies[0], columns, body, told)
    groups = {c.group: None for c in columns if c.group != (spec.name, ())}
    main = _part(sheet.name, (spec.name, ()), columns, values)
    beside = [_part(sheet.name, group, columns, values, main) for group in groups]
    return Read(
        sheet.name, header, main, (*beside, *([bodies[1]] if bodies else [])), tuple(told.findings),
        frozenset(told.wrong),
    )  # fmt: skip


def _with_shapes(spec: Table, sheet: Sheet, header: Header) -> tuple[Column, ...]:
    if sheet.shapes is None:
        return header.columns
    return (*header.columns, Column(len(sheet.cells.columns), "geometry", spec.name, "geometry"))


def _values(source: Source, columns: Sequence[Column], body: Body, told: Told) -> dict[Column, pd.Series]:
    values: dict[Column, pd.Series] = {}
    for (name, field), group in _by_field(columns).items():
        kind = table(name).field(field).kind
        if kind == "place":
            values[group[0]] = read_places(source, group, body.cells, told)
        elif kind == "geometry" and any(c.fixed for c in group):
            values[group[0]] = _points(source, group, body, told)
        elif kind == "geometry":
            texts = body.cells.get(group[0].position, pd.Series("", index=body.cells.index))
            values[group[0]] = read_shapes(source, group[0], texts, told)
        else:
            values |= {c: read_column(source, c, body.cells[c.position], told) for c in group}
    return values


def _by_field(columns: Sequence[Column]) -> dict[tuple[str, str], list[Column]]:
    made: dict[tuple[str, str], list[Column]] = {}
    for column in columns:
        made.setdefault((column.table, column.field), []).append(column)
    return made


def _points(source: Source, columns: list[Column], body: Body, told: Told) -> pd.Series:
    """Points out of a column of longitudes and one of latitudes; a point needs both."""
    spec = table("places")
    by_part = {dict(c.fixed).get("part", ""): c for c in columns}
    read = {}
    for part in ("lon", "lat"):
        column = by_part.get(part)
        if column is None:
            return pd.Series(None, index=body.cells.index, dtype=object)
        as_number = replace(column, table=spec.name, field=part)
        read[part] = read_column(source, as_number, body.cells[column.position], told).astype(float)
    both = pd.DataFrame(read).notna().all(axis=1)
    made = np.full(len(both), None, dtype=object)
    made[both.to_numpy()] = shapely.to_wkb(shapely.points(read["lon"][both], read["lat"][both]))
    return pd.Series(made, index=body.cells.index, dtype=object)


def _part(
    sheet: str,
    group: tuple[str, Fixed],
    columns: Sequence[Column],
    values: Mapping[Column, pd.Series],
    main: Part | None = None,
) -> Part:
    name, fixed = group
    own = tuple(c for c in columns if c.group == (name, fixed))
    frame = pd.DataFrame({c.field: values[c] for c in own if c in values}, index=next(iter(values.values())).index)
    if main is None:
        return Part(sheet, name, fixed, own, frame)
    inherited = [c for c in INHERITED if c in main.frame.columns]
    return Part(sheet, name, fixed, own, frame.assign(**{c: main.frame[c] for c in inherited}))


def _new_bodies(
    region: Region, source: Source, columns: Sequence[Column], body: Body, told: Told
) -> tuple[Source, Part] | None:
    """Bodies that the sheet names and nobody knows: they are entered too, each with a warning."""
    column = next((c for c in columns if c.spec.target == "bodies" and c.spec.kind == "ref"), None)
    if column is None:
        return None
    texts = body.cells[column.position]
    used = texts.cat.remove_unused_categories()
    made = new_bodies(region, source.known["bodies"], [text.strip() for text in texts_of(used)])
    if not made:
        return None
    stripped = texts.astype(str).str.strip()
    first = stripped[stripped.isin(made)].drop_duplicates()
    for row, text in first.items():
        told.findings.append(fault("new-body", source.where(column, f"{column.letters}{row}"), value=text))
    frame = pd.DataFrame({"id": first.map(made), "name": first})
    known = {**source.known, "bodies": {**source.known["bodies"], **{name: (id,) for name, id in made.items()}}}
    named = replace(column, table="bodies", field="name", fixed=())
    return replace(source, known=known), Part(source.sheet.name, "bodies", (("new", "1"),), (named,), frame)


def missing(book: Book, read: Read, rows: pd.Index) -> tuple[list[Finding], set[int]]:
    """Tell what new rows (`rows`) lack although the table needs it; a cell refused already is not told twice."""
    spec = table(read.main.table)
    refused = {f.cell for f in read.findings if f.severity == "error"}
    told: list[Finding] = []
    wrong: set[int] = set()
    for field in (f for f in spec.fields if f.required):
        words: dict[str, Word] = {"title": (field.en, field.zh)}
        if field.name not in read.main.frame.columns:
            where = Where(book.file, read.sheet, f"A{read.header.last}", spec.name, field.name)
            told += [fault("required-column", where, **words)] if len(rows) else []
            wrong.update(map(int, rows))
            continue
        column = read.main.column(field.name)
        empty = rows[read.main.frame.loc[rows, field.name].isna().to_numpy()]
        empty = empty[[f"{column.letters}{row}" not in refused for row in empty]]
        told += listed("required", (book.file, read.sheet), column, empty, words) if len(empty) else []
        wrong.update(map(int, empty))
    return told, wrong
