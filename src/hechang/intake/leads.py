"""The words that make a clause a demand or a promise: 要, 必须, 应, 请, 严禁 and 将."""

from __future__ import annotations

import re
from functools import lru_cache

from hechang.intake.gazetteer import is_known

LEAD = re.compile(
    r"(?<![重主需只想纲摘概必首紧机次扼简为])(?:(?<!拿卡)要(?=.)(?![的求素点闻道地害职件领义务塞])|须(?!知)|必须|"
    r"应当|应该|务必|(?<![效供反响呼适相对感顺报支内因])应(?![急用对变邀约有届运收付税力声急])|"
    r"(?:^|(?<=[位门区县市局委办司团也还并他她后]))请(?![示假功求辞战愿柬进帖客]))"
)
GUARD = re.compile(r"严禁|禁止(?!性)|不得(?!不|已)|不准|严防|(?:决|绝)不(?:能|允许|让|许)?|(?:坚决)?杜绝|谨防|切[忌勿]")
_NOT = re.compile(r"[^,]{0,9}(?:不要(?!求)|不能(?![不够])|不可(?![不或]))")
_COMMIT = re.compile(
    r"[\u3400-\u9fff]{0,12}?(?P<who>我们)(?:还|也)?(?:会(?!议)|一定)|"
    r"(?P<whose>[\u3400-\u9fff“”()、]{1,24}?)(?:还|也|都|均)?(?:(?:即|必|定|也)?将(?![来军近要])|愿(?:意)?(?![景望])|(?:承诺|保证)(?=[^,]{3}))"
)
_WILL = re.compile(
    r"(?:全[力面]|认真|进一步|继续|积极|主动|加[快强大]|坚[决持定]|切实|深[入化]|按照?|以|围绕|聚焦|抢抓|持续|不断|努力|着力|奋力|始终|"
    r"建[立设]|推[动进]|落实|做好|开展|实施|完善|强化|一如既往|严格|结合|充分|立足|尽快|立即)"
)
_SELF = re.compile(
    r"(?:下一步|接下来|下阶段|今后|未来|今年|明年|年内|[上下]半年|我们|我[市省区县局委]|全[市省区县]|[双各三四多]方|[两三四五六]地|[两三四五六]市|"
    r"[\u3400-\u9fff]{1,12}(?:[省市区县镇乡村]里|常委会|防指|指挥部|党委|局|委|办|集团|公司|部门|单位|街道|镇|区|县|市|省|方面|园|高新区|开发区|"
    r"企业|学院|大学|医院|研究院|中心|专班))$"
)


_PLEDGE = re.compile(
    r"(?P<who>[\u3400-\u9fff“”]{0,10}?)(?:(?:还|也)?将(?=[\u3400-\u9fff])(?![来军近要举召于])|保证|承诺)"
)
_SPOKEN = re.compile(
    r"(?:千万|可|都|谁也|大家|咱们?)?别(?![的人处样墅具国称动])|"
    r"[^,]{0,14}?(?<![取获赢值显懂觉认记使博值])得(?:把|先|抓紧|赶紧|尽快|往|让|给|盯|管|跟|去|在|想|拿)"
)
_DONE = (
    r"(?:开工|动工|建成|投用|通车|竣工|投产|完工|启用|封顶|贯通|交付|投入[使运][用营]|开通|开业|开放|合龙|架梁|达产|验收|交房|落成|"
    r"运营|迁入|挂牌|收官|铺轨|通航|通气|并网)"
)
_DAY = (
    r"(?:今年|明年|年内|年[底末]前?|(?:20\d\d年)?\d{1,2}月(?:份|[底末初]|[上中下]旬|\d{1,2}[日号])?前?|[一二三四]季度末?|[上下]半年|"
    r"(?:国庆|春节|春运|元旦|五一|中秋|端午|汛期?|入[冬梅汛]|供暖季)(?:节|假期)?[前后]|20\d\d年(?:[底末]|年内)?前?)"
)
_PLANNED = re.compile(
    rf"[^,]{{2,30}}?(?:计划|拟|力争|确保|将)(?:于|在)?[^,的]{{0,14}}{_DONE}|(?:力争|预计|争取|有望|计划|拟)于?{_DAY}.*{_DONE}|"
    rf"[^,]{{2,40}}(?:工程|项目|园|场|院|路|线|基地|中心|桥|铁|通道|段|平台|社区|枢纽|航道|港|站|馆|厂|会议?|会商|论坛|赛|节|方案|办法|细则|名单|[年月]|汛后)"
    rf"将(?:于|在)?(?![军近来要是有会达成超突迎])[\d\u3400-\u9fff]{{2,}}|[^,]{{0,30}}计划{_DAY}[\u3400-\u9fff]{{2,}}"
)
_MILESTONE = re.compile(rf"[^,]{{0,30}}{_DAY}[\d\u3400-\u9fff]{{0,12}}{_DONE}[^,]{{0,12}}$")
_PASSED = re.compile(r".*(?:[已曾]|去年|上年|前年|此前|了)")
_NOT_WHO = re.compile(r"[把以对在从通按就为围坚切加]|.*(?:积极|主动|自觉|认真|同时|[内前底末中后时上日月年])$")


