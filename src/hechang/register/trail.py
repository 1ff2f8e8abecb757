"""The trail of a row: who changed which field when; an edit that came late beside what others wrote; one field back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import pandas as pd

from hechang.region.region import Region
from hechang.store.readers import LOCAL
from hechang.terms.cells import is_empty, plain
from hechang.terms.errors import Conflict, InputError, not_known
from hechang.terms.shapes import shape
from hechang.terms.specs import Field, Table
from hechang.terms.specs import table as spec

FIXED = ("id", "branch", "revision", "op", "source")  # fields nobody edits by themselves
Row = dict[str, Any]


class Stale(Conflict):
    """An edit rests on a version of the row that somebody has replaced meanwhile; `view` shows all three."""

    def __init__(self, en: str, zh: str, view: Mapping[str, Any]) -> None:
        super().__init__(en, zh)
        self.view = dict(view)


def row_in_force(region: Region, table: str, id: str) -> Row:
    """Return the version of a row in force on the region's day, values as stored.

    Raises
    ------
    NotKnown
        where the reader sees no such row on that day.

    Examples
    --------
    >>> from hechang import tiny
    >>> row_in_force(tiny(), "projects", "p1")["name"]
    '签约项目'
    """
    found = region.row(table, id)
    if found is None:
        every = region.every_version(spec(table).name, [id])
        day = "" if every.empty else f" in force on {region.day}"
        raise not_known(f"row of '{table}'{day}", f"行(表 {table}{f', {region.day} 有效' if day else ''})", id[:80], [])
    return {name: None if is_empty(value) else value for name, value in found.items()}


def _cell(value: Any) -> Any:
    return None if is_empty(value) else value.item() if hasattr(value, "item") else value


def shown(table: str, row: Mapping[str, Any]) -> Row:
    """Return a row as plain JSON: money in whole 分, json as what it holds, shapes left out.

    Examples
    --------
    >>> shown("projects", {"id": "p", "list_years": "[2021]", "invest_total": 5})
    {'id': 'p', 'list_years': [2021], 'invest_total': 5}
    """
    described = spec(table)
    kinds = {name: described.field(name).kind for name in row}
    return {name: _shown(kinds[name], value) for name, value in row.items() if kinds[name] != "geometry"}


def _shown(kind: str, value: Any) -> Any:
    return orjson.loads(value) if kind == "json" and isinstance(value, str) else plain(value)


def editable(table: Table) -> tuple[Field, ...]:
    """Return the fields somebody may edit: the table's own, then whose the row is, who may see it, its time.

    Examples
    --------
    >>> [f.name for f in editable(spec("plans"))][-3:]
    ['valid_from', 'valid_to', 'synthetic']
    """
    return (*table.fields, *(f for f in (table.field(n) for n in table.columns) if _is_common(table, f)))


def by_hand(table: Table) -> tuple[Field, ...]:
    """Return the fields somebody may write by hand: not the JSON that the program makes and reads back.

    Examples
    --------
    >>> {"noise", "title"} & {f.name for f in by_hand(spec("documents"))}
    {'title'}
    """
    return tuple(f for f in editable(table) if f.kind != "json" or not shape(f.target).read_only)


def _is_common(table: Table, field: Field) -> bool:
    return field.name not in FIXED and field not in table.fields


# --- an edit beside the edits of others ---------------------------------------------------------------------------
def three_way(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Return an edit beside what others wrote since: the fields concerned, and which of them both changed.

    Parameters
    ----------
    base
        The row as it was when the edit began.
    mine
        Fields as the edit wants them.
    theirs
        The row as it is now.

    Returns
    -------
    dict
        base, mine, theirs (only fields that one of the two changed), `changed` (fields both changed to different
        values) and `moved` (fields only the others changed).

    Examples
    --------
    >>> view = three_way({"a": 1, "b": 1, "c": 1}, {"a": 2, "b": 2}, {"a": 3, "b": 1, "c": 3})
    >>> view["changed"], view["moved"], view["theirs"]
    (['a'], ['c'], {'a': 3, 'b': 1, 'c': 3})
    """
    moved = [name for name in theirs if name not in FIXED and theirs[name] != base.get(name)]
    changed = [n for n in moved if n in mine and mine[n] != base.get(n) and mine[n] != theirs[n]]
    names = list(dict.fromkeys((*mine, *moved)))
    return {
        "base": {name: base.get(name) for name in names},
        "mine": {name: mine[name] for name in names if name in mine},
        "theirs": {name: theirs.get(name) for name in names},
        "changed": changed,
        "moved": [name for name in moved if name not in mine],
    }


