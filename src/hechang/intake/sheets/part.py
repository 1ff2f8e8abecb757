"""Rows that some columns of one sheet give to one table."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from hechang.intake.letters import letters
from hechang.intake.sheets.header import Column
from hechang.intake.sheets.titles import Fixed

NAMED = ("bodies", "collections")  # tables of which a sheet may name rows that nobody knows: they are entered too


@dataclass(frozen=True)
class Part:
    """Rows that some columns of one sheet give to one table; index of `frame` = row of the sheet, columns = fields."""

    sheet: str
    table: str
    fixed: Fixed
    columns: tuple[Column, ...]
    frame: pd.DataFrame

    def column(self, field: str) -> Column:
        """Column that holds a field; the first one where the field is not in the sheet."""
        return next((c for c in self.columns if c.field == field), self.columns[0])

    def filled(self) -> Part:
        """The part without the rows whose own columns are all empty."""
        own = [c.field for c in self.columns if c.field in self.frame.columns]
        return replace(self, frame=self.frame[self.frame[own].notna().any(axis=1)])

    def cells(self) -> pd.Series:
        """Range of each row in the sheet, like `A7:K7`."""
        ends = sorted(c.position for c in self.columns)
        row = pd.Series(self.frame.index.astype(str), index=self.frame.index, dtype="string[pyarrow]")
        first = letters(ends[0]) + row
        return first if len(ends) == 1 else first + ":" + letters(ends[-1]) + row
