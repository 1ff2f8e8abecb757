"""Frames as the plain rows a template or a JSON answer can show."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

Row = dict[str, Any]


def records(frame: pd.DataFrame) -> list[Row]:
    """Return rows as dictionaries; the index becomes `id`, everything missing becomes None.

    Examples
    --------
    >>> records(pd.DataFrame({"days": pd.array([3, None], dtype="Int64")}, index=pd.Index(["a", "b"], name="id")))
    [{'id': 'a', 'days': 3}, {'id': 'b', 'days': None}]
    """
    name = str(frame.index.name or "id")
    frame = pd.DataFrame(frame, copy=False)
    frame.attrs = {}  # else every column carries a copy of all that a list says of itself
    columns = {str(key): [simple(value) for value in frame[key].tolist()] for key in frame.columns}
    if name not in columns:
        columns = {name: [simple(value) for value in frame.index.tolist()], **columns}
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def simple(value: Any) -> Any:
    """Return a NumPy or Arrow scalar as a Python value; NA and NaN become None."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    plain = value.item() if hasattr(value, "item") else value
    return None if isinstance(plain, float) and math.isnan(plain) else plain


def read_json(text: Any) -> Any:
    """Read a json column: text is parsed, what is parsed already stays, nothing stays None.

    Examples
    --------
    >>> read_json('[2021, 2022]'), read_json(None), read_json({"a": 1})
    ([2021, 2022], None, {'a': 1})
    """
    if isinstance(text, str):
        return json.loads(text) if text else None
    return text if isinstance(text, list | dict) and text else None


def made_up(*frames: pd.DataFrame) -> bool:
    """Tell whether any row of the frames was made up for a demonstration."""
    return any("synthetic" in f.columns and bool(f["synthetic"].fillna(False).any()) for f in frames)


def any_made_up(*groups: list[Row]) -> bool:
    """Tell whether any of the rows was made up for a demonstration."""
    return any(row["synthetic"] for rows in groups for row in rows)


def page_of(frame: pd.DataFrame, number: int, size: int) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """Cut page `number` (from 1) of `size` rows; the second part says where one is.

    Examples
    --------
    >>> page_of(pd.DataFrame({"a": range(5)}), 2, 2)[1]
    {'number': 2, 'pages': 3, 'rows': 5, 'first': 3, 'last': 4}
    """
    pages = max(1, math.ceil(len(frame) / size))
    number = min(max(1, number), pages)
    part = frame.iloc[(number - 1) * size : number * size]
    first = (number - 1) * size + 1 if len(part) else 0
    return part, {"number": number, "pages": pages, "rows": len(frame), "first": first, "last": first + len(part) - 1}
