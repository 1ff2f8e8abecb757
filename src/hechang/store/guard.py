"""The second net: connections on which the database itself shows only what a user may reach.

In SQLite each table is covered by a view of its name, and an authorizer refuses every other way to its rows. In
PostgreSQL policies do the same for a role that owns nothing. Both ask `reach` and `shared`; the first net is the
condition that stands in every query (`readers.visible`).

Which version of a row is the newest must be known before anybody asks who may see it, or an older version would come
to light behind it: `TABLE keys` shows numbers, ids, days and branches of all versions, and nothing else.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa

from hechang.store.readers import COMMON, READ, Reader, hangs_on_project
from hechang.terms.rights import common_tables
from hechang.terms.specs import tables

ROLE = "hechang_web"
KEYS = ("seq", "id", "valid_from", "valid_to", "branch", "revision", "op")
READING, SELECTING, FUNCTION, TRANSACTION, RECURSIVE, SAVEPOINT = 20, 21, 31, 22, 33, 32  # codes of SQLite
OK, DENY = 0, 1
_CONDITION = """({row}.level = 0 AND {verb} = '{read}')
 OR EXISTS (SELECT 1 FROM {reach} g WHERE {row}.scope >= g.lo AND {row}.scope < g.hi AND {row}.level <= g.level
  {own} AND (g.owner IS NULL OR g.owner = {row}.owner) AND (g.most IS NULL OR {row}.revision <= g.most))
 OR EXISTS (SELECT 1 FROM {shared} s WHERE {row}.level <= s.level AND s.object IN ({objects}))"""
_REACH = """SELECT * FROM {main}reach WHERE uid = {uid}
 AND verb IN ({verb}, CASE {verb} WHEN '{read}' THEN '{common}' END)
 AND since <= {today} AND (over IS NULL OR over > {today})"""
_SHARED = """SELECT s.object, g.takes AS level FROM {main}shared s JOIN {main}reach g
 ON g.uid = {uid} AND g.verb IN ('{read}', '{common}') AND g.takes >= 0 AND g.home >= s.to_lo AND g.home < s.to_hi
 AND g.since <= {today} AND (g.over IS NULL OR g.over > {today})
 WHERE s.verb = {verb} AND s.since <= {today} AND (s.over IS NULL OR s.over > {today})"""


_NAMES = {"read": READ, "common": COMMON}


class Seen(NamedTuple):
    """Who looks, on which day, for what."""

    uid: str
    today: str
    verb: str = READ


class Looking(NamedTuple):
    """A connection, who looks through it, and whether the database itself holds back what he may not see."""

    connection: sa.Connection
    who: Reader
    guarded: bool


def keys(table: str) -> sa.TableClause:
    """The keys of all versions of a table, on a guarded connection."""
    return sa.table(f"{table} keys", *(sa.column(name) for name in KEYS))


def condition(table: str, reach: str, shared: str, verb: str, row: str) -> str:
    """SQL condition over the rows of a table; `reach`, `shared` and `row` name what stands in it."""
    objects = [f"'{table}/' || {row}.id"]
    objects += [f"'projects/' || {row}.project"] if hangs_on_project(table) else []
    own = "" if table in common_tables() else f"AND g.verb <> '{COMMON}'"
    said = {"reach": reach, "shared": shared, "verb": verb, "read": READ, "row": row, "own": own}
    return _CONDITION.format(**said, objects=", ".join(objects))


# --- SQLite ----------------------------------------------------------------------------------------------------------
def cover(connection: Any) -> Callable[[Seen], None]:
    """Cover all tables of a connection of SQLite, and return what says who looks.

    The views that reach the rows carry a name that is made up for each connection: a name somebody knows could be
    given to a part of his own query, and the authorizer would take that for the view.
    """
    token = secrets.token_hex(16)
    looking: dict[str, str] = dict.fromkeys(Seen._fields, "")
    for name in Seen._fields:
        connection.create_function(f"app_{name}", 0, partial(looking.__getitem__, name), deterministic=True)
    connection.execute("PRAGMA query_only=OFF")  # views of this connection alone, in its memory
    for statement in _views(token):
        connection.execute(statement)
    connection.execute("PRAGMA query_only=ON")
    connection.set_authorizer(_authorizer(token))
    return lambda seen: looking.update(seen._asdict())


def _views(token: str) -> list[str]:
    said = {name: f"app_{name}()" for name in Seen._fields} | _NAMES | {"main": "main."}
    reach, shared = f'"{token} reach"', f'"{token} shared"'
    made = [f"CREATE TEMP VIEW {name} AS {of.format(**said)}" for name, of in ((reach, _REACH), (shared, _SHARED))]
    for table in tables():
        inner, every = f'"{token} {table}"', f'"{token} {table} keys"'
        rows = condition(table, reach, shared, said["verb"], "r")
        made += [
            f'CREATE TEMP VIEW {inner} AS SELECT r.* FROM main."{table}" r WHERE {rows}',
            f'CREATE TEMP VIEW "{table}" AS SELECT * FROM {inner}',
            f'CREATE TEMP VIEW {every} AS SELECT {", ".join(KEYS)} FROM main."{table}"',
            f'CREATE TEMP VIEW "{table} keys" AS SELECT * FROM {every}',
        ]
    return made


def _authorizer(token: str) -> Callable[..., int]:
    harmless = (SELECTING, TRANSACTION, RECURSIVE, SAVEPOINT)

    def allowed(action: int, one: str | None, two: str | None, database: str | None, source: str | None) -> int:
        if action == READING:
            inside = (source or "").startswith(token)
            return OK if inside or (database == "temp" and not str(one).startswith("sqlite_")) else DENY
        if action == FUNCTION:
            return DENY if str(two).lower() == "load_extension" else OK
        return OK if action in harmless else DENY

    return allowed


# --- PostgreSQL ------------------------------------------------------------------------------------------------------
def server_functions() -> list[str]:
    """Statements that make the role of the web, and the functions its policies ask."""
    said = {name: f"current_setting('app.{name}')" for name in Seen._fields} | _NAMES | {"main": ""}
    definer = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT"
    return [
        f"DO $$ BEGIN CREATE ROLE {ROLE} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        f"GRANT {ROLE} TO CURRENT_USER",
        'CREATE TYPE shown AS (object text COLLATE "C", level bigint)',
        f"CREATE FUNCTION my_reach() RETURNS SETOF reach {definer} AS $$ {_REACH.format(**said)} $$",
        f"CREATE FUNCTION my_shared() RETURNS SETOF shown {definer} AS $$ {_SHARED.format(**said)} $$",
    ]


def server_policies(table: str) -> list[str]:
    """Statements that show the role of the web those rows of a table which its user may reach."""
    rows = condition(table, "my_reach()", "my_shared()", "current_setting('app.verb')", f'"{table}"')
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY "owner of {table}" ON "{table}" TO CURRENT_USER USING (true) WITH CHECK (true)',
        f'CREATE POLICY "seen of {table}" ON "{table}" FOR SELECT TO {ROLE} USING ({rows})',
        f'CREATE VIEW "{table} keys" AS SELECT {", ".join(KEYS)} FROM "{table}"',  # with the rights of its owner
        f'GRANT SELECT ON "{table}", "{table} keys" TO {ROLE}',
    ]


def say(connection: sa.Connection, seen: Seen) -> None:
    """Say on a connection to a server, until the end of its transaction, who looks; he has the role of the web."""
    parts = {"role": ROLE} | {f"app.{name}": value for name, value in seen._asdict().items()}
    calls = ", ".join(f"set_config('{name}', %(p{n})s, true)" for n, name in enumerate(parts))
    connection.exec_driver_sql(f"SELECT {calls}", {f"p{n}": value for n, value in enumerate(parts.values())})
