"""Reading of documents: invented reports with invented names only."""

from __future__ import annotations

import json
import random
import re

import pytest
from pypinyin import Style, lazy_pinyin

from hechang.intake import normalise, read_bytes, read_documents
from hechang.intake.as_json import document_json
from hechang.intake.read import together
from hechang.intake.same_event import is_series
from hechang.terms.errors import FileFault

REPORT = """甲乙同城建设推进会召开 加快建设同城快线

本报讯 9月27日,甲乙同城建设推进会以视频形式召开。甲市市委书记王某到会并指出,两市协同是大事。\
要深入学习贯彻会议精神,加快织密区间轨道网络,强化河湖共管,为区域发展作出新的贡献。

甲市市长李某某主持会议。乙市市长张某在会上讲话。

会议强调,各地各部门要压实责任,在2023年6月底前完成丙港二期工程。以项目为牵引,推动要素高效流动。

一要加强统筹,健全机制。建立城市对话制度,定期通报33个项目进展。

乙市将主动对接规划,全力推进丁镇水厂改造工程。

今年以来,两市新开工项目45个,完成投资120亿元。

王某强调,要凝聚共识。加强领导、强化统筹,鼓励各主体共同参与。确保各项工作落到实处。(赵某某)
"""
LISTS = ("events", "persons", "directives", "projects", "agreements", "figures", "references")


def told(text: str, **meta: str) -> dict:
    return document_json(read_bytes(text.encode(), "a.txt", meta))


def shown(document: dict, raw: str, span: list[int]) -> str:
    start, end = span
    inside = sorted(n["span"] for n in document["noise"] if n["span"][0] >= start and n["span"][1] <= end)
    kept, at = "", start
    for first, last in inside:
        kept += raw[at:first]
        at = max(at, last)
    return normalise(kept + raw[at:end])


def assert_proven(document: dict, raw: str) -> None:
    for name in LISTS:
        for one in document[name]:
            assert shown(document, raw, one["span"]) == one["text"], (name, one)
    for person in document["persons"]:
        assert shown(document, raw, person["name_span"]) == person["name"]


def with_pinyin(style: Style, brackets: str):
    def make(text: str) -> str:
        chance = random.Random(3)
        chosen = (char for char in text)
        return "".join(
            f"{char}{brackets[0]}{lazy_pinyin(char, style=style)[0]}{brackets[1]}"
            if "\u4e00" <= char < "\u9fff" and not chance.randrange(3)
            else char
            for char in chosen
        )

    return make


