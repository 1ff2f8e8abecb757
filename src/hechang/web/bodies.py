"""JSON that comes in: no key twice, no NaN, no half characters; the rest is for the model of the route."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request

from hechang.terms.errors import InputError


async def strict_json(request: Request) -> None:
    """Refuse JSON that could be read in two ways; raises InputError."""
    check_json(await request.body())


def check_json(data: bytes) -> None:
    """Refuse JSON with a key twice, NaN, Infinity, half a character or too many brackets.

    Examples
    --------
    >>> check_json(b'{"a": 1}')
    >>> check_json(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ...
    hechang.terms.errors.InputError: The JSON names 'a' twice
    """
    try:
        text = data.decode("utf-8")
        made = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number) if text else None
        json.dumps(made, ensure_ascii=False).encode("utf-8")
    except (UnicodeError, ValueError, RecursionError) as error:
        raise InputError("The request is no JSON in UTF-8", "请求不是 UTF-8 编码的 JSON") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)[:60]
        raise InputError(f"The JSON names '{twice}' twice", f"JSON 中“{twice}”出现两次")
    return made


def _no_number(name: str) -> Any:
    raise InputError(f"{name} is no number", f"{name} 不是数字")
