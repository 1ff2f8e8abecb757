"""One suite every store must pass: a region in a folder, and one on a server."""

import datetime as dt
import json
import random
import threading
from concurrent.futures import Future
from itertools import count, pairwise

import duckdb
import pysqlite3
import pytest
import sqlalchemy as sa

import hechang as hc
import postgres
from hechang.region.opening import create_region
from hechang.store import frozen
from hechang.store.anchor import NAME, check_anchor
from hechang.store.blobs import Blobs
from hechang.store.folder import DATABASE, FolderStore, create_folder, open_folder
from hechang.store.postgres import address_of
from hechang.store.readers import Grant, Reader, text, visible
from hechang.store.server import ServerStore, open_server
from hechang.store.sqlite import check_version, write_engine
from hechang.store.writer import Writer
from hechang.terms.errors import AuditBroken, Conflict, InputError, Refused, StoreError, UsageError


@pytest.fixture(params=["in_folder", "on_server"])
def region(request):
    return request.getfixturevalue(request.param)


def put(region, table, /, **row):
    with region.edit(by="zhang", why="test") as e:
        e.put(table, row)
    return e.after


def tamper(region, *statements):
    """Change the database behind the store's back, as somebody with access to it can."""
    engine = raw(region)
    with engine.begin() as con:
        if on_a_server(region):
            con.exec_driver_sql("SET session_replication_role = replica")  # no trigger runs
        else:
            for name in con.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
                con.exec_driver_sql(f'DROP TRIGGER "{name}"')
        for statement in statements:
            con.exec_driver_sql(statement)
    engine.dispose()


def raw(region):
    """The database as its administrator opens it."""
    if on_a_server(region):
        return sa.create_engine(postgres.superuser(region.store.where))
    return write_engine(region.folder / DATABASE)


def on_a_server(region):
    return isinstance(region.store, ServerStore)


def opened(region):
    return open_server(region.store.where) if on_a_server(region) else open_folder(region.folder)


def unchecked(region):
    """The store of a region, past the checks of opening."""
    return ServerStore(address_of(region.store.where)) if on_a_server(region) else FolderStore(region.folder)


def test_an_error_inside_an_edit_writes_nothing_at_all(region):
    with pytest.raises(ZeroDivisionError), region.edit(by="zhang", why="test") as e:  # noqa: PT012
        e.put("projects", {"name": "x"})
        1 / 0  # noqa: B018
    assert region.store.head() == region.revision
    assert len(region.latest().projects) == 4


def test_a_faulty_row_keeps_its_good_neighbours_out_too(region):
    with pytest.raises(Refused) as error, region.edit(by="zhang", why="test") as e:  # noqa: PT012
        e.put("bodies", {"name": "good"})
        e.put("projects", [{"name": "good"}, {"name": "bad", "place": "nowhere"}, {"name": None}])
    assert {f.field for f in error.value.findings} == {"place", "name"}
    assert region.store.head() == region.revision


@pytest.mark.parametrize(
    "statement", ["UPDATE projects SET name = 'x'", "DELETE FROM projects", "DELETE FROM revisions"]
)
def test_the_database_refuses_to_change_or_remove_rows(region, statement):
    engine = raw(region)
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), engine.begin() as con:
        con.exec_driver_sql(statement)
    engine.dispose()


def test_the_same_request_twice_is_written_once(region):
    for _ in range(2):
        with region.edit(by="zhang", why="test", request="r-1") as e:
            e.put("projects", {"id": "new", "name": "x"})
    assert region.store.head() == region.revision + 1


def test_a_stale_edit_is_a_conflict_and_an_unrelated_one_is_not(region):
    put(region, "projects", id="p1", name="first")
    with pytest.raises(Conflict):
        put(region, "projects", id="p1", name="second")
    put(region, "projects", id="p2", name="other row")
    assert region.latest().projects["name"]["p1"] == "first"


def test_edits_from_many_threads_all_arrive_in_one_chain(region):
    errors = []

    def work(n):
        try:
            put(region.latest(), "bodies", id=f"b{n}", name=str(n))
        except Conflict as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert {f"b{n}" for n in range(20)} <= set(region.latest().bodies.index)
    assert region.verify().whole


