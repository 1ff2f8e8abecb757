"""The register: rules, stages, money to date, editions; lists as properties of the data, not of its order."""

from __future__ import annotations

import json
import random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hechang as hc
from hechang.register.editions import edition_row
from hechang.register.pipeline import invested, pipeline, returned, waiting, whole_month, year_done
from hechang.register.rules import rule_value
from hechang.terms.dates import last_day
from hechang.terms.errors import InputError, NotKnown, Refused
from hechang.terms.specs import codes

LISTS = ("signed-not-filed", "filed-not-started", "behind-schedule")
MONEY = 1_000_000  # 分 in 万元


def edited(region, **tables):
    with region.edit(by="tester", why="a test", source="person:tester") as e:
        for table, rows in tables.items():
            e.put(table, rows)
    return e.after


def test_a_rule_of_the_region_outranks_the_shipped_one_from_its_day_on(tiny):
    rows = [{"rule": "wuxi-three-lists", "parameter": "grace", "value": "30", "unit": "days", "basis": "会议纪要",
             "assumption": False, "valid_from": "2022-10-01"}]  # fmt: skip
    region = edited(tiny, rules=rows)
    before, after = (rule_value(region.on(day), "wuxi-three-lists", "grace") for day in ("2022-09-30", "2022-10-01"))
    assert (before.value, before.assumption) == (90, True)
    assert (after.value, after.valid_from, after.source, after.assumption) == (30, "2022-10-01", "会议纪要", False)
    assert region.on("2022-10-01").listing("signed-not-filed").attrs["rule"]["from"] == "2022-10-01"


def test_an_unknown_rule_names_the_nearest(tiny):
    with pytest.raises(NotKnown, match="Did you mean 'wuxi-three-lists'"):
        rule_value(tiny, "wuxi-three-list", "grace")


def test_a_rule_only_the_region_has_needs_no_shipped_words(tiny):
    region = edited(tiny, rules=[{"rule": "own", "parameter": "share", "value": "0.8"}])
    assert rule_value(region, "own", "share").value == 0.8


@pytest.mark.parametrize("value", ['"ninety"', "null", "[90]", '{"days": 90}', "true", "1e30"])
def test_a_rule_of_another_kind_than_the_shipped_one_says_which_rule_and_what_to_write(tiny, value):
    region = edited(tiny, rules=[{"rule": "wuxi-three-lists", "parameter": "grace", "value": value}])
    with pytest.raises(InputError, match=r"'wuxi-three-lists', 'grace': .* Write a number like 90"):
        region.listing("signed-not-filed")


def test_a_given_option_is_named_as_such_and_no_assumption_of_ours(tiny):
    rule = tiny.listing("signed-not-filed", grace=7).attrs["rule"]
    assert (rule["value"], rule["given"], rule["assumption"]) == (7, True, False)


def test_a_grace_below_zero_is_refused(tiny):
    with pytest.raises(InputError, match="below 0 days"):
        tiny.listing("signed-not-filed", grace=-1)


def test_the_pipeline_tells_the_stage_reached_on_a_day(tiny):
    assert pipeline(tiny)["stage"].to_dict() == {"p1": "signed", "p2": "filed", "p3": "started", "p4": "started"}
    assert pipeline(tiny.on("2022-02-01"))["stage"].fillna("").to_dict() == {
        "p1": "",
        "p2": "signed",
        "p3": "started",
        "p4": "started",
    }


def test_the_first_of_two_dates_of_one_stage_counts(tiny):
    region = edited(tiny, project_events=[{"project": "p1", "stage": "signed", "actual": "2022-08-01"}])
    assert waiting(region, "signed", "filed").loc["p1", "since"] == "2022-06-19"


def test_a_list_names_the_responsible_body_rather_than_its_code(tiny):
    assert tiny.listing("signed-not-filed")["owner"].tolist() == ["甲市项目办"]
    led = edited(tiny, projects=[{"id": "p1", "lead": "office-y"}])
    assert led.listing("signed-not-filed")["owner"].tolist() == ["乙市项目办"]


