"""The head of history kept outside the database, so that a cut tail is noticed when the region is opened."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa

from hechang.store.blobs import write_synced
from hechang.store.schema import metadata
from hechang.terms.errors import AuditBroken

NAME = "head.json"


def write_anchor(folder: Path, store: str, revision: int, hash: str) -> None:
    """Note the newest revision and its hash; never goes backwards."""
    old = read_anchor(folder)
    if old is None or old[0] < revision:
        write_synced(folder / NAME, json.dumps({"store": store, "revision": revision, "hash": hash}).encode())


def anchored(folder: Path, store: str, connection: sa.Connection) -> None:
    """Note the head of history as a database has it now."""
    r = metadata().tables["revisions"]
    head = connection.execute(sa.select(r.c.seq, r.c.hash).order_by(r.c.seq.desc()).limit(1)).one_or_none()
    if head:
        write_anchor(folder, store, int(head.seq), str(head.hash))


def read_anchor(folder: Path) -> tuple[int, str] | None:
    """Return (revision, hash) of the anchor, None where there is none yet."""
    path = folder / NAME
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return int(found["revision"]), str(found["hash"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise AuditBroken(
            f"{path} cannot be read. Restore it from a backup of the region",
            f"{path} 无法读取。请从该区域的备份恢复",
        ) from error


def check_anchor(folder: Path, anchor: tuple[int, str] | None, revision: int, hash_of: dict[int, str]) -> None:
    """Raise AuditBroken when history ends before the anchor or differs at it.

    Parameters
    ----------
    folder
        Folder of the region.
    anchor
        As `read_anchor` gave it before the database was looked at: others may have written since.
    revision
        Newest revision in the database.
    hash_of
        Hash of the revision the anchor names, when the database still has it.
    """
    if anchor is None and revision > 0:
        raise AuditBroken(
            f"{folder / NAME} is missing although there are {revision} revisions. Restore it from a backup",
            f"已有 {revision} 个版本, 但缺少 {folder / NAME}。请从备份恢复",
        )
    if anchor is None:
        return
    if revision < anchor[0]:
        raise AuditBroken(
            f"The history ends at revision {revision}, but revision {anchor[0]} was acknowledged. "
            f"Do not write; restore {folder} from a backup",
            f"历史止于版本 {revision}, 而版本 {anchor[0]} 已被确认。请勿写入, 并从备份恢复 {folder}",
        )
    if hash_of.get(anchor[0]) != anchor[1]:
        raise AuditBroken(
            f"Revision {anchor[0]} is not the one that was acknowledged. Do not write; run: hechang verify",
            f"版本 {anchor[0]} 与已确认的不一致。请勿写入, 并运行: hechang verify",
        )
