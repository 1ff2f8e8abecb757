"""What a user may write: the verb each row needs, where it was and where it goes.

A row that may not be read does not exist for who writes. A child row needs the right to its parent, so that nobody
hangs something on the project of another city. Making a row public is a verb of its own; so is giving rights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from hechang.region.cells import Cells, Mask, among
from hechang.region.faults import columns_of
from hechang.store.readers import LOCAL, READ, Grant, Reader, hangs_on_project
from hechang.terms.errors import Forbidden, InputError, not_known
from hechang.terms.rights import OFFICERS, field_levels, role
from hechang.terms.scopes import ROOT, path_of, scope_range
from hechang.terms.specs import codes

if TYPE_CHECKING:
    from hechang.region.region import Region

NEEDED = {"users": "grant", "grants": "grant", "permits": "publish"}  # whatever is done to rows of these tables
PARENTS = ("projects", "tasks")  # what a field `object` may name
PUBLIC, HIGHEST = 0, 2  # clearances
RIGHTS = ("id", "scope", "level", "owner", "revision", "project")  # columns that rights ask about


class Write(NamedTuple):
    """Rows of one table on their way, how they stood before (none where they are new), and who writes."""

    who: Reader
    table: str
    new: Cells
    old: Cells


def refuse_unseen(region: Region, table: str, ids: Iterable[str]) -> None:
    """Raise NotKnown for a row that is there, but not for this reader."""
    if region.reader == LOCAL:
        return
    for id in sorted(_unseen(region, table, ids)):
        raise not_known(f"row of '{table}'", f"行(表 {table})", id, [])


def _unseen(region: Region, table: str, ids: Iterable[str]) -> set[str]:
    wanted = sorted({id for id in ids if isinstance(id, str)})
    there, seen = (set(Cells(one.versions(table, wanted, ["id"]))["id"]) for one in (region.inner, region))
    return there - seen


def readable(region: Region, table: str, versions: pd.DataFrame) -> Mask:
    """Tell which versions of rows the reader may see: as they were written, and as these rows are now."""
    named = [name for name in RIGHTS if name in versions.columns]
    rows = Cells(pa.Table.from_pandas(versions[named], preserve_index=False))
    return may(region.reader, READ, table, rows) & ~among(rows["id"], _unseen(region, table, rows["id"]))


def refuse_forbidden(
    region: Region, rows: Mapping[str, pa.Table], files: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Raise Forbidden unless the reader may write every row; return what the log says of the right that was used.

    `files` came with the edit itself; of others a row names only what its writer sees.
    """
    who = region.reader
    if "grants" in rows:
        separate(region, Cells(rows["grants"]))
    if who == LOCAL:
        return {}
    used: set[str] = set()
    for table, arrow in rows.items():
        new = _about(table, arrow)
        old = _about(table, region.inner.versions(table, sorted(set(new["id"]))))
        write = Write(who, table, new, old)
        _refuse_files(region, write, files)
        used |= _refuse(region, write)
    return {"role": " ".join(who.roles), "scope": who.home, "verb": " ".join(sorted(used))}


def _refuse_files(region: Region, write: Write, files: frozenset[str]) -> None:
    """Raise NotKnown for a file named by who sees no row that names it: its hash alone opens no door."""
    for table, column in columns_of("blob"):
        if table.name == write.table:
            named = set(write.new[column]) - set(write.old[column]) - files - {None}
            for sha in sorted(str(one) for one in named if not region.names(str(one))):
                raise not_known("file", "文件", sha, [])


def _about(table: str, rows: pa.Table) -> Cells:
    """Rows with the scope a right to them is asked in: all read who submitted what, but it is about one scope."""
    if table == "submissions":
        rows = rows.set_column(rows.column_names.index("scope"), "scope", rows["area"])
    return Cells(rows)


def _refuse(region: Region, write: Write) -> set[str]:
    verbs = _verbs(write)
    for verb in sorted(set(verbs)):
        mine = write.new.only(verbs == verb)
        _refuse_rows(write, verb, mine)
        if verb != "create":
            _refuse_rows(write, verb, write.old.only(among(write.old["id"], set(mine["id"]))))
    used = set(verbs)
    opened = write.new.only(_made_public(write))
    if len(opened):
        _refuse_rows(write, "publish", opened)
        used.add("publish")
    _refuse_parents(region, write)
    _refuse_fields(write)
    for special in SPECIAL.get(write.table, ()):
        special(region, write)
    return used


