"""Passages that report: what was reached, what is amiss, what something is. They ask nobody to do anything."""

from __future__ import annotations

import re

from hechang.intake.leads import lead_of
from hechang.intake.verb_first import begins_with_verb

_PAST = re.compile(
    r"(?:(?:在)?过去|这[一五]年|去年|上年|今年以来|近年来|近几年|一年来|几年来|[一二三四五六七八九十]+年来|目前|上半年,|前[一二三]季度|截至|"
    r"该(?:工程|项目|路|桥|平台|线|基地|园区)(?:总|全长|位于|占地|是|已|计划|规划)|当前,?我|[^,]{0,12}以来|“?十[二三四]五”?(?:时期|期间)?,|[1-9]\d?月份?各|(?:一|上|前)?阶段,)"
)
_DONE = re.compile(
    r"是(?!否|非)|.{1,6}(?<![为除到])了(?![解结望然])|(?:这|那|此|其)(?:也|既|就|不仅|将)?(?:是|为)|"
    r".{2,60}(?<![但还尤特凡若于只要])是(?!否|非)|[^,]{2,30}已(?:增长|完成|实现|形成|超过?|突破|累计|获)[^,的]{0,6}\d[^,的]*$|.*(?:已经|已有|已达|取得了|达到了|实现了|得到了)|(?!.{0,8}(?:推[动进]|促进|确保|力争|努力|实现|带动|以|用)).*取得[^,]{0,6}(?:成效|进展|成绩)$|"
    r".*[^一]了[^解]{0,8}$|"
    r"(?:项目|工程)?(?:总投资|总规模|总面积|全长|占地)(?:面积)?[约近超]?\d"
)
_IS = re.compile(  # of clauses that do not begin with their verb
    r"[^,]{0,8}(?:概算|总长度?|(?:总|项目|工程|建设)?工期|期限|轮值期)[约近为共计达]{0,2}[一二两三四五六七八九十\d]|"
    r"(?:每年|[^,]{0,8}月)[^,]{1,14}为[^,]{2,8}[期日季]$|[^,]{0,16}(?:达产|建成|投产|投用|竣工|完工|通车|开通)后[^,]{0,12}(?:可|将|能)|"
    r"[^,]{2,30}(?:总投资|计划用地|建筑面积)[约达近]?\d[^,的]*$|有的(?:同志|人|代表|群众|企业|单位|部门|地方)|"
    r"经[^,]{0,12}(?:讨论|研究|协商)$|正如|[^,]{0,12}(?:意见|看法)[^,]{0,4}(?:不一|分歧)|“[^”]{1,8}”(?:即|包括|是指|就是)|"
    r"(?:您|你们?|(?:委员|代表)们?提出)的?(?:建议|提案|意见)(?!.*[要将])|[^,]{2,20}很有(?:启发|帮助|意义)|"
    r"(?:因|由于)(?![地时势人材此]|[^,]{1,2}(?:施|制宜|而异))[^,]{4,}$|关于(?:您|你|代表|委员)[^,]{2,}(?:建议|意见|问题)$|"
    r"本(?:协议|办法|方案|规定|通知|细则|意见|条例|公约)(?:适用|一式|有效|是)|"
    r"会议(?:听取|审议|学习|传达|讨论|原则(?:上)?(?:同意|通过))(?!.*由)|[^,]{0,10}要[^,要]{1,8}的是"
)
_FACT = re.compile(
    r".*(?:同比|环比|位居|居全[国省市]|(?<!力争)突破[\d一二两三四五六七八九十]|历史性|意义重大|成效(?:明显|显著))"
)
_AHEAD = re.compile(r"(?:到|至|力争|确保|预计|预期|[^,]{0,6}到20[2-9]\d)")
_AMISS = re.compile(
    r".*(?:存在.{0,24}(?:问题|短板|不足|差距|现象|隐患)|仍有差距|有待|不够|不强|不足$|滞后|偏[弱低慢少紧]|差距较大|较慢|不理想|不尽如人意|仅(?:有|为|占)?\d|形势(?:依然)?(?:严峻|复杂)|短板弱项)"
)
_ASKS_ANYWAY = re.compile(r"(?:针对|围绕|解决|聚焦|整改|破解|补齐|消除|避免|防止|杜绝|对|着力|加快|补)")
_SEES = re.compile(r".{0,8}要(?:清醒|充分|深刻)?(?:地)?(?:看到|认识到)")
_MEANS = re.compile(
    r"(?:再次|衷心|首先|十?分)?(?:感谢|谢谢|欢迎(?:大家|您|你们|继续|社会)|敬请|请(?:您|继续|予))|.*(?:是指|所称|指的是|有效期|起(?:施行|执行|实施)|解释权|同时废止)|恳请(?:你们|您)?继续|附件|附[:：]|(?:下面)?(?:我|借此机会)[^,]{0,16}(?:讲|谈|提|说|强调)[^,]{0,8}(?:点|句|意见|建议|要求)|[^,]{0,4}我们?(?:也|还)?(?:一直|常|多次|曾)(?:讲|说)|[^,]{0,4}我们?(?:也|还)?(?:注意到|看到|发现|听说|了解到|感到|觉得)|各位代表|同志们|让我们|.*而(?:努力|团结|不懈)?奋斗$"
)
_TARGET = re.compile(
    r".{2,40}(?:达(?:到)?|增长|控制在|突破|提高到?|提升(?:到|至)|压减到?|下降|不低于|不少于|超过|保持在?|稳定在|降至|增至|翻番)"
    r"[^,]{0,6}[\d一二两三四五六七八九十百]"
)


def looks_back(text: str) -> bool:
    """Tell whether a sentence reports what was reached and not what is to do.

    Examples
    --------
    >>> looks_back("今年以来,全市新开工项目33个"), looks_back("加快构建区间快线")
    (True, False)
    """
    return _PAST.match(text) is not None and not lead_of(text[:120])


def states(said: str, *, lenient: bool = False) -> bool:
    """Tell whether a clause says what is or was; `lenient` is for sections of a plan, where figures are targets.

    Examples
    --------
    >>> states("协同发展取得积极成效"), states("功能区布局仍有差距"), states("加快建设了轨道"), states("攻坚项目落地")
    (True, True, True, False)
    >>> states("岗位占比位居全省前列"), states("力争总量位居全省前列", lenient=True)
    (True, False)
    """
    if _SEES.match(said) or _DONE.match(said) or _MEANS.match(said):
        return True
    if _IS.match(said) and not begins_with_verb(said):
        return True
    if _AMISS.match(said) and not _ASKS_ANYWAY.match(said):
        return True
    return not lenient and _FACT.match(said) is not None and not _AHEAD.match(said)


def sees(said: str) -> bool:
    """Tell whether a clause asks only to see something (既要看到…): what follows it is seen, not asked.

    Examples
    --------
    >>> sees("既要看到差距"), sees("要加快建设")
    (True, False)
    """
    return _SEES.match(said) is not None


def is_target(said: str) -> bool:
    """Tell whether a clause names a figure to be reached.

    Examples
    --------
    >>> is_target("岗位覆盖率达到35%以上"), is_target("加快建设轨道")
    (True, False)
    """
    return _TARGET.match(said) is not None
