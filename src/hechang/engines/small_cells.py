"""Which cells of a table of counts stay closed, so that nobody can work a small one out from the others."""

from __future__ import annotations

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


def closed(cells: Floats, parent: Places, least: float, also: Mask | None = None) -> Mask:
    """Tell which cells of a tree of totals and parts are closed: the small ones, and others that would give them away.

    Parameters
    ----------
    cells
        Counts; nan where there is none. A cell is small where it is above 0 and below `least`.
    parent
        Position of the cell each one is a part of, -1 where of none.
    least
        Least count that is shown.
    also
        Cells that are closed in any case.

    Returns
    -------
    Mask
        Of each total and its parts none or at least two cells are closed, and what a total leaves for its closed parts
        together is at least `least`. Closed beside small ones is the smallest part that is not empty.

    Source: Hundepool et al. 2012, Statistical Disclosure Control, chapter 4 (hierarchical tables, secondary cells).

    Examples
    --------
    >>> closed(np.array([60.0, 4.0, 20.0, 36.0]), np.array([-1, 0, 0, 0]), 10).tolist()
    [False, True, True, False]
    """
    with np.errstate(invalid="ignore"):
        there = ~np.isnan(cells)
        hidden = there & (((cells > 0) & (cells < least)) | (also if also is not None else False))
    above = np.where(there & (parent >= 0), parent, -1)
    above = np.where((above >= 0) & there[above], above, -1)
    while True:
        more = _more(cells, above, hidden, _unsafe(cells, above, hidden, least))
        if not more.any():
            return hidden
        hidden = hidden | more


def _unsafe(cells: Floats, above: Places, hidden: Mask, least: float) -> Mask:
    """Totals whose parts give away what is closed."""
    parts = np.bincount(above[above >= 0], minlength=len(cells))
    count = np.bincount(above[(above >= 0) & hidden], minlength=len(cells))
    rest = _rest(cells, above, hidden)
    left = (count > 0) & (rest > 0) & (rest < least)
    unsafe: Mask = np.where(hidden, (parts > 0) & (count == 0), (count == 1) | left)
    return unsafe


def _rest(cells: Floats, above: Places, hidden: Mask) -> Floats:
    """What a total leaves for its closed parts, the open parts of these taken off too."""
    depth = _depth(above)
    rest = np.zeros(len(cells))
    inner = np.zeros(len(cells), dtype=bool)
    inner[above[(above >= 0) & hidden]] = True
    own = hidden & ~inner
    rest[own] = cells[own]
    for level in range(int(depth.max(initial=0)), 0, -1):
        at = np.flatnonzero((depth == level) & hidden)
        np.add.at(rest, above[at], rest[at])
    return rest


def _depth(above: Places) -> Places:
    depth = np.zeros(len(above), dtype=np.int64)
    step = above.copy()
    while (step >= 0).any():
        depth += step >= 0
        step = np.where(step >= 0, above[step], -1)
    return depth


def _more(cells: Floats, above: Places, hidden: Mask, unsafe: Mask) -> Mask:
    """Of each unsafe total its smallest open part that is not empty, or where there is none the total itself."""
    more = np.zeros(len(cells), dtype=bool)
    with np.errstate(invalid="ignore"):
        part = np.flatnonzero((above >= 0) & unsafe[above] & ~hidden & (cells > 0))
    order = part[np.lexsort((part, cells[part], above[part]))]
    totals, first = np.unique(above[order], return_index=True)
    more[order[first]] = True
    alone = unsafe.copy()
    alone[totals] = False
    return more | (alone & ~hidden)
