"""Compile the loops of the travel engine, so that no question waits: `python -m hechang.engines.travel.warm`."""

from __future__ import annotations

import numpy as np

from hechang.engines.travel.changes import after, whole
from hechang.engines.travel.fastest import fastest, journeys
from hechang.engines.travel.matrix import travel_times
from hechang.engines.travel.plan import Network
from hechang.engines.travel.questions import Doors, Marks
from hechang.engines.travel.timetable import DAY, timetable
from hechang.engines.travel.walks import closed, edges


def warm() -> None:
    """Ask one of every kind of question of two stops; the compiled loops stay on disk.

    Examples
    --------
    >>> warm()
    """
    stops = np.arange(2)
    own, one = (edges(some, some, 0 * some, origins=len(some), targets=2) for some in (stops, stops[:1]))
    for late in (300, DAY):  # times in half words, and in whole ones
        day = timetable(0 * stops, stops, late * stops, late * stops, stops=2)
        net = Network(day, closed(own, longest=0))
        for doors in (Doors(own, own), Doors(one, own)):
            travel_times(net, doors, Marks(0, 60, 2))
        fastest(net, Doors(own, own, own), (0, 60))
        journeys(net, Doors(own, own), [(0, 1, 0)])
        after(whole(net, Doors(own, own), Marks(0, 60, 2)), removed=stops[:1], added=day)


if __name__ == "__main__":
    warm()
