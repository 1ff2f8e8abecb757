"""共商共担共享 by project: bodies against roles; and how far the plan reached projects, tasks and places."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hechang.publish.results import Asked, Results
from hechang.publish.rows import made_up, page_of, records
from hechang.publish.views.frame import place_names
from hechang.publish.views.projects import page_number
from hechang.region.cities import cities
from hechang.register.coverage import coverage as actions_of
from hechang.register.coverage import coverage_by_place
from hechang.register.responsibility import ROLES, SHARED, agreed, matrix
from hechang.terms.catalogue import card

SIZE = 20


def responsibility(asked: Asked) -> dict[str, Any]:
    """Return the matrix of one page of projects; `city` keeps those in one city."""
    every = asked.results.once("matrix", lambda: matrix(asked.region))
    every = every.assign(city=every["place"].map(_city_of(asked.results)))
    city = asked.query.get("city", "").strip()
    kept = every[every["city"].eq(city)] if city else every
    projects = kept[["project"]].drop_duplicates().set_index("project")
    part, where = page_of(projects, page_number(asked.query), SIZE)
    shown = kept[kept["project"].isin(part.index)]
    return {
        "projects": _grouped(shown),
        "roles": ROLES,
        "shared": SHARED,
        "where": where,
        "city": city,
        "cities": sorted(every["city"].dropna().unique()),
        "places": place_names(asked.results),
        "made_up": made_up(shown),
    }


def _city_of(results: Results) -> dict[str, str]:
    return results.once("cities", lambda: {str(place): str(city) for place, city in cities(results.region).items()})


def _grouped(rows: pd.DataFrame) -> list[dict[str, Any]]:
    states = {row["project"]: row for row in records(agreed(rows))}
    return [
        {"id": str(id), "name": group["project_name"].iloc[0], "bodies": records(group), "agreed": states[id]}
        for id, group in rows.groupby("project", sort=False)
    ]


def coverage(asked: Asked) -> dict[str, Any]:
    """Return projects, tasks and places by plan action, and projects by city and plan version."""
    actions, places = actions_of(asked.region), coverage_by_place(asked.region)
    plans = {column.removeprefix("in "): column for column in places.columns if column.startswith("in ")}
    used = {plan: column for plan, column in plans.items() if actions["plan"].eq(plan).any()}
    return {
        "actions": _in_order(records(actions)),
        "by_place": records(places),
        "plans": {
            row["id"]: row for row in records(asked.region.table("plans", columns=["name", "name_en", "issued"]))
        },
        "used": used,
        "list": card("actions-without-projects", "list"),
        "places": place_names(asked.results),
        "made_up": made_up(actions),
    }


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each action behind the one above it, with `depth` 0 at the top; one in a circle stands at the top."""
    known = {row["id"] for row in rows}
    below: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        below.setdefault(row["parent"] if row["parent"] in known else "", []).append(row)
    found: list[dict[str, Any]] = []
    waiting = [{**row, "depth": 0} for row in reversed(below.get("", []))]
    while waiting:
        row = waiting.pop()
        found.append(row)
        waiting += [{**child, "depth": row["depth"] + 1} for child in reversed(below.get(row["id"], []))]
    shown = {row["id"] for row in found}
    return found + [{**row, "depth": 0} for row in rows if row["id"] not in shown]
