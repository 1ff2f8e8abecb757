"""Directives of every kind of document: invented texts, one genre each, in our own words."""

from __future__ import annotations

from typing import Any

import pytest

from hechang.intake import read_bytes
from hechang.intake.addressees import addressee_in
from hechang.intake.as_json import document_json

Asked = dict[str, dict[str, Any]]


def asked(text: str, **meta: str) -> Asked:
    """Directives of a text by their words."""
    return {one["text"]: one for one in document_json(read_bytes(text.encode(), "a.txt", meta))["directives"]}


def above(found: Asked, words: str) -> str:
    """Words of the directive over another."""
    by_id = {one["id"]: one["text"] for one in found.values()}
    return by_id.get(found[words]["parent"], "")


PLAN = """甲市轨道沿线综合开发三年行动方案(2024—2026年)

为落实市委关于站城一体的部署,提升沿线土地利用效率,制定本方案。

一、总体要求

(一)指导思想。以高质量发展为主题,坚持规划先行、统筹兼顾。

(二)工作目标。到2026年,全市建成12个站城一体示范片区,轨道站点岗位覆盖率达到35%以上,基本形成便捷高效的站城融合格局。

二、重点任务

(一)优化规划布局

1.编制专项规划。开展沿线土地摸底,2024年6月底前编制完成沿线综合开发专项规划。(责任单位:市资源规划局、市轨道集团)

2.预留衔接空间。新建站点应当同步预留连廊和公交首末站。(牵头单位:市住建局;配合单位:市交通局、各区政府)

(二)推进重点项目

3.实施丁站改造。严禁擅自改变预留用地性质,一季度末前完成土地出让。

三、保障措施

(一)强化资金保障。市财政局每年安排专项资金,对按期完工的片区给予奖补。
"""


def test_a_plan_gives_its_tasks_below_their_headings():
    found = asked(PLAN, published="2024-01-10")
    assert above(found, "开展沿线土地摸底") == "编制专项规划"
    assert above(found, "编制专项规划") == "优化规划布局"
    assert {found[words]["kind"] for words in ("优化规划布局", "编制专项规划", "强化资金保障")} == {"heading"}
    assert not {"总体要求", "指导思想", "重点任务", "保障措施"} & set(found)


def test_the_preamble_of_a_plan_asks_for_nothing():
    assert not [text for text in asked(PLAN) if "站城一体的部署" in text or "制定本方案" in text]


def test_trailers_name_who_leads_who_helps_and_who_answers():
    found = asked(PLAN)
    assert found["新建站点应当同步预留连廊和公交首末站"]["lead"] == ["市住建局"]
    assert found["新建站点应当同步预留连廊和公交首末站"]["co_bodies"] == ["市交通局", "各区政府"]
    assert found["开展沿线土地摸底"]["addressee"] == ["市资源规划局、市轨道集团"]
    assert found["市财政局每年安排专项资金"]["addressee"] == ["市财政局"]


def test_counted_targets_are_actions_and_end_states_are_goals():
    found = asked(PLAN)
    assert found["全市建成12个站城一体示范片区"]["kind"] == "action"
    assert found["轨道站点岗位覆盖率达到35%以上"]["kind"] == "action"
    assert found["基本形成便捷高效的站城融合格局"]["kind"] == "goal"
    assert found["全市建成12个站城一体示范片区"]["deadline"]["value"] == "2026"


def test_what_is_forbidden_is_a_directive():
    assert asked(PLAN)["严禁擅自改变预留用地性质"]["kind"] == "action"


DEADLINES = {
    "一季度末前": "2024-03",
    "年内": "2024",
    "6月底前": "2024-06",
    "三个月内": "2024-05",
    "两周内": "2024-03-03",
    "10个工作日内": "2024-03-01",
    "到2025年": "2025",
    "本月底": "2024-02",
    "上半年": "2024-06",
    "国庆节前": "2024-09-30",
    "“十五五”末": "2030",
    "明年三季度": "2025-09",
    "下周三前": "2024-02-21",
    "下周": "2024-02-25",
}


