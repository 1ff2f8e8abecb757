"""No list tells the public of a row it may not see: neither its id, nor its name, nor a reason made of it."""

from __future__ import annotations

import json

import pytest

from hechang.publish.results import for_public
from hechang.terms.catalogue import cards
from page_region import SECRET, page_region

CLAIM = {"name": "办公室", "value": "1", "shown": "1", "source": "person:x"}

HIDDEN = "p3"  # level 1; every row below points to it and is public itself
ROWS = {
    "approvals": [{"id": "ap", "project": HIDDEN, "step": "环评", "begun": "2021-01-04", "days_allowed": 5},
                  {"id": "ap2", "project": HIDDEN, "step": "施工许可", "ended": "2022-01-04"}],
    "standard_land": [{"id": "sl", "project": HIDDEN, "term": "容积率", "promised": 2, "comparator": ">=",
                       "due": "2021-12-31"}],
    "step_papers": [{"id": "sp", "step": "环评", "name": "营业执照"}],
    "project_events": [{"id": "ev", "project": HIDDEN, "stage": "signed", "actual": "2020-02-01"},
                       {"id": "ev2", "project": HIDDEN, "stage": "signed", "actual": "2020-03-01",
                        "source": "person:other"},
                       {"id": "ev3", "project": HIDDEN, "stage": "filed", "estimated": "2021-01-01"}],
    "returns": [{"id": "rt", "project": HIDDEN, "period": "2022-07", "invest_done": 100}],
    "project_years": [{"id": "py", "project": HIDDEN, "year": 2022, "invest_plan": 10**9}],
    "rounds": [{"id": "rd", "name": "填报", "period": "2022-08", "table": "projects", "opened": "2022-08-31"}],
    "conflicts": [{"id": "cf", "object": HIDDEN, "field": "projects.invest_total", "round": "rd",
                   "claims": json.dumps([CLAIM | {"body": "office-x"}, CLAIM | {"body": "office-y", "value": "2"}])}],
    "project_links": [{"id": "ln", "a": "p2", "b": HIDDEN, "kind": "renamed", "score": 0.9, "state": "open"},
                      {"id": "ln2", "a": HIDDEN, "b": "p2", "kind": "renamed", "score": 0.9, "state": "open"}],
    "programmes": [{"id": "pg", "name": "2022 年滚动计划", "kind": "year", "begins": "2022-01-01",
                    "ends": "2022-12-31"}],
    "programme_items": [{"id": "pi", "programme": "pg", "project": HIDDEN, "state": "unknown", "listed_as": SECRET}],
    "slips": [{"id": "sp1", "number": "督办〔2022〕1号", "object": HIDDEN, "colour": "red", "issued": "2022-09-01",
               "due": "2022-09-08", "to_body": "office-x"}],
    "attachments": [{"id": "at", "object": HIDDEN, "title": "照片"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    made = page_region(tmp_path_factory.mktemp("public") / "page.hc")
    with made.edit(by="tester", why="public rows of a project that is not", source="person:tester", level=0) as e:
        for table, rows in ROWS.items():
            e.put(table, rows)
    return for_public(e.after)


@pytest.mark.parametrize("card", cards("list"), ids=lambda card: card.id)
def test_a_list_for_the_public_names_nothing_the_public_may_not_see(card, region):
    answer = region.answer(card.id, "list", {})
    told = json.dumps([answer["rows"], answer["changes"]], ensure_ascii=False)
    missing = json.dumps(answer["missing"], ensure_ascii=False)
    assert SECRET not in told + missing
    assert f'"{HIDDEN}"' not in told + missing
