"""Rows as they go into the public copy: allowed columns, in force, and nothing that names what stays behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import pandas as pd

from hechang.publish.public_json import edition_rows, keyed, knows_options, plain
from hechang.publish.results import for_public
from hechang.region.region import Region
from hechang.terms.errors import InputError
from hechang.terms.ids import content_hash
from hechang.terms.rights import public_fields
from hechang.terms.sources import parse_source
from hechang.terms.specs import Table, tables

Frames = dict[str, pd.DataFrame]
Ids = frozenset[str]
UNNAMED = "-"  # in place of a person, or of a document that is not public
LEVEL = 0  # clearance of what is public
OF = MappingProxyType({"features": "layer"})  # column that tells which keys of a JSON cell are public


def public_rows(region: Region) -> Frames:
    """Return what of each table may be published on the day of the region, by table and id; empty tables left out.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="published") as e:
    ...     _ = e.put("projects", {"id": "p1", "level": 0})
    >>> found = public_rows(e.after)
    >>> list(found), found["projects"]["source"].to_list()
    (['projects'], ['person:-'])
    """
    seen = for_public(region)
    frames = {t.name: _taken(seen, t) for t in tables().values() if public_fields(t.name)}
    frames = _closed({name: rows for name, rows in frames.items() if len(rows)})
    ids = {name: frozenset(rows.index) for name, rows in frames.items()}
    bodies = frozenset(region.inner.table("bodies", columns=["id"]).index) - ids.get("bodies", frozenset())
    told = {name: _told(tables()[name], rows, region.day) for name, rows in frames.items()}
    made = {name: _named(tables()[name], rows, ids) for name, rows in told.items()}
    if "editions" in made:
        made["editions"] = _editions(made["editions"], ids, bodies)
    return {
        name: rows.assign(owner=rows["owner"].mask(rows["owner"].isin(bodies), "local")) for name, rows in made.items()
    }


def _taken(region: Region, table: Table) -> pd.DataFrame:
    names = [name for name, how in public_fields(table.name).items() if how != "made" and name != "id"]
    rows = region.table(table.name, columns=["level", *(n for n in names if n != "level")])
    return rows[rows["level"] <= LEVEL].astype(object)


# --- rows that hang on others ----------------------------------------------------------------------------------------
def _closed(frames: Frames) -> Frames:
    """Leave out rows that cannot be without one that is not public, until none is left."""
    while True:
        every = frozenset(id for rows in frames.values() for id in rows.index)
        kept = {name: rows[_stands(tables()[name], rows, frames, every)] for name, rows in frames.items()}
        if all(len(kept[name]) == len(frames[name]) for name in frames):
            return frames
        frames = {name: rows for name, rows in kept.items() if len(rows)}


def _stands(table: Table, rows: pd.DataFrame, frames: Frames, every: Ids) -> pd.Series:
    """Tell which rows name, where they must, only rows that are public."""
    fits = pd.Series(True, index=rows.index)
    for field in (f for f in table.fields if f.name in rows.columns):
        how, target = public_fields(table.name)[field.name], _target(field.kind, field.target)
        if how in WHOLE:
            fits &= rows[field.name].map(lambda value, test=WHOLE[how]: test(value, every)).astype(bool)
        elif how == "options":
            fits &= _with(rows, field.name, "list", knows_options).astype(bool)
        elif target and field.required:
            fits &= rows[field.name].isin(frames[target].index if target in frames else [])
    return fits


def _target(kind: str, target: str) -> str:
    """Table a field names a row of; empty for other fields."""
    return "places" if kind == "place" else target if kind == "ref" else ""


def _is_row(value: Any, every: Ids) -> bool:
    return isinstance(value, str) and value.rpartition("/")[2] in every


def _are_rows(value: Any, every: Ids) -> bool:
    """Tell whether a published list, as JSON, holds only rows that are public, each from a public source."""
    listed = json.loads(value) if isinstance(value, str) else []
    return isinstance(listed, list) and all(isinstance(one, dict) and _is_open(one, every) for one in listed)


def _is_open(row: Mapping[str, Any], every: Ids) -> bool:
    if (row.get("row") or row.get("id")) not in every:
        return False
    try:
        return parse_source(str(row.get("source") or "")).ref in every
    except InputError:  # the words of a rule
        return True


WHOLE: Mapping[str, Callable[[Any, Ids], bool]] = MappingProxyType({"row": _is_row, "rows": _are_rows})


# --- what rows name --------------------------------------------------------------------------------------------------
def _named(table: Table, rows: pd.DataFrame, ids: Mapping[str, Ids]) -> pd.DataFrame:
    """Rows without the ids of what is not public, and sources without persons."""
    made = rows.assign(source=_sources(rows["source"], ids))
    every = frozenset().union(*ids.values())
    for field in (f for f in table.fields if f.name in rows.columns):
        target = _target(field.kind, field.target)
        if target:
            made[field.name] = made[field.name].where(made[field.name].isin(ids.get(target, frozenset())), None)
        elif public_fields(table.name)[field.name] == "ids":
            made[field.name] = made[field.name].map(lambda text: _known(text, every), na_action="ignore")
    return made


def _told(table: Table, rows: pd.DataFrame, day: str) -> pd.DataFrame:
    """Rows without what nobody spoke of in their JSON, and without what is not revealed yet."""
    made = rows.copy()
    for name, how in public_fields(table.name).items():
        if how == "plain":
            made[name] = made[name].map(plain)
        elif how == "keys":
            made[name] = _with(made, name, OF.get(table.name, ""), partial(keyed, table.name, name))
        elif how == "revealed":
            made[name] = made[name].where(made["revealed"].astype("string").str[:10].le(day).fillna(False), None)
    return made


def _with(rows: pd.DataFrame, name: str, other: str, work: Callable[[Any, str], Any]) -> pd.Series:
    """What `work` makes of each cell of a column and, where it is told, the cell of another column beside it."""
    beside = rows[other] if other else [""] * len(rows)
    made = [work(one, str(two)) for one, two in zip(rows[name], beside, strict=True)]
    return pd.Series(made, index=rows.index, dtype=object)


def _editions(rows: pd.DataFrame, ids: Mapping[str, Ids], bodies: Ids) -> pd.DataFrame:
    """Editions of public rows only, each with the hash of what is in it."""
    known = {"statement": ids.get("statements", frozenset()), "import": ids.get("documents", frozenset())}

    def one(text: Any, listing: str) -> str:
        told = [_unnamed(row, known, bodies) for row in json.loads(edition_rows(text, listing, ids))]
        return json.dumps(told, ensure_ascii=False, sort_keys=True)

    made = _with(rows, "rows", "list", one)
    return rows.assign(rows=made, hash=made.map(lambda text: content_hash(text.encode())))


def _unnamed(row: Mapping[str, Any], known: Mapping[str, Ids], bodies: Ids) -> dict[str, Any]:
    """Row of an edition without a body that is not public, and its source without persons."""
    made = dict(row)
    if made.get("owner") in bodies:
        made["owner"] = "local"
    try:
        return made | ({"source": _source(str(made["source"]), known)} if made.get("source") else {})
    except InputError:  # the words of a rule
        return made


def _known(text: str, every: Ids) -> str:
    listed = json.loads(text)
    named = [one for one in listed if isinstance(one, str) and one in every] if isinstance(listed, list) else []
    return json.dumps(named, ensure_ascii=False)


def _sources(column: pd.Series, ids: Mapping[str, Ids]) -> pd.Series:
    known = {"statement": ids.get("statements", frozenset()), "import": ids.get("documents", frozenset())}
    distinct = {text: _source(text, known) for text in column.unique()}
    return column.map(distinct)


def _source(text: str, known: Mapping[str, Ids]) -> str:
    source = parse_source(text)
    return text if source.ref in known.get(source.kind, frozenset()) else f"{source.kind}:{UNNAMED}"
