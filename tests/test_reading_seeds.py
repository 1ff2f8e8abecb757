"""Reading of the five annotated seeds and three work reports: floors against falling back, never a quality claim."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def reading(root, shared):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(root))
        from benchmarks import reading

        yield reading


@pytest.fixture(scope="module")
def scores(reading):
    return reading.scores()[0]


def test_scores_on_the_seeds_keep_their_floors(reading, scores):
    kept = {name: floor for name, floor in reading.FLOORS.items() if name != "characters per second"}
    assert {name: scores[name] for name in kept if scores[name] < kept[name]} == {}


def test_the_seeds_beat_the_baseline_of_comma_clauses(reading, scores):
    baseline = reading.scores()[1]
    assert scores["action F1"] >= baseline["action F1"] + 0.15


def test_one_event_is_joined_from_three_outlets(reading):
    joined = [[ref.rpartition("/")[2][:3] for ref in group] for group in reading.result()["same_event"]]
    assert joined == [["000", "001", "004"]]


def test_versions_show_where_they_differ(reading):
    found = {(one["kind"], one["left"], one["right"]) for one in reading.result()["differences"]}
    assert any(
        kind == "number form" and "8个" in left and "八个" in right for kind, left, right in found if left and right
    )
    assert any(kind == "missing" for kind, _, _ in found)


def test_values_stand_at_their_spans_in_noisy_reports_too(reading):
    for path, _ in reading.gold():
        for make in reading.VARIANTS.values():
            raw = make(path.read_text(encoding="utf-8"))
            told = reading.document_json(reading.read_bytes(raw.encode(), path.name))
            assert reading.evidence_faults(told, raw) == []


def test_review_chapters_of_work_reports_yield_no_directives(reading, shared):
    for path in sorted((shared / "data" / "region" / "docs").glob("*.txt")):
        raw = path.read_text(encoding="utf-8")
        told = reading.document_json(reading.read_bytes(raw.encode(), path.name))
        assert reading.evidence_faults(told, raw) == []
        task = min(at for at in (raw.find("主要任务"), raw.find("工作安排"), raw.find("重点任务"), len(raw)) if at >= 0)
        assert [one["text"] for one in told["directives"] if one["span"][1] < min(task, len(raw) // 4)] == []
