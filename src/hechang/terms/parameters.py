"""Dated parameters: a threshold is a row with a start date and a source; a new rule gets a new row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from hechang.terms.errors import InputError, not_known
from hechang.terms.specs import read_rows


@dataclass(frozen=True)
class Parameter:
    """One value of one parameter of one rule, in force from a day on; `assumption` marks our own choice."""

    rule: str
    name: str
    value: Any
    unit: str
    valid_from: str
    valid_to: str
    zh: str
    en: str
    source: str
    assumption: bool


@cache
def parameters(rule: str) -> tuple[Parameter, ...]:
    """Return all rows of one rule, oldest first; raises NotKnown."""
    known = sorted(p.name[:-4] for p in files("hechang.terms").joinpath("parameters").iterdir())
    if rule not in known:
        raise not_known("rule", "规则", rule, known)
    rows = read_rows(f"parameters/{rule}.csv")
    return tuple(
        Parameter(
            rule, r["name"], json.loads(r["value"]), r["unit"], r["valid_from"], r["valid_to"],
            r["zh"], r["en"], r["source"], r["assumption"] == "yes",
        )
        for r in sorted(rows, key=lambda r: r["valid_from"])
    )  # fmt: skip


def parameter(rule: str, name: str, day: str) -> Parameter:
    """Return the value in force on `day`; raises InputError where none is.

    Examples
    --------
    >>> parameter("wuxi-three-lists", "grace", "2022-09-27").value
    90
    """
    rows = [p for p in parameters(rule) if p.name == name]
    if not rows:
        raise not_known(f"parameter of '{rule}'", f"参数(规则 {rule})", name, {p.name for p in parameters(rule)})
    live = [p for p in rows if p.valid_from <= day and (not p.valid_to or day < p.valid_to)]
    if not live:
        raise InputError(f"Rule '{rule}' has no '{name}' on {day}", f"规则“{rule}”在 {day} 没有“{name}”")
    return live[-1]
