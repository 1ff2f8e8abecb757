"""Stop times of a GTFS feed: where a trip calls, when, and whether one may get on and off."""

from __future__ import annotations

import pandas as pd

from hechang.intake.sheets.faults import FAULTS_OF_ONE_KIND, Where, fault
from hechang.intake.sheets.gtfs_desk import WHOLE, Desk, decimals, filled, flags, part_of, seconds, unknown
from hechang.intake.sheets.part import Part

NAME = "stop_times.txt"
NONE = "1"  # pickup_type and drop_off_type of a call at which one may not; 2 and 3 are by arrangement, and one may


def stop_times(desk: Desk) -> Part:
    """Calls of all trips. A trip may call twice at a stop; times between timed stops may be missing."""
    frame = desk.frames[NAME]
    unknown(desk, NAME, "trip_id", ("trips.txt", desk.frames["trips.txt"]["trip_id"]))
    unknown(desk, NAME, "stop_id", ("stops.txt", desk.frames["stops.txt"]["stop_id"]))
    whole = frame["stop_sequence"].str.fullmatch(WHOLE)
    desk.tell("not-whole", NAME, "stop_sequence", frame.index[~whole])
    made = pd.DataFrame({
        "trip": frame["trip_id"], "sequence": frame["stop_sequence"].where(whole, pd.NA).astype("int64[pyarrow]"),
        "stop": frame["stop_id"], "arrive": seconds(desk, NAME, "arrival_time"),
        "depart": seconds(desk, NAME, "departure_time"),
    })  # fmt: skip
    for column, field in (("pickup_type", "board"), ("drop_off_type", "alight")):
        if column in frame.columns:
            codes = flags(desk, NAME, column, ("0", "1", "2", "3"))
            made[field] = codes.where(codes.ne(""), pd.NA).ne(NONE)
    desk.tell("duplicate", NAME, "trip_id", made.index[made.duplicated(["trip", "sequence"])], near="-")
    ordered = made.dropna(subset=["sequence"]).sort_values(["trip", "sequence"])
    _untimed_ends(desk, ordered)
    _backwards(desk, ordered)
    _distances(desk, ordered)
    return part_of(NAME, "stop_times", made)


def _tell(desk: Desk, kind: str, calls: pd.DataFrame) -> None:
    for line, trip, sequence in zip(calls.index, calls["trip"], calls["sequence"], strict=True):
        where = Where(desk.file, NAME, str(line), "stop_times", "arrive")
        desk.told.append(fault(kind, where, value=str(trip), near=str(sequence)))


def _untimed_ends(desk: Desk, ordered: pd.DataFrame) -> None:
    """Find trips whose first or last call has no time: nothing can be put in between."""
    ends = ~(ordered["trip"].duplicated() & ordered["trip"].duplicated(keep="last"))
    bare = ordered["arrive"].isna() & ordered["depart"].isna()
    _tell(desk, "gtfs-end-times", ordered[ends & bare].head(FAULTS_OF_ONE_KIND))


def _backwards(desk: Desk, ordered: pd.DataFrame) -> None:
    """Find stops of a trip that are reached before the stop before them is left."""
    trip = ordered["trip"]
    left = ordered["depart"].fillna(ordered["arrive"]).groupby(trip, sort=False).ffill()
    left = left.groupby(trip, sort=False).shift()
    reached = ordered["arrive"].fillna(ordered["depart"])
    wrong = ((reached < left) | (ordered["depart"] < ordered["arrive"])).fillna(False)
    _tell(desk, "gtfs-backwards", ordered[wrong].head(FAULTS_OF_ONE_KIND))


def _distances(desk: Desk, ordered: pd.DataFrame) -> None:
    """Find distances along a trip that are no figures, or fall back; they are not used, so nothing stops at them."""
    if "shape_dist_traveled" not in desk.frames[NAME].columns:
        return
    texts = filled(desk.frames[NAME], "shape_dist_traveled").reindex(ordered.index)
    run = decimals(texts)
    before = run.groupby(ordered["trip"], sort=False).ffill().groupby(ordered["trip"], sort=False).shift()
    wrong = ((texts.notna() & run.isna()) | (run < 0) | (run < before)).fillna(False)
    desk.tell("gtfs-distance", NAME, "shape_dist_traveled", ordered.index[wrong])
