"""Files on their way in: whether they hold marks of state secrets or numbers of persons, and in which cell or line.

Looked through are plain text, saved pages, office files with their headers, footers, notes and properties, zip files
in zip files, and of PDF what stands there as plain characters. Pictures and drawn text are not.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple, cast

from hechang.region.marked_rows import finding
from hechang.region.marked_sheets import in_workbook
from hechang.region.marked_text import AMOUNT, spots
from hechang.terms.damaged import DAMAGED
from hechang.terms.errors import FileFault
from hechang.terms.findings import Finding, refuse
from hechang.terms.marks import marks_in, marks_in_name, masked

UNPACKED = 600_000_000  # bytes of all parts of a zip together, as much as an import may have
UPLOADED = 200_000_000  # the same for a file that comes over the network
PDF_UNPACKED = 100_000_000  # bytes of a PDF with all its streams
STREAM = 10_000_000  # bytes of a stream that are looked through
DEEPEST = 3  # zip in zip
PARTS = 5_000
SMALL, RATIO = 10_000_000, 100  # a part above this size may be this many times smaller packed
HEAD = 8
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_STREAM = re.compile(rb"stream\r?\n")
_STRINGS = re.compile(rb"\(((?:\\.|[^()\\])*)(\)?)|<([0-9A-Fa-f\s]{4,})>")  # an open one ends where the next begins


class Place(NamedTuple):
    """A mark and where it stands: sheet or part of a file, cell or line."""

    kind: str
    sheet: str = ""
    cell: str = ""


def refuse_marked_file(data: bytes | BinaryIO, name: str = "", most: int = UNPACKED) -> None:
    """Raise Refused where a file holds what may not be kept; the message tells kind and place, never the text.

    Raises
    ------
    Refused
        with one finding for each place.
    FileFault
        for a zip that cannot be looked through: too large unpacked, or too deep.

    Examples
    --------
    >>> refuse_marked_file("机密★10年".encode(), "a.txt")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hechang.terms.errors.Refused: The file was not kept: a.txt 1: a mark of a state secret (绝密, 机密 or 秘密)...
    """
    refuse(marked(data, name, most), "The file was not kept", "文件未保存")


def refuse_marked_at(path: Path) -> None:
    """Do the same with a file on disk; one that is not there is left to who reads it."""
    if path.is_file():
        with path.open("rb") as file:
            refuse_marked_file(file, path.name)


def marked(data: bytes | BinaryIO, name: str, most: int = UNPACKED) -> list[Finding]:
    """Return what is wrong with a file, its name included; a zip may unpack to `most` bytes."""
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    shown = _shown(name)
    found = [finding(mark.kind, file=shown, cell="name") for mark in marks_in_name(name)]
    return found + [
        finding(p.kind, file=shown, sheet=p.sheet, cell=p.cell) for p in places(file, name, room=Room(most))
    ]


@dataclass
class Room:
    """Bytes that may still be unpacked, of a file and of all zips in it together."""

    most: int = UNPACKED

    def __post_init__(self) -> None:
        self.left = self.most

    def take(self, size: int, name: str) -> None:
        """Take some of it; raises FileFault where there is too little."""
        self.left -= size
        if self.left < 0:
            raise _large(name, self.most - self.left, self.most)


def places(file: BinaryIO, name: str, deep: int = 0, room: Room | None = None) -> Iterator[Place]:
    """Give every mark in a file."""
    head = file.read(HEAD)
    file.seek(0)
    zipped = head.startswith(ZIP)
    if zipped or zipfile.is_zipfile(file):  # a zip may stand behind anything
        file.seek(0)
        yield from _in_zip(file, name, deep, room or Room())
    file.seek(0)
    if head.startswith(b"%PDF"):
        kinds = {mark.kind for text in _pdf_texts(file.read()) for mark in marks_in(text)}
        yield from (Place(kind, cell="PDF") for kind in sorted(kinds))
    elif not zipped:
        yield from (Place(spot.kind, cell=str(spot.line or "")) for spot in spots(file, name))


# --- packed ----------------------------------------------------------------------------------------------------------
def _in_zip(file: BinaryIO, name: str, deep: int, room: Room) -> Iterator[Place]:
    if deep >= DEEPEST:
        raise FileFault(
            f"{_shown(name)} holds zip in zip in zip → unpack it first", f"{_shown(name)} 压缩层数过多 → 请先解压"
        )
    try:
        packed = zipfile.ZipFile(file)
    except DAMAGED as error:
        raise _damaged(name) from error
    with packed:
        parts = Parts(packed, name, room)
        for said in (packed.comment, *(part.comment + part.extra for part in parts.known.values())):
            yield from (Place(spot.kind, cell="comment") for spot in spots(io.BytesIO(said), ""))
        yield from _in_parts(parts, deep, room)


def _in_parts(parts: Parts, deep: int, room: Room) -> Iterator[Place]:
    yield from (Place(mark.kind, cell="name") for part in parts for mark in marks_in_name(part.rpartition("/")[2]))
    book = "xl/workbook.xml" in parts
    if book:
        yield from (Place(mark.kind, sheet, cell) for mark, sheet, cell in in_workbook(parts, AMOUNT))
    for part in parts:
        if not (book and part.startswith(("xl/worksheets/sheet", "xl/sharedStrings.xml"))):
            with parts.opened(part) as file:
                inside = places(file, part, deep + 1, room)
                yield from (p._replace(sheet=p.sheet or _shown(part)) for p in inside)


class Parts(Mapping[str, bytes]):
    """Parts of a zip by their names, unpacked one at a time; those behind a password are left out.

    Raises
    ------
    FileFault
        for two parts of one name, of which a reader would see only one; for more parts, or more bytes, than allowed.
    """

    def __init__(self, packed: zipfile.ZipFile, name: str, room: Room) -> None:
        self.packed, self.name = packed, name
        listed = packed.infolist()
        if len(listed) > PARTS:
            raise FileFault(
                f"{_shown(name)} has {len(listed)} parts; {PARTS} are allowed → split it",
                f"{_shown(name)} 含 {len(listed)} 个文件, 上限为 {PARTS} → 请拆分",
            )
        self.known = {part.filename: part for part in listed if not part.is_dir() and not part.flag_bits & 1}
        if len({part.filename for part in listed}) < len(listed):
            raise FileFault(
                f"{_shown(name)} has two parts of the same name → pack it again",
                f"{_shown(name)} 中有同名文件 → 请重新压缩",
            )
        for part in listed:
            if part.file_size > SMALL and part.file_size > RATIO * part.compress_size:
                raise _large(name, part.file_size, SMALL)
            room.take(part.file_size, name)

    def __getitem__(self, name: str) -> bytes:
        """Unpack one part."""
        with self.opened(name) as file:
            return file.read()

    def opened(self, name: str) -> BinaryIO:
        """Open one part; raises FileFault where it cannot be unpacked, now or while it is read."""
        part = self.known[name]
        shown = f"{_shown(self.name)} {_shown(name)}".strip()
        with told(shown):
            return cast("BinaryIO", io.BufferedReader(_Part(self.packed.open(part), shown)))

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self.known)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.known)


class _Part(io.RawIOBase):
    """One part of a zip; what goes wrong while it is unpacked is said in words."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.file, self.name = file, name

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, at: int, whence: int = 0) -> int:
        with told(self.name):
            return self.file.seek(at, whence)

    def tell(self) -> int:
        return self.file.tell()

    def readinto(self, into: Any) -> int:
        with told(self.name):
            data = self.file.read(len(into))
        into[: len(data)] = data
        return len(data)


