"""Who may read a row: one predicate over scope, clearance, owner and shares, written once.

SQLAlchemy takes it as an expression, DuckDB as the text of that same expression. `local` is the person at this machine,
who sees everything; `public` is everybody; users of a server get theirs from `hechang.store.rights`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol

import sqlalchemy as sa

from hechang.terms.errors import not_known
from hechang.terms.rights import common_tables, field_levels
from hechang.terms.scopes import ROOT
from hechang.terms.specs import table as spec

READ = "read"
COMMON = "common"  # reading of what all work with: rows of the region itself, of some tables
LAST = "\uffff"  # behind every scope path
_TEXTS, _NUMBERS = ("scope", "owner", "id", "project"), ("level", "revision")
_PLAIN: dict[str, sa.ColumnElement[Any]] = {name: sa.column(name, sa.Text) for name in _TEXTS}
_PLAIN |= {name: sa.column(name, sa.Integer) for name in _NUMBERS}


class Columns(Protocol):
    """Columns by their names."""

    def __getitem__(self, name: str, /) -> sa.ColumnElement[Any]:
        """Return one column."""


@dataclass(frozen=True)
class Grant:
    """Rows with `lo <= scope < hi`, a clearance up to `level` and, when `owner` is set, of that body only.

    `most` is the revision up to which they are seen: what was submitted, and not what was written since.
    """

    lo: str
    hi: str
    level: int
    owner: str | None = None
    most: int | None = None
    verb: str = READ


@dataclass(frozen=True)
class Share:
    """One row shown to others, `projects/p1` with all that hangs on that project, up to a clearance."""

    object: str
    level: int
    verb: str = READ


@dataclass(frozen=True)
class Reader:
    """A name and what it was granted; `home` and `body` are where and for whom new rows are written."""

    name: str
    grants: tuple[Grant, ...]
    shares: tuple[Share, ...] = ()
    uid: str | None = None
    home: str = ROOT
    body: str | None = None
    roles: tuple[str, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether nothing is hidden from this reader."""
        return self.grants == LOCAL.grants

    @property
    def kind(self) -> str:
        """What a page calls this reader: `local`, `public`, or `self` for who has signed in."""
        return "self" if self.uid else "local" if self.everything else "public"

    @property
    def sight(self) -> tuple[str, frozenset[Grant], frozenset[Share]]:
        """What this reader sees, whatever his name: two of the same sight see the same rows in the same way."""
        grants = frozenset(grant for grant in self.grants if grant.verb in (READ, COMMON))
        return self.kind, grants, frozenset(share for share in self.shares if share.verb == READ)

    def for_verb(self, verb: str, table: str) -> Reader:
        """Return what counts for one verb on rows of a table."""
        verbs = (verb, COMMON) if verb == READ and table in common_tables() else (verb,)
        shares = tuple(share for share in self.shares if share.verb == verb)
        return replace(self, grants=tuple(g for g in self.grants if g.verb in verbs), shares=shares)

    def cleared(self, level: int) -> Reader:
        """Return what brings a clearance of at least `level`."""
        shares = tuple(share for share in self.shares if share.level >= level)
        return replace(self, grants=tuple(g for g in self.grants if g.level >= level), shares=shares)

    def layers(self) -> list[tuple[int | None, Reader]]:
        """Return what is seen as it stands now (None), then what is seen as of older revisions, the newest first."""
        most = sorted({g.most for g in self.grants if g.most is not None}, reverse=True)
        now = replace(self, grants=tuple(g for g in self.grants if g.most is None))
        then = (replace(self, grants=tuple(g for g in self.grants if g.most == at), shares=()) for at in most)
        return [(None, now), *zip(most, then, strict=True)]


LOCAL = Reader("local", (Grant("", LAST, 2),))
PUBLIC = Reader("public", (Grant("", LAST, 0),))


def reader(name: str) -> Reader:
    """Return a known reader; raises NotKnown."""
    known = {r.name: r for r in (LOCAL, PUBLIC)}
    if name not in known:
        raise not_known("reader", "读者", name, known)
    return known[name]


def visible(who: Reader, table: str, columns: Columns | None = None, verb: str = READ) -> sa.ColumnElement[bool]:
    """Predicate over the common columns of a table; no grant means nothing is seen.

    Examples
    --------
    >>> text(visible(Reader("x", (Grant("r.32.", "r.32/", 1),)), "places"))
    "(scope >= 'r.32.' AND scope < 'r.32/' AND level <= 1)"
    """
    mine, c = who.for_verb(verb, table), columns or _PLAIN
    parts = [*(_granted(grant, c) for grant in mine.grants), *_shared(mine.shares, table, c)]
    return sa.or_(sa.false(), *(part.self_group() for part in parts)) if parts else sa.false()


def _granted(grant: Grant, c: Columns) -> sa.ColumnElement[bool]:
    rules = [c["scope"] >= grant.lo, c["scope"] < grant.hi, c["level"] <= grant.level]
    rules += [c["owner"] == grant.owner] if grant.owner is not None else []
    rules += [c["revision"] <= grant.most] if grant.most is not None else []
    return sa.and_(*rules)


def _shared(shares: Iterable[Share], table: str, c: Columns) -> list[sa.ColumnElement[bool]]:
    """Rows that are shared themselves, and rows of a project that is."""
    found = []
    for most in sorted({share.level for share in shares}):
        objects = [share.object.partition("/") for share in shares if share.level == most]
        for column, home in (("id", table), ("project", "projects" if hangs_on_project(table) else "")):
            ids = sorted({id for name, _, id in objects if name == home})
            if ids:
                found.append(sa.and_(c["level"] <= most, c[column].in_(ids)))
    return found


def hangs_on_project(table: str) -> bool:
    """Tell whether rows of a table belong to one project.

    Examples
    --------
    >>> [hangs_on_project(name) for name in ("returns", "projects", "places")]
    [True, False, False]
    """
    return "project" in spec(table).columns


def masks(who: Reader, table: str, columns: Columns | None = None) -> dict[str, sa.ColumnElement[bool]]:
    """Return, for fields that need a clearance of their own, the rows in which this reader sees them.

    Examples
    --------
    >>> list(masks(PUBLIC, "duties")), masks(LOCAL, "duties")
    (['person'], {})
    """
    if who == LOCAL:
        return {}
    return {name: visible(who.cleared(level), table, columns) for name, level in field_levels(table).items()}


def shown(rows: sa.FromClause, names: Iterable[str], who: Reader, table: str) -> list[sa.ColumnElement[Any]]:
    """Columns as a reader sees them: empty where a field needs more than he was granted."""
    hidden = masks(who, table, rows.c)
    return [sa.case((hidden[n], rows.c[n])).label(n) if n in hidden else rows.c[n] for n in names]


@lru_cache(maxsize=4096)
def seen_as_text(who: Reader, table: str) -> tuple[str, Mapping[str, str]]:
    """Return `visible` and `masks` of a reader as SQL text.

    Examples
    --------
    >>> seen_as_text(PUBLIC, "places")
    ("(scope >= '' AND scope < '\uffff' AND level <= 0)", {})
    """
    return text(visible(who, table)), {column: text(seen) for column, seen in masks(who, table).items()}


def text(predicate: sa.ColumnElement[bool]) -> str:
    """The same predicate as SQL text for DuckDB, values quoted by SQLAlchemy."""
    made = str(predicate.compile(compile_kwargs={"literal_binds": True}))
    return made.replace("\n", " ")
