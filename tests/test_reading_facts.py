"""Facts in documents: events, people, projects, agreements, figures, contradictions. Invented texts only."""

from __future__ import annotations

import json
from itertools import combinations, product

import pandas as pd
import pytest

from hechang.intake import propose, read_bytes
from hechang.intake.as_json import document_json
from hechang.intake.gazetteer import gazetteer
from hechang.intake.read import together
from hechang.publish.views.against import against


def read(text: str, name: str = "a.txt", **meta: str):
    return read_bytes(text.encode(), name, meta)


def told(text: str, **meta: str) -> dict:
    return document_json(read(text, **meta))


# --- figures ------------------------------------------------------------------------------------------------------
FIGURES = {
    "新签项目三十三个": (33, "个", "项目"),
    "去年完成技改投资近1.2万亿元": (1.2e12, "元", "技改投资"),
    "丙区税收增长百分之五": (5, "%", "丙区税收增长"),
    "空气优良天数占比提高5个百分点": (5, "个百分点", "空气优良天数占比提高"),
    "全市改造老旧管网一百二十公里": (120, "公里", "老旧管网"),
    "设立规模为20亿元的更新基金": (2e9, "元", "更新基金"),
    "建成停车楼3-5座": (3, "座", "停车楼"),
    "八个城市共同参加": (8, "个", "城市"),
    "选派20名干部到丁园学习": (20, "名", "干部"),
    "日处理能力达5万吨/日": (50000, "吨/日", "日处理能力"),
}


@pytest.mark.parametrize("text", FIGURES)
def test_a_figure_has_value_unit_and_what_is_counted(text):
    found = [(one["value"], one["unit"], one["what"]) for one in told(f"会议通报情况。{text}。")["figures"]]
    assert found == [FIGURES[text]]


@pytest.mark.parametrize(
    "text",
    [
        "要把握四个方面",
        "坚决做到“两个维护”",
        "第12次会议召开",
        "2022年9月27日召开",
        "打造15分钟生活圈",
        "按照三个要求推进",
    ],
)
def test_counts_that_only_order_a_text_ordinals_and_names_are_no_figures(text):
    assert told(f"会议强调,{text}。")["figures"] == []


def test_figures_told_by_turns_have_each_its_own_noun():
    text = "一季度,规上工业增加值、社会消费品零售额分别增长6.1%、5.2%。"
    assert [(one["value"], one["what"]) for one in told(text)["figures"]] == [
        (6.1, "规上工业增加值增长"),
        (5.2, "社会消费品零售额增长"),
    ]


def test_a_range_and_a_figure_that_is_only_nearly_so_say_it():
    found = told("丙园入驻企业近80家,办理时间压缩到3至5个工作日。")["figures"]
    assert [(one["value"], one["upto"], one["about"]) for one in found] == [(80, None, "nearly"), (3, 5, None)]


# --- projects, agreements, references -------------------------------------------------------------------------------
def test_projects_of_a_list_share_their_noun_and_each_is_one():
    found = told("全市推进沪甬、通苏湖高铁和江阴、靖江等过江通道建设,启动丙湖水厂二期工程。")["projects"]
    assert [one["name"] for one in found] == ["沪甬", "通苏湖高铁", "江阴", "靖江", "丙湖水厂二期工程"]


@pytest.mark.parametrize(
    "text", ["打造一批重点产业园区", "新建36个创新平台", "推进重大项目建设", "建设国际一流的综合枢纽", "实施重点工程"]
)
def test_words_for_any_project_name_none(text):
    assert told(f"会议强调,要{text}。")["projects"] == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("加快实施北仑支线电气化改造", ["北仑支线电气化改造"]),
        ("依托江阴丙港物流园发展物流,对江阴丁湖大桥改造提升", ["江阴丙港物流园", "江阴丁湖大桥"]),
        ("三地共建旅游投诉“一键通”平台", ["旅游投诉“一键通”平台"]),
        ("由上海铁路局宁波车务段负责", []),
        ("建成洋吕铁路,清理铁路沿线", ["洋吕铁路"]),
        ("推进丙镇、丁镇两镇物流园建设,园区一期去年投产", []),
        ("加快推进潮塘江闸站拓建", ["潮塘江闸站"]),
        ("完成织里互通改扩建工程,全力配合余慈快速路余姚段", ["织里互通改扩建工程", "余慈快速路余姚段"]),
        ("启动织里高铁站站前综合体招商,建设太湖智慧河湖共享平台", ["织里高铁站站前综合体", "太湖智慧河湖共享平台"]),
        ("推进丙湖水分离站(二期)建设", ["丙湖水分离站(二期)"]),
        ("加快东灶港8号码头改造,通过瓜洲泵站调水", ["东灶港8号码头改造", "瓜洲泵站"]),
        ("推进濮新公路大修工程,抓紧徽园路快速化改造", ["濮新公路大修工程", "徽园路快速化改造"]),
        ("开工2026年重大项目,签约科创平台类项目", []),
        ("建成丙湖泵站,总投资3亿元,推进江都水利枢纽旅游区提升项目", ["丙湖泵站", "江都水利枢纽旅游区提升项目"]),
        ("完成丰钱路改建工程,引入社会资本改造丙湾一级渔港", ["丰钱路改建工程", "丙湾一级渔港"]),
    ],
)
def test_a_project_has_the_name_people_call_it_by(text, wanted):
    assert [one["name"] for one in told(f"会议强调,要{text}。")["projects"]] == wanted


