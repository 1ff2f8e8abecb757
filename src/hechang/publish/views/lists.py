"""The lists 清单: rows with reasons, the rule behind them, and what another threshold would change."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from hechang.publish.columns import Column, Names, columns_of, names_of
from hechang.publish.results import Asked, Results
from hechang.publish.rows import made_up, records, simple
from hechang.publish.views.proof import proofs_of
from hechang.register.rules import find_value
from hechang.terms import catalogue
from hechang.terms.catalogue import Card
from hechang.terms.parameters import Parameter
from hechang.terms.sources import KINDS
from hechang.terms.specs import codes
from hechang.terms.specs import table as table_spec

PAGE_OF = {"projects": "project", "tasks": "task"}  # rows with a page of their own
MEASURED = ("days", "due", "invested")  # columns every list has, shown where it fills them


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
    found = summary(asked.results, card)
    tried = {one.name for one in found["parameters"]} & given.keys()
    chosen = {name: options[name] for name in given if name not in tried}  # these show another list, not another rule
    found = summary(asked.results, card, **chosen) if chosen else found
    before = asked.results.listing(card.id, **chosen)
    return {
        **found,
        "given": {name: options[name] for name in sorted(tried)},
        "chosen": chosen,
        "tried": bool(tried),
        "changes": changes(before, asked.results.listing(card.id, **options)) if tried else {},
        "needs": needs(asked.results, card.id) if not found["rows"] else [],
    }


def summary(results: Results, card: Card, **options: Any) -> dict[str, Any]:
    """Return a list as it stands: its rows, the row that proves each, its edition before, the rule and its values."""
    frame = results.listing(card.id, **options)
    rule = frame.attrs.get("rule") or {}
    invested = frame["invested"].dropna()
    names = names_of(results)
    rows = _in_english(rows_of(frame), names)
    return {
        "card": card,
        "rows": rows,
        "proofs": _proofs(results, frame),
        "by_rule": _by_rule(frame),
        "rule": rule,
        "parameters": parameters_of(results, card, rule.get("id", "")),
        "invested": simple(invested.sum()) if len(invested) else None,
        "without_money": int(frame["invested"].isna().sum()),
        "unclear": len(frame.attrs.get("missing", [])),
        "edition": since_edition(frame.attrs.get("changes") or {}, rows),
        "colours": colours(frame),
        "own": own_columns(card.id, frame),
        "figures": [one for one in columns_of(card.id, MEASURED) if one.on_page and frame[one.name].notna().any()],
        "names": names,
        "made_up": made_up(frame),
    }


def colours(frame: pd.DataFrame) -> dict[str, int]:
    """Return how many rows are lit in each colour, the worst first; nothing where a list has none.

    Examples
    --------
    >>> colours(pd.DataFrame({"colour": ["yellow", "red", "yellow"]}))
    {'red': 1, 'yellow': 2}
    """
    found = dict(frame["colour"].value_counts()) if "colour" in frame else {}
    return {code: int(found[code]) for code in reversed(list(codes("colours"))) if code in found}


def own_columns(listing: str, frame: pd.DataFrame) -> list[Column]:
    """Return the columns of its own a list shows on its page, without those that are empty.

    Examples
    --------
    >>> [one.title("en") for one in own_columns("lights", pd.DataFrame({"colour": ["red"], "clause": ["A1"]}))]
    ['Colour']
    """
    every = columns_of(listing, frame.columns)
    return [one for one in every if one.on_page and frame[one.name].notna().any() and one.name not in MEASURED]


@cache
def _needs() -> Mapping[str, Mapping[str, str]]:
    text = files("hechang.publish").joinpath("needs.csv").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["list"], {})[row["table"]] = row["command"]
    return found


def needs(results: Results, listing: str) -> list[dict[str, Any]]:
    """Return the tables an empty list rests on that hold nothing, and the commands that fill each.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = needs(Results(tiny()), "approvals-late")
    >>> found[0]["table"].name, found[0]["commands"][0]
    ('approvals', 'hechang export approvals approvals.xlsx')
    """
    asked = _needs().get(listing, {})
    bare = [name for name in asked if not len(results.region.table(name, columns=["id"]))]
    return [{"table": table_spec(name), "commands": _commands(name, asked[name])} for name in bare]


def _commands(table: str, command: str) -> list[str]:
    if command != "import":
        return [command]
    filled = f"hechang import {table} {table}.xlsx --by NAME --why REASON"
    return [f"hechang export {table} {table}.xlsx", filled]


def _in_english(rows: list[dict[str, Any]], names: Names) -> list[dict[str, Any]]:
    """Rows that are places or bodies get the English name these have."""
    known = names["owner"]
    return [
        {**row, "name_en": known[row["name"]].get("name_en")} if "name_en" not in row and row["name"] in known else row
        for row in rows
    ]


def since_edition(moved: Mapping[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what is new, stayed and left since the edition before, as rows with their reasons; nothing without one.

    A row that stayed has `times`, how often in a row it has been on the list, and `since`, the first of those editions.

    Examples
    --------
    >>> moved = {"previous": "2022-08", "new": ["a"], "stayed": [], "left": [{"id": "b", "name": "B", "why": "x / y"}]}
    >>> found = since_edition(moved, [{"id": "a", "name": "A"}])
    >>> found["previous"], found["new"], found["left"][0]["name"]
    ('2022-08', [{'id': 'a', 'name': 'A'}], 'B')
    """
    if not moved.get("previous"):
        return {}
    by_id, since = {row["id"]: row for row in rows}, moved.get("since", {})
    told = {id: {"times": of["times"], "since": of["edition"]} for id, of in since.items()}
    return {
        "previous": moved["previous"],
        "new": [by_id[id] for id in moved["new"]],
        "stayed": [{**by_id[id], **told.get(id, {})} for id in moved["stayed"]],
        "left": moved["left"],
    }


def _proofs(results: Results, frame: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return for each row the (table, id) that proves it; rows that are no row of a table have none."""
    real = frame["row"] if "row" in frame else frame.index.to_series()
    found = proofs_of(results, frame.set_index(pd.Index(real)))
    pairs = zip(frame.index, real, strict=True)
    return {str(id): found[str(row)] for id, row in pairs if found[str(row)][0]}


def _by_rule(frame: pd.DataFrame) -> set[str]:
    """Rows whose source is no row, cell or person but the rule itself."""
    named = frame["source"].astype("string").str.match(f"({'|'.join(KINDS)}):").fillna(False)
    return set(frame.index[~named.astype(bool)].astype(str))


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a list with the address of each: `page` is its own page, else its proof, else nothing.

    Examples
    --------
    >>> [row["page"] for row in rows_of(pd.DataFrame({"table": ["tasks", "plan_actions"]}, index=["t", "a"]))]
    [('task', 't'), ('evidence', 'plan_actions', 'a')]
    """
    rows = records(frame)
    return [{**row, "page": _page(row.get("table", "projects"), str(row.get("row") or row["id"]))} for row in rows]


def _page(table: str | None, id: str) -> tuple[str, ...]:
    if not table:
        return ()
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
