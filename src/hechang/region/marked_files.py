"""Files on their way in: whether they hold marks of state secrets or numbers of persons, and in which cell or line.

Looked through are plain text, saved pages, office files with their headers, footers, notes and properties, zip files
in zip files, and of PDF what stands there as plain characters. Pictures and drawn text are not.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from hechang.region.marked_rows import doubtful, finding
from hechang.region.marked_sheets import HEAD, in_workbook
from hechang.terms.errors import FileFault
from hechang.terms.findings import Finding, refuse
from hechang.terms.marks import SECRET, Mark, marks_in, marks_in_name, masked
from hechang.terms.markup import unescaped

UNPACKED = 600_000_000  # bytes of all parts of a zip together, as much as an import may have
PDF_UNPACKED = 100_000_000  # bytes of a PDF with all its streams
STREAM = 10_000_000  # bytes of a stream that are looked through
DEEPEST = 3  # zip in zip
TABLES = (".csv", ".tsv")
_BREAKS = re.compile(r"</(?:\w+:)?(?:p|si|c|is|v|row|tr|td|th|li|h[1-6]|div|title|comment|text|oddHeader|oddFooter|"
                     r"evenHeader|evenFooter|firstHeader|firstFooter|br)>|<br */?>", re.IGNORECASE)  # fmt: skip
_TAGS = re.compile(r"<[^<>]*>")
_STREAM = re.compile(rb"stream\r?\n")
_STRINGS = re.compile(rb"\(((?:\\.|[^()\\])*)(\)?)|<([0-9A-Fa-f\s]{4,})>")  # an open one ends where the next begins
_SEPARATORS = str.maketrans(dict.fromkeys(',;\t|，；"', "\n"))
_AMOUNT = re.compile(
    "元|投资|金额|资金|产值|收入|面积|人口|数量|规模|万|亿|代码|编号|序号|yuan|amount|code", re.IGNORECASE
)
_BARE = re.compile(r"[0-9]+(?:\.0+)?(?=[ \"]*(?:[,;\t|]|$))")
_COMMAS = re.compile(r"[,;\t|]")
HEAD_OF_MARKUP = 5_000  # characters in which the first tag stands


class Place(NamedTuple):
    """A mark and where it stands: sheet or part of a file, cell or line."""

    mark: Mark
    sheet: str = ""
    cell: str = ""


def refuse_marked_file(data: bytes, name: str = "") -> None:
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
    refuse(marked(data, name), "The file was not kept", "文件未保存")


def refuse_marked_at(path: Path) -> None:
    """Do the same with a file on disk; one that is not there is left to who reads it."""
    if path.is_file():
        refuse_marked_file(path.read_bytes(), path.name)


def marked(data: bytes, name: str) -> list[Finding]:
    """Return what is wrong with a file, its name included."""
    shown = _shown(name)
    found = [finding(mark.kind, file=shown, cell="name") for mark in marks_in_name(name)]
    return found + [finding(p.mark.kind, file=shown, sheet=p.sheet, cell=p.cell) for p in places(data, name)]


def places(data: bytes, name: str, deep: int = 0) -> Iterator[Place]:
    """Give every mark in the bytes of a file."""
    if data.startswith(b"PK"):
        yield from _in_zip(data, name, deep)
    elif data.startswith(b"%PDF"):
        marks = {mark.kind: mark for text in _pdf_texts(data) for mark in marks_in(text)}
        yield from (Place(mark, cell="PDF") for mark in marks.values())
    elif (text := plain(data)) is not None:
        yield from _in_text(text, name)


def plain(data: bytes) -> str | None:
    """Return bytes as text; None for what is none.

    Examples
    --------
    >>> [plain(text.encode(kind)) for text, kind in (("机密", "gb18030"), ("机密", "utf-16"), ("a", "utf-8"))]
    ['机密', '机密', 'a']
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(encoding, "replace")
    if b"\x00" in data:
        half = data[:2000]
        wide = {0: "utf-16-be", 1: "utf-16-le"}
        sides = [at for at in wide if half[at::2].count(0) > len(half) // 5 and not half[1 - at :: 2].count(0)]
        return data.decode(wide[sides[0]], "replace") if sides else None
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _in_text(text: str, name: str) -> Iterator[Place]:
    table = name.lower().endswith(TABLES)
    lines = text.splitlines()
    found = False
    for at in doubtful(pa.array(lines, pa.large_string())):
        forms = (lines[at], lines[at].translate(_SEPARATORS)) if table else (lines[at],)  # of the same length
        marks = [m for form in forms for m in marks_in(form) if not (table and _is_amount(lines, at, m))]
        for mark in {mark.kind: mark for mark in marks}.values():
            found = True
            yield Place(mark, cell=str(at + 1))
    if "<" in text[:HEAD_OF_MARKUP] and not table and not found:
        both = (untagged(text), _TAGS.sub("\n", text))
        yield from (Place(mark) for mark in {mark.kind: mark for form in both for mark in marks_in(form)}.values())


def untagged(text: str) -> str:
    """Return the text of markup, a line for each paragraph or cell.

    Examples
    --------
    >>> untagged("<p><r>机</r><r>密</r>&amp;</p><p>b</p>").split()
    ['机密&', 'b']
    """
    return unescaped(unescaped(_TAGS.sub("", _BREAKS.sub("\n", text))))


def _is_amount(lines: Sequence[str], at: int, mark: Mark) -> bool:
    """Tell whether a bare number stands in a column of amounts or codes, by the titles above it."""
    if mark.kind == SECRET or not _BARE.match(lines[at], mark.start):
        return False
    column = len(_COMMAS.findall(lines[at], 0, mark.start))
    above = [_COMMAS.split(line) for line in lines[: min(at, HEAD)]]
    return any(_AMOUNT.search(row[column]) for row in above if column < len(row))


# --- packed ----------------------------------------------------------------------------------------------------------
def _in_zip(data: bytes, name: str, deep: int) -> Iterator[Place]:
    if deep >= DEEPEST:
        raise FileFault(
            f"{_shown(name)} holds zip in zip in zip → unpack it first", f"{_shown(name)} 压缩层数过多 → 请先解压"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
            if size > UNPACKED:
                raise _large(name, size)
            yield from _in_parts(Parts(packed), deep)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        return  # damaged or protected: whoever reads it says so; nothing in it can be read


def _in_parts(parts: Parts, deep: int) -> Iterator[Place]:
    yield from (Place(mark, cell="name") for part in parts for mark in marks_in_name(part.rpartition("/")[2]))
    book = "xl/workbook.xml" in parts
    if book:
        yield from (Place(*one) for one in in_workbook(parts, _AMOUNT))
    for part in parts:
        if not (book and part.startswith(("xl/worksheets/sheet", "xl/sharedStrings.xml"))):
            yield from (p._replace(sheet=p.sheet or _shown(part)) for p in places(parts[part], part, deep + 1))


class Parts(Mapping[str, bytes]):
    """Parts of a zip by their names, unpacked one at a time."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self.packed = packed
        self.names = [part.filename for part in packed.infolist() if not part.is_dir()]

    def __getitem__(self, name: str) -> bytes:
        """Unpack one part."""
        return self.packed.read(name)

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self.names)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.names)


def _large(name: str, size: int, limit: int = UNPACKED) -> FileFault:
    most = limit // 1_000_000
    return FileFault(
        f"{_shown(name)} has {size // 1_000_000} MB unpacked; {most} MB are allowed → split it",
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