@pytest.mark.parametrize("words", DEADLINES)
def test_a_deadline_is_worked_out_from_the_day_of_the_document(words):
    text = f"2月18日,丙市推进会召开。会议强调,各区要压实责任,{words}完成快线改造。"
    found = asked(text, published="2024-02-18")[f"{words}完成快线改造"]["deadline"]
    assert found["value"] == DEADLINES[words]
    assert found["text"][:3] in words


def test_a_year_in_the_name_of_a_document_is_no_deadline():
    text = "2月18日,丙市推进会召开。会议强调,要落实《2025年重点任务清单》。"
    assert asked(text, published="2024-02-18")["要落实《2025年重点任务清单》"]["deadline"] is None


def test_without_a_day_of_the_document_a_deadline_keeps_its_words_and_no_value():
    found = asked("丙市推进会召开。会议强调,要在三个月内完成改造。")["要在三个月内完成改造"]["deadline"]
    assert (found["value"], found["text"]) == (None, "三个月内")


NOTICE = """乙县人民政府办公室关于做好防汛工作的通知

各镇人民政府,县各有关部门:

今年汛期形势严峻,预计降雨量偏多。为做好防汛工作,现就有关事项通知如下:

一、压实工作责任

各镇要落实属地责任。县水务局牵头修订预案,于5月15日前报县防指备案。

二、排查风险隐患

组织人员对圩堤开展拉网式检查,建立问题清单。对工作不力的,依法追究责任。

请各单位于4月30日前将落实情况报送县防指办公室。
"""


def test_a_notice_asks_from_its_first_section_on():
    found = asked(NOTICE, published="2025-04-01")
    assert not [text for text in found if "汛期形势" in text or "降雨量" in text or "通知如下" in text]
    assert found["县水务局牵头修订预案"]["lead"] == ["县水务局"]
    assert found["于5月15日前报县防指备案"]["addressee"] == ["县水务局"]
    assert found["请各单位于4月30日前将落实情况报送县防指办公室"]["addressee"] == ["各单位"]
    assert above(found, "建立问题清单") == "排查风险隐患"


REPORT = """政府工作报告
——2025年1月8日在丙市第三届人民代表大会第四次会议上
市长 周某某

各位代表:

现在,我代表丙市人民政府,向大会报告工作,请予审议。

一、2024年工作回顾

过去一年,全市地区生产总值增长5.6%。加快产业升级,新增规上企业120家。

(一)完成重点任务。推动集成电路产业集聚,完成投资80亿元。

二、2025年工作安排

今年是收官之年。我们将坚持以高质量发展为首要任务。主要预期目标是:地区生产总值增长5.5%左右。

(一)聚力壮大先进制造

更大力度培育企业。实施链主培育工程,力争全年新增上市公司5家。

各位代表!让我们携手同心,为建设现代化新丙市而努力奋斗!
"""


def test_a_work_report_asks_only_where_its_review_has_ended():
    found = asked(REPORT)
    assert not [text for text in found if "120家" in text or "80亿元" in text or "集成电路" in text]
    assert found["地区生产总值增长5.5%左右"]["kind"] == "action"
    assert found["力争全年新增上市公司5家"]["kind"] == "action"
    assert {one["speaker"] for one in found.values()} == {"周某某"}


def test_a_sentence_that_only_names_the_theme_of_its_paragraph_is_a_heading():
    found = asked(REPORT)
    assert found["更大力度培育企业"]["kind"] == "heading"
    assert above(found, "实施链主培育工程") == "更大力度培育企业"


def test_the_closing_call_of_a_work_report_is_no_directive():
    assert not [text for text in asked(REPORT) if "让我们" in text or "奋斗" in text]


MINUTES = """丁区港口建设专题会议纪要

3月12日下午,副区长何某主持召开专题会议,研究港口建设。现将议定事项纪要如下:

会议认为,一期工程总体进展顺利,但征地拆迁相对滞后。

一、关于征地拆迁。由区住建局牵头,区财政局、戊街道配合,于3月底前完成剩余17户签约。

二、会议明确,港口集团作为实施主体,要倒排工期。

会议要求,各有关单位要加强协作。

出席:区住建局王某、区财政局张某
"""