def refuse_stale(region: Region, table: str, id: str, since: int, mine: Mapping[str, Any]) -> Row:
    """Return the row in force; raise Stale where it was written again after version `since`.

    Parameters
    ----------
    region
        The newest state.
    since
        Revision of the version the edit rests on.
    mine
        Fields as the edit wants them, as plain JSON.

    Raises
    ------
    Stale
        with `view`: the three sides, `revision` of the version in force, and at, actor, reason of who wrote it for
        readers who may know.
    """
    now = row_in_force(region, table, id)
    if int(now["revision"]) == since:
        return now
    base = shown(table, _then(region, table, id, since) or {})
    view = three_way(base, mine, shown(table, now)) | {"revision": int(now["revision"]), **_said(region, now)}
    names = ", ".join(view["changed"]) or "—"
    raise Stale(
        f"{table} {id} was changed meanwhile (revision {now['revision']}). Both changed: {names}. Compare, then save",
        f"{table} {id} 已被他人修改(版本 {now['revision']})。双方均修改: {names}。请比对后再保存",
        view,
    )


def _said(region: Region, now: Row) -> Row:
    """Who wrote the version in force, when and why; nothing for a reader who may not know who wrote."""
    if region.reader != LOCAL:
        return {}
    lineage = region.store.lineage(region.branch_name, region.revision)
    wrote = region.store.revisions(lineage, only=[int(now["revision"])])
    return {name: _cell(wrote[name].iloc[-1]) for name in ("at", "actor", "reason")}


def _then(region: Region, table: str, id: str, revision: int) -> Row | None:
    """The version of the row that one revision wrote, None where there is none."""
    found = _versions(region, table, id)
    wrote = found[found["revision"] == revision]
    return None if wrote.empty else {str(k): _cell(v) for k, v in wrote.iloc[-1].items()}


def _versions(region: Region, table: str, id: str) -> pd.DataFrame:
    """Every version ever written of a row on this branch that the reader may see, oldest first."""
    columns = list(spec(table).columns)
    found = region.store.history(table, id, region.reader)
    last = dict(region.store.lineage(region.branch_name, region.revision))
    seen = found[found["branch"].map(lambda name: last.get(name, -1)) >= found["revision"]]
    return seen[columns].reset_index(drop=True)


# --- field by field -----------------------------------------------------------------------------------------------
def trail(region: Region, table: str, id: str) -> pd.DataFrame:
    """Return what happened to a row field by field, newest first.

    Returns
    -------
    DataFrame
        field, old, new (plain JSON; a shape only says that it changed), revision, at, actor, reason, source,
        valid_from (of the version), op (`made`, `changed`, `ended`). Empty for a reader who may not know who wrote.

    Raises
    ------
    NotKnown
        where the reader sees no such row.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="li", why="renamed") as e:
    ...     _ = e.put("projects", {"id": "p1", "name": "新名"})
    >>> trail(e.after, "projects", "p1").iloc[0][["field", "old", "new", "actor"]].to_list()
    ['name', '签约项目', '新名', 'li']
    """
    found = _versions(region, spec(table).name, id)
    if region.reader != LOCAL:
        row_in_force(region, spec(table).name, id)  # earlier versions may have been open, the row is what it is now
        found = found.iloc[:0]
    elif found.empty:
        raise not_known(f"row of '{table}'", f"行(表 {table})", id[:80], [])
    changes = pd.DataFrame(
        _changes(spec(table), found), columns=["field", "old", "new", "revision", "valid_from", "op"]
    )
    said = region.store.revisions(
        region.store.lineage(region.branch_name, region.revision), only=[int(n) for n in found["revision"].unique()]
    ).set_index("seq")[["at", "actor", "reason"]]
    sources = found.drop_duplicates("revision", keep="last").set_index("revision")["source"]
    whole = changes.join(said, on="revision").join(sources, on="revision")
    return whole.iloc[::-1].reset_index(drop=True)


