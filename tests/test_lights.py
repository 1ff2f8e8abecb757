"""The rule engine and its linter: every value leads to one light or names the hole, and the linter finds every hole."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hechang.register.lights.clauses import DATED, OWN, shipped
from hechang.register.lights.judge import COLUMNS, judge, months, row_lengths
from hechang.register.lights.ladder import alternatives, applies, asked, ladders
from hechang.register.lights.line import Span, edges_of, exact, piece_at, pieces_of, plain, spans_of, witness
from hechang.register.lights.lint import lint
from hechang.register.lights.reasons import said
from hechang.terms.errors import InputError
from hechang.terms.ladders import metrics, rule_sets
from hechang.terms.specs import codes

CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parent / "cases" / "lights").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def clauses_of(rows, **same):
    """Clauses from the few cells a case gives."""
    given = [
        {"rule": "r", "metric": "甲", "valid_from": "0001", "clause": f"c{n}", **same, **row}
        for n, row in enumerate(rows)
    ]
    return pd.DataFrame(given, columns=[*OWN, *DATED]).astype(object).where(lambda frame: frame.notna(), None)


def values_of(case, metric):
    about = case.get("with", {})
    rows = []
    for name, value in case["values"].items():
        for period, number in (value if isinstance(value, dict) else {"2025-08": value}).items():
            rows.append(
                {"object": name, "metric": metric, "period": str(period), "value": number, **about.get(name, {})}
            )
    return pd.DataFrame(rows)


@pytest.mark.parametrize("case", CASES)
def test_the_engine_lights_what_the_planner_expects(case):
    rules = shipped(case["rule"]) if "rule" in case else clauses_of(case["clauses"])
    metric = case.get("metric", "甲")
    found = judge(values_of(case, metric), rules[rules["metric"] == metric]).set_index("object")
    assert found["colour"].fillna("none").to_dict() == case["expect"]
    for column in ("reason", "reason_en", "periods"):
        wanted = case.get(column, {})
        assert {name: found.loc[name, column] for name in wanted} == wanted


def test_a_light_says_object_rule_metric_clause_value_and_period():
    seen = pd.DataFrame(
        {"object": ["p"] * 2, "metric": "place-progress", "period": ["2022-08", "2022-07"], "value": [40.0, 99.0]}
    )
    found = judge(seen, shipped("sanya-2022"))
    assert list(found.columns) == COLUMNS
    assert found.to_dict("records") == [
        {
            "object": "p", "rule": "sanya-2022", "metric": "place-progress", "clause": "区-红", "colour": "red",
            "value": 40.0, "period": "2022-08", "periods": 2, "reason": "完成月度目标的 40% 连续 2 期",
            "reason_en": "40 % of the month target met for 2 periods in a row",
        }
    ]  # fmt: skip


def test_the_order_of_values_and_clauses_does_not_matter():
    seen = values_of({"values": {"a": {"2022-06": 1, "2022-07": 50, "2022-08": 99}, "b": 120}}, "place-progress")
    rules = shipped("sanya-2022")
    here, there = judge(seen, rules), judge(seen[::-1], rules[::-1])
    pd.testing.assert_frame_equal(here, there)


def test_rules_keep_their_order_and_objects_stand_in_theirs():
    seen = pd.concat([values_of({"values": {"b": 1, "a": 1}}, m) for m in ("task-behind", "slips-unanswered")])
    found = judge(seen, pd.concat([shipped("sanming"), shipped("suqian")]))
    assert found[["object", "rule", "metric"]].to_numpy().tolist() == [
        ["a", "sanming", "task-behind"], ["b", "sanming", "task-behind"],
        ["a", "sanming", "slips-unanswered"], ["b", "sanming", "slips-unanswered"],
        ["a", "suqian", "task-behind"], ["b", "suqian", "task-behind"],
    ]  # fmt: skip
    assert found["colour"].tolist() == ["blue", "blue", "orange", "orange", "yellow", "yellow"]


def test_two_values_for_one_month_are_refused():
    seen = pd.DataFrame({"object": "p", "metric": "m", "period": "2022-08", "value": [1.0, 2.0]})
    with pytest.raises(InputError) as fault:
        judge(seen, shipped("wuhan"))
    assert fault.value.en == "Two values for p, m, 2022-08. Keep one"
    assert fault.value.zh == "p, m, 2022-08 有两个数值。请保留一个"


def test_the_same_object_may_have_a_value_of_each_metric_and_month():
    seen = values_of({"values": {"p": {"2022-07": 10, "2022-08": 20}}}, "task-late")
    assert len(judge(pd.concat([seen, seen.assign(metric="task-behind")]), shipped("suqian"))) == 2


def test_no_value_gives_no_light_and_the_columns_stay():
    empty = pd.DataFrame({"object": [], "metric": [], "period": [], "value": []})
    nothing = values_of({"values": {"p": None}}, "task-late")
    for seen in (empty, nothing):
        found = judge(seen, shipped("suqian"))
        assert found.empty
        assert list(found.columns) == COLUMNS
        assert (found["value"].dtype, found["periods"].dtype) == ("float64", "int64")
        assert str(found["colour"].dtype) == "string"


def test_only_the_latest_month_is_judged_and_an_earlier_one_where_the_latest_is_missing():
    seen = values_of({"values": {"p": {"2022-06": 5, "2022-07": -9, "2022-08": None}}}, "task-late")
    found = judge(seen, shipped("suqian"))
    assert found[["value", "period"]].to_numpy().tolist() == [[-9.0, "2022-07"]]


def test_a_value_is_judged_unrounded_and_shown_rounded():
    found = judge(values_of({"values": {"a": 79.9999, "b": 1234567.891}}, "progress-ratio"), shipped("hechang-default"))
    assert found["colour"].tolist() == ["yellow", "green"]
    assert found["reason"].tolist() == ["完成序时计划的 80%", "完成序时计划的 1234567.89%"]


def test_values_are_worded_by_their_sign():
    assert said("task-late", pd.Series([2.0, 0.0, -3.5]), "zh").tolist() == [
        "逾期 2 天",
        "距期限 0 天",
        "距期限 3.5 天",
    ]
    assert said("task-late", pd.Series([2.0, -3.0]), "en").tolist() == ["2 days past due", "3 days left"]
    assert said("nobody", pd.Series([2.0, 0.0, -3.126]), "en").tolist() == ["nobody 2", "nobody 0", "nobody -3.13"]


def test_a_row_of_months_breaks_at_a_gap_an_object_and_a_miss():
    rows = pd.DataFrame({
        "object": list("aaaaabb"),
        "period": ["2021-12", "2022-01", "2022-02", "2022-04", "2022-05", "2022-06", "2022-07"],
    })  # fmt: skip
    every = np.ones(7, dtype=bool)
    assert row_lengths(every, rows).tolist() == [1, 2, 3, 1, 2, 1, 2]
    assert row_lengths(~every, rows).tolist() == [0] * 7
    assert row_lengths(np.array([1, 0, 1, 1, 1, 0, 1], dtype=bool), rows).tolist() == [1, 0, 1, 1, 2, 0, 1]
    assert months(pd.Series(["0001-01", "0001-02", "2022-12", "2023-01"])).tolist()[:2] == [13, 14]


def test_months_of_the_first_object_are_not_joined_to_nothing_before():
    rows = pd.DataFrame({"object": ["a", "a"], "period": ["0000-01", "0000-02"]})
    assert row_lengths(np.array([True, True]), rows).tolist() == [1, 2]


# --- filters


def test_a_filter_asks_all_its_parts_and_one_of_its_alternatives():
    seen = pd.DataFrame({"kind": ["new", "new", "continued", None], "year_plan": [1000, 999.99, 5000, 5000]})
    both = '{"kind": ["new"], "year_plan": {"min": 1000, "unit": "万元"}}'
    assert applies(both, seen).tolist() == [True, False, False, False]
    assert applies(f'[{both}, {{"kind": ["continued"]}}]', seen).tolist() == [True, False, True, False]
    assert applies("", seen).tolist() == [True] * 4
    assert applies('{"industry": ["x"]}', seen).tolist() == [False] * 4
    assert applies('{"invest_total": {"min": 0}}', seen).tolist() == [False] * 4
    assert applies('{"kind": []}', seen).tolist() == [False] * 4


NO_FILTER = (
    "{", "3", '"new"', "[3]", '{"colour": ["red"]}', '{"kind": "new"}', '{"year_plan": 5}',
    '{"year_plan": {"min": "5"}}', '{"year_plan": {}}', '[{"kind": ["new"]}, {"x": []}]',
)  # fmt: skip


@pytest.mark.parametrize("text", NO_FILTER)
def test_what_is_no_filter_is_refused_with_an_example(text):
    with pytest.raises(InputError) as fault:
        alternatives(text)
    known = "year_plan, invest_total, category, kind, industry, fund_kind, place_kind"
    assert fault.value.en == (
        f'\'{text}\' is no filter. Write {{"category": ["…"], "year_plan": {{"min": 1000}}}}; it may name {known}'
    )
    assert fault.value.zh == (
        f'“{text}”不是适用范围。请写成 {{"category": ["…"], "year_plan": {{"min": 1000}}}}; 可用: {known}'
    )


def test_the_attributes_filters_ask_for_are_named_once_in_order():
    rows = pd.DataFrame(
        {"filter": ['[{"kind": ["new"]}, {"category": ["a"]}]', '{"year_plan": {"min": 1}}', None, '{"kind": []}']}
    )
    assert asked(rows) == ["year_plan", "category", "kind"]
    assert asked(rows.iloc[2:3]) == []


# --- exact arithmetic


def test_ends_are_taken_as_they_are_written():
    assert exact(0.1) * 3 == exact(0.3)
    assert exact(-7) == -7
    assert [plain(exact(x)) for x in (0.1, -2.5, 30.0, 1e-7)] == ["0.1", "-2.5", "30", "1e-07"]
    assert plain(exact(1) / 3) == "1/3"


def test_spans_are_written_as_mathematics_does():
    a, b = exact(1), exact(2)
    written = [Span(None, False, None, False), Span(a, True, b, False), Span(a, False, b, True), Span(a, True, a, True)]
    assert [str(span) for span in written] == ["(-∞, ∞)", "[1, 2)", "(1, 2]", "{1}"]
    assert [str(Span(a, *both)) for both in ((False, a, True), (True, a, False))] == ["(1, 1]", "[1, 1)"]
    assert str(Span(None, False, a, True)) == "(-∞, 1]"


@pytest.mark.parametrize(
    ("span", "inside"),
    [
        ((None, None), 0), ((None, 3), 2), ((None, 2.5), 2), ((None, -2.5), -3), ((3, None), 4), ((2.5, None), 3),
        ((-2.5, None), -2), ((0, 10), 5), ((1, 2), 1.5), ((4, 4), 4),
    ],
)  # fmt: skip
def test_a_witness_is_a_plain_number_inside(span, inside):
    lo, hi = (None if end is None else exact(end) for end in span)
    assert witness(Span(lo, False, hi, False)) == exact(inside)


ENDS = (-2, -1, 0, 1, 2)
GRID = [n / 2 for n in range(-6, 7)]  # every end, a number inside every interval between two ends and beyond both
end = st.none() | st.sampled_from(ENDS)
clause = st.fixed_dictionaries({
    "lo": end, "hi": end, "lo_in": st.booleans(), "hi_in": st.booleans(),
    "periods": st.sampled_from([None, 1, 2, 3]), "colour": st.sampled_from(list(codes("colours"))),
})  # fmt: skip
ladder_rows = st.lists(clause, min_size=1, max_size=5)


def holds(row, value):
    """The clause as one reads it."""
    above = row["lo"] is None or value > row["lo"] or (row["lo_in"] and value == row["lo"])
    below = row["hi"] is None or value < row["hi"] or (row["hi_in"] and value == row["hi"])
    return above and below


def stretches(wanted):
    """How many separate stretches of the grid fulfil a wish."""
    return sum(1 for fulfilled, _ in itertools.groupby(GRID, wanted) if fulfilled)


@settings(max_examples=40, deadline=None)
@given(ladder_rows)
def test_pieces_hold_what_the_intervals_hold(rows):
    (one,) = ladders(clauses_of(rows))
    assert one.edges == edges_of(one.spans)
    at = piece_at(np.array(GRID), one.edges)
    for row, span, held in zip(rows, one.spans, one.held, strict=True):
        assert [bool(held[p]) for p in at] == [holds(row, value) for value in GRID]
        back = [pieces_of(part, one.edges) for part in spans_of(held, one.edges)]
        assert (np.any(back, axis=0) == held).all() if back else not held.any()
        assert len(back) <= 1
        assert (pieces_of(span, one.edges) == held).all()


def oracle(rows, history):
    """Judge one object: months and values, oldest first; None for no light."""
    best = {}
    for n, row in enumerate(rows):
        count = 0
        for (month, value), following in zip(reversed(history), [None, *reversed(history)], strict=False):
            if not holds(row, value) or (following and following[0] - month != 1):
                break
            count += 1
        if count >= (row["periods"] or 1):
            best.setdefault(row["periods"] or 1, []).append((n, count))
    longest = best[max(best)] if best else []
    if len(longest) != 1:
        return None, 0
    counts = any((row["periods"] or 1) > 1 for row in rows)
    return f"c{longest[0][0]}", longest[0][1] if counts else 1


histories = st.lists(
    st.dictionaries(st.integers(24263, 24268), st.sampled_from(GRID), min_size=1, max_size=6), min_size=1, max_size=5
)


@settings(max_examples=60, deadline=None)
@given(ladder_rows, histories)
def test_the_engine_judges_as_the_clauses_read(rows, made):
    past = [sorted(one.items()) for one in made]
    seen = pd.DataFrame(
        [
            {"object": f"o{n}", "metric": "甲", "period": f"{(m - 1) // 12:04d}-{(m - 1) % 12 + 1:02d}", "value": v}
            for n, one in enumerate(past)
            for m, v in one
        ]
    )
    found = judge(seen.sample(frac=1, random_state=1), clauses_of(rows)).set_index("object")
    for n, one in enumerate(past):
        clause, count = oracle(rows, one)
        row = found.loc[f"o{n}"]
        assert (None if pd.isna(row["clause"]) else row["clause"], row["periods"]) == (clause, count)
        assert pd.isna(row["colour"]) if clause is None else row["colour"] == rows[int(clause[1:])]["colour"]


@settings(max_examples=80, deadline=None)
@given(ladder_rows)
def test_the_linter_finds_every_gap_and_overlap_and_nothing_else(rows):
    found = lint(clauses_of(rows))
    kinds = {"gap": [], "overlap": [], "softer": [], "empty": [], "unknown-metric": []}
    for one in found:
        kinds[one.kind].append(one)
    short = [row for row in rows if (row["periods"] or 1) <= 1]
    assert len(kinds["gap"]) == stretches(lambda v: not any(holds(row, v) for row in short))
    for one in kinds["gap"]:
        assert not any(holds(row, float(one.value)) for row in short)
    assert len(kinds["empty"]) == sum(not any(holds(row, v) for v in GRID) for row in rows)
    pairs = list(itertools.combinations(rows, 2))
    same = [(a, b) for a, b in pairs if (a["periods"] or 1) == (b["periods"] or 1)]
    assert len(kinds["overlap"]) == sum(stretches(lambda v, a=a, b=b: holds(a, v) and holds(b, v)) for a, b in same)
    assert len(kinds["softer"]) == sum(softens(a, b) for a, b in pairs)


def softens(a, b):
    """Does a longer row make the light softer somewhere."""
    short, long = sorted((a, b), key=lambda row: row["periods"] or 1)
    order = list(codes("colours"))
    meets = any(holds(a, v) and holds(b, v) for v in GRID)
    return (
        meets
        and (short["periods"] or 1) < (long["periods"] or 1)
        and order.index(long["colour"]) < order.index(short["colour"])
    )


@settings(max_examples=40, deadline=None)
@given(ladder_rows)
def test_a_rule_the_linter_passes_lights_every_value(rows):
    if {one.kind for one in lint(clauses_of(rows))} <= {"unknown-metric", "softer", "empty"}:
        seen = values_of({"values": {f"o{n}": value for n, value in enumerate(GRID)}}, "甲")
        assert judge(seen, clauses_of(rows))["colour"].notna().all()


# --- the linter in words

WHOLE = {"metric": "task-late", "object": "task", "unit": "days", "comparator": "days", "reference": "date"}


def told(rows, **same):
    return [(one.kind, one.value, one.en, one.zh, one.severity) for one in lint(clauses_of(rows, **{**WHOLE, **same}))]


def test_a_whole_ladder_has_no_finding():
    assert told([{"colour": "green", "hi": 0, "hi_in": True}, {"colour": "red", "lo": 0}]) == []
    assert told([{"colour": "green"}]) == []


def test_the_gap_of_yinchuan_is_found_with_its_smallest_example():
    (one,) = lint(shipped("yinchuan-2025"))
    assert (one.kind, one.value, one.severity) == ("gap", "5", "error")
    assert (one.table, one.id, one.field) == ("ladders", "yinchuan-2025", "progress-behind")
    assert one.zh == "yinchuan-2025 · 投资进度落后序时: 落后序时进度 5 个百分点: 无条款覆盖 (0, 10)"
    assert one.en == (
        "yinchuan-2025 · Progress behind plan to date: 5 points behind plan to date: no clause covers (0, 10)"
    )


def test_the_published_rules_are_whole_but_for_the_gaps_of_their_texts():
    found = {rule: [(one.kind, one.field, one.value) for one in lint(shipped(rule))] for rule in rule_sets()}
    assert found == {
        "hechang-default": [],
        "yinchuan-2025": [("gap", "progress-behind", "5")],
        "sanya-2022": [],
        "wuhan": [],
        "tianjin-2022": [("gap", "place-growth", "0")],
        "suqian": [("gap", "task-late", "-8"), ("gap", "task-behind", "-1"), ("gap", "task-returned", "0")],
        "sanming": [("gap", "task-behind", "-1"), ("gap", "slips-unanswered", "0")],
    }


def test_a_gap_of_one_point_shows_that_very_point():
    assert told([{"colour": "green", "hi": 0}, {"colour": "red", "lo": 0}]) == [
        ("gap", "0", "r · Task past its due date: 0 days left: no clause covers {0}",
         "r · 任务逾期: 距期限 0 天: 无条款覆盖 {0}", "error")
    ]  # fmt: skip


def test_an_overlap_names_both_clauses_and_a_value():
    rows = [
        {"clause": "绿", "colour": "green", "hi": 5, "hi_in": True},
        {"clause": "红", "colour": "red", "lo": 5, "lo_in": True},
    ]
    assert told(rows) == [
        ("overlap", "5", "r · Task past its due date · 绿, 红: 5 days past due: both hold on {5}",
         "r · 任务逾期 · 绿, 红: 逾期 5 天: 两条款在 {5} 同时适用", "error")
    ]  # fmt: skip


def test_an_overlap_of_longer_rows_says_after_how_many_periods():
    rows = [
        {"clause": "全", "colour": "green"},
        {"clause": "橙", "colour": "orange", "lo": 0, "periods": 2},
        {"clause": "红", "colour": "red", "lo": 2, "periods": 2},
    ]
    assert told(rows) == [
        ("overlap", "3",
         "r · Task past its due date · 橙, 红: 3 days past due, 2 periods in a row: both hold on (2, ∞)",
         "r · 任务逾期 · 橙, 红: 逾期 3 天, 连续 2 期: 两条款在 (2, ∞) 同时适用", "error")
    ]  # fmt: skip


def test_a_longer_row_that_softens_the_light_is_a_warning():
    rows = [{"clause": "久", "colour": "yellow", "lo": 0, "periods": 3}, {"clause": "红", "colour": "red"}]
    assert told(rows) == [
        ("softer", "1",
         "r · Task past its due date · 红, 久: 1 days past due, 3 periods in a row: the light turns softer again",
         "r · 任务逾期 · 红, 久: 逾期 1 天, 连续 3 期: 灯色反而转轻", "warning")
    ]  # fmt: skip
    assert told([rows[0], {**rows[1], "colour": "yellow"}]) == []


def test_a_clause_that_never_holds_is_named():
    rows = [{"clause": "空", "colour": "red", "lo": 3, "hi": 3, "hi_in": True}, {"colour": "green"}]
    assert told(rows) == [
        ("empty", "", "r · Task past its due date · 空: holds for no value at all",
         "r · 任务逾期 · 空: 不含任何数值, 永不适用", "error")
    ]  # fmt: skip


def test_a_clause_with_an_unknown_metric_is_named_and_still_proven():
    found = told([{"clause": "甲", "colour": "red", "lo": 0}], metric="speed")
    assert found == [
        ("unknown-metric", "", "r · speed · 甲: no metric is called 'speed'",
         "r · speed · 甲: 没有名为“speed”的指标", "error"),
        ("gap", "-1", "r · speed: speed -1: no clause covers (-∞, 0]",
         "r · speed: speed -1: 无条款覆盖 (-∞, 0]", "error"),
    ]  # fmt: skip


UNFIT = (
    ("unit", "%", "days"),
    ("object", "project", "task"),
    ("comparator", "ratio", "days"),
    ("reference", None, "date"),
)


@pytest.mark.parametrize(("name", "wrong", "right"), UNFIT)
def test_a_clause_that_does_not_fit_its_metric_says_what_the_metric_has(name, wrong, right):
    said_ = wrong or ""
    assert told([{"clause": "甲", "colour": "green"}], **{name: wrong}) == [
        ("mismatch", said_, f"r · Task past its due date · 甲: {name} is '{said_}', the metric has '{right}'",
         f"r · 任务逾期 · 甲: {name} 为“{said_}”, 该指标为“{right}”", "error")
    ]  # fmt: skip


def test_faults_of_form_stop_the_proof():
    rows = [{"clause": "甲", "colour": "pink", "periods": 0, "filter": "{"}]
    found = told(rows)
    assert [kind for kind, *_ in found] == ["colour", "periods", "filter"]
    assert found[0][2:4] == (
        "r · Task past its due date · 甲: no light is 'pink'",
        "r · 任务逾期 · 甲: 没有“pink”这种灯色",
    )
    assert found[1][2:4] == (
        "r · Task past its due date · 甲: asks for fewer than 1 period",
        "r · 任务逾期 · 甲: 连续期数小于 1",
    )
    assert found[2][2].startswith("r · Task past its due date · 甲: '{' is no filter")
    assert found[2][3].startswith("r · 任务逾期 · 甲: “{”不是适用范围")
    for fault in ({"colour": "pink"}, {"colour": "red", "periods": 0}, {"colour": "red", "filter": "{"}):
        assert len(told([{**fault, "lo": 0}])) == 1


def test_filters_are_proven_each_by_itself():
    new, old = '{"kind": ["new"]}', '{"kind": ["continued"]}'
    rows = [{"colour": "green", "filter": new}, {"colour": "green", "hi": 0, "filter": old}]
    assert told(rows) == [
        ("gap", "1", "r · Task past its due date: 1 days past due: no clause covers [0, ∞)",
         "r · 任务逾期: 逾期 1 天: 无条款覆盖 [0, ∞)", "error"),
        ("filters", "2",
         "r · Task past its due date: 2 filters; proven for each by itself, "
         "an object that passes two may meet two clauses",
         "r · 任务逾期: 有 2 种适用范围; 已分别检查, 同时符合两种范围的对象可能适用两条款", "warning"),
    ]  # fmt: skip
    assert (
        told([{"colour": "green", "hi": 0, "filter": new}, {"colour": "red", "lo": 0, "lo_in": True, "filter": new}])
        == []
    )


def test_days_without_a_rule_between_two_versions_are_found():
    rows = [{"colour": "green", "valid_from": "2020", "valid_to": "2021"}, {"colour": "green", "valid_from": "2022-03"}]
    assert told(rows) == [
        ("date-gap", "2021", "r · Task past its due date: no clause is in force from 2021 to 2022-03",
         "r · 任务逾期: 2021 至 2022-03 无条款施行", "error")
    ]  # fmt: skip
    assert told([rows[0], {"colour": "red", "valid_from": "2021"}]) == []
    assert told(rows[:1]) == []


def test_each_version_is_proven_and_the_same_fault_told_once():
    rows = [
        {"colour": "green", "hi": 0, "valid_from": "2020"},
        {"colour": "red", "lo": 0, "lo_in": True, "valid_from": "2020", "valid_to": "2021"},
        {"colour": "red", "lo": 5, "valid_from": "2021", "valid_to": "2022"},
        {"colour": "red", "lo": 5, "valid_from": "2022"},
    ]
    assert [(kind, value) for kind, value, *_ in told(rows)] == [("gap", "2.5")]


def test_clauses_of_several_rules_are_proven_apart():
    other = {"metric": "task-behind", "unit": "percentage points", "comparator": "points", "reference": "plan_to_date"}
    rows = [{"rule": "r"}, {"rule": "s"}, {"rule": "s", **other}]
    assert told([{**row, "colour": "green"} for row in rows]) == []


# --- what ships


def test_metrics_and_rules_are_worded_in_both_languages():
    for one in metrics().values():
        assert one.object in codes("ladder_objects")
        assert one.comparator in codes("ladder_comparators")
        assert one.reference in codes("ladder_references")
        assert one.zh and one.en and one.tables
        assert all(text.count("{}") == 1 for lang in ("zh", "en") for text in one.says(lang))
    for rule in rule_sets().values():
        assert rule.zh and rule.en and rule.source
        assert {clause["rule"] for clause in rule.clauses} == {rule.rule}
        names = [clause["clause"] for clause in rule.clauses]
        assert len(names) == len(set(names))
        assert all(clause["basis"] and clause["source"] for clause in rule.clauses)
