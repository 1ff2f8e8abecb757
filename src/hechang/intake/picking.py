"""Which clauses of a sentence ask for something: from the first that asks or begins with its verb to the last.

Any clause that begins with a verb is a candidate; the list of verbs helps only where a sentence has no other sign.
"""

from __future__ import annotations

import re

from hechang.intake.addressees import does, listener, urges
from hechang.intake.clauses import LONGEST, Clause
from hechang.intake.leads import asks, commits, is_milestone, plans, pledges
from hechang.intake.reports import is_target, looks_back, sees, states
from hechang.intake.scopes import Turn
from hechang.intake.verb_first import begins_with_verb

ORDINAL = re.compile(
    r"(?:第?[一二三四五六七八九十]{1,3}(?:[是要]|、?要)|[^,]{0,10}(?:首先|其次|再次),?要|"
    r"[\u3400-\u9fff、()]{2,16}(?<![统唯万之第同这那每单任某进])一要(?![求素点件义务领道害闻])(?=[\u3400-\u9fff])|"
    r"第[一二三四五六七八九十][,、]|[(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)]|\d{1,2}[.、](?=\D))"
)
BARE = re.compile(
    r"(?:第[一二三四五六七八九十](?:[步条句点个]|方面|件事)?|其[一二三四五六七八九十]|另?一方面|建议)$"
)  # 其一,
TIME_ONLY = re.compile(
    r"(?:自[^,]{2,14}起|[上下]半年|[一二三四]季度|[本下]周|[本下]月|(?:当前|今后|现在|下一步|接下来|未来|到?20\d\d年|[“”十四五六]+时期|年底前|今年|明年|近期|眼下)"
    r"(?:[^,]{0,10}(?:时期|期间|年|月|日|前|底|末|内|段|起|间|以来))?|(?:到|至|在|于)?[^,]{0,10}(?:[年月日]|季度|汛期?|节|会|期)(?:之?前|底前?|末|内|期间))$"
)
_FRAME = re.compile(
    r"(?:(?:在|从|对于?|就|围绕|针对|通过|按照|根据|以|站在|立足|结合|面对|聚焦|着眼|涉及|如?遇[有到]|凡).+|[^,]{0,16}一旦.+|.{2,20}(?:方面|领域|的))$"
)
_LINK = re.compile(r"(?:[对为因]此|[对就]这些问题|由此|在此基础上)$")
_BA = re.compile(r"(?:把|将|让|使|以|对|为|抓|用|与)[\u3400-\u9fff“《]")
_NOMINAL = re.compile(
    r"(?:今年(?!.{0,4}(?:要|将|力争))|目前|当前|近年|过去|我们|我[市省区县]|全[市省区县]|这|那|其中|会议|各位|同志们|一年|[“《]|\d)"
)
_SIGN = re.compile(r"[〔\[(]\d{4}[〕\])]|[\d\s年月日—:.-]+$|【")
_ASIDE = re.compile(
    r"(?:[发送报抄]|联系人|联系电话|电话|地址|抄送|主送|分送|印发|出席|列席|记录|请假|参加人员|参会人员|附件\d?|主持|整理|审核|签发)$"
)
_OWN = re.compile(
    r"[^,]{0,10}(?<!其)[他她](?:还|也|自己)?[要将](?!求)"
)  # 三个月后他还要来: what the speaker plans for himself
_PRONOUN = re.compile(
    r"(?:你们?|大家|我们|咱们?)(?=[把将对要就先再得]|牵头|负责|抓紧|马上|回去|赶紧|尽快|抓好|做好|去[^年]|年[底内]|月底|[本今明这]|\d+月)"
)
_ABOUT = re.compile(r"(?:关于|至于)[^,]{2,16}$")
_DECIDED = re.compile(r"(?:会议|大会|全会)[\u3400-\u9fff]{0,6}(?:决定|责成)(?=[\u3400-\u9fff]{3})|[他她]?建议[把将]")
TOPIC = 2  # characters of a verb that only names the topic (落实,首先要…); own assumption
_REASONS = re.compile(
    r"只有|只要|只关心|而[是在]|但|却|虽|尽管|反观|如果|下面|有的(?!放矢)|还有(?!序|效)|(?:事实|实践)(?:证明|表明|告诉|上)|再[好大多难]的|"
    r"就(?:一定)?能"
)
_MUSES = re.compile(  # of clauses that do not begin with their verb
    r"[^,]{0,6}一些|[^,]{0,12}(?:不是|不在|没有|不关心|才能|就能|一定能)"
)
_POLITE = re.compile(r"[^,]{0,10}要[^,要]{1,8}的是$|请与.{1,8}联系|[如若]有(?:意见|疑问|问题|变化|异议)$")
_SAYS = re.compile(r"(?:要求|请求|说|表示|指出|强调|认为|介绍)$")
_DECIDES = re.compile(r"(?:要求|叮嘱|嘱咐|交办|明确|决定|议定|商定|约定|确定)$")
_LABEL = re.compile(r"(?:任务|工作|主要|具体|建设|整改|重点)*(?:内容|任务|措施|事项|目标|名称)$")
_TASK_OF = re.compile(r"由?[\u3400-\u9fff]{2,14}?(?:负责|牵头|会同|联合(?=[申开编共打组制建推]))[\u3400-\u9fff]{3,}")
_BRACKETED = re.compile(r"\([^()]*\)$")


