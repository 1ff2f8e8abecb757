"""One task across documents: equal demands of one occasion are one task, like ones are shown, none merges silently."""

from __future__ import annotations

import json

import pytest

from hechang.cli import main
from hechang.intake import propose, review
from hechang.intake.docket import queue
from hechang.intake.joining import rejoin
from hechang.intake.known_tasks import known_tasks
from hechang.intake.near_tasks import near_tasks
from hechang.intake.one_task import Demand, guarded, likeness, same
from hechang.intake.taking_back import take_back
from hechang.intake.verdicts import Decision, decide
from hechang.terms.errors import Conflict, HechangError, InputError, NotKnown, UsageError

HERE = frozenset(["event:e"])
WHO = {"by": "editor", "why": "checked"}
MEETING = (
    "甲乙两市轨道建设推进会召开\n9月27日,甲乙两市轨道建设推进会召开。王某出席会议并讲话。\n"
    "王某强调,要加快建设八个轨道换乘枢纽。要在2022年底前完成跨市断头路改造。{more}\n"
)


def read_in(region, folder, /, day="2022-09-28", **texts):
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        told = {"published": day, "title": name} if day else {"title": name}
        (folder / f"{name}.txt.meta.json").write_text(json.dumps(told), encoding="utf-8")
    return propose(region, [folder / f"{name}.txt" for name in texts], by="reader", why="came in")


def accept(region, query="all"):
    return review(region, query, accept=True, **WHO).region


def demand_of(region, text, state="open"):
    found = queue(region, f"kind=directive state={state}")
    (id,) = [str(id) for id, said in found["text"].items() if text in said]
    return id


def tasks_of(region):
    """Texts of each task's statements, by task."""
    said = region.table("task_statements", columns=["task", "text"])
    return {task: sorted(part["text"]) for task, part in said.groupby("task")}


def one_decision(region, verdict, id, **fields):
    picked = queue(region, f"id={id} state=open,accepted,rejected")
    return decide(region, picked, Decision(verdict, "editor", "looked at both", fields)).region


# --- what is one task -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("要联系八个城市", "联系8个城市"),
        ("一要建立对话制度", "要建立对话制度"),
        ("建立对话制度。", "建立对话制度"),
        ("要加快“断头路”改造", "加快断头路改造"),
    ],
)
def test_number_form_marks_and_lead_words_make_no_second_task(one, other):
    assert same(Demand(one, HERE), Demand(other, HERE))
    assert not same(Demand(one, HERE), Demand(other, frozenset(["event:f"])))


@pytest.mark.parametrize(
    ("one", "other", "guard"),
    [
        ("新建三座水厂", "新建四座水厂", "number"),
        ("完成丙镇水厂改造", "完成丁镇水厂改造", "place"),
        ("加快江阴快线建设", "加快宜兴快线建设", "place"),
        ("到2024年建成快线", "到2025年建成快线", "year"),
    ],
)
def test_another_number_place_or_year_is_another_task_and_says_so(one, other, guard):
    a, b = Demand(one, HERE), Demand(other, HERE)
    assert not same(a, b)
    assert guard in guarded(a, b)
    found = likeness(a, b)
    assert found is not None and guard in found.guards and not found.suggested


def test_a_deadline_of_another_year_is_another_task():
    assert not same(Demand("建成快线", HERE, due="2024-12"), Demand("建成快线", HERE, due="2025"))


def test_the_same_words_every_year_are_another_task_each_time():
    a, b = (Demand("办好两市年度对话会", frozenset([f"event:{y}"]), str(y)) for y in (2022, 2023))
    assert not same(a, b)
    assert likeness(a, b).guards == ("year",)


# --- what accepting makes -------------------------------------------------------------------------------------------
def test_a_demand_of_two_reports_is_one_task_with_a_statement_of_each(tiny, tmp_path):
    other = MEETING.replace("八个", "8个").format(more="")
    region = accept(read_in(tiny, tmp_path, a=MEETING.format(more=""), b=other).region)
    found = tasks_of(region)
    assert sorted(len(texts) for texts in found.values()) == [2] * len(found)
    assert any({"8" in text for text in texts} == {True, False} for texts in found.values())
    assert set(region.table("task_statements")["how"]) == {"first", "equal"}
    for id, row in region.table("task_statements").iterrows():
        assert region.evidence("task_statements", id)["text"] == row["text"]


def test_demands_accepted_before_their_event_are_still_one_task(tiny, tmp_path):
    other = MEETING.replace("9月27日", "27日上午").format(more="")
    region = accept(read_in(tiny, tmp_path, a=MEETING.format(more="")).region, "kind=directive")
    region = accept(read_in(region, tmp_path, b=other).region, "kind=directive")
    assert region.events.empty
    assert {len(texts) for texts in tasks_of(region).values()} == {2}


