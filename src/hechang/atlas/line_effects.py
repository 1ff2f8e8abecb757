"""What a candidate line 候选线路 would do to travel times between places, and the branch that holds it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from hechang.atlas.candidates import Candidate, Rows, rows_of, with_line
from hechang.atlas.one_net import WINDOW, minutes_over, one_net, spots
from hechang.atlas.reach import minutes_between
from hechang.atlas.timetables import timetable
from hechang.engines.access import cumulative, within
from hechang.region.region import Region
from hechang.terms.errors import InputError

DAILY = "candidate-daily"  # the calendar of lines in a region whose timetable has none
YEARS = 30  # for which it runs


class Effect(NamedTuple):
    """What a line would do.

    places: one row a place: name, people, lon, lat, people_before, people_after [persons within the limit, itself
    among them], places_before, places_after [other places within the limit], quicker, opened [places reached sooner,
    places reached at all that were not], saved [most minutes]; pairs: origin, dest, before, after [min] of all pairs
    that are quicker, most minutes saved first; those that were not reached stand first, before being empty.
    """

    rows: Rows
    places: pd.DataFrame
    pairs: pd.DataFrame


def line_effect(
    region: Region,
    line: Candidate,
    *,
    limit: float = 60,
    level: str = "county",
    plan: str = "",
    window: str = WINDOW,
    percentile: float = 50,
) -> Effect:
    """Compare travel times from door to door with and without a line; other parameters as of `minutes_between`.

    The line is added to the timetable in memory, and all times are worked out again by the same engine: the numbers are
    those of a branch that holds its rows.

    Parameters
    ----------
    line
        The candidate.
    limit
        Longest trip that counts as near [min].

    Raises
    ------
    InputError
        where the region has no timetable with positions to compare with.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.atlas.candidates import candidate
    >>> line_effect(tiny(), candidate({"type": "LineString", "coordinates": [[120, 31], [120, 32]]}))
    Traceback (most recent call last):
    ...
    hechang.terms.errors.InputError: The region has no timetable to compare with. Import one: hechang import FEED.zip
    """
    if not len(one_net(region).trips):
        raise InputError(
            "The region has no timetable to compare with. Import one: hechang import FEED.zip",
            "本区域没有可比较的时刻表, 请导入 GTFS: hechang import FEED.zip",
        )
    here = spots(region, level, plan)
    before = minutes_between(region, level=level, plan=plan, window=window, percentile=percentile)
    after = minutes_over(with_line(region, line), here, here, window=window, percentile=percentile)
    return Effect(rows_of(region, line), _places(here, before, after, limit), _pairs(before, after))


def _places(here: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame, limit: float) -> pd.DataFrame:
    people = here["people"].to_numpy(dtype=float, na_value=np.nan)
    old, new = before.to_numpy(), after.to_numpy()
    gain = _gain(old, new)
    near = {name: within(minutes, limit).sum(axis=1) - 1 for name, minutes in (("before", old), ("after", new))}
    reached = {name: cumulative(minutes, people, limit) for name, minutes in (("before", old), ("after", new))}
    return here[["name", "people", "lon", "lat"]].assign(
        people_before=reached["before"], people_after=reached["after"], places_before=near["before"],
        places_after=near["after"], quicker=(gain > 0).sum(axis=1), opened=np.isinf(gain).sum(axis=1),
        saved=np.where(np.isfinite(gain), gain, 0).max(axis=1, initial=0),
    )  # fmt: skip


def _gain(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Minutes saved; inf for what was not reached, 0 where nothing is gained."""
    gain = np.nan_to_num(old, nan=np.inf) - np.where(np.isnan(new), 0, new)
    return np.where(np.isnan(new), 0.0, gain)


def _pairs(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    old, new = before.to_numpy(), after.to_numpy()
    gain = _gain(old, new)
    a, b = np.nonzero(gain > 0)
    order = np.lexsort((b, a, -gain[a, b]))
    a, b = a[order], b[order]
    return pd.DataFrame({
        "origin": before.index[a], "dest": before.columns[b], "before": old[a, b], "after": new[a, b],
    })  # fmt: skip


def put_line(region: Region, line: Candidate, branch: str, *, by: str, why: str) -> Region:
    """Make a branch that holds a candidate line: stops, route, trips and times, all marked as made up.

    Raises
    ------
    InputError
        where a branch has that name, or it is no name for a branch.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.atlas.candidates import candidate
    >>> line = candidate({"type": "LineString", "coordinates": [[120, 31], [120, 32]]}, headway=60, hours="06:00-08:00")
    >>> made = put_line(tiny(), line, "new-line", by="zhang", why="what if")
    >>> len(made.trips), made.stops["synthetic"].all()
    (4, True)
    """
    made = rows_of(region, line)
    calendar = _calendar(region, line.mode)
    trips = made.trips.assign(calendar=calendar)
    start = region.new_branch(branch, by=by, why=why)
    with start.edit(by=by, why=why) as edit:
        if calendar == DAILY:
            edit.put("calendars", [_daily(region)])
        for table, rows in (
            ("stops", made.stops), ("routes", made.routes), ("trips", trips), ("stop_times", made.stop_times),
        ):  # fmt: skip
            if len(rows):
                edit.put(table, rows.assign(synthetic=True))
    return start.latest()


def _daily(region: Region) -> dict[str, object]:
    last = f"{int(region.day[:4]) + YEARS}-12-31"
    return {"id": DAILY, "days": "1111111", "first_day": region.day, "last_day": last, "synthetic": True}


def _calendar(region: Region, mode: str) -> str:
    """The calendar by which most trips of the mode run on its day of service, so that the line runs with them."""
    trips = timetable(region, (mode,)).trips
    found = trips.loc[trips["on"].astype(bool), "calendar"].mode()
    return str(found.iloc[0]) if len(found) else DAILY