def test_money_to_date_is_what_the_latest_return_states_else_the_sum_of_the_years(tiny):
    region = edited(tiny, returns=[
        {"project": "p3", "period": "2021-12", "invest_done": 300 * MONEY},
        {"project": "p4", "period": "2022-07", "invest_done": 850 * MONEY, "invest_done_total": 9000 * MONEY},
    ])  # fmt: skip
    assert invested(region, pd.Index(["p3", "p4", "p1"])).fillna(-1).tolist() == [800 * MONEY, 900 * MONEY, -1]
    told = edited(
        region,
        returns=[
            {"project": "p4", "period": "2022-08-31", "invest_done": 910 * MONEY, "invest_done_total": 9100 * MONEY}
        ],
    )
    assert invested(told, pd.Index(["p4"])).tolist() == [9100 * MONEY]
    assert year_done(told)["done"].to_dict()["p4"] == 910 * MONEY


def naive_money(rows, day):
    """(period, done this year, invested) of one project's returns [(id, period, done, total)], as one would say it."""
    over = whole_month(day)
    limit = {4: str(over.year if over.number == 12 else over.year - 1), 7: over.text, 10: day}
    rows = [r for r in rows if r[1] <= limit[len(r[1])]]
    rows.sort(key=lambda r: ({4: f"{r[1]}-12-31", 7: f"{r[1]}-31", 10: r[1]}[len(r[1])], r[0]))
    done = {r[1][:4]: (r[1], r[2]) for r in rows if r[2] is not None}
    sums = [amount for _, amount in done.values()]
    stated = rows[-1][3] if rows else None
    invested = stated if stated is not None else sum(sums) if sums else None
    return (*done.get(str(over.year), (None, None)), invested)


@pytest.mark.parametrize("day", ["2022-01-15", "2022-08-31", "2022-09-27", "2022-12-31"])
def test_money_is_that_of_the_return_whose_period_ends_last_whatever_the_order_of_writing(tiny, day):
    chance = random.Random(20220927)
    periods = ["2020", "2021", "2021-12", "2021-12-31", "2022-02", "2022-02-28", "2022-08", "2022-08-15", "2022-09"]
    amounts = [None, 0, 5, 7]
    made = {
        f"q{n}": [(f"{n}-{k}", chance.choice(periods), chance.choice(amounts), chance.choice([*amounts[:2], 9]))
                  for k in range(chance.randrange(6))]
        for n in range(40)
    }  # fmt: skip
    rows = [
        {"id": id, "project": project, "period": period, "invest_done": done, "invest_done_total": total}
        for project, ones in made.items()
        for id, period, done, total in ones
    ]
    region = edited(tiny, projects=[{"id": id, "name": id} for id in made], returns=chance.sample(rows, len(rows)))
    found = returned(region.on(day)).reindex(list(made)).astype(object)
    found = found.where(found.notna(), None)
    told = {p: (r.period, r.done, r.invested) for p, r in zip(found.index, found.itertuples(), strict=True)}
    assert told == {project: naive_money(ones, day) for project, ones in made.items()}


@given(st.dates())
def test_the_last_whole_month_is_over_and_the_next_is_not(day):
    found = whole_month(day.isoformat())
    assert found.text == f"{found.year:04d}-{found.number:02d}"
    if day.year > 1:
        following = f"{found.year + found.number // 12:04d}-{found.number % 12 + 1:02d}"
        assert last_day(found.text) <= day < last_day(following)


