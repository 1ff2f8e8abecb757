"""Reading of the annotated sets: floors against falling back, never a quality claim."""

from __future__ import annotations

import pytest

from turns import some

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def reading(root, shared):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(root))
        from benchmarks import reading

        yield reading


@pytest.mark.parametrize(
    "name",
    [
        "seeds", "reports", "held", "written", "met", "unseen", "fresh", "sealed", "late", "dusk",
        "dawn", "noon", "eve",
    ],
)  # fmt: skip
def test_scores_keep_their_floors(reading, name):
    made = reading.score(name)
    floors = reading.FLOORS[name] if made else {}
    assert {metric: str(made[metric]) for metric, floor in floors.items() if made[metric].value < floor} == {}


def test_the_seeds_beat_the_baseline_of_comma_clauses(reading):
    action = reading.score("seeds")["action F1"]
    assert action.value >= action.baseline + 0.15


def test_the_worst_kind_of_noise_keeps_four_directives_in_five(reading):
    assert {kind: value for kind, value in reading.consistency(few=True).items() if value < reading.NOISE_FLOOR} == {}


def test_one_event_is_joined_from_three_outlets(reading):
    joined = [[ref.rpartition("/")[2][:3] for ref in group] for group in reading.reading_of("seeds")["same_event"]]
    assert joined == [["000", "001", "004"]]


def test_versions_show_where_they_differ(reading):
    found = {(one["kind"], one["left"], one["right"]) for one in reading.reading_of("seeds")["differences"]}
    assert any(
        kind == "number form" and "8个" in left and "八个" in right for kind, left, right in found if left and right
    )
    assert any(kind == "missing" for kind, _, _ in found)


def test_recurrent_meetings_of_one_name_are_never_joined(reading, tmp_path):
    made = reading.merges(tmp_path)
    assert made.same_name_pairs >= 1_000
    assert made.false == 0
    assert made.right >= reading.JOINED_FLOOR * made.same_event_pairs  # who joins nothing proves nothing


def test_values_stand_at_their_spans_in_noisy_reports_too(reading):
    for name, raw in list(reading.clean_documents())[::7]:
        for kind in some(reading.kinds(), name):
            text = reading.noisy(kind, raw)
            assert reading.evidence_faults(reading.told(name, text), text) == []


def test_review_chapters_of_work_reports_yield_no_directives(reading, shared):
    for path in sorted((shared / "data" / "region" / "docs").glob("*.txt")):
        raw = path.read_text(encoding="utf-8")
        told = reading.told(path.name, raw)
        assert reading.evidence_faults(told, raw) == []
        task = min(at for at in (raw.find("主要任务"), raw.find("工作安排"), raw.find("重点任务"), len(raw)) if at >= 0)
        assert [one["text"] for one in told["directives"] if one["span"][1] < min(task, len(raw) // 4)] == []
