"""What a page, a mail, a phone or a PDF file does to a report does not change what the report asks."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from random import Random

import pytest

from hechang.intake import normalise, read_bytes
from hechang.intake.as_json import document_json
from hechang.intake.clean import clean
from noise_made import KINDS

LISTS = ("events", "persons", "directives", "projects", "agreements", "figures", "references")
MARKS = re.compile(r"[“”‘’]")
WEAK = {  # what cannot be got back: a mark that is not there; the floor says how much is
    "no stops": 0.4,
    "a third of the stops lost": 0.7,
    "no commas": 0.6,
    "paragraphs joined": 0.6,
    "a watermark": 0.8,
    "stops are spaces": 0.75,
}
REPORT = """甲乙两市同城化工作推进会召开 加快建设同城快线

本报讯 9月27日,甲乙两市同城化工作推进会以视频形式召开。甲市市委书记王某到会并指出,两市同城是大事,也是两地百姓的期盼。\
要深入学习贯彻会议精神,加快织密区间轨道网络,强化河湖共管,完善利益共享机制,为区域发展作出新的贡献。要用好5G和AI技术,推动TOD综合开发。

甲市市长李某某主持会议。乙市市长张某在会上讲话,乙市市委常委赵某某、甲市副市长钱某参加会议。

会议强调,各地各部门要压实责任,在2026年6月底前完成丙港二期工程,推动GDP增长5.5%左右。以项目为牵引,推动要素高效流动。\
要加强统筹协调,建立“一张网”运行机制,定期通报33个项目进展,及时解决建设中的难题。

一要加强规划衔接,健全协同机制。建立城市对话制度,完善跨市公交网络,推动公共服务共享。加快建设轨道网络,推进河湖共管。

二要做强产业集群,优化创新环境。支持龙头企业牵头组建创新联合体,打造科创走廊,促进成果转化。完善服务体系,强化要素保障。

三要守牢安全底线,提升治理能力。健全应急联动机制,开展联合执法,共同防范环境风险。

会议要求,各区县、镇(街道)要认真落实会议部署,细化工作举措,加强督促检查,确保各项任务落到实处。加快建设同城快线,强化项目保障。
"""
PLAN = """甲市同城化发展行动方案

各区县人民政府,市各部门:

现将重点工作安排如下,请认真组织实施。

一、工作回顾

过去一年,全市完成投资20亿元,新开工项目45个。

二、重点任务

(一)加快交通互联。建设甲乙快线,推进丙港二期工程,打通断头路12条。完善公交网络,推动票价优惠互认。加强轨道与公交衔接,提高换乘效率。

(二)促进产业协同。建设科创走廊,支持企业组建创新联合体,推动产业链上下游协作。优化营商环境,完善服务机制,促进要素自由流动。

(三)强化生态共保。推进丁湖综合治理,实施河道整治工程,开展大气联防联控。健全生态补偿机制,建设跨市绿道,推动绿色发展。

(四)推动服务共享。完善医疗服务网络,推进教育资源共享,建设区域养老服务体系。加快数据互通,推动政务服务跨市通办。

三、保障措施

