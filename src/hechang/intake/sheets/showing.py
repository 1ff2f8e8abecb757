"""Values of the register as cells that people read and that read back to the same values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import shapely

from hechang.intake.sheets.child import number_text
from hechang.intake.sheets.places import find_place, places_of
from hechang.intake.sheets.titles import LISTS
from hechang.region.region import Region
from hechang.terms.money import amount
from hechang.terms.specs import Field, codes, table

NUMERIC = ("int", "number", "money")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # at the start of a cell they make a formula


def show(region: Region, field: Field, column: pd.Series, lang: str = "zh") -> pd.Series:
    """Write a column as texts: codes as words, places and references by unique names, money in its unit.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> spec = table("projects").field("invest_total")
    >>> show(r, spec, r.projects["invest_total"]).tolist()
    ['10000', '20000', '12000', '12000']
    """
    distinct = column.dropna().unique()
    words = _writer(region, field, lang, [str(v) for v in distinct] if field.kind in ("place", "ref", "json") else [])
    texts = {value: words(value) for value in distinct.tolist()}
    shown = column.astype(object).map(texts) if texts else pd.Series(np.nan, index=column.index, dtype=object)
    return shown.where(shown.notna(), "").astype(object)


def _writer(region: Region, field: Field, lang: str, used: list[str]) -> Callable[[object], str]:
    if field.kind == "code":
        known = codes(field.target)
        return lambda value: known[str(value)].title(lang) if str(value) in known else str(value)
    if field.kind == "place":
        places = _place_names(region, used)
        return lambda value: places.get(str(value), str(value))
    if field.kind == "ref":
        names = _row_names(region, field.target, used)
        return lambda value: names.get(str(value), str(value))
    if field.kind == "json" and field.name in LISTS:
        return _list_of_rows(region, LISTS[field.name], used)
    plain: dict[str, Callable[[object], str]] = {
        "money": lambda value: number_text(float(amount(int(str(value)), field.unit or "万元"))),
        "number": lambda value: number_text(float(str(value))),
        "int": lambda value: number_text(float(str(value))),
        "bool": lambda value: ("yes", "no")[not value] if lang == "en" else ("是", "否")[not value],
        "json": _list_text,
        "geometry": lambda value: shapely.to_wkt(shapely.from_wkb(value), rounding_precision=7),
    }
    return plain.get(field.kind, str)


def _list_of_rows(region: Region, target: str, used: list[str]) -> Callable[[object], str]:
    """Writer of lists of ids as names: `市发改委、市住建局`."""
    lists = {text: json.loads(text) for text in used}
    names = _row_names(region, target, [str(id) for ids in lists.values() for id in ids])
    return lambda value: "、".join(names.get(str(id), str(id)) for id in lists[str(value)])


def _list_text(value: object) -> str:
    made = json.loads(str(value))
    simple = isinstance(made, list) and all(isinstance(item, int) for item in made)
    return "、".join(map(str, made)) if simple else str(value)


def _place_names(region: Region, used: list[str]) -> Mapping[str, str]:
    """Full names of places, only where the name leads back to the same place."""
    known = places_of(region)
    full = {code: "".join(known.titles[c] for c in reversed(known.up(code))) for code in used if code in known.titles}
    return {code: name for code, name in full.items() if find_place(known, {"": name}) == code}


def _row_names(region: Region, target: str, used: list[str]) -> Mapping[str, str]:
    spec = table(target)
    if "name" not in [f.name for f in spec.fields]:
        return {}
    names = region.table(target, columns=["name"])["name"].dropna()
    single = names[~names.duplicated(keep=False)]
    found = single[single.index.isin(used)]
    return {str(id): str(name) for id, name in found.items()}


def harmless(texts: pd.Series) -> pd.Series:
    """Texts of a CSV that no spreadsheet takes for a formula; numbers stay numbers.

    Examples
    --------
    >>> harmless(pd.Series(["=1+1", "-12.5", "＠x", "abc"])).tolist()
    ["'=1+1", '-12.5', "'＠x", 'abc']
    """
    plain = texts.astype(object).astype(str)
    number = plain.str.fullmatch(r"-\d+(\.\d+)?")
    return plain.mask(plain.str.startswith(DANGEROUS) & ~number, "'" + plain)
