"""Blobs by their content: written, synced and renamed before any row may name them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from hechang.store.room import writing
from hechang.terms.errors import NotKnown, StoreError
from hechang.terms.ids import content_hash

DIGITS = 64  # of a SHA-256


class Files(Protocol):
    """Where the files of a region are kept, by their SHA-256."""

    def keep(self, data: bytes) -> str:
        """Keep bytes and return their SHA-256; they are on disk when this returns."""

    def every(self) -> Iterator[str]:
        """Give the SHA-256 of each file."""

    def holds(self, sha: str) -> bool:
        """Tell whether the bytes are there and unchanged."""

    def read(self, sha: str) -> bytes:
        """Return the bytes; raises NotKnown, or StoreError when they changed."""


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` durable (no-op where folders cannot be opened)."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def give_name(made: Path, path: Path) -> None:
    """Give a finished file its name once its bytes are on disk: even after a power cut it is whole, or not there."""
    with made.open("r+b") as file:
        os.fsync(file.fileno())
    made.replace(path)


def write_synced(path: Path, data: bytes) -> None:
    """Write a file so that it is either the old or the new one, never half."""
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def holds(files: Files, sha: str) -> bool:
    """Tell whether a file can be read as it was kept."""
    try:
        return bool(files.read(sha)) or sha == content_hash(b"")
    except (NotKnown, StoreError):
        return False


def not_kept(sha: str) -> NotKnown:
    """Return the error for a file that is not there."""
    return NotKnown(f"No file is kept under {sha[:12]}…", f"没有保存指纹为 {sha[:12]}… 的文件")


class Blobs:
    """A folder of files named by their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, data: bytes) -> str:
        """Keep bytes and return their SHA-256 (64 hexadecimal digits)."""
        sha = content_hash(data)
        path = self.path(sha)
        with writing(self.folder):
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_synced(path, data)
                sync_folder(self.folder)
        return sha

    def every(self) -> Iterator[str]:
        """Give the SHA-256 of each file."""
        yield from sorted(path.name for path in self.folder.glob("??/*") if len(path.name) == DIGITS)

    def path(self, sha: str) -> Path:
        """Where a blob lies."""
        return self.folder / sha[:2] / sha

    def holds(self, sha: str) -> bool:
        """Tell whether the bytes are there and unchanged."""
        return holds(self, sha)

    def read(self, sha: str) -> bytes:
        """Return the bytes; raises NotKnown, or StoreError when they changed on disk."""
        path = self.path(sha)
        if not (len(sha) == DIGITS and sha.isalnum()) or not path.exists():
            raise not_kept(sha)
        data = path.read_bytes()
        if content_hash(data) != sha:
            raise StoreError(
                f"The kept file {sha[:12]}… has changed on disk. Restore {path} from a backup",
                f"保存的文件 {sha[:12]}… 在磁盘上已被改动。请从备份恢复 {path}",
            )
        return data
