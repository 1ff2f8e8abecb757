"""Every request that may change something leaves exactly one record in the audit log: done, refused or failed.

The addresses are read from the program itself, so that a new one is asked too.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

import hechang as hc
from cities import ASKERS, addresses
from hechang import tiny
from hechang.cli import main
from hechang.store.sign_ins import csrf_of
from hechang.terms.errors import Forbidden, InputError, Refused
from hechang.web.recorded import OF_ONE, Flood

METHODS = ("POST", "PUT", "PATCH", "DELETE")
SECRET = "Xk9whatwassent"
BODY = {"by": SECRET, "why": SECRET, "fields": {"name": SECRET, "note": SECRET}}
ENDS = ("/api/account/sign-ins", "/sign-out")  # end the very sign-in that asks
ONLY_ASKS = ("/api/area", "/api/line")


def records(region, after=0):
    """Records that were kept after one, oldest first."""
    query = sa.text("SELECT seq, record, revision FROM audit WHERE seq > :after ORDER BY seq")
    rows = region.store.ask(lambda con: con.execute(query, {"after": after}).all())
    return [json.loads(row.record) | {"of": row.revision} for row in rows]


def newest(region):
    query = sa.text("SELECT max(seq) FROM audit")
    return region.store.ask(lambda con: con.execute(query).scalar())


def one_way(address):
    return address.replace("{spot}", "city").replace("{sha}", "0" * 64).replace("{upload}", "01nothing0000")


def unsafe(app):
    """One filled-in address of each written one, with its method."""
    for method in METHODS:
        known = {}
        for path, way in addresses(app, method):
            known.setdefault(path, one_way(way))
        yield from ((method, path, way) for path, way in sorted(known.items()) if path not in ONLY_ASKS)


WAYS = {  # how a request goes wrong on its way, or right
    "another site": {"origin": "http://evil.example"},
    "no form of this sign-in": {"x-csrf-token": "wrong"},
    "a token nobody has": {"authorization": "Bearer hc_nothing", "cookie": ""},
    "what is not for him": {"if-match": "*"},
    "an old version": {"if-match": '"1"'},
}


@pytest.mark.parametrize("way", WAYS)
def test_every_address_leaves_one_record_of_what_it_refused_and_none_of_its_words(found, desk, way, record_property):
    count, wrong = 0, []
    for method, path, address in unsafe(desk.app):
        for user in ("wuxi", "office") if "sign-in" not in path else ("wuxi",):
            desk._as[user] = desk._signed_in(user)
            before, revision = newest(found.region), found.region.store.head()
            answer = desk.ask(user, address, method, headers=WAYS[way], json=BODY)
            left, count = records(found.region, before), count + 1
            written = found.region.store.head() - revision
            if len(left) != max(1, written) or (answer.status_code >= 400) != (left[-1]["outcome"] != "done"):
                wrong.append((method, address, user, answer.status_code, left))
            assert SECRET not in json.dumps(left), (method, address)
    record_property("requests", count)
    record_property("counted", f"{way}: {count} requests, one record each")
    assert not wrong
    assert count > 50


def test_every_role_leaves_one_record_whatever_it_asks(found, desk, record_property):
    count = 0
    for user in ASKERS:
        for method, path, address in unsafe(desk.app):
            if path.startswith(ENDS):
                continue
            before, revision = newest(found.region), found.region.store.head()
            desk.ask(user, address, method, headers={"if-match": "*"}, json=BODY)
            left, count = records(found.region, before), count + 1
            assert len(left) == max(1, found.region.store.head() - revision), (user, method, address, left)
            assert left[-1].get("actor", "") in ("", user), (user, method, address)
    record_property("requests", count)
    record_property("counted", f"{count} requests of {len(ASKERS)} askers")


DONE = [  # what succeeds, by whom: address, method, body, verb of its record
    ("wuxi", "/api/tables/projects/own-projects", "PATCH", {"fields": {"note": "x"}}, "update"),
    ("wuxi", "/api/tables/projects", "POST", {"fields": {"name": "new"}}, "create"),
    ("wuxi", "/api/tables/returns/own-returns", "DELETE", {}, "delete"),
    ("editor", "/api/tables/projects/own-projects", "PATCH", {"fields": {"name": "y"}}, "update"),
    ("officer", "/api/tables/users", "POST", {"fields": {"name": "li", "active": True}}, "grant"),
]  # fmt: skip


@pytest.mark.parametrize(("user", "address", "method", "body", "verb"), DONE)
def test_what_is_done_leaves_its_one_record_in_the_transaction_of_its_revision(
    found, desk, user, address, method, body, verb
):
    before = newest(found.region)
    answer = desk.ask(user, address, method, headers={"if-match": "*"}, json={"by": "x", "why": "x"} | body)
    assert answer.status_code < 300, answer.text
    (left,) = records(found.region, before)
    assert (left["outcome"], left["actor"], left["verb"]) == ("done", user, verb)
    assert left["of"] == left["revision"] == answer.json()["revision"]
    assert left["address"] == "127.0.0.1" and left["role"] and left["scope"]


def test_a_repeated_press_leaves_a_record_and_writes_nothing(found, desk):
    said = {"by": "x", "why": "x", "fields": {"name": "once"}}
    key = {"idempotency-key": "press"}
    first = desk.ask("wuxi", "/api/tables/projects", "POST", headers=key, json=said)
    before, head = newest(found.region), found.region.store.head()
    again = desk.ask("wuxi", "/api/tables/projects", "POST", headers=key, json=said)
    assert again.json()["id"] == first.json()["id"] and found.region.store.head() == head
    assert [one["outcome"] for one in records(found.region, before)] == ["done"]


def test_a_key_of_one_user_means_nothing_in_the_hands_of_another(found, desk):
    said, key = {"by": "x", "why": "x", "fields": {"name": "mine"}}, {"idempotency-key": "the same"}
    first = desk.ask("wuxi", "/api/tables/projects", "POST", headers=key, json=said).json()
    other = desk.ask("suzhou", "/api/tables/projects", "POST", headers=key, json=said).json()
    assert first["id"] != other["id"] and first["revision"] != other["revision"]


def test_signing_in_wrongly_rightly_and_out_leaves_one_record_each(found, desk):
    from hechang.store.credentials import By

    desk.known.credentials.set_password("wuxi", "a long way to the lake", must_change=False, by=By("x"))
    form = {"content-type": "application/x-www-form-urlencoded"}
    left = []
    for password in ("wrong", "a long way to the lake"):
        before = newest(found.region)
        answer = desk.ask(None, "/sign-in", "POST", headers=form, content=f"login=wuxi&password={password}".encode())
        left.append([one["outcome"] for one in records(found.region, before)])
    assert left == [["refused"], ["done"]]
    token = answer.headers["set-cookie"].partition("hechang=")[2].partition(";")[0]
    known = {"cookie": f"hechang={token}", "x-csrf-token": csrf_of(token)}
    before = newest(found.region)
    said = {"old": "a long way to the lake", "new": "another way to the lake"}
    answer = desk.ask(None, "/api/account/password", "POST", headers=known, json=said)
    assert answer.status_code == 200, answer.text
    assert [one["verb"] for one in records(found.region, before)] == ["password"], "a new password is one record"


def test_a_bad_token_is_recorded_even_where_it_only_asks(found, desk):
    before = newest(found.region)
    assert desk.ask(None, "/api/tables", headers={"authorization": "Bearer hc_x"}).status_code == 401
    (left,) = records(found.region, before)
    assert left["outcome"] == "refused" and left["object"] == "GET /api/tables"


def test_a_fault_of_the_program_leaves_a_record_too(found, desk, monkeypatch):
    desk._as["wuxi"] = desk._signed_in("wuxi")
    monkeypatch.setattr("hechang.web.api.rows.row_edits.change", lambda *_, **__: 1 / 0)
    before = newest(found.region)
    answer = desk.ask("wuxi", "/api/tables/projects/own-projects", "PATCH", headers={"if-match": "*"}, json=BODY)
    assert answer.status_code == 500
    assert [one["outcome"] for one in records(found.region, before)] == ["failed"]


def test_asking_leaves_no_record(found, desk):
    before = newest(found.region)
    for address in ("/api/tables/projects", "/api/tables/projects/city-projects", "/api/account"):
        desk.ask("wuxi", address)
    assert records(found.region, before) == []


def test_who_is_refused_too_often_has_to_wait_and_fills_no_log(found, desk):
    before = newest(found.region)
    refused, most = desk.app.state.refused, desk.app.state.refused.most
    refused.kept.clear()
    refused.most = (3, 10**6)
    said = [
        desk.ask("wuxi", "/api/tables/projects/nobody", "PATCH", headers={"if-match": "*"}, json={}) for _ in range(6)
    ]
    refused.most = most
    assert [one.status_code == 429 for one in said] == [False] * 3 + [True] * 3
    assert "Retry-After" in said[-1].headers and "refused" in said[-1].json()["error"]["en"]
    assert len(records(found.region, before)) == 3
    assert desk.ask("suzhou", "/api/tables/projects").status_code == 200


def test_a_flood_of_nobodys_requests_does_not_fill_the_log_and_is_counted():
    now = [datetime(2026, 11, 22, tzinfo=UTC)]
    strangers = Flood(lambda: now[0])
    allowed = [strangers.allow("10.0.0.1") for _ in range(OF_ONE + 500)]
    assert sum(allowed) == OF_ONE and strangers.allow("10.0.0.2")
    assert strangers.told() == "500 requests of nobody left out before" and strangers.told() == ""
    now[0] += timedelta(minutes=1)
    assert strangers.allow("10.0.0.1")


# --- without a server ------------------------------------------------------------------------------------------------
def outcomes(region):
    return [(one["outcome"], one.get("object", ""), one.get("why", "")) for one in records(region, 1)]


def test_an_edit_refused_before_it_reaches_the_store_leaves_one_record():
    region = tiny()
    with pytest.raises(Refused), region.edit(by="zhang", why="x") as e:
        e.put("projects", {"id": "p1", "invest_total": "much"})
    with pytest.raises(InputError), region.edit(by="zhang", why=" ") as e:
        e.put("projects", {"id": "p1", "name": "x"})
    with pytest.raises(InputError):
        region.new_branch("NO", by="zhang", why="x")
    assert outcomes(region) == [
        ("refused", "projects/p1", "Refused"), ("refused", "", "InputError"), ("refused", "", "InputError"),
    ]  # fmt: skip


def test_what_the_program_refuses_inside_an_edit_leaves_one_record_and_a_fault_none():
    region = tiny()
    with pytest.raises(Forbidden), region.edit(by="zhang", why="x"):
        raise Forbidden("no", "不")
    with pytest.raises(ZeroDivisionError), region.edit(by="zhang", why="x"):
        raise ZeroDivisionError
    assert outcomes(region) == [("refused", "", "Forbidden")]


def test_the_command_line_leaves_one_record_of_what_it_refused(tmp_path, capsys):
    tiny(tmp_path / "t.hc").close()
    assert main(["--region", str(tmp_path / "t.hc"), "undo", "99", "--by", "zhang", "--why", "x"]) == 1
    capsys.readouterr()
    again = hc.open(tmp_path / "t.hc")
    assert outcomes(again) == [("refused", "revisions/99", "NotKnown")]
    again.close()
