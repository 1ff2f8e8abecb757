"""Projects: a project noun with a name of its own before it; who is party, where, and how far it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hechang.intake.clauses import LONGEST, sentences
from hechang.intake.clean import Paragraph
from hechang.intake.dates_in_text import Said, dates
from hechang.intake.gazetteer import Gazetteer
from hechang.intake.project_names import Name, names_of

_STOPS = ",;:!?。"
_ITEM = re.compile(r"[^,。:;\n]{4,30}[:,]")  # a line of a list: `甲园:总投资…`
_AND = re.compile(r"[、与和及同]|以及")
_PARTIES = re.compile(
    r"由(?P<who>[\u3400-\u9fff、()]{3,60}?)(?:共同|联合|合作|合力|携手)(?:出资|开发|组织|建设|打造|"
    r"投资|实施|设立|运营)+"
)
_STATUS = re.compile(
    r"(?:[一二三]期)?主体(?:结构)?(?:完工|封顶)|(?:部分|全面|全线|正式|顺利|如期|提前)?(?:竣工|开工(?:建设)?|投产|投用|投运|通车|揭牌|"
    r"启用|动工|奠基|完工|封顶|签约|开通|通航|落地|获批|合龙|贯通|试运行|投入(?:使用|运行|运营|生产))|建成后|在建|"
    r"(?:高水平|加快|推进).{0,2}建设|预计[^,。;]{2,30}|计划[^,。;]{2,30}(?:开工|竣工|建成|投产)|前期(?:工作)?|规划|扩建|改造"
)
_STATUS_BEFORE = re.compile(
    r"(?:已?建成|开工(?:建设)?|新开工|启动(?:建设|实施)?|加快(?:推进|建设)|推进|规划(?:建设)?|谋划|研究|竣工|投用|扩建|续建|签约)(?=[^,。;]{0,12}$)"
)
_MONEY = re.compile(
    r"(?:总?投资|投入|资金|造价)(?:规模)?(?:约|达|超|额|为|近|逾)*(?P<sum>\d+(?:\.\d+)?(?:万亿|亿|万)?(?:元|美元|欧元))"
)


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


def projects(text: str, paragraphs: Sequence[Paragraph], places: Gazetteer) -> list[Project]:
    """Projects of a document, each name once, at its first place.

    Examples
    --------
    >>> from hechang.intake.gazetteer import gazetteer
    >>> text = "加快推进江阴丁家港码头二期工程、乙湖科创园建设,打造一批产业园区。"
    >>> [one.name for one in projects(text, [Paragraph("body", 0, len(text))], gazetteer())]
    ['江阴丁家港码头二期工程', '乙湖科创园']
    """
    found: dict[str, Project] = {}
    for paragraph in paragraphs:
        if paragraph.kind == "body" or _ITEM.match(text, paragraph.start, paragraph.end):
            for start, end in sentences(text, paragraph.start, paragraph.end):
                for project in _of_sentence(text, start, min(end, start + 8 * LONGEST), places):
                    found.setdefault(project.name, project)
    return [one for one in found.values() if not any(one.name != other and other.endswith(one.name) for other in found)]


def _of_sentence(text: str, start: int, end: int, places: Gazetteer) -> Iterator[Project]:
    names = list(names_of(text, start, end, places))
    if not names:
        return
    parties = _PARTIES.search(text, start, end)
    for name in names:
        near = parties.group("who") if parties and abs(parties.start() - name.start) < 90 else ""
        yield _project(text, name, (start, end), near, places)


def _project(text: str, name: Name, sentence: tuple[int, int], near: str, places: Gazetteer) -> Project:
    stop = min(sentence[1], name.end + 60)
    tail, head = text[name.end : stop], text[max(sentence[0], name.start - 16) : name.start]
    clause = tail[: next((at for at, char in enumerate(tail) if char in "。;"), len(tail))]
    status = _STATUS.search(clause) or _STATUS_BEFORE.search(head)
    money = _MONEY.search(clause)
    parties = [part for part in _AND.split(near) if part]
    where = places.names(text[name.start : name.end]) or places.names(near)
    said = list(dates(text, name.end, min(stop, name.end + 40)))
    sure = name.sure + 0.1 * bool(where) + 0.1 * bool(status) + 0.1 * bool(parties)
    return Project(
        text[name.start : name.end],
        name.start,
        name.end,
        parties,
        where,
        status.group() if status else None,
        said,
        money.group("sum") if money else None,
        round(min(sure, 0.95), 2),
    )
