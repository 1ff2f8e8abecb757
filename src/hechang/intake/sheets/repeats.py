"""The same row twice: in one sheet, in two sheets, by code or by what it means in the register."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hechang.intake.sheets.faults import FAULTS_OF_ONE_KIND, Where, fault
from hechang.intake.sheets.match import BETWEEN, joined, ways
from hechang.intake.sheets.parts import Read
from hechang.intake.sheets.read_sheet import Book
from hechang.terms.findings import Finding
from hechang.terms.specs import table


def repeats(book: Book, sheets: Sequence[tuple[Read, pd.Series]]) -> tuple[list[Finding], dict[int, set[int]]]:
    """Find rows given twice; a repetition in another sheet with the same figures is read once.

    Returns
    -------
    findings, and by number of sheet the rows that are left out.
    """
    rows = pd.concat([_rows(number, read, ids) for number, (read, ids) in enumerate(sheets)], ignore_index=True)
    told: list[Finding] = []
    dropped: dict[int, set[int]] = {}
    seen: set[tuple[int, int]] = set()
    for by in [c for c in rows.columns if c not in ("sheet", "row")]:
        keyed = rows[rows[by].notna()]
        first = keyed.drop_duplicates(by).set_index(by, drop=False)
        later = keyed[keyed.duplicated(by) & ~_others(keyed, first, by)].head(FAULTS_OF_ONE_KIND)
        for again in later.to_dict("records"):
            at = (int(again["sheet"]), int(again["row"]))
            if at in seen:
                continue
            seen.add(at)
            before = (int(first["sheet"][again[by]]), int(first["row"][again[by]]))
            finding = _finding(book, sheets, (by, str(again[by])), at, before)
            told.append(finding)
            if finding.severity != "error":
                dropped.setdefault(at[0], set()).add(at[1])
    return told, dropped


def _others(rows: pd.DataFrame, first: pd.DataFrame, by: str) -> pd.Series:
    """Tell which rows mean another row of the register than the first one of the same key: they repeat nothing."""
    before = rows[by].map(first["register"])
    return rows["register"].notna() & before.notna() & (rows["register"] != before)


def _rows(number: int, read: Read, ids: pd.Series) -> pd.DataFrame:
    """Keys of the rows of one sheet: what a row is known by, and the id of the register it means."""
    frame = read.main.frame
    made = {"sheet": number, "row": frame.index}
    for way in ways(table(read.main.table))[:2]:
        if set(way) <= {*frame.columns}:
            key = joined(frame, way)
            if way == ("name", "place") and "code" in frame.columns:
                key = key.mask(frame["code"].notna(), pd.NA)  # two projects with codes may share name and place
            made["+".join(way)] = key.to_numpy(dtype=object)
    made["register"] = ids.to_numpy(dtype=object)
    return pd.DataFrame(made)


def _finding(
    book: Book,
    sheets: Sequence[tuple[Read, pd.Series]],
    key: tuple[str, str],
    at: tuple[int, int],
    before: tuple[int, int],
) -> Finding:
    by, value = key
    read, other = sheets[at[0]][0], sheets[before[0]][0]
    field = "id" if by == "register" else by.split("+")[0]
    column = read.main.column(field)
    where = Where(book.file, read.sheet, f"{column.letters}{at[1]}", read.main.table, column.field)
    words = {"value": value.replace(BETWEEN, " ").strip(), "near": str(before[1])}
    if at[0] == before[0]:
        return fault("duplicate-id" if by == "register" else "duplicate", where, **words)
    kind = "same-twice" if _agree(read, other, at[1], before[1]) else "sheets-disagree"
    return fault(kind, where, **(words | {"near": f"{other.sheet}!{before[1]}"}))


def _agree(read: Read, other: Read, row: int, before: int) -> bool:
    """Tell whether two rows of two sheets say the same wherever both say something, in all their parts."""
    theirs = {(p.table, p.fixed): p.frame for p in (other.main, *other.beside)}
    for part in (read.main, *read.beside):
        frame = theirs.get((part.table, part.fixed))
        if frame is None or row not in part.frame.index or before not in frame.index:
            continue
        shared = [f for f in part.frame.columns if f in frame.columns]
        here, there = part.frame.loc[row, shared], frame.loc[before, shared]
        if bool(((here != there) & here.notna() & there.notna()).fillna(False).any()):
            return False
    return True
