"""The first page and the lists over the API, in the words of who opens them on a Monday."""

from __future__ import annotations

import io
import json

import openpyxl
import pandas as pd
import pytest

from hechang import tiny
from hechang.register.changes import rewritten, since_of, stage_moves
from hechang.register.editions import keep
from hechang.register.new_rule import change_rule
from hechang.register.news import counted, news
from hechang.terms import catalogue
from hechang.terms.errors import InputError, NotKnown
from hechang.web.app import create_app
from page_region import FORMULA, HOME, SECRET, Client, page_region

LATER = "2022-09-30"


def office(folder):
    """A region with editions of the week before and what one office wrote since; and the revision before it wrote."""
    region = tiny(folder)
    kept = ["signed-not-filed", "filed-not-started", "lights"]
    region = keep(region.on("2022-09-19"), kept, by="li", why="editions")
    before = region.revision
    with region.on("2022-09-27").edit(by="zhang", why="minutes of 20 September") as e:
        e.put("project_events", {"id": "p1-filed", "project": "p1", "stage": "filed", "actual": "2022-09-20"})
        e.put("projects", [{"id": "p2", "invest_total": 9_900_000_000}, {"id": "new", "name": "新来的项目"}])
        e.put("project_events", {"project": "new", "stage": "signed", "actual": "2022-09-01"})
    return e.after, before


@pytest.fixture(scope="module")
def monday(tmp_path_factory):
    return office(tmp_path_factory.mktemp("monday") / "r.hc")


@pytest.fixture(scope="module")
def client(monday):
    return Client(create_app(monday[0]))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return page_region(tmp_path_factory.mktemp("hostile") / "r.hc")


def said(answer, kind):
    return next((one for one in answer["changes"] if one["kind"] == kind), None)


# --- what changed ----------------------------------------------------------------------------------------------------
def test_a_project_that_was_filed_since_is_told_as_signed_to_filed_with_its_proof(client, monday):
    stage = said(client.get(f"/api/today?since={monday[1]}").json(), "stage")
    (row,) = stage["rows"]
    assert (row["id"], row["zh"], row["en"]) == ("p1", "签约 → 备案 (2022-09-20)", "Signed → Filed (2022-09-20)")
    assert row["proof"] == {"table": "project_events", "id": "p1-filed"}
    assert (row["actor"], row["reason"]) == ("zhang", "minutes of 20 September")


def test_more_money_is_told_with_the_amount_before_and_after(client, monday):
    money = said(client.get(f"/api/today?since={monday[1]}").json(), "money")
    assert money["rows"][0]["zh"].startswith("总投资 ") and money["rows"][0]["zh"].endswith(" → 9,900 万元")
    assert money["amount"] == 9_900_000_000 - tiny_total("p2")


def tiny_total(project):
    return int(tiny().projects.loc[project, "invest_total"])


def test_a_new_project_is_told_once_and_not_again_for_each_of_its_stages(client, monday):
    answer = client.get(f"/api/today?since={monday[1]}").json()
    assert [row["id"] for row in said(answer, "new")["rows"]] == ["new"]
    assert "new" not in [row["id"] for row in said(answer, "stage")["rows"]]


def test_who_wrote_and_which_tables_grew_is_told_beside_the_changes(client, monday):
    answer = client.get(f"/api/today?since={monday[1]}").json()
    assert [(one["actor"], one["revisions"]) for one in answer["people"]] == [("zhang", 1)]
    projects = next(one for one in answer["tables"] if one["table"] == "projects")
    assert (projects["added"], projects["changed"], projects["removed"]) == (1, 1, 0)


def test_nothing_is_told_to_somebody_who_saw_the_newest_revision(client, monday):
    answer = client.get(f"/api/today?since={monday[0].revision_name}").json()
    assert answer["changes"] == answer["people"] == answer["tables"] == []


def test_since_a_day_tells_what_happened_by_then_and_not_when_it_was_entered(client):
    stage = said(client.get("/api/today?since=2022-08-31").json(), "stage")
    assert {row["id"]: row["en"] for row in stage["rows"]} == {
        "p1": "Signed → Filed (2022-09-20)",
        "new": "no stage → Signed (2022-09-01)",
    }


