"""New projects of a return that look like one it was asked for and left out: perhaps typed anew under another name."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hechang.intake.letters import letters
from hechang.intake.rounds.questions import ASK
from hechang.intake.rounds.reading import Returned, fresh_projects
from hechang.region.region import Region
from hechang.register.linkage import candidates
from hechang.terms.findings import Finding

COMPARED = ["name", "place", "category", "company", "status"]
COLUMNS = ["a", "b", "score", "reason", "reason_en", "before", "after", "cell"]


def renames(region: Region, returned: Returned) -> pd.DataFrame:
    """New projects that may be known ones under another name, in the same place or of the same company.

    Only projects the body was asked for and says nothing of are looked at.

    Returns
    -------
    DataFrame
        a (the known project), b (`new:SHEETNUMBER/ROW`), score [0-1], reason, reason_en, before and after (names), cell
        (`SHEET!B7`).
    """
    fresh = fresh_projects(returned.seen)
    left = _left_out(region, returned) if len(fresh) else pd.DataFrame()
    if left.empty or "name" not in fresh:
        return pd.DataFrame(columns=COLUMNS)
    new = fresh.set_index("new:" + fresh["@main"].astype(str)).dropna(subset="name")
    both = pd.concat([left.assign(year=0), new.reindex(columns=COMPARED).assign(year=1)])
    found = candidates(both)
    near = found["same_place"].gt(0) | found["same_company"].gt(0)
    found = found[found["kind"].eq("renamed") & near].reset_index(drop=True)
    names, at = both["name"], next(c for c in returned.seen.columns if (c.table, c.field) == ("projects", "name"))
    rows = new.loc[found["b"]]
    sheet = rows["@cell"].astype(str).str.replace(r"![^!]*$", "!", regex=True)
    cell = sheet + letters(at.position) + rows["@row"].astype(str)
    return found.assign(before=found["a"].map(names), after=found["b"].map(names), cell=cell.tolist())[COLUMNS]


def _left_out(region: Region, returned: Returned) -> pd.DataFrame:
    """Projects the body was asked for that have no row in its return."""
    sql = """
        SELECT id, name, place, category, company, status FROM projects WHERE id IN (
            SELECT unnest(json_extract_string(asked, '$[*]')) FROM round_bodies
            WHERE round = $round AND body = $body)"""
    asked = region.query(sql, round=returned.round, body=returned.body).set_index("id")
    told = {*returned.rows.index.astype(str), *returned.answers["project"].astype(str)}
    return asked[~asked.index.isin(told)]


def renames_asked(returned: Returned, found: pd.DataFrame) -> tuple[Finding, ...]:
    """Ask the body of each new project whether it is the known one."""
    return tuple(_question(returned, row) for row in found.astype(str).to_dict("records"))


def _question(returned: Returned, row: Mapping[object, str]) -> Finding:
    sheet, _, cell = row["cell"].rpartition("!")
    return Finding(
        en=f"'{row['after']}' is new; is it '{row['before']}' ({row['a']}) renamed? {row['reason_en']}",
        zh=f"“{row['after']}”为新项目; 是否由“{row['before']}”({row['a']})更名? {row['reason']}",
        mend_en="if so, keep its row with its number and change the name only",
        mend_zh="如系更名, 请保留原项目的编号, 只改名称; 如为新项目, 请说明",
        file=returned.path.name, sheet=sheet, cell=cell, table="projects", field="name", value=row["after"],
        kind=ASK + "renamed", severity="warning",
    )  # fmt: skip


def proposed(region: Region, found: pd.DataFrame, ids: Mapping[str, str]) -> list[dict[str, object]]:
    """Rows of `project_links` for the office to decide on; a pair that was seen before is not proposed again."""
    if found.empty:
        return []
    known = region.table("project_links", columns=["a", "b"])
    seen = set(zip(known["a"], known["b"], strict=True))
    synthetic = region.table("projects", columns=["synthetic"], where={"id": found["a"].tolist()})["synthetic"]
    pairs = found.assign(b=found["b"].map(dict(ids)))
    return [
        {"a": row["a"], "b": row["b"], "kind": "renamed", "score": float(row["score"]), "state": "open",
         "reason": f"{row['reason']} / {row['reason_en']}", "synthetic": bool(synthetic.get(row["a"], False))}
        for row in pairs.to_dict("records") if (row["a"], row["b"]) not in seen
    ]  # fmt: skip
