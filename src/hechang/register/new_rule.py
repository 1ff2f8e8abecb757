"""Making another number the rule of a list: who, why, in force from the region's day on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hechang.region.region import Region
from hechang.register.rules import find_value, rule_value
from hechang.terms import catalogue
from hechang.terms.errors import InputError

LONGEST = 400  # characters of a name or a reason


def change_rule(region: Region, id: str, said: Mapping[str, str], *, request: str | None = None) -> int | None:
    """Write the values of a list's options as rows of `rules`; returns the revision.

    Parameters
    ----------
    id
        Id of the list.
    said
        by, why, and the new values by the names of the list's options, as somebody wrote them.
    request
        Key of the request: the same one writes once.

    Raises
    ------
    NotKnown
        for a list or option that does not exist.
    InputError
        without who or why, or for a value that cannot be read.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> _ = change_rule(r, "signed-not-filed", {"by": "zhang", "why": "minutes", "grace": "60"})
    >>> r.latest().listing("signed-not-filed").attrs["rule"]["value"]
    60
    """
    by, why = said.get("by", "").strip(), said.get("why", "").strip()
    if not by or not why or len(by) > LONGEST or len(why) > LONGEST:
        raise InputError(
            "A new rule needs who and why, in at most 400 characters", "新规则须写明操作人与理由(各不超过 400 字)"
        )
    card = catalogue.card(id, "list")
    given = {name: value for name, value in said.items() if name not in ("by", "why") and value.strip()}
    values = catalogue.read_options(card, given)
    rule = region.listing(id).attrs["rule"]["id"]
    _refuse_without_number(region, card, rule, given)
    if not given or any(not isinstance(values[name], int | float) or values[name] < 0 for name in given):
        raise InputError("Give the new value, a number from 0 on", "请填写新的取值, 不小于 0 的数字")
    rows = [_row(region, rule, name, values[name], why) for name in given]
    with region.edit(by=by, why=why, level=0, request=request) as e:  # public: everybody must see what a list rests on
        e.put("rules", rows)
    return e.revision


def _refuse_without_number(region: Region, card: catalogue.Card, rule: str, given: Mapping[str, str]) -> None:
    """Raise InputError where an option chooses what a list shows and is no number of its rule."""
    fixed = [name for name in given or catalogue.options(card) if find_value(region, rule, name) is None]
    if fixed or not catalogue.options(card):
        said = f" ({', '.join(fixed)})" if fixed else ""
        raise InputError(
            f"The list '{card.id}' rests on no number that could be changed here{said}",
            f"清单“{card.zh}”不以可调整的数值为据{said}",
        )


def _row(region: Region, rule: str, name: str, value: Any, why: str) -> dict[str, Any]:
    old = region.table("rules", columns=["unit"], where={"rule": rule, "parameter": name})
    row = {
        "rule": rule,
        "parameter": name,
        "value": json.dumps(value),
        "unit": rule_value(region, rule, name).unit,
        "assumption": True,  # until a document is named that sets it
        "basis": why,
        "valid_from": region.day,
    }
    return row if old.empty else {"id": old.index[-1], **row}
