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
from typing import Any, NamedTuple

import numpy as np
import shapely

from hechang.terms.dates import is_date
from hechang.terms.errors import UsageError
from hechang.terms.money import FEN
from hechang.terms.specs import Table
from hechang.web.cql2 import BROKEN, FUNCTIONS, is_shape, read_filter, unreadable

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
_PATTERN = re.compile(r"(?:[a-z_]+\()*\$(f\d+)\)*")  # a value, maybe inside functions
_PARAMETER = re.compile(r"\$(f\d+)\b")
Near = Callable[[str, shapely.Geometry], tuple[list[str], list[str]]]  # relation, shape -> ids of it, ids with a shape


@dataclass(frozen=True)
class Condition:
    """A condition of a query over one table, with its named parameters."""

    sql: str = "true"
    parameters: Mapping[str, Any] = field(default_factory=dict)


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
        made = writer.part(tree)
    except BROKEN as error:  # JSON of a right outside and a wrong inside
        raise unreadable(text[:40]) from error
    writer.want(made, TRUTH)
    used = set(_PARAMETER.findall(made.sql))  # the corners of a BBOX are in its shape, not in the SQL
    return Condition(made.sql, {name: value for name, value in writer.parameters.items() if name in used})


def expression(pattern: str) -> str:
    r"""Return a pattern of LIKE as a regular expression.

    Examples
    --------
    >>> expression(r"a%_\%(")
    'a.*.%\\('
    """
    signs = {"%": ".*", "_": "."}
    parts = re.findall(r"\\(.)|([%_])|(.)", pattern, re.DOTALL)
    return "".join(signs[wild] if wild else re.escape(escaped or plain) for escaped, wild, plain in parts)


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _no_part(found: object) -> UsageError:
    shown = str(found)[:40]
    return UsageError(f"The filter cannot use {shown} here", f"筛选条件此处不能使用 {shown}")


