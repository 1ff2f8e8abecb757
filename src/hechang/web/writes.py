"""What every write of the API carries: who and why, and the key of the request: a repeated press writes once."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Header, Request
from pydantic import BaseModel, ConfigDict

from hechang.region.region import Region
from hechang.terms.errors import InputError
from hechang.web.hall import reader_of

LONGEST = 400  # characters of a name or a reason

Given = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200, description="a key of the sender's own")]


def own_key(request: Request, key: Given = None) -> str | None:
    """Return the key of a request as it is kept: that of one user means nothing in the hands of another."""
    uid = reader_of(request.scope).uid
    return f"{uid} {key}" if uid and key else key


Key = Annotated[str | None, Depends(own_key)]


def _both_needed(schema: dict[str, Any]) -> None:
    schema["required"] = ["by", "why", *(name for name in schema.get("required", []) if name not in ("by", "why"))]
    for name in ("by", "why"):
        schema["properties"][name].pop("default", None)
        schema["properties"][name] |= {"minLength": 1, "maxLength": LONGEST}


class Said(BaseModel):
    """Who writes, and for what reason."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_both_needed)

    by: str = ""  # one that is missing is refused by `who`, as an empty one is
    why: str = ""


def who(said: Said) -> dict[str, str]:
    """Return `by` and `why` as every writing function takes them.

    Raises
    ------
    InputError
        where one of them is empty or longer than `LONGEST`.

    Examples
    --------
    >>> who(Said(by=" li ", why="月报"))
    {'by': 'li', 'why': '月报'}
    """
    by, why = said.by.strip(), said.why.strip()
    if not by or not why or len(by) > LONGEST or len(why) > LONGEST:
        raise InputError(
            f"A change needs who and why, each in at most {LONGEST} characters",
            f"修改须写明操作人与理由(各不超过 {LONGEST} 字)",
        )
    return {"by": by, "why": why}


def written_before(region: Region, key: str | None) -> int | None:
    """Return the revision a request of the same key wrote; None where it is the first one."""
    return region.store.requested(key) if key else None
