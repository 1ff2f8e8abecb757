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
    return frozenset(found)


def _alike(one: str, other: str) -> bool:
    return one[:2] == other[:2] or one[-2:] == other[-2:]
