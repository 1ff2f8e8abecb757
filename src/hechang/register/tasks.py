"""The task ledger 督查台账: state on a day, progress against time, problems that stay, reports that do not come.

A date may be a month or a year: a task begins, is closed and is reported from the first day such a date can mean, and
is late only after the last one. The state is worked out from dates; what somebody wrote as `state` is kept beside it,
and the check `task-states` names where both contradict.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hechang.region.region import Region
from hechang.terms.dates import first_day, is_date
from hechang.terms.errors import InputError, not_known

RULE = "task-ledger"
STATES = ("open", "doing", "overdue", "done", "dropped")
LIVE = ("open", "doing", "overdue")
REPORTED = ("progress", "note", "problem", "evidence")
MONDAY = "DATE '1970-01-05'"  # weeks are counted from a Monday


def last_day_of(column: str) -> str:
    """SQL for the last day a column of partial dates can mean.

    Examples
    --------
    >>> from hechang import tiny
    >>> tiny().query(f"SELECT {last_day_of('due')}::VARCHAR AS day FROM (SELECT '2024-02' AS due)")["day"].to_list()
    ['2024-02-29']
    """
    return (
        f"CASE length({column}) WHEN 4 THEN make_date({column}::INT, 12, 31) "
        f"WHEN 7 THEN last_day(({column} || '-01')::DATE) ELSE {column}::DATE END"
    )


def ledger(region: Region) -> pd.DataFrame:
    """Every task with its state on the region's day, its progress against time and its milestones.

    Progress is that of the last report whose period is over, else the one on the task itself. Progress expected grows
    evenly from the begin to the due day (our assumption) and is taken for the day of that report.

    Returns
    -------
    DataFrame
        Indexed by task: number, name, kind, programme, directive, lead, owner (name of the lead body), lead_person,
        place, plan_action, deliverable, begins, due, closed, report_every, said (state as stored), state (as worked
        out), late (done after the due day), days (past the due day; negative before it), progress, expected [%],
        behind [percentage points, null where unknown], period, reported (last report), problem, steps, steps_done,
        steps_late, next_step (milestones), source, synthetic.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="ledger") as e:
    ...     _ = e.put("tasks", [{"id": "t1", "name": "修路", "begins": "2022-01-01", "due": "2022-08"},
    ...                         {"id": "t2", "name": "建桥"}])
    >>> found = ledger(e.after)
    >>> found["state"].to_dict(), int(found.loc["t1", "days"])
    ({'t1': 'overdue', 't2': 'open'}, 27)
    """
    return region.query(_LEDGER, day=region.day).set_index("id")


_SAID = f"""
    past AS (SELECT *, {last_day_of("period")} AS ends FROM task_returns
             WHERE {last_day_of("period")} <= $day::DATE),
    said AS (SELECT task, max_by(period, (ends, id)) AS period,
                    max_by(progress, (ends, id)) FILTER (progress IS NOT NULL) AS progress,
                    max(ends) FILTER (progress IS NOT NULL) AS measured,
                    arg_max_null(nullif(trim(problem), ''), (ends, id)) AS problem
             FROM past GROUP BY task),
    steps AS (SELECT task, count(*) AS steps, count(*) FILTER (done <= $day) AS steps_done,
                     count(*) FILTER (coalesce(done > $day, true) AND {last_day_of("due")} < $day::DATE) AS steps_late,
                     min(due) FILTER (coalesce(done > $day, true)) AS next_step
              FROM milestones GROUP BY task)"""
_LEDGER = f"""
    WITH {_SAID},
    named AS (
        SELECT t.*, coalesce(b.name, o.name, t.owner) AS body, s.period, s.task IS NOT NULL AS told,
               coalesce(s.problem, CASE WHEN s.task IS NULL THEN nullif(trim(t.problem), '') END) AS open_problem,
               coalesce(s.progress, t.progress) AS done, least(coalesce(s.measured, $day::DATE), $day::DATE) AS seen,
               {last_day_of("t.begins")} AS begin, {last_day_of("t.due")} AS ends,
               coalesce(m.steps, 0) AS steps, coalesce(m.steps_done, 0) AS steps_done,
               coalesce(m.steps_late, 0) AS steps_late, m.next_step
        FROM tasks t LEFT JOIN bodies b ON b.id = t.lead LEFT JOIN bodies o ON o.id = t.owner
             LEFT JOIN said s ON s.task = t.id LEFT JOIN steps m ON m.task = t.id),
    timed AS (
        SELECT *, CASE WHEN state = 'dropped' THEN 'dropped'
                       WHEN closed <= $day OR (state = 'done' AND closed IS NULL) THEN 'done'
                       WHEN ends < $day::DATE THEN 'overdue'
                       WHEN begins <= $day OR told OR done > 0 THEN 'doing' ELSE 'open' END AS now,
               CASE WHEN seen >= ends THEN 100.0 WHEN seen <= begin THEN 0.0
                    ELSE 100.0 * datediff('day', begin, seen) / datediff('day', begin, ends) END AS expected
        FROM named)
    SELECT id, number, name, kind, programme, directive, lead, body AS owner, lead_person, place, plan_action,
           deliverable, begins, due, closed, report_every, state AS said, now AS state,
           CASE WHEN now = 'done' THEN closed > strftime(ends, '%Y-%m-%d') END AS late,
           datediff('day', ends, $day::DATE) AS days, done AS progress, round(expected, 1) AS expected,
           round(expected - done, 1) AS behind, period, open_problem AS problem, steps, steps_done, steps_late,
           next_step, source, synthetic
    FROM timed ORDER BY coalesce(due, '9999'), number, id"""


def problems(region: Region) -> pd.DataFrame:
    """Problems 堵点难点 of live tasks that their last report still names, indexed by task.

    A problem is open since the first report of the unbroken run that names one. Where a task has no report its own
    `problem` counts, from the day that row came into force; null where nobody knows since when.

    Returns
    -------
    DataFrame
        problem, since (last day the first period can mean), periods (reports that name it), said_in (source of the
        last one), days (since then).

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="ledger") as e:
    ...     _ = e.put("tasks", {"id": "t1", "name": "修路", "begins": "2022-01-01", "due": "2022-12"})
    ...     said = {"2022-05": "缺钱", "2022-06": None, "2022-07": "缺地", "2022-08": "缺地"}
    ...     _ = e.put("task_returns", [{"task": "t1", "period": m, "problem": p} for m, p in said.items()])
    >>> problems(e.after)[["since", "periods", "days"]].to_dict("records")
    [{'since': '2022-07-31', 'periods': 2, 'days': 58}]
    """
    sql = f"""
        WITH past AS (SELECT *, {last_day_of("period")} AS ends, nullif(trim(problem), '') AS named FROM task_returns
                      WHERE {last_day_of("period")} <= $day::DATE),
             quiet AS (SELECT task, max(ends) AS ends FROM past WHERE named IS NULL GROUP BY task),
             run AS (SELECT o.task, max_by(named, (o.ends, id)) AS problem, min(o.ends) AS since, count(*) AS periods,
                            max_by(source, (o.ends, id)) AS said_in
                     FROM past o LEFT JOIN quiet q ON q.task = o.task
                     WHERE named IS NOT NULL AND (q.ends IS NULL OR o.ends > q.ends) GROUP BY o.task),
             own AS (SELECT id, trim(problem), CASE WHEN valid_from > '0001' THEN {last_day_of("valid_from")} END, 0,
                            source
                     FROM tasks WHERE trim(problem) <> '' AND id NOT IN (SELECT task FROM past)),
             open AS (SELECT * FROM run UNION ALL SELECT * FROM own)
        SELECT task AS id, problem, strftime(since, '%Y-%m-%d') AS since, periods, said_in,
               datediff('day', since, $day::DATE) AS days FROM open ORDER BY task"""
    found = region.query(sql, day=region.day).set_index("id")
    state = ledger(region)["state"]
    return found[found.index.isin(state[state.isin(LIVE)].index)]


def reports(region: Region, grace: int) -> pd.DataFrame:
    """Reports asked by frequency (`report_every`) of live tasks, and how many of them have not come.

    The first period asked is the one in which the task begins; any report of a period that lies in it will do. Weeks
    end on Sunday. A period is missing from the day after its end plus `grace` days.

    Returns
    -------
    DataFrame
        Indexed by task: last (period of the last report), missed (whole periods without a report), ended (end of the
        first of them), days (since that end plus grace), why_missing (where neither begin nor report is known).

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="ledger") as e:
    ...     _ = e.put("tasks", {"id": "t1", "name": "修路", "begins": "2022-05-10", "report_every": "month"})
    ...     _ = e.put("task_returns", {"task": "t1", "period": "2022-06"})
    >>> reports(e.after, 5)[["missed", "ended", "days"]].to_dict("records")
    [{'missed': 2, 'ended': '2022-07-31', 'days': 53}]
    """
    live = ledger(region).query("state in @LIVE and report_every.notna()")
    found = region.query(_REPORTS, day=region.day, grace=grace, ids=[str(id) for id in live.index]).set_index("id")
    unknown = found["missed"].isna()
    why = pd.Series(pd.NA, index=found.index, dtype="string")
    return found.assign(why_missing=why.mask(unknown, "没有开始日期和报告 / neither begin nor report is known"))


def _period(day: str) -> str:
    return f"CASE WHEN report_every = 'week' THEN datediff('day', {MONDAY}, {day}) // 7 \
ELSE (year({day}) * 12 + month({day}) - 1) // months END"


_REPORTS = f"""
    WITH last AS (SELECT task, max_by(period, {last_day_of("period")}) AS last, max({last_day_of("period")}) AS ends
                  FROM task_returns WHERE period <= $day GROUP BY task),
         asked AS (SELECT t.id, report_every, last, ends, {last_day_of("begins")} AS begin,
                          CASE report_every WHEN 'quarter' THEN 3 WHEN 'half_year' THEN 6 WHEN 'year' THEN 12
                                            ELSE 1 END AS months
                   FROM tasks t LEFT JOIN last ON last.task = t.id WHERE t.id IN (SELECT unnest($ids))),
         counted AS (SELECT *, coalesce({_period("ends")} + 1, {_period("begin")}) AS first,
                            {_period("($day::DATE - $grace::INT)")} AS now FROM asked),
         dated AS (SELECT *, CASE WHEN report_every = 'week' THEN {MONDAY} + (first * 7 + 6)::INT
                                  ELSE make_date((first + 1) * months // 12, (first + 1) * months % 12 + 1, 1) - 1
                             END AS ended FROM counted)
    SELECT id, last, CASE WHEN first IS NOT NULL THEN greatest(now - first, 0) END AS missed,
           strftime(ended, '%Y-%m-%d') AS ended,
           datediff('day', ended + $grace::INT, $day::DATE) AS days
    FROM dated ORDER BY id"""


def task_from_directive(
    region: Region, directive: str, given: Mapping[str, Any], *, by: str, why: str, request: str | None = None
) -> tuple[Region, str]:
    """Write a task whose source is the sentence of a directive; returns the region after it and the task's id.

    Parameters
    ----------
    directive
        Id of the directive; several tasks may come from one.
    given
        Columns of `tasks` as somebody decided them: lead, due, begins, name, deliverable …. Where they are absent the
        name is the directive's text, the due day its deadline, the class 会议交办 for one said at an event.
    request
        Key of the request; the same key again writes nothing new.

    Raises
    ------
    NotKnown
        for a directive, lead body or column that does not exist.
    Refused
        for values that do not fit their column.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="read") as e:
    ...     _ = e.put("directives", {"id": "d1", "statement": "s3", "text": "年底前完成水厂改造", "kind": "action",
    ...                              "modality": "require", "deadline": "2022-12"})
    >>> after, id = task_from_directive(e.after, "d1", {"lead": "office-y"}, by="zhang", why="立项")
    >>> after.tasks.loc[id, ["name", "due", "source"]].to_list()
    ['年底前完成水厂改造', '2022-12', 'statement:s3']
    >>> after.evidence("tasks", id)["text"]
    '乙市要在年底前完成丙镇水厂改造。'
    """
    found = region.table("directives", where={"id": directive})
    if found.empty:
        raise not_known("directive", "部署要求", directive, [], "hechang export directives directives.csv")
    _refuse_unknown_body(region, given.get("lead"))
    row = {**_of_directive(found.iloc[0]), **{name: value for name, value in given.items() if value not in (None, "")}}
    with region.edit(by=by, why=why, source=str(row["source"]), level=int(row["level"]), request=request) as e:
        (id,) = e.put("tasks", row)
    return e.after, id


def report(
    region: Region, task: str, said: Mapping[str, Any], *, by: str, why: str, request: str | None = None
) -> Region:
    """Enter what a body reports of a task for a period; it replaces a report of the same period, history keeps both.

    Parameters
    ----------
    said
        period (`2022-09`; a quarter is reported by its last month), and progress [%], note, problem, evidence (id of a
        document); what is absent or empty is left empty.
    request
        Key of the request; the same key again writes nothing new.

    Raises
    ------
    NotKnown
        for a task or column that does not exist.
    InputError
        for a report that says nothing, of a period that is no date or lies after the region's day.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="ledger") as e:
    ...     _ = e.put("tasks", [{"id": "t1", "name": "修路", "begins": "2022-01-01", "due": "2022-12"}])
    >>> after = report(e.after, "t1", {"period": "2022-08", "progress": 60.0}, by="li", why="月报")
    >>> float(ledger(after).loc["t1", "progress"])
    60.0
    """
    if task not in region.table("tasks", columns=["name"]).index:
        raise not_known("task", "任务", task, [], "hechang task list")
    row = {name: value for name, value in said.items() if value not in (None, "")}
    _refuse_report(region, row)
    if "evidence" in row and row["evidence"] not in (papers := region.table("documents", columns=["title"])).index:
        raise not_known("document", "文件", str(row["evidence"]), papers.index, "hechang read FILE")
    known = region.table("task_returns", columns=["period"], where={"task": task, "period": str(row["period"])})
    made_up = bool(region.table("tasks", columns=["synthetic"], where={"id": task})["synthetic"].iloc[0])
    empty = {name: None for name in REPORTED if name not in row} if len(known) else {}
    made = {"task": task, "synthetic": made_up, **row, **empty} | ({"id": str(known.index[0])} if len(known) else {})
    with region.edit(by=by, why=why, request=request) as e:
        e.put("task_returns", made)
    return e.after


def _refuse_report(region: Region, row: Mapping[str, Any]) -> None:
    period = str(row.get("period", ""))
    if not is_date(period) or first_day(period).isoformat() > region.day:
        raise InputError(
            f"period='{period[:20]}' is no month or day up to {region.day}; write it as 2022-09",
            f"报告期“{period[:20]}”应为 {region.day} 以前的年月, 如 2022-09",
        )
    if not set(REPORTED) & set(row):
        raise InputError(
            "A report says something: progress, note, problem or evidence",
            "报告须填写进度、进展、堵点难点或佐证中的一项",
        )
    progress = row.get("progress")
    if progress is not None and not 0 <= float(progress) <= 100:
        raise InputError(f"progress={progress} lies outside 0 to 100 %", f"进度 {progress} 应在 0 到 100 % 之间")


def _refuse_unknown_body(region: Region, lead: object) -> None:
    known = region.table("bodies", columns=["name"]) if lead else None
    if known is not None and lead not in known.index:
        raise not_known("body", "单位", str(lead), [str(id) for id in known.index], "hechang export bodies bodies.csv")


def _of_directive(row: pd.Series) -> dict[str, Any]:
    """Columns of a task as the directive gives them, clearance and mark of invention included."""
    statement, deadline = row["statement"], row["deadline"]
    return {
        "directive": str(row.name),
        "name": str(row["text"]),
        "kind": "meeting" if pd.notna(row["event"]) else "document",
        "due": None if pd.isna(deadline) else str(deadline),
        "source": str(row["source"]) if pd.isna(statement) else f"statement:{statement}",
        "level": int(row["level"]),
        "synthetic": bool(row["synthetic"]),
    }


def in_words(numbers: pd.Series, unit: str = "") -> pd.Series:
    """Figures as text with at most one decimal; empty where there is none.

    Examples
    --------
    >>> in_words(pd.Series([40.0, 66.67, None]), " %").to_list()
    ['40 %', '66.7 %', '']
    """
    plain = numbers.astype("Float64").map(lambda n: f"{n:.1f}".removesuffix(".0") + unit, na_action="ignore")
    return plain.astype("string").fillna("")


def day_before(region: Region, days: pd.Series) -> pd.Series:
    """The days that lie so many days before the region's day, as ISO text; empty where `days` is.

    Examples
    --------
    >>> from hechang import tiny
    >>> day_before(tiny(), pd.Series([0, 27])).to_list()
    ['2022-09-27', '2022-08-31']
    """
    found = pd.Timestamp(region.day) - pd.to_timedelta(days.astype("Float64"), unit="D")
    return found.dt.strftime("%Y-%m-%d").astype("string")
