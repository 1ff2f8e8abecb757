"""What changed, in words: one sentence a change, who wrote it, and the row that proves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hechang.publish import showing
from hechang.publish.results import Results
from hechang.publish.rows import Row, records, simple
from hechang.publish.views.frame import place_names
from hechang.publish.views.shelf import body_names
from hechang.region.cities import cities
from hechang.register.changes import Since, people, since_of, table_counts
from hechang.register.news import KINDS, counted, news
from hechang.terms.dates import days_between, is_date
from hechang.terms.errors import not_known
from hechang.terms.specs import codes
from hechang.terms.specs import table as spec

TOP = 3  # changes of each kind told on the first page
LANGUAGES = ("zh", "en")
_NAMES = {
    "projects": "SELECT id, name, place, owner, synthetic FROM projects",
    "tasks": "SELECT id, name, place, owner, synthetic FROM tasks",
    "slips": """SELECT s.id, s.number || ' ' || coalesce(p.name, k.name, s.object) AS name, p.place, s.owner,
                       s.synthetic
                FROM slips s LEFT JOIN projects p ON p.id = s.object LEFT JOIN tasks k ON k.id = s.object""",
}
_GONE = 'SELECT id, any_value(name) AS name FROM "projects every" WHERE id IN (SELECT unnest($ids)) GROUP BY id'


def found_since(results: Results, text: str) -> tuple[Since, pd.DataFrame]:
    """Return since when, and all changes since then, worked out once for this view."""
    since = since_of(results.region, text) if text else last_edition(results)
    return since, results.once(("news", since), lambda: news(results.region, since))


def last_edition(results: Results) -> Since:
    """Return the day of the newest edition of a list before today's; the beginning where none was kept.

    Examples
    --------
    >>> from hechang import tiny
    >>> last_edition(Results(tiny()))
    0
    """
    sql = "SELECT max(day) AS day FROM editions WHERE day < $day"
    day = simple(results.region.query(sql, day=results.region.day)["day"].iloc[0])
    return str(day) if day else 0


def changed(results: Results, text: str = "") -> dict[str, Any]:
    """Return what changed since a revision or a day: counts by kind with the largest ones told, people, tables.

    People and tables are of what was entered, so they are empty where a day is asked for.
    """
    since, rows = found_since(results, text)
    kinds = [
        {"kind": str(kind), "count": int(one["count"]), "amount": int(one["amount"]),
         "rows": told(results, rows[rows["kind"].eq(str(kind))].head(TOP))}
        for kind, one in counted(rows).iterrows()
    ]  # fmt: skip
    entered = isinstance(since, int)
    return {
        "since": _since(results, since),
        "changes": kinds,
        "people": _people(results, int(since)) if entered else [],
        "tables": _tables(results, int(since)) if entered else [],
    }


def _since(results: Results, since: Since) -> dict[str, Any]:
    if not isinstance(since, int):
        return {"kind": "day", "value": since, "at": None, "revisions": None}
    region = results.region
    lineage = region.store.lineage(region.branch_name, region.revision)
    seen = region.store.revisions(lineage, only=[since]) if since else pd.DataFrame()
    at = str(seen["at"].iloc[0]) if len(seen) else None
    return {"kind": "revision", "value": str(since), "at": at, "revisions": region.revision - since}


def _people(results: Results, since: int) -> list[Row]:
    return results.once(("people", since), lambda: records(people(results.region, since)))


def _tables(results: Results, since: int) -> list[Row]:
    rows = results.once(("counts", since), lambda: records(table_counts(results.region, since)))
    return [{**row, "zh": spec(row["table"]).zh, "en": spec(row["table"]).en} for row in rows]


def of_kind(results: Results, text: str, kind: str, offset: int, limit: int) -> dict[str, Any]:
    """Return one page of the changes of a kind, all kinds where it is empty; raises NotKnown for another word."""
    if kind and kind not in KINDS:
        raise not_known("kind of change", "变化种类", kind, KINDS)
    since, rows = found_since(results, text)
    kept = rows[rows["kind"].eq(kind)] if kind else rows
    page = told(results, kept.iloc[offset : offset + limit])
    return {"since": _since(results, since), "total": len(kept), "offset": offset, "limit": limit, "rows": page}


def told(results: Results, rows: pd.DataFrame) -> list[Row]:
    """Return changes in words, with name, city and owner of what they are about, and who wrote them and why."""
    plain = [{str(key): simple(value) for key, value in row.items()} for row in rows.to_dict("records")]
    about = _about(results, plain)
    wrote = _wrote(results, sorted({int(row["revision"]) for row in plain if row["revision"]}))
    return [_told(results, row, about.get(row["about"], {}), wrote.get(row["revision"], {})) for row in plain]


def _told(results: Results, row: Row, about: Row, wrote: Row) -> Row:
    said = {lang: sentence(row, lang, _names(results, row)) for lang in LANGUAGES}
    head = {"kind": row["kind"], "on": row["on"], "id": row["about"], "amount": row["amount"]}
    named = {key: about.get(key) for key in ("name", "place", "city", "owner")}
    proof = {"table": row["table"], "id": row["row"]}
    written = {key: wrote.get(key) for key in ("at", "actor", "reason")} | {"revision": row["revision"]}
    return {**head, **named, **said, "proof": proof, **written, "synthetic": bool(about.get("synthetic"))}


def _about(results: Results, rows: list[Row]) -> dict[Any, Row]:
    found: dict[Any, Row] = {}
    for table in {row["on"] for row in rows}:
        ids = [row["about"] for row in rows if row["on"] == table]
        frame = results.region.query(f"SELECT * FROM ({_NAMES[table]}) WHERE id IN (SELECT unnest($ids))", ids=ids)
        found |= {row["id"]: row for row in records(frame.set_index("id"))}
    lost = [row["about"] for row in rows if row["about"] not in found and row["about"]]
    gone = {row["about"]: {"name": row["before"]} for row in rows if row["kind"] == "gone"}
    known = {row["id"]: row for row in records(results.region.query(_GONE, ids=lost).set_index("id"))} if lost else {}
    city = results.once("city of", lambda: cities(results.region).to_dict())
    return {id: {**row, "city": city.get(row.get("place"))} for id, row in (gone | known | found).items()}


def _wrote(results: Results, revisions: list[int]) -> dict[Any, Row]:
    if not revisions or results.region.reader.kind == "public":
        return {}
    region = results.region
    lineage = region.store.lineage(region.branch_name, region.revision)
    frame = region.store.revisions(lineage, only=revisions).set_index("seq")[["at", "actor", "reason"]]
    return {row["seq"]: row for row in records(frame)}


def _names(results: Results, row: Row) -> Mapping[str, Row]:
    """Names of what a value points to: places and bodies by id."""
    if row["field"] == "place":
        return place_names(results)
    if row["field"] == "lead":
        return body_names(results)
    return {}


def sentence(row: Row, lang: str, names: Mapping[str, Row]) -> str:
    """Say one change in a short sentence without the name of what changed.

    Examples
    --------
    >>> row = {"kind": "stage", "table": "project_events", "field": "stage", "of": "2022-09-20",
    ...        "before": "signed", "after": "filed"}
    >>> sentence(row, "zh", {}), sentence(row, "en", {})
    ('签约 → 备案 (2022-09-20)', 'Signed → Filed (2022-09-20)')
    >>> row = {"kind": "money", "table": "project_years", "field": "invest_plan", "of": 2022,
    ...        "before": 120_000_000_000, "after": 150_000_000_000}
    >>> sentence(row, "zh", {})
    '2022年 · 年度计划投资 12 亿元 → 15 亿元'
    """
    before, after = (_value(row, row[side], lang, names) for side in ("before", "after"))
    if row["kind"] == "stage":
        return f"{before} → {after}" + (f" ({row['of']})" if row["after"] and row["of"] else "")
    title = getattr(spec(row["table"]).field(row["field"]), lang)  # without its unit: the value names its own
    if row["kind"] == "gone":
        return {"zh": "已不在库", "en": "no longer in the register"}[lang]
    if row["kind"] in ("new", "task", "letter") and row["before"] is None:
        return f"{title} {after}"
    of = _of(row, lang)
    return (f"{of} · " if of else "") + f"{title} {before} → {after}{_days(row, lang)}"


def _value(row: Row, value: Any, lang: str, names: Mapping[str, Row]) -> str:
    if value in names:
        return str(showing.pick(names[value], "name", lang))
    if value is None:
        return {"zh": "空", "en": "empty"}[lang] if row["kind"] != "stage" else {"zh": "未开始", "en": "no stage"}[lang]
    return showing.cell(row["table"], row["field"], value, lang)


def _of(row: Row, lang: str) -> str:
    """Which stage, year or month a value is of."""
    of = row["of"]
    if of is None:
        return ""
    if of in codes("stages"):
        return codes("stages")[of].title(lang)
    return f"{of}年" if lang == "zh" and len(str(of)) == 4 else str(of)


def _days(row: Row, lang: str) -> str:
    """By how many days a date moved; nothing where either is no full date."""
    dates = [str(row[side] or "") for side in ("before", "after")]
    if row["kind"] != "date" or not all(is_date(date) and len(date) == 10 for date in dates):
        return ""
    days = days_between(*dates)
    if lang == "zh":
        return f" ({'晚' if days > 0 else '早'} {abs(days)} 天)"
    return f" ({abs(days)} days {'later' if days > 0 else 'earlier'})"
