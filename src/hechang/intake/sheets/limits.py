"""What a file may be before it is opened: its kind by content, its size unpacked, its parts.

A 296 kB workbook can hold one cell of 300 million characters; so sizes are added up before anything is unpacked.
"""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

from hechang.intake.sheets.faults import file_fault
from hechang.terms.damaged import DAMAGED, locked
from hechang.terms.fit import LONGEST

MB = 1_000_000
LARGEST = 500  # MB, of the file
UNPACKED = 600  # MB, all parts of a zip together
PARTS = 5_000
SHEETS = 50
ROWS = 1_100_000
COLUMNS = 500
CELL = LONGEST  # characters
MERGED = 50_000
LAYERS = 500
SECONDS = 90  # for the child process that reads
MEMORY = 2_000  # MB, for the child process that reads

_BLANK = b"\xef\xbb\xbf\x1e \r\n\t"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BY_SUFFIX = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".geojson": "geojson", ".json": "geojson", ".geojsonl": "geojsonl",
    ".geojsons": "geojsonl", ".ndjson": "geojsonl", ".jsonl": "geojsonl", ".dxf": "dxf",
}  # fmt: skip
_BY_HEAD = {
    b"SQLite format 3\x00": "gpkg", b"PAR1": "parquet", b"fgb\x03": "fgb",
}  # fmt: skip
_REFUSED_HEAD = {b"AC10": "file-dwg", b"AutoCAD Binary DXF": "file-dxf-binary"}


def kind_of(path: Path) -> str:
    """Tell what a file is by its content, after checking its size and its parts.

    Returns
    -------
    str
        `xlsx`, `csv`, `geojson`, `geojsonl` (a feature a line), `gpkg`, `shp` (zipped), `gtfs` (zipped), `parquet`,
        `dxf`, `kml` (also zipped) or `fgb`.

    Raises
    ------
    FileFault
        for what is missing, empty, too large, protected, an old format, damaged, or no table at all.
    """
    if not path.is_file():
        raise file_fault("file-missing", file=path.name)
    size = path.stat().st_size
    if not size:
        raise file_fault("file-empty", file=path.name)
    if size > LARGEST * MB:
        raise file_fault("file-large", file=path.name, size=size // MB, limit=LARGEST)
    with path.open("rb") as file:
        head = file.read(4096)
    return _zip_kind(path) if head.startswith(b"PK") else _plain_kind(path, head)


def _plain_kind(path: Path, head: bytes) -> str:
    suffix = path.suffix.lower()
    if head.startswith(_OLE):
        raise file_fault(_ole_fault(path), file=path.name)
    for start, kind in _REFUSED_HEAD.items():
        if head.startswith(start):
            raise file_fault(kind, file=path.name)
    known = next((kind for start, kind in _BY_HEAD.items() if head.startswith(start)), "")
    if known or b"<kml" in head.replace(b"\x00", b""):
        return known or "kml"
    _refuse_markup(path, head)
    if suffix not in _BY_SUFFIX:
        raise _wrong_suffix(path, head)
    kind = _BY_SUFFIX[suffix]
    if kind.startswith("geojson") and not head.lstrip(_BLANK).startswith(b"{"):
        raise file_fault("file-kind", file=path.name, found=("no GeoJSON", "不是 GeoJSON"))
    return kind


def _ole_fault(path: Path) -> str:
    """Say what an OLE file is. An .xls is not read: its failed formulas and hidden rows could not be told."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "file-password"
    if "WordDocument".encode("utf-16-le") in data:
        return "file-word"
    return "file-old-xls" if path.suffix.lower() in (".xls", ".et", ".xlt") else "file-xls-renamed"


def _refuse_markup(path: Path, head: bytes) -> None:
    """Office systems often save a web page, or the XML of Excel 2003, under the name of a workbook."""
    start = head.lstrip(_BLANK)[:5].lower()
    plain = head.replace(b"\x00", b"").lower()
    if b"schemas-microsoft-com:office:spreadsheet" in plain and start != b"<html":
        raise file_fault("file-xml", file=path.name)
    if start in (b"<html", b"<!doc", b"<tabl", b"<?xml", b"<meta", b"<head", b"<styl", b"mime-"):
        raise file_fault("file-html", file=path.name)


def _wrong_suffix(path: Path, head: bytes) -> Exception:
    binary = b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls") and not binary:
        return file_fault("file-text", file=path.name)
    return file_fault("file-kind", file=path.name, found=(path.suffix or "binary", path.suffix or "二进制"))


def _zip_kind(path: Path) -> str:
    parts = checked_parts(path)
    names = {part.filename for part in parts}
    if "xl/workbook.xml" in names:
        return "xlsx"
    if any(name.lower().endswith(".shp") for name in names):
        return "shp"
    if any(name.lower().endswith(".kml") for name in names):
        return "kml"
    if "stop_times.txt" in names or "stops.txt" in names:
        return "gtfs"
    found = "zip: " + ", ".join(sorted(names)[:3])
    raise file_fault("file-kind", file=path.name, found=found)


def checked_parts(path: Path) -> list[zipfile.ZipInfo]:
    """List the parts of a zip whose sizes, number and names are harmless; raises FileFault."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except DAMAGED as error:
        raise file_fault("file-cut", file=path.name, why=str(error)) from error
    if len(parts) > PARTS:
        raise file_fault("file-parts", file=path.name, count=len(parts), limit=PARTS)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > UNPACKED * MB:
        raise file_fault("file-bomb", file=path.name, size=unpacked // MB, limit=UNPACKED)
    if locked(parts):
        raise file_fault("file-password", file=path.name)
    for part in parts:
        if _unsafe(part):
            raise file_fault("file-path", file=path.name, part=part.filename[:60])
    return parts


def _unsafe(part: zipfile.ZipInfo) -> bool:
    name = part.filename.replace("\\", "/")
    link = stat.S_ISLNK(part.external_attr >> 16)
    return link or name.startswith("/") or ":" in name or ".." in name.split("/") or "\x00" in name
