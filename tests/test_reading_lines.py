"""Texts that are typed line by line or spoken: lists as one types them, messages, speeches, replies, project news."""

from __future__ import annotations

import json
import zlib

import pytest

import documents_made as made
from hechang.intake import read_bytes
from hechang.intake.as_json import document_json
from hechang.intake.extraction import extract_bytes
from hechang.terms.errors import FileFault


def asked(text: str, **meta: str) -> dict[str, dict]:
    """Directives of a text by their words."""
    return {one["text"]: one for one in document_json(read_bytes(text.encode(), "a.txt", meta))["directives"]}


TYPED = """丁镇2025年重点工作清单

序号{0}事项{0}牵头单位{0}配合单位{0}完成时限
1{1}疏浚河道3公里,更换水泵2台{1}农业办{1}各村{1}9月底
2{1}修好镇北路路灯{1}建设办{1}{1}10月20日前

几点要求
各村:把进度写在公开栏上。
纪委:每季度抽查一次。
"""


@pytest.mark.parametrize("marks", ["/\u3000", "||", "\t\t", "｜｜"])
def test_a_list_typed_in_lines_is_a_list_of_tasks_with_bodies_and_days(marks):
    found = asked(TYPED.format(*marks), published="2025-07-03")
    for task in ("疏浚河道3公里", "更换水泵2台"):
        one = found[task]
        assert (one["addressee"], one["co_bodies"], one["deadline"]["value"]) == (["农业办"], ["各村"], "2025-09")
    assert found["修好镇北路路灯"]["deadline"]["value"] == "2025-10-20"
    assert not [words for words in found if "事项" in words or "农业办" in words]


def test_a_body_in_front_of_a_colon_is_told_to_do_what_follows():
    found = asked(TYPED.format("/", "\u3000"), published="2025-07-03")
    assert found["把进度写在公开栏上"]["addressee"] == ["各村"]
    assert found["每季度抽查一次"]["addressee"] == ["纪委"]
    assert "各村" not in found and "纪委" not in found


def test_words_that_end_like_a_body_are_none():
    assert "要优化空间布局" in asked("会议强调,要优化空间布局:推动产业向园区集中。")


MESSAGE = """定了!丙县今年这样干

昨天下午
丙县融入都市圈动员大会
在县会展中心召开

县委书记王某作动员讲话
县长李某某主持

01 项目怎么干?
王某在会上列出清单——
打通2条断头路
启动换乘中心建设
全年腾出土地1500亩
你最期待哪一件?

02 作风怎么转?
李某某说,各镇本周内把任务书报到县委办
县财政局要备好2亿元专项资金
"""


def test_in_a_message_of_lines_who_has_the_floor_keeps_it_to_the_next_one():
    found = asked(MESSAGE, published="2025-02-18")
    assert {found[words]["speaker"] for words in ("打通2条断头路", "启动换乘中心建设", "全年腾出土地1500亩")} == {
        "王某"
    }
    assert found["县财政局要备好2亿元专项资金"]["speaker"] == "李某某"
    assert not [words for words in found if "怎么" in words or "期待" in words]


def test_the_lines_of_a_message_name_its_event_and_day():
    [event] = document_json(read_bytes(MESSAGE.encode(), "a.txt", {"published": "2025-02-18"}))["events"]
    assert (event["name"], event["date"]["value"]) == ("丙县融入都市圈动员大会", "2025-02-17")


SPEECH = """在全市协同发展大会上的讲话(摘要)
甲市市委书记 王某
(2024年2月9日)

同志们:

下一步怎么干?我讲两条。

第一条,思想要再解放。各级干部要跳出甲市看甲市,摒弃小富即安的念头。

第二条,抓手要再具体。市工信局要联合海关走访企业300家,两个月内把问题清零。我们这个先行军当得怎么样?
"""


