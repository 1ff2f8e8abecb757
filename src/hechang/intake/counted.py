"""What a figure counts: the noun after it, or the noun before it; growth is told of the noun named last."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hechang.intake.labels import verbs

_RUN = re.compile(r"[\u3400-\u9fffA-Za-z0-9“”()·+—-]{1,26}")
_LIMIT = re.compile(r"(?:及?以上|左右|以内|以下|之多|不等|上下)的?|\([\u3400-\u9fff]{1,4}\)")
_CUT = re.compile(
    r"加快|全部|均(?!衡)|已|将|正在|顺利|正式|首次|率先|稳居|稳步|入选|获[评批得]|列入|投入|投产|投用|建成|开工|落地|拓展到|"
    r"[增升降]至|增加到|达到?|累计|同比|覆盖|实现|纳入|位居|居全|名列|受到|被|取得|共同|分别|相继|陆续|先后|为(?!民)|是|"
    r"在(?!建|线)|中(?=有|[,。;])|从|向|由|与(?=\d)|和(?=\d|其)|及(?=\d)|以及(?=\d)|或(?=\d)|对(?!接|外|口|话)|使|让|约|"
    r"超(?=[\d百千万亿])|不[少低]于|不超过|到(?!位|货|港|达)|用于|组建|参加|出席|试点|试行|一[段个条项批步]一|互相|相互|同时|基本(?![公农养医生])|逐步|下放|结对|集中(?![连居供式区])|托管|敲定|"
    r"设立|成立|赴|落笔|集聚(?!区)|\d"
)
_NO_NOUN = re.compile(
    r"(?:以|和|与|及|或|并|且|而|为|是|在|对|将|从|向|由|把|使|让|就|也|又|还|均|已|能|可(?!再)|增|降|升|涨|跌|提|达|占|比|"
    r"同|较|高于|低于|拓展|完成|实现|推进|建成|投用|竣工|开工|落地|入选|获|列|排名|保持|位列|居(?!民)|后|前|起|内|时|左右|到|至|"
    r"范围|之)"
)
_REPEAT = re.compile(
    r"(?:累计|总计|合计|共计|一共|共有?|已有?|均|全部|达到?|达成|约?为|约|近|超过?|逾|突破|破|不少于|不低于|不超过|首次|"
    r"至少|高达|仅|有|是|按|占|[增升降]至|(?:增加|增长|上升|提升|提高|扩大|拓展|扩容|压减|下降|降低|缩短|压缩|回落|跃升|升级)[到至为]|"
    r"稳定在|保持在?|控制在|维持在|位居|折合|连续|为期|历时|从|由|到|至|在|以|各|再|又|即|最高|最多|最低|给予|压|超额完成|每年|每月|大概|接近|力争|"
    r"预计|计划|要|需|应|将|新增|净增|增设|[新续]?签约?|安排)$"
)
_GROWTH = re.compile(
    r"(?:同比|环比|累计|实际|名义|均|各|约|较[\u3400-\u9fff\d“”]{1,8}|比[\u3400-\u9fff\d“”]{1,8})*"
    r"(?P<how>(?:年均|平均)?(?:增长|下降|上升|提高|提升|增加|减少|降低|改善|回落|上涨|下跌|压减|削减|增速|降幅|增幅|涨幅|缩短))"
    r"(?:了|约|超|近|率|幅度)*$"
)
_LEAD = re.compile(
    r"(?:全年|今年|去年|目前|截至[\u3400-\u9fff\d]{0,6}|力争|预计|计划|其中|同时|当前|现已|已经|已|还|并|再|又|共(?![同建享])|累计|但|该|估算|把|让|使|后?将|后(?=新增)|\d{1,2}[.、]|给予|"
    r"总共|一年来|五年来|近年来|我们|我[市省区县]|首批|新一轮|成功|顺利|全面|持续|着力|积极|加快|大力|超额|和|与|及|以及|"
    r"集中|每年|全[市省区县县域]+(?=完成|实现|新增|建成|实施|改造|新建|开工|整治|推进|累计|共(?!同))|(?:会议|大会)?(?:指出|强调|要求|明确|提出))"
)
_DO = re.compile(
    r"(?:新增|新建|新设|新签|新开工|建成|完成|实现|实施|改造|新改扩建|改扩建|改建|扩建|扩大|开通|开行|引进|引育|培育|在建|已建|"
    r"集聚|认定|获批|获评|布局|承担|推出|发放|发布|出台|落实|落地|签约|竣工|投产|开工|投用|投入|办理|办结|开展|举办|关停|盘活|"
    r"争取|拥有|设立|设置|组建|建设|打造|推进|推动|化解|整治|修复|治理|淘汰|腾退|收储|供应|筹集|筹措|提供|接待|处置|带动|"
    r"吸引|吸纳|帮助|帮扶|服务(?!业|性)|发展|形成|保障(?!性)|新登记|归集|上线|接入|覆盖|惠及|解决|排查|查处|创建|创成|入选|拆除|"
    r"种植|植树|铺设|配备|购置|更新|升级|提升|优化|启动|储备|谋划|安排|下达|压减|扩大|纳入|遴选|收集|拨付|减免|兑现|征收|融资|制定|修订|通过|立案|建立|支持)"
)
_STRUCTURE = re.compile(
    r"(?:重要|重大|主要|关键|核心|具体|突出|基本|根本|战略|工作|重点)*"
    r"(?:方面|环节|角度|层面|要点|意见|建议|关键|重点|方向|维度|问题|要求|结合|转变|面向|统筹|转型|必须|走在前列?|着力点?|"
    r"更好统筹|关系|原则|步骤|阶段|抓手|层次|一律|务必|善于|领域|特点|特征|优势|任务|目标|维|说明|因素|新|高|强|规定|更|方案|班子|"
    r"事项|措施|举措|机制)"
    r"(?:$|[工要来着入下上展开推作])|(?:坚持|维护|确立|意识|自信|毫不|聚焦|突破|提升|强化|率先|规定|务必|善于|必须|班子)"
)
_MEASURED = re.compile(r"[\u3400-\u9fff]{1,3}(?:额|值|量|数|率|入|收|积|资|费|重)$")
_HEAD = re.compile(
    r"(?:项目|工程|中心|平台|基地|企业|机构|设施|措施|任务|事项|行动|计划|方案|机制|试点|改造|建设|服务|活动|场景|人[员才]|岗位|"
    r"线路|床位|学位|住房|课程|制度|政策|产[品业]|集群|举措|成果|建议|提案|整治|治理|协议|意见|空间|面积|模式|技术|专利|法规|条例|办法|保险|医院|学校|时间|精品|成本|[金系量度率费额券款站所区园点村镇市县员者家品地田林路桥楼院校馆店厂"
    r"车船机器房库场网线带圈城岛湖河港户案业策])$"
)
_GIVEN_TO = re.compile(r"(?:组建|设立|成立|用于|建设|支持|扶持|发放|购置|改造)")
_WITHIN = re.compile(r".*(?:完成|实现)(?=[\u3400-\u9fff]{3})")
_HAS = ("有", "具", "能", "可", "较", "更", "最", "高", "达", "超", "符合", "带", "含", "面向")
_OPENS, _CLOSES = "“(《", "”)》"


@dataclass
class Topic:
    """What a sentence has counted so far; `floor` is where the words that belong to the next figure begin.

    `parts` are the nouns of an `A、B分别…`, `turn` the one whose figure comes next.
    """

    text: str
    floor: int
    noun: str = ""
    parts: tuple[str, ...] = ()
    turn: int = 0
    growth: str = ""


def noun_after(text: str, at: int, end: int, kind: str) -> tuple[str, int]:
    """The noun that follows a figure and its end; empty where another word follows.

    Examples
    --------
    >>> noun_after("33个组团加快建设", 3, 9, "count"), noun_after("占45%以上", 4, 6, "share")
    (('组团', 5), ('', 4))
    >>> noun_after("8个城市的合作", 2, 7, "count"), noun_after("8个有实力的城市", 2, 8, "count")
    (('城市', 4), ('有实力的城市', 8))
    """
    limit = _LIMIT.match(text, at, end)
    first = limit.end() if limit else at
    if kind in ("share", "time") and not text.startswith("的", first):
        return "", at
    first += text.startswith("的", first)
    run = _RUN.match(text, first, end)
    if not run or _NO_NOUN.match(text, first, end):
        return "", at
    cut = _CUT.search(text, first + 1, run.end())
    last = _before_verb(text, first, _balanced(text, first, cut.start() if cut else run.end()))
    whose = text.find("的", first, last)
    if whose > first and not text.startswith(_HAS, first):
        last = whose
    while last > first and text[last - 1] in "的和与及等或—-":
        last -= 1
    noun = text[first:last]
    if not noun or (len(noun) < 2 and noun not in "镇村县区市乡人户山河湖港桥路") or _verbal(noun):
        return "", at
    return noun, last


def _before_verb(text: str, first: int, last: int) -> int:
    """End of a noun before the verb it is the subject of; a verb inside a compound (`改造项目`) stays."""
    if _HEAD.search(text, first, last):
        return last
    return next((at for at in range(first + 2, last - 1) if text[at : at + 2] in verbs() and text[at - 1] != "”"), last)


def given_to(text: str, at: int, end: int) -> tuple[str, int]:
    """What a sum is given to: `3亿元组建基金`, and its end.

    Examples
    --------
    >>> given_to("3亿元组建协同发展基金", 3, 11)
    ('协同发展基金', 11)
    """
    verb = _GIVEN_TO.match(text, at, end)
    return noun_after(text, verb.end(), end, "money") if verb else ("", at)


def _verbal(noun: str) -> bool:
    """A known verb alone is no noun."""
    return noun in verbs() and len(noun) <= 2


def _balanced(text: str, first: int, last: int) -> int:
    """End of a run before a bracket or quote that does not close in it, or closes one that it did not open."""
    depth: list[int] = []
    for at in range(first, last):
        if text[at] in _OPENS:
            depth.append(at)
        elif text[at] in _CLOSES:
            if not depth:
                return at
            depth.pop()
    return depth[0] if depth else last


def noun_before(topic: Topic, at: int, kind: str) -> str:
    """The noun a figure is told of; growth without a noun of its own is told of the noun named last.

    Examples
    --------
    >>> said = "甲市技改投资30亿元、增长5%"
    >>> topic = Topic(said, 0)
    >>> noun_before(topic, 6, "money"), noun_before(topic, 13, "share")
    ('甲市技改投资', '甲市技改投资增长')
    """
    text = topic.text
    first = max(topic.floor, at - 40)
    edge = max(text.rfind(mark, first, at) for mark in ",;:!?。、|")
    segment, growth = _growth(_plain_end(text[max(first, edge + 1) : at]))
    bare = _plain_end(segment.removesuffix("分别"))
    if segment.endswith("分别") and bare:
        return _first_of(topic, at, growth)
    noun = "" if bare in ("和", "与", "及") else _plain_start(bare, kind)
    if len(noun) >= 2:
        topic.noun, topic.parts = noun, ()
        return noun + growth
    if topic.parts:
        return _next_of(topic, growth, again=segment.endswith("分别"))
    return topic.noun + growth


def _first_of(topic: Topic, at: int, growth: str) -> str:
    """`A、B零售额分别增长5%、6%`: what each of the figures is told of."""
    text = topic.text
    first = max(topic.floor, at - 60)
    edge = max(text.rfind(mark, first, at) for mark in ",;:!?。|")
    said = _plain_end(_growth(_plain_end(text[max(first, edge + 1) : at]))[0].removesuffix("分别"))
    said = _plain_start(said, "share")
    parts = [part for part in re.split(r"[、和与及]|以及", said) if part] or [said]
    if len(parts) == 1 and "城乡" in said:
        parts = [said.replace("城乡", "城镇", 1), said.replace("城乡", "农村", 1)]
    tail = _MEASURED.search(parts[-1])
    shared = tail.group()[-3:] if tail and len(parts[-1]) > 3 else ""
    topic.parts = (*(part if _MEASURED.search(part) else part + shared for part in parts[:-1]), parts[-1])
    topic.turn, topic.growth, topic.noun = 1, growth, parts[-1]
    return topic.parts[0] + growth


def _next_of(topic: Topic, growth: str, *, again: bool) -> str:
    if again:
        topic.turn, topic.growth = 0, growth
    at = min(topic.turn, len(topic.parts) - 1)
    topic.turn = at + 1
    return topic.parts[at] + (growth or topic.growth)


def _growth(segment: str) -> tuple[str, str]:
    found = _GROWTH.search(segment)
    return (segment[: found.start()], found.group("how")) if found else (segment, "")


def _plain_end(segment: str) -> str:
    """Without the verbs and adverbs that lead over to the number."""
    while found := _REPEAT.search(segment):
        segment = segment[: found.start()]
    return segment


def _plain_start(segment: str, kind: str) -> str:
    """Without what is done to the noun: `完成技改投资` is `技改投资`."""
    for _ in range(4):
        found = _LEAD.match(segment) or (_DO.match(segment) if len(segment) >= 4 else None)
        step = found.end() if found else 2 if len(segment) >= 6 and segment[:2] in verbs() else 0
        if not step:
            break
        segment = segment[step:]
    segment = _WITHIN.sub("", segment)
    inner = max(segment.rfind(mark) for mark in ("的", "了")) if kind == "count" else segment.rfind("了")
    if inner >= 0 and len(segment) - inner > 2:
        segment = segment[inner + 1 :]
    return _whole(segment.strip("、的"))


def _whole(segment: str) -> str:
    """Without quotes or brackets that stand alone."""
    for opens, closes in zip(_OPENS, _CLOSES, strict=True):
        if segment.count(opens) != segment.count(closes):
            segment = segment.replace(opens, "").replace(closes, "")
    return segment


def structures(noun: str, value: float) -> bool:
    """Tell whether a count only orders the text.

    Examples
    --------
    >>> structures("方面", 4), structures("项目", 4), structures("", 40)
    (True, False, False)
    """
    return (not noun and value <= 10) or (value <= 10 and _STRUCTURE.match(noun) is not None)
