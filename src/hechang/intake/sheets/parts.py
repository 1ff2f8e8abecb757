"""One row of a sheet becomes rows of up to four tables: parts, one for each table and each stage, year or month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely

from hechang.intake.layers.moving import points_in
from hechang.intake.sheets.bodies import one_lead, unknown_bodies
from hechang.intake.sheets.columns import Source, Told, listed, read_column, read_places, read_shapes
from hechang.intake.sheets.faults import Where, Word, fault
from hechang.intake.sheets.header import Column, Header
from hechang.intake.sheets.new_zones import ZONES, named_zones, unknown_zones, zone_parts
from hechang.intake.sheets.part import Part
from hechang.intake.sheets.places import Gazetteer
from hechang.intake.sheets.read_sheet import Book, Sheet
from hechang.intake.sheets.references import known_rows
from hechang.intake.sheets.rows import Body, body_of
from hechang.intake.sheets.titles import Fixed
from hechang.intake.sheets.totals import totals
from hechang.region.region import Region
from hechang.terms.findings import Finding
from hechang.terms.specs import Table, table

INHERITED = ("synthetic", "owner", "level")  # what the rows beside a project take from its own row


@dataclass(frozen=True)
class Read:
    """All that one sheet gives: the part of the table asked for, those beside it, findings, wrong rows, totals."""

    sheet: str
    header: Header
    main: Part
    beside: tuple[Part, ...]
    findings: tuple[Finding, ...]
    wrong: frozenset[int]
    totals: pd.DataFrame


def read_sheet(region: Region, spec: Table, book: Book, sheet: Sheet, header: Header, places: Gazetteer) -> Read:
    """Read the rows of one sheet into parts."""
    body = body_of(book, sheet, header)
    columns = _with_shapes(spec, sheet, header)
    known = known_rows(region, columns)
    source = Source(book, sheet, places, known, header.year)
    told = Told([*header.findings, *body.findings], set(body.wrong))
    columns, body = one_lead(source, columns, body, told)
    columns = named_zones(source, columns, told)
    source, bodies = unknown_bodies(region, source, columns, body, told)
    source, zones = unknown_zones(region, source, columns, body, told)
    values = _in_degrees(book, _values(source, columns, body, told))
    stated, differing = totals(source, body, values, told.findings)
    groups = {c.group: None for c in columns if c.group != (spec.name, ()) and c.table != ZONES}
    main = _part(sheet.name, (spec.name, ()), columns, values)
    beside = [_part(sheet.name, group, columns, values, main) for group in groups]
    return Read(
        sheet.name, header, main, (*beside, *bodies, *zone_parts(sheet.name, columns, values, zones, body)),
        (*told.findings, *differing),
        frozenset(told.wrong), stated,
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


def _in_degrees(book: Book, values: dict[Column, pd.Series]) -> dict[Column, pd.Series]:
    """Longitudes and latitudes that came in another datum, as they are kept; degrees beside metres are left alone."""
    pair = {c.field: c for c in values if c.field in ("lon", "lat") and not c.fixed}
    if not book.datum.moves or len(pair) < 2:
        return values
    came = [values[pair[field]].to_numpy(dtype=np.float64, na_value=np.nan) for field in ("lon", "lat")]
    stay = (book.datum.kind == "metres") & (np.abs(came) <= 180).all(axis=0)
    made = points_in(came[0], came[1], datum=book.datum)
    kept = [np.where(stay, old, new) for old, new in zip(came, made, strict=True)]
    moved = {pair[field]: pd.Series(at, values[pair[field]].index, values[pair[field]].dtype)
             for field, at in zip(("lon", "lat"), kept, strict=True)}  # fmt: skip
    return values | moved


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
    lon, lat = (np.asarray(read[part][both], dtype=np.float64) for part in ("lon", "lat"))
    made[both.to_numpy()] = shapely.to_wkb(shapely.points(*points_in(lon, lat, datum=source.book.datum)))
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
