"""CQL2, text or JSON, as a tree of pygeofilter's nodes.

The nodes and the reading of JSON are pygeofilter's. Text is read by a grammar of our own (`cql2.lark`): that of
pygeofilter 0.4.0 takes AND and OR for equally strong, knows no quote inside a text and no name of one letter. Its
JSON reader takes the numbers of a bbox in another order than the standard, so bbox, date and `between` are put into
the form it understands first.
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
from pygeofilter import ast, values
from pygeofilter.cql2 import COMPARISON_MAP, SPATIAL_PREDICATES_MAP
from pygeofilter.parsers.cql2_json import parse as parse_json

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
    >>> read_filter("a = 1 OR b = 2 AND c = 3")
    Or(lhs=Equal(lhs=ATTRIBUTE a, rhs=1), rhs=And(lhs=Equal(lhs=ATTRIBUTE b, rhs=2), rhs=Equal(lhs=ATTRIBUTE c, rhs=3)))
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
        return small_enough(parse_json(mended(json.loads(text, parse_constant=_no_number), DEEPEST)))
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


def mended(node: Any, depth: int) -> Any:
    """Return a JSON filter in the form pygeofilter understands; raises ValueError where it is too deep.

    Examples
    --------
    >>> mended({"op": "between", "args": [{"property": "a"}, 1, 2]}, 9)
    {'op': 'between', 'args': [{'property': 'a'}, [1, 2]]}
    >>> mended({"bbox": [1, 2, 3, 4]}, 9)
    {'function': {'name': 'bbox', 'arguments': [1, 2, 3, 4]}}
    """
    if depth < 0:
        raise ValueError("too deep")
    if isinstance(node, list):
        return [mended(part, depth - 1) for part in node]
    if not isinstance(node, Mapping) or "coordinates" in node:
        return node
    for name in ("bbox", "date", "timestamp"):
        if name in node:
            given = node[name]
            return _call(name, given if isinstance(given, list) else [given])
    made = {key: mended(part, depth - 1) for key, part in node.items()}
    op, args = made.get("op"), made.get("args")
    if op in FUNCTIONS and isinstance(args, list):
        return _call(str(op), args)
    if op == "between" and isinstance(args, list) and len(args) == 3:
        return {"op": op, "args": [args[0], args[1:]]}
    return made


def _call(name: str, arguments: list[Any]) -> dict[str, Any]:
    return {"function": {"name": name, "arguments": arguments}}


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
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        if isinstance(node, ast.Node):
            waiting += [(part, depth + 1) for part in node.get_sub_nodes()]


@v_args(inline=True)
class _Reader(Transformer):  # type: ignore[type-arg]
    """From the grammar's rules to pygeofilter's nodes."""

    or_ = ast.Or
    and_ = ast.And
    not_ = ast.Not
    add = ast.Add
    sub = ast.Sub
    mul = ast.Mul
    div = ast.Div

    def compare(self, left: Any, sign: Token, right: Any) -> Any:
        return COMPARISON_MAP[str(sign)](left, right)

    def spatial(self, name: Token, left: Any, right: Any) -> Any:
        return SPATIAL_PREDICATES_MAP[name.lower()](left, right)

    def like(self, left: Any, pattern: Any) -> Any:
        return ast.Like(left, pattern, False, "%", "_", "\\", False)

    def not_like(self, left: Any, pattern: Any) -> Any:
        return ast.Not(self.like(left, pattern))

    def between(self, left: Any, low: Any, high: Any) -> Any:
        return ast.Between(left, low, high, False)

    def not_between(self, left: Any, low: Any, high: Any) -> Any:
        return ast.Between(left, low, high, True)

    def among(self, left: Any, options: list[Any]) -> Any:
        return ast.In(left, options, False)

    def not_among(self, left: Any, options: list[Any]) -> Any:
        return ast.In(left, options, True)

    def null(self, left: Any) -> Any:
        return ast.IsNull(left, False)

    def not_null(self, left: Any) -> Any:
        return ast.IsNull(left, True)

    def arguments(self, *given: Any) -> list[Any]:
        return list(given)

    def function(self, name: ast.Attribute, given: list[Any]) -> Any:
        return ast.Function(name.name.lower(), given)

    def name(self, token: Token) -> Any:
        return ast.Attribute(str(token).strip('"'))

    def number(self, token: Token) -> int | float:
        return int(token) if token.isdecimal() and len(token) < 19 else float(token)

    def minus(self, value: Any) -> Any:
        return -value if isinstance(value, int | float) else ast.Sub(0, value)

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

    def inner(self, given: values.Geometry) -> str:
        text: str = shapely.to_wkt(shapely.geometry.shape(given.geometry), rounding_precision=-1)
        return text

    def coordinates(self, *given: str) -> str:
        return f"({', '.join(given)})"

    def geometry(self, kind: Token, given: str) -> values.Geometry:
        return values.Geometry(shapely.geometry.mapping(shapely.from_wkt(f"{kind} {given}")))


@cache
def _parser() -> Lark:
    grammar = files("hechang.web").joinpath("cql2.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_Reader(), maybe_placeholders=False)
