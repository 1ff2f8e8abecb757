"""What is asked of a network: from which doors to which, at which departures, with how much of the machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from hechang.engines.travel import walks as walking
from hechang.engines.travel.plan import Network
from hechang.engines.travel.timetable import Ints, turned
from hechang.engines.travel.walks import Edges


@dataclass(frozen=True)
class Marks:
    """Departures that are asked for: the first [s after midnight], seconds from one to the next, how many."""

    first: int
    step: int
    count: int

    @property
    def times(self) -> Ints:
        """All of them [s after midnight]."""
        return self.first + self.step * np.arange(self.count, dtype=np.int64)


@dataclass(frozen=True)
class Doors:
    """Ways into and out of the network: places to stops, stops to places, and places to places without any ride."""

    access: Edges
    egress: Edges
    direct: Edges | None = None


class Effort(NamedTuple):
    """How much of the machine one may take, and how a long work goes.

    threads, megabytes of rows; folder: where blocks are kept, so that the same work goes on after a stop; told: called
    with the blocks done and all of them; client: of a Dask cluster (extra `cluster`) whose workers take the blocks.
    """

    threads: int = os.cpu_count() or 1
    megabytes: int = 600
    folder: Path | None = None
    told: Callable[[int, int], None] | None = None
    client: Any = None


class Limits(NamedTuple):
    """What a journey may be: most rides and longest seconds; empty where there is no bound."""

    rides: int | None = None
    seconds: int | None = None


WHOLE_MACHINE = Effort()
NO_LIMITS = Limits()


def turn(net: Network, doors: Doors, top: int) -> tuple[Network, Doors]:
    """Return the same network and doors seen from the end of each journey, at `top` less the time [s].

    Examples
    --------
    >>> from hechang.engines.travel.walks import closed, edges
    >>> from hechang.engines.travel.timetable import timetable
    >>> day = timetable(np.array([0, 0]), np.array([0, 1]), np.array([60, 120]), np.array([60, 120]), stops=2)
    >>> none, own = edges([], [], [], origins=2, targets=2), edges([0, 1], [0, 1], [0, 0], origins=2, targets=2)
    >>> turn(Network(day, closed(none, longest=0)), Doors(own, own), 200)[0].day.depart.tolist()
    [80]
    """
    direct = None if doors.direct is None else walking.turned(doors.direct)
    back = Doors(walking.turned(doors.egress), walking.turned(doors.access), direct)
    return Network(turned(net.day, top), walking.turned(net.walks)), back
