"""Signing in: passwords, lock-out, sign-ins, API tokens, forms of others, another service, and who is let near."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from fastapi import Request, Response
from fastapi.responses import JSONResponse

import hechang as hc
import postgres
from hechang.cli import main
from hechang.region.opening import copy_region, open_region
from hechang.store import passwords
from hechang.store.credentials import By, Credentials
from hechang.store.passwords import Hasher, check_password
from hechang.store.schema import metadata
from hechang.store.sign_ins import SignIns, csrf_of
from hechang.store.tokens import MOST, Bounds, Tokens, checked
from hechang.store.tries import OF_ACCOUNT, OF_ADDRESS
from hechang.terms.errors import HechangError, InputError, NotKnown, StoreError, UsageError
from hechang.web.app import create_app
from hechang.web.doors import LOOPBACK, Doors, doors
from hechang.web.identity import accounts, reader_for
from hechang.web.security import BODY, SAFE
from hechang.web.serving import check_host
from hechang.web.signin_oidc import Oidc, Provider, oidc_settings
from oidc_provider import CLIENT, MISBEHAVIOURS, SECRET, oidc

START = datetime(2022, 9, 27, 1, 0, tzinfo=UTC)
PASSWORD = "Tiger-8 auf dem Dach"
OTHER = "Löwe 9 unter der Brücke"
HERE = By("zhang", role="local")
HOME, OUTSIDE = "http://127.0.0.1:8000", "https://plan.example.cn"
PROBE = "/account/probe"  # a route of the tests that says who asks


class Clock:
    """A clock that stands until somebody moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)


class Counting(Hasher):
    """A cheap hash that counts how often it is worked out."""

    def __init__(self) -> None:
        super().__init__(memory=8, rounds=1)
        self.checked = 0

    def right(self, kept, password):
        self.checked += 1
        return super().right(kept, password)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def in_folder(tmp_path, clock):
    hc.tiny(tmp_path / "t.hc").close()
    made = open_region(tmp_path / "t.hc", clock=clock)
    yield made
    made.close()


@pytest.fixture
def on_server(clock):
    url = postgres.tiny_database()
    made = open_region(url, clock=clock)
    yield made
    made.close()
    postgres.drop(url)


@pytest.fixture(params=["in_folder", "on_server"])
def region(request):
    return request.getfixturevalue(request.param)


def user(region, name="某甲", **more):
    """Add a user's row and return its id."""
    with region.latest().edit(by="zhang", why="new") as e:
        (uid,) = e.put("users", {"name": name, "active": True} | more)
    return uid


def known(region, clock, *, login="mou", must_change=False, **more):
    """Return the accounts of a region with one user in them."""
    found = accounts(region.store, Counting(), clock)
    uid = user(region, **more)
    found.credentials.add(uid, login, PASSWORD, must_change=must_change, by=HERE)
    return found, uid


def records(region):
    """What the audit log holds, oldest first."""
    a = metadata().tables["audit"]
    with region.store.read.connect() as connection:
        return [json.loads(text) for text in connection.execute(sa.select(a.c.record).order_by(a.c.seq)).scalars()]


def everything(region):
    """All bytes a region keeps."""
    if region.store.where.startswith("postgresql"):
        with region.store.read.connect() as connection:
            names = sa.inspect(connection).get_table_names()
            rows = [connection.exec_driver_sql(f'SELECT x::text FROM "{name}" x').scalars().all() for name in names]
        return "\n".join(text for part in rows for text in part).encode()
    return b"".join(path.read_bytes() for path in region.folder.rglob("*") if path.is_file())


# --- passwords -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["short-1A", "zwölf zeichen", "密码密码密码密码密码密码码", PASSWORD])
def test_a_long_password_or_one_of_three_kinds_is_taken(text):
    check_password(text, "mou")


@pytest.mark.parametrize(
    "text",
    ["", "short-1", "abcdefgh", "abcd1234", "aaaaaaaaaaaa", "abababababab", "Password1", "PASSWORD123456", "1qaz@WSX",
     "Ｐａｓｓｗｏｒｄ１", "moujia-2022", "Xmoujia!9", "a" * 257 + "B1", "correcthorsebatterystaple"],
)  # fmt: skip
def test_a_password_that_is_easily_guessed_is_refused_and_not_repeated(text):
    with pytest.raises(InputError) as found:
        check_password(text, "moujia")
    assert not text or (text not in found.value.en and text not in found.value.zh)


def test_a_hash_is_argon2id_of_the_stated_cost_and_never_the_same():
    one, other = Hasher().hash(PASSWORD), Counting().hash(PASSWORD)
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert Hasher().right(one, PASSWORD) and not Hasher().right(one, PASSWORD + "!")
    assert Hasher().old(other) and not Hasher().old(one)
    assert Counting().hash(PASSWORD) != other


