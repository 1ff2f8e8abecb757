"""Records against the state in the statistical library 纳统: what was started, entered and spent, side by side."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.pipeline import invested
from hechang.terms.dates import last_days

RULE = "library-mismatch"
KINDS = ("late", "no-start", "money")

_SQL = """
    WITH e AS (SELECT project, min(actual) FILTER (stage = 'started') AS started,
                      min(actual) FILTER (stage = 'library') AS entered,
                      min_by(source, (actual, source)) FILTER (stage = 'started') AS start_source,
                      min_by(source, (actual, source)) FILTER (stage = 'library') AS entered_source
               FROM project_events WHERE actual <= $day AND stage IN ('started', 'library') GROUP BY project),
         m AS (SELECT project, min(period || ' ' || source) AS first FROM returns
               WHERE greatest(invest_done, invest_done_total) > 0 AND period <= $day
                     AND project NOT IN (SELECT project FROM e) GROUP BY project)
    SELECT p.id, p.name, coalesce(b.name, o.name, p.owner) AS owner, p.place, p.synthetic, e.started,
           entered AS library, split_part(m.first, ' ', 1) AS paid,
           coalesce(e.start_source, entered_source, substr(m.first, instr(m.first, ' ') + 1)) AS source
    FROM projects p LEFT JOIN e ON e.project = p.id LEFT JOIN m ON m.project = p.id
         LEFT JOIN bodies b ON b.id = p.lead LEFT JOIN bodies o ON o.id = p.owner
    WHERE (entered IS NULL AND (e.started IS NOT NULL OR m.first IS NOT NULL))
       OR (entered IS NOT NULL AND e.started IS NULL)
    ORDER BY p.id"""


def mismatches(region: Region, grace: int) -> pd.DataFrame:
    """Projects whose state in the library does not fit the rest of the register, worst first.

    Parameters
    ----------
    grace
        Days from the start of works to the library that are still in time [days].

    Returns
    -------
    DataFrame
        Indexed by project: name, owner, place, synthetic, started, library, paid [first period with money, where there
        is neither], source, kind (late: started more than `grace` days ago and not in the library; no-start: in it
        without a start; money: money returned, neither started nor in it), days [since the start, the entry, or the end
        of that period], due [last day in time; empty where nothing is due], invested [分], reason, reason_en.

    Examples
    --------
    >>> from hechang import tiny
    >>> mismatches(tiny(), 30)["kind"].to_dict()
    {'p3': 'late', 'p4': 'late'}
    """
    rows = region.query(_SQL, day=region.day).set_index("id")
    late, odd = rows["started"].notna(), rows["library"].notna()
    kind = pd.Series("money", index=rows.index, dtype="string").mask(late, "late").mask(odd, "no-start")
    since = last_days(rows["started"].fillna(rows["library"]).fillna(rows["paid"]))
    days = (pd.Timestamp(region.day) - since).dt.days.astype("int64[pyarrow]")
    due = (since + pd.Timedelta(days=grace)).dt.strftime("%Y-%m-%d").astype("string").where(kind.eq("late"))
    rows = rows.assign(kind=kind, days=days, due=due)
    rows = rows[kind.ne("late") | (days > grace)]
    rows = rows.assign(invested=invested(region, rows.index), **_reasons(rows))
    found: pd.DataFrame = rows.sort_values("days", ascending=False, kind="stable")
    return found


def _reasons(rows: pd.DataFrame) -> dict[str, pd.Series]:
    days, kind = rows["days"].astype("string"), rows["kind"]
    late = ("开工 " + days + " 天, 未入库(纳统)", "Started " + days + " days ago, not in the statistical library")
    odd = (
        "入库(纳统) " + rows["library"] + ", 无开工日期",
        "In the library " + rows["library"] + ", no start of works",
    )
    paid = rows["paid"].astype("string")
    money = (
        paid + " 已填报投资, 未开工也未入库(纳统)",
        "Money returned for " + paid + ", neither started nor in the library",
    )
    zh, en = (
        money[n].astype("string").mask(kind.eq("late"), late[n]).mask(kind.eq("no-start"), odd[n]) for n in (0, 1)
    )
    return {"reason": zh, "reason_en": en}
