"""A cell of JSON holds one form: what no page could show is refused at the door, in words, with an example."""

import json

import pytest

from hechang.intake.sheets.cells import Bad, Reading, read_text
from hechang.terms.errors import Refused
from hechang.terms.shapes import shape
from hechang.terms.specs import table, tables

FORMS = sorted({field.target for one in tables().values() for field in one.fields if field.kind == "json"})
ODD = [5, True, "a", [1, None], [[1]], [{"a": None}], [{"span": 5}], {"a": 1.5}, [{"kind": "a", "span": [-1, 2]}]]


@pytest.mark.parametrize("name", [form for form in FORMS if form])
def test_each_form_says_in_both_languages_what_fits(name):
    form = shape(name)
    for words in (form.en, form.zh):
        assert form.fits(words[min(words.index(sign) for sign in "[{" if sign in words) :]), words
    assert not form.fits("5") and not form.fits("{") and sum(form.fits(json.dumps(odd)) for odd in ODD) < len(ODD) / 2


@pytest.mark.parametrize("odd", [5, "甲", [5], {"a": 1}, [{"span": 5}], [{"kind": "wrap", "span": [1]}]])
def test_what_no_page_can_show_is_refused_with_an_example(tiny, odd):
    with pytest.raises(Refused) as told, tiny.edit(by="zhang", why="test") as e:
        e.put("documents", {"id": tiny.table("documents").index[0], "noise": odd})
    assert '[{"kind": "wrap", "span": [3, 4]}]' in told.value.en and "JSON 原文位置列表" in told.value.zh
    assert tiny.latest().revision == tiny.revision


@pytest.mark.parametrize(
    ("name", "field", "text", "value"),
    [("projects", "list_years", "2021、2022", [2021, 2022]), ("meetings", "agenda", "轨道、2025", ["轨道", "2025"]),
     ("plans", "horizon", '{"near": 2025}', {"near": 2025}), ("projects", "list_years", "去年", None),
     ("plans", "horizon", "2025", None), ("meetings", "agenda", '{"a": 1}', None)],
)  # fmt: skip
def test_a_cell_of_a_sheet_is_read_as_its_column_wants_it(name, field, text, value):
    read = read_text(Reading(table(name).field(field)), text)
    if value is None:
        assert isinstance(read, Bad) and read.kind == "not-form" and "such as" in read.words["expect"][0]
    else:
        assert json.loads(read) == value
