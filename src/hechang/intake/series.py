"""Series of demands of one form (要处理好…, 要处理好…; 攻克…难): the first clause of each heads its details."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hechang.intake.scopes import Turn

ENOUGH, LONGEST = 3, 16  # in a row that make a series; characters of a head; own assumption


def heads_of_series(turns: Sequence[Turn]) -> frozenset[int]:
    """Where the first clauses of a series begin, those of its heads."""
    found: set[int] = set()
    run: list[tuple[int, str]] = []
    for turn in turns:
        first_said = turn.opened + 1 if turn.opened + 1 < len(turn.clauses) else 0
        starts = [
            first_said,
            *(at + 1 for at, one in enumerate(turn.clauses[:-1]) if one.mark in (";", ":") and at >= first_said),
        ]
        for first, last in pairwise([*starts, len(turn.clauses)]):
            said = turn.said[first]
            fits = turn.scope is not None and last - first > 1 and len(said) <= LONGEST
            if not fits or (run and not _alike(run[-1][1], said)):
                run = []
            if fits:
                run.append((turn.clauses[first].start, said))
            if len(run) >= ENOUGH:
                found.update(start for start, _ in run[-ENOUGH:])
    return frozenset(found) | _heads_of_paragraphs(turns)


def _heads_of_paragraphs(turns: Sequence[Turn]) -> frozenset[int]:
    """Demands of one form that each stand alone in front of their details (要打好甲仗。… 要打好乙仗。…)."""
    found: set[int] = set()
    alone = [
        (turn.clauses[-1].start, turn.said[-1])
        for turn, following in pairwise(turns)
        if turn.scope is not None
        and len(turn.said) == max(turn.opened, -1) + 2
        and turn.said[-1].startswith("要")
        and len(turn.said[-1]) <= LONGEST
        and following.paragraph == turn.paragraph
        and following.opened < 0
    ]
    for (start, said), (other_start, other) in pairwise(alone):
        if said[:3] == other[:3]:
            found |= {start, other_start}
    return frozenset(found)


def _alike(one: str, other: str) -> bool:
    return one[:2] == other[:2] or one[-2:] == other[-2:]
