"""What is due and when, as a calendar that phones and mail programs subscribe to: one body, or all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from icalendar import Calendar, Event

from hechang.region.region import Region
from hechang.terms.catalogue import export
from hechang.terms.dates import last_day
from hechang.terms.errors import InputError, not_known
from hechang.terms.specs import codes
from hechang.terms.units import Text

KINDS = {
    "task": ("任务到期", "Task due"), "milestone": ("节点到期", "Milestone due"), "slip": ("督办函到期", "Slip due"),
    "round": ("填报截止", "Return due"),
}  # fmt: skip
COARSE = {7: ("仅到月", "month only"), 4: ("仅到年", "year only")}
_TASKS = """SELECT 'task' AS kind, id, name, due, lead AS body, source, synthetic FROM tasks
            WHERE due IS NOT NULL AND coalesce(closed > $day, true)
                  AND coalesce(state, '') NOT IN ('done', 'dropped')"""
_MILESTONES = """SELECT 'milestone', m.id, t.name || ': ' || m.name, m.due, t.lead, m.source, m.synthetic
                 FROM milestones m JOIN tasks t ON t.id = m.task
                 WHERE m.due IS NOT NULL AND coalesce(m.done > $day, true)"""
_SLIPS = """SELECT 'slip', id, number || ' ' || object, coalesce(extended_to, due), to_body, source, synthetic
            FROM slips WHERE coalesce(extended_to, due) IS NOT NULL AND coalesce(answered > $day, true)
                  AND coalesce(closed > $day, true)"""
_ROUNDS = """SELECT 'round', b.id, r.name, r.due, b.body, r.source, r.synthetic
             FROM round_bodies b JOIN rounds r ON r.id = b.round
             WHERE r.due IS NOT NULL AND coalesce(b.returned > $day, true) AND coalesce(r.closed > $day, true)"""
_STAGES = """SELECT e.stage, e.project || '-' || e.stage, p.name, min(e.estimated),
                    coalesce(p.lead, p.owner), min(e.source), bool_or(e.synthetic)
             FROM project_events e JOIN projects p ON p.id = e.project
             WHERE e.estimated IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM project_events a WHERE a.project = e.project AND a.stage = e.stage
                                   AND a.actual <= $day)
             GROUP BY e.stage, e.project, p.name, p.lead, p.owner"""


@export(
    "ical",
    zh="到期日历 (iCalendar)",
    en="Calendar of what is due (iCalendar)",
    source="RFC 5545 (iCalendar), IETF 2009; RFC 7986 for names of calendars",
)
def ical(region: Region, path: Path, *, body: Text = "", lang: Text = "zh") -> dict[str, int]:
    """Write what is open on the region's day: tasks, milestones, slips, returns and expected stages of projects.

    Every entry lasts all day, on the last day its date can mean; a date known to the month or year says so in its
    title. The same row has the same UID in every copy, so that a calendar updates what it has.

    Parameters
    ----------
    path
        File to write.
    body
        Name or id of a body; all when empty.
    lang
        zh or en.

    Returns
    -------
    dict
        Number of entries by kind; stages of projects count as `stage`.

    Raises
    ------
    InputError
        for an unknown body or language.

    Examples
    --------
    >>> import tempfile
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="minutes") as e:
    ...     _ = e.put("tasks", {"name": "水厂改造", "lead": "office-y", "due": "2022-12"})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ical(e.after, Path(folder) / "y.ics", body="乙市项目办")
    {'task': 1}
    """
    if lang not in ("zh", "en"):
        raise InputError(f"'{lang}' is no language; write zh or en", f"“{lang}”不是可用语言; 请写 zh 或 en")
    rows = entries(region, body)
    calendar = _calendar(region, body, lang)
    stamp = _stamp(region)
    for one in rows.itertuples():  # an entry is an object of its own
        calendar.add_component(_event(one, region.store.id, stamp, lang))
    path.write_bytes(calendar.to_ical())
    kinds = rows["kind"].where(rows["kind"].isin(KINDS), "stage").value_counts()
    return {str(kind): int(count) for kind, count in kinds.sort_index().items()}


def entries(region: Region, body: str = "") -> pd.DataFrame:
    """What is open and dated, earliest first: kind, id, name, due [ISO date], body, owner (its name), synthetic.

    Examples
    --------
    >>> from hechang import tiny
    >>> entries(tiny()).empty
    True
    """
    of = _body(region, body) if body else ""
    parts = " UNION ALL ".join((_TASKS, _MILESTONES, _SLIPS, _ROUNDS, _STAGES))
    sql = f"""SELECT x.*, coalesce(b.name, x.body) AS owner FROM ({parts}) x LEFT JOIN bodies b ON b.id = x.body
              WHERE $body IN ('', x.body) ORDER BY x.due, x.kind, x.id"""
    return region.query(sql, day=region.day, body=of)


def _body(region: Region, name: str) -> str:
    known = region.table("bodies", columns=["name"])["name"]
    hit = known.index if name in known.index else known.index[known.eq(name)]
    if hit.empty:
        raise not_known("body", "单位", name, [*known, *known.index], "hechang export bodies bodies.csv")
    return name if name in known.index else str(hit[0])


def _calendar(region: Region, body: str, lang: str) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//hechang//due dates//ZH" if lang == "zh" else "-//hechang//due dates//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    name = " · ".join(part for part in (region.settings.name, body) if part)
    made.add("name", name)
    made.add("x-wr-calname", name)  # what most programs read instead
    return made


def _stamp(region: Region) -> datetime:
    """Moment of the region's revision: the same revision writes the same file."""
    log = region.log(limit=1)
    if log.empty:
        return datetime.fromisoformat(region.day).replace(tzinfo=UTC)
    return datetime.fromisoformat(str(log["at"].iloc[0])).replace(microsecond=0)


def _event(one: Any, store: str, stamp: datetime, lang: str) -> Event:
    made = Event()
    day = last_day(str(one.due))
    made.add("uid", f"{one.kind}-{one.id}@{store}.hechang")
    made.add("dtstamp", stamp)
    made.add("dtstart", day)
    if day < date.max:  # the day after the last one of the calendar does not exist
        made.add("dtend", day + timedelta(days=1))
    made.add("summary", _title(one, lang))
    made.add("description", "\n".join((str(one.owner), str(one.source))))
    made.add("categories", [str(one.kind)])
    made.add("transp", "TRANSPARENT")  # being due keeps nobody busy
    return made


def _title(one: Any, lang: str) -> str:
    """Kind, name and how precise the day is: `[任务到期] 水厂改造 (仅到月)`."""
    stages = codes("stages")
    at = 0 if lang == "zh" else 1
    expected = ("预计", "Expected: ")[at] + (stages[one.kind].title(lang) if one.kind in stages else "")
    kind = KINDS[one.kind][at] if one.kind in KINDS else expected
    notes = [COARSE[len(one.due)][at]] if len(one.due) in COARSE else []
    notes += [("虚构示例", "made up")[at]] if one.synthetic else []
    return f"[{kind}] {one.name}" + (f" ({', '.join(notes)})" if notes else "")
