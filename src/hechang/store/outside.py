"""Checkpoints given away: a file to each member city, which nobody who rewrites the region can rewrite too.

What is older than the newest of them cannot be changed, taken away or put in unnoticed.
"""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa

from hechang.engines.merkle import Frontier, extend
from hechang.store import audit
from hechang.store.blobs import write_synced
from hechang.store.checkpoints import Checkpoint, published, read
from hechang.store.contract import Outside, Store
from hechang.terms.errors import AuditBroken, FileFault, InputError

_NAME = re.compile(r"\w[\w.-]{0,60}")


def give(store: Store, folder: Path, name: str) -> Path:
    """Write the newest checkpoint of a region to `folder/NAME.txt`, its public key beside it, and return the file.

    An older one of that name is replaced, but only by one that goes on from it.

    Raises
    ------
    InputError
        for a name that is no file name.
    StoreError
        where this machine cannot sign for the region.
    AuditBroken
        where the log does not go on from what lies there, or the public key is another one.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"'{name}' cannot name a file; use letters and digits", f"“{name}”不能作文件名; 请用文字或数字"
        )
    path, key = folder / f"{name}.txt", folder / f"{store.id}.pub"
    note = store.checkpoint()
    public = store.ask(published) or ""
    if key.exists() and _text(key).strip() != public:
        raise AuditBroken(
            f"{key} holds another public key than the region. Ask who made it before you go on",
            f"{key} 中的公钥与区域公布的不同。请先查明原因",
        )
    if path.exists() and not store.ask(lambda connection: _goes_on(connection, store.id, read(_text(path)))):
        raise AuditBroken(
            f"The audit log does not go on from {path}: what it held was changed. Keep that file and do not write",
            f"审计日志与 {path} 不衔接: 此前的内容已被改动。请保留该文件, 并停止写入",
        )
    folder.mkdir(parents=True, exist_ok=True)
    write_synced(key, f"{public}\n".encode())
    write_synced(path, note.encode())
    return path


def _goes_on(connection: sa.Connection, store: str, old: Checkpoint | None) -> bool:
    """Whether the first records are still those of an older checkpoint."""
    if old is None or old.origin != store or old.size > audit.newest(connection):
        return False
    return extend(Frontier(), audit.leaves(connection, old.size)).root == old.root


def taken(folder: Path) -> list[Outside]:
    """Read all checkpoints of a folder, as `give` wrote them.

    Raises
    ------
    InputError
        where there is none.
    """
    files = sorted(folder.glob("*.txt"))
    if not files:
        raise InputError(
            f"{folder} holds no checkpoints (*.txt). Write one with: hechang anchor {folder}",
            f"{folder} 中没有检查点(*.txt)。写入请运行: hechang anchor {folder}",
        )
    keys = tuple(_text(path).strip() for path in sorted(folder.glob("*.pub")))
    return [Outside(path.name, _text(path), keys) for path in files]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FileFault(f"{path} is no text", f"{path} 不是文本文件") from error
