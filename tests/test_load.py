"""Many at once: who waits, who is sent away, what is answered without work; and an old row never passes for new."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace

import httpx
import pytest
import uvicorn
from fastapi import Request

from hechang.region.query import Duck
from hechang.store.readers import LOCAL
from hechang.store.rests import same
from hechang.store.writer import Writer
from hechang.terms.errors import Busy, UsageError
from hechang.web import front
from hechang.web.answers import Shelf, answer_of, request_of
from hechang.web.app import create_app
from hechang.web.front import INNER, Front
from hechang.web.hall import AT, results_of
from hechang.web.waiting import Kind, Limits, kind_of, limits
from page_region import Client

ORIGIN = {"Origin": "http://127.0.0.1"}


def put(region, table, **row):
    with region.latest().edit(by="zhang", why="test") as e:
        e.put(table, row)
    return e.revision


def asked(app, *paths, headers=None):
    """Ask several addresses at once, as so many browsers would; answers in the order of the addresses."""

    async def all_of_them():
        async with browser(app) as one:
            return await asyncio.gather(*(one.get(path, headers=headers) for path in paths))

    return asyncio.run(all_of_them())


def browser(app):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1")


def narrow(app, **places):
    """The same application with fewer places."""
    app.user_middleware = [m for m in app.user_middleware if m.cls is not Front]
    app.add_middleware(Front, known=Limits(**places))
    return app


# --- what the browser has already -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    [
        "/api/tables/projects",
        "/api/tables/projects/p1",
        "/api/lists/signed-not-filed",
        "/api/log",
        "/today",
        "/projects/p1",
    ],
)
def test_an_answer_the_browser_has_is_not_sent_again(tiny, path):
    app = create_app(tiny)
    (first,) = asked(app, path)
    (again,) = asked(app, path, headers={"If-None-Match": first.headers["etag"]})
    assert first.status_code == 200 and first.headers["cache-control"] == "private, no-cache"
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


def test_what_the_browser_has_is_told_before_any_work_is_done(tiny):
    app, worked = create_app(tiny), []

    @app.get("/ogc/counted")
    def counted(request: Request):
        worked.append(results_of(request).region.table("places").shape)
        return len(worked)

    (first,) = asked(app, "/ogc/counted")
    for _ in range(3):
        asked(app, "/ogc/counted", headers={"If-None-Match": first.headers["etag"]})
    assert len(worked) == 1


def test_an_edit_changes_the_tags_of_what_rests_on_its_table_and_no_others(tiny):
    app = create_app(tiny)
    paths = ["/api/tables/projects", "/api/tables/places", "/api/lists/signed-not-filed", "/api/log"]
    before = [one.headers["etag"] for one in asked(app, *paths)]
    put(tiny, "projects", id="p1", note="new")
    after = [one.headers["etag"] for one in asked(app, *paths)]
    assert [a == b for a, b in zip(before, after, strict=True)] == [False, True, False, False]


def test_an_answer_from_a_result_that_was_kept_changes_with_the_tables_of_that_result(tiny):
    app = create_app(tiny)

    @app.get("/ogc/shared/{n}")
    def shared(n: int, request: Request):
        results = results_of(request)
        return [n, results.once("notes", lambda: results.region.table("projects")["note"].dropna().tolist())]

    pages = ["/ogc/shared/1", "/ogc/shared/2"]
    before = [asked(app, page)[0].headers["etag"] for page in pages]
    put(tiny, "projects", id="p1", note="new")
    after = [asked(app, page)[0] for page in pages]
    assert [one.json()[1] for one in after] == [["new"], ["new"]]
    assert not set(before) & {one.headers["etag"] for one in after}


def test_an_edit_of_one_row_leaves_the_pages_of_other_rows_as_they_are(tiny):
    app, rows = create_app(tiny), ["/api/tables/projects/p1", "/api/tables/projects/p2"]
    asked(app, *rows)
    shelf = front_of(app).shelf
    put(tiny, "projects", id="p1", note="new")
    state = app.state.hall.state({}, tiny.store.head())
    held = {address.path: entry.mark == state.mark(entry.answer.rests) for address, entry in shelf.all()}
    assert held == {rows[0]: False, rows[1]: True}
    assert "new" in asked(app, rows[0])[0].text


def test_an_edit_of_very_many_rows_counts_for_each_of_them(tiny):
    changes = create_app(tiny).state.hall.changes
    with tiny.edit(by="zhang", why="test") as e:
        e.put("projects", [{"id": f"w{n:03d}", "name": f"项目{n}", "place": "a"} for n in range(300)])
    then, now = changes.of("main", tiny.revision), changes.of("main", e.revision)
    assert not same(frozenset({"projects/w001"}), then, now)
    assert same(frozenset({"places/a"}), then, now)


def front_of(app):
    found = app.middleware_stack
    while not isinstance(found, Front):
        found = found.app
    return found


def test_each_language_day_and_branch_has_a_tag_of_its_own(tiny):
    tiny.new_branch("what-if", by="zhang", why="test")
    queries = ("", "?lang=en", "?on=2022-01-01", "?branch=what-if", "?limit=1", "?limit=2")
    found = asked(create_app(tiny), *(f"/api/tables/projects{query}" for query in queries))
    assert len({one.headers["etag"] for one in found}) == len(queries)


def test_a_result_is_not_worked_out_again_after_an_edit_of_another_table(tiny):
    hall = create_app(tiny).state.hall
    before = hall.results({}).listing("signed-not-filed")
    put(tiny, "comments", object="p1", posted="2022-09-01T00:00:00Z", text="很好")
    same = hall.results({}).listing("signed-not-filed")
    put(tiny, "projects", id="p1", note="new")
    assert same is before
    assert hall.results({}).listing("signed-not-filed") is not before


def test_what_a_view_collects_for_itself_is_not_handed_to_the_next_one(tiny):
    hall = create_app(tiny).state.hall
    hall.results({}).once("a place for things", list).append(1)
    put(tiny, "projects", id="p1", note="new")
    assert hall.results({}).once("a place for things", list) == []


# --- places to work and to wait in ------------------------------------------------------------------------------------
def test_a_burst_is_sent_away_with_a_time_to_come_again_while_a_row_is_still_answered(tiny):
    app = narrow(create_app(tiny), page=2, page_waiting=3)
    free = asyncio.Event()

    @app.get("/ogc/slow")
    async def slow(n: int):
        await free.wait()
        return n

    async def burst():
        async with browser(app) as one:
            many = [asyncio.ensure_future(one.get(f"/ogc/slow?n={n}")) for n in range(50)]
            away = [(await future) for future in many[5:]]
            row = await one.get("/api/tables/projects/p1")
            free.set()
            return away, row, [await future for future in many[:5]]

    away, row, served = asyncio.run(burst())
    assert {one.status_code for one in away} == {503}
    assert all(int(one.headers["retry-after"]) > 0 and one.json()["error"]["kind"] == "busy" for one in away)
    assert row.status_code == 200
    assert [one.json() for one in served] == list(range(5))


def test_the_same_question_asked_by_many_at_once_is_worked_out_once(tiny):
    app, worked = create_app(tiny), []

    @app.get("/ogc/counted")
    async def counted(n: int):
        worked.append(n)
        await asyncio.sleep(0)
        return n

    found = asked(app, *["/ogc/counted?n=7"] * 30)
    assert {one.status_code for one in found} == {200}
    assert worked == [7]


def test_when_too_many_edits_wait_the_next_one_is_told_when_to_come_again(tiny, monkeypatch):
    def full(*_):
        raise Busy("Too many edits are waiting. Try again shortly", "等待写入的修改过多, 请稍后再试")

    monkeypatch.setattr(Writer, "do", full)
    body = {"by": "zhang", "why": "test", "fields": {"note": "x"}}

    async def edit():
        async with browser(create_app(tiny)) as one:
            return await one.patch("/api/tables/projects/p1", json=body, headers={"If-Match": "*", **ORIGIN})

    found = asyncio.run(edit())
    assert (found.status_code, found.json()["error"]["kind"]) == (503, "busy")
    assert int(found.headers["retry-after"]) > 0


def test_places_are_whole_numbers_from_the_environment():
    assert limits({"HECHANG_PAGE": "7"}).places(Kind.PAGE) == (7, Limits().page_waiting)
    with pytest.raises(UsageError, match="HECHANG_STALE='soon'"):
        limits({"HECHANG_STALE": "soon"})


def test_an_upload_a_sign_in_a_list_a_row_and_a_file_each_wait_in_a_place_of_their_own():
    asked = [
        ("POST", "/api/imports"),
        ("POST", "/sign-in"),
        ("GET", "/api/lists/lights"),
        ("GET", "/api/tables/projects/p1"),
        ("GET", "/assets/a.js"),
    ]
    assert [kind_of(*one) for one in asked] == [Kind.UPLOAD, Kind.WRITE, Kind.HEAVY, Kind.LIGHT, Kind.FREE]


def test_no_more_answers_are_kept_than_there_is_room_for(tiny):
    app, shelf = create_app(tiny), Shelf(20_000)
    scope = request_of(front.address_of("/api/tables/projects", "", "zh", LOCAL)[0], {INNER: True, AT: 1})
    answer = asyncio.run(answer_of(app, scope, 1))
    for n in range(50):
        shelf.put(front.address_of("/", f"n={n}", "zh", LOCAL)[0], front.Entry(answer, (), "", {}))
    assert 1 < len(shelf.all()) <= 20_000 // len(answer.body)
    assert shelf.bytes <= 20_000


# --- old answers while new ones are made ------------------------------------------------------------------------------
class Helper:
    """A helper process as the tests have it: it answers when it is let."""

    def __init__(self, app):
        self.app = app
        self.free = asyncio.Event()
        self.free.set()

    async def ask(self, address, revision):
        await self.free.wait()
        return await answer_of(self.app, request_of(address, {INNER: True, AT: revision}), revision, address.body)


def test_an_old_list_states_its_true_revision_and_who_wrote_waits_for_the_new_one(tiny, monkeypatch):
    monkeypatch.setattr(front, "TICK", 0)
    app, path = create_app(tiny), "/api/lists/signed-not-filed"

    async def story():
        helper = Helper(app)
        app.state.elsewhere = {Kind.HEAVY: helper}
        async with browser(app) as one:
            first = await one.get(path)
            helper.free.clear()
            wrote = put(tiny, "projects", id="p1", note="new")
            while "x-newer-revision" not in (old := await one.get(path)).headers:
                await asyncio.sleep(0)
            own = asyncio.ensure_future(one.get(path, headers={"X-After-Revision": str(wrote)}))
            await asyncio.sleep(0)
            waited = not own.done()
            helper.free.set()
            return first, old, waited, await own, wrote

    first, old, waited, own, wrote = asyncio.run(story())
    assert old.json()["revision"] == first.json()["revision"] == tiny.revision_name
    assert old.headers["x-newer-revision"] == str(wrote)
    assert waited
    assert own.json()["revision"] == tiny.at(wrote).revision_name


def test_an_answer_older_than_allowed_is_not_given(tiny, monkeypatch):
    monkeypatch.setattr(front, "TICK", 3600)
    app, path = narrow(create_app(tiny), stale=0), "/api/lists/signed-not-filed"

    async def story():
        app.state.elsewhere = {Kind.HEAVY: Helper(app)}
        async with browser(app) as one:
            await one.get(path)
            wrote = put(tiny, "projects", id="p1", note="new")
            return await one.get(path), wrote

    found, wrote = asyncio.run(story())
    assert found.json()["revision"] == tiny.at(wrote).revision_name


def test_who_wrote_a_row_sees_it_in_the_very_next_page(tiny):
    app = create_app(tiny)

    async def story():
        app.state.elsewhere = {Kind.HEAVY: Helper(app)}  # pages keep a pace then
        async with browser(app) as one:
            page = await one.get("/api/tables/projects")
            wrote = put(tiny, "projects", id="p1", note="mine")
            after = await one.get("/api/tables/projects", headers={"X-After-Revision": str(wrote)})
            by_address = await one.get(f"/api/tables/projects?sort=name&after={wrote}")
            return page, after, by_address

    page, *mine = asyncio.run(story())
    assert "mine" not in page.text
    assert all("mine" in one.text for one in mine)


def test_a_row_and_its_history_are_never_shown_old(tiny):
    app = create_app(tiny)

    async def story():
        app.state.elsewhere = {Kind.HEAVY: Helper(app)}
        async with browser(app) as one:
            paths = [f"/api/tables/projects/p1{part}" for part in ("", "/history")]
            await asyncio.gather(*(one.get(path) for path in paths))
            put(tiny, "projects", id="p1", note="just now")
            return [(await one.get(path)).text for path in paths]

    assert all("just now" in text for text in asyncio.run(story()))


def test_a_page_shown_old_is_made_anew_behind_it_as_if_somebody_had_asked(tiny):
    app = narrow(create_app(tiny), pace=0)
    paths = ["/api/tables/projects?limit=2", "/api/tables/projects?limit=2&offset=2&lang=en"]

    async def story():
        app.state.elsewhere = {Kind.HEAVY: Helper(app)}
        async with browser(app) as one:
            for path in paths:
                await one.get(path)
            wrote = put(tiny, "projects", id="p1", note="new")
            seen = []
            while [one["revision"] for one in seen[-2:]] != [tiny.at(wrote).revision_name] * 2:
                seen += [(await one.get(path)).json() for path in paths]
                await asyncio.sleep(0.01)
            return seen

    *old, first, second = asyncio.run(story())
    assert old[0]["revision"] == tiny.revision_name
    fresh = Client(create_app(tiny))
    assert [first, second] == [fresh.get(path).json() for path in paths]


# --- rows are the same, whichever way they are read -------------------------------------------------------------------
def edits(region):
    """A story of edits of which each is one revision; yields the region after each."""
    yield region
    for table, rows in (
        ("projects", [{"id": "p1", "name": "甲一"}, {"id": "p9", "name": "新", "place": "a"}]),
        ("projects", [{"id": "p2", "name": "later", "valid_from": "2022-05"}]),
        ("projects", [{"id": "p0", "name": "first of all", "place": "b", "level": 2}]),
        ("places", [{"id": "a", "people": 26}]),
    ):
        with region.latest().edit(by="zhang", why="test") as e:
            e.put(table, rows)
        yield e.after
    with region.latest().edit(by="zhang", why="test") as e:
        e.end("projects", ["p3"])
    yield e.after
    branch = e.after.new_branch("what-if", by="zhang", why="test")
    with branch.edit(by="zhang", why="test") as e:
        e.put("projects", {"id": "p1", "name": "otherwise"})
    yield e.after


@pytest.mark.parametrize("reader", ["local", "public"])
def test_a_table_read_from_a_copy_and_its_changes_equals_the_table_read_from_one_copy(tiny, reader):
    quick = Duck(quick=True)
    for region in edits(tiny):
        for day in ("2022-01-01", "2022-09-27"):
            seen = replace(region.on(day), reader=hall_reader(reader))
            for table in ("projects", "places"):
                assert replace(seen, duck=quick).table(table).equals(replace(seen, duck=Duck()).table(table))
            numbered = 'SELECT * FROM "projects numbered" ORDER BY file_row_number'
            assert replace(seen, duck=quick).query(numbered).equals(replace(seen, duck=Duck()).query(numbered))


@pytest.mark.parametrize("reader", ["local", "public"])
def test_rows_looked_up_by_their_ids_are_those_of_the_table(tiny, reader):
    for region in edits(tiny):
        for day in ("2022-01-01", "2022-09-27"):
            seen = replace(region.on(day), reader=hall_reader(reader), duck=Duck())
            whole = seen.table("projects")
            few = seen.table("projects", where={"id": ["p0", "p1", "p2", "p3", "p9", "nobody"]})
            assert few.equals(whole[whole.index.isin(["p0", "p1", "p2", "p3", "p9"])])
            every = seen.query("SELECT * FROM \"projects every\" WHERE id = 'p2' ORDER BY valid_from")
            assert seen.every_version("projects", ["p2"]).equals(every)


def hall_reader(name):
    from hechang.store.readers import reader

    return reader(name)


def test_a_query_cannot_read_the_view_of_another_reader(tiny):
    put(tiny, "projects", id="secret", name="secret", level=2)
    local = tiny.latest()
    assert "secret" in local.projects.index
    public = replace(local, reader=hall_reader("public"))
    for sql in (
        'SELECT * FROM "view 1".projects',
        'SELECT * FROM memory."view 1".projects',
        "SELECT * FROM information_schema.tables",
    ):
        with pytest.raises(Exception, match="may not read"):
            public.query(sql)


# --- readers and writers together -------------------------------------------------------------------------------------
@pytest.fixture
def served(tiny):
    """Port of a running server over the tiny region, with more projects to write to."""
    with tiny.edit(by="zhang", why="test") as e:
        e.put("projects", [{"id": f"w{n:03d}", "name": f"项目{n}", "place": "a"} for n in range(40)])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(tiny), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield port
    server.should_exit = True
    thread.join()


def test_twenty_writers_and_readers_for_three_seconds_lose_nothing(served, tiny, root, tmp_path):
    paths = ["/api/tables/projects", "/api/tables/projects?limit=5", "/api/tables/projects/p1", "/api/region"]
    plan = {
        "port": served, "readers": 20, "writers": 20, "every": 1.0, "turns": 3,
        "mix": [{"group": "read", "weight": 1, "paths": paths}], "rows": [f"w{n:03d}" for n in range(40)],
        "users": [],
    }  # fmt: skip
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    line = [sys.executable, "-m", "benchmarks.load", str(tmp_path / "plan.json")]
    found = json.loads(subprocess.run(line, cwd=root, capture_output=True, check=True).stdout)
    assert found["failed"] == [] and found["unseen"] == 0
    assert set(found["statuses"]) <= {"200", "304"}
    assert len(found["written"]) == 60
    for key, id, value, revision in found["written"]:
        kept = tiny.store.history("projects", id)
        assert kept.loc[kept["revision"] == revision, "note"].tolist() == [value]
        assert tiny.store.requested(key) == revision
