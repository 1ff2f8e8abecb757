"""Who may what: a million and a half decisions of four engines against an independent judge, none different."""

import random
from contextlib import closing
from functools import cache

import duckdb
import pyarrow as pa
import pytest
import sqlalchemy as sa

import hechang as hc
import postgres
from hechang.region.opening import copy_region
from hechang.store.guard import Seen
from hechang.store.readers import text, visible
from hechang.store.rights import reader_of
from hechang.store.schema import version_table
from hechang.terms.errors import StoreError
from hechang.terms.rights import OFFICERS, VERBS, roles
from hechang.terms.scopes import scope_range
from oracle_of_rights import Given, Row, Shown, World

DAY = "2022-09-27"
USERS = 60
ROWS = {"projects": 2_900, "returns": 500, "bodies": 300}
BODIES = [f"body-{n}" for n in range(12)]


def scopes():
    """A region, three provinces, nine cities, districts, zones: 370 scopes, some of whose names begin alike."""
    cities = ["31.3100", "32.3202", "32.3203", "32.32020", "32.3204", "32.3205", "32.3206", "33.3302", "33.3304"]
    found = ["r.", "r.31.", "r.32.", "r.33."]
    for city in cities:
        districts = [f"r.{city}.{city[-4:]}{n:02}." for n in range(8)]
        found += [f"r.{city}.", *districts, *(f"{one}z{n}." for one in districts for n in range(4))]
    return found


@cache
def world():
    """Users, shares and submissions drawn by lot, and the region that holds them."""
    rng = random.Random(39972)
    paths = scopes()
    users = [f"u{n:02}" for n in range(USERS)]
    names = [name for name in roles() if name != "public"]
    given = [drawn(rng, users, names, paths) for _ in range(220)]
    given += [Given("u02", "region_observer", "r."),
              Given("u03", "city_admin", "r.32.3202."),
              Given("u04", "company", "r.", BODIES[0]),
              Given("u05", "zone_editor", "r.32.3205.320503.z1.")]  # fmt: skip
    rows = [
        Row(table, f"{table[0]}{n}", rng.choice([*paths, *["r."] * 90 * (table == "bodies")]),
            rng.choice([0, 1, 1, 1, 2]), rng.choice(BODIES), 0,
            f"p{rng.randrange(300)}" if table == "returns" else None)
        for table, count in ROWS.items() for n in range(count)
    ]  # fmt: skip
    ids = [f"projects/p{n}" for n in range(0, 300, 3)] + [f"returns/r{n}" for n in range(0, 60, 2)]
    shown = [Shown(rng.choice([*ids, *paths[4:60]]), rng.choice(paths),
                   rng.choice(["read", "read", "update", "export"]),
                   rng.choice([None, "2022-09-26", DAY])) for _ in range(160)]  # fmt: skip
    return World(given, shown, {}, {"u07", "u08"}), users, rows


def drawn(rng, users, names, paths):
    """A role for somebody; the three officers are three persons."""
    role = rng.choice(names)
    able = users[2:] if role not in OFFICERS else users[2 + OFFICERS.index(role) :: 3]
    body = rng.choice([None, *BODIES]) if role == "company" else None
    since, last = rng.choice(["0001-01-01", DAY, "2022-09-28"]), rng.choice([None, "2022-09-26", DAY, "2023-01-01"])
    return Given(rng.choice(able), role, rng.choice(paths), body, since, last)


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """The world as a region in a folder: rows written in three edits, between which cities submit."""
    made = hc.create(tmp_path_factory.mktemp("rights") / "r.hc", hc.Settings(name="rights", day=DAY))
    judge, users, rows = world()
    steps = [(rows[::2], ["r.32.3202."]), (rows[1::2], ["r.33.", "r.32.3205.320503."]), (rows[::7], [])]
    for n, (part, submitted) in enumerate(steps):
        with made.latest().edit(by="x", why=f"step {n}") as e:
            for table in ROWS:
                e.put(table, [cells(row) for row in part if row.table == table])
            if n == 0:
                put_rights(e, judge, users)
            judge.submitted |= dict.fromkeys(submitted, n + 1)
            e.put("submissions", [{"body": BODIES[0], "area": area, "state": "submitted"} for area in submitted])
    yield made.latest()
    made.close()


