"""Where full stops were, in a text that lost them: told by the characters with which its clauses begin and end.

Only texts with far too few stops for their commas are looked at. Nothing is written into the text: the places are ends
of sentences for the rules that read it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hechang.intake.labels import verbs
from hechang.intake.sheet import GONE, Sheet

SHORT, LONG = 5, 15  # characters: the shortest part, and the shortest clause that may be two; own assumptions
ENOUGH = 0.8  # score of a place from which it is one; own assumption, tried on four reports
FEW = 14  # commas a full stop, from which stops are missing; a report has two to five
_CLAUSE = re.compile(rf"[^,，。;；:：!！?？\n\r{GONE}]{{{LONG},90}}")
_WHOLE = re.compile(r"《[^《》\n]{1,80}》|“[^“”\n]{1,80}”|[(（][^()（）\n]{1,80}[)）]")
_STARTS = re.compile(r"(?:^|[,，。;；:：!！?？\n])[“‘]?([\u3400-\u9fff]{2})")
_ENDS = re.compile(r"([\u3400-\u9fff])[”’]?(?=[,，。;；:：!！?？\n]|$)")
_SURE = re.compile(
    r"(?:会议|大会|全会|他|她)(?:还|并|同时|最后)?(?:指出|强调|要求|认为|提出|明确)|[一二三四五六七八九]是|[一二三四五六七八九]要(?!求)|"
    r"要(?!求|点|闻|素|领|害|务|地)|以[^以为的]{2,14}为"
)
_TOLD = frozenset("需主重必还不只想没须既也都就才将若纪摘概显首紧门局县区市镇街地级办委园企司团院会们志组部位心人家都")
_HOW = frozenset(re.findall("..", "深入进一着力全面牢固切实紧扣始终持续突出不断认真严格主动积极大力充分准确更加"))
_BOUND = frozenset("的和与及对将把要为以向从在是不能可更再并着全大最新将被让使到所有而或等于")


@dataclass(frozen=True)
class Habits:
    """How often pairs of characters begin a clause, how often characters end one, and how often both come at all."""

    starts: Mapping[str, int]
    pairs: Mapping[str, int]
    ends: Mapping[str, int]
    chars: Mapping[str, int]

    def score(self, before: str, after: str) -> float:
        """How much a place looks like the end of one clause and the start of another: 0 to about 2."""
        begins = (self.starts.get(after, 0) + (0.6 if after in verbs() else 0.02)) / (self.pairs.get(after, 0) + 1)
        ends = (self.ends.get(before, 0) + 0.1) / (self.chars.get(before, 0) + 2)
        return begins + min(0.9, 2.5 * ends) if before not in _BOUND else 0.0


def lost_stops(sheet: Sheet) -> list[int]:
    """Places in front of which a full stop was lost; empty for a text that has its stops.

    Examples
    --------
    >>> lost_stops(Sheet.of("会议指出,要加快建设。"))
    []
    """
    view = sheet.view
    commas = view.count(",") + view.count("，")
    if commas < 12 or view.count("。") * FEW >= commas:
        return []
    habits = _habits(view)
    whole = [found.span() for found in _WHOLE.finditer(view)]
    starts = [start for start, _ in whole]
    found = [place for clause in _CLAUSE.finditer(view) for place in _places(clause, habits)]
    return [place for place in found if not _within(place, starts, whole)]


def _within(place: int, starts: Sequence[int], whole: Sequence[tuple[int, int]]) -> bool:
    at = bisect_right(starts, place) - 1
    return at >= 0 and place < whole[at][1]


def _habits(view: str) -> Habits:
    return Habits(
        Counter(_STARTS.findall(view)),
        Counter(map("".join, pairwise(view))),
        Counter(_ENDS.findall(view)),
        Counter(view),
    )


def _places(clause: re.Match[str], habits: Habits) -> Iterator[int]:
    said, base = clause[0], clause.start()
    sure = [found.start() for found in _SURE.finditer(said) if found.start() >= SHORT and _asks(said, found)]
    yield from (base + at for at in sure)
    for first, last in pairwise([0, *sure, len(said)]):
        part = said[first:last]
        places = range(SHORT, len(part) - SHORT + 1) if len(part) >= LONG else ()
        best = max(((_weigh(part, at, habits), at) for at in places), default=(0.0, 0))
        if best[0] >= ENOUGH:
            yield base + first + best[1]


def _asks(said: str, found: re.Match[str]) -> bool:
    """A 要 that begins a sentence: a verb behind it, and neither a body that is told nor half a word in front."""
    at = found.start()
    if said[at] == "以":
        return said[at - 2 : at] not in verbs() and said[at - 1] not in _BOUND
    if said[at] != "要":
        return True
    verb = said[at + 1 : at + 3]
    behind = verb in verbs() or verb in _HOW or said[at + 1 : at + 2] in frozenset("在对以把让使有")
    return behind and said[at - 1] not in _TOLD


def _weigh(said: str, at: int, habits: Habits) -> float:
    if not "\u3400" <= said[at] <= "\u9fff":
        return 0.0
    return habits.score(said[at - 1], said[at : at + 2]) + min(len(said) - LONG, 20) * 0.01