def test_without_a_since_the_day_of_the_last_edition_is_taken(client):
    assert client.get("/api/today").json()["since"] == {
        "kind": "day", "value": "2022-09-19", "at": None, "revisions": None,
    }  # fmt: skip


def test_a_row_written_again_with_the_same_values_is_no_change():
    region = tiny()
    with region.edit(by="zhang", why="saved again") as e:
        e.put("projects", {"id": "p1", "name": region.projects.loc["p1", "name"]})
    assert rewritten(e.after, "projects", ["name", "invest_total"], region.revision).empty


def test_a_project_that_was_removed_is_told_by_its_name():
    region = tiny()
    name = region.projects.loc["p1", "name"]
    with region.edit(by="zhang", why="double") as e:
        e.end("projects", ["p1"])
    rows = news(e.after, region.revision)
    assert rows[["kind", "about", "before"]].to_numpy().tolist()[0] == ["gone", "p1", name]
    told = said(Client(create_app(e.after)).get(f"/api/today?since={region.revision}").json(), "gone")["rows"][0]
    assert (told["name"], told["zh"]) == (name, "已不在库")


def test_a_date_moved_to_later_says_by_how_many_days():
    region = tiny()
    with region.edit(by="zhang", why="plan") as e:
        e.put("project_events", {"id": "ev", "project": "p2", "stage": "started", "estimated": "2022-10-01"})
    before = e.after
    with before.edit(by="zhang", why="delay") as e:
        e.put("project_events", {"id": "ev", "estimated": "2022-10-31"})
    row = said(Client(create_app(e.after)).get(f"/api/today?since={before.revision}").json(), "date")["rows"][0]
    assert row["zh"] == "开工 · 预计日期 2022-10-01 → 2022-10-31 (晚 30 天)"


def test_a_stage_taken_back_is_a_step_back():
    region = tiny()
    with region.edit(by="zhang", why="filed") as e:
        e.put("project_events", {"id": "ev", "project": "p1", "stage": "filed", "actual": "2022-09-20"})
    filed = e.after
    with filed.edit(by="zhang", why="wrong") as e:
        e.end("project_events", ["ev"])
    assert stage_moves(e.after, filed.revision)[["was", "now"]].to_numpy().tolist() == [["filed", "signed"]]


def test_changes_on_a_branch_are_told_on_that_branch_only():
    region = tiny().new_branch("what-if", by="zhang", why="try")
    with region.branch("what-if").edit(by="zhang", why="try") as e:
        e.put("projects", {"id": "p4", "name": "改名"})
    assert news(e.after, region.revision)["about"].tolist() == ["p4"]
    assert news(region.branch("main"), region.revision).empty


def test_counts_of_kinds_sum_their_money():
    rows = pd.DataFrame({"kind": ["money", "stage", "money"], "amount": [3, None, -5]})
    assert counted(rows).to_dict("index") == {"stage": {"count": 1, "amount": 0}, "money": {"count": 2, "amount": -2}}


@pytest.mark.parametrize(
    ("text", "error"), [("99", NotKnown), ("other:1", NotKnown), ("soon", InputError), ("2030-01-01", InputError)]
)
def test_a_since_that_is_no_revision_and_no_day_gone_by_is_refused(text, error):
    with pytest.raises(error):
        since_of(tiny(), text)


def test_pages_of_changes_add_up_to_all_of_them(client, monday):
    whole = client.get(f"/api/today/changes?since={monday[1]}").json()
    pages = [
        client.get(f"/api/today/changes?since={monday[1]}&limit=1&offset={n}").json()["rows"]
        for n in range(whole["total"])
    ]
    assert [row for page in pages for row in page] == whole["rows"]


# --- late, waiting, round --------------------------------------------------------------------------------------------
def test_the_lists_of_what_is_late_say_how_many_came_and_left_and_of_how_many(client):
    lists = {one["id"]: one for one in client.get("/api/today/late").json()["lists"]}
    signed = lists["signed-not-filed"]
    assert list(lists)[:3] == ["signed-not-filed", "filed-not-started", "behind-schedule"]
    assert (signed["previous"], signed["left"]) == ("2022-09", 1)
    assert signed["examined"] == {"count": 5, "zh": "已签约的项目", "en": "projects signed"}


