"""The one map 一张图: places by plan version, collections, layers, shapes for maps, travel times by rail.

Does not belong here: what a figure means for the plan (`measures`), and pages (`web`).
"""

from hechang.atlas.carrying import Carried, carried
from hechang.atlas.common_parts import common_parts
from hechang.atlas.governance import governance
from hechang.atlas.layer_statistics import statistics
from hechang.atlas.layers import collections, layers, members
from hechang.atlas.memberships import collection_rows, memberships
from hechang.atlas.places import (
    children,
    cities,
    counties,
    find_place,
    members_of,
    place,
    places,
    plan_of,
    towns,
    without_places,
)
from hechang.atlas.rail import rail_journeys, rail_minutes, rail_places
from hechang.atlas.reach import minutes_between, trips_between
from hechang.atlas.shapes import as_geojson
from hechang.atlas.succession import changes, on_day, predecessors, successors
from hechang.atlas.timetables import timetable
from hechang.atlas.trains import trains_between

__all__ = [
    "Carried",
    "as_geojson",
    "carried",
    "changes",
    "children",
    "cities",
    "collection_rows",
    "collections",
    "common_parts",
    "counties",
    "find_place",
    "governance",
    "layers",
    "members",
    "members_of",
    "memberships",
    "minutes_between",
    "on_day",
    "place",
    "places",
    "plan_of",
    "predecessors",
    "rail_journeys",
    "rail_minutes",
    "rail_places",
    "statistics",
    "successors",
    "timetable",
    "towns",
    "trains_between",
    "trips_between",
    "without_places",
]
