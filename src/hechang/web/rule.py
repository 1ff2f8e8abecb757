"""The one form that writes so far: make another threshold the rule, with who and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from hechang.region.region import Region
from hechang.register.rules import find_value, rule_value
from hechang.terms import catalogue
from hechang.terms.errors import InputError
from hechang.web.hall import hall_of, keep_of

router = APIRouter(include_in_schema=False)
LONGEST = 400  # characters of a reason


@router.post("/lists/{id}/rule")
async def make_rule(id: str, request: Request) -> Response:
    """Write a new value of the list's rule, in force from the region's day on, and show the list."""
    form = await request.form()
    said = {key: value for key, value in form.items() if isinstance(value, str)}
    region = hall_of(request).region(request.query_params)
    await run_in_threadpool(change_rule, region, id, said)
    query = "".join(f"?{name}={value}" for name, value in list(keep_of(request).items())[:1])
    return RedirectResponse(f"/lists/{id}{query}", status_code=303)


def change_rule(region: Region, id: str, said: Mapping[str, str]) -> int | None:
    """Write the values of a list's options as rows of `rules`; returns the revision.

    Raises
    ------
    NotKnown
        for a list or option that does not exist.
    InputError
        without who or why, or for a value that cannot be read.
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
    with region.edit(
        by=by, why=why, level=0
    ) as e:  # public: everybody must be able to see by which rule a list is made
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