def _verbs(write: Write) -> np.ndarray[Any, Any]:
    """Verb each row needs."""
    known = among(write.new["id"], set(write.old["id"]))
    if write.table in NEEDED:
        return np.full(len(known), NEEDED[write.table], dtype=object)
    return np.where(write.new["op"] == "end", "delete", np.where(known, "update", "create")).astype(object)


def _made_public(write: Write) -> Mask:
    """Rows that are public now and were not before."""
    before = write.old.only(write.old["level"] == PUBLIC)["id"]
    opened: Mask = (write.new["level"] == PUBLIC) & _put(write) & ~among(write.new["id"], set(before))
    return opened


def _put(write: Write) -> Mask:
    found: Mask = write.new["op"] == "put"
    return found


def _refuse_rows(write: Write, verb: str, rows: Cells) -> None:
    allowed = may(write.who, verb, write.table, rows)
    if not allowed.all():
        at = int(np.argmin(allowed))
        raise forbidden(verb, write.table, str(rows["id"][at]), str(rows["scope"][at]))


def forbidden(verb: str, table: str, id: str, scope: str) -> Forbidden:
    """Return the error for a row somebody sees but may not write."""
    name = codes("verbs")[verb]
    return Forbidden(
        f"You may not {name.en.lower()} {table} {id} in {scope}. Ask your security officer for that right",
        f"您无权在 {scope} {name.zh} {table} {id}。请向安全管理员申请权限",
    )


def may(who: Reader, verb: str, table: str, rows: Cells) -> Mask:
    """Tell for each row, given its common columns, whether a reader may do a verb to it.

    Examples
    --------
    >>> rows = Cells(pa.table({"id": ["a"], "scope": ["r.32."], "level": [1], "owner": ["x"], "revision": [1]}))
    >>> who = Reader("x", (Grant("r.32.", "r.32/", 1, verb="update"),))
    >>> may(who, "update", "places", rows).tolist(), may(who, "delete", "places", rows).tolist()
    ([True], [False])
    """
    mine = who.for_verb(verb, table)
    found = np.zeros(len(rows), dtype=bool)
    for grant in mine.grants:
        found |= _granted(grant, rows)
    named = [(share.object.partition("/"), share.level) for share in mine.shares]
    for column, home in (("id", table), ("project", "projects" if hangs_on_project(table) else "")):
        most = {id: level for (name, _, id), level in sorted(named, key=lambda one: one[1]) if name == home}
        if most:
            pairs = zip(rows[column], rows["level"], strict=True)
            found |= np.fromiter((most.get(id, -1) >= level for id, level in pairs), bool, len(rows))
    return found


def _granted(grant: Grant, rows: Cells) -> Mask:
    scope = rows["scope"]
    found = (scope >= grant.lo) & (scope < grant.hi) & (rows["level"] <= grant.level)
    if grant.owner is not None:
        found &= rows["owner"] == grant.owner
    if grant.most is not None:
        found &= rows["revision"] <= grant.most
    return found.astype(bool)


# --- what rows hang on -----------------------------------------------------------------------------------------------
def _refuse_parents(region: Region, write: Write) -> None:
    """Raise where a row would hang on a project or task that the reader may not change."""
    for column, tables in (("project", PARENTS[:1]), ("task", PARENTS[1:]), ("object", PARENTS)):
        if column not in write.new or write.table in PARENTS:
            continue
        ids = sorted({str(named).rpartition("/")[2] for named in write.new[column] if named is not None})
        for table in tables if ids else ():
            parents = Cells(region.inner.versions(table, ids))
            refuse_unseen(region, table, parents["id"])
            _refuse_rows(write._replace(table=table), "update", parents)


def _refuse_fields(write: Write) -> None:
    """Raise where a field changes that needs a clearance the reader has not got there."""
    fields = field_levels(write.table)
    before = dict(zip(_versions(write.old), range(len(write.old)), strict=True)) if fields else {}
    for name, level in fields.items():
        was = [write.old[name][before[key]] if key in before else None for key in _versions(write.new)]
        pairs = zip(write.new[name], was, strict=True)
        changed = np.fromiter(((now or "") != (then or "") for now, then in pairs), bool, len(write.new))
        _refuse_rows(write._replace(who=write.who.cleared(level)), _any_verb(write), write.new.only(changed))


def _versions(rows: Cells) -> list[tuple[str, str]]:
    return list(zip(rows["id"], rows["valid_from"], strict=True))


