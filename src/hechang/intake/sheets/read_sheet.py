"""A file becomes a book of sheets whose cells are text: workbooks and layers in a limited child process, CSV here."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from hechang.intake.limited.process import Bounds, Broken, call
from hechang.intake.sheets import limits
from hechang.intake.sheets.csv_text import read_csv
from hechang.intake.sheets.faults import Where, fault, file_fault
from hechang.terms.findings import Finding

BOUNDS = Bounds(limits.SECONDS, limits.MEMORY)
DATUMS = ("4326", "4490", "CRS84")  # WGS 84 and CGCS2000, both as longitude and latitude
META = "_meta"  # the very hidden sheet of our own templates and exports
_OWN = re.compile(r"(?m)^\w+(?:\.\w+)*: |['\"]?/[^\s'\"]*/layer\.\w+['\"]?:? ?")
_LAYERS = ("geojson", "gpkg", "shp", "parquet")


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
    """All sheets of one file; `epoch` is the first year of Excel's day numbers, 0 where none is stated."""

    file: str
    kind: str
    sha256: str
    epoch: int
    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...] = ()


def read_book(path: Path) -> Book:
    """Read a file that `limits.kind_of` lets in.

    Raises
    ------
    FileFault
        for whatever keeps the file from being read, with how to mend it; no other exception leaves.
    """
    kind = limits.kind_of(path)
    digest = file_hash(path)
    if kind == "csv":
        cells, findings = read_csv(path)
        return Book(path.name, kind, digest, 0, (Sheet(path.stem, cells),), tuple(findings))
    if kind == "xlsx":
        made = in_child(kind, path, path.name)
        _check_size(path.name, made["sheets"])
        return Book(path.name, kind, digest, made["epoch"], tuple(_sheet(each) for each in made["sheets"]))
    if kind in _LAYERS:
        return Book(path.name, kind, digest, 0, (_layer(path, kind),))
    raise file_fault("file-kind", file=path.name, found=kind)


def file_hash(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        digest = sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def in_child(kind: str, path: Path, shown: str) -> Any:
    """Read `path` in a process of bounded memory and time; `shown` is the name used in messages."""
    job = "read_workbook" if kind == "xlsx" else "read_layer"
    try:
        return call(f"hechang.intake.sheets.child:{job}", str(path.resolve()), bounds=BOUNDS)
    except Broken as ended:
        raise _child_fault(ended.code, ended.said, shown) from ended


def _child_fault(code: int, said: str, shown: str) -> Exception:
    if code == -24:  # SIGXCPU
        return file_fault("file-time", file=shown, limit=limits.SECONDS)
    if code < 0 or "memory" in said.lower():
        return file_fault("file-memory", file=shown, limit=limits.MEMORY)
    if "PasswordError" in said:
        return file_fault("file-password", file=shown)
    if said.startswith("FAULT "):
        return file_fault(said.split()[1], file=shown, limit=_limit_of(said.split()[1]))
    if "BadZipFile" in said or "ZipError" in said or "ParseError" in said or "XmlError" in said:
        return file_fault("file-cut", file=shown, why=_last_line(said))
    return file_fault("file-unreadable", file=shown, why=_last_line(said))


def _limit_of(kind: str) -> int:
    return limits.CELL if kind == "file-cell" else limits.COLUMNS


def _last_line(said: str) -> str:
    """What a reader said, without the name of its error and of the copy it read."""
    lines = _OWN.sub("", said.strip()).splitlines()
    return lines[-1][:120] if lines else "?"


def _sheet(made: dict[str, Any]) -> Sheet:
    merged = tuple((a, b, c, d) for a, b, c, d in made["merged"])
    hidden = frozenset(made["hidden"])
    columns = frozenset(made["hidden_columns"])
    return Sheet(made["name"], _cells(made, 1), merged, hidden, made["visible"], hidden_columns=columns)


def _cells(made: dict[str, Any], first: int) -> pd.DataFrame:
    index = pd.RangeIndex(first, first + made["rows"])
    columns = {
        at: pd.Categorical.from_codes(column["codes"], column["values"]) for at, column in enumerate(made["columns"])
    }
    return pd.DataFrame(columns, index=index)


def _check_size(file: str, sheets: Sequence[dict[str, Any]]) -> None:
    if len(sheets) > limits.SHEETS:
        raise file_fault("file-sheets", file=file, count=len(sheets), limit=limits.SHEETS)
    for sheet in sheets:
        if len(sheet["columns"]) > limits.COLUMNS:
            raise file_fault("file-columns", file=file, limit=limits.COLUMNS)
        if len(sheet["merged"]) > limits.MERGED:
            raise file_fault("file-merged", file=file, count=len(sheet["merged"]), limit=limits.MERGED)


def _layer(path: Path, kind: str) -> Sheet:
    with tempfile.TemporaryDirectory() as folder:
        made = in_child("layer", _plain_copy(path, kind, Path(folder)), path.name)
    if made["shapes"] is not None and made["crs"] not in DATUMS:
        raise file_fault("datum", file=path.name, found=made["crs"] or ("an unnamed datum", "未注明的坐标系"))
    body = _cells(made, 2)
    head = pd.DataFrame([made["titles"]], index=[1], dtype=object)
    cells = pd.concat([head, body.astype(object)]).astype("category")
    shapes = None if made["shapes"] is None else pd.Series(made["shapes"], index=body.index, dtype=object)
    return Sheet(path.stem, cells, shapes=shapes)


def _plain_copy(path: Path, kind: str, folder: Path) -> Path:
    """Return a local file of a fixed name: no text of a user ever becomes a path that a map library interprets."""
    if kind != "shp":
        copy = folder / f"layer.{kind}"
        copy.write_bytes(path.read_bytes())
        return copy
    with zipfile.ZipFile(path) as packed:
        inside = [
            part for part in packed.namelist() if Path(part).suffix.lower() in (".shp", ".shx", ".dbf", ".prj", ".cpg")
        ]
        for part in inside:
            (folder / f"layer{Path(part).suffix.lower()}").write_bytes(packed.read(part))
    return folder / "layer.shp"


def sheet_finding(kind: str, book: Book, sheet: Sheet, cell: str = "", **words: str) -> Finding:
    """Make a finding about a sheet of a book."""
    return fault(kind, Where(book.file, sheet.name, cell), **words)
