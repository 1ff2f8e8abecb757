"""The value of a dated rule: the region's own row where it has one, else the one that ships with the package."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from hechang.region.region import Region
from hechang.terms.errors import InputError, NotKnown
from hechang.terms.parameters import Parameter, parameter, parameters

MOST = 10**9  # no days, months, per cent or 万元 of a rule come near it
KINDS = {"number": "数字", "text": "文字", "list": "列表", "object": "对象", "nothing": "空值", "yes or no": "是否"}


def rule_value(region: Region, rule: str, name: str) -> Parameter:
    """Return the value of parameter `name` of `rule` in force on the region's day, with its start and source.

    A row of the table `rules` outranks the shipped value; `assumption` marks a value no document names.

    Raises
    ------
    NotKnown
        where neither the region nor the package knows the rule or its parameter.
    InputError
        where the region's row holds another kind of value than the shipped one, or a number beyond 10⁹.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = rule_value(tiny(), "wuxi-three-lists", "grace")
    >>> found.value, found.unit, found.assumption
    (90, 'days', True)
    """
    rows = region.table("rules", where={"rule": rule, "parameter": name})
    if rows.empty:
        return parameter(rule, name, region.day)
    return _of_row(rows.sort_values("valid_from").iloc[-1], rule, name)


def find_value(region: Region, rule: str, name: str) -> Parameter | None:
    """Return the value as `rule_value` does; None where neither the region nor the package knows one.

    Examples
    --------
    >>> from hechang import tiny
    >>> find_value(tiny(), "wuxi-three-lists", "colour") is None
    True
    """
    try:
        return rule_value(region, rule, name)
    except NotKnown:
        return None


def allowed_days(region: Region, rule: str, given: int | None, name: str = "grace") -> tuple[Parameter, int]:
    """The parameter `name` of a rule, and the days it allows; what the user has given takes its place.

    Raises
    ------
    InputError
        for days below zero, or a row of the table `rules` that is no number of days.

    Examples
    --------
    >>> from hechang import tiny
    >>> allowed_days(tiny(), "wuxi-three-lists", None)[1], allowed_days(tiny(), "wuxi-three-lists", 7)[1]
    (90, 7)
    >>> allowed_days(tiny(), "task-ledger", None, "wait")[1]
    30
    """
    found = rule_value(region, rule, name)
    days = found.value if given is None else given
    if not isinstance(days, int | float) or isinstance(days, bool) or days < 0:
        raise InputError(
            f"{name}={days} of '{rule}' is below 0 days or no number. Give 0 or more",
            f"规则 {rule} 的 {name}={days} 不是零或正的天数, 请填零或正数",
        )
    return found, int(days)


def _of_row(row: pd.Series, rule: str, name: str) -> Parameter:
    shipped = _shipped(rule, name)
    value = json.loads(row["value"])
    if shipped:
        _refuse_other_kind(value, shipped)
    plain = {key: "" if pd.isna(row[key]) else str(row[key]) for key in ("unit", "valid_to", "basis", "source")}
    return Parameter(
        rule=rule,
        name=name,
        value=value,
        unit=plain["unit"] or (shipped.unit if shipped else ""),
        valid_from=str(row["valid_from"]),
        valid_to=plain["valid_to"],
        zh=shipped.zh if shipped else name,
        en=shipped.en if shipped else name,
        source=plain["basis"] or plain["source"],
        assumption=bool(row["assumption"]) if pd.notna(row["assumption"]) else False,
    )


def _refuse_other_kind(value: Any, shipped: Parameter) -> None:
    has, wants = _kind(value), _kind(shipped.value)
    if has == wants and not (has == "number" and abs(value) > MOST):
        return
    raise InputError(
        f"Rule '{shipped.rule}', '{shipped.name}': {value!r} cannot be used. Write a {wants} like {shipped.value!r}",
        f"规则“{shipped.rule}”的“{shipped.name}”: {value!r} 不能使用。请填{KINDS[wants]}, 如 {shipped.value!r}",
    )


def _kind(value: Any) -> str:
    """Say in a word what a JSON value is."""
    known = ((bool, "yes or no"), (int | float, "number"), (str, "text"), (list, "list"), (dict, "object"))
    return next((word for kind, word in known if isinstance(value, kind)), "nothing")


def _shipped(rule: str, name: str) -> Parameter | None:
    """Words of the shipped parameter; None for a rule only the region has."""
    try:
        return next((p for p in parameters(rule) if p.name == name), None)
    except NotKnown:
        return None