def test_minutes_give_what_was_agreed_with_lead_and_helpers():
    found = asked(MINUTES, published="2024-03-15")
    for clause in ("由区住建局牵头", "区财政局、戊街道配合", "于3月底前完成剩余17户签约"):
        assert (found[clause]["lead"], found[clause]["co_bodies"]) == (["区住建局"], ["区财政局", "戊街道"])
    assert found["于3月底前完成剩余17户签约"]["addressee"] == ["区住建局"]
    assert found["要倒排工期"]["addressee"] == ["港口集团"]
    assert not [text for text in found if "进展顺利" in text or "滞后" in text or "王某" in text]


NEWS = """戊市召开区域协同推进会

本报讯 2月18日,戊市区域协同推进会召开。市委书记孙某出席会议并讲话。

孙某指出,过去一年,协同发展取得积极成效,开通跨市公交12条,新签约项目36个。我们还存在机制不够顺畅等问题。

孙某强调,要攥紧拳头攻坚突破:在交通互联上,加密班次;在生态共治上,健全执法机制。省长丁某调研时曾要求,要把戊市建成样板。

就做好下一步工作,孙某要求,一要抓规划衔接。各县区要对照清单,逐条细化任务;二要抓项目落地,紧盯节点。

“要把百姓的获得感作为检验标准。”孙某说,“各级干部要多到一线去。”

会上,甲县作交流发言。甲县将抢抓机遇,建设接沪桥头堡。

会前,与会人员参观了园区。
"""


def test_achievements_and_problems_in_a_speech_are_no_directives():
    found = asked(NEWS)
    assert not [text for text in found if "公交12条" in text or "36个" in text or "不够顺畅" in text or "参观" in text]


def test_a_speech_goes_on_over_paragraphs_and_quotations():
    found = asked(NEWS)
    assert {found[text]["speaker"] for text in ("要攥紧拳头攻坚突破", "一要抓规划衔接", "各级干部要多到一线去")} == {
        "孙某"
    }
    assert found["要把百姓的获得感作为检验标准"]["speaker"] == "孙某"
    assert found["各级干部要多到一线去"]["addressee"] == ["各级干部"]


def test_what_somebody_else_once_asked_is_only_quoted():
    assert asked(NEWS)["要把戊市建成样板"]["modality"] == "quoted"


def test_a_told_promise_is_a_commitment_of_the_body_that_gives_it():
    found = asked(NEWS)
    assert found["建设接沪桥头堡"]["modality"] == "commit"
    assert (found["甲县将抢抓机遇"]["speaker"], found["甲县将抢抓机遇"]["addressee"]) == ("会议", ["甲县"])


STRATEGY = """己区专班工作会议召开

4月22日,己区专班工作会议召开。会议强调,要抢抓三大机遇:用好北向拓展带政策,融入科创走廊,共建实验室。\
要完成两大任务:服务省内协同,对接都市圈规划。要优化两大布局:推动产业错位发展,集约利用土地。\
要打造两大枢纽:加快高铁站房建设,疏浚进港航道。
"""


def test_a_strategy_in_numbers_comes_out_as_a_tree():
    found = asked(STRATEGY)
    tree = {text: above(found, text) for text in ("共建实验室", "对接都市圈规划", "集约利用土地", "疏浚进港航道")}
    assert tree == {
        "共建实验室": "要抢抓三大机遇",
        "对接都市圈规划": "要完成两大任务",
        "集约利用土地": "要优化两大布局",
        "疏浚进港航道": "要打造两大枢纽",
    }


OPINION = """关于推进功能区整合的实施意见

近年来,我市功能区建设成效明显,但仍存在布局分散等问题。现提出如下实施意见。

第一章 主要任务

第一条 整合优化布局。地域相邻的功能区应当合并设置。

第二条 本意见所称功能区,是指经市政府认定的园区。

第三条 功能区不得新设内设机构,确需设立的,报市委编办审批。

第二章 附则

第四条 本意见自2024年1月1日起施行,有效期五年。
"""


def test_articles_of_an_opinion_ask_and_its_definitions_do_not():
    found = asked(OPINION)
    assert found["地域相邻的功能区应当合并设置"]["kind"] == "action"
    assert found["确需设立的"]["kind"] == "adjunct"
    assert not [text for text in found if "是指" in text or "有效期" in text or "施行" in text or "成效" in text]


