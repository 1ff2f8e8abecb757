"""The timetable of one day of service, as every question about trips takes it: calls, trips, and ways between stops.

A missing time between timed calls stands evenly between them. A trip with frequencies stands for all its departures:
one a headway. Where a feed does not promise the very minutes (exact_times 0) they are still counted as if it did, and
the trips say so in `times`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hechang.atlas.calendars import ServiceDay, service_days
from hechang.engines import travel
from hechang.engines.travel.timetable import Flags
from hechang.region.region import Region
from hechang.terms.errors import InputError

MODES = ("rail", "metro", "bus", "ship")
PUBLISHED, HEADWAY = "published", "headway"
RUNS = ["before", "on", "after"]
BETWEEN = "\x1f"
HOUR, MINUTE = 3600, 60
TRIPS = """
    SELECT t.id, t.route, t.calendar, coalesce(l.mode, 'rail') AS mode, t.times, l.assumption
    FROM trips t JOIN routes l ON l.id = t.route
    WHERE list_contains($services, coalesce(l.mode, 'rail') || chr(31) || t.calendar) ORDER BY t.id"""
CALLS = """
    SELECT c.trip, c.sequence, c.stop, c.arrive, c.depart, coalesce(c.board, true) AS board,
           coalesce(c.alight, true) AS alight
    FROM stop_times c JOIN trips t ON t.id = c.trip JOIN routes l ON l.id = t.route
    WHERE list_contains($services, coalesce(l.mode, 'rail') || chr(31) || t.calendar) ORDER BY c.trip, c.sequence"""
WINDOWS = """SELECT trip, "start", "end", headway, coalesce(exact, false) AS exact FROM frequencies
             ORDER BY trip, "start" """


@dataclass(frozen=True)
class Daily:
    """Trips of a day of service and their calls, in their order.

    trips: id, of [id of the trip in the table], route, mode, times, assumption, before, on, after [whether it runs
    then]. calls: trip [id], sequence, stop, arrive, depart [s after midnight], board, alight.
    """

    trips: pd.DataFrame
    calls: pd.DataFrame
    days: dict[str, ServiceDay]


def timetable(region: Region, modes: tuple[str, ...] = MODES, service: str = "") -> Daily:
    """Calls of all trips of some modes on a day of service, frequencies as trips of their own.

    Parameters
    ----------
    modes
        Modes of routes; a route without one is rail.
    service
        As in `service_days`: empty for a typical weekday.

    Raises
    ------
    InputError
        as `service_days`; for a trip that runs backwards in time, or a headway that is none.

    Examples
    --------
    >>> from hechang import tiny
    >>> timetable(tiny()).calls.empty  # tiny has links, and no timetable
    True
    """
    key = ("timetable", modes, service)
    made: Daily = region.once(key, lambda: _made(region, modes, service))
    return made


def counted(region: Region, modes: tuple[str, ...] = MODES, service: str = "") -> list[dict[str, Any]]:
    """What trips a figure rests on, to stand beside it; parameters as of `timetable`.

    Returns
    -------
    list
        One entry a mode, kind of times and assumption: mode, feed, day [ISO, of service], typical [a weekday that
        stands for all], time_basis [published, modelled, by headway, assumed], trips [a day], assumption [of whoever
        made the feed, None where there is none].

    Examples
    --------
    >>> from hechang import tiny
    >>> counted(tiny())  # tiny has links, and no timetable
    []
    """
    daily = timetable(region, modes, service)
    trips = daily.trips[daily.trips["on"].astype(bool)]
    about = trips.assign(times=trips["times"].fillna(PUBLISHED), assumption=trips["assumption"].fillna(""))
    each = about.groupby(["mode", "times", "assumption"]).size().rename("trips").reset_index()
    return [
        {"mode": day.mode, "feed": day.feed, "day": day.day, "typical": day.typical, "time_basis": str(row["times"]),
         "trips": int(row["trips"]), "assumption": str(row["assumption"]) or None}
        for row in each.to_dict("records")
        for day in [daily.days[str(row["mode"])]]
    ]  # fmt: skip


def _made(region: Region, modes: tuple[str, ...], service: str) -> Daily:
    days = {mode: day for mode, day in service_days(region, service).items() if mode in modes}
    runs = pd.concat(
        [day.runs[day.runs.any(axis=1)].rename(index=(mode + BETWEEN + "{}").format) for mode, day in days.items()]
        or [pd.DataFrame(columns=RUNS, dtype=bool)]
    )
    asked = {"services": list(runs.index)}
    trips, calls = region.query(TRIPS, **asked), region.query(CALLS, **asked)
    held = runs.reindex(trips["mode"] + BETWEEN + trips["calendar"]).set_index(trips.index).astype(bool)
    trips = trips.assign(of=trips["id"]).join(held)
    calls = _timed(calls)
    windows = region.query(WINDOWS)
    windows = windows[windows["trip"].isin(set(calls["trip"]))]
    return Daily(*(_repeated(trips, calls, windows) if len(windows) else (trips, calls)), days)


def _timed(calls: pd.DataFrame) -> pd.DataFrame:
    number = pd.factorize(calls["trip"])[0]
    times = (calls[column].to_numpy(dtype=np.float64, na_value=np.nan) for column in ("arrive", "depart"))
    arrive, depart, timed = travel.filled(number, *times)
    made = calls.assign(arrive=arrive, depart=depart)[timed].reset_index(drop=True)
    refuse_backward(made, travel.first_backward(number[timed], arrive[timed], depart[timed]))
    return made.astype({"board": bool, "alight": bool})


def _repeated(trips: pd.DataFrame, calls: pd.DataFrame, windows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Trips and calls, those with windows replaced by one trip a departure."""
    _refuse_headways(windows)
    start, end, headway = (windows[column].to_numpy(dtype=np.int64) for column in ("start", "end", "headway"))
    window, leaves = travel.departures(start, end, headway)
    of = windows["trip"].to_numpy(dtype=object)[window]
    ids = pd.Series(of) + " " + pd.Series(leaves).map(_clock)
    number, named = pd.factorize(calls["trip"])
    first, count = np.searchsorted(number, np.arange(len(named))), np.bincount(number)
    copy, call = travel.repeated(first, count, pd.Index(named).get_indexer(of))
    shift = leaves[copy] - calls["depart"].to_numpy()[first][number[call]]
    copies = calls.iloc[call].assign(
        trip=ids.to_numpy(dtype=object)[copy],
        arrive=lambda c: c["arrive"] + shift,
        depart=lambda c: c["depart"] + shift,
    )
    vague = ~windows["exact"].to_numpy(dtype=bool)[window]
    made = trips.set_index("id").loc[of].reset_index(drop=True).assign(id=ids.to_numpy(dtype=object), of=of)
    plain = made["times"].isna() | made["times"].eq(PUBLISHED)
    made["times"] = made["times"].mask(vague & plain.to_numpy(), HEADWAY)
    whole = pd.concat([trips[~trips["id"].isin(of)], made], ignore_index=True)
    return whole, pd.concat([calls[~calls["trip"].isin(set(windows["trip"]))], copies], ignore_index=True)


