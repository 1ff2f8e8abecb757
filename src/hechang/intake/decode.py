"""Bytes to text: strict UTF-8, UTF-16 by its mark or its structure, then GB18030 or Big5; anything else is refused."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hechang.terms.errors import FileFault

LIMIT = 50_000_000  # bytes; own assumption: a report has a few thousand characters, a long plan under a million
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
)
_CODECS = {"utf-8-sig": "utf-8", "big5": "big5hkscs"}  # Hong Kong's characters are those of Big5 and more
SAMPLE = 20_000  # bytes an encoding is judged by
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\x0b\x0c\r\x1a\x1b")


@dataclass(frozen=True)
class Decoded:
    """Text of a file and the encoding it was written in."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """Read the bytes of a text file; a byte order mark is not part of the text.

    Raises
    ------
    FileFault
        for an empty, too large (over 50 MB), binary or half-broken file, with what to do about it.

    Examples
    --------
    >>> decode("规划".encode("gb18030"))
    Decoded(text='规划', encoding='gb18030')
    >>> decode("规划".encode("utf-16")).encoding
    'utf-16-le'
    """
    _refuse_size(data)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            _refuse_size(data[len(mark) :])
            return _strict(data[len(mark) :], encoding)
    for encoding in _candidates(data):
        try:
            return _strict(data, encoding)
        except FileFault:
            continue
    raise _undecodable(data)


def encoding_of(data: bytes) -> str:
    """Name the encoding of a text file; raises FileFault as `decode`.

    Examples
    --------
    >>> encoding_of("规划".encode())
    'utf-8'
    """
    return decode(data).encoding


def _refuse_size(data: bytes) -> None:
    if not data.strip():
        raise FileFault(
            "The file is empty → save the report again and check that it has text",
            "文件是空的 → 请重新保存报道, 确认其中有文字",
        )
    if len(data) > LIMIT:
        raise too_large(len(data))


def too_large(size: int) -> FileFault:
    """Make the error for a file of `size` bytes over the limit."""
    return FileFault(
        f"The file has {size / 1e6:.0f} MB; documents may have {LIMIT // 1_000_000} MB → split it or save it as text",
        f"文件有 {size / 1e6:.0f} MB, 文件上限为 {LIMIT // 1_000_000} MB → 请拆分文件或另存为纯文本",
    )


def _candidates(data: bytes) -> Iterator[str]:
    if data.startswith(_BINARY):
        return
    wide = _wide_encoding(data)
    if wide:
        yield wide
    elif not _binary(data):
        yield "utf-8"
        yield from _chinese_wide(data)
        yield from ("big5", "gb18030") if _looks_like_big5(data) else ("gb18030", "big5")


def _wide_encoding(data: bytes) -> str:
    """UTF-16 without a mark: every second byte of line ends, digits and spaces is zero, on one side only."""
    sample = data[:20_000]
    if len(data) % 2 or b"\x00" not in sample:
        return ""
    little = sum(1 for at in range(1, len(sample), 2) if not sample[at])
    big = sum(1 for at in range(0, len(sample), 2) if not sample[at])
    plain = max(sample) < 0x80 and (little + big) * 3 < len(sample)  # Latin letters with a stray zero byte
    if little == big or plain:
        return ""
    return "utf-16-le" if little > big else "utf-16-be"


def _chinese_wide(data: bytes) -> Iterator[str]:
    """UTF-16 of purely Chinese text has no zero byte, but nine in ten high bytes are those of Chinese characters."""
    sample = data[: 20_000 // 2 * 2]
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        high = sample[start::2]
        if (
            not len(data) % 2
            and sum(1 for byte in high if 0x4E <= byte <= 0x9F or byte in b"\x30\xff") * 10 >= len(high) * 9
        ):
            yield encoding


def _looks_like_big5(data: bytes) -> bool:
    """Most bytes fit both encodings; read in the wrong one, a text has hardly any of the frequent characters."""
    sample = data[:SAMPLE]
    big5, gb = (_frequent_share(sample.decode(encoding, "ignore")) for encoding in ("big5hkscs", "gb18030"))
    return big5 > gb * 2


def _frequent_share(text: str) -> float:
    chinese = [char for char in text if char >= "\u3400"]
    return sum(1 for char in chinese if char in _frequent()) / max(len(chinese), 1)


@cache
def _frequent() -> frozenset[str]:
    """Frequent characters of both scripts; own list."""
    return frozenset((Path(__file__).parent / "words" / "frequent.txt").read_text(encoding="utf-8").strip())


def _binary(data: bytes) -> bool:
    sample = data[:20_000]
    controls = sum(sample.count(bytes((code,))) for code in _CONTROLS)
    return b"\x00" in sample or controls * (15 if _is_utf8(sample) else 100) > len(sample)


def _is_utf8(sample: bytes) -> bool:
    """Tell whether bytes are Chinese text in UTF-8, in which copying may have left control characters."""
    text = sample.decode("utf-8", "ignore")
    lost = len(sample) - len(text.encode("utf-8"))
    return lost < 4 and sum(1 for char in text if char >= "\u3400") * 3 > len(text)


def _strict(data: bytes, encoding: str) -> Decoded:
    try:
        text = data.decode(_CODECS.get(encoding, encoding))
    except UnicodeDecodeError as fault:
        raise _broken(fault) from None
    if encoding.startswith("utf-16") and ("\x00" in text or not _chinese_enough(text)):
        raise _undecodable(data)
    return Decoded(text, "utf-8" if encoding == "utf-8-sig" else encoding)


def _chinese_enough(text: str) -> bool:
    sample = text[:5_000]
    usual = sum(1 for char in sample if char < "\u0250" or "\u2000" <= char < "\ua000" or char >= "\uff00")
    return usual * 10 >= len(sample) * 9


def _broken(fault: UnicodeDecodeError) -> FileFault:
    return FileFault(
        f"The text breaks off at byte {fault.start} (it is no valid {fault.encoding}) → open the file in an editor "
        "and save it as UTF-8",
        f"文字在第 {fault.start} 字节处损坏 (不是有效的 {fault.encoding}) → 请用编辑器打开后另存为 UTF-8",
    )


def _undecodable(data: bytes) -> FileFault:
    if data.startswith(_BINARY) or _binary(data):
        return FileFault(
            "The file is not a text → save it as .txt (UTF-8), .html, .docx, .xlsx or PDF",
            "文件不是文本 → 请另存为 .txt (UTF-8)、.html、.docx、.xlsx 或 PDF",
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as utf:
        try:
            data.decode("gb18030")
        except UnicodeDecodeError as gbk:
            return _broken(max((utf, gbk), key=lambda fault: fault.start))
    return FileFault(
        "The encoding of the file is not known → save it as UTF-8",
        "无法识别文件编码 → 请另存为 UTF-8",
    )
