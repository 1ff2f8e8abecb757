"""Light rules that ship with the package: clauses as rows, one file a rule, and the metrics clauses may speak of.

A clause keeps its number for ever: what changes gets a new row with its own `valid_from`, and the old row a `valid_to`,
so that a light of that time can be worked out again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from hechang.terms.errors import not_known
from hechang.terms.specs import read_rows


@dataclass(frozen=True)
class RuleSet:
    """A published rule: its names, where it was read, its clauses as rows of text."""

    rule: str
    zh: str
    en: str
    source: str
    clauses: tuple[Mapping[str, str], ...]

    def title(self, lang: str) -> str:
        """Name of the rule in `lang`."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Metric:
    """A figure clauses may judge: of which objects, in what unit, from which tables, and how it is put into words.

    `zh_above` and `en_above` word a value above zero, `zh_else` and `en_else` any other (its size without the sign).
    """

    metric: str
    object: str
    unit: str
    comparator: str
    reference: str
    tables: tuple[str, ...]
    zh: str
    en: str
    zh_above: str
    en_above: str
    zh_else: str
    en_else: str

    def title(self, lang: str) -> str:
        """Name of the metric in `lang`."""
        return self.zh if lang == "zh" else self.en

    def says(self, lang: str) -> tuple[str, str]:
        """How a value above zero, and any other, is put into words of `lang`."""
        return (self.zh_above, self.zh_else) if lang == "zh" else (self.en_above, self.en_else)


@cache
def rule_sets() -> Mapping[str, RuleSet]:
    """Return all shipped rules by id.

    Examples
    --------
    >>> rule_sets()["yinchuan-2025"].en
    'Yinchuan 2025: lights of major projects'
    """
    found = {}
    for row in read_rows("ladders.csv"):
        clauses = tuple(MappingProxyType(clause) for clause in read_rows(f"ladders/{row['rule']}.csv"))
        found[row["rule"]] = RuleSet(row["rule"], row["zh"], row["en"], row["source"], clauses)
    return MappingProxyType(found)


@cache
def metrics() -> Mapping[str, Metric]:
    """Return all metrics by id.

    Examples
    --------
    >>> metrics()["progress-ratio"].unit
    '%'
    """
    rows = read_rows("ladder_metrics.csv")
    found = (Metric(**{**row, "tables": tuple(row["tables"].split())}) for row in rows)  # type: ignore[arg-type]
    return MappingProxyType({one.metric: one for one in found})


def metric(name: str) -> Metric:
    """Return one metric; raises NotKnown with the nearest name.

    Examples
    --------
    >>> metric("task-late").object
    'task'
    """
    if name not in metrics():
        raise not_known("metric", "指标", name, metrics(), "hechang light rules")
    return metrics()[name]