def _refuse_headways(windows: pd.DataFrame) -> None:
    wrong = windows[windows["headway"] <= 0]
    if len(wrong):
        trip, headway = wrong.iloc[0][["trip", "headway"]]
        raise InputError(
            f"Trip '{trip}' has a headway of {headway} s. Mend its frequencies",
            f"车次“{trip}”的发车间隔为 {headway} 秒, 请改正发车间隔",
        )


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, HOUR)
    minutes, left = divmod(rest, MINUTE)
    return f"{hours:02d}:{minutes:02d}" + (f":{left:02d}" if left else "")


def refuse_backward(calls: pd.DataFrame, call: int) -> None:
    """Raise InputError for the number of a call that stands out of time; nothing for -1.

    Examples
    --------
    >>> refuse_backward(pd.DataFrame({"trip": ["G1"], "stop": ["s"]}), -1)
    """
    if call >= 0:
        trip, stop = (str(calls[column].iloc[call]) for column in ("trip", "stop"))
        raise InputError(
            f"Trip '{trip}' runs backwards in time at stop '{stop}'. Mend its stop_times; see: hechang check",
            f"车次“{trip}”在车站“{stop}”时刻倒退, 请改正停站时刻; 详见: hechang check",
        )


def rides(daily: Daily, stops: pd.Index) -> tuple[travel.Timetable, pd.Index]:
    """Rides of a day of service as one meets them from midnight on, and the ids of the trips by their number.

    Parameters
    ----------
    daily
        The timetable.
    stops
        Ids of the stops by their number; calls elsewhere are passed by.

    Examples
    --------
    >>> from hechang import tiny
    >>> rides(timetable(tiny()), pd.Index([]))[0].depart.tolist()
    []
    """
    stop = stops.get_indexer(pd.Index(daily.calls["stop"]))
    calls, stop = daily.calls[stop >= 0], stop[stop >= 0]
    number, named = pd.factorize(calls["trip"])
    arrive, depart, board, alight = (calls[column].to_numpy() for column in ("arrive", "depart", "board", "alight"))
    day = travel.timetable(number, stop, arrive, depart, stops=len(stops), board=board, alight=alight)
    runs: Flags = daily.trips.set_index("id").reindex(named)[RUNS].to_numpy(dtype=bool).T
    return travel.around_midnight(day, None if runs.all() else runs), pd.Index(named)
