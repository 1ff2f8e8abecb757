"""How unequally something is spread over people who live in groups of places: Palma ratio and Theil index.

Rows without people, or without a value, are left to the caller to drop; values are not negative.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def palma(values: Floats, people: Floats) -> float:
    """Share of the best-off tenth of all people over that of the worst-off four tenths (Palma 2011, Dev. & Change 42).

    Everybody in a row has the value of the row; a row on a border counts by its part. NaN where the worst-off have
    nothing, or nobody is there. Equal values give 0.25.

    Examples
    --------
    >>> palma(np.array([1.0, 1.0]), np.array([30.0, 70.0]))
    0.25
    >>> palma(np.array([1.0, 10.0]), np.array([90.0, 10.0]))
    2.5
    """
    order = np.argsort(values, kind="stable")
    heads = np.concatenate([[0.0], np.cumsum(people[order])])
    sums = np.concatenate([[0.0], np.cumsum((values * people)[order])])
    if heads[-1] <= 0:
        return float("nan")
    worst, best = np.interp([0.4 * heads[-1], 0.9 * heads[-1]], heads, sums)
    return float(np.round((sums[-1] - best) / worst, 12)) if worst > 0 else float("nan")


def theil(values: Floats, people: Floats) -> float:
    """Theil's T of values over people (Theil 1967): 0 where all have the same, ln(n) where one of n has all.

    Examples
    --------
    >>> theil(np.array([2.0, 2.0]), np.array([1.0, 5.0]))
    0.0
    >>> round(theil(np.array([0.0, 4.0]), np.array([1.0, 1.0])), 4)  # ln 2
    0.6931
    """
    mean = float(np.average(values, weights=people)) if people.sum() > 0 else 0.0
    if mean <= 0:
        return float("nan")
    relative = values / mean
    logs = np.log(relative, out=np.zeros(len(relative)), where=relative > 0)
    return float(np.average(relative * logs, weights=people))


def theil_parts(values: Floats, people: Floats, groups: NDArray[np.int64]) -> tuple[Floats, float]:
    """Parts of Theil's T: what each group's inside adds, and what lies between the groups; their sum is `theil`.

    Parameters
    ----------
    values, people
        By row.
    groups
        Number of the group of each row, from 0 without gaps.

    Examples
    --------
    >>> inside, between = theil_parts(np.array([1.0, 3.0, 2.0]), np.ones(3), np.array([0, 0, 1]))
    >>> round(float(inside.sum() + between), 6) == round(theil(np.array([1.0, 3.0, 2.0]), np.ones(3)), 6)
    True
    """
    count = int(groups.max(initial=-1)) + 1
    heads, sums = (np.bincount(groups, of, count).astype(float) for of in (people, values * people))
    shares = np.divide(sums, sums.sum(), out=np.zeros(count), where=sums.sum() > 0)
    own = [theil(values[groups == group], people[groups == group]) for group in range(count)]
    means = np.divide(sums, heads, out=np.zeros(count), where=heads > 0)
    return shares * np.nan_to_num(own), theil(means, heads)
