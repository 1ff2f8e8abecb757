"""Blobs by their content: written, synced and renamed before any row may name them."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from hechang.terms.errors import NotKnown, StoreError
from hechang.terms.ids import content_hash


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


class Blobs:
    """A folder of files named by their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, data: bytes) -> str:
        """Keep bytes and return their SHA-256 (64 hexadecimal digits)."""
        sha = content_hash(data)
        path = self.path(sha)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_synced(path, data)
            sync_folder(self.folder)
        return sha

    def path(self, sha: str) -> Path:
        """Where a blob lies."""
        return self.folder / sha[:2] / sha

    def holds(self, sha: str) -> bool:
        """Tell whether the bytes are there and unchanged."""
        try:
            return bool(self.read(sha)) or sha == content_hash(b"")
        except (NotKnown, StoreError):
            return False

    def read(self, sha: str) -> bytes:
        """Return the bytes; raises NotKnown, or StoreError when they changed on disk."""
        path = self.path(sha)
        if not (len(sha) == 64 and sha.isalnum()) or not path.exists():
            raise NotKnown(f"No file is kept under {sha[:12]}…", f"没有保存指纹为 {sha[:12]}… 的文件")
        data = path.read_bytes()
        if content_hash(data) != sha:
            raise StoreError(
                f"The kept file {sha[:12]}… has changed on disk. Restore {path} from a backup",
                f"保存的文件 {sha[:12]}… 在磁盘上已被改动。请从备份恢复 {path}",
            )
        return data
