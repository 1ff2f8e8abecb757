"""Travel times of a whole timetable from many places to many others, exact, over all departures of a window."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hechang.engines.travel.blocks import blocks
from hechang.engines.travel.job import LANES, Make, Seconds, job
from hechang.engines.travel.plan import Network
from hechang.engines.travel.questions import NO_LIMITS, WHOLE_MACHINE, Doors, Effort, Limits, Marks, turn


def travel_times(
    net: Network,
    doors: Doors,
    marks: Marks,
    *,
    percentiles: Sequence[float] = (50,),
    arrive_by: bool = False,
    limits: Limits = NO_LIMITS,
    effort: Effort = WHOLE_MACHINE,
) -> Seconds:
    """Travel times from every origin to every destination over the departures of a window, as percentiles of them.

    A travel time runs from the departure mark to the arrival at the destination: the walk to a stop, waiting, rides,
    changes and the walk from the last stop. It is that of the earliest arrival, exact to the second. Of n marks the
    percentile p is the value of rank floor(p n / 100) + 1 from below, at most n; 0 is the best mark, 100 the worst.

    Parameters
    ----------
    net
        Timetable and closed walks.
    doors
        Walks from origins to stops, from stops to destinations, and directly.
    marks
        Departures, each by itself; with `arrive_by` the latest moments of arrival, and the travel time runs from the
        latest departure to that moment.
    percentiles
        0 to 100.
    limits
        Most rides of a journey, and seconds beyond which it counts as none.
    effort
        Threads and memory, a folder to go on from after a stop, whom to tell, a cluster.

    Returns
    -------
    Seconds
        [percentile, origin, destination] in s; inf where at that rank nothing is reached.

    Raises
    ------
    InputError
        for a share of marks that is no percentile, or no marks.

    Examples
    --------
    >>> from hechang.engines.travel.walks import closed, edges
    >>> from hechang.engines.travel.timetable import timetable
    >>> day = timetable(np.array([0, 0]), np.array([0, 1]), np.array([60, 120]), np.array([60, 120]), stops=2)
    >>> none, self = edges([], [], [], origins=2, targets=2), edges([0, 1], [0, 1], [0, 0], origins=2, targets=2)
    >>> net = Network(day, closed(none, longest=0))
    >>> travel_times(net, Doors(self, self), Marks(0, 60, 3), percentiles=(0, 50, 100))[:, 0, 1].tolist()
    [60.0, 120.0, inf]
    """
    if arrive_by:
        back = travel_times(
            *turn(net, doors, _top(net, marks)), _turn_marks(marks, _top(net, marks)), percentiles=percentiles,
            limits=limits, effort=effort,
        )  # fmt: skip
        return back.transpose(0, 2, 1)
    work = job(net, doors, marks, percentiles=percentiles, limits=limits, how=Make(effort.threads))
    found = np.empty((len(work.ranks), doors.access.origins, doors.egress.targets), dtype=np.float32)
    for number, part in blocks(work, effort):
        lanes = slice(number * LANES, number * LANES + part.shape[2])
        if work.inverse:
            found[:, lanes, :] = part.transpose(0, 2, 1)
        else:
            found[:, :, lanes] = part
    return found


def _top(net: Network, marks: Marks) -> int:
    return max(int(net.day.arrive.max(initial=0)), int(marks.times[-1]))


def _turn_marks(marks: Marks, top: int) -> Marks:
    return Marks(top - int(marks.times[-1]), marks.step, marks.count)
