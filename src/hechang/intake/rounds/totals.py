"""The 合计 row of a return against the sum of its rows: two totals that disagree are a question to the body."""

from __future__ import annotations

import pandas as pd

from hechang.intake.rounds.reading import Returned
from hechang.intake.sheets.header import Column
from hechang.intake.sheets.read_sheet import Sheet
from hechang.region.region import Region
from hechang.register.rules import rule_value
from hechang.terms.findings import Finding
from hechang.terms.money import FEN, parse_money, show_money

TOTAL = r"(?i)合计|总计|共计|total"  # a 小计 is the sum of some rows only
MISMATCH = "ask-total"


def totals(returned: Returned) -> pd.DataFrame:
    """Totals a return states under its columns of money, beside the sum of its rows.

    Returns
    -------
    DataFrame
        One row a column of money under which a total stands: field (`returns.2022-08.invest_done`), title, stated and
        summed [分], rows (how many were summed), cell (`SHEET!K350`).
    """
    sheets = {sheet.name: sheet for sheet in returned.book.sheets}
    left_out = _left_out(returned)
    made = [_of_sheet(sheets[name], rows, returned) for name, rows in _by_sheet(left_out) if name in sheets]
    empty = pd.DataFrame(columns=["field", "title", "stated", "summed", "rows", "cell"])
    return pd.concat([empty, *made], ignore_index=True)


def _by_sheet(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(str(name), part) for name, part in rows.groupby("sheet")]


def _left_out(returned: Returned) -> pd.DataFrame:
    """Rows that the reader took for totals and the like: sheet, row, total (a total of all rows, not of some)."""
    found = [f for f in returned.seen.findings if f.kind in ("total-row", "note-row", "section-row")]
    names = ["sheet", "cell", "kind", "value"]
    rows = pd.DataFrame([[getattr(f, name) for name in names] for f in found], columns=names, dtype="string")
    if rows.empty:
        return rows.assign(row=0, total=False)
    whole = rows["kind"].eq("total-row") & rows["value"].str.contains(TOTAL)
    return rows.assign(row=rows["cell"].str.extract(r"(\d+)$")[0].astype(int), total=whole)


def _of_sheet(sheet: Sheet, left_out: pd.DataFrame, returned: Returned) -> pd.DataFrame:
    at = left_out.loc[left_out["total"], "row"]
    money = [c for c in returned.seen.columns if c.spec.kind == "money" and c.position in sheet.cells.columns]
    if at.empty or not money:
        return pd.DataFrame()
    made = [_of_column(sheet, column, (int(at.max()), left_out["row"])) for column in money]
    rows = pd.DataFrame(made).dropna(subset=["stated"])
    return rows[rows["rows"] > 0].assign(cell=lambda found: sheet.name + "!" + found["cell"])


def _of_column(sheet: Sheet, column: Column, rows: tuple[int, pd.Series]) -> dict[str, object]:
    """Total and sum under one column; what is no amount is not summed (the reader tells it as a fault)."""
    total, left_out = rows
    texts = sheet.cells[column.position].astype(object)
    unit = column.unit if column.unit in FEN else "万元"
    amounts = texts.map({text: parse_money(text, unit) for text in texts.dropna().unique() if str(text).strip()})
    above = amounts[(amounts.index < total) & ~amounts.index.isin(left_out)].dropna()
    of = "".join(f".{value}" for key, value in column.fixed if key != "part")
    return {
        "field": f"{column.table}{of}.{column.field}", "title": column.title, "stated": amounts.get(total),
        "summed": int(above.sum()), "rows": len(above), "cell": f"{column.letters}{total}",
    }  # fmt: skip


def disagreements(region: Region, returned: Returned, found: pd.DataFrame) -> tuple[Finding, ...]:
    """Ask about totals that differ from the sum of their rows by more than the rule allows."""
    allowed = float(rule_value(region, "collection-round", "total_tolerance").value) * FEN["万元"]
    apart = found[(found["stated"].astype(float) - found["summed"].astype(float)).abs() > allowed]
    return tuple(_question(returned, row) for row in apart.itertuples())


def _question(returned: Returned, row: object) -> Finding:
    stated, summed, rows = (int(getattr(row, name)) for name in ("stated", "summed", "rows"))
    sheet, _, cell = str(getattr(row, "cell", "")).rpartition("!")
    en, zh = ([show_money(fen, lang) for fen in (stated, summed, stated - summed)] for lang in ("en", "zh"))
    return Finding(
        en=f"total stated {en[0]}, sum of the {rows} rows {en[1]}, difference {en[2]}",
        zh=f"合计为 {zh[0]}, {rows} 行逐项之和为 {zh[1]}, 相差 {zh[2]}",
        mend_en="correct the total or the rows; the office counts the rows",
        mend_zh="请核对合计或逐项数; 汇总以逐项数为准",
        file=returned.path.name, sheet=sheet, cell=cell, table="returns", field=str(getattr(row, "field", "")),
        value=zh[0], kind=MISMATCH, severity="warning",
    )  # fmt: skip
