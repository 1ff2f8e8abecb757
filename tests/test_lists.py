"""Lists beyond the three: the cases of the five rates, editions kept and worked out again, properties."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hechang as hc
from hechang.publish.columns import columns_of
from hechang.publish.list_files import as_xlsx
from hechang.publish.results import Asked, Results
from hechang.publish.views.lists import one_list
from hechang.publish.views.today import today
from hechang.register.contradictions import KINDS as CONTRADICTIONS
from hechang.register.editions import chosen, editions, keep, recompute
from hechang.register.lists import FIRST, listed
from hechang.register.mismatches import KINDS as MISMATCHES
from hechang.register.rates import definitions, rates
from hechang.register.slips.open_list import WAITING
from hechang.terms.catalogue import cards
from hechang.terms.errors import InputError, NotKnown, UsageError
from hechang.terms.specs import codes
from hechang.terms.words import LANGUAGES, words
from hechang.web.app import create_app
from page_region import Client, page_region
from test_cases import MONEY, region_of

OURS = ("five-rates", "without-evidence", "contradictions", "zones-without-operator", "library-mismatch")
EVERY = ("signed-not-filed", "filed-not-started", "behind-schedule", *OURS)
CASES = [
    pytest.param(f"{path.stem}-{n}-", case, id=f"{path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parent / "cases" / "rates").glob("*.yaml"))
    for n, case in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")))
]


def edited(region, **tables):
    with region.edit(by="tester", why="a test", source="person:tester") as e:
        for table, rows in tables.items():
            e.put(table, rows)
    return e.after


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """All cases of rates in one region; a case is a group of projects."""
    params = [param.values for param in CASES]  # noqa: PD011
    cases = [(*prefix.rsplit("-", 2)[:2], case) for prefix, case in params]
    return region_of(tmp_path_factory.mktemp("rates"), cases)


@pytest.mark.parametrize(("prefix", "case"), CASES)
def test_a_rate_counts_what_the_planner_expects(prefix, case, counted):
    region = counted.on(str(case["today"]))
    ids = region.projects.index.to_series().astype("string")
    found = rates(region, ids.str.extract(r"^(.*-\d+-)", expand=False)).loc[prefix]
    for name, (numerator, denominator, *value) in case["rates"].items():
        step = MONEY if name == "investment-rate" else 1
        assert tuple(found.loc[name, ["numerator", "denominator"]]) == (numerator * step, denominator * step)
        share = found.loc[name, "value"]
        assert (
            pd.isna(share)
            if denominator == 0
            else round(share, 1) == (value or [round(numerator / denominator * 100, 1)])[0]
        )
    assert all(found.loc[name, "lacking"] == n for name, n in case.get("lacking", {}).items())


@pytest.mark.parametrize("value", [
    '"started"', "{}", '{"numerator": "begun", "denominator": "filed"}', '{"numerator": "started", "denominator": []}',
    '{"numerator": "invested", "denominator": "filed"}',
    '{"numerator": "filed", "denominator": "signed", "scope": "month"}',
])  # fmt: skip
def test_a_definition_that_cannot_be_read_is_refused_in_words(tiny, value):
    region = edited(tiny, rules=[{"rule": "five-rates", "parameter": "start-rate", "value": value}])
    with pytest.raises(InputError, match="start-rate"):
        definitions(region)


def test_a_rate_of_the_regions_own_stands_beside_the_five(tiny):
    value = '{"numerator": "land", "denominator": "filed", "scope": "ever"}'
    region = edited(tiny, rules=[{"rule": "five-rates", "parameter": "land-rate", "value": value}])
    found = region.listing("five-rates", by="all")
    assert found.loc["all:land-rate", "reason"] == "land-rate 0.0 % = 0 / 3 个"
    assert region.measure("delivery-rate", rate="land-rate", level="city").loc["y", "denominator"] == 3


def test_the_rates_of_cities_add_up_to_those_of_all_projects(tiny):
    region = edited(tiny, projects=[{"id": "p9", "name": "无地点"}],
                    project_events=[{"project": "p9", "stage": "signed", "actual": "2022-01-01"}])  # fmt: skip
    parts = {by: region.listing("five-rates", by=by) for by in ("city", "county", "body", "all")}
    sums = {by: rows.groupby("rate")[["numerator", "denominator"]].sum() for by, rows in parts.items()}
    for by in ("city", "county", "body"):
        pd.testing.assert_frame_equal(sums[by], sums["all"])
    assert "-:filing-rate" in parts["city"].index


@pytest.mark.parametrize(("listing", "options"), [("five-rates", {"by": "town"}), ("contradictions", {"kind": "x"}),
                                                  ("without-evidence", {"table": "places"})])  # fmt: skip
def test_an_option_nobody_knows_is_refused_with_the_nearest(tiny, listing, options):
    with pytest.raises(NotKnown, match="is called"):
        tiny.listing(listing, **options)


def test_columns_a_list_lacks_come_in_empty_and_of_their_type(tiny):
    made = listed(tiny, "x", pd.DataFrame({"name": ["a"]}, index=["q"]))
    assert list(made.columns) == FIRST
    assert made["days"].dtype == made["invested"].dtype == "int64[pyarrow]"
    assert made["due"].isna().all()
    assert made["rule"].to_list() == ["x"]


def test_rows_of_other_tables_leave_a_list_for_reasons_of_their_own(tiny):
    tasks = [{"id": f"t{n}", "name": f"任务 {n}"} for n in range(3)]
    region = edited(tiny, tasks=tasks)
    rows = pd.DataFrame({"name": [row["name"] for row in tasks], "table": "tasks"}, index=[row["id"] for row in tasks])
    row = {"list": "x", "edition": "2022-08", "day": "2022-08-31", "of_revision": 1, "hash": "0", "options": {}}
    row["rows"] = json.loads(rows.reset_index(names="id").to_json(orient="records"))
    kept = edited(region, editions=[row])
    with kept.edit(by="tester", why="a test") as e:
        e.put("tasks", {"id": "t0", "closed": "2022-09-20"})
        e.end("tasks", ["t1"])
    found = listed(e.after, "x", rows.iloc[:0], following="tasks.closed").attrs["changes"]["left"]
    assert [row["why"] for row in found] == [
        "办结日期 2022-09-20 / closed on 2022-09-20",
        "不在库 / no longer in the register",
        "数据或规则有变 / the data or the rule changed",
    ]


def test_editions_of_one_month_never_bear_the_same_name(tiny):
    region = tiny
    for day, options in (("2022-09-01", {}), ("2022-09-01", {"grace": "30"}), ("2022-09-27", {}), ("2022-09-27", {})):
        region = keep(region.on(day), ["signed-not-filed"], by="zhang", why="test", options=options)
    changed = edited(region, project_events=[{"project": "p1", "stage": "filed", "actual": "2022-09-01"}])
    region = keep(changed, ["signed-not-filed"], by="zhang", why="test")
    assert sorted(region.editions["edition"]) == ["2022-09", "2022-09 grace=30", "2022-09-27", "2022-09-27 (2)"]
    assert editions(region, "signed-not-filed")["edition"].to_list() == ["2022-09-27 (2)", "2022-09"]


def test_a_list_is_compared_with_editions_under_the_same_options_only(tiny):
    region = keep(tiny.on("2022-08-31"), ["library-mismatch"], by="zhang", why="test", options={"grace": 10**6})
    region = region.on("2022-09-27")
    assert region.listing("library-mismatch").attrs["changes"]["previous"] is None
    assert region.listing("library-mismatch", grace=10**6).attrs["changes"]["previous"] == "2022-08 grace=1000000"
    assert chosen("library-mismatch", {}) == {}


def test_a_row_that_stays_says_since_which_edition_and_how_often_in_a_row(tiny):
    region = tiny
    for day in ("2022-07-31", "2022-08-31", "2022-09-15"):
        region = keep(region.on(day), ["filed-not-started"], by="zhang", why="test")
    since = region.on("2022-09-27").listing("filed-not-started").attrs["changes"]["since"]
    assert since == {"p2": {"edition": "2022-08", "times": 3}}, "81 days in July: not yet on the list"


dates = st.sampled_from(["2021", "2021-12-31", "2022-02-28", "2022-06", "2022-08-27", "2022-09-27", "2023-01-01"])
projects = st.lists(
    st.fixed_dictionaries({
        "place": st.sampled_from(["a", "b", "c", "x", None]),
        "events": st.dictionaries(st.sampled_from(list(codes("stages"))), st.tuples(dates, st.booleans()), max_size=5),
        "plan": st.none() | st.integers(0, 1200),
        "done": st.dictionaries(st.sampled_from(["2021-12", "2022-08", "2022-09"]), st.integers(0, 1200), max_size=2),
    }),
    min_size=4, max_size=10,
)  # fmt: skip


def written(region, made, order):
    tables = {"projects": [], "project_events": [], "project_years": [], "returns": []}
    for n in order:
        one, id = made[n], f"q{n}"
        tables["projects"].append({"id": id, "name": id, "place": one["place"]})
        tables["project_events"] += [
            {"id": f"{id}-{s}-{k}", "project": id, "stage": s, "actual": day, "source": f"person:{k}"}
            for s, (d, twice) in one["events"].items() for k, day in enumerate((d, "2022-05")[: 1 + twice])
        ]  # fmt: skip
        if one["plan"] is not None:
            tables["project_years"].append({"id": id, "project": id, "year": 2022, "invest_plan": one["plan"]})
        tables["returns"] += [
            {"id": f"{id}-{p}", "project": id, "period": p, "invest_done": d} for p, d in one["done"].items()
        ]
    return edited(region, **{name: rows for name, rows in tables.items() if rows})


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=projects, seed=st.randoms(use_true_random=False))
def test_lists_whatever_the_order_of_rows_can_be_worked_out_again(made, seed):
    order = list(range(len(made)))
    here, there = (written(hc.tiny(), made, o) for o in (order, seed.sample(order, len(order))))
    for listing in EVERY:
        one, two = here.listing(listing), there.listing(listing)
        pd.testing.assert_frame_equal(one.sort_index(), two.sort_index())
        assert one.attrs["missing"] == two.attrs["missing"]
    whole, cities = here.listing("five-rates", by="all"), here.listing("five-rates")
    projects_only = whole[whole["rate"] != "investment-rate"]
    assert (projects_only["numerator"] <= projects_only["denominator"]).all()
    sums = cities.groupby("rate")[["numerator", "denominator"]].sum().sort_index()
    wanted = whole.set_index("rate")[["numerator", "denominator"]].sort_index()
    pd.testing.assert_frame_equal(sums, wanted, check_names=False)
    kept = keep(here, EVERY, by="zhang", why="month end")
    later = edited(kept, project_events=[{"project": "q0", "stage": "filed", "actual": "2022-01-02"}])
    again = [recompute(later, id) for id in later.editions.index]
    assert [one["same"] for one in again] == [True] * len(EVERY)


def test_an_edition_that_was_tampered_with_is_not_the_same(tiny):
    kept = keep(tiny, ["filed-not-started"], by="zhang", why="month end")
    id = kept.editions.index[0]
    rows = json.loads(kept.editions["rows"].iloc[0])
    forged = edited(kept, editions=[{"id": id, "rows": [{**rows[0], "days": 1}, {**rows[0], "id": "ghost"}]}])
    found = recompute(forged, id)
    assert (found["same"], found["changed"], found["missing"]) == (False, ["p2"], ["ghost"])
    with pytest.raises(InputError, match="No edition"):
        recompute(kept, "nothing")


def test_the_page_of_a_list_names_the_edition_before_and_who_came_and_left(tiny):
    region = keep(tiny.on("2022-08-31"), ["filed-not-started", "signed-not-filed"], by="zhang", why="month end")
    region = edited(region, project_events=[{"project": "p2", "stage": "started", "actual": "2022-09-01"}])
    left = one_list(Asked(Results(region.on("2022-09-27")), ("filed-not-started",)))["edition"]
    assert (left["previous"], left["left"]) == (
        "2022-08", [{"id": "p2", "name": "备案项目", "why": "开工 2022-09-01 / started 2022-09-01"}])  # fmt: skip
    new = one_list(Asked(Results(region.on("2022-09-27")), ("signed-not-filed",)))["edition"]
    assert [row["name"] for row in new["new"]] == ["签约项目"]


def test_the_first_page_refuses_an_option_rather_than_passing_over_it(tiny):
    with pytest.raises(UsageError, match="/lists/signed-not-filed\\?grace=soon"):
        today(Asked(Results(tiny), query={"grace": "soon"}))


def test_a_list_of_kinds_and_not_of_numbers_shows_another_list_rather_than_another_rule(tiny):
    shown = one_list(Asked(Results(tiny), ("five-rates",), {"by": "all"}))
    assert (shown["tried"], shown["chosen"], len(shown["rows"])) == (False, {"by": "all"}, 5)
    assert all(row["page"] == () for row in shown["rows"])


@pytest.mark.parametrize("card", cards("list"), ids=lambda card: card.id)
def test_every_column_of_a_list_is_described_in_words(card, tiny):
    frame = tiny.listing(card.id)
    for one in columns_of(card.id, [*frame.columns, "id"]):
        for lang in LANGUAGES:
            assert one.title(lang) not in ("", one.name), one.name
        assert one.kind != "words" or any(key.startswith(one.target) for key in words("zh")), one.name


def test_the_words_of_codes_on_lists_are_complete():
    known = words("en")
    for family, codes_of in (("contradiction_", CONTRADICTIONS), ("mismatch_", MISMATCHES), ("slip_", WAITING)):
        assert all(family + code in known for code in codes_of)


def test_an_empty_list_says_which_table_is_empty_and_how_to_fill_it(tiny):
    shown = one_list(Asked(Results(tiny), ("standard-land-missed",)))
    assert [need["table"].name for need in shown["needs"]] == ["standard_land"]
    assert shown["needs"][0]["commands"][1].startswith("hechang import standard_land ")
    assert one_list(Asked(Results(tiny), ("signed-not-filed",)))["needs"] == []


def test_a_column_called_plan_is_money_only_where_it_holds_figures(tiny):
    rows = pd.DataFrame({"name": ["甲"], "plan": ["2022"]}, index=["a"])
    assert listed(tiny, "x", rows).attrs["money"] == ["invested"]
    assert listed(tiny, "x", rows.assign(plan=100)).attrs["money"] == ["invested", "plan"]


# --- a list as a file -----------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return Client(create_app(page_region(tmp_path_factory.mktemp("files") / "page.hc")))


@pytest.mark.parametrize("id", [card.id for card in cards("list")])
def test_a_file_without_rows_has_the_columns_of_the_one_with_rows(id, client):
    with_rows, without = (client.get(f"/api/lists/{id}.csv", params=query) for query in ({}, {"q": "无此一行"}))
    lines = [answer.content.decode("utf-8-sig").splitlines() for answer in (with_rows, without)]
    assert lines[1] == lines[0][:1] and lines[1][0].startswith("id,name,owner,reason")
    for form in ("xlsx", "parquet"):
        assert client.get(f"/api/lists/{id}.{form}?q=无此一行").status_code == 200


@pytest.mark.parametrize("id", [card.id for card in cards("list")])
def test_a_chinese_workbook_of_a_list_has_chinese_headings_only(id, client):
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"/api/lists/{id}.xlsx?lang=zh").content)).worksheets[0]
    headings = [str(cell.value) for cell in sheet[4]]
    assert headings and not [one for one in headings if one.isascii()]


def test_a_row_in_a_file_names_its_city_and_how_it_moved():
    row = {"id": "p1", "city": "310000", "change": "stayed", "times": 2, "first_on": "2022-08"}
    document = {"card": {"id": "signed-not-filed"}, "on": "2022-09-27", "revision": "r:1", "rows": [row]}
    made = as_xlsx(document, "zh", {"place": {"310000": {"name": "上海市", "name_en": "Shanghai"}}})
    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    assert [[cell.value for cell in sheet[line]] for line in (4, 5)] == [
        ["城市", "变化", "连续上榜次数", "上榜起始期"],
        ["上海市", "留存", 2, "2022-08"],
    ]


def test_a_file_of_a_list_writes_yes_and_no_as_tables_do_and_is_named_by_its_revision(client):
    answer = client.get("/api/lists/signed-not-filed.csv")
    assert {row["synthetic"] for row in csv.DictReader(io.StringIO(answer.text))} == {"true"}
    revision = client.app.state.hall.first.revision
    assert answer.headers["content-disposition"].endswith(f"signed-not-filed-2022-09-27-r{revision}.csv")
