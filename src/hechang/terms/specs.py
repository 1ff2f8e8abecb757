"""Table specifications as dataclasses, read from the CSV rows of `terms/tables`.

Everything else is made from these rows: database tables, checks, import sheets, forms, API schemas, reference pages.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType

from hechang.terms.errors import not_known

PLAIN_TYPES = (
    "text", "int", "number", "bool", "date", "moment", "money", "place", "geometry", "json", "blob",
)  # fmt: skip
UNITS_ZH = MappingProxyType({
    "year": "年", "days": "天", "min": "分钟", "s": "秒", "persons": "人", "degrees": "度", "characters": "字",
})  # fmt: skip
ALWAYS = "0001"  # valid_from of a row that was in force since ever


@dataclass(frozen=True)
class Field:
    """One column: its name, type, unit, both titles and where the need for it was seen."""

    name: str
    type: str
    unit: str
    required: bool
    zh: str
    en: str
    source: str

    @property
    def kind(self) -> str:
        """Type without its target: `code`, `ref` or the plain type."""
        return self.type.partition(":")[0]

    @property
    def target(self) -> str:
        """Code list or table the field points to; empty for plain types."""
        return self.type.partition(":")[2]

    def title(self, lang: str) -> str:
        """Title with its unit, as it stands over a column."""
        name, unit = (self.zh, self.unit_zh) if lang == "zh" else (self.en, self.unit)
        return f"{name} ({unit})" if unit and self.unit != "year" else name  # a year is no measure of anything

    @property
    def unit_zh(self) -> str:
        """Unit in Chinese; signs like km and % are read in both languages."""
        return UNITS_ZH.get(self.unit, self.unit)


@dataclass(frozen=True)
class Table:
    """One table: its names, the fields a sheet is matched on, the field that names a row, its own fields."""

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    title_field: str
    home: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """Return the field called `name`, common columns included; raises NotKnown."""
        found = self._by_name
        if name not in found:
            raise not_known(f"column of '{self.name}'", f"列(表 {self.name})", name, found)
        return found[name]

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {f.name: f for f in (*COMMON, *self.fields)}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """All column names: the common ones, then the table's own."""
        return tuple(self._by_name)

    def title(self, lang: str) -> str:
        """Name of the table in `lang`."""
        return self.zh if lang == "zh" else self.en


def _common(*rows: str) -> tuple[Field, ...]:
    cells = (row.split("|") for row in rows)
    return tuple(Field(n, t, "", req == "yes", zh, en, "own: every row") for n, t, req, zh, en in cells)


COMMON: tuple[Field, ...] = _common(
    "id|text|yes|编号|Id",
    "owner|text|yes|责任单位|Owner",
    "scope|text|yes|范围路径|Scope",
    "level|int|yes|密级|Clearance",
    "source|text|yes|出处|Source",
    "valid_from|date|yes|生效|In force from",
    "valid_to|date|no|失效|In force to",
    "branch|text|yes|分支|Branch",
    "revision|int|yes|版本|Revision",
    "op|text|yes|操作|Operation",
    "synthetic|bool|yes|虚构示例|Made up",
)


def read_rows(name: str) -> list[dict[str, str]]:
    """Read one CSV of this package, e.g. `tables/projects.csv`, as dictionaries of text."""
    text = files("hechang.terms").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _field(row: Mapping[str, str]) -> Field:
    kind = row["type"].partition(":")[0]
    if kind not in (*PLAIN_TYPES, "code", "ref"):
        raise not_known("type", "类型", row["type"], PLAIN_TYPES)
    return Field(row["field"], row["type"], row["unit"], row["required"] == "yes", row["zh"], row["en"], row["source"])


@cache
def tables() -> Mapping[str, Table]:
    """Return all table specifications by name.

    Examples
    --------
    >>> tables()["projects"].field("invest_total").unit
    '万元'
    """
    found = {}
    for row in read_rows("tables.csv"):
        fields = tuple(_field(r) for r in read_rows(f"tables/{row['table']}.csv"))
        key = tuple(row["key"].split(","))
        found[row["table"]] = Table(row["table"], row["zh"], row["en"], key, row["title"], row["home"], fields)
    return MappingProxyType(found)


def table(name: str) -> Table:
    """Return the specification of one table; raises NotKnown with the nearest name.

    Examples
    --------
    >>> table("project")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hechang.terms.errors.NotKnown: No table is called 'project'. Did you mean 'projects'? ...
    """
    if name not in tables():
        raise not_known("table", "表", name, tables(), "hechang catalogue")
    return tables()[name]


@dataclass(frozen=True)
class Code:
    """One entry of a code list."""

    code: str
    zh: str
    en: str

    def title(self, lang: str) -> str:
        """Word for the code in `lang`."""
        return self.zh if lang == "zh" else self.en


@cache
def codes(name: str) -> Mapping[str, Code]:
    """Return one code list in its order.

    Examples
    --------
    >>> codes("stages")["signed"].zh
    '签约'
    """
    rows = read_rows(f"codes/{name}.csv")
    return MappingProxyType({r["code"]: Code(r["code"], r["zh"], r["en"]) for r in rows})
