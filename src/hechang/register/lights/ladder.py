"""One ladder: the clauses of a rule on one metric, with the pieces of the line each of them holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from hechang.register.lights.line import Edges, Mask, Span, edges_of, exact, pieces_of
from hechang.terms.cells import is_empty
from hechang.terms.errors import InputError

ATTRIBUTES = ("year_plan", "invest_total", "category", "kind", "industry", "fund_kind", "place_kind")
MONEY = ("year_plan", "invest_total")  # 万元 in a filter
Alternative = Mapping[str, Any]


@dataclass(frozen=True)
class Ladder:
    """Clauses of one rule on one metric: `held[c, p]` tells whether clause c holds piece p of the line.

    `periods` [periods in a row] is 1 where a clause names none.
    """

    rule: str
    metric: str
    clauses: tuple[str, ...]
    colours: tuple[str, ...]
    filters: tuple[str, ...]
    spans: tuple[Span, ...]
    periods: npt.NDArray[np.int64]
    edges: Edges
    held: Mask

    @property
    def bare(self) -> Mask:
        """Pieces that no clause judges in their first period."""
        held = self.held[self.periods <= 1]
        return np.asarray(~held.any(axis=0), dtype=bool)


def ladders(clauses: pd.DataFrame) -> Iterator[Ladder]:
    """Ladders of some clauses (a frame with the columns of the table `ladders`), in the order of their first clause.

    Examples
    --------
    >>> rows = pd.DataFrame({"rule": "r", "metric": "m", "clause": ["a", "b"], "colour": ["green", "red"],
    ...                      "lo": [None, 0], "lo_in": [None, False], "hi": [0, None], "hi_in": [True, None],
    ...                      "periods": None, "filter": None})
    >>> [[str(span) for span in one.spans] for one in ladders(rows)]
    [['(-∞, 0]', '(0, ∞)']]
    """
    for (rule, metric), rows in clauses.groupby(["rule", "metric"], sort=False):
        yield ladder(str(rule), str(metric), rows)


def ladder(rule: str, metric: str, rows: pd.DataFrame) -> Ladder:
    """Make one ladder of the clauses of a rule on one metric."""
    spans = tuple(span_of(row) for row in rows[["lo", "lo_in", "hi", "hi_in"]].to_dict("records"))
    edges = edges_of(spans)
    return Ladder(
        rule,
        metric,
        tuple(rows["clause"].astype(str)),
        tuple(rows["colour"].astype(str)),
        tuple("" if is_empty(text) else str(text) for text in rows["filter"]),
        spans,
        np.array(rows["periods"].astype("Float64").fillna(1).to_numpy(), dtype=np.int64),
        edges,
        np.array([pieces_of(span, edges) for span in spans], dtype=bool),
    )


def span_of(row: Mapping[Any, Any]) -> Span:
    """Interval of one clause; an end that is not named has no end, one that is not said to be included is not.

    Examples
    --------
    >>> str(span_of({"lo": 10.0, "lo_in": True, "hi": None, "hi_in": None}))
    '[10, ∞)'
    """
    lo, hi = (None if is_empty(row[end]) else exact(row[end]) for end in ("lo", "hi"))
    lo_in, hi_in = (not is_empty(row[end]) and bool(row[end]) for end in ("lo_in", "hi_in"))
    return Span(lo, lo_in and lo is not None, hi, hi_in and hi is not None)


def alternatives(text: str) -> list[Alternative]:
    """Read a filter: `{"category": ["产业"], "year_plan": {"min": 1000}}`, or a list of which one must fit.

    Money is in 万元; an empty filter fits everything.

    Raises
    ------
    InputError
        where the text is no filter or names what objects do not have.

    Examples
    --------
    >>> alternatives(""), alternatives('{"kind": ["new"]}')
    ([{}], [{'kind': ['new']}])
    """
    try:
        read = json.loads(text or "{}")
    except json.JSONDecodeError:
        read = None
    found = read if isinstance(read, list) else [read]
    if not all(isinstance(one, dict) and all(_fits(name, wanted) for name, wanted in one.items()) for one in found):
        known = ", ".join(ATTRIBUTES)
        raise InputError(
            f'\'{text}\' is no filter. Write {{"category": ["…"], "year_plan": {{"min": 1000}}}}; it may name {known}',
            f'“{text}”不是适用范围。请写成 {{"category": ["…"], "year_plan": {{"min": 1000}}}}; 可用: {known}',
        )
    return found


def _fits(name: str, wanted: object) -> bool:
    if name in MONEY:
        return isinstance(wanted, dict) and isinstance(wanted.get("min"), int | float)
    return name in ATTRIBUTES and isinstance(wanted, list)


def asked(clauses: pd.DataFrame) -> list[str]:
    """Attributes that the filters of some clauses ask for.

    Examples
    --------
    >>> asked(pd.DataFrame({"filter": ['{"kind": ["new"]}', None]}))
    ['kind']
    """
    texts = {"" if is_empty(text) else str(text) for text in clauses["filter"]}
    named = {name for text in texts for one in alternatives(text) for name in one}
    return [name for name in ATTRIBUTES if name in named]


def applies(text: str, values: pd.DataFrame) -> Mask:
    """Rows of `values` a filter lets pass; an attribute that is not known does not pass.

    Examples
    --------
    >>> applies('{"year_plan": {"min": 1000}}', pd.DataFrame({"year_plan": [999.0, 1000.0, None]})).tolist()
    [False, True, False]
    """
    passes = np.zeros(len(values), dtype=bool)
    for one in alternatives(text):
        both = np.ones(len(values), dtype=bool)
        for name, wanted in one.items():
            both &= _passing(values, name, wanted)
        passes |= both
    return passes


def _passing(values: pd.DataFrame, name: str, wanted: Any) -> Mask:
    if name not in values:
        return np.zeros(len(values), dtype=bool)
    if name in MONEY:
        return np.asarray((values[name].astype("Float64") >= wanted["min"]).fillna(False), dtype=bool)
    return np.asarray(values[name].isin(wanted), dtype=bool)
