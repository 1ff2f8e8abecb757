"""Directives: clauses that tell somebody to do something, as a tree of heading, clause and adjunct."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from hechang.intake.addressees import Bodies, bodies_in, helps, listener, names_bodies, topic_in
from hechang.intake.clauses import Clause
from hechang.intake.labels import Form, label
from hechang.intake.leads import asks, commits, lead_of, pledger, pledges
from hechang.intake.outline import names_a_part
from hechang.intake.picking import BARE, ORDINAL, TIME_ONLY, pick
from hechang.intake.reports import looks_back
from hechang.intake.scopes import Turn
from hechang.intake.series import heads_of_series
from hechang.intake.speech import Scope
from hechang.intake.trailers import Trailer, is_trailer, trailer
from hechang.intake.tree import Tree
from hechang.intake.verb_first import begins_with_verb

_COUNTED = re.compile(
    r".{0,12}(?:要|抓好|做好|把握|聚焦|实施|突出|强化|坚持|抢抓|完成|优化|建设|打造|用好|抓住|推进|落实).{0,8}(?:[一二两三四五六七八九十]|\d)(?:大|"
    r"个(?!月|季|工作日|星期|小时)|项|点|方面|件|篇|张).{0,12}$"
)
_POINTS = re.compile(
    r"(?:工作|任务|关系|机遇|方面|环节|重点|事情?|要求|问题|文章|关|仗|意见|点|篇|件|布局|举措|抓手|课题|原则|体系)$"
)
_BATCH = re.compile(r"[\u3400-\u9fff]{2,4}一批$")
_ANNOUNCES = re.compile(
    r"(?:重点|着力|认真)?(?:做好|抓好|推进|完成|开展)?(?:以下|如下|下列)[\u3400-\u9fff]{0,10}(?:工作|任务|事项|要求|方面|措施)$|"
    r"[\d\u3400-\u9fff]{2,12}(?:事项|任务|工作|内容|要求|通知|通告|公告|函告|说明|答复|报告|汇报|通报|安排|部署|意见|约定)如下$"
)
_NUMBERED = re.compile(r"^[(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)]|^\d{1,2}[.、](?!\d)")
_ASPECT = re.compile(r"[\u3400-\u9fff]{2,8}方面")  # ——交通方面。
_PREAMBLE = re.compile(
    r"(?:制定|制订|编制|提出|印发)(?:本|此|该|如下|以下)[\u3400-\u9fff]{0,4}(?:方案|计划|措施|意见|办法|规定|通知|清单|细则|要点)$"
)
_ALL = re.compile(r"各|全|所有|有关|相关|大家|你们|广大")
_PARTY = re.compile(r"[双甲乙丙]方")
_WE = re.compile(r"(?P<who>我们|我[局委办院]|[本我]?[省市县区]政府)[^,]{0,4}将")
_OFFICE = re.compile(r"我[局委办院]$")
_BRACKET_END = re.compile(r"[(〔][^()〔〕]{2,240}[)〕]$")


@dataclass
class Directive:
    """One directive; spans are those of the cleaned text, `parent` is an index into the list of directives."""

    start: int
    end: int
    kind: str
    modality: str
    speaker: str
    addressee: list[str]
    confidence: float
    parent: int | None = None
    lead: list[str] = field(default_factory=list)
    co_bodies: list[str] = field(default_factory=list)
    time: tuple[int, int] | None = None  # a time frame in front (到2025年,) or behind (完成时限:…)


@dataclass(frozen=True)
class Place:
    """Where a clause stands in its sentence: its index among the picked ones and how many of them are a heading."""

    at: int
    picked: Sequence[Clause]
    headed: int
    colon: int | None


class Reader:
    """Collects the directives of one article; keeps the open headings and the body that is told to act."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.made: list[Directive] = []
        self.tree = Tree()
        self.paragraph = -1
        self.scope: Scope | None = None
        self.bare = 0  # first directive that a trailer (牵头单位…) behind it may still speak of
        self.told: list[str] = []
        self.told_all: list[str] = []
        self.team: tuple[list[str], list[str]] = ([], [])  # who leads and who helps in this sentence
        self.active_before = False
        self.telling = False  # inside a passage of a speech that reports
        self.promised = False  # 我们将… holds to the end of its paragraph
        self.promised_all = ""  # 我局将做好以下工作: who promises all that follows
        self.series: frozenset[int] = frozenset()  # where clauses begin that head a series
        self.itemised: set[int] = set()  # where clauses of this sentence begin that stand behind a bare ordinal
        self.times: list[tuple[int, int]] = []  # clauses of this sentence that only say when
        self.season: tuple[int, int] | None = None  # 【一季度】 over the tasks behind it

    def read(self, turns: Sequence[Turn]) -> list[Directive]:
        """Read the sentences of an article in order."""
        self.series = heads_of_series(turns)
        for at, turn in enumerate(turns):
            following = turns[at + 1] if at + 1 < len(turns) else None
            if self._trails(turn) or self._seasons(turn):
                continue
            if turn.scope is None:
                self._forget()
            else:
                self._sentence(turn, following)
        self._attach_adjuncts()
        return self.made

    def _forget(self) -> None:
        self.told, self.told_all, self.active_before, self.telling = [], [], False, False
        self.tree.leave_speech()

    def _said(self, clause: Clause) -> str:
        return self.text[clause.start : clause.end]

    def _sentence(self, turn: Turn, following: Turn | None) -> None:
        assert turn.scope is not None
        self._arrive(turn)
        if turn.alone or (turn.number == "dash" and _ASPECT.fullmatch("".join(turn.said))):
            self._heading(turn)
            return
        pairs = zip(turn.clauses, turn.said, strict=True)
        self.itemised = {one.start for one, said in zip(turn.clauses[1:], turn.said, strict=False) if BARE.match(said)}
        self.times = [(one.start, one.end) for one, said in pairs if TIME_ONLY.match(said[:80])]
        self._promise(turn)
        heard = listener(turn.said[turn.opened]) if turn.opened >= 0 else ""
        if heard:
            self.told, self.told_all = [], [heard]
        hails = turn.clauses[-1].mark == ":" and all(map(names_bodies, turn.said)) and len(turn.said) > 1
        if hails or self._tells(turn) or _ANNOUNCES.search(turn.said[-1]) or _PREAMBLE.search(turn.said[-1]):
            return
        picked = pick(turn, self.active_before)
        if (
            turn.scope.how == "section"
            and self._is_run_in(turn, following)
            and (turn.number or self._is_theme(turn, picked))
        ):
            self._heading(turn)
            return
        headed = self._headed(turn, following, picked)
        colon: int | None = None
        for at, clause in enumerate(picked):
            colon = self._add(turn, clause, Place(at, picked, headed, colon))
        self.active_before = bool(picked)

    def _arrive(self, turn: Turn) -> None:
        """Come to a sentence: a new speech, section or paragraph forgets what held before."""
        assert turn.scope is not None
        if turn.fresh or (turn.scope.how != "section" and turn.scope is not self.scope):
            self._forget()
        if turn.number:
            self.tree.leave_speech()
        if turn.paragraph != self.paragraph:
            self.season = self.season if turn.number in ("two", "three", "four", "five") else None
            self.promised = False
            self.tree.leave("theme")
            if turn.scope.how == "section":
                self.told_all, self.telling = [], False
            self.active_before = self.active_before or turn.scope.how == "section"
        if turn.paragraph != self.paragraph and (turn.number or turn.scope.how != "section"):
            self.bare = len(self.made)
        self.paragraph, self.scope = turn.paragraph, turn.scope

    def _tells(self, turn: Turn) -> bool:
        """A sentence that looks back begins a passage that reports; the next that asks ends it."""
        first = turn.opened + 1 if 0 <= turn.opened < len(turn.said) - 1 else 0
        begins = self.text[turn.clauses[first].start : turn.clauses[-1].end][:200]
        if looks_back(begins) and turn.scope is not None and turn.scope.how != "told":
            self.telling = True
            return True
        if self.telling and any(map(asks, turn.said)):
            self.telling = False
        return self.telling

    def _trails(self, turn: Turn) -> bool:
        """A sentence that is only a trailer names the bodies and the day of the directives before it."""
        whole = self.text[turn.clauses[0].start : min(turn.clauses[-1].end, turn.clauses[0].start + 400)]
        if not is_trailer(whole):
            return False
        found = trailer(whole)
        for one in self.made[self.bare :] if found else []:
            _signed(one, found, turn.clauses[0].start)
        return bool(found)

    def _promise(self, turn: Turn) -> None:
        """我们将… makes promises of the tasks of its paragraph, or of all that follow where a colon ends it."""
        ours = next((found for found in map(_WE.match, turn.said) if found and commits(found.string)), None)
        if ours:
            self.promised = True
            announced = turn.clauses[-1].mark == ":" or _ANNOUNCES.search(turn.said[-1])
            self.promised_all = self.promised_all or (ours["who"] if announced else "")
        if _PARTY.match(turn.said[0]):  # in an agreement what a party does is what it promised
            self.promised = True

    def _seasons(self, turn: Turn) -> bool:
        """A time in black brackets (【一季度】) holds for the tasks behind it."""
        first = turn.clauses[0]
        if not turn.said[0].startswith("【"):
            return False
        self.season = (first.start, first.end) if re.search(r"季度|月|年", turn.said[0]) else None
        return True

    def _is_run_in(self, turn: Turn, following: Turn | None) -> bool:
        """`(一)加快交通互联。建设…`: a numbered first sentence of one or two clauses with its details behind it."""
        if following is None or following.paragraph != turn.paragraph or following.said[0][:1] in "(〔【":
            return False
        if is_trailer(following.said[0] + ":" if following.clauses[0].mark == ":" else following.said[0]):
            return False
        if turn.number == "article" and (len(turn.clauses) > 1 or len(turn.said[0]) > 12):
            return False
        if not turn.number and len(following.clauses) < 2:
            return False
        return len(turn.clauses) <= (2 if turn.number else 1) and len(turn.said[0]) <= 24

    def _is_theme(self, turn: Turn, picked: Sequence[Clause]) -> bool:
        """A sentence of one short clause without a body, a day or 要 names the theme of those behind it."""
        said = turn.said[0]
        return (
            bool(picked)
            and begins_with_verb(said)
            and not asks(said)
            and not bodies_in(said).told
            and not re.search(r"\d", said)
        )

    def _heading(self, turn: Turn) -> None:
        """A numbered heading: its clauses are headings; one that only names a part of the document is none."""
        if names_a_part(turn.said[0]):
            self.tree.skip(turn.number)
            return
        first = len(self.made)
        for clause in turn.clauses:
            self.made.append(self._directive(turn, clause, "heading", 0.9))
            self.made[-1].addressee = []
        self.tree.number(turn.number or "theme", first, self.made)
        self.active_before = True

    def _headed(self, turn: Turn, following: Turn | None, picked: Sequence[Clause]) -> int:
        """How many clauses from the first are a heading: `一要A,B。` before its details, or `一要A` alone."""
        if not picked or not self._is_item(picked[0], self._said(picked[0])):
            return 0
        alone = any(clause.mark in ";:" for clause in picked[:-1] if clause.mark) or len(picked) > 3
        detailed = (
            following is not None
            and following.paragraph == turn.paragraph
            and following.opened < 0
            and following.scope is not None
        )
        again = following is not None and (ORDINAL.match(following.said[0]) or BARE.match(following.said[0]))
        return 1 if alone or not detailed or again else len(picked)

    def _is_item(self, clause: Clause, said: str) -> bool:
        """An item that heads its details: counted by words, or by a number and without a body or a day of its own."""
        numbered = clause.start in self.itemised or _NUMBERED.match(said)
        if numbered and (bodies_in(_NUMBERED.sub("", said, count=1)).told or re.search(r"\d", said[3:])):
            return False
        return bool(numbered) or ORDINAL.match(said) is not None

    def _directive(self, turn: Turn, clause: Clause, kind: str, sure: float) -> Directive:
        assert turn.scope is not None
        said = self._said(clause)
        made = Directive(
            clause.start,
            clause.end,
            kind,
            self._modality(turn),
            turn.scope.speaker,
            list(self.told or self.told_all or ([self.promised_all] if _OFFICE.match(self.promised_all) else [])),
            _confidence(sure, turn, said),
            time=self._time(clause),
        )
        bracket = _BRACKET_END.search(said) if said.endswith((")", "〕")) else None
        if bracket:
            _signed(made, trailer(bracket.group()), clause.start + bracket.start())
        return made

    def _time(self, clause: Clause) -> tuple[int, int] | None:
        """The nearest time in front of a clause (到2025年,…;到2035年,…), else the first of its sentence."""
        before = [span for span in self.times if span[1] <= clause.start]
        return before[-1] if before else self.times[0] if self.times else self.season

    def _add(self, turn: Turn, clause: Clause, place: Place) -> int | None:
        """Add one clause; returns the heading with a colon that stays open in this sentence."""
        said = self._said(clause)
        if is_trailer(said):
            return place.colon
        if clause.mark == ":" and names_bodies(said):
            self.told_all, self.told = [said], []
            return place.colon
        self._tell(said, turn, place)
        ordinal = self._is_item(clause, said) or clause.start in self.series
        counted = self._counts(turn, clause, said)
        heading = place.at < place.headed or ordinal or counted
        kind, sure = ("heading", 0.9) if heading else label(said, self._form(said, place))
        made = self._directive(turn, clause, kind, sure)
        self._bodies(made, self._team_of(said, place))
        self.made.append(made)
        at = len(self.made) - 1
        if ordinal or place.at < place.headed:
            self.tree.spoken(at, self.made, goes_on=not ordinal)
            return None
        made.parent = place.colon if place.colon is not None and not counted else self.tree.above
        return at if counted else place.colon

    def _counts(self, turn: Turn, clause: Clause, said: str) -> bool:
        """`要抓好三件事:` and `开工一批:` head what follows."""
        if clause.mark == ":" and _BATCH.match(said):
            return True
        return _COUNTED.match(said) is not None and (clause.mark == ":" or self._alone(turn, said))

    def _alone(self, turn: Turn, said: str) -> bool:
        """`要把握三大机遇。` as a sentence of its own heads those behind it."""
        alone = len(turn.clauses) == max(turn.opened, -1) + 2 and _POINTS.search(said) is not None
        return alone and len(said) < 16 and lead_of(said) is not None

    def _team_of(self, said: str, place: Place) -> str:
        """A clause with who leads, and the next one where that names who helps."""
        following = self._said(place.picked[place.at + 1]) if place.at + 1 < len(place.picked) else ""
        return f"{said},{following}" if said.endswith("牵头") and helps(following) else said

    def _bodies(self, made: Directive, said: str) -> None:
        """Lead and helpers of a clause hold for the next ones of the same body."""
        found = Bodies() if self.team[1] and helps(said) else bodies_in(said)
        if found.told or not (self.told or self.told_all):
            self.team = (list(found.lead), list(found.co)) if found.co else ([], [])
        made.lead = made.lead or list(found.lead) or list(self.team[0])
        made.co_bodies = made.co_bodies or list(found.co) or list(self.team[1])

    def _form(self, said: str, place: Place) -> Form:
        at, picked = place.at, place.picked
        before = self.made[-1].kind if at and self.made else ""
        return Form(lead_of(said) is not None, at == 0, at == len(picked) - 1, before)

    def _tell(self, said: str, turn: Turn, place: Place) -> None:
        """Keep the body that must act: from the first sentence of a speech to its end, later ones to the next 要."""
        if helps(said) and (self.team[1] or (self.told and place.at)):
            return
        body = bodies_in(_NUMBERED.sub("", said, count=1)).told
        if body == "我们" and turn.scope and turn.scope.how == "section":  # the government of a work report
            body = ""
        if not body and place.at == 0:
            body = next(filter(None, map(topic_in, turn.said)), "")
        if not body and turn.fresh and place.at == 0 and turn.scope and turn.scope.how == "speech" and pledges(said):
            body = pledger(said) or turn.scope.home
        lasts = _ALL.match(body) or commits(said) or "首先" in said  # to the end of the speech
        if body and lasts and turn.fresh and not self.told and not self.told_all:
            self.told_all, self.told = [body], []
        elif body:
            self.told, self.told_all = [body], []
        elif place.at == 0 or place.picked[place.at - 1].mark == ";":
            self.told, self.team = [], ([], [])

    def _modality(self, turn: Turn) -> str:
        assert turn.scope is not None
        if turn.scope.how in ("quoted", "told"):
            return "quoted" if turn.scope.how == "quoted" else "commit"
        first = max(turn.opened, 0)
        commit = any(map(commits, turn.said[first : first + 6])) or (
            turn.scope.how == "speech" and turn.opened >= 0 and any(map(pledges, turn.said[first + 1 : first + 2]))
        )
        commit = commit or (turn.scope.how == "section" and (self.promised or bool(self.promised_all)))
        return "commit" if commit else "require"

    def _attach_adjuncts(self) -> None:
        """An adjunct hangs under the clause it belongs to: the next one of the same speaker."""
        for at, (one, following) in enumerate(zip(self.made, self.made[1:], strict=False)):
            near = following.start - one.end <= 2 and following.kind not in ("heading", "adjunct")
            if one.kind == "adjunct" and near:
                one.parent = at + 1


def _signed(one: Directive, found: Trailer, start: int) -> None:
    """Write the bodies and the day of a trailer into a directive that has none of its own."""
    if not found:
        return
    one.lead = one.lead or list(found.lead)
    one.co_bodies = one.co_bodies or list(found.co)
    if found.told and not one.addressee:
        one.addressee = [found.told]
    if found.when and not one.time:
        one.time = (start + found.when[0], start + found.when[1])


def _confidence(sure: float, turn: Turn, said: str) -> float:
    assert turn.scope is not None
    scope = {"speech": 1.0, "section": 0.85, "view": 0.75, "told": 0.75, "quoted": 0.7}[turn.scope.how]
    return round(min(0.97, sure * scope * (1.05 if asks(said) else 1.0)), 2)