@contextmanager
def told(name: str) -> Iterator[None]:
    """Raise FileFault, in words, for what a damaged zip makes Python raise."""
    try:
        yield
    except DAMAGED as error:
        raise _damaged(name) from error


def _damaged(name: str) -> FileFault:
    return FileFault(
        f"{_shown(name)} is cut off or damaged: nobody can tell what it holds → pack or send it again",
        f"{_shown(name)} 不完整或已损坏, 无法判断其内容 → 请重新压缩或上传",
    )


def _large(name: str, size: int, limit: int = UNPACKED) -> FileFault:
    most = limit // 1_000_000
    return FileFault(
        f"{_shown(name)} unpacks to {size // 1_000_000} MB; {most} MB are allowed → split it",
        f"{_shown(name)} 解压后有 {size // 1_000_000} MB, 上限为 {most} MB → 请拆分",
    )


def _shown(name: str) -> str:
    """Return the name of a file as a message may say it."""
    return "***" if marks_in_name(name) and masked(name) == name else masked(name)


def _pdf_texts(data: bytes) -> Iterator[str]:
    """Give what stands in a PDF as plain characters: its properties, and text in simple fonts."""
    left = PDF_UNPACKED
    for body in chain([data], map(_inflated, _streams(data))):
        left -= len(body)
        if left < 0:
            raise _large("PDF", PDF_UNPACKED - left, PDF_UNPACKED)
        found = (one.groups(b"") for one in _STRINGS.finditer(body))
        strings = [_pdf_string(literal, digits) for literal, end, digits in found if end or digits]
        yield "".join(strings)
        yield "\n".join(strings)


def _streams(data: bytes) -> Iterator[bytes]:
    """Give what stands between `stream` and `endstream`; nothing after the last end."""
    at = 0
    while (start := _STREAM.search(data, at)) and (end := data.find(b"endstream", start.end())) >= 0:
        yield data[start.end() : end]
        at = end + len(b"endstream")


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, STREAM)
    except zlib.error:
        return b""


def _pdf_string(literal: bytes, digits: bytes) -> str:
    packed = re.sub(rb"\s", b"", digits or b"").decode()
    raw = literal or bytes.fromhex(packed[: len(packed) // 2 * 2])
    return raw[2:].decode("utf-16-be", "replace") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1")