PERIODS = ["2021-12", "2022-03", "2022-08", "2022-08-15", "2022-09"]
dates = st.sampled_from(
    ["2021", "2021-12", "2022-02-28", "2022-06-19", "2022-06-29", "2022-06-28", "2022-09", "2022-09-27", "2023-01-01"]
)
projects = st.lists(
    st.fixed_dictionaries({
        "events": st.dictionaries(st.sampled_from(list(codes("stages"))), dates, max_size=5),
        "plan": st.none() | st.integers(0, 1200),
        "done": st.dictionaries(st.sampled_from(PERIODS), st.integers(0, 1200), max_size=3),
    }),
    min_size=6, max_size=14,
)  # fmt: skip


def written(region, made, order):
    """Write the projects in some order, each with all it has."""
    tables = {"projects": [], "project_events": [], "project_years": [], "returns": []}
    for n in order:
        one, id = made[n], f"q{n}"
        tables["projects"].append({"id": id, "name": id})
        tables["project_events"] += [
            {"id": f"{id}-{s}", "project": id, "stage": s, "actual": d} for s, d in one["events"].items()
        ]
        tables["project_years"] += (
            [] if one["plan"] is None else [{"id": id, "project": id, "year": 2022, "invest_plan": one["plan"]}]
        )
        tables["returns"] += [
            {"id": f"{id}-{p}", "project": id, "period": p, "invest_done": d} for p, d in one["done"].items()
        ]
    return edited(region, **tables)


def naive(made, stage, following, day, grace):
    """The rule as one would say it, project by project."""
    listed = {}
    for n, one in enumerate(made):
        since, done = one["events"].get(stage), one["events"].get(following)
        waits = since is not None and since <= day and not (done is not None and done <= day)
        if waits and (last_day(day) - last_day(since)).days > grace:
            listed[f"q{n}"] = (last_day(day) - last_day(since)).days
    return listed


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=projects, seed=st.randoms(use_true_random=False))
def test_lists_follow_the_rule_whatever_the_order_of_the_rows(made, seed, tmp_path_factory):
    order = list(range(len(made)))
    mixed = seed.sample(order, len(order))
    day = hc.Settings(name="lists", day="2022-09-27")
    here, there = (written(hc.create(tmp_path_factory.mktemp("r") / "r.hc", day), made, o) for o in (order, mixed))
    for listing, stages in (("signed-not-filed", ("signed", "filed")), ("filed-not-started", ("filed", "started"))):
        assert here.listing(listing)["days"].to_dict() == naive(made, *stages, here.day, 90)
    for listing in LISTS:
        one, two = here.listing(listing), there.listing(listing)
        pd.testing.assert_frame_equal(one.sort_index(), two.sort_index())
        assert list(one.index) == list(two.index)
        assert one.attrs == two.attrs


@pytest.mark.parametrize("listing", LISTS)
def test_a_list_recomputed_from_the_revision_of_an_edition_equals_the_edition(tiny, listing):
    row = edition_row(tiny, listing, tiny.listing(listing), {})
    region = edited(tiny, editions=[{**row, "rows": json.dumps(row["rows"]), "options": "{}"}])
    later = edited(region, project_events=[{"project": "p1", "stage": "filed", "actual": "2022-09-20"}])
    kept = later.editions.iloc[0]
    then = later.at(int(kept["of_revision"])).on(kept["day"])
    assert edition_row(then, listing, then.listing(listing), {})["hash"] == kept["hash"]


def test_an_edition_tells_what_is_new_what_stayed_and_what_left_and_why(tiny):
    signed = [{"project": p, "stage": "signed", "actual": "2022-01-01"} for p in ("p5", "p6")]
    first = edited(tiny, project_events=signed, projects=[{"id": p, "name": p} for p in ("p5", "p6")])
    row = edition_row(first, "signed-not-filed", first.listing("signed-not-filed"), {})
    region = edited(first, editions=[{**row, "rows": json.dumps(row["rows"]), "options": "{}"}])
    with region.edit(by="tester", why="a test") as e:
        e.put("project_events", [{"project": "p1", "stage": "filed", "actual": "2022-10-20"},
                                 {"project": "p7", "stage": "signed", "actual": "2022-07-01"}])  # fmt: skip
        e.put("projects", {"id": "p7", "name": "p7"})
        e.end("projects", ["p6"])
    found = e.after.on("2022-10-27").listing("signed-not-filed").attrs["changes"]
    assert found["previous"] == "2022-09"
    assert (found["new"], found["stayed"]) == (["p7"], ["p5"])
    assert found["left"] == [
        {"id": "p1", "name": "签约项目", "why": "备案 2022-10-20 / filed 2022-10-20"},
        {"id": "p6", "name": "p6", "why": "不在库 / no longer in the register"},
    ]


