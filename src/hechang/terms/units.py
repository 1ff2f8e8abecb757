"""Units in the signature: option types that know their unit, and shares that keep numerator and denominator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pandas as pd


@dataclass(frozen=True)
class Unit:
    """Unit of an option, as it is shown."""

    name: str


Minutes = Annotated[float, Unit("min")]
Days = Annotated[int, Unit("days")]
Percent = Annotated[float, Unit("%")]
Points = Annotated[float, Unit("percentage points")]
Year = Annotated[int, Unit("year")]
Day = Annotated[str, Unit("date")]
Text = Annotated[str, Unit("text")]


def share(part: pd.Series, whole: pd.Series | float) -> pd.DataFrame:
    """Percentage with its parts: columns value [%], numerator, denominator, why_missing.

    A missing part or a whole of zero gives no value and says why.

    Examples
    --------
    >>> share(pd.Series({"a": 3.0}), 4.0)["value"].to_dict()
    {'a': 75.0}
    """
    denominator = whole if isinstance(whole, pd.Series) else pd.Series(float(whole), index=part.index)
    frame = pd.DataFrame({"numerator": part, "denominator": denominator})
    fits = frame["denominator"].fillna(0).ne(0) & frame["numerator"].notna()
    value = (frame["numerator"] / frame["denominator"].where(fits) * 100).astype("Float64")
    why = pd.Series(pd.NA, index=part.index, dtype="string").mask(~fits, "no data / 无数据")
    return pd.DataFrame({"value": value.round(4), **frame.to_dict("series"), "why_missing": why})
