"""The region being served: its newest revision, or the day and branch an address asks for, with results kept."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from fastapi import Request
from starlette.types import Scope

from hechang.publish.results import Results
from hechang.region.query import Duck
from hechang.region.region import Region
from hechang.store.contract import MAIN
from hechang.store.readers import PUBLIC, Reader, reader
from hechang.store.rests import ROW
from hechang.terms.dates import Clock, now, today
from hechang.terms.errors import not_known
from hechang.terms.words import LANGUAGES
from hechang.web.etags import READER, State

KEPT = 6  # views of the region whose results are kept for those who see the same: newest, the day before, a branch, …
SIGHTS = 12  # groups of people who see the same rows whose views are kept: nine cities, their office, the public
ROWS = 50_000  # rows of which is known by name when they changed
REMEMBERED = 256  # revisions of which is known what they changed
VIEW = ("on", "branch")  # parts of an address that choose the view, on every page and route
AT = "hechang.at"  # in the scope of a request: the revision it is answered at


class Changed(Mapping[str, int]):
    """Which revision last changed each table and each row of small edits, of one branch at one revision.

    Examples
    --------
    >>> rows = {"projects/p1": [3, 7]}
    >>> [Changed({"projects": at}, rows, at)["projects/p1"] for at in (3, 6, 7)]
    [3, 3, 7]
    """

    def __init__(self, tables: Mapping[str, int], rows: dict[str, list[int]], revision: int) -> None:
        self.tables, self.rows, self.revision = tables, rows, revision

    def __getitem__(self, name: str) -> int:
        found = self.rows.get(name, [])[: bisect_right(self.rows.get(name, []), self.revision)]
        return found[-1] if found else self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.tables, **self.rows})

    def __len__(self) -> int:
        return len({**self.tables, **self.rows})


NOTHING = Changed({}, {}, 0)


class Changes:
    """What each of the newest revisions changed, by branch."""

    def __init__(self, region: Region) -> None:
        self._store = region.store
        self.head = 0
        self._at: OrderedDict[int, dict[str, Changed]] = OrderedDict({0: {}})
        self._lock = threading.Lock()

    def of(self, branch: str, revision: int) -> Mapping[str, int] | None:
        """Return what changed when, for a branch at a revision; None where that is long ago.

        What the parent of a branch held when it began never changes, so its own revisions tell.
        """
        with self._lock:
            if revision > self.head:
                self._read_on()
            found = self._at.get(revision)
        return None if found is None else found.get(branch, NOTHING)

    def _read_on(self) -> None:
        for seq, name, names in self._store.last_changes(self.head):
            last = self._at[self.head]
            self._at[seq] = last | {name: _with(last.get(name, NOTHING), seq, names)}
            self.head = seq
            if len(self._at) > REMEMBERED:
                self._at.popitem(last=False)


def _with(before: Changed, seq: int, names: list[str]) -> Changed:
    """The state of a branch with one more revision; rows are noted beside those of all earlier states."""
    tables, rows = dict(before.tables), {} if before is NOTHING else before.rows
    if len(rows) > ROWS:  # begin anew: every row counts as changed now
        tables, rows = tables | {name + ROW: seq for name in tables if ROW not in name}, {}
    for name in names:
        if name.partition(ROW)[2]:
            rows.setdefault(name, []).append(seq)
        else:
            tables[name] = seq
    return Changed(tables, rows, seq)


Views = OrderedDict[tuple[int, str, str, Reader], tuple[Results, Mapping[str, int] | None]]


class Hall:
    """Views of one region by revision, day and branch."""

    def __init__(self, region: Region, clock: Clock = now, kept: int = KEPT) -> None:
        self.most = kept
        self.first = region
        self.changes = Changes(region)
        self.turn = threading.Lock()  # uploads are decided one after the other
        self._clock = clock
        self._kept: OrderedDict[Hashable, Views] = OrderedDict()  # by what is seen; who asked last stands last
        self._lock = threading.Lock()

    def results(self, query: Mapping[str, str], who: Reader | None = None, at: int | None = None) -> Results:
        """Return the view an address asks for; raises InputError or NotKnown where there is none.

        What was worked out for an older revision is taken over where no table it rests on has changed since.
        """
        region = self.region(query, who, at)
        key = (region.revision, region.day, region.branch_name, region.reader)
        changed = self.changes.of(region.branch_name, region.revision)
        with self._lock:
            views = self._kept.setdefault(region.reader.sight, OrderedDict())
            if key not in views:
                views[key] = _started(views, region, changed), changed
            found = views[key][0]
            _use(views, key, self.most)
            _use(self._kept, region.reader.sight, SIGHTS)
        return found

    def region(self, query: Mapping[str, str], who: Reader | None = None, at: int | None = None) -> Region:
        """Return the newest state (or the one at a revision) on the day and branch asked for, as somebody sees it."""
        branch = query.get("branch") or self.first.branch_name
        if branch != self.first.branch_name:
            self.first.store.lineage(branch, 0)  # raises NotKnown
        revision = self.first.store.head() if at is None else at
        view = replace(self.first, branch_name=branch, revision=revision, reader=who or self.first.reader)
        return view.on(self.day(query))

    def day(self, query: Mapping[str, str]) -> str:
        """Return the day an address asks for, else the region's own, else today."""
        return query.get("on") or self.first.settings.day or today(self._clock)

    def state(self, query: Mapping[str, str], revision: int) -> State:
        """Return what an answer to an address rests on; an unknown branch or day is left to the answer."""
        branch = query.get("branch") or MAIN
        return State(self.first.store.id, branch, self.day(query), revision, self.changes.of(branch, revision))


