"""Where the two readers disagree: one found what the other did not, or they read a place differently.

Both stay as they are; a disagreement only says that a person must look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from hechang.intake.proposals import LISTS

SHARE = 0.5  # part of two spans together that both must cover to speak of one thing; own assumption
COMPARED = MappingProxyType(
    {
        "event": ("name", "date"),
        "directive": ("kind", "modality", "speaker", "addressee", "deadline"),
        "person": ("name", "title"),
        "project": ("name",),
        "agreement": ("name", "parties"),
        "figure": ("value", "unit"),
        "reference": ("title",),
    }
)
Item = Mapping[str, Any]


def disagreements(
    rules: Mapping[str, Sequence[Item]], second: Mapping[str, Sequence[Item]], read: Sequence[tuple[int, int]]
) -> list[dict[str, Any]]:
    """Return where two readings of one document differ.

    Parameters
    ----------
    rules, second
        Lists of events, directives … as `hechang read` writes them.
    read
        Spans of the source the second reader has answered for; beyond them it was not asked.

    Returns
    -------
    list of dict
        Kind, ordinal in either reading (None: not found there), and for what both found the field with both values.

    Examples
    --------
    >>> one = {"id": "D1", "span": [0, 6], "kind": "goal", "modality": "require"}
    >>> other = {"id": "S1", "span": [0, 6], "kind": "action", "modality": "require"}
    >>> disagreements({"directives": [one]}, {"directives": [other]}, [(0, 6)])
    [{'kind': 'directive', 'rules': 'D1', 'second': 'S1', 'field': 'kind', 'left': 'goal', 'right': 'action'}]
    """
    found: list[dict[str, Any]] = []
    for name, (kind, letter) in LISTS.items():
        ours = {str(one.get("id") or f"{letter}{n}"): one for n, one in enumerate(rules.get(name, ()), 1)}
        theirs = {str(one["id"]): one for one in second.get(name, ())}
        pairs = _pairs(ours, theirs)
        for own, other in pairs:
            found += _differing(kind, (own, ours[own]), (other, theirs[other]))
        alone = set(ours) - {own for own, _ in pairs}
        found += [_only(kind, own, None) for own in ours if own in alone and _asked(ours[own]["span"], read)]
        found += [_only(kind, None, other) for other in theirs if other not in {one for _, one in pairs}]
    return found


def pairs_of(rules: Mapping[str, Sequence[Item]], second: Mapping[str, Sequence[Item]]) -> dict[str, str]:
    """Return which items of two readings speak of one thing: ordinal of the rules by ordinal of the second."""
    found: dict[str, str] = {}
    for name, (_, letter) in LISTS.items():
        ours = {str(one.get("id") or f"{letter}{n}"): one for n, one in enumerate(rules.get(name, ()), 1)}
        theirs = {str(one["id"]): one for one in second.get(name, ())}
        found |= {other: own for own, other in _pairs(ours, theirs)}
    return found


def _pairs(ours: Mapping[str, Item], theirs: Mapping[str, Item]) -> list[tuple[str, str]]:
    """Pair items whose spans share most of their characters, the best pair first, each item once."""
    shared = [(_share(a["span"], b["span"]), own, other) for own, a in ours.items() for other, b in theirs.items()]
    best = sorted((one for one in shared if one[0] >= SHARE), key=lambda one: (-one[0], one[1], one[2]))
    left, right = dict.fromkeys(ours), dict.fromkeys(theirs)
    made: list[tuple[str, str]] = []
    for _, own, other in best:
        if own in left and other in right:
            made.append((own, other))
            del left[own], right[other]
    return made


def _share(a: Sequence[int], b: Sequence[int]) -> float:
    both = min(a[1], b[1]) - max(a[0], b[0])
    return max(both, 0) / (max(a[1], b[1]) - min(a[0], b[0]))


def _asked(span: Sequence[int], read: Sequence[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in read)


def _differing(kind: str, ours: tuple[str, Item], theirs: tuple[str, Item]) -> list[dict[str, Any]]:
    (own, one), (other, two) = ours, theirs
    values = [(field, _plain(one.get(field)), _plain(two.get(field))) for field in COMPARED[kind]]
    return [
        {"kind": kind, "rules": own, "second": other, "field": field, "left": left, "right": right}
        for field, left, right in values
        if left != right and right not in (None, [])  # what the second reader leaves open is no other value
    ]


def _plain(value: Any) -> Any:
    return value.get("value") if isinstance(value, Mapping) else value or None


def _only(kind: str, own: str | None, other: str | None) -> dict[str, Any]:
    return {"kind": kind, "rules": own, "second": other, "field": None, "left": None, "right": None}
