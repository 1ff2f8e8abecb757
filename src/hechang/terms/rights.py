"""Who may what: the verbs and the clearance of each role, the fields that need a clearance of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from hechang.terms.errors import not_known
from hechang.terms.specs import read_rows

VERBS = ("read", "create", "update", "approve", "delete", "export", "grant", "publish")
OFFICERS = ("sysadmin", "sec_admin", "audit_officer")  # no two of them in one hand
WORKS_ON = ("read", "create", "update", "approve", "delete", "export", "publish")  # verbs on data


@dataclass(frozen=True)
class Role:
    """What a role brings within the scope it is granted for.

    `own_only`: rows of the body it is bound to only; `as_submitted`: rows as their city has submitted them.
    """

    name: str
    verbs: tuple[str, ...]
    level: int
    own_only: bool
    as_submitted: bool


@cache
def roles() -> Mapping[str, Role]:
    """Return all roles by name.

    Examples
    --------
    >>> roles()["region_observer"].as_submitted, "delete" in roles()["zone_editor"].verbs
    (True, False)
    """
    rows = read_rows("rights/roles.csv")
    return MappingProxyType({r["role"]: _role(r) for r in rows})


def _role(r: Mapping[str, str]) -> Role:
    own, submitted = r["own_only"] == "yes", r["as_submitted"] == "yes"
    return Role(r["role"], tuple(r["verbs"].split()), int(r["level"]), own, submitted)


def role(name: str) -> Role:
    """Return one role; raises NotKnown."""
    if name not in roles():
        raise not_known("role", "角色", name, roles())
    return roles()[name]


@cache
def common_tables() -> frozenset[str]:
    """Return the tables whose rows of the region itself are read by all who work in it.

    Examples
    --------
    >>> [name in common_tables() for name in ("places", "editions")]
    [True, False]
    """
    return frozenset(row["table"] for row in read_rows("rights/common.csv"))


@cache
def field_levels(table: str) -> Mapping[str, int]:
    """Return the fields of a table that need a clearance of their own, whatever the level of their row.

    Examples
    --------
    >>> dict(field_levels("duties"))
    {'person': 1}
    """
    rows = read_rows("rights/fields.csv")
    return MappingProxyType({r["field"]: int(r["level"]) for r in rows if r["table"] == table})


@cache
def public_fields(table: str) -> Mapping[str, str]:
    """Return the fields of a table that go into the public copy, and how; none of a table that stays out altogether.

    `yes` as they are; `source`, `body`, `row`, `ids` and `rows` as far as what they name is public; `plain`, `keys` and
    `options` JSON as far as nothing unknown is in it; `revealed` where the row has been revealed; `made` anew.

    Examples
    --------
    >>> "name" in public_fields("projects"), "note" in public_fields("projects"), dict(public_fields("users"))
    (True, False, {})
    """
    rows = read_rows("rights/public.csv")
    own = {r["field"]: r["copied"] for r in rows if r["table"] == table and r["copied"] != "no"}
    common = {r["field"]: r["copied"] for r in rows if r["table"] == "*"}
    return MappingProxyType(common | own if own else {})


@cache
def public_keys(table: str, field: str, of: str) -> frozenset[str]:
    """Return the keys of a JSON field that go into the public copy, for one layer or list; none where nobody spoke.

    Examples
    --------
    >>> sorted(public_keys("features", "properties", "airports")), public_keys("features", "properties", "mine")
    (['iata', 'icao'], frozenset())
    """
    rows = read_rows("rights/public_keys.csv")
    asked = [r for r in rows if (r["table"], r["field"]) == (table, field) and r["of"] in ("*", of)]
    return frozenset(r["key"] for r in asked)
