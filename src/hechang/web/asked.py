"""What an address asks of a table: columns, filter, search, order; anything else in it is refused."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import shapely
from fastapi import Query, Request
from fastapi.routing import APIRoute

from hechang.atlas.relations import Shapes, has_shapes, related, shapes_of
from hechang.publish.results import Results
from hechang.publish.selections import Selection, search, shown_columns, sql_of
from hechang.terms.errors import NotKnown, UsageError
from hechang.terms.specs import Table
from hechang.web.etags import AFTER
from hechang.web.filters import Near, condition, unknown_field
from hechang.web.hall import VIEW
from hechang.web.languages import language_of

WORDS = 200  # characters of a search
SORTED = 6  # columns of an order
EVERYWHERE = (*VIEW, AFTER, "lang")

Filter = Annotated[str, Query(alias="filter", description="CQL2, e.g. `name LIKE '%隧道%' AND invest_total >= yi(10)`")]
Language = Annotated[str, Query(alias="filter-lang", description="`cql2-text` or `cql2-json`")]
Words = Annotated[str, Query(description="Words that stand in the id or a text column")]
Sort = Annotated[str, Query(description="Columns, `-` before those with the largest first: `-invest_total,name`")]
Columns = Annotated[str, Query(description="Columns by name with commas between; all when empty")]


@dataclass(frozen=True)
class Asked:
    """Parts of an address that choose rows, as given."""

    filter: str = ""
    language: str = "cql2-text"
    q: str = ""
    sort: str = ""
    columns: str = ""

    def said(self) -> dict[str, str]:
        """Return what was asked for, empty parts left out."""
        parts = {"filter": self.filter, "q": self.q, "sort": self.sort, "columns": self.columns}
        return {name: value for name, value in parts.items() if value}


def asked(
    filter: Filter = "", language: Language = "cql2-text", q: Words = "", sort: Sort = "", columns: Columns = ""
) -> Asked:
    """Read the parts of an address that choose rows."""
    return Asked(filter.strip(), language, q.strip(), sort.strip(), columns.strip())


def only_known(request: Request) -> None:
    """Refuse a parameter the route does not know, with the nearest name; raises UsageError, NotKnown for a language."""
    route = request.scope.get("route")
    known = {*EVERYWHERE, *(names_of(route) if isinstance(route, APIRoute) else ())}
    for name in request.query_params:
        if name not in known:
            raise unknown_parameter(name, sorted(known))
    language_of(request)  # refuses a language nobody knows, also where nothing is said in one


def names_of(route: APIRoute) -> set[str]:
    """Names of all query parameters of a route, those of what it depends on too."""
    waiting, found = [route.dependant], set()
    while waiting:
        one = waiting.pop()
        found |= {field.alias for field in one.query_params}
        waiting += one.dependencies
    return found


def unknown_parameter(name: str, known: list[str]) -> UsageError:
    """Return the error for a parameter nobody knows.

    Examples
    --------
    >>> unknown_parameter("limt", ["limit", "offset"]).en
    "No parameter is called 'limt'. Did you mean 'limit'? Known: limit, offset"
    """
    near = difflib.get_close_matches(name, known, n=1)
    en, zh = (f" Did you mean '{near[0]}'?", f"是否指“{near[0]}”?") if near else ("", "")
    some = ", ".join(known)
    return UsageError(
        f"No parameter is called '{name[:60]}'.{en} Known: {some}", f"没有名为“{name[:60]}”的参数。{zh}可用参数: {some}"
    )


def selection_of(results: Results, table: Table, wanted: Asked) -> Selection:
    """Return the rows an address asks for.

    Raises
    ------
    UsageError
        for a filter, column or order that cannot be read.
    """
    known = sql_of(table, results.region)
    made = condition(
        wanted.filter, wanted.language, table, known, near(table, lambda: kept_shapes(results, table.name))
    )
    if len(wanted.q) > WORDS:
        raise UsageError(f"A search may have {WORDS} characters", f"搜索内容不得超过 {WORDS} 个字符")
    found, words = search(table, wanted.q)
    parameters = {**made.parameters, **words}
    return Selection(
        table, _columns(table, wanted.columns), (made.sql, found), parameters, order_of(table, wanted.sort)
    )


def _columns(table: Table, text: str) -> tuple[str, ...]:
    try:
        return shown_columns(table, [name.strip() for name in text.split(",") if name.strip()])
    except NotKnown as error:
        raise UsageError(error.en, error.zh) from error


def order_of(table: Table, text: str) -> tuple[tuple[str, bool], ...]:
    """Read an order.

    Examples
    --------
    >>> from hechang.terms.specs import table
    >>> order_of(table("projects"), "-invest_total,name")
    (('invest_total', True), ('name', False))
    """
    known = [f for f in shown_columns(table) if table.field(f).kind != "geometry"]
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > SORTED:
        raise UsageError(f"At most {SORTED} columns may be sorted by", f"最多按 {SORTED} 列排序")
    for part in parts:
        if part.lstrip("-+") not in known:
            raise unknown_field(table, part.lstrip("-+"), known)
    return tuple((part.lstrip("-+"), part.startswith("-")) for part in parts)


def near(table: Table, shapes_of_all: Callable[[], Shapes]) -> Near:
    """Return what finds the rows of a table by where they lie; the shapes are read when a filter first asks."""

    def found(relation: str, shape: shapely.Geometry) -> tuple[list[str], list[str]]:
        if not has_shapes(table.name):
            raise UsageError(f"Table '{table.name}' has no shapes", f"表 {table.zh} 没有图形")
        shapes = shapes_of_all()
        there = ~shapely.is_missing(shapes.shapes)
        return shapes.ids[related(shapes, relation, shape)].tolist(), shapes.ids[there].tolist()

    return found


def kept_shapes(results: Results, name: str) -> Shapes:
    """Return the shapes of a table, read once a revision."""
    return results.once(("shapes", name), lambda: shapes_of(results.region, name))
