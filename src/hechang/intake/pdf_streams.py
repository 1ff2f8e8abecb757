"""Packed streams of a PDF that unpack to much more than a page can hold: told before a parser takes them in."""

from __future__ import annotations

import re
import zlib

LARGEST = 20_000_000  # bytes a stream may unpack to, those of pictures apart
MOST = 1_032  # times a stream of deflate can grow
_SAMPLE = 4_096  # packed bytes by which the growth of a stream is judged
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_DICTIONARY = 400  # bytes in front of a stream that say what it is


def swollen(data: bytes) -> int:
    r"""Bytes of the first stream of a PDF that unpacks to more than is allowed; 0 where there is none.

    Examples
    --------
    >>> packed = zlib.compress(b"q " * 20_000_000)
    >>> swollen(b"<</Filter/FlateDecode>>stream\n" + packed + b"\nendstream") > LARGEST
    True
    >>> swollen(b"<</Filter/FlateDecode>>stream\n" + zlib.compress(b"q ") + b"\nendstream")
    0
    """
    end = 0
    for found in _STREAM.finditer(data):
        said = data[max(0, found.start() - _DICTIONARY) : found.start()].rpartition(b"obj")[2]
        if end < found.end():
            at = data.find(b"endstream", found.end())
            end = at if at >= 0 else len(data)
        size = end - found.end()
        if size * MOST > LARGEST and b"/Fl" in said and b"/Image" not in said:
            grown = _growth(data[found.end() : found.end() + min(size, _SAMPLE)]) * size
            if grown > LARGEST:
                return int(grown)
    return 0


def _growth(packed: bytes) -> float:
    """How many times a piece of a stream grows; 0 where it is not packed as it says."""
    try:
        return len(zlib.decompressobj().decompress(packed)) / len(packed)
    except zlib.error:
        return 0.0
