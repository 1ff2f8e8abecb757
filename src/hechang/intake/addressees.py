"""Who must act: the nearest subject before 要, 应 or 将, a body before its duty (由X牵头), and who helps (会同Y)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from hechang.intake.gazetteer import is_known
from hechang.intake.labels import verbs
from hechang.intake.leads import lead_of, promise
from hechang.intake.verb_first import begins_with_verb

NAMES = 40  # characters of bodies in front of their duties
_CUT = re.compile(
    r".*(?:指出|强调|要求|表示|提出|责成|决定|会议|同时|特别是|尤其是|另外|因此|当前|下一步|接下来|下阶段|对此|为此|会后|会上|"
    r"今后一个时期|以及|[一二三四五六七八九十][是、]|:|,|[“‘])"
)
_FRAME_END = re.compile(
    r"(?:上|中|方面|时|下|后|前|里|内|时期|过程|基础|我们|大家|也|都|还|就|更|又|既|但|而|则|因此|即|均)$"
)
_ORG = (
    r"(?:部门|单位|各地|板块|街道(?:办事处)?|[局委办厅署院校]|企业|公司|集团|园区|开发区|功能区|小组|机构|媒体|"
    r"党组织|党组|党委|支部|主体|政府|专班|指挥部|管委会|管理办公室|委员会|协会|商会|代表|委员|各方|[双三四甲乙丙各]方|[两三四五]地|[两三四五六七八九]市|[市区县镇]财政(?![部局厅政收支预资])|各级|中心|"
    r"督查室|(?:组织|宣传|统战|武装|农工|网信)部|工作组|专题组|各组|秘书处|理事会|分行|支行|海关|法院|检察院|分公司|分队|标段|轮值方|重工|银行|工会|供销社|办公室|支队|分局|联盟|街镇|镇街|村居|国企|党支部|代建方)"
)
_BODY = re.compile(
    rf"(?:{_ORG}|地区|镇|乡|村|[区县市省处]|班子|成员|干部|同志|上下|高校|医院|组织|党员|人员|个人|负责人|一把手|平台|青年|条线|[两三四五]市|"
    rf"(?<![全内外局])部|组|室|(?<!场)所|队|(?<!地)方|[省市区县镇乡村]里)"
    r"(?:\([^()]*\))?$"
)
_URGES = re.compile(
    r"[他她也并]?(?:要求|希望|建议|号召|勉励|嘱咐|指示)"
    r"(?=各|全|有关|相关|企业|大家|[双三]方|[\u3400-\u9fff]{2,12}?(?:局|委|办|部门?|单位|公司|集团|方面|中心|专班)|[\u3400-\u9fff]{1,5}[市区县镇])"
)
_HERE = re.compile(r"上下$|^.{0,6}[省市区县镇乡村]里$")
_PRONOUN = re.compile(r"你们|大家")
_TRAIL = re.compile(
    r"(?:每个?[年月季周天日]度?|至少|年内|今年|明年|手里|手上|(?:年|\d{1,2}月)底?前|也|都|还|更|则|均|就|一定|同样|首先|原则上|分别|一律|你们[两三四]?[家个]?)+$"
)
_LISTENER = re.compile(
    r"(?:叮嘱|嘱咐|提醒|告诫|勉励|要求)(?:随行的)?(?P<who>[\u3400-\u9fff()、]{2,14}(?:同志|干部|负责人|企业|部门|单位|(?:人|我|他|同志)们|员工|职工|人员|(?<![布格结全时大])局|委|镇))$"
)
_START = re.compile(r"(?:各|全[市省区县体]|有关|相关|所有|市|省|区|县|我[市省区县]|双方)")
_VERBAL = re.compile(
    r"(?:通过|按照|根据|围绕|针对|立足|结合|聚焦|推进|加快|加强|以|把|对|在|从|坚持|为|确需|确有|涉及|遇有|除|凡|"
    r"(?:建设|推动|完善|提升|打造|发展|服务|做好|抓好|实施|开展|落实)(?!.{0,6}(?:局|委|办|单位|公司|集团|部门)))"
)
_NOBODY = re.compile(r"(?:我们|下一步|接下来|项目|工程|.*(?:项目|工程|园))$")
_NAME = (
    rf"(?:各[\u3400-\u9fff、]{{0,12}}?\([^()]{{1,12}}\)(?:政府|管委会|党委)|"
    rf"(?:所有|全体)[\u3400-\u9fff]{{1,8}}?(?:干部|单位|部门|党员|企业)|全[市省区县镇]|"
    rf"各[\u3400-\u9fff、]{{0,12}}?(?:{_ORG}|[区县市镇乡村])|[\u3400-\u9fff]{{0,12}}?{_ORG})(?:\([^()]{{1,12}}\))?"
)
_DOES = (
    r"(?:负责|牵头(?!人|单位|部门)|统一|同步|回去|\d{1,2}月|[一二三四五六七八九十\d]{1,2}[日天个](?:工作日|之)?[前内]|"
    r"会同|配合|协助|协同|联合(?!会)|共同|分别|自行|具体|定期|每[年月季半周日]|按照|按[时期季月年]|对照|根据|结合|"
    r"(?:这个?|本)[月周]|今[天年后]|明天|[上下]周|随即|启动|取消|须|选派|就|立即|马上|对|把|将|做好|抓[紧好]|及时|组织(?!部)|统筹|落实|制定|加强|强化|完善|建立|编制|出台|安排|承担|提供|指导|督促|"
    r"推[动进出]|加快|开展|保障(?!局|中心)|于\d|在\d|研究(?!院|所|中心|会)|明确|主动|积极|进一步|尽快|可(?=联合|探索|推出|研究|对|直接|配备|根据|按|在)|认真|带头|率先|既|逐)"
)
_DUTY = re.compile(rf"(?P<by>由|请)?(?P<who>{_NAME}(?:[、和与及]{_NAME}){{0,8}}?)(?={_DOES})")
_BY = re.compile(
    rf"(?:^|(?<=[^,]))(?P<by>由)(?P<who>{_NAME}(?:[、和与及]{_NAME}){{0,8}}?)(?!任|担任|组成|为|督查|分管|主要|的|副|长|和|与|共同组成|联合组成)(?=[\u3400-\u9fff])"
)
_INVITED = re.compile(
    rf"请(?P<who>{_NAME}(?:[、和与及]{_NAME}){{0,8}}?|大家|你们|[\u3400-\u9fff]{{2,4}}同志)(?=[\u3400-\u9fff])"
)
_FORBIDDEN = re.compile(r"(?P<who>[^,的]{2,20}?)(?:不得(?!不|已)|不准|不许|不能(?!够)|严禁|切勿|决不|绝不)")
_PLACED = re.compile(
    r"(?P<who>[\u3400-\u9fff]{2,8}?[省市区县镇乡](?:[、和与][\u3400-\u9fff]{2,8}?[省市区县镇乡]){0,8})(?=[\u3400-\u9fff]{3})"
)
_BEFORE_WHO = "与由和在对从把将以为经"
_PARTIES = re.compile(
    r"(?P<who>[甲乙丙丁]方(?:[、和与][甲乙丙丁]方)*|[双三四各]方|(?:[\u3400-\u9fff]{2,5}、)+[\u3400-\u9fff]{2,5}?[两二三四五六七八九十][地市区县镇乡家校院]|其余[\u3400-\u9fff]{0,4}[市区县镇])"
    r"(?=[\u3400-\u9fff\d])(?![面案法式向针可便位言的、和与之间])"
)
_PLACE_DOES = re.compile(
    r"由?(?P<who>[\u3400-\u9fff]{2,8}?(?:[、和与][\u3400-\u9fff]{2,8}?){0,4})(?=负责|牵头|承办|承担|同步|立即|联合(?!会)|共同|统一|协同|分别|率先|轮流|携手)"
)
_PLACES_DO = re.compile(
    r"(?P<who>[\u3400-\u9fff]{2,6}?(?:[、和与][\u3400-\u9fff]{2,6}?){1,8})"
    r"(?=\d{1,2}月|[年月]底|今年|明年|按|将|拿出|完成|抓紧|尽快|开展|实施|推进|加快|建设|建立|共建|共享|提供)"
)
_BY_PLACES = re.compile(
    r"由(?P<who>[\u3400-\u9fff]{2,6}?(?:[、和与][\u3400-\u9fff]{2,6}?){0,8})(?=负责|牵头|承办|主办|轮值|承担|担任|于|按|共同|联合|分别|轮流)"
)
_TOLD = re.compile(r"(?:会议|大会)[\u3400-\u9fff]{0,4}(?:责成|要求)")
_WITH = re.compile(r"(?:正在?|将|已|拟|也|还)?(?:会同|联合)(?!会)")
_EACH = re.compile(r"(?P<who>(?:每个|各个?|所有|全[市省区县体])[\u3400-\u9fff、]{1,14}?)(?:也|都|均|还)$")
_COUNTED = re.compile(r"(?:首先|其次|再次|最后|第[一二三四五]|(?<=[\u3400-\u9fff)])[一二三四五])$")
_ALSO = re.compile(r"^(?:其中|同时|此外|另外|届时)")
_WHEN = re.compile(r"(?:下一?步|接下来|今后|未来|今年|明年|年内|[上下]半年|.{0,4}[年月季度]$)")
_ASKED = re.compile(r"^(?:并|同时)?(?:建议|希望|请|恳请|提请)")
_TOPIC = re.compile(rf"(?P<who>{_NAME})作为")
_HELPED = re.compile(r"会同|联合(?=[\u3400-\u9fff]{2,12}(?:局|委|办|部门|单位|公司|集团|中心|政府))")
_SUPPORT = re.compile(rf"牵头[,、](?P<co>{_NAME}(?:[、和与及]{_NAME}){{0,8}}?)(?:等)?(?:配合|参与|协助|落实|搭把手)")
_HELPS = re.compile(
    rf"{_NAME}(?:[、和与及]{_NAME}){{0,8}}?(?:等)?(?:分别|共同|做好)?(?:配合|参与|参加|协助|搭把手)(?:做好)?(?:工作)?$"
)


@dataclass(frozen=True)
class Bodies:
    """The body told to act as printed (empty: none), the leading ones and those that help."""

    told: str = ""
    lead: tuple[str, ...] = ()
    co: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def bodies_in(said: str) -> Bodies:
    """The bodies a clause tells to act; those that help stand apart.

    Examples
    --------
    >>> bodies_in("由市住建局牵头,市财政局、各区配合")
    Bodies(told='市住建局', lead=('市住建局',), co=('市财政局', '各区'))
    >>> bodies_in("县发改委会同县统计局建立调度机制").co
    ('县统计局',)
    """
    told = addressee_in(said)
    if not told:
        return Bodies()
    helped = _SUPPORT.search(said)
    co = _each(helped.group("co")) if helped else _helpers(said, said.find(told) + len(told))
    led = said.find(told) < said.find("牵头") or bool(co)
    return Bodies(told, (told,) if led else (), co)


def _each(names: str) -> tuple[str, ...]:
    """Bodies of a list; `和` parts two of them, and is kept inside the name of one."""
    found = (one for name in split_names(names) for one in _halves(name))
    return tuple(found)


def _halves(name: str) -> list[str]:
    parts = re.split("[和与及]", name)
    return parts if len(parts) > 1 and all(map(_BODY.search, parts)) else [name]


def helps(said: str) -> bool:
    """Tell whether a clause only names bodies that help the one in front of it (`A牵头,B配合`).

    Examples
    --------
    >>> helps("市财政局、各区配合"), helps("配合做好验收")
    (True, False)
    """
    return _HELPS.match(said) is not None


def _helpers(said: str, start: int) -> tuple[str, ...]:
    """The bodies behind 会同: up to the verb of what they do together."""
    found = _HELPED.search(said, start)
    if not found:
        return ()
    at = found.end()
    stops = (
        end
        for end in range(at + 2, min(len(said), at + 40))
        if said[end : end + 2] in verbs() or said[end] in "把对将,"
    )
    end = next((one for one in stops if _BODY.search(said[at:one]) or said[one - 1] in ")市"), 0)
    end = end or (len(said) if found.group() == "会同" and _BODY.search(said[at:]) else 0)
    return _each(said[at:end]) if end else ()


def names_bodies(said: str) -> bool:
    """Tell whether some words only name bodies, as those in front of their duties do (`市发改委、各区:`).

    Examples
    --------
    >>> names_bodies("市发改委、各区"), names_bodies("分管领导"), names_bodies("强化组织"), names_bodies("建设快线")
    (True, True, False, False)
    """
    return len(said) <= NAMES and not lead_of(said) and all(map(_is_body, split_names(said)))


def _is_body(name: str) -> bool:
    if name[:2] in verbs() or name.endswith(("布局", "格局", "大局", "全局", "方面")):
        return False
    return is_known(name) or _BODY.search(name) is not None or name.endswith("领导")


def split_names(names: str) -> list[str]:
    """Names of a list; brackets and a bare kind of place (县级市、区) stay with the name before.

    Examples
    --------
    >>> split_names("市发改委、各县(市、区)"), split_names("相关县级市、区")
    (['市发改委', '各县(市、区)'], ['相关县级市、区'])
    """
    made: list[str] = []
    for name in re.split(r"[、,;](?![^(]*\))", names.strip()):
        if len(name) == 1 and made:
            made[-1] += f"、{name}"
        elif name.strip():
            made.append(name.strip())
    return made


def addressee_in(said: str) -> str:
    """The body a clause tells to act, as printed; empty where the clause names none.

    Examples
    --------
    >>> addressee_in("各地各部门要压实责任"), addressee_in("产业方面要聚焦"), addressee_in("无锡将深入学习")
    ('各地各部门', '', '无锡')
    >>> addressee_in("由区住建局牵头"), addressee_in("市财政局每年安排资金"), addressee_in("请各单位于4月底前报送")
    ('区住建局', '市财政局', '各单位')
    """
    urged = _URGES.match(said)
    said = said[urged.end() :] if urged else _TOLD.sub("", said, count=1)
    lead = lead_of(said)
    if lead and lead.group() == "请" and lead.start() <= 2:
        invited = _INVITED.match(said, lead.start())
        return _on_duty(said[lead.start() :]) or (invited["who"] if invited else "")
    if lead and said.startswith("由", lead.end()):
        return _on_duty(said[lead.end() :])
    if lead and lead.start() <= 45:
        return _subject(said[: lead.start()].removesuffix("不"))
    forbidden = _FORBIDDEN.match(said)
    if forbidden:
        return _subject(forbidden["who"])
    promised = _ALSO.sub("", promise(said))
    if promised == "我们":
        return promised
    who = "" if _VERBAL.match(promised) or _WHEN.match(promised) else promised or _on_duty(said)
    return "" if _NOBODY.match(who) else who


def _on_duty(said: str) -> str:
    place = _PLACE_DOES.match(said) or _PLACES_DO.match(said)
    if place and all(is_known(name) for name in re.split("[、和与]", place["who"])):
        return place["who"]
    by = _BY_PLACES.search(said, 0, 60)
    if by and all(is_known(name) or name[-1] in "市区县镇" for name in re.split("[、和与]", by["who"])):
        return by["who"]
    found = _DUTY.match(said) or _BY.search(said, 0, 48)
    who = _ASKED.sub("", _WITH.split(found.group("who"))[0]) if found else ""
    verbal = found is not None and not found.group("by") and (who[:2] in verbs() or _VERBAL.match(who))
    if len(who) >= 2 and not verbal:
        return who.rpartition("由")[2]
    placed = _PLACED.match(said)
    if placed and begins_with_verb(said[placed.end() :]) and all(map(is_known, re.split("[、和与]", placed["who"]))):
        return placed["who"]
    party = _PARTIES.match(said)
    return "" if party is None or party["who"][:2] in verbs() or party["who"][0] in _BEFORE_WHO else party["who"]


def topic_in(said: str) -> str:
    """The body a clause speaks of as something (港口集团作为实施主体); empty where it does not.

    Examples
    --------
    >>> topic_in("港口集团作为实施主体"), topic_in("作为牵头单位")
    ('港口集团', '')
    """
    found = _TOPIC.match(said)
    return found.group("who") if found else ""


def urges(said: str) -> bool:
    """Tell whether a clause urges a body in its own words (要求各板块…).

    Examples
    --------
    >>> urges("要求各板块对照清单再梳理一遍"), urges("要求很高")
    (True, False)
    """
    return _URGES.match(said) is not None


def listener(said: str) -> str:
    """Whom the clause of a speech verb names as the one spoken to; empty where it names none.

    Examples
    --------
    >>> listener("他叮嘱随行的县文旅局"), listener("他要求各地加快建设"), listener("他要求优化产业布局")
    ('县文旅局', '', '')
    """
    found = _LISTENER.search(said)
    return found.group("who") if found and not begins_with_verb(found.group("who")) else ""


def does(said: str) -> bool:
    """Tell whether a clause begins with a body and what it does (市财政局每年安排资金).

    Examples
    --------
    >>> does("市财政局每年安排资金"), does("开发区建设水平")
    (True, False)
    """
    return bool(_on_duty(said))


def _subject(before: str) -> str:
    cut = _CUT.match(before)
    subject = _TRAIL.sub("", _COUNTED.sub("", (before[cut.end() :] if cut else before).removeprefix("由")))
    if _PRONOUN.fullmatch(subject):
        return subject
    each = _EACH.match(subject)
    if each and _BODY.search(each["who"]):
        return str(each["who"])
    if (
        not subject
        or (_FRAME_END.search(subject) and not _HERE.search(subject))
        or (_VERBAL.match(subject) and not _START.match(subject))
    ):
        return ""
    if _NOBODY.match(subject) or len(subject) > 30:
        return ""
    known = all(is_known(name) for name in re.split("[、和与]", subject))
    return subject if known or _BODY.search(subject) or (subject.startswith("各") and len(subject) < 20) else ""
