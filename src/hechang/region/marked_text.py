"""Marks in bytes that are text, or that hold some: looked through in blocks, so that a large file needs little room.

A block ends with a line where it can; in one long line, and in markup, the end of a block is looked through twice.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hechang.region.marked_rows import doubtful
from hechang.region.marked_sheets import HEAD
from hechang.terms.errors import FileFault
from hechang.terms.marks import SECRET, SUSPECT, SUSPECT_PLAIN, Mark, marks_in
from hechang.terms.markup import unescaped

BLOCK = 2_000_000  # bytes
TWICE = 4_000  # characters of a block that the next one begins with, where it ends within a line
DOUBTS = 15_000_000  # characters of a file that a finer search may take
TABLES = (".csv", ".tsv")
AMOUNT = re.compile(
    "元|投资|金额|资金|产值|收入|面积|人口|数量|规模|万|亿|代码|编号|序号|yuan|amount|code", re.IGNORECASE
)
_BREAKS = re.compile(r"</(?:\w{1,20}:)?(?:p|si|c|is|v|row|tr|td|th|li|h[1-6]|div|title|comment|text|"
                     r"oddHeader|oddFooter|evenHeader|evenFooter|firstHeader|"
                     r"firstFooter|br)>|<br */?>", re.IGNORECASE)  # fmt: skip
_TAGS = re.compile(r"<[^<>]*>")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SEPARATORS = str.maketrans(dict.fromkeys(',;\t|，；"', "\n"))
_BARE = re.compile(r"[0-9]+(?:\.0+)?(?=[ \"]{0,9}(?:[,;\t|]|$))")
_COMMAS = re.compile(r"[,;\t|]")
_LINE_ENDS = ("\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
_JSON_SIGN = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|([\"/\\])|[bfnrt])")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]+")
_WIDE = re.compile(rb"\xc6\x5b|\x5b\xc6|(?:[0-9]\x00|\x00[0-9]){6}")  # 密 or digits in UTF-16
_ENDS = re.compile(rb"[\t-/](?=[^\t-/]*\Z)")  # such a byte is never within a character of UTF-8, GB18030 or Big5
HEAD_OF_MARKUP = 5_000  # characters in which the first tag stands
HEAD_OF_TABLE = 200_000  # characters in which the titles of a table stand
A_LINE, A_REFERENCE = 20, 10  # what a line, and a character reference, cost beside their characters
SAID = 1_000  # places of a file that are told


class Spot(NamedTuple):
    """A mark and the number of its line; 0 where lines say nothing."""

    kind: str
    line: int


@dataclass
class _Looking:
    """What is known of a file while its blocks pass."""

    table: bool
    pattern: str
    first: bool = True
    markup: bool = False
    json: bool = False
    line: int = 0  # lines before this block
    doubts: int = 0
    head: list[list[str]] = field(default_factory=list)  # the first rows of a table
    amounts: dict[tuple[int, int], bool] = field(default_factory=dict)
    said: set[tuple[str, int]] = field(default_factory=set)

    def spend(self, characters: int) -> None:
        """Count what a finer search takes; raises FileFault where it is too much."""
        self.doubts += characters
        if self.doubts > DOUBTS:
            raise _doubtful()

    def is_amount(self, column: int, line: int) -> bool:
        """Tell whether a title above a cell says that its column holds amounts or codes."""
        key = (column, min(line, len(self.head)))
        if key not in self.amounts:
            above = (row[column] for row in self.head[: key[1]] if column < len(row))
            self.amounts[key] = any(AMOUNT.search(title) for title in above)
        return self.amounts[key]


def spots(file: BinaryIO, name: str) -> Iterator[Spot]:
    r"""Give the marks in a file, each kind once for a line.

    Examples
    --------
    >>> import io
    >>> [(one.kind, one.line) for one in spots(io.BytesIO("甲\n机密★10年".encode()), "a.txt")]
    [('secret', 2)]
    """
    head = file.read(BLOCK)
    encodings = encodings_of(head)
    looking = _Looking(name.lower().endswith(TABLES), SUSPECT if encodings[0] else SUSPECT_PLAIN)
    before = ""
    for block, ended in _blocks(head, file, "utf-16" in encodings[0]):
        texts = _decoded(block, encodings) if encodings[0] else _binary_texts(block)
        for n, text in enumerate(texts):
            numbered = n == 0 and bool(encodings[0])
            try:
                found = _in_block(text, before if n == 0 else "", looking, numbered)
                # bytes read in a second way: their numbers are the same, and the units behind them are not
                yield from (spot for spot in found if n != 1 or spot.kind == SECRET)
            except FileFault:
                if looking.said:  # refused all the same
                    return
                raise
        first = texts[0]
        before = "" if ended and not looking.markup else _with_plain_ends(first[-TWICE:])
        looking.line += _with_plain_ends(first).count("\n")
        looking.first = False


def encodings_of(head: bytes) -> tuple[str, ...]:
    """Return what the text that begins with some bytes is encoded in; an empty name for what is no text.

    Examples
    --------
    >>> [encodings_of("机密".encode(kind)) for kind in ("utf-8", "utf-16", "gb18030")]
    [('utf-8',), ('utf-16-le',), ('gb18030', 'big5hkscs')]
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return (encoding,)
    if b"\x00" in head:
        half = head[:2000]
        wide = {0: "utf-16-be", 1: "utf-16-le"}
        sides = [at for at in wide if half[at::2].count(0) > len(half) // 5 and not half[1 - at :: 2].count(0)]
        return (wide[sides[0]] if sides else "",)
    return ("utf-8",) if _is_utf8(head) else ("gb18030", "big5hkscs")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.end >= len(data) and len(data) >= BLOCK  # a character that a block cuts
    return True


def _decoded(block: bytes, encodings: Sequence[str]) -> list[str]:
    if encodings[0] == "utf-8":
        try:
            return [block.decode()]
        except UnicodeDecodeError:
            encodings = ("gb18030", "big5hkscs")
    if b"\x00" in block and "utf-16" not in encodings[0]:
        return [block.decode(encodings[0], "replace"), *_binary_texts(block)]
    return [block.decode(encoding, "replace") for encoding in encodings]


def _binary_texts(block: bytes) -> list[str]:
    """Return the runs of text in bytes that are none, in lines, as each encoding reads them."""
    runs = _CONTROLS.sub(b"\n", block)
    found = [runs.decode("utf-8", "replace").replace("\ufffd", "\n"), runs.decode("gb18030", "replace")]
    if _WIDE.search(block):
        wide = ((at, kind) for at in (0, 1) for kind in ("utf-16-le", "utf-16-be"))
        found += [block[at:].decode(kind, "replace").replace("\x00", "\n") for at, kind in wide]
    return found


def _blocks(head: bytes, file: BinaryIO, wide: bool) -> Iterator[tuple[bytes, bool]]:
    """Give the bytes of a file in blocks, each with whether it ends a line; no block ends within a character."""
    rest = head
    while rest:
        more = file.read(BLOCK) if len(rest) >= BLOCK else b""
        if len(rest) < BLOCK and not (more := file.read(BLOCK)):
            yield rest, True
            return
        at, ended = _cut(rest, wide)
        yield rest[:at], ended
        rest = rest[at:] + more


def _cut(data: bytes, wide: bool) -> tuple[int, bool]:
    if wide:
        return len(data) // 2 * 2, False
    if at := data.rfind(b"\n") + 1:
        return at, True
    tail = data[-TWICE:]
    found = _ENDS.search(tail)
    return (len(data) - len(tail) + found.end() if found else len(data)), False


def _in_block(text: str, before: str, looking: _Looking, numbered: bool) -> Iterator[Spot]:
    if numbered:
        text = _with_plain_ends(text.removeprefix("\ufeff") if looking.first else text)
    if looking.first and numbered:
        looking.json = text.lstrip()[:1] in ("{", "[")
        looking.markup = "<" in text[:HEAD_OF_MARKUP] and not looking.table
        looking.head = [_COMMAS.split(line) for line in text[:HEAD_OF_TABLE].split("\n")[:HEAD] if looking.table]
    whole = before + text
    lines = looking.line - before.count("\n") if numbered else None
    found = list(_marked_lines(whole, lines, looking))
    if looking.json and "\\" in whole:
        found += _marked_lines(_JSON_SIGN.sub(_json_sign, whole), None, looking)
    if looking.markup and not found:
        looking.spend(A_REFERENCE * whole.count("&"))
        for form in (untagged(whole), _TAGS.sub("\n", whole), unescaped(whole) if "&" in whole else ""):
            found += _marked_lines(form, None, looking)
    yield from found


def untagged(text: str) -> str:
    """Return the text of markup, a line for each paragraph or cell.

    Examples
    --------
    >>> untagged("<p><r>机</r><r>密</r>&amp;</p><p>b</p>").split()
    ['机密&', 'b']
    """
    return unescaped(unescaped(_TAGS.sub("", _BREAKS.sub("\n", text))))


def _with_plain_ends(text: str) -> str:
    for end in _LINE_ENDS:
        text = text.replace(end, "\n") if end in text else text
    return text


def _json_sign(found: re.Match[str]) -> str:
    sign = chr(int(found[1], 16)) if found[1] else found[2] or "\n"
    return "\ufffd" if _SURROGATES.match(sign) else sign


def _marked_lines(text: str, before: int | None, looking: _Looking) -> Iterator[Spot]:
    """Give the marks in a text, each kind once a line; `before` is the number of lines that stand before it."""
    whole = pa.array([text], pa.large_string())
    pattern = looking.pattern
    if not doubtful(whole, pattern):
        return
    lines = pc.split_pattern(whole, "\n").flatten()
    at = doubtful(lines, pattern)
    doubts = lines.take(pa.array(at, pa.int64()))
    known = {line: _marks_of(line, looking) for line in pc.unique(doubts).to_pylist()}
    known = {line: marks for line, marks in known.items() if marks}
    if not known:
        return
    for place, line in zip(at, doubts.to_pylist(), strict=True):
        number = (before or 0) + place
        for kind in _kinds(known.get(line, []), line, number, looking):
            where = 0 if before is None else number + 1
            if (kind, where) not in looking.said and len(looking.said) < SAID:
                looking.said.add((kind, where))
                yield Spot(kind, where)


def _marks_of(line: str, looking: _Looking) -> list[Mark]:
    looking.spend(len(line) + A_LINE)
    return marks_in(line) + (marks_in(line.translate(_SEPARATORS)) if looking.table else [])  # of the same length


def _kinds(marks: list[Mark], line: str, number: int, looking: _Looking) -> set[str]:
    """Kinds of the marks of a line; a bare number in a column of amounts or codes is none."""
    found: set[str] = set()
    commas = [one.start() for one in _COMMAS.finditer(line)] if looking.table and marks else []
    for mark in marks:
        if mark.kind in found:
            continue
        bare = looking.table and mark.kind != SECRET and _BARE.match(line, mark.start)
        if not bare or not looking.is_amount(bisect_left(commas, mark.start), number):
            found.add(mark.kind)
    return found


def _doubtful() -> FileFault:
    most = DOUBTS // 1_000_000
    return FileFault(
        f"The file has more than {most} MB of text that looks like numbers or marks → split it",
        f"文件中疑似号码或标志的文字超过 {most} MB → 请拆分",
    )