def test_a_speech_is_said_by_who_stands_under_its_title():
    found = asked(SPEECH, published="2024-02-11")
    assert {one["speaker"] for one in found.values()} == {"王某"}
    assert not [words for words in found if "怎么" in words]
    [event] = document_json(read_bytes(SPEECH.encode(), "a.txt", {}))["events"]
    assert (event["name"], event["date"]["value"]) == ("全市协同发展大会", "2024-02-09")


def test_news_of_works_tell_what_will_be_done_and_not_what_was():
    text = (
        "甲市重点项目安排公布\n\n记者从甲市发改委获悉,全市项目安排日前公布。丁江大桥计划于明年8月竣工,首条匝道国庆前通车;"
        "丙湖快线将新增车站3座。去年开建的丙湖泵站已于3月交付。\n"
    )
    found = asked(text, published="2025-02-05")
    assert {one["modality"] for one in found.values()} == {"commit"}
    assert set(found) == {"丁江大桥计划于明年8月竣工", "首条匝道国庆前通车", "丙湖快线将新增车站3座"}


def test_a_reply_promises_point_by_point_and_its_courtesy_asks_nothing():
    text = (
        "关于市人大第12号建议的答复\n\n王某代表:\n\n您提出的建议收悉。现答复如下:\n\n第一,关于扩大互认范围。今年8月底前,"
        "我委将与丙市签订清单,把22个项目纳入首批。\n\n第二,关于提速。要把互认率纳入考核。\n\n感谢您的支持,欢迎继续监督。\n"
    )
    found = asked(text, published="2025-06-10")
    assert found["我委将与丙市签订清单"]["addressee"] == ["我委"]
    assert found["我委将与丙市签订清单"]["modality"] == "commit"
    assert "要把互认率纳入考核" in found
    assert not [words for words in found if "感谢" in words or "欢迎" in words]


def test_what_another_city_will_do_is_not_said_by_the_one_before():
    text = "甲市副市长王某表示,甲市将打通14条道路。\n\n南通将加快机场前期工作,争取年内取得批复。\n"
    found = asked(f"甲乙联席会议召开\n\n9月12日,甲乙联席会议在宁波召开。\n\n{text}", published="2025-09-13")
    assert found["甲市将打通14条道路"]["speaker"] == "王某"
    assert found["南通将加快机场前期工作"]["speaker"] == "会议"


def test_specks_of_a_scan_are_taken_out_and_points_in_names_stay():
    text = "会议强调,要加·快建设轨|道,推'动协同`发展。外方代表约翰·史密斯参会,约翰·史密斯指出,要压˙实责任。"
    assert {"要加快建设轨道", "推动协同发展", "要压实责任"} <= set(asked(text))
    assert "约翰·史密斯" in read_bytes(text.encode(), "a.txt").text.clean


def test_a_pdf_that_unpacks_to_more_than_a_page_holds_is_refused_before_it_is_parsed():
    packed = zlib.compress(b"q " * 20_000_000)
    swollen = made.pdf([[]]).replace(
        b"<</Length 0>>stream\n\n", b"<</Length %d/Filter/FlateDecode>>stream\n%s\n" % (len(packed), packed)
    )
    with pytest.raises(FileFault, match="unpacks to"):
        extract_bytes(swollen, "a.pdf")


SAID = ["会议召开。", "会议强调，要加快建设轨道，推动协同发展。"]
DATA = {
    "answer of a service": json.dumps({"code": 0, "data": {"id": 7, "content": "\n".join(SAID)}}),
    "data in data": json.dumps({"body": json.dumps({"blocks": [{"type": "p", "text": one} for one in SAID]})}),
    "list of a notebook": f"Out[7]: {SAID!r}",
    "records line by line": "\n".join(json.dumps({"text": one}) for one in SAID),
}


@pytest.mark.parametrize("kind", DATA)
def test_a_report_inside_data_of_a_program_is_read(kind):
    assert set(asked(DATA[kind])) == {"要加快建设轨道", "推动协同发展"}


