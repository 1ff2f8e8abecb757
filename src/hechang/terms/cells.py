"""One cell of a frame as plain Python: whatever means 'nothing known' becomes None."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd


def is_empty(value: Any) -> bool:
    """Tell whether a cell holds nothing: None, NA, NaT or NaN.

    Examples
    --------
    >>> is_empty(float("nan")), is_empty(pd.NA), is_empty(""), is_empty(0)
    (True, True, False, False)
    """
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def plain(value: Any) -> Any:
    """Return a cell as JSON knows it: numbers, text, booleans, None; bytes as hexadecimal, days as ISO text.

    Examples
    --------
    >>> plain(pd.Timestamp("2022-09-27")), plain(b"a"), plain(pd.NA)
    ('2022-09-27', '61', None)
    """
    if is_empty(value):
        return None
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dt.date):
        return (value.date() if isinstance(value, dt.datetime) else value).isoformat()
    return value.item() if hasattr(value, "item") else value
