"""Events: what a report says took place, when, where, in which form and who took the chair.

The name comes from `N召开/举行` or `召开N`; the headline's longer form of the same name is preferred.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from hechang.intake.articles import Article
from hechang.intake.clauses import LONGEST, sentences
from hechang.intake.clean import Paragraph, Text
from hechang.intake.dates_in_text import Said, When, dates, resolve
from hechang.intake.event_names import Found, attended, carried_out, date_near, held, inspected, plain, titled
from hechang.intake.gazetteer import Gazetteer
from hechang.intake.levels import level_of
from hechang.intake.particulars import particulars
from hechang.intake.people import Person

_FORM = re.compile(
    r"(?:以|采取|采用|通过)(?P<form>现场(?:与|和|\+|加)(?:视频|线上)|电视电话|视频连线|视频|线上(?:与|和|\+)?线下|线下(?:与|和|\+)?线上|"
    r"线上|网络|书面|现场)(?:会议)?(?:相)?(?:结合)?(?:的)?(?:方式|形式|连线)"
)
_FORM_IN_NAME = re.compile(r"电视电话|视频|现场|线上")
_HALLS = re.compile(r"在(?P<places>[\u3400-\u9fff、()“”]{2,40}?)(?:分?设[分主]?会场|召开|举行|举办|拉开帷幕|主持召开)")
_BRANCH = re.compile(r"(?P<places>[\u3400-\u9fff、()]{2,30}?)设分会场")
_ROOM = re.compile(
    r"在(?P<room>[\u3400-\u9fff\d]{1,14}?(?:会议室|会议中心|会堂|会展中心|礼堂|大会堂|宾馆|酒店|行政中心|市民中心|大剧院|体育馆))"
)
_CALLS = re.compile(
    r"(?:^|[,。\s讯日午晚])(?P<who>[^与在和,。\s讯日午晚]{1,8}(?:[省市区县镇乡]|街道))(?:组织|隆重)?(?:召开|"
    r"举行|举办)(?:了)?$"
)
_HOSTS = re.compile(r"由(?P<who>[\u3400-\u9fff、]{2,40}?)(?:共同|联合|轮流|具体)*(?:主办|承办|举办|召集)")
_LOCAL = ("市委书记", "市长", "市委副书记", "代市长", "市领导")
_BRANCH_HALL = re.compile(r"在([\u3400-\u9fff]{2,4})分会场")
_LEVEL = re.compile(r"(?P<unit>[省市区县])(?P<part>委、?[省市区县]政府|委|政府|人大常委会|政协)")
_AGAIN = re.compile(
    r"(?:会|仪式|活动|调研|考察|座谈)[前后]|当[日天晚]|随后|同日|此前|期间|其间|次日|活动中|之后|上午|下午|晚上|主持召开|随即|结束后|接着"
)
_INSPECTS = re.compile(r"调研(?!员)|检查|督查(?![室组局])|督导|考察|视察")
_INSPECTION = re.compile(rf"(?:专题|实地|现场)?(?:{_INSPECTS.pattern})[\u3400-\u9fffA-Za-z、“”]{{4,30}}(?=$|\n)")
_JOURNEY = re.compile(
    r"[\u3400-\u9fff]{2,16}(?:代表团|考察团)赴[\u3400-\u9fff、]{1,12}?(?:学习|开展|进行)*"
    r"(?:考察|访问|交流|对接)(?=$|\n| )"
)
_LAST_MONTH = re.compile(r"上(?:个)?月(?P<day>\d{1,2})日")
_TIMES = re.compile(r"召开|举行|举办|开幕|启幕")
_SPEECH = re.compile(r"上的(?:讲话|发言|致辞)")
DATED = 10  # characters before the day that opens a paragraph (【工作部署】6月28日); own assumption
LONGEST_NAME = 40  # characters of a name in a line of its own; own assumption
_PLAN = re.compile(r"(?:工作报告|规划|方案|计划|意见|办法|通知|分工)(?:$|[\s(])")


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
    level: str | None = None
    at: int = 0  # where the report begins to tell of it


@dataclass(frozen=True)
class Told:
    """What the reader knows beside the text: the day of publication, the city of the publisher, the gazetteer."""

    published: str | None
    home: str
    places: Gazetteer


def events(text: Text, article: Article, people: Sequence[Person], told: Told, first: int) -> list[Event]:
    """Events of one article, numbered from `first`, in the order of the text."""
    home = home_of(text, article, people, told) or home_of(text, _whole(text, article), people, told)
    lead = _lead(text, article, people)
    if lead is None:
        return []
    day = _day_in_lines(text, article) or lead.said or _first_day(text, article, told)
    lead = _longer(text, article, replace(lead, said=day))
    made = [_event(article, lead, told, home, first)]
    for found in _later(text, article, lead):
        if any(_same_name(found.name, one.name) for one in made):
            continue
        said = found.said or day
        made.append(_event(article, replace(found, said=said), told, home, first + len(made)))
    for event in made:
        _details(text, article, people, event, told, made)
    return made


def _event(article: Article, found: Found, told: Told, home: str, number: int) -> Event:
    when = resolve(found.said, told.published) if found.said else When(None, None, None)
    return Event(
        f"E{number}", article.id, found.name, found.start, found.end, when, found.said, None, None, [], None, home,
        at=min(found.start, found.at),
    )  # fmt: skip


def _lead(text: Text, article: Article, people: Sequence[Person]) -> Found | None:
    """The event a report is about: a journey, what is told first, a headline, an inspection, any meeting."""
    body = [one for one in article.paragraphs if one.kind == "body"]
    heads = [*article.headings, *(one for one in article.paragraphs[:6] if one.kind != "body")]
    return (
        _sent(text, body, article.headings)
        or _told_first(text, body)
        or _by_headline(text, body, heads)
        or _inspection(text, body, people)
        or _headed(text, body, heads)
        or _far(text, article, body)
        or _nameless(text, body)
    )


def _told_first(text: Text, body: Sequence[Paragraph]) -> Found | None:
    """What the first sentences say was held, or somebody attended."""
    for paragraph in body[:3]:
        for start, end in _first_sentences(text, paragraph, 3 if paragraph is body[0] else 1):
            found = next(held(text.clean, start, end), None) or next(attended(text.clean, start, end), None)
            if found:
                return found
    return None


def _by_headline(text: Text, body: Sequence[Paragraph], heads: Sequence[Paragraph]) -> Found | None:
    """What a line of its own or a headline names, with a day somewhere near."""
    if named := _named_in_lines(text, heads):
        return replace(named, said=_in_lines(text, heads))
    for heading in heads:
        stop = min(heading.end, heading.start + 120)
        found = next(titled(text.clean, heading.start, stop), None) or next(held(text.clean, heading.start, stop), None)
        if found and (day := found.said or _in_lines(text, heads)):
            return replace(found, said=day)
        if found and _told_of(text, body):
            return found
    return None


def _in_lines(text: Text, heads: Sequence[Paragraph]) -> Said | None:
    """The day of an event that stands in lines of its own: when, what, `在某地召开`; or below the title of a speech."""
    said = [text.clean[one.start : one.end] for one in heads]
    if not particulars(said) and not any(_TIMES.search(one) or _SPEECH.search(one) for one in said):
        return None
    days = (day for one in heads for day in dates(text.clean, one.start, min(one.end, one.start + 120)))
    return next((day for day in days if day.of_a_day), None)


def _named_in_lines(text: Text, heads: Sequence[Paragraph]) -> Found | None:
    """The name that stands in a line of its own (会议主题)."""
    told = particulars([text.clean[one.start : one.end] for one in heads])
    lines = [(heads[at].start + first, heads[at].end) for at, (what, first) in told.items() if what == "what"]
    named = ((a, b) for a, b in lines if 4 <= b - a <= LONGEST_NAME and not re.search("[,。;]", text.clean[a:b]))
    return next((Found(text.clean[a:b], a, b, None, b) for a, b in named), None)


def _day_in_lines(text: Text, article: Article) -> Said | None:
    """The day that stands in a line of its own beside the place."""
    some = [*article.headings, *article.paragraphs]
    told = particulars([text.clean[one.start : one.end] for one in some])
    lines = [(some[at].start + first, some[at].end) for at, (what, first) in told.items() if what == "when"]
    return next((day for a, b in lines for day in dates(text.clean, a, b) if day.of_a_day), None)


def _place_in_lines(text: Text, article: Article) -> list[str]:
    """The place that stands in a line of its own."""
    some = [*article.headings, *article.paragraphs]
    told = particulars([text.clean[one.start : one.end] for one in some])
    return [text.clean[some[at].start + first : some[at].end] for at, (what, first) in told.items() if what == "where"]


def _told_of(text: Text, body: Sequence[Paragraph]) -> bool:
    """Whether the first paragraph tells of something that took place."""
    return (
        bool(body) and next(dates(text.clean, body[0].start, min(body[0].end, body[0].start + 160)), None) is not None
    )


def _far(text: Text, article: Article, body: Sequence[Paragraph]) -> Found | None:
    """A report that comes to its event late: by a sentence that says when."""
    if article.title and _PLAN.search(article.title):
        return None
    firsts = [one.start for one in body[:12]]
    told = (
        one
        for one in _held_in(text, body[:12])
        if _AGAIN.search(text.clean, max(0, one.at - 40), one.at)
        or (one.said and any(0 <= one.said.start - first < DATED for first in firsts))
    )
    return next(told, None)


def _inspection(text: Text, body: Sequence[Paragraph], people: Sequence[Person]) -> Found | None:
    for paragraph in body[:3]:
        for start, end in _first_sentences(text, paragraph, 4 if paragraph is body[0] else 2):
            who = next((one for one in people if start <= one.start < end and "cited" not in one.roles), None)
            first = who.end if who else _named(text, people, start, end)
            found = inspected(text.clean, first, end) if first else carried_out(text.clean, start, end)
            if found and (first or found.said):
                return found
    return None


def _sent(text: Text, body: Sequence[Paragraph], heads: Sequence[Paragraph]) -> Found | None:
    """A delegation that goes somewhere: the headline names the journey, the first sentence says when."""
    for start, end in _first_sentences(text, body[0], 1) if body else ():
        day = date_near(text.clean, start, end, start) if "代表团" in text.clean[start:end] else None
        for head in heads if day else ():
            found = _JOURNEY.search(text.clean, head.start, min(head.end, head.start + 60))
            if found:
                return Found(found.group(), *found.span(), day, start)
    return None


def _nameless(text: Text, body: Sequence[Paragraph]) -> Found | None:
    """A meeting of which nothing is told but its kind."""
    spans = (span for one in body[:6] for span in _first_sentences(text, one, 2))
    return next(filter(None, (plain(text.clean, *span) for span in spans)), None)


def _headed(text: Text, body: Sequence[Paragraph], heads: Sequence[Paragraph]) -> Found | None:
    """An inspection that only its headline names; the first sentence says when."""
    for start, end in _first_sentences(text, body[0], 1) if body else ():
        if not _INSPECTS.search(text.clean, start, end):
            continue
        for head in heads:
            found = _INSPECTION.search(text.clean, head.start, min(head.end, head.start + 120))
            if found:
                return Found(found.group(), *found.span(), date_near(text.clean, start, end, start), start)
    return None


def _named(text: Text, people: Sequence[Person], start: int, end: int) -> int:
    """Where the name of a person known from before ends in a sentence; 0 where there is none."""
    said = text.clean[start:end]
    known = [one.name for one in people[:8] if "cited" not in one.roles and one.name in said]
    return min((start + said.index(name) + len(name) for name in known), default=0)


def _first_sentences(text: Text, paragraph: Paragraph, count: int) -> list[tuple[int, int]]:
    made = list(sentences(text.clean, paragraph.start, min(paragraph.end, paragraph.start + 1200)))[:count]
    return [(start, min(end, start + LONGEST)) for start, end in made]


def _later(text: Text, article: Article, lead: Found) -> Iterator[Found]:
    """Further events: their own day, or words that tie them to the first one (会后, 当晚, 主持召开)."""
    body = [one for one in article.paragraphs if one.kind == "body"]
    if article.title and _PLAN.search(article.title):
        return
    for found in _held_in(text, body):
        if found.at <= lead.at or found.name == lead.name:
            continue
        before = text.clean[max(0, found.at - 40) : found.at]
        if found.said or _AGAIN.search(before):
            yield found


def _held_in(text: Text, paragraphs: Sequence[Paragraph]) -> Iterator[Found]:
    for paragraph in paragraphs:
        if _TIMES.search(text.clean, paragraph.start, paragraph.end):
            for start, end in sentences(text.clean, paragraph.start, paragraph.end):
                if end - start <= LONGEST and text.clean[start] not in "“‘":
                    yield from held(text.clean, start, end)


def _longer(text: Text, article: Article, found: Found) -> Found:
    """The headline may name the event in full: `委员会第二次会议` beside `市委改革委员会第二次会议`."""
    for heading in article.headings:
        for other in titled(text.clean, heading.start, heading.end):
            if len(other.name) >= len(found.name) and other.name.endswith(found.name):
                return replace(found, name=other.name, start=other.start, end=other.end)
        seen = _INSPECTION.search(text.clean, heading.start, heading.end) if _INSPECTS.search(found.name) else None
        if seen and seen.group().endswith(found.name[-4:]):
            return replace(found, name=seen.group(), start=seen.start(), end=seen.end())
    return found


def _first_day(text: Text, article: Article, told: Told) -> Said | None:
    """The first day the report names, also `上月31日` beside a known day of publication."""
    for paragraph in [one for one in article.paragraphs if one.kind == "body"][:2]:
        stop = min(paragraph.end, paragraph.start + 160)
        last = _LAST_MONTH.search(text.clean, paragraph.start, stop)
        if last and told.published and len(told.published) >= 7:
            month = (int(told.published[5:7]) - 2) % 12 + 1
            return Said(last.start(), last.end(), last.group(), month=month, day=int(last.group("day")))
        days = (one for one in dates(text.clean, paragraph.start, stop) if one.of_a_day)
        found = next(days, None)
        if found:
            return found
    return None


def _same_name(found: str, name: str) -> bool:
    return found in name or name in found


def _whole(text: Text, article: Article) -> Article:
    """The document as one article, for what a single article does not say."""
    return Article(article.id, "", (), text.paragraphs)


def home_of(text: Text, article: Article, people: Sequence[Person], told: Told) -> str:
    """The city an article speaks of as 我市: by titles, by `在X分会场`, by the publisher; empty where nothing says."""
    inside = [one for one in people if article.start <= one.start < article.end and "cited" not in one.roles]
    local = {one.name for one in inside if (one.title or "").startswith(_LOCAL)}
    titled_ = _cities((one.title or "" for one in people if one.name in local), told)
    clean = text.clean[article.start : article.end]
    halls = _cities(_BRANCH_HALL.findall(clean), told)
    named = _cities((one.title or "" for one in inside), told)
    for guess in (titled_, halls, [told.home] if told.home else [], named if len(set(named)) == 1 else []):
        if guess:
            return guess[0]
    return ""


def _cities(texts: Iterable[str], told: Told) -> list[str]:
    """Cities that some texts begin with."""
    found = (told.places.pattern.match(text) for text in texts)
    places = (place for match in found if match for place in told.places.by_alias[match.group()])
    return [place.name for place in places if place.kind == "city"]


def _details(
    text: Text, article: Article, people: Sequence[Person], event: Event, told: Told, every: Sequence[Event]
) -> None:
    """Form, place, chair, organiser and level, from the part of the article that tells of the event."""
    stop = min((one.at for one in every if one.at > event.at), default=article.end)
    first = article.start if event is every[0] else event.at
    body = [one for one in article.paragraphs if one.kind == "body" and one.end > first and one.start < stop]
    clean = " ".join(text.clean[max(one.start, first) : min(one.end, stop)][:3000] for one in body[:40])
    form = _FORM.search(clean)
    named = _FORM_IN_NAME.search(event.name)
    event.form = form.group("form") if form else named.group() if named else None
    rooms = [found.group("room") for found in _ROOM.finditer(clean[:3000])]
    here = _place_in_lines(text, article) if event is every[0] else []
    event.place = list(dict.fromkeys([*here, *_places(clean, told), *(room for room in rooms if room not in here)]))
    around = max(article.start, first - 60)
    chairs = [one.name for one in people if around <= one.start < stop and "chair" in one.roles]
    event.chair = chairs[0] if chairs else None
    hosts = _HOSTS.search(clean[:400])
    event.organiser = (
        _caller(text, event)
        or organiser(event.name, event.home, told.places)
        or (hosts.group("who") if hosts else None)
    )
    titles = [one.title for one in people if first <= one.start < stop and one.title and "cited" not in one.roles]
    event.level = level_of(event.name, event.organiser or "", event.home, titles[:6], told.places)


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
    if unit and unit.group("unit") != "市":  # the city of the report is not the county or province that meets
        return None
    if unit and home:
        return home + (unit.group("part")[-2:] if unit.group("part") != "委" else "委")
    if unit or name.startswith("全"):
        return home or None
    return start.name if start and "圈" not in name[:10] else None
