"""Versions of one event side by side: what several reports say, aligned clause by clause, with what differs marked."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hechang.intake.differences import MOST, Said, digits, pairs

Row = list[Said | None]


@dataclass(frozen=True)
class Aligned:
    """One thing said: its wording in each version (None: not there) and how the versions differ."""

    said: tuple[Said | None, ...]
    kinds: tuple[str, ...]


def align(versions: Sequence[Sequence[Said]]) -> list[Aligned]:
    """Lay versions side by side; rows in the order of the first version that has them.

    Parameters
    ----------
    versions
        Clauses of each version in their order.

    Returns
    -------
    list
        One entry a row, with as many cells as there are versions.

    Examples
    --------
    >>> a = [Said("a#D1", "周边8个城市", "会议", True), Said("a#D2", "加快建设快线", "会议", True)]
    >>> b = [Said("b#D1", "周边八个城市", "某某", True)]
    >>> [(one.kinds, [said and said.text for said in one.said]) for one in align([a, b])]
    [(('number form', 'attribution'), ['周边8个城市', '周边八个城市']), (('missing',), ['加快建设快线', None])]
    """
    rows: list[Row] = []
    for at, version in enumerate(versions):
        rows = _with_version(rows, version, at)
    whole = [(*row, *[None] * (len(versions) - len(row))) for row in rows]
    return [Aligned(cells, kinds_of(cells)) for cells in whole]


def kinds_of(cells: Sequence[Said | None]) -> tuple[str, ...]:
    """Return how the cells of a row differ: wording, number form, attribution, missing."""
    there = [one for one in cells if one]
    texts, speakers = {one.text for one in there}, {one.speaker for one in there}
    form = len({digits(text) for text in texts}) == 1
    found = {
        "number form": len(texts) > 1 and form,
        "wording": len(texts) > 1 and not form,
        "attribution": len(speakers) > 1,
        "missing": len(there) < len(cells),
    }
    return tuple(kind for kind, met in found.items() if met)


def marked(texts: Sequence[str | None]) -> list[list[tuple[str, bool]]]:
    """Cut each text into pieces and say of each whether it differs from another version; nothing for a missing one.

    Examples
    --------
    >>> marked(["要认真贯彻规划", "要认真贯彻落实规划", None])
    [[('要认真贯彻规划', False)], [('要认真贯彻', False), ('落实', True), ('规划', False)], []]
    """
    there = [text for text in texts if text is not None]
    return [[] if text is None else _pieces(text, [other for other in there if other != text]) for text in texts]


def _pieces(text: str, others: Sequence[str]) -> list[tuple[str, bool]]:
    differs = [False] * len(text)
    for other in dict.fromkeys(others):
        for start, end in _changed(text, other):
            differs[start:end] = [True] * (end - start)
    edges = [at for at in range(1, len(text)) if differs[at] != differs[at - 1]]
    return [(text[start:end], differs[start]) for start, end in zip([0, *edges], [*edges, len(text)], strict=True)]


def _changed(text: str, other: str) -> Iterator[tuple[int, int]]:
    matched = difflib.SequenceMatcher(None, text, other, autojunk=False).get_opcodes()
    return ((start, end) for tag, start, end, _, _ in matched if tag != "equal")


def _with_version(rows: list[Row], version: Sequence[Said], at: int) -> list[Row]:
    """Lay one more version beside rows of `at` cells; what it alone says comes after what it said before."""
    home = _homes(rows, version)
    placed = {row: said for said, row in home.items()}
    made = [[*row, version[placed[number]] if number in placed else None] for number, row in enumerate(rows)]
    behind: dict[int, list[Row]] = {}
    last = -1
    for number, said in enumerate(version):
        last = home.get(number, last)
        if number not in home:
            behind.setdefault(last, []).append([*[None] * at, said])
    return [*behind.get(-1, []), *(one for number, row in enumerate(made) for one in (row, *behind.get(number, [])))]


def _homes(rows: Sequence[Row], version: Sequence[Said]) -> dict[int, int]:
    """Row of each clause of a version: the same words first, then the nearest words."""
    by_text: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        for text in dict.fromkeys(said.text for said in row if said):
            by_text.setdefault(text, []).append(number)
    home: dict[int, int] = {}
    taken: set[int] = set()
    for number, said in enumerate(version):
        free = next((row for row in by_text.get(said.text, []) if row not in taken), None)
        if free is not None:
            home[number] = free
            taken.add(free)
    return {**home, **_near(rows, version, home, taken)}


def _near(rows: Sequence[Row], version: Sequence[Said], home: dict[int, int], taken: set[int]) -> dict[int, int]:
    left = [(number, said) for number, said in enumerate(version) if number not in home][:MOST]
    right = [(number, next(said for said in row if said)) for number, row in enumerate(rows) if number not in taken]
    place = {id(said): number for number, said in (*left, *right)}
    found = pairs([said for _, said in left], [said for _, said in right[:MOST]])
    return {place[id(a)]: place[id(b)] for a, b in found}
