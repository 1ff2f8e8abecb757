"""What a change of a timetable does to a whole matrix, exact, without working all of it out again.

An added trip can only help where one can catch it: two sweeps, one towards its stops and one away from them, tell for
every origin when it is caught and for every destination when one is there. A trip taken away can only hurt where a
best journey may have used it: only those pairs are worked out again. A trip that is sped up or delayed is taken away
and added.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from hechang.engines.travel.job import FULL, HALF, LANES, Job, Make, Seconds, job, lanes_of, room, sweep
from hechang.engines.travel.loading import loaded
from hechang.engines.travel.plan import Network, Numbers, without
from hechang.engines.travel.questions import WHOLE_MACHINE, Doors, Effort, Marks
from hechang.engines.travel.timetable import Ints, Timetable, ordered
from hechang.engines.travel.walks import Edges, edges, turned


@dataclass(frozen=True)
class Whole:
    """A matrix with all its arrivals kept, so that changes can be told quickly.

    arrivals: [origin, mark, destination], s from the first mark, destinations filled up to whole blocks; seconds: the
    percentiles [percentile, origin, destination].
    """

    net: Network
    doors: Doors
    marks: Marks
    towards: Job
    away: Job
    arrivals: Numbers
    ranked: Numbers

    @property
    def never(self) -> Any:
        """What stands for no arrival."""
        return self.arrivals.dtype.type(HALF if self.arrivals.dtype == np.uint16 else FULL)

    @property
    def seconds(self) -> Seconds:
        """The percentiles [percentile, origin, destination], inf where nothing is reached."""
        return _seconds(self.ranked, self)


def whole(
    net: Network, doors: Doors, marks: Marks, *, percentiles: Sequence[float] = (50,), effort: Effort = WHOLE_MACHINE
) -> Whole:
    """Work out a matrix and keep all its arrivals; parameters as those of `travel_times`.

    Examples
    --------
    >>> from hechang.engines.travel.timetable import timetable
    >>> from hechang.engines.travel.walks import closed
    >>> day = timetable(np.array([0, 0]), np.array([0, 1]), np.array([0, 300]), np.array([0, 300]), stops=2)
    >>> none, own = (edges(n, n, [0] * len(n), origins=2, targets=2) for n in ([], [0, 1]))
    >>> before = whole(Network(day, closed(none, longest=0)), Doors(own, own), Marks(0, 60, 1))
    >>> faster = timetable(np.array([0, 0]), np.array([0, 1]), np.array([0, 200]), np.array([0, 200]), stops=2)
    >>> float(before.seconds[0, 0, 1]), float(after(before, added=faster)[0, 0, 1])
    (300.0, 200.0)
    """
    towards, away = (
        job(net, doors, marks, percentiles=percentiles, how=Make(effort.threads, side, all_rows=True))
        for side in (False, True)
    )
    wide = towards.blocks * LANES
    never = HALF if towards.kind == "uint16" else FULL
    arrivals = np.full((doors.access.origins, marks.count, wide), never, dtype=towards.kind)
    ranked = np.empty((len(towards.ranks), len(arrivals), wide), dtype=towards.kind)
    made = Whole(net, doors, marks, towards, away, arrivals, ranked)
    _recompute(made, np.zeros(0, dtype=np.int64), np.arange(doors.egress.targets), effort)
    code = (made.never, towards.ranks, towards.marks)
    every = np.arange(len(arrivals))
    _each(lambda some: _loops().ranks_of(every[slice(*some)], arrivals, code, ranked), len(arrivals), effort)
    return made


def after(
    before: Whole, *, removed: Ints | None = None, added: Timetable | None = None, effort: Effort = WHOLE_MACHINE
) -> Seconds:
    """Percentiles of the matrix after trips were taken away and others added: exactly those of `travel_times`.

    Parameters
    ----------
    before
        The matrix before.
    removed
        Numbers of trips of its timetable that no longer run.
    added
        Trips that run besides, between the same stops, numbered by themselves.
    effort
        Threads and memory.

    Returns
    -------
    Seconds
        [percentile, origin, destination] in s.
    """
    now = before if removed is None or not len(removed) else _without(before, removed, effort)
    return now.seconds if added is None or not len(added.trip) else _with(now, added, effort)


def _with(before: Whole, added: Timetable, effort: Effort) -> Seconds:
    line = _line(before, added)
    reach, aboard = _catch(before, line, effort)
    ranked = before.ranked.copy()
    code = (before.never, before.towards.ranks, before.towards.marks)
    _each(
        lambda some: _loops().joined(some, reach, line.boarding, aboard, code, before.arrivals, ranked),
        len(reach),
        effort,
    )
    return _seconds(ranked, before)


def _without(before: Whole, removed: Ints, effort: Effort) -> Whole:
    """The matrix without some trips: pairs that may have used them are worked out again."""
    line = _line(before, _only(before.net.day, np.isin(before.net.day.trip, removed)))
    reach, aboard = _catch(before, line, effort)
    hit = np.zeros((before.arrivals.shape[0], before.arrivals.shape[2]), dtype=bool)
    _each(
        lambda some: _loops().touched(some, reach, line.boarding, aboard, before.never, before.arrivals, hit),
        len(hit), effort,
    )  # fmt: skip
    towards, away = (replace(one, plan=without(one.plan, removed)) for one in (before.towards, before.away))
    made = replace(before, towards=towards, away=away, arrivals=before.arrivals.copy())
    _recompute(made, *_cover(hit[:, : before.doors.egress.targets]), effort)
    ranked = before.ranked.copy()
    changed = np.flatnonzero(hit.any(axis=1))
    code = (made.never, towards.ranks, towards.marks)
    _each(lambda some: _loops().ranks_of(changed[slice(*some)], made.arrivals, code, ranked), len(changed), effort)
    return replace(made, ranked=ranked)


@dataclass(frozen=True)
class _Line:
    """Some trips by themselves: rides, stops where one boards with their departures, points where one gets off."""

    rides: tuple[Numbers, ...]
    by_lane: tuple[Ints, Ints, Ints, Ints]
    stops: Ints
    boarding: tuple[Ints, Ints, Ints]
    off: Ints
    points: tuple[Ints, Ints]
    onward: Ints


def _line(whole_: Whole, day: Timetable) -> _Line:
    """Take the rides that leave in time, with seconds from the base."""
    base = whole_.towards.plan.base
    day = _only(day, day.depart >= base)
    times = day.depart - base, day.arrive - base
    order = np.lexsort((times[0], day.origin))
    order = order[day.board[order]]
    start = np.searchsorted(day.origin[order], np.arange(day.stops + 1))
    stops = np.flatnonzero(np.diff(start))
    lanes = np.append(start[stops], len(order))
    lane_of, place = np.full(day.stops, -1, dtype=np.int64), np.full(len(day.trip), -1, dtype=np.int64)
    lane_of[stops], place[order] = np.arange(len(stops)), np.arange(len(order))
    by_lane = lane_of, lanes, times[0][order], place
    off = np.unique(day.dest[day.alight])
    key = np.unique(np.stack([np.searchsorted(off, day.dest), times[1]])[:, day.alight], axis=1)
    onward = np.full(len(day.trip), -1, dtype=np.int64)
    step = int(times[1].max(initial=0)) + 1
    mine = np.searchsorted(off, day.dest[day.alight]) * step + times[1][day.alight]
    onward[day.alight] = np.searchsorted(key[0] * step + key[1], mine)
    points = np.searchsorted(key[0], np.arange(len(off) + 1)), key[1]
    rides = (day.dest, times[0], times[1], day.follow, day.alight)
    return _Line(rides, by_lane, stops, (lanes, times[0][order], order), off, points, onward)


def _only(day: Timetable, kept: Numbers) -> Timetable:
    return ordered(day, kept)


def _catch(before: Whole, line: _Line, effort: Effort) -> tuple[Numbers, Numbers]:
    """When each origin can board at each stop of the line, and the arrivals at every destination aboard each ride."""
    with ThreadPoolExecutor(min(2, effort.threads)) as pool:
        reached = pool.submit(_reach, before, line)
        onward = pool.submit(_onward, before, line)
        values = onward.result()
        aboard = np.full((len(line.rides[0]), before.arrivals.shape[2]), before.never, dtype=values.dtype)
        walks = before.net.walks
        reach, again = reached.result()
        ways = (walks.start, walks.to, walks.seconds)
        _loops().along(line.rides, line.by_lane, line.onward, ways, values, again, aboard)
        return reach, aboard


def _reach(before: Whole, line: _Line) -> tuple[Numbers, Numbers]:
    """When one can board at the stops of the line: [origin, mark, stop], and [point where one got off it, stop]."""
    work, walks, access, stops = before.towards, before.net.walks, before.doors.access, line.stops
    again = np.full((len(line.points[1]), len(stops)), before.never, dtype=work.kind)
    found = np.empty((access.origins, before.marks.count, len(stops)), dtype=work.kind)
    for low in range(0, len(stops), LANES):
        some = stops[low : low + LANES]
        into, at = _to(walks, some), _to(access, some)
        rows = _swept(work, into, wide=_width(some))
        part = np.empty((access.origins, before.marks.count, len(some)), dtype=work.kind)
        _loops().every((0, access.origins), work.doors, work.marks, lanes_of(at, 0), before.never, rows, part)
        found[:, :, low : low + LANES] = part
        again[:, low : low + LANES] = _from_line(before, line, rows)[:, : len(some)]
    return found, again


def _from_line(before: Whole, line: _Line, rows: Numbers) -> Numbers:
    """Best values of the departures that can be caught from each point where one gets off the line: [point, lane]."""
    walks, (start, times, row) = before.net.walks, before.towards.plan.events
    stop = np.repeat(line.off, np.diff(line.points[0]))
    count = walks.start[stop + 1] - walks.start[stop]
    point = np.repeat(np.arange(len(stop)), count)
    edge = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + walks.start[stop][point]
    place = loaded("event_kernels").at_stops(walks.to[edge], line.points[1][point] + walks.seconds[edge], start, times)
    found = np.full((len(stop), rows.shape[1]), before.never, dtype=rows.dtype)
    np.minimum.at(found, point[place >= 0], rows[row[place[place >= 0]]])
    return found


def _onward(before: Whole, line: _Line) -> Numbers:
    """Arrivals at every destination from the points where one gets off: [point, destination]."""
    work, doors, walks = before.away, before.doors, before.net.walks
    found = np.full((len(line.points[1]), before.arrivals.shape[2]), before.never, dtype=before.arrivals.dtype)
    base = before.towards.plan.base
    for low in range(0, len(line.off), LANES):
        some = line.off[low : low + LANES]
        start = line.points[0][low : low + len(some) + 1]
        leave = line.points[1][start[0] : start[-1]]
        rows = _swept(work, _to(turned(walks), some), wide=_width(some))
        part = found[start[0] : start[-1]]
        points, code = (start - start[0], leave), (rows.dtype.type(_never(rows)), work.top - base)
        feet = lanes_of(_to(turned(doors.egress), some), 0)
        _loops().from_points((0, doors.egress.targets), work.doors[1:], points, feet, code, rows, part)
    return found


def _to(given: Edges, some: Ints) -> Edges:
    """Edges to some of the ends only, numbered in their order."""
    number = np.full(given.targets, -1, dtype=np.int64)
    number[some] = np.arange(len(some))
    kept = number[given.to] >= 0
    return edges(
        given.origin[kept], number[given.to[kept]], given.seconds[kept], origins=given.origins, targets=len(some)
    )


def _width(lanes: Ints) -> int:
    return next(wide for wide in (LANES // 4, LANES // 2, LANES) if wide >= len(lanes))


def _never(rows: Numbers) -> int:
    return HALF if rows.dtype == np.uint16 else FULL


def _swept(work: Job, lanes: Edges, *, wide: int = LANES) -> Numbers:
    """Rows of one sweep towards at most `wide` lanes."""
    rows, slots = room(work, wide=wide)
    sweep(replace(work, lanes=lanes), 0, rows, slots)
    kept: Numbers = rows[-1]
    return kept


def _cover(hit: Numbers) -> tuple[Ints, Ints]:
    """Origins and destinations that together hold all pairs that were hit, in few blocks."""
    order = np.argsort(-hit.sum(axis=1), kind="stable")
    best = (np.zeros(0, dtype=np.int64), np.flatnonzero(hit.any(axis=0)))
    for count in range(LANES, len(order) + LANES, LANES):
        left = np.flatnonzero(hit[order[count:]].any(axis=0))
        if -(-count // LANES) - (-len(left) // LANES) < -(-len(best[0]) // LANES) - (-len(best[1]) // LANES):
            best = (order[:count], left)
    return best


def _blocks(lanes: Ints) -> list[Ints]:
    return [lanes[low : low + LANES] for low in range(0, len(lanes), LANES)]


def _recompute(given: Whole, origins: Ints, dests: Ints, effort: Effort) -> None:
    """Work out the arrivals from some origins at every destination, and from every origin at some destinations."""
    parts = [(_at_some, some) for some in _blocks(dests)] + [(_from_some, some) for some in _blocks(origins)]
    _side_by_side(lambda part: part[0](given, part[1]), parts, effort.threads)


def _side_by_side(work: Callable[[Any], None], parts: Sequence[Any], threads: int) -> None:
    with ThreadPoolExecutor(max(1, threads)) as pool:
        list(pool.map(work, parts))


def _at_some(given: Whole, dests: Ints) -> None:
    work, doors = given.towards, given.doors
    rows = _swept(work, _to(doors.egress, dests), wide=_width(dests))
    found = np.empty((doors.access.origins, given.marks.count, len(dests)), dtype=work.kind)
    feet = lanes_of(_to(work.direct, dests), 0)
    _loops().every((0, len(found)), work.doors, work.marks, feet, given.never, rows, found)
    given.arrivals[:, :, dests] = found


def _from_some(given: Whole, origins: Ints) -> None:
    work = given.away
    rows = _swept(work, _to(work.lanes, origins))
    order, *asked = work.doors
    code = (rows.dtype.type(_never(rows)), work.top, given.towards.plan.base)
    feet = lanes_of(_to(work.direct, origins), 0)
    loaded("answer_kernels").every_inverse(order, tuple(asked), work.marks, feet, code, rows, origins, given.arrivals)


def _each(work: Callable[[tuple[int, int]], None], count: int, effort: Effort) -> None:
    """Do ranges of origins side by side."""
    bounds = np.linspace(0, count, 4 * effort.threads + 1).astype(int).tolist()
    _side_by_side(work, list(pairwise(bounds)), effort.threads)


def _loops() -> Any:
    return loaded("change_kernels")


def _seconds(ranked: Numbers, of: Whole) -> Seconds:
    found = ranked[:, :, : of.doors.egress.targets]
    made: Seconds = np.where(found < of.never, found, np.inf).astype(np.float32)
    return made