SEASONS = """庚县融入都市圈2026年行动计划

为推进协同,制定本计划。

【一季度】
1. 签订互认协议,首批纳入企业40家。〔县市场监管局〕
2. 开通夜间专线,每日往返6班。〔牵头:县交通局;协同:乙镇、丙镇〕

【二季度】
3. 启用科创园二期,入驻团队60个。〔县发改委、高新区〕

【三季度】
4. 编制交界地区协调方案,8月底完成公示。〔县资规局〕
"""


def test_tasks_below_a_season_take_its_end_and_the_bodies_in_brackets():
    found = asked(SEASONS, published="2026-01-05")
    assert found["签订互认协议"]["deadline"]["value"] == "2026-03"
    assert found["入驻团队60个"]["deadline"]["value"] == "2026-06"
    assert found["8月底完成公示"]["deadline"]["value"] == "2026-08"
    assert found["签订互认协议"]["addressee"] == ["县市场监管局"]
    assert (found["开通夜间专线"]["lead"], found["开通夜间专线"]["co_bodies"]) == (["县交通局"], ["乙镇", "丙镇"])


SIGNED = """让毗邻处成为前沿

辛某(壬镇党委书记)

过去,人们说这里是两不管。三年前,镇上只有一条公交线。

一要在规划上同绘一张图。统一底图标准,共同划定管控分区。

二要在服务上同进一扇门。要把28项事项下放到村。
"""


def test_who_signs_an_article_speaks_in_it():
    found = asked(SIGNED)
    assert {one["speaker"] for one in found.values()} == {"辛某"}
    assert above(found, "要把28项事项下放到村") == "二要在服务上同进一扇门"


OPEN_VERBS = ("攥紧关键环节", "焐热沉睡资产", "唱响双城品牌", "啃下拆迁骨头", "拧紧安全螺丝", "敲定选址方案")


@pytest.mark.parametrize("words", OPEN_VERBS)
def test_a_clause_with_a_verb_of_no_list_is_read_where_somebody_asks(words):
    found = asked(f"3月1日,癸市推进会召开。会议强调,要加快建设,{words}。{words[:4]}之后,要再提速。")
    assert found[words]["kind"] == "action"


def test_a_section_of_a_plan_that_tells_what_was_reached_asks_for_nothing():
    told, asks = "一、发展基础\n\n加快轨道建设,推动园区共建。", "二、重点任务\n\n织密公交网络,增开跨市班线。"
    text = f"甲市协同行动方案\n\n{told}\n\n{asks}\n"
    assert set(asked(text)) == {"织密公交网络", "增开跨市班线"}


def test_a_passage_of_a_speech_that_looks_back_holds_until_somebody_asks_again():
    text = "3月1日,甲市推进会召开。会议强调,过去一年,全市上下奋力拼搏。加快轨道建设,推动园区共建。要再接再厉,提速办理。"
    assert set(asked(text)) == {"要再接再厉", "提速办理"}


TRANSCRIPT = """轨道联建新闻发布会实录

主持人:甲市新闻办副主任 方某某
发布人:甲市发展改革委副主任 田某某、甲市轨道集团总经理 石某某

方某某:各位记者朋友,大家上午好。

田某某:
到今年底,全市轨道里程217公里。下一阶段,加密过江车次,增设夜间班线。

晨报记者:票价能不能降?

石某某:谢谢提问。轨道集团将从3月1日起推出月票。施工单位必须避开汛期打桩。
"""


def test_who_has_the_floor_in_a_transcript_speaks_until_the_next_name():
    found = asked(TRANSCRIPT, published="2024-12-27")
    assert found["加密过江车次"]["speaker"] == "田某某"
    assert found["施工单位必须避开汛期打桩"]["speaker"] == "石某某"
    assert "票价能不能降" not in found


def test_a_part_of_a_plan_is_read_without_its_title():
    text = "第五章 共育创新走廊\n\n第一节 优化创新空间格局\n\n布设江海走廊,预留科创用地46平方公里。\n\n"
    text += "第二节 共建开放平台\n\n推行揭榜挂帅,允许科研人员跨市双聘。\n"
    assert {"布设江海走廊", "推行揭榜挂帅", "允许科研人员跨市双聘"} <= set(asked(text))


