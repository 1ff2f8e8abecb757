"""What was read, as lines of a file: read back when all is told, or by the next run after a kill."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from hechang.terms.errors import FileFault

FORM = 3  # of a line; a journal of another form is begun anew


class Spool:
    """Lines of JSON with the place of each by its key; with a path they outlast the program, a torn last one is cut."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.places: dict[str, int] = {}
        try:
            self.file: BinaryIO = _opened(path)
        except OSError:
            raise FileFault(
                f"The journal {path} cannot be written → name another file", f"日志 {path} 无法写入 → 请指定其他文件"
            ) from None
        self._take_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.file.close()

    def __contains__(self, key: str) -> bool:
        return key in self.places

    def add(self, key: str, told: Mapping[str, Any]) -> None:
        """Keep what was read under a key; it is on its way to the disk when this returns."""
        self.file.seek(0, os.SEEK_END)
        at = self.file.tell()
        line = json.dumps([FORM, key, told], ensure_ascii=False)
        self.file.write(line.encode("utf-8", "surrogatepass") + b"\n")
        self.file.flush()
        self.places[key] = at

    def read(self, key: str) -> dict[str, Any]:
        """Return what was kept under a key."""
        self.file.seek(self.places[key])
        told: dict[str, Any] = json.loads(self.file.readline().decode("utf-8", "surrogatepass"))[2]
        return told

    def end(self) -> None:
        """Take the file away: everything was told."""
        if self.path is not None:
            with suppress(OSError):
                self.path.unlink()

    def _take_up(self) -> None:
        """Find the lines of an earlier run; the file ends behind the last whole one."""
        self.file.seek(0)
        good = 0
        for line in iter(self.file.readline, b""):
            key = _key(line)
            if not key:
                break
            self.places[key] = good
            good += len(line)
        self.file.truncate(good)


def _opened(path: Path | None) -> BinaryIO:
    if path is None:
        return tempfile.TemporaryFile(prefix="hechang-read-")
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    return os.fdopen(handle, "r+b")


def _key(line: bytes) -> str:
    if not line.endswith(b"\n"):
        return ""
    try:
        form, key, _ = json.loads(line.decode("utf-8", "surrogatepass"))
    except (ValueError, TypeError, RecursionError):
        return ""
    return str(key) if form == FORM else ""
