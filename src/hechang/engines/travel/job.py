"""A matrix of travel times cut into blocks of lanes, each of which is one sweep over the timetable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hechang.engines.travel import walks as walking
from hechang.engines.travel.loading import loaded
from hechang.engines.travel.plan import SIZE, Asked, Network, Numbers, Plan, plan
from hechang.engines.travel.questions import NO_LIMITS, Doors, Effort, Limits, Marks, turn
from hechang.engines.travel.timetable import Ints, ordered
from hechang.engines.travel.walks import Edges
from hechang.terms.errors import InputError

Seconds = NDArray[np.float32]
Room = tuple[Numbers, Numbers]
LANES = 64  # of the kernels
HALF = np.iinfo(np.uint16).max  # what nothing reaches, where times fit into half words
FULL = 0xFFFF0000
MANY = 2  # times as many destinations as origins, from which on the lanes are the origins


@dataclass(frozen=True)
class Job:
    """One matrix cut into blocks of lanes; a block can be done anywhere, in any order, and gives the same numbers.

    Lanes are destinations, or origins where `inverse`; the other side are the rows of a block. Times run from the
    plan's base; of a turned timetable they run backwards from `top`.
    """

    plan: Plan
    lanes: Edges  # from stops to lanes
    doors: tuple[Any, ...]
    direct: Edges
    marks: Ints
    ranks: Ints
    longest: int | None
    layers: int
    limited: bool
    kind: str
    inverse: bool
    top: int

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return -(-self.lanes.targets // LANES)

    @property
    def room(self) -> int:
        """Bytes that one block needs while it is swept."""
        return (self.plan.rows + self.plan.slots + 1) * self.layers * LANES * np.dtype(self.kind).itemsize


class Make(NamedTuple):
    """How a matrix is made ready.

    threads; inverse: whether the lanes are origins, left out the side with fewer places; all_rows: a row for every
    departure, for questions that come later.
    """

    threads: int = 1
    inverse: bool | None = None
    all_rows: bool = False


PLAIN = Make()


def job(
    net: Network,
    doors: Doors,
    marks: Marks,
    *,
    percentiles: Sequence[float] = (50,),
    limits: Limits = NO_LIMITS,
    how: Make = PLAIN,
) -> Job:
    """Make a matrix ready to be worked out block by block; parameters as those of `travel_times`.

    Raises
    ------
    InputError
        for a percentile beyond 0 to 100, no marks, or less than one ride.
    """
    _refuse(marks, percentiles, limits.rides)
    inverse = doors.egress.targets > MANY * doors.access.origins if how.inverse is None else how.inverse
    make = _by_origins if inverse else _by_dests
    made, doors_asked, direct, lanes, top = make(net, doors, marks, limits.seconds, how)
    ranks = np.array([min(marks.count - 1, int(marks.count * p / 100)) for p in percentiles], dtype=np.int64)
    limited = limits.rides is not None
    most = made.last + int(lanes.seconds.max(initial=0)) + int(direct.seconds.max(initial=0)) + marks.step * marks.count
    return Job(
        made, lanes, doors_asked, direct, marks.times - (0 if inverse else made.base), ranks, limits.seconds,
        limits.rides or 1, limited, "uint16" if most < HALF else "uint32", inverse, top,
    )  # fmt: skip


def _refuse(marks: Marks, percentiles: Sequence[float], most_rides: int | None) -> None:
    wrong = [p for p in percentiles if not 0 <= p <= 100]
    if wrong or not len(percentiles):
        raise InputError(f"{wrong} is no percentile. Take one from 0 to 100", f"{wrong} 不是百分位, 应在 0 到 100 之间")
    if marks.count < 1 or marks.step < 1:
        raise InputError("No departure is asked for. Give a window of time", "未给出出发时刻, 请给出时间窗")
    if most_rides is not None and most_rides < 1:
        raise InputError(f"A journey of {most_rides} rides goes nowhere", f"乘车次数上限 {most_rides} 过小, 至少为 1")


_Made = tuple[Plan, tuple[Any, ...], Edges, Edges, int]


def _by_dests(net: Network, doors: Doors, marks: Marks, longest: int | None, how: Make) -> _Made:
    """Destinations as lanes: each mark asks for the first departure from each stop near an origin."""
    access = doors.access
    stop = np.repeat(access.to, marks.count)
    time = (access.seconds[:, None] + marks.times).ravel()
    until = None if longest is None else int(marks.times[-1]) + longest
    every = np.ones(net.day.stops, dtype=bool) if how.all_rows else None
    made = plan(net, Asked(stop, time, every), base=marks.first, until=until, threads=how.threads)
    direct = _direct(doors)
    asked = (access.start, made.asked.reshape(-1, marks.count).astype(SIZE))
    return made, asked, direct, doors.egress, 0


def _by_origins(net: Network, doors: Doors, marks: Marks, longest: int | None, how: Make) -> _Made:
    """Origins as lanes of the turned timetable: every arrival at a stop near a destination is asked for."""
    top = int(net.day.arrive.max(initial=0)) if longest is None else int(marks.times[-1]) + longest
    late = Network(ordered(net.day, net.day.depart >= marks.first), net.walks)
    back, turned_doors = turn(late, doors, top)
    whole = np.zeros(net.day.stops, dtype=bool)
    whole[turned_doors.access.to] = True
    none = np.zeros(0, dtype=np.int64)
    made = plan(back, Asked(none, none, whole), base=0, until=None, threads=how.threads)
    out = turned_doors.access
    asked = (_together(out), out.start, out.to, out.seconds, tuple(made.events))
    return made, asked, _direct(turned_doors), turned_doors.egress, top


def _together(doors: Edges) -> Ints:
    """Places in an order in which those that share stops follow each other."""
    group = loaded("graphs").groups(doors.start, doors.to, doors.targets)
    first = np.full(doors.origins, -1, dtype=np.int64)
    has = np.diff(doors.start) > 0
    first[has] = doors.to[doors.start[:-1][has]]
    return np.lexsort((first, group))


def _direct(doors: Doors) -> Edges:
    none = np.zeros(0, dtype=np.int64)
    return doors.direct or walking.edges(none, none, none, origins=doors.access.origins, targets=doors.egress.targets)


def each_block(work: Job, *, effort: Effort, numbers: Sequence[int] | None = None) -> Iterator[tuple[int, Seconds]]:
    """Work out blocks side by side in threads, and give each with its number, in their order."""
    todo = range(work.blocks) if numbers is None else numbers
    threads = max(1, min(effort.threads, effort.megabytes * 1_000_000 // max(1, work.room), len(todo)))
    rooms = [room(work) for _ in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        under_way: list[tuple[int, Future[Seconds], Room]] = []
        for number in todo:
            if len(under_way) == threads:
                yield _ended(under_way, rooms)
            free = rooms.pop()
            under_way.append((number, pool.submit(block, work, number, free), free))
        while under_way:
            yield _ended(under_way, rooms)


def _ended(under_way: list[tuple[int, Future[Seconds], Room]], rooms: list[Room]) -> tuple[int, Seconds]:
    number, done, used = under_way.pop(0)
    found = done.result()
    rooms.append(used)
    return number, found


def room(work: Job, *, wide: int = LANES) -> Room:
    """Return the memory that one sweep needs: rows and registers [layer, row or register, lane]."""
    made = work.plan
    return (
        np.empty((work.layers, max(1, made.rows), wide), dtype=work.kind),
        np.empty((work.layers, max(1, made.slots), wide), dtype=work.kind),
    )


def block(work: Job, number: int, free: Room | None = None) -> Seconds:
    """Work out one block: seconds [percentile, origin, lane], or [percentile, destination, lane] where inverse.

    Parameters
    ----------
    work
        The matrix.
    number
        Which block, from 0.
    free
        Memory of `room` that nobody else uses meanwhile.
    """
    rows, slots = free or room(work)
    low = number * LANES
    sweep(work, low, rows, slots)
    wide = min(LANES, work.lanes.targets - low)
    kind = rows.dtype.type
    never = kind(HALF if rows.dtype == np.uint16 else FULL)
    count = len(work.doors[0]) - (not work.inverse)
    found = np.empty((len(work.ranks), count, LANES), dtype=rows.dtype)
    direct = lanes_of(work.direct, low)
    if work.inverse:
        order, *asked = work.doors
        code = (never, work.ranks, work.top)
        loaded("answer_kernels").inverse(order, tuple(asked), work.marks, direct, code, rows[-1], found)
    else:
        loaded("answer_kernels").ranked(
            (0, count), work.doors, work.marks, direct, (never, work.ranks), rows[-1], found
        )
    seconds = found[:, :, :wide].astype(np.float32)
    seconds[found[:, :, :wide] >= never] = np.inf
    if work.longest is not None:
        seconds[seconds > work.longest] = np.inf
    return seconds


def sweep(work: Job, low: int, rows: Numbers, slots: Numbers) -> None:
    """Fill the rows for the lanes from `low` on."""
    kind = rows.dtype.type
    never = kind(HALF if rows.dtype == np.uint16 else FULL)
    code = (1, kind(0), never, work.limited)
    loaded("sweep_kernels").sweep(work.plan.rides, lanes_of(work.lanes, low), work.plan.moments, code, rows, slots)


def lanes_of(given: Edges, low: int) -> tuple[Ints, Ints, Ints]:
    """Edges to the lanes from `low` on, with the lane as their end."""
    kept = (given.to >= low) & (given.to < low + LANES)
    start = np.concatenate([[0], np.cumsum(kept)])[given.start]
    return start, given.to[kept] - low, given.seconds[kept]