def test_a_text_written_in_lines_is_read_line_by_line():
    lines = ["甲县今年这样干", "县委书记于某某作动员讲话。", "01 项目怎么干？", "◎ 交通先行", "打通3条断头路"]
    lines += ["启动换乘中心建设", "◎ 产业强链", "全年腾出土地1500亩", "推动光电项目6月开工", "◎ 水乡更新"]
    lines += ["完成7个古村落微改造", "来源:甲县融媒"]
    assert {"打通3条断头路", "启动换乘中心建设", "完成7个古村落微改造"} <= set(asked("\n".join(lines)))


def test_demands_of_one_form_in_a_row_head_their_details():
    text = "3月1日,甲市推进会召开。会议强调,要处理好局部与全局,把定位想清楚。"
    text += "要处理好建设与运营,管好存量厂房。要处理好新城与老城,修缮历史街巷。"
    found = asked(text)
    assert found["要处理好建设与运营"]["kind"] == "heading"
    assert above(found, "管好存量厂房") == "要处理好建设与运营"


def test_each_time_of_a_sentence_holds_for_what_stands_behind_it():
    text = "3月1日,甲市推进会召开。会议强调,到2025年,建成过江通道3条,到2035年,建成过江通道6条。"
    days = {words: one["deadline"]["value"] for words, one in asked(text, published="2024-03-02").items()}
    assert days == {"建成过江通道3条": "2025", "建成过江通道6条": "2035"}


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("市委宣传部要办好讲堂", "市委宣传部"), ("政务督查室要打电话回访", "政务督查室"),
        ("苏州负责提前降水位", "苏州"), ("每个板块都要排出清单", "每个板块"), ("我局正会同市数据局推进互认", "我局"),
    ],
)  # fmt: skip
def test_bodies_of_many_kinds_are_told_to_act(said, who):
    assert asked(f"3月1日,甲市推进会召开。会议强调,{said}。")[said]["addressee"] == [who]


# --- who decides, and items -----------------------------------------------------------------------------------------
SAID = {
    "what a meeting decides": (
        "2月18日,丙市推进会召开。会议明确,市财政今后三年安排专项资金。会议决定设立合作基金。",
        {"市财政今后三年安排专项资金": "action", "会议决定设立合作基金": "action"},
    ),
    "what an assembly agrees on": (
        "2月18日,丙丁两镇联勤会召开。两镇约定,每周三同步出船。",
        {"每周三同步出船": "action"},
    ),
    "points in paragraphs of their own": (
        "2月18日,丙镇推进会召开。镇党委书记王某某肯定了成绩,并就下半年工作强调两点:\n一要咬紧牙关抓整治。规划办要加快扫尾。\n"
        "二要用心用情抓民生。各村要走访老人。",
        {"一要咬紧牙关抓整治": "heading", "规划办要加快扫尾": "action", "二要用心用情抓民生": "heading"},
    ),
    "ordinals of their own": (
        "2月18日,丙市推进会召开。王某某强调了三层意思。会议强调,其一,交通要“一张网”,加快铺轨。其二,生态要“一本账”,巡查湖岸。",
        {"交通要“一张网”": "heading", "加快铺轨": "action", "生态要“一本账”": "heading"},
    ),
    "numbered items of a body or with a day": (
        "专题会议纪要\n会议议定:(一)由丙市牵头加快建设丙丁公路;(二)三市交通局联合治超;(三)38块标识牌于10月1日前更换。",
        {"(二)三市交通局联合治超": "action", "(三)38块标识牌于10月1日前更换": "action"},
    ),
    "a dated goal": (
        "2月18日,丙市推进会召开。会议强调,要年底前实现数据互通,要形成开放格局。",
        {"要年底前实现数据互通": "action", "要形成开放格局": "goal"},
    ),
    "frames": (
        "2月18日,丙市推进会召开。会议强调,交界断面一旦出现异常,要立即通报;遇到跨省审批堵点,要直接上报。",
        {"交界断面一旦出现异常": "adjunct", "遇到跨省审批堵点": "adjunct"},
    ),
}


