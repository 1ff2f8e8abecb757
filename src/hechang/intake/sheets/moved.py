"""What others changed between two previews of one file: cells an import would write over with nobody seeing it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hechang.intake.sheets.match import NEW
from hechang.intake.sheets.preview import Preview
from hechang.terms.cells import plain

CELL = ["sheet", "cell", "row", "table", "field"]
COLUMNS = [*CELL, "title", "main", "id", "base", "theirs", "mine"]


def moved(seen: Preview, now: Preview) -> pd.DataFrame:
    """Cells whose value in the register is no longer the one the user saw.

    Parameters
    ----------
    seen
        The preview the user decided on.
    now
        The same file against the register of now.

    Returns
    -------
    DataFrame
        sheet, cell, row, table, field, title, main, id, base (what the user saw), theirs (what stands there now), mine
        (what the file says); one row with an empty field for a row that was known and is gone. Where others wrote the
        very value of the file there is nothing to tell.
    """
    known = _by_cell(seen.changes)
    after = _by_cell(now.changes)
    was = known["before"].reindex(after.index).to_numpy(dtype=object)
    told_then = after.index.isin(known.index)
    alike = [plain(one) == plain(other) for one, other in zip(was, after["before"], strict=True)]
    same = np.array(alike, dtype=bool) & told_then
    was = np.where(told_then, was, after["after"].to_numpy(dtype=object))  # it stood there, so it was no change
    told, base = after[~same].reset_index(), was[~same]
    cells = told.assign(base=base, theirs=told["before"], mine=told["after"])
    parts = [cells[COLUMNS], _gone(seen, now)]
    found: pd.DataFrame = pd.concat([part for part in parts if len(part)] or [cells[COLUMNS]], ignore_index=True)
    return found


def _by_cell(changes: pd.DataFrame) -> pd.DataFrame:
    made = changes.astype(object).drop_duplicates(CELL)
    return made.set_index(pd.MultiIndex.from_frame(made[CELL])).drop(columns=CELL)


def _gone(seen: Preview, now: Preview) -> pd.DataFrame:
    """Rows the user saw as known that would now be entered anew."""
    then, fresh = (frame.rows.get(seen.table, pd.DataFrame(columns=["@cell", "@state", "id"])) for frame in (seen, now))
    known = then.loc[then["@state"].ne(NEW), ["@cell", "id"]]
    lost = known[known["@cell"].isin(fresh.loc[fresh["@state"].eq(NEW), "@cell"])]
    place = lost["@cell"].astype(object).astype(str).str.rpartition("!")
    return pd.DataFrame({
        "sheet": place[0], "cell": place[2].str.partition(":")[0], "row": 0, "table": seen.table, "field": "",
        "title": "", "main": lost["id"], "id": lost["id"], "base": None, "theirs": None, "mine": None,
    }) if len(lost) else pd.DataFrame(columns=COLUMNS)  # fmt: skip
