"""Rows of one table as the checks of rights look at them: columns of plain values, for one row as for a million."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Column = np.ndarray[Any, np.dtype[np.object_]]


class Cells:
    """Columns of an Arrow table as arrays of objects, each taken out when it is first asked for.

    Examples
    --------
    >>> rows = Cells(pa.table({"id": ["a", "b"], "level": [0, 2]}))
    >>> [str(id) for id in rows.only(rows["level"] > 1)["id"]], len(rows), "scope" in rows
    (['b'], 2, False)
    """

    def __init__(self, rows: pa.Table) -> None:
        self._rows = rows
        self._taken: dict[str, Column] = {}

    def __len__(self) -> int:
        return int(self._rows.num_rows)

    def __contains__(self, name: str) -> bool:
        return name in self._rows.column_names

    def __getitem__(self, name: str) -> Column:
        if name not in self._taken:
            self._taken[name] = np.fromiter(self._rows[name].to_pylist(), dtype=object, count=len(self))
        return self._taken[name]

    def only(self, mask: Mask) -> Cells:
        """Return the rows a mask chooses."""
        return self if mask.all() else Cells(self._rows.filter(pa.array(mask.astype(bool))))

    def rows(self) -> list[dict[str, Any]]:
        """Return all rows by column, bytes left out."""
        names = [field.name for field in self._rows.schema if not pa.types.is_binary(field.type)]
        found: list[dict[str, Any]] = self._rows.select(names).to_pylist()
        return found


def among(cells: Sequence[Any] | Column, known: Collection[Any]) -> Mask:
    """Tell for each cell whether it is one of the known ones.

    Examples
    --------
    >>> among(["a", "b"], {"b"}).tolist()
    [False, True]
    """
    return np.fromiter((cell in known for cell in cells), bool, len(cells))
