"""Rows that a cell may name instead of their id: by code, by name, by number; and bodies that are new."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import pandas as pd

from hechang.intake.sheets.header import Column
from hechang.region.region import Region
from hechang.terms.specs import table, tables

Known = Mapping[str, tuple[str, ...]]
_NAMES = ("code", "number", "name")  # fields that name a row, beside its title field
NEAR = 0.85  # likeness from which a new body is taken for a slip of the pen, own assumption
MANY = 5_000  # names beyond which none is offered as near


def known_rows(region: Region, columns: Sequence[Column]) -> dict[str, Known]:
    """Return, for each table that a column refers to, the ids by everything that may stand for them.

    Examples
    --------
    >>> from hechang import tiny
    >>> known_rows(tiny(), [Column(0, "项目", "returns", "project")])["projects"]["T-1"]
    ('p1',)
    """
    targets = dict.fromkeys(c.target for c in columns if c.target in tables())
    return {target: _names_of(region, target) for target in targets}


def _names_of(region: Region, target: str) -> Known:
    spec = table(target)
    own = {f.name: f for f in spec.fields}
    fields = [name for name in dict.fromkeys((spec.title_field, *_NAMES)) if name in own and own[name].kind == "text"]
    frame = region.table(target, columns=fields)
    parts = [pd.Series(frame.index.astype(str), index=frame.index.astype(str))]
    parts += [pd.Series(frame.index.astype(str), index=frame[name].astype(str)) for name in fields]
    pairs = pd.concat(parts)
    pairs = pairs[~pairs.index.isin(["", "<NA>", "None", "nan"])]
    single = pairs[~pairs.index.duplicated(keep=False)]
    known = {str(name): (str(id),) for name, id in single.items()}
    double = pairs[pairs.index.duplicated(keep=False)].groupby(level=0).agg(lambda ids: tuple(dict.fromkeys(ids)))
    return known | {str(name): tuple(ids) for name, ids in double.items()}


def near_names(known: Known, text: str, count: int = 3) -> str:
    """Names like `text`, for a message; '' where there are none or too many to look through."""
    if len(known) > MANY:
        return ""
    return ", ".join(difflib.get_close_matches(text, [*known], n=count, cutoff=0.5))


def new_bodies(region: Region, known: Known, texts: Sequence[str]) -> dict[str, str]:
    """Ids for bodies that nobody knows yet and that are like no known one, by name."""
    unknown = [text for text in dict.fromkeys(texts) if text and text not in known]
    fresh = [text for text in unknown if not difflib.get_close_matches(text, [*known], n=1, cutoff=NEAR)]
    return {text: region.make_id() for text in fresh if 2 <= len(text) <= 60}