def test_a_branch_shows_its_parent_until_it_is_written_to_and_never_leaks_back(region):
    branch = region.new_branch("what-if", by="zhang", why="test")
    put(branch, "projects", id="p1", name="branch")
    put(region.latest(), "projects", id="p2", name="main later")
    assert region.branch("what-if").projects["name"].to_dict() | {"p1": "branch", "p2": "备案项目"} == (
        region.branch("what-if").projects["name"].to_dict()
    )
    assert region.latest().projects["name"]["p1"] == "签约项目"
    assert set(region.latest().projects["branch"]) == {"main"}


def test_a_removed_row_is_gone_now_and_still_there_before(region):
    with region.edit(by="zhang", why="test") as e:
        e.end("projects", ["p1"])
    assert "p1" not in e.after.projects.index
    assert "p1" in region.projects.index


def test_the_parquet_copy_made_step_by_step_equals_the_one_made_at_once(region):
    now = region
    for n in range(4):
        now = put(now, "projects", id=f"p{n % 3}", name=f"v{n}")
        now.projects  # noqa: B018 - makes the copy of this revision
    stepwise = now.projects
    for path in (region.folder / "cache").iterdir():
        path.unlink()
    assert now.latest().projects.equals(stepwise)


def test_a_cache_that_is_cleared_while_in_use_is_made_again(region):
    before = region.projects
    for path in (region.folder / "cache").iterdir():
        path.unlink()
    assert region.projects.equals(before)


def test_the_cache_does_not_grow_with_every_edit(region):
    now = region
    for n in range(20):
        now = put(now, "bodies", id="b", name=str(n))
        now.bodies  # noqa: B018 - makes a copy
    assert len(list((region.folder / "cache").glob("bodies-*.parquet"))) <= 12
    assert "b" not in region.bodies.index


def test_known_goes_by_the_order_of_commits_even_when_the_clock_went_back(tmp_path):
    today = dt.datetime(2022, 9, 1, tzinfo=dt.UTC)
    region = create_region(tmp_path / "r.hc", hc.Settings(day="2022-09-27"), clock=lambda: today)
    for n, day in enumerate((1, 5, 3, 9)):
        today = today.replace(day=day)
        region = put(region, "bodies", id=f"b{n}", name=str(n))
    assert list(region.known("2022-09-04").bodies.index) == ["b0"]
    assert len(region.known("2022-09-08").bodies) == 3
    region.close()


# --- history that was touched -------------------------------------------------------------------------------------
TOUCHES = {
    "a changed cell": ("UPDATE projects SET name = 'x' WHERE id = 'p1'",),
    "a removed row": ("DELETE FROM projects WHERE id = 'p1'",),
    "an added row": (
        "INSERT INTO bodies (id, owner, scope, level, source, valid_from, branch, revision, op, synthetic, name) "
        "VALUES ('z', 'l', 'r.', 0, 'person:z', '0001', 'main', 1, 'put', false, 'z')",
    ),
    "a changed reason": ("UPDATE revisions SET reason = 'other'",),
    "a removed revision": ("DELETE FROM revisions WHERE seq = 1",),
    "a row moved to another branch": ("UPDATE projects SET branch = 'main' WHERE branch = 'what-if'",),
    "an old version put behind the new one": (
        "UPDATE projects SET seq = -seq WHERE revision = 1",
        "UPDATE projects SET seq = 1000 - seq WHERE seq < 0",
    ),
    "a branch with another base": ("UPDATE branches SET base = 0",),
    "a branch taken away": ("DELETE FROM branches",),
    "a branch slipped in": ("INSERT INTO branches VALUES ('x', 'main', 1, 2)",),
    "another name of the store": ("UPDATE meta SET value = 'other' WHERE key = 'store'",),
    "counts that are none": ("UPDATE revisions SET counts = 'x' WHERE seq = 1",),
    "two rows swapped": (
        "UPDATE projects SET seq = -seq WHERE seq IN (1, 2)",
        "UPDATE projects SET seq = 3 + seq WHERE seq < 0",
    ),
}


@pytest.mark.parametrize("name", TOUCHES)
def test_verify_finds(region, name):
    put(region, "bodies", id="last", name="last")
    put(region.latest(), "projects", id="p1", name="new")
    put(region.latest().new_branch("what-if", by="zhang", why="test"), "projects", id="p1", name="if")
    assert region.verify().whole
    tamper(region, *TOUCHES[name])
    region.close()
    store = unchecked(region)
    verdict = store.verify()
    store.close()  # past the anchor, which would refuse to open
    assert not verdict.whole
    assert verdict.faults[0].revision in (1, 2, 4, 5)
    assert verdict.faults[0].zh


