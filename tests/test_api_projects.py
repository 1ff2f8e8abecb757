"""Projects in the browser: the table, the board, the Gantt chart, files, one project; asked as a planner would."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest

from hechang.publish.results import Results
from hechang.publish.views.shelf import FILTERS, shelf
from hechang.register.baselines import take_baseline
from hechang.register.standing import standing
from hechang.web.app import create_app
from page_region import FORMULA, HOSTILE, Client, page_region


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    made = page_region(tmp_path_factory.mktemp("projects") / "page.hc")
    made = take_baseline(made, "年初计划", by="tester", why="start of the year")
    with made.edit(by="tester", why="letter of the company", source="person:tester", level=0) as e:
        e.put("project_events", {"project": "p2", "stage": "started", "estimated": "2022-12"})
        e.put("project_events", {"project": "p1", "stage": "filed", "estimated": "2022-08-20"})
        e.put("projects", {"id": "p2", "name": f"备案项目{HOSTILE}", "invest_total": 300_000_000_000})
    return e.after


@pytest.fixture(scope="module")
def client(region):
    return Client(create_app(region))


def rows(client, query: str = "") -> list[dict]:
    answer = client.get(f"/api/projects?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def ids(client, query: str = "") -> list[str]:
    return [row["id"] for row in rows(client, query)]


def test_every_project_says_where_it_stands(client):
    p3 = next(row for row in rows(client) if row["id"] == "p3")
    assert (p3["stage"], p3["city"], p3["plan"], p3["done"]) == ("started", "y", 1_200_000_000, 500_000_000)
    assert (p3["light"], p3["lists"][0], p3["synthetic"]) == ("yellow", "behind-schedule", True)
    assert p3["share"] == pytest.approx(41.666667)


def test_a_date_keeps_the_precision_it_was_given(client):
    p2 = next(row for row in rows(client) if row["id"] == "p2")
    assert p2["dates"]["started"] == {"estimated": "2022-12", "actual": None}
    assert (p2["next"], p2["next_due"]) == ("started", "2022-12")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("stage=signed", {"p1"}),
        ("stage=signed&stage=filed", {"p1", "p2"}),
        ("stage=started&light=green", {"p4"}),
        ("light=none", {"p1"}),
        ("list=signed-not-filed", {"p1"}),
        ("year=2022", {"p3", "p4"}),
        ("q=备案", {"p2"}),
        ("q=HYPERLINK", {"p1"}),
        ("q=p3", {"p3"}),
        ("evidence=yes&stage=signed&city=y", set()),
    ],
)
def test_a_filter_leaves_the_projects_it_names(client, query, expected):
    assert set(ids(client, query)) == expected


def test_counts_beside_a_filter_are_those_it_would_leave(client):
    found = client.get("/api/projects/facets?stage=started").json()
    facets = {one["name"]: {value["value"]: value["count"] for value in one["values"]} for one in found["facets"]}
    assert list(facets) == list(FILTERS)
    assert found["total"] == 2
    assert facets["stage"] == {"signed": 1, "filed": 1, "started": 2}  # its own choice does not hide the others
    for light, count in facets["light"].items():
        assert count == len(ids(client, f"stage=started&light={light}"))


@pytest.mark.parametrize("name", ["name", "invest_total", "stage", "light", "next_due", "signed_actual", "lists"])
def test_projects_without_a_value_come_last_in_either_order(client, name):
    def value(row):
        stage, _, kind = name.rpartition("_")
        return row["dates"].get(stage, {}).get(kind) if stage in ("signed",) else row[name]

    for sort in (name, f"-{name}"):
        empty = [value(row) in (None, []) for row in rows(client, f"sort={sort}")]
        assert name == "lists" or empty == sorted(empty)
    some = [row["id"] for row in rows(client, f"sort={name}") if value(row)]
    assert sorted(some) == sorted(row["id"] for row in rows(client, f"sort=-{name}") if value(row))


def test_the_largest_come_first_when_asked_for(client):
    amounts = [row["invest_total"] for row in rows(client, "sort=-invest_total")]
    assert amounts == sorted(amounts, reverse=True) and amounts[0] == 300_000_000_000


def test_pages_cut_one_order_without_gap_or_double(client):
    whole = ids(client, "sort=name")
    assert [ids(client, f"sort=name&limit=1&offset={at}")[0] for at in range(4)] == whole


def test_sums_are_of_the_whole_selection_not_of_the_page(client):
    found = client.get("/api/projects?limit=1").json()
    assert found["sums"]["done"] == 1_400_000_000 and found["total"] == 4


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/api/projects?stage=signd", 404, "Did you mean 'signed'?"),
        ("/api/projects?stag=signed", 400, "Did you mean 'stage'?"),
        ("/api/projects?sort=money", 400, "No column to sort by"),
        ("/api/projects?city=nowhere", 404, "No city of a project"),
        ("/api/projects/facets?light=purple", 404, "No light of a project"),
        ("/api/projects/board?column=middle", 404, "No stage is called"),
        ("/api/projects/gantt?baseline=none", 404, "No baseline is called"),
        ("/api/projects/nobody", 404, "No project is called"),
        ("/api/projects/nobody/marks", 404, "No project is called"),
        ("/api/projects.csv?columns=money", 400, "No column of a project"),
        ("/api/projects.csv?limit=5", 400, "No parameter is called 'limit'"),
        ("/api/projects?q=" + "长" * 201, 400, "200 characters"),
    ],
)
def test_what_cannot_be_answered_says_why_in_both_languages(client, path, status, said):
    answer = client.get(path)
    assert answer.status_code == status and said in answer.json()["error"]["en"]
    assert answer.json()["error"]["zh"]


@pytest.mark.parametrize("path", ["?limit=0", "?limit=1001", "?offset=-1", "?marks=maybe", "/gantt?limit=2001", ".pdf"])
def test_numbers_and_words_out_of_range_are_refused(client, path):
    assert client.get(f"/api/projects{path}").status_code == 422


def test_the_board_holds_every_project_once(client):
    found = client.get("/api/projects/board").json()
    assert sum(column["count"] for column in found["columns"]) == found["total"] == 4
    started = next(column for column in found["columns"] if column["stage"] == "started")
    assert started["done"] == sum(row["done"] for row in started["rows"]) == 1_400_000_000


def test_a_column_of_the_board_is_paged_by_itself(client):
    first, second = (
        client.get(f"/api/projects/board?column=started&limit=1&offset={at}").json()["columns"] for at in (0, 1)
    )
    assert len(first) == 1 and {first[0]["rows"][0]["id"], second[0]["rows"][0]["id"]} == {"p3", "p4"}


def test_without_a_baseline_the_plan_is_what_is_expected_now(client):
    found = client.get("/api/projects/gantt").json()
    steps = {step["stage"]: step for row in found["rows"] if row["id"] == "p1" for step in row["stages"]}
    assert steps["filed"] == {"stage": "filed", "planned": "2022-08-20", "actual": None, "expected": "2022-08-20",
                              "days": 38, "precision": "day"}  # fmt: skip
    assert [one["name"] for one in found["baselines"]] == ["年初计划"]


def test_a_baseline_shows_how_far_dates_and_money_have_moved(client):
    found = client.get("/api/projects/gantt?baseline=年初计划").json()
    p2 = next(row for row in found["rows"] if row["id"] == "p2")
    assert p2["money"]["total_now"] == 300_000_000_000
    assert p2["money"]["total_difference"] == p2["money"]["total_now"] - p2["money"]["total_then"] != 0
    started = next(step for step in p2["stages"] if step["stage"] == "started")
    assert (started["planned"], started["expected"], started["days"]) == (None, "2022-12", None)


def test_a_month_is_late_only_after_its_last_day(tmp_path):
    from hechang import tiny

    with tiny(tmp_path / "t.hc").edit(by="t", why="t") as e:
        e.put("project_events", [{"project": "p1", "stage": "filed", "estimated": "2022-09"},
                                 {"project": "p2", "stage": "started", "estimated": "2022-08"}])  # fmt: skip
    found = Client(create_app(e.after)).get("/api/projects/gantt").json()["rows"]
    step = {(row["id"], one["stage"]): one for row in found for one in row["stages"]}
    assert step["p1", "filed"]["days"] is None
    assert (step["p2", "started"]["days"], step["p2", "started"]["precision"]) == (27, "month")


def test_a_file_holds_the_same_selection_as_the_table(client):
    query = "stage=started&sort=-done"
    text = client.get(f"/api/projects.csv?{query}&columns=name,done&lang=zh").content.decode("utf-8-sig")
    told = list(csv.reader(io.StringIO(text)))
    assert told[0] == ["编号", "项目名称", "本年完成 (万元)"]
    assert [row[0] for row in told[1:]] == ids(client, query)
    whole = client.get(f"/api/projects.json?{query}").json()
    assert [row["id"] for row in whole["rows"]] == ids(client, query) and whole["asked"]["stage"] == "started"


def test_money_in_a_file_is_the_number_a_table_has(client):
    one = client.get("/api/projects.csv?columns=invest_total").content.decode("utf-8-sig").splitlines()
    other = client.get("/api/tables/projects.csv").content.decode("utf-8-sig").splitlines()
    known = {row["id"]: row["invest_total(万元)"] for row in csv.DictReader(other)}
    assert dict(line.split(",") for line in one[1:]) == known and known["p1"] == "10000"


def test_formulas_in_names_stay_text_in_every_file(client):
    text = client.get("/api/projects.csv").content.decode("utf-8-sig")
    assert f"'{FORMULA}" in text and f",{FORMULA}" not in text
    with zipfile.ZipFile(io.BytesIO(client.get("/api/projects.xlsx").content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_a_parquet_file_keeps_money_to_the_cent(client):
    frame = pd.read_parquet(io.BytesIO(client.get("/api/projects.parquet?columns=done").content))
    assert frame.set_index("id").loc["p3", "done"] == 500_000_000


def test_one_project_tells_dates_money_history_and_ties(client):
    found = client.get("/api/projects/p1").json()
    assert [event["stage"] for event in found["events"]] == ["signed", "filed"]
    assert found["fields"]["name"][0]["now"] == FORMULA and found["fields"]["name"][0]["actor"] == "tester"
    assert [task["id"] for task in found["tasks"]] == ["t1"]
    assert {one["body_name"] if "body_name" in one else one["body"] for one in found["served"]}
    assert found["row"]["revision"] >= 1 and found["synthetic"]


def test_the_reasons_of_a_list_stand_on_the_project(client):
    found = client.get("/api/projects/p3/marks").json()
    assert found["light"] == "yellow" and found["lights"][0]["clause"]
    assert any("25.0" in row["reason"] for one in found["lists"] for row in one["rows"])
    assert found["baseline"] == "年初计划" and found["schedule"]["id"] == "p3"


def test_hostile_names_travel_as_plain_json(client):
    answer = client.get("/api/projects?q=备案")
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.text)["rows"][0]["name"].endswith(HOSTILE)


def test_lights_and_lists_need_not_be_waited_for(region):
    client = Client(create_app(region.latest()))
    first = client.get("/api/projects?marks=false").json()
    assert not first["marked"] and first["rows"][0]["light"] is None
    assert client.get("/api/projects?marks=false&light=green").json()["marked"]  # a filter by light must know it


def test_the_public_sees_neither_inner_projects_nor_who_entered_a_row(region):
    client = Client(create_app(region, reader="public"))
    found = client.get("/api/projects").json()["rows"]
    assert "p3" not in [row["id"] for row in found]
    assert all(not row["source"].startswith("person:") for row in found)
    assert client.get("/api/projects/p3").status_code == 404
    assert "person:tester" not in client.get("/api/projects/p1").text


def test_a_view_of_another_day_has_its_own_stages(client):
    assert {row["stage"] for row in rows(client, "on=2021-01-01")} != {row["stage"] for row in rows(client)}


def test_the_frame_of_standing_is_kept_for_a_region(region):
    assert standing(region) is standing(region)


def test_choosing_agrees_with_a_slow_walk_over_the_rows(region):
    made = shelf(Results(region))
    told = {name: [] for name in ("stage", "city", "light")}
    for name in told:
        one = made.traits[name]
        for value in one.known:
            slow = [str(row) == value or (pd.isna(row) and value == "none") for row in made.rows[name]]
            assert np.array_equal(one.hits([value], len(made.rows)), slow)
