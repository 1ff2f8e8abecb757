"""The city each place lies in, by climbing from parent to parent."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region

# goes behind WITH RECURSIVE; gives `city_of (place, city)`, a city lying in itself; levels above a city lie in none
CITY_OF = """climb AS (SELECT id AS place, id AS up, kind, parent, 0 AS steps FROM places
                       UNION ALL
                       SELECT c.place, p.id, p.kind, p.parent, c.steps + 1 FROM climb c JOIN places p ON p.id = c.parent
                       WHERE c.kind <> 'city' AND c.steps < 8),
             city_of AS (SELECT place, any_value(up) AS city FROM climb WHERE kind = 'city' GROUP BY place)"""


def cities(region: Region) -> pd.Series:
    """City of each place, indexed by place; places above a city are absent.

    Examples
    --------
    >>> from hechang import tiny
    >>> cities(tiny()).to_dict()
    {'a': 'x', 'b': 'y', 'c': 'y', 'x': 'x', 'y': 'y'}
    """
    sql = f"WITH RECURSIVE {CITY_OF} SELECT place, city FROM city_of ORDER BY place"
    return region.query(sql).set_index("place")["city"]
