"""The reading desk as a browser asks for it: documents and their text, decisions on proposals, versions of an event."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hechang.intake import propose
from hechang.publish.registry import built
from hechang.web.app import create_app
from page_region import HOME, HOSTILE, Client
from test_reading import REPORT

WHO = {"by": "editor", "why": "read and checked"}
ASTRAL = "𠮷"  # one character, two UTF-16 units
SISTER = REPORT.replace("9月27日", "27日上午").replace("建立城市对话制度", "建立健全城市对话制度")


class Desk(Client):
    """A browser at the reading desk."""

    def json(self, path: str, status: int = 200, **more):
        answer = self.get(path, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    def send(self, path: str, body: dict, status: int = 200, **headers: str):
        answer = self.ask("POST", path, json=body, headers={"origin": HOME, **headers})
        assert answer.status_code == status, answer.text
        return answer.json()

    def upload(self, name: str, data: bytes, status: int = 200, **fields: str):
        form = {"data": {**WHO, **fields}, "files": {"file": (name, data)}}
        answer = self.ask("POST", "/api/documents", headers={"origin": HOME}, **form)
        assert answer.status_code == status, answer.text
        return answer.json()

    def open(self, document: str, **filters):
        return self.json("/api/proposals", params={"document": document, "limit": 500, **filters})["rows"]

    def decide(self, proposal: dict, verdict: str, status: int = 200, key: str = "", **body):
        headers = {"If-Match": f'"{proposal["revision"]}"', **({"Idempotency-Key": key} if key else {})}
        return self.send(f"/api/proposals/{proposal['id']}/{verdict}", {**WHO, **body}, status, **headers)


def read_in(region, folder, **texts: str):
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        (folder / f"{name}.txt.meta.json").write_text('{"published": "2022-09-28"}', encoding="utf-8")
    done = propose(region, [folder / f"{name}.txt" for name in texts], by="reader", why="came in")
    return done.region, done.documents


@pytest.fixture
def two(tiny, tmp_path):
    region, ids = read_in(tiny, tmp_path, a=REPORT, b=SISTER)
    return Desk(create_app(region)), ids


@pytest.fixture
def desk(tiny, tmp_path):
    region, ids = read_in(tiny, tmp_path, a=REPORT)
    return Desk(create_app(region)), ids[0]


def pick(rows, kind, part=""):
    return next(row for row in rows if row["kind"] == kind and part in row["text"])


# --- documents and their text -------------------------------------------------------------------------------------
def test_the_list_says_how_many_proposals_of_each_document_wait(two):
    desk, ids = two
    page = desk.json("/api/documents?state=open")
    assert {row["id"] for row in page["rows"]} == set(ids)
    row = page["rows"][0]
    assert row["open"] == len(desk.open(row["id"]))
    assert page["open"] == sum(row["open"] for row in page["rows"])
    assert desk.json("/api/documents?state=open&limit=1&offset=1")["rows"][0]["id"] == page["rows"][1]["id"]
    assert desk.json("/api/documents?q=无此文件")["total"] == 0


def test_every_span_is_the_same_piece_of_text_in_python_and_in_a_browser(tiny, tmp_path):
    region, [id] = read_in(tiny, tmp_path, a=f"{ASTRAL}{ASTRAL}报道\n" + REPORT.replace("王某", f"王{ASTRAL}"))
    desk = Desk(create_app(region))
    raw = desk.json(f"/api/documents/{id}/text")["text"]
    units = raw.encode("utf-16-le")
    whole = desk.json(f"/api/documents/{id}")
    assert len(whole["proposals"]) > 3
    for one in [*whole["proposals"], *whole["noise"]]:
        (start, end), (first, last) = one["span"], one["at"]
        assert units[2 * first : 2 * last].decode("utf-16-le") == raw[start:end]
        assert first >= start + 2


def test_slices_of_a_long_text_fit_together_and_say_where_they_start(tiny, tmp_path):
    long = "\n".join(f"第{n}段{ASTRAL}要加快建设快线。" for n in range(2000))
    region, [id] = read_in(tiny, tmp_path, a=long)
    desk, found, at = Desk(create_app(region)), "", 0
    while at is not None:
        part = desk.json(f"/api/documents/{id}/text?offset={at}&limit=9999")
        assert part["at"] == len(found.encode("utf-16-le")) // 2
        assert part["text"].endswith("\n") or part["next"] is None
        found, at = found + part["text"], part["next"]
    assert found == long


def test_the_text_of_a_web_page_is_the_one_its_spans_count_in(tiny):
    desk = Desk(create_app(tiny))
    page = f"<html><head><title>会</title></head><body><nav>导航</nav><p>{REPORT}</p></body></html>"
    read = desk.upload("报道.html", page.encode(), published="2022-09-28")
    raw = desk.json(f"/api/documents/{read['document']}/text")["text"]
    assert "<p>" not in raw
    directive = pick(desk.open(read["document"]), "directive", "建立城市对话制度")
    assert raw[slice(*directive["span"])] == "建立城市对话制度"
    plain = desk.get(f"/documents/{read['document']}").text
    assert f'id="s-{directive["id"]}">建立城市对话制度</mark>' in plain


# --- decisions ----------------------------------------------------------------------------------------------------
def test_accepting_shows_the_rows_it_wrote_and_their_proof_is_the_sentence(desk):
    client, id = desk
    event = pick(client.open(id), "event")
    done = client.decide(event, "accept")
    assert done["rows"] == {"events": 1, "event_documents": 1}
    made = next(row for row in done["made"] if row["table"] == "events")
    assert made["title"] == event["text"]
    shown = client.json(f"/api/proposals/{event['id']}")
    assert (shown["proposal"]["state"], shown["proposal"]["became"]) == ("accepted", made)
    assert shown["decision"]["actor"] == "editor"
    assert client.json(f"/api/evidence/events/{made['id']}")["text"] == event["text"]


def test_a_refused_proposal_leaves_the_queue_and_writes_no_row(desk):
    client, id = desk
    one = pick(client.open(id), "directive")
    done = client.decide(one, "reject")
    assert (done["number"], done["rows"]) == (1, {})
    assert one["id"] not in {row["id"] for row in client.open(id)}


def test_a_mended_field_goes_into_the_row_and_what_was_read_stays_visible(desk):
    client, id = desk
    client.decide(pick(client.open(id), "event"), "accept")
    one = pick(client.open(id), "directive", "建立城市对话制度")
    done = client.decide(one, "mend", fields={"deadline": "2022年11月", "addressee": ["甲县", "乙县"]})
    row = client.app.state.hall.first.latest().table("directives").loc[done["made"][0]["id"]]
    assert (row["deadline"], row["addressee"]) == ("2022-11", '["甲县","乙县"]')
    shown = client.json(f"/api/proposals/{one['id']}")["proposal"]
    assert shown["mended"]["deadline"] == [None, "2022-11"]
    history = client.json(f"/api/evidence/proposals/{one['id']}")["history"]
    assert "payload" in history[0]["changed"]


def test_mending_what_another_report_brought_changes_the_row_that_is_there(two):
    client, (first, second) = two
    for document in (first, second):
        client.decide(pick(client.open(document), "event"), "accept")
    a, b = (pick(client.open(document), "directive", "一要加强统筹") for document in (first, second))
    made = client.decide(a, "accept")["proposals"][0]["became"]
    again = client.decide(b, "mend", fields={"theme": "resilience"})
    assert again["proposals"][0]["became"] == made
    assert client.app.state.hall.first.latest().table("directives").loc[made["id"], "theme"] == "resilience"


def test_mending_the_day_of_an_event_joins_it_with_the_event_of_that_day(tiny, tmp_path):
    region, [first] = read_in(tiny, tmp_path, a=REPORT)
    region, [second] = read_in(region, tmp_path, b=SISTER.replace("27日上午", "近日"))
    client = Desk(create_app(region))
    client.decide(pick(client.open(first), "event"), "accept")
    late = pick(client.open(second), "event")
    assert late["fields"]["date"] is None
    client.decide(late, "mend", fields={"date": "2022-09-27"})
    assert len(client.app.state.hall.first.latest().events) == 1


def test_a_demand_accepted_before_its_meeting_gets_the_meeting_afterwards(desk):
    client, id = desk
    below = client.decide(pick(client.open(id), "directive", "建立城市对话制度"), "accept")["made"][0]["id"]
    above = client.decide(pick(client.open(id), "directive", "一要加强统筹"), "accept")["made"][0]["id"]
    event = client.decide(pick(client.open(id), "event"), "accept")
    directives = client.app.state.hall.first.latest().directives
    meeting = next(row["id"] for row in event["made"] if row["table"] == "events")
    assert directives.loc[below, ["event", "parent"]].tolist() == [meeting, above]
    assert directives.loc[above, "event"] == meeting


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"colour": "red"}, "colour"),
        ({"deadline": "soon"}, "2022-09-27"),
        ({"kind": "acton"}, "action"),
        ({"kind": ""}, "may not be empty"),
        ({"speaker": "字" * 401}, "400"),
        ({"addressee": "甲县"}, "list"),
        ({"speaker": 7}, "text"),
        ({}, "Nothing is changed"),
    ],
)
def test_a_field_that_cannot_be_mended_is_refused_in_words_and_nothing_is_written(desk, fields, said):
    client, id = desk
    one = pick(client.open(id), "directive")
    before = client.app.state.hall.first.store.head()
    answer = client.ask(
        "POST",
        f"/api/proposals/{one['id']}/mend",
        json={**WHO, "fields": fields},
        headers={"origin": HOME, "If-Match": str(one["revision"])},
    )
    assert answer.status_code in (404, 422)
    assert said in answer.json()["error"]["en"]
    assert answer.json()["error"]["zh"]
    assert client.app.state.hall.first.store.head() == before


def test_who_comes_late_is_told_what_the_other_decided_and_writes_nothing(desk):
    client, id = desk
    one = pick(client.open(id), "directive")
    client.decide(one, "mend", fields={"speaker": "李某"}, by="wang", why="checked with the office")
    head = client.app.state.hall.first.store.head()
    error = client.decide(one, "reject", 409)["error"]
    assert "wang" in error["en"] and "checked with the office" in error["zh"]
    assert error["view"]["theirs"] == {"state": "accepted", "speaker": "李某"}
    assert error["view"]["mine"] == {"state": "rejected"}
    assert client.app.state.hall.first.store.head() == head


def test_a_decision_sent_twice_with_one_key_is_taken_once(desk):
    client, id = desk
    event = pick(client.open(id), "event")
    first, second = (client.decide(event, "accept", key="k1") for _ in range(2))
    assert first["revision"] == second["revision"]
    assert first["made"] == second["made"]
    assert len(client.app.state.hall.first.latest().events) == 1


def test_two_people_who_accept_two_reports_of_one_event_make_one_event(two):
    client, ids = two
    region = client.app.state.hall.first.latest()
    events = [pick(client.open(id), "event") for id in ids]
    from hechang.intake.docket import queue
    from hechang.intake.verdicts import Decision, decide

    for event in events:  # both look at the same old state
        decide(region, queue(region, f"id={event['id']}"), Decision("accept", "a", "b"))
    assert len(region.latest().events) == 1


@pytest.mark.parametrize("body", [{"by": "", "why": "x"}, {"by": "x", "why": " "}, {"by": "x", "why": "y" * 401}])
def test_nothing_is_decided_without_who_and_why(desk, body):
    client, id = desk
    one = client.open(id)[0]
    assert client.decide(one, "accept", 422, **body)["error"]["zh"].startswith("修改须写明")


def test_a_decision_without_the_revision_that_was_seen_is_refused(desk):
    client, id = desk
    error = client.send(f"/api/proposals/{client.open(id)[0]['id']}/accept", WHO, 400)["error"]
    assert "If-Match" in error["en"]


def test_a_proposal_can_be_decided_when_the_file_of_its_document_is_lost(tiny, tmp_path):
    region, [id] = read_in(tiny, tmp_path, a=REPORT)
    sha = region.documents.loc[id, "sha256"]
    for file in region.folder.rglob(f"{sha}*"):
        file.unlink()
    desk = Desk(create_app(region))
    assert desk.json(f"/api/documents/{id}")["document"]["id"] == id
    assert desk.decide(pick(desk.open(id), "event"), "accept")["number"] == 1
    assert sha[:12] in desk.json(f"/api/documents/{id}/text", 404)["error"]["zh"]


def test_who_looks_at_a_proposal_decided_and_reopened_meanwhile_is_told(desk):
    client, id = desk
    one = client.open(id)[0]
    client.decide(one, "reject")
    client.send(f"/api/proposals/{one['id']}/undo", {"by": "wang", "why": "too early"})
    error = client.decide(one, "accept", 409)["error"]
    assert "too early" in error["en"]
    assert error["view"]["theirs"] == {"state": "open"}


# --- many at once, and back -----------------------------------------------------------------------------------------
def test_many_are_decided_at_once_after_their_number_was_shown(desk):
    client, id = desk
    asked = {"kind": "directive", "document": id, "sure": 0.8}
    seen = client.json("/api/proposals/preview", params=asked)
    assert 0 < seen["number"] == len(client.open(**{**asked, "document": id}))
    assert seen["would_make"]["directives"] == seen["number"]
    assert 0 < seen["would_make"]["tasks"] <= seen["number"]
    body = {**WHO, "verdict": "accept", "kind": ["directive"], "document": [id], "sure": 0.8}
    assert "not 1" in client.send("/api/proposals/decide", {**body, "expect": 1}, 409)["error"]["en"]
    done = client.send("/api/proposals/decide", {**body, "expect": seen["number"]})
    assert (done["number"], done["rows"]) == (seen["number"], seen["would_make"])
    assert client.json("/api/proposals/preview", params=asked)["number"] == 0


def test_a_decision_taken_back_leaves_the_proposal_open_and_its_rows_gone(desk):
    client, id = desk
    one = pick(client.open(id), "directive")
    made = client.decide(one, "mend", fields={"speaker": "李某"})["made"][0]["id"]
    back = client.send(f"/api/proposals/{one['id']}/undo", WHO)
    assert back["proposals"][0]["state"] == "open"
    assert back["proposals"][0]["mended"] == {}
    assert made not in client.app.state.hall.first.latest().directives.index
    assert "待审" in client.send(f"/api/proposals/{one['id']}/undo", WHO, 422)["error"]["zh"]


def test_a_meeting_is_not_taken_back_while_demands_rest_on_it(desk):
    client, id = desk
    event = pick(client.open(id), "event")
    client.decide(event, "accept")
    client.decide(pick(client.open(id), "directive"), "accept")
    assert "directives" in client.send(f"/api/proposals/{event['id']}/undo", WHO, 409)["error"]["en"]


def test_one_of_many_decided_together_is_taken_back_only_with_the_others(desk):
    client, id = desk
    rows = client.open(id)
    client.send("/api/proposals/decide", {**WHO, "verdict": "reject", "document": [id], "expect": len(rows)})
    path = f"/api/proposals/{rows[0]['id']}/undo"
    assert str(len(rows)) in client.send(path, WHO, 409)["error"]["zh"]
    assert client.send(path, {**WHO, "whole": True})["number"] == len(rows)
    assert len(client.open(id)) == len(rows)


# --- one task across reports ----------------------------------------------------------------------------------------
def test_the_desk_shows_a_task_like_a_demand_with_what_differs_and_joins_it(two):
    client, (first, second) = two
    for document in (first, second):
        client.decide(pick(client.open(document), "event"), "accept")
    task = client.decide(pick(client.open(first), "directive", "建立城市对话制度"), "accept")["proposals"][0]["task"]
    one = pick(client.open(second), "directive", "健全城市对话制度")
    near = client.json(f"/api/proposals/{one['id']}")["near_tasks"][0]
    assert (near["task"], near["same"], near["suggested"], near["reasons"]) == (task["id"], False, True, ["wording"])
    assert [(piece["mine"], piece["theirs"]) for piece in near["pieces"] if piece["differs"]] == [("健全", "")]
    done = client.decide(one, "join", task=near["task"])
    assert done["proposals"][0]["task"]["id"] == task["id"]
    shown = client.json(f"/api/proposals/{one['id']}")["near_tasks"][0]
    assert (shown["same"], shown["statements"]) == (True, 2)
    apart = client.decide(done["proposals"][0], "apart")
    assert apart["proposals"][0]["task"]["id"] != task["id"]
    assert client.send(f"/api/proposals/{one['id']}/undo", WHO)["proposals"][0]["task"]["id"] == task["id"]


def test_a_demand_that_will_join_by_itself_says_so_before_it_is_accepted(two):
    client, ids = two
    for document in ids:
        client.decide(pick(client.open(document), "event"), "accept")
    first, second = (next(row for row in client.open(id, kind="directive") if _same_in_both(row)) for id in ids)
    made = client.decide(first, "accept")
    task = made["proposals"][0]["task"]
    shown = client.json(f"/api/proposals/{second['id']}")
    assert [(one["task"], one["same"]) for one in shown["near_tasks"]][:1] == [(task["id"], True)]
    assert shown["would_make"] == {"task_statements": 1}


def _same_in_both(row):
    return row["fields"]["kind"] == "action" and "对话制度" not in row["text"]


@pytest.mark.parametrize(
    ("verdict", "body", "status"), [("join", {"task": "nobody"}, 404), ("join", {}, 400), ("apart", {}, 200)]
)
def test_joining_names_a_task_that_is_there(desk, verdict, body, status):
    client, id = desk
    answer = client.decide(pick(client.open(id), "directive", "建立城市对话制度"), verdict, status, **body)
    assert status == 200 or (answer["error"]["zh"] and answer["error"]["en"])


def test_each_field_says_how_sure_it_is_and_why_and_where_its_sentence_stands(desk):
    client, id = desk
    for row in client.open(id):
        filled = {name for name, value in row["fields"].items() if value not in (None, "", [])}
        assert {one["name"] for one in row["sure"]} == filled
        assert all(0 < one["confidence"] <= 1 and one["reason"] for one in row["sure"])
        assert row["where"]["line"] >= 1
    day = next(one for one in pick(client.open(id), "event")["sure"] if one["name"] == "date")
    assert (day["reason"], day["confidence"]) == ("inferred", 0.7)


def test_every_reason_has_words_in_both_languages():
    from hechang.intake import slot_reasons
    from hechang.terms.words import words

    reasons = {"grammar", "mended", "reader", "trailer", "in_clause", "carried", "lead_word", "promise", "quoted",
               "stated", "inferred", "unsure", "theme_words", "no_theme_word", "title_grammar", "name_only",
               "nearest_noun", "verbatim", "scope"}  # fmt: skip
    source = Path(slot_reasons.__file__).read_text(encoding="utf-8")
    assert all(f'"{reason}"' in source for reason in reasons)
    for lang in ("zh", "en"):
        assert all(words(lang)[f"reading_why_{reason}"] for reason in reasons)


def test_what_another_report_says_instead_stands_beside_the_proposal(two):
    client, (first, second) = two
    one = pick(client.open(first), "directive", "建立城市对话制度")
    before = client.json(f"/api/proposals/{one['id']}")["disagreements"]
    for document in (first, second):
        client.decide(pick(client.open(document), "event"), "accept")
    after = client.json(f"/api/proposals/{one['id']}")["disagreements"]
    for found in (before, after):
        assert [(row["kind"], row["theirs"]) for row in found if row["kind"] == "wording"] == [
            ("wording", "建立健全城市对话制度")
        ]
    event = client.json("/api/proposals", params={"kind": "event", "state": "accepted"})["rows"][0]
    kinds = {row["kind"] for row in client.json(f"/api/proposals/{event['id']}")["disagreements"]}
    assert "fact_date_text" in kinds


def test_a_new_version_of_a_document_says_what_was_decided_before(tiny, tmp_path):
    region, [first] = read_in(tiny, tmp_path, a=REPORT)
    client = Desk(create_app(region))
    client.decide(pick(client.open(first), "directive", "建立城市对话制度"), "reject")
    region, [second] = read_in(region.latest(), tmp_path, a=REPORT + "要办好两市年度展会。\n")
    client = Desk(create_app(region))
    assert client.json(f"/api/documents/{second}")["version_of"]["id"] == first
    known = pick(client.open(second), "directive", "建立城市对话制度")["known"]
    assert (known["state"], known["document"]) == ("rejected", first)


# --- versions -----------------------------------------------------------------------------------------------------
def test_reports_of_one_event_stand_side_by_side_with_their_differences(two):
    client, ids = two
    for id in ids:
        client.decide(pick(client.open(id), "event"), "accept")
    event = client.json("/api/events?documents=2")["rows"][0]
    found = client.json(f"/api/events/{event['id']}/versions")
    assert [one["id"] for one in found["documents"]] == sorted(ids)
    row = next(row for row in found["rows"] if "wording" in row["kinds"])
    assert [[piece["text"] for piece in cell["pieces"] if piece["differs"]] for cell in row["cells"]] == [[], ["健全"]]
    assert "".join(piece["text"] for piece in row["cells"][1]["pieces"]) == "建立健全城市对话制度"
    assert next(fact for fact in found["facts"] if fact["name"] == "date_text")["differs"]


# --- reading in ---------------------------------------------------------------------------------------------------
def test_a_file_dropped_on_the_desk_becomes_open_proposals_with_what_its_sender_said(tiny):
    client = Desk(create_app(tiny))
    read = client.upload("报道.txt", REPORT.encode(), published="2022-09-28", publisher="某报")
    assert read["proposals"]["directive"] > 3
    whole = client.json(f"/api/documents/{read['document']}")
    assert (whole["document"]["publisher"], whole["document"]["published"]) == ("某报", "2022-09-28")
    assert {one["state"] for one in whole["proposals"]} == {"open"}
    again = client.upload("other.txt", REPORT.encode())
    assert (again["known"], again["document"], again["revision"]) == (True, read["document"], read["revision"])


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"GIF89a" + bytes(200), "not a text"),
        ("a.txt", "要加快".encode() + b"\xff\xfe\xfa" * 3, "UTF-8"),
        ("a.html", b"<html><script>var a = 1</script></html>", "no text"),
    ],
)
def test_a_file_that_cannot_be_read_gets_clear_words_and_nothing_is_kept(tiny, name, data, said):
    client = Desk(create_app(tiny))
    error = client.upload(name, data, 422)["error"]
    finding = error["findings"][0]
    assert said in finding["en"] + finding["mend_en"]
    assert finding["zh"] and finding["mend_zh"]
    assert "/" not in finding["file"]
    assert client.app.state.hall.first.store.head() == tiny.revision


def test_a_day_that_is_none_is_refused_before_anything_is_read(tiny):
    client = Desk(create_app(tiny))
    assert "soon" in client.upload("a.txt", REPORT.encode(), 422, published="soon")["error"]["en"]


def test_names_and_texts_of_strangers_come_back_as_they_are_and_harm_nothing(tiny):
    client = Desk(create_app(tiny))
    text = REPORT + f"\n{HOSTILE}\u202e{ASTRAL}\n"
    read = client.upload("../../\u202e<b>" + "长" * 800 + ".txt", text.encode(), title=HOSTILE)
    row = client.json(f"/api/documents/{read['document']}")["document"]
    assert "/" not in row["path"] and len(row["path"]) < 300
    assert HOSTILE in client.json(f"/api/documents/{read['document']}/text")["text"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/documents/nobody", 404),
        ("/api/documents/nobody/text", 404),
        ("/api/proposals/nobody", 404),
        ("/api/events/nobody/versions", 404),
        ("/api/documents?kind=reprot", 404),
        ("/api/documents?state=opn", 404),
        ("/api/proposals?kind=directve", 404),
        ("/api/proposals?state=opn", 404),
        ("/api/proposals?sure=2", 422),
        ("/api/proposals?colour=red", 400),
        ("/api/documents?sort=weight", 422),
        ("/api/documents?limit=0", 422),
    ],
)
def test_what_does_not_exist_is_said_in_both_languages(desk, path, status):
    client, _ = desk
    error = client.json(path, status)["error"]
    assert error["zh"] and error["en"]


# --- in a browser -------------------------------------------------------------------------------------------------
@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: apt-get install chromium")
@pytest.mark.skipif(not built(), reason="the front end is not built: make ui")
def test_a_report_is_read_with_one_key_a_decision_and_the_address_names_the_sentence(tiny, tmp_path):
    from playwright.sync_api import sync_playwright
    from tools.browser import Window, chromium, serving

    hostile = f"{ASTRAL}{ASTRAL}{HOSTILE}\u202e\n"  # shifts every place for who counts UTF-16 units as characters
    region, [id] = read_in(tiny, tmp_path, a=hostile + REPORT)
    with sync_playwright() as play, serving(region) as address:
        browser = chromium(play)
        with Window(browser, "zh", home=address) as window:
            page = window.page
            page.goto(f"{address}/desk/reading/{id}")
            picked, line = page.locator(".source .picked").first, page.locator(".queue [aria-current]")
            line.wait_for()
            assert page.locator(".source").inner_text().startswith(f"{ASTRAL}{ASTRAL}{HOSTILE}")
            while "建立城市对话制度" not in line.inner_text():
                page.keyboard.press("j")
            assert picked.inner_text() == "建立城市对话制度"
            page.wait_for_url(f"**p={line.get_attribute('data-id')}**")  # the address follows a moment later
            chosen = page.url
            page.keyboard.press("a")
            page.locator(".ant-modal #by").fill("王某")  # asked once
            page.locator(".ant-modal [type=submit]").click()
            page.locator(".told a", has_text="建立城市对话制度").first.wait_for()
            assert "建立城市对话制度" not in line.inner_text()
            page.keyboard.press("u")
            page.locator(".told", has_text="已撤销").wait_for()
            page.keyboard.press("r")
            page.locator(".told", has_text="已退回").wait_for()
            page.goto(chosen)
            picked.wait_for()
            assert picked.inner_text() == "建立城市对话制度"
        browser.close()
    last = region.latest().log().iloc[0]
    assert (last["actor"], last["reason"]) == ("王某", "对照原文逐条审读")
    assert region.latest().directives.empty


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed: apt-get install chromium")
@pytest.mark.skipif(not built(), reason="the front end is not built: make ui")
def test_one_key_joins_a_demand_to_the_task_it_is_like_and_another_keeps_it_apart(two):
    from playwright.sync_api import sync_playwright
    from tools.browser import Window, chromium, serving

    client, (first, second) = two
    for document in (first, second):
        client.decide(pick(client.open(document), "event"), "accept")
    client.decide(pick(client.open(first), "directive", "建立城市对话制度"), "accept")
    one = pick(client.open(second), "directive", "健全城市对话制度")
    region = client.app.state.hall.first.latest()
    with sync_playwright() as play, serving(region) as address:
        browser = chromium(play)
        with Window(browser, "zh", home=address) as window:
            page = window.page
            page.goto(f"{address}/desk/reading/{second}?p={one['id']}")
            near = page.locator(".near-tasks li").first
            near.wait_for()
            assert near.locator("ins").inner_text() == "健全"
            assert "措辞不同" in near.inner_text()
            page.locator(".disagreements", has_text="建立城市对话制度").wait_for()
            page.keyboard.press("n")
            page.locator(".ant-modal #by").fill("王某")
            page.locator(".ant-modal [type=submit]").click()
            page.locator(".told", has_text="已归并").wait_for()
            page.goto(f"{address}/desk/reading/{second}?p={one['id']}&show=all")
            page.locator(".near-tasks li[data-same=true]", has_text="2 条表述").wait_for()
            page.keyboard.press("s")
            page.locator(".told", has_text="已单列").wait_for()
        browser.close()
    said = region.latest().table("task_statements")
    assert sorted(said["how"]) == ["apart", "first"]
    assert said["task"].nunique() == 2
