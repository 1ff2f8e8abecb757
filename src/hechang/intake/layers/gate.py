"""What the checks of a layer look at: its shapes in degrees, what it must hold, where it must lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from hechang.intake.layers.layer import Layer, Shapes, only
from hechang.intake.layers.moving import shapes_in
from hechang.intake.sheets.faults import FAULTS_OF_ONE_KIND, Where, Word, fault, remaining
from hechang.terms.findings import Finding
from hechang.terms.layer_profiles import Profile

Rows = NDArray[np.intp]
NO_LINES: Shapes = np.empty(0, dtype=object)


@dataclass(frozen=True)
class Gate:
    """A layer at the gate; `lines` are known lines, `extent` is west, south, east, north [degrees], () for anywhere."""

    layer: Layer
    profile: Profile | None = None
    lines: Shapes = field(default_factory=lambda: NO_LINES, repr=False)
    extent: tuple[float, ...] = ()

    @cached_property
    def raw(self) -> Shapes:
        """Shapes in the figures of the file, None for what is missing or cannot be built."""
        return self.layer.shapes()

    @cached_property
    def sound(self) -> NDArray[np.bool_]:
        """Whether a shape is there, not empty, and all its coordinates are numbers."""
        made: NDArray[np.bool_] = ~shapely.is_missing(self.raw) & ~shapely.is_empty(self.raw) & ~not_numbers(self.raw)
        return made

    @cached_property
    def valid(self) -> NDArray[np.bool_]:
        """Whether a sound shape is valid: it neither crosses nor touches itself where it must not."""
        made: NDArray[np.bool_] = shapely.is_valid(only(self.raw, self.sound))
        return made

    @cached_property
    def shapes(self) -> Shapes:
        """Sound shapes in degrees, None for the others; in the figures of the file where nobody knows its datum."""
        kept = only(self.raw, self.sound)
        return shapes_in(shapely.force_2d(kept), self.layer.datum) if self.layer.datum else kept

    @property
    def located(self) -> bool:
        """Whether one knows where the shapes are."""
        return self.layer.datum is not None

    def name(self, at: int) -> str:
        """Number of a feature as the findings say it."""
        return f"#{self.layer.fields.index[at]}"

    def tell(self, kind: str, rows: Rows, title: str = "", /, **words: Word | list[str]) -> list[Finding]:
        """Make a finding for each row; a list of words has one a row. Past a limit the rest is counted."""
        shown = rows[:FAULTS_OF_ONE_KIND]
        told = [
            fault(
                kind,
                Where(self.layer.file, self.layer.name, self.name(at), field=title),
                **{name: word[n] if isinstance(word, list) else word for name, word in words.items()},
            )
            for n, at in enumerate(shown)
        ]
        more = len(rows) - len(shown)
        return [*told, remaining(more, told[0], (title or kind, title or kind))] if more else told


def not_numbers(shapes: Shapes) -> NDArray[np.bool_]:
    """Tell of each shape whether a coordinate of it is no number.

    Examples
    --------
    >>> not_numbers(np.array([shapely.Point(1, float("nan")), shapely.Point(1, 2), None])).tolist()
    [True, False, False]
    """
    at, owner = shapely.get_coordinates(shapes, return_index=True)
    made = np.zeros(len(shapes), dtype=bool)
    made[owner[~np.isfinite(at).all(axis=1)]] = True
    return made


def at_text(point: NDArray[np.float64]) -> str:
    """Coordinates as a message says them.

    Examples
    --------
    >>> at_text(np.array([120.30001, 31.5]))
    '120.3 31.5'
    """
    return " ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in point)
