"""A file becomes a book of sheets whose cells are text: workbooks and layers in a limited child process, CSV here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from hechang.intake.layers.layer import NOTHING, Asked, Layer
from hechang.intake.layers.read_layer import LAYERS, read_layer
from hechang.intake.sheets import limits
from hechang.intake.sheets.csv_text import read_csv
from hechang.intake.sheets.faults import Where, fault, file_fault
from hechang.intake.sheets.opened import cells_of, file_hash, opened
from hechang.terms.datums import Datum, datums
from hechang.terms.findings import Finding

PLAIN = datums()["wgs84"]
META = "_meta"  # the very hidden sheet of our own templates and exports


@dataclass(frozen=True)
class Sheet:
    """Cells of one sheet as text: index = row from 1, columns = column from 0, empty cell = ''; each a category.

    `merged` holds (first row, first column, last row, last column), `hidden` rows, `shapes` WKB by row for a map layer.
    """

    name: str
    cells: pd.DataFrame
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: frozenset[int] = frozenset()
    visible: bool = True
    shapes: pd.Series | None = None
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Book:
    """All sheets of one file, whose coordinates are in `datum`.

    `epoch` is the first year of Excel's day numbers, 0 where none is stated.
    """

    file: str
    kind: str
    sha256: str
    epoch: int
    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...] = ()
    datum: Datum = PLAIN


def read_book(path: Path, asked: Asked = NOTHING) -> Book:
    """Read a file that `limits.kind_of` lets in.

    Parameters
    ----------
    asked
        Of a map layer: which one, in which encoding and datum. The datum counts for the coordinates of a sheet too.

    Raises
    ------
    FileFault
        for whatever keeps the file from being read, with how to mend it; no other exception leaves.
    """
    kind = limits.kind_of(path)
    digest = file_hash(path)
    if kind == "csv":
        cells, findings = read_csv(path)
        return Book(path.name, kind, digest, 0, (Sheet(path.stem, cells),), tuple(findings), asked.datum or PLAIN)
    if kind == "xlsx":
        made = opened("hechang.intake.sheets.child:read_workbook", str(path.resolve()), shown=path.name)
        _check_size(path.name, made["sheets"])
        sheets = tuple(_sheet(each) for each in made["sheets"])
        return Book(path.name, kind, digest, made["epoch"], sheets, datum=asked.datum or PLAIN)
    if kind in LAYERS:
        layer = read_layer(path, asked)
        used = layer.datum or PLAIN
        return Book(path.name, kind, digest, 0, (_of_layer(layer),), layer.findings, used)
    raise file_fault("file-kind", file=path.name, found=kind)


def _sheet(made: dict[str, Any]) -> Sheet:
    merged = tuple((a, b, c, d) for a, b, c, d in made["merged"])
    hidden = frozenset(made["hidden"])
    columns = frozenset(made["hidden_columns"])
    return Sheet(made["name"], cells_of(made, 1), merged, hidden, made["visible"], hidden_columns=columns)


def _check_size(file: str, sheets: Sequence[dict[str, Any]]) -> None:
    if len(sheets) > limits.SHEETS:
        raise file_fault("file-sheets", file=file, count=len(sheets), limit=limits.SHEETS)
    for sheet in sheets:
        if len(sheet["columns"]) > limits.COLUMNS:
            raise file_fault("file-columns", file=file, limit=limits.COLUMNS)
        if len(sheet["merged"]) > limits.MERGED:
            raise file_fault("file-merged", file=file, count=len(sheet["merged"]), limit=limits.MERGED)


def _of_layer(layer: Layer) -> Sheet:
    """A layer as a sheet: titles in row 1, feature 1 in row 2; shapes in no known datum are left out."""
    index = layer.fields.index + 1
    head = pd.DataFrame([layer.titles], index=[1], columns=layer.fields.columns, dtype=object)
    cells = pd.concat([head, layer.fields.set_axis(index).astype(object)]).astype("category")
    cells.columns = pd.RangeIndex(len(layer.titles))
    if layer.wkb is None:
        return Sheet(layer.name, cells)
    shapes = layer.wkb.set_axis(index)
    return Sheet(layer.name, cells, shapes=shapes if layer.datum else shapes.str.slice(0, 0))


def sheet_finding(kind: str, book: Book, sheet: Sheet, cell: str = "", **words: str) -> Finding:
    """Make a finding about a sheet of a book."""
    return fault(kind, Where(book.file, sheet.name, cell), **words)