def test_a_project_says_who_where_how_far_and_how_much():
    text = "由甲镇、乙镇共同投资建设的江阴丙港物流园已于2024年5月开工,总投资32亿元。"
    one = told(text)["projects"][0]
    assert (one["name"], one["parties"], one["place"]) == ("江阴丙港物流园", ["甲镇", "乙镇"], ["江阴市"])
    assert (one["status"], one["money"], one["dates"][0]["value"]) == ("开工", "32亿元", "2024-05")


def test_an_agreement_has_its_parties_and_is_no_document_cited():
    text = "会上,甲市与乙区签署《丙湖共治备忘录》,甲集团、乙集团签订共建中试基地框架协议。会议审议了《丁方案》。"
    document = told(text)
    assert [one["parties"] for one in document["agreements"]] == [["甲市", "乙区"], ["甲集团", "乙集团"]]
    assert [(one["title"], one["action"]) for one in document["references"]] == [("《丁方案》", "审议")]


# --- places -----------------------------------------------------------------------------------------------------
def test_runs_of_short_forms_name_each_city_and_common_words_none():
    assert gazetteer().names("武澄锡虞与沪苏通、苏锡常") == [
        "武进区", "江阴市", "无锡市", "常熟市", "上海市", "苏州市", "南通市", "常州市"
    ]  # fmt: skip
    assert gazetteer().names("通常情况下,经常沟通") == []


def test_towns_are_known_by_their_full_names_and_no_city_is_guessed_for_a_name_that_several_have():
    assert gazetteer().names("金泽镇与建设部门、织里") == ["金泽镇"]
    assert (gazetteer().city("金泽镇"), gazetteer().city("新桥镇")) == ("上海市", "")


def test_the_places_of_a_region_are_known_when_it_reads(tiny, tmp_path):
    (tmp_path / "a.txt").write_text(
        "9月1日,会议召开。会议强调,要推进北安街道戊桥污水处理厂扩建工程。", encoding="utf-8"
    )
    with tiny.edit(by="a", why="b") as e:
        e.put("places", [{"id": "zz", "name": "北安街道", "kind": "town"}])
    done = propose(e.after, [tmp_path / "a.txt"], by="reader", why="came in")
    found = done.region.table("proposals", columns=["payload", "kind"]).query("kind == 'project'")["payload"]
    assert [json.loads(one)["place"] for one in found] == [["北安街道"]]


