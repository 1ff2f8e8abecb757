"""JSON cells as they go into the public copy: what nobody spoke of is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from hechang.terms.catalogue import card
from hechang.terms.catalogue import options as options_of
from hechang.terms.errors import NotKnown
from hechang.terms.rights import public_fields, public_keys
from hechang.terms.specs import tables

Ids = Mapping[str, frozenset[str]]
FIGURES = frozenset(("people", "value", "numerator", "denominator", "volume"))  # closed where small, by other rules
SCALAR = (str, int, float, bool)


def plain(text: Any) -> str | None:
    """Return texts and numbers of a cell, alone or in a list; nothing nested.

    Examples
    --------
    >>> plain('[2022, "a", {"who": "b"}]'), plain('{"who": "b"}')
    ('[2022, "a"]', None)
    """
    told = _read(text)
    if isinstance(told, list):
        return _written([one for one in told if isinstance(one, SCALAR)])
    return _written(told) if isinstance(told, SCALAR) else None


def keyed(table: str, field: str, text: Any, of: str) -> str | None:
    """Return an object with its public keys, for one layer or list, as far as they are texts and numbers.

    Examples
    --------
    >>> keyed("features", "properties", '{"icao": "ZSPD", "guard": "Li"}', "airports")
    '{"icao": "ZSPD"}'
    """
    told, allowed = _read(text), public_keys(table, field, of)
    if not isinstance(told, dict):
        return None
    return _written({key: one for key, one in told.items() if key in allowed and _flat(one)})


def knows_options(text: Any, listing: str) -> bool:
    """Tell whether options are those of the card of a list: an edition under other ones is of another list.

    Examples
    --------
    >>> knows_options('{"grace": 30}', "signed-not-filed"), knows_options('{"for": "Li"}', "signed-not-filed")
    (True, False)
    """
    told = _read(text)
    if not told:
        return True
    try:
        read = options_of(card(listing, "list"))
    except NotKnown:
        return False
    return isinstance(told, dict) and all(name in read and _flat(one) for name, one in told.items())


def edition_rows(text: Any, listing: str, ids: Ids) -> str:
    """Return the rows of an edition with public columns of their tables and what a list says in words of its own.

    What is hidden in the table of a row stays so whatever the list calls it; figures about persons are left out, for
    they may be closed where they come from. What a row names is named as far as it is public.
    """
    told = _read(text)
    return _written([_row(one, listing, ids) for one in told if isinstance(one, dict)] if told else [])


def _row(row: Mapping[str, Any], listing: str, ids: Ids) -> dict[str, Any]:
    table = str(row.get("table") or "projects")
    allowed, targets = _allowed(table, listing), _targets(table)
    made = {key: one for key, one in row.items() if key in allowed and _flat(one)}
    return {key: one if _is_public(one, targets.get(key, ""), ids) else None for key, one in made.items()}


@cache
def _allowed(table: str, listing: str) -> frozenset[str]:
    """Keys of a row of a list that are public."""
    fields, known = public_fields(table), tables().get(table)
    hidden = {field.name for field in known.fields} - fields.keys() if known else set()
    columns = {name for name, how in fields.items() if how == "yes"} - FIGURES
    return (public_keys("editions", "rows", listing) | columns) - hidden


@cache
def _targets(table: str) -> Mapping[str, str]:
    """Table that a key of a row of a list names a row of."""
    known = tables().get(table)
    kinds = {f.name: "places" if f.kind == "place" else f.target for f in known.fields} if known else {}
    named = {f.name for f in known.fields if f.kind in ("ref", "place")} if known else set()
    return {"place": "places"} | {key: kinds[key] for key in named}


def _is_public(value: Any, target: str, ids: Ids) -> bool:
    return not target or value in ids.get(target, frozenset())


def _flat(value: Any) -> bool:
    return value is None or isinstance(value, SCALAR)


def _read(text: Any) -> Any:
    return json.loads(text) if isinstance(text, str) and text else None


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
