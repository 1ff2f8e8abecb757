"""The task ledger, who stands for what, and how far the plan reached the ground."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from hechang import tiny as make
from hechang.cli.app import app
from hechang.cli.speech import Desk
from hechang.region.checks.plan_links import plan_links
from hechang.region.checks.share_totals import share_totals
from hechang.region.checks.task_dates import task_dates
from hechang.region.checks.task_links import task_links
from hechang.region.checks.task_states import task_states
from hechang.register.coverage import coverage, coverage_by_place
from hechang.register.responsibility import agreed, matrix
from hechang.register.tasks import ledger, problems, task_from_directive
from hechang.terms.errors import InputError, NotKnown, Refused


def edited(region, **tables):
    with region.edit(by="tester", why="a test", source="person:tester") as e:
        for table, rows in tables.items():
            e.put(table, rows)
    return e.after


def state_of(region, on="2022-09-27", **task):
    after = edited(region, tasks=[{"id": "t", "name": "修路", **task}]).on(on)
    return ledger(after).loc["t", "state"]


@pytest.mark.parametrize(
    ("task", "on", "state"),
    [
        ({}, "2022-09-27", "open"),
        ({"begins": "2022-09-28"}, "2022-09-27", "open"),
        ({"begins": "2022-09-27"}, "2022-09-27", "doing"),
        ({"begins": "2022-09"}, "2022-09-01", "doing"),
        ({"begins": "2022-01-01", "due": "2022-09-27"}, "2022-09-27", "doing"),
        ({"begins": "2022-01-01", "due": "2022-09-26"}, "2022-09-27", "overdue"),
        ({"due": "2022-09-26", "closed": "2022-09-27"}, "2022-09-27", "done"),
        ({"due": "2022-09-26", "closed": "2022-09-28"}, "2022-09-27", "overdue"),
        ({"state": "done"}, "2022-09-27", "done"),
        ({"state": "done", "closed": "2022-10-01"}, "2022-09-27", "open"),
        ({"state": "dropped", "due": "2022-01-01"}, "2022-09-27", "dropped"),
        ({"progress": 10.0}, "2022-09-27", "doing"),
    ],
)
def test_the_state_of_a_task_follows_from_its_dates(tiny, task, on, state):
    assert state_of(tiny, on, **task) == state


@pytest.mark.parametrize(
    ("closed", "due", "late"),
    [
        ("2022-09-15", "2022-09-15", False),
        ("2022-09-16", "2022-09-15", True),
        ("2022-09", "2022-09-15", False),
        ("2022-09-30", "2022-09", False),
        ("2022-10", "2022-09", True),
        ("2023-01-01", "2022", True),
    ],
)
def test_a_task_is_done_late_only_where_that_is_certain(tiny, closed, due, late):
    after = edited(tiny, tasks=[{"id": "t", "name": "修路", "due": due, "closed": closed}]).on("2023-06-01")
    assert bool(ledger(after).loc["t", "late"]) is late


def test_progress_due_grows_evenly_and_is_taken_at_the_last_report(tiny):
    after = edited(
        tiny,
        tasks=[{"id": "t", "name": "修路", "begins": "2022-01-01", "due": "2022-12-27"}],
        task_returns=[{"task": "t", "period": "2022-06-30", "progress": 30}, {"task": "t", "period": "2022-07"}],
    )
    row = ledger(after).loc["t"]
    assert (row["progress"], row["expected"], row["behind"], row["period"]) == (30.0, 50.0, 20.0, "2022-07")
    assert pd.isna(row["problem"])


def test_progress_is_not_judged_without_a_begin_or_a_report(tiny):
    after = edited(tiny, tasks=[{"id": "t", "name": "修路", "due": "2022-12-31"}, {"id": "u", "name": "建桥"}])
    assert ledger(after)[["expected", "behind"]].isna().all().all()


def test_a_report_of_a_period_not_over_changes_no_progress_yet(tiny):
    rows = [{"task": "t", "period": "2022-08", "progress": 40}, {"task": "t", "period": "2022-09", "progress": 90}]
    after = edited(tiny, tasks=[{"id": "t", "name": "修路"}], task_returns=rows)
    assert ledger(after).loc["t", "progress"] == 40
    assert ledger(after.on("2022-09-30")).loc["t", "progress"] == 90


def test_milestones_are_counted_and_the_late_ones_named(tiny):
    dates = {
        "方案": ("2022-05", "2022-05"),
        "征询": ("2022-08", None),
        "报审": ("2022-09", None),
        "完成": ("2022-12", None),
    }
    steps = [{"task": "t", "name": name, "due": due, "done": done} for name, (due, done) in dates.items()]
    row = ledger(edited(tiny, tasks=[{"id": "t", "name": "修路"}], milestones=steps)).loc["t"]
    assert (row["steps"], row["steps_done"], row["steps_late"], row["next_step"]) == (4, 1, 1, "2022-08")


def test_a_list_of_tasks_does_not_depend_on_the_order_of_rows():
    rows = [{"id": f"t{n}", "name": "修路", "due": f"2022-0{n}-15"} for n in range(1, 9)]
    found = [edited(make(), tasks=list(order)).listing("overdue-tasks") for order in (rows, reversed(rows))]
    assert found[0].equals(found[1]) and len(found[0]) == 8


def test_a_problem_of_a_done_task_is_over(tiny):
    after = edited(tiny, tasks=[{"id": "t", "name": "修路", "closed": "2022-09-01"}],
                   task_returns=[{"task": "t", "period": "2022-05", "problem": "缺地"}])  # fmt: skip
    assert problems(after).empty
    assert list(problems(after.on("2022-08-31")).index) == ["t"]


@pytest.mark.parametrize(("name", "option"), [("overdue-tasks", "grace"), ("tasks-blocked", "wait")])
def test_days_below_zero_are_refused(tiny, name, option):
    with pytest.raises(InputError, match="below 0 days"):
        tiny.listing(name, **{option: -1})


def test_what_left_the_list_of_overdue_tasks_says_when_it_was_closed(tiny):
    from hechang.register.editions import keep

    before = edited(tiny, tasks=[{"id": "t", "name": "修路", "due": "2022-08-15", "closed": "2022-09-10"}])
    kept = keep(before.on("2022-08-31"), ["overdue-tasks"], by="tester", why="month end")
    (left,) = kept.on("2022-09-27").listing("overdue-tasks").attrs["changes"]["left"]
    assert left["id"] == "t" and "2022-09-10" in left["why"]


# --- from a directive -------------------------------------------------------------------------------------------


@pytest.fixture
def directed(tiny):
    row = {"id": "d", "statement": "s3", "text": "年底前完成水厂改造", "kind": "action", "modality": "require",
           "deadline": "2022-12", "synthetic": True}  # fmt: skip
    return edited(tiny, directives=[row])


def test_a_task_made_from_a_directive_leads_back_to_its_sentence(directed):
    after, id = task_from_directive(directed, "d", {"lead": "office-y"}, by="zhang", why="立项")
    row, proof = after.tasks.loc[id], after.evidence("tasks", id)
    assert (row["directive"], row["due"], row["lead"], row["kind"]) == ("d", "2022-12", "office-y", "document")
    assert bool(row["synthetic"]) and proof["kind"] == "statement" and "水厂改造" in proof["text"]
    assert (proof["actor"], proof["reason"]) == ("zhang", "立项")


def test_what_somebody_decided_outranks_the_directive(directed):
    after, id = task_from_directive(directed, "d", {"due": "2022-11-30", "name": "改造水厂"}, by="zhang", why="立项")
    assert after.tasks.loc[id, ["due", "name"]].to_list() == ["2022-11-30", "改造水厂"]


@pytest.mark.parametrize(
    ("directive", "given", "error"),
    [
        ("e", {}, NotKnown),
        ("d", {"lead": "office-z"}, NotKnown),
        ("d", {"due": "soon"}, Refused),
        ("d", {"x": 1}, NotKnown),
    ],
)
def test_a_task_that_cannot_be_is_refused_and_nothing_written(directed, directive, given, error):
    with pytest.raises(error):
        task_from_directive(directed, directive, given, by="zhang", why="立项")
    assert directed.latest().tasks.empty


def test_the_command_line_makes_a_task_and_shows_the_ledger(directed):
    def asked(*line):
        desk = Desk(("zh",), True, str(directed.folder), True)
        found = CliRunner().invoke(app, ["task", *line], obj=desk)
        assert found.exit_code == 0, found.output
        return json.loads(found.stdout)

    id = asked("from", "d", "--lead", "office-x", "--by", "zhang", "--why", "立项")["task"]
    (row,) = asked("list", "--on", "2023-01-02")["tasks"]
    assert (row["id"], row["owner"], row["state"], row["days"]) == (id, "甲市项目办", "overdue", 2)


# --- checks -----------------------------------------------------------------------------------------------------


CHECKS = (task_states, task_dates, task_links, share_totals, plan_links)


def found_in(region):
    return [finding for check in CHECKS for finding in check(region)]


def kinds(region):
    return sorted((finding.kind, finding.id) for finding in found_in(region))


@pytest.mark.parametrize(
    ("task", "wrong"),
    [
        ({"state": "done"}, True),
        ({"state": "done", "closed": "2022-09-01"}, False),
        ({"state": "done", "closed": "2022-12-01"}, False),
        ({"state": "doing", "closed": "2022-09-27"}, True),
        ({"state": "overdue", "due": "2022-09-27"}, True),
        ({"state": "overdue", "due": "2022-09"}, True),
        ({"state": "overdue", "due": "2022-09-26"}, False),
        ({"state": "doing", "due": "2022-09-26"}, False),
        ({"state": "open", "progress": 5.0}, True),
        ({"state": "open", "progress": 0.0}, False),
    ],
)
def test_a_state_that_its_dates_contradict_is_found(tiny, task, wrong):
    after = edited(tiny, tasks=[{"id": "t", "name": "修路", **task}])
    assert kinds(after) == ([("task-state", "t")] if wrong else [])


def test_dates_and_links_of_tasks_that_cannot_be_are_found(tiny):
    after = edited(
        tiny,
        tasks=[{"id": "t", "name": "修路", "begins": "2022-05-02", "due": "2022-05", "closed": "2022-05-01"},
               {"id": "u", "name": "建桥", "due": "2022-06", "lead": "office-x", "co_bodies": ["office-x", "office-z"],
                "projects": ["p1", "p9"]}],
        milestones=[{"id": "m", "task": "u", "name": "完成", "due": "2022-06-30"},
                    {"id": "n", "task": "u", "name": "回访", "due": "2022-07"}],
    )  # fmt: skip
    assert kinds(after) == [("milestone-late", "n"), ("task-dates", "t"), ("task-lead-twice", "u"), ("task-link", "u"),
                            ("task-link", "u")]  # fmt: skip
    said = [f.say("zh") for f in found_in(after) if f.kind == "task-link"]
    assert any("office-z" in text for text in said) and any("p9" in text for text in said)


@pytest.mark.parametrize(
    ("shares", "kind"),
    [
        ((60, 40), None),
        ((33.3, 33.3, 33.3), None),
        ((60, 30), "share-total"),
        ((60, 50, None), "share-total"),
        ((60, None), "share-not-agreed"),
        ((None, None), None),
    ],
)
def test_shares_must_make_a_whole_once_they_are_agreed(tiny, shares, kind):
    rows = [
        {"object": "p1", "body": f"office-{b}", "role": "bear", "share": s} for b, s in zip("xyz", shares, strict=False)
    ]
    assert [k for k, _ in kinds(edited(tiny, assignments=rows))] == ([kind] if kind else [])


def test_plan_actions_in_a_circle_or_of_another_plan_are_found(tiny):
    after = edited(
        tiny,
        plans=[{"id": "q", "name": "另一规划"}],
        plan_actions=[{"id": "a", "plan": "p", "name": "甲", "parent": "b"},
                      {"id": "b", "plan": "p", "name": "乙", "parent": "a"},
                      {"id": "c", "plan": "q", "name": "丙", "parent": "a"}],
    )  # fmt: skip
    found = kinds(after)
    assert found[:3] == [("action-in-a-circle", "a"), ("action-in-a-circle", "b"), ("action-of-another-plan", "c")]
    assert [id for kind, id in found if kind == "projects-without-action"] == ["x", "y"]
    assert coverage(after)["covered"].tolist() == [False, False, False]


# --- responsibility and coverage --------------------------------------------------------------------------------


def test_the_matrix_counts_roles_of_the_day_and_invents_no_share(tiny):
    rows = [{"object": "p1", "body": "office-x", "role": "bear", "share": 60, "until": "2022-09"},
            {"object": "p1", "body": "office-y", "role": "bear"},
            {"object": "p1", "body": "office-y", "role": "consult", "since": "2022-09-28"},
            {"object": "p1", "body": "office-x", "role": "benefit", "until": "2022-09-26"}]  # fmt: skip
    after = edited(tiny, assignments=rows, projects=[{"id": "p1", "lead": "office-y"}])
    found = matrix(after).set_index("body")
    assert found["bear_share"].fillna(-1).to_dict() == {"office-x": 60.0, "office-y": -1.0}
    assert found["consult"].isna().all() and found["benefit"].isna().all()
    assert found["lead"].fillna("").to_dict() == {"office-x": "", "office-y": "p1"}
    assert agreed(matrix(after)).loc["p1", ["bear_state", "bear_sum", "benefit_state"]].to_list() == [
        "part",
        60.0,
        "none",
    ]
    assert matrix(after.on("2022-10-01"))["body"].tolist() == ["office-y"]
    assert matrix(after, ["b"]).empty and len(matrix(after, ["a"])) == 2


def test_coverage_follows_tasks_to_their_projects_and_counts_by_plan_version(tiny):
    after = edited(
        tiny,
        plans=[{"id": "q", "name": "新版规划"}],
        plan_actions=[{"id": "A", "plan": "p", "name": "行动"},
                      {"id": "A1", "plan": "p", "name": "快线", "parent": "A"},
                      {"id": "B", "plan": "q", "name": "水厂"}],
        projects=[{"id": "p1", "plan_action": "A1"}, {"id": "p3", "plan_action": "B"}],
        tasks=[{"id": "t", "name": "前期", "plan_action": "A1", "projects": ["p1", "p2"]}],
    )  # fmt: skip
    assert coverage(after)[["projects", "tasks", "cities"]].to_dict("index") == {
        "A": {"projects": 2, "tasks": 1, "cities": 2},
        "A1": {"projects": 2, "tasks": 1, "cities": 2},
        "B": {"projects": 1, "tasks": 0, "cities": 1},
    }
    places = coverage_by_place(after)[["projects", "in p", "in q", "without"]].to_dict("index")
    assert places == {"x": {"projects": 1, "in p": 1, "in q": 0, "without": 0},
                      "y": {"projects": 3, "in p": 1, "in q": 1, "without": 1}}  # fmt: skip
