"""Choosing among projects: by what is known of each, by words, in an order; and how many there are of each value.

Everything is kept as whole numbers by row, so that a choice among 60,000 projects takes some milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
NONE = "none"  # stands for the rows without a value


@dataclass(frozen=True)
class Trait:
    """One thing rows are told apart by: row `rows[i]` has value `known[code[i]]`; a row may have several, or none."""

    known: tuple[str, ...]
    rows: Ints
    code: Ints

    def hits(self, wanted: Sequence[str], count: int) -> Mask:
        """Which of `count` rows have one of some values."""
        codes = [self.known.index(value) for value in wanted if value in self.known]
        found = np.zeros(count, dtype=bool)
        found[self.rows[np.isin(self.code, codes)]] = True
        return found

    def counts(self, kept: Mask) -> dict[str, int]:
        """How many of the rows kept have each value; values nobody has count 0."""
        found = np.bincount(self.code[kept[self.rows]], minlength=len(self.known))
        return dict(zip(self.known, found.tolist(), strict=True))


def trait(column: pd.Series, order: Sequence[str] = ()) -> Trait:
    """Make a trait of a column with one value a row; rows without one get `NONE`.

    Parameters
    ----------
    order
        Values in the order wanted; others follow by the alphabet, `NONE` last.

    Examples
    --------
    >>> made = trait(pd.Series(["b", None, "a", "b"]), order=["b"])
    >>> made.known, made.hits(["b", "none"], 4).tolist(), made.counts(np.array([True, True, False, True]))
    (('b', 'a', 'none'), [True, True, False, True], {'b': 2, 'a': 0, 'none': 1})
    """
    text = column.astype("string").fillna(NONE)
    seen = set(text.unique())
    rest = sorted(seen - {*order, NONE})
    values = (*(one for one in order if one in seen), *rest, *([NONE] if NONE in seen else []))
    code = text.map({value: at for at, value in enumerate(values)}).to_numpy(dtype=np.int64)
    return Trait(values, np.arange(len(code), dtype=np.int64), code)


def several(members: Mapping[str, pd.Index], index: pd.Index) -> Trait:
    """Make a trait of rows that may have several values: which ids have each.

    Examples
    --------
    >>> made = several({"x": pd.Index(["p", "q"]), "y": pd.Index(["q", "gone"])}, pd.Index(["p", "q", "r"]))
    >>> made.hits(["y"], 3).tolist(), made.counts(np.ones(3, dtype=bool))
    ([False, True, False], {'x': 2, 'y': 1})
    """
    found = [index.get_indexer(pd.Index(ids)) for ids in members.values()]
    parts = [at[at >= 0].astype(np.int64) for at in found]
    at = np.concatenate([np.array([], dtype=np.int64), *parts])
    code = np.repeat(np.arange(len(parts), dtype=np.int64), [len(part) for part in parts])
    return Trait(tuple(members), at, code)


@dataclass(frozen=True)
class Choice:
    """What is wanted: values by trait (any of them; every trait must fit) and words (each must be found)."""

    by: Mapping[str, Sequence[str]]
    words: str = ""


def words_mask(text: pd.Series, words: str) -> Mask:
    """Which rows hold every word; `text` is in small letters.

    Examples
    --------
    >>> words_mask(pd.Series(["甲 road", "乙 bridge"], dtype="string[pyarrow]"), "ROAD 甲").tolist()
    [True, False]
    """
    found = np.ones(len(text), dtype=bool)
    for word in words.lower().split():
        found &= text.str.contains(word, regex=False).to_numpy(dtype=bool)
    return found


def chosen(traits: Mapping[str, Trait], text: pd.Series, choice: Choice, *, without: str = "") -> Mask:
    """Which rows fit a choice; the trait `without` is left out of it.

    Examples
    --------
    >>> traits = {"stage": trait(pd.Series(["filed", "signed"])), "city": trait(pd.Series(["x", "y"]))}
    >>> text, wanted = pd.Series(["a", "b"]), Choice({"stage": ["filed"], "city": []})
    >>> chosen(traits, text, wanted).tolist(), chosen(traits, text, wanted, without="stage").tolist()
    ([True, False], [True, True])
    """
    found = words_mask(text, choice.words)
    for name, wanted in choice.by.items():
        if wanted and name != without:
            found &= traits[name].hits(wanted, len(text))
    return found


def facets(traits: Mapping[str, Trait], text: pd.Series, choice: Choice) -> dict[str, dict[str, int]]:
    """How many rows there are of each value of every trait, under what is chosen of the others.

    Examples
    --------
    >>> traits = {"stage": trait(pd.Series(["filed", "signed", "filed"])), "city": trait(pd.Series(["x", "y", "y"]))}
    >>> facets(traits, pd.Series(["a", "b", "c"]), Choice({"stage": ["filed"]}))
    {'stage': {'filed': 2, 'signed': 1}, 'city': {'x': 1, 'y': 1}}
    """
    said = words_mask(text, choice.words)
    kept = {name: traits[name].hits(wanted, len(text)) for name, wanted in choice.by.items() if wanted}
    found = {}
    for name, one in traits.items():
        others = [mask for other, mask in kept.items() if other != name]
        found[name] = one.counts(np.logical_and.reduce([said, *others]))
    return found


def order_by(column: pd.Series, *, falling: bool) -> Ints:
    """Positions of the rows by a column, rows without a value last either way; equal ones stay as they are.

    Examples
    --------
    >>> column = pd.Series([2, None, 3, 2])
    >>> order_by(column, falling=False).tolist(), order_by(column, falling=True).tolist()
    ([0, 3, 2, 1], [2, 0, 3, 1])
    """
    plain = column.reset_index(drop=True)
    sorted_rows = plain.sort_values(ascending=not falling, kind="stable", na_position="last")
    return sorted_rows.index.to_numpy(dtype=np.int64)