def test_at_most_two_hashes_are_worked_out_at_a_time(monkeypatch):
    class Slow:
        def __init__(self):
            self.inside, self.most, self.pair = 0, 0, threading.Barrier(2, timeout=20)

        def derive_phc_encoded(self, _password):
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.pair.wait()
            self.inside -= 1
            self.pair.wait()
            return ""

    hasher = Hasher(memory=8, rounds=1)
    slow = Slow()
    monkeypatch.setattr(passwords, "Argon2id", lambda **_: slow)
    threads = [threading.Thread(target=hasher.hash, args=(PASSWORD,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert slow.most == 2


# --- accounts --------------------------------------------------------------------------------------------------------
def test_the_first_account_is_made_without_one_and_lets_its_user_in(region, clock):
    assert not Credentials(region.store).any()
    found, uid = known(region, clock)
    assert found.credentials.any()
    assert found.credentials.check(" MOU ", PASSWORD, "").uid == uid
    assert [(one.login, one.password, one.subject) for one in found.credentials.all()] == [("mou", True, None)]


def test_a_login_is_one_users_and_a_user_has_one(region, clock):
    found, uid = known(region, clock)
    for who, login in ((user(region, "某乙"), "MOU"), (uid, "other")):
        with pytest.raises(InputError) as told:
            found.credentials.add(who, login, PASSWORD, must_change=False, by=HERE)
        assert "mou" not in str(told.value).lower()
    for login in ("", "a", "a b", "a" * 65, "a\x00b", "=1+1", "<b>"):
        with pytest.raises(InputError):
            found.credentials.add("x", login, PASSWORD, must_change=False, by=HERE)


def test_wrong_passwords_lock_an_account_for_longer_and_longer(region, clock):
    found, uid = known(region, clock)

    def check(word):
        return found.credentials.check("mou", word, "192.0.2.1").uid

    for _ in range(OF_ACCOUNT):
        assert check("wrong") is None
    assert check(PASSWORD) is None  # the right one does not help either
    clock.wait(seconds=29)
    assert check(PASSWORD) is None
    clock.wait(seconds=2)
    assert check("wrong") is None
    clock.wait(seconds=31)
    assert check(PASSWORD) is None  # now twice as long
    clock.wait(seconds=30)
    assert check(PASSWORD) == uid
    for _ in range(OF_ACCOUNT - 1):
        assert check("wrong") is None
    assert check(PASSWORD) == uid  # the count began anew


def test_tries_at_the_same_moment_all_count(region, clock):
    found, _ = known(region, clock)
    threads = [threading.Thread(target=found.credentials.check, args=("mou", "wrong", "")) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found.credentials.check("mou", PASSWORD, "").uid is None


def test_an_address_that_tries_many_logins_is_not_listened_to(region, clock):
    found, uid = known(region, clock)
    for n in range(OF_ADDRESS):
        assert found.credentials.check(f"user{n}", "wrong", "2001:db8::1").wait == 0
    before = found.credentials.hasher.checked
    tried = found.credentials.check("mou", PASSWORD, "2001:db8::2")  # the same network
    assert tried.uid is None and tried.wait == 30
    assert found.credentials.hasher.checked == before  # no work for it either
    assert found.credentials.check("mou", PASSWORD, "192.0.2.7").uid == uid
    clock.wait(seconds=31)
    assert found.credentials.check("mou", PASSWORD, "2001:db8::1").uid == uid


def test_an_unknown_login_costs_as_much_work_as_a_known_one(region, clock, monkeypatch):
    found, _ = known(region, clock)
    off = user(region, "某乙", active=False)
    found.credentials.add(off, "off", PASSWORD, must_change=False, by=HERE)
    found.credentials.add(user(region, "某丙"), "elsewhere", None, must_change=False, by=HERE)
    writes, alone = [], region.store.alone
    monkeypatch.setattr(region.store, "alone", lambda work: (writes.append(1), alone(work))[1])
    costs = []
    for login, word in (("mou", "wrong"), ("nobody", "wrong"), ("off", PASSWORD), ("elsewhere", ""), ("", "")):
        writes.clear()
        before = found.credentials.hasher.checked
        assert found.credentials.check(login, word, "").uid is None
        costs.append((found.credentials.hasher.checked - before, len(writes)))
    assert len(set(costs)) == 1 and costs[0][0] == 1


def test_a_user_who_is_switched_off_or_ended_does_not_sign_in_and_what_he_had_ends(region, clock):
    for end in (False, True):
        found, uid = known(region, clock, login=f"mou{end}")
        sign_in = found.sign_ins.begin(uid, by=By(uid))
        token = found.tokens.make(uid, Bounds("x", ("read",), "r.", "2022-12-31"), by=HERE)
        assert found.sign_ins.find(sign_in) and found.tokens.find(token)
        with region.latest().edit(by="zhang", why="left") as e:
            if end:
                e.end("users", uid)
            else:
                e.put("users", {"id": uid, "active": False})
        assert found.credentials.check(f"mou{end}", PASSWORD, "").uid is None
        assert found.sign_ins.find(sign_in) is None and found.tokens.find(token) is None


def test_a_hash_of_another_cost_is_made_anew_when_its_password_is_given(region, clock):
    found, uid = known(region, clock)
    c = metadata().tables["credentials"]
    old = Hasher(memory=16, rounds=1).hash(PASSWORD)
    region.store.alone(lambda connection: connection.execute(c.update().values(secret=old)).rowcount)
    assert found.credentials.check("mou", PASSWORD, "").uid == uid
    with region.store.read.connect() as connection:
        assert "$m=8,t=1,p=1$" in connection.execute(sa.select(c.c.secret)).scalar_one()


def test_an_id_elsewhere_is_one_users(region, clock):
    found, uid = known(region, clock)
    other = user(region, "某乙")
    found.credentials.add(other, "yi", None, must_change=True, by=HERE)
    found.credentials.link(uid, "https://id.example.cn|4711", by=HERE)
    assert found.credentials.by_subject("https://id.example.cn|4711") == uid
    assert found.credentials.by_subject("https://id.example.cn|4712") is None
    for who, subject in ((other, "https://id.example.cn|4711"), (uid, "person-4711"), (uid, "https://a|b|c")):
        with pytest.raises(InputError):
            found.credentials.link(who, subject, by=HERE)
    with pytest.raises(NotKnown):
        found.credentials.link("nobody", "https://id.example.cn|1", by=HERE)
    found.credentials.link(uid, None, by=HERE)
    assert found.credentials.by_subject("https://id.example.cn|4711") is None


# --- sign-ins and tokens ---------------------------------------------------------------------------------------------
def test_a_sign_in_ends_when_nobody_is_there(region, clock):
    found, uid = known(region, clock)
    token = found.sign_ins.begin(uid, by=By(uid))
    for _ in range(4):
        clock.wait(minutes=29)
        assert found.sign_ins.find(token).uid == uid
    clock.wait(minutes=30)
    assert found.sign_ins.find(token) is None


def test_a_sign_in_ends_after_twelve_hours_whoever_is_there(region, clock):
    found, uid = known(region, clock)
    token = found.sign_ins.begin(uid, by=By(uid))
    for _ in range(35):
        clock.wait(minutes=20)
        assert found.sign_ins.find(token)
    clock.wait(minutes=20)
    assert found.sign_ins.find(token) is None and found.sign_ins.own(uid) == []


def test_every_sign_in_has_a_token_of_its_own_and_ends_the_one_before(region, clock):
    found, uid = known(region, clock)
    first = found.sign_ins.begin(uid, by=By(uid))
    second = found.sign_ins.begin(uid, first, by=By(uid))
    assert first != second and len(second) >= 43
    assert found.sign_ins.find(first) is None and found.sign_ins.find(second)
    assert found.sign_ins.find("") is None and found.sign_ins.find("\ud800") is None


def test_a_form_belongs_to_one_sign_in(region, clock):
    found, uid = known(region, clock)
    one, other = (found.sign_ins.begin(uid, by=By(uid)) for _ in range(2))
    assert found.sign_ins.find(one).allows(csrf_of(one))
    for wrong in (csrf_of(other), "", one, "\ud800"):
        assert not found.sign_ins.find(one).allows(wrong)


def test_a_new_password_ends_every_sign_in_and_one_set_by_another_every_token_too(region, clock):
    found, uid = known(region, clock)
    tokens = [found.sign_ins.begin(uid, by=By(uid)) for _ in range(2)]
    program = found.tokens.make(uid, Bounds("x", ("read",), "r.", "2022-12-31"), by=HERE)
    found.credentials.change_password(uid, OTHER, by=By(uid))
    assert not any(found.sign_ins.find(token) for token in tokens) and found.tokens.find(program)
    assert found.credentials.check("mou", PASSWORD, "").uid is None
    found.credentials.set_password(uid, PASSWORD, must_change=True, by=HERE)
    assert found.tokens.find(program) is None
    assert found.sign_ins.find(found.sign_ins.begin(uid, by=By(uid))).must_change


def test_a_change_of_rights_ends_the_sign_ins_of_that_user_alone(region, clock):
    found, uid = known(region, clock)
    other = user(region, "某乙")
    found.credentials.add(other, "yi", PASSWORD, must_change=False, by=HERE)
    mine, theirs = (found.sign_ins.begin(one, by=By(one)) for one in (uid, other))
    clock.wait(seconds=1)
    with region.latest().edit(by="zhang", why="granted") as e:
        e.put("grants", {"account": uid, "role": "auditor", "lo": "r.", "hi": "r/"})
    assert found.sign_ins.find(mine) is None and found.sign_ins.find(theirs)
    clock.wait(seconds=1)
    assert found.sign_ins.find(found.sign_ins.begin(uid, by=By(uid)))


def test_sign_ins_are_ended_one_by_one_and_all_at_once_by_their_own_user_only(region, clock):
    found, uid = known(region, clock)
    tokens = [found.sign_ins.begin(uid, by=By(uid)) for _ in range(3)]
    first = found.sign_ins.find(tokens[0])
    assert not found.sign_ins.end_one(first.handle, by=By("somebody else"))
    assert found.sign_ins.end_one(first.handle, by=By(uid)) and found.sign_ins.find(tokens[0]) is None
    found.sign_ins.end_all(by=By(uid), but=found.sign_ins.find(tokens[1]).key)
    assert found.sign_ins.find(tokens[1]) and found.sign_ins.find(tokens[2]) is None
    found.sign_ins.end_all(by=By(uid))
    assert found.sign_ins.own(uid) == []


def test_a_token_has_verbs_a_scope_and_an_end(region, clock):
    found, uid = known(region, clock)
    token = found.tokens.make(uid, Bounds("nightly", ("export", "read"), "3202", "2022-09-28"), by=HERE)
    made = found.tokens.find(token)
    assert (made.uid, made.verbs, made.lo, made.name) == (uid, ("read", "export"), "r.32.3202.", "nightly")
    assert found.tokens.own(uid)[0].used
    clock.wait(hours=38)
    assert found.tokens.find(token)
    clock.wait(hours=1, minutes=1)
    assert found.tokens.find(token) is None and found.tokens.own(uid) == []


@pytest.mark.parametrize(
    "wanted",
    [Bounds("", ("read",), "r.", "2022-12-31"), Bounds("x" * 81, ("read",), "r.", "2022-12-31"),
     Bounds("a\nb", ("read",), "r.", "2022-12-31"), Bounds("x", (), "r.", "2022-12-31"),
     Bounds("x", ("everything",), "r.", "2022-12-31"), Bounds("x", ("read",), "nowhere/", "2022-12-31"),
     Bounds("x", ("read",), "", "2022-12-31"), Bounds("x", ("read",), "r.", "2023-09-29"),
     Bounds("x", ("read",), "r.", "2022-09-26"), Bounds("x", ("read",), "r.", "2022-12"),
     Bounds("x", ("read",), "r.", "")],
)  # fmt: skip
def test_a_token_without_sound_bounds_is_not_made(wanted):
    with pytest.raises(InputError):
        checked(wanted, "2022-09-27")


def test_a_user_has_a_number_of_tokens_at_most(in_folder, clock):
    found, uid = known(in_folder, clock)
    for _ in range(MOST):
        found.tokens.make(uid, Bounds("x", ("read",), "r.", "2022-12-31"), by=HERE)
    with pytest.raises(InputError):
        found.tokens.make(uid, Bounds("x", ("read",), "r.", "2022-12-31"), by=HERE)
    assert found.tokens.end_one(found.tokens.own(uid)[0].handle, by=By(uid))
    found.tokens.make(uid, Bounds("x", ("read",), "r.", "2022-12-31"), by=HERE)


# --- nothing comes out -----------------------------------------------------------------------------------------------
def test_no_password_and_no_token_is_in_what_is_kept(region, clock):
    found, uid = known(region, clock)
    sign_in = found.sign_ins.begin(uid, by=By(uid))
    token = found.tokens.make(uid, Bounds("x", ("read",), "r.", "2022-12-31"), by=HERE)
    found.credentials.check("mou", OTHER, "192.0.2.1")
    found.credentials.check(PASSWORD, "typed into the wrong field", "192.0.2.1")
    kept = everything(region)
    for secret in (PASSWORD, OTHER, sign_in, token, token[4:], csrf_of(sign_in)):
        assert secret.encode() not in kept


def test_every_sign_in_and_refusal_is_recorded_once_without_login_or_password(region, clock):
    found, uid = known(region, clock, login="mou-login")
    before = len(records(region))
    for login, word in (("mou-login", PASSWORD), ("mou-login", "wrong"), ("nobody-login", "wrong")):
        tried = found.credentials.check(login, word, "192.0.2.1")
        if tried.uid:
            found.sign_ins.end(
                [found.sign_ins.find(found.sign_ins.begin(uid, by=By(uid, "192.0.2.1"))).key], by=By(uid)
            )
    made = records(region)[before:]
    assert [(one["verb"], one["outcome"], one.get("why")) for one in made] == [
        ("sign-in", "done", None), ("sign-out", "done", None), ("sign-in", "refused", "wrong"),
        ("sign-in", "refused", "unknown"),
    ]  # fmt: skip
    assert made[0]["address"] == "192.0.2.1" and made[0]["object"] == f"users/{uid}"
    assert "login" not in json.dumps(records(region)) and "actor" not in made[-1]


def test_what_a_database_refuses_does_not_repeat_what_was_written(region, clock):
    known(region, clock, login="mou-login")
    c = metadata().tables["credentials"]
    with region.store.read.connect() as connection:
        row = dict(connection.execute(sa.select(c)).mappings().one())
    with pytest.raises(HechangError) as told:
        region.store.alone(lambda connection: connection.execute(c.insert(), [row]).rowcount)
    chain, error = [], told.value
    while error is not None:
        chain.append(repr(error) + str(error))
        error = error.__cause__ or error.__context__
    said = "".join(chain)
    assert row["secret"] not in said
    if not region.store.where.startswith("postgresql"):  # a server names the value that is there already
        assert "mou-login" not in said


def test_accounts_stay_behind_when_a_region_is_copied(in_folder, clock, tmp_path):
    known(in_folder, clock)
    copy_region(in_folder.folder, tmp_path / "copy.hc")
    copy = open_region(tmp_path / "copy.hc")
    assert not Credentials(copy.store).any()
    copy.close()


# --- the web ---------------------------------------------------------------------------------------------------------
class Browser:
    """A browser: it keeps cookies and says where a form comes from."""

    def __init__(self, app, home=HOME, address="192.0.2.1"):
        self.home = home
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 1))
        self.client = httpx.AsyncClient(transport=transport, base_url=home)
        self.runner = asyncio.Runner()

    def ask(self, method, path, **more):
        return self.runner.run(self.client.request(method, path, **more))

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, data=None, **more):
        return self.ask("POST", path, data=data or {}, **{"headers": {"origin": self.home}} | more)

    def sign_in(self, login="mou", password=PASSWORD, **more):
        return self.post("/sign-in", {"login": login, "password": password, **more})

    @property
    def token(self):
        return self.client.cookies.get("__Host-hechang") or self.client.cookies.get("hechang") or ""

    @property
    def csrf(self):
        return csrf_of(self.token)

    def close(self):
        self.runner.run(self.client.aclose())
        self.runner.close()


def probe(request: Request) -> Response:
    """Say who asks."""
    who, token = reader_for(request.scope), request.scope["hechang.token"]
    said = {"reader": who.name, "uid": request.scope["hechang.uid"], "verbs": token and list(token.verbs)}
    return JSONResponse(said, headers={"cache-control": "no-store"})


def application(region, clock, **more):
    app = create_app(region, **more)
    app.state.accounts = accounts(region.store, Counting(), clock)
    app.add_api_route(PROBE, probe, methods=["GET", "POST"])
    return app


@pytest.fixture
def laptop(in_folder, clock):
    return application(in_folder, clock)


@pytest.fixture
def app(in_folder, clock, laptop):
    laptop.state.uid = known(in_folder, clock)[1]
    return laptop


@pytest.fixture(scope="module")
def one_for_all(tmp_path_factory):
    """An application with an account for tests that change nothing in it."""
    clock = Clock()
    folder = tmp_path_factory.mktemp("one") / "t.hc"
    hc.tiny(folder).close()
    region = open_region(folder, clock=clock)
    app = application(region, clock)
    app.state.uid = known(region, clock)[1]
    yield app
    region.close()


@pytest.fixture
def browse():
    """Opens browsers and closes them."""
    opened = []

    def new(app, **more):
        opened.append(Browser(app, **more))
        return opened[-1]

    yield new
    for one in opened:
        one.close()


def unsafe(app):
    """Every way of the route table to change something: method and address."""

    def below(routes):
        for route in routes:
            inner = getattr(route, "original_router", None)
            yield from below(inner.routes) if inner else [route]

    routes = [(route.path, method) for route in below(app.routes) for method in getattr(route, "methods", None) or ()]
    return sorted({(m, re.sub(r"\{[^}]*\}", "p1", p)) for p, m in routes if m not in SAFE and p != PROBE})


def test_without_an_account_everything_is_as_on_a_laptop(laptop, browse):
    browser = browse(laptop)
    assert browser.get(PROBE).json() == {"reader": "local", "uid": None, "verbs": None}
    assert browser.get("/sign-in").status_code == 200 and "hechang user add" in browser.get("/sign-in").text
    assert browser.sign_in().status_code == 404
    assert browser.get("/account").headers["location"] == "/sign-in"
    assert browser.post("/account", {"do": "password"}).status_code == 404
    assert browser.get("/api/account").json()["laptop"] is True
    assert browser.get(PROBE, headers={"authorization": "Bearer hct_nobody"}).status_code == 401


def test_a_laptop_answers_under_its_own_names_only(in_folder, clock, browse):
    app = application(in_folder, clock, doors=Doors((*LOOPBACK, "plan.example.cn")))
    assert browse(app).get(PROBE).json()["reader"] == "local"
    assert browse(app, home="http://plan.example.cn").get(PROBE).json()["reader"] == "public"
    assert browse(app, home="http://evil.example").get(PROBE).status_code == 400


def test_from_the_first_account_on_nobody_is_local_any_more(laptop, in_folder, clock, browse):
    browser = browse(laptop)
    assert browser.get(PROBE).json()["reader"] == "local"
    known(in_folder, clock)
    assert browser.get(PROBE).json() == {"reader": "public", "uid": None, "verbs": None}
    assert browser.sign_in().status_code == 303
    assert browser.get(PROBE).json()["reader"] == "某甲"


def test_a_sign_in_lets_in_and_a_sign_out_ends_it(app, browse):
    browser = browse(app)
    answer = browser.sign_in(next="/projects?on=2022-09-27")
    assert (answer.status_code, answer.headers["location"]) == (303, "/projects?on=2022-09-27")
    assert answer.headers["cache-control"] == "no-store"
    assert browser.get(PROBE).json()["uid"] == app.state.uid
    assert browser.get("/sign-in?next=/today").headers["location"] == "/today"
    token = browser.token
    assert browser.post("/sign-out", {"csrf": browser.csrf}).status_code == 303
    assert not browser.token
    assert browser.get(PROBE, headers={"cookie": f"hechang={token}"}).json()["uid"] is None


def test_the_cookie_is_for_this_host_and_no_script_and_over_tls_for_tls_only(app, in_folder, clock, browse):
    plain = browse(app).sign_in().headers["set-cookie"]
    assert plain.startswith("hechang=") and plain.endswith("; HttpOnly; Path=/; SameSite=lax")
    over = application(in_folder, clock, doors=Doors((*LOOPBACK, "plan.example.cn"), https=True))
    browser = browse(over, home=OUTSIDE)
    answer = browser.sign_in()
    said = answer.headers["set-cookie"]
    assert said.startswith("__Host-hechang=") and said.endswith("; HttpOnly; Path=/; SameSite=lax; Secure")
    assert "domain" not in said.lower() and "max-age" not in said.lower()
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert browser.get(PROBE).json()["uid"] == app.state.uid
    assert browse(over, home=OUTSIDE).get(PROBE, headers={"cookie": f"hechang={browser.token}"}).json()["uid"] is None
    assert "strict-transport-security" not in browse(app).get("/sign-in").headers


def test_a_token_somebody_put_into_the_browser_is_not_taken_over(app, browse):
    attacker, victim = browse(app), browse(app)
    attacker.sign_in()
    planted = attacker.token
    for value in (planted, "chosen-by-somebody-else"):
        victim.client.cookies.clear()
        victim.client.cookies.set("hechang", value, domain="127.0.0.1")
        victim.sign_in()
        assert victim.token not in (planted, value, "")
        assert browse(app).get(PROBE, headers={"cookie": f"hechang={value}"}).json()["uid"] is None


def test_wrong_unknown_and_locked_are_answered_alike(app, browse):
    answers = [browse(app).sign_in(login, word) for login, word in (("mou", "wrong"), ("nobody", "wrong"), ("", ""))]
    answers += [browse(app).sign_in("mou", "wrong") for _ in range(OF_ACCOUNT)]
    answers += [browse(app).sign_in("mou", PASSWORD)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}
    assert not any("set-cookie" in answer.headers for answer in answers)
    assert "nobody" not in answers[1].text


def test_an_address_with_too_many_wrong_tries_is_told_when_to_come_again(app, browse):
    browser = browse(app)
    for n in range(OF_ADDRESS):
        browser.sign_in(f"user{n}", "wrong")
    answer = browser.sign_in()
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert browse(app, address="192.0.2.9").sign_in().status_code == 303


@pytest.mark.parametrize(
    "to",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "evil",
     "/\t/evil.example", "\n//evil.example", "https:evil.example", "/a\r\nset-cookie: a=b", "///evil.example",
     "/" * 600, "//[::1", "/甲"],
)  # fmt: skip
def test_nobody_is_sent_on_to_another_site(one_for_all, browse, to):
    browser = browse(one_for_all)
    assert browser.get("/sign-in", params={"next": to}).status_code == 400
    answer = browser.sign_in(next=to)
    assert answer.status_code == 400 and "location" not in answer.headers and "set-cookie" not in answer.headers
    assert browser.get("/sign-in/oidc", params={"next": to}).status_code == 400


