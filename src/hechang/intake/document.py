"""One document: bytes to everything that is read out of it, each piece with its place in the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hechang.intake.agreements import Agreement, agreements
from hechang.intake.articles import Article, articles
from hechang.intake.clean import Text, clean
from hechang.intake.directives import Directive, Reader
from hechang.intake.events import Event, Told, events
from hechang.intake.extract import Extract
from hechang.intake.figures import Figure, figures
from hechang.intake.gazetteer import Gazetteer, gazetteer
from hechang.intake.meta import Meta, gather
from hechang.intake.people import Person, bylines, persons
from hechang.intake.projects import Project, projects
from hechang.intake.references import Reference, references
from hechang.intake.row_directives import row_directives
from hechang.intake.same_event import key_of
from hechang.intake.scopes import Listener
from hechang.terms.ids import content_hash


@dataclass
class Document:
    """What one document holds; all spans are those of the cleaned text of `text`."""

    path: str
    sha256: str
    extract: Extract
    text: Text
    meta: Meta
    articles: list[Article] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    persons: list[tuple[str, Person]] = field(default_factory=list)  # article and person
    directives: list[tuple[str, Directive]] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)

    def event_at(self, article: str, at: int) -> Event | None:
        """The event a place of an article speaks of: the last one named before it, else the first of the article."""
        inside = [event for event in self.events if event.article == article]
        before = [event for event in inside if event.start <= at]
        return before[-1] if before else inside[0] if inside else None


def read_text(extract: Extract, data: bytes, name: str, given: Meta, places: Gazetteer | None = None) -> Document:
    """Read the text of one document."""
    text = clean(extract.text, extract.furniture, extract.apart)
    meta = gather(given, extract, text)
    made = Document(name, content_hash(data), extract, text, meta, articles(text))
    where = places or gazetteer()
    told = Told(meta.published or None, _home(meta.publisher, where), where)
    people = [one for paragraph in text.paragraphs for one in persons(text.clean, paragraph.start, paragraph.end)]
    for article in made.articles:
        made.events += events(text, article, people, told, len(made.events) + 1)
        _read_article(made, article, people)
    _read_rows(made)
    for event in made.events:
        event.key = key_of(event)
    _read_facts(made, where)
    return made


def _home(publisher: str, places: Gazetteer) -> str:
    found = next(
        (place for start, _, place in places.find(publisher[:6]) if start == 0 and place.kind != "abbreviation"), None
    )
    return (places.city(found.alias) or found.name) if found else ""


def _read_article(made: Document, article: Article, people: Sequence[Person]) -> None:
    inside = [one for one in people if article.start <= one.start < article.end]
    titles = [made.meta.title or "", *(made.text.clean[one.start : one.end] for one in article.headings)]
    listener = Listener(made.text.clean, inside, "\n".join(titles))
    turns = list(listener.turns(article.paragraphs))
    directives = Reader(made.text.clean).read(turns)
    shift = len(made.directives)
    for one in directives:
        one.parent = None if one.parent is None else one.parent + shift
    made.directives += [(article.id, one) for one in directives]
    spoke = {turn.scope.speaker for turn in turns if turn.scope and turn.scope.how == "speech"}
    made.persons += [(article.id, one) for one in _people(made.text, article, inside, spoke)]


def _read_rows(made: Document) -> None:
    """Tasks in tables, each in the article it stands in."""
    for one in row_directives(made.extract, made.text, [one for _, one in made.directives]):
        inside = [article.id for article in made.articles if article.start <= one.start < article.end]
        made.directives.append((inside[0] if inside else made.articles[-1].id, one))


def _people(text: Text, article: Article, inside: Sequence[Person], spoke: set[str]) -> list[Person]:
    """Each person of an article once, with all roles; speakers without a title are found by their name."""
    found: dict[str, Person] = {}
    untitled = [one for one in (_untitled(text, article, name) for name in spoke - {p.name for p in inside}) if one]
    for one in [*inside, *untitled, *bylines(text.clean, article.start, article.end)]:
        known = found.get(one.name)
        roles = [
            *(known.roles if known else ()),
            *one.roles,
            *(("speak",) if one.name in spoke and "exchange" not in one.roles else ()),
        ]
        found[one.name] = replace(known or one, roles=tuple(dict.fromkeys(roles)))
    return sorted((replace(one, roles=_roles(one.roles)) for one in found.values()), key=lambda one: one.start)


def _roles(roles: tuple[str, ...]) -> tuple[str, ...]:
    """Who does something else is not only cited; who does nothing said was there."""
    real = tuple(role for role in roles if role != "cited")
    return real or roles or ("attend",)


def _untitled(text: Text, article: Article, name: str) -> Person | None:
    at = text.clean.find(name, article.start, article.end)
    return (
        Person(name, None, at, at + len(name), at, ("speak",))
        if at >= 0 and len(name) <= 4 and name != "会议"
        else None
    )


def _read_facts(made: Document, places: Gazetteer) -> None:
    clean_text, paragraphs = made.text.clean, made.text.paragraphs
    made.projects = projects(clean_text, paragraphs, places)
    made.agreements = agreements(clean_text, paragraphs)
    for paragraph in paragraphs:
        if paragraph.kind in ("body", "row"):
            made.figures += figures(clean_text, paragraph.start, paragraph.end)
            made.references += references(clean_text, paragraph.start, paragraph.end)
    signed = {one.start for one in made.agreements}
    made.references = [one for one in made.references if one.start not in signed]
