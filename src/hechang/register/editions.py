"""Editions of a list: what is new, what stayed, what left and why, and the row that keeps one for ever."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from hechang.region.region import Region
from hechang.terms.ids import content_hash
from hechang.terms.specs import codes

Changes = dict[str, Any]


def previous_edition(region: Region, listing: str) -> pd.Series | None:
    """Name (`edition`) and `ids` of the latest kept edition before the region's day; None where there is none.

    Examples
    --------
    >>> from hechang import tiny
    >>> previous_edition(tiny(), "signed-not-filed") is None
    True
    """
    sql = """SELECT edition, json_extract_string("rows", '$[*].id') AS ids FROM editions
             WHERE "list" = $list AND day < $day ORDER BY day DESC, revision DESC LIMIT 1"""
    found = region.query(sql, list=listing, day=region.day)  # not the whole list: it may have megabytes
    return None if found.empty else found.iloc[0]


def changes(region: Region, listing: str, now: pd.Index, following: str) -> Changes:
    """Compare the projects on a list with those of its previous edition.

    Parameters
    ----------
    listing
        Id of the list.
    now
        Ids on the list today.
    following
        Stage whose event takes a project off the list; empty where it is no stage.

    Returns
    -------
    dict
        previous (name of that edition or None), new, stayed [ids], left [{id, why}].

    Examples
    --------
    >>> from hechang import tiny
    >>> changes(tiny(), "signed-not-filed", pd.Index(["p1"]), "filed")["previous"] is None
    True
    """
    before = previous_edition(region, listing)
    if before is None:
        return {"previous": None, "new": [], "stayed": [], "left": []}
    old = pd.Index(list(before["ids"]), dtype=object)
    gone = old.difference(now)
    why = why_left(region, gone, following) if len(gone) else {}
    return {
        "previous": str(before["edition"]),
        "new": [str(id) for id in now.difference(old)],
        "stayed": [str(id) for id in now.intersection(old)],
        "left": [{"id": str(id), "why": why[id]} for id in gone],
    }


def why_left(region: Region, ids: pd.Index, following: str) -> dict[str, str]:
    """Why projects are no longer on a list: the event that came, the row that ended, or data and rule changed.

    Examples
    --------
    >>> from hechang import tiny
    >>> why_left(tiny(), pd.Index(["nobody"]), "filed")
    {'nobody': '不在库 / no longer in the register'}
    """
    known = region.table("projects", columns=["name"], where={"id": list(ids)}).index
    sql = """SELECT project, min(actual) AS day FROM project_events
             WHERE stage = $stage AND actual <= $day AND project IN (SELECT unnest($ids)) GROUP BY project"""
    came = region.query(sql, stage=following, day=region.day, ids=[str(id) for id in ids]).set_index("project")["day"]
    stage = codes("stages").get(following)
    word = f"{stage.zh} {{0}} / {stage.en.lower()} {{0}}" if stage else "{0}"
    why = pd.Series("数据或规则有变 / the data or the rule changed", index=ids, dtype=object)
    why[~ids.isin(known)] = "不在库 / no longer in the register"
    why.update(came.map(word.format))
    return {str(id): str(text) for id, text in why.items()}


def edition_row(region: Region, listing: str, rows: pd.DataFrame, options: dict[str, Any]) -> dict[str, Any]:
    """Row for the table `editions` that keeps a list as it stands; the same data give the same hash.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> listed = pd.DataFrame({"name": ["甲"]}, index=pd.Index(["p1"], name="id"))
    >>> edition_row(r, "signed-not-filed", listed, {})["edition"] == r.day[:7]
    True
    """
    kept = json.loads(rows.reset_index().to_json(orient="records", force_ascii=False))
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    return {
        "list": listing,
        "edition": region.day[:7],
        "day": region.day,
        "of_revision": region.revision,
        "options": options,
        "rows": kept,
        "hash": content_hash(text.encode()),
    }


def keep(region: Region, listings: Sequence[str], *, by: str, why: str) -> Region:
    """Keep lists as they stand on the region's day as editions; the next list tells what changed since.

    Examples
    --------
    >>> from hechang import tiny
    >>> kept = keep(tiny().on("2022-08-31"), ["filed-not-started"], by="zhang", why="month end")
    >>> kept.on("2022-09-27").listing("filed-not-started").attrs["changes"]["stayed"]
    ['p2']
    """
    rows = [edition_row(region, listing, region.listing(listing), {}) for listing in listings]
    with region.edit(by=by, why=why, level=0) as e:
        e.put("editions", rows)
    return e.after
