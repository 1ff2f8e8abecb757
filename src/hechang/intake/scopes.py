"""Who says what: a speech verb opens a scope, the end of the paragraph closes it unless the next one counts on (一要).

A person who is cited inside a speech is `quoted`; passages that report achievements are in no scope at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hechang.intake.clauses import LONGEST, Clause, clauses, sentences
from hechang.intake.clean import Paragraph
from hechang.intake.leads import LEAD
from hechang.intake.people import Person, is_place, name_at, speaker_at

MEETING = "会议"
_VERB = re.compile(
    r"(?:指出|强调|要求|表示|提出|希望|认为|明确|号召|说)(?:[、并和](?:指出|强调|要求))?(?:$|"
    r"(?=要(?!求)|必须|各|全[市省区县]|我们要))"
)
_BARE = re.compile(r"指出|强调|要求|表示")
_MORE = r"(?:还|并|同时|随后|最后|进一步|再次|特别|现场|会上|明确|郑重|均|也)*"
_MEET = re.compile(rf"(?:会上,?)?(?:本次|此次|这次)?(?:会议|大会|全会|推进会|座谈会|会上|通知|意见){_MORE}$")
_HE = re.compile(rf"(?:他|她){_MORE}$")
_EMPTY = re.compile(rf"{_MORE}$")
_BEFORE = re.compile(r"(?:会上|会议上|随后|其间|当[日天]|会后|.{0,8}(?:上午|下午|[后时日]))?$")
_TALKS = re.compile(r"讲话|致辞|指出|强调|要求|表示|部署|主持")
_GOES_ON = re.compile(
    r"[一二三四五六七八九十]{1,3}[要是]|首先|其次|再次|第[一二三四五六七八九十][,、是]|要(?!求|闻)|"
    r"[(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)]|\d{1,2}[.、]|各[级地部板镇区县]"
)
_TASKS = re.compile(
    r"(?:主要|重点|目标|工作|具体)任务|重点工作|工作(?:安排|要求|措施|思路)|主要目标|总体(?:要求|"
    r"目标)|下一步|保障措施|组织实施|任务(?:安排|分工)|政策措施|主要举措|[做抓]好.*工作"
)
_REVIEW = re.compile(
    r"回顾|工作(?:情况|总结|成效|成绩)|成效|存在.*问题|基本情况|的?说明|发展(?:基础|环境|形势|成就)|"
    r"背景|意义|执行情况|完成情况"
)
_SECTION = re.compile(r"(?:第?[一二三四五六七八九十]{1,3}[、章节部])")
_PAST = re.compile(
    r"(?:过去|去年|今年以来|近年来|一年来|几年来|[一二三四五六]年来|目前|上半年|前[一二三]季度|截至|"
    r"当前,?我|以来|[“”\u3400-\u9fff]{0,8}时期,)"
)
_SELF = re.compile(r"我(?:谨)?代表(?P<body>[\u3400-\u9fff]{2,14}?)(?:,?(?:向|作|就))")


@dataclass(frozen=True)
class Scope:
    """Who speaks, and how: `speech`, `quoted` (a third person cited) or `section` (a task chapter of a plan)."""

    speaker: str
    how: str = "speech"


@dataclass(frozen=True)
class Turn:
    """One sentence, its clauses and its scope; `opened` is the index of the clause with the speech verb."""

    clauses: tuple[Clause, ...]
    scope: Scope | None
    opened: int
    paragraph: int
    fresh: bool  # the first sentence of a scope


class Listener:
    """Goes through the paragraphs of one article and keeps who is speaking."""

    def __init__(self, text: str, people: Sequence[Person]) -> None:
        self.text = text
        self.people = {person.start: person for person in people}
        self.names = frozenset(person.name for person in people if "cited" not in person.roles)
        self.last = ""
        self.section: Scope | None = None
        self.body = ""

    def turns(self, paragraphs: Sequence[Paragraph]) -> Iterator[Turn]:
        """Sentences with their scopes, in the order of the text."""
        scope: Scope | None = None
        for at, paragraph in enumerate(paragraphs):
            words = self.text[paragraph.start : paragraph.start + 40]
            if paragraph.kind != "body" or self._is_section(paragraph):
                self._enter(self.text[paragraph.start : min(paragraph.end, paragraph.start + 60)])
                scope = None
                continue
            scope = (scope if scope and _GOES_ON.match(words) else None) or self.section
            for turn in self._paragraph(paragraph, at, scope):
                scope = turn.scope
                yield turn

    def _is_section(self, paragraph: Paragraph) -> bool:
        return paragraph.end - paragraph.start < 60 and bool(_SECTION.match(self.text, paragraph.start))

    def _enter(self, heading: str) -> None:
        if _SECTION.match(heading):
            task = _TASKS.search(heading) and not _REVIEW.search(heading)
            self.section = Scope(self.body or MEETING, "section") if task else None

    def _paragraph(self, paragraph: Paragraph, at: int, scope: Scope | None) -> Iterator[Turn]:
        fresh = False
        for start, end in sentences(self.text, paragraph.start, paragraph.end):
            made = tuple(clauses(self.text, start, end))
            if not made:
                continue
            self._introduce(start, end)
            new, opened = self._open(made, scope)
            if new:
                scope, fresh = (new, True) if new.how != "quoted" else (scope, False)
            elif scope and scope.how == "speech" and self._narrates(made[0]):
                scope = None
            yield Turn(made, new or scope, opened, at, fresh)
            fresh = False

    def _introduce(self, start: int, end: int) -> None:
        found = _SELF.search(self.text, start, min(end, start + 80))
        if found:
            self.body = found.group("body")

    def _open(self, made: Sequence[Clause], scope: Scope | None) -> tuple[Scope | None, int]:
        """The last clause of the sentence that opens a scope, and its index (-1: none)."""
        new, opened, subject = None, -1, ""
        for at, clause in enumerate(made):
            if clause.end - clause.start > LONGEST:
                continue
            subject = self._subject(clause) or subject
            said = self.text[clause.start : clause.end]
            found = next((self._speech(clause, verb, subject, scope) for verb in _VERB.finditer(said)), None)
            if found:
                new, opened = found, at
                scope = found
                break_after = found.how == "quoted"
                if break_after:
                    return new, opened
        self._remember(made, new)
        return new, opened

    def _remember(self, made: Sequence[Clause], new: Scope | None) -> None:
        """Who 他 is: the last speaker, or the last person a sentence is about who does more than attend."""
        if new and new.how == "speech" and new.speaker != MEETING:
            self.last = new.speaker
        about = next((one for one in made if self._subject(one) not in ("", MEETING)), made[0])
        person, name = self.people.get(about.start), self._subject(about)
        quiet = person is not None and set(person.roles) <= {"attend", "report", "exchange"} and person.roles
        if not new and name not in ("", MEETING) and not (quiet and self.last):
            self.last = name

    def _subject(self, clause: Clause) -> str:
        """Who the sentence is about: a person at the start of a clause, or the meeting."""
        person = self.people.get(clause.start)
        if person and "cited" not in person.roles:
            return person.name
        if self.text.startswith(("会议", "大会", "全会"), clause.start):
            return MEETING
        return speaker_at(self.text, clause.start, self.names)

    def _speech(self, clause: Clause, verb: re.Match[str], subject: str, scope: Scope | None) -> Scope | None:
        before = verb.string[: verb.start()]
        if _MEET.match(before):
            return Scope(MEETING)
        if _HE.match(before):
            return Scope(self.last or MEETING)
        if _EMPTY.match(before):
            return Scope(subject or (scope.speaker if scope else MEETING)) if _BARE.match(verb.group()) else None
        return self._by_person(clause, before)

    def _by_person(self, clause: Clause, before: str) -> Scope | None:
        for at in range(clause.start, clause.start + min(len(before), 20)):
            if not _BEFORE.match(self.text[clause.start : at]):
                continue
            person = self.people.get(at)
            if person:
                return Scope(person.name, "quoted" if "cited" in person.roles else "speech")
            name = speaker_at(self.text, at, self.names)
            if name:
                return Scope(name)
        return self._untitled(clause, before)

    def _untitled(self, clause: Clause, before: str) -> Scope | None:
        """Somebody without a title who speaks at the start of a sentence: surname, given name, speech verb."""
        length = name_at(self.text, clause.start)
        if length and length == len(before) and not is_place(before) and before[1:] not in ("案", "划", "会", "面"):
            return Scope(before)
        return None

    def _narrates(self, first: Clause) -> bool:
        """The report itself speaks again: people or the meeting do something other than ask."""
        said = self.text[first.start : min(first.end, first.start + LONGEST)]
        if LEAD.search(said):
            return False
        about = self._subject(first)
        return bool(about) or said.startswith(("会上", "会前", "会后", "随后", "活动中"))


def looks_back(text: str) -> bool:
    """Tell whether a sentence reports what was reached and not what is to do.

    Examples
    --------
    >>> looks_back("今年以来,全市新开工项目33个"), looks_back("加快构建区间快线")
    (True, False)
    """
    return _PAST.match(text) is not None and not LEAD.search(text[:120])
