"""The texts of a DBF file as bytes, to tell in which encoding they were written.

GBK and UTF-8 read each other's bytes without an error more often than not, and many makers name no encoding, or the
wrong one. UTF-8 is tried first: Chinese text in GBK hardly ever is valid UTF-8, but single words can be. A text may be
cut within a character.
"""

from __future__ import annotations

import codecs

import numpy as np

CANDIDATES = ("utf-8", "gb18030", "big5")
SAMPLE = 40  # characters shown to the user
MOST = 50_000  # records looked at; the whole file would take seconds and tell no more


def texts_of(data: bytes) -> list[bytes]:
    """Return the titles and the distinct texts of a DBF, without the blanks at their end.

    Examples
    --------
    >>> texts_of(b"")
    []
    """
    if len(data) < 33:
        return []
    head, width = int.from_bytes(data[8:10], "little"), int.from_bytes(data[10:12], "little")
    fields = [data[at : at + 32] for at in range(32, min(head, len(data)) - 31, 32) if data[at] != 0x0D]
    titles = [field[:11].split(b"\0")[0] for field in fields]
    count = min((len(data) - head) // width, MOST) if width else 0
    rows = np.frombuffer(data, dtype=np.uint8, count=max(count, 0) * width, offset=head if count > 0 else 0)
    made, at = titles, 1
    for field in fields:
        size = field[16]
        if field[11:12] == b"C" and size and at + size <= width and count > 0:
            cells = np.ascontiguousarray(rows.reshape(count, width)[:, at : at + size]).view(f"S{size}").ravel()
            made = made + [bytes(cell).rstrip(b" \0") for cell in np.unique(cells)]
        at += size
    return [text for text in made if text]


def fits(texts: list[bytes], encoding: str) -> bool:
    """Tell whether every text can be read in an encoding; the last character of one may be cut off.

    Examples
    --------
    >>> fits(["无锡".encode("gbk")], "utf-8"), fits(["无锡".encode()[:-1]], "utf-8")
    (False, True)
    """
    try:
        for text in texts:
            codecs.getincrementaldecoder(encoding)().decode(text)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def encoding_of(data: bytes, stated: str) -> tuple[str, bool]:
    """Return the encoding of a DBF and whether it is the stated one.

    Parameters
    ----------
    data
        The DBF file.
    stated
        What the `.cpg` beside it says; empty where there is none.

    Examples
    --------
    >>> encoding_of(b"", "UTF-8")
    ('utf-8', True)
    """
    texts = texts_of(data)
    named = _named(stated)
    if named and fits(texts, named):
        return named, True
    found = guessed(texts)
    plain = all(text.isascii() for text in texts)
    return found, plain and not named


def guessed(texts: list[bytes]) -> str:
    """Encoding that fits all texts and makes most of them characters one expects; the earlier of two alike.

    Examples
    --------
    >>> guessed(["桩".encode("gbk")]), guessed(["桩".encode()])
    ('gb18030', 'utf-8')
    """
    fitting = [name for name in CANDIDATES if fits(texts, name)]
    return max(fitting, key=lambda name: _expected(texts, name), default="latin-1")


def _expected(texts: list[bytes], encoding: str) -> float:
    """Share of characters beyond ASCII that are Chinese, full-width or Latin with marks."""
    odd = [char for text in texts if not text.isascii() for char in text.decode(encoding, "ignore") if char > "\x7f"]
    usual = sum("\u3000" <= char <= "\u9fff" or char >= "\uff00" or "\xc0" <= char <= "\u024f" for char in odd)
    return usual / max(len(odd), 1)


def _named(stated: str) -> str:
    """Python's name of the encoding of a `.cpg`; '' for none it knows."""
    plain = stated.strip().lower()
    known = {"936": "gb18030", "cp936": "gb18030", "ansi 936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030",
             "65001": "utf-8", "950": "big5"}.get(plain, plain)  # fmt: skip
    try:
        return codecs.lookup(known).name if known else ""
    except LookupError:
        return ""


def sample(texts: list[bytes], encoding: str) -> str:
    """First texts that are not plain Latin, as they read in an encoding.

    Examples
    --------
    >>> sample([b"name", "无锡".encode("gbk")], "gb18030")
    '无锡'
    """
    odd = [text.decode(encoding, "replace") for text in texts if not text.isascii()]
    return " ".join(dict.fromkeys(odd))[:SAMPLE]
