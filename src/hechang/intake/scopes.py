"""Who says what: a speech verb opens a scope, the end of the paragraph closes it unless the next one goes on.

A person who is cited inside a speech is `quoted`; what somebody only thinks or reports is a `view`; a section of a
plan that asks is a scope of its own; passages that report achievements are in no scope at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hechang.intake.addressees import does
from hechang.intake.clauses import LONGEST, Clause, clauses, sentences
from hechang.intake.clean import Paragraph
from hechang.intake.leads import LEAD, asks, commits, lead_of, plans
from hechang.intake.outline import ASK, TELL, Number, Outline, genre_of, names_a_part, number_at, starts_asking
from hechang.intake.people import Person, is_name
from hechang.intake.speech import MEETING, Ear, Scope
from hechang.intake.trailers import is_trailer
from hechang.intake.verb_first import begins_with_verb

_GOES_ON = re.compile(
    r"[一二三四五六七八九十]{1,3}[要是、]|首先|其次|再次|第[一二三四五六七八九十][,、是]|要(?!求|闻)|"
    r"[(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)]|\d{1,2}[.、]|各[级地部板镇区县]|“(?![^”]*”)|——"
)
_SELF = re.compile(r"我(?:谨)?代表(?P<body>[\u3400-\u9fff]{2,14}?)(?:,?(?:向|作|就))")
_NEXT_YEAR = re.compile(
    r"(?:今年|明年|新的一年|20\d\d年,?|下一步|接下来|今后五年|未来五年|做好|根据|围绕|实现|按照|主要预期).{0,80}"
    r"(?:我们(?:要|将)|工作的?(?:总体|总的|主要|思路|安排|重点|目标|要求)|预期目标|总体要求|重点(?:做好|抓好|工作))"
)
_BACK = re.compile(r"(?:回顾|过去(?:的)?(?:一年|五年)|刚刚过去)")
_CHAPTER = re.compile(r"[一二三四五六七八九十]{1,3}、")
_ATTENDS = re.compile(
    r"参[加观会]|出席|列席|据|召开|举行|举办|实地|走[进访]|来到|观看|听取|查看|考察|调研|传达|审议|讨论|研究|通报|宣读|陪同|主持"
)
_TELLS = re.compile(r"会[上前后]|随后|活动中|据(?:悉|了解|介绍|统计)|截至|此前|近日|日前|记者")
_THEN = re.compile(r"(?:[前后时]|期间)$")  # 签约仪式后, the report goes on itself
_SPEECH = re.compile(r"上的(?:讲话|发言|致辞)|讲话(?:稿|提纲|全文)?(?:\n|$)")
_HAILS = re.compile(r"(?:^|\n)\s*(?:同志们|各位|尊敬的)")
_NAME_LINE = re.compile(
    r"(?:^|\n)(?:[(]?|[^\n,。:]{0,20}(?:书记|[省市区县镇乡局院厅会校]长|主任|主席|部长|董事长|总经理)[ \u3000]*)"
    r"(?P<name>[\u3400-\u9fff]{2,3})[)]?(?:\n|$)"
)
_SIGNED = re.compile(r"(?:[省市区县镇乡]长|主任|主席)[ \u3000]*(?P<name>[\u3400-\u9fff]{2,4})[ \u3000]*(?:\n|$)")
_AUTHOR = re.compile(
    r"(?:^|\n)(?:(?P<name>[\u3400-\u9fff]{2,4})\([^()\n]{2,24}(?:书记|[省市区县镇局院会校]长|主任|教授|研究员|主席|部长)\)|"
    r"(?:作者|文)[:：/] ?(?P<by>[\u3400-\u9fff]{2,4}))(?:\n|$)"
)
_PAPER = re.compile(
    r"(?:^|\n)(?!学习|贯彻|致|评)[^\n,。]{0,8}"
    r"(?:评论员(?:文章)?[ \u3000]*[\u3400-\u9fff]{0,4}|社论|短评|时评)[ \u3000]*(?:\n|$)"
)
_LABEL = re.compile(r"(?:【同期声】)?[ ]?(?P<who>[^:,。;!?“”【】]{2,30}?)(?P<mark>:|$)")
_ASKER = re.compile(r"记者|主持人|网友|问$|提问")
_OFF = re.compile(r"【(?:正文|口播|导语|旁白|字幕|结束语)】")
_PART = re.compile(
    r"任务|回顾|(?:几点|工作)建议|^建议[:：]?$|对策|工作安排|保障措施|总体要求|怎么[干抓办做]|打算|要求$"
)
_TALKED = re.compile(r"强调|指出|提出|建议|表示|[说称][:,]|主持召开")
TURNS, LINES = 2, 5  # signs of a transcript or a plan; paragraphs of a text written in lines
_SHORT = 60  # characters of a numbered paragraph that may be a heading by itself


@dataclass(frozen=True)
class Turn:
    """One sentence, its clauses and its scope; `opened` is the index of the clause with the speech verb."""

    clauses: tuple[Clause, ...]
    said: tuple[str, ...]  # text of the clauses
    scope: Scope | None
    opened: int
    paragraph: int
    fresh: bool  # the first sentence of a scope
    number: str = ""  # form of the outline number before it
    alone: bool = False  # a heading that is a paragraph of its own
    wonders: bool = False  # a question


class Listener:
    """Goes through the paragraphs of one article and keeps who is speaking."""

    def __init__(self, text: str, people: Sequence[Person], title: str = "") -> None:
        self.text = text
        self.title = title
        self.ear = Ear(text, people)
        self.section: Scope | None = None
        self.body = ""
        self.genre = "news"
        self.outline = Outline()
        self.reader = ""  # who gives a work report
        self.author: Scope | None = None  # who signs an article of opinion, or has the floor in a transcript
        self.transcript = False
        self.lines = False  # written line by line, as for a telephone: what looks like a heading is a sentence

    def turns(self, paragraphs: Sequence[Paragraph]) -> Iterator[Turn]:
        """Sentences with their scopes, in the order of the text."""
        self._begin(paragraphs)
        scope: Scope | None = None
        for at, given in enumerate(paragraphs):
            paragraph = self._floor(given)
            scope = scope if paragraph is given and not self._wonders(given) else None
            if paragraph is None or paragraph.kind in ("byline", "row"):
                continue
            number = number_at(self.text, paragraph.start)
            goes_on = scope is not None and scope.how == "speech" and self._goes_on(paragraph)
            goes_on = goes_on and self.author in (None, scope)  # between others the author has the floor
            if number and not goes_on and number.form != "dash":
                self._enter(number, paragraph)
            elif not number and not goes_on:
                self._unnumbered(paragraph)
            if self._is_heading(paragraph, number):
                inside = scope if goes_on else self.section
                yield from self._heading(paragraph, number, at, inside)
                scope = inside if goes_on else None
                continue
            scope = (scope if goes_on else None) or self.section
            for turn in self._paragraph(paragraph, at, scope, number):
                scope = turn.scope
                yield turn

    def _begin(self, paragraphs: Sequence[Paragraph]) -> None:
        opening = " ".join(self.text[one.start : min(one.end, one.start + 200)] for one in paragraphs[:6])
        self.genre = genre_of(self.title, opening)
        self.outline = Outline(TELL if self.genre == "review" else "")
        if self.genre == "review" and paragraphs:
            signed = _SIGNED.search(self.title)
            self.reader = signed.group("name") if signed else ""
        self.transcript = self._is_transcript(paragraphs)
        marks = [one.kind for one in paragraphs]
        self.lines = len(marks) > LINES and marks.count("heading") > len(marks) / 2
        if self.lines and self.genre == "plan" and not any(starts_asking(self._words_of(one)) for one in paragraphs):
            self.outline = Outline(ASK)
            self._settle()
        self.author = _author(self.title, opening) if self.genre == "news" else None
        if self.genre == "news" and self.author is None and self._is_plan(paragraphs):
            self.genre, self.outline = "plan", Outline(ASK)
            self._settle()

    def _is_transcript(self, paragraphs: Sequence[Paragraph]) -> bool:
        """Whether paragraphs begin with the names of those who speak."""
        labels = (_LABEL.match(self.text[one.start : min(one.end, one.start + 60)]) for one in paragraphs)
        who = [found["who"].strip() for found in labels if found and found["mark"]]
        return sum(self.ear.named_last(one) != "" for one in who) >= TURNS

    def _is_plan(self, paragraphs: Sequence[Paragraph]) -> bool:
        """A part of a plan without its title: nobody speaks, and its numbered headings begin with verbs."""
        titles = [
            self.text[number.end : one.end].strip()
            for one in paragraphs
            if (number := number_at(self.text, one.start)) and number.form != "dash" and one.end - one.start <= _SHORT
        ]
        asks_for = [title for title in titles if begins_with_verb(title)]
        if len(asks_for) < TURNS or len(asks_for) < 0.6 * len(titles):
            return False
        return not any(_TALKED.search(self.text, one.start, one.end) for one in paragraphs)

    def _floor(self, paragraph: Paragraph) -> Paragraph | None:
        """Give the floor to whom a transcript names in front of a paragraph; returns what is said behind the name."""
        words = self.text[paragraph.start : min(paragraph.end, paragraph.start + 60)]
        if _OFF.match(words):
            self.author = self.section = None
            return None
        found = _LABEL.match(words)
        if not found or not (self.transcript if found["mark"] else words.startswith("【同期声】")):
            return paragraph
        who = found["who"].strip()
        name = self.ear.named_last(who)
        if not name and not _ASKER.search(who):
            return paragraph
        self.author = Scope(name) if name and not _ASKER.search(who) else None
        self._settle()
        start = paragraph.start + found.end()
        return replace(paragraph, start=start, kind="body") if start < paragraph.end else None

    def _wonders(self, paragraph: Paragraph) -> bool:
        """A question over the lines of a message, which those below answer."""
        return self.lines and self.text[paragraph.end - 1] in "?？"

    def _words_of(self, paragraph: Paragraph) -> str:
        return self.text[paragraph.start : min(paragraph.end, paragraph.start + LONGEST)]

    def _enter(self, number: Number, paragraph: Paragraph) -> None:
        if not self.outline.default and self.genre in ("plan", "minutes"):
            self.outline.default = ASK
        title = re.split(r"[。:,]", self.text[number.end : min(paragraph.end, number.end + 50)])[0]
        self.outline.enter(number.form, title)
        self._settle()

    def _settle(self) -> None:
        said_by = self.author.speaker if self.author else self.ear.last if self.lines else ""
        speaker = (self.reader or self.body) if self.genre == "review" else said_by
        self.section = Scope(speaker or MEETING, "section") if self.outline.mode == ASK else self.author

    def _unnumbered(self, paragraph: Paragraph) -> None:
        """A paragraph without a number may still end the preamble, or begin the part of the coming year."""
        words = self._words_of(paragraph)
        if self.genre in ("plan", "minutes") and not self.outline.default and starts_asking(words):
            self.outline.default = ASK
            self.section = None  # the paragraph itself only announces
            return
        if self.genre == "review" and not any(form in ("one", "part") for form, _ in self.outline.open):
            if _NEXT_YEAR.match(words):
                self.outline.default = ASK
            elif _BACK.match(words):
                self.outline.default = TELL
        short = len(words) < 24 and not re.search(r"[。,;]", words)
        if self._wonders(paragraph) or (short and paragraph.kind == "heading" and _PART.search(words)):
            self.outline.open.clear()
            self.outline.enter("bare", words)
        self._settle()

    def _goes_on(self, paragraph: Paragraph) -> bool:
        """A speech goes on over the paragraph break: it counts on, asks on, or its quotation is still open."""
        words = self.text[paragraph.start : paragraph.start + 40]
        if _GOES_ON.match(words):
            return self.genre == "news" or not _CHAPTER.match(words)
        if self.ear.person_at(paragraph.start) or words.startswith(("会议", "大会", "会上", "会前", "会后")):
            return False
        if self.lines:
            return True
        first = re.split(r"[,。;:]", words)[0]
        acts = begins_with_verb(first) and not _ATTENDS.match(first) and paragraph.kind == "body"
        return (asks(first) or acts) and not commits(first) and not _THEN.search(first)

    def _is_heading(self, paragraph: Paragraph, number: Number | None) -> bool:
        begins = self.text[paragraph.start : min(paragraph.end, paragraph.start + 40)]
        if is_trailer(begins) or begins.startswith("【"):
            return False
        words = self.text[paragraph.start : paragraph.end] if paragraph.end - paragraph.start < 2 * _SHORT else ""
        if number:
            item = self.lines and number.form not in ("part", "one") and words[-1:] not in ("?", "？")
            short = 0 < len(words) <= _SHORT and not re.search(r"[。;:]", words[number.end - paragraph.start :])
            return short and not item and (paragraph.kind == "heading" or "," not in words)
        said = self.lines and (re.search(r"\d|,", words) or begins_with_verb(words) or asks(words) or does(words))
        return paragraph.kind == "heading" and not said and not self._introduces(words)

    def _introduces(self, words: str) -> bool:
        """A line that ends like a sentence and says who speaks or what is asked."""
        if words.endswith((":", "——")) and (_TALKED.search(words) or self.ear.names_anybody(words)):
            return True
        return words.endswith((":", "。")) and (any(map(asks, words.split(","))) or words.startswith("会议"))

    def _heading(self, paragraph: Paragraph, number: Number | None, at: int, scope: Scope | None) -> Iterator[Turn]:
        """A numbered heading that asks is the first line of its section."""
        if number is None or scope is None:
            return
        title = self.text[number.end : paragraph.end]
        if len(title) < 3 or names_a_part(title) or title[-1] in "?？":
            return
        made = tuple(clauses(self.text, number.end, paragraph.end))
        if made:
            yield Turn(made, self._words(made), scope, -1, at, False, number.form, True)

    def _paragraph(self, paragraph: Paragraph, at: int, scope: Scope | None, number: Number | None) -> Iterator[Turn]:
        fresh, form = scope is not None and scope is self.author and not self.lines, number.form if number else ""
        scope = scope or self.ear.quoted(paragraph.start, paragraph.end)
        self.ear.pending = ""
        for start, end in sentences(self.text, number.end if number else paragraph.start, paragraph.end):
            made = tuple(clauses(self.text, start, end))
            if not made:
                continue
            self._introduce(start, end)
            pending, about = self.ear.pending, self.ear.about
            new, opened = self.ear.open(made, scope)
            if new and self._only_says_who(made, opened, end):
                scope = None
            elif new:
                scope, fresh = (new, True) if new.how != "quoted" else (scope, False)
            elif scope and scope.how in ("speech", "view") and self._narrates(made):
                scope = None
            if not new and scope is None:
                new = self._unscoped(made, pending, about) or self.ear.quoted(made[0].start - 1, paragraph.end)
                scope = new if new and new.how == "speech" else scope
            wonders = self.text[end : end + 1] in ("?", "？")
            yield Turn(made, self._words(made), new or scope, opened, at, fresh, form, wonders=wonders)
            fresh, form = False, ""

    def _only_says_who(self, made: Sequence[Clause], opened: int, end: int) -> bool:
        """`“…。”某某说。`: the words stood before, and what follows is the report's own unless it is quoted again."""
        quoted = self.text[made[0].start - 1 : made[0].start] == "”"
        return quoted and opened == len(made) - 1 and self.text[end + 1 : end + 2] != "“"

    def _unscoped(self, made: Sequence[Clause], pending: str, about: str) -> Scope | None:
        """A sentence nobody speaks: what somebody will do is told, and 要 goes on with the last one who spoke here."""
        first = self._said(made[0])
        if self.outline.mode == TELL:
            ours = any(self._said(one).startswith("我们将") for one in made[:2])
            return Scope(self.reader or self.body or MEETING, "told") if ours else None
        if self.text[made[0].start - 1] == "“" and about in self.ear.titled:
            return Scope(about)
        if any(commits(self._said(one)) for one in made[:2]) or any(plans(self._said(one)) for one in made):
            return Scope(MEETING, "told")
        if pending and LEAD.match(first) and not first.startswith("要闻"):
            return Scope(pending)
        if self.genre != "news" and not self.outline.default and asks(first):
            return Scope(MEETING, "view")
        return None

    def _words(self, made: Sequence[Clause]) -> tuple[str, ...]:
        return tuple(self._said(clause) for clause in made)

    def _said(self, clause: Clause) -> str:
        return self.text[clause.start : min(clause.end, clause.start + LONGEST)]

    def _introduce(self, start: int, end: int) -> None:
        found = _SELF.search(self.text, start, min(end, start + 80))
        if found:
            self.body = found.group("body")

    def _narrates(self, made: Sequence[Clause]) -> bool:
        """The report itself speaks again: people or the meeting do something other than ask."""
        said = self._said(made[0])
        if lead_of(said):
            return False
        return bool(self.ear.subject(made[0])) or _TELLS.match(said) is not None


def _author(title: str, opening: str) -> Scope | None:
    """Who gives a speech, by the line below its title, or signs an article of opinion."""
    if _SPEECH.search(title) and _HAILS.search(f"{title}\n{opening[:40]}"):
        named = _NAME_LINE.search(title)
        apart = named is not None and re.search(r"[ \u3000(]", named.group()) is not None
        return Scope(named.group("name") if named and (apart or is_name(named.group("name"))) else MEETING)
    if _PAPER.search(title):
        return Scope("本报评论员")
    found = _AUTHOR.search(title)
    return Scope(found.group("name") or found.group("by")) if found else None