def _any_verb(write: Write) -> str:
    return NEEDED.get(write.table) or ("update" if len(write.old) else "create")


# --- rights about rights ---------------------------------------------------------------------------------------------
def _within(_: Region, write: Write) -> None:
    """A grant goes no further than the right of who gives it, and leaves no two offices in one hand."""
    mine = [g for g in write.who.grants if g.verb == "grant"]
    for row in write.new.only(_put(write)).rows():
        level = role(str(row["role"])).level
        if not any(g.lo <= row["lo"] and row["hi"] <= g.hi and level <= g.level for g in mine):
            raise forbidden("grant", "grants", str(row["id"]), str(row["lo"]))
        if row["account"] == write.who.uid:
            raise Forbidden("Nobody gives rights to himself. Ask another officer", "不得为本人授权。请由其他管理员办理")


def separate(region: Region, grants: Cells) -> None:
    """Raise InputError where two of the three officers would be one person."""
    given = {(row["account"], row["role"]) for row in grants.rows() if row["op"] == "put" and row["role"] in OFFICERS}
    now = region.inner.table("grants", columns=["account", "role"])
    held = given | {pair for pair in zip(now["account"], now["role"], strict=True) if pair[1] in OFFICERS}
    counted = Counter(account for account, _ in held)
    twice = sorted(str(account) for account, _ in given if counted[account] > 1)
    if twice:
        raise InputError(
            f"{twice[0]} holds another of the three offices already: {', '.join(OFFICERS)} stay apart",
            f"{twice[0]} 已担任三员之一: 系统管理员、安全管理员、审计管理员须分设",
        )


def _own_to_share(region: Region, write: Write) -> None:
    """Nobody shares what he may not publish himself: a row of a table (`projects/p1`), or a whole scope."""
    for row in write.new.only(_put(write)).rows():
        object = str(row["object"])
        if object.startswith(ROOT):
            _refuse_scope(write, object)
            continue
        table, _, id = object.partition("/")
        refuse_unseen(region, table, [id])
        rows = Cells(region.inner.versions(table, [id]))
        if not len(rows):
            raise not_known(f"row of '{table}'", f"行(表 {table})", id, [])
        _refuse_rows(write._replace(table=table), "publish", rows)


def _refuse_scope(write: Write, area: str) -> None:
    """Raise Forbidden unless everything in a scope may be published, whatever its clearance."""
    hi = scope_range(area)[1]
    mine = [g for g in write.who.grants if g.verb == "publish" and g.owner is None and g.level == HIGHEST]
    if not any(g.lo <= area and hi <= g.hi for g in mine):
        raise forbidden("publish", "permits", area, area)


def _well_submitted(rows: Cells) -> None:
    """Raise InputError for a submission of what is no scope, or one that begins as something else than submitted."""
    for row in rows.only(rows["op"] == "put").rows():
        if path_of(str(row["area"])) != row["area"]:
            raise InputError(
                f"'{row['area']}' is no scope; write r.32.3202.", f"“{row['area']}”不是范围; 请写 r.32.3202."
            )
        if row["state"] != "submitted":
            raise InputError(
                "A submission begins as submitted; endorsing comes later, by another hand",
                "报送须先为“已报送”, 再由他人认定",
            )


def _endorsed(region: Region, write: Write) -> None:
    """Who submitted does not endorse; endorsing and sending back need the verb to approve, submitting a new row."""
    known = set(write.old["id"])
    old = among(write.new["id"], known)
    if (old & (write.new["state"] == "submitted")).any():
        raise SENT_ALREADY
    fresh = write.new.only(~old)
    _well_submitted(fresh)
    if write.who.body and (fresh["body"] != write.who.body).any():
        raise OTHERS_WORK
    judged = write.new.only(among(write.new["state"], {"endorsed", "returned"}))
    _refuse_rows(write, "approve", judged)
    for id in judged["id"]:
        first = region.inner.log(str(id)) if id in known else None
        if first is not None and write.who.name in set(first["actor"].tail(1)):
            raise OWN_WORK


OWN_WORK = Forbidden("Who submitted does not endorse. Ask a colleague", "报送人不得认定本人的报送。请由其他人办理")
OTHERS_WORK = Forbidden("You submit for your own body only", "只能以本单位名义报送")
SENT_ALREADY = Forbidden("What was submitted stays as it is. Submit once more", "已报送的内容不可更改。请重新报送")
SPECIAL = {"grants": (_within,), "permits": (_own_to_share,), "submissions": (_endorsed,)}
