"""An import before it is written: counts, how each column was understood, cells that change, findings by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hechang.intake.letters import letters
from hechang.intake.sheets.header import Column
from hechang.intake.sheets.match import CHANGED, GONE, NEW
from hechang.intake.sheets.preview import Preview
from hechang.intake.sheets.showing import show
from hechang.publish.rows import records
from hechang.region.region import Region
from hechang.terms.findings import Finding, errors
from hechang.terms.money import show_money
from hechang.terms.specs import codes, table

Row = dict[str, Any]
MANY = 20  # rows of the first look
CHANGES = ["sheet", "row", "cell", "title", "table", "id", "main", "field", "before", "after"]


def summary(seen: Preview, lang: str) -> Row:
    """Return counts, columns, unknown titles and totals of a preview."""
    ended = sum(int(frame["@state"].eq(GONE).sum()) for frame in seen.rows.values())
    counts = {name: int(seen.counts.get(name, 0)) for name in (NEW, CHANGED, "unchanged", "wrong")}
    return {
        "table": seen.table,
        "ready": seen.ready,
        "nothing_new": seen.ready and not sum(len(frame) for frame in seen.rows.values()),
        "counts": counts | {"ended": ended, "cells": len(seen.changes), "rows": sum(counts.values())},
        "faults": len(errors(seen.findings)),
        "warnings": len(seen.findings) - len(errors(seen.findings)),
        "kinds": kinds_of(seen.findings),
        "columns": [_column(one, lang) for one in seen.columns],
        "unknown": list(seen.unknown),
        "totals": _totals(seen, lang),
        "ours": seen.meta is not None,
        "written_from": None if seen.meta is None else seen.meta.revision,
    }


def kinds_of(findings: tuple[Finding, ...]) -> list[Row]:
    """How many findings there are of each kind, those that stop the import first."""
    counted = Counter((one.severity, one.kind) for one in findings)
    rows = [{"severity": severity, "kind": kind, "count": count} for (severity, kind), count in counted.items()]
    return sorted(rows, key=lambda row: (row["severity"] != "error", -row["count"]))


def _column(column: Column, lang: str) -> Row:
    fixed = dict(column.fixed)
    of = fixed.get("stage") or fixed.get("year") or fixed.get("period") or ""
    stages = codes("stages")
    spec = column.spec
    return {
        "letters": letters(column.position),
        "title": column.title,
        "table": column.table,
        "field": column.field,
        "meaning": spec.zh if lang == "zh" else spec.en,
        "of": stages[of].title(lang) if of in stages else of,
        "unit": column.unit or spec.unit or "",
        "required": spec.required,
    }


def _totals(seen: Preview, lang: str) -> list[Row]:
    wanted = ["sheet", "cell", "field", "title", "stated", "summed", "rows"]
    frame = seen.totals.reindex(columns=wanted)
    return [_total(row, lang) for row in records(frame.reset_index(drop=True))]


def _total(row: Row, lang: str) -> Row:
    name, _, rest = str(row["field"]).partition(".")
    money = table(name).field(rest.rpartition(".")[2]).kind == "money"
    said = {key: show_money(int(row[key]), lang) if money else f"{row[key]:g}" for key in ("stated", "summed")}
    head = {key: row[key] for key in ("sheet", "cell", "rows")}
    return head | said | {"title": str(row["title"]), "agrees": row["stated"] == row["summed"]}


def changes(region: Region, seen: Preview, lang: str, part: slice) -> list[Row]:
    """Return cells that change: what the register holds, what the file says, what it was when the file was written.

    `base` is filled where the workbook is one of ours and the register moved on since: such a cell is a conflict.
    """
    told = {(one.sheet, one.cell) for one in seen.findings if one.kind == "conflict"}
    cells = seen.changes.iloc[part]
    clash = pd.Series([pair in told for pair in zip(cells["sheet"], cells["cell"], strict=True)], index=cells.index)
    base = _base(region, seen, cells[clash.astype(bool)])
    return worded(region, seen.table, cells.assign(conflict=clash, base=base.reindex(cells.index)), lang, ("base",))


def _base(region: Region, seen: Preview, cells: pd.DataFrame) -> pd.Series:
    """What the register held in some cells when the workbook was written."""
    meta, found = seen.meta, pd.Series(None, index=cells.index, dtype=object)
    if meta is None or meta.store != region.store.id or cells.empty:
        return found
    then = region.at(meta.revision).on(meta.day or region.day)
    for (name, field), some in cells.groupby(["table", "field"]):
        held = then.table(str(name), columns=[str(field)], where={"id": some["id"].dropna().tolist() or [""]})
        found[some.index] = some["id"].map(held[str(field)].astype(object)).to_numpy(dtype=object)
    return found


def worded(region: Region, main: str, cells: pd.DataFrame, lang: str, also: tuple[str, ...] = ()) -> list[Row]:
    """Cells (columns of `CHANGES` or of `moved`) as people write them, each with the name of the row it stands in."""
    sides = [name for name in ("before", "after", "theirs", "mine", *also) if name in cells.columns]
    made = cells.reset_index(drop=True).astype(object)
    for name in sides:
        made[name] = in_words(region, made["table"], made["field"], made[name], lang)
    named = _names(region, main, made["main"])
    return records(made.assign(name=named, index=range(len(made))).set_index("index"))


def _names(region: Region, main: str, ids: pd.Series) -> pd.Series:
    wanted, spec = [str(id) for id in ids.dropna().unique()], table(main)
    if not wanted or spec.title_field not in spec.columns:
        return pd.Series(None, index=ids.index, dtype=object)
    known = region.table(main, columns=[spec.title_field], where={"id": wanted})[spec.title_field].astype(object)
    return ids.map(known)


def in_words(region: Region, names: pd.Series, fields: pd.Series, values: pd.Series, lang: str) -> pd.Series:
    """Values of cells as people write them: amounts with their unit, codes, places and bodies by name."""
    made = pd.Series(None, index=values.index, dtype=object)
    for (name, field), some in values.groupby([names, fields]):
        if field:
            made[some.index] = _column_in_words(region, str(name), str(field), some, lang)
    return made.where(values.notna(), None)


def _column_in_words(region: Region, name: str, field: str, values: pd.Series, lang: str) -> list[str]:
    spec = table(name).field(field)
    if spec.kind == "money":
        return ["" if pd.isna(one) else show_money(int(one), lang) for one in values]
    if spec.kind == "geometry":
        return ["" if pd.isna(one) else "…" for one in values]
    return [str(text) for text in show(region, spec, values, lang)]


def findings(seen: Preview, severity: str, kind: str) -> list[Finding]:
    """Return findings of a preview, those that stop the import first, by sheet and row."""
    kept = [f for f in seen.findings if severity in ("", f.severity) and kind in ("", f.kind)]
    return sorted(kept, key=lambda f: (f.severity != "error", f.sheet, _row(f), f.cell))


def _row(finding: Finding) -> int:
    return int("".join(filter(str.isdigit, finding.cell.partition(":")[0])) or 0)


def new_rows(region: Region, seen: Preview, lang: str, part: slice) -> Row:
    """Return sound rows the register does not have yet, with titles of their columns."""
    frame = seen.rows.get(seen.table, pd.DataFrame(columns=["@state", "@cell"]))
    fresh = frame[frame["@state"].eq(NEW)]
    wrong = {(one.sheet, _row(one)) for one in errors(seen.findings)}
    sound = [place not in wrong for place in _places(fresh["@cell"])]
    fresh = fresh[np.array(sound, dtype=bool)]
    named = [c.name for c in table(seen.table).fields if c.name in fresh.columns and fresh[c.name].notna().any()]
    shown = fresh.iloc[part].reset_index(drop=True)
    columns = {name: _column_in_words(region, seen.table, name, shown[name], lang) for name in named}
    cells = shown["@cell"].astype(object).astype(str).tolist()
    rows = [{"cell": cell, "values": dict(zip(columns, values, strict=True))}
            for cell, values in zip(cells, _across(columns, len(shown)), strict=True)]  # fmt: skip
    titles = {name: table(seen.table).field(name).title(lang) for name in named}
    return {"total": len(fresh), "titles": titles, "rows": rows}


def _places(cells: pd.Series) -> list[tuple[str, int]]:
    """Sheet and row of ranges like `SHEET!A7:K7`."""
    apart = cells.astype(object).astype(str).str.extract(r"^(.*)!\D+(\d+)").fillna("")
    return [(sheet, int(row or 0)) for sheet, row in zip(apart[0], apart[1], strict=True)]


def _across(columns: Mapping[str, list[str]], count: int) -> list[tuple[str, ...]]:
    return list(zip(*columns.values(), strict=True)) if columns else [()] * count