def pick(turn: Turn, active: bool) -> list[Clause]:
    """Clauses of a sentence that are directives; `active` tells whether the sentence before held one."""
    return _Picker(turn, active).pick()


def _opens(said: str) -> bool:
    """Tell whether the clause of the speech verb asks for something itself (要求各板块…)."""
    if listener(said):
        return False
    return _DECIDED.match(said) is not None or urges(said) or (asks(said) and not _SAYS.search(said))


class _Picker:
    """Goes through one sentence; a frame in front (在…上) waits for the clause that asks."""

    def __init__(self, turn: Turn, active: bool) -> None:
        assert turn.scope is not None
        self.turn = turn
        self.said = turn.said
        self.how = turn.scope.how
        self.active = active
        self.picked: list[Clause] = []
        self.waiting: list[Clause] = []
        self.hailed = turn.said[0].startswith(("各位代表", "同志们"))
        self.stated = False  # a statement came first: only 要 makes a directive of what follows

    def pick(self) -> list[Clause]:
        """The clauses, frames in front included."""
        for at, clause in enumerate(self._spoken()):
            if clause is None:
                self.waiting = []
                continue
            said = self.said[at]
            if self._takes(at, said):
                self.picked += [*self.waiting, clause]
                self.waiting = []
            elif self.picked and self.how == "quoted":
                break
            else:
                self._wait(clause, said)
        return self.picked

    def _spoken(self) -> list[Clause | None]:
        """The clauses behind the speech verb; None stands for those before it, too long ones and lists of names."""
        turn = self.turn
        if turn.clauses[0].mark == ":" and _ASIDE.match(turn.said[0]):
            return []
        return [
            None
            if at < turn.opened or one.end - one.start > LONGEST or (at == turn.opened and not _opens(said))
            else one
            for at, (one, said) in enumerate(zip(turn.clauses, turn.said, strict=True))
        ]

    def _takes(self, at: int, said: str) -> bool:
        if self._asks_nobody(at, said):
            return False
        if self.how == "told" or (self.hailed and not self.picked):
            return self._promised(at, said)
        if self._asked(at, said):
            return not looks_back(said)
        if TIME_ONLY.match(said) or _BRACKETED.match(said) or self.how == "quoted":
            return False
        if self.picked:
            return not states(said, lenient=self.how == "section")
        return not self.stated and self.how != "view" and self._begins(at, said)

    def _asks_nobody(self, at: int, said: str) -> bool:
        """A question, a sign, a heading of words, what is only to be seen, and what the speaker plans for himself."""
        if self.turn.wonders and (at == len(self.said) - 1 or not asks(said)):
            return True
        alone = len(self.said) == 1 and _ABOUT.match(said)
        label = self.turn.clauses[at].mark == ":" and _LABEL.match(said)
        return bool(
            label
            or sees(said)
            or _POLITE.match(said)
            or BARE.match(said)
            or _SIGN.match(said)
            or _OWN.match(said)
            or alone
        )

    def _follows(self, at: int) -> bool:
        """What somebody promises goes on to the end of the sentence; what is planned, to the next semicolon."""
        if not self.picked or any(map(commits, self.said[:at])):
            return bool(self.picked)
        return self.turn.clauses[at - 1] is self.picked[-1] and self.picked[-1].mark != ";"

    def _promised(self, at: int, said: str) -> bool:
        """In a told sentence (三方将…) and behind 各位代表 only what is promised or asked counts."""
        if self.how == "told":
            return commits(said) or plans(said) or is_milestone(said) or (self._follows(at) and not states(said))
        return asks(said) or commits(said)

    def _asked(self, at: int, said: str) -> bool:
        opened = self.turn.opened
        if urges(said) or (at == opened and _DECIDED.match(said)):
            return True
        next_to = at == opened + 1 or (at == opened + 2 and said.startswith("将"))  # 某某表示,完全赞同,将…
        return asks(said) or (next_to and self.how == "speech" and pledges(said))

    def _begins(self, at: int, said: str) -> bool:
        """A clause without 要 that begins the directives of its sentence."""
        if ORDINAL.match(said) or (is_target(said) and said.startswith(("到20", "力争", "确保"))):
            return True
        if self.how == "section":
            return not states(said, lenient=True) and not _FRAME_ONLY.match(said)
        reason = _REASONS.match(said) or (_MUSES.match(said) and not begins_with_verb(said))
        if states(said) or reason or len(said) <= TOPIC:
            return False
        if does(said):
            return self.active or self.turn.opened >= 0
        if at == self.turn.opened + 1 and (_TASK_OF.match(said) or _DECIDES.search(self.said[self.turn.opened])):
            return True
        return self._acts(said) or self._goes_on(at, said)

    def _acts(self, said: str) -> bool:
        """A clause that begins with its verb, or with what is acted on (把…)."""
        if _PRONOUN.match(said):
            return True
        if _NOMINAL.match(said):
            return False
        if begins_with_verb(said):
            return True
        return _BA.match(said) is not None and (len(self.turn.clauses) > 1 or not _FRAME.match(said))

    def _goes_on(self, at: int, said: str) -> bool:
        """A short clause without a known verb, behind a sentence that asked."""
        if is_target(said) and any(one.startswith("到") and TIME_ONLY.match(one) for one in self.said[:at]):
            return True  # 到2027年,全市里程达到120公里
        if _NOMINAL.match(said) or _BA.match(said):
            return False
        later = any(asks(one) for one in self.said[at + 1 :])  # `X历史悠久,要…`: a reason stands first
        return self.active and not later and (len(said) < 40 or is_target(said))

    def _wait(self, clause: Clause, said: str) -> None:
        """A frame in front waits for the clause that asks; a statement ends the waiting."""
        frame = (
            self.how != "told"
            and _FRAME.match(said)
            and not _LINK.match(said)
            and not TIME_ONLY.match(said)
            and not states(said)
        )
        self.waiting = [*self.waiting, clause] if frame else []
        if self.how != "section" or sees(said):
            self.stated = (
                self.stated
                or (states(said) and not said.startswith("会议"))
                or (not frame and not TIME_ONLY.match(said) and self._plain(said))
            )

    def _plain(self, said: str) -> bool:
        """A clause that is no frame, no time and no verb: what the sentence is about."""
        return self.turn.opened >= 0 and said != self.said[max(self.turn.opened, 0)] and not begins_with_verb(said)


_FRAME_ONLY = re.compile(
    r"(?:在.+[上中下]|(?:围绕|针对|按照|根据|涉及|遇有|凡|为(?:了|切实|进一步|深入|全面|贯彻|落实|加[强快]|推[动进]|确保|做好|规范|促进|提[升高]|完善|有效))[^,]{2,30}|.{2,20}(?:方面|领域|的))$"
)
