"""Directives: clauses that tell somebody to do something, as a tree of heading, clause and adjunct."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from hechang.intake.addressees import addressee_in, trailers
from hechang.intake.clauses import LONGEST, Clause
from hechang.intake.labels import Form, core, label, verbs
from hechang.intake.leads import LEAD, asks, commits
from hechang.intake.scopes import Scope, Turn, looks_back

_ORDINAL = re.compile(
    r"(?:第?[一二三四五六七八九十]{1,3}(?:[是要]|、?要)|首先,?要|其次,?要|"
    r"[(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)]|\d{1,2}[.、](?=\D))"
)
_COUNTED = re.compile(
    r".{0,12}(?:要|抓好|做好|把握|聚焦|实施|突出|强化|坚持).{0,8}(?:[一二两三四五六七八九十]|\d)(?:大|"
    r"个|项|点|方面|件|篇|张).{0,12}$"
)
_STATES = re.compile(
    r"是|.{1,6}(?<![为除到])了(?![解结望然])|(?:这|那|此|其)(?:也|既|就|不仅|将)?(?:是|为)|"
    r".{2,60}(?<![但还尤特凡若于])是(?!否|非)|.*(?:已经|取得了|达到了|实现了|得到了|同比|位居|占比)|"
    r".*[^一]了[^解]{0,8}$"
)
_SEES = re.compile(r".{0,8}要(?:清醒)?(?:看到|认识到)")  # 既要看到…: what follows is seen, not asked
_FRAME = re.compile(
    r"(?:(?:在|从|对于?|就|围绕|针对|通过|按照|根据|以|站在|立足|结合|面对|聚焦|着眼).+|.{2,20}(?:方面|领域))$"
)
_BA = re.compile(r"(?:把|将|让|使|以|对|为|抓|用)[\u3400-\u9fff“《]")
_NOMINAL = re.compile(
    r"(?:今年|目前|当前|近年|过去|我们|我[市省区县]|全[市省区县]|这|那|其中|会议|各位|同志们|一年|[“《]|\d)"
)
_TIME_ONLY = re.compile(
    r"(?:当前|今后|现在|下一步|接下来|未来|到?20\d\d年|[“”十四五]+时期|年底前|今年|明年|近期|眼下)"
    r"(?:[^,]{0,10}(?:时期|期间|年|月|日|前|底|末|内|段|起|间|以来))?$"
)
_SMALL = re.compile(r"\d{1,2}[.、]|[(]\d{1,2}[)]")  # a numbered point below 一、 or (一)
_DUTY = re.compile(
    r"[^,]{2,24}(?:[局委办市区县镇乡]|街道|部门|单位|集团|公司|中心|专班|小组)(?:负责|牵头|会同|配合|"
    r"组织|做好|定期|具体|统筹|每)"
)
_BRACKETED = re.compile(r"\([^()]*\)$")


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
    time: tuple[int, int] | None = None  # a time frame in front (到2025年,)


class Reader:
    """Collects the directives of one article; keeps the open headings and the body that is told to act."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.made: list[Directive] = []
        self.heading: int | None = None
        self.above: int | None = None  # the heading over a numbered point
        self.paragraph = -1
        self.scope: Scope | None = None
        self.bare = 0  # first directive that a trailer (牵头单位…) behind it may still speak of
        self.told: list[str] = []
        self.told_all: list[str] = []
        self.active_before = False
        self.time: tuple[int, int] | None = None

    def read(self, turns: Sequence[Turn]) -> list[Directive]:
        """Read the sentences of an article in order."""
        for at, turn in enumerate(turns):
            following = turns[at + 1] if at + 1 < len(turns) else None
            if turn.scope is None:
                self._forget()
            else:
                self._sentence(turn, following)
        self._attach_adjuncts()
        return self.made

    def _forget(self) -> None:
        self.heading, self.above, self.told, self.told_all, self.active_before = None, None, [], [], False

    def _said(self, clause: Clause) -> str:
        return self.text[clause.start : clause.end]

    def _sentence(self, turn: Turn, following: Turn | None) -> None:
        assert turn.scope is not None
        if turn.fresh or (turn.scope.how == "section" and turn.scope is not self.scope):
            self._forget()
        elif turn.paragraph != self.paragraph and turn.scope.how == "section":
            self.told_all = []
        if turn.paragraph != self.paragraph:
            self.bare = len(self.made)
        self.paragraph, self.scope = turn.paragraph, turn.scope
        if self._trailer(turn):
            return
        self.time = next(((one.start, one.end) for one in turn.clauses if _TIME_ONLY.match(self._said(one)[:80])), None)
        if looks_back(self.text[turn.clauses[0].start : turn.clauses[-1].end]):
            return
        picked = self._pick(turn)
        headed = self._headed(turn, following, picked)
        colon: int | None = None
        for at, clause in enumerate(picked):
            colon = self._add(turn, clause, Place(at, picked, at < headed, colon))
        self.active_before = bool(picked)

    def _trailer(self, turn: Turn) -> bool:
        """A sentence that is only a trailer names the bodies of the directives before it in its paragraph."""
        said = self._said(turn.clauses[0])
        lead, co = trailers(said) if _BRACKETED.match(said) else ([], [])
        for one in self.made[self.bare :] if lead or co else []:
            one.lead, one.co_bodies = one.lead or lead, one.co_bodies or co
        self.bare = len(self.made) if lead or co else self.bare
        return bool(lead or co)

    def _pick(self, turn: Turn) -> list[Clause]:
        """Clauses of a sentence that are directives: from the first one that asks or begins with its verb."""
        picked: list[Clause] = []
        waiting: list[Clause] = []
        stated = False  # a statement came first: only 要 makes a directive of what follows
        quoted = turn.scope is not None and turn.scope.how == "quoted"
        for at, clause in enumerate(turn.clauses):
            said = self._said(clause)
            if at < turn.opened or clause.end - clause.start > LONGEST or (at == turn.opened and not asks(said)):
                waiting = []
            elif not _SEES.match(said) and (
                asks(said) or (not quoted and (picked or not stated) and self._continues(said, picked, turn))
            ):
                picked += [*waiting, clause]
                waiting = []
            elif picked and quoted:
                break
            else:
                waiting = self._wait(waiting, clause, said)
                stated = stated or _STATES.match(said) is not None or _SEES.match(said) is not None
        return picked

    def _wait(self, waiting: list[Clause], clause: Clause, said: str) -> list[Clause]:
        """A frame in front (在…上) waits for the clause that asks; a statement ends the waiting."""
        return (
            [*waiting, clause] if _FRAME.match(said) and not _TIME_ONLY.match(said) and not _STATES.match(said) else []
        )

    def _continues(self, said: str, picked: Sequence[Clause], turn: Turn) -> bool:
        if _TIME_ONLY.match(said) or _BRACKETED.match(said):
            return False
        if picked:
            return not _STATES.match(said)
        return _ORDINAL.match(said) is not None or self._verb_first(said, turn)

    def _verb_first(self, said: str, turn: Turn) -> bool:
        rest = core(said)
        if _STATES.match(said) or _NOMINAL.match(said):
            return False
        if rest != said or any(rest[:length] in verbs() for length in (4, 3, 2)):
            return True
        if _BA.match(said):
            return len(turn.clauses) > 1 or not _FRAME.match(said)
        if turn.scope is not None and turn.scope.how == "section":
            return _DUTY.match(said) is not None
        later = any(asks(self._said(clause)) for clause in turn.clauses[1:])  # `X历史悠久,要…`: a reason stands first
        return self.active_before and not later and len(said) < 40

    def _headed(self, turn: Turn, following: Turn | None, picked: Sequence[Clause]) -> int:
        """How many clauses from the first are a heading: `一要A,B。` before its details, or `一要A` alone."""
        if not picked or not _ORDINAL.match(self._said(picked[0])):
            return 0
        alone = any(clause.mark in ";:" for clause in picked[:-1] if clause.mark) or len(picked) > 3
        detailed = (
            following is not None
            and following.paragraph == turn.paragraph
            and following.opened < 0
            and following.scope is not None
        )
        again = following is not None and _ORDINAL.match(self._said(following.clauses[0]))
        return 1 if alone or not detailed or again else len(picked)

    def _add(self, turn: Turn, clause: Clause, place: Place) -> int | None:
        """Add one clause; returns the heading with a colon that stays open in this sentence."""
        assert turn.scope is not None
        said = self._said(clause)
        self._tell(said, turn, place)
        ordinal = _ORDINAL.match(said) is not None
        counted = clause.mark == ":" and _COUNTED.match(said) is not None
        heading = place.heading or ordinal or counted
        kind, sure = ("heading", 0.9) if heading else label(said, self._form(said, place))
        lead, co = trailers(said)
        self.made.append(
            Directive(
                clause.start,
                clause.end,
                kind,
                self._modality(turn),
                turn.scope.speaker,
                list(self.told or self.told_all),
                _confidence(sure, turn, said),
                None,
                lead,
                co,
                self.time,
            )
        )
        return self._hang(ordinal or place.heading, counted, place.colon)

    def _hang(self, heading: bool, counted: bool, colon: int | None) -> int | None:
        """Put the newest directive into the tree."""
        at = len(self.made) - 1
        if heading:
            if not self.heading_open(at):
                self._new_heading(at)
            return None
        self.made[at].parent = self.heading if counted or colon is None else colon
        return at if counted else colon

    def _new_heading(self, at: int) -> None:
        if _SMALL.match(self.text, self.made[at].start):
            self.made[at].parent = self.above
        else:
            self.above = at
        self.heading = at

    def heading_open(self, at: int) -> bool:
        """Tell whether the heading before goes on in this clause (`一要A,B。`), which then hangs under it."""
        before = self.made[at - 1] if at else None
        same = before is not None and before.kind == "heading" and self.heading == at - 1
        if same and not _ORDINAL.match(self.text[self.made[at].start : self.made[at].end]):
            self.made[at].parent = self.heading
            return True
        return False

    def _form(self, said: str, place: Place) -> Form:
        at, picked = place.at, place.picked
        before = self.made[-1].kind if at and self.made else ""
        return Form(LEAD.search(said) is not None, at == 0, at == len(picked) - 1, before)

    def _tell(self, said: str, turn: Turn, place: Place) -> None:
        """Keep the body that must act: from the first sentence of a speech to its end, later ones to the next 要."""
        body = addressee_in(said)
        if body and turn.fresh and place.at == 0:
            self.told_all, self.told = [body], []
        elif body:
            self.told = [body]
        elif (LEAD.search(said) and not _ORDINAL.match(said)) or place.at == 0:
            self.told = []

    def _modality(self, turn: Turn) -> str:
        assert turn.scope is not None
        if turn.scope.how == "quoted":
            return "quoted"
        commit = any(commits(self._said(clause)) for clause in turn.clauses[max(turn.opened, 0) :][:6])
        return "commit" if commit else "require"

    def _attach_adjuncts(self) -> None:
        """An adjunct hangs under the clause it belongs to: the next one of the same speaker."""
        for at, (one, following) in enumerate(zip(self.made, self.made[1:], strict=False)):
            near = following.start - one.end <= 2 and following.kind not in ("heading", "adjunct")
            if one.kind == "adjunct" and near:
                one.parent = at + 1


@dataclass(frozen=True)
class Place:
    """Where a clause stands in its sentence."""

    at: int
    picked: Sequence[Clause]
    heading: bool
    colon: int | None


def _confidence(sure: float, turn: Turn, said: str) -> float:
    assert turn.scope is not None
    scope = {"speech": 1.0, "section": 0.85, "quoted": 0.7}[turn.scope.how]
    return round(min(0.97, sure * scope * (1.05 if asks(said) else 1.0)), 2)
