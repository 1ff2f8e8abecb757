"""Measures of accessibility over a matrix of travel times: within a limit, by decay, by floating catchments.

An unreachable pair (NaN or inf) counts nothing. An unknown weight (NaN) counts nothing beside known ones: say so beside
the figure; where no weight is known, no figure is (NaN).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hechang.terms.errors import InputError

Floats = NDArray[np.float64]


def within(minutes: Floats, limit: float) -> NDArray[np.bool_]:
    """Tell which destinations are reached within a limit, the limit itself among them.

    Examples
    --------
    >>> within(np.array([[0.0, 60.0, np.nan, np.inf]]), 60).tolist()
    [[True, True, False, False]]
    """
    return np.nan_to_num(minutes, nan=np.inf) <= limit


def known(weights: Floats) -> Floats:
    """Take unknown weights for 0 where any is known; where none is, they stay unknown.

    Examples
    --------
    >>> known(np.array([1.0, np.nan])).tolist(), known(np.array([np.nan])).tolist()
    ([1.0, 0.0], [nan])
    """
    return weights if np.isnan(weights).all() else np.nan_to_num(weights)


def cumulative(minutes: Floats, weights: Floats, limit: float) -> Floats:
    """Sum of the weights of destinations within a limit of each origin (Handy & Niemeier 1997, Env. Plan. A 29).

    Parameters
    ----------
    minutes
        [origin, destination] travel times in min.
    weights
        [destination], e.g. persons.
    limit
        min.

    Examples
    --------
    >>> cumulative(np.array([[0.0, 40.0], [40.0, 0.0]]), np.array([10.0, 30.0]), 30).tolist()
    [10.0, 30.0]
    """
    found: Floats = within(minutes, limit).astype(float) @ known(weights)
    return found


def gravity(minutes: Floats, weights: Floats, half: float) -> Floats:
    """Sum of the weights of destinations, each halved with every `half` minutes of travel (Hansen 1959, JAIP 25).

    Parameters
    ----------
    minutes
        [origin, destination] travel times in min.
    weights
        [destination], e.g. persons.
    half
        min; above 0.

    Examples
    --------
    >>> gravity(np.array([[0.0, 30.0], [60.0, 0.0]]), np.array([10.0, 40.0]), 30).tolist()
    [30.0, 42.5]
    """
    found: Floats = np.exp2(-np.nan_to_num(minutes, nan=np.inf) / half) @ known(weights)
    return found


def two_step(minutes: Floats, supply: Floats, demand: Floats, limit: float) -> Floats:
    """Supply per demand by two-step floating catchments (Luo & Wang 2003, Env. Plan. B 30); the total supply is kept.

    First each destination's supply is divided by the demand of all origins within the limit; then each origin adds up
    the ratios of the destinations within the limit.

    Parameters
    ----------
    minutes
        [origin, destination] travel times in min.
    supply, demand
        [destination] and [origin].
    limit
        min.

    Examples
    --------
    >>> two_step(np.array([[0.0, 20.0], [20.0, 0.0]]), np.array([8.0, 0.0]), np.array([1.0, 3.0]), 20).tolist()
    [2.0, 2.0]
    """
    near = within(minutes, limit).astype(float)
    shared = np.nan_to_num(demand) @ near
    ratio = np.divide(np.nan_to_num(supply), shared, out=np.zeros(len(supply)), where=shared > 0)
    found: Floats = near @ ratio
    return found


def refuse_half(half: float) -> None:
    """Raise InputError for minutes after which nothing could count by half.

    Examples
    --------
    >>> refuse_half(30)
    """
    if not half > 0:
        raise InputError(f"half is {half:g}; it must be above 0 minutes", f"half 为 {half:g}, 须大于 0 分钟")
