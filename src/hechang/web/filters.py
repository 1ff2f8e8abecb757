"""A filter in CQL2 as a condition for DuckDB: only fields and functions that are allowed, values only as parameters.

What lies where is answered by shapely on the shapes of the table; the rows it finds go into the condition as a list
of ids, so that a spatial part may stand under OR and NOT like any other.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

import numpy as np
import shapely
from pygeofilter import ast, values
from pygeofilter.backends.evaluator import Evaluator
from pygeofilter.backends.evaluator import handle as handled

from hechang.terms.dates import is_date
from hechang.terms.errors import UsageError
from hechang.terms.money import FEN
from hechang.terms.specs import Table
from hechang.web.cql2 import BROKEN, FUNCTIONS, read_filter, unreadable

NUMBER, TEXT, DATE, BOOL, SHAPE, TRUTH = "number", "text", "date", "yes or no", "shape", "condition"
KINDS = {
    "int": NUMBER,
    "number": NUMBER,
    "money": NUMBER,
    "bool": BOOL,
    "date": DATE,
    "moment": DATE,
    "geometry": SHAPE,
}
ZH = {NUMBER: "数字", TEXT: "文本", DATE: "日期", BOOL: "是否", SHAPE: "图形", TRUTH: "条件"}
AMOUNTS = {"yuan": FEN["元"], "wan": FEN["万元"], "yi": FEN["亿元"]}
LARGEST = 2**63 - 1
_PARAMETER = re.compile(r"\$(f\d+)\b")
Near = Callable[[str, shapely.Geometry], tuple[list[str], list[str]]]  # relation, shape -> ids of it, ids with a shape


@dataclass(frozen=True)
class Condition:
    """A condition of a query over one table, with its named parameters."""

    sql: str = "true"
    parameters: Mapping[str, Any] = field(default_factory=dict)


Method = TypeVar("Method", bound=Callable[..., Any])


def handle(*nodes: type, subclasses: bool = False) -> Callable[[Method], Method]:
    """Say which nodes a method of the evaluator writes."""
    marked: Callable[[Method], Method] = handled(*nodes, subclasses=subclasses)
    return marked


class Part(NamedTuple):
    """SQL of a part of the filter, what kind of value it has, and the shape where it is one."""

    sql: str
    kind: str
    shape: shapely.Geometry | None = None


def condition(text: str, language: str, table: Table, sql_of: Mapping[str, str], near: Near) -> Condition:
    """Return a filter as a condition over one table.

    Parameters
    ----------
    text, language
        The filter, `cql2-text` or `cql2-json`; an empty one is always true.
    table
        Its fields are the allow-list, by name or by Chinese title.
    sql_of
        SQL of every field as this reader may see it.
    near
        Finds the rows whose shape stands in a relation (`intersects`, `within`, …) to another shape.

    Raises
    ------
    UsageError
        for what cannot be read, an unknown field or function, values of different kinds.

    Examples
    --------
    >>> from hechang.terms.specs import table
    >>> made = condition("总投资 >= yi(10)", "cql2-text", table("projects"), {"invest_total": '"invest_total"'}, None)
    >>> made.sql, made.parameters
    ('("invest_total" >= $f0)', {'f0': 100000000000})
    """
    if not text.strip():
        return Condition()
    writer = _Writer(table, sql_of, near)
    tree = read_filter(text, language)
    try:
        made = writer.evaluate(tree)
    except BROKEN as error:  # JSON of a right outside and a wrong inside
        raise unreadable(text[:40]) from error
    if not isinstance(made, Part):
        raise _no_part(made)
    writer.want(made, TRUTH)
    used = set(_PARAMETER.findall(made.sql))  # the corners of a BBOX are in its shape, not in the SQL
    return Condition(made.sql, {name: value for name, value in writer.parameters.items() if name in used})


def _no_part(found: object) -> UsageError:
    shown = str(found)[:40]
    return UsageError(f"The filter cannot use {shown} here", f"筛选条件此处不能使用 {shown}")


class _Writer(Evaluator):  # type: ignore[misc]
    """Walks the tree and writes SQL; every value becomes a named parameter."""

    def __init__(self, table: Table, sql_of: Mapping[str, str], near: Near) -> None:
        self.table = table
        self.sql_of = sql_of
        self.near = near
        self.parameters: dict[str, Any] = {}

    def adopt(self, node: Any, *_: Any) -> Any:
        raise UsageError(f"A filter here has no {type(node).__name__}", f"此处的筛选条件不支持 {type(node).__name__}")

    def keep(self, value: Any) -> str:
        """Keep a value and return how SQL names it."""
        name = f"f{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"

    def want(self, part: Any, kind: str) -> None:
        """Raise UsageError for a part of another kind."""
        if not isinstance(part, Part):
            raise _no_part(part)
        spoken = kind == TRUTH and part.kind == BOOL and part.sql.startswith("$")  # TRUE or FALSE alone
        if part.kind != kind and not spoken:
            raise _mismatch(part.kind, kind)

    def same(self, *parts: Any) -> None:
        """Raise UsageError where values of different kinds are compared; dates compare with texts like 2022-09."""
        for part in parts:
            if not isinstance(part, Part) or part.kind in (SHAPE, TRUTH):
                raise _no_part(part.kind if isinstance(part, Part) else part)
        kinds = {part.kind for part in parts}
        if len(kinds) > 1 and kinds != {TEXT, DATE}:
            raise _mismatch(*sorted(kinds)[:2])

    # --- conditions ----------------------------------------------------------------------------------------------
    @handle(ast.And, ast.Or)
    def join(self, node: Any, left: Any, right: Any) -> Part:
        self.want(left, TRUTH)
        self.want(right, TRUTH)
        return Part(f"({left.sql} {node.op.name} {right.sql})", TRUTH)

    @handle(ast.Not)
    def negate(self, _: Any, part: Any) -> Part:
        self.want(part, TRUTH)
        return Part(f"(NOT {part.sql})", TRUTH)

    @handle(ast.Equal, ast.NotEqual, ast.LessThan, ast.LessEqual, ast.GreaterThan, ast.GreaterEqual)
    def compare(self, node: Any, left: Any, right: Any) -> Part:
        self.same(left, right)
        return Part(f"({left.sql} {node.op.value} {right.sql})", TRUTH)

    @handle(ast.Between)
    def between(self, node: Any, value: Any, low: Any, high: Any) -> Part:
        self.same(value, low, high)
        return Part(f"({value.sql} {'NOT ' * node.not_}BETWEEN {low.sql} AND {high.sql})", TRUTH)

    @handle(ast.In)
    def among(self, node: Any, value: Any, *options: Any) -> Part:
        self.same(value, *options)
        return Part(f"({value.sql} {'NOT ' * node.not_}IN ({', '.join(o.sql for o in options)}))", TRUTH)

    @handle(ast.IsNull)
    def is_null(self, node: Any, value: Any) -> Part:
        if not isinstance(value, Part):
            raise _no_part(value)
        sql = f'"{SHAPE_FIELD}"' if value.kind == SHAPE else value.sql
        return Part(f"({sql} IS {'NOT ' * node.not_}NULL)", TRUTH)

    @handle(ast.Like)
    def like(self, node: Any, value: Any) -> Part:
        pattern = self.evaluate(node.pattern)
        for part in (value, pattern):
            if not isinstance(part, Part) or part.kind not in (TEXT, DATE):
                raise _mismatch(part.kind if isinstance(part, Part) else str(part)[:20], TEXT)
        if any(str(kept).endswith("\\") for kept in self.parameters.values()):
            raise UsageError("A pattern of LIKE cannot end with \\", "LIKE 的模式不能以 \\ 结尾")
        return Part(f"({value.sql} {'NOT ' * node.not_}LIKE {pattern.sql} ESCAPE '\\')", TRUTH)

    @handle(ast.SpatialComparisonPredicate, subclasses=True)
    def relate(self, node: Any, left: Any, right: Any) -> Part:
        self.want(left, SHAPE)
        self.want(right, SHAPE)
        relation = node.op.name.lower()
        if left.shape is not None:  # the shape stands first: turn it round
            left, right = right, left
            relation = {"within": "contains", "contains": "within"}.get(relation, relation)
        if left.shape is not None or right.shape is None:
            raise UsageError("Compare geometry with a shape like BBOX(120,31,121,32)",
                             "请将 geometry 与图形比较, 如 BBOX(120,31,121,32)")  # fmt: skip
        found, shaped = (self.keep(ids) for ids in self.near(relation, right.shape))
        inside = f"id IN (SELECT unnest({found}))"
        return Part(f"(CASE WHEN id IN (SELECT unnest({shaped})) THEN {inside} END)", TRUTH)

    # --- values --------------------------------------------------------------------------------------------------
    @handle(ast.Attribute)
    def attribute(self, node: Any) -> Part:
        fields = {f.name: f for f in self.table_fields()}
        named = {f.zh: f.name for f in fields.values()}
        name = named.get(node.name, node.name) if isinstance(node.name, str) else ""
        if name not in fields:
            raise unknown_field(self.table, str(node.name), list(fields))
        return Part(self.sql_of.get(name, f'"{name}"'), KINDS.get(fields[name].kind, TEXT))

    def table_fields(self) -> list[Any]:
        """Fields a filter may name: those the reader has SQL for."""
        return [self.table.field(name) for name in self.sql_of]

    @handle(str, bool, int, float)
    def literal(self, value: Any) -> Part:
        kind = TEXT if isinstance(value, str) else BOOL if isinstance(value, bool) else NUMBER
        if isinstance(value, float) and not math.isfinite(value):
            raise _no_part(value)
        return Part(self.keep(float(value) if kind == NUMBER and abs(value) > LARGEST else value), kind)

    @handle(values.Geometry)
    def shape(self, value: Any) -> Part:
        try:
            made = shapely.geometry.shape(value.geometry)
        except BROKEN as error:
            raise _no_part(str(value.geometry)) from error
        if made.is_empty or not np.isfinite(shapely.get_coordinates(made, include_z=made.has_z)).all():
            raise _no_part(str(value.geometry))
        return Part("", SHAPE, made)

    @handle(ast.Add, ast.Sub, ast.Mul, ast.Div)
    def reckon(self, node: Any, left: Any, right: Any) -> Part:
        self.want(left, NUMBER)
        self.want(right, NUMBER)
        return Part(f"(CAST({left.sql} AS DOUBLE) {node.op.value} CAST({right.sql} AS DOUBLE))", NUMBER)

    @handle(ast.Function)
    def call(self, node: Any, *given: Any) -> Part:
        name = str(node.name).lower()
        if name not in FUNCTIONS:
            raise _unknown("function", "函数", name, FUNCTIONS)
        if name == "bbox":
            return self.box(given)
        if len(given) != 1:
            raise UsageError(f"{name}(…) takes one value", f"{name}(…) 只能有一个值")
        if name in AMOUNTS:
            return self.money(given[0], AMOUNTS[name])
        self.want(given[0], TEXT)
        return self.day(given[0]) if name in ("date", "timestamp") else Part(_TEXTS[name].format(given[0].sql), TEXT)

    def money(self, given: Part, fen: int) -> Part:
        """Return an amount in 分; a figure is multiplied here, exactly."""
        self.want(given, NUMBER)
        name = given.sql.removeprefix("$")
        if name not in self.parameters:
            return Part(f"(CAST({given.sql} AS DOUBLE) * {fen})", NUMBER)
        exact = Decimal(str(self.parameters[name])) * fen
        self.parameters[name] = (
            int(exact) if exact == exact.to_integral_value() and abs(exact) < LARGEST else float(exact)
        )
        return given

    def day(self, given: Part) -> Part:
        """Return a date; ours are texts of year, month or day."""
        value = self.parameters.get(given.sql.removeprefix("$"))
        if not isinstance(value, str) or not is_date(value[:10]):
            raise UsageError(
                f"'{str(value)[:20]}' is no date; write DATE('2022-09-27')",
                f"“{str(value)[:20]}”不是日期; 请写 DATE('2022-09-27')",
            )
        return Part(given.sql, DATE)

    def box(self, given: tuple[Any, ...]) -> Part:
        """Return a box from four numbers: west, south, east, north."""
        for part in given:
            self.want(part, NUMBER)
        numbers = [self.parameters.get(part.sql.removeprefix("$")) for part in given]
        if len(numbers) != 4 or None in numbers:
            raise UsageError("BBOX takes west, south, east, north in degrees", "BBOX 须依次为西、南、东、北(度)")
        return Part("", SHAPE, shapely.box(*numbers))


SHAPE_FIELD = "geometry"
_TEXTS = {
    "casei": "lower({})", "lower": "lower({})", "upper": "upper({})", "accenti": "strip_accents({})",
}  # fmt: skip


def unknown_field(table: Table, name: str, known: list[str]) -> UsageError:
    """Return the error for a field a table does not have, with the nearest one.

    Examples
    --------
    >>> from hechang.terms.specs import table
    >>> unknown_field(table("projects"), "invest", ["invest_total", "name"]).en
    "No field of 'projects' is called 'invest'. Did you mean 'invest_total'? Fields: invest_total, name"
    """
    error = _unknown(f"field of '{table.name}'", f"字段(表 {table.name})", name[:60], known)
    some = ", ".join(known[:40])
    return UsageError(f"{error.en} Fields: {some}", f"{error.zh} 可用字段: {some}")


def _unknown(en: str, zh: str, name: str, known: Any) -> UsageError:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    more_en, more_zh = (f" Did you mean '{near[0]}'?", f"是否指“{near[0]}”?") if near else ("", "")
    return UsageError(f"No {en} is called '{name}'.{more_en}", f"没有名为“{name}”的{zh}。{more_zh}")


def _mismatch(found: str, wanted: str) -> UsageError:
    zh = [ZH.get(kind, kind) for kind in (found, wanted)]
    return UsageError(f"The filter compares a {found} with a {wanted}", f"筛选条件将{zh[0]}与{zh[1]}相比较")
