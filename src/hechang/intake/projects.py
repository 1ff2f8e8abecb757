"""Projects and agreements: a naming cue and a project noun together; who is party, where, and how far it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hechang.intake.clauses import LONGEST, clauses, sentences
from hechang.intake.clean import Paragraph
from hechang.intake.dates_in_text import Said, dates
from hechang.intake.gazetteer import Gazetteer
from hechang.intake.labels import verbs

_NOUN = (
    r"(?:工程|项目|产业园区?|科创园|科技园|工业园|合作园|示范园|物流园|园区|科学城|科技新城|新城|基地|"
    r"试验区|示范区|集聚区|先行区|合作区|开发区|拓展带|科创带|科创走廊|走廊|创新带|科创圈"
    r"|铁路|高铁|高速(?:公路)?|快速路|大桥|隧道|通道|航道|运河|码头|港区|机场|航站楼|枢纽|水厂|电站|"
    r"电厂|泵站|水库|体育场|医院|实验室|研究院|中心|平台|综合体|生产线|工厂)"
)
_CHARS = r"[\u3400-\u9fffA-Za-z0-9“”()·—\-+]"
_NAME = re.compile(
    rf"{_CHARS}{{2,40}}?{_NOUN}(?:[\u3400-\u9fff]{{0,8}}?(?:工程|项目))?(?!{_NOUN}|[人员建设]?体系|的?建设水平|区划)"
)
_CUE = re.compile(
    r"完成|建设|推进|加快|实施|打造|建成|开工|竣工|投产|揭牌|签约|投用|通车|启用|动工|奠基|完工|改造|"
    r"共同(?:出资|开发|组织|打造)|规划|落户|落地|开发|扩建|改建|对接|承担|构建|融入|是.*(?:重点|组成|"
    r"核心)"
)
_EDGE = re.compile(
    r".*(?:推进|推动|加快|实施|打造|建设好?|建成|启动|开工|参与|构建|争取|规划|谋划|支持|依托|围绕|"
    r"对接|促进|形成|落实|抓好|做好|完成|融入|扩建|改造好|高水平建设|共同|设立|调研|察看|走进|听取|了解|"
    r"[的是由在与和及为把将对以从到了等][“]?|一批|一个|进一步|全市|全省|区内|作为|"
    r"[、](?=[\u3400-\u9fff]{4}))"
)
_GENERIC = re.compile(
    r"(?:重大|重点|基础|标志性|一批|民生|系统|各类|相关|有关|这些|该|本|此|新|大|好|优质|产业|科技|"
    r"投资|建设|政府|央企|外资|签约|特色|国家级?|省级|市级|现代|高端|综合|创新|示范|全国|世界级|国际|"
    r"区域|经济|服务|研发|龙头|重要|战略|核心|文化|体育|医疗|教育|旅游|商务|金融|贸易|航运|开放|"
    r"高质量发展|先进|关键|功能|基础设施|民心|实事|为民|数据|消费|交通|物流|港口|生态|"
    r"“[^”]{0,3}”)+(?:工程|项目|园区|产业园区?|基地|平台|中心|示范区|枢纽|集聚区|先行区|高速|铁路|"
    r"高铁|通道|新城|工厂|医院|研究院|实验室|走廊|开发区|工业园|科技园)$"
)
_COUNTED = re.compile(
    r"(?:新建|新增|建成|实施|第[一二三四五六七八九十\d]+批|当前|目前|[\d一二三四五六七八九十百]+(?:余|"
    r"多)?(?:个|家|项|批|条|座|处|所))+"
)
_OPEN_NOUN = re.compile(
    r"(?:项目|中心|平台|枢纽|医院|工厂|实验室|研究院|示范区|先行区|集聚区|合作区|开发区|园区|新城|通道|生产线|综合体)$"
)
_PROPER = re.compile(r"长三角|[A-Za-z0-9]|[一二三四五六七八九十]期|[“”()]|[湖江河山湾港路桥岛城镇村]")
_PARTIES = re.compile(
    r"由(?P<who>[\u3400-\u9fff、()]{3,60}?)(?:共同|联合|合作|合力|携手)(?:出资|开发|组织|建设|打造|"
    r"投资|实施|设立|运营)+"
)
_STATUS = re.compile(
    r"(?:一期|二期|三期)?主体(?:完工|封顶)|(?:部分|全面|全线|正式)?(?:竣工|开工|投产|投用|通车|揭牌|"
    r"启用|动工|奠基|完工|封顶|签约)|建成后|在建|(?:高水平|加快|推进).{0,2}建设|预计[^,。;]{2,30}|"
    r"计划[^,。;]{2,30}(?:开工|竣工|建成|投产)"
)
_MONEY = re.compile(r"(?:总?投资|投入|资金)(?:约|达|超|额)*(?P<sum>\d+(?:\.\d+)?(?:万亿|亿|万)?元)")
_AGREE = re.compile(
    r"(?P<who>[\u3400-\u9fff、()]{2,60}?)(?:正式|共同|现场|分别|成功)*(?:签署|签订|签约|"
    r"签下)(?:了)?(?P<name>《[^《》\n]{2,60}(?:协议|备忘录|合同|公约|意向书|协定|宣言|"
    r"倡议)[^《》\n]{0,12}》|[\u3400-\u9fff]{2,30}(?:协议|备忘录|合同))"
)
_AND = re.compile(r"[、与和及同]|以及")
_PRE = re.compile(r".*(?:上|时|后|日|,|会上|期间|现场|当天)(?=[\u3400-\u9fff])")


@dataclass(frozen=True)
class Project:
    """One project as a report names it; spans are those of the cleaned text."""

    name: str
    start: int
    end: int
    parties: list[str]
    place: list[str]
    status: str | None
    dates: list[Said] = field(default_factory=list)
    money: str | None = None
    confidence: float = 0.5


@dataclass(frozen=True)
class Agreement:
    """One agreement with its parties."""

    name: str
    start: int
    end: int
    parties: list[str]


def projects(text: str, paragraphs: Sequence[Paragraph], places: Gazetteer) -> list[Project]:
    """Projects of a document, each name once, at its first place with a cue."""
    found: dict[str, Project] = {}
    for paragraph in paragraphs:
        if paragraph.kind != "body":
            continue
        for start, end in sentences(text, paragraph.start, paragraph.end):
            if end - start <= 4 * LONGEST and _CUE.search(text, start, end):
                for project in _of_sentence(text, start, end, places):
                    found.setdefault(project.name, project)
    return [one for one in found.values() if not any(one.name != other and other.endswith(one.name) for other in found)]


def _of_sentence(text: str, start: int, end: int, places: Gazetteer) -> Iterator[Project]:
    parties = _PARTIES.search(text, start, end)
    for clause in clauses(text, start, end):
        if clause.end - clause.start > LONGEST:
            continue
        for match in _NAME.finditer(text, clause.start, clause.end):
            first = _left(text, match)
            name = text[first : match.end()]
            if not _named(name, places):
                continue
            near = parties.group("who") if parties and abs(parties.start() - match.start()) < 90 else ""
            yield _project(text, first, match.end(), end, near, places)


def _left(text: str, match: re.Match[str]) -> int:
    edge = _EDGE.match(text, match.start(), match.end() - 2)
    first = edge.end() if edge else match.start()
    while text[first] in "”)、—-+·" and first < match.end() - 2:
        first += 1
    first = _past_verbs(text, first, match.end())
    opened = text.rfind("“", match.start(), first + 1)
    return opened if opened >= 0 and "”" not in text[opened:first] and "”" in text[first : match.end()] else first


def _past_verbs(text: str, first: int, end: int) -> int:
    """A count or a known verb in front is no part of the name, as long as enough of a name is left."""
    for _ in range(3):
        counted = _COUNTED.match(text, first, end - 5)
        verb = next((n for n in (3, 2) if text[first : first + n] in verbs()), 0)
        step = counted.end() - first if counted else verb if end - first - verb >= 6 else 0
        if not step:
            return first
        first += step
    return first


def _named(name: str, places: Gazetteer) -> bool:
    """A proper name: not only generic words, and something in it that is not said of every project."""
    if (
        len(name) < 5
        or _GENERIC.fullmatch(name)
        or name.count("“") != name.count("”")
        or name.count("(") != name.count(")")
    ):
        return False
    if name.startswith(
        ("建设", "推进", "重大", "重点", "基础设施", "现有", "其他", "各", "相关", "要", "未", "践行", "管理")
    ):
        return False
    own = places.pattern.search(name) or _PROPER.search(name[:-2])
    return bool(own or (len(name) >= 7 and not _OPEN_NOUN.search(name)))


def _project(text: str, start: int, end: int, stop: int, near: str, places: Gazetteer) -> Project:
    tail = text[end : min(stop, end + 60)]
    status = _STATUS.search(tail)
    money = _MONEY.search(tail)
    parties = [part for part in _AND.split(near) if part]
    where = places.names(text[start:end]) or places.names(near)
    said = list(dates(text, end, min(stop, end + 40)))
    sure = 0.5 + 0.15 * bool(where) + 0.15 * bool(status) + 0.15 * bool(parties)
    return Project(
        text[start:end],
        start,
        end,
        parties,
        where,
        status.group() if status else None,
        said,
        money.group("sum") if money else None,
        round(sure, 2),
    )


def agreements(text: str, paragraphs: Sequence[Paragraph]) -> list[Agreement]:
    """Agreements signed, with their parties.

    Examples
    --------
    >>> text = "推进会上,甲市与乙区签署《丙园合作备忘录》。"
    >>> [(one.name, one.parties) for one in agreements(text, [Paragraph("body", 0, len(text))])]
    [('《丙园合作备忘录》', ['甲市', '乙区'])]
    """
    return [
        Agreement(found.group("name"), found.start("name"), found.end("name"), _signers(text, found))
        for paragraph in paragraphs
        for start, end in sentences(text, paragraph.start, paragraph.end)
        if "签" in text[start : min(end, start + 4 * LONGEST)]
        for found in _AGREE.finditer(text, start, min(end, start + 4 * LONGEST))
    ]


def _signers(text: str, found: re.Match[str]) -> list[str]:
    cut = _PRE.match(text, found.start("who"), found.end("who"))
    who = text[cut.end() if cut else found.start("who") : found.end("who")]
    return [part for part in _AND.split(who) if part and part not in ("双方", "各方", "三方")]