def _started(views: Views, region: Region, changed: Mapping[str, int] | None) -> Results:
    """A view with what still holds of the newest one on its day and branch.

    Who sees the same rows at the same revision shares all that was worked out, whatever his name.
    """
    alike = (one for one in reversed(views.values()) if _alike(one[0].region, region))
    older, then = next(alike, (None, None))
    if older is None:
        return Results(region)
    if older.region.revision == region.revision:
        region.goes_on(older.region)
        return Results(region, kept=older.kept)
    if then is None or changed is None:
        return Results(region)
    region.goes_on(older.region, then, changed)
    return Results(region, kept=older.kept.at(then, changed))


def _alike(one: Region, other: Region) -> bool:
    views = [(region.day, region.branch_name) for region in (one, other)]
    return views[0] == views[1] and one.revision <= other.revision


def _use(kept: OrderedDict[Any, Any], key: Hashable, most: int) -> None:
    """Note that something kept was used; what was not used for longest goes."""
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)


def hall_of(request: Request) -> Hall:
    """Return the hall of the application."""
    hall: Hall = request.app.state.hall
    return hall


def results_of(request: Request) -> Results:
    """Return the view this request asks for; NotKnown for a day, branch or language nobody has."""
    lang = request.query_params.get("lang")
    if lang and lang not in LANGUAGES:
        raise not_known("language", "语言", lang, LANGUAGES)
    return hall_of(request).results(request.query_params, reader_of(request.scope), request.scope.get(AT))


def region_of(request: Request) -> Region:
    """Return the newest state on the day and branch this request asks for, to be written by who asks."""
    return hall_of(request).region(request.query_params, reader_of(request.scope))


def reader_of(scope: Scope) -> Reader:
    """Return who asks; nobody known is the public."""
    found: Reader = scope.get(READER, PUBLIC)
    return found


def keep_of(request: Request) -> dict[str, str]:
    """Return what goes on to the next address: day and branch looked at."""
    return {name: request.query_params[name] for name in VIEW if request.query_params.get(name)}


def as_reader(region: Region, name: str) -> Region:
    """Return the region as seen by a known reader, to be read by many while many write; a public copy by the public."""
    who = reader("public" if region.settings.public_of else name)
    return replace(region, reader=who, duck=Duck(quick=True))
