"""Does the scorer of reading score? A reader that makes no mistake, one that says nothing, and single mistakes."""

from __future__ import annotations

import copy

import pytest

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def gold(root, shared):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(root))
        from benchmarks import gold

        yield gold


@pytest.fixture(scope="module")
def matching(gold):
    from benchmarks import matching

    return matching


def as_found(gold, one):
    """An annotation in the shape of the reader's JSON: the reader that makes no mistake."""
    note = one.note
    made = {name: [] for name in ("agreements", "references", "noise")}
    made["directives"] = [_directive(gold, one, d) for d in note["directives"]]
    made["events"] = [_item(gold, one, e) | {"date": {"value": e["date"][:10]}} for e in note["events"]]
    made["persons"] = [_item(gold, one, p) for p in note["persons"]]
    return made | {name: [_item(gold, one, i) for i in note.get(name) or []] for name in ("projects", "figures")}


def _directive(gold, one, noted):
    slots = {"addressee": gold.bodies(noted.get("addressee")), "deadline": None, "kind": noted["label"]}
    return {**noted, **slots, "span": list(gold.span_of(noted)), "text": gold.text_of(one, noted)}


def _item(gold, one, noted):
    noted = {"evidence": noted.get("name_evidence"), **noted}
    evidence = noted["evidence"]
    text = evidence["text"] if evidence else gold.text_of(one, noted)
    return {**noted, "span": list(gold.span_of(noted)), "text": text, "name": gold.text_of(one, noted)}


@pytest.fixture
def seed(gold):
    return gold.gold("seeds")[3]


def test_a_reader_without_mistakes_scores_one(gold, matching, seed):
    made = matching.counts(seed, as_found(gold, seed))
    assert {name: one for name, one in made.items() if matching.ratio(one) < 1 and name != "evidence"} == {}


def test_a_silent_reader_is_right_nowhere(gold, matching, seed):
    silent = {name: [] for name in as_found(gold, seed)}
    made = matching.counts(seed, silent)
    assert {one[0] for one in made.values()} == {0}
    assert made["action F1"][2] > 30


def test_single_mistakes_cost_what_they_should(gold, matching, seed):
    spoilt = as_found(gold, seed)
    right = copy.deepcopy(spoilt)
    spoilt["directives"][0]["kind"] = "heading"
    spoilt["directives"][1]["span"][0] += 1
    spoilt["directives"][2]["addressee"] = ["甲局"]
    made, whole = matching.counts(seed, spoilt), len(spoilt["directives"])
    assert made["span F1"] == (whole - 1, whole, whole)
    assert made["label accuracy"] == (whole - 2, whole - 1, whole - 1)
    assert made["addressee F1"][1] == matching.counts(seed, right)["addressee F1"][1] + 1


def test_goal_and_outcome_are_one_label_and_six_labels_are_counted_apart(gold, matching, seed):
    spoilt = as_found(gold, seed)
    goal = next(d for d in spoilt["directives"] if d["kind"] == "goal")
    goal["kind"] = "outcome"
    made = matching.counts(seed, spoilt)
    assert matching.ratio(made["label accuracy"]) == 1
    assert matching.ratio(made["label accuracy (six)"]) < 1


def test_the_end_of_june_is_june_and_a_year_is_not_a_month(matching):
    days = [matching.last_day({"value": value}) for value in ("2025-06", "2025-06-30", "2025", "2025-12-31", "2024-02")]
    assert days == ["2025-06-30", "2025-06-30", "2025-12-31", "2025-12-31", "2024-02-29"]


def test_a_text_that_is_not_at_its_span_is_a_fault(gold, matching, seed):
    told = as_found(gold, seed)
    told = {**told, "persons": []}
    assert matching.evidence_faults(told, seed.raw) == []
    told["directives"][5]["text"] += "。"
    assert len(matching.evidence_faults(told, seed.raw)) == 1


def test_what_lies_outside_the_annotated_parts_is_neither_right_nor_wrong(gold, matching):
    report = gold.gold("reports")[0]
    told = as_found(gold, report)
    before = matching.counts(report, told)
    outside = {**told["directives"][0], "span": [10, 20]}
    told["directives"].append(outside)
    assert matching.counts(report, told)["span F1"] == before["span F1"]
    outside["span"] = [report.note["scope"][0][0], report.note["scope"][0][0] + 9]
    assert matching.counts(report, told)["span F1"][1] == before["span F1"][1] + 1


def test_a_report_that_changed_since_it_was_annotated_is_refused(gold, tmp_path):
    text, note = tmp_path / "a.txt", tmp_path / "a.json"
    text.write_text("改过的报告", encoding="utf-8")
    note.write_text('{"sha256": "0"}', encoding="utf-8")
    with pytest.raises(ValueError, match="take the span numbers anew"):
        gold.read(text, note)


def test_evidence_of_the_annotation_is_what_stands_in_the_text(gold, matching):
    for name in ("seeds", "written"):
        for one in gold.gold(name):
            told = as_found(gold, one)
            shown = [matching.shown(told, one.raw, d["span"]) == d["text"] for d in told["directives"]]
            plain = one.note.get("script", "hans") == "hans" and "pinyin" not in str(one.note.get("notes"))
            assert all(shown) or not plain, one.path.name
