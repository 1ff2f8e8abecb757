"""Names of projects: the noun that closes them, how far they reach to the left, lists that share one noun.

`甲、乙、丙高铁` and `甲、乙等通道` name three and two; `一批园区`, `36个平台`, `产业园区` name none.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from hechang.intake.gazetteer import WORDS, Gazetteer, is_known, town_names
from hechang.intake.labels import verbs
from hechang.intake.one_pattern import one_pattern

_CHAR = re.compile(r"[\u3400-\u9fffA-Za-z0-9“”()·—\-+]")
_PHASE = (
    r"(?:[一二三四五六七八九十\d]{1,2}期|[东西南北中]段|[\u3400-\u9fff]{2,4}至[\u3400-\u9fff]{2,4}段|"
    r"[\u3400-\u9fff]{2,3}段|[东西南北]延(?:伸段?|线)?)"
)
_MODE = (
    r"(?:改扩建|新建|扩建|改建|续建|迁建|改造|提升|整治|治理|延伸|扩容|修复|加固|提标|增容|快速化改造|提档升级|"
    r"综合|配套)"
)
_EDGE = re.compile(
    r"推进|推动|加快|实施|打造|建设好?|建成|建好|启动(?!区)|启用|开工|参与|构建|争取|规划(?!馆)|谋划|支持|依托(?!工程|项目)|围绕|对接|"
    r"促进|形成(?!工程)|落实|力促|选择|选取|选定|希望|其中|但(?!口)|负责|处理好|盼着?|攻关|预留|开辟|编发|切勿|争抢|新辟|\d[\d.]*[万亿]+元|抓好|抓住|抢抓|做好|完成|融入|扩建(?!工程)|高水平|高标准|高质量(?!发展)|共同|共建|共享(?!平台|中心)|共推|配合|全力|设置|设有|开通|修补|获评|签下|登录|比如|标志着|继(?!续)|公布|沿着|率先|合力|设立|上传|锁定|拟于|\([一二三四五六七八九十]{1,2}\)|抓紧|盯[住紧]|通过(?!性)|加固(?!工程)|结合(?!部)|做深|做细|做实|做大|做强|同意|连夜|拟|一期以|改建(?!工程)|旗下|抄送|调研|察看|走进|"
    r"听取|了解|深化|加强|提升(?!工程|项目|[一二三]期)|用好|建强|承接|服务(?!中心|平台|区|业|站|综合体)|放大|发挥|开展|推出|落地|引进|布局|创建|争创|"
    r"发展(?!带|示范|区|协同|中心|试验|先行|大道)|培育|优化|强化|拓展(?!带)|获批|举办|举行|像(?!素)|利用(?!项目|工程)|衔接|连接(?!线)|打通|确保|"
    r"研究(?!院|中心|所)|修编|编制|改扩建(?!工程)|续建|组建|筹建|新建|新增|运营(?!中心)|验收|竣工|投用|通车(?!至)|揭牌|挂牌|入驻|"
    r"落户|盘活|纳入|列入|作为|进入|位于|覆盖|来到|前往|到达|实地|参观|考察|签署|签订|互设|即(?!墨)|方面(?!军)|尽快|统一|因(?!子)|社会资本|[甲乙丙]方|对(?![接外口岸])|[两三四][地市区县镇]|与|和(?!桥|县|平|孚|田)|"
    r"及(?!组件|配套|附属|河湖)|以及|或|受|未(?!来)|给|倒排|召开|上线|运行|为(?!民|主)|同(?=[\u3400-\u9fff]{4})|从|(?<![东西南北])向|到|至(?![\u3400-\u9fff]{2,6}(?:段|高速|铁路|公路|快速路|大道|海堤|城际|航道|通道|堤防))|(?<![国所保公私自占拥])有(?![色轨机限效序线])|在(?!线)|由|将|把|被|以(?!色)|的|了|等|是|于(?!家|潜)|"
    r"该|本次|此次|每|各|已|称|说|要|须|(?<![供宝])应(?!急|用)|愿|成为|是否|年内|年底前?|(?<!站)前(?=[^期湾海])|一批|一个|进一步|全市(?!域)|全省|区内|更多|"
    r"各类|[\d一二三四五六七八九十百]+(?:余|多)?(?:个|家|项|批|条|座|处|所|大)|^[(]?[一二三四五六七八九十\d]{1,2}[)、.]"
)
_GENERIC = re.compile(
    r"(?:重大|重点|基础|标志性|一批|民生|系统|各类|相关|有关|这些|大|好|优质|产业|科技|投资|建设|政府|央企|外资|签约|"
    r"特色|国家级?|省级?|市级?|区级?|县级?|镇级?|现代|现代化|高端|综合|综合性|创新|示范|全国|世界级?|国际|国际化|区域|区域性|经济|服务|公共服务|研发|龙头|重要|战略|"
    r"核心|文化|体育|医疗|教育|旅游|商务|金融|贸易|航运|开放|高质量发展|先进|关键|功能|功能性|基础设施|民心|实事|为民|数据|"
    r"消费|交通|综合交通|物流|港口|生态|农业|工业|制造业|服务业|新兴|未来|人才|创业|孵化|双创|中试|智能|智慧|数字|数字化|绿色|低碳|零碳|"
    r"老旧|骨干|快速|城市|城际|城乡|城镇|农村|乡村|市域|跨江|过江|跨海|海铁|铁路|公路|高速|高速公路|水运|航空|空港|临空|临港|枢纽|集成|"
    r"体系|网络|平台|中心|园区|一体化|协同|合作|共享|共建|交流|展示|交易|三甲|大型|小型|新型|新|老|高|主|总|副|分|两|三|双|省际|"
    r"市政|路桥|水利|能源|电力|安全|应急|养老|托育|健康|卫生|社区|便民|党建|社会|治理|监管|信息|技术|科研|科创|培训|实训|学习|"
    r"企业|市场|商业|商贸|会展|展览|运动|休闲|自由|保税|经济技术|高新技术|特殊|海关|综合保税|先行|试点|改革|开发|集聚|核心|"
    r"工程|项目|更新|民间|产业链|“[^”]{0,3}”|全域|全球|全市|全省|全国性|我市|我省|我区|我县|本市|本省|承载|策源|成果|转化|成果转化|载体|承载)*"
)
_QUANTITY = re.compile(
    r"[个家项批条座处所类种大]$|一批$|各类$|更多$|多个$|首批$|若干$|不少$|众多$|有关$|相关$|这些$|重点$|重大$"
)
_CITY_CHARS = (
    "沪苏锡常通宁镇扬泰盐淮徐连宿杭嘉湖甬绍金衢台温丽舟皖浙赣鲁豫闽合芜宣京津冀渝蓉"
    "澄虞昆太启海如兴溧句港义盱黄梅滁福厦深广汉昌"
)
_LINES = re.compile(rf"(?:沿|环|跨|大|北|南)?[{_CITY_CHARS}]{{2,6}}|[沿环跨滨北南][海江河湖淮太]")
_CODE = re.compile(r"[A-Z]\d|\d+号|[一二三四五六七八九十\d]期|[一二三四五六七八九十]+号")
_WATERS = re.compile(
    r"(?!临港|疏港|进港|海港|空港|航港|内河|部门|专门|城镇|乡镇|村镇|海洋|大洋|高峰|登山)[\u3400-\u9fff][湖江河溪塘荡港湾洋岛山岭峰泾浦埠滩洲桥渡口门镇庄圩墩渚浜嘉]|^[湾湖江河溪塘淀]"
)
_AFTER_NOUN = re.compile(
    rf"(?:(?!局)[\u3400-\u9fff]{{0,2}}{_PHASE}(?!主体))?"
    rf"(?:{_MODE}{{0,2}}(?:工程|项目)|(?:电气化|自动化|智能化|扩能|更新|综合|提标|快速化)?(?:改造|扩建|拓宽|清淤)(?!提升|升级|提质|更新))?"
    rf"(?:{_PHASE}(?!主体)(?:项目|工程)?)?"
)
_BRACKETED = re.compile(rf"\({_PHASE}\)")
_NOT_NAME = re.compile(
    r"(?:人员|体系|水平|公司|集团|局|委|办|组(?!团)|部(?!分)|处(?!理)|主任|联盟|学院|航空|旅客|吞吐|生产总值|法规|制度|条例|能力|功能|城市|效应|经济|意识|模式|作用|优势|优化|化|群|网)"
)
_PLURAL = re.compile(
    r"等(?:\d+个|[一二三四五六七八九十两]个|一批|重大|重点|重要|标志性|一系列|省|市|在建|[\u3400-\u9fff]{0,4}?)*?"
    r"(?P<noun>[\u3400-\u9fff]{0,6}?(?:工程|项目|平台|载体|通道|高铁|铁路|高速公路|高速|航道|枢纽|园区|实验室|基地|中心|机场|大桥|新城|片区|组团|示范区))"
)


_GAP = re.compile(
    r"(?![设含配占]|主体|建设|发展|改造|提升|运营|投资|管理|体系|制度|成果|先后|正式|今年|明年|重大|重点|集群|联动|协同|一体化)[\u3400-\u9fff()“”]{2,14}"
)


_WORKED_ON = re.compile(r"[\u3400-\u9fff]{2,8}?(?:改造|提升|保护|利用|整治|修复|治理|大修|连通)(?:工程|项目)")


@dataclass(frozen=True)
class Name:
    """A name in the cleaned text and how sure it is one."""

    start: int
    end: int
    sure: float


@cache
def nouns() -> dict[str, str]:
    """Project nouns and their class: line, works, zone, platform.

    Source: words/project_nouns.csv, own list.
    """
    with (WORDS / "project_nouns.csv").open(encoding="utf-8", newline="") as file:
        return {row["noun"]: row["class"] for row in csv.DictReader(file)}


@cache
def _noun_form() -> re.Pattern[str]:
    phase = r"期(?<=[一二三四五六七八九\d]期)(?![间限待盼刊货中末])"
    return re.compile(f"{one_pattern(nouns())}|{phase}")


def names_of(text: str, start: int, end: int, places: Gazetteer) -> Iterator[Name]:
    """Names of projects in a sentence, in the order of the text.

    Examples
    --------
    >>> from hechang.intake.gazetteer import gazetteer
    >>> said = "推进沪甬、通苏嘉高铁和江阴、靖江等过江通道建设"
    >>> [said[one.start : one.end] for one in names_of(said, 0, len(said), gazetteer())]
    ['沪甬', '通苏嘉高铁', '江阴', '靖江']
    """
    floor = start
    for noun_end in _ends(text, start, end):
        if noun_end <= floor:
            continue
        first = _left(text, floor, noun_end)
        plural = _plural(text, first, noun_end)
        if plural:
            last = plural
            whole = _members(text, floor, last, places, shared=True)
        else:
            last = noun_end
            whole = (
                [] if not _is_name(text, first, last, places) else [Name(first, last, _sure(text, first, last, places))]
            )
            whole = (
                [*_members(text, floor, first - 1, places, shared=False), *whole]
                if whole and text[first - 1] in "、"
                else whole
            )
        if whole:
            yield from whole
            floor = noun_end


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    """Where project nouns end: 工程 and 项目 behind another noun belong to it."""
    at = start
    while found := _noun_form().search(text, at, end):
        after = _AFTER_NOUN.match(text, found.end(), end)
        at = after.end() if after else found.end()
        at = _past_bracket(text, at, end)
        following = _noun_form().match(text, at, end)
        if following or _nests(text, at, end):
            continue
        if not _NOT_NAME.match(text, at, end):
            yield at


def _past_bracket(text: str, at: int, end: int) -> int:
    """`甲园(二期)`: the phase in brackets belongs to the name, and so does the bracket that closes it."""
    phase = _BRACKETED.match(text, at, end)
    return phase.end() if phase else at + 1 if text[at - 3 : at - 2] == "(" and text[at : at + 1] == ")" else at


def _nests(text: str, at: int, end: int) -> bool:
    """Another noun closes the name a few characters on: `甲实验室乙基地`."""
    if _WORKED_ON.match(text, at, end):
        return True
    gap = _GAP.match(text, at, min(end, at + 14))
    found = _noun_form().search(text, at, gap.end()) if gap else None
    return bool(
        found and found.group() not in ("期", "平台", "集聚区", "功能区") and not _EDGE.search(text, at, found.start())
    )


def _left(text: str, floor: int, end: int) -> int:
    """First character of the name that ends at `end`: behind the last mark, verb or function word before it."""
    at = end
    while at > floor and end - at < 40 and _CHAR.match(text[at - 1]):
        at -= 1
    first = at
    for found in _EDGE.finditer(text, at, end):
        first = found.end() if found.end() <= end - 2 else first
    return _quoted(text, _past_verbs(text, first, end), end)


def _past_verbs(text: str, first: int, end: int) -> int:
    for _ in range(2):
        verb = next((n for n in (4, 3, 2) if text[first : first + n] in verbs()), 0)
        if not verb or end - first - verb < 4:
            break
        first += verb
    return first


def _quoted(text: str, first: int, end: int) -> int:
    """No bracket or quote that opens outside the name."""
    while first < end and text[first] in "”)、—-+·":
        first += 1
    for opens, closes in ("“”", "()"):
        inner = text[first:end]
        if inner.count(closes) > inner.count(opens):
            first = text.rfind(closes, first, end) + 1
    return first


def _plural(text: str, first: int, end: int) -> int:
    """`甲、乙等通道`: the place of 等, where the noun only says what the members of the list are."""
    found = text.rfind("等", max(0, end - 14), end)
    return found if found >= 0 and _PLURAL.fullmatch(text, found, end) and found >= first - 1 else 0


def _members(text: str, floor: int, last: int, places: Gazetteer, *, shared: bool) -> list[Name]:
    """Members of a list that ends at `last`, the earlier ones first; each must be a name of its own."""
    found: list[Name] = []
    at = last
    while at > floor + 1:
        mark = max(text.rfind(one, floor, at) for one in "、和")
        first = _left(text, max(floor, mark + 1), at)
        if not 2 <= at - first <= 18 or not _member(text, first, at, places, shared):
            break
        found.append(Name(first, at, 0.5))
        if mark < 0 or first > mark + 1:
            break
        at = mark
    return found[::-1]


def _member(text: str, first: int, end: int, places: Gazetteer, shared: bool) -> bool:
    said = text[first:end]
    if said in verbs() or _QUANTITY.search(said):
        return False
    own = _LINES.match(said) or _CODE.search(said) or _proper(said, places)
    alone = _is_town(said, places) or said in town_names() or _beyond().fullmatch(said)
    return bool(own) and (shared or (len(said) <= 8 and not alone))


def _is_name(text: str, first: int, end: int, places: Gazetteer) -> bool:
    """A proper name: something in it is not said of every project."""
    said = text[first:end]
    if len(said) < 4 or _BATCHED.match(said) or any(said.count(a) != said.count(b) for a, b in ("“”", "()")):
        return False
    if _QUANTITY.search(text[max(0, first - 4) : first]) or _is_town(said, places):
        return False
    if _STANDS.search(said) and not (_BUILDS.search(text, max(0, first - 12), first) or _BUILT.match(text, end)):
        return False
    noun = _last_noun(said)
    body = said[: len(said) - len(noun)] if noun else said
    which = re.sub(f"{_PHASE}$", "", said)  # 园区一期: of the one that was named before
    if not body or body[-1] in "上下的" or _GENERIC.fullmatch(body) or _GENERIC.fullmatch(which):
        return False
    if noun in ("工程", "项目") and _is_work_on(body, places):
        return True
    return _is_scheme(text, end, said, body, places) if noun == "项目" else _tells_apart(said, noun, body, places)


def _tells_apart(said: str, noun: str, body: str, places: Gazetteer) -> bool:
    return bool(_proper(body, places) or _CODE.search(said) or _LINES.match(body)) or _is_own(said, noun, body)


def _is_work_on(body: str, places: Gazetteer) -> bool:
    """`丁新公路大修工程`: the works are on something that has a name of its own."""
    *_, inner = None, *_noun_form().finditer(body)
    what = body[: inner.start()] if inner else ""
    if inner is None or not what or _GENERIC.fullmatch(what) or what in verbs():
        return False
    return _proper(what, places) or _is_own(body[: inner.end()], inner.group(), what)


def _is_scheme(text: str, end: int, said: str, body: str, places: Gazetteer) -> bool:
    """`某材料项目`: a name of its own, or something that is being built right here; a quoted slogan is none."""
    if said.startswith("“"):
        return False
    rest = places.pattern.sub("", _beyond().sub("", body))
    if _CODE.search(said) or (len(rest) >= 2 and _noun_form().search(body)):
        return True
    return (len(rest) >= 4 and _BUILT.match(text, end) is not None) or _SCHEMED.fullmatch(said) is not None


def _is_own(said: str, noun: str, body: str) -> bool:
    """Names without a place: works of a city, a name with a second noun in it, zones and services of their own kind."""
    noun = next((noun[:size] for size in range(6, 1, -1) if noun[:size] in nouns()), noun)  # without 二期, 余姚段
    kind = nouns().get(noun, "works")
    line = kind == "line" and noun in _LINE_NOUNS and 2 <= len(body) <= 4 and not _KIND_OF_LINE.search(body)
    if noun.startswith("路") and len(body) <= 4 and _ROAD.search(f"{body}路"):
        return True
    works = noun == "工程" and (_ROAD.search(body) or (body[0] in "省市县区镇" and _noun_form().search(body[2:])))
    if works or (line and body not in verbs()) or (kind == "platform" and "“" in body):
        return True
    if len(said) >= 10 and _noun_form().search(body[2:]):
        return True
    if kind == "zone" and _OWN.search(noun):
        return 2 <= len(body) <= 8 and body not in verbs()
    long = len(said) >= 8
    return long and (body.startswith("国家") or (kind == "platform" and _NAMED.search(said) is not None))


_LINE_NOUNS = frozenset(("公路", "铁路", "高铁", "高速", "高速公路", "城际铁路", "大道", "快速路", "城际"))
_KIND_OF_LINE = re.compile(
    r"[普市干货客专地支合国这环区跨省对主骨在收各该多农乡县村]|既有|等级|普速|沿线|两条|高等|通用|新型|现代|智慧|绿色|电气|双线|单线|重载|旅游|疏港|景观|迎宾|城市|道路|长三角|立体|轨道|交通|水[路陆]"
)  # 市域铁路 and the like name no line

_ROAD = re.compile(
    r"(?![\u3400-\u9fff]{0,1}(?:道路|铁路|公路|线路|思路|电路|管路|网路))[\u3400-\u9fff]{2}[路街巷](?![网灯面基由径线])"
)
_BUILT = re.compile(
    r"[^,。;]{0,6}(?:开工|投产|环评|建设|试产|竣工|落户|签约|完成|进场|设备|主体|封顶|投资|,由|达产|投用|启动|落地)|,(?:计划|项目)?总?投资"
)
_STANDS = re.compile(
    r"(?:医院|会议中心|会展中心|学校|开发区|高新区|新城|度假区|港区|公司项目|广场|市场|剧院|小学|中学|幼儿园|卫生院|驿站|湿地|泊位|"
    r"养老院|展览馆|纪念馆|科技馆|规划馆|公寓|老街|街区|水源地|锚地|酒店)$"
)  # places people go to, too
_BUILDS = re.compile(r"新建|改造|扩建|迁建|共建|建设|打造|建成|启用|开工|推进|推动|规划|投资|启动|完成|加快")
_NAMED = re.compile(
    r"(?:综合服务|服务|合作|运营|创新|交易|研究|登记[\u3400-\u9fff]{0,2}|集结|联运|国际|应用|大数据|算力|智算|检测|数据|交付)(?:中心|平台)$|(?:大科学|设施)装置$"
)


_BATCHED = re.compile(
    r"(?:20\d\d年?|[一二三四]季度)[\u3400-\u9fff]|.*(?:类|重大|产业|投资)项目$"
)  # a batch, a year's share

_SCHEMED = re.compile(
    r"(?!老旧|城市|城镇|农村|乡村|高标|危旧|既有|全域|重大|重点|一批|生态|环境|基础|民生|相关|有关|各类|污水|管网|河道|道路|水利|农田|水系|中小|病险|背街|棚户|市政|供水|排水|燃气)"
    r"[\u3400-\u9fff]{4,16}(?:改造|保护|提升|利用|整治|修复|治理)项目"
)
_OWN = re.compile(r"(?:城|小镇|度假区|水院|客厅|生态岛|园|港|圈|带|走廊|源)$")


def _is_town(said: str, places: Gazetteer) -> bool:
    return any(place.kind in ("city", "county", "town", "province") for place in places.by_alias.get(said, ()))


def _last_noun(said: str) -> str:
    noun = ""
    for found in _noun_form().finditer(said):
        noun = said[found.start() :]
    return noun


def _proper(body: str, places: Gazetteer) -> bool:
    """A place, a river or hill, a quoted name: what tells this one from others."""
    if "“" in body and not re.search(
        r"“(?:[\d一二三四五六七八九十两]+[\u3400-\u9fff]{1,3}|[\u3400-\u9fff]{0,2}\+)”", body
    ):
        return True
    if any(body[:size] in town_names() for size in (2, 3)):
        return True
    named = any(is_known(body[:size]) for size in (2, 3, 4))
    return bool(named or places.pattern.search(body) or _WATERS.search(body) or _beyond().search(body))


@cache
def _beyond() -> re.Pattern[str]:
    """Cities outside the region, in the short form.

    Source: words/cities_beyond.txt.
    """
    return re.compile("|".join((WORDS / "cities_beyond.txt").read_text(encoding="utf-8").split()))


def _sure(text: str, first: int, end: int, places: Gazetteer) -> float:
    return 0.6 if places.pattern.search(text, first, end) or _CODE.search(text, first, end) else 0.5
