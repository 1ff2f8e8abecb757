"""One layer of a file as it came: texts, shapes as WKB, the datum it is in; and what a user asks for of a file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from hechang.terms.datums import Datum
from hechang.terms.findings import Finding

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Asked:
    """What a user says of a file: which layer (the first when empty), its encoding and datum (as it says itself)."""

    layer: str = ""
    encoding: str = ""
    datum: Datum | None = None


NOTHING = Asked()


def only(shapes: Shapes, keep: NDArray[np.bool_]) -> Shapes:
    """Shapes with None in place of those that are not kept.

    Examples
    --------
    >>> only(np.array([shapely.Point(1, 2), shapely.Point(3, 4)]), np.array([False, True]))[0] is None
    True
    """
    made = shapes.copy()
    made[~keep] = None
    return made


@dataclass(frozen=True)
class Layer:
    """One layer: `fields` are texts by column number, `wkb` hexadecimal WKB ('' for no shape; None: holds no shapes).

    Both have the number of the feature as index, from 1; for a CSV it is the line. `datum` is None where nobody says;
    `kinds` are the types of the fields as numpy abbreviates them, all text when empty.
    """

    file: str
    kind: str
    name: str
    sha256: str
    titles: tuple[str, ...]
    fields: pd.DataFrame
    wkb: pd.Series | None
    datum: Datum | None
    findings: tuple[Finding, ...] = ()
    kinds: tuple[str, ...] = ()

    def frame(self) -> pd.DataFrame:
        """Attributes as values: whole numbers, numbers, yes and no where the file has them as such, else texts."""
        columns = zip(self.titles, self.fields.columns, self.kinds or "O" * len(self.titles), strict=True)
        return pd.DataFrame({title: _values(self.fields[at], kind) for title, at, kind in columns}, self.fields.index)

    def column(self, title: str) -> pd.Series:
        """Texts of the column with that title; raises ValueError where there is none."""
        return self.fields[self.fields.columns[self.titles.index(title)]].astype(object)

    def shapes(self) -> Shapes:
        """Shapes in the figures of the file; None for what is missing or cannot be built.

        Rings that are not closed, or too short, are not built: see `mended_shapes`.
        """
        return self._built("ignore")

    def mended_shapes(self) -> Shapes:
        """Shapes with open rings closed."""
        return self._built("fix")

    def _built(self, on_invalid: str) -> Shapes:
        texts = [] if self.wkb is None else self.wkb.tolist()
        with np.errstate(invalid="ignore"):  # coordinates that are no numbers are told by name, not by a warning
            made = shapely.from_wkb([text or None for text in texts], on_invalid=on_invalid)
        return np.asarray(made, dtype=object)


def _values(texts: pd.Series, kind: str) -> pd.Series:
    plain = texts.astype(object).where(texts.astype(object) != "", None)
    if kind == "b":
        return plain.map({"TRUE": True, "FALSE": False}).astype("boolean")
    return pd.to_numeric(plain).astype("Int64" if kind in "iu" else "Float64") if kind in "iuf" else plain
