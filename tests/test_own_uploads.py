"""What users of a server send: a sheet, a report, a return belong to who sent them, and tell nothing of other rows."""

import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

import hechang as hc
from hechang.intake.sheets import pending
from hechang.intake.sheets.pending import keep, upload, waiting
from hechang.store.credentials import By
from hechang.store.sign_ins import csrf_of
from hechang.terms.errors import InputError, NotKnown, StoreError
from hechang.terms.scopes import scope_of, scope_range
from hechang.web.app import create_app
from page_region import HOME, Client
from sheets_made import book, row

SOUTH, CODE = "苏州保密项目", "S-9001"
USERS = {"wuxi": ("city_admin", "320200"), "colleague": ("city_admin", "320200"), "suzhou": ("city_admin", "320500"),
         "reviewer": ("district_reviewer", "320200"), "auditor": ("auditor", None)}  # fmt: skip
REPORT = "9月27日, 无锡苏州同城化推进会在无锡举行。会议要求, 加快建设市域快线, 年底前完成前期工作。".encode()
WHY = {"by": "x", "why": "x"}


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    made = hc.create(tmp_path_factory.mktemp("own") / "r.hc", hc.Settings(name="cities", day="2022-09-27"))
    with made.edit(by="x", why="start") as e:
        e.put("places", [{"id": id, "name": id, "kind": "county", "level": 0, "scope": "r."}
                         for id in ("320200", "320211", "320500", "320508")])  # fmt: skip
        e.put("projects", [
            {"id": "south", "name": SOUTH, "code": CODE, "place": "320508", "owner": "suzhou", "level": 1},
            {"id": "north", "name": "无锡项目", "code": "N-1", "place": "320211", "owner": "wuxi", "level": 1},
        ])  # fmt: skip
        e.put("users", [{"id": name, "name": name, "active": True} for name in USERS])
        e.put("grants", [grant(name, *given) for name, given in USERS.items()])
    yield made.latest()
    made.close()


def grant(user, role, place):
    lo, hi = scope_range(scope_of(place))
    return {"account": user, "role": role, "lo": lo, "hi": hi}


@pytest.fixture(scope="module")
def ask(region):
    app = create_app(region)
    known, client = app.state.accounts, Client(app)
    for name in USERS:
        known.credentials.add(name, name, None, must_change=False, by=By("x"))
    tokens = {name: known.sign_ins.begin(name, "", by=By("x")) for name in USERS}

    def asked(user, address, method="GET", **more):
        own = {"cookie": f"hechang={tokens[user]}", "x-csrf-token": csrf_of(tokens[user])} if user else {}
        return client.ask(method, address, headers={"origin": HOME} | own | more.pop("headers", {}), **more)

    return asked


def sheet(tmp_path, *rows, name="s.xlsx", titles=None):
    return name, book(tmp_path / name, list(rows), titles=titles).read_bytes()


def send(ask, user, file, address="/api/imports", **data):
    return ask(user, address, "POST", files={"file": file}, data=data)


def line(name="新项目", code="N-2", place="320211", **cells):
    return row(name, code, **{"所在地": place, "竣工日期": None} | cells)


def test_an_upload_is_there_for_who_sent_it_and_for_nobody_else(ask, tmp_path):
    id = send(ask, "wuxi", sheet(tmp_path, line())).json()["upload"]["id"]
    addresses = [f"/api/imports/{id}{end}" for end in ("", "/changes", "/rows", "/findings", "/errors.xlsx", "/tables")]
    for user, status in (("colleague", 404), ("suzhou", 404), ("auditor", 403), (None, 403)):
        assert {ask(user, one).status_code for one in addresses} == {status}, user
        for method, end in (("PUT", ""), ("DELETE", ""), ("POST", "/commit")):
            refused = ask(user, f"/api/imports/{id}{end}", method, json={} if method == "DELETE" else WHY)
            assert refused.status_code == (status if user else 401), (user, method)
        listed = ask(user, "/api/imports")
        assert listed.status_code == 403 or id not in listed.text
    assert {ask("wuxi", one).status_code for one in addresses} == {200}
    assert ask("wuxi", f"/api/imports/{id}", "DELETE").status_code == 200