def test_what_waits_for_one_body_is_less_than_what_waits_for_all(client):
    every = client.get("/api/today/waiting").json()
    mine = client.get("/api/today/waiting?body=office-x").json()
    assert mine["total"] <= every["total"] and mine["body"] == "office-x"
    assert "office-x" in [one["id"] for one in every["bodies"]]


def test_the_round_under_way_says_how_many_bodies_are_done():
    region = tiny()
    with region.edit(by="zhang", why="round") as e:
        e.put(
            "rounds",
            {
                "id": "r1",
                "name": "2022-08 填报",
                "period": "2022-08",
                "table": "projects",
                "opened": "2022-09-01",
                "due": "2022-09-10",
            },
        )
        e.put(
            "round_bodies", [{"round": "r1", "body": body, "sent": "2022-09-01"} for body in ("office-x", "office-y")]
        )
    found = Client(create_app(e.after)).get("/api/today/round").json()
    assert found["open"] and (found["total"]["bodies"], found["total"]["taken"], found["total"]["late"]) == (2, 0, 2)


# --- lists -----------------------------------------------------------------------------------------------------------
def test_a_page_of_a_list_has_the_rows_of_the_whole_list_in_the_order_asked_for(client):
    whole = client.get("/api/lists/without-task-force").json()["rows"]
    asked = "/api/lists/without-task-force?sort=name&limit=2&offset={}"
    pages = [client.get(asked.format(n)).json()["rows"] for n in range(0, len(whole), 2)]
    assert [row["id"] for page in pages for row in page] == [
        row["id"] for row in sorted(whole, key=lambda r: r["name"])
    ]


def test_a_row_leads_to_the_very_event_that_proves_it(client):
    row = client.get("/api/lists/filed-not-started?limit=10").json()["rows"][0]
    assert row["proof"]["table"] == "project_events"
    assert client.get(f"/api/evidence/project_events/{row['proof']['id']}").json()["source"] == row["source"]


def test_a_list_can_be_narrowed_by_city_owner_and_words(client):
    every = client.get("/api/lists/without-task-force?limit=100").json()
    city, owner = every["rows"][0]["city"], every["rows"][0]["owner"]
    for asked in (f"city={city}", f"owner={owner}", f"q={every['rows'][0]['name']}"):
        found = client.get(f"/api/lists/without-task-force?limit=100&{asked}").json()
        assert 0 < found["total"] <= every["count"] and every["rows"][0]["id"] in [row["id"] for row in found["rows"]]


def test_another_grace_shows_who_comes_and_why_before_anything_is_written(client, monday):
    found = client.get("/api/lists/signed-not-filed/try?grace=7&limit=10").json()
    (row,) = found["rows"]
    assert (found["before"], found["after"], found["new_count"], found["left_count"]) == (0, 1, 1, 0)
    assert row["id"] == "new" and row["why_zh"] == "签约 26 天, 未备案 (宽限期 (签约到备案、备案到开工) 90 → 7 天)"
    assert client.get("/api/lists/signed-not-filed?limit=1").json()["count"] == 0


def test_a_value_tried_names_every_other_list_that_would_move_with_it():
    region = tiny()
    client = Client(create_app(region))
    found = client.get("/api/lists/signed-not-filed/try?grace=100000&limit=1").json()
    (other,) = found["others"]
    assert (other["id"], other["zh"]) == ("filed-not-started", "备案未开工项目清单")
    assert (other["before"], other["after"], other["new_count"], other["left_count"]) == (1, 0, 0, 1)
    change_rule(region, "signed-not-filed", {"by": "li", "why": "x", "grace": "100000"})
    moved = [
        card.id
        for card in catalogue.cards("list")
        if len(region.listing(card.id)) != len(region.latest().listing(card.id)) and card.id != "signed-not-filed"
    ]
    assert moved == [other["id"]], "what was told is not what moved"


def test_a_value_of_no_other_list_moves_none(client):
    assert client.get("/api/lists/overdue-tasks/try?grace=3&limit=1").json()["others"] == []


