"""Trips a day from place to place, counted from the timetable."""

from __future__ import annotations

import pandas as pd

from hechang.atlas.places import at_level
from hechang.atlas.stations import stations
from hechang.atlas.timetables import timetable
from hechang.region.region import Region

RAIL = ("rail",)


def trains_between(region: Region, *, level: str = "city", service: str = "") -> pd.DataFrame:
    """Every trip by rail from one place to another that it calls at later, on one day of service.

    Of several stations in a place the first one counts where one may board, and the first one after it where one may
    alight: one trip is one row a pair of places.

    Parameters
    ----------
    level
        city, county or town.
    service
        Day of service [ISO]; a typical weekday when empty, see `atlas.calendars`.

    Returns
    -------
    DataFrame
        origin, dest [place codes], trip, board, alight [station names], depart, arrive [s after midnight], time_basis
        [what the times are: published, modelled, by headway, assumed].

    Examples
    --------
    >>> from hechang import tiny
    >>> trains_between(tiny()).empty  # tiny has links, and no timetable
    True
    """
    daily = timetable(region, RAIL, service)
    trips = daily.trips[daily.trips["on"]].set_index("id")
    stops = stations(region)[["id", "name", "place"]].dropna().rename(columns={"id": "stop"})
    calls = daily.calls[daily.calls["trip"].isin(trips.index)].astype({"stop": object})
    calls = calls.join(stops.set_index("stop"), on="stop", how="inner").sort_index()
    own = at_level(region, pd.Index(calls["place"].unique()), level)
    calls = calls.assign(at=calls["place"].map(own), nth=range(len(calls))).dropna(subset=["at"])
    boards, alights = calls[calls["board"]], calls[calls["alight"]]
    both = boards.drop_duplicates(["trip", "at"]).merge(alights, on="trip", suffixes=("", "_to"))
    both = both[(both["nth"] < both["nth_to"]) & (both["at"] != both["at_to"])]
    both = both.drop_duplicates(["trip", "at", "at_to"])
    made = pd.DataFrame({
        "origin": both["at"], "dest": both["at_to"], "trip": both["trip"], "board": both["name"],
        "alight": both["name_to"], "depart": both["depart"], "arrive": both["arrive_to"],
        "time_basis": both["trip"].map(trips["times"]),
    })  # fmt: skip
    return made.sort_values(["origin", "dest", "depart", "trip"], ignore_index=True)
