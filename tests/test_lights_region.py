"""Lights and letters of a region: kept, worked out again, exempt, issued from, and spoken by the command line."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

from hechang.cli import main
from hechang.region.tiny import tiny as make_tiny
from hechang.register.lights.clauses import clauses_every, clauses_in_force, clauses_of_file, rule_version, shipped
from hechang.register.lights.lint import lint
from hechang.register.lights.lit import burning, keep_lights, lights, recompute, worst
from hechang.register.lights.values import READERS, values
from hechang.register.slips.desk import issue, letter, next_numbers, slips, take
from hechang.terms.errors import FileFault, InputError, NotKnown, Refused
from hechang.terms.ladders import metrics, rule_sets
from hechang.terms.specs import table

MONEY = 1_000_000  # 分 in 万元
OWN = {"object": "project", "metric": "progress-ratio", "unit": "%", "comparator": "ratio", "reference": "plan_to_date"}


def edited(region, **tables):
    with region.edit(by="tester", why="a test", source="person:tester") as e:
        for name, rows in tables.items():
            e.put(name, rows)
    return e.after


# --- rules


def test_versions_of_shipped_rules_stay_what_they_are():
    """A light kept years ago names such a version: a changed clause gets a new row with its own valid_from."""
    assert {rule: rule_version(shipped(rule)) for rule in rule_sets()} == VERSIONS


VERSIONS = {
    "hechang-default": "hechang-default@0001#f4574cacce",
    "yinchuan-2025": "yinchuan-2025@2025#21c21dae22",
    "sanya-2022": "sanya-2022@2022#2fb1e703d1",
    "wuhan": "wuhan@0001#594f99f48b",
    "tianjin-2022": "tianjin-2022@2022#475c5ba229",
    "suqian": "suqian@0001#1b55f84297",
    "sanming": "sanming@0001#1f000fd2c0",
}


def test_the_version_is_the_same_whatever_the_order_and_kind_of_the_cells():
    rows = [{"rule": "own", "clause": c, **OWN, "colour": c, "lo": lo, "lo_in": True, "hi": hi, "periods": 1}
            for c, lo, hi in (("green", 80, None), ("red", None, 80.0))]  # fmt: skip
    here, there = (edited(make_tiny(), ladders=order) for order in (rows, rows[::-1]))
    version = rule_version(clauses_in_force(here, "own"))
    assert version == rule_version(clauses_in_force(there, "own"))
    assert version.startswith("own@0001#")
    changed = edited(here, ladders=[{"rule": "own", "clause": "blue", **OWN, "colour": "blue", "lo": 90}])
    assert rule_version(clauses_in_force(changed, "own")) != version


def test_rows_of_the_region_outrank_the_shipped_rule(tiny):
    region = edited(tiny, ladders=[{"rule": "wuhan", "clause": "x", **OWN, "colour": "blue", "valid_from": "2022-09"}])
    assert clauses_every(region, "wuhan")["clause"].tolist() == ["x"]
    assert lights(region, "wuhan")["colour"].tolist() == ["blue", "blue"]
    with pytest.raises(InputError, match=r"not in force on 2022-08-31; it is from 2022-09 – \. Choose"):
        clauses_in_force(region.on("2022-08-31"), "wuhan")


def test_an_unknown_rule_names_the_nearest(tiny):
    with pytest.raises(NotKnown, match="Did you mean 'wuhan'"):
        lights(tiny, "wuhann")


def test_a_rule_is_read_from_a_file_and_its_faults_are_named(tmp_path):
    path = tmp_path / "own.csv"
    head = ",".join(["rule", "clause", *OWN, "colour", "lo", "lo_in", "hi"])
    path.write_text(f"{head}\nown,绿,{','.join(OWN.values())},green,80,是,\n", encoding="utf-8-sig")
    rows = clauses_of_file(path)
    assert rows[["lo", "lo_in", "valid_from"]].to_numpy().tolist() == [[80.0, True, "0001"]]
    assert [one.value for one in lint(rows)] == ["79"]
    for cells, said in (
        ("own,绿,project,progress-ratio,%,ratio,plan_to_date,green,viel,是,", "own.csv:2: lo = 'viel' cannot be read"),
        ("own,绿,project,progress-ratio,%,ratio,plan_to_date,green,1,perhaps,", "lo_in = 'perhaps' cannot be read"),
        ("own,绿,project,progress-ratio,%,ratio,plan_to_date,green,inf,是,", "lo = 'inf' cannot be read"),
        ("own,,project,progress-ratio,%,ratio,plan_to_date,,1,是,", "own.csv:2: fill in clause, colour"),
    ):
        path.write_text(f"{head}\n{cells}\n", encoding="utf-8")
        with pytest.raises(InputError) as fault:
            clauses_of_file(path)
        assert said in fault.value.en
    path.write_text(head, encoding="utf-8")
    with pytest.raises(InputError, match="holds no clause"):
        clauses_of_file(path)
    path.write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(FileFault, match="UTF-8"):
        clauses_of_file(path)


# --- lights


def test_every_metric_is_read_and_says_so_where_there_is_no_data(tiny):
    assert set(READERS) == set(metrics())
    for rule in rule_sets():
        found = values(tiny, shipped(rule))
        told = {one["id"] for one in found.attrs["missing"]}
        assert told == set(shipped(rule)["metric"]) - set(found["metric"])
        assert all(" / " in one["why"] for one in found.attrs["missing"])
    found = values(tiny, shipped("suqian")).attrs["missing"]
    assert found[0] == {"id": "task-late", "why": "没有数据: 任务 / no data: Tasks"}


def test_values_of_metrics_stand_in_tables_that_exist():
    assert all(table(name) for one in metrics().values() for name in one.tables)


def test_an_exemption_needs_an_approver(tiny):
    with pytest.raises(Refused) as fault:
        edited(tiny, exemptions=[{"object": "p3", "rule": "hechang-default", "reason": "汛期"}])
    assert [one.field for one in fault.value.findings] == ["approver"]


def test_an_exemption_turns_the_light_off_and_says_why(tiny):
    assert burning(lights(tiny))["object"].tolist() == ["p3"]
    region = edited(
        tiny, exemptions=[{"object": "p3", "rule": "hechang-default", "reason": "汛期", "approver": "副市长"}]
    )
    lit = lights(region)
    assert lit.set_index("object")["exempt"].dropna().to_dict() == {"p3": "汛期 (副市长)"}
    assert burning(lit).empty
    assert region.listing("lights").empty
    assert region.listing("lights", colour="exempt")["exempt"].tolist() == ["汛期 (副市长)"]


def test_the_list_is_asked_by_rule_colour_and_object(tiny):
    assert tiny.listing("lights", colour="all").index.tolist() == ["p3", "p4"]
    assert tiny.listing("lights", colour="green, red").index.tolist() == ["p4"]
    assert tiny.listing("lights", colour="none").empty
    assert tiny.listing("lights", object="p4", colour="all").index.tolist() == ["p4"]
    assert tiny.listing("lights", rule="sanya-2022").index.tolist() == ["b", "p3"]
    with pytest.raises(NotKnown, match="Did you mean 'yellow'"):
        tiny.listing("lights", colour="yelow")
    rule = tiny.listing("lights").attrs["rule"]
    assert (rule["id"], rule["assumption"]) == ("hechang-default", True)
    assert tiny.listing("lights", rule="wuhan").attrs["rule"]["assumption"] is False
    none = tiny.on("2025-09-27").listing("lights", rule="yinchuan-2025", colour="none")
    assert none.empty


def test_a_value_no_clause_covers_is_listed_when_asked_for(tiny):
    region = edited(
        tiny.on("2025-09-27"),
        project_years=[{"project": "p3", "year": 2025, "invest_plan": 1200 * MONEY}],
        returns=[{"project": "p3", "period": "2025-08", "invest_done": 740 * MONEY}],
    ).on("2025-09-27")
    (row,) = region.listing("lights", rule="yinchuan-2025", colour="none").to_dict("records")
    assert pd.isna(row["colour"])
    assert row["reason"] == "落后序时进度 5 个百分点: 无条款覆盖 (0, 10)"


def test_a_kept_light_is_worked_out_again_from_its_rule_version(tiny):
    kept = keep_lights(tiny, by="zhang", why="month end")
    assert kept.table("lights").sort_values("object")[["object", "colour", "value", "period"]].to_numpy().tolist() == [
        ["p3", "yellow", 62.5, "2022-08"], ["p4", "green", 112.5, "2022-08"],
    ]  # fmt: skip
    changed = edited(
        kept,
        returns=[{"project": "p3", "period": "2022-08", "invest_done": 1}],
        ladders=[{"rule": "hechang-default", "clause": "x", **OWN, "colour": "blue"}],
    )
    assert set(lights(changed)["colour"]) == {"blue"}
    for id, row in changed.lights.iterrows():
        again = recompute(changed, str(id))
        assert again.fillna("").to_dict() == row[again.index].fillna("").to_dict()
    with pytest.raises(NotKnown):
        recompute(changed, "nobody")


def test_lights_kept_twice_in_a_month_are_one_row_with_a_history(tiny):
    once = keep_lights(tiny, by="zhang", why="first")
    later = edited(once, returns=[{"project": "p3", "period": "2022-08-31", "invest_done": 100 * MONEY}])
    twice = keep_lights(later.on("2022-09-28"), by="zhang", why="second").on("2022-09-28")
    assert len(twice.lights) == len(once.lights) == 2
    colours = [day.lights.set_index("object")["colour"]["p3"] for day in (twice, twice.on("2022-09-27"))]
    assert colours == ["red", "yellow"]


def test_the_worst_light_of_an_object_stands_for_it():
    lit = pd.DataFrame({
        "object": list("bbac"), "colour": ["blue", "orange", "orange", None], "metric": list("wxyz"),
        "reason": list("甲乙丙丁"), "reason_en": list("efgh"),
    })  # fmt: skip
    assert worst(lit)[["object", "colour", "metric", "reason", "reason_en"]].fillna("").to_numpy().tolist() == [
        ["a", "orange", "y", "丙", "g"], ["b", "orange", "x", "乙; 甲", "f; e"], ["c", "", "z", "丁", "h"],
    ]  # fmt: skip


# --- letters


def test_letters_are_numbered_by_the_year_and_rest_on_kept_lights(tiny):
    region = issue(tiny, by="zhang", why="month end")
    row = region.slips.iloc[0]
    assert (row["number"], row["object"], row["colour"], row["to_body"]) == (
        "督办〔2022〕1号",
        "p3",
        "yellow",
        "office-y",
    )
    assert (row["issued"], row["due"]) == ("2022-09-27", "2022-10-04")
    assert row["reason"] == (
        "完成序时计划的 62.5%; 措施: 责任单位说明原因 / "
        "62.5 % of plan to date done; measure: the body gives its reasons"
    )
    assert region.lights.loc[row["light"], ["object", "colour"]].tolist() == ["p3", "yellow"]
    log = region.log().iloc[0]
    assert (log["actor"], log["reason"]) == ("zhang", "month end")


def test_no_second_letter_while_one_is_open_unless_the_light_turns_worse(tiny):
    first = issue(tiny, by="zhang", why="month end")
    with pytest.raises(InputError, match="Nothing is lit that lacks a letter"):
        issue(first, by="zhang", why="again")
    worse = edited(first, returns=[{"project": "p3", "period": "2022-08-31", "invest_done": 0}])
    both = slips(issue(worse, by="zhang", why="worse"))
    assert both[["number", "colour", "state"]].to_numpy().tolist() == [
        ["督办〔2022〕1号", "yellow", "escalated"], ["督办〔2022〕2号", "red", "issued"],
    ]  # fmt: skip


def test_the_second_yellow_letter_brings_the_second_step(tiny):
    region = issue(tiny, "sanya-2022", ["p3"], by="zhang", why="first")
    assert "约谈项目业主" in region.slips["reason"].iloc[0]
    for step, given in (
        ("acknowledge", {}), ("answer", {"text": "整改", "evidence": "report"}), ("close", {}),
        ("recheck", {"result": "到位", "in_order": True}),
    ):  # fmt: skip
        region = take(region, "1", step, given, by="li", why="a step")
    second = letter(issue(region, "sanya-2022", ["p3"], by="zhang", why="second"), "2")
    assert "措施: 分管副市长约谈 / " in second["reason"]
    assert second["reason"].endswith("measure: talk with the vice-mayor")


def test_a_letter_to_a_district_goes_to_its_government(tiny):
    region = edited(tiny, bodies=[{"id": "gov-b", "name": "乙区政府", "kind": "government", "place": "b"}])
    found = slips(issue(region, "sanya-2022", ["b"], by="zhang", why="month target"))
    assert found[["name", "owner", "to_body"]].to_numpy().tolist() == [["乙区", "乙区政府", "gov-b"]]


def test_objects_and_colours_asked_for_are_checked(tiny):
    with pytest.raises(InputError, match="'p4' is not lit yellow or worse, or has a letter"):
        issue(tiny, only=["p4"], by="zhang", why="x")
    with pytest.raises(NotKnown, match="Did you mean 'yellow'"):
        issue(tiny, least="yelow", by="zhang", why="x")
    with pytest.raises(InputError, match="Nothing is lit"):
        issue(tiny, least="red", by="zhang", why="x")


def test_steps_are_filed_with_who_and_why_and_seen_from_their_day_on(tiny):
    region = issue(tiny, by="zhang", why="month end")
    taken = take(region.on("2022-09-29"), "1", "acknowledge", {}, by="li", why="received")
    id = str(taken.slips.index[0])
    assert [slips(taken.on(day))["state"].iloc[0] for day in ("2022-09-28", "2022-09-29")] == ["issued", "acknowledged"]
    assert taken.log(id)["actor"].tolist() == ["li", "zhang"]
    with pytest.raises(InputError, match="has a step on 2022-09-29, after 2022-09-28"):
        take(taken.on("2022-09-28"), "1", "acknowledge", {}, by="li", why="again")
    with pytest.raises(InputError, match=r"is acknowledged: it cannot close\. Next may come: answer, extend, escalate"):
        take(taken.on("2022-09-30"), "1", "close", {}, by="li", why="x")
    with pytest.raises(NotKnown, match="No document is called 'nothing'"):
        take(taken.on("2022-09-30"), "1", "answer", {"text": "x", "evidence": "nothing"}, by="li", why="x")
    with pytest.raises(NotKnown, match="No letter is called '督办〔2022〕9号'"):
        take(taken, "9", "acknowledge", {}, by="li", why="x")
    with pytest.raises(NotKnown, match="Did you mean 'close'"):
        take(taken, "1", "clos", {}, by="li", why="x")


def test_an_overdue_letter_is_escalated_by_one_with_a_number_of_its_own(tiny):
    region = issue(tiny, by="zhang", why="month end").on("2022-10-05")
    found = slips(take(region, "1", "escalate", {}, by="zhang", why="no answer"))
    assert found[["number", "colour", "state", "issued", "due"]].to_numpy().tolist() == [
        ["督办〔2022〕1号", "yellow", "escalated", "2022-09-27", "2022-10-04"],
        ["督办〔2022〕2号", "orange", "issued", "2022-10-05", "2022-10-12"],
    ]  # fmt: skip


def test_numbers_go_on_within_the_year_and_begin_again_with_the_next():
    known = pd.Series(["督办〔2022〕9号", "督办〔2022〕10号", "督办〔2023〕1号", "旧函", "督办〔2022〕3号补"])
    assert next_numbers(known, "2022", 2) == ["督办〔2022〕11号", "督办〔2022〕12号"]
    assert next_numbers(known, "2024", 1) == ["督办〔2024〕1号"]


def test_a_number_is_not_given_twice_though_the_letter_is_of_a_later_day(tiny):
    later = issue(tiny.on("2022-09-30"), by="zhang", why="later").on("2022-09-27")
    assert slips(later).empty
    assert slips(issue(later, by="zhang", why="earlier"))["number"].tolist() == ["督办〔2022〕2号"]


def test_letters_stand_in_the_order_of_their_numbers(tiny):
    rows = [{"number": f"督办〔{y}〕{n}号", "object": "p1", "issued": "2022-01-01", "due": "2022-01-08"}
            for y, n in ((2022, 10), (2022, 9), (2021, 30))]  # fmt: skip
    assert slips(edited(tiny, slips=rows))["number"].tolist() == [
        "督办〔2021〕30号",
        "督办〔2022〕9号",
        "督办〔2022〕10号",
    ]


# --- the command line


@pytest.fixture
def told(tmp_path_factory, tmp_path, monkeypatch, capsys):
    """Run a command on a region of its own; status, the JSON document, the messages."""
    folder = tmp_path_factory.mktemp("lights") / "region.hc"
    make_tiny(folder).close()
    shutil.copytree(folder, tmp_path / "region.hc")
    monkeypatch.chdir(tmp_path)

    def run(*words):
        status = main([*words, "--json", "--lang", "zh"])
        out, err = capsys.readouterr()
        return status, json.loads(out) if out else {}, err

    return run


WHO = ("--by", "甲", "--why", "月度督办")


def test_lights_are_shown_linted_and_kept_from_the_command_line(told):
    status, shown, _ = told("light", "show")
    assert (status, shown["card"]["id"], [row["id"] for row in shown["rows"]]) == (0, "lights", ["p3"])
    assert {(one["colour"], one["objects"]) for one in shown["counts"]} == {("yellow", 1), ("green", 1)}
    status, found, _ = told("light", "lint", "yinchuan-2025")
    assert (status, found["whole"], found["findings"][0]["value"]) == (1, False, "5")
    assert told("light", "lint", "wuhan")[:2] == (0, {"rule": "wuhan", "whole": True, "findings": []})
    status, rules, _ = told("light", "rules")
    assert [one["rule"] for one in rules["rules"]] == list(rule_sets())
    assert told("light", "keep")[0] == 2
    status, kept, _ = told("light", "keep", *WHO)
    assert (status, kept["lights"]) == (0, 2)
    assert told("light", "show", "--rule", "nothing")[0] == 1


def test_a_rule_is_linted_without_a_region(told, tmp_path):
    shutil.rmtree(tmp_path / "region.hc")
    assert told("light", "lint", "sanming")[0] == 1
    assert told("light", "lint", "nothing.csv")[0] == 1


def test_a_letter_goes_its_way_on_the_command_line(told):
    assert told("slip", "issue", "--by", "甲")[0] == 2
    status, issued, _ = told("slip", "issue", *WHO)
    assert (status, [row["number"] for row in issued["slips"]]) == (0, ["督办〔2022〕1号"])
    status, read, _ = told("slip", "text", "1")
    assert read["text"].startswith("督办函\n督办〔2022〕1号\n\n乙市项目办:")
    status, _, err = told("slip", "close", "1", *WHO)
    assert (status, err.strip()) == (1, "督办〔2022〕1号 发出, 不能办结。下一步可以: 签收、延期、升级")
    assert told("slip", "extend", "1", "--to", "2022-12-01", *WHO)[0] == 1
    for words in (
        ("extend", "1", "--to", "2022-10-20", "--approver", "副市长", "--reason", "汛期"), ("acknowledge", "1"),
        ("answer", "1", "--text", "已整改", "--evidence", "report"), ("return", "1"),
        ("answer", "1", "--text", "再整改", "--evidence", "report"), ("close", "1"),
        ("recheck", "1", "--result", "未到位", "--not-in-order"),
    ):  # fmt: skip
        status, done, err = told("slip", *words, *WHO)
        assert status == 0, err
    assert (done["slips"][0]["state"], done["slips"][0]["until"]) == ("returned", "2022-10-04")
    status, made, _ = told("slip", "escalate", "1", "--on", "2022-10-05", *WHO)
    assert [(row["number"], row["colour"]) for row in made["slips"]] == [("督办〔2022〕2号", "orange")]
    status, listed, _ = told("slip", "list", "--on", "2022-10-05")
    assert [row["number"] for row in listed["slips"]] == ["督办〔2022〕2号"]
    assert len(told("slip", "list", "--all", "--on", "2022-10-05")[1]["slips"]) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_answer_is_also_written_for_people(told, capsys, lang):
    for words in (
        ["light", "rules"],
        ["slip", "issue", *WHO],
        ["light", "show"],
        ["slip", "list"],
        ["slip", "text", "1"],
    ):
        assert main([*words, "--lang", lang]) == 0
        assert capsys.readouterr().out.strip()


def test_lights_and_letters_of_what_is_made_up_are_made_up_and_belong_where_it_belongs(tiny):
    issued = issue(tiny, by="zhang", why="month end")
    project = tiny.projects.loc["p3"]
    for rows in (issued.lights, issued.slips):
        assert rows["synthetic"].all()
        assert set(rows["scope"]) == {project["scope"]}


def test_a_letter_without_a_day_is_due_when_it_was_issued(tiny):
    with tiny.edit(by="zhang", why="an old letter") as e:
        e.put("slips", {"number": "旧1号", "object": "p3", "colour": "yellow", "issued": "2022-01-05"})
    found = e.after.listing("slips-open")
    assert found[["due", "days"]].to_numpy().tolist() == [["2022-01-05", 265]]
