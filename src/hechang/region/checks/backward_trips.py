"""Trips whose times run backwards."""

from __future__ import annotations

from hechang.region.faults import Fault, found
from hechang.region.region import Region
from hechang.terms.catalogue import check
from hechang.terms.findings import Finding

FAULT = Fault(
    "backward-trip",
    "Trip {trip} arrives or leaves at {value} s, before the call in front of it",
    "车次 {trip} 的到发时刻 {value} 秒早于前一站",
    "Mend its stop times; times of the next day go on above 86400 s",
    "请改正停站时刻; 次日时刻应从 86400 秒继续",
)


@check("backward-trips", zh="时刻倒退的车次", en="Trips running backwards in time", source="GTFS stop_times")
def backward_trips(region: Region) -> list[Finding]:
    """Find calls that leave before they arrive, or arrive before the call in front has left.

    Examples
    --------
    >>> from hechang import tiny
    >>> backward_trips(tiny())
    []
    """
    sql = """
        WITH c AS (SELECT id, trip, coalesce(arrive, depart) AS value, coalesce(depart, arrive) AS leaves,
                          lag(coalesce(depart, arrive)) OVER (PARTITION BY trip ORDER BY sequence, id) AS before
                   FROM stop_times WHERE coalesce(arrive, depart) IS NOT NULL)
        SELECT id, trip, value FROM c WHERE leaves < value OR value < before ORDER BY trip, id"""
    return found(region.query(sql), FAULT, "stop_times", "arrive")