def kinds(region):
    return sorted({(f.kind, f.id, f.severity) for f in region.check() if f.kind != "place-without-outline"})


def test_the_smallest_region_has_no_fault_but_missing_outlines(tiny):
    assert kinds(tiny) == []


def test_each_data_check_names_the_row_at_fault(tiny):
    region = edited(
        tiny,
        projects=[
            {"id": "n", "name": "无节点"},
            {"id": "m", "name": "负数", "invest_total": -5 * MONEY, "lead": "nobody"},
        ],
        project_events=[
            {"id": "e1", "project": "m", "stage": "signed", "actual": "2022-05-02"},
            {"id": "e2", "project": "m", "stage": "filed", "actual": "2022-05-01"},
            {"id": "e3", "project": "m", "stage": "started", "actual": "2022-06"},
            {"id": "e4", "project": "m", "stage": "library", "actual": "2022-06-09"},
            {"id": "e5", "project": "m", "stage": "completed", "actual": "2022-06"},
            {"id": "e6", "project": "m", "stage": "completed", "actual": "2022-07"},
        ],
        returns=[
            {"id": "r1", "project": "m", "period": "2022-08", "progress": 100.5},
            {"id": "r2", "project": "m", "period": "2022-07", "progress": 100.0},
        ],
    )
    assert kinds(region) == [
        ("double-event", "e6", "error"),
        ("event-order", "e2", "error"),
        ("missing-reference", "m", "error"),
        ("negative-money", "m", "error"),
        ("percent-range", "r1", "error"),
        ("project-without-events", "n", "warning"),
    ]


def test_a_place_that_has_ended_is_told_from_one_that_never_was(tiny):
    with tiny.edit(by="tester", why="c is merged into b") as e:
        e.end("places", ["c"], on="2022-12-31")
    found = [f for f in e.after.on("2023-01-01").check() if f.kind in ("place-not-valid", "unknown-place")]
    assert [(f.kind, f.table, f.id, f.value) for f in found] == [("place-not-valid", "projects", "p4", "c")]
    assert "2023-01-01" in found[0].en
    assert "2023-01-01" in found[0].zh


ROUND = {"id": "rd", "name": "八月", "period": "2022-08", "table": "projects"}


@pytest.mark.parametrize("claims", [{"body": "x"}, "5", [None], [{"body": "x"}]])
def test_a_conflict_that_cannot_be_read_is_refused_at_the_door(tiny, claims):
    odd = {"id": "cf", "object": "p1", "field": "projects.invest_total", "round": "rd", "claims": claims}
    with pytest.raises(Refused, match="a JSON list of claims such as"):
        edited(tiny, rounds=ROUND, conflicts=odd)


@pytest.mark.parametrize("claims", [[], [{"body": None, "name": "x", "value": "5", "shown": "5", "source": "s"}]])
@pytest.mark.parametrize("field", ["projects.invest_total", "invest_total"])
def test_a_conflict_that_cannot_be_read_is_listed_as_it_stands_and_stops_no_list(tiny, claims, field):
    odd = {"id": "cf", "object": "p1", "field": field, "round": "rd", "claims": claims}
    found = edited(tiny, rounds=ROUND, conflicts=odd).listing("contradictions")
    assert found["name"].tolist() == ["签约项目"] and found["reason"].notna().all()
