"""The catalogue of layers, and collections of places: corridors, zones, circles, levels, clusters."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.terms.errors import not_known
from hechang.terms.specs import codes

_SHOWN = [
    "name",
    "name_en",
    "table",
    "vintage",
    "origin",
    "licence",
    "quality",
    "quality_en",
    "attribution",
    "map_number",
]


def layers(region: Region) -> pd.DataFrame:
    """Catalogue of the map: what each layer is, how old, from where, under which licence and how good.

    Examples
    --------
    >>> from hechang import tiny
    >>> list(layers(tiny()).columns[3:7])
    ['vintage', 'origin', 'licence', 'quality']
    """
    return region.table("layers", columns=_SHOWN).sort_index()


def collections(region: Region, kind: str = "", plan: str = "") -> pd.DataFrame:
    """Collections of a kind (all when empty) on the region's day, with the number of places known in each.

    Parameters
    ----------
    kind
        Code of `collection_kinds`, e.g. `corridor`; raises NotKnown for another word.
    plan
        Only collections of this plan version; all when empty.

    Examples
    --------
    >>> from hechang import tiny
    >>> collections(tiny(), "region")["places"].to_dict()
    {'p-region': 2}
    """
    if kind and kind not in codes("collection_kinds"):
        raise not_known("kind of collection", "集合种类", kind, codes("collection_kinds"))
    sql = """SELECT c.id, c.name, c.name_en, c.kind, c.plan, c.scheme, c.operator, c.industry, c.synthetic, c.source,
                    count(m.place) AS places
             FROM collections c LEFT JOIN members m ON m.collection = c.id
             WHERE ($kind = '' OR c.kind = $kind) AND ($plan = '' OR c.plan = $plan)
             GROUP BY ALL ORDER BY c.id"""
    return region.query(sql, kind=kind, plan=plan).set_index("id")


def members(region: Region, kind: str = "") -> pd.DataFrame:
    """Members of the collections of a kind: collection, place, role, rank, name of the place (null if unknown).

    A place may belong to many collections, also of one kind: circles overlap.

    Examples
    --------
    >>> from hechang import tiny
    >>> members(tiny(), "region")["place"].tolist()
    ['x', 'y']
    """
    sql = """SELECT m.id, m.collection, m.place, m.role, m.rank, p.name
             FROM members m JOIN collections c ON c.id = m.collection LEFT JOIN places p ON p.id = m.place
             WHERE $kind = '' OR c.kind = $kind ORDER BY m.collection, m.place"""
    return region.query(sql, kind=kind).set_index("id")
