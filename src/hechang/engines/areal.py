"""A figure of one set of areas carried to another by what they share, with bounds that hold whatever lies inside."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
WHOLE = 1 - 1e-9  # share from which a source counts as lying in one target whole


class Pairs(NamedTuple):
    """Pairs of sources and targets that have a part in common, by their positions.

    `part` is the size of the common part (nan where unknown); `exact` tells where the figure is known to follow it.
    """

    source: Ints
    target: Ints
    part: Floats
    exact: Mask


class Spread(NamedTuple):
    """Figures of the targets, the bounds they lie between, and the share of each area that is accounted for."""

    value: Floats
    lower: Floats
    upper: Floats
    covered: Floats


def extensive(values: Floats, pairs: Pairs, *, whole: Floats, targets: int) -> Spread:
    """Carry a sum (people, output): each target takes the share of a source that its part is of the whole source.

    Parameters
    ----------
    values
        Sums of the sources; nan where none is known, which leaves the targets of that source without a figure.
    pairs
        Common parts, in the unit of `whole`.
    whole
        Size of each source.
    targets
        How many targets there are.

    Returns
    -------
    Spread
        value and bounds by target; a source that lies in one target whole, or whose part is exact, leaves no room. Of
        any other source a target may hold nothing or all that exact parts leave. `covered` is by source: below 1
        something of it lies in no target.

    Source: Goodchild and Lam 1980, Geo-Processing 1 (areal interpolation).

    Examples
    --------
    >>> pairs = Pairs(np.array([0, 0]), np.array([0, 1]), np.array([30.0, 10.0]), np.array([False, False]))
    >>> found = extensive(np.array([100.0]), pairs, whole=np.array([40.0]), targets=2)
    >>> found.value.tolist(), found.lower.tolist(), found.upper.tolist()
    ([75.0, 25.0], [0.0, 0.0], [100.0, 100.0])
    """
    share = _share(pairs.part, whole[pairs.source])
    sure = pairs.exact | (share >= WHOLE)
    taken = np.bincount(pairs.source[sure], share[sure], minlength=len(whole))
    given = values[pairs.source]
    room = np.where(np.isnan(share), 0.0, share)
    free = given * np.maximum(room, np.maximum(1 - taken[pairs.source], 0))
    return Spread(
        _sums(pairs.target, share * given, targets),
        _sums(pairs.target, np.where(sure, share * given, np.minimum(free, 0)), targets),
        _sums(pairs.target, np.where(sure, share * given, np.maximum(free, 0)), targets),
        _sums(pairs.source, share, len(whole)),
    )


def intensive(values: Floats, pairs: Pairs, *, whole: Floats, targets: int) -> Spread:
    """Carry a mean (density, rate): each target takes the mean of its sources, weighted by their parts in it.

    Parameters
    ----------
    values, pairs, targets
        As in `extensive`.
    whole
        Size of each target, in the unit of the parts.

    Returns
    -------
    Spread
        value and bounds by target: the least and the greatest figure of its sources, or the value itself where all its
        parts are exact. They hold for parts that have the mean of their source. Without a source nan. `covered` is by
        target: below 1 some of it has no source.

    Examples
    --------
    >>> pairs = Pairs(np.array([0, 1]), np.array([0, 0]), np.array([30.0, 10.0]), np.array([False, False]))
    >>> found = intensive(np.array([4.0, 8.0]), pairs, whole=np.array([80.0]), targets=1)
    >>> found.value.tolist(), found.lower.tolist(), found.upper.tolist(), found.covered.tolist()
    ([5.0], [4.0], [8.0], [0.5])
    """
    given = values[pairs.source]
    weight = _sums(pairs.target, pairs.part, targets)
    value = _share(_sums(pairs.target, pairs.part * given, targets), weight)
    lower, upper = np.full(targets, np.inf), np.full(targets, -np.inf)
    counts = ~(pairs.part <= 0)  # an unknown part may count
    np.minimum.at(lower, pairs.target[counts], given[counts])
    np.maximum.at(upper, pairs.target[counts], given[counts])
    sure = (np.bincount(pairs.target[~pairs.exact], minlength=targets) == 0) & ~np.isnan(value)
    none = np.isinf(lower)
    lower, upper = (np.where(sure, value, np.where(none, np.nan, edge)) for edge in (lower, upper))
    return Spread(value, lower, upper, _share(weight, whole))


def _share(part: Floats, whole: Floats) -> Floats:
    """Parts of wholes; nan where the whole is nothing."""
    found: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return found


def _sums(at: Ints, weights: Floats, length: int) -> Floats:
    return np.bincount(at, weights, minlength=length).astype(np.float64)
