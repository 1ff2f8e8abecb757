"""Travel times by timetable: exact, many to many, over all departures of a window; the very trips; what a change does.

Here: arrays in, arrays out. Does not belong here: regions and their tables (`atlas`).
"""

from hechang.engines.travel.calls import departures, filled, repeated
from hechang.engines.travel.changes import Whole, after, whole
from hechang.engines.travel.fastest import Fastest, Leg, fastest, journeys
from hechang.engines.travel.matrix import travel_times
from hechang.engines.travel.plan import Network
from hechang.engines.travel.questions import Doors, Effort, Limits, Marks
from hechang.engines.travel.timetable import DAY, Timetable, around_midnight, first_backward, timetable
from hechang.engines.travel.walks import Edges, closed, declared, edges

__all__ = [
    "DAY", "Doors", "Edges", "Effort", "Fastest", "Leg", "Limits", "Marks", "Network", "Timetable", "Whole", "after",
    "around_midnight", "closed", "declared", "departures", "edges", "fastest", "filled", "first_backward", "journeys",
    "repeated", "timetable", "travel_times", "whole",
]  # fmt: skip
