"""Exact arithmetic of intervals on the real line; what the linter proves here is what the judge looks up.

The ends of all intervals of a ladder cut the line into pieces: with n ends there are n points and n + 1 open intervals
between them. Piece 2k+1 is the point of end k, piece 2k the open interval below it. An interval holds whole pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Edges = tuple[Fraction, ...]
Mask = npt.NDArray[np.bool_]


class Span(NamedTuple):
    """An interval; an end of None has no end.

    Examples
    --------
    >>> str(Span(Fraction(10), True, None, False)), str(Span(Fraction(0), True, Fraction(0), True))
    ('[10, ∞)', '{0}')
    """

    lo: Fraction | None
    lo_in: bool
    hi: Fraction | None
    hi_in: bool

    def __str__(self) -> str:
        if self.lo is not None and self.lo == self.hi and self.lo_in and self.hi_in:
            return f"{{{plain(self.lo)}}}"
        low = "(-∞" if self.lo is None else ("[" if self.lo_in else "(") + plain(self.lo)
        high = "∞)" if self.hi is None else plain(self.hi) + ("]" if self.hi_in else ")")
        return f"{low}, {high}"


def plain(number: Fraction) -> str:
    """Write an exact number as an office writes it.

    Examples
    --------
    >>> plain(Fraction(5)), plain(Fraction(-15, 2)), plain(Fraction(1, 3))
    ('5', '-7.5', '1/3')
    """
    if number.denominator == 1:
        return str(number)
    written = repr(float(number))
    return written if Fraction(written) == number else str(number)


def exact(number: float) -> Fraction:
    """Exact value of a number as it is written: 0.1 is a tenth.

    Examples
    --------
    >>> exact(0.1), exact(10)
    (Fraction(1, 10), Fraction(10, 1))
    """
    return Fraction(repr(float(number)))


def edges_of(spans: Iterable[Span]) -> Edges:
    """All ends of some intervals, in order, each once.

    Examples
    --------
    >>> edges_of([Span(None, False, Fraction(0), True), Span(Fraction(0), False, Fraction(9), True)])
    (Fraction(0, 1), Fraction(9, 1))
    """
    return tuple(sorted({end for span in spans for end in (span.lo, span.hi) if end is not None}))


def pieces_of(span: Span, edges: Edges) -> Mask:
    """Which pieces an interval holds; none where it is empty. Its ends must stand among the edges.

    Examples
    --------
    >>> pieces_of(Span(Fraction(0), True, None, False), (Fraction(0), Fraction(9))).tolist()
    [False, True, True, True, True]
    """
    count = 2 * len(edges) + 1
    first = 0 if span.lo is None else 2 * edges.index(span.lo) + 1 + (not span.lo_in)
    last = count if span.hi is None else 2 * edges.index(span.hi) + 1 + span.hi_in
    at = np.arange(count)
    return (at >= first) & (at < last)


def spans_of(mask: Mask, edges: Edges) -> list[Span]:
    """Intervals that some pieces make up, neighbours joined: the inverse of `pieces_of`.

    Examples
    --------
    >>> [str(span) for span in spans_of(np.array([True, True, False, False, True]), (Fraction(0), Fraction(9)))]
    ['(-∞, 0]', '(9, ∞)']
    """
    steps = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    return [_span(int(first), int(last) - 1, edges) for first, last in zip(steps[::2], steps[1::2], strict=True)]


def _span(first: int, last: int, edges: Edges) -> Span:
    """Interval from piece `first` to piece `last`; odd pieces are points and belong to it."""
    lo = None if first == 0 else edges[(first - 1) // 2]
    hi = None if last == 2 * len(edges) else edges[last // 2]
    return Span(lo, first % 2 == 1, hi, last % 2 == 1)


def witness(span: Span) -> Fraction:
    """Return one number inside an interval that is not empty: its only point, its middle, or the next whole number.

    Examples
    --------
    >>> witness(Span(Fraction(0), False, Fraction(10), False)), witness(Span(None, False, Fraction(-3, 2), False))
    (Fraction(5, 1), Fraction(-2, 1))
    """
    if span.lo is None:
        return Fraction(0 if span.hi is None else ceil(span.hi) - 1)
    return Fraction(floor(span.lo) + 1) if span.hi is None else (span.lo + span.hi) / 2


def piece_at(values: npt.NDArray[np.float64], edges: Edges) -> npt.NDArray[np.intp]:
    """Piece in which each value lies.

    Examples
    --------
    >>> piece_at(np.array([-1.0, 0.0, 0.5, 9.0, 10.0]), (Fraction(0), Fraction(9))).tolist()
    [0, 1, 2, 3, 4]
    """
    ends: Sequence[float] = [float(edge) for edge in edges]
    return np.searchsorted(ends, values, "left") + np.searchsorted(ends, values, "right")
