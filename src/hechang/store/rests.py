"""What an answer rests on: the tables that were read while it was worked out.

An edit of another table changes nothing in it, so it holds at the next revision too. The store notes each table it
hands out; what looks at the history itself rests on everything.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
EVERYTHING = "*"  # rests on the history: every revision changes it
ROW = "/"  # between table and id of what rests on one row only: projects/p1
_noted: ContextVar[set[str] | None] = ContextVar("rests", default=None)


def note(*names: str) -> None:
    """Say that what is being worked out has read these tables."""
    found = _noted.get()
    if found is not None:
        found.update(names)


@contextmanager
def noting() -> Iterator[set[str]]:
    """Collect what is read inside; blocks may lie in each other, and each gets all of its own.

    Examples
    --------
    >>> with noting() as outer:
    ...     note("places")
    ...     with noting() as inner:
    ...         note("projects")
    >>> sorted(outer), sorted(inner)
    (['places', 'projects'], ['projects'])
    """
    found: set[str] = set()
    outer = _noted.get()
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)
        if outer is not None:
            outer.update(found)


class Kept:
    """Results by key, each with the tables it rests on.

    Examples
    --------
    >>> kept = Kept()
    >>> kept.once("n", lambda: [note("projects"), 7][1]), kept.once("n", lambda: 8)
    (7, 7)
    >>> len(kept.at({"projects": 5}, {"projects": 5})), len(kept.at({"projects": 5}, {"projects": 6}))
    (1, 0)
    """

    def __init__(self, known: Mapping[Hashable, tuple[Any, frozenset[str]]] | None = None) -> None:
        self._known = dict(known or {})

    def __len__(self) -> int:
        return len(self._known)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under `key`, making it first where it is not there."""
        if key not in self._known:
            with noting() as rests:
                made = make()
            self._known[key] = made, frozenset(rests)
        value, rested = self._known[key]
        note(*rested)
        found: T = value
        return found

    def at(self, old: Mapping[str, int], new: Mapping[str, int]) -> Kept:
        """Return what still holds at another state, both as table → revision that last changed it.

        What rests on no table is left out: it may be a place for things that belong to one revision.
        """
        return Kept({key: one for key, one in self._known.copy().items() if one[1] and same(one[1], old, new)})


def same(rests: frozenset[str], old: Mapping[str, int], new: Mapping[str, int]) -> bool:
    """Tell whether nothing that `rests` names has changed from one state to the other."""
    return EVERYTHING not in rests and all(last_change(name, old) == last_change(name, new) for name in rests)


def last_change(name: str, changed: Mapping[str, int]) -> int:
    """Return the revision that last changed a table, or one row of it; 0 where that is not known.

    `changed` holds tables, rows of small edits (`projects/p1`), and tables with `/` for edits of many rows.

    Examples
    --------
    >>> changed = {"projects": 9, "projects/": 4, "projects/p1": 9}
    >>> [last_change(name, changed) for name in ("projects", "projects/p1", "projects/p2", "places/a")]
    [9, 9, 4, 0]
    """
    table, row, _ = name.partition(ROW)
    return max(changed.get(name, 0), changed.get(table + ROW, 0)) if row else changed.get(name, 0)
