"""A few rows are made ready one by one, many by columns: the same edit gives the same rows either way."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hechang.region import prepare as bulk
from hechang.region import validate
from hechang.region.prepare import alike, prepare, to_arrow
from hechang.terms.errors import InputError
from hechang.terms.specs import table
from hechang.testing import tiny as make_tiny
from turns import TURNS

DAYS = st.sampled_from(["0001", "2022-01-01", "2022-09-27", "2023-01-01", None])
PROJECTS = st.fixed_dictionaries(
    {"id": st.sampled_from(["p1", "p2", "ended", "late", "new", "twice", None])},
    optional={
        "valid_from": DAYS, "valid_to": DAYS, "place": st.sampled_from(["a", "b", "nowhere", None]),
        "owner": st.sampled_from(["office-x", None]), "scope": st.sampled_from(["r.1.", None]),
        "lead": st.sampled_from(["office-y", None]), "name": st.sampled_from(["甲", "", None]),
        "invest_total": st.sampled_from([5, "many", None]), "source": st.sampled_from(["person:li", None]),
        "level": st.sampled_from([0, None]), "synthetic": st.sampled_from([True, None]),
    },
)  # fmt: skip
EVENTS = st.fixed_dictionaries(
    {"stage": st.just("signed"), "project": st.sampled_from(["p1", "twice", "new", "nobody", None])},
    optional={"id": st.sampled_from(["e1", None]), "place": st.sampled_from(["b", None]), "owner": st.just("x")},
)
EDITS = st.lists(st.lists(PROJECTS, min_size=1, max_size=4), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """Rows in force once, ended, not begun, and twice."""
    made = make_tiny(tmp_path_factory.mktemp("few") / "a.hc")
    with made.edit(by="a", why="b") as e:
        e.put("projects", [{"id": "ended", "name": "止", "place": "a", "valid_to": "2022-06-01"},
                           {"id": "twice", "name": "一", "place": "a", "owner": "office-x", "valid_to": "2022-09-01"},
                           {"id": "late", "name": "后", "place": "b", "valid_from": "2023-01-01"}])  # fmt: skip
        e.put("projects", {"id": "twice", "name": "二", "place": "b", "valid_from": "2022-09-01"})
    return replace(made.latest().on("2022-09-27"), make_id=lambda: "made")


def outcome(region, edits, events, most):
    """What an edit comes to when frames of up to `most` rows go row by row: its rows and findings, or its refusal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "FEW", most)
        patch.setattr(validate, "FEW", most)
        frames: dict[str, list[pd.DataFrame]] = {}
        try:
            for name, rows in [*(("projects", rows) for rows in edits), ("project_events", events)]:
                for _, part in alike(rows):
                    made = prepare(region, table(name), part, source="person:a", level=1, edit=frames)
                    frames.setdefault(name, []).append(made)
        except InputError as refused:
            return refused.en
        whole = {name: pd.concat(parts, ignore_index=True).astype(object) for name, parts in frames.items()}
        said = [
            str(f) for name, frame in whole.items() for f in validate.findings_of(region, table(name), frame, whole)
        ]
        try:
            return sorted(said), {name: to_arrow(table(name), frame).to_pylist() for name, frame in whole.items()}
        except InputError:  # what no column of its type can hold; it was found before
            return sorted(said)


@settings(max_examples=150 // TURNS, deadline=None)
@given(edits=EDITS, events=st.lists(EVENTS, min_size=1, max_size=2))
def test_rows_one_by_one_and_by_columns_are_the_same(region, edits, events):
    assert outcome(region, edits, events, 200) == outcome(region, edits, events, -1)
