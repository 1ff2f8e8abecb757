"""The rule engine: values of metrics and clauses in, one light for each object, rule and metric out. Nothing else.

A clause holds where the value of the latest period lies in its interval, did so in as many whole months in a row as it
asks for, and its filter lets the object pass. Of those that hold, the one that asks for the longest row counts. Where
none holds there is no light, and the reason names the hole; where two of the same length hold there is none either.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from hechang.register.lights.ladder import Ladder, applies, ladders
from hechang.register.lights.line import Mask, piece_at
from hechang.register.lights.reasons import reasons
from hechang.terms.errors import InputError

COLUMNS = ["object", "rule", "metric", "clause", "colour", "value", "period", "periods", "reason", "reason_en"]
Ints = npt.NDArray[np.int64]


def judge(values: pd.DataFrame, clauses: pd.DataFrame) -> pd.DataFrame:
    """Light of every object by every rule and metric.

    Parameters
    ----------
    values
        One row an object, metric and month: object, metric, period (ISO month), value (in the unit of the metric), and
        the attributes filters ask for (`ladder.ATTRIBUTES`; money in 万元). Rows without a value count as not there.
    clauses
        Clauses as in the table `ladders`.

    Returns
    -------
    DataFrame
        One row an object, rule and metric the rule speaks of: clause and colour (null where no clause or more than one
        holds), value, period (the latest), periods (in a row the clause has held; 1 where the rule does not count
        them), reason, reason_en. In the order of rules and metrics in `clauses`, then of the objects.

    Raises
    ------
    InputError
        where an object has two values of one metric for one month.

    Examples
    --------
    >>> from hechang.register.lights.clauses import shipped
    >>> seen = pd.DataFrame({"object": ["p", "q", "r"], "metric": "progress-behind", "period": "2025-08",
    ...                      "value": [30.0, 30.5, 5.0]})
    >>> lit = judge(seen, shipped("yinchuan-2025"))
    >>> lit["colour"].fillna("none").tolist(), lit["reason"].iloc[2]
    (['yellow', 'red', 'none'], '落后序时进度 5 个百分点: 无条款覆盖 (0, 10)')
    """
    known = values[values["value"].notna()]
    twice = known.duplicated(["object", "metric", "period"])
    if twice.any():
        _refuse_twice(known[twice].iloc[0])
    parts = dict(iter(known.groupby("metric", sort=False)))
    none = known.iloc[:0]
    judged = [_judged(one, parts.get(one.metric, none)) for one in ladders(clauses)]
    return pd.concat([_empty(), *(part for part in judged if len(part))], ignore_index=True)[COLUMNS]


def _refuse_twice(row: pd.Series) -> None:
    at = f"{row['object']}, {row['metric']}, {row['period']}"
    raise InputError(f"Two values for {at}. Keep one", f"{at} 有两个数值。请保留一个")


def _empty() -> pd.DataFrame:
    kinds = {"value": "float64", "periods": "int64"}
    return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, "string")) for name in COLUMNS})


def _judged(ladder: Ladder, values: pd.DataFrame) -> pd.DataFrame:
    """Lights of one ladder."""
    rows = values.sort_values(["object", "period"], kind="stable")
    last = ~rows["object"].duplicated(keep="last").to_numpy()
    if (ladder.periods <= 1).all():  # nothing to count: the months before do not matter
        rows, last = rows[last], last[last]
    passing = _passing(ladder, rows[last])
    spoken = np.asarray(passing.any(axis=0), dtype=bool)
    piece = piece_at(rows["value"].to_numpy(dtype=float), ladder.edges)
    running = np.array([row_lengths(held[piece], rows)[last] for held in ladder.held]).reshape(passing.shape)
    eligible = passing & (running >= ladder.periods[:, None])
    return _lights(ladder, rows[last], eligible, running).loc[spoken]


def _passing(ladder: Ladder, rows: pd.DataFrame) -> Mask:
    """Clauses × objects: does the filter let the object pass; each filter is worked out once."""
    by_filter = {text: applies(text, rows) for text in set(ladder.filters)}
    return np.array([by_filter[text] for text in ladder.filters], dtype=bool)


def row_lengths(held: Mask, rows: pd.DataFrame) -> Ints:
    """How many months in a row, up to and with each, a condition has held; a month left out breaks the row.

    Parameters
    ----------
    held
        Whether the condition holds in each row.
    rows
        Columns object and period (ISO month), sorted by them.

    Examples
    --------
    >>> months = pd.DataFrame({"object": "p", "period": ["2021-11", "2021-12", "2022-01", "2022-03"]})
    >>> row_lengths(np.array([False, True, True, True]), months).tolist()
    [0, 1, 2, 1]
    """
    at = np.arange(len(rows))
    fresh = np.diff(pd.factorize(rows["object"])[0], prepend=-1) != 0
    fresh |= np.diff(months(rows["period"]), prepend=0) != 1
    begin = np.maximum.accumulate(np.where(held, np.where(fresh, at, 0), at + 1))
    return np.where(held, at - begin + 1, 0)


def months(period: pd.Series) -> Ints:
    """Number of each month, counted so that neighbours differ by one.

    Examples
    --------
    >>> months(pd.Series(["2021-12", "2022-01"])).tolist()
    [24264, 24265]
    """
    number, distinct = pd.factorize(period)
    counted = [int(text[:4]) * 12 + int(text[5:7]) for text in distinct]
    return np.array(counted, dtype=np.int64)[number]


def _lights(ladder: Ladder, rows: pd.DataFrame, eligible: Mask, running: Ints) -> pd.DataFrame:
    """One light an object: the clause of the longest row asked for, where there is just one such."""
    asks = np.where(eligible, ladder.periods[:, None], 0)
    best = eligible & (asks == asks.max(axis=0))
    one = best.sum(axis=0) == 1
    pick = best.argmax(axis=0)
    chosen = np.where(one, pick, -1)
    made = pd.DataFrame({
        "object": rows["object"].astype("string"),
        "rule": ladder.rule,
        "metric": ladder.metric,
        "clause": _named(ladder.clauses, chosen),
        "colour": _named(ladder.colours, chosen),
        "value": rows["value"].astype(float),
        "period": rows["period"].astype("string"),
        "periods": np.where(one, running[pick, np.arange(len(rows))], 0),
    })  # fmt: skip
    return made.assign(**reasons(ladder, made, best))


def _named(names: tuple[str, ...], chosen: Ints) -> pd.api.extensions.ExtensionArray:
    return pd.array(np.array([*names, pd.NA], dtype=object)[chosen], dtype="string")
