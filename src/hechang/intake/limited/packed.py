"""Files that are zips of parts: sizes, number and names are looked at before anything is unpacked."""

from __future__ import annotations

import io
import zipfile

from hechang.intake.unreadable import unreadable
from hechang.terms.damaged import DAMAGED, locked

MB = 1_000_000
PARTS = 5_000
UNPACKED = 300  # MB of all parts together
ONE = 80  # MB of a part that is read


class Packed:
    """The parts of a zip by name; raises Fault for what nobody honest packs.

    Examples
    --------
    >>> made = io.BytesIO()
    >>> with zipfile.ZipFile(made, "w") as packed:
    ...     packed.writestr("a.xml", "<a/>")
    >>> Packed(made.getvalue()).read("a.xml")
    b'<a/>'
    """

    def __init__(self, data: bytes) -> None:
        try:
            self.packed = zipfile.ZipFile(io.BytesIO(data))
            parts = self.packed.infolist()
        except DAMAGED:
            raise unreadable("cut") from None
        if len(parts) > PARTS:
            raise unreadable("parts", count=len(parts), limit=PARTS)
        size = sum(part.file_size for part in parts)
        if size > UNPACKED * MB:
            raise unreadable("bomb", size=size // MB, limit=UNPACKED)
        if locked(parts):
            raise unreadable("password")
        self.parts = {part.filename: part for part in parts}
        odd = next((name for name in self.parts if _unsafe(name)), "")
        if odd:
            raise unreadable("path", what=odd)

    def read(self, name: str) -> bytes:
        """Unpack one part; raises Fault where it is damaged or larger than it says."""
        part = self.parts[name]
        if part.file_size > ONE * MB:
            raise unreadable("bomb", at=name, size=part.file_size // MB, limit=ONE)
        try:
            with self.packed.open(part) as file:
                return file.read(part.file_size + 1)[: part.file_size]
        except DAMAGED:
            raise unreadable("cut", at=name) from None


def _unsafe(name: str) -> bool:
    plain = name.replace("\\", "/")
    return plain.startswith("/") or ":" in plain or ".." in plain.split("/") or "\x00" in plain