def test_rows_that_would_leave_are_told_as_well(client):
    found = client.get("/api/lists/filed-not-started/try?grace=100000&which=left&limit=10").json()
    assert found["after"] == 0 and found["left_count"] == found["before"] == len(found["rows"])


def test_a_list_without_a_number_cannot_be_tried(client):
    found = client.get("/api/lists/slipped/try?grace=1")
    assert found.status_code == 404
    assert client.get("/api/lists/slipped/try").status_code == 422


def test_a_new_rule_is_written_once_however_often_the_button_is_pressed():
    client = Client(create_app(tiny()))
    body = {"by": "zhang", "why": "办公会", "values": {"grace": 30}}
    sent = [
        client.ask(
            "POST", "/api/lists/signed-not-filed/rule", json=body, headers={"Origin": HOME, "Idempotency-Key": "k1"}
        )
        for _ in range(2)
    ]
    assert [one.status_code for one in sent] == [200, 200]
    assert sent[0].json() == sent[1].json()
    assert client.get("/api/lists/signed-not-filed?limit=1").json()["rule"]["value"] == 30


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"by": "", "why": "x", "values": {"grace": 30}}, 422),
        ({"by": "a", "why": "x" * 401, "values": {"grace": 30}}, 422),
        ({"by": "a", "why": "x", "values": {"grace": -1}}, 422),
        ({"by": "a", "why": "x", "values": {}}, 422),
        ({"by": "a", "why": "x", "values": {"pace": 1}}, 404),
        ({"by": "a", "why": "x", "values": {"grace": "soon"}}, 422),
    ],
)
def test_a_rule_without_who_why_or_a_number_is_refused(client, body, status):
    answer = client.ask("POST", "/api/lists/signed-not-filed/rule", json=body, headers={"Origin": HOME})
    assert answer.status_code == status and set(answer.json()["error"]) >= {"kind", "zh", "en", "findings"}


def test_the_form_and_the_api_write_the_same_rule():
    region = tiny()
    change_rule(region, "signed-not-filed", {"by": "li", "why": "x", "grace": "45"})
    assert region.latest().listing("signed-not-filed").attrs["rule"]["value"] == 45


def test_an_edition_tells_what_left_since_the_one_before_and_why(tmp_path):
    region = keep(office(tmp_path / "r.hc")[0].on(LATER), ["signed-not-filed"], by="li", why="month end")
    found = Client(create_app(region.on(LATER))).get(f"/api/lists/signed-not-filed/editions/{LATER}?on={LATER}").json()
    assert found["against"]["edition"] == "2022-09"
    assert [one["why"] for one in found["changes"]["left"]] == ["备案 2022-09-20 / filed 2022-09-20"]


