"""CQL2, text or JSON, as one tree: that of CQL2 JSON (OGC 21-065r2).

A node is `{"op": name, "args": [...]}`, a field `{"property": name}`, a shape GeoJSON, a value a value. Text is read by
the grammar in `cql2.lark` into the same nodes, so that what follows knows one form only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import shapely
from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError, UnexpectedInput, UnexpectedToken

from hechang.terms.errors import UsageError

LONGEST = 8_000  # characters of a filter
DEEPEST = 60  # conditions inside each other
MOST = 1_000  # parts of a filter
FUNCTIONS = ("casei", "accenti", "lower", "upper", "yuan", "wan", "yi", "date", "timestamp", "bbox")
BROKEN = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError,
    shapely.errors.ShapelyError,
)  # fmt: skip


def read_filter(text: str, language: str = "cql2-text") -> Any:
    """Return the tree of a filter.

    Parameters
    ----------
    text
        The filter as it stands in the address.
    language
        `cql2-text` or `cql2-json`.

    Raises
    ------
    UsageError
        for what is no filter, is too long or too deep; the message says where reading stopped.

    Examples
    --------
    >>> read_filter("a = 1 OR b = 2")["args"][0]
    {'op': '=', 'args': [{'property': 'a'}, 1]}
    >>> read_filter("a = 1 OR b = 2 AND c = 3") == read_filter("a = 1 OR (b = 2 AND c = 3)")
    True
    """
    if language not in ("cql2-text", "cql2-json"):
        raise UsageError(
            "filter-lang is not known. Use cql2-text or cql2-json", "filter-lang 未知, 请用 cql2-text 或 cql2-json"
        )
    if len(text) > LONGEST:
        raise UsageError(f"A filter may have {LONGEST} characters", f"筛选条件不得超过 {LONGEST} 个字符")
    return _of_text(text) if language == "cql2-text" else _of_json(text)


def _of_text(text: str) -> Any:
    try:
        return small_enough(_parser().parse(text))
    except UnexpectedInput as error:
        ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        at = len(text) if ended else error.pos_in_stream or 0
        raise unreadable(f"{text[max(0, at - 20) : at]}▸{text[at : at + 20]}") from error
    except (LarkError, *BROKEN) as error:
        raise unreadable(text[:40]) from error


def _of_json(text: str) -> Any:
    try:
        tree = json.loads(text, parse_constant=_no_number)
        json.dumps(tree, ensure_ascii=False).encode()  # raises for half a character, which no database takes
        return small_enough(tree)
    except BROKEN as error:
        raise unreadable(text[:40]) from error


def unreadable(where: str) -> UsageError:
    """Return the error for a filter that is none; ▸ stands where reading stopped."""
    return UsageError(
        f"The filter cannot be read at: {where} — write it as: name LIKE '%x%' AND invest_total >= yi(10)",
        f"筛选条件无法识别: {where} — 请写成: name LIKE '%隧道%' AND invest_total >= yi(10)",
    )


def _no_number(name: str) -> Any:
    raise ValueError(name)


def small_enough(tree: Any) -> Any:
    """Return a tree that is not too deep and not too large; raises UsageError for any other."""
    for count, (_, depth) in enumerate(_parts(tree)):
        if depth > DEEPEST or count > MOST:
            raise UsageError(
                "The filter has too many conditions inside each other. For many values of one field write IN (…)",
                "筛选条件嵌套过多。同一字段的多个取值请用 IN (…)",
            )
    return tree


def _parts(tree: Any) -> Iterator[tuple[Any, int]]:
    """Every part of a tree and how deep it lies; a shape is one part."""
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        if isinstance(node, Mapping) and not is_shape(node):
            waiting += [(part, depth + 1) for part in node.values() if isinstance(part, Mapping | list)]
        elif isinstance(node, list):  # the list of what an operation takes lies no deeper than the operation
            waiting += [(part, depth) for part in node]


def is_shape(node: Mapping[str, Any]) -> bool:
    """Tell whether a node is a shape in GeoJSON."""
    return "coordinates" in node or "geometries" in node


def call(op: str, *args: Any) -> dict[str, Any]:
    """Return the node of an operation.

    Examples
    --------
    >>> call("not", True)
    {'op': 'not', 'args': [True]}
    """
    return {"op": op, "args": list(args)}


@v_args(inline=True)
class _Reader(Transformer):  # type: ignore[type-arg]
    """From the grammar's rules to nodes."""

    def or_(self, left: Any, right: Any) -> Any:
        return call("or", left, right)

    def and_(self, left: Any, right: Any) -> Any:
        return call("and", left, right)

    def not_(self, part: Any) -> Any:
        return call("not", part)

    def add(self, left: Any, right: Any) -> Any:
        return call("+", left, right)

    def sub(self, left: Any, right: Any) -> Any:
        return call("-", left, right)

    def mul(self, left: Any, right: Any) -> Any:
        return call("*", left, right)

    def div(self, left: Any, right: Any) -> Any:
        return call("/", left, right)

    def compare(self, left: Any, sign: Token, right: Any) -> Any:
        return call(str(sign), left, right)

    def spatial(self, name: Token, left: Any, right: Any) -> Any:
        return call(name.lower(), left, right)

    def like(self, left: Any, pattern: Any) -> Any:
        return call("like", left, pattern)

    def not_like(self, left: Any, pattern: Any) -> Any:
        return call("not", call("like", left, pattern))

    def between(self, left: Any, low: Any, high: Any) -> Any:
        return call("between", left, low, high)

    def not_between(self, left: Any, low: Any, high: Any) -> Any:
        return call("not", call("between", left, low, high))

    def among(self, left: Any, options: list[Any]) -> Any:
        return call("in", left, options)

    def not_among(self, left: Any, options: list[Any]) -> Any:
        return call("not", call("in", left, options))

    def null(self, left: Any) -> Any:
        return call("isNull", left)

    def not_null(self, left: Any) -> Any:
        return call("not", call("isNull", left))

    def arguments(self, *given: Any) -> list[Any]:
        return list(given)

    def function(self, name: Mapping[str, str], given: list[Any]) -> Any:
        return call(name["property"].lower(), *given)

    def name(self, token: Token) -> Any:
        return {"property": str(token).strip('"')}

    def number(self, token: Token) -> int | float:
        return int(token) if token.isdecimal() and len(token) < 19 else float(token)

    def minus(self, value: Any) -> Any:
        return -value if isinstance(value, int | float) else call("-", 0, value)

    def text(self, token: Token) -> str:
        return str(token)[1:-1].replace("''", "'")

    def boolean(self, token: Token) -> bool:
        return token.lower() == "true"

    def plus_ordinate(self, token: Token) -> str:
        return str(token)

    def minus_ordinate(self, token: Token) -> str:
        return f"-{token}"

    def ordinates(self, *given: str) -> str:
        return " ".join(given)

    def inner(self, given: Mapping[str, Any]) -> str:
        text: str = shapely.to_wkt(shapely.geometry.shape(given), rounding_precision=-1)
        return text

    def coordinates(self, *given: str) -> str:
        return f"({', '.join(given)})"

    def geometry(self, kind: Token, given: str) -> Mapping[str, Any]:
        shape: Mapping[str, Any] = shapely.geometry.mapping(shapely.from_wkt(f"{kind} {given}"))
        return shape


@cache
def _parser() -> Lark:
    grammar = files("hechang.web").joinpath("cql2.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_Reader(), maybe_placeholders=False)
