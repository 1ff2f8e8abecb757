"""Minutes between places over the one-net of a region, with ways of one's own."""

from __future__ import annotations

from hechang.atlas.one_net import WAYS, minutes_over, one_net


def travel_minutes(region, origins, dests, ways=WAYS, **asked):
    """Minutes over the one-net of a region with other ways."""
    return minutes_over(one_net(region, ways=ways), origins, dests, **asked)
