"""Lights for the workbench: how many of each colour, which turned, and why one is lit: clause, inputs, ladder."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hechang.publish import showing
from hechang.publish.results import Results
from hechang.publish.rows import Row, made_up, records
from hechang.publish.views.listed import where
from hechang.region.region import Region
from hechang.register.lights.clauses import clauses_in_force
from hechang.register.lights.lit import TABLES, lights
from hechang.register.lights.shown import objects, rule_words
from hechang.register.lights.turned import history, inputs, turned
from hechang.terms.errors import not_known
from hechang.terms.ladders import metric, metrics
from hechang.terms.specs import codes, table

SHOWN = 5  # lights that turned, told with the counts


def summary(results: Results) -> dict[str, Any]:
    """Return how many objects are lit in each colour, the rule, which turned since the edition before, what is missing.

    Examples
    --------
    >>> from hechang import tiny
    >>> summary(Results(tiny()))["colours"]
    [{'colour': 'red', 'count': 0}, {'colour': 'orange', 'count': 0}, {'colour': 'yellow', 'count': 1}, \
{'colour': 'blue', 'count': 0}]
    """
    frame = results.listing("lights")
    counts = frame["colour"].value_counts().to_dict()
    moved = results.once("turned", lambda: turned(results.region, frame))
    rank = moved["now"].map({code: -at for at, code in enumerate(codes("colours"))}).fillna(1)
    told = records(moved.assign(rank=rank).sort_values(["worse", "rank"], ascending=[False, True]).head(SHOWN))
    colours = [code for code in reversed(list(codes("colours"))) if code != "green"]
    return {
        "colours": [{"colour": c, "count": int(counts.get(c, 0))} for c in colours],
        "rule": frame.attrs["rule"],
        "metrics": [_metric(str(name), int(count)) for name, count in frame["metric"].value_counts().items()],
        "turned": {
            "previous": moved.attrs["previous"], "worse": int(moved["worse"].sum()),
            "better": int((~moved["worse"].astype(bool)).sum()), "rows": told,
        },
        "missing": frame.attrs["missing"],
        "synthetic": made_up(frame),
        **where(results),
    }  # fmt: skip


def _metric(name: str, count: int | None = None) -> Row:
    known = metrics().get(name)
    told = {"id": name, "zh": known.zh if known else name, "en": known.en if known else name}
    told |= {"unit": known.unit if known else ""}
    return told if count is None else told | {"count": count}


def every_light(region: Region) -> pd.DataFrame:
    """Return all lights by the rule in force, green ones too, worked out once for a region."""
    return region.once("every light", lambda: lights(region))


def one_object(results: Results, object: str) -> dict[str, Any]:
    """Return the lights of one object, the worst first: for each the clause that lit it, its inputs and its ladder.

    Raises
    ------
    NotKnown
        where no light of the rule speaks of this object.
    """
    region = results.region
    lit = every_light(region)
    mine = lit[lit["object"].eq(object)]
    if mine.empty:
        raise not_known("object with a light", "有亮灯的对象", object, [])
    order = {code: -rank for rank, code in enumerate(codes("colours"))}
    ranked = mine.assign(rank=mine["colour"].map(order).fillna(1)).sort_values("rank", kind="stable")
    kind = str(mine["kind"].iloc[0])
    who = records(objects(region, TABLES[kind], pd.Series([object])))
    clauses = clauses_in_force(region, str(lit.attrs["rule"]))
    return {
        "id": object, "table": TABLES[kind], "about": who[0] if who else {"id": object, "name": object},
        "rule": rule_words(region, str(lit.attrs["rule"])) | {"version": lit.attrs["rule_version"]},
        "lights": [_light(results, row, clauses) for row in records(ranked.drop(columns="rank").set_index("metric"))],
        "history": records(history(region, object)),
        **where(results),
    }  # fmt: skip


def _light(results: Results, row: Row, clauses: pd.DataFrame) -> Row:
    steps = clauses[clauses["metric"].eq(row["metric"])]
    found = inputs(results.region, row["object"], row["metric"], row["period"])
    return row | {
        "metric": _metric(row["metric"]),
        "ladder": [_clause(one, row["clause"]) for one in records(steps.set_index("clause"))],
        "inputs": [one for name, rows in found.items() for one in _inputs(name, rows)],
    }


def _clause(clause: Row, lit: str | None) -> Row:
    names = ("clause", "colour", "lo", "lo_in", "hi", "hi_in", "periods", "filter", "exemption", "escalation")
    told = {name: clause[name] for name in (*names, "basis", "assumption", "source")}
    unit = metric(clause["metric"]).unit if clause["metric"] in metrics() else ""
    return told | {"lit": clause["clause"] == lit, "unit": unit, "from": clause["valid_from"]}


def _inputs(name: str, rows: pd.DataFrame) -> list[Row]:
    """Rows behind a value, each with its cells in words of both languages."""
    columns = [str(column) for column in rows.columns if column != "source"]
    return [
        {"table": name, "id": row["id"], "source": row["source"],
         "cells": [_cell(name, column, row[column]) for column in columns if row[column] is not None]}
        for row in records(rows)
    ]  # fmt: skip


def _cell(name: str, column: str, value: Any) -> Row:
    field = table(name).field(column)
    said = {lang: showing.cell(name, column, value, lang) if column != "year" else str(value) for lang in ("zh", "en")}
    return {"field": column, "field_zh": field.zh, "field_en": field.en, **said}
