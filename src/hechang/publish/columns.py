"""Columns of lists: what stands above them, how their values read, where they are shown; one row each in `columns.csv`.

A page, the table of the command line and the workbook all ask here, so that a code or an id reads the same in each.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from hechang.publish import showing
from hechang.publish.results import Results
from hechang.publish.rows import records
from hechang.publish.views.frame import place_names
from hechang.terms import specs
from hechang.terms.ladders import metric, metrics
from hechang.terms.words import word, words

Row = Mapping[str, Any]
Names = Mapping[str, Mapping[str, Row]]  # of what kind, by id (bodies by their name): row with name and name_en
NUMBERS = ("number", "metric_value", "money")
NAMED = ("place", "plan")


@dataclass(frozen=True)
class Column:
    """One column of a list; `kind` says how its values are written, `target` by which codes or words."""

    name: str
    kind: str
    target: str
    heading: str  # TABLE.FIELD, or a word of the interface
    on_page: bool
    width: float

    @property
    def is_number(self) -> bool:
        """Tell whether its values are figures."""
        return self.kind in NUMBERS

    def title(self, lang: str) -> str:
        """What stands above the column.

        Examples
        --------
        >>> column("lights", "colour").title("zh"), column("behind-schedule", "plan").title("en")
        ('灯色', 'Plan of the year')
        """
        table, _, field = self.heading.partition(".")
        return specs.table(table).field(field).title(lang) if field else showing.word_or(table, self.name, lang)


@cache
def _described() -> Mapping[tuple[str, str], Column]:
    text = files("hechang.publish").joinpath("columns.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({
        (r["list"], r["column"]): Column(
            r["column"], r["kind"], r["target"], r["title"], r["page"] == "yes", float(r["width"] or 14)
        )
        for r in rows
    })  # fmt: skip


def column(listing: str, name: str) -> Column:
    """Return a column of a list; one that nobody described, of a card from elsewhere, is shown as it is.

    Examples
    --------
    >>> column("lights", "colour").target, column("of-elsewhere", "x").kind
    ('colours', 'text')
    """
    known = _described()
    unknown = Column(name, "text", "", f"column_{name}", True, 14)
    return known.get((listing, name)) or known.get(("", name)) or unknown


def columns_of(listing: str, names: Iterable[str]) -> list[Column]:
    """Return the columns of a list that are shown, in the order given; ids and halves of pairs are not."""
    found = [column(listing, name) for name in names]
    return [one for one in found if one.kind != "hidden"]


def written(column: Column, row: Row, lang: str, names: Names) -> str:
    """Write the value of a column as one reads it; nothing for what is missing.

    Examples
    --------
    >>> written(column("lights", "colour"), {"colour": "red"}, "zh", {})
    '红灯'
    >>> written(column("slips-open", "next"), {"next": "return,close"}, "en", {})
    'return, close'
    """
    value = row.get(column.name)
    if value is None:
        return ""
    if column.is_number:
        return _figure(column, value, row, lang)
    if column.kind in NAMED:
        return str(showing.pick(names.get(column.kind, {}).get(value, {"name": value}), "name", lang))
    return _text(column, value, row, lang, names)


def _figure(column: Column, value: Any, row: Row, lang: str) -> str:
    if column.kind == "money":
        return showing.money(value, lang)
    if column.kind == "metric_value" and row.get("metric") in metrics():
        return showing.figure(value, showing.unit(metric(row["metric"]).unit, lang), lang)
    return showing.number(value, 2) if isinstance(value, int | float) else str(value)


def _text(column: Column, value: Any, row: Row, lang: str, names: Names) -> str:
    if column.kind == "flag":
        return word("yes" if value else "no", lang)
    if column.kind == "code":
        return showing.code(column.target, str(value), lang)
    if column.kind == "words":
        known = words(lang)
        return ("、" if lang == "zh" else ", ").join(known.get(column.target + w, w) for w in re.split(r",\s*", value))
    if column.kind == "owner":
        return (
            row.get("name_en") or owner(value, lang, names)
            if column.name == "name" and lang == "en"
            else owner(value, lang, names)
        )
    if column.kind == "metric":
        return metric(value).title(lang) if value in metrics() else str(value)
    return showing.why(value, lang) if column.kind == "why" else str(showing.pick(row, column.name, lang))


def owner(name: str | None, lang: str, names: Names) -> str:
    """Name of a body in the reader's language; who owns what nobody else does is said in words.

    Examples
    --------
    >>> owner("local", "en", {}), owner("无锡市", "en", {"owner": {"无锡市": {"name": "无锡市", "name_en": "Wuxi"}}})
    ('no body named', 'Wuxi')
    """
    if not name or name == "local":
        return word("owner_local", lang)
    return str(showing.pick(names.get("owner", {}).get(name, {"name": name}), "name", lang))


def names_of(results: Results) -> Names:
    """Return the names of what lists point to: places and plans by id, bodies and places by their Chinese name."""
    return results.once("names", lambda: _names(results))


def _names(results: Results) -> Names:
    places = place_names(results)
    plans = records(results.region.table("plans", columns=["name", "name_en"]))
    bodies = records(results.region.table("bodies", columns=["name", "name_en"]))
    by_name = {row["name"]: row for row in (*places.values(), *bodies)}
    return {"place": places, "plan": {row["id"]: row for row in plans}, "owner": by_name}
