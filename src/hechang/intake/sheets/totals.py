"""Totals a sheet states beside the sum of its rows: they are never imported, two that differ are told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd

from hechang.intake.sheets.cells import Bad, Reading, read_text
from hechang.intake.sheets.columns import Source, title_of
from hechang.intake.sheets.faults import Where, Word, fault
from hechang.intake.sheets.header import Column
from hechang.intake.sheets.rows import Body
from hechang.terms.findings import Finding, errors
from hechang.terms.money import show_money
from hechang.terms.numbers import parse_number

COLUMNS = ("sheet", "cell", "field", "title", "stated", "summed", "rows")
ADDED = ("money", "int", "number")  # kinds of fields whose figures add up, where their unit does not forbid it
NOT_ADDED = ("%", "year", "degrees", "days")
MOST = 200  # rows of totals that are looked at
_WHOLE = re.compile(r"(合计|总计|共计|累计|total|sum|grandtotal)")
_LETTERS = re.compile(r"\d.*")
_DECIMALS = re.compile(r"\.(\d+)")


def totals(
    source: Source, body: Body, values: Mapping[Column, pd.Series], told: Sequence[Finding]
) -> tuple[pd.DataFrame, list[Finding]]:
    """Compare each stated total with the rows it can stand for; `told` is what was found in the cells so far.

    A 小计 stands for the rows since the last total or heading (or until the next one, where it stands above them), a
    single 合计 for all rows of the sheet. A difference of less than one in the last digit stated is rounding; under a
    column with cells that cannot be read none is told, they have to be mended first.

    Returns
    -------
    frame
        sheet, cell, field (`returns.2022-08.invest_done`), title, stated, summed (in the unit of the field, money in
        分), rows (how many were summed).
    findings
        One for each total that differs.
    """
    differing: list[Finding] = []
    made: list[dict[str, object]] = []
    unread = {_LETTERS.sub("", finding.cell) for finding in errors(told)}
    columns = [c for c in values if c.spec.kind in ADDED and c.spec.unit not in NOT_ADDED and c.field != "price_year"]
    for row, text in body.totals.head(MOST).items():
        for column in columns:
            found = _one(source, body, column, (int(str(row)), str(text)), values[column])
            if found:
                made.append(found[0])
                differing += found[1] if column.letters not in unread else []
    return pd.DataFrame(made, columns=list(COLUMNS)), differing


def _one(
    source: Source, body: Body, column: Column, total: tuple[int, str], values: pd.Series
) -> tuple[dict[str, object], list[Finding]] | None:
    text = str(source.sheet.cells[column.position].astype(object).get(total[0], "") or "")
    stated = read_text(Reading(column.spec, column.unit), text)
    stated = stated.value if isinstance(stated, Bad) else stated
    if not isinstance(stated, int | float):
        return None
    stretches = _stretches(body, total)
    sums = [(values.reindex(rows).dropna().sum(), int(values.reindex(rows).notna().sum())) for rows in stretches]
    summed, count = min(sums, key=lambda found: abs(found[0] - stated))
    of = "".join(f".{value}" for key, value in column.fixed if key != "part")
    cell = f"{column.letters}{total[0]}"
    row: dict[str, object] = {
        "sheet": source.sheet.name, "cell": cell, "field": f"{column.table}{of}.{column.field}",
        "title": column.title, "stated": stated, "summed": type(stated)(summed), "rows": count,
    }  # fmt: skip
    if not count or stated == summed or abs(summed - stated) < _last_digit(text, stated):
        return row, []
    words: dict[str, Word] = {"value": total[1], "title": title_of(column), "rows": count}
    where = Where(*source.name, cell, column.table, column.field)
    return row, [fault("total-differs", where, **words, stated=_said(column, stated), summed=_said(column, summed))]


def _stretches(body: Body, total: tuple[int, str]) -> list[pd.Index]:
    """Rows a total can stand for: all, those since the break before it, those until the break behind it."""
    row, rows = total[0], body.cells.index
    plain = unicodedata.normalize("NFKC", total[1]).lower()
    whole = bool(_WHOLE.match(plain))
    alone = sum(bool(_WHOLE.match(unicodedata.normalize("NFKC", str(text)).lower())) for text in body.totals) == 1
    if whole and alone:
        return [rows]
    before = max((at for at in body.breaks if at < row), default=0)
    behind = min((at for at in body.breaks if at > row), default=rows.max() + 1 if len(rows) else 0)
    near = [rows[(rows > before) & (rows < row)], rows[(rows > row) & (rows < behind)]]
    return [part for part in ([rows, *near] if whole else near) if len(part)] or [rows]


def _last_digit(text: str, stated: float) -> float:
    """One in the last digit of a stated figure, in the unit of the field."""
    number = parse_number(text.strip())
    if not number:
        return 0.0
    decimals = _DECIMALS.search(unicodedata.normalize("NFKC", text))
    return abs(float(Decimal(str(stated)) / number)) * 10.0 ** -(len(decimals[1]) if decimals else 0)


def _said(column: Column, value: float) -> tuple[str, str]:
    if column.spec.kind == "money":
        return show_money(int(value), "en"), show_money(int(value))
    return (f"{value:g}",) * 2