def cells(row):
    found = {"id": row.id, "scope": row.scope, "level": row.level, "owner": row.owner}
    return found | ({"project": row.project, "period": "2022-08"} if row.table == "returns" else {"name": row.id})


def put_rights(e, judge, users):
    e.put("users", [{"id": u, "name": u, "active": u not in judge.away} for u in users])
    e.put("grants", [
        {"account": g.user, "role": g.role, "lo": g.scope, "hi": scope_range(g.scope)[1], "org": g.body,
         "until": g.last_day, "valid_from": g.since if g.since > "0001-01-01" else "0001"} for g in judge.given
    ])  # fmt: skip
    e.put("permits", [
        {"object": s.what, "to_lo": s.to, "to_hi": scope_range(s.to)[1], "verb": s.verb, "until": s.last_day}
        for s in judge.shown
    ])  # fmt: skip


@pytest.fixture(scope="module")
def decided(region):
    """What the judge says of every version, user and verb: numbers of the versions by user, verb and table."""
    judge, users, _ = world()
    found = {}
    for table in ROWS:
        t = version_table(table)
        with region.store.read.connect() as con:
            kept = [Row(table, r["id"], r["scope"], r["level"], r["owner"], r["revision"], r.get("project")) for r in
                    con.execute(sa.select(t).order_by(t.c.seq)).mappings()]  # fmt: skip
        for user in users:
            for verb in VERBS:
                allows = judge.judge(user, verb, DAY)
                found[user, verb, table] = {n for n, row in enumerate(kept, 1) if allows(row)}
        found[table] = len(kept)
    return found


def compared(decided, ask):
    """Ask an engine for the versions of each user, verb and table; return how many decisions that were."""
    asked = {key: ask(*key) ^ wanted for key, wanted in decided.items() if isinstance(key, tuple)}
    wrong = {key: sorted(different)[:3] for key, different in asked.items() if different}
    assert not wrong, dict(list(wrong.items())[:5])
    decisions = sum(decided[key[2]] for key in decided if isinstance(key, tuple))
    assert decisions >= 10**6
    return decisions


def test_the_judge_allows_some_and_refuses_some_of_everything(decided):
    for verb in VERBS:
        share = sum(len(v) for k, v in decided.items() if isinstance(k, tuple) and k[1] == verb)
        assert 0 < share < 0.9 * USERS * sum(decided[table] for table in ROWS), verb


def test_the_condition_in_a_query_decides_as_the_judge_does(region, decided):
    with region.store.read.connect() as con:
        readers = {user: reader_of(con, user, DAY) for user in world()[1]}

        def ask(user, verb, table):
            t = version_table(table)
            return set(con.execute(sa.select(t.c.seq).where(visible(readers[user], table, t.c, verb))).scalars())

        compared(decided, ask)


def test_the_condition_over_the_copies_decides_as_the_judge_does(region, decided):
    duck = duckdb.connect()
    with region.store.read.connect() as con:
        readers = {user: reader_of(con, user, DAY) for user in world()[1]}
        for table in ROWS:
            duck.register(table, arrow(con, table))

    def ask(user, verb, table):
        where = text(visible(readers[user], table, None, verb))
        return {n for (n,) in duck.execute(f"SELECT seq FROM {table} WHERE {where}").fetchall()}

    compared(decided, ask)
    duck.close()


def arrow(con, table):
    t = version_table(table)
    names = [name for name in ("seq", "id", "scope", "level", "owner", "revision", "project") if name in t.c]
    rows = con.execute(sa.select(*(t.c[name] for name in names))).all()
    return pa.table({name: [row[n] for row in rows] for n, name in enumerate(names)})


