"""Work on the distinct texts of a column, then spread the results over its rows: nothing loops over rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[Any]


def texts_of(column: pd.Series) -> list[str]:
    """Distinct texts of a column of categories, in the order of their codes; '' stands last for cells that are not."""
    return [*column.cat.categories.to_numpy(dtype=object).tolist(), ""]


def spread(column: pd.Series, results: Array) -> Array:
    """Give each row the result of its text; `results` follows `texts_of`.

    Examples
    --------
    >>> spread(pd.Series(["a", "b", "a"], dtype="category"), np.array([1, 2, 0])).tolist()
    [1, 2, 1]
    """
    return results[column.cat.codes.to_numpy()]  # code -1 (no text) takes the last result


def flags(column: pd.Series, test: Callable[[str], bool]) -> Array:
    """Test every distinct text once; one truth value a row."""
    return spread(column, np.array([test(text) for text in texts_of(column)], dtype=bool))


def mapped(column: pd.Series, change: Callable[[str], str]) -> Array:
    """Change every distinct text once; one text a row."""
    return spread(column, np.array([change(text) for text in texts_of(column)], dtype=object))


def filled(cells: pd.DataFrame) -> pd.DataFrame:
    """Tell of each cell whether it holds more than blanks."""
    made = {name: spread(cells[name], _holds(cells[name].cat.categories)) for name in cells.columns}
    return pd.DataFrame(made, index=cells.index)


def _holds(texts: pd.Index) -> Array:
    held: Array = np.asarray(texts.str.strip() != "", dtype=bool) if len(texts) else np.array([], dtype=bool)
    return np.append(held, False)