@pytest.mark.parametrize("kind", SAID)
def test_each_form_of_words_is_what_it_says(kind):
    text, wanted = SAID[kind]
    found = asked(text, published="2024-02-19")
    assert {words: found.get(words, {}).get("kind") for words in wanted} == wanted


def test_labels_of_a_form_are_no_tasks():
    found = asked(
        "丙区重点任务分解表\n一、畅通基础设施\n1.任务内容:完成互通改扩建。\n牵头单位:区交通局\n完成时限:2025年11月底"
    )
    assert "任务内容" not in found
    assert found["完成互通改扩建"]["addressee"] == ["区交通局"]


def test_who_decides_inside_a_task_speaks_not():
    found = asked(
        "丙市机制方案\n\n一、合作机制\n(一)建立联席会议制度。每年轮流召开会议,研究决定合作重大事项。市发改委负责联络。"
    )
    assert {one["speaker"] for one in found.values()} <= {None, "会议"}
    assert {"研究决定合作重大事项", "市发改委负责联络"} <= set(found)


# --- what only looks like something -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("加快推进已建闲置厂房改造", "action"),
        ("各镇推进已开工项目扫尾", "action"),
        ("要值班值守24小时", "action"),
        ("要把办理时间压缩到8小时", "action"),
        ("要对老旧小区等开展整治", "action"),
        ("1.5公里绿道要加快建设", "action"),
    ],
)
def test_what_only_looks_done_conditional_or_numbered_is_asked_for(said, kind):
    assert asked(f"3月5日,丙市推进会召开。会议强调,{said}。", published="2024-03-06")[said]["kind"] == kind


@pytest.mark.parametrize("said", ["落实这一要求", "强化每一要素保障"])
def test_words_that_end_like_an_ordinal_are_none(said):
    assert asked(f"3月5日,丙市推进会召开。会议强调,要{said},加快铺轨。")[f"要{said}"]["kind"] != "heading"


@pytest.mark.parametrize("said", ["本周一直下雨,", "上周日均客流12万人次。", "上周三位专家到场,", "本周天气晴好,"])
def test_words_behind_a_week_that_only_begin_like_a_day_are_none(said):
    made = document_json(
        read_bytes(f"{said}全市水利推进会召开。会议强调,要压实责任。".encode(), "a.txt", {"published": "2024-03-06"})
    )
    assert [one["date"]["value"] for one in made["events"]] == [None]


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("昆山、太仓要拿出任务清单", "昆山、太仓"),
        ("宜兴、长兴5月底前完成布设", "宜兴、长兴"),
        ("由上海、宁波、舟山三市于明年3月底前联合上报请示", "上海、宁波、舟山三市"),
        ("由九市按比例出资", "九市"),
        ("市财政今后三年安排专项资金", "市财政"),
        ("会议责成联席会议办公室于2025年一季度内提出草案", "联席会议办公室"),
        ("市财政收支平衡", ""),
        ("甲方在丁湖下游设置拦截设施", "甲方"),
        ("乙方、丙方按各自辖区承担费用", "乙方、丙方"),
        ("官林、杨巷、徐舍三镇年内要盘活土地1500亩", "官林、杨巷、徐舍三镇"),
        ("任何单位和个人都不得擅自调整", "任何单位和个人"),
        ("各推荐单位不得向企业收费", "各推荐单位"),
        ("项目应由松江企业牵头", "松江企业"),
        ("请王某某同志牵头再作论证", "王某某同志"),
        ("各部门主要负责同志每个月至少要到上海对接一次", "各部门主要负责同志"),
        ("乡里要管好环境卫生", "乡里"),
        ("嵊州将扛起护水责任", "嵊州"),
        ("学校项目由区教育局联合验收", "区教育局"),
        ("达标率不合格的一间教室也不许启用", ""),
    ],
)
def test_cities_and_offices_that_are_to_act_are_named_as_printed(said, who):
    assert addressee_in(said) == who


def test_what_a_notice_is_written_to_is_no_task():
    found = asked(
        "关于申报专项的通知\n\n各街道办事处、镇人民政府,开发区管委会,各有关单位:\n\n一、工作要求\n请各单位广泛发动,指定专人负责。"
    )
    assert set(found) == {"请各单位广泛发动", "指定专人负责"}