def test_the_views_of_the_folder_decide_as_the_judge_does(region, decided):
    guarded(region.store, decided)


@pytest.fixture(scope="module")
def on_server(region):
    """The same region on a server."""
    url = postgres.database()
    copy_region(region.folder, url)
    with closing(hc.open(url)) as there:
        yield there
    postgres.drop(url)


def test_the_policies_of_the_server_decide_as_the_judge_does(on_server, decided):
    guarded(on_server.store, decided)


def guarded(store, decided):
    def ask(user, verb, table):
        with store._engines.guarded(Seen(user, DAY, verb)) as con:
            return set(con.exec_driver_sql(f"SELECT seq FROM {table}").scalars())

    compared(decided, ask)


# --- ways past the views ---------------------------------------------------------------------------------------------
PAST = {
    "the table itself": "SELECT id FROM main.projects",
    "its number of rows": "SELECT count(*) FROM main.projects",
    "its row numbers": "SELECT rowid FROM main.projects",
    "a subquery": "SELECT * FROM (SELECT id FROM main.projects) AS projects",
    "a part by the name of the view": "WITH projects AS (SELECT * FROM main.projects) SELECT * FROM projects",
    "a join": "SELECT p.id FROM projects JOIN main.projects p USING (id)",
    "another database": "ATTACH ':memory:' AS other",
    "a pragma": "PRAGMA writable_schema = 1",
    "a view of one's own": "CREATE TEMP VIEW mine AS SELECT * FROM main.projects",
    "a trigger": "CREATE TEMP TRIGGER t BEFORE INSERT ON main.projects BEGIN SELECT 1; END",
    "an extension": "SELECT load_extension('x')",
    "the names of the views": "SELECT name FROM sqlite_temp_master",
    "the text of the tables": "SELECT sql FROM sqlite_master",
    "what others may reach": "SELECT * FROM reach",
    "passwords": "SELECT * FROM credentials",
    "the log": "SELECT record FROM audit",
    "a change that tells": "UPDATE projects SET name = 'x' RETURNING id",
}


@pytest.mark.parametrize("way", PAST)
def test_no_way_leads_past_the_views_of_a_folder(region, way):
    with pytest.raises(StoreError), region.store._engines.guarded(Seen("u03", DAY)) as con:
        con.exec_driver_sql(PAST[way]).all()


ON_SERVER = {
    "what others may reach": "SELECT * FROM reach",
    "passwords": "SELECT * FROM credentials",
    "the log": "SELECT record FROM audit",
    "a change that tells": "UPDATE projects SET name = 'x' RETURNING id",
    "taking a table away": "DROP TABLE projects",
    "switching the policies off": "ALTER TABLE projects DISABLE ROW LEVEL SECURITY",
}


@pytest.mark.parametrize("way", ON_SERVER)
def test_no_way_leads_past_the_policies_of_a_server(on_server, way):
    with pytest.raises(StoreError), on_server.store._engines.guarded(Seen("u03", DAY)) as con:
        con.exec_driver_sql(ON_SERVER[way]).all()


def test_a_connection_of_a_server_that_does_not_say_who_looks_shows_nothing(on_server):
    with on_server.store.read.connect() as con:
        con.exec_driver_sql("SET LOCAL ROLE hechang_web")
        try:
            found = con.exec_driver_sql("SELECT count(*) FROM projects").scalar()
        except StoreError:  # of a connection nobody has used before
            found = 0
    assert found == 0


def test_who_looked_is_forgotten_with_the_transaction(on_server):
    with on_server.store._engines.guarded(Seen("u03", DAY)) as con:
        mine = con.exec_driver_sql("SELECT count(*) FROM projects").scalar()
    with on_server.store.read.connect() as con:
        asked = "SELECT current_user, current_setting('app.uid', true)"
        assert con.exec_driver_sql(asked).one() == (postgres.OWNER, "")
        assert con.exec_driver_sql("SELECT count(*) FROM projects").scalar() > mine
