"""One project with all that is known of it: where it stands, dates, money, steps, papers, ties, history by field."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hechang.publish.results import Asked, Results
from hechang.publish.rows import Row, read_json, records, simple
from hechang.publish.showing import without_name
from hechang.publish.views.frame import place_names
from hechang.publish.views.lit import every_light
from hechang.publish.views.projects import project
from hechang.publish.views.schedule import known_baselines, schedule
from hechang.publish.views.shelf import Shelf, body_names, memberships, names_of, rows_at, shelf
from hechang.register.lights.lit import severity
from hechang.register.standing import year_of
from hechang.terms import catalogue
from hechang.terms.errors import not_known

_TIES = {
    "tasks": """SELECT id, name, number, state, due, closed, progress, lead, source, synthetic FROM tasks
                WHERE contains(projects, '"' || $id || '"') ORDER BY due NULLS LAST, id""",
    "programmes": """SELECT i.id, i.programme, p.name, p.begins, p.ends, i.state, i.number, i.reason, i.source,
                            i.synthetic
                     FROM programme_items i LEFT JOIN programmes p ON p.id = i.programme
                     WHERE i.project = $id ORDER BY p.begins, i.id""",
    "links": """SELECT l.id, other AS project, p.name, l.kind, l.state, l.score, l.reason, l.source, l.synthetic
                FROM (SELECT *, CASE WHEN a = $id THEN b ELSE a END AS other FROM project_links
                      WHERE a = $id OR b = $id) l LEFT JOIN projects p ON p.id = other ORDER BY l.id""",
    "funds": """SELECT x.id, x.fund, f.name, f.kind, x.year, x.amount, x.source, x.synthetic
                FROM allocations x LEFT JOIN funds f ON f.id = x.fund WHERE x.project = $id ORDER BY x.year, x.id""",
    "payments": """SELECT x.id, x.fund, f.name, x.paid, x.amount, x.source, x.synthetic
                   FROM payments x LEFT JOIN funds f ON f.id = x.fund WHERE x.project = $id ORDER BY x.paid, x.id""",
    "agreements": """SELECT id, name, signed, basis, state, source, synthetic FROM agreements WHERE object = $id
                     ORDER BY signed, id""",
    "papers": """SELECT id, name, issuer, issued, valid_until, document, source, synthetic FROM papers
                 WHERE object = $id ORDER BY name, id""",
    "letters": """SELECT id, number, colour, issued, due, answered, closed, reason, to_body, source, synthetic
                  FROM slips WHERE object = $id ORDER BY issued DESC, id""",
}
_NAMED = {"zone": ("collections", ["name", "name_en"]), "plan_action": ("plan_actions", ["name"])}
_LIT = ["metric", "rule", "clause", "colour", "value", "period", "periods", "reason", "reason_en", "exempt",
        "escalation"]  # fmt: skip


def one_project(results: Results, id: str) -> dict[str, Any]:
    """Return what is known of a project, without lights and lists (see `marks_of`); raises NotKnown.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = one_project(Results(tiny()), "p3")
    >>> found["standing"]["stage"], [event["stage"] for event in found["events"]], found["money"]["years"][0]["year"]
    ('started', ['signed', 'filed', 'started'], 2022)
    """
    known = project(Asked(results, (id,)))
    row = {**known["row"], "list_years": read_json(known["row"]["list_years"])}
    made = shelf(results, marks=False)
    stands = rows_at(made, made.rows.index[made.rows["id"] == id].to_numpy())
    found = {
        "row": row, "standing": stands[0] if stands else None, "names": _names(results, row),
        "events": [_event(event) for event in known["events"]],
        "money": {"year": year_of(results.region), "years": known["years"],
                  "returns": known["returns"]},
        "steps": known["steps"], "counted": known["counted"], "steps_papers": known["papers"],
        "terms": known["terms"], "served": known["served"], "files": known["files"],
        **{name: _tie(results, sql, id) for name, sql in _TIES.items()},
        "proof": known["proof"], "history": known["history"], "fields": by_field(known["history"]),
        "synthetic": known["made_up"],
    }  # fmt: skip
    return open_to(results, found)


def open_to(results: Results, found: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as its reader may see it: for the public a person who vouches for a row has no name."""
    return _nameless(found) if results.region.reader.kind == "public" else found


