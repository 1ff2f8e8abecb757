"""Collections of places side by side, and the collections that one place belongs to."""

from __future__ import annotations

import pandas as pd

from hechang.atlas.places import place
from hechang.region.region import Region
from hechang.terms.errors import not_known
from hechang.terms.specs import codes

# goes behind WITH RECURSIVE; gives `inside (place, up)`: each place with itself and all above it. A town below a
# statistical area lies in the city above that; nothing is counted in two ways, for each place has one parent
_INSIDE = """inside AS (SELECT id AS place, id AS up, parent, 0 AS steps FROM places
                        UNION ALL
                        SELECT i.place, p.id, p.parent, i.steps + 1 FROM inside i JOIN places p ON p.id = i.parent
                        WHERE i.steps < 8)"""
_ROWS = f"""
    WITH RECURSIVE {_INSIDE},
         wanted AS (SELECT id FROM collections WHERE ($kind = '' OR kind = $kind)
                                                     AND ($scheme = '' OR coalesce(scheme, '') = $scheme)),
         member AS (SELECT DISTINCT m.collection, m.place FROM members m JOIN wanted w ON w.id = m.collection),
         outer_one AS (SELECT m.collection, m.place FROM member m
                       WHERE NOT EXISTS (SELECT 1 FROM inside i JOIN member o ON o.place = i.up
                                         WHERE i.place = m.place AND i.steps > 0 AND o.collection = m.collection)),
         people AS (SELECT m.collection, sum(p.people)::BIGINT AS people, count(*) - count(p.people) AS no_people
                    FROM outer_one m LEFT JOIN places p ON p.id = m.place GROUP BY m.collection),
         cities AS (SELECT m.collection, count(DISTINCT p.id) AS cities FROM member m
                    JOIN inside i ON i.place = m.place JOIN places p ON p.id = i.up AND p.kind = 'city'
                    GROUP BY m.collection),
         money AS (SELECT m.collection, count(*) AS projects, sum(p.invest_total)::BIGINT AS invest_total
                   FROM outer_one m JOIN inside i ON i.up = m.place JOIN projects p ON p.place = i.place
                   GROUP BY m.collection)
    SELECT c.id, c.name, c.name_en, c.kind, c.plan, c.scheme, c.operator, c.industry,
           (SELECT count(*) FROM member m WHERE m.collection = c.id) AS places, coalesce(t.cities, 0) AS cities,
           n.people, coalesce(n.no_people, 0) AS no_people, coalesce(f.projects, 0) AS projects, f.invest_total,
           c.synthetic, c.source
    FROM collections c JOIN wanted w ON w.id = c.id LEFT JOIN people n ON n.collection = c.id
         LEFT JOIN cities t ON t.collection = c.id LEFT JOIN money f ON f.collection = c.id
    ORDER BY c.kind, c.plan, c.scheme, c.id"""


def collection_rows(region: Region, kind: str = "", scheme: str = "") -> pd.DataFrame:
    """Collections of a kind and scheme with what lies in them; they may overlap, so their figures do not add up.

    Parameters
    ----------
    kind
        Code of `collection_kinds`; all when empty.
    scheme
        Only collections of this scheme, as in collections.scheme; all when empty.

    Returns
    -------
    DataFrame
        Index = id; name, name_en, kind, plan, scheme, operator, industry, places [members], cities [they lie in],
        people [persons of the members that have a figure], no_people [members without], projects [in members or
        below], invest_total [分], synthetic, source. A member inside another one of the same collection counts once.

    Raises
    ------
    NotKnown
        for a kind nobody knows, or a scheme no collection of that kind has.

    Examples
    --------
    >>> from hechang import tiny
    >>> collection_rows(tiny(), "region")[["places", "cities", "people", "projects"]].loc["p-region"].to_list()
    [2, 2, 100, 4]
    """
    if kind and kind not in codes("collection_kinds"):
        raise not_known("kind of collection", "集合种类", kind, codes("collection_kinds"))
    rows = region.query(_ROWS, kind=kind, scheme=scheme).set_index("id")
    if scheme and rows.empty:
        known = region.table("collections", columns=["scheme"])["scheme"].dropna().unique()
        raise not_known("scheme", "体系", scheme, map(str, known))
    return rows


def memberships(region: Region, id: str) -> pd.DataFrame:
    """Collections a place belongs to, itself or through a place above it; raises as `place`.

    Returns
    -------
    DataFrame
        One row a membership, nearest first: collection, name, name_en, kind, plan, scheme, role, rank, through [the
        member: the place or one above it], synthetic.

    Examples
    --------
    >>> from hechang import tiny
    >>> memberships(tiny(), "b")[["collection", "through"]].to_numpy().tolist()
    [['p-region', 'y']]
    """
    place(region, id)
    sql = f"""
        WITH RECURSIVE {_INSIDE}
        SELECT m.id, c.id AS collection, c.name, c.name_en, c.kind, c.plan, c.scheme, m.role, m.rank,
               m.place AS through, c.synthetic
        FROM inside i JOIN members m ON m.place = i.up JOIN collections c ON c.id = m.collection
        WHERE i.place = $id ORDER BY i.steps, c.kind, c.id, m.id"""
    return region.query(sql, id=id).set_index("id")
