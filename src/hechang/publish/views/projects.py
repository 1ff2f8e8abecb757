"""The register of projects: a paged table with search, and one project with all that is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hechang.publish.results import Asked, Results
from hechang.publish.rows import Row, any_made_up, made_up, page_of, records
from hechang.publish.views.delivery import delivery
from hechang.publish.views.frame import body_of, place_names
from hechang.publish.views.proof import history, proved
from hechang.terms.errors import not_known
from hechang.terms.numbers import parse_number
from hechang.terms.specs import codes

SIZE = 50
COLUMNS = ["name", "code", "place", "category", "status", "company", "invest_total", "source", "synthetic"]


def projects(asked: Asked) -> dict[str, Any]:
    """Return one page of projects; `q` searches name, code and company, `city` keeps one city."""
    frame = asked.results.once("register", lambda: asked.region.table("projects", columns=COLUMNS).sort_values("name"))
    words, city = asked.query.get("q", "").strip(), asked.query.get("city", "").strip()
    found = _in_city(_with_words(frame, words), city)
    part, where = page_of(found, page_number(asked.query), SIZE)
    return {
        "rows": records(part),
        "where": where,
        "words": words,
        "city": city,
        "cities": asked.results.once("register cities", lambda: _cities(asked.results, frame)),
        "places": place_names(asked.results),
        "made_up": made_up(part),
    }


def page_number(query: Mapping[str, str]) -> int:
    """Page asked for; the first one where the text is no number."""
    number = parse_number(query.get("page", "1"))
    return int(number) if number is not None and 0 < number < 10**6 else 1


def _with_words(frame: pd.DataFrame, words: str) -> pd.DataFrame:
    if not words:
        return frame
    text = frame["name"].fillna("") + "\n" + frame["code"].fillna("") + "\n" + frame["company"].fillna("")
    return frame[text.str.contains(words, case=False, regex=False)]


def _in_city(frame: pd.DataFrame, city: str) -> pd.DataFrame:
    return frame[frame["place"].fillna("").str.startswith(city[:4])] if city else frame


def _cities(results: Results, frame: pd.DataFrame) -> list[dict[str, Any]]:
    places = results.region.table("places", columns=["name", "name_en", "kind"])
    seen = set(frame["place"].dropna().str.slice(0, 4).unique())
    cities = places[places["kind"].eq("city") & places.index.str.slice(0, 4).isin(seen)]
    return records(cities.sort_index())


def project(asked: Asked) -> dict[str, Any]:
    """Return one project with its events, money, returns, proof and history; raises NotKnown."""
    results, id = asked.results, asked.ids[0]
    found = results.rows("projects", "id", id)
    if not found:
        raise not_known("project", "项目", id, [], "/projects")
    names = ("project_events", "project_years", "returns")
    events, years, returns = (results.rows(name, "project", id) for name in names)
    order = {stage: number for number, stage in enumerate(codes("stages"))}
    behind = delivery(results, id, events)
    shown = (behind[name] for name in ("steps", "terms", "served", "files"))
    return {
        **behind,
        "row": found[-1],
        "events": [_apart(results, row) for row in sorted(events, key=lambda row: order.get(row["stage"], len(order)))],
        "years": sorted(years, key=lambda row: row["year"]),
        "returns": sorted(returns, key=lambda row: row["period"], reverse=True),
        "places": place_names(results),
        "body": body_of(results, found[-1].get("lead") or found[-1]["owner"]),
        "proof": proved(results, "projects", id),
        "history": history(results, id),
        "made_up": any_made_up(found, events, years, returns, *shown),
    }


def _apart(results: Results, event: Row) -> Row:
    """Add what proves the estimated and the actual day, where they came from different sources, and the paper."""
    papers = results.rows("documents", "id", event["evidence"]) if event["evidence"] else []
    known = event["estimated"] and event["actual"] and not results.whole
    log = history(results, event["id"]) if known else []
    set_by = {name: _set_by(log, name, event[name]) or event["source"] for name in ("estimated", "actual")}
    apart = set_by if len(set(set_by.values())) > 1 else {}
    return event | {"apart": apart, "paper": papers[-1] if papers else None}


def _set_by(log: list[Row], field: str, value: str | None) -> str | None:
    """Source of the version that last set a date to its value; None where history does not tell."""
    return next((row["source"] for row in log if row["changed"].get(field, [None, None])[1] == value), None)
