"""GTFS feeds: where trips call and when, on which days, how often, how one changes, with the faults feeds really have.

Times run past 24:00:00 for what leaves after midnight; they are kept as seconds since the start of the day. A feed that
this program wrote carries three columns of its own: `times` of trips, `assumption` of routes, `place` of stops.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from hechang.intake.sheets import limits
from hechang.intake.sheets.faults import file_fault
from hechang.intake.sheets.gtfs_desk import CALENDARS, NEEDED, OTHERS, Desk, complete, text_frame
from hechang.intake.sheets.gtfs_places import stops, transfers
from hechang.intake.sheets.gtfs_services import calendars, frequencies, routes, trips
from hechang.intake.sheets.gtfs_times import stop_times
from hechang.intake.sheets.opened import file_hash
from hechang.intake.sheets.part import Part
from hechang.terms.damaged import DAMAGED
from hechang.terms.findings import Finding


@dataclass(frozen=True)
class Feed:
    """Parts of a feed by table, in the order they must be written, and what is wrong with it."""

    sha256: str
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]


def read_feed(path: Path) -> Feed:
    """Read a zipped GTFS feed; raises FileFault where the zip cannot be read."""
    limits.checked_parts(path)
    desk = Desk(path.name, {}, [])
    try:
        with zipfile.ZipFile(path) as packed:
            for name in (n for n in (*NEEDED, *CALENDARS, *OTHERS) if n in packed.namelist()):
                desk.frames[name] = text_frame(packed, name)
    except DAMAGED as error:  # what pandas cannot read is a ValueError
        raise file_fault("file-cut", file=path.name, why=str(error)[:120]) from error
    if not complete(desk):
        return Feed(file_hash(path), (), tuple(desk.told))
    parts = [stops(desk), routes(desk), calendars(desk), trips(desk), stop_times(desk)]
    beside = (("frequencies.txt", frequencies), ("transfers.txt", transfers))
    parts += [read(desk) for name, read in beside if name in desk.frames]
    return Feed(file_hash(path), tuple(parts), tuple(desk.told))
