"""CSV as offices save it: UTF-8, UTF-16 or GB18030; comma, semicolon, tab, bar or full-width comma; titles on top."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import pandas as pd

from hechang.intake.sheets import limits
from hechang.intake.sheets.faults import Where, fault, file_fault
from hechang.terms.findings import Finding

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = (",", "\t", ";", "|", "，", "；")
_SAMPLE = 200  # lines the delimiter and the width are judged by
_BLOCK = 1 << 20


def read_csv(path: Path) -> tuple[pd.DataFrame, list[Finding]]:
    """Read all cells as text: index = record from 1, columns = column from 0, empty cell = ''.

    Raises
    ------
    FileFault
        for an encoding that fits nothing, NUL bytes, open quotes, too many rows or columns, too long cells.
    """
    encoding = encoding_of(path)
    _check_lines(path, encoding)
    head = _head(path, encoding)
    delimiter = delimiter_of(head)
    width = max((len(row) for row in csv.reader(head, delimiter=delimiter)), default=0)
    if width > limits.COLUMNS:
        raise file_fault("file-columns", file=path.name, limit=limits.COLUMNS)
    cells = _parse(path, encoding, delimiter, width)
    return cells, _told(path.name, encoding, "".join(head))


def _told(file: str, encoding: str, sample: str) -> list[Finding]:
    if encoding != "gb18030":
        return []
    return [fault("encoding", Where(file), value=" ".join(sample.split())[:40])]


def encoding_of(path: Path) -> str:
    """Tell the encoding of a text file by its mark, else the first of UTF-8 and GB18030 that fits every byte."""
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _fits(path, name) or _no_encoding(path, name)
    if head[1:2] == b"\x00" or head[:1] == b"\x00":
        name = "utf-16-le" if head[1:2] == b"\x00" else "utf-16-be"
        return _fits(path, name) or _no_encoding(path, name)
    return _fits(path, "utf-8") or _fits(path, "gb18030") or _no_encoding(path, "utf-8")


def _fits(path: Path, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return ""
    return encoding


def _no_encoding(path: Path, encoding: str) -> str:
    try:
        path.read_bytes().decode(encoding)
    except UnicodeDecodeError as error:
        raise file_fault("file-encoding", file=path.name, at=error.start) from error
    return encoding


def _check_lines(path: Path, encoding: str) -> None:
    """Count lines and measure the longest one before anything is parsed."""
    lines, longest, seen = 0, 0, 0
    with path.open(encoding=encoding, newline="") as file:
        for block in iter(lambda: file.read(_BLOCK), ""):
            if "\x00" in block:
                raise file_fault("file-nul", file=path.name, at=seen + block.index("\x00"))
            parts = block.split("\n")
            lines += len(parts) - 1
            longest = max(longest, *map(len, parts))
            seen += len(block)
    if lines > limits.ROWS:
        raise file_fault("file-rows", file=path.name, count=lines, limit=limits.ROWS)
    if longest >= min(_BLOCK, limits.CELL * 20):
        raise file_fault("file-cell", file=path.name, limit=limits.CELL)


def _head(path: Path, encoding: str) -> list[str]:
    with path.open(encoding=encoding, newline="") as file:
        return [line for line, _ in zip(file, range(_SAMPLE), strict=False)]


def delimiter_of(lines: list[str]) -> str:
    """Tell the delimiter: the one that cuts most lines into the same number of cells, more than one.

    Examples
    --------
    >>> delimiter_of(["a;b;c", "1,5;2;3", "2,5;3;4"])
    ';'
    """

    def regular(delimiter: str) -> tuple[int, int]:
        widths = pd.Series([len(row) for row in _records(lines, delimiter)], dtype=int)
        many = widths[widths > 1].value_counts()
        return (int(many.iloc[0]), int(many.index[0])) if len(many) else (0, 0)

    return max(_DELIMITERS, key=regular)


def _records(lines: list[str], delimiter: str) -> list[list[str]]:
    csv.field_size_limit(limits.CELL * 20)
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return []


def _parse(path: Path, encoding: str, delimiter: str, width: int) -> pd.DataFrame:
    simple = len(delimiter.encode()) == 1
    try:
        frame = pd.read_csv(
            path, sep=delimiter, encoding=encoding, header=None, names=list(range(width)), dtype="string[pyarrow]",
            na_filter=False, skip_blank_lines=False, engine="c" if simple else "python", index_col=False,
            low_memory=True,
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error, ValueError) as error:
        raise _parse_fault(path.name, str(error), width) from error
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    made = frame.astype("category")
    _check_cells(path.name, made)
    return made


def _check_cells(file: str, frame: pd.DataFrame) -> None:
    for column in frame.columns:
        texts = frame[column].cat.categories
        if len(texts) and int(texts.str.len().max()) > limits.CELL:
            raise file_fault("file-cell", file=file, limit=limits.CELL)


def _parse_fault(file: str, said: str, width: int) -> Exception:
    words = said.replace(",", "").split()
    if "saw" in words and "line" in words:
        return file_fault(
            "file-line", line=words[words.index("line") + 1], found=words[words.index("saw") + 1], expected=width
        )
    if "EOF inside string" in said or "unexpected end of data" in said:
        return file_fault("file-quote", file=file)
    if "No columns" in said:
        return file_fault("file-empty", file=file)
    return file_fault("file-unreadable", file=file, why=said.splitlines()[0][:120])


def csv_text(frame: pd.DataFrame) -> bytes:
    """Write a frame of texts as CSV UTF-8 with the mark that Excel needs."""
    held = io.StringIO()
    frame.to_csv(held, index=False, lineterminator="\r\n")
    return codecs.BOM_UTF8 + held.getvalue().encode("utf-8")
