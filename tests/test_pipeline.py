"""Clocks of approval steps, gaps between stages, standard land, who serves, papers and files: what cases cannot say."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hechang as hc
from hechang.publish.links import Served
from hechang.publish.registry import Wanted, view_of, write
from hechang.publish.results import Results
from hechang.register.approvals import clocks, totals
from hechang.register.assignments import serving
from hechang.register.attachments import About, attach
from hechang.register.gaps import closed, gaps, settled
from hechang.register.papers import asked, needed, saved
from hechang.register.standard_land import verdicts
from hechang.register.workdays import DayCount, day_count, epoch, first_sql, last_sql
from hechang.terms.dates import first_day, last_day
from hechang.terms.errors import InputError, NotKnown

CLOCKS = yaml.safe_load((Path(__file__).parent / "cases/clocks/approvals.yaml").read_text(encoding="utf-8"))
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def put(region, **tables):
    with region.edit(by="tester", why="test") as e:
        for name, rows in tables.items():
            e.put(name, rows)
    return e.after


def setting_of(case):
    """What a case wants of its region: rule and calendar; cases that want the same share one."""
    return str([case.get(name) for name in ("days", "first", "holidays")])


@pytest.fixture(scope="module")
def clock_regions():
    """One region for each setting, with the step of every case that wants it; ids are the numbers of the cases."""
    found = {}
    for setting in {setting_of(case) for case in CLOCKS}:
        mine = [(n, case) for n, case in enumerate(CLOCKS) if setting_of(case) == setting]
        one = mine[0][1]
        rules = [
            {"rule": "approval-clocks", "parameter": name, "value": json.dumps(one[name])}
            for name in ("days", "first")
            if name in one
        ]
        days = [{"day": str(day), "working": working} for day, working in one.get("holidays", {}).items()]
        steps = [
            {"id": str(n), "project": "p1", "step": str(n)}
            | {key: value if key == "days_allowed" else str(value) for key, value in case["step"].items()}
            for n, case in mine
        ]
        found[setting] = put(hc.tiny(), approvals=steps, rules=rules, holidays=days)
    return found


@pytest.mark.parametrize(("n", "case"), list(enumerate(CLOCKS)), ids=[case["name"] for case in CLOCKS])
def test_a_clock_shows_what_the_planner_expects(n, case, clock_regions):
    clock = clocks(clock_regions[setting_of(case)].on(str(case["today"]))).loc[str(n)]
    shown = {name: None if clock.isna()[name] else clock[name] for name in case["expect"]}
    assert shown == {name: str(v) if name == "due" and v else v for name, v in case["expect"].items()}


def test_steps_of_other_projects_and_steps_that_ended_are_left_out_when_asked(tiny):
    rows = [
        {"id": "s", "project": "p1", "step": "a", "begun": "2022-09-01"},
        {"id": "t", "project": "p2", "step": "a", "begun": "2022-09-01"},
        {"id": "u", "project": "p1", "step": "b", "begun": "2022-09-01", "ended": "2022-09-02"},
    ]
    region = put(tiny, approvals=rows)
    assert sorted(clocks(region, projects=["p1"]).index) == ["s", "u"]
    assert sorted(clocks(region, running=True).index) == ["s", "t"]


def test_totals_add_up_by_project_and_by_kind(tiny):
    rows = [
        {"project": "p1", "step": "a", "kind": "evaluate", "could_begin": "2022-09-01", "begun": "2022-09-05",
         "ended": "2022-09-09", "days_allowed": 3},
        {"project": "p1", "step": "b", "kind": "approve", "begun": "2022-09-20", "days_allowed": 1},
        {"project": "p1", "step": "c", "kind": "approve", "could_begin": "2022-09-26"},
    ]  # fmt: skip
    clock = clocks(put(tiny, approvals=rows))
    assert totals(clock).loc["p1"].to_dict() == {
        "steps": 3, "ended": 1, "open": 1, "overdue": 1, "waited": 2 + 1, "used": 4 + 5, "over": 1 + 4,
    }  # fmt: skip
    assert totals(clock, "kind")["steps"].to_dict() == {"evaluate": 1, "approve": 2}


def test_a_rule_with_an_unknown_way_to_count_is_refused(tiny):
    region = put(tiny, rules={"rule": "approval-clocks", "parameter": "days", "value": '"sundays"'})
    with pytest.raises(InputError, match="working or calendar"):
        clocks(region)


@pytest.mark.parametrize(
    ("years", "begun", "said"),
    [
        ([], "2022-09-01", True),
        (["2022"], "2022-09-01", False),
        (["2022"], "2021-12-01", True),
        (["2021", "2022"], "2021-12-01", False),
        (["2021"], "2021-12-01", True),
    ],
)
def test_a_limit_counted_without_holidays_says_so(tiny, years, begun, said):
    days = [{"day": f"{year}-05-02", "working": False} for year in years]
    step = {"id": "s", "project": "p1", "step": "a", "begun": begun, "days_allowed": 1}
    found = put(tiny, holidays=days, approvals=step).listing("approvals-late").loc["s"]
    assert ("仅扣除周末" in found["reason"]) == said == ("weekends only" in found["reason_en"])


COUNTS = [DayCount(kind, first, day_count(hc.tiny()).passed) for kind in ("working",) for first in (0, 1)]
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@given(st.sampled_from(COUNTS), DAYS, st.integers(0, 400))
def test_the_last_day_in_time_uses_up_the_limit_and_the_next_working_day_exceeds_it(count, since, allowed):
    start, limit = epoch([since.isoformat()]), np.array([float(allowed)])
    due = count.due(start, limit)
    assert due >= start
    own = count.first * count.between(start - 1, start, first=0)
    assert count.between(start, due) == max(allowed, own)
    monday = due + 1
    while count.between(monday - 1, monday, first=0) == 0:
        monday = monday + 1
    assert count.between(start, monday) > allowed


@given(DAYS, DAYS, DAYS)
def test_days_counted_in_two_parts_are_the_days_counted_at_once(a, b, c):
    count = COUNTS[0]
    first, middle, last = (epoch([day.isoformat()]) for day in sorted((a, b, c)))
    assert count.between(first, middle) + count.between(middle, last) == count.between(first, last)


PARTIAL = st.one_of(
    DAYS.map(date.isoformat), DAYS.map(lambda d: d.isoformat()[:7]), DAYS.map(lambda d: d.isoformat()[:4])
)


@pytest.fixture(scope="module")
def small():
    return hc.tiny()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20)
@given(texts=st.lists(PARTIAL, min_size=1, max_size=20))
def test_edges_of_a_partial_date_are_the_same_in_sql_and_in_python(small, texts):
    sql = f"SELECT {first_sql('x')} AS lo, {last_sql('x')} AS hi FROM (SELECT unnest($texts) AS x)"
    found = small.query(sql, texts=texts)
    wanted = [((first_day(t) - date(1970, 1, 1)).days, (last_day(t) - date(1970, 1, 1)).days) for t in texts]
    assert list(found.itertuples(index=False, name=None)) == wanted


# --- gaps between stages -----------------------------------------------------------------------------------------
GAPS = [  # land, started, days, at once within 30 days (None: not to be judged yet)
    ("2022-05-01", "2022-05-01", 0, True),
    ("2022-05-01", "2022-05-02", 1, True),
    ("2021-12-31", "2022-01-01", 1, True),
    ("2020-02-28", "2020-03-01", 2, True),
    ("2022-05", "2022-05-20", 0, True),
    ("2022-05", "2022-06", 1, True),
    ("2022-05-01", "2022-06", 31, False),
    ("2022", "2022-03-01", 0, True),
    ("2022-05-02", "2022-05-01", None, None),
    ("2022-08-01", "2022-08-31", 30, True),
    ("2022-08-01", "2022-09-01", 31, False),
    ("2022-08-27", None, 31, False),
    ("2022-08-28", None, 30, None),
    ("2022-09-27", None, 0, None),
    ("2022-09-01", "2022-09-28", 26, None),
    ("2022-09", None, 0, None),
]


@pytest.fixture(scope="module")
def with_gaps():
    events = [
        {"project": str(n), "stage": stage, "actual": day}
        for n, (land, started, _, _) in enumerate(GAPS)
        for stage, day in (("land", land), ("started", started))
        if day
    ]
    return put(hc.tiny(), projects=[{"id": str(n), "name": str(n)} for n in range(len(GAPS))], project_events=events)


@pytest.mark.parametrize(("n", "case"), list(enumerate(GAPS)), ids=[f"{a} to {b}" for a, b, _, _ in GAPS])
def test_a_gap_counts_the_days_that_surely_passed(n, case, with_gaps):
    _, started, days, at_once = case
    found = gaps(with_gaps, "land-start").loc[[str(n)]]
    assert [None if found["days"].isna().iloc[0] else found["days"].iloc[0]] == [days]
    assert len(closed(found)) == (started is not None and started <= "2022-09-27" and days is not None)
    assert settled(found, 30)["met"].tolist() == ([] if at_once is None else [at_once])


def test_an_unknown_gap_is_told_with_the_nearest_name(tiny):
    with pytest.raises(NotKnown, match="land-start"):
        tiny.measure("stage-gap", gap="land-starts")


def test_a_town_counts_for_its_city_and_no_project_is_counted_twice(tiny):
    rows = [
        {"project": p, "stage": stage, "actual": day}
        for p in ("p1", "p2", "p3")
        for stage, day in (("completed", "2022-01-01"), ("producing", "2022-01-11"))
    ]
    region = put(tiny, project_events=rows)
    made = region.measure("stage-gap", gap="completed-producing", level="city")
    assert made[["value", "numerator", "denominator"]].values.tolist() == [[10, 10, 1], [10, 20, 2]]
    share = region.measure("stage-at-once", gap="completed-producing", within=9, level="city")
    assert share["value"].tolist() == [0, 0] and share["denominator"].tolist() == [1, 2]


@pytest.mark.parametrize("id", ["stage-gap", "stage-at-once", "approvals-in-time", "papers-saved"])
def test_a_measure_without_data_says_why_for_every_place(tiny, id):
    made = tiny.measure(id)
    assert made["value"].isna().all() and made["why_missing"].str.contains(" / ").all()


def test_approvals_in_time_judges_what_ended_and_what_is_over(tiny):
    rows = [
        {"project": "p2", "step": "in time", "kind": "approve", "begun": "2022-09-01", "ended": "2022-09-02",
         "days_allowed": 1},
        {"project": "p2", "step": "over", "kind": "approve", "begun": "2022-09-01", "days_allowed": 1},
        {"project": "p2", "step": "has days left", "kind": "approve", "begun": "2022-09-26", "days_allowed": 9},
        {"project": "p2", "step": "no limit", "kind": "approve", "begun": "2022-09-01", "ended": "2022-09-02"},
        {"project": "p2", "step": "other kind", "kind": "accept", "begun": "2022-09-01", "ended": "2022-09-02",
         "days_allowed": 1},
    ]  # fmt: skip
    made = put(tiny, approvals=rows).measure("approvals-in-time", kind="approve")
    assert made.loc["b", ["value", "numerator", "denominator"]].tolist() == [50, 1, 2]


# --- standard land, assignments, papers --------------------------------------------------------------------------
def test_a_promise_is_kept_in_one_direction_only(tiny):
    figures = [round(x, 2) for x in np.random.default_rng(1).normal(0, 2, 40)] + [0.0, 0.1 + 0.2, 0.3]
    rows = [
        {"id": f"{n} {m} {sign}", "project": "p1", "term": f"{n} {m} {sign}", "promised": promised,
         "measured": measured, "comparator": sign}
        for n, promised in enumerate(figures) for m, measured in enumerate(figures) for sign in (">=", "<=", "=")
    ]  # fmt: skip
    met = verdicts(put(tiny, standard_land=rows))["state"].eq("met")
    least, most, same = (met[met.index.str.endswith(f" {sign}")].sort_index().to_numpy() for sign in (">=", "<=", "="))
    assert (least | most).all() and (same == (least & most)).all() and 43 <= same.sum() < 100


def test_roles_come_in_their_order_and_only_those_held_today(tiny):
    rows = [
        {"object": "p1", "role": "agent", "person": "某甲"},
        {"object": "p1", "role": "task_force", "body": "office-x"},
        {"object": "p1", "role": "lead", "until": "2022-08"},
    ]
    region = put(tiny, assignments=rows)
    assert serving(region, ["p1"])["role"].tolist() == ["task_force", "agent"]
    assert serving(region, ["p1"], roles=["agent"])["person"].tolist() == ["某甲"]
    assert serving(region.on("2022-08-31"), None)["role"].tolist() == ["lead", "task_force", "agent"]


@pytest.fixture
def with_papers(tiny):
    return put(
        tiny,
        projects=[{"id": "p1", "company": "某公司"}, {"id": "p2", "company": "某公司"}],
        approvals=[{"project": p, "step": "许可", "begun": "2022-09-01", "basis": "某规定"} for p in ("p1", "p2")],
        step_papers=[{"step": "许可", "name": n, "exempt": n == "证明"} for n in ("执照", "证明", "图纸", "资信")],
        papers=[
            {"id": "k", "object": "某公司", "name": "执照"},
            {"id": "old", "object": "p1", "name": "资信", "valid_until": "2022-08"},
        ],
    )


def test_each_paper_of_a_step_says_why_it_is_asked_for_or_not(with_papers):
    found = asked(with_papers, "p1", "许可")
    assert found["state"].to_dict() == {"图纸": "hand_in", "执照": "reused", "证明": "exempt", "资信": "expired"}
    assert found.loc["执照", ["held", "held_in"]].tolist() == ["k", "papers"]
    assert found.loc["资信", ["held", "valid_until"]].tolist() == ["old", "2022-08"]


def test_the_share_of_papers_saved_has_its_parts(with_papers):
    made = saved(needed(with_papers))
    assert made.loc["许可", ["value", "numerator", "denominator", "expired", "hand_in"]].tolist() == [50, 4, 8, 1, 3]


def test_a_paper_handed_in_once_is_not_asked_for_again(with_papers):
    before = with_papers.listing("papers-to-hand-in")
    after = put(with_papers, papers=[{"object": "某公司", "name": n} for n in ("图纸", "资信")])
    assert len(before) == 2 and after.listing("papers-to-hand-in").empty


def test_no_step_of_that_name_is_told(with_papers):
    with pytest.raises(NotKnown, match="许可"):
        asked(with_papers, "p1", "许可证")


# --- checks and the page of a project ----------------------------------------------------------------------------
def test_steps_out_of_order_are_found_and_a_month_that_may_fit_is_not(tiny):
    rows = [
        {"id": "bad", "project": "p1", "step": "a", "begun": "2022-09-10", "ended": "2022-09-09"},
        {"id": "early", "project": "p1", "step": "b", "could_begin": "2022-09-10", "begun": "2022-08"},
        {"id": "fits", "project": "p1", "step": "c", "begun": "2022-09-10", "ended": "2022-09"},
        {"id": "long", "project": "p1", "step": "d", "days_allowed": 5000},
    ]
    found = [one for one in put(tiny, approvals=rows).check() if one.kind.startswith("approval")]
    assert [(one.id, one.field) for one in found] == [("bad", "ended"), ("early", "begun"), ("long", "days_allowed")]


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    region = put(
        hc.tiny(),
        bodies={"id": "hall", "name": "某审批局"},
        approvals=[
            {"id": "s", "project": "p2", "step": "施工许可", "kind": "approve", "body": "hall",
             "begun": "2022-08-15", "days_allowed": 20},
        ],
        step_papers=[{"step": "施工许可", "name": name} for name in ("施工图", "营业执照")],
        papers={"object": "p2", "name": "营业执照"},
        standard_land={"project": "p2", "term": "容积率", "promised": 2.0, "measured": 1.6, "due": "2022-06"},
        assignments={"object": "p2", "role": "task_force", "body": "hall"},
        project_events={"id": "ev", "project": "p2", "stage": "land", "estimated": "2022-08"},
    )  # fmt: skip
    with region.edit(by="li", why="came", source="person:li") as e:
        e.put("project_events", {"id": "ev", "actual": "2022-08-20"})
    path = tmp_path_factory.mktemp("full") / "site.png"
    path.write_bytes(PNG)
    return attach(e.after, "s", path, About("工地", kind="photo"), by="zhang", why="visit")


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_a_project_shows_clocks_papers_terms_service_and_photos(full, lang, whole):
    wanted = Wanted("project", ("p2",), {}, lang)
    html = write(wanted, view_of(wanted, Results(full, whole=whole)), Served("/projects/p2"))
    for said in ("施工许可", "某审批局", "31 / 20", "施工图", "营业执照", "容积率", "工地", "data:image/png;base64,"):
        assert said in html
    assert ("超时 11 天" if lang == "zh" else "11 days over") in html


def test_estimated_and_actual_day_each_show_who_said_so(full):
    view = view_of(Wanted("project", ("p2",)), Results(full))
    land = next(row for row in view["events"] if row["stage"] == "land")
    assert land["apart"] == {"estimated": "person:tester", "actual": "person:li"}
    signed = next(row for row in view["events"] if row["stage"] == "signed")
    assert signed["apart"] == {}


def test_lists_are_the_same_in_whatever_order_the_rows_came(tiny):
    steps = [
        {"id": f"s{n}", "project": f"p{n % 4 + 1}", "step": "a", "begun": str(date(2022, 9, 1) + timedelta(days=n)),
         "days_allowed": 1}
        for n in range(8)
    ]  # fmt: skip
    one, other = put(tiny, approvals=steps), put(hc.tiny(), approvals=steps[::-1])
    found, again = (r.listing("approvals-late") for r in (one, other))
    assert found["days"].to_dict() == again["days"].to_dict() and list(found["days"]) == list(again["days"])