def test_the_order_in_which_reports_are_accepted_makes_no_difference(tiny, tmp_path):
    read = read_in(tiny, tmp_path, a=MEETING.format(more=""), b=MEETING.replace("王某", "李某").format(more=""))
    region = read.region
    for document in reversed(read.documents):
        region = accept(region, f"document={region.documents.loc[document, 'sha256'][:12]}")
    assert {len(texts) for texts in tasks_of(region).values()} == {2}


def test_a_task_has_its_deadline_its_bodies_and_its_projects(tiny, tmp_path):
    with tiny.edit(by="t", why="a project", source="person:t") as e:
        e.put("projects", {"id": "road", "name": "跨市断头路", "place": "a"})
    text = MEETING.format(more="\n(牵头单位:甲市项目办;配合单位:乙市项目办)")
    region = read_in(e.after, tmp_path, a=text).region
    id = demand_of(region, "断头路")
    slots = queue(region, f"id={id}")["slots"].iloc[0]
    given = {"lead": ["甲市项目办"], "co_bodies": ["乙市项目办"]} if not slots["lead"] else {}
    after = one_decision(region, "mend" if given else "accept", id, **given)
    (row,) = after.tasks.to_dict("records")
    due = slots["deadline"]["value"]
    assert due.startswith("2022")
    assert (row["due"], row["lead"], json.loads(row["co_bodies"])) == (due, "office-x", ["office-y"])
    assert json.loads(row["projects"]) == ["road"]
    assert after.evidence("tasks", after.tasks.index[0])["text"]


def test_a_principle_or_a_quotation_makes_no_task(tiny, tmp_path):
    text = MEETING.format(more="要坚持规划引领。要贯彻新发展理念。")
    region = accept(read_in(tiny, tmp_path, a=text).region)
    kinds = region.directives.loc[region.tasks["directive"].dropna(), "kind"]
    assert set(kinds) == {"action"}


def test_the_same_words_without_an_event_in_two_documents_are_two_demands(tiny, tmp_path):
    texts = {name: f"{name}工作安排\n会议要求,要健全河道巡查制度。\n" for name in ("甲", "乙")}
    region = accept(read_in(tiny, tmp_path, **texts).region, "kind=directive")
    assert len(region.directives) == 2
    assert all(len(said) == 1 for said in tasks_of(region).values())


# --- near ones ------------------------------------------------------------------------------------------------------
@pytest.fixture
def two_wordings(tiny, tmp_path):
    first = accept(read_in(tiny, tmp_path, a=MEETING.format(more="要建立城市对话制度。")).region)
    return read_in(first, tmp_path, b=MEETING.format(more="要建立健全城市对话制度。")).region


def test_another_wording_is_shown_with_what_differs_and_is_not_merged(two_wordings):
    id = demand_of(two_wordings, "对话制度")
    near = near_tasks(two_wordings, queue(two_wordings, f"id={id}").iloc[0])[0]
    assert near["suggested"] and near["reasons"] == ["wording"]
    assert ["other", "健全", ""] in [list(piece) for piece in near["pieces"]]
    after = accept(two_wordings)
    assert {"建立城市对话制度", "建立健全城市对话制度"} <= {n.removeprefix("要") for n in after.tasks["name"]}


def test_joining_keeps_both_sentences_and_can_be_taken_back(two_wordings):
    id = demand_of(two_wordings, "对话制度")
    near = near_tasks(two_wordings, queue(two_wordings, f"id={id}").iloc[0])[0]
    before = len(two_wordings.tasks)
    after = one_decision(two_wordings, "join", id, task=near["task"])
    assert len(after.tasks) == before
    assert len(tasks_of(after)[near["task"]]) == 2
    assert after.log(id).iloc[0]["reason"] == "looked at both"
    back = take_back(after, id, **WHO).region
    assert len(tasks_of(back)[near["task"]]) == 1
    assert id in queue(back, "kind=directive").index


def test_an_accepted_demand_is_joined_and_kept_apart_again(two_wordings):
    id = demand_of(two_wordings, "对话制度")
    near = near_tasks(two_wordings, queue(two_wordings, f"id={id}").iloc[0])[0]
    accepted = accept(two_wordings)
    joined = rejoin(accepted, id, near["task"], **WHO)
    assert len(joined.tasks) == len(accepted.tasks) - 1
    apart = rejoin(joined, id, "apart", **WHO)
    assert len(apart.tasks) == len(accepted.tasks)
    assert len(tasks_of(apart)[near["task"]]) == 1
    assert len(tasks_of(take_back(apart, id, **WHO).region)[near["task"]]) == 2


def test_a_task_whose_first_sentence_leaves_stands_on_the_next_one(tiny, tmp_path):
    both = {"a": MEETING.format(more=""), "b": MEETING.replace("王某", "李某").format(more="")}
    region = accept(read_in(tiny, tmp_path, **both).region)
    said = region.table("task_statements")
    first = said[said["how"] == "first"].iloc[0]
    after = rejoin(region, first["proposal"], "apart", **WHO)
    left = after.table("task_statements").query("task == @first.task")
    assert after.tasks.loc[first["task"], "source"] == f"statement:{left['statement'].iloc[0]}"