加强组织领导,建立工作专班,定期调度工作进展。强化督促检查,推动各项任务落实。
"""
CLEAN = {"report": REPORT, "plan": PLAN}


def told(text: str) -> dict:
    return document_json(read_bytes(text.encode(), "a.txt"))


def shown(noise: list[list[int]], raw: str, span: list[int]) -> str:
    """What stands at a span without the noise inside it, normalised."""
    kept, at = [], span[0]
    for first, last in noise[bisect_left(noise, [span[0], 0]) :]:
        if first >= span[1]:
            break
        if last <= span[1]:
            kept.append(raw[at:first])
            at = max(at, last)
    return normalise("".join([*kept, raw[at : span[1]]]))


def faults(document: dict, raw: str) -> list:
    noise = sorted(one["span"] for one in document["noise"])
    every = [(one["span"], one["text"]) for name in LISTS for one in document[name]]
    every += [(one["name_span"], one["name"]) for one in document["persons"]]
    return [said for span, said in every if shown(noise, raw, span) != said]


def asked(document: dict) -> Counter:
    return Counter(MARKS.sub("", one["text"]) for one in document["directives"])


def alike(one: Counter, other: Counter) -> float:
    return 2 * (one & other).total() / (one.total() + other.total())


@pytest.mark.parametrize("kind", KINDS)
def test_noise_changes_neither_what_is_asked_nor_where_it_stands(kind):
    scores = []
    for name, text in CLEAN.items():
        raw = KINDS[kind](text, Random(f"{kind}{name}"))
        document = told(raw)
        assert faults(document, document.get("raw") or raw) == []
        scores.append((asked(document), asked(told(text))))
    found, wanted = (sum(parts, Counter()) for parts in zip(*scores, strict=True))
    assert alike(found, wanted) >= WEAK.get(kind, 0.85)


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_text_loses_no_character(name):
    kept = re.sub(r"\s", "", clean(CLEAN[name]).clean.replace("\n", ""))
    assert kept == re.sub(r"\s", "", CLEAN[name])


@pytest.mark.parametrize("name", CLEAN)
def test_cleaning_a_cleaned_text_changes_nothing(name):
    for kind in ("page around", "columns of 41-60", "readings with tones", "quoted mail"):
        once = clean(KINDS[kind](CLEAN[name], Random(kind))).clean
        assert clean(once).clean == once


REAL = [
    "要加快建设5G基站、AI算力中心和TOD综合体,推动GDP增长5.5%,做好COVID防控,引进DeepSeek等企业,办好G60科创走廊。" * 3,
    "各镇(街道)要落实《建筑信息模型(BIM)应用意见》,推进“1+3”功能区建设,PM2.5浓度降至25微克/立方米。",
    "(一)加快交通互联。建设甲乙快线。(责任单位:市交通局)\n(二)促进产业协同。建设走廊。(责任单位:市工信局)\n" * 3,
    "甲市人民政府\n2026年1月5日",
    "附件:重点项目清单\n1.甲乙快线\n2.丙港二期",
    "要用好本平台,加强宣传,扫一扫就能办成事,让群众少跑腿。会议还要求做好相关报道。",
    "第一章 总则\n第一条 为了加快建设,制定本办法。\n第二条 各部门要落实责任。",
    "亳(bó)州与六安(lù'ān)要加强合作,共建园区。",
    "会议听取了汇报……大家认为——这是好事!要抓紧办!!",
]


@pytest.mark.parametrize("text", REAL, ids=lambda text: text[:8])
def test_real_words_brackets_dates_and_trailers_stay(text):
    assert re.sub(r"\s", "", clean(text).clean) == re.sub(r"\s", "", text)


def test_the_page_still_says_when_and_by_whom_it_was_published():
    raw = "首页 > 要闻\n来源:某日报 发布时间:2026-02-03 08:15 浏览次数:12\n" + REPORT
    document = told(raw)
    assert document["published"]["value"] == "2026-02-03"
    assert document["publisher"] == "某日报"


@pytest.mark.shared
def test_work_reports_lose_only_their_foot(shared):
    for path in sorted((shared / "data" / "region" / "docs").glob("*.txt")):
        raw = path.read_text(encoding="utf-8")
        text = clean(raw)
        lost = [raw[one.start : one.end].strip() for one in text.noise if one.kind not in ("wrap", "spaces")]
        assert lost == ["相关报道："]


@pytest.mark.parametrize(
    "piece", ["要(", "a ", "《要", "1 ", "\n>", "&amp;", "要\u200b", "|", "来源:", "首页 ", "[b]", "*要"]
)
def test_odd_input_is_cleaned_in_a_time_that_grows_with_its_length(piece):
    made = clean(piece * 20_000)
    assert len(made.where) == len(made.clean)


def test_a_report_with_one_character_on_each_line_is_read_as_it_was_written():
    upright = "\n".join(char for char in REPORT if not char.isspace() and not re.match("[A-Za-z0-9%.]", char))
    made = read_bytes(upright.encode(), "a.txt")
    asked = [made.text.clean[one.start : one.end] for _, one in made.directives]
    assert len(asked) >= 20 and "加快织密区间轨道网络" in asked, asked


@pytest.mark.parametrize(
    "column", ["上海 苏州 无锡 常州 南通 嘉兴 湖州 宁波 舟山 杭州 绍兴 南京 合肥", "A B " * 7, "甲乙 √ " * 9]
)
def test_a_column_of_names_or_ticks_keeps_its_lines(column):
    assert clean("\n".join(column.split())).clean.split("\n") == column.split()


def test_marks_set_apart_by_blanks_are_no_lines():
    assert len(clean("会议强调,要加快建设区间快线。\n" + "! " * 900).paragraphs) == 2
