"""Groups of places 空间集合: levels, circles and corridors by kind, who governs zones, and what places became."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hechang.atlas.governance import governance
from hechang.atlas.layers import members
from hechang.atlas.memberships import collection_rows
from hechang.atlas.succession import changes
from hechang.publish.results import Asked, Results
from hechang.publish.rows import made_up, records
from hechang.publish.views.frame import place_names
from hechang.terms.errors import not_known
from hechang.terms.findings import Finding
from hechang.terms.specs import codes

ZONE = "zone"
EVER = 'SELECT id, any_value(name ORDER BY valid_from DESC) AS name FROM "places every" GROUP BY id'
HELD = ("collections", "members")  # tables whose findings stand on the page


def groups(asked: Asked) -> dict[str, Any]:
    """Return groups by kind, zones with who governs them and what they lack, findings on both, changes of places."""
    results = asked.results
    rows = _groups(results)
    kinds = codes("collection_kinds")
    shown = {code: records(rows[rows["kind"] == code]) for code in kinds if code != ZONE}
    return {
        "kinds": [(kinds[code], found) for code, found in shown.items() if found],
        "absent": [kinds[code] for code in kinds if not (rows["kind"] == code).any()],
        "zones": records(results.once("governance", lambda: governance(results.region))),
        "findings": _findings(results),
        "changes": records(changes(results.region)),
        "ever": dict(results.region.query(EVER).itertuples(index=False)),
        "made_up": made_up(rows),
    }


def _findings(results: Results) -> list[Finding]:
    """Findings on groups; to who may not see all, those that hold for who sees all too."""
    own = [one for one in results.findings() if one.table in HELD]
    if results.region.reader.everything or not own:
        return own
    every = results.once("findings of all", results.region.inner.check)
    return [one for one in own if one in every]


def group(asked: Asked) -> dict[str, Any]:
    """Return one group with its members, and the groups that share members with it; raises NotKnown."""
    results, id = asked.results, asked.ids[0]
    rows = _groups(results)
    if id not in rows.index:
        raise not_known("group of places", "空间集合", id, [], "/groups")
    held = results.once("members of groups", lambda: members(results.region))
    mine = held[held["collection"] == id]
    people = results.region.table("places", columns=["people", "kind"])
    shared = held[held["place"].isin(mine["place"]) & (held["collection"] != id)].groupby("collection").size()
    beside = rows.loc[rows.index.intersection(shared.index)].assign(shared=shared)
    return {
        "row": records(rows.loc[[id]])[0],
        "kind": codes("collection_kinds")[str(rows.loc[id, "kind"])],
        "members": records(mine.assign(people=mine["place"].map(people["people"]))),
        "beside": records(beside.sort_values("shared", ascending=False, kind="stable")),
        "kinds": codes("collection_kinds"),
        "places": place_names(results),
        "made_up": made_up(rows.loc[[id]]),
    }


def _groups(results: Results) -> pd.DataFrame:
    found: pd.DataFrame = results.once("groups", lambda: collection_rows(results.region))
    return found
