"""Who may read a row: one predicate over scope, clearance and owner, written once.

SQLAlchemy takes it as an expression, DuckDB as the text of that same expression. Until roles arrive there is one
reader, `local`, who sees everything on this machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from hechang.terms.errors import not_known


@dataclass(frozen=True)
class Grant:
    """Rows with `lo <= scope < hi`, a clearance up to `level` and, when `owner` is set, of that body only."""

    lo: str
    hi: str
    level: int
    owner: str | None = None


@dataclass(frozen=True)
class Reader:
    """A name and what it was granted."""

    name: str
    grants: tuple[Grant, ...]


LOCAL = Reader("local", (Grant("", "\uffff", 2),))
PUBLIC = Reader("public", (Grant("", "\uffff", 0),))


def reader(name: str) -> Reader:
    """Return a known reader; raises NotKnown."""
    known = {r.name: r for r in (LOCAL, PUBLIC)}
    if name not in known:
        raise not_known("reader", "读者", name, known)
    return known[name]


def visible(who: Reader) -> sa.ColumnElement[bool]:
    """Predicate over the columns scope, level and owner; no grant means nothing is seen.

    Examples
    --------
    >>> text(visible(Reader("x", (Grant("r.32.", "r.32/", 1),))))
    "(scope >= 'r.32.' AND scope < 'r.32/' AND level <= 1)"
    """
    scope, level, owner = sa.column("scope", sa.Text), sa.column("level", sa.Integer), sa.column("owner", sa.Text)
    parts = []
    for grant in who.grants:
        rule = sa.and_(scope >= grant.lo, scope < grant.hi, level <= grant.level)
        parts.append(sa.and_(rule, owner == grant.owner) if grant.owner is not None else rule)
    return sa.or_(sa.false(), *(part.self_group() for part in parts)) if parts else sa.false()


def text(predicate: sa.ColumnElement[bool]) -> str:
    """The same predicate as SQL text for DuckDB, values quoted by SQLAlchemy."""
    made = str(predicate.compile(compile_kwargs={"literal_binds": True}))
    return made.replace("\n", " ")