def test_equal_demands_are_kept_apart_where_a_person_says_so(tiny, tmp_path):
    read = read_in(tiny, tmp_path, a=MEETING.format(more=""), b=MEETING.replace("王某", "李某").format(more=""))
    first = read.documents[0]
    region = accept(read.region, f"document={read.region.documents.loc[first, 'sha256'][:12]}")
    region = accept(region, "kind=event")
    id = demand_of(region, "断头路")
    after = one_decision(region, "apart", id)
    assert len(after.tasks) == len(region.tasks) + 1


def test_a_task_with_reports_does_not_vanish_by_joining(two_wordings):
    accepted = accept(two_wordings)
    id = demand_of(accepted, "健全", "accepted")
    task = accepted.table("task_statements").query("proposal == @id")["task"].iloc[0]
    other = next(one for one in tasks_of(accepted) if one != task)
    with accepted.edit(by="t", why="report", source="person:t") as e:
        e.put("task_returns", {"task": task, "period": "2022-08", "progress": 10.0})
    with pytest.raises(Conflict, match="task_returns"):
        rejoin(e.after, id, other, **WHO)


@pytest.mark.parametrize(("task", "error"), [("nobody", NotKnown), ("apart", InputError)])
def test_what_cannot_be_joined_is_refused_in_words(two_wordings, task, error):
    accepted = accept(two_wordings)
    with pytest.raises(error) as refused:
        rejoin(accepted, demand_of(accepted, "健全", "accepted"), task, **WHO)
    assert refused.value.zh and refused.value.en


def test_only_demands_are_joined(two_wordings):
    event = str(queue(two_wordings, "kind=event").index[0])
    with pytest.raises(UsageError):
        one_decision(two_wordings, "join", event, task="t")
    with pytest.raises(HechangError):
        one_decision(two_wordings, "join", demand_of(two_wordings, "对话制度"))


# --- the same document again ----------------------------------------------------------------------------------------
REPORT_2022 = "甲市工作报告\n会议要求,要建设三座水厂。要健全河道巡查制度。要办好两市年度对话会。\n"


def test_a_new_version_of_a_document_doubles_nothing(tiny, tmp_path):
    first = read_in(tiny, tmp_path, 报告=REPORT_2022)
    region = accept(first.region)
    tasks, rows = len(region.tasks), len(region.directives)
    again = read_in(region, tmp_path, 报告=REPORT_2022 + "要开展夜间巡查。\n")
    assert again.region.documents.loc[again.documents[0], "version_of"] == first.documents[0]
    known = queue(again.region, "kind=directive")["slots"].map(lambda slots: (slots.get("known") or {}).get("state"))
    assert sorted(known.fillna("new")) == ["accepted"] * rows + ["new"] * (len(known) - rows)
    after = accept(again.region)
    assert len(after.tasks) == tasks + 1
    assert len(after.directives) == rows + 1


def test_a_meeting_without_a_day_is_not_doubled_by_a_new_version_of_its_report(tiny, tmp_path):
    text = MEETING.replace("9月27日", "近日").format(more="")
    region = accept(read_in(tiny, tmp_path, day="", 报道=text).region)
    assert region.events["key"].isna().all() or (region.events["key"] == "").all()
    again = read_in(region, tmp_path, day="", 报道=text + "要开展夜间巡查。\n")
    after = accept(again.region)
    assert len(after.events) == len(region.events) == 1
    assert len(after.directives) == len(region.directives) + 1


def test_the_report_of_the_next_year_is_no_version_and_its_yearly_task_is_a_new_one(tiny, tmp_path):
    region = accept(read_in(tiny, tmp_path, "2022-01-10", 报告=REPORT_2022).region)
    tasks = len(region.tasks)
    text = "甲市工作报告\n会议要求,要办好两市年度对话会。要整治五条河道。\n"
    again = read_in(region, tmp_path, "2023-01-10", 报告=text)
    assert again.region.documents["version_of"].isna().all()
    after = accept(again.region)
    assert len(after.tasks) == tasks + 2
    assert len(known_tasks(after).stated) == tasks + 2


# --- on the command line --------------------------------------------------------------------------------------------
def test_the_command_line_shows_joins_and_keeps_apart(two_wordings, capsys):
    who = ["--by", "li", "--why", "w"]

    def said(*line, status=0):
        assert main(["task", *line, "--region", str(two_wordings.folder), "--json"]) == status
        return json.loads(capsys.readouterr().out or "{}")

    id = demand_of(two_wordings, "对话制度")
    (near, *_) = said("near", id)["tasks"]
    assert said("join", id, "--to", near["task"], *who)["task"] == near["task"]
    assert said("apart", id, *who)["task"] != near["task"]
    assert said("join", id, "--to", near["task"], *who)["task"] == near["task"]
    said("join", "nobody", "--to", near["task"], *who, status=1)
