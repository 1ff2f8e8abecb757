"""The head of history kept outside the database, so that a cut tail is noticed when the region is opened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from hechang.engines.merkle import Frontier, extend
from hechang.store import audit
from hechang.store.blobs import write_synced
from hechang.store.schema import metadata
from hechang.terms.errors import AuditBroken

NAME = "head.json"


class Anchor(NamedTuple):
    """Newest revision and its hash, number of audit records and the root over them; 0 and '' before there was a log."""

    revision: int
    hash: str
    size: int = 0
    root: str = ""


def write_anchor(folder: Path, store: str, head: Anchor) -> None:
    """Note how far history goes; never goes backwards."""
    old = read_anchor(folder)
    if old is None or (old.revision, old.size) < (head.revision, head.size):
        log = {"audit": {"size": head.size, "root": head.root}} if head.size else {}
        found = {"store": store, "revision": head.revision, "hash": head.hash, **log}
        write_synced(folder / NAME, json.dumps(found).encode())


def anchored(folder: Path, store: str, connection: sa.Connection) -> None:
    """Note the head of history as a database has it now."""
    r = metadata().tables["revisions"]
    head = connection.execute(sa.select(r.c.seq, r.c.hash).order_by(r.c.seq.desc()).limit(1)).one_or_none()
    log = audit.kept(connection) or Frontier()
    if head or log.size:
        seq, hash = (int(head.seq), str(head.hash)) if head else (0, "")
        write_anchor(folder, store, Anchor(seq, hash, log.size, log.root.hex()))


def read_anchor(folder: Path) -> Anchor | None:
    """Return the anchor, None where there is none yet."""
    path = folder / NAME
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        log = found.get("audit") or {"size": 0, "root": ""}
        return Anchor(int(found["revision"]), str(found["hash"]), int(log["size"]), str(log["root"]))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise AuditBroken(
            f"{path} cannot be read. Restore it from a backup of the region",
            f"{path} 无法读取。请从该区域的备份恢复",
        ) from error


def check_anchor(folder: Path, anchor: Anchor | None, connection: sa.Connection) -> None:
    """Raise AuditBroken when history ends before the anchor or differs at it.

    Parameters
    ----------
    folder
        Folder of the region.
    anchor
        As `read_anchor` gave it before the database was looked at: others may have written since.
    connection
        One state of the database.
    """
    r = metadata().tables["revisions"]
    revision = int(connection.execute(sa.select(sa.func.max(r.c.seq))).scalar() or 0)
    if anchor is None and revision > 0:
        raise AuditBroken(
            f"{folder / NAME} is missing although there are {revision} revisions. Restore it from a backup",
            f"已有 {revision} 个版本, 但缺少 {folder / NAME}。请从备份恢复",
        )
    if anchor is None:
        return
    if revision < anchor.revision:
        raise AuditBroken(
            f"The history ends at revision {revision}, but revision {anchor.revision} was acknowledged. "
            f"Do not write; restore {folder} from a backup",
            f"历史止于版本 {revision}, 而版本 {anchor.revision} 已被确认。请勿写入, 并从备份恢复 {folder}",
        )
    hash = connection.execute(sa.select(r.c.hash).where(r.c.seq == anchor.revision)).scalar()
    if anchor.revision and hash != anchor.hash:
        raise AuditBroken(
            f"Revision {anchor.revision} is not the one that was acknowledged. Do not write; run: hechang verify",
            f"版本 {anchor.revision} 与已确认的不一致。请勿写入, 并运行: hechang verify",
        )
    _check_log(folder, anchor, connection)


def _check_log(folder: Path, anchor: Anchor, connection: sa.Connection) -> None:
    """The same for the audit log, which goes on with each refusal too."""
    tree = audit.kept(connection)
    if tree is None and not anchor.size:
        return  # a region from before there was a log; it gets one now
    size = audit.newest(connection) if tree else 0
    if size < anchor.size or tree is None:
        raise AuditBroken(
            f"The audit log ends at record {size}, but record {anchor.size} was acknowledged. "
            f"Do not write; restore {folder} from a backup",
            f"审计日志止于第 {size} 条, 而第 {anchor.size} 条已被确认。请勿写入, 并从备份恢复 {folder}",
        )
    if size != tree.size or (anchor.size and _root_at(connection, anchor.size, tree) != anchor.root):
        raise AuditBroken(
            "The audit log is not the one that was acknowledged. Do not write; restore the region from a backup",
            "审计日志与已确认的不一致。请勿写入, 并从备份恢复该区域",
        )


def _root_at(connection: sa.Connection, size: int, tree: Frontier) -> str:
    """Root over the first records; from the leaves only where others have written since the anchor."""
    return (tree if tree.size == size else extend(Frontier(), audit.leaves(connection, size))).root.hex()
