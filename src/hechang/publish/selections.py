"""Rows of one table: some columns, a condition, an order, page by page or whole; what a table page and a file show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import pandas as pd

from hechang.atlas.relations import has_shapes
from hechang.publish.rows import Row, records
from hechang.region.region import Region
from hechang.terms.cells import is_empty, plain
from hechang.terms.specs import Field, Table, tables
from hechang.terms.specs import table as spec

LEFT_OUT = ("geometry", "branch", "op")  # shapes go to GeoJSON; branch and operation say nothing in one view
ALWAYS = ("id", "revision", "synthetic")  # who it is, which version, whether it was made up
SHORT = ("places", "bodies")  # tables of at most some thousand rows that change seldom and are named everywhere
SEARCHED = ("text",)  # kinds of fields a search for words looks into
FEN = "分"


@dataclass(frozen=True)
class Selection:
    """Which rows of a table, in which order, with which columns; SQL with named parameters only."""

    table: Table
    columns: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[tuple[str, bool], ...] = ()  # column, largest first
    rows: str = ""  # SQL of the rows to choose from, in place of those in force

    @property
    def fields(self) -> tuple[Field, ...]:
        """Fields of the columns, in order."""
        return tuple(self.table.field(name) for name in self.columns)


def shown_columns(table: Table, asked: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the columns of a page: those asked for and what every row says; all but shapes where none is asked for.

    Raises
    ------
    NotKnown
        for a column the table does not have.

    Examples
    --------
    >>> from hechang.terms.specs import table
    >>> shown_columns(table("projects"), ["name"])
    ('id', 'name', 'revision', 'synthetic')
    """
    chosen = [table.field(name).name for name in asked]
    own = [f.name for f in table.fields]
    rest = [name for name in table.columns if name not in (*LEFT_OUT, "id", *own)]
    wanted = ["id", *chosen, *ALWAYS] if chosen else ["id", *(n for n in own if n not in LEFT_OUT), *rest]
    return tuple(dict.fromkeys(name for name in wanted if name not in LEFT_OUT))


def sql_of(table: Table, region: Region) -> dict[str, str]:
    """Return the SQL of every field a filter or order may name; for the public a person has no name here either.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.terms.specs import table
    >>> sql_of(table("projects"), tiny())["name"]
    '"name"'
    """
    known = {name: f'"{name}"' for name in table.columns if name not in ("branch", "op")}
    if region.reader.kind == "public":
        known["source"] = """(CASE WHEN starts_with("source", 'person:') THEN 'person' ELSE "source" END)"""
    return known


def search(table: Table, text: str) -> tuple[str, dict[str, Any]]:
    """Return the condition that every word of a text stands in the id or a text column of a row, in any case.

    Examples
    --------
    >>> from hechang.terms.specs import table
    >>> search(table("bodies"), "甲 x")[1]
    {'q0': '甲', 'q1': 'x'}
    """
    names = ["id", *(f.name for f in table.fields if f.kind in SEARCHED)]
    whole = "lower(concat_ws(chr(10), " + ", ".join(f'"{name}"' for name in names) + "))"
    words = text.lower().split()
    parts = [f"contains({whole}, $q{at})" for at in range(len(words))]
    return " AND ".join(parts) or "true", {f"q{at}": word for at, word in enumerate(words)}


def total(region: Region, selection: Selection) -> int:
    """Return how many rows there are."""
    sql = f"SELECT count(*) AS n FROM {_from(selection)}"
    key = ("total", sql, repr(sorted(selection.parameters.items())))  # the same on every page of a selection
    return region.once(key, lambda: int(region.query(sql, **selection.parameters)["n"].iloc[0]))


def page(region: Region, selection: Selection, limit: int | None = None, offset: int = 0) -> pd.DataFrame:
    """Return some rows with `id` as a column; all of them without `limit`.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.terms.specs import table
    >>> chosen = Selection(table("projects"), ("id",), order=(("invest_total", True),))
    >>> page(tiny(), chosen, limit=1)["id"].tolist()
    ['p2']
    """
    return region.query(_sql(region, selection, limit, offset), **selection.parameters)


def _sql(region: Region, selection: Selection, limit: int | None, offset: int) -> str:
    known = sql_of(selection.table, region)
    columns = ", ".join(f'{known.get(name, _quoted(name))} AS "{name}"' for name in selection.columns)
    order = "".join(f"{known[name]} {'DESC' if down else 'ASC'} NULLS LAST, " for name, down in selection.order)
    cut = f" LIMIT {int(limit)} OFFSET {int(offset)}" if limit is not None else ""
    return f"SELECT {columns} FROM {_from(selection)} ORDER BY {order}id{cut}"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _from(selection: Selection) -> str:
    where = " AND ".join(f"({condition})" for condition in selection.conditions) or "true"
    return f"{selection.rows or _quoted(selection.table.name)} WHERE {where}"


