"""Recompute the audit chain: every record, every root, every row, straight from the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from hechang.engines.merkle import EMPTY, WIDTH, root
from hechang.store.blobs import Files
from hechang.store.canonical import branch_leaves, counts_of, hashed_columns, record_hash
from hechang.store.contract import Fault, Outside, Verdict
from hechang.store.cursors import cursors, file_of, told_as_ours
from hechang.store.hashing import Group, Part, every
from hechang.store.schema import metadata, version_table
from hechang.store.verify_log import verify_log
from hechang.terms.specs import tables

GENESIS = "0" * 64
BRANCHES = "branches"


class Asked(NamedTuple):
    """What is to be verified beyond the region itself.

    `since`: the hash of a revision, or its beginning, of which is known that all before is whole: only rows of later
    revisions are recomputed. `outside`: checkpoints kept elsewhere. `committed`: what is read can be read by a second
    process too.
    """

    since: str = ""
    outside: Sequence[Outside] = ()
    committed: bool = False


WHOLE = Asked()


def verify(connection: sa.Connection, store: str, blobs: Files, asked: Asked = WHOLE) -> Verdict:
    """Return the verdict; every broken revision is named with what is wrong."""
    r = metadata().tables["revisions"]
    records = [dict(row) for row in connection.execute(sa.select(r).order_by(r.c.seq)).mappings()]
    after, faults = _after(records, asked.since)
    faults += _chain(records, store)
    log = verify_log(connection, store, {one["seq"]: one["hash"] for one in records}, asked.outside)
    rows, counts = _of_rows(connection, [one for one in records if one["seq"] > after], after, asked.committed)
    faults += [*rows, *_strangers(connection, {one["seq"]: one["branch"] for one in records})]
    faults += [*_files(connection, blobs, after), *log.faults]
    head = records[-1]["hash"] if records else GENESIS
    size = (log.size, log.root, log.checkpoints, len(asked.outside))
    return Verdict(len(records), sum(counts.values()), head, tuple(faults), *size)


def _after(records: Sequence[Mapping[str, Any]], since: str) -> tuple[int, list[Fault]]:
    """Revision of a head that is known to be whole; 0 where there is none."""
    if not since:
        return 0, []
    found = next((int(one["seq"]) for one in records if str(one["hash"]).startswith(since)), None)
    if found is None:
        return 0, [Fault(0, f"The head {since} is not in this history", f"历史中没有链头 {since}")]
    return found, []


def _of_rows(
    connection: sa.Connection, records: Sequence[dict[str, Any]], after: int, committed: bool
) -> tuple[list[Fault], Counter[int]]:
    """What is wrong with the rows of some revisions, and how many each has."""
    roots, counts, out_of_order = _rows(connection, after, committed)
    known = {record["seq"] for record in records}
    faults = [_fault(seq, "rows without a record", "有数据行但没有审计记录") for seq in roots if seq not in known]
    faults += [fault for record in records for fault in _record(record, roots, counts)]
    faults += [_fault(seq, "its rows stand in the wrong order", "数据行次序被改动") for seq in out_of_order]
    return faults, counts


def _fault(seq: int, en: str, zh: str) -> Fault:
    return Fault(seq, f"Revision {seq}: {en}", f"版本 {seq}: {zh}")


def _chain(records: list[dict[str, Any]], store: str) -> list[Fault]:
    faults, previous = [], GENESIS
    for expected, record in enumerate(records, start=1):
        if record["seq"] != expected:
            faults.append(
                _fault(record["seq"], f"revision {expected} is missing before it", f"之前缺少版本 {expected}")
            )
            return faults
        if record["previous"] != previous:
            faults.append(_fault(expected, "does not follow the one before", "与上一版本不衔接"))
        if record_hash(record) != record["hash"]:
            faults.append(_fault(expected, "its record was changed", "审计记录被改动"))
        elif record["origin"] != f"{store}:{expected}":
            faults.append(_fault(expected, "was written in another region", "来自其他区域的数据"))
        previous = record["hash"]
    return faults


def _record(record: dict[str, Any], roots: dict[int, str], counts: Counter[int]) -> list[Fault]:
    if record_hash(record) != record["hash"]:
        return []  # named already; what it says of its rows means nothing
    seq, said = record["seq"], sum(counts_of(record["counts"]).values())
    if counts[seq] != said:
        return [
            _fault(seq, f"{said} rows were kept, {counts[seq]} are there", f"应有 {said} 行, 实有 {counts[seq]} 行")
        ]
    if roots.get(seq, EMPTY.hex()) != record["root"]:
        return [_fault(seq, "a row was changed", "有数据行被改动")]
    return []


def _rows(connection: sa.Connection, after: int, committed: bool) -> tuple[dict[int, str], Counter[int], list[int]]:
    """Root and number of rows of each revision, recomputed, and the revisions whose rows stand out of order."""
    with told_as_ours(connection):
        of = every(cursors(connection), _parts(connection, after), file_of(connection) if committed else None)
    of[BRANCHES] = _branches(connection, after)
    parts: dict[int, list[bytes]] = {}  # digests of each revision, block by block
    counts: Counter[int] = Counter()
    out_of_order: set[int] = set()
    for name in sorted(of):  # the order of `edit_root`
        newest = 0
        for seq, digests in of[name]:
            parts.setdefault(seq, []).append(digests)
            counts[seq] += len(digests) // WIDTH if name != BRANCHES else 0
            out_of_order |= {seq} if seq < newest else set()
            newest = max(newest, seq)
    return {seq: root(digests).hex() for seq, digests in parts.items()}, counts, sorted(out_of_order)


def _branches(connection: sa.Connection, after: int) -> list[Group]:
    b = metadata().tables[BRANCHES]
    query = sa.select(b).where(b.c.made_in > after).order_by(b.c.made_in, b.c.name)
    return [(row.made_in, branch_leaves([(row.name, row.parent, row.base)])) for row in connection.execute(query)]


def _parts(connection: sa.Connection, after: int) -> list[Part]:
    """Every row of every table, as the database has them now."""
    last = {name: sa.select(sa.func.max(version_table(name).c.seq)).scalar_subquery() for name in tables()}
    found = connection.execute(sa.select(*last.values())).one()
    of = zip(last, found, strict=True)
    return [Part(name, _columns(version_table(name)), after, 0, high) for name, high in of if high]


def _columns(t: sa.Table) -> list[tuple[str, str]]:
    names = hashed_columns(column.name for column in t.columns)
    return [(n, f'CAST("{n}" AS INTEGER)' if isinstance(t.c[n].type, sa.Boolean) else f'"{n}"') for n in names]


def _strangers(connection: sa.Connection, branch_of: dict[int, str]) -> list[Fault]:
    """Rows that stand on another branch than the one their revision was written on."""
    found: set[int] = set()
    for t in (version_table(name) for name in tables()):
        pairs = connection.execute(sa.select(t.c.branch, t.c.revision).distinct())
        found |= {seq for branch, seq in pairs if branch_of.get(seq, branch) != branch}
    return [_fault(seq, "a row was moved to another branch", "有数据行被移到其他分支") for seq in sorted(found)]


def _files(connection: sa.Connection, blobs: Files, after: int) -> list[Fault]:
    """Kept files that are gone or changed, at the first revision that names them."""
    named: dict[str, int] = {}
    for table, column in ((t, f.name) for t in tables().values() for f in t.fields if f.kind == "blob"):
        t = version_table(table.name)
        query = sa.select(t.c[column], sa.func.min(t.c.revision)).where(t.c[column].is_not(None)).group_by(t.c[column])
        named |= {sha: min(seq, named.get(sha, seq)) for sha, seq in connection.execute(query)}
    return [
        _fault(seq, f"the kept file {str(sha)[:12]}… is missing or changed", f"文件 {str(sha)[:12]}… 缺失或被改动")
        for sha, seq in sorted(named.items(), key=lambda pair: pair[1])
        if seq > after and not blobs.holds(str(sha))
    ]