class _Writer:
    """Walks the tree and writes SQL; every value becomes a named parameter."""

    def __init__(self, table: Table, sql_of: Mapping[str, str], near: Near) -> None:
        self.table = table
        self.sql_of = sql_of
        self.near = near
        self.parameters: dict[str, Any] = {}

    def part(self, node: Any) -> Part:
        """Return the SQL of a node; raises UsageError for what a filter has not got."""
        if isinstance(node, str | int | float):
            return self.literal(node)
        if not isinstance(node, Mapping):
            raise _no_part(node)
        if "op" in node:
            return self.operation(str(node["op"]).lower(), _list(node.get("args")))
        if is_shape(node):
            return self.shape(node)
        ((name, given),) = node.items()  # of one name and what it names
        if name == "property":
            return self.attribute(given)
        return self.call(str(name), [self.part(one) for one in _list(given)])  # bbox, date, timestamp

    def operation(self, op: str, args: list[Any]) -> Part:
        """Return the SQL of an operation."""
        if op in FUNCTIONS or (op not in _WRITERS and not op.startswith(SPATIAL)):
            return self.call(op, [self.part(one) for one in args])
        if op == "in":
            value, options = args
            return self.among(self.part(value), [self.part(one) for one in _list(options)])
        parts = [self.part(one) for one in args]
        return self.relate(op, *parts) if op.startswith(SPATIAL) else _WRITERS[op](self, op, *parts)

    def keep(self, value: Any) -> str:
        """Keep a value and return how SQL names it."""
        name = f"f{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"

    def want(self, part: Part, kind: str) -> None:
        """Raise UsageError for a part of another kind."""
        spoken = kind == TRUTH and part.kind == BOOL and part.sql.startswith("$")  # TRUE or FALSE alone
        if part.kind != kind and not spoken:
            raise _mismatch(part.kind, kind)

    def same(self, *parts: Part) -> None:
        """Raise UsageError where values of different kinds are compared; dates compare with texts like 2022-09."""
        for part in parts:
            if part.kind in (SHAPE, TRUTH):
                raise _no_part(part.kind)
        kinds = {part.kind for part in parts}
        if len(kinds) > 1 and kinds != {TEXT, DATE}:
            raise _mismatch(*sorted(kinds)[:2])

    # --- conditions ----------------------------------------------------------------------------------------------
    def join(self, op: str, *parts: Part) -> Part:
        for part in parts:
            self.want(part, TRUTH)
        if len(parts) < 2:
            raise _no_part(op)
        return Part(f"({f' {op.upper()} '.join(part.sql for part in parts)})", TRUTH)

    def negate(self, _: str, part: Part) -> Part:
        self.want(part, TRUTH)
        return Part(f"(NOT {part.sql})", TRUTH)

    def compare(self, op: str, left: Part, right: Part) -> Part:
        self.same(left, right)
        return Part(f"({left.sql} {op} {right.sql})", TRUTH)

    def between(self, _: str, value: Part, low: Part, high: Part) -> Part:
        self.same(value, low, high)
        return Part(f"({value.sql} BETWEEN {low.sql} AND {high.sql})", TRUTH)

    def among(self, value: Part, options: list[Part]) -> Part:
        if not options:
            raise UsageError("IN () names no value", "IN () 中没有取值")
        self.same(value, *options)
        return Part(f"({value.sql} IN ({', '.join(o.sql for o in options)}))", TRUTH)

    def is_null(self, _: str, value: Part) -> Part:
        sql = f'"{SHAPE_FIELD}"' if value.kind == SHAPE else value.sql
        return Part(f"({sql} IS NULL)", TRUTH)

    def like(self, _: str, value: Part, pattern: Part) -> Part:
        for part in (value, pattern):
            if part.kind not in (TEXT, DATE):
                raise _mismatch(part.kind, TEXT)
        named = _PATTERN.fullmatch(pattern.sql)
        if not named:
            raise UsageError("LIKE compares with a text: name LIKE '%x%'", "LIKE 须与文本比较: name LIKE '%x%'")
        said = str(self.parameters[named[1]])
        said = said if "\\" in said else re.sub("%{2,}", "%", said)
        if said.endswith("\\"):
            raise UsageError("A pattern of LIKE cannot end with \\", "LIKE 的模式不能以 \\ 结尾")
        self.parameters[named[1]] = said
        if said.count("%") <= PLAIN:
            return Part(f"({value.sql} LIKE {pattern.sql} ESCAPE '\\')", TRUTH)
        if pattern.sql != f"${named[1]}":
            raise UsageError(f"A pattern inside a function holds at most {PLAIN} %", f"函数内的模式最多含 {PLAIN} 个 %")
        # LIKE takes time beyond all measure for many %; RE2 never does
        self.parameters[named[1]] = expression(said)
        return Part(f"regexp_full_match({value.sql}, {pattern.sql}, 's')", TRUTH)

    def relate(self, op: str, left: Part, right: Part) -> Part:
        self.want(left, SHAPE)
        self.want(right, SHAPE)
        relation = op.removeprefix(SPATIAL)
        if relation not in RELATIONS:
            raise _unknown("function", "函数", op, [SPATIAL + name for name in RELATIONS])
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
    def attribute(self, said: Any) -> Part:
        fields = {f.name: f for f in self.table_fields()}
        named = {f.zh: f.name for f in fields.values()}
        name = named.get(said, said) if isinstance(said, str) else ""
        if name not in fields:
            raise unknown_field(self.table, str(said), list(fields))
        return Part(self.sql_of.get(name, f'"{name}"'), KINDS.get(fields[name].kind, TEXT))

    def table_fields(self) -> list[Any]:
        """Fields a filter may name: those the reader has SQL for."""
        return [self.table.field(name) for name in self.sql_of]

    def literal(self, value: str | float) -> Part:
        kind = TEXT if isinstance(value, str) else BOOL if isinstance(value, bool) else NUMBER
        if isinstance(value, float) and not math.isfinite(value):
            raise _no_part(value)
        large = kind == NUMBER and isinstance(value, int) and abs(value) > LARGEST
        return Part(self.keep(float(value) if large else value), kind)

    def shape(self, said: Mapping[str, Any]) -> Part:
        try:
            made = shapely.geometry.shape(said)
        except BROKEN as error:
            raise _no_part(said) from error
        if made.is_empty or not np.isfinite(shapely.get_coordinates(made, include_z=made.has_z)).all():
            raise _no_part(said)
        return Part("", SHAPE, made)

    def reckon(self, op: str, left: Part, right: Part) -> Part:
        self.want(left, NUMBER)
        self.want(right, NUMBER)
        return Part(f"(CAST({left.sql} AS DOUBLE) {op} CAST({right.sql} AS DOUBLE))", NUMBER)

    def call(self, name: str, given: list[Part]) -> Part:
        if name not in FUNCTIONS:
            raise _unknown("function", "函数", name[:60], FUNCTIONS)
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

    def box(self, given: list[Part]) -> Part:
        """Return a box from four numbers: west, south, east, north."""
        for part in given:
            self.want(part, NUMBER)
        numbers = [self.parameters.get(part.sql.removeprefix("$")) for part in given]
        if len(numbers) != 4 or None in numbers:
            raise UsageError("BBOX takes west, south, east, north in degrees", "BBOX 须依次为西、南、东、北(度)")
        return Part("", SHAPE, shapely.box(*numbers))


PLAIN = 2  # signs % up to which LIKE is quick
SHAPE_FIELD = "geometry"
SPATIAL = "s_"
RELATIONS = ("intersects", "equals", "disjoint", "touches", "within", "overlaps", "crosses", "contains")
_WRITERS: dict[str, Callable[..., Part]] = {
    **dict.fromkeys(("and", "or"), _Writer.join), "not": _Writer.negate, "between": _Writer.between,
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), _Writer.compare), "isnull": _Writer.is_null,
    **dict.fromkeys(("+", "-", "*", "/"), _Writer.reckon), "like": _Writer.like, "in": _Writer.among,
}  # fmt: skip
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
