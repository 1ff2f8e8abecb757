"""A backup in one file: database, files, settings and how far history goes, each with its hash.

The database is taken by SQLite's own backup, so that others may go on writing; the files afterwards, since they are
kept before any row names them. A bundle is a zip: `manifest.json` and the folder of the region.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import quote

import pysqlite3

from hechang.store.blobs import give_name, sync_folder
from hechang.store.room import full, refused, writing
from hechang.terms.damaged import DAMAGED, locked
from hechang.terms.errors import FileFault

MANIFEST = "manifest.json"
FORMAT = 1
PIECE = 1024 * 1024  # bytes read at once
OWN = 0o600
LARGEST = 4 * 1024 * 1024  # bytes of a manifest


class Manifest(NamedTuple):
    """What a bundle holds: the region, how far it goes, when it was taken, and the SHA-256 of each file."""

    store: str
    revision: int
    hash: str
    records: int
    root: str
    taken: str
    files: Mapping[str, str]


def take_database(source: Path, target: Path) -> None:
    """Write one state of a database that others may be writing to."""
    address = f"file:{quote(str(source))}?mode=ro"
    with (
        writing(target, pysqlite3.Error),
        closing(pysqlite3.connect(address, uri=True)) as old,
        closing(pysqlite3.connect(str(target))) as new,
    ):
        old.backup(new)


def files_of(folder: Path) -> Iterator[Path]:
    """Files of a folder that belong into a bundle, in order."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and "cache" not in path.parts)


def sha_of(path: Path) -> str:
    """SHA-256 of a file of any size."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def pack(folder: Path, manifest: Manifest, file: Path) -> None:
    """Write a bundle; it is whole and on disk when this returns, or not there."""
    made = file.with_name(f"{file.name}.part")
    try:
        made.touch(mode=OWN)  # it holds everything, accounts too: nobody else on this machine reads it
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
            said = {"format": FORMAT, **manifest._asdict()}
            bundle.writestr(MANIFEST, json.dumps(said, ensure_ascii=False, indent=1))
            for path in files_of(folder):
                bundle.write(path, path.relative_to(folder).as_posix())
        give_name(made, file)
        sync_folder(file.parent)
    finally:
        made.unlink(missing_ok=True)


def unpack(file: Path, folder: Path) -> Manifest:
    """Write the folder of a bundle and return what it holds; every file has the hash the manifest names.

    Raises
    ------
    FileFault
        for what is no bundle, is cut short, or was changed.
    """
    try:
        with zipfile.ZipFile(file) as bundle:
            manifest = _manifest(bundle, file)
            if sorted(bundle.namelist()) != sorted([MANIFEST, *manifest.files]):
                raise _broken(file, "its files are not those it names", "文件与清单不符")
            for name, sha in manifest.files.items():
                _take(bundle, file, folder, (name, sha))
    except DAMAGED as error:
        raise refused(folder, error) if full(error) else _harmed(file, error) from error
    for inside in {path.parent for path in files_of(folder)}:
        sync_folder(inside)
    return manifest


def manifest_of(file: Path) -> Manifest:
    """Return what a bundle says it holds, without taking it apart; raises FileFault for what is no bundle."""
    try:
        with zipfile.ZipFile(file) as bundle:
            return _manifest(bundle, file)
    except DAMAGED as error:
        raise _harmed(file, error) from error


def _manifest(bundle: zipfile.ZipFile, file: Path) -> Manifest:
    if locked(bundle.infolist()):
        raise _broken(file, "it needs a password", "需要密码")
    try:
        if bundle.getinfo(MANIFEST).file_size > LARGEST:
            raise ValueError("too large")
        said: dict[str, Any] = json.loads(bundle.read(MANIFEST))
        if said.pop("format") != FORMAT:
            raise _broken(file, "it was made by another version of hechang", "由其他版本的 hechang 生成")
        return Manifest(**said)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise _broken(file, "it has no manifest", "缺少清单") from error


def _take(bundle: zipfile.ZipFile, file: Path, folder: Path, named: tuple[str, str]) -> None:
    name, sha = named
    parts = PurePosixPath(name).parts
    if PurePosixPath(name).is_absolute() or ".." in parts or "\\" in name:
        raise _broken(file, f"it names a place outside: {name[:80]}", f"含有越界路径: {name[:80]}")
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with bundle.open(name) as source, path.open("wb") as target:
        while piece := source.read(PIECE):
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    if sha_of(path) != sha:
        raise _broken(file, f"{name} has changed", f"{name} 已被改动")


def _harmed(file: Path, error: Exception) -> FileFault:
    why = (error.strerror or "" if isinstance(error, OSError) else str(error))[:80]
    return _broken(file, f"it is cut off or damaged ({why})", f"文件不完整或已损坏({why})")


def _broken(file: Path, why_en: str, why_zh: str) -> FileFault:
    return FileFault(
        f"{file} cannot be restored: {why_en}. Nothing was written; take another backup",
        f"{file} 无法恢复: {why_zh}。未写入任何数据; 请使用其他备份",
    )
