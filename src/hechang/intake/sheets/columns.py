"""Columns of texts become columns of values: every distinct text is read once, faults are told by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely

from hechang.intake.layers.moving import shapes_in
from hechang.intake.sheets.cells import ERRORS, NOTHING, UNCOMPUTED, Bad, Reading, read_text
from hechang.intake.sheets.distinct import mapped, texts_of
from hechang.intake.sheets.faults import FAULTS_OF_ONE_KIND, Where, Word, both, fault, remaining
from hechang.intake.sheets.header import Column
from hechang.intake.sheets.places import Gazetteer, Problem, find_place
from hechang.intake.sheets.read_sheet import Book, Sheet
from hechang.intake.sheets.references import near_names
from hechang.terms.findings import Finding
from hechang.terms.specs import table

BETWEEN = "\x1f"
NOTHING_NEAR = ("(none is near)", "(无相近者)")
DTYPES = {"int": "int64[pyarrow]", "money": "int64[pyarrow]", "number": "double[pyarrow]", "bool": "bool[pyarrow]"}


@dataclass
class Told:
    """What was found while one sheet was read: findings, and the rows that hold an error."""

    findings: list[Finding] = field(default_factory=list)
    wrong: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Source:
    """What a sheet is read with: where it stands, the places in force, the rows that references may name, its year."""

    book: Book
    sheet: Sheet
    places: Gazetteer
    known: Mapping[str, Mapping[str, tuple[str, ...]]]
    year: str = ""

    @property
    def name(self) -> tuple[str, str]:
        """File and sheet."""
        return self.book.file, self.sheet.name

    def where(self, column: Column, cell: str) -> Where:
        """Place of a fault in a cell under `column`."""
        return Where(self.book.file, self.sheet.name, cell, column.table, column.field)


def read_column(source: Source, column: Column, texts: pd.Series, told: Told) -> pd.Series:
    """Read one column; what does not fit becomes empty and a finding.

    Parameters
    ----------
    source
        Book, sheet and what its words may mean.
    column
        Field and unit of the column.
    texts
        Cells as categories of text, index = row of the sheet.
    told
        Takes the findings.

    Returns
    -------
    Series
        Values of the field's type, index as given.
    """
    reading = Reading(column.spec, column.unit, source.book.epoch, source.known.get(column.target, {}), source.year)
    read = [read_text(reading, text) for text in texts_of(texts)]
    bad = np.array([isinstance(value, Bad) for value in read], dtype=bool)
    values = [value.value if isinstance(value, Bad) else value for value in read]
    for at in np.flatnonzero(bad & _used(texts, len(read))):
        _tell(source, column, texts, (int(at), read[at]), told)
    _shares(source, column, values, texts, told)
    return _series(column, texts, values)


def _used(texts: pd.Series, count: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    used = np.zeros(count, dtype=bool)
    used[np.unique(texts.cat.codes.to_numpy())] = True
    return used


def _series(column: Column, texts: pd.Series, values: list[object]) -> pd.Series:
    dtype = DTYPES.get(column.spec.kind, "string[pyarrow]")
    distinct: Any = pd.array(values, dtype=dtype)  # type: ignore[call-overload]
    return pd.Series(distinct.take(np.where(texts.cat.codes < 0, len(values) - 1, texts.cat.codes)), index=texts.index)


def _tell(source: Source, column: Column, texts: pd.Series, what: tuple[int, Bad], told: Told) -> None:
    """Make a finding for each row that holds the text of that number; past a limit they are only counted."""
    at, bad = what
    rows = texts.index[texts.cat.codes.to_numpy() == at]
    words: dict[str, Word] = {"title": title_of(column), "value": texts_of(texts)[at].strip(), **bad.words}
    if bad.kind.startswith("ref-"):
        near = near_names(source.known[column.target], str(words["value"]))
        words = {"near": near or NOTHING_NEAR, **both(table(column.target)), **words}
    told.findings += listed(bad.kind, source.name, column, rows, words)
    if told.findings[-1].severity == "error":
        told.wrong.update(map(int, rows))


def listed(kind: str, sheet: tuple[str, str], column: Column, rows: pd.Index, words: dict[str, Word]) -> list[Finding]:
    """Make one finding a row of (file, sheet) with the same words; past a limit the rest is counted in one."""
    places = (Where(*sheet, f"{column.letters}{row}", column.table, column.field) for row in rows[:FAULTS_OF_ONE_KIND])
    shown = [fault(kind, where, **words) for where in places]
    if len(rows) > FAULTS_OF_ONE_KIND:
        shown.append(remaining(len(rows) - FAULTS_OF_ONE_KIND, shown[0], title_of(column)))
    return shown


def title_of(column: Column) -> tuple[str, str]:
    """Names of a column for a message: as the specification has it, with the stage or time it fixes."""
    fixed = "".join(f" {value}" for key, value in column.fixed if key != "part")
    return column.spec.en + fixed, column.title or column.spec.zh


def _shares(source: Source, column: Column, values: list[object], texts: pd.Series, told: Told) -> None:
    """Warn where a column of per cent could hold shares of one."""
    if column.spec.unit != "%" or any("%" in text or "％" in text for text in texts_of(texts)):
        return
    figures = [value for value in values if isinstance(value, float)]
    if figures and max(figures) <= 1 and any(0 < value < 1 for value in figures):
        where = source.where(column, f"{column.letters}{texts.index[0]}")
        told.findings.append(fault("share-like", where, value=column.title))


def read_places(source: Source, columns: list[Column], cells: pd.DataFrame, told: Told) -> pd.Series:
    """Read the place of each row out of one to four columns; each distinct combination is looked up once."""
    levels = {dict(column.fixed).get("part", ""): column for column in columns}
    texts = [pd.Series(mapped(cells[c.position], _said), index=cells.index, dtype=object) for c in levels.values()]
    joined = texts[0]
    for text in texts[1:]:
        joined = joined + BETWEEN + text
    number, distinct = pd.factorize(joined)
    found = [_place(source.places, dict(zip(levels, key.split(BETWEEN), strict=True))) for key in distinct]
    for at, (key, problem) in enumerate(zip(distinct, found, strict=True)):
        if isinstance(problem, Problem):
            said = dict(zip(levels, key.split(BETWEEN), strict=True))
            _tell_place(source, levels, cells.index[number == at], (said, problem), told)
    values = np.array([None if isinstance(place, Problem) else place for place in found] or [None], dtype=object)
    return pd.Series(values[number], index=cells.index, dtype="string[pyarrow]")


def _said(text: str) -> str:
    plain = text.strip().replace(BETWEEN, "")
    return "" if plain in NOTHING else plain


def _place(places: Gazetteer, said: dict[str, str]) -> str | Problem | None:
    failed = next((text for text in said.values() if text in (*ERRORS, UNCOMPUTED)), "")
    if failed:
        return Problem("formula-uncomputed" if failed == UNCOMPUTED else "formula-error", failed, "")
    return find_place(places, said)


def _tell_place(
    source: Source, levels: dict[str, Column], rows: pd.Index, what: tuple[dict[str, str], Problem], told: Told
) -> None:
    said, problem = what
    order = ("", "town", "county", "city")
    level = next((level for level in order if said.get(level) == problem.value), next(iter(levels)))
    column = replace(levels[level], fixed=())
    near: Word = problem.near or NOTHING_NEAR
    words: dict[str, Word] = {"value": problem.value, "near": near, "day": source.places.day}
    told.findings += listed(problem.kind, source.name, column, rows, words | {"title": title_of(column)})
    told.wrong.update(map(int, rows))


def read_shapes(source: Source, column: Column, texts: pd.Series, told: Told) -> pd.Series:
    """Read shapes as WKT, or as the WKB of a map layer; what is no shape or no degrees is a fault."""
    held = source.sheet.shapes
    raw = texts.astype(object) if held is None else held.reindex(texts.index)
    built, why = _shapes(raw, hexadecimal=held is not None)
    shapes = shapes_in(built, source.book.datum)
    problems = _shape_problems(raw, shapes, why)
    for row, (kind, words) in problems.items():
        where = source.where(column, f"{column.letters}{row}")
        told.findings.append(fault(kind, where, **words))
        told.wrong.add(int(str(row)))
    flat = shapely.force_2d(shapes)
    if bool((shapely.has_z(shapes) & ~shapely.is_missing(shapes)).any()):
        told.findings.append(fault("shape-height", source.where(column, "")))
    good = pd.Series(shapely.to_wkb(flat), index=texts.index, dtype=object)
    return good.where(~good.index.isin(list(problems)), None)


def _shapes(raw: pd.Series, *, hexadecimal: bool) -> tuple[np.ndarray[tuple[int], np.dtype[np.object_]], list[str]]:
    texts = [str(text or "").strip() for text in raw.where(raw.notna(), "")]
    read = shapely.from_wkb if hexadecimal else shapely.from_wkt
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are told by name, not by a warning
        made = [read(text, on_invalid="ignore") if text else None for text in texts]
    return np.array(made, dtype=object), texts


def _shape_problems(
    raw: pd.Series, shapes: np.ndarray[tuple[int], np.dtype[np.object_]], texts: list[str]
) -> dict[object, tuple[str, dict[str, Word]]]:
    """Say of each row what is wrong with its shape."""
    missing = shapely.is_missing(shapes)
    bounds = pd.DataFrame(shapely.bounds(shapes), columns=["w", "s", "e", "n"], index=raw.index)
    outside = bounds[["w", "e"]].abs().gt(180).any(axis=1) | bounds[["s", "n"]].abs().gt(90).any(axis=1)
    swapped = bounds["w"].between(3, 54) & bounds["n"].between(73, 136)
    shown = {row: f"{corner.w:.2f} {corner.n:.2f}" for row, corner in bounds[outside | swapped].iterrows()}
    found: dict[object, tuple[str, dict[str, Word]]] = {}
    states = zip(raw.index, texts, missing, shapely.is_empty(shapes), shapely.is_valid(shapes), strict=True)
    corners, of = shapely.get_coordinates(shapes, return_index=True)
    no_number = set(of[~np.isfinite(corners).all(axis=1)].tolist())
    for at, (row, text, no, empty, valid) in enumerate(states):
        if no and text:
            found[row] = ("not-shape", {"value": text[:40], "why": "WKT"})
        elif at in no_number:
            found[row] = ("shape-nan", {})
        elif empty and not no:
            found[row] = ("shape-empty", {})
        elif not no and swapped[row]:
            found[row] = ("shape-swapped", {"value": shown[row]})
        elif not no and outside[row]:
            found[row] = ("shape-outside", {"value": shown[row]})
        elif not no and not valid:
            found[row] = ("shape-invalid", {"why": shapely.is_valid_reason(shapes[at])})
    return found