def test_data_that_is_cut_off_is_read_as_the_text_it_is_and_deep_data_is_refused():
    assert "推动协同发展" in " ".join(asked(DATA["answer of a service"].encode().decode("unicode_escape")[:-2]))
    with pytest.raises(FileFault, match="nested too deep"):
        extract_bytes(("[" * 20_000 + '"要加快"' + "]" * 20_000).encode(), "a.json")


LONG = (
    "会议听取了各地情况汇报，研究了下一步工作安排，审议了两项制度，通报了三起问题，交流了四点做法。会议强调，要加快建设轨道，推动协同发展，"
    "完善共管机制，办好民生实事，压实各方责任，守住安全底线。会后，与会人员参观了园区和码头。"
)
LINES = [LONG[at : at + 10] for at in range(0, len(LONG), 10)]
TIMES = [f"00:00:{n:02}.000 --> 00:00:{n:02}.900" for n in range(len(LINES))]
RECORDINGS = {
    "captions": "WEBVTT\n\n" + "".join(f"{n}\n{TIMES[n]}\n<v 甲>{line}</v>\n\n" for n, line in enumerate(LINES)),
    "transcript": "".join(f"[00:00:{n:02}]{line}(停顿)\n" for n, line in enumerate(LINES)),
    "margins": "".join(f"{n:4}│{line:　<10}│{n}\n" for n, line in enumerate(LINES, 1)),
    "binding line": "".join(f"{'┆装┆订┆线'[n % 6]}　{line}\n" for n, line in enumerate(LINES)),
    "remarks": "会议强调，[批注 甲 9:00]要加快建设轨道，[批注 乙 9:01]推动{>>核<<}协同发展。[批注 丙 9:02]",
}


@pytest.mark.parametrize("kind", RECORDINGS)
def test_what_a_recording_a_margin_or_an_editor_puts_beside_the_words_is_none_of_them(kind):
    assert {"要加快建设轨道", "推动协同发展"} <= set(asked(RECORDINGS[kind]))


def test_brackets_that_name_who_is_to_act_stay_however_often_they_come():
    tasks = [f"{n}.建设快线{n}号站。[牵头单位：甲市交通局]" for n in range(1, 6)]
    found = asked("甲市重点任务清单\n\n一、重点任务\n" + "\n".join(tasks) + "\n", published="2025-01-05")
    assert [one["addressee"] for one in found.values()] == [["甲市交通局"]] * 5


def test_what_an_editor_marked_stays_and_what_he_replaced_goes():
    assert set(asked("会议强调，要{==加快==}建设轨道，{~~促进~>推动~~}协同发展。")) == {
        "要加快建设轨道",
        "推动协同发展",
    }


def test_a_typed_row_that_is_not_whole_keeps_its_task_and_says_which_line_it_is():
    typed = "序号/事项/牵头单位/完成时限\n1　疏浚河道3公里　农业办　9月底\n2　修好镇北路路灯　建设办\n"
    made = read_bytes(typed.encode(), "a.txt")
    assert "修好镇北路路灯" in asked(typed)
    [told] = made.extract.findings
    assert "Line 3 has 3 cells below 4 headings" in told.en and "第3行" in told.zh


def test_numbers_in_wide_brackets_before_most_paragraphs_are_no_frame():
    items = "".join(f"\n（{n}）加快建设{n}号快线。完成征地，办理手续。\n" for n in "一二三四五")
    found = asked("丙市交通局下半年工作安排\n\n二、下半年重点工作\n" + items)
    assert {"完成征地", "办理手续"} <= set(found)
    assert [one["kind"] for words, one in found.items() if "号快线" in words] == ["heading"] * 5


def test_single_underlines_of_links_go_whatever_stands_beside_them():
    said = LONG.replace("各方责任", "各_方_责任").replace("园区和码头。", "园区和码头_。").replace("一网", "一_网")
    assert asked(said).keys() == asked(LONG).keys()