# --- people ---------------------------------------------------------------------------------------------------------
def names(text: str) -> set[str]:
    return {one["name"] for one in told(text)["persons"]}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("省委常委、市委书记欧阳某出席会议。", {"欧阳某"}),
        ("市长王 某主持会议。", {"王某"}),
        ("会议在丙园举行。王某某、李某某、张某参加会议。", {"王某某", "李某某", "张某"}),
        ("出席:市水务局王某某、丙镇李某某\n记录:张某某", {"王某某", "李某某", "张某某"}),
        ("江阴、常熟、宜兴参加会议。", set()),
        ("要贯彻总书记批示要求。批示要求明确。", set()),
        ("县长李某某蹲下身子看了看。李某某说,要抓紧。", {"李某某"}),
        ("副局长、一级调研员佴某某首先通报情况。居民代表覃某某一开口就引来掌声。", {"佴某某", "覃某某"}),
        ("主持:梅某某(乙县水利局局长)\n参加:武某某(丙区水务局)、戊局沙某某", {"梅某某", "武某某", "沙某某"}),
        ("刚才,丙县的向某同志、丁县的王某某同志都发了言。", {"向某", "王某某"}),
        ("会议强调,要加快建设。\n记者葛以某见习记者沈某某 摄像:麦某", {"葛以某", "沈某某", "麦某"}),
        ("市人大代表龙某某在座谈会上建议,要多听意见。", {"龙某某"}),
        ("尚某某代表:\n您提出的建议收悉。", {"尚某某"}),
        ("会议强调,要加快建设。\n(郦某某)\n", {"郦某某"}),
        ("司局负责同志夔某某在批示中写道,要加快。研究员祭某某认为,潜力未释放。", {"夔某某", "祭某某"}),
        (
            "居民幸福感全面提升,居民养老全面覆盖,居民通勤仍不便,业主方则配合。和班子同志、边防同志一起看。\n(通知)\n请各单位报送。",
            set(),
        ),
        ("市长阮清和主持会议。阮清和强调,要加快。", {"阮清和"}),
        ("市领导计某某、佘某和参加活动。", {"计某某", "佘某和"}),
        ("建议成立由市长任组长的专班,文明游河。", set()),
        ("市委书记王某和参加调研的同志来到开发区。王某强调,要加快。局长解释说,要抓紧。", {"王某"}),
        ("居民安全意识提高,市民满意度上升,村民代表会议制度健全,企业家精神得到弘扬。", set()),
    ],
)
def test_people_are_found_by_title_in_lists_and_in_minutes(text, wanted):
    assert names(text) == wanted


def test_a_name_with_a_space_inside_is_one_name_and_proven():
    document = told("市长王 某主持会议并讲话。")
    one = document["persons"][0]
    assert (one["name"], one["name_span"], one["level"]) == ("王某", [2, 5], "city")


# --- events ---------------------------------------------------------------------------------------------------------
def events(text: str, **meta: str) -> list[tuple[str, str | None]]:
    return [(one["name"], one["date"]["value"]) for one in told(text, **meta)["events"]]


EVENTS = {
    "minutes": (
        "关于推进丙桥建设有关问题的专题会议纪要\n2024年3月5日,副市长王某某主持召开专题会议,研究丙桥建设。纪要如下:",
        [("关于推进丙桥建设有关问题的专题会议", "2024-03-05")],
    ),
    "an inspection": (
        "昨天,市长王某某到丙镇专题调研水厂建设,察看了丁泵站。",
        [("到丙镇专题调研水厂建设", "2024-03-05")],
    ),
    "a signing ceremony": (
        "3月5日,丙湖科创园合作共建签约仪式在乙区举行。区长王某某出席。",
        [("丙湖科创园合作共建签约仪式", "2024-03-05")],
    ),
    "a forum": ("第三届丙湖创新发展论坛3月5日在乙区开幕。", [("第三届丙湖创新发展论坛", "2024-03-05")]),
    "a second event after the first": (
        "3月5日,丙丁两区协作推进会召开。区长王某某主持。\n会后,王某某主持召开丁港疏浚工程现场办公会。",
        [("丙丁两区协作推进会", "2024-03-05"), ("丁港疏浚工程现场办公会", "2024-03-05")],
    ),
    "a day of the week": ("本周二全市水利推进会召开。王某某强调,要压实责任。", [("全市水利推进会", "2024-03-05")]),
    "a day of last week": ("上周五,丙丁两区协作推进会在丙区召开。", [("丙丁两区协作推进会", "2024-03-01")]),
    "particulars over minutes": (
        "时间:2024年3月5日上午9:30\n地点:丙区政府会议室\n主持人:王某某\n会议主题:丁港疏浚工程协调会\n\n会议听取了汇报,议定如下事项:\n"
        "一、加快疏浚航道。",
        [("丁港疏浚工程协调会", "2024-03-05")],
    ),
    "the headline of a news conference": (
        "丙市举行海铁联运高质量发展新闻发布会(实录)\n时间:2024年3月5日\n地点:丙市新闻发布厅\n王某某:各位上午好,下面介绍情况。",
        [("海铁联运高质量发展新闻发布会", "2024-03-05")],
    ),
    "an inspection that the headline names": (
        "王某某赴丁镇等地调研海岛共富和港航服务工作\n3月5日,县委书记王某某带队赴丁镇、戊镇,就海岛共富工作开展调研。他强调,要压实责任。",
        [("调研海岛共富和港航服务工作", "2024-03-05")],
    ),
    "a view by a body": (
        "3月5日,市人大常委会组织代表开展跨界道路建设专题视察。代表们建议,要加快审批。",
        [("跨界道路建设专题视察", "2024-03-05")],
    ),
    "a place before a quotation": (
        "3月5日,江阴市“奋战二季度、冲刺双过半”百日攻坚动员大会在丙剧院举行。王某某讲话。",
        [("江阴市“奋战二季度、冲刺双过半”百日攻坚动员大会", "2024-03-05")],
    ),
    "a journey of a delegation": (
        "丙市党政代表团赴沪学习考察\n3月5日至6日,市委书记王某某率丙市党政代表团赴上海学习考察。6日上午,丙沪合作发展座谈会举行。",
        [("丙市党政代表团赴沪学习考察", "2024-03-05"), ("丙沪合作发展座谈会", "2024-03-06")],
    ),
    "a meeting of no name": (
        "专题会议纪要\n第33期\n3月5日,副区长王某某在区政府召开专题会议,研究道路建设。会议议定如下事项:\n一、加快征地。",
        [("专题会议", "2024-03-05")],
    ),
    "an event in quotation marks": (
        "3月5日,丙区举办“沪丙青年夜市”,吸引120余人到场。王某某说,要多办活动。",
        [("“沪丙青年夜市”", "2024-03-05")],
    ),
    "an enlarged meeting": (
        "3月5日,丙区召开区委常委会(扩大)会议。会议强调,要压实责任。",
        [("区委常委会(扩大)会议", "2024-03-05")],
    ),
    "a meeting to rouse people": (
        "3月5日,丙县丁镇召开环境整治动员会。镇党委书记王某某要求,要压实责任。",
        [("环境整治动员会", "2024-03-05")],
    ),
    "an inspection by its headline": (
        "李某某调研全县重点项目建设\n\n“厂房何时交付?”3月5日,县长李某某深入丙镇,实地调研重点项目建设。李某某强调,要加快建设。",
        [("调研全县重点项目建设", "2024-03-05")],
    ),
    "a conference on record": (
        "丙市生态修复新闻发布会文字实录\n\n时间:2024年3月5日上午\n地点:市发布厅\n\n王某某:各位好。要加快修复。",
        [("丙市生态修复新闻发布会", "2024-03-05")],
    ),
    "what is still to come": ("会议强调,要加快建设。下一次丙丁两区协作推进会拟于5月10日召开。", []),
}


