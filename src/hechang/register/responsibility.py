"""Who stands for what 共商共担共享: bodies against roles for every project, with the shares they agreed on.

A share nobody agreed on stays empty: it is shown as not agreed and never worked out.
"""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region

ROLES = ("consult", "bear", "benefit", "lead", "co", "operator")
SHARED = ("bear", "benefit")  # roles whose shares of one project must add up to 100 %
ROUNDING = 0.1  # percentage points the shares may miss 100 by: three thirds are 33.3 each


def matrix(region: Region, places: list[str] | None = None) -> pd.DataFrame:
    """Bodies by project with the role each has on the region's day.

    An assignment counts from the first day of `since` to the last day of `until`. The lead on the row of a project
    that has assignments is a lead too.

    Parameters
    ----------
    places
        Keep projects in these places only; None keeps all.

    Returns
    -------
    DataFrame
        One row per project and body: project, project_name, place, body, body_name, body_name_en, one column for each
        of `ROLES` (id of the assignment, or of the project where it names its lead; null where the body has no such
        role), bear_share and benefit_share [%, null where not agreed], synthetic.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="agreed") as e:
    ...     _ = e.put("assignments", [{"object": "p1", "body": "office-x", "role": "bear", "share": 60},
    ...                               {"object": "p1", "body": "office-y", "role": "bear"}])
    >>> matrix(e.after)[["body", "bear_share"]].to_dict("records")
    [{'body': 'office-x', 'bear_share': 60.0}, {'body': 'office-y', 'bear_share': None}]
    """
    roles = ", ".join(f"min(a.id) FILTER (role = '{role}') AS {role}" for role in ROLES)
    shares = ", ".join(f"sum(share) FILTER (role = '{role}') AS {role}_share" for role in SHARED)
    sql = f"""
        WITH given AS (SELECT id, object, coalesce(body, person) AS body, role, share, synthetic FROM assignments
                       WHERE (since IS NULL OR since <= $day) AND (until IS NULL OR until >= left($day, length(until)))
                             AND role IN (SELECT unnest($roles))),
             every AS (SELECT * FROM given
                       UNION ALL SELECT id, id, lead, 'lead', NULL, synthetic FROM projects
                                 WHERE lead IS NOT NULL AND id IN (SELECT object FROM given))
        SELECT a.object AS project, any_value(p.name) AS project_name, any_value(p.place) AS place, a.body,
               any_value(coalesce(b.name, a.body)) AS body_name, any_value(b.name_en) AS body_name_en,
               {roles}, {shares}, bool_or(a.synthetic) AS synthetic
        FROM every a JOIN projects p ON p.id = a.object LEFT JOIN bodies b ON b.id = a.body
        WHERE $places IS NULL OR p.place IN (SELECT unnest($places))
        GROUP BY a.object, a.body ORDER BY a.object, a.body"""
    return region.query(sql, day=region.day, roles=list(ROLES), places=places)


def agreed(rows: pd.DataFrame) -> pd.DataFrame:
    """Whether the shares of each project are agreed on, of rows of `matrix`.

    Returns
    -------
    DataFrame
        Indexed by project, for bear and benefit: NAME_bodies (bodies in that role), NAME_given (of them with a share),
        NAME_sum [%, null where none is given] and NAME_state: none, open (no share given), part (some), full (all, and
        they add up to 100 %) or wrong.

    Examples
    --------
    >>> rows = pd.DataFrame({"project": ["p", "p"], "bear": ["a1", "a2"], "bear_share": [60.0, 40.0],
    ...                      "benefit": ["a3", None], "benefit_share": [None, None]})
    >>> agreed(rows)[["bear_state", "benefit_state"]].iloc[0].to_list()
    ['full', 'open']
    """
    groups = rows.groupby("project", sort=False)
    made: dict[str, pd.Series] = {}
    for role in SHARED:
        bodies, given = groups[role].count(), groups[f"{role}_share"].count()
        total = groups[f"{role}_share"].sum(min_count=1).astype("Float64")
        fits = ((total - 100).abs() <= ROUNDING).fillna(False)
        state = pd.Series("part", index=bodies.index, dtype="string").mask((given == bodies) & fits, "full")
        state = state.mask(total.gt(100 + ROUNDING).fillna(False) | ((given == bodies) & ~fits), "wrong")
        state = state.mask(given.eq(0), "open").mask(bodies.eq(0), "none")
        made |= {f"{role}_bodies": bodies, f"{role}_given": given, f"{role}_sum": total, f"{role}_state": state}
    return pd.DataFrame(made)
