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
FEW = 14  # commas a full stop, from which stops are missing; a report has two to five
_CLAUSE = re.compile(rf"[^,，。;；:：!！?？\n\r{GONE}]{{{LONG},90}}")
_WHOLE = re.compile(r"《[^《》\n]{1,80}》|“[^“”\n]{1,80}”|[(（][^()（）\n]{1,80}[)）]")
_STARTS = re.compile(r"(?:^|[,，。;；:：!！?？\n])[“‘]?([\u3400-\u9fff]{2})")
_ENDS = re.compile(r"([\u3400-\u9fff])[”’]?(?=[,，。;；:：!！?？\n]|$)")
_SURE = re.compile(
    r"(?:会议|大会|全会|他|她)(?:还|并|同时|最后)?(?:指出|强调|要求|认为|提出|明确)|[一二三四五六七八九]是|[一二三四五六七八九]要(?!求)|"
    r"要(?:深入|坚持|加快|加强|进一步|着力|聚焦|全面|牢固|切实|紧扣|以|把|始终|持续|强化|突出|抓)"
)
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
    sure = [found.start() for found in _SURE.finditer(said) if found.start() >= SHORT]
    if sure:
        yield base + sure[0]
        return
    best = max(
        ((_weigh(said, at, habits), at) for at in range(SHORT, len(said) - SHORT + 1)),
        default=(0.0, 0),
    )
    if best[0] >= 0.75:
        yield base + best[1]


def _weigh(said: str, at: int, habits: Habits) -> float:
    if not "\u3400" <= said[at] <= "\u9fff":
        return 0.0
    return habits.score(said[at - 1], said[at : at + 2]) + min(len(said) - LONG, 20) * 0.01