def _nameless(value: Any) -> Any:
    if isinstance(value, list):
        return [_nameless(one) for one in value]
    if not isinstance(value, dict):
        return value
    told = {key: _nameless(one) for key, one in value.items()}
    return told | {"source": without_name(told["source"])} if isinstance(told.get("source"), str) else told


def _event(event: Row) -> Row:
    """Event with the title of its paper in place of the whole row."""
    paper = event["paper"]
    return event | {"paper": {key: paper[key] for key in ("id", "title", "sha256")} if paper else None}


def _tie(results: Results, sql: str, id: str) -> list[Row]:
    return records(results.region.query(sql, id=id).set_index("id"))


def _names(results: Results, row: Row) -> dict[str, dict[str, str]]:
    """Names of what the row refers to, by field."""
    bodies, places, region = body_names(results), place_names(results), results.region
    lead = row["lead"] or row["owner"]
    found = {"owner": bodies.get(lead, {"name": lead}), "place": places.get(row["place"] or "", {})}
    city = shelf(results, marks=False).rows.set_index("id")["city"].get(row["id"])
    found["city"] = places.get(str(city), {})
    for field, table, columns in (
        ("zone", "collections", ["name", "name_en"]),
        ("plan_action", "plan_actions", ["name"]),
    ):
        rows = records(region.table(table, columns=columns, where={"id": row[field]})) if row[field] else []
        found[field] = rows[0] if rows else {}
    return {key: _both(one) for key, one in found.items() if one}


def _both(named: Row) -> dict[str, str]:
    name = str(named.get("name") or "")
    return {"zh": name, "en": str(named.get("name_en") or name)}


def by_field(history: list[Row]) -> dict[str, list[Row]]:
    """Return for each field that was ever written its values, newest first: who, when, why, old and new.

    Examples
    --------
    >>> log = [{"revision": 2, "at": "t", "actor": "li", "reason": "r", "source": "s", "changed": {"name": ["a", "b"]}}]
    >>> by_field(log)["name"][0]["now"]
    'b'
    """
    found: dict[str, list[Row]] = {}
    for version in history:
        said = {key: version.get(key) for key in ("revision", "at", "actor", "reason", "source")}
        for field, (was, now) in version["changed"].items():
            found.setdefault(field, []).append({**said, "was": simple(was), "now": simple(now)})
    return found


def marks_of(results: Results, id: str, baseline: str = "") -> dict[str, Any]:
    """Return the lights of a project with their clauses, the lists it is on with reasons, its dates against a baseline.

    Raises
    ------
    NotKnown
        for a project or baseline that does not exist.
    """
    made = shelf(results)
    at = made.rows.index[made.rows["id"] == id].to_numpy()
    if not len(at):
        raise not_known("project", "项目", id, [])
    known = known_baselines(results)
    chosen = baseline or next((one["name"] for one in known), "")
    found = {
        "light": simple(made.rows["light"].iloc[at[0]]), "lights": lights_of(results, id),
        "lists": reasons_on(results, made, id), "baselines": known, "baseline": chosen,
        "schedule": schedule(results, made, at, chosen)[0],
    }  # fmt: skip
    return open_to(results, found)


def lights_of(results: Results, id: str) -> list[Row]:
    """Return every light of one object, the worst first."""
    lit = every_light(results.region)
    mine = lit[lit["object"].eq(id)]
    order = severity(mine["colour"]).sort_values(ascending=False, kind="stable").index
    return records(mine.loc[order, _LIT].set_index("metric"))


def reasons_on(results: Results, made: Shelf, id: str) -> list[dict[str, Any]]:
    """Return the lists a project is on, each with its names, how many are on it, and its rows about the project."""
    found = []
    for listing, ids in memberships(results).items():
        if id in ids:
            frame = results.listing(listing)
            rows = records(_rows_about(frame, id).rename_axis("id"))
            told = {
                "id": listing,
                **names_of(results, "list", listing),
                "source": catalogue.card(listing, "list").source,
            }
            found.append({**told, "count": len(ids), "of": len(made.rows), "rows": rows})
    return found


def _rows_about(frame: pd.DataFrame, id: str) -> pd.DataFrame:
    mine = frame["project"].eq(id) if "project" in frame else pd.Series(frame.index == id, index=frame.index)
    names = ["name", "reason", "reason_en", "days", "due", "source"]
    return frame[mine.fillna(False).astype(bool)][names]