def test_the_work_of_the_second_half_of_a_year_is_asked_for_in_spring_and_told_of_in_winter():
    plan = "丙市交通局工作总结\n\n二、下半年重点工作\n\n(一)全力抓投资。加快征地,办理手续。"
    assert {"加快征地", "办理手续"} <= set(asked(plan))
    assert not asked(plan.replace("重点工作", "工作开展情况"))


def test_deputies_speak_through_their_meeting():
    found = asked(
        "3月5日,市人大常委会组织代表开展水务专题视察。代表们建议,要加快管网改造。视察组指出,要稳定水价。",
        published="2024-03-06",
    )
    assert {words: one["speaker"] for words, one in found.items()} == {"要加快管网改造": "会议", "要稳定水价": "会议"}


def test_a_body_holds_to_the_next_demand_and_all_bodies_to_the_end():
    speech = "3月1日,甲市推进会召开。王某某强调,{}要守住湖岸。要加快打捞,健全机制。"
    told = {who: asked(speech.format(who))["健全机制"]["addressee"] for who in ("各地各部门", "宜兴、长兴")}
    assert told == {"各地各部门": ["各地各部门"], "宜兴、长兴": []}


def test_who_is_told_in_the_words_of_a_speech_verb_must_act():
    found = asked("3月1日,市长王某某到丙镇调研水厂。王某某叮嘱随行的县文旅局,要拉长产品线,策划推出活动。")
    assert {words: one["addressee"] for words, one in found.items()} == {
        "要拉长产品线": ["县文旅局"], "策划推出活动": ["县文旅局"],
    }  # fmt: skip


def test_he_who_asks_is_whom_the_sentence_is_about_and_not_who_explained():
    found = asked(
        "3月1日,县长李某某到丙园调研产业园建设。项目负责人王某某介绍,主体已封顶。李某某看完展板,他要求有关部门逐项梳理问题,能办的当场办。",
        published="2024-03-02",
    )
    assert {one["speaker"] for one in found.values()} == {"李某某"} and len(found) == 2


def test_a_commentary_speaks_for_its_paper_and_its_rhetoric_asks_for_nothing():
    found = asked(
        "本报评论员\n以实干开局\n\n一年之计在于春。会议提出,要加快建设中心城市。\n\n落实,首先要有紧迫感。"
        "只有把清单变成行动,蓝图才能落地。\n\n各区要建立包保机制,对项目实行三色管理。\n\n大江奔流,不舍昼夜。"
    )
    assert {words: one["speaker"] for words, one in found.items()} == {
        "要加快建设中心城市": "会议", "首先要有紧迫感": "本报评论员", "各区要建立包保机制": "本报评论员",
        "对项目实行三色管理": "本报评论员",
    }  # fmt: skip


def test_suggestions_of_deputies_are_read_as_demands():
    found = asked(
        "市人大代表视察供水\n\n5月下旬,市人大代表视察供水工程建设。\n\n代表们认为,成效值得肯定。\n\n为此,代表们提出以下意见建议:\n\n"
        "一是加大改造力度。市水利局要会同各县对管道进行体检,分年度列入计划。\n\n二是统筹调度。加快引水三期收尾。",
        published="2024-06-02",
    )
    assert {"市水利局要会同各县对管道进行体检", "分年度列入计划", "加快引水三期收尾"} <= set(found)


def test_demands_that_stand_alone_before_their_details_head_them():
    found = asked(
        "3月1日,丙镇动员会召开。镇党委书记王某某强调,要打好秋收主动仗。组织农机跨村互助,确保颗粒归仓。\n\n"
        "要打好整治攻坚战。对路边垃圾开展清扫,拆除破旧鸡棚86处。"
    )
    heads = {words for words, one in found.items() if one["kind"] == "heading"}
    assert heads == {"要打好秋收主动仗", "要打好整治攻坚战"}