NOISE = {
    "pinyin with tones": with_pinyin(Style.TONE, "()"),
    "pinyin without tones in full-width brackets": with_pinyin(Style.NORMAL, "（）"),
    "pinyin with tone digits": with_pinyin(Style.TONE3, "()"),
    "spaces between characters": lambda text: re.sub(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", " ", text),
    "full-width punctuation": lambda text: text.translate(str.maketrans(",;:()", "，；：（）")),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "one line": lambda text: " ".join(text.split()),
    "a narrow column": lambda text: "\n".join(re.findall(r".{1,16}", text.replace("\n\n", "\n　　"))),
    "blank lines inside sentences": lambda text: re.sub(r"(?<=[市会要])(?=[\u4e00-\u9fff]{2})", "\n\n", text, count=4),
    "a footer": lambda text: "首页 > 要闻 > 正文\n" + text + "\n上一条:无\n版权所有 某网",
}


@pytest.mark.parametrize("kind", NOISE)
def test_every_value_stands_at_its_span_whatever_the_noise(kind):
    raw = NOISE[kind](REPORT)
    document = told(raw)
    assert document["directives"]
    assert_proven(document, raw)


@pytest.mark.parametrize("kind", sorted(set(NOISE) - {"blank lines inside sentences"}))
def test_noise_does_not_change_what_is_asked(kind):
    clean = {one["text"] for one in told(REPORT)["directives"]}
    noisy = {one["text"] for one in told(NOISE[kind](REPORT))["directives"]}
    assert 2 * len(clean & noisy) / (len(clean) + len(noisy)) >= 0.8


def test_a_report_gives_event_people_and_directives():
    document = told(REPORT, published="2022-09-28", publisher="某日报")
    event = document["events"][0]
    assert (event["name"], event["date"]["value"], event["form"], event["chair"]) == (
        "甲乙同城建设推进会",
        "2022-09-27",
        "视频",
        "李某某",
    )
    assert {one["name"]: one["roles"] for one in document["persons"]}["赵某某"] == ["reporter"]
    asked = {one["text"]: one for one in document["directives"]}
    assert asked["加快织密区间轨道网络"]["kind"] == "action"
    assert asked["加快织密区间轨道网络"]["speaker"] == "王某"
    assert asked["各地各部门要压实责任"]["addressee"] == ["各地各部门"]
    assert asked["在2023年6月底前完成丙港二期工程"]["deadline"]["value"] == "2023-06"
    assert asked["以项目为牵引"]["kind"] == "adjunct"
    assert asked["确保各项工作落到实处"]["kind"] == "outcome"


def test_headings_hold_the_clauses_below_them():
    document = told(REPORT)
    by_id = {one["id"]: one for one in document["directives"]}
    below = next(one for one in document["directives"] if one["text"] == "建立城市对话制度")
    assert by_id[below["parent"]]["text"] == "一要加强统筹"
    assert by_id[below["parent"]]["kind"] == "heading"


def test_passages_that_report_achievements_yield_no_directives():
    document = told(REPORT)
    assert not [one for one in document["directives"] if "新开工" in one["text"] or "120亿元" in one["text"]]
    assert (33, "个", "项目") in {(one["value"], one["unit"], one["what"][:2]) for one in document["figures"]}


def test_a_promise_is_a_commitment_and_a_cited_person_is_only_quoted():
    text = "9月1日,甲方案推进会召开。会议强调,要加快建设。\n市长王某表示,无锡将推进治理,强化协同。"
    modes = {one["text"]: one["modality"] for one in told(text)["directives"]}
    assert modes["无锡将推进治理"] == modes["强化协同"] == "commit"


def test_a_traditional_report_is_written_in_simplified_characters():
    raw = "8月22日,全市功能區建設推進會召開。會議強調,要著力推進機制重塑,承擔著責任的部門要加強協同。"
    document = told(raw)
    assert document["script"] == "hant"
    assert "要着力推进机制重塑" in {one["text"] for one in document["directives"]}
    assert_proven(document, raw)


def test_brackets_that_mean_something_stay():
    text = (
        with_pinyin(Style.TONE, "()")("会议强调,要加快建设高标准的建筑信息模型,各镇要主动配合。")
        + "各园区、镇(街道)要加强学习。"
    )
    assert "镇(街道)" in read_bytes(text.encode(), "a").text.clean


def test_a_year_that_is_not_stated_is_inferred_only_from_a_basis():
    assert told(REPORT)["events"][0]["date"]["value"] is None
    given = told(REPORT, published="2023-01-03")["events"][0]["date"]
    assert given["value"] == "2022-09-27"
    assert given["basis"].startswith("inferred")


def test_facts_beside_a_file_outrank_what_the_file_says(tmp_path):
    (tmp_path / "a.txt").write_text("发布时间:2021-05-05 来源:某日报\n" + REPORT, encoding="utf-8")
    (tmp_path / "a.txt.meta.json").write_text(
        json.dumps({"published": "2022-09-28", "publisher": "他报"}), encoding="utf-8"
    )
    document = read_documents([tmp_path / "a.txt"])[0]["documents"][0]
    assert document["published"] == {"value": "2022-09-28", "precision": "day", "basis": "stated: a.txt.meta.json"}
    assert document["publisher"] == "他报"


FAULTS = {
    "empty.txt": b"",
    "blank.txt": b" \n ",
    "picture.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "broken.txt": "会议强调,要加快建设。".encode("gb18030")[:-2] + b"\xff\xff\xff",
    "cut.txt": "会议强调".encode()[:-1],
    "scripts.html": b"<html><script>1</script></html>",
}


def test_a_broken_file_is_a_finding_and_the_others_are_read(tmp_path):
    for name, data in FAULTS.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(REPORT, encoding="utf-8")
    paths = [*(tmp_path / name for name in FAULTS), tmp_path / "missing.txt", tmp_path, tmp_path / "good.txt"]
    result, findings = read_documents(paths)
    assert [one["path"] for one in result["documents"]] == [str(tmp_path / "good.txt")]
    assert len(findings) == len(paths) - 1
    assert all(one.en and one.zh and one.mend_en and one.mend_zh and one.file for one in findings)


def test_a_file_over_the_limit_is_refused_with_the_limit_named():
    with pytest.raises(FileFault, match="50 MB"):
        read_bytes(b"a" * 50_000_001, "big.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
def test_the_usual_encodings_are_read(encoding):
    assert read_bytes(REPORT.encode(encoding), "a.txt").text.raw == REPORT


def test_a_saved_page_is_read_without_menu_and_script():
    page = (
        "<!DOCTYPE html><html><head><title>推进会召开_某网</title><meta name='pubdate' content='2022-09-28 08:00'>"
        "</head><body><nav><a>首页</a></nav><ul><li><a>新闻</a></li><li><a>政务</a></li><li><a>服务</a></li></ul>"
        "<script>alert('要加快')</script><h1>推进会召开</h1>"
        + "".join(f"<p>{line}</p>" for line in REPORT.split("\n") if line)
        + "</body></html>"
    )
    document = told(page)
    assert document["published"]["value"] == "2022-09-28"
    assert "alert" not in document["raw"]
    assert document["events"][0]["date"]["value"] == "2022-09-27"
    assert_proven(document, document["raw"])


def version(name: str, text: str, **meta: str):
    return read_bytes(text.encode(), name, meta)


def test_reports_of_one_event_are_joined_and_give_each_other_the_year():
    other = REPORT.replace("9月27日", "27日上午").replace("33个", "三十三个").replace("为区域", "为整个区域")
    result = together([version("a.txt", REPORT, published="2022-09-28"), version("b.txt", other)])
    assert result["same_event"] == [["a.txt#E1", "b.txt#E1"]]
    assert result["documents"][1]["events"][0]["date"] == {
        "value": "2022-09-27",
        "precision": "day",
        "basis": "inferred: same event in a.txt",
    }
    kinds = {(one["kind"], one["left"], one["right"]) for one in result["differences"]}
    assert ("number form", "定期通报33个项目进展", "定期通报三十三个项目进展") in kinds
    assert ("wording", "为区域发展作出新的贡献", "为整个区域发展作出新的贡献") in kinds


def meeting(day: str, name: str = "市政府常务会议", city: str = "无锡") -> str:
    return (
        f"{day},{city}市长王某主持召开{name}。会议指出,要加快项目建设,强化要素保障,优化营商环境。会议强调,要压实责任。"
    )


def test_a_recurrent_meeting_is_never_joined_on_its_name():
    days = ["2022年9月27日", "2022年10月27日", "2023年9月27日"]
    made = [version(f"{number}.txt", meeting(day)) for number, day in enumerate(days)]
    assert together(made)["same_event"] == []


def test_two_cities_that_hold_the_same_meeting_on_one_day_hold_two():
    made = [
        version(f"{city}.txt", meeting("2022年9月27日", city=city), publisher=f"{city}日报")
        for city in ("无锡", "南通")
    ]
    assert together(made)["same_event"] == []


def test_without_a_year_the_name_and_the_day_are_not_enough():
    first = version("a.txt", "9月27日,甲乙规划年度推进会召开。会议强调,要加快甲地建设。", published="2021-09-28")
    second = version("b.txt", "9月27日,甲乙规划年度推进会召开。会议强调,要深化乙地改革。")
    assert together([first, second])["same_event"] == []


def test_names_of_series_are_known():
    assert all(map(is_series, ("市委常委会会议", "第三次全体会议", "全市推进会")))


HARD = [
    *("要" * 60_000, "(" * 60_000, "“" * 60_000, ",要" * 40_000, "一" * 60_000, "市委书记王某、" * 9_000),
    *("字(" * 30_000, "召开会" * 30_000, "#" * 60_000, "的建设" * 30_000, "9月27日" * 15_000),
    *("王某总书记" * 9_000, "\x85\u2028" * 9_000 + "要"),
]


@pytest.mark.parametrize("text", HARD, ids=lambda text: text[:6].encode("unicode_escape").decode())
def test_odd_input_is_read_in_the_end(text):
    assert document_json(read_bytes(text.encode(), "odd.txt"))["events"] == []


def test_tasks_of_a_plan_carry_their_bodies_and_deadlines():
    plan = (
        "甲市协同行动方案\n一、工作回顾\n完成投资20亿元。加快建设了轨道。\n二、重点任务\n"
        "(一)加快交通互联。建设甲乙快线,2024年6月底前完成一期工程。(牵头单位:市交通局,配合单位:市发改委、各县区)\n"
        "三、保障措施\n各县区要建立工作专班。市发改委负责统筹协调。\n"
    )
    asked = {one["text"]: one for one in told(plan)["directives"]}
    assert "加快建设了轨道" not in asked
    line = asked["建设甲乙快线"]
    assert (line["lead"], line["co_bodies"]) == (["市交通局"], ["市发改委", "各县区"])
    assert asked["2024年6月底前完成一期工程"]["deadline"]["value"] == "2024-06"
    assert asked["市发改委负责统筹协调"]["addressee"] == ["市发改委"]


def test_agreements_and_projects_name_their_parties():
    text = "会上,甲市与乙区签署《丙园合作备忘录》。由甲市、乙区共同开发的丁湖未来产业园二期主体封顶。"
    document = told(text)
    assert document["agreements"][0]["parties"] == ["甲市", "乙区"]
    assert document["projects"][0]["name"] == "丁湖未来产业园"
    assert document["projects"][0]["parties"] == ["甲市", "乙区"]
    assert document["projects"][0]["status"] == "二期主体封顶"