@lru_cache(maxsize=4096)
def pledges(said: str) -> bool:
    """Tell whether the first words after `某某表示,` promise something, whoever their subject is.

    Examples
    --------
    >>> pledges("丁镇将倒排工期"), pledges("将全力配合专班"), pledges("将审批事项纳入"), pledges("要加快建设")
    (True, True, False, False)
    """
    found = _PLEDGE.match(said)
    if not found or _NOT_WHO.match(found.group("who")):
        return False
    return bool(found.group("who")) or _WILL.match(said, found.end()) is not None


@lru_cache(maxsize=4096)  # asked several times of the same clause
def promise(said: str) -> str:
    """Who promises to act in a clause (`无锡将…`, `下一步,我市将…`); empty where nobody does.

    Examples
    --------
    >>> promise("无锡将深入学习"), promise("将审批事项纳入"), promise("自觉将工作放到全局")
    ('无锡', '', '')
    """
    found = _COMMIT.match(said)
    if not found:
        return ""
    who = found.group("who") or found.group("whose")
    return who if is_known(who) or _SELF.search(who) else ""


def plans(said: str) -> bool:
    """Tell whether a clause says by when a project is to be begun or done.

    Examples
    --------
    >>> plans("丁大桥将于国庆前建成通车"), plans("丁大桥建成通车")
    (True, False)
    """
    return _PLANNED.match(said) is not None and not _PASSED.match(said)


def is_milestone(said: str) -> bool:
    """Tell whether a clause says what will be done on a day; beside a plan it is one, by itself it may be past.

    Examples
    --------
    >>> is_milestone("首条产线国庆前投产"), is_milestone("一期厂房已于3月底交付"), is_milestone("首条产线投产")
    (True, False, False)
    """
    return _MILESTONE.match(said) is not None and not _PASSED.match(said)


@lru_cache(maxsize=4096)
def lead_of(said: str) -> re.Match[str] | None:
    """The word that demands (要, 必须, 应) outside quotation marks; None where there is none.

    Examples
    --------
    >>> lead_of("贯彻“五个必须”重大要求") is None, lead_of("各地要落实“三个必须”").group()
    (True, '要')
    """
    for found in LEAD.finditer(said):
        before = said[: found.start()]
        if before.count("“") == before.count("”") and before.count("「") == before.count("」"):
            return found
    return None


def pledger(said: str) -> str:
    """Who promises in the first words after a speech verb, as printed; empty where the speaker does."""
    found = _PLEDGE.match(said)
    return found.group("who") if found and pledges(said) else ""


def forbids(said: str) -> bool:
    """Tell whether a clause forbids something.

    Examples
    --------
    >>> forbids("严禁擅自改变用地性质"), forbids("不得不调整")
    (True, False)
    """
    found = GUARD.search(said)
    return (found is not None and found.start() <= 30) or _NOT.match(said) is not None


def commits(said: str) -> bool:
    """Tell whether somebody promises to act.

    Examples
    --------
    >>> commits("无锡将深入学习"), commits("将审批事项纳入")
    (True, False)
    """
    return bool(promise(said))


@lru_cache(maxsize=4096)
def asks(said: str) -> bool:
    """Tell whether a clause demands or promises something.

    Examples
    --------
    >>> asks("各地要压实责任"), asks("这是重要举措"), asks("坚持规则为先、实效为要")
    (True, False, False)
    >>> asks("咱们得把账算清"), asks("别等别靠")
    (True, True)
    """
    lead = lead_of(said)
    return bool(lead and lead.start() <= 45) or commits(said) or forbids(said) or _SPOKEN.match(said) is not None


@lru_cache(maxsize=4096)
def after_lead(said: str) -> str:
    """What stands behind 要 or 将.

    Examples
    --------
    >>> after_lead("各地要压实责任"), after_lead("无锡将加快建设"), after_lead("压实责任")
    ('压实责任', '加快建设', '压实责任')
    """
    lead = lead_of(said)
    if lead and lead.start() <= 45:
        return said[lead.end() :]
    found = _COMMIT.match(said)
    return said[found.end() :] if found and (commits(said) or pledges(said)) else said