@pytest.mark.parametrize(
    "said",
    [
        "工程概算为4380万元", "达产后年产值可达45亿元", "岸线总长186.5公里", "本协议适用于47条河湖",
        "每年5月至10月为联合打捞期",
        "由于涉及面广", "会议原则同意送审稿", "有的同志主张按签约先后选房", "正如一位代表所说",
    ],
)  # fmt: skip
def test_what_something_is_and_why_asks_for_nothing(said):
    plan = f"丙丁合作方案\n\n一、重点任务\n\n(一)联合监测。{said}。丙市建设监测站。"
    assert said not in asked(plan) and "丙市建设监测站" in asked(plan)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("多算长远账、整体账", "principle"), ("遇到问题不推不绕", "principle"), ("要放下身段", "principle"),
        ("要用实物工作量说话", "principle"), ("避免同质化竞争", "outcome"), ("给好项目留足空间", "outcome"),
        ("把蓝图变成实景", "goal"), ("参照其他城市的做法", "adjunct"), ("一经查实", "adjunct"),
        ("浓度超过0.005毫克时", "adjunct"),
        ("以钉钉子精神抓好每项任务", "action"), ("9月底前完成联调", "action"), ("确保9月底前建成通车", "outcome"),
    ],
)  # fmt: skip
def test_conduct_manner_case_and_effect_are_told_from_tasks(said, kind):
    assert asked(f"3月1日,甲市推进会召开。会议强调,要压实责任,{said},加快建设快线。")[said]["kind"] == kind


def test_a_speech_is_given_by_whom_the_line_below_its_title_names():
    found = asked(
        "在市委经济工作会议上的讲话\n(2024年12月28日)\n市长王某某\n\n同志们:\n\n明年要全力稳增长,加快建设枢纽。"
    )
    assert {one["speaker"] for one in found.values()} == {"王某某"}


def test_what_a_notice_reports_before_its_demands_asks_for_nothing():
    found = asked(
        "关于重点工作推进情况的通报\n\n现将有关情况通报如下:\n\n一、总体情况\n达序时27项,滞后9项,完成率75%。\n\n"
        "二、工作要求\n(一)加快整改。各区要逐项销号。"
    )
    assert set(found) == {"加快整改", "各区要逐项销号"}


@pytest.mark.parametrize(
    "said",
    [
        "推进总投资30亿元产业项目开工", "加快建设建筑面积5万平方米标准厂房", "压缩工期20天", "因户施策落实帮扶",
        "代表建议按期办结",
        "办好一些民生实事", "清退没有资质的企业", "实践创新机制", "还有序推进改造", "市民卡要扩大应用范围",
        "要培育未来产业领域的龙头企业", "加快推进未开工的地块", "要学习借鉴浙江先进经验", "要为全省发展多作探索",
        "要加强值班值守确保安全", "要压缩工期三个月",
    ],
)  # fmt: skip
def test_a_demand_that_only_looks_like_a_statement_a_case_or_a_wish_is_asked_for(said):
    assert asked(f"3月1日,市委书记张某调研。张某强调,要强化领导。{said}。")[said]["kind"] == "action"


def test_what_is_to_be_done_is_no_listener():
    found = asked("3月1日,市委书记张某来到工地调研。张某要求优化产业布局,推进项目建设。")
    assert {words: one["addressee"] for words, one in found.items()} == {"推进项目建设": []}


@pytest.mark.parametrize("title", ["市长讲话", "市委书记讲话稿"])
def test_a_title_that_ends_with_a_speech_names_no_speaker(title):
    found = asked(f"{title}\n同志们:\n今天召开这次会议。我们要加快建设产业园区。")
    assert {one["speaker"] for one in found.values()} == {"会议"}


def test_a_text_about_an_editorial_or_opinions_heard_is_neither_commentary_nor_demand():
    assert "本报评论员" not in {one["speaker"] for one in asked("学习贯彻社论精神\n各地要加快建设。").values()}
    assert asked("三、意见建议\n代表们反映公交线路较少。群众出行不便。") == {}


def test_a_sentence_that_begins_with_a_word_in_quotes_is_not_said_by_whom_a_later_quotation_names():
    found = asked(
        "3月1日,甲市推进会召开。\n\n“十四五”规划实施过半,各地要加快落实。“我们7月完成封顶。”项目负责人王某某说。"
    )
    assert {words: one["speaker"] for words, one in found.items()} == {"我们7月完成封顶": "王某某"}
