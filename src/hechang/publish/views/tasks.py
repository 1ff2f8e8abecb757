"""The task ledger 督查台账, and one task with its milestones, reports, sentence and projects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hechang.publish.results import Asked, Results
from hechang.publish.rows import Row, any_made_up, made_up, page_of, read_json, records
from hechang.publish.views.frame import body_of, place_names
from hechang.publish.views.projects import page_number
from hechang.publish.views.proof import history, proved
from hechang.register.tasks import STATES, ledger
from hechang.terms.catalogue import card
from hechang.terms.errors import not_known

SIZE = 50
LISTS = ("overdue-tasks", "tasks-blocked", "tasks-not-reported")
FILTERS = ("state", "lead", "programme")


def tasks(asked: Asked) -> dict[str, Any]:
    """Return one page of the ledger; `q` searches name, number and lead, the others keep one state, lead, programme."""
    every = ledger_of(asked.results)
    chosen = {name: asked.query.get(name, "").strip() for name in FILTERS}
    words = asked.query.get("q", "").strip()
    kept = _with_words(every, words)
    for name in ("lead", "programme"):
        kept = kept[kept[name].eq(chosen[name])] if chosen[name] else kept
    part, where = page_of(_in_state(kept, chosen["state"]), page_number(asked.query), SIZE)
    return {
        "rows": records(part),
        "where": where,
        "words": words,
        "chosen": chosen,
        "states": {state: int(kept["state"].eq(state).sum()) for state in STATES},
        "late": int(kept["late"].fillna(False).sum()),
        "leads": dict(every[["lead", "owner"]].dropna().drop_duplicates().sort_values("owner").itertuples(index=False)),
        "programmes": sorted(every["programme"].dropna().unique()),
        "lists": [card(id, "list") for id in LISTS],
        "made_up": made_up(part),
    }


def ledger_of(results: Results) -> pd.DataFrame:
    """Return the ledger, worked out once."""
    return results.once("ledger", lambda: ledger(results.region))


def _in_state(frame: pd.DataFrame, state: str) -> pd.DataFrame:
    return frame[frame["state"].eq(state)] if state else frame


def _with_words(frame: pd.DataFrame, words: str) -> pd.DataFrame:
    if not words:
        return frame
    text = frame["name"] + "\n" + frame["number"].fillna("") + "\n" + frame["owner"].fillna("")
    return frame[text.str.contains(words, case=False, regex=False)]


def task(asked: Asked) -> dict[str, Any]:
    """Return one task with all that is known of it; raises NotKnown."""
    results, id = asked.results, asked.ids[0]
    found = ledger_of(results)
    if id not in found.index:
        raise not_known("task", "任务", id, [], "/tasks")
    own, row = results.rows("tasks", "id", id)[-1], records(found.loc[[id]])[0]
    steps, returns = results.rows("milestones", "task", id), results.rows("task_returns", "task", id)
    return {
        "row": row,
        "own": own,
        "steps": sorted(steps, key=lambda one: one["due"] or "9999"),
        "returns": sorted(returns, key=lambda one: one["period"], reverse=True),
        "files": _readable(results, [one["evidence"] for one in returns]),
        "letters": results.rows("slips", "object", id),
        "bodies": [body_of(results, str(body)) for body in read_json(own["co_bodies"]) or []],
        "places": place_names(results),
        "proof": proved(results, "tasks", id),
        "history": history(results, id),
        "made_up": any_made_up([own], steps, returns),
        **_links(results, own),
    }


def _links(results: Results, own: Mapping[str, Any]) -> dict[str, Any]:
    """Rows a task points to, as far as the reader may see them."""
    named = [str(id) for id in read_json(own["projects"]) or []]
    projects = results.region.table("projects", columns=["name", "synthetic"], where={"id": named})
    return {
        "directive": _one(results, "directives", own["directive"]),
        "action": _one(results, "plan_actions", own["plan_action"]),
        "projects": records(projects),
    }


def _readable(results: Results, ids: list[str | None]) -> set[str]:
    """Those of the documents that this reader may open."""
    named = [id for id in ids if id]
    return set(results.region.table("documents", columns=["title"], where={"id": named}).index) if named else set()


def _one(results: Results, table: str, id: str | None) -> Row | None:
    """The row; None where nothing is named, or it is not for this reader."""
    found = results.rows(table, "id", id) if id else []
    return found[-1] if found else None
