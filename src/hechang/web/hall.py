"""The region being served: its newest revision, or the day and branch an address asks for, with results kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace

from fastapi import Request

from hechang.publish.results import Results
from hechang.region.region import Region
from hechang.store.readers import reader
from hechang.terms.dates import Clock, now, today

KEPT = 6  # views of the region whose results are kept: newest, the day before, a branch, …
VIEW = ("on", "branch")  # parts of an address that choose the view, on every page and route


class Hall:
    """Views of one region by revision, day and branch."""

    def __init__(self, region: Region, clock: Clock = now) -> None:
        self.first = region
        self._clock = clock
        self._kept: OrderedDict[tuple[int, str, str], Results] = OrderedDict()
        self._lock = threading.Lock()

    def results(self, query: Mapping[str, str]) -> Results:
        """Return the view an address asks for; raises InputError or NotKnown where there is none."""
        region = self.region(query)
        key = (region.revision, region.day, region.branch_name)
        with self._lock:
            found = self._kept.setdefault(key, Results(region))
            self._kept.move_to_end(key)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def region(self, query: Mapping[str, str]) -> Region:
        """Return the newest state on the day and branch asked for."""
        region = self.first.branch(query["branch"]) if query.get("branch") else self.first.latest()
        day = query.get("on") or region.settings.day or today(self._clock)
        return region.on(day)


def hall_of(request: Request) -> Hall:
    """Return the hall of the application."""
    hall: Hall = request.app.state.hall
    return hall


def results_of(request: Request) -> Results:
    """Return the view this request asks for."""
    return hall_of(request).results(request.query_params)


def keep_of(request: Request) -> dict[str, str]:
    """Return what goes on to the next address: day and branch looked at."""
    return {name: request.query_params[name] for name in VIEW if request.query_params.get(name)}


def as_reader(region: Region, name: str) -> Region:
    """Return the region as seen by a known reader."""
    return replace(region, reader=reader(name))
