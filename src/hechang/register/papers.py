"""Papers of approval steps: what the register knows already is not asked for again.

A paper on file counts for its project, and for every project of the same company when it is filed under the
company's name; the result of an ended step counts as a paper of that step's name. What may stay away by rule stands
in `step_papers` (every project) or in the step's own `exempt` mark.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.pipeline import invested
from hechang.register.workdays import day_number, last_sql
from hechang.terms.errors import not_known
from hechang.terms.units import share

SPARED = ("reused", "exempt")
NO_PAPERS = "该事项没有材料目录 / the step has no list of papers"
# a step stands open once it could begin or began, until it ended
_OPEN = "(begun <= $day OR could_begin <= $day) AND (ended IS NULL OR ended > $day)"
# a paper wanted is looked for under the project and under its company; of several the one that lasts longest counts
_NEEDED = f"""
    WITH steps AS (SELECT a.id AS approval, a.project, a.step, a.exempt, a.basis, p.company
                   FROM approvals a JOIN projects p ON p.id = a.project
                   WHERE ($ids IS NULL OR a.project IN (SELECT unnest($ids))) AND (NOT $running OR {_OPEN})),
         lists AS (SELECT step, name, bool_or(exempt) AS exempt, min(basis) AS basis FROM step_papers GROUP BY ALL),
         wanted AS (SELECT s.approval, s.project, s.step, s.company, l.name, coalesce(l.basis, s.basis) AS basis,
                           coalesce(l.exempt, false) OR coalesce(s.exempt, false) AS exempt
                    FROM steps s JOIN lists l ON l.step = s.step),
         file AS (SELECT object, name, id, 'papers' AS held_in, document, issued, valid_until,
                         valid_until IS NULL OR valid_until >= left($day, length(valid_until)) AS good
                  FROM papers WHERE (issued IS NULL OR issued <= $day) AND name IN (SELECT name FROM lists)
                  UNION ALL SELECT project, step, id, 'approvals', paper, ended, NULL, true
                  FROM approvals WHERE ended <= $day AND step IN (SELECT name FROM lists)),
         keys AS (SELECT approval, name, project AS object FROM wanted
                  UNION ALL SELECT approval, name, company FROM wanted WHERE company IS NOT NULL),
         held AS (SELECT k.approval, k.name, f.* EXCLUDE (object, name)
                  FROM keys k JOIN file f ON f.object = k.object AND f.name = k.name
                  QUALIFY row_number() OVER (PARTITION BY k.approval, k.name ORDER BY f.good DESC,
                          f.valid_until DESC NULLS FIRST, f.issued DESC NULLS LAST, f.id) = 1)
    SELECT w.approval, w.project, w.step, w.name,
           CASE WHEN h.good THEN 'reused' WHEN w.exempt THEN 'exempt' WHEN h.id IS NOT NULL THEN 'expired'
                ELSE 'hand_in' END AS state,
           w.basis, h.id AS held, h.held_in, h.document, h.valid_until
    FROM wanted w LEFT JOIN held h ON h.approval = w.approval AND h.name = w.name"""


def needed(region: Region, *, projects: Iterable[str] | None = None, running: bool = True) -> pd.DataFrame:
    """Every paper of every step, and whether it must be handed in on the region's day.

    Parameters
    ----------
    projects
        Steps of these projects only; of all when None.
    running
        Only steps that stand open: they began or could begin, and have not ended.

    Returns
    -------
    DataFrame
        approval (id of the step), project, step, name (of the paper), state (reused: on file and valid; exempt: may
        stay away by rule; expired: on file, no longer valid; hand_in: not known), basis (of the exemption), held (row
        that holds it) of the table held_in, document, valid_until [ISO].

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("approvals", {"project": "p2", "step": "施工许可", "begun": "2022-09-01"})
    ...     _ = e.put("step_papers", [{"step": "施工许可", "name": name} for name in ("营业执照", "施工图")])
    ...     _ = e.put("papers", {"object": "p2", "name": "营业执照", "valid_until": "2022-09"})
    >>> needed(e.after)[["name", "state"]].values.tolist()
    [['施工图', 'hand_in'], ['营业执照', 'reused']]
    """
    ids = None if projects is None else [str(id) for id in projects]
    sql = f"{_NEEDED} ORDER BY w.project, w.approval, w.name"
    return region.query(sql, day=region.day, ids=ids, running=running)


def asked(region: Region, project: str, step: str) -> pd.DataFrame:
    """Papers of one step of one project, as `needed`, indexed by the name of the paper; whether it is open or not.

    Raises
    ------
    NotKnown
        for a project that does not exist, or a step it does not have.

    Examples
    --------
    >>> from hechang import tiny
    >>> asked(tiny(), "p2", "施工许可")
    Traceback (most recent call last):
    ...
    hechang.terms.errors.NotKnown: No approval step of p2 is called '施工许可'.
    """
    steps = region.table("approvals", columns=["step"], where={"project": project})["step"]
    if step not in set(steps):
        raise not_known(f"approval step of {project}", f"审批事项(项目 {project})", step, list(steps))
    found = needed(region, projects=[project], running=False)
    return found[found["step"] == step].set_index("name")


def saved(papers: pd.DataFrame, by: str = "step") -> pd.DataFrame:
    """Share of papers that need not be handed in, by step, project or approval.

    Returns
    -------
    DataFrame
        value [%], numerator [papers reused or exempt], denominator [papers asked for], reused, exempt, expired,
        hand_in [papers].

    Examples
    --------
    >>> found = pd.DataFrame({"step": ["许可"] * 4, "state": ["reused", "exempt", "expired", "hand_in"]})
    >>> saved(found)[["value", "numerator", "denominator"]].values.tolist()
    [[50.0, 2, 4]]
    """
    states = ["reused", "exempt", "expired", "hand_in"]
    counts = pd.crosstab(papers[by], papers["state"]).reindex(columns=states, fill_value=0)
    made = share(counts["reused"] + counts["exempt"], counts.sum(axis=1))
    return made.drop(columns="why_missing").join(counts)


def to_hand_in(region: Region, listing: str) -> pd.DataFrame:
    """Open steps and what still must be handed in for each: a finished list, the longest open first.

    Examples
    --------
    >>> from hechang import tiny
    >>> to_hand_in(tiny(), "x").empty
    True
    """
    steps = _steps(region).join(_asked_for(region))
    unlisted = steps.index[steps["asked"].isna()]
    rows = steps[steps["reason"].notna()].assign(table="approvals")
    rows = rows.assign(invested=invested(region, pd.Index(rows["project"])).array)
    rows = rows.sort_values(["days", "name"], ascending=[False, True], kind="stable")
    kept = ["name", "owner", "reason", "reason_en", "days", "invested", "source", "place", "synthetic", "table"]
    return listed(
        region,
        listing,
        rows[[*kept, "project", "step", "asked", "saved"]],
        following="approvals.ended",
        missing=[{"id": str(id), "why": NO_PAPERS} for id in unlisted],
    )


def _steps(region: Region) -> pd.DataFrame:
    """Open steps: names, and days since they began (or could begin)."""
    sql = f"""SELECT a.id, p.name || ' · ' || a.step AS name, coalesce(b.name, o.name, p.owner) AS owner, a.project,
                     a.step, p.place, a.source, a.synthetic, greatest($today - {last_sql("a.since")}, 0) AS days
              FROM (SELECT *, CASE WHEN begun <= $day THEN begun ELSE could_begin END AS since FROM approvals
                    WHERE {_OPEN}) a JOIN projects p ON p.id = a.project
                   LEFT JOIN bodies b ON b.id = p.lead LEFT JOIN bodies o ON o.id = p.owner
              ORDER BY a.id"""
    return region.query(sql, day=region.day, today=day_number(region.day)).set_index("id")


def _asked_for(region: Region) -> pd.DataFrame:
    """Papers asked for and spared of each open step, and the reasons (the papers by name) where some are missing."""
    missing = "state IN ('expired', 'hand_in')"
    named = (
        "array_to_string(list_sort(list(name || CASE state WHEN 'expired' THEN '{0}' ELSE '' END) FILTER ({1})), '{2}')"
    )
    zh, en = (named.format(old, missing, comma) for old, comma in (("(已过期)", "、"), (" (expired)", ", ")))
    sql = f"""SELECT id, asked, saved, '须提交: ' || zh || '; 免于提交 ' || saved || ' 份' AS reason,
                     'to hand in: ' || en || '; not asked for again: ' || saved AS reason_en
              FROM (SELECT approval AS id, count(*) AS asked, count(*) FILTER (NOT {missing}) AS saved, {zh} AS zh,
                           {en} AS en FROM ({_NEEDED}) GROUP BY approval)"""
    return region.query(sql, day=region.day, ids=None, running=True).set_index("id")