def values(cells: Iterable[Any], field: Field) -> list[Any]:
    """Return the cells of a column as plain JSON: money in whole 分, dates as text, json as what it holds."""
    if field.kind == "json":
        return [None if is_empty(text) else orjson.loads(text) for text in cells]
    return [plain(value) for value in cells]


def rows(columns: Mapping[str, Iterable[Any]], fields: Iterable[Field]) -> list[Row]:
    """Return a page, given its cells by column, as plain rows."""
    named = list(fields)
    names = [f.name for f in named]
    cells = (values(columns[f.name], f) for f in named)
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def by_column(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the cells of a frame by column."""
    return {str(name): frame[name].tolist() for name in frame.columns}


def described(field: Field) -> dict[str, Any]:
    """Return what stands above a column; money is stated in 分 wherever it is JSON.

    Examples
    --------
    >>> from hechang.terms.specs import table
    >>> described(table("projects").field("invest_total"))["unit"]
    '分'
    """
    unit = FEN if field.kind == "money" else field.unit
    return {"name": field.name, "type": field.type, "unit": unit, "required": field.required,
            "zh": field.zh, "en": field.en}  # fmt: skip


def as_page(region: Region, selection: Selection, limit: int, offset: int, *, named: bool = False) -> dict[str, Any]:
    """Return one page with its columns, the number of all rows, day and revision; `named`: what ids mean too."""
    found = region.columns(_sql(region, selection, limit, offset), **selection.parameters)
    # a first page that is not full says by itself how many rows there are
    here = len(found["id"])
    count = here if not offset and here < limit else total(region, selection)
    table = selection.table
    head = {"table": table.name, "zh": table.zh, "en": table.en, "total": count, "limit": limit, "offset": offset}
    columns = [described(f) for f in selection.fields]
    made = rows(found, selection.fields)
    names = names_on(region, made, selection.fields) if named else {}
    return head | {"columns": columns, "rows": made, "names": names} | where(region)


def where(region: Region) -> dict[str, str]:
    """Return which view of the region this is."""
    return {"on": region.day, "branch": region.branch_name, "revision": region.revision_name}


def counts(region: Region) -> dict[str, int]:
    """Return the number of rows in force of every table."""
    parts = [f"SELECT '{name}' AS name, count(*) AS n FROM \"{name}\"" for name in tables()]
    found = region.query(" UNION ALL ".join(parts))
    return {str(name): int(n) for name, n in zip(found["name"], found["n"], strict=True)}


def summary(table: Table, count: int) -> dict[str, Any]:
    """Return a table in one line."""
    said = {"table": table.name, "zh": table.zh, "en": table.en, "home": table.home}
    return said | {"rows": count, "shaped": has_shapes(table.name)}


def names_on(region: Region, shown: Iterable[Row], fields: Iterable[Field]) -> dict[str, dict[str, dict[str, str]]]:
    """Return what the ids of some rows mean, by field: names of places and of rows of other tables, zh and en.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.terms.specs import table
    >>> names_on(tiny(), [{"place": "a"}], [table("projects").field("place")])
    {'place': {'a': {'zh': '甲县', 'en': 'A'}}}
    """
    page = list(shown)
    asked = {f.name: (_target(f), _ids(page, f.name)) for f in fields if f.kind in ("place", "ref")}
    asked = {name: (target, ids) for name, (target, ids) in asked.items() if ids}
    if not asked:
        return {}
    return {name: _names(region, target, ids) for name, (target, ids) in asked.items()}


def _names(region: Region, target: str, ids: list[str]) -> dict[str, dict[str, str]]:
    """Names of some rows of one table, in both languages, by id; those of a short table are looked up once for all."""
    described = spec(target)
    zh = described.title_field
    en = f"{zh}_en" if f"{zh}_en" in described.columns else zh
    columns = list(dict.fromkeys(("id", zh, en)))
    if target not in SHORT:
        return _named(region.rows(target, ids, columns), zh, en)
    every = region.once(("names", target), lambda: _named(records(region.table(target, columns=columns)), zh, en))
    return {id: every[id] for id in ids if id in every}


def _named(rows: Iterable[Row], zh: str, en: str) -> dict[str, dict[str, str]]:
    return {row["id"]: {"zh": row[zh] or row["id"], "en": row[en] or row[zh] or row["id"]} for row in rows}


def _target(field: Field) -> str:
    return "places" if field.kind == "place" else field.target


def _ids(page: list[Row], name: str) -> list[str]:
    return sorted({str(row[name]) for row in page if row.get(name)})
