"""What a clause is: action, principle, goal, outcome or adjunct, by its form; the verb list only classes.

Follows the annotation guideline, version 2 where it differs from version 1.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from hechang.intake.gazetteer import WORDS
from hechang.intake.leads import after_lead

_ADVERB = re.compile(
    r"(?:进一步|基本|不断|持续|加快(?=[\u3400-\u9fff]{2})|加速|大力|全力以赴|全力|全面|深入|深度|扎实|切实|坚决|"
    r"坚定不移|毫不动摇|着力|努力|奋力|积极|主动|认真|严格|统筹(?=抓|推|做)|稳步|有序|有效|充分"
    r"|更好地?|更加|更大力度|更大步伐|更高水平|更高质量|高质量|高水平|高标准|高效|共同|联动|合力|"
    r"协同(?=推|抓|打|构|开|提)|自觉|牢牢|准确|深刻|始终|时刻|尽快|率先|带头|一如既往地?|最大限度地?|规范|定期|接续|滚动|"
    r"一体(?=推)"
    r"|科学|精准|创新(?=开|实)|广泛|继续|及时|重点|优先|逐步|系统|紧紧|强力|高位|亲自|真正|特别是|"
    r"尤其是|同时|并|也|还|再|又|既|都|就|紧密|因地制宜|千方百计|多措并举|一以贯之|聚力(?=[推打建])|"
    r"实实在在地?|整体(?=[提推])|突出(?=[抓推做])|更加[\u3400-\u9fff]{2,6}地|[\u3400-\u9fff]{2,4}地(?=[推抓落做加建贯执提]))+"
)
_ORDINAL = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}[是、]|[(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)]|\d{1,2}[.、])"
)
_BY_WHEN = re.compile(
    r"^(?:到|在|力争)?(?:[\d一二三四五六七八九十年月日底末]{2,12}|年底|年内)(?:之?前|以前|"
    r"内)?(?=[\u3400-\u9fff]{4})"
)
_DUE = re.compile(
    r"[^,]{0,12}(?:\d{1,2}月|[一二三四五六七八九十]{1,2}月|年底|年末|季度|半年)(?:\d{1,2}日|[底末初]|[上中下]旬)?(?:之?前|内)?(?:基本|全部|全面)?"
    r"(?:实现|形成|完成|达到)"
)  # 年底前实现数据互通: dated, and so something to be done
_FRAME_ALWAYS = re.compile(
    r"(?:着眼|依托(?!.*(?:打造|建设|推进))|本着|遵循.*原则$|作为|对照(?!.*(?:整改|落实|检查|细化|制定|倒排|推进|补齐|逐))|"
    r"(?:按照?|根据|依据|参照)(?:.*(?:要求|原则|部署|精神|思路|标准|规律|规定|目标|安排|意见|指示|方针|节点|计划|协议|方案|实际|情况|职责|"
    r"分工|程序|工作法|路径|理念|定位|方向|批示|决策|战略|关系|模式|步骤|时序|比例|口径|体系|布局|”)$)|"
    r".{2,40}的(?:同时|基础上|前提下|过程中)?$|(?:对照|按照?|根据|依据|参照|围绕|结合|依托)《[^》]*》$|参照[^,]*(?:做法|经验)$|一经[\u3400-\u9fff]{2,4}$|对于[^,]{2,40}(?:问题|事项|项目|情况|诉求)$|[\u3400-\u9fff]{2,6}(?:期间|来临前|前后)$|[^,]{2,14}(?:超过|达到|低于|高于|不足)[^,]{1,14}时$|(?:涉及|遇有|凡是?|对)(?!.*(?:给予|进行|实行|予以|开展|下发|加强|落实|约谈|追究|整改|处置|组织))[^,]{2,40}的[\u3400-\u9fff]{1,6}$)"
)
_UNDONE = re.compile(
    r"(?:在?[^,]{2,14}前|[^,]{0,10}未(?!来))(?![^,]*[把要须为])[^,]{2,}的[^,]{0,12}(?:船舶|货船|车辆|企业|单位|人员|地块)$"
)  # who has not done it by then
_FRAME = re.compile(r"(?:通过|针对|结合|立足|借助|面对|面向|顺应|围绕|聚焦|紧扣|对标|经过|随着|从(?!严))")
_FOCUS = re.compile(r"(?:聚焦|围绕|紧扣|紧紧围绕|对标|瞄准|锚定|突出)")
_PLACE_FRAME = re.compile(
    r"(?:在|从|对于?|就|于).*(?:上|中|下|(?<!日)前|之前|以前|方面|时|期间|过程|基础|背景|领域|全局|高度|角度)$"
)
_MAIN = re.compile(
    r"(?:推进|推动|促进|加强|加快|强化|提升|提高|建设|构建|开展|实施|完善|打造|探索|深化|落实|解决|"
    r"建立|健全|优化|实现|确保|做好|抓好|做大|做强|培育|发展|扩大|形成|引进|增强|突出|走出|展开|发挥|"
    r"出台|制定|编制|谋划)"
    r"(?=[^的,]{2,})"
)
_AS = re.compile(r"(?:坚持)?以.+(?:为|作为)[^,]{1,12}$")
_BY_MANNER = re.compile(
    r"以[^,]{1,20}?(?:精神|方式|纪律|标准|作风|状态|姿态|行动|态度|措施|模式|办法|手段)(?=(?:抓|推[动进]|整治|做[好实]|落实|加快|建设|开展|打造|破解)[\u3400-\u9fff“]{2})"
)
_MANNER_BY = re.compile(r"以")
_CELEBRATE = re.compile(r"以.*(?:迎接|庆祝|献礼|向.*献)|用.+(?:守护|保障|托起|书写|绘就)")
_FOR = re.compile(
    r"(?:为|给).+(?:作出|做出|贡献|创造|营造|夯实|提供|注入|奠定|打下|增添|筑牢|赢得|蹚出|闯出|积累|留足|留出|让出|腾出|省(?=时|力|心|钱|事|下|成本))"
    r"|(?:在.+[中上])?(?:作出|做出|展现|体现|彰显|发挥更大作用、)[^,]*(?:贡献|作为|担当|力量|风采)$"
)
_ENSURE = re.compile(
    r"(?:(?:切实)?(?:避免|减轻|免除)(?!.*(?:税|费用\d))|确保|以确保|让|使|促使|力促|促成|保证|做到(?!心)|维护)"
)
_ENSURED = re.compile(r"[^,]{2,20}(?<!以)确保")  # 某段确保年底通车
_BECOME = re.compile(
    r".*(?:让|使|推动).*(?:成为|变成|转化为)|[把将].+(?:打造|建设|建|发展|培育|塑造|变|转化|转变|干|做|办)(?:成为?|为)"
)
_BY = re.compile(r"(?:以|用).{2,24}?(?:确保|促进|推动|带动|引领|保障)(?P<rest>.{4,})")
_COUNT = re.compile(
    r"\d[\d.,]*(?:万|亿|千|百)*(?:余|多)?(?:个|项|家|条|公里|座|所|台|套|人|名|户|处|亩|吨|平方|米|元|%|类|件|辆|班|次|种|场|标箱|千瓦|张|床|批|支|里|公顷|兆|倍|座)|(?:达到?|增至|提高到|降到|压到|超过?|突破)[\d一二三四五六七八九十百千万亿]+"
)
_NOUN_STATE = re.compile(
    r".{3,30}(?:提升|提高|增强|改善|向好|完善|稳定|同步|增长|覆盖|形成|健全|成型|加快|优化|凸显|彰显)$"
)
_VALOUR = re.compile(
    r"(?:要?有|保持|拿出|激发|展现|永葆|始终保持).*(?:劲头|意识|担当|精神|状态|清醒|定力|态势|姿态|作风|干劲|热情|斗志|本色|气魄|决心|信心|魄力|韧劲|自觉|底线思维)$"
)
_CONDUCT = re.compile(
    r"心往|希望大家|(?:多|少)[算想].{2,}|.{0,8}不[\u3400-\u9fff]不[\u3400-\u9fff]$|[\u3400-\u9fff]得[起下住进上了][^,、]{1,5}、|绷紧.*弦|用.{2,14}(?:说话|见分晓|论英雄)$|放下身段|换位思考|转变作风|虚心|高度重视|主动跨前|.*做到早.*早|算[好清]“?[^,]{1,6}账|不[当做搞][\u3400-\u9fff“]|带着.{2,4}[去来回]$|[^,]{2,14}到哪里|(?:坚决)?反对|(?:自觉)?接受.*监督|(?:多|少)[\u3400-\u9fff“].*(?:多|少|不)|讲.*讲|当.*不当|倾听|敢于|善于|勇于|甘于|乐于|.*过紧日子|永葆|"
    r"不(?:能|要)(?!够)|[\u3400-\u9fff这根弦]{0,9}不(?:能|可)|愿[意做当]|(?:完整、)?准确、全面贯彻|牢记|胸怀|心怀"
)
_FORBIDS = re.compile(r"[^,]{0,10}(?:不准|不许|切忌|(?:绝|决)不(?!能|得)|杜绝)(?!.*\d)")
_IF = re.compile(
    r"(?:[^,]{0,16}一旦|如果|如遇|倘若|若(?!干)|遇[到有][^,]{2,16}(?:点|问题|困难|情[况形]|阻力|分歧|事项|天气)$|待.{2,20}(?:后|时)$|(?![^,]*[要把\d])[^,]{2,12}(?<![及临按随适当准机工课小农实限定用])时$|"
    r"涉及[^,]{2,}(?:问题|事项|工作|内容|情形)$|对(?![接外标照表])(?!.*[把将要])[^,]{2,30}(?<![同均相])等[\u3400-\u9fff]{0,4}(?:行为|问题|企业|单位|项目|区域|部位|情况|货|人员|车辆|船舶|领域|环节|群体|事项|物品|工程|点位|设施)$)"
)
_BALANCE = re.compile(r"统筹(?!推|抓|做|实施|开展|建设|规划|协调|安排|利用|布局|整合|解决|城乡区域).+[和与].+")
_QUALITY = re.compile(r"(?:提升|提高|增强|增进|提振|厚植|激发|巩固)")
_SERVES = re.compile(r"(?:服务|融入|满足|保障.*需[要求])")
_ABSTRACT = re.compile(
    r"(?:水平|能力|效能|质量|质效|效率|效益|竞争力|驱动力|辐射力|影响力|凝聚力|承载力|[^能劳人动]力|"
    r"性|满意度|获得感|幸福感|安全感|感受?|率|“[^”]{1,4}率”|能级|位势|品质|本领|本事|主动权|活力|动力|潜力|"
    r"韧性|效应|作用|地位|功能|素养|条件|层次|优势|形象)$"
)
_MIND = re.compile(
    r".*(?:意识|自觉|自信|定力|责任感|紧迫感|使命感|观念|思想|思维|担当|敏锐性|政治站位|共识|责任|"
    r"使命|本色|初心|信心|决心|担当作为|主动作为)$"
)
_STEADY = re.compile(r"(?:始终|时刻|坚定不移|一以贯之|毫不动摇)")
_THING = re.compile(r".*(?:工程|项目|生产线|通道)$")
_GOAL = re.compile(
    r"(?:实现|打造|成为|形成|走在|建成|迈向|迈上|争创|跻身|塑造|开创|闯出|走出|谱写|再创|基本建成|"
    r"率先建成|争当|争做|跑出|交出(?=.*答卷)|营造(?=.*氛围$)|创建|牢牢守住|守住.*底线)"
)
_BUILT_STATE = re.compile(
    r".*(?:强[省市县区]|体系|高地|格局|社会|示范区|先行区|国家|大省|名城|标杆|样板|都市圈|之[城都乡]|现代化[\u3400-\u9fff]{0,6})$"
)
_GOAL_BUILD = re.compile(
    r"(?:建设|构建|打响).*(?:(?:标杆|示范|枢纽|支点|样板)城市|城市区域|服务型政府|强[省市区县]|高地|示范区|先行区|先导区|家园|样板|标杆|"
    r"都市圈|格局|名城|之城|大都市|国际化|现代化)$"
)
_DRIVE = re.compile(r"(?:推动|促进|带动|助推|助力)")
_PROGRESS = re.compile(
    r".*(?:取得.*(?:成效|进展|突破|成果)|稳定向好|高质量发展|迈上.*台阶|平稳.*发展|落地见效|"
    r"再上.*台阶|走深走实|稳中.*)$"
)
_PLACE_ABOVE = re.compile(r"[把将].+(?:摆在|放在|摆到|放到|置于|作为|视为|当作|贯穿|投向|用于|用在|结合起来|统一起来)")
_SPIRIT = re.compile(
    r"(?:落实|贯彻|传达|学习|对照|执行|服从).*(?:精神|部署|要求|决策|指示|批示|讲话|论述|思想|方针|重托|嘱托)[^,]{0,6}$"
)
_PARALLEL = re.compile(r"(?:[\u3400-\u9fff]{3,5}、)*[\u3400-\u9fff]{4}$")
_STAND = re.compile(r"站在.*(?:高度|角度|大局|全局|立场|位置)")
_WITHIN = re.compile(r"在[^,]{2,24}?(?:上|中|方面|领域)")
_SLOGAN = re.compile(r"(?:[\u3400-\u9fff]{4}、)+[\u3400-\u9fff]{2}(?:作为|进取|担当|拼搏|奋进|实干|奉献|向前)$")
_ANY_CONDUCT = re.compile("|".join(f"(?:{one.pattern})" for one in (_SLOGAN, _CONDUCT, _FORBIDS, _VALOUR, _BALANCE)))
_SOFT = re.compile(r".*(?:更好地?|更高[质水][量平])")
_TURNS = re.compile(
    r".*(?:发展|转型|升级|提速|流动|融合|提升|增长|扩容|扩围|提质|增效|集聚|向好|稳定|见效|落地|转变|转化|跃升|突破|互动|循环|成长|相融|"
    r"协同|共赢|回稳|改善|利用|重[组塑构]|贯通|扩面|壮大|集群化|[绿智现]?[\u3400-\u9fff]化|普及|上(?:平台|楼|云|台阶)|更加[\u3400-\u9fff]{2}|"
    r"充分[\u3400-\u9fff]{2}|落实到位|走深走实|畅通|优化|满意|受益|共享)(?:、[^、]{2,12})*$|"
    r".{4,}(?:向|由|从|转向|转为|迈向|走向|走上|进入|融入|接轨).{2,}"
)


Label = tuple[str, float] | None


@dataclass(frozen=True)
class Form:
    """What the label needs to know of a clause beside its text."""

    led: bool = False  # the sentence told somebody to act in this very clause (要 …)
    first: bool = False
    last: bool = False
    before: str = ""  # label of the clause before in the same sentence


@cache
def verbs() -> dict[str, str]:
    """Known verbs and the class they speak for; unknown verbs are actions.

    Source: words/verbs.csv, own list.
    """
    with (WORDS / "verbs.csv").open(encoding="utf-8", newline="") as file:
        return {row["verb"]: row["class"] for row in csv.DictReader(file)}


@lru_cache(maxsize=4096)
def core(text: str) -> str:
    """A clause without who must act, 要 and adverbs.

    Examples
    --------
    >>> core("各地各部门要进一步加快建设轨道"), core("着力打造高地")
    ('建设轨道', '打造高地')
    """
    rest = _BY_WHEN.sub("", _ORDINAL.sub("", after_lead(text), count=1), count=1)
    adverbs = _ADVERB.match(rest)
    return rest[adverbs.end() :] if adverbs and adverbs.end() < len(rest) - 1 else rest


def verb_of(text: str) -> tuple[str, str]:
    """Verb and object of a clause; an unknown verb is taken to have two characters.

    Examples
    --------
    >>> verb_of("要加快构建区间快线"), verb_of("攥紧关键环节")
    (('构建', '区间快线'), ('攥紧', '关键环节'))
    """
    rest = core(text)
    if rest.startswith(("把", "将", "对", "在", "以", "通过", "为", "与", "从", "向", "由", "立足")):
        later = _MAIN.search(rest, 1)
        if later:
            return later.group(), rest[later.end() :]
    for length in (4, 3, 2, 1):
        if rest[:length] in verbs() and len(rest) > length:
            return rest[:length], rest[length:]
    hastened = text[: len(text) - len(rest)].endswith("加快")  # 加快交通互联: the adverb is the verb itself
    return ("加快", rest) if hastened else (rest[:2], rest[2:])


def label(text: str, form: Form) -> tuple[str, float]:
    """Label of a clause and how sure its form makes us (0 to 1).

    Examples
    --------
    >>> label("加快织密市域轨道“一圈网”", Form())
    ('action', 0.9)
    >>> label("以快线为骨架", Form())[0], label("确保任务按期完成", Form(last=True))[0]
    ('adjunct', 'outcome')
    """
    rest = core(text)
    whole = after_lead(text)
    if "、" in whole[:6] and _PARALLEL.match(whole) and not whole.startswith(("会同", "联合")):
        return _conduct(whole) or _attitude(whole, form) or _by_verb(rest)
    if _SERVES.match(rest) and _SOFT.match(text[: len(text) - len(rest)]):
        return "outcome", 0.6
    if _DUE.match(text) and not _BUILT_STATE.match(rest):
        return "action", 0.7
    if _STEADY.match(whole) and not _PROGRESS.match(rest):
        return "principle", 0.7
    return (
        _conduct(rest)
        or _service(rest)
        or _stance(rest, form)
        or _frame(rest, form)
        or _end_state(rest)
        or _mind(rest)
        or _effect(rest, form)
        or _attitude(rest, form)
        or _by_verb(rest)
    )


def _conduct(rest: str) -> Label:
    """How people shall behave: a principle."""
    return ("principle", 0.75) if _ANY_CONDUCT.match(rest) else None


def _service(rest: str) -> Label:
    """What is done for somebody or something: an outcome."""
    return ("outcome", 0.85) if _CELEBRATE.match(rest) or _FOR.match(rest) else None


def _stance(rest: str, form: Form) -> Label:
    """以A为B, 站在…高度: a principle where 要 leads it, else an adjunct."""
    if not (_STAND.match(rest) or _AS.match(rest)):
        return None
    principle = form.led or rest.startswith("坚持")
    return ("principle" if principle else "adjunct"), 0.85


def _frame(rest: str, form: Form) -> Label:
    """Adjuncts: frames without a main verb of their own."""
    undone = _UNDONE.match(rest) and not _starts_with_verb(rest)
    if undone or _PLACE_FRAME.match(rest) or _FRAME_ALWAYS.match(rest) or _IF.match(rest):
        return "adjunct", 0.85
    if _FOCUS.match(rest) and not _MAIN.search(rest, 4):
        return "principle", 0.7
    by = _BY.match(rest)
    if by and not _AS.match(rest):
        return "outcome", 0.65
    return _manner(rest) or _framed(rest, form)


def _manner(rest: str) -> Label:
    """以…方式 in front of the verb."""
    found = _BY_MANNER.match(rest)
    return _by_verb(rest[found.end() :]) if found else None


def _framed(rest: str, form: Form) -> Label:
    """通过…, 围绕…: an adjunct by itself, else what its main verb says."""
    framed = _FRAME.match(rest)
    main = _MAIN.search(rest, 3) if framed else None
    if _MANNER_BY.match(rest) or (framed and not main):
        return "adjunct", 0.75
    if main and framed:
        later = rest[main.start() :]
        return _end_state(later) or _effect(later, form) or _by_verb(later)
    return None


def _end_state(rest: str) -> Label:
    within = _WITHIN.match(rest)
    if within and _GOAL.match(core(rest[within.end() :])):
        return "goal", 0.7
    if rest.startswith("打造") and _THING.match(rest):
        return "action", 0.65
    if _COUNT.search(rest) and not _BECOME.match(rest):
        return "action", 0.8
    if _NOUN_STATE.match(rest) and not _starts_with_verb(rest):
        return "goal", 0.7
    if rest.startswith("建成") and not _BUILT_STATE.match(rest):
        return "action", 0.7
    return ("goal", 0.75) if _BECOME.match(rest) or _GOAL.match(rest) or _GOAL_BUILD.match(rest) else None


def _mind(rest: str) -> Label:
    strengthens = _QUALITY.match(rest) or verbs().get(rest[:2]) == "principle"
    return ("principle", 0.85) if strengthens and any(map(_MIND.match, rest.split("、"))) else None


def _effect(rest: str, form: Form) -> Label:
    if _ENSURE.match(rest) or (_ENSURED.match(rest) and not _starts_with_verb(rest)):
        return "outcome", 0.85
    if _QUALITY.match(rest) and _ABSTRACT.search(rest):
        return "outcome", 0.75
    late = not form.first and form.before != "adjunct" and _PROGRESS.match(rest)
    return ("outcome", 0.65) if _DRIVE.match(rest) and (late or _TURNS.match(rest)) else None


def _attitude(rest: str, form: Form) -> Label:
    if _PLACE_ABOVE.match(rest) or _SPIRIT.match(rest):
        return "principle", 0.85
    if (
        _PARALLEL.match(rest)
        and ("、" in rest or form.before == "principle")
        and "一个" not in rest
        and _verb_class(rest) != "action"
    ):
        if form.led or form.before in ("principle", "") or form.first:
            return "principle", 0.6
        return "adjunct", 0.55
    return None


def _starts_with_verb(rest: str) -> bool:
    return any(rest[:length] in verbs() for length in (4, 3, 2))


def _verb_class(rest: str) -> str:
    return next((verbs()[rest[:n]] for n in (4, 3, 2, 1) if rest[:n] in verbs()), "")


def _by_verb(rest: str) -> tuple[str, float]:
    found = _verb_class(rest)
    return (found, 0.9) if found else ("action", 0.65)
