"""Cells that are each right and together are not: dates out of order, more done than planned, plans in the past."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from hechang.intake.sheets.faults import Where, fault
from hechang.intake.sheets.header import Column
from hechang.intake.sheets.part import Part
from hechang.intake.sheets.parts import Read
from hechang.intake.sheets.read_sheet import Book
from hechang.terms.findings import Finding
from hechang.terms.money import show_money
from hechang.terms.specs import codes

CHAIN = ("signed", "filed", "started", "completed", "producing")  # each certainly after the one before
LOOSE = (("land", "started"), ("planned", "signed"), ("started", "library"))  # usual, but offices do it otherwise


def nonsense(book: Book, read: Read, day: str) -> tuple[list[Finding], set[int]]:
    """Return the findings of a sheet whose rows contradict themselves, and the rows that hold an error."""
    dates = _dates(read)
    told = [f for pair in pairwise(CHAIN) for f in _order(book, read, dates, pair, "order-wrong")]
    gaps = [(a, b) for i, a in enumerate(CHAIN) for b in CHAIN[i + 2 :] if not _between(dates, a, b)]
    told += [f for pair in gaps for f in _order(book, read, dates, pair, "order-wrong")]
    wrong = {int(f.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for f in told}
    told += [f for pair in LOOSE for f in _order(book, read, dates, pair, "order-odd")]
    told += _future(book, read, day)
    return [*told, *_too_much(book, read)], wrong


Dates = dict[str, tuple[Column, pd.Series]]


def _dates(read: Read) -> Dates:
    """Date of each stage by row: the actual one, else the estimated one, with the column it stands in."""
    found: Dates = {}
    for part in read.beside:
        stage = dict(part.fixed).get("stage", "")
        fields = [f for f in ("actual", "estimated") if f in part.frame.columns]
        if part.table == "project_events" and fields:
            values = part.frame[fields[0]].astype(object)
            if len(fields) == 2:
                values = values.where(values.notna(), part.frame["estimated"].astype(object))
            found[stage] = (part.column(fields[0]), values.dropna())
    return found


def _between(dates: Dates, first: str, last: str) -> bool:
    """Tell whether the sheet has a stage between two others: then the nearer pairs say it all."""
    return any(stage in dates for stage in CHAIN[CHAIN.index(first) + 1 : CHAIN.index(last)])


def _order(book: Book, read: Read, dates: Dates, pair: tuple[str, str], kind: str) -> list[Finding]:
    """Find rows whose later stage certainly lies before the earlier one; `2022-09` against `2022-09-12` does not."""
    earlier, later = pair
    if earlier not in dates or later not in dates:
        return []
    column, after = dates[later]
    both = pd.DataFrame({"before": dates[earlier][1], "after": after}).dropna()
    length = both.map(len).min(axis=1) if len(both) else pd.Series(dtype=int)
    cut = [(b[:n], a[:n]) for b, a, n in zip(both["before"], both["after"], length, strict=True)]
    bad = both[[a < b for b, a in cut]] if len(both) else both
    words = {"earlier": _stage(earlier), "later": _stage(later)}
    return [
        fault(kind, Where(book.file, read.sheet, f"{column.letters}{row}", column.table, column.field),
              value=pair_of["after"], near=pair_of["before"], **words)
        for row, pair_of in bad.to_dict("index").items()
    ]  # fmt: skip


def _stage(code: str) -> tuple[str, str]:
    return codes("stages")[code].en.lower(), codes("stages")[code].zh


def _future(book: Book, read: Read, day: str) -> list[Finding]:
    told = []
    for part in read.beside:
        if part.table == "project_events" and "actual" in part.frame.columns:
            actual = part.frame["actual"].dropna()
            column = part.column("actual")
            late = actual[actual.str.slice(0, 10) > day]
            title = _stage(dict(part.fixed)["stage"])
            told += [
                fault("future-actual", Where(book.file, read.sheet, f"{column.letters}{row}", part.table, "actual"),
                      value=value, title=title, day=day)
                for row, value in late.items()
            ]  # fmt: skip
    return told


def _too_much(book: Book, read: Read) -> list[Finding]:
    """Warn where a plan of a year or the money done exceeds the total."""
    if "invest_total" not in read.main.frame.columns:
        return []
    total = read.main.frame["invest_total"]
    watched = (
        ("invest_plan", "plan-over-total"),
        ("invest_done", "done-over-total"),
        ("invest_done_total", "done-over-total"),
    )
    found = [(part, field, kind) for part in read.beside for field, kind in watched if field in part.frame.columns]
    return [f for part, field, kind in found for f in _over(book, part, field, (kind, total))]


def _over(book: Book, part: Part, field: str, against: tuple[str, pd.Series]) -> list[Finding]:
    kind, total = against
    both = pd.DataFrame({"value": part.frame[field], "near": total}).dropna()
    column = part.column(field)
    over = both[both["value"] > both["near"]]
    shown = {name: [(show_money(int(fen), "en"), show_money(int(fen))) for fen in over[name]] for name in over.columns}
    return [
        fault(kind, Where(book.file, part.sheet, f"{column.letters}{row}", part.table, field),
              value=value, near=near)
        for row, value, near in zip(over.index, shown["value"], shown["near"], strict=True)
    ]  # fmt: skip