@pytest.mark.parametrize("kind", EVENTS)
def test_events_have_a_name_and_a_day_with_year(kind):
    text, wanted = EVENTS[kind]
    assert events(text, published="2024-03-06") == wanted


def test_lines_over_minutes_tell_place_and_chair_and_the_items_below_ask():
    document = told(EVENTS["particulars over minutes"][0].replace("会议听取", "据通报,2月1日起水位上涨。会议听取"))
    (one,) = document["events"]
    assert (one["place"], one["chair"], one["date"]["value"]) == (["丙区政府会议室"], "王某某", "2024-03-05")
    assert [directive["text"] for directive in document["directives"]] == ["加快疏浚航道"]
    assert not [noise for noise in document["noise"] if noise["kind"] == "stamp"]


def test_the_time_of_a_page_stays_a_stamp():
    document = told("丙市召开推进会\n时间:2024-03-05 来源:某日报\n会议强调,要压实责任。")
    assert [noise["kind"] for noise in document["noise"]] == ["stamp"]


def test_an_event_says_level_form_chair_and_place():
    text = "3月5日,全市水利推进会以现场与视频相结合的形式在市会展中心召开。市委书记王某某讲话,市长李某某主持。"
    one = told(text, published="2024-03-06", publisher="无锡日报")["events"][0]
    assert (one["level"], one["form"], one["chair"]) == ("city", "现场与视频", "李某某")
    assert one["place"] == ["市会展中心"]


# --- the same event -------------------------------------------------------------------------------------------------
CITIES = ("无锡", "南通", "嘉兴")
SERIES = (
    "市政府常务会议",
    "市委常委会会议",
    "市委第三次全体会议",
    "重点项目推进会",
    "甲乙丙规划实施年度推进会",
    "市政府党组会议",
)
FORMULAS = (
    "会议强调,要深入学习贯彻会议精神,坚持以人民为中心的发展思想,切实把各项决策部署落到实处,扎实推进重点项目建设提质增效,"
    "持续优化一流营商环境建设,统筹做好安全生产各项工作,全力以赴完成全年目标任务。会议研究了其他事项。"
)


