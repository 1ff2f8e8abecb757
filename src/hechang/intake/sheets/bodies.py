"""Bodies in cells: several names in one cell, and bodies that nobody knows yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from hechang.intake.sheets.cells import NOTHING, parted
from hechang.intake.sheets.columns import Source, Told
from hechang.intake.sheets.faults import fault
from hechang.intake.sheets.header import Column
from hechang.intake.sheets.part import Part
from hechang.intake.sheets.references import new_bodies
from hechang.intake.sheets.rows import Body
from hechang.region.region import Region
from hechang.terms.specs import table


def one_lead(source: Source, columns: Sequence[Column], body: Body, told: Told) -> tuple[tuple[Column, ...], Body]:
    """Several bodies in the cell of the lead: the first leads, the others co-operate, where the table knows such."""
    lead = next((c for c in columns if c.field == "lead" and c.spec.target == "bodies"), None)
    if lead is None:
        return tuple(columns), body
    texts = body.cells[lead.position].astype(object).fillna("").astype(str)
    known = source.known["bodies"]
    several = texts[texts.map({t: len(parted(t)) > 1 and t.strip() not in known for t in texts.unique()}).astype(bool)]
    if several.empty:
        return tuple(columns), body
    shared = "co_bodies" in [f.name for f in table(lead.table).fields]
    for row, text in several.items():
        kind = "several-leads" if shared else "several-bodies"
        told.findings.append(fault(kind, source.where(lead, f"{lead.letters}{row}"), value=text, near=parted(text)[0]))
        told.wrong.update(() if shared else (int(str(row)),))
    cells = body.cells.copy(deep=False)
    first = several.map(lambda text: parted(text)[0]).reindex(texts.index)
    cells[lead.position] = texts.where(first.isna(), first).astype("category")
    made = replace(body, cells=cells)
    return _with_rest(columns, lead, made, several) if shared else (tuple(columns), made)


def _with_rest(
    columns: Sequence[Column], lead: Column, body: Body, several: pd.Series
) -> tuple[tuple[Column, ...], Body]:
    """Put all but the first body in front of those that co-operate; where no column holds such, one is added."""
    rest = several.map(lambda text: "、".join(parted(text)[1:]))
    other = next((c for c in columns if (c.table, c.field) == (lead.table, "co_bodies")), None)
    if other is None:
        other = Column(max(map(int, body.cells.columns)) + 1, lead.title, lead.table, "co_bodies")
        body = replace(body, cells=body.cells.reindex(columns=[*body.cells.columns, other.position]))
        columns = [*columns, other]
    held = body.cells[other.position].astype(object).fillna("").astype(str)
    joined = (rest + "、" + held.reindex(rest.index).replace(list(NOTHING), "")).str.strip("、")
    cells = body.cells.copy(deep=False)
    cells[other.position] = held.mask(held.index.isin(rest.index), joined.reindex(held.index)).astype("category")
    return tuple(columns), replace(body, cells=cells)


def unknown_bodies(
    region: Region, source: Source, columns: Sequence[Column], body: Body, told: Told
) -> tuple[Source, list[Part]]:
    """Bodies that the sheet names and nobody knows: they are entered too, each with a warning.

    Returns
    -------
    The source that knows them, and the parts of the table of bodies they make.
    """
    made: list[Part] = []
    for column in (c for c in columns if c.target == "bodies"):
        texts = body.cells[column.position].astype(object).fillna("").astype(str)
        names = texts.map({text: _named(column, text) for text in texts.unique()}).explode().dropna()
        fresh = new_bodies(region, source.known["bodies"], names.unique().tolist())
        first = names[names.isin(fresh)].drop_duplicates()
        for row, text in first.items():
            told.findings.append(fault("new-body", source.where(column, f"{column.letters}{row}"), value=text))
        if fresh:
            known = {**source.known["bodies"], **{name: (id,) for name, id in fresh.items()}}
            source = replace(source, known={**source.known, "bodies": known})
            made += _parts(source, column, pd.DataFrame({"id": first.map(fresh), "name": first}))
    return source, made


def _parts(source: Source, column: Column, frame: pd.DataFrame) -> list[Part]:
    """One part for the first new body of each row, one for the second, and so on."""
    named = replace(column, table="bodies", field="name", fixed=())
    turn = frame.groupby(level=0).cumcount()
    return [
        Part(source.sheet.name, "bodies", (("new", f"{column.position}.{n}"),), (named,), frame[turn == n])
        for n in sorted(turn.unique())
    ]


def _named(column: Column, text: str) -> list[str]:
    plain = text.strip()
    if not plain or plain in NOTHING or plain[0] in "[{":
        return []
    return parted(plain) if column.spec.kind == "json" else [plain]
