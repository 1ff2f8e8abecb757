"""Speech verbs and whose words follow them: a person with or without a title, the meeting, 他, a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hechang.intake.clauses import LONGEST, Clause
from hechang.intake.people import Person, is_place, name_at, no_names, speaker_at

MEETING = "会议"
NAME_SIZES = (4, 3, 2)  # characters of a name
_VERB = re.compile(
    r"(?:(?:补充|回应|回答|答复|宣布|归纳|提议|倡议|插话|表态)(?=[说道]?$)|指出|强调|要求|表示|提出|希望|认为|明确|号召|说|议定|商定|约定|决定|议决|确定|部署|指示|叮嘱|嘱咐|交代|勉励|介绍|谈到|讲到|坦言|建议|呼吁|承诺|透露)"
    r"(?:[、并和](?:指出|强调|要求))?(?:[说道]|了?(?:以下|如下)[\u3400-\u9fff]{1,6})?(?:——)?(?:$|"
    r"(?=要(?!求)|必须|各|全[市省区县]|我们要))|(?:叮嘱|嘱咐|勉励|希望|告诫|提醒|要求)(?=[\u3400-\u9fff]{2,14}$)|"
    r"要求(?=[\u3400-\u9fff]{1,12}?(?:[市区县局委办镇部队院校园街乡村]|单位|部门|公司|集团|方面|中心|专班|企业|各方|同志|大家))|"
    r"(?:决定|责成)(?=[\u3400-\u9fff]{3})|建议(?=[把将])|建议(?=[\u3400-\u9fff]{1,10}?(?:[市区县局委办镇]|单位|部门)[\u3400-\u9fff]{3})|"
    r"^(?:现场|当场|随即|当即)?请(?=[\u3400-\u9fff]{1,12}?(?:[市区县局委办镇部队院校街乡村]|单位|部门|公司|集团|中心|专班|企业|指挥部))"
)
_MAY_SPEAK = re.compile(
    r"[成出调求示望认明召说定决署嘱励绍到言议板办复态招诫醒充应答布纳话吁诺露请代]"
)  # one of each verb
_BARE = re.compile(r"指出|强调|要求|表示|希望|议定|决定|明确")
_VIEW = re.compile(r"认为|介绍")
_MORE = (
    r"(?:还|并|同时|随后|最后|进一步|再次|特别|现场|会上|明确|郑重|均|也|一致|研究|讨论|逐[个项一]|反复)*"
    r"(?:(?:就|围绕|在)[^,]{2,24})?(?:还|并|也|再次|特别|明确|进一步|逐[个项一])*"
)
_MEET = re.compile(
    rf"(?:会上,?|经(?:研究|讨论),?)?(?:(?:本次|此次|这次|[^在书记长要彻实,]{{0,8}})(?:会议|大会|全会|推进会|座谈会|例会)|"
    rf"(?:[\u3400-\u9fff]{{0,6}}(?:代表|委员|专家)们|视察组|调研组|督查组|检查组|督导组|与会(?:人员|代表|专家|同志))(?:一致)?{_MORE}$|"
    rf"会上|通知|意见|方案|计划|规划|办法|纲要|安排|清单|要点){_MORE}$"
)
_GOES_ON = re.compile(r"并|还|就|围绕|对|随后|最后|同时")
_TITLED = re.compile(rf"《[^》]{{2,60}}》{_MORE}$")
_HE = re.compile(rf"(?:他|她)(?:{_MORE}|[^,]{{0,8}}[对向跟][^,]{{2,24}})$")
_EMPTY = re.compile(rf"{_MORE}$")
_BEFORE = re.compile(r"(?:来自[^,]{2,16}的|会上|会议上|随后|其间|当[日天]|会后|.{0,8}(?:上午|下午|[后时日]))?$")
_TALKS = re.compile(
    r"讲话|致辞|发言|谈|讲|点题|作答|开出|列出|划出|给出|立下|定下|回应|回答|归纳|宣布|点评|部署|强调|要求|指出|表示|总结|阐述|安排|布置|叮嘱|说|拍板|交办|答复|表态|支招|提出|动员|寄语|呼吁"
)
_HEADS = re.compile(
    r"(?P<body>[\u3400-\u9fff]{2,14}?(?:[省市县区镇乡]|街道|集团|公司|局|办))(?=长|委|党|副|政府|人大|主任|董事长|总经理|[省市县区镇乡局]长)"
)
_POSTS = (
    "书记",
    "市长",
    "区长",
    "县长",
    "镇长",
    "主任",
    "局长",
    "省长",
    "主席",
    "部长",
    "秘书长",
    "董事长",
    "总经理",
    "院长",
)
_PAPER = re.compile(
    r"(?:《[^》]{2,40}》|方案|意见|计划|通知|规划|会议)[^,]{0,4}(?:明确|提出|部署|确定|安排|议定|商定|决定|约定|达成|形成)"
)
_AGREE = re.compile(r"(?:[两二三四五六七八九十双各多][方地市省镇县区家城国院校]|[^,]{2,24}[市区县镇乡])(?:一致|共同)?$")
_UNNAMED = re.compile(
    r"(?:会上,?)?(?P<who>[^对向的与,]{0,16}(?:负责人|负责同志|主要领导|发言人|主要负责人))(?:$|对|在|就|进一步|还|也|均|同时|曾)"
)
_CHAIRS = re.compile(r"主持|作.{0,6}(?:部署|讲话|总结|发言|安排)")
_TOWARDS = re.compile(r"[\u3400-\u9fff]{0,6}(?:对|向|跟|朝|冲)[^,]{2,24}$")
_TO = re.compile(r"对|向|在|就|再次|随即|当场|现场|最后|反复|特别")
_SAID_AFTER = re.compile(r"[。,!?]”(?P<who>[^“”。,]{2,30})")


@dataclass(frozen=True)
class Scope:
    """Who speaks, and how: `speech`, `view`, `quoted` (a third person), `section` (of a plan) or `told` (X将…)."""

    speaker: str
    how: str = "speech"
    home: str = ""  # the body whose head the speaker is, for promises without a subject


def _verbs(said: str) -> Iterator[re.Match[str]]:
    return (one for one in _VERB.finditer(said) if not _decides(one)) if _MAY_SPEAK.search(said) else iter(())


def _decides(verb: re.Match[str]) -> bool:
    """`市政府决定实施`: only a meeting that decides speaks."""
    inside = verb.group() in ("决定", "责成") and verb.end() < len(verb.string)
    return inside and not verb.string.startswith(("会议", "大会", "全会"))


class Ear:
    """Hears who speaks; keeps the last speaker for 他 and for sentences that only go on."""

    def __init__(self, text: str, people: Sequence[Person]) -> None:
        self.text = text
        self.people = {person.start: person for person in people}
        self.named = [(person.start, person.name) for person in people if "cited" not in person.roles]
        self.names = frozenset(person.name for person in people if "cited" not in person.roles)
        self.titled = frozenset(person.name for person in people if person.title)
        self.firsts = frozenset(name[:1] for name in self.names)
        self.last = ""
        self.chair = ""  # who takes the chair or the floor in this sentence
        self.explained = False  # the last one explained something: he who asks is another
        self.pending = ""  # who talks in the sentence before, without words of theirs
        self.about = ""  # whom the sentence before is about

    def person_at(self, at: int) -> str:
        """Name of the person a place of the text begins with; empty where it does not."""
        person = self.people.get(at)
        if person and "cited" not in person.roles:
            return person.name
        return speaker_at(self.text, at, self.names)

    def named_last(self, words: str) -> str:
        """The name that some words end with, the longest; empty where they end with none."""
        return next((words[-size:] for size in NAME_SIZES if words[-size:] in self.names), "")

    def names_anybody(self, words: str) -> bool:
        """Tell whether a name stands in some words."""
        return any(words[at : at + size] in self.names for at in range(len(words)) for size in NAME_SIZES)

    def quoted(self, start: int, end: int) -> Scope | None:
        """Words in quotes whose speaker is named behind them (“…。”某某说)."""
        if not self.text.startswith("“", start):
            return None
        close = _closing(self.text, start, min(end, start + 600))
        found = _SAID_AFTER.match(self.text, close - 1, end) if close else None
        who = self._named(found.group("who"), found.start("who")) if found else ""
        return Scope(who) if who else None

    def _named(self, who: str, at: int) -> str:
        if _HE.match(who):
            return self.last
        if who.startswith(("会议", "大会")):
            return MEETING
        return next((name for name in (self.person_at(at + n) for n in range(len(who))) if name), "")

    def open(self, made: Sequence[Clause], scope: Scope | None) -> tuple[Scope | None, int]:
        """The last clause of the sentence that opens a scope, and its index (-1: none)."""
        new, opened, subject = None, -1, ""
        for at, clause in enumerate(made):
            if clause.end - clause.start > LONGEST:
                continue
            said = self.text[clause.start : clause.end]
            subject = self.subject(clause) or subject
            self.chair = subject if at == 0 and _CHAIRS.search(said) else self.chair if at else ""
            found = next((self._said_by(clause, verb, subject, scope) for verb in _verbs(said)), None)
            found = found or self._colon(clause, said, subject)
            if found:
                new, opened = found, at
                scope = found
                if found.how == "quoted":
                    return new, opened
        if new is None:
            new, opened = self._before_a_list(made)
        self._remember(made, new)
        return new, opened

    def _before_a_list(self, made: Sequence[Clause]) -> tuple[Scope | None, int]:
        """`县委书记某某划出重点——` and `某某听完,也不绕弯:“`: an official and an open end, whatever the verb."""
        last = made[-1]
        quote = next(
            (at for at, one in enumerate(made) if one.mark == ":" and self.text[one.end + 1 : one.end + 2] == "“"), -1
        )
        at = quote if quote >= 0 else len(made) - 1 if self.text[last.start : last.end].endswith("——") else -1
        who = next((one for one in map(self.subject, made[: at + 1]) if one not in ("", MEETING)), "")
        return (Scope(who), at) if who in self.titled else (None, -1)

    def _colon(self, clause: Clause, said: str, subject: str) -> Scope | None:
        """`他逐个点题:` opens a speech by its form; `并就下半年强调四点:` has the subject of its sentence."""
        if clause.mark != ":" or len(said) > 40 or not _TALKS.search(said):
            return Scope(MEETING) if clause.mark == ":" and _PAPER.match(said) else None
        if _HE.match(said[:1]):
            return Scope(self.last or MEETING)
        who = self.subject(clause) or (subject if _GOES_ON.match(said) else "")
        return Scope(who) if who else None

    def _remember(self, made: Sequence[Clause], new: Scope | None) -> None:
        """Who 他 is: the last speaker, or the last person a sentence is about who does more than attend."""
        if new and new.how in ("speech", "view") and new.speaker != MEETING:
            self.last, self.explained = new.speaker, new.how == "view"
        about, name = next(
            ((one, who) for one, who in zip(made, map(self.subject, made), strict=True) if who not in ("", MEETING)),
            (made[0], self.subject(made[0])),
        )
        self.about = name
        person = self.people.get(about.start)
        quiet = person is not None and set(person.roles) <= {"attend", "exchange"} and person.roles
        if not new and name not in ("", MEETING) and not (quiet and self.last):
            self.last = name
        whole = self.text[made[0].start : min(made[-1].end, made[0].start + LONGEST)]
        talks = _TALKS.search(whole) is not None and not quiet
        self.pending = name if not new and name and talks else self.last if not new and _HE.match(whole[:1]) else ""

    def subject(self, clause: Clause) -> str:
        """Who the sentence is about: a person at the start of a clause, or the meeting."""
        person = self.people.get(clause.start)
        if person and "cited" not in person.roles:
            return person.name
        first = self.text[clause.start : clause.start + 1]
        if first in "会大全" and self.text.startswith(("会议", "大会", "全会"), clause.start):
            return MEETING
        return speaker_at(self.text, clause.start, self.names) if first in self.firsts else ""

    def _said_by(self, clause: Clause, verb: re.Match[str], subject: str, scope: Scope | None) -> Scope | None:
        """Who speaks by this verb; who only invites somebody (请某镇整改) speaks where nobody else does."""
        if not verb.group().endswith("请"):
            return self._speech(clause, verb, subject, scope)
        return Scope(subject) if scope is None and subject not in ("", MEETING) else None

    def _speech(self, clause: Clause, verb: re.Match[str], subject: str, scope: Scope | None) -> Scope | None:
        before = verb.string[: verb.start()]
        how = "view" if _VIEW.match(verb.group()) else "speech"
        if _MEET.match(before) or _TITLED.match(before):
            return Scope(MEETING, how)
        if _HE.match(before):
            about = subject if subject != MEETING and (self.explained or subject == self.chair) else ""
            return Scope(about or self.last or MEETING, how)
        agreed = _AGREE.match(before) and verb.group().startswith(("约定", "商定", "议定"))
        if agreed or (_EMPTY.match(before) and verb.group().startswith(("议定", "议决", "商定"))):
            return Scope(MEETING)
        if _EMPTY.match(before):
            return Scope(subject or (scope.speaker if scope else MEETING)) if _BARE.match(verb.group()) else None
        towards = verb.group() == "说" and subject not in ("", MEETING) and _TOWARDS.match(before)
        return self._by_person(clause, before, how) or (Scope(subject) if towards else None)

    def _by_person(self, clause: Clause, before: str, how: str) -> Scope | None:
        if "曾" in before[-12:]:
            how = "quoted"
        for at in range(clause.start, clause.start + min(len(before), 20)):
            if not _BEFORE.match(self.text[clause.start : at]):
                continue
            person = self.people.get(at)
            if person:
                return Scope(person.name, "quoted" if "cited" in person.roles else how, _home(person.title or ""))
            name = speaker_at(self.text, at, self.names)
            if name:
                return Scope(name, how)
        return self._untitled(clause, before, how)

    def _untitled(self, clause: Clause, before: str, how: str) -> Scope | None:
        """Somebody without a title who speaks at the start of a sentence: surname, given name, speech verb."""
        length = name_at(self.text, clause.start) or self._titled(before)
        name = before[:length]
        unnamed = _UNNAMED.match(before) if not length else None
        if unnamed:
            return Scope(unnamed.group("who"), how)
        if not length or is_place(name) or name[1:] in ("案", "划", "会", "面"):
            return None
        busy = length < len(before) and _TO.match(before, length) and self.text.count(name) > 1
        return Scope(name, how) if length == len(before) or busy else None

    def _titled(self, before: str) -> int:
        """Length of a name that some title stands before elsewhere, whatever its surname; 0 where there is none."""
        for length in (3, 2, 4):
            whole = length == len(before) or (length < len(before) and _TO.match(before, length))
            if (
                whole
                and before[:length] not in no_names()
                and any(f"{noun}{before[:length]}" in self.text for noun in _POSTS)
            ):
                return length
        return 0


def _closing(text: str, start: int, end: int) -> int:
    """Where the quotation that opens at `start` ends; 0 where it does not."""
    depth = 0
    for at in range(start, end):
        depth += (text[at] == "“") - (text[at] == "”")
        if depth == 0:
            return at
    return 0


def _home(title: str) -> str:
    found = _HEADS.match(title)
    return re.sub(r"^.*[市县区](?=[\u3400-\u9fff]{2,6}[镇乡]$)", "", found.group("body")) if found else ""