def archive() -> list:
    """Recurrent meetings of three cities, with and without a year: all of them different meetings."""
    made = []
    days = [("2022年3月5日", "2022-03-06"), ("2022年9月27日", "2022-09-28"), ("2023年9月27日", "2023-09-28")]
    days += [("9月27日", "2021-09-28"), ("9月27日", ""), ("27日", "")]
    for (number, city), name, (day, published) in product(enumerate(CITIES), SERIES, days):
        body = f"{day},{city}市长王某{'甲乙丙'[number]}主持召开{name}。{FORMULAS}"
        meta = {"published": published} if published else {}
        made.append(read(body, f"{city}-{name}-{day}-{published}.txt", publisher=f"{city}日报", **meta))
    return made


def test_recurrent_meetings_are_never_one_event_however_alike_their_reports_are():
    made = archive()
    pairs = [(a, b) for a, b in combinations(made, 2) if a.events[0].name == b.events[0].name]
    assert len(pairs) > 600
    assert together(made)["same_event"] == []


def test_two_outlets_on_one_session_are_one_event():
    text = (
        "9月27日,市政府第12次常务会议召开。市长王某主持。会议审议丙湖治理方案,研究丁桥改造资金来源,听取戊园建设进展。"
    )
    other = text.replace("第12次", "第十二次")
    made = [
        read(text, "a.txt", published="2022-09-28", publisher="无锡日报"),
        read(other, "b.txt", published="2022-09-28", publisher="无锡日报"),
    ]
    assert together(made)["same_event"] == [["a.txt#E1", "b.txt#E1"]]


# --- contradictions -------------------------------------------------------------------------------------------------
def contradicted(left: str, right: str) -> list[tuple[str, str, str]]:
    made = [
        read(left, "a.txt", published="2022-09-28", publisher="无锡日报"),
        read(right, "b.txt", published="2022-09-29", publisher="无锡日报"),
    ]
    return [(str(one["kind"]), str(one["left"]), str(one["right"])) for one in together(made)["contradictions"]]


def test_documents_that_count_the_same_thing_differently_contradict_each_other():
    assert contradicted("2021年全市高新技术企业达5300家。", "2021年,全市高新技术企业5100家。") == [
        ("figure", "5300家", "5100家")
    ]


@pytest.mark.parametrize(
    "other",
    [
        "2020年全市高新技术企业达5100家。",
        "江阴市2021年高新技术企业达5100家。",
        "到2021年,力争高新技术企业达5100家。",
        "2021年全市高新技术企业达5301家。",
    ],
)
def test_another_year_place_or_goal_and_rounding_are_no_contradiction(other):
    assert contradicted("2021年全市高新技术企业达5300家。", other) == []


def test_a_task_given_to_another_body_contradicts():
    task = "甲乙协同行动方案\n一、重点任务\n(一)建设甲乙快线联络通道。(牵头单位:市{body})\n"
    assert contradicted(task.format(body="交通局"), task.format(body="发改委")) == [("body", "市交通局", "市发改委")]


def test_another_day_of_one_event_contradicts():
    said = "、".join(f"建设第{number}片区丙丁快线站点配套设施" for number in "甲乙丙丁戊己庚辛壬癸").replace("、", ",")
    text = "{day},甲乙园区合作建设推进会召开。会议要求," + said + "。"
    found = contradicted(text.format(day="9月26日"), text.format(day="9月27日"))
    assert ("day", "2022-09-26", "2022-09-27") in found


def test_the_desk_marks_a_demand_with_two_bodies_and_shows_a_figure_in_a_row_of_its_own():
    told = pd.DataFrame(
        {"document": ["a", "b", "a", "b"], "ordinal": ["D1", "D1", "F1", "F1"], "state": ["open"] * 4},
        index=["p1", "p2", "p3", "p4"],
    )
    body = {"between": ["x#D1", "y#D1"], "kind": "body", "left": "甲局", "right": "乙局", "what": "建设丙线"}
    figure = {"between": ["x#F1", "y#F1"], "kind": "figure", "left": "33个", "right": "35个", "what": "项目"}
    lost = {**figure, "between": ["x#F1", "z#F9"]}
    own = {"a": [{"contradictions": [body, figure, lost]}], "b": [{"contradictions": [body]}]}
    cell = {"state": "open", "speaker": "会议", "pieces": []}
    row = {"kinds": ["wording"], "cells": [{"proposal": "p1", **cell}, {"proposal": "p2", **cell}]}
    rows = against(told, own, {"x": "a", "y": "b"}, [row])
    assert [one["kinds"] for one in rows] == [["wording", "body"], ["figure"]]
    assert [one["pieces"][0]["text"] for one in rows[1]["cells"]] == ["项目: 33个", "项目: 35个"]


def test_a_county_that_is_a_common_word_names_no_works():
    assert told("会议强调,要加快实施路桥工程。")["projects"] == []
