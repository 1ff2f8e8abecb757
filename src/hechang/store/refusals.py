"""Why an edit is refused when it reaches the database: somebody else was faster, or its branch is there already."""

from __future__ import annotations

import sqlalchemy as sa

from hechang.store.contract import MAIN, Draft
from hechang.store.schema import metadata, version_table
from hechang.terms.errors import Conflict, InputError


def refuse(connection: sa.Connection, draft: Draft, last: int) -> None:
    """Raise Conflict or InputError where a draft may not be kept; `last` is the newest revision."""
    _refuse_stale(connection, draft, last)
    _refuse_known_branch(connection, draft)


def _refuse_known_branch(connection: sa.Connection, draft: Draft) -> None:
    if draft.new_branch is None:
        return
    b, name = metadata().tables["branches"], draft.new_branch[0]
    if name == MAIN or connection.execute(sa.select(b.c.name).where(b.c.name == name)).scalar() is not None:
        raise InputError(f"There is a branch '{name}' already", f"已有分支“{name}”")


def _refuse_stale(connection: sa.Connection, draft: Draft, last: int) -> None:
    """Raise Conflict when a row of the draft was changed on its branch after the draft's base."""
    if last == draft.base:
        return
    if draft.exact:
        raise Conflict(
            "The register has changed meanwhile. Look at it again and repeat",
            "登记册在此期间已有改动, 请重新查看后再次提交",
        )
    for name, rows in draft.rows.items():
        t = version_table(name)
        newer = sa.select(t.c.id).where(t.c.branch == draft.branch, t.c.revision > draft.base).distinct()
        changed = set(connection.execute(newer).scalars()) & set(rows["id"].to_pylist())
        if changed:
            one = min(changed)
            raise Conflict(
                f"{name} {one} was changed by somebody else meanwhile ({len(changed)} rows). Reload and edit again",
                f"{name} {one} 已被他人修改(共 {len(changed)} 行)。请刷新后重新修改",
            )
