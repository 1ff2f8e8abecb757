"""Where the versions of one event differ: wording, form of a number, who is said to have said it, what is missing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hechang.intake.numerals import chinese_number

ALIKE = 0.6  # share of common characters from which two clauses are one in other words; own assumption
MOST = 400  # clauses left over on a side that are still compared one by one
_NUMERAL = re.compile(r"[一二两三四五六七八九十百千零〇]+(?=[个大项条座家张次年月日])")


@dataclass(frozen=True)
class Said:
    """One clause of a version: where it is found, its text, who says it and whether it is a directive."""

    ref: str
    text: str
    speaker: str
    directive: bool


def digits(text: str) -> str:
    """Write counted numerals as digits.

    Examples
    --------
    >>> digits("周边八个城市")
    '周边8个城市'
    """
    return _NUMERAL.sub(lambda found: str(chinese_number(found.group()) or found.group()), text)


def differences(
    left: Sequence[Said], right: Sequence[Said], left_event: str, right_event: str
) -> list[dict[str, object]]:
    """Compare two versions of an event; ordered by the left version, what only the right one has comes last.

    Examples
    --------
    >>> a, b = [Said("a#D1", "周边8个城市", "会议", False)], [Said("b#D1", "周边八个城市", "会议", False)]
    >>> [(one["kind"], one["left"], one["right"]) for one in differences(a, b, "a#E1", "b#E1")]
    [('number form', '周边8个城市', '周边八个城市')]
    """
    by_text = {one.text: one for one in reversed(right)}
    made = [_attribution(one, by_text[one.text]) for one in left if one.text in by_text]
    ours = {one.text for one in left}
    rest_left = [one for one in left if one.text not in by_text]
    rest_right = [one for one in right if one.text not in ours]
    near = list(pairs(rest_left[:MOST], rest_right[:MOST]))
    made += [_differ(a, b) for a, b in near]
    used = {id(one) for pair in near for one in pair}
    made += [_missing(one, right_event) for one in rest_left if one.directive and id(one) not in used]
    made += [_missing(one, left_event, on_left=False) for one in rest_right if one.directive and id(one) not in used]
    return [one for one in made if one]


def _attribution(a: Said, b: Said) -> dict[str, object]:
    if a.speaker == b.speaker or not (a.directive and b.directive):
        return {}
    return {"between": [a.ref, b.ref], "kind": "attribution", "left": a.speaker, "right": b.speaker}


def _differ(a: Said, b: Said) -> dict[str, object]:
    kind = "number form" if digits(a.text) == digits(b.text) else "wording"
    return {"between": [a.ref, b.ref], "kind": kind, "left": a.text, "right": b.text}


def _missing(one: Said, other: str, *, on_left: bool = True) -> dict[str, object]:
    if on_left:
        return {"between": [one.ref, other], "kind": "missing", "left": one.text, "right": None}
    return {"between": [other, one.ref], "kind": "missing", "left": None, "right": one.text}


def pairs(left: Sequence[Said], right: Sequence[Said]) -> Iterator[tuple[Said, Said]]:
    """Yield the nearest clauses of both sides, each used once; only clauses that share two characters are compared."""
    grams: dict[str, set[int]] = {}
    for at, one in enumerate(right):
        for gram in _grams(one.text):
            grams.setdefault(gram, set()).add(at)
    free = set(range(len(right)))
    for one in left:
        near = _nearest(one.text, grams, free, right)
        if near is not None:
            free.discard(near)
            yield one, right[near]


def _nearest(text: str, grams: dict[str, set[int]], free: set[int], right: Sequence[Said]) -> int | None:
    shared: dict[int, int] = {}
    for gram in _grams(text):
        for at in grams.get(gram, ()):
            shared[at] = shared.get(at, 0) + 1
    likely = sorted((at for at in shared if at in free), key=lambda at: -shared[at])[:5]
    ratios = [(difflib.SequenceMatcher(None, text, right[at].text, autojunk=False).ratio(), at) for at in likely]
    ratio, best = max(ratios, default=(0.0, -1))
    return best if ratio >= ALIKE else None


def _grams(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