def test_files_of_a_list_hold_its_rows_and_no_formula_runs(hostile):
    client = Client(create_app(hostile))
    asked = "/api/lists/without-task-force"
    names = [row["name"] for row in client.get(asked).json()["rows"]]
    book = openpyxl.load_workbook(io.BytesIO(client.get(asked + ".xlsx").content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert FORMULA in names and FORMULA in [cell.value for cell in cells]
    assert all(cell.data_type != "f" for cell in cells)
    assert f"'{FORMULA}" in client.get(asked + ".csv").text
    parquet = pd.read_parquet(io.BytesIO(client.get(asked + ".parquet").content))
    assert parquet["name"].tolist() == names
    assert [row["name"] for row in client.get(asked + ".json").json()["rows"]] == names


def test_the_public_reads_no_name_of_a_project_that_is_not_public(hostile):
    client = Client(create_app(hostile, reader="public"))
    for path in (
        "/api/today?since=0", "/api/today/changes?since=0", "/api/today/late", "/api/today/waiting", "/api/lights",
        "/api/lists/behind-schedule", "/api/lists/without-task-force.csv", "/api/picture",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert SECRET not in answer.text and "tester" not in answer.text, path


# --- lights, figures -------------------------------------------------------------------------------------------------
def test_a_light_names_the_clause_that_lit_it_and_the_rows_its_value_is_made_of(client):
    found = client.get("/api/lights/p3").json()
    light = found["lights"][0]
    assert light["colour"] == "yellow" and light["value"] == 62.5
    assert [(step["clause"], step["lit"]) for step in light["ladder"]] == [
        ("进度-绿", False),
        ("进度-黄", True),
        ("进度-红", False),
    ]
    assert [(row["table"], row["cells"][1]["zh"]) for row in light["inputs"]] == [
        ("project_years", "1,200 万元"),
        ("returns", "500 万元"),
    ]


def test_lights_are_counted_by_colour_as_the_list_of_lights_has_them(client):
    counts = {one["colour"]: one["count"] for one in client.get("/api/lights").json()["colours"]}
    rows = client.get("/api/lists/lights").json()["rows"]
    assert counts["yellow"] == sum(row["colour"] == "yellow" for row in rows) == 1


def test_the_count_of_a_list_says_of_how_many_where_and_when(client):
    found = client.get("/api/figures/list/filed-not-started").json()
    assert (found["numerator"], found["denominator_zh"], found["on"]) == (found["value"], "已备案的项目", "2022-09-27")
    assert found["rule"]["value"] == 90 and found["source"] and found["revision"]


def test_the_places_a_list_is_of_are_not_the_rows_it_was_chosen_from(client):
    for one in client.get("/api/lists").json()["lists"]:
        found = client.get(f"/api/figures/list/{one['id']}").json()["geography"]
        assert one["geography"] == found and found["cities"] > 0


def test_a_place_without_a_value_of_a_measure_is_named_as_missing(client):
    found = client.get("/api/figures/measure/rail-reach/a?limit=60").json()
    assert (found["value"], found["numerator"], found["denominator"]) == (75, 75, 100)
    assert client.get("/api/figures/measure/rail-reach/nowhere").status_code == 404


# --- bulletin and picture --------------------------------------------------------------------------------------------
def test_one_press_gives_a_word_file(client):
    answer = client.get("/api/bulletin.docx")
    assert answer.content[:2] == b"PK" and "attachment" in answer.headers["content-disposition"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_picture_carries_day_revision_source_and_the_word_for_what_is_made_up(client, monday, lang):
    found = client.get(f"/api/picture?lang={lang}").json()
    assert any("2022-09-27" in line for line in found["stamp"])
    assert any(monday[0].revision_name in line for line in found["stamp"])
    assert found["source"] and found["synthetic"] and len(found["lists"]) == 6


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/today?sinc=1", 400), ("/api/today?since=soon", 422), ("/api/today/changes?kind=odd", 404),
        ("/api/today/waiting?body=nobody", 404), ("/api/lists/nothing", 404), ("/api/lists/lights?sort=odd", 404),
        ("/api/lists/lights?limit=0", 422), ("/api/lists/lights?change=odd", 404), ("/api/lists/lights.pdf", 404),
        ("/api/lists/lights?grace=1", 404), ("/api/lists/signed-not-filed/editions/2001-01", 404),
        ("/api/lists/signed-not-filed/try?grace=soon", 422), ("/api/lists/signed-not-filed/try?grace=1&which=odd", 422),
        ("/api/lights/nobody", 404), ("/api/figures/list/nothing", 404), ("/api/figures/list/lights?city=odd", 404),
        ("/api/picture?round=odd", 404), ("/api/bulletin.docx?round=odd", 404), ("/api/lists?ids=odd", 404),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_answered_in_both_languages(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status, path
    assert json.loads(answer.text)["error"]["zh"] and json.loads(answer.text)["error"]["en"]


def test_of_several_events_from_one_cell_the_one_of_the_reason_is_the_proof():
    region = tiny()
    with region.edit(by="zhang", why="one row of a sheet", source="person:zhang") as e:
        e.put("projects", {"id": "q", "name": "同一行"})
        e.put("project_events", [{"id": f"q-{stage}", "project": "q", "stage": stage, "actual": day}
                                 for stage, day in (("planned", "2021-01-01"), ("signed", "2022-01-01"))])  # fmt: skip
    found = Client(create_app(e.after)).get("/api/lists/signed-not-filed?limit=10&q=同一行").json()["rows"]
    assert [row["proof"] for row in found] == [{"table": "project_events", "id": "q-signed"}]