def test_no_route_changes_anything_for_another_site_or_without_its_own_form(app, browse):
    found = unsafe(app)
    assert len(found) > 30 and {"/sign-in", "/sign-out", "/account", "/api/account/password"} < {p for _, p in found}
    signs, uid = app.state.accounts.sign_ins, app.state.uid
    browser, nobody = browse(app), browse(app)
    for method, path in found:
        cookie = signs.begin(uid, by=By(uid))
        browser.client.cookies.set("hechang", cookie, domain="127.0.0.1")
        own = {"origin": HOME}

        def ask(who=browser, *, at=(method, path), content=b"{}", **headers):
            said = {"content-type": "application/json"} | headers
            return who.ask(*at, content=content, headers=said).status_code

        for origin in ({}, {"origin": "null"}, {"origin": "http://evil.example"}, {"origin": OUTSIDE}):
            assert ask(**origin) == 403, (method, path, origin)
            assert ask(**origin, **{"x-csrf-token": csrf_of(cookie)}) == 403, (method, path, origin)
        if path == "/sign-in":
            continue
        for wrong in ({}, {"x-csrf-token": ""}, {"x-csrf-token": csrf_of("another")}):
            assert ask(**own, **wrong) == 403, (method, path, wrong)
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert ask(**own, **form, content=b"csrf=wrong") == 403, (method, path)
        assert ask(who=nobody, **own) == (422 if path in ("/api/area", "/api/line") else 401), (method, path)
        right = own | {"x-csrf-token": csrf_of(cookie), "content-type": "application/json"}
        answer = browser.ask(method, path, content=b"{}", headers=right)
        assert answer.status_code not in (401, 403) or "forbidden" in answer.text, (method, path)


