"""Compiled loops of the backward sweep over all rides: what is best from each wanted departure on, or aboard.

A value is a time, or a time and a number of rides in one integer; `never` is what nothing reaches.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from hechang.engines.travel.event_kernels import KEPT, NO_ROW


@njit(nogil=True, cache=True)
def sweep(rides: Any, egress: Any, moments: Any, code: Any, rows: Any, slots: Any) -> None:
    """Scan all rides, last departure first, and fill `rows`: the best value from each wanted departure on.

    rides: (dest, arrive, follow, slot, write, before, ends, look, alight); egress: (start, lane, seconds) by stop;
    moments: starts and ends of what `loops` found; code: (scale, board, never, limited); rows [layer, row, lane] where
    layer is rides allowed less one, or the only one; slots [layer, register, lane].
    """
    starts, stops = moments
    moment = len(starts) - 1
    ride = len(rides[0]) - 1
    while ride >= 0:
        if moment >= 0 and stops[moment] == ride + 1:
            _settle(starts[moment], ride + 1, rides, egress, code, rows, slots)
            ride = starts[moment] - 1
            moment -= 1
        else:
            _take(ride, rides, egress, code, rows, slots)
            ride -= 1


@njit(nogil=True, cache=True, inline="always")
def _take(ride: int, rides: Any, egress: Any, code: Any, rows: Any, slots: Any) -> None:
    dest, arrive, follow, slot, write, before, ends, look, alight = rides
    start, lanes, seconds = egress
    scale, board, never, limited = code
    mine, stop = slot[ride], dest[ride]
    low = ends[ride - 1] if ride > 0 else 0
    for layer in range(len(rows)):
        if follow[ride] < 0:
            for lane in range(rows.shape[2]):
                slots[layer, mine, lane] = never
        if alight[ride]:
            for at in range(start[stop], start[stop + 1]):
                value = rows.dtype.type((arrive[ride] + seconds[at]) * scale)
                slots[layer, mine, lanes[at]] = min(slots[layer, mine, lanes[at]], value)
        source = layer - 1 if limited else layer
        if source >= 0:
            for at in range(low, ends[ride]):
                other = look[at]
                for lane in range(rows.shape[2]):
                    here, there = slots[layer, mine, lane], rows[source, other, lane]
                    slots[layer, mine, lane] = here if here < there else there
        own = write[ride]
        if own >= 0:
            previous = own if before[ride] == KEPT else before[ride]
            if previous == NO_ROW:
                for lane in range(rows.shape[2]):
                    rows[layer, own, lane] = slots[layer, mine, lane] + board
            else:
                for lane in range(rows.shape[2]):
                    here, there = rows.dtype.type(slots[layer, mine, lane] + board), rows[layer, previous, lane]
                    rows[layer, own, lane] = here if here < there else there


@njit(nogil=True, cache=True)
def _settle(first: int, last: int, rides: Any, egress: Any, code: Any, rows: Any, slots: Any) -> None:
    """Take rides of one moment that lead to each other at that moment: again and again until nothing new opens."""
    _, _, follow, slot, write, before, _, _, _ = rides
    never = code[2]
    aboard = np.empty((last - first, len(rows), rows.shape[2]), rows.dtype)
    for ride in range(first, last):
        for layer in range(len(rows)):
            for lane in range(rows.shape[2]):
                if before[ride] == NO_ROW:
                    rows[layer, write[ride], lane] = never
                elif before[ride] != KEPT:
                    rows[layer, write[ride], lane] = rows[layer, before[ride], lane]
    news = True
    while news:
        news = False
        for ride in range(last - 1, first - 1, -1):
            for layer in range(len(rows)):
                for lane in range(rows.shape[2]):
                    value = never
                    if follow[ride] >= 0:
                        value = slots[layer, slot[ride], lane]
                        if follow[ride] < last:
                            value = aboard[follow[ride] - first, layer, lane]
                    aboard[ride - first, layer, lane] = value
                news = _once_more(ride, layer, aboard[ride - first, layer], rides, egress, code, rows) or news
    for ride in range(last - 1, first - 1, -1):
        for layer in range(len(rows)):
            for lane in range(rows.shape[2]):
                slots[layer, slot[ride], lane] = aboard[ride - first, layer, lane]


@njit(nogil=True, cache=True)
def _once_more(ride: int, layer: int, mine: Any, rides: Any, egress: Any, code: Any, rows: Any) -> bool:
    """Take one ride of a moment into account, with all rows of the moment open; tell whether its row got better."""
    dest, arrive, _, _, write, _, ends, look, alight = rides
    start, lanes, seconds = egress
    scale, board, _, limited = code
    if alight[ride]:
        for at in range(start[dest[ride]], start[dest[ride] + 1]):
            mine[lanes[at]] = min(mine[lanes[at]], rows.dtype.type((arrive[ride] + seconds[at]) * scale))
    source = layer - 1 if limited else layer
    for at in range(ends[ride - 1] if ride > 0 and source >= 0 else 0, ends[ride] if source >= 0 else 0):
        for lane in range(rows.shape[2]):
            mine[lane] = min(mine[lane], rows[source, look[at], lane])
    news, own = False, write[ride]
    if own >= 0:
        for lane in range(rows.shape[2]):
            value = rows.dtype.type(mine[lane] + board)
            if value < rows[layer, own, lane]:
                rows[layer, own, lane] = value
                news = True
    return news


@njit(nogil=True, cache=True)
def aboard(rides: Any, moments: Any, egress: Any, code: Any, rows: Any, values: Any) -> None:
    """Scan as `sweep` for one destination, keeping the best value aboard each ride: values [ride], rows [row].

    egress: seconds from each stop, or -1; code: (scale, never).
    """
    starts, stops = moments
    before, never = rides[5], code[1]
    moment, high = len(starts) - 1, len(values)
    while high > 0:
        low = high - 1
        if moment >= 0 and stops[moment] == high:
            low = starts[moment]
            moment -= 1
        for ride in range(low, high):
            values[ride] = never
            if before[ride] != KEPT:
                rows[rides[4][ride]] = never if before[ride] == NO_ROW else rows[before[ride]]
        news = True
        while news:
            news = False
            for ride in range(high - 1, low - 1, -1):
                news = _aboard_once(ride, rides, egress, code, rows, values) or news
            news = news and high > low + 1
        high = low


@njit(nogil=True, cache=True)
def _aboard_once(ride: int, rides: Any, egress: Any, code: Any, rows: Any, values: Any) -> bool:
    dest, arrive, follow, _, write, _, ends, look, alight = rides
    value = values[follow[ride]] if follow[ride] >= 0 else code[1]
    if alight[ride] and egress[dest[ride]] >= 0:
        value = min(value, (arrive[ride] + egress[dest[ride]]) * code[0])
    for at in range(ends[ride - 1] if ride > 0 else 0, ends[ride]):
        value = min(value, rows[look[at]])
    values[ride] = value
    if write[ride] >= 0 and value < code[1] and value + 1 < rows[write[ride]]:
        rows[write[ride]] = value + 1
        return True
    return False
