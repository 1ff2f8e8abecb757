"""Cells that are agreed on into the tables they belong to, inside an edit somebody else began."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd

from hechang.intake.rounds.cells import OF, rows_now
from hechang.region.edit import Edit
from hechang.region.region import Region
from hechang.terms.specs import table


@dataclass(frozen=True)
class Round:
    """For which round and whose answers are written; `made_up` marks what is told of projects that are new."""

    id: str
    body: str = ""
    made_up: bool = False


def write_cells(edit: Edit, region: Region, cells: pd.DataFrame, of: Round) -> None:
    """Put cells (indexed by `KEY`: value [JSON text], row [source]) into their rows; rows that are missing are made."""
    flat = cells.reset_index().astype(object)
    for name in OF:  # projects first: what hangs on them takes their owner and scope
        mine = flat[flat["table"] == name]
        if len(mine):
            _put(edit, region, name, mine, of)


def _put(edit: Edit, region: Region, name: str, cells: pd.DataFrame, of: Round) -> None:
    """Put rows with the same fields together, those of the register and new ones apart."""
    known = rows_now(region, name, cells)["id"]
    at = [cells["project"], cells["of"]]
    fields = cells.groupby(at)["field"].transform(lambda names: "|".join(sorted(names)))
    fresh = ~pd.MultiIndex.from_arrays(at).isin(known.index)
    for (_, new), part in cells.groupby([fields, fresh]):
        wide = part.pivot_table("value", ["project", "of"], "field", aggfunc="first")  # a cell stands once in `KEY`
        source = part.assign(row=part["row"].replace("", None)).groupby(["project", "of"])["row"].last()
        rows = wide.map(json.loads).assign(source=source.fillna(edit.source)).astype(object)
        rows = rows.assign(round=of.id) if name == "returns" else rows
        made = rows.reset_index() if new else rows.assign(id=known.reindex(rows.index)).reset_index()
        edit.put(name, _complete(region, name, made, of) if new else made.drop(columns=["project", "of"]))


def _complete(region: Region, name: str, rows: pd.DataFrame, of: Round) -> pd.DataFrame:
    """New rows with what the form does not say: what they hang on, their currency and round, whether made up."""
    known = region.table("projects", columns=["synthetic"])["synthetic"].astype(object).to_dict()
    made = rows.assign(synthetic=[bool(known.get(project, of.made_up)) for project in rows["project"]])
    fields = {f.name: f.kind for f in table(name).fields}
    if name == "projects":
        made = made.rename(columns={"project": "id"}).assign(owner=of.body or None).drop(columns="of")
    else:
        made = made.rename(columns={"of": OF[name]})
    if name == "project_years":
        made["year"] = made["year"].astype(int)
    money = any(fields.get(c) == "money" for c in rows.columns)
    return made.assign(currency="CNY") if money and "currency" not in rows.columns else made
