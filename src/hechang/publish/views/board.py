"""The board of projects: a column for every stage, with counts, money and the first rows."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from hechang.publish.results import Results
from hechang.publish.rows import simple
from hechang.publish.views.shelf import Shelf, Wanted, in_order, kept, names_of, rows_at
from hechang.register.choosing import NONE, Ints
from hechang.terms.errors import not_known
from hechang.terms.specs import codes

SUMS = ("invest_total", "plan", "done")


def board(
    results: Results, shelf: Shelf, wanted: Wanted, *, column: str = "", offset: int = 0, limit: int = 20
) -> list[dict[str, Any]]:
    """Return the columns, each with rows `offset` to `offset + limit`; one column only where `column` names it.

    Raises
    ------
    NotKnown
        for a column that is no stage, or a filter value no project has.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.publish.views.shelf import shelf, wanted
    >>> results = Results(tiny())
    >>> found = board(results, shelf(results), wanted({}))
    >>> [(one["stage"], one["count"]) for one in found if one["count"]]
    [('signed', 1), ('filed', 1), ('started', 2)]
    """
    stages = [*codes("stages"), NONE]
    if column and column not in stages:
        raise not_known("stage", "节点", column[:60], stages)
    order = in_order(results, shelf, kept(shelf, wanted), wanted.sort)
    stage = shelf.rows["stage"].astype("string").fillna(NONE).to_numpy(dtype=object)[order]
    parts = {name: order[stage == name] for name in ([column] if column else stages)}
    parts = {name: at for name, at in parts.items() if name != NONE or column or len(at)}
    shown = {name: at[offset : offset + limit] for name, at in parts.items()}
    rows = iter(rows_at(shelf, np.concatenate([*shown.values(), order[:0]])))
    return [
        {"stage": name, **names_of(results, "stage", name), "count": len(at), **sums(shelf.rows, at),
         "offset": offset, "rows": list(islice(rows, len(shown[name])))}
        for name, at in parts.items()
    ]  # fmt: skip


def sums(rows: pd.DataFrame, at: Ints) -> dict[str, Any]:
    """Return the sums of money [分] of some rows, null where none is known.

    Examples
    --------
    >>> sums(pd.DataFrame({"invest_total": [1, None], "plan": [None, None], "done": [2, 3]}), np.array([0, 1]))
    {'invest_total': 1, 'plan': None, 'done': 5}
    """
    found = {name: pd.to_numeric(rows[name].iloc[at]).sum(min_count=1) for name in SUMS}
    return {name: None if pd.isna(amount) else int(simple(amount)) for name, amount in found.items()}
