"""Where documents contradict each other: a figure, the day of an event, the body made responsible.

Only what is surely the same thing is compared: the same words for what is counted, the same unit, place and year, and
both a result or both a goal. A person decides which document is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from hechang.intake.dates_in_text import dates, resolve
from hechang.intake.differences import digits
from hechang.intake.document import Document
from hechang.intake.figures import Figure
from hechang.intake.gazetteer import gazetteer
from hechang.intake.same_event import Version, alike, is_series, normal_name

KINDS = ("figure", "day", "body")
SHORTEST = 4  # characters of what is counted, from which two documents surely speak of one thing; own assumption
TASK = 7  # characters of a task, from which two documents of one place surely set the same one; own assumption
ROUNDED = 0.005  # two values this near, as a share, differ by rounding; own assumption
CLAUSES = 8  # long clauses in common from which reports of different days are one event; own assumption
LONGEST_SENTENCE = 240
_GOAL = re.compile(
    r"力争|目标|到20\d\d年|计划|预计|预期|将|确保|要(?!素|求)|安排|争取|不低于|不少于|以上|左右.{0,4}目标"
)
_LOCAL = re.compile(r"^(?:全[市省区县域]|我[市省区县]|累计|新增|完成|实现|共|其中)+")
_STOPS = "。；;！!？?\n"


class Counted(NamedTuple):
    """One figure with what it is told of, ready to be compared."""

    ref: str
    value: float
    shown: str
    key: tuple[str, str, str, str, bool]


class Made(NamedTuple):
    """One task in a place, and the bodies made responsible for it."""

    ref: str
    text: str
    home: str
    bodies: tuple[str, ...]


class Claims(NamedTuple):
    """What a document claims that another may contradict; small enough to be kept of ten thousand."""

    path: str
    figures: tuple[Counted, ...]
    tasks: tuple[Made, ...]


def claims(document: Document) -> Claims:
    """Return what a document claims."""
    return Claims(document.path, tuple(counted(document)), tuple(_made(document)))


def claims_of(told: Sequence[Any]) -> Claims:
    """Return claims as they were kept in JSON."""
    path, figures, tasks = told
    known = tuple(Counted(ref, value, shown, tuple(key)) for ref, value, shown, key in figures)
    return Claims(path, known, tuple(Made(ref, text, home, tuple(bodies)) for ref, text, home, bodies in tasks))


def contradictions(claimed: Iterable[Claims], versions: Sequence[Version]) -> list[dict[str, object]]:
    """Contradictions between documents: figures, days of one event, bodies made responsible for one task.

    Returns
    -------
    list
        `between` two references (`a.txt#F3`), `kind` (figure, day, body), `left`, `right`, `what`.
    """
    figures: dict[tuple[str, str, str, str, bool], dict[str, Counted]] = {}
    tasks: dict[tuple[str, str], list[tuple[str, Made]]] = {}
    for one in claimed:
        for figure in one.figures:
            figures.setdefault(figure.key, {}).setdefault(one.path, figure)
        for task in one.tasks:
            tasks.setdefault((task.text, task.home), []).append((one.path, task))
    return [*_of_figures(figures), *_of_days(versions), *_of_bodies(tasks)]


def _of_figures(groups: Mapping[Any, Mapping[str, Counted]]) -> Iterator[dict[str, object]]:
    for key, group in groups.items():
        for a, b in combinations(group.values(), 2):
            if differs(a.value, b.value):
                what = "".join([key[2], key[0]]) + (f" ({key[3]})" if key[3] else "")
                yield _row("figure", (a.ref, b.ref), a.shown, b.shown, what)


def differs(a: float, b: float) -> bool:
    """Tell whether two values differ by more than rounding.

    Examples
    --------
    >>> differs(33, 35), differs(1.20e12, 1.203e12), differs(0, 0)
    (True, False, False)
    """
    return abs(a - b) > ROUNDED * max(abs(a), abs(b))


def counted(document: Document) -> Iterator[Counted]:
    """Figures of a document that say surely enough what they count."""
    clean, home = document.text.clean, _home(document)
    for number, one in enumerate(document.figures, 1):
        what = _LOCAL.sub("", one.what)
        if len(what) < SHORTEST or one.upto is not None:
            continue
        start = max(*(clean.rfind(mark, max(0, one.start - LONGEST_SENTENCE), one.start) for mark in _STOPS), 0)
        before = clean[start : one.start]
        year = _year(document, before)
        if year:
            where = (gazetteer().names(before) or [home])[-1]
            key = (what.removeprefix(where) or what, one.unit, where, year, _GOAL.search(before) is not None)
            yield Counted(f"{document.path}#F{number}", float(one.value), _shown(clean, one), key)


def _home(document: Document) -> str:
    """The city or county a document speaks of: that of its events, else the one its title names."""
    title = document.articles[0].title if document.articles else ""
    named = [event.home for event in document.events if event.home] or gazetteer().names(title[:20])
    return named[0] if named else ""


def _shown(clean: str, one: Figure) -> str:
    return clean[one.start : one.end]


def _year(document: Document, before: str) -> str:
    """The year said last before a figure in its sentence; empty where none is said or can be inferred."""
    values = (resolve(said, document.meta.published or None, past=False).value for said in dates(before))
    return ([value[:4] for value in values if value] or [""])[-1]


def _of_days(versions: Sequence[Version]) -> Iterator[dict[str, object]]:
    """Reports in much the same words that give one event different days."""
    by_name: dict[str, list[Version]] = {}
    for one in versions:
        if one.event.when.precision == "day" and not is_series(one.event.name):
            by_name.setdefault(normal_name(one.event.name), []).append(one)
    for name, group in by_name.items():
        for a, b in combinations(group, 2):
            if a.event.when.value != b.event.when.value and alike(a, b, CLAUSES):
                yield _row("day", (a.ref, b.ref), a.event.when.value or "", b.event.when.value or "", name)


def _made(document: Document) -> Iterator[Made]:
    home = _home(document)
    for number, (_, one) in enumerate(document.directives, 1):
        text = digits(document.text.clean[one.start : one.end])
        if one.lead and len(text) >= TASK:
            bodies = sorted({gazetteer().full(body) for body in one.lead})
            yield Made(f"{document.path}#D{number}", text, home, tuple(bodies))


def _of_bodies(tasks: Mapping[Any, Sequence[tuple[str, Made]]]) -> Iterator[dict[str, object]]:
    """The same task with another lead body."""
    for group in tasks.values():
        for (path, a), (other, b) in combinations(group, 2):
            if path != other and not set(a.bodies) & set(b.bodies):
                yield _row("body", (a.ref, b.ref), "、".join(a.bodies), "、".join(b.bodies), a.text)


def _row(kind: str, between: tuple[str, str], left: str, right: str, what: str) -> dict[str, object]:
    return {"between": list(between), "kind": kind, "left": left, "right": right, "what": what}