def _changes(table: Table, found: pd.DataFrame) -> list[Row]:
    """Fields each version changed, against the same version before, else against the one that was in force before."""
    changed: list[Row] = []
    known: dict[str, Row] = {}
    for row in ({str(k): _cell(v) for k, v in r.items()} for r in found.to_dict("records")):
        begun = str(row["valid_from"])
        before = known.get(begun) or next((known[b] for b in sorted(known, reverse=True) if b < begun), None)
        changed += [
            {**one, "revision": int(row["revision"]), "valid_from": begun} for one in _differing(table, before, row)
        ]
        known[begun] = row
    return changed


def _differing(table: Table, before: Row | None, row: Row) -> list[Row]:
    if row["op"] == "end":
        return [{"field": "op", "old": "put", "new": "end", "op": "ended"}]
    if before is None:
        return [{"field": "id", "old": None, "new": row["id"], "op": "made"}]
    names = [f.name for f in editable(table) if row.get(f.name) != before.get(f.name)]
    names += ["op"] if before["op"] == "end" else []
    return [{"field": name, "old": _told(table, name, before), "new": _told(table, name, row), "op": "changed"}
            for name in names]  # fmt: skip


def _told(table: Table, name: str, row: Row) -> Any:
    value = row.get(name)
    return f"<{len(value)} bytes>" if isinstance(value, bytes) else _shown(table.field(name).kind, value)


def value_before(region: Region, table: str, id: str, field: str, revision: int) -> Row:
    """Return what writes one field back as it stood before a revision: id, valid_from, the field.

    Raises
    ------
    NotKnown
        for a field nobody can edit, or a revision that wrote no version of the row.
    InputError
        where the revision did not change the field.
    Conflict
        where a later revision changed the field again.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="li", why="renamed") as e:
    ...     _ = e.put("projects", {"id": "p1", "name": "新名"})
    >>> value_before(e.after, "projects", "p1", "name", e.revision)
    {'id': 'p1', 'valid_from': '0001', 'name': '签约项目'}
    """
    described = spec(table)
    known = [f.name for f in editable(described)]
    if field not in known or field == "valid_from":
        raise not_known(f"field of '{table}' to take back", f"可恢复的字段(表 {table})", field[:80], known)
    found = _versions(region, described.name, id)
    wrote = found[found["revision"] == revision]
    if wrote.empty:
        raise not_known(
            f"version of {table} {id}", f"版本({table} {id})", str(revision), [str(n) for n in found["revision"]]
        )
    begun = str(wrote["valid_from"].iloc[-1])
    same = found[found["valid_from"] == begun].reset_index(drop=True)
    at = int(same.index[same["revision"] == revision][-1])
    earlier = same.iloc[at - 1] if at else _last_before(found, begun, revision)
    _refuse_unchanged(table, id, field, (same.iloc[at], earlier), same.iloc[at + 1 :])
    return {"id": id, "valid_from": begun, field: None if earlier is None else _cell(earlier[field])}


def _last_before(found: pd.DataFrame, begun: str, revision: int) -> pd.Series | None:
    """The version that was in force before one that began later; None where the row was made by it."""
    earlier = found[(found["valid_from"] < begun) & (found["revision"] < revision)]
    return None if earlier.empty else earlier.sort_values(["valid_from", "revision"]).iloc[-1]


def _refuse_unchanged(
    table: str, id: str, field: str, pair: tuple[pd.Series, pd.Series | None], later: pd.DataFrame
) -> None:
    wrote, earlier = pair
    revision = int(wrote["revision"])
    new = _cell(wrote[field])
    if earlier is None or _cell(earlier[field]) == new:
        raise InputError(
            f"Revision {revision} did not change {field} of {table} {id}",
            f"版本 {revision} 没有修改 {table} {id} 的 {field}",
        )
    again = [int(n) for n, value in zip(later["revision"], later[field], strict=True) if _cell(value) != new]
    if again:
        raise Conflict(
            f"{field} of {table} {id} was changed again in revision {again[-1]}. Take that one back first",
            f"{table} {id} 的 {field} 在版本 {again[-1]} 又被修改。请先撤销较晚的修改",
        )
