"""Lights that turned since the edition before, the life of one light, and the rows its value is made of."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from hechang.region.region import Region
from hechang.register.editions import editions

LISTING = "lights"
_INPUTS: Mapping[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = MappingProxyType({
    "progress-ratio": (("project_years", "year = left($period, 4)::INT", ("year", "invest_plan")),
                       ("returns", "period <= $period AND left(period, 4) = left($period, 4)",
                        ("period", "invest_done"))),
    "start-late": (("project_events", "stage IN ('started', 'library')", ("stage", "estimated", "actual")),),
    "task-late": (("tasks", "true", ("due", "closed")),),
})  # fmt: skip
_SAME: Mapping[str, str] = MappingProxyType({"progress-behind": "progress-ratio", "library-late": "start-late",
                                             "task-behind": "task-late"})  # fmt: skip
NEWEST = 6  # rows of a table shown as inputs


def turned(region: Region, now: pd.DataFrame) -> pd.DataFrame:
    """Objects whose light is another one than on the edition before the region's day.

    Parameters
    ----------
    now
        The list of lights as it stands, with its columns name and colour; green ones are not on it.

    Returns
    -------
    DataFrame
        Indexed by object: name, was, now (colours; None where there was or is no light but green), worse (whether it
        turned for the worse). `attrs["previous"]` names the edition, None where there is none.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> turned(r, r.listing("lights")).empty
    True
    """
    known = editions(region, LISTING)
    known = known[known["day"] < region.day]
    if known.empty:
        made = pd.DataFrame(columns=["name", "was", "now", "worse"]).rename_axis("id")
        made.attrs = {"previous": None}
        return made
    sql = """SELECT unnest(json_extract_string("rows", '$[*].id')) AS id,
                    unnest(json_extract_string("rows", '$[*].name')) AS name,
                    unnest(json_extract_string("rows", '$[*].colour')) AS colour FROM editions WHERE id = $id"""
    then = region.query(sql, id=str(known.index[0])).astype(object).drop_duplicates("id").set_index("id")
    made = _apart(now[["name", "colour"]].astype(object), then)
    made.attrs = {"previous": str(known["edition"].iloc[0])}
    return made


def _apart(now: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    every = now.index.union(then.index)
    colours = pd.DataFrame({"was": then["colour"].reindex(every), "now": now["colour"].reindex(every)}, index=every)
    name = now["name"].reindex(every).where(every.isin(now.index), then["name"].reindex(every))
    moved = colours[colours["was"].fillna("") != colours["now"].fillna("")]
    rank = {"blue": 1, "yellow": 2, "orange": 3, "red": 4}
    worse = moved["now"].map(rank).fillna(0) > moved["was"].map(rank).fillna(0)
    plain = moved.where(moved.notna(), None)
    return plain.assign(name=name.reindex(moved.index), worse=worse)[["name", "was", "now", "worse"]].rename_axis("id")


def history(region: Region, object: str) -> pd.DataFrame:
    """Lights an object had: on editions of the list, and those kept, oldest first.

    Returns
    -------
    DataFrame
        day, period, colour, metric, clause, value, reason, edition (empty for one kept beside a letter).

    Examples
    --------
    >>> from hechang import tiny
    >>> history(tiny(), "p3").empty
    True
    """
    known = editions(region, LISTING)
    names = ("period", "colour", "metric", "clause", "value", "reason")
    picked = ", ".join(f"json_extract_string(row, '$.{name}') AS {name}" for name in names)
    sql = f"""
        WITH listed AS (SELECT edition, day, unnest(json_extract("rows", '$[*]')) AS row FROM editions
                        WHERE id IN (SELECT unnest($ids)))
        SELECT day, {picked}, edition FROM listed WHERE json_extract_string(row, '$.id') = $object
        UNION ALL SELECT valid_from, period, colour, metric, clause, value::VARCHAR, reason, '' FROM lights
        WHERE object = $object ORDER BY day, period"""
    found = region.query(sql, ids=known.index.tolist(), object=object)
    return found.assign(value=pd.to_numeric(found["value"]))


def inputs(region: Region, object: str, metric: str, period: str) -> dict[str, pd.DataFrame]:
    """Rows a value was worked out from, by table, newest first; nothing for metrics of places and funds.

    Examples
    --------
    >>> from hechang import tiny
    >>> {name: len(rows) for name, rows in inputs(tiny(), "p3", "progress-ratio", "2022-08").items()}
    {'project_years': 1, 'returns': 1}
    """
    found = {}
    for table, condition, columns in _INPUTS.get(_SAME.get(metric, metric), ()):
        key = "id" if table == "tasks" else "project"
        picked = ", ".join(("id", *columns, "source"))
        sql = f'SELECT {picked} FROM "{table}" WHERE {key} = $object AND {condition} ORDER BY {columns[0]} DESC'
        given = {"object": object} | ({"period": period} if "$period" in condition else {})
        found[table] = region.query(f"{sql} LIMIT {NEWEST}", **given).set_index("id")
    return found
