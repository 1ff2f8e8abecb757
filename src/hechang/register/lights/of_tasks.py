"""Metrics of tasks that are not closed: days past due, points behind the time gone by, answers returned, letters."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.tasks import LIVE, last_day_of, ledger


def task_late(region: Region, months: int = 1) -> pd.DataFrame:
    """Days past the last day the due date can mean; below zero while there is time.

    Returns
    -------
    DataFrame
        object (task), period (month of the day), value [days]; only tasks with a due date.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="ledger") as e:
    ...     _ = e.put("tasks", [{"id": "t", "name": "修路", "due": "2022-08"}])
    >>> task_late(e.after)["value"].tolist()
    [27.0]
    """
    del months  # a state of the day
    return _of_ledger(region, "days")


def task_behind(region: Region, months: int = 1) -> pd.DataFrame:
    """Points by which the progress of a task lags behind the share of its time that has gone by."""
    del months
    return _of_ledger(region, "behind")


def _of_ledger(region: Region, column: str) -> pd.DataFrame:
    rows = _live(region)
    known = rows[rows[column].notna()]
    value = known[column].astype("float64")
    return pd.DataFrame({"object": known.index.astype("string"), "period": region.day[:7], "value": value.to_numpy()})


def _live(region: Region) -> pd.DataFrame:
    """Tasks that are neither done nor dropped."""
    rows = region.once(("lights", "ledger"), lambda: ledger(region))
    return rows[rows["state"].isin(LIVE)]


def task_returned(region: Region, months: int = 1) -> pd.DataFrame:
    """How many letters on a task stand returned on review: its last answers were poor."""
    del months
    return _letters(region, "review = 'returned'")


def slips_unanswered(region: Region, months: int = 1) -> pd.DataFrame:
    """How many letters on a task are past due without an answer that stands."""
    del months
    late = f"{last_day_of('coalesce(extended_to, due)')} < $day::DATE"
    return _letters(region, f"(answered IS NULL OR review = 'returned') AND {late}")


def _letters(region: Region, counted: str) -> pd.DataFrame:
    """Count of letters not closed, by task that is not ended and ever had a letter."""
    sql = f"""SELECT object, left($day, 7) AS period,
                     count(*) FILTER (closed IS NULL AND coalesce({counted}, false))::DOUBLE AS value
              FROM slips WHERE issued <= $day GROUP BY object ORDER BY object"""
    rows = region.query(sql, day=region.day)
    return rows[rows["object"].isin(_live(region).index)].reset_index(drop=True)
