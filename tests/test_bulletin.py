"""The bulletin: in the office's own template or ours, and as a text for a message."""

from __future__ import annotations

import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn

from hechang.intake.rounds.opening import NewRound, open_round
from hechang.publish.bulletin import LONGEST, bulletin, bulletin_text, context
from hechang.publish.bulletin_words import bulletin_words
from hechang.terms.errors import FileFault, InputError, NotKnown


def words_of(path):
    document = Document(path)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def template(path, *lines):
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(path)
    return path


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    from hechang.testing import tiny

    made = tiny()
    with made.edit(by="li", why="a problem") as e:
        e.put("returns", {"project": "p1", "period": "2022-08", "problem": "缺<用地>指标&环评", "synthetic": True})
    new = NewRound("八月", "2022-08", "2022-10-10", ["office-x", "office-y"])
    return open_round(e.after, new, tmp_path_factory.mktemp("out"), by="li", why="月报").region


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_our_template_tells_the_month_with_numerator_and_denominator(region, tmp_path, lang):
    said = words_of(bulletin(region, "八月", tmp_path / "b.docx", lang=lang))
    view = context(region, "八月", lang)
    assert view["share"] == "58.3 %"  # 1,400 of 2,400 万元; due 8/12 = 66.7 %
    for part in ("plan", "done", "share", "due_share", "points", "revision", "synthetic"):
        assert view[part] in said
    assert "缺<用地>指标&环评" in said
    assert "{" not in said
    assert all(word in said for word in (view["w"]["h_returns"], view["w"]["h_sources"]))


def test_our_template_names_a_chinese_font_beside_the_latin_one(region, tmp_path):
    document = Document(bulletin(region, "八月", tmp_path / "b.docx"))
    for name in ("Normal", "Title", "Heading 1", "Cell"):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in ("仿宋", "黑体", "宋体")
        assert document.styles[name].font.name == "Times New Roman"


def test_the_office_puts_the_figures_into_its_own_template(region, tmp_path):
    own = template(
        tmp_path / "own.docx", "{{ period }}: {{ done }} / {{ plan }}", "{% for b in bodies %}{{ b.name }};{% endfor %}"
    )
    said = words_of(bulletin(region, "八月", tmp_path / "b.docx", template=own))
    assert said.splitlines()[0] == "2022年8月: 1,400 万元 / 2,400 万元"
    assert "甲市项目办;" in said


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{{ weather }}", "weather"),
        ("{% for b in bodies %}{{ b.weather }}{% endfor %}", "weather"),
        ("{{ period", "占位符写法有误"),
        ("{% for b in bodies %}", "占位符写法有误"),
        ("{{ period.__class__.__mro__ }}", "占位符"),
        ("{{ ''.__class__.__base__.__subclasses__() }}", "占位符"),
    ],
)
def test_a_placeholder_that_does_not_work_is_named_and_no_file_is_left(region, tmp_path, line, says):
    with pytest.raises(InputError) as fault:
        bulletin(region, "八月", tmp_path / "b.docx", template=template(tmp_path / "own.docx", line))
    assert says in fault.value.zh
    assert not (tmp_path / "b.docx").exists()


def test_an_unknown_placeholder_is_answered_with_those_that_exist(region, tmp_path):
    with pytest.raises(InputError, match=r"bodies\[id/name/.*period"):
        bulletin(region, "八月", tmp_path / "b.docx", template=template(tmp_path / "own.docx", "{{ weather }}"))


@pytest.mark.parametrize("data", [None, b"", b"{{ period }}", b"PK\x03\x04"])
def test_a_template_that_is_no_word_file_is_refused(region, tmp_path, data):
    own = tmp_path / "own.docx"
    if data is not None:
        own.write_bytes(data)
    with pytest.raises(FileFault):
        bulletin(region, "八月", tmp_path / "b.docx", template=own)


def test_a_zip_that_only_looks_like_a_word_file_is_refused(region, tmp_path):
    with zipfile.ZipFile(tmp_path / "own.docx", "w") as made:
        made.writestr("word/document.xml", "<x/>")
    with pytest.raises(FileFault):
        bulletin(region, "八月", tmp_path / "b.docx", template=tmp_path / "own.docx")


def test_a_month_without_a_round_has_a_bulletin_too(tiny, tmp_path):
    said = words_of(bulletin(tiny, "2022-08", tmp_path / "b.docx"))
    assert "本月未设填报轮次" in said
    assert "58.3 %" in said
    with pytest.raises(NotKnown):
        bulletin(tiny, "八月", tmp_path / "c.docx")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_for_a_message_is_short_and_plain(region, lang):
    said = bulletin_text(region, "八月", lang=lang)
    assert len(said) <= LONGEST
    assert "58.3 %" in said
    assert not any(mark in said for mark in ("**", "##", "{", "|"))


def test_the_text_for_a_message_stays_short_when_names_are_long(tiny):
    with tiny.edit(by="li", why="long names") as e:
        e.put("projects", [{"id": id, "name": "很长的项目名称" * 20} for id in ("p3", "p4")])
        e.put("bodies", [{"id": f"office-{c}", "name": "很长的单位名称" * 20} for c in "xy"])
        e.put(
            "returns", [{"project": id, "period": "2022-08", "problem": "很长的堵点难点" * 30} for id in ("p1", "p2")]
        )
    assert len(bulletin_text(e.after, "2022-08")) <= LONGEST


def test_every_word_of_the_bulletin_stands_in_both_languages():
    zh, en = bulletin_words("zh"), bulletin_words("en")
    assert set(zh) == set(en)
    assert [key for key in zh if (not zh[key] or not en[key]) and key != "space"] == []
