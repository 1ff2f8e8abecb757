"""Functional zones in a list of their towns: zones that nobody knows yet are entered with it, as bodies are."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from hechang.intake.sheets.cells import NOTHING
from hechang.intake.sheets.columns import Source, Told
from hechang.intake.sheets.distinct import mapped
from hechang.intake.sheets.faults import fault
from hechang.intake.sheets.header import Column
from hechang.intake.sheets.part import Part
from hechang.intake.sheets.references import NEAR
from hechang.intake.sheets.rows import Body
from hechang.region.region import Region

ZONES = "collections"
NAME, NUMBER = "zone", "number"  # what a column that names the zone of a town holds
LONGEST = 60  # characters of the name of a zone


def named_zones(source: Source, columns: Sequence[Column], told: Told) -> tuple[Column, ...]:
    """Keep one column that names zones: their names, where there are numbers beside them."""
    parts = {dict(c.fixed).get("part"): c for c in columns if c.field == "collection"}
    if not {NAME, NUMBER} <= {*parts}:
        return tuple(columns)
    number = parts[NUMBER]
    told.findings.append(fault("zone-number-left", source.where(number, number.letters), value=number.title))
    return tuple(c for c in columns if c != number)


def unknown_zones(
    region: Region, source: Source, columns: Sequence[Column], body: Body, told: Told
) -> tuple[Source, pd.Series]:
    """Ids for zones the sheet names and nobody knows, each with a warning; a name like a known one gets none.

    Returns
    -------
    The source that knows them, and the new ids by the first row of each.
    """
    column = next((c for c in columns if c.field == "collection" and dict(c.fixed).get("part")), None)
    if column is None:
        return source, pd.Series([], dtype=object)
    texts = pd.Series(mapped(body.cells[column.position], str.strip), index=body.cells.index, dtype=object)
    known = source.known[ZONES]
    first = texts[~texts.isin([*NOTHING, *known])].drop_duplicates()
    fresh = first[first.map(lambda text: len(text) <= LONGEST and not difflib.get_close_matches(text, known, 1, NEAR))]
    _leave_known(source, columns, texts[texts.isin([*known])], told)
    for row, text in fresh.items():
        told.findings.append(fault("new-zone", source.where(column, f"{column.letters}{row}"), value=text))
    ids = fresh.map({text: region.make_id() for text in fresh})
    made = {**known, **{text: (str(id),) for text, id in zip(fresh, ids, strict=True)}}
    return replace(source, known={**source.known, ZONES: made}), ids


def _leave_known(source: Source, columns: Sequence[Column], texts: pd.Series, told: Told) -> None:
    """Say that what the sheet tells of zones in the register changes nothing of them."""
    for column in (c for c in columns if c.table == ZONES and len(texts)):
        told.findings.append(
            fault("known-zone", source.where(column, f"{column.letters}{texts.index[0]}"), value=column.title)
        )


def zone_parts(
    sheet: str, columns: Sequence[Column], values: Mapping[Column, pd.Series], ids: pd.Series, body: Body
) -> list[Part]:
    """One part with the new zones: their names, and what the sheet says of them in their first row."""
    if ids.empty:
        return []
    column = next(c for c in columns if c.field == "collection")
    name = replace(column, table=ZONES, field="name", fixed=())
    own = [c for c in columns if c.table == ZONES]
    said = {c.field: values[c].reindex(ids.index) for c in own}
    names = pd.Series(mapped(body.cells[column.position], str.strip), index=body.cells.index, dtype=object)
    frame = pd.DataFrame(
        {"id": ids, "name": names.reindex(ids.index), "kind": "zone", **said, **_since(columns, values, ids)}
    )
    return [Part(sheet, ZONES, (("new", "zones"),), (name, *own), frame)]


def _since(columns: Sequence[Column], values: Mapping[Column, pd.Series], ids: pd.Series) -> dict[str, pd.Series]:
    """Zones begin with the first of their towns that the sheet dates, if it dates all of them."""
    begun = next((values[c] for c in columns if c.field == "valid_from"), None)
    zone = next(values[c] for c in columns if c.field == "collection")
    if begun is None:
        return {}
    dates = begun.astype(object).where(begun.notna(), "")
    first = dates.groupby(zone.astype(object)).min()
    return {"valid_from": ids.map(first).replace("", None)}
