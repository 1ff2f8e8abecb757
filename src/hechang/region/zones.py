"""Functional zones 功能区 on the region's day: the towns that each one covers, their county and their city."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region

TOWNS = ("town", "street", "township")
# goes behind WITH RECURSIVE and takes $towns; `lies (town, up)` holds each town with itself and all above it,
# `below (town, county, city)` what it lies in directly under its city, a county or a statistical area 统计区域
LIES = """up_from AS (SELECT id AS town, id AS up, parent, 0 AS steps FROM places WHERE list_contains($towns, kind)
                      UNION ALL
                      SELECT f.town, p.id, p.parent, f.steps + 1 FROM up_from f JOIN places p ON p.id = f.parent
                      WHERE f.steps < 8),
          lies AS (SELECT town, up FROM up_from),
          below AS (SELECT f.town, any_value(f.up) AS county, any_value(p.id) AS city
                    FROM up_from f JOIN places p ON p.id = f.parent WHERE p.kind = 'city' GROUP BY f.town)"""
SYSTEM = "coalesce(nullif(trim(coalesce(c.plan, '') || ' ' || coalesce(c.scheme, '')), ''), '-')"  # of a collection c


def covered(region: Region) -> pd.DataFrame:
    """Towns in zones: one row a zone and town, a county that is a member standing for all its towns.

    Returns
    -------
    DataFrame
        zone, zone_name, system (plan and scheme, within which no two zones may hold one town), town, name, county,
        county_name, city; ordered by zone and town. A town that lies in no city has neither county nor city.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("places", {"id": "t", "name": "丁镇", "kind": "town", "parent": "a"})
    ...     _ = e.put("collections", {"id": "z", "name": "科学城", "kind": "zone"})
    ...     _ = e.put("members", {"collection": "z", "place": "a"})
    >>> covered(e.after)[["zone", "town", "county", "city"]].to_numpy().tolist()
    [['z', 't', 'a', 'x']]
    """
    found: pd.DataFrame = region.once("towns in zones", lambda: _covered(region))
    return found


def _covered(region: Region) -> pd.DataFrame:
    sql = f"""
        WITH RECURSIVE {LIES}
        SELECT DISTINCT c.id AS zone, c.name AS zone_name, {SYSTEM} AS system, l.town, t.name, b.county,
               n.name AS county_name, b.city
        FROM collections c JOIN members m ON m.collection = c.id JOIN lies l ON l.up = m.place
             JOIN places t ON t.id = l.town LEFT JOIN below b ON b.town = l.town LEFT JOIN places n ON n.id = b.county
        WHERE c.kind = 'zone' ORDER BY zone, l.town"""
    return region.query(sql, towns=list(TOWNS)).astype(object)


def all_towns(region: Region) -> pd.DataFrame:
    """Towns of the region with the county and city they lie in: town, name, county, county_name, city.

    Examples
    --------
    >>> from hechang import tiny
    >>> all_towns(tiny()).empty
    True
    """
    sql = f"""
        WITH RECURSIVE {LIES}
        SELECT b.town, t.name, b.county, n.name AS county_name, b.city
        FROM below b JOIN places t ON t.id = b.town JOIN places n ON n.id = b.county ORDER BY b.town"""
    return region.query(sql, towns=list(TOWNS)).astype(object)