def test_verify_finds_a_kept_file_that_is_gone_or_changed(in_folder):
    sha = in_folder.documents["sha256"]["report"]
    path = in_folder.store.blobs.path(sha)
    for harm in (lambda: path.write_bytes(b"other"), path.unlink):
        harm()
        assert [(f.revision, sha[:12] in f.en) for f in in_folder.verify().faults] == [(1, True)]


def test_a_region_that_lost_its_last_revision_is_refused(region):
    put(region, "bodies", id="last", name="last")
    region.close()
    tamper(region, "DELETE FROM bodies WHERE id = 'last'", "DELETE FROM revisions WHERE seq = 2")
    with pytest.raises(AuditBroken, match="ends at revision 1"):
        opened(region)


def test_a_region_whose_last_revision_was_replaced_is_refused(region):
    region.close()
    tamper(region, "UPDATE revisions SET hash = 'x' WHERE seq = 1")
    with pytest.raises(AuditBroken, match="not the one"):
        opened(region)


def test_a_region_without_its_anchor_is_refused(in_folder):
    in_folder.close()
    (in_folder.folder / NAME).unlink()
    with pytest.raises(AuditBroken, match="missing"):
        open_folder(in_folder.folder)


def test_a_crash_between_commit_and_anchor_is_no_fault(region):
    old = (region.folder / NAME).read_bytes()
    put(region, "bodies", id="last", name="last")
    region.close()
    (region.folder / NAME).write_bytes(old)
    again = opened(region)
    assert again.head() == 2
    again.close()


# --- what is no region --------------------------------------------------------------------------------------------
def test_a_path_that_is_no_region_says_how_to_make_one(tmp_path):
    (tmp_path / "file").write_text("x")
    for path in (tmp_path, tmp_path / "file", tmp_path / "missing"):
        with pytest.raises(InputError, match="hechang init"):
            open_folder(path)


def test_a_database_that_is_none_or_of_somebody_else_is_refused(tmp_path):
    (tmp_path / DATABASE).write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="cannot be read"):
        open_folder(tmp_path)
    (tmp_path / DATABASE).unlink()
    con = pysqlite3.connect(tmp_path / DATABASE)
    con.execute("CREATE TABLE meta (key TEXT, value TEXT)")
    con.close()
    with pytest.raises(StoreError, match="another program"):
        open_folder(tmp_path)


def test_a_region_of_a_newer_layout_is_refused(region):
    region.close()
    tamper(region, "UPDATE meta SET value = '99' WHERE key = 'schema'")
    with pytest.raises(StoreError, match=r"Upgrade hechang"):
        opened(region)


def test_a_locked_region_says_so(in_folder, monkeypatch):
    monkeypatch.setattr("hechang.store.sqlite._WRITE", ("busy_timeout=50",))
    con = pysqlite3.connect(in_folder.folder / DATABASE, isolation_level=None)
    con.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="in use by another program"):
        put(in_folder, "bodies", id="x", name="x")
    con.rollback()
    con.close()
    assert put(in_folder, "bodies", id="x", name="x").revision == 2


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(InputError, match="not empty"):
        create_folder(tmp_path, "x")
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_an_sqlite_that_may_corrupt_a_region_is_refused():
    with pytest.raises(StoreError, match=r"pysqlite3 >= 0\.6\.1"):
        check_version((3, 40, 1))


def test_a_blob_that_changed_on_disk_is_named(tmp_path):
    blobs = Blobs(tmp_path)
    sha = blobs.keep(b"letter")
    assert blobs.read(sha) == b"letter"
    blobs.path(sha).write_bytes(b"lettre")
    with pytest.raises(StoreError, match=sha[:12]):
        blobs.read(sha)
    with pytest.raises(InputError):
        blobs.read("../../etc/passwd")