def test_a_preview_of_a_row_one_does_not_see_is_that_of_a_row_that_does_not_exist(ask, region, tmp_path):
    shown = []
    for name, code in ((SOUTH, CODE), ("苏州没有项目", "S-0000")):
        answer = send(ask, "wuxi", sheet(tmp_path, line(name, code))).json()
        text = json.dumps(answer["preview"], ensure_ascii=False).replace(name, "NAME").replace(code, "CODE")
        shown.append(re.sub(r'"sha256": "\w+"', "", text))
        ask("wuxi", f"/api/imports/{answer['upload']['id']}", "DELETE")
    assert shown[0] == shown[1]


def test_an_id_one_does_not_see_is_an_id_that_does_not_exist(ask, tmp_path):
    from sheets_made import HEAD

    said = []
    for id in ("south", "nosuch"):
        file = sheet(tmp_path, [id, *line("改名")], titles=["编号", *HEAD])
        answer = send(ask, "wuxi", file).json()
        said.append(json.dumps(answer["preview"]["findings"], ensure_ascii=False).replace(id, "ID"))
        done = ask("wuxi", f"/api/imports/{answer['upload']['id']}/commit", "POST", json=WHY)
        assert done.status_code == 422
        ask("wuxi", f"/api/imports/{answer['upload']['id']}", "DELETE")
    assert said[0] == said[1] and "ID" in said[0]
    for id in ("south", "nosuch"):
        fields = {"fields": {"name": "x"}, "id": id}
        answer = ask("wuxi", "/api/tables/projects", "POST", json=WHY | fields)
        assert answer.status_code == 422 and "id" in answer.json()["error"]["en"]


def test_a_sheet_is_written_under_the_name_of_who_sent_it_and_the_other_city_does_not_see_it(ask, region, tmp_path):
    id = send(ask, "wuxi", sheet(tmp_path, line("无锡新项目", "N-77"))).json()["upload"]["id"]
    done = ask("wuxi", f"/api/imports/{id}/commit", "POST", json=WHY, headers={"idempotency-key": "press"})
    assert done.status_code == 200, done.text
    assert region.latest().log().iloc[0]["actor"] == "wuxi"
    seen = [ask(user, "/api/tables/projects?q=N-77").json()["total"] for user in ("wuxi", "colleague", "suzhou", None)]
    assert seen == [1, 1, 0, 0]


def test_writing_a_sheet_needs_the_verbs_its_rows_need(ask, region, tmp_path):
    new = send(ask, "reviewer", sheet(tmp_path, line("审核新增", "N-3"))).json()["upload"]["id"]
    head = region.store.head()
    assert ask("reviewer", f"/api/imports/{new}/commit", "POST", json=WHY).status_code == 403
    abroad = send(ask, "wuxi", sheet(tmp_path, line("越界", "N-4", place="320508"))).json()["upload"]["id"]
    assert ask("wuxi", f"/api/imports/{abroad}/commit", "POST", json=WHY).status_code == 403
    assert region.store.head() == head
    assert send(ask, "auditor", sheet(tmp_path, line())).status_code == 403


def test_nobody_fills_the_disk_with_what_waits(region, monkeypatch):
    monkeypatch.setattr(pending, "OWN_MOST", 3)
    monkeypatch.setattr(pending, "OWN_BYTES", 1000)
    folder = region.folder

    def more(uid, number, size=10):
        return keep(
            folder, f"01LIMIT{uid[:4].upper()}{number:04}", io.BytesIO(b"x" * size), {"name": "a.csv", "uid": uid}
        )

    with pytest.raises(InputError, match="more than"):
        more("limited", 0, 1001)
    for number in range(3):
        more("limited", number)
    with pytest.raises(InputError, match="wait already"):
        more("limited", 3)
    assert more("other", 0).uid == "other"
    assert len(waiting(folder, uid="limited")) == 3


