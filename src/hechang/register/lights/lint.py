"""The linter: proves that the clauses of a rule leave no gap and no overlap, and shows the smallest example where not.

The proof is over all histories an object can have. A value that a clause of one period holds is always judged; two
clauses can only meet where they ask for the same number of periods and share a value. So it is enough to look at each
piece of the line once; the pieces are those the judge looks up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import pandas as pd

from hechang.register.lights.clauses import on_day
from hechang.register.lights.ladder import Ladder, alternatives, ladders
from hechang.register.lights.line import Span, plain, spans_of, witness
from hechang.register.lights.reasons import said
from hechang.terms.cells import is_empty
from hechang.terms.errors import InputError
from hechang.terms.findings import Finding
from hechang.terms.ladders import Metric, metrics
from hechang.terms.specs import codes

LAST = "9999"
SAME = ("object", "unit", "comparator", "reference")  # what a clause and its metric must agree on


def lint(clauses: pd.DataFrame) -> list[Finding]:
    """Everything wrong with some clauses: form, gaps, overlaps, clauses that never hold, days without a rule.

    Parameters
    ----------
    clauses
        Clauses as in the table `ladders` with valid_from and valid_to, of one rule or several, all versions.

    Returns
    -------
    list of Finding
        kind is unknown-metric, mismatch, filter, colour, periods, empty, gap, overlap, softer, filters or date-gap;
        `value` a number that shows the fault; severity `warning` where lights come out, though perhaps not as meant.

    Examples
    --------
    >>> from hechang.register.lights.clauses import shipped
    >>> [one.value for one in lint(shipped("yinchuan-2025"))], lint(shipped("wuhan"))
    (['5'], [])
    """
    form = [one for row in clauses.to_dict("records") for one in _form(row)]
    if any(one.kind in ("filter", "periods", "colour") for one in form):
        return form
    parts = (rows for _, rows in clauses.groupby(["rule", "metric"], sort=False))
    return form + [one for rows in parts for one in _through_time(rows)]


def _form(row: Mapping[Any, Any]) -> Iterator[Finding]:
    """Faults of one clause by itself."""
    about = _About(str(row["rule"]), str(row["metric"]), str(row["clause"]))
    known = metrics().get(about.metric)
    if known is None:
        yield about.finding(
            "unknown-metric", f"no metric is called '{about.metric}'", f"没有名为“{about.metric}”的指标"
        )
    else:
        yield from _mismatches(about, known, row)
    if row["colour"] not in codes("colours"):
        yield about.finding("colour", f"no light is '{row['colour']}'", f"没有“{row['colour']}”这种灯色")
    if not is_empty(row["periods"]) and float(str(row["periods"])) < 1:
        yield about.finding("periods", "asks for fewer than 1 period", "连续期数小于 1")
    try:
        alternatives("" if is_empty(row["filter"]) else str(row["filter"]))
    except InputError as fault:
        yield about.finding("filter", fault.en, fault.zh)


def _mismatches(about: _About, known: Metric, row: Mapping[Any, Any]) -> Iterator[Finding]:
    for name in SAME:
        has, wants = "" if is_empty(row[name]) else str(row[name]), getattr(known, name)
        if has != wants:
            yield about.finding(
                "mismatch", f"{name} is '{has}', the metric has '{wants}'", f"{name} 为“{has}”, 该指标为“{wants}”", has
            )


class _About(NamedTuple):
    """What a finding is about; it words the place and leaves the fault to the caller."""

    rule: str
    metric: str
    clause: str = ""
    since: str = ""

    def finding(self, kind: str, en: str, zh: str, value: str = "", severity: str = "error") -> Finding:
        known = metrics().get(self.metric)
        names = (known.title("en"), known.title("zh")) if known else (self.metric, self.metric)
        at_en, at_zh = (" · ".join(part for part in (self.rule, name, self.clause) if part) for name in names)
        return Finding(
            f"{at_en}: {en}",
            f"{at_zh}: {zh}",
            table="ladders",
            id=self.rule,
            field=self.metric,
            value=value,
            kind=kind,
            severity=severity,
        )


def _through_time(rows: pd.DataFrame) -> list[Finding]:
    """Faults of one ladder in each stretch of time between changes, the same fault once."""
    turns = sorted({str(day) for name in ("valid_from", "valid_to") for day in rows[name] if not is_empty(day)})
    found: dict[tuple[str, str, str], Finding] = {}
    for day, following in pairwise([*turns, LAST]):
        live = on_day(rows, day)
        for one in _date_gap(rows, day, following) if live.empty else _on_the_line(live):
            found.setdefault((one.kind, one.value, one.en), one)
    return list(found.values())


def _date_gap(rows: pd.DataFrame, day: str, following: str) -> list[Finding]:
    if following == LAST:
        return []  # the rule has ended
    about = _About(str(rows["rule"].iloc[0]), str(rows["metric"].iloc[0]))
    en, zh = f"no clause is in force from {day} to {following}", f"{day} 至 {following} 无条款施行"
    return [about.finding("date-gap", en, zh, day)]


def _on_the_line(rows: pd.DataFrame) -> list[Finding]:
    """Faults of the clauses that are in force at once."""
    (one,) = ladders(rows)
    filters = dict.fromkeys(one.filters)
    found = [fault for text in filters for fault in _proof(_only(one, text))]
    return found + (_many_filters(one, list(filters)) if len(filters) > 1 else [])


def _only(ladder: Ladder, text: str) -> Ladder:
    """The part of a ladder whose clauses have one filter; the pieces stay as they are."""
    kept = [at for at, has in enumerate(ladder.filters) if has == text]
    return Ladder(
        ladder.rule,
        ladder.metric,
        tuple(ladder.clauses[at] for at in kept),
        tuple(ladder.colours[at] for at in kept),
        tuple(ladder.filters[at] for at in kept),
        tuple(ladder.spans[at] for at in kept),
        ladder.periods[kept],
        ladder.edges,
        ladder.held[kept],
    )


def _proof(ladder: Ladder) -> Iterator[Finding]:
    yield from _empties(ladder)
    yield from _gaps(ladder)
    for one, other in combinations(range(len(ladder.clauses)), 2):
        yield from _meeting(ladder, one, other)


def _empties(ladder: Ladder) -> Iterator[Finding]:
    for name, held in zip(ladder.clauses, ladder.held, strict=True):
        if not held.any():
            about = _About(ladder.rule, ladder.metric, name)
            yield about.finding("empty", "holds for no value at all", "不含任何数值, 永不适用")


def _gaps(ladder: Ladder) -> Iterator[Finding]:
    """Values no clause judges in their first period."""
    about = _About(ladder.rule, ladder.metric)
    for span in spans_of(ladder.bare, ladder.edges):
        value, en, zh = _shown(ladder.metric, span)
        yield about.finding("gap", f"{en}: no clause covers {span}", f"{zh}: 无条款覆盖 {span}", value)


def _meeting(ladder: Ladder, one: int, other: int) -> Iterator[Finding]:
    """Two clauses that hold a value in common: a contradiction, or a longer row that makes the light softer."""
    shared = spans_of(ladder.held[one] & ladder.held[other], ladder.edges)
    short, long = sorted((one, other), key=lambda at: int(ladder.periods[at]))
    names = ", ".join((ladder.clauses[short], ladder.clauses[long]))
    about = _About(ladder.rule, ladder.metric, names)
    periods = int(ladder.periods[long])
    if periods == ladder.periods[short]:
        for span in shared:
            value, en, zh = _shown(ladder.metric, span, periods)
            yield about.finding("overlap", f"{en}: both hold on {span}", f"{zh}: 两条款在 {span} 同时适用", value)
        return
    order = list(codes("colours"))
    if shared and order.index(ladder.colours[long]) < order.index(ladder.colours[short]):
        value, en, zh = _shown(ladder.metric, shared[0], periods)
        yield about.finding("softer", f"{en}: the light turns softer again", f"{zh}: 灯色反而转轻", value, "warning")


def _shown(metric: str, span: Span, periods: int = 1) -> tuple[str, str, str]:
    """The smallest example of a fault: a number inside, and the same in words of both languages."""
    value = witness(span)
    words = [said(metric, pd.Series([float(value)]), lang).iloc[0] for lang in ("en", "zh")]
    if periods > 1:
        words = [f"{words[0]}, {periods} periods in a row", f"{words[1]}, 连续 {periods} 期"]
    return plain(value), words[0], words[1]


def _many_filters(ladder: Ladder, filters: Sequence[str]) -> list[Finding]:
    about = _About(ladder.rule, ladder.metric)
    return [
        about.finding(
            "filters",
            f"{len(filters)} filters; proven for each by itself, an object that passes two may meet two clauses",
            f"有 {len(filters)} 种适用范围; 已分别检查, 同时符合两种范围的对象可能适用两条款",
            str(len(filters)),
            "warning",
        )
    ]
