"""Who may what, said once more from the rules alone, without a look at the program: the judge of its decisions.

A right is a sentence: a user with a role for a scope may do a verb to a row inside it, up to the clearance of the role.
Scopes are compared part by part here, days as dates, and nothing is worked out beforehand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property

READERS = {"company", "zone_editor", "district_reviewer", "city_admin", "region_observer", "auditor", "public"}
MAY = {
    "read": READERS,
    "create": {"company", "zone_editor", "city_admin"},
    "update": {"company", "zone_editor", "district_reviewer", "city_admin"},
    "approve": {"district_reviewer", "city_admin"},
    "delete": {"city_admin"},
    "export": READERS - {"public"},
    "grant": {"sec_admin"},
    "publish": {"city_admin"},
}
SHARED_BY_ALL = {"bodies", "places", "layers"}  # of those the tests use
CLEARED = {"city_admin": 2, "auditor": 2, "sec_admin": 2, "company": 1, "zone_editor": 1, "district_reviewer": 1,
           "region_observer": 1, "public": 0, "sysadmin": 0, "audit_officer": 0}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A version of a row of a table."""

    table: str
    id: str
    scope: str
    level: int
    owner: str
    revision: int
    project: str | None = None

    @cached_property
    def names(self) -> tuple[str, str]:
        """What a share would call it, and the project it belongs to."""
        return f"{self.table}/{self.id}", f"projects/{self.project}"


@dataclass(frozen=True)
class Given:
    """A role given to a user."""

    user: str
    role: str
    scope: str
    body: str | None = None
    since: str = "0001-01-01"
    last_day: str | None = None


@dataclass(frozen=True)
class Shown:
    """A row, or all of a scope, shown to those at home in another scope."""

    what: str
    to: str
    verb: str
    last_day: str | None = None


@dataclass
class World:
    """All that was given, shown and submitted; `away` are users who may not work any more."""

    given: list[Given]
    shown: list[Shown]
    submitted: dict[str, int]
    away: set[str] = field(default_factory=set)

    def judge(self, user: str, verb: str, day: str) -> Callable[[Row], bool]:
        """Return the judge of what a user may do on a day."""
        here = user not in self.away
        mine = [g for g in self.given if here and g.user == user and lasts(g.since, g.last_day, day)]
        shown = [(s, cleared_for(s, mine)) for s in self.shown if s.verb == verb and lasts(None, s.last_day, day)]
        shown = [(s, most) for s, most in shown if most >= 0]
        able = [g for g in mine if g.role in MAY[verb]]

        def allows(row: Row) -> bool:
            public = verb == "read" and row.level == 0
            by_role = public or any(self.by_role(g, verb, row) for g in able)
            return by_role or any(row.level <= most and about(s, row) for s, most in shown)

        return allows

    def by_role(self, g: Given, verb: str, row: Row) -> bool:
        """Judge what one role brings."""
        regional = verb == "read" and g.role != "public" and row.scope == "r." and row.table in SHARED_BY_ALL
        regional = regional and row.level <= min(1, CLEARED[g.role])
        if g.role == "company" and not g.body:
            return False
        if regional:
            return True
        if row.level > CLEARED[g.role] or not inside(row.scope, g.scope):
            return False
        if g.role == "company":
            return row.owner == g.body
        if g.role == "region_observer":
            return any(inside(row.scope, area) and row.revision <= until and touching(area, g.scope)
                       for area, until in self.submitted.items())  # fmt: skip
        return True


def about(s: Shown, row: Row) -> bool:
    """Whether a share speaks of a row: of its scope, of itself, or of the project it belongs to."""
    if s.what.startswith("r."):
        return inside(row.scope, s.what)
    return s.what in row.names


def cleared_for(s: Shown, mine: list[Given]) -> int:
    """Up to which level a share reaches somebody: who can read, and is at home where it goes to."""
    home = (g for g in mine if g.role in READERS - {"company"} and inside(g.scope, s.to))
    return max((CLEARED[g.role] for g in home), default=-1)


@cache
def inside(scope: str, of: str) -> bool:
    """Whether a scope is another one or lies in it."""
    parts, whole = scope.split(".")[:-1], of.split(".")[:-1]
    return parts[: len(whole)] == whole


def touching(one: str, other: str) -> bool:
    """Whether two scopes have anything in common."""
    return inside(one, other) or inside(other, one)


def lasts(since: str | None, last_day: str | None, day: str) -> bool:
    """Whether a day lies in a span whose last day counts."""
    now = dt.date.fromisoformat(day)
    begun = since is None or dt.date.fromisoformat(since) <= now
    return begun and (last_day is None or now <= dt.date.fromisoformat(last_day))
