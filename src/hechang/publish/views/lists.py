"""The lists 清单: rows with reasons, the rule behind them, and what another threshold would change."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hechang.publish.results import Asked, Results
from hechang.publish.rows import made_up, records, simple
from hechang.publish.views.proof import proofs_of
from hechang.register.rules import find_value
from hechang.terms import catalogue
from hechang.terms.catalogue import Card
from hechang.terms.parameters import Parameter

PAGE_OF = {"projects": "project", "tasks": "task"}  # rows with a page of their own


def one_list(asked: Asked) -> dict[str, Any]:
    """Return one list in full; options in the address show what they would change, nothing is written.

    Raises
    ------
    NotKnown
        for a list that does not exist.
    InputError
        for an option that cannot be read.
    """
    card = catalogue.card(asked.ids[0], "list")
    given = {name: asked.query[name] for name in catalogue.options(card) if asked.query.get(name)}
    options = catalogue.read_options(card, given)
    before = asked.results.listing(card.id)
    return {
        **summary(asked.results, card),
        "given": {name: options[name] for name in given},
        "tried": bool(given),
        "changes": changes(before, asked.results.listing(card.id, **options)) if given else {},
    }


def summary(results: Results, card: Card) -> dict[str, Any]:
    """Return a list as it stands: its rows, the row that proves each, and the rule with each of its values."""
    frame = results.listing(card.id)
    rule = frame.attrs.get("rule") or {}
    invested = frame["invested"].dropna()
    return {
        "card": card,
        "rows": rows_of(frame),
        "proofs": proofs_of(results, frame),
        "rule": rule,
        "parameters": parameters_of(results, card, rule.get("id", "")),
        "invested": simple(invested.sum()) if len(invested) else None,
        "without_money": int(frame["invested"].isna().sum()),
        "unclear": len(frame.attrs.get("missing", [])),
        "made_up": made_up(frame),
    }


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a list with the address of each: `page` is the page of a project, task or place, else its proof.

    Examples
    --------
    >>> [row["page"] for row in rows_of(pd.DataFrame({"table": ["tasks", "plan_actions"]}, index=["t", "a"]))]
    [('task', 't'), ('evidence', 'plan_actions', 'a')]
    """
    rows = records(frame)
    return [{**row, "page": _page(row.get("table") or "projects", str(row["id"]))} for row in rows]


def _page(table: str, id: str) -> tuple[str, ...]:
    return (PAGE_OF[table], id) if table in PAGE_OF else ("evidence", table, id)


def parameters_of(results: Results, card: Card, rule: str) -> list[Parameter]:
    """Return the rule's values that are options of the card, as in force on the region's day."""
    found = (find_value(results.region, rule, name) for name in catalogue.options(card) if rule)
    return [one for one in found if one is not None]


def changes(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Return which rows come, stay and leave between two results of a list, each with its reason.

    Examples
    --------
    >>> was = pd.DataFrame({"name": ["A", "B"]}, index=["a", "b"])
    >>> found = changes(was, was.loc[["b"]])
    >>> [row["id"] for row in found["left"]], [row["id"] for row in found["stayed"]], found["new"]
    (['a'], ['b'], [])
    """
    return {
        "new": rows_of(after[~after.index.isin(before.index)]),
        "stayed": rows_of(after[after.index.isin(before.index)]),
        "left": rows_of(before[~before.index.isin(after.index)]),
    }