# --- who may read -------------------------------------------------------------------------------------------------
def test_sqlalchemy_duckdb_and_an_independent_oracle_agree_who_sees_a_row():
    rng = random.Random(11)
    paths = ["r.", "r.32.", "r.32.3202.", "r.32.3202.320281.", "r.33.", "r.32.3205.", "r.320.", "r.x."]
    ids = count()
    rows = [(next(ids), p, lv, o) for p in paths for lv in (0, 1, 2) for o in ("a", "b") for _ in range(1)]
    engine = sa.create_engine("sqlite://", module=pysqlite3)
    duck = duckdb.connect()
    with engine.connect() as con:
        for run in (con.exec_driver_sql, duck.execute):
            run("CREATE TABLE rows (n INTEGER, scope TEXT, level INTEGER, owner TEXT)")
            for row in rows:
                run("INSERT INTO rows VALUES (?, ?, ?, ?)", row)
        for _ in range(400):
            grants = tuple(
                Grant(p, p[:-1] + "/", rng.randrange(3), rng.choice([None, "a", "it's"]))
                for p in rng.sample(paths, rng.randrange(3))
            )
            who = Reader("x", grants)
            wanted = {
                n for n, s, lv, o in rows
                if any(s.startswith(g.lo) and lv <= g.level and g.owner in (None, o) for g in grants)
            }  # fmt: skip
            seen = visible(who, "places")
            query = sa.select(sa.column("n")).select_from(sa.table("rows")).where(seen)
            assert set(con.execute(query).scalars()) == wanted
            assert {n for (n,) in duck.execute(f"SELECT n FROM rows WHERE {text(seen)}").fetchall()} == wanted
    engine.dispose()


def test_the_public_reader_sees_public_rows_only(region):
    with region.edit(by="zhang", why="test", level=0) as e:
        e.put("bodies", {"id": "open", "name": "open"})
    region.close()
    public = hc.open(region.store.where, reader="public")
    assert list(public.bodies.index) == ["open"]
    assert public.projects.empty
    public.close()


def test_the_audit_record_tells_who_why_and_how_much(region):
    after = put(region, "bodies", id="x", name="x")
    newest, first = after.log().to_dict("records")
    assert (newest["actor"], newest["reason"], newest["counts"]) == ("zhang", "test", {"bodies": 1})
    assert newest["previous"] == first["hash"]
    anchor = json.loads((region.folder / NAME).read_text())
    assert (anchor["revision"], anchor["hash"]) == (2, newest["hash"])


def test_revisions_are_numbered_without_a_gap(region):
    for n in range(5):
        put(region.latest(), "bodies", id=f"x{n}", name="x")
    seqs = sorted(region.latest().log()["revision"])
    assert all(b - a == 1 for a, b in pairwise(seqs))


# --- many at once -------------------------------------------------------------------------------------------------
def test_what_another_program_wrote_counts_at_once(region):
    here, there = region.latest(), hc.open(region.store.where)
    for n in range(3):
        assert here.store.head() == there.store.head() == region.revision + n
        put(there.latest(), "users", id="li", name=f"li {n}", active=n != 1)
        assert here.store.is_active("li", "2026-01-01") is (n != 1)


def test_a_store_that_was_closed_and_is_used_again_knows_what_was_written_since(region):
    here, there = region.latest(), hc.open(region.store.where)
    for n in range(3):
        assert here.store.head() == region.revision + n
        here.store.close()
        put(there.latest(), "bodies", id=f"x{n}", name="x")


def test_opening_while_another_program_commits_is_no_broken_history(in_folder, monkeypatch):
    other = hc.open(in_folder.folder)

    def a_moment_later(*given):
        put(other, "bodies", id="meanwhile", name="x")
        check_anchor(*given)

    monkeypatch.setattr("hechang.store.folder.check_anchor", a_moment_later)
    assert open_folder(in_folder.folder).head() == 2
    other.close()


def test_an_edit_that_is_kept_is_not_refused_because_another_program_holds_the_lock(in_folder, monkeypatch):
    monkeypatch.setattr("hechang.store.sqlite._WRITE", ("busy_timeout=20",))
    rival = pysqlite3.connect(in_folder.folder / DATABASE, isolation_level=None, check_same_thread=False)
    follow_up = Writer._follow_up

    def slower(writer, done):
        rival.execute("BEGIN IMMEDIATE")
        return follow_up(writer, done)

    monkeypatch.setattr(Writer, "_follow_up", slower)
    assert put(in_folder, "bodies", id="x", name="x").revision == 2
    rival.close()


def test_an_edit_whose_anchor_cannot_be_written_says_that_it_is_kept(region, monkeypatch):
    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr("hechang.store.anchor.write_anchor", full)
    with pytest.raises(StoreError, match="is kept, do not repeat it"):
        put(region, "bodies", id="x", name="x")
    assert "x" in region.latest().bodies.index