def test_a_form_field_counts_as_the_header_does_and_the_form_is_still_read(app, browse):
    browser = browse(app)
    browser.sign_in()
    fields = {"csrf": browser.csrf, "do": "password", "old": PASSWORD, "new": OTHER, "again": OTHER}
    before = browser.token
    answer = browser.post("/account", fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?done=password")
    assert browser.token != before
    assert browser.get(PROBE).json()["uid"] and "密码已修改" in browser.get("/account?done=password&lang=zh").text
    assert browse(app).get(PROBE, headers={"cookie": f"hechang={before}"}).json()["uid"] is None
    assert browse(app).sign_in(password=OTHER).status_code == 303


def test_a_form_that_is_too_long_is_refused_before_it_is_read(app, browse):
    browser = browse(app)
    browser.sign_in()
    headers = {"origin": HOME, "content-type": "application/x-www-form-urlencoded"}
    assert browser.ask("POST", "/account", content=b"a" * (BODY + 1), headers=headers).status_code == 413
    assert browser.ask("POST", "/account", content=b"&".join([b"a=1"] * 2_000), headers=headers).status_code == 403


def test_who_has_to_change_the_password_does_nothing_else_before(in_folder, clock, laptop, browse):
    known(in_folder, clock, must_change=True)
    browser = browse(laptop)
    browser.sign_in()
    own = {"origin": HOME, "x-csrf-token": browser.csrf}
    assert browser.get("/today").headers["location"] == "/account"
    assert browser.get("/api/projects").status_code == 403
    assert browser.ask("POST", "/api/area", json={}, headers=own).status_code == 403
    page = browser.get("/account").text
    assert 'name="old"' in page and 'name="lo"' not in page
    for new, status in (("short", 422), (PASSWORD, 422), ("mou mou mou mou", 422), (OTHER, 303)):
        fields = {"csrf": browser.csrf, "do": "password", "old": PASSWORD, "new": new, "again": new}
        assert browser.post("/account", fields).status_code == status, new
    assert browser.get(PROBE).status_code == 200


def test_a_program_with_a_token_does_what_its_verbs_say_and_nothing_to_the_account(app, browse, clock):
    made = app.state.accounts.tokens.make
    reading, writing = (
        made(app.state.uid, Bounds("x", verbs, "r.", "2022-12-31"), by=HERE)
        for verbs in (("read",), ("read", "update"))
    )
    program = browse(app)

    def ask(token, method, path, **headers):
        return program.ask(method, path, headers={"authorization": f"Bearer {token}"} | headers, json={})

    assert ask(reading, "GET", PROBE).json() == {"reader": "某甲", "uid": app.state.uid, "verbs": ["read"]}
    assert ask(reading, "PATCH", "/api/tables/projects/p1").status_code == 403
    assert ask(reading, "POST", "/api/area").status_code == 422  # it only asks
    assert ask(writing, "PATCH", "/api/tables/projects/p1").status_code not in (401, 403)
    assert ask(writing, "PATCH", "/api/tables/projects/p1", origin="http://evil.example").status_code == 403
    for method, path in (("GET", "/account"), ("GET", "/api/account"), ("POST", "/api/account/tokens"),
                         ("POST", "/api/account/password"), ("POST", "/sign-out"), ("POST", "/sign-in")):  # fmt: skip
        assert ask(writing, method, path).status_code == 403, path
    for token in ("", "x", reading[:-1], reading.upper(), "\x00"):
        answer = ask(token.encode(), "GET", PROBE) if token == "\x00" else ask(token, "GET", PROBE)
        assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("Bearer")
    clock.wait(days=100)
    assert ask(reading, "GET", PROBE).status_code == 401


def test_a_program_of_one_city_writes_rows_that_name_places_of_the_region(in_folder, clock, browse):
    """The places are rows of the whole region: a token of one city alone sees them, or it could write no project."""
    uid = known(in_folder, clock)[1]
    with in_folder.latest().edit(by="x", why="user") as e:
        e.put("grants", {"account": uid, "role": "city_admin", "lo": "r.32.3202.", "hi": "r.32.3202/"})
        e.put("places", {"id": "320200", "name": "无锡市", "kind": "city"})
        e.put("projects", {"id": "own", "name": "快线", "code": "T-9", "place": "320200"})
    app = application(in_folder.latest(), clock)
    made = app.state.accounts.tokens.make
    writing, blind = (
        made(uid, Bounds("x", verbs, "r.32.3202.", "2022-12-31"), by=HERE)
        for verbs in (("read", "update"), ("update",))
    )

    def write(token):
        given = {"authorization": f"Bearer {token}", "if-match": "*"}
        body = {"by": "x", "why": "x", "fields": {"note": "said by a program"}}
        return browse(app).ask("PATCH", "/api/tables/projects/own", headers=given, json=body).status_code

    assert write(writing) == 200
    assert write(blind) in (403, 404)


def test_the_account_page_shows_a_new_token_once_and_ends_it(app, browse):
    browser = browse(app)
    browser.sign_in()
    fields = {"csrf": browser.csrf, "do": "token", "name": "nightly", "verb-read": "1", "lo": "3202",
              "ends": "2022-12-31", "old": PASSWORD}  # fmt: skip
    assert browser.post("/account", fields | {"old": "wrong"}).status_code == 422
    refused = browser.post("/account", fields | {"ends": "2042-12-31"})
    assert refused.status_code == 422 and 'value="nightly"' in refused.text and PASSWORD not in refused.text
    answer = browser.post("/account", fields)
    token = re.search(r"hct_[\w-]{43}", answer.text)[0]
    assert answer.headers["cache-control"] == "no-store" and token not in browser.get("/account").text
    program = browse(app)
    assert program.get(PROBE, headers={"authorization": f"Bearer {token}"}).json()["verbs"] == ["read"]
    (one,) = app.state.accounts.tokens.own(app.state.uid)
    browser.post("/account", {"csrf": browser.csrf, "do": "end-token", "name": one.handle})
    assert program.get(PROBE, headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_the_account_page_ends_sign_ins(app, browse):
    browser, second, third = (browse(app) for _ in range(3))
    for one in (browser, second, third):
        one.sign_in()
    names = [one["name"] for one in browser.get("/api/account").json()["sign_ins"] if not one["here"]]
    browser.post("/account", {"csrf": browser.csrf, "do": "end", "name": names[0]})
    assert [one.get(PROBE).json()["uid"] is None for one in (second, third)].count(True) == 1
    browser.post("/account", {"csrf": browser.csrf, "do": "others"})
    assert second.get(PROBE).json()["uid"] is None and third.get(PROBE).json()["uid"] is None
    assert browser.get(PROBE).json()["uid"]
    assert browser.post("/account", {"csrf": browser.csrf, "do": "everywhere"}).headers["location"] == "/sign-in"
    assert browser.get(PROBE).json()["uid"] is None
    assert browser.get("/account").headers["location"] == "/sign-in?next=/account"


def test_the_api_does_what_the_page_does(app, browse):
    browser = browse(app)
    assert browser.get("/api/account").json()["uid"] is None
    browser.sign_in()
    mine = browser.get("/api/account")
    assert mine.headers["cache-control"] == "no-store"
    assert mine.json()["csrf"] == browser.csrf and mine.json()["login"] == "mou" and mine.json()["name"] == "某甲"

    def own():
        return {"origin": HOME, "x-csrf-token": browser.csrf}

    wanted = {"purpose": "x", "verbs": ["read"], "lo": "r.", "ends": "2022-12-31", "password": PASSWORD}
    token = browser.ask("POST", "/api/account/tokens", json=wanted, headers=own()).json()["token"]
    (made,) = browser.get("/api/account").json()["tokens"]
    assert token not in json.dumps(made) and made["purpose"] == "x"
    assert browser.ask("DELETE", f"/api/account/tokens/{made['name']}", headers=own()).status_code == 204
    assert browser.ask("DELETE", f"/api/account/tokens/{made['name']}", headers=own()).status_code == 404
    assert browser.ask("POST", "/api/account/tokens", json=wanted | {"password": ""}, headers=own()).status_code == 422
    said = {"old": PASSWORD, "new": OTHER}
    answer = browser.ask("POST", "/api/account/password", json=said, headers=own())
    assert answer.json()["csrf"] == browser.csrf
    assert browser.ask("DELETE", "/api/account/sign-ins/none", headers=own()).status_code == 404
    assert browser.ask("DELETE", "/api/account/sign-ins", headers=own()).status_code == 204
    assert browser.get("/api/account").json()["uid"] is None


def test_two_people_who_ask_at_the_same_moment_see_their_own_account(app, in_folder, browse):
    other = user(in_folder, "某乙")
    app.state.accounts.credentials.add(other, "yi", PASSWORD, must_change=False, by=HERE)
    tokens = [app.state.accounts.sign_ins.begin(uid, by=By(uid)) for uid in (app.state.uid, other)] * 5

    async def together():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
            asked = [client.get("/api/account", headers={"cookie": f"hechang={token}"}) for token in tokens]
            return [answer.json()["login"] for answer in await asyncio.gather(*asked)]

    assert asyncio.run(together()) == ["mou", "yi"] * 5


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_are_plain_forms_in_both_languages(app, browse, lang):
    browser = browse(app)
    pages = [browser.get("/sign-in", headers={"accept-language": lang})]
    browser.sign_in()
    pages.append(browser.get("/account", headers={"accept-language": lang}))
    for page in pages:
        assert page.status_code == 200 and f'<html lang="{lang}">' in page.text
        assert "<script" not in page.text and not re.search(r" style=| on[a-z]+=\"", page.text)
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert len(re.findall("<form", pages[1].text)) == len(
        re.findall(r'name="csrf" value="[0-9a-f]{64}"', pages[1].text)
    )
    assert PASSWORD not in pages[1].text and browser.token not in pages[1].text


def test_nothing_secret_is_logged(app, browse, caplog, capfd, monkeypatch):
    caplog.set_level(logging.DEBUG)
    browser = browse(app)
    browser.sign_in("mou-typed", OTHER)
    browser.sign_in()
    token = browser.token
    browser.post("/account", {"csrf": browser.csrf, "do": "password", "old": "wrong", "new": OTHER, "again": OTHER})

    def broken(*_more, **_named):
        raise RuntimeError("inside")

    monkeypatch.setattr(app.state.accounts.credentials, "confirm", broken)
    fields = {"csrf": browser.csrf, "do": "password", "old": PASSWORD, "new": OTHER, "again": OTHER}
    assert browser.post("/account", fields).status_code == 500
    said = caplog.text + "".join(capfd.readouterr())
    for secret in (PASSWORD, OTHER, token, csrf_of(token), "mou-typed"):
        assert secret not in said


def test_a_store_that_does_not_answer_is_said_and_lets_nobody_in(app, browse, monkeypatch):
    browser = browse(app)
    browser.sign_in()

    def broken(_token):
        raise StoreError("away", "不在")

    monkeypatch.setattr(app.state.accounts.sign_ins, "find", broken)
    answer = browser.get(PROBE, headers={"accept-language": "en"})
    assert answer.status_code == 503 and "away" in answer.text and "Traceback" not in answer.text


def test_a_refused_form_is_recorded(app, in_folder, browse):
    browser = browse(app)
    browser.sign_in()
    before = len(records(in_folder))
    assert browser.post("/account", {"csrf": "wrong"}).status_code == 403
    (made,) = records(in_folder)[before:]
    assert (made["actor"], made["outcome"], made["object"]) == (app.state.uid, "refused", "POST /account")


# --- who is let near -------------------------------------------------------------------------------------------------
def test_other_machines_are_served_only_where_there_are_accounts(in_folder, clock):
    named = {"HECHANG_HOSTS": "plan.example.cn, 10.0.0.5", "HECHANG_HTTPS": "1"}
    for host, environ in (
        ("0.0.0.0", named),
        ("10.0.0.5", {}),
        ("127.0.0.1", named),
        ("127.0.0.1", {"HECHANG_HTTPS": "1"}),
    ):
        with pytest.raises(UsageError) as told:
            check_host(host, in_folder.folder, environ)
        assert "hechang user add" in told.value.en and "hechang user add" in told.value.zh
    known(in_folder, clock)
    assert check_host("0.0.0.0", in_folder.folder, named) == Doors(
        (*LOOPBACK, "plan.example.cn", "10.0.0.5"), https=True
    )
    assert check_host("10.0.0.5", in_folder.folder, {}) == Doors((*LOOPBACK, "10.0.0.5"))
    assert check_host("127.0.0.1", in_folder.folder, {}) == Doors()
    for host in ("", "0.0.0.0", "::"):  # by which name?
        with pytest.raises(UsageError):
            check_host(host, in_folder.folder, {})


@pytest.mark.parametrize(
    "environ",
    [{"HECHANG_HOSTS": "https://a"}, {"HECHANG_HOSTS": "0.0.0.0"}, {"HECHANG_HOSTS": "a b"}, {"HECHANG_HTTPS": "yes"}],
)
def test_a_name_or_a_switch_that_cannot_be_is_refused(environ):
    with pytest.raises(UsageError):
        doors("127.0.0.1", environ)


def test_over_tls_only_forms_of_the_tls_address_are_taken(in_folder, clock, browse):
    known(in_folder, clock)
    app = application(in_folder, clock, doors=Doors((*LOOPBACK, "plan.example.cn"), https=True))
    browser = browse(app, home="http://plan.example.cn")  # what the proxy asks
    fields = {"login": "mou", "password": PASSWORD}
    assert browser.post("/sign-in", fields).status_code == 403
    assert browser.post("/sign-in", fields, headers={"origin": OUTSIDE}).status_code == 303


# --- by way of another service ---------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def elsewhere():
    with oidc() as provider:
        yield provider


def with_elsewhere(app, elsewhere):
    """An application that knows the provider, one of whose people is linked."""
    elsewhere.mode, elsewhere.subject = "", "person-4711"
    elsewhere.asked.clear()
    app.state.oidc = Provider(Oidc(elsewhere.issuer, CLIENT, SECRET), app.state.accounts.credentials.clock)
    app.state.accounts.credentials.link(app.state.uid, f"{elsewhere.issuer}|person-4711", by=HERE)
    return app


@pytest.fixture
def linked(app, elsewhere):
    return with_elsewhere(app, elsewhere)


def led(browser, to="/today"):
    """Begin a sign-in elsewhere and return where the browser is led."""
    answer = browser.get("/sign-in/oidc", params={"next": to})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_who_is_linked_is_let_in_by_way_of_another_service(linked, elsewhere, browse):
    browser = browse(linked)
    assert "/sign-in/oidc?next=" in browser.get("/sign-in").text
    back = elsewhere.authorize(led(browser, "/projects"))
    answer = browser.get(back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/projects")
    assert browser.get(PROBE).json()["uid"] == linked.state.uid
    assert browse(linked).get(back).status_code == 401  # nobody else, and not twice
    assert browser.get(back).status_code == 401


def test_a_stranger_is_told_what_to_give_to_the_officer(linked, elsewhere, browse):
    elsewhere.subject = "person-4712"
    browser = browse(linked)
    answer = browser.get(elsewhere.authorize(led(browser)))
    assert answer.status_code == 403 and f"{elsewhere.issuer}|person-4712" in answer.text and not browser.token


def test_a_linked_user_who_is_switched_off_is_not_let_in(linked, in_folder, elsewhere, browse):
    with in_folder.latest().edit(by="zhang", why="left") as e:
        e.put("users", {"id": linked.state.uid, "active": False})
    browser = browse(linked)
    assert browser.get(elsewhere.authorize(led(browser))).status_code == 403 and not browser.token


@pytest.mark.parametrize("mode", MISBEHAVIOURS)
def test_a_service_that_misbehaves_lets_nobody_in(one_for_all, elsewhere, browse, mode, caplog):
    browser = browse(with_elsewhere(one_for_all, elsewhere))
    elsewhere.mode = mode
    answer = browser.get("/sign-in/oidc", params={"next": "/today"})
    if answer.status_code == 303:
        answer = browser.get(elsewhere.authorize(answer.headers["location"]))
    assert answer.status_code in (401, 422, 503), answer.text
    assert not browser.token and browser.get(PROBE).json()["uid"] is None
    assert "/token2" not in elsewhere.asked
    assert SECRET not in caplog.text + answer.text and "person-4711" not in caplog.text + answer.text


@pytest.mark.parametrize("change", ["state", "no state", "iss", "error", "no code", "other browser", "late"])
def test_who_comes_back_otherwise_than_he_went_is_not_let_in(linked, elsewhere, browse, clock, change):
    browser = browse(linked)
    back = elsewhere.authorize(led(browser))
    where = {
        "state": re.sub(r"state=[^&]+", "state=x", back), "no state": re.sub(r"&?state=[^&]+", "", back),
        "iss": f"{back}&iss=https://evil.example", "error": f"{back}&error=access_denied",
        "no code": re.sub(r"code=[^&]+", "", back),
    }.get(change, back)  # fmt: skip
    if change == "late":
        clock.wait(minutes=11)
    who = browse(linked) if change == "other browser" else browser
    assert who.get(where).status_code == 401
    assert not who.token
    assert browser.get(back).status_code == (303 if change == "other browser" else 401)  # it can be tried once


def test_the_key_of_a_begun_sign_in_is_kept_from_scripts(linked, browse):
    said = browse(linked).get("/sign-in/oidc").headers["set-cookie"]
    assert said.startswith("hechang-oidc=") and "HttpOnly" in said and "SameSite=lax" in said and "Max-Age=600" in said


def test_without_a_service_there_is_no_way_to_it(app, browse):
    browser = browse(app)
    assert browser.get("/sign-in/oidc").status_code == 404 and browser.get("/sign-in/oidc/done").status_code == 404
    assert "oidc" not in browser.get("/sign-in").text


@pytest.mark.parametrize(
    "given", [("https://id.example.cn", "", "x"), ("http://id.example.cn", "c", "s"), ("https://", "c", "s"),
              ("https://id.example.cn?x=1", "c", "s"), ("ftp://id.example.cn", "c", "s")],
)  # fmt: skip
def test_settings_of_a_service_that_cannot_be_are_refused(given):
    names = ("HECHANG_OIDC_ISSUER", "HECHANG_OIDC_CLIENT", "HECHANG_OIDC_SECRET")
    with pytest.raises(UsageError):
        oidc_settings(dict(zip(names, given, strict=True)))
    assert "topsecret" not in repr(
        oidc_settings(dict(zip(names, ("https://id.example.cn", "c", "topsecret"), strict=True)))
    )


# --- the command line ------------------------------------------------------------------------------------------------
@pytest.fixture
def place(tmp_path, monkeypatch):
    hc.tiny(tmp_path / "region.hc").close()
    (tmp_path / "word.txt").write_text(PASSWORD + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *line):
    """Run one command and return its status and its document."""
    status = main([*line, "--json", "--lang", "en"])
    out, err = capsys.readouterr()
    assert PASSWORD not in out + err
    return status, json.loads(out or "null")


ADD = ("user", "add", "某甲", "--login", "mou", "--by", "zhang", "--why", "first", "--password-file", "word.txt")


def test_a_company_is_bound_to_the_body_of_its_user_and_refused_where_there_is_none(place, capsys):
    who = ("--by", "zhang", "--why", "test")
    assert run(capsys, *ADD, "--body", "office-x")[0] == 0
    assert run(capsys, "user", "grant", "某甲", "company", "--scope", "3202", *who)[0] == 0
    region = hc.open(place / "region.hc")
    assert region.grants["org"].tolist() == ["office-x"]
    region.close()
    assert run(capsys, "user", "add", "某乙", "--login", "second", "--no-password", *who)[0] == 0
    assert run(capsys, "user", "grant", "某乙", "company", "--scope", "3202", *who)[0] == 1


def test_users_are_made_granted_locked_and_listed_at_the_machine(place, capsys, monkeypatch):
    status, made = run(capsys, *ADD, "--body", "office-x")
    assert status == 0
    uid = made["user"]
    assert run(capsys, *ADD)[0] == 1  # the login is taken; no second row
    who = ("--by", "zhang", "--why", "test")
    assert run(capsys, "user", "grant", "某甲", "city_admin", "--scope", "3202", *who)[0] == 0
    assert (
        run(capsys, "user", "grant", "某甲", "city_admin", "--scope", "r.32.3202.", "--until", "2027-12-31", *who)[0]
        == 0
    )
    assert run(capsys, "user", "grant", "某甲", "emperor", "--scope", "3202", *who)[0] == 1
    assert run(capsys, "user", "grant", "某甲", "auditor", "--scope", "nowhere/", *who)[0] == 1
    (one,) = run(capsys, "user", "list")[1]["users"]
    assert (one["id"], one["login"], one["body"]) == (uid, "mou", "office-x")
    assert (one["state"], one["roles"]) == ("must change the password", "city_admin r.32.3202.")
    assert run(capsys, "user", "lock", "某甲", *who)[0] == 0
    assert run(capsys, "user", "list")[1]["users"][0]["state"] == "switched off"
    assert run(capsys, "user", "unlock", uid, *who)[0] == 0
    assert run(capsys, "user", "revoke", "某甲", "city_admin", *who)[0] == 0
    assert run(capsys, "user", "revoke", "某甲", "city_admin", *who)[0] == 1
    assert run(capsys, "user", "list")[1]["users"][0]["roles"] == ""
    region = hc.open("region.hc")
    assert set(region.log()["actor"]) == {"tiny", "zhang"} and len(region.table("users")) == 1
    region.close()


def test_passwords_links_and_tokens_are_given_at_the_machine(place, capsys):
    run(capsys, *ADD, "--own")
    (place / "word.txt").write_text(OTHER, encoding="utf-8")
    assert run(capsys, "user", "password", "某甲", "--by", "zhang", "--password-file", "word.txt", "--own")[0] == 0
    assert run(capsys, "user", "link", "某甲", "https://id.example.cn|4711", "--by", "zhang")[0] == 0
    assert run(capsys, "user", "link", "某甲", "nonsense", "--by", "zhang")[0] == 1
    bounds = ("--for", "copy", "--verbs", "read,export", "--scope", "32", "--by", "zhang")
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    status, made = run(capsys, "user", "token", "某甲", "--until", day, *bounds)
    assert status == 0 and made["token"].startswith("hct_")
    assert run(capsys, "user", "token", "某甲", "--until", "2099-01-01", *bounds)[0] == 1
    region = hc.open("region.hc")
    found = Credentials(region.store)
    assert found.check("mou", OTHER, "").uid and not found.check("mou", PASSWORD, "").uid
    assert Tokens(region.store).own(found.all()[0].uid)[0].lo == "r.32."
    assert found.by_subject("https://id.example.cn|4711") == found.all()[0].uid
    assert SignIns(region.store).own(found.all()[0].uid) == []
    region.close()


@pytest.mark.parametrize(
    ("line", "status"),
    [(("user", "add", "某", "--login", "mou", "--by", "z", "--why", "w"), 2),  # no terminal to ask on
     (("user", "add", "某", "--login", "m", "--by", "z", "--why", "w", "--no-password"), 1),
     (("user", "add", "某", "--login", "mou", "--by", "", "--why", "w", "--no-password"), 2),
     (("user", "add", "某", "--login", "mou", "--by", "z", "--why", "w", "--password-file", "none.txt"), 1),
     (("user", "add", "某", "--login", "mou", "--by", "z", "--why", "w", "--password-file", "weak.txt"), 1),
     (("user", "add", "某", "--login", "mou", "--by", "z", "--why", "w", "--password", "secret"), 2),
     (("user", "lock", "nobody", "--by", "z", "--why", "w"), 1),
     (("user", "password", "nobody", "--by", "z", "--password-file", "word.txt"), 1),
     (("serve", "--host", "0.0.0.0"), 2)],
)  # fmt: skip
def test_a_command_that_cannot_be_is_refused_and_writes_nothing(place, capsys, line, status):
    (place / "weak.txt").write_text("abcd1234", encoding="utf-8")
    assert run(capsys, *line)[0] == status
    region = hc.open("region.hc")
    assert region.table("users").empty and not Credentials(region.store).any()
    region.close()
