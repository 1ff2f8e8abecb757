"""Recompute the audit log: every record, its tree, every checkpoint inside and every anchor outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from hechang.engines.merkle import leaf, roots
from hechang.store.audit import kept
from hechang.store.checkpoints import Checkpoint, published, read
from hechang.store.contract import Fault, Outside
from hechang.store.cursors import raw_rows
from hechang.store.schema import metadata
from hechang.store.signing import signed
from hechang.terms.errors import AuditBroken


class Log(NamedTuple):
    """What was found: number of records, root over them, number of checkpoints, faults."""

    size: int
    root: str
    checkpoints: int
    faults: list[Fault]


def verify_log(
    connection: sa.Connection, store: str, hashes: Mapping[int, str], outside: Sequence[Outside] = ()
) -> Log:
    """Recompute the log of a region.

    Parameters
    ----------
    store
        Id of the region, the origin of its checkpoints.
    hashes
        Hash of each revision there is, by its number.
    outside
        Checkpoints kept elsewhere.
    """
    digests, faults = _records(connection, hashes)
    size = len(digests) // 32
    c = metadata().tables["checkpoints"]
    rows = [dict(row) for row in connection.execute(sa.select(c).order_by(c.c.size)).mappings()]
    said = [read(row["note"]) for row in rows]
    given = [read(one.note) for one in outside]
    wanted = {one.size for one in (*said, *given) if one} | {size}
    of = roots(digests, wanted)
    known = published(connection)
    faults += _tree(connection, size, of[size])
    faults += _checkpoints(rows, said, _Found(store, of, known))
    faults += [f for one, s in zip(outside, given, strict=True) for f in _outside(one, s, _Found(store, of, known))]
    return Log(size, of[size].hex(), len(rows), faults)


class _Found(NamedTuple):
    """What checkpoints are held against: the region, the recomputed roots by size, the public key it names."""

    store: str
    roots: Mapping[int, bytes]
    public: str | None


def _fault(at: int, en: str, zh: str, revision: int = 0) -> Fault:
    return Fault(revision, f"Audit record {at}: {en}", f"审计日志第 {at} 条: {zh}")


# --- records ------------------------------------------------------------------------------------------------------
def _records(connection: sa.Connection, hashes: Mapping[int, str]) -> tuple[bytes, list[Fault]]:
    """Leaves of the records, worked out from their text, and what is wrong with them."""
    a = metadata().tables["audit"]
    faults: list[Fault] = []
    digests: list[bytes] = []
    told: set[int] = set()
    for row in raw_rows(connection, sa.select(a.c.seq, a.c.record, a.c.leaf, a.c.revision).order_by(a.c.seq)):
        data = row[1].encode()
        digest = leaf(data)
        digests.append(digest)
        told.add(row[3])
        if row[0] != len(digests):
            faults.append(_fault(len(digests), "is missing", "缺失"))
            break
        if digest.hex() != row[2]:
            faults.append(_fault(row[0], "was changed", "被改动", row[3] or 0))
        faults += _record(row, data, hashes)
    missing = sorted(hashes.keys() - told)
    faults += [Fault(n, f"Revision {n}: has no audit record", f"版本 {n}: 没有审计记录") for n in missing]
    return b"".join(digests), faults


def _record(row: Sequence[Any], data: bytes, hashes: Mapping[int, str]) -> list[Fault]:
    """What is wrong with one record: seq, text, leaf, revision."""
    at, _, _, revision = row
    try:
        said = orjson.loads(data)
        plain = isinstance(said, dict) and orjson.dumps(said, option=orjson.OPT_SORT_KEYS) == data
    except ValueError:
        plain = False
    if not plain:
        return [_fault(at, "is not written in the one form of a record", "格式不规范", revision or 0)]
    if said.get("seq") != at or said.get("revision") != revision:
        return [_fault(at, "speaks of another place", "所述位置不符", revision or 0)]
    if revision is not None and hashes.get(revision) != said.get("after"):
        return [_fault(at, f"revision {revision} is not the one it speaks of", f"与版本 {revision} 不符", revision)]
    return []


def _tree(connection: sa.Connection, size: int, root: bytes) -> list[Fault]:
    """Whether the tree the region would go on with is the one of its records."""
    try:
        tree = kept(connection)
    except AuditBroken:
        tree = None
    if tree is not None and (tree.size, tree.root) == (size, root):
        return []
    said = tree.size if tree else 0
    return [_fault(size, f"is the last one, but the tree of {said} is not theirs", f"为末条, 与所存 {said} 条的树不符")]


# --- checkpoints --------------------------------------------------------------------------------------------------
def _checkpoints(rows: Iterable[Mapping[str, Any]], said: Sequence[Checkpoint | None], found: _Found) -> list[Fault]:
    faults: list[Fault] = []
    before = ""
    for row, one in zip(rows, said, strict=True):
        name = str(row["size"])
        if one is None or (one.size, one.root.hex()) != (row["size"], row["root"]):
            faults.append(_spoken(name, "cannot be read", "无法读取"))
            continue
        faults += _one(name, row["note"], one, found)
        if one.at < before:
            faults.append(_spoken(name, "was signed before the one before it", "时间早于前一检查点"))
        before = max(before, one.at)
    return faults


def _outside(one: Outside, said: Checkpoint | None, found: _Found) -> list[Fault]:
    if said is None:
        return [_spoken(one.name, "cannot be read", "无法读取")]
    if one.keys and found.public not in one.keys:
        return [_spoken(one.name, "the region names another public key", "区域公布的公钥已被更换")]
    return _one(one.name, one.note, said, found)


def _one(name: str, note: str, one: Checkpoint, found: _Found) -> list[Fault]:
    """What is wrong with one checkpoint: whose it is, how far it goes, what it says, who signed it."""
    if one.origin != found.store:
        return [_spoken(name, f"belongs to '{one.origin}'", f"属于“{one.origin}”")]
    size = max(found.roots)
    if one.size not in found.roots:
        return [_spoken(name, f"has {one.size} records, the log ends at {size}", f"共 {one.size} 条, 而日志已被截短")]
    if one.root != found.roots[one.size]:
        return [_spoken(name, f"the first {one.size} records are not those", f"前 {one.size} 条与其不符")]
    if not (found.public and signed(note, [found.public])):
        return [_spoken(name, "bears no good signature of the region", "没有该区域的有效签名")]
    return []


def _spoken(name: str, en: str, zh: str) -> Fault:
    return Fault(0, f"Checkpoint {name}: {en}", f"检查点 {name}: {zh}")
