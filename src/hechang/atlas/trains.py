"""Trips a day from place to place, counted from the timetable."""

from __future__ import annotations

import pandas as pd

from hechang.atlas.places import at_level
from hechang.region.region import Region

CALLS = """SELECT t.trip, t.sequence, s.name, s.place, t.arrive, t.depart
           FROM stop_times t JOIN stops s ON s.id = t.stop JOIN trips r ON r.id = t.trip JOIN routes l ON l.id = r.route
           WHERE coalesce(l.mode, 'rail') = 'rail' AND s.place IS NOT NULL ORDER BY t.trip, t.sequence"""


def trains_between(region: Region, *, level: str = "city") -> pd.DataFrame:
    """Every trip by rail from one place to another that it calls at later.

    Trips of all days of service count alike. Of several stations in a place the first one counts for boarding and the
    first one for alighting: one trip is one row a pair of places.

    Returns
    -------
    DataFrame
        origin, dest [place codes], trip, board, alight [station names], depart, arrive [s after midnight].

    Examples
    --------
    >>> from hechang import tiny
    >>> trains_between(tiny()).empty  # tiny has links, and no timetable
    True
    """
    calls = region.query(CALLS)
    own = at_level(region, pd.Index(calls["place"].unique()), level)
    calls = calls.assign(at=calls["place"].map(own)).dropna(subset=["at"]).drop_duplicates(["trip", "at"])
    both = calls.merge(calls, on="trip", suffixes=("", "_to")).query("sequence < sequence_to")
    made = pd.DataFrame({
        "origin": both["at"], "dest": both["at_to"], "trip": both["trip"], "board": both["name"],
        "alight": both["name_to"], "depart": both["depart"].fillna(both["arrive"]),
        "arrive": both["arrive_to"].fillna(both["depart_to"]),
    })  # fmt: skip
    return made.sort_values(["origin", "dest", "depart", "trip"], ignore_index=True)
