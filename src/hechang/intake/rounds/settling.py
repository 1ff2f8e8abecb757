"""A conflict of returns is settled by the office: by the figure of one body, or by one of its own."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from hechang.intake.rounds.cells import KEY, Cell, as_json, cell_at, shown, title
from hechang.intake.rounds.claims import OFFICE
from hechang.intake.rounds.writing import Round, write_cells
from hechang.intake.sheets.cells import Bad, Reading, read_text
from hechang.region.region import Region
from hechang.terms.errors import InputError, not_known
from hechang.terms.sources import by_person
from hechang.terms.specs import table


def settle(region: Region, conflict_id: str, value: str, *, by: str, why: str, request: str | None = None) -> Region:
    """Settle a conflict: the figure goes into the register with the cell it came from, and the conflict is closed.

    A conflict that was settled can be settled anew; history keeps both. A return that comes later and says something
    new opens it again.

    Parameters
    ----------
    region
        The register.
    conflict_id
        Id of a row of `conflicts`.
    value
        Id or name of the body whose figure counts; or a value as one writes it in the form (`500`, `3.5亿元`,
        `2022-09`), then the person who settles vouches for it unless a body said the same.
    by, why
        Who settles and for what reason; the reason stays with the conflict.
    request
        Key of the request; the same key again writes nothing new.

    Raises
    ------
    NotKnown
        for a conflict that does not exist.
    InputError
        for a value that does not fit the field.
    """
    region = region.latest()
    rows = region.table("conflicts", where={"id": conflict_id})
    if rows.empty:
        raise not_known("conflict", "冲突", conflict_id, region.table("conflicts", columns=["object"]).index)
    row = rows.iloc[0]
    cell = cell_at(str(row["object"]), str(row["field"]))
    claims = [claim for claim in json.loads(row["claims"]) if not claim.get("decided")]
    chosen = _claim(cell, claims, value.strip(), by)
    with region.edit(by=by, why=why, request=request) as edit:
        index = pd.MultiIndex.from_tuples([tuple(cell)], names=KEY)
        cells = pd.DataFrame({"value": [chosen["value"]], "row": [chosen["source"]]}, index=index, dtype=object)
        write_cells(edit, region, cells, Round(str(row["round"])))
        kept = [*claims, chosen] if chosen.get("decided") else claims
        edit.put("conflicts", {"id": conflict_id, "claims": kept, "settled": chosen["shown"], "reason": why})
    return edit.after


def _claim(cell: Cell, claims: list[dict[str, Any]], text: str, by: str) -> dict[str, Any]:
    """Claim that is meant by a name or a value; a value nobody claimed becomes the office's own."""
    named = [claim for claim in claims if text and text in (claim["body"], claim["name"], claim["shown"])]
    if named:
        return named[0]
    value = _value(cell, text)
    same = next((claim for claim in claims if claim["value"] == value), None)
    own = {"body": OFFICE, "name": by, "value": value, "shown": shown(cell, value), "decided": True}
    return same or own | {"source": by_person(by)}


def _value(cell: Cell, text: str) -> str:
    field = table(cell.table).field(cell.field)
    read = None if field.kind in ("ref", "place", "json") else read_text(Reading(field, field.unit), text)
    if read is None or isinstance(read, Bad):
        raise InputError(
            f"'{text}' does not fit '{title(cell, 'en')}'. Give a value as in the form, or the name of a body",
            f"“{text}”不能作为“{title(cell)}”的值。请按填报表的写法填写, 或写采用其数的单位名称",
        )
    return as_json(read)
