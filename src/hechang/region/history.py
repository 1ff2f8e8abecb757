"""What history leaves behind: the log, differences, taking a revision back, branches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from hechang.region.allowed import readable, refuse_forbidden
from hechang.store.canonical import counts_of
from hechang.store.contract import Draft
from hechang.store.schema import arrow_schema
from hechang.terms.cells import plain
from hechang.terms.errors import Conflict, InputError, not_known
from hechang.terms.sources import by_person
from hechang.terms.specs import table as spec
from hechang.terms.specs import tables

if TYPE_CHECKING:
    from hechang.region.region import Region

QUIET = ("seq", "branch", "revision", "source")  # differ between versions without anybody having changed a cell
_BRANCH = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


def log(region: Region, row_id: str | None, limit: int | None) -> pd.DataFrame:
    """History of the region (one row per revision), or of one row (one row per version); newest first."""
    if row_id is not None:
        return _row_log(region, row_id)
    lineage = region.store.lineage(region.branch_name, region.revision)
    records = region.store.revisions(lineage, limit)
    records = records.assign(counts=records["counts"].map(counts_of))
    hidden = _hidden(region, records)
    names = {name: records[name].mask(hidden, None) for name in ("actor", "reason", "source", "request")}
    counts = [{} if no and region.reader.uid else found for no, found in zip(hidden, records["counts"], strict=True)]
    return records.assign(**names, counts=counts).rename(columns={"seq": "revision"})


def _hidden(region: Region, records: pd.DataFrame) -> pd.Series:
    """Revisions of which this reader does not learn who wrote them and why.

    No clearance stands on who and why: they are written for colleagues, and so for users who see a row that was
    written then, and for nobody else.
    """
    if region.reader.everything:
        return pd.Series(False, index=records.index)
    seen = region.store.seen_in(records, region.reader) if region.reader.uid else set()
    return ~records["seq"].isin(seen)


def _for(region: Region, records: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Versions a reader sees, for the public without who wrote them and why."""
    known = region.reader.everything or region.reader.uid
    return records if known else records.assign(**dict.fromkeys(names))


def _row_log(region: Region, row_id: str) -> pd.DataFrame:
    names = region.store.tables_of(row_id)
    found = [region.store.history(name, row_id, region.reader).assign(table=name) for name in names]
    lineage = region.store.lineage(region.branch_name, region.revision)
    last = dict(lineage)
    versions = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["branch", "revision"])
    versions = versions[versions["branch"].map(lambda n: last.get(n, -1)) >= versions["revision"]]
    if versions.empty:
        raise not_known("row", "行", row_id, [])
    used = [int(seq) for seq in versions["revision"].unique()]
    records = region.store.revisions(lineage, only=used).set_index("seq")[["at", "actor", "reason"]]
    changed = _changes(versions)
    whole = versions[["table", "id", "valid_from", "revision", "op", "source"]].assign(
        changed=pd.Series(changed, index=versions.index, dtype=object)
    )
    return _for(region, whole.join(records, on="revision"), ["actor", "reason"]).iloc[::-1].reset_index(drop=True)


def _changes(versions: pd.DataFrame) -> list[dict[str, list[Any]]]:
    """Fields each version changed against the one before it: {field: [old, new]}."""
    before: dict[tuple[str, str], Mapping[str, Any]] = {}
    found = []
    for row in ({str(k): v for k, v in r.items()} for r in versions.to_dict("records")):
        key = (row["table"], row["valid_from"])
        found.append(changed_fields(before.get(key, {}), row))
        before[key] = row
    return found


def changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Cells that differ, as {field: [old, new]}; bytes are only named.

    Examples
    --------
    >>> changed_fields({"id": "a", "name": "x"}, {"id": "a", "name": "y"})
    {'name': ['x', 'y']}
    """
    pairs = {k: [_plain(old.get(k)), _plain(new.get(k))] for k in new if k not in (*QUIET, "id", "table")}
    return {k: pair for k, pair in pairs.items() if pair[0] != pair[1]}


def _plain(value: Any) -> Any:
    return f"<{len(value)} bytes>" if isinstance(value, bytes) else plain(value)


def diff(old: Region, new: Region) -> pd.DataFrame:
    """Rows that differ between two views of one store: table, id, valid_from, op, changed."""
    parts = [_table_diff(name, old, new) for name in tables()]
    rows = [row for part in parts for row in part]
    return pd.DataFrame(rows, columns=["table", "id", "valid_from", "op", "changed"])


def _table_diff(name: str, old: Region, new: Region) -> list[dict[str, Any]]:
    paths = [r.store.frozen(name, r.store.lineage(r.branch_name, r.revision)) for r in (old, new)]
    if paths[0] == paths[1] and old.reader == new.reader:
        return []
    before, after = (_versions(region, name) for region in (old, new))
    rows = []
    for key in sorted(before.keys() | after.keys()):
        changed = changed_fields(before.get(key, {}), after.get(key, {}))
        op = "added" if key not in before else "removed" if key not in after else "changed"
        if changed or op == "removed":
            rows.append({"table": name, "id": key[0], "valid_from": key[1], "op": op, "changed": changed})
    return rows


def _versions(region: Region, name: str) -> dict[tuple[str, str], Mapping[str, Any]]:
    """All versions of a table that the reader may see."""
    rows = region.query(f'SELECT * FROM "{name} every"').to_dict("records")
    return {(row["id"], row["valid_from"]): {str(k): v for k, v in row.items()} for row in rows}


def undo(region: Region, revision: int, *, by: str, why: str) -> Region:
    """Write back what stood before `revision`; raises Conflict where a later edit changed one of its rows."""
    if not by.strip() or not why.strip():
        raise InputError("Taking back needs who (by) and why", "撤销必须说明操作人(by)和理由(why)")
    now = region.latest()
    now.at(revision)
    written = region.store.written(revision)
    if not written:
        raise InputError(f"Revision {revision} wrote no rows", f"版本 {revision} 没有写入数据行")
    seen = wrote(now, revision)
    if any(len(frame) > len(seen.get(name, ())) for name, frame in written.items()):
        raise not_known("revision of rows you see", "仅涉及您可见数据的版本", str(revision), [])
    rows = {name: _before(now, name, frame, revision) for name, frame in written.items()}
    about = refuse_forbidden(now, rows)
    draft = Draft(now.branch_name, now.revision, by, why, by_person(by), rows, about=about)
    return region.at(region.store.write(draft))


def wrote(region: Region, revision: int) -> dict[str, pd.DataFrame]:
    """Rows one revision wrote, by table: those that the reader sees."""
    written = region.store.written(revision)
    if region.reader.everything:
        return written
    kept = {name: rows[readable(region, name, rows)] for name, rows in written.items()}
    return {name: rows for name, rows in kept.items() if len(rows)}


def _before(now: Region, name: str, written: pd.DataFrame, revision: int) -> pa.Table:
    keys = set(zip(written["id"], written["valid_from"], strict=True))
    current = _state(now, name, now.revision)
    _refuse_later(name, written, keys, current, revision)
    earlier = {k: row for k, row in _state(now, name, revision - 1).items() if k in keys}
    known = ({str(k): v for k, v in row.items()} for row in written.to_dict("records"))
    ended = [{**row, "op": "end"} for row in known if (row["id"], row["valid_from"]) not in earlier]
    rows: list[dict[str, Any]] = [*earlier.values(), *ended]
    schema = arrow_schema(spec(name))
    kept = pa.schema([f for f in schema if f.name != "revision"])
    cells = [{f.name: row.get(f.name) for f in kept} | {"branch": now.branch_name} for row in rows]
    return pa.Table.from_pylist(cells, schema=kept)


def _state(region: Region, name: str, revision: int) -> dict[tuple[str, str], dict[str, Any]]:
    lineage = region.store.lineage(region.branch_name, revision)
    try:
        rows = pq.read_table(region.store.frozen(name, lineage))
    except (OSError, pa.ArrowException):
        if not region.store.mend():
            raise
        rows = pq.read_table(region.store.frozen(name, lineage))
    return {(row["id"], row["valid_from"]): row for row in rows.to_pylist()}


def _refuse_later(
    name: str,
    written: pd.DataFrame,
    keys: set[tuple[str, str]],
    current: dict[tuple[str, str], dict[str, Any]],
    revision: int,
) -> None:
    put = written[written["op"] == "put"]
    gone = [key for key in zip(put["id"], put["valid_from"], strict=True) if key not in current]
    newer = [key for key in keys if key in current and current[key]["revision"] != revision]
    for key in (*gone, *newer):
        raise Conflict(
            f"{name} {key[0]} was changed after revision {revision}. Take the later revision back first",
            f"{name} {key[0]} 在版本 {revision} 之后又被修改。请先撤销较晚的版本",
        )


def new_branch(region: Region, name: str, *, by: str, why: str) -> Region:
    """Start a branch that shows this revision until somebody writes to it."""
    if not _BRANCH.fullmatch(name):
        raise InputError(
            f"'{name}' cannot name a branch; use small letters, digits and hyphens",
            f"“{name}”不能作为分支名; 请用小写字母、数字和连字符",
        )
    made = (name, region.branch_name, region.revision)
    draft = Draft(region.branch_name, region.store.head(), by, why, by_person(by), {}, new_branch=made)
    region.store.write(draft)
    return region.branch(name)
