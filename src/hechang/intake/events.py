"""Events: what a report says took place, when, where, in which form and who took the chair.

The name comes from `N召开/举行` or `召开N`; the headline's longer form of the same name is preferred.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from hechang.intake.articles import Article
from hechang.intake.clauses import LONGEST, clauses, sentences
from hechang.intake.clean import Text
from hechang.intake.dates_in_text import Said, When, dates, resolve
from hechang.intake.gazetteer import Gazetteer
from hechang.intake.people import Person

_KIND = r"(?:会议|大会|全会|[\u3400-\u9fff]会|论坛|峰会|仪式|行动|集中开工|现场办公)"
_HELD = (
    r"(?:(?:\d{1,2}月)?\d{1,2}日(?:[上下]午)?|昨[天日]|今[天日])?(?:[上下]午|"
    r"晚上?)?(?:以[\u3400-\u9fff]{2,10}(?:方式|形式))?(?:在[\u3400-\u9fff、]{2,20}?)?(?:正式|隆重|顺利|"
    r"胜利|集中)?(?:召开|举行|举办|开幕)"
)
_NAME_HELD = re.compile(rf"(?P<name>[\u3400-\u9fffA-Za-z0-9“”()·—\-+]{{2,45}}?{_KIND}){_HELD}")
_HELD_NAME = re.compile(
    rf"(?:召开|举行|举办|出席|"
    rf"参加)(?:了)?(?P<name>[\u3400-\u9fffA-Za-z0-9“”()·—\-+]{{2,45}}?{_KIND})(?=[,。、;)]|$|并|时|上|"
    rf"和|暨|强调|指出|精神|\s)"
)
_TITLE_NAME = re.compile(
    rf"(?P<name>[\u3400-\u9fffA-Za-z0-9“”()·—\-+]{{2,45}}?{_KIND})(?=强调|指出|要求|召开|举行|举办|"
    rf"开幕|贯彻|传达|学习|研究|审议|部署|$|\s)"
)
_JUNK = re.compile(
    r".*(?:主持召开|召开了?|举行了?|举办了?|出席|参加|(?:报|社|综合)?(?:讯|消息)(?:\([^()]*\))?|"
    r"\d日[上下]午|\d日|[上下]午|昨[天日]|今[天日]|近日|日前|当天|我[市省区县]|"
    r"在[\u3400-\u9fff]{2,8}(?=全))"
)
_SMALL = re.compile(
    r"(?:会议|大会|推进会|座谈会|会上|本次会议|此次会议|委员会|协会|商会|研究会|基金会|工商联?会|学会|"
    r"[党政]?工委会|机会|社会|相关会议|有关会议|行动|仪式|分会|都会|一会|同会|约会|将会|不会|都市会)$"
)
_FORM = re.compile(
    r"(?:以|采取|采用|通过)(?P<form>电视电话|视频连线|视频|线上线下|线上|网络|"
    r"书面)(?:会议)?(?:相结合)?(?:的)?(?:方式|形式|连线)"
)
_FORM_IN_NAME = re.compile(r"电视电话|视频|现场|线上")
_HALLS = re.compile(r"在(?P<places>[\u3400-\u9fff、()]{2,40}?)(?:分?设[分主]?会场|召开|举行|举办)")
_BRANCH = re.compile(r"(?P<places>[\u3400-\u9fff、()]{2,30}?)设分会场")
_CALLS = re.compile(
    r"(?:^|[,。\s讯日午晚])(?P<who>[^与在和,。\s讯日午晚]{1,8}(?:[省市区县镇乡]|街道))(?:组织|隆重)?(?:召开|"
    r"举行|举办)(?:了)?$"
)
_LOCAL = ("市委书记", "市长", "市委副书记", "代市长", "市领导")
_BRANCH_HALL = re.compile(r"在([\u3400-\u9fff]{2,4})分会场")
_LEVEL = re.compile(r"(?P<unit>[省市区县])(?P<part>委、?[省市区县]政府|委|政府|人大常委会|政协)")


@dataclass
class Event:
    """One event of an article; spans are those of the cleaned text."""

    id: str
    article: str
    name: str
    start: int
    end: int
    when: When
    said: Said | None
    organiser: str | None
    form: str | None
    place: list[str]
    chair: str | None
    home: str
    key: str = ""
    speakers: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """What the reader knows beside the text: the day of publication, the city of the publisher, the gazetteer."""

    published: str | None
    home: str
    places: Gazetteer


def events(text: Text, article: Article, people: Sequence[Person], told: Told, first: int) -> list[Event]:
    """Events of one article, numbered from `first`; the lead comes first, then paragraphs that open with another."""
    made: list[Event] = []
    home = home_of(text, article, people, told) or home_of(text, _whole(text, article), people, told)
    for at, paragraph in enumerate(article.paragraphs):
        found = _found(text, paragraph.start, paragraph.end, at == 0)
        if not found or any(_same_name(found[0], one.name) for one in made):
            continue
        if made and (found[3] is None or at > 3):  # later events need their own date
            continue
        name, start, end, said = found if made else _longer(text, article, found)
        when = resolve(said, told.published) if said else When(None, None, None)
        event = Event(f"E{first + len(made)}", article.id, name, start, end, when, said, None, None, [], None, home)
        made.append(event)
    if not made:
        made = _from_headline(text, article, told, home, first)
    for event in made:
        _details(text, article, people, event, told)
    return made


Found = tuple[str, int, int, Said | None]


def _found(text: Text, start: int, end: int, lead: bool) -> Found | None:
    """The event named in the first sentences of a paragraph, with the date nearest before it."""
    for number, (a, b) in enumerate(sentences(text.clean, start, end)):
        if number > (2 if lead else 0):
            return None
        said = next((one for one in dates(text.clean, a, min(b, a + LONGEST))), None)
        for clause in clauses(text.clean, a, min(b, a + LONGEST)):
            for pattern in (_NAME_HELD, _HELD_NAME):
                found = pattern.search(text.clean, clause.start, clause.end)
                trimmed = _trim(text.clean, found) if found else None
                if trimmed:
                    return (*trimmed, said)
    return None


def _trim(clean: str, found: re.Match[str]) -> tuple[str, int, int] | None:
    start, end = found.span("name")
    junk = _JUNK.match(clean, start, end)
    if junk:
        start = junk.end()
    name = clean[start:end]
    if len(name) < 4 or _SMALL.fullmatch(name) or name.startswith(("的", "了", "、")):
        return None
    return name, start, end


def _longer(text: Text, article: Article, found: Found) -> Found:
    """The headline may name the event in full: `委员会第二次会议` beside `市委改革委员会第二次会议`."""
    for heading in article.headings:
        for match in _TITLE_NAME.finditer(text.clean, heading.start, heading.end):
            trimmed = _trim(text.clean, match)
            if trimmed and len(trimmed[0]) >= len(found[0]) and trimmed[0].endswith(found[0]):
                return (*trimmed, found[3])
    return found


def _from_headline(text: Text, article: Article, told: Told, home: str, first: int) -> list[Event]:
    for heading in article.headings:
        match = _NAME_HELD.search(text.clean, heading.start, heading.end) or _HELD_NAME.search(
            text.clean, heading.start, heading.end
        )
        trimmed = _trim(text.clean, match) if match else None
        if trimmed:
            body = article.paragraphs[0] if article.paragraphs else heading
            said = next(dates(text.clean, body.start, min(body.end, body.start + 120)), None)
            when = resolve(said, told.published) if said else When(None, None, None)
            return [Event(f"E{first}", article.id, *trimmed, when, said, None, None, [], None, home)]
    return []


def _same_name(found: str, name: str) -> bool:
    return found in name or name in found


def _whole(text: Text, article: Article) -> Article:
    """The document as one article, for what a single article does not say."""
    return Article(article.id, "", (), text.paragraphs)


def home_of(text: Text, article: Article, people: Sequence[Person], told: Told) -> str:
    """The city an article speaks of as 我市: by titles, by `在X分会场`, by the publisher; empty where nothing says."""
    inside = [one for one in people if article.start <= one.start < article.end and "cited" not in one.roles]
    local = {one.name for one in inside if (one.title or "").startswith(_LOCAL)}
    titled = _cities((one.title or "" for one in people if one.name in local), told)
    clean = text.clean[article.start : article.end]
    halls = _cities(_BRANCH_HALL.findall(clean), told)
    named = _cities((one.title or "" for one in inside), told)
    for guess in (titled, halls, [told.home] if told.home else [], named if len(set(named)) == 1 else []):
        if guess:
            return guess[0]
    return ""


def _cities(texts: Iterable[str], told: Told) -> list[str]:
    """Cities that some texts begin with."""
    found = (told.places.pattern.match(text) for text in texts)
    places = (place for match in found if match for place in told.places.by_alias[match.group()])
    return [place.name for place in places if place.kind == "city"]


def _details(text: Text, article: Article, people: Sequence[Person], event: Event, told: Told) -> None:
    body = [one for one in article.paragraphs if one.kind == "body"]
    clean = " ".join(text.clean[one.start : one.end][:3000] for one in body[:40])
    form = _FORM.search(clean)
    named = _FORM_IN_NAME.search(event.name)
    event.form = form.group("form") if form else named.group() if named else None
    event.place = list(dict.fromkeys(_places(clean, told)))
    chairs = [one.name for one in people if article.start <= one.start < article.end and "chair" in one.roles]
    event.chair = chairs[0] if chairs else None
    event.organiser = _caller(text, event) or organiser(event.name, event.home, told.places)


def _caller(text: Text, event: Event) -> str | None:
    """Who calls the meeting: `丙县召开…会`."""
    before = text.clean[max(0, event.start - 24) : event.start]
    found = _CALLS.search(before)
    return found.group("who") if found and not found.group("who").startswith(("我", "在", "全")) else None


def _places(clean: str, told: Told) -> Iterator[str]:
    """Places where the event was held; a branch hall is a place too."""
    for pattern in (_HALLS, _BRANCH):
        for found in pattern.finditer(clean[:6000]):
            yield from told.places.names(found.group("places"))


def organiser(name: str, home: str, places: Gazetteer) -> str | None:
    """Who holds an event, as far as its name and the city of the report tell.

    Examples
    --------
    >>> from hechang.intake.gazetteer import gazetteer
    >>> organiser("市政府第8次常务会议", "无锡市", gazetteer())
    '无锡市政府'
    >>> organiser("全市水利工作会议", "", gazetteer()) is None
    True
    """
    start = next((place for at, _, place in places.find(name[:8]) if at == 0 and place.kind != "abbreviation"), None)
    unit = _LEVEL.match(name)
    if unit and home:
        return home + (unit.group("part")[-2:] if unit.group("part") != "委" else "委")
    if unit or name.startswith("全"):
        return home or None
    return start.name if start and "圈" not in name[:10] else None