def test_what_waits_too_long_goes_whoever_it_belongs_to(region):
    folder, then = region.folder, datetime(2026, 1, 1, tzinfo=UTC)
    old = keep(folder, "01OLDUPLOAD1", io.BytesIO(b"x"), {"name": "a.csv", "uid": "gone"}, lambda: then)
    later = then + timedelta(days=pending.DAYS + 1)
    keep(folder, "01NEWUPLOAD1", io.BytesIO(b"x"), {"name": "a.csv", "uid": "here"}, lambda: later)
    assert not old.folder.exists()
    with pytest.raises(NotKnown):
        upload(folder, "01OLDUPLOAD1", "gone")


def test_an_upload_of_one_is_not_found_under_the_name_of_another(region):
    made = keep(region.folder, "01WHOSEISIT1", io.BytesIO(b"x"), {"name": "a.csv", "uid": "a"})
    assert upload(region.folder, made.id, "a") == made
    for uid in ("", "b", "../a", "of"):
        with pytest.raises(NotKnown):
            upload(region.folder, made.id, uid)


def test_a_full_disk_is_said_before_anything_is_kept(region, monkeypatch):
    class Full:
        free = 10

    monkeypatch.setattr(pending.shutil, "disk_usage", lambda _: Full)
    with pytest.raises(StoreError) as answer:
        keep(region.folder, "01FULLDISK01", io.BytesIO(b"x" * 99), {"name": "a"})
    assert "room" in str(answer.value)
    assert not list((region.folder / "uploads").rglob("01FULLDISK01*"))


def test_a_report_is_read_and_decided_by_users_with_the_right_to_it(ask, region):
    answer = send(ask, "wuxi", ("报道.txt", REPORT), "/api/documents", **WHY)
    assert answer.status_code == 200, answer.text
    id = answer.json()["document"]
    assert ask("suzhou", f"/api/documents/{id}").status_code == 404
    rows = ask("wuxi", f"/api/proposals?document={id}").json()["rows"]
    assert rows
    one = rows[0]
    verdict, seen = f"/api/proposals/{one['id']}/accept", {"if-match": f'"{one["revision"]}"'}
    assert ask("suzhou", verdict, "POST", json=WHY, headers=seen).status_code == 404
    assert ask("auditor", verdict, "POST", json=WHY, headers=seen).status_code in (403, 404)
    done = ask("colleague", verdict, "POST", json=WHY, headers=seen)
    assert done.status_code == 200, done.text
    assert region.latest().log().iloc[0]["actor"] == "colleague"
    again = send(ask, "suzhou", ("报道.txt", REPORT), "/api/documents", **WHY)
    assert again.status_code == 200 and not again.json()["known"], "that another city has the same file is not told"


def test_a_return_is_taken_by_who_sees_the_whole_round(ask, region, tmp_path):
    with region.latest().edit(by="x", why="a round") as e:
        e.put("bodies", [{"id": id, "name": id, "scope": "r."} for id in ("b1", "b2")])
        e.put("rounds", {"id": "round", "name": "2022-09", "period": "2022-09", "due": "2022-10-05", "scope": "r.",
                         "asks": [], "table": "projects"})  # fmt: skip
        for body, scope in (("b1", "r.32.3202."), ("b2", "r.32.3205.")):
            e.put("round_bodies", {"round": "round", "body": body, "scope": scope, "state": "sent", "attempts": 0})
    answer = send(ask, "wuxi", sheet(tmp_path, line()), "/api/rounds/2022-09/take", body="b1")
    assert answer.status_code == 403 and "office" in answer.json()["error"]["en"], answer.text


def test_a_file_somebody_sends_twice_under_one_key_is_written_once(ask, region, tmp_path):
    id = send(ask, "suzhou", sheet(tmp_path, line("苏州新项目", "S-1", place="320508"))).json()["upload"]["id"]
    key = {"idempotency-key": "press"}  # the very key wuxi used
    first = ask("suzhou", f"/api/imports/{id}/commit", "POST", json=WHY, headers=key)
    again = ask("suzhou", f"/api/imports/{id}/commit", "POST", json=WHY, headers=key)
    assert first.json()["written"] is True and again.json() == first.json() | {"written": False}
