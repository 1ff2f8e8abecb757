"""What Python raises for a zip that is cut off, damaged, or packed in a way it does not know.

A zip with a password is told by the flags of its parts (`locked`) before anything of it is read: zipfile would raise a
bare RuntimeError, which our own mistakes raise too.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterable

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError)


def locked(parts: Iterable[zipfile.ZipInfo]) -> bool:
    """Tell whether a part needs a password.

    Examples
    --------
    >>> locked([zipfile.ZipInfo("a.txt")])
    False
    """
    return any(part.flag_bits & 1 for part in parts)
