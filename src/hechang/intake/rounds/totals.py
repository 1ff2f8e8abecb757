"""The 合计 row of a return beside the sum of its rows, as its preview found them: one that differs is a question."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from hechang.intake.sheets.preview import Preview
from hechang.region.region import Region
from hechang.register.rules import rule_value
from hechang.terms.findings import Finding
from hechang.terms.money import FEN
from hechang.terms.specs import table

TOTAL = r"(?i)合计|总计|共计|total"  # a 小计 is the sum of some rows only
MISMATCH = "ask-total"
DIFFERS = "total-differs"  # how the preview tells it


def totals(seen: Preview) -> pd.DataFrame:
    """Totals a return states under its columns of money, beside the sum of its rows.

    Returns
    -------
    DataFrame
        One row a column of money under which a total of all rows stands: field (`returns.2022-08.invest_done`), title,
        stated and summed [分], rows (how many were summed), sheet, cell.
    """
    whole = [(f.sheet, _row(f.cell)) for f in seen.findings if f.kind == "total-row" and _is_whole(f.value)]
    found = seen.totals.reindex(columns=["field", "title", "stated", "summed", "rows", "sheet", "cell"])
    at = pd.MultiIndex.from_arrays([found["sheet"], found["cell"].map(_row)])
    kept = found[at.isin(whole) & found["field"].map(_is_money).astype(bool) & found["rows"].gt(0)]
    return kept.drop_duplicates("field", keep="last").reset_index(drop=True)


def with_questions(region: Region, seen: Preview) -> tuple[Finding, ...]:
    """Findings of a preview, its totals that differ as questions; those within what the rule allows are left out."""
    allowed = float(rule_value(region, "collection-round", "total_tolerance").value) * FEN["万元"]
    rows = seen.totals.reindex(columns=["field", "stated", "summed", "sheet", "cell"])
    near = (rows["stated"].astype(float) - rows["summed"].astype(float)).abs() <= allowed
    fine = rows[near & rows["field"].map(_is_money).astype(bool)]
    left_out = set(zip(fine["sheet"], fine["cell"], strict=True))
    return tuple(
        replace(f, kind=MISMATCH) if f.kind == DIFFERS else f
        for f in seen.findings
        if f.kind != DIFFERS or (f.sheet, f.cell) not in left_out
    )


def _row(cell: str) -> int:
    return int("".join(filter(str.isdigit, cell)) or 0)


def _is_whole(word: str) -> bool:
    return bool(re.search(TOTAL, word))


def _is_money(path: str) -> bool:
    name, field = path.partition(".")[0], path.rpartition(".")[2]
    return table(name).field(field).kind == "money"