def test_an_engine_that_fails_within_a_group_acknowledges_none_of_it(in_folder):
    engine = write_engine(in_folder.folder / DATABASE)
    writer = Writer(engine, lambda _: None, lambda error: StoreError(str(error), str(error)))

    def fail(connection):
        connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself when the disk is full
        raise sa.exc.OperationalError("insert", {}, Exception("database or disk is full"))

    insert = "INSERT INTO meta VALUES ('{}', 'x')"
    works = [lambda c: c.exec_driver_sql(insert.format("a")), fail, lambda c: c.exec_driver_sql(insert.format("b"))]
    batch = [(work, Future()) for work in works]
    writer._answer(batch)
    assert all(answer.exception() for _, answer in batch)
    writer.close()
    con = pysqlite3.connect(in_folder.folder / DATABASE)
    assert con.execute("SELECT count(*) FROM meta WHERE key IN ('a', 'b')").fetchone() == (0,)
    con.close()


def test_a_request_that_comes_twice_leaves_no_copy_of_rows_that_were_not_kept(region, monkeypatch):
    monkeypatch.setattr("hechang.store.sql_store.NOTED", 1)
    region.bodies  # noqa: B018 - makes the older copy
    for name in ("kept", "not kept"):
        for path in (region.folder / "cache").glob("bodies-main-2-*"):
            path.unlink()
        with region.edit(by="zhang", why="test", request="r") as e:
            e.put("bodies", {"name": name})
    names = set(e.after.bodies["name"])
    assert "kept" in names
    assert "not kept" not in names


def test_an_edit_is_kept_even_where_its_copy_cannot_be_made(region, monkeypatch):
    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr("hechang.store.sql_store.NOTED", 1)
    monkeypatch.setattr("hechang.store.frozen.Copies.note", full)
    assert put(region, "bodies", id="x", name="x").revision == 2


def test_a_copy_is_made_from_the_rows_when_another_program_drops_the_older_one(region, monkeypatch):
    after = put(region, "bodies", id="x", name="x")
    region.bodies  # noqa: B018 - makes the older copy
    make = frozen.Copies._make

    def too_late(copies, write, table, older, path):
        if older:
            older[1].unlink()
        make(copies, write, table, older, path)

    monkeypatch.setattr(frozen.Copies, "_make", too_late)
    assert len(after.bodies) == 3


def test_a_query_takes_no_more_memory_than_allowed_and_says_what_to_do(region, monkeypatch):
    monkeypatch.setenv("HECHANG_MEMORY", "a lot")
    with pytest.raises(UsageError, match="Write it as 2GB"):
        region.latest().query("SELECT 1")
    monkeypatch.setenv("HECHANG_MEMORY", "30MB")
    with pytest.raises(InputError, match="HECHANG_MEMORY=4GB"):
        region.latest().query("SELECT list(range || repeat('x', 100)) FROM range(2000000)")
    assert region.latest().query("SELECT count(*) AS n FROM projects")["n"][0] == 4


def test_rows_are_numbered_in_the_order_of_their_ids(region):
    numbered = region.query('SELECT id FROM "projects numbered" ORDER BY file_row_number')["id"].to_list()
    assert numbered == sorted(region.projects.index)
    assert "file_row_number" not in region.query("SELECT * FROM projects")


@pytest.mark.parametrize("name", ["what?.hc", "a#b%20.hc", "r[1].hc", "st*r.hc", "it's.hc"])
def test_a_folder_may_be_called_as_its_owner_likes(tmp_path, name):
    region = hc.tiny(tmp_path / name)
    assert len(region.projects) == 4
    assert [path.name for path in tmp_path.iterdir()] == [name]
    region.close()


def test_a_branch_of_a_branch_sees_neither_later_edits_of_its_parent_nor_those_of_main(region):
    one = put(region.new_branch("a", by="zhang", why="test"), "projects", id="p1", name="one")
    two = one.new_branch("a-1", by="zhang", why="test")
    put(one.latest(), "projects", id="p1", name="one later")
    put(region.latest(), "projects", id="p1", name="main later")
    put(two, "projects", id="p2", name="two")
    found = region.branch("a-1").projects["name"]
    assert (found["p1"], found["p2"]) == ("one", "two")
    assert region.branch("a").projects["name"]["p2"] == "备案项目"
    assert region.verify().whole
